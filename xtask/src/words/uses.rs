//! Finds where texts are asked for by key: in Rust files and templates, by literal or by a declared prefix.

use std::collections::BTreeSet;

use crate::tidy::source::Source;

/// A key that must exist because something asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub file: String,
    pub line: usize,
    pub key: String,
}

/// What the project uses.
#[derive(Debug, Default)]
pub struct Uses {
    /// Keys in calls such as `t("key")`, `f("key", …)`, `Error::conflict("code")`.
    pub asked: Vec<Asked>,
    /// Every literal: a key handed around as a value is used too.
    pub literals: BTreeSet<String>,
    /// Prefixes declared with `words: prefix-*` because the key is put together; with file and line.
    pub prefixes: Vec<Asked>,
}

/// Calls whose argument is the code of an error, the key being `error-CODE`; a literal before it is written `""`.
const CODES: &[&str] = &[
    "Error::invalid(",
    "Error::conflict(",
    "Error::forbidden(",
    "unavailable(",
    "FieldError::new(\"\",",
    ".field(\"\",",
];

impl Uses {
    pub fn add_rust(&mut self, file: &str, text: &str) {
        let source = Source::read(text);
        for literal in source.literals.into_iter().filter(|l| !l.in_test) {
            let asks = |key: String| Asked { file: file.to_owned(), line: literal.line, key };
            let before = literal.before.as_str();
            if is_key(&literal.text) {
                if before.ends_with(".t(") || before.ends_with(".f(") {
                    self.asked.push(asks(literal.text.clone()));
                } else if CODES.iter().any(|code| before.ends_with(code)) || names_kind(before) {
                    self.asked.push(asks(format!("error-{}", literal.text)));
                }
            }
            self.literals.insert(literal.text);
        }
        for (line, comment) in source.comments {
            self.add_prefixes(file, line, &comment);
        }
    }

    pub fn add_template(&mut self, file: &str, text: &str) {
        for (index, line) in text.lines().enumerate() {
            for call in [".t(\"", ".f(\""] {
                for rest in line.split(call).skip(1) {
                    let key = rest.split('"').next().unwrap_or_default().to_owned();
                    self.asked.push(Asked { file: file.to_owned(), line: index + 1, key });
                }
            }
            self.literals.extend(line.split('"').filter(|piece| is_key(piece)).map(str::to_owned));
            self.add_prefixes(file, index + 1, line);
        }
    }

    /// Reads `words: days-* light-*` from a comment.
    pub fn add_prefixes(&mut self, file: &str, line: usize, comment: &str) {
        let Some((_, list)) = comment.split_once("words: ") else { return };
        for word in list.split([' ', ',']) {
            let prefix = word.strip_suffix('*').filter(|prefix| is_key(prefix.trim_end_matches('-')));
            if let Some(key) = prefix {
                self.prefixes.push(Asked { file: file.to_owned(), line, key: key.to_owned() });
            }
        }
    }

    /// Whether something may ask for `key`.
    pub fn uses(&self, key: &str) -> bool {
        self.literals.contains(key)
            || key.strip_prefix("error-").is_some_and(|code| self.literals.contains(code))
            || self.prefixes.iter().any(|p| key.starts_with(&p.key))
    }
}

/// Whether the code before a literal is `Error::new(ErrorKind::…,`.
fn names_kind(before: &str) -> bool {
    before.strip_suffix(',').is_some_and(|call| {
        call.rsplit_once("Error::new(ErrorKind::")
            .is_some_and(|(_, kind)| kind.bytes().all(|b| b.is_ascii_alphanumeric()))
    })
}

fn is_key(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_codes_literals_and_prefixes_are_seen() {
        let mut uses = Uses::default();
        uses.add_rust(
            "a.rs",
            "fn f() { w.t(\"save\"); w.f(\n  \"n-left\", &[]); Error::conflict(\"busy\"); FieldError::new(\"name\", \"empty\"); g(\"given\"); }\n\
             // words: days-*, light-*\n#[cfg(test)]\nmod t { fn x() { w.t(\"no-such\"); } }\n",
        );
        uses.add_template("a.html", "<p>{{ shell.t(\"title\") }} {# words: kind-* #}</p>");
        let asked: Vec<_> = uses.asked.iter().map(|a| (a.line, a.key.as_str())).collect();
        assert_eq!(asked, [(1, "save"), (2, "n-left"), (2, "error-busy"), (2, "error-empty"), (1, "title")]);
        assert!(uses.uses("given") && uses.uses("days-off") && uses.uses("kind-a") && uses.uses("error-busy"));
        assert!(!uses.uses("no-such") && !uses.uses("day"));
    }
}
