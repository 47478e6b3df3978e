//! Finds words that are missing, unused or not in both languages, by reading templates and Rust sources.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use crate::lang::Lang;
use crate::words::keys;

/// Checks `(language tag, Fluent text)` pairs against all `*.html` and `*.rs` files below `roots` (tests at the end of a
/// Rust file excepted). A key counts as used where it stands in `t("…")` or `f("…"`, is the `key:` of a struct, or matches a
/// comment `words: exact-key other-*`, which also serves keys put together at run time. Returns one sentence a fault.
pub fn check_words(words: &[(&str, &str)], roots: &[&Path]) -> io::Result<Vec<String>> {
    let mut defined: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (tag, text) in words {
        for key in keys(text) {
            defined.entry(key).or_default().insert(tag);
        }
    }
    let mut seen = Seen::default();
    for root in roots {
        walk(root, &mut seen)?;
    }
    Ok(faults(&defined, &seen))
}

/// Keys the sources ask for.
#[derive(Default)]
struct Seen {
    exact: BTreeMap<String, String>,
    prefixes: BTreeMap<String, String>,
}

fn faults(defined: &BTreeMap<String, BTreeSet<&str>>, seen: &Seen) -> Vec<String> {
    let mut out = Vec::new();
    for (key, tags) in defined {
        for lang in Lang::ALL {
            if !tags.contains(lang.tag()) {
                out.push(format!("“{key}” is missing in {}", lang.tag()));
            }
        }
        if !seen.exact.contains_key(key) && !seen.prefixes.keys().any(|prefix| key.starts_with(prefix)) {
            out.push(format!("“{key}” is used nowhere"));
        }
    }
    for (key, place) in &seen.exact {
        if !defined.contains_key(key) {
            out.push(format!("“{key}” is used in {place} but not defined"));
        }
    }
    for (prefix, place) in &seen.prefixes {
        if !defined.keys().any(|key| key.starts_with(prefix)) {
            out.push(format!("no word begins with “{prefix}”, which {place} lists"));
        }
    }
    out
}

fn walk(folder: &Path, seen: &mut Seen) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name == "target" || name == "node_modules") {
                continue;
            }
            walk(&path, seen)?;
        } else if path.extension().is_some_and(|ext| ext == "html" || ext == "rs") {
            scan(&fs::read_to_string(&path)?, &path.display().to_string(), seen);
        }
    }
    Ok(())
}

fn scan(text: &str, place: &str, seen: &mut Seen) {
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let spoken = |line: &&str| !line.trim_start().starts_with("///") && !line.trim_start().starts_with("//!");
    let text = &text.lines().filter(spoken).collect::<Vec<_>>().join("\n");
    for opening in ["t(\"", "f(\"", "key: \""] {
        for (at, _) in text.match_indices(opening) {
            let before = text[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
                continue;
            }
            let rest = &text[at + opening.len()..];
            let Some((key, _)) = rest.split_once('"') else { continue };
            let word = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            if word && key.starts_with(|c: char| c.is_ascii_lowercase()) {
                seen.exact.insert(key.to_owned(), place.to_owned());
            }
        }
    }
    for line in text.lines() {
        let comment = line.split_once("// words: ").or_else(|| line.split_once("{# words: "));
        let Some((_, list)) = comment else { continue };
        for key in list.split("#}").next().unwrap_or_default().split([' ', ',']) {
            let name = key.strip_suffix('*').unwrap_or(key);
            if name.is_empty() || !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
                continue;
            }
            match key.strip_suffix('*') {
                Some(prefix) => seen.prefixes.insert(prefix.to_owned(), place.to_owned()),
                None => seen.exact.insert(key.to_owned(), place.to_owned()),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::WORDS;

    #[test]
    fn finds_each_kind_of_fault() {
        let mut seen = Seen::default();
        scan(
            "<p>{{ shell.t(\"a\") }}{{ w.f(\"gone\", &[]) }}{# words: st-* nil-* #} get(\"b-header\")",
            "x.html",
            &mut seen,
        );
        let defined = BTreeMap::from([
            ("a".to_owned(), BTreeSet::from(["zh-CN"])),
            ("idle".to_owned(), BTreeSet::from(["zh-CN", "en"])),
            ("st-1".to_owned(), BTreeSet::from(["zh-CN", "en"])),
        ]);
        let want = [
            "“a” is missing in en",
            "“idle” is used nowhere",
            "“gone” is used in x.html but not defined",
            "no word begins with “nil-”, which x.html lists",
        ];
        assert_eq!(faults(&defined, &seen), want);
    }

    #[test]
    fn our_own_words_agree_in_both_languages() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let found = check_words(WORDS, &[&root.join("src"), &root.join("templates")]).unwrap();
        // Words offered to the pages of other crates are used there; the whole program's test checks those.
        let found: Vec<_> = found.into_iter().filter(|fault| !fault.ends_with("used nowhere")).collect();
        assert!(found.is_empty(), "{found:#?}");
    }
}
