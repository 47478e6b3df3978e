//! `cargo xtask words`: every text a person reads exists in both languages, is used, and takes the same arguments.

mod fluent;
mod uses;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::house::Finding;
use crate::run::{self, Res};
use fluent::Message;
use uses::Uses;

const BOTH: &str = "every text exists in zh-CN and en (invariant 10): write it in the other file too";
const MISSING: &str = "no text has this key: write it in words/zh-CN.ftl and words/en.ftl of the crate";
const UNUSED: &str =
    "nothing asks for this text: remove it, or declare `words: PREFIX-*` in a comment where the key is put together";
const ARGS: &str = "both languages take the same arguments: name the same ones in both";
const TWICE: &str = "a key stands once in a language, over all crates: rename one, or share the text";
const STALE: &str = "no text begins with this prefix: remove the declaration";

const LANGUAGES: [&str; 2] = ["zh-CN", "en"];

/// Compares all words of all crates with each other and with their uses.
///
/// # Errors
/// The files cannot be listed.
pub fn check() -> Res<Vec<Finding>> {
    let mut words = Words::default();
    for file in run::project_files()?.iter().filter(|file| file.starts_with("crates/") && !file.contains("/tests/")) {
        let wanted = [".rs", ".html", ".ftl"].iter().any(|end| file.ends_with(end));
        if let Some(text) = run::read(file).filter(|_| wanted) {
            words.add(file, &text);
        }
    }
    Ok(words.compare())
}

#[derive(Default)]
struct Words {
    /// By language in the order of [`LANGUAGES`], then by key.
    texts: [BTreeMap<String, Message>; 2],
    uses: Uses,
    found: Vec<Finding>,
}

/// `words/en.ftl`, or of a crate with many pages `words/desk.en.ftl`.
fn is_of(file: &str, language: &str) -> bool {
    let end = format!("{language}.ftl");
    file.ends_with(&format!("/words/{end}")) || (file.contains("/words/") && file.ends_with(&format!(".{end}")))
}

impl Words {
    fn add(&mut self, file: &str, text: &str) {
        if file.ends_with(".rs") {
            self.uses.add_rust(file, text);
        } else if file.ends_with(".html") {
            self.uses.add_template(file, text);
        } else if let Some(language) = LANGUAGES.iter().position(|l| is_of(file, l)) {
            let (messages, twice) = fluent::read(file, text);
            self.found.extend(twice.into_iter().map(|(key, line)| Finding::new(file, line, key, TWICE)));
            for (key, message) in messages {
                match self.texts[language].entry(key) {
                    Entry::Vacant(free) => drop(free.insert(message)),
                    Entry::Occupied(taken) => {
                        self.found.push(Finding::new(file, message.line, taken.key().as_str(), TWICE));
                    }
                }
            }
            for (index, line) in text.lines().enumerate().filter(|(_, line)| line.starts_with('#')) {
                self.uses.add_prefixes(file, index + 1, line);
            }
        }
    }

    fn compare(mut self) -> Vec<Finding> {
        let [zh, en] = &self.texts;
        let at = |message: &Message, what: String, rule| Finding::new(&message.file, message.line, what, rule);
        for (here, there) in [(zh, en), (en, zh)] {
            for (key, message) in here.iter().filter(|(key, _)| !there.contains_key(*key)) {
                self.found.push(at(message, format!("{key} is not in the other language"), BOTH));
            }
        }
        for (key, message) in zh {
            if let Some(other) = en.get(key).filter(|other| other.args != message.args) {
                let what = format!("{key} takes {:?} here and {:?} in English", message.args, other.args);
                self.found.push(at(message, what, ARGS));
            }
            let referred = zh.values().chain(en.values()).any(|m| m.refers.contains(key));
            if !referred && !self.uses.uses(key) {
                self.found.push(at(message, format!("{key} is not used"), UNUSED));
            }
        }
        for asked in &self.uses.asked {
            if !zh.contains_key(&asked.key) && !en.contains_key(&asked.key) {
                self.found.push(Finding::new(&asked.file, asked.line, format!("asks for {}", asked.key), MISSING));
            }
        }
        for prefix in &self.uses.prefixes {
            if !zh.keys().any(|key| key.starts_with(&prefix.key)) {
                self.found.push(Finding::new(&prefix.file, prefix.line, format!("{}*", prefix.key), STALE));
            }
        }
        self.found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_is_found_once() {
        let mut words = Words::default();
        words.add("crates/a/words/zh-CN.ftl", "save = 保存\nonly-zh = 只有\nn = { $n }\nidle = 闲\nday-a = 日\n");
        words.add("crates/a/words/en.ftl", "save = Save\nn = { $m }\nidle = Idle\nday-a = day\n");
        words.add("crates/b/words/en.ftl", "save = Keep\n");
        words.add(
            "crates/a/src/x.rs",
            "fn f() { t.t(\"save\"); t.f(\"n\", a); t.t(\"lost\"); k(\"only-zh\") } // words: day-* gone-*\n",
        );
        let said: Vec<_> = words.compare().into_iter().map(|f| (f.what, f.rule)).collect();
        let expected = [
            ("save", TWICE),
            ("only-zh is not in the other language", BOTH),
            ("idle is not used", UNUSED),
            ("n takes {\"n\"} here and {\"m\"} in English", ARGS),
            ("asks for lost", MISSING),
            ("gone-*", STALE),
        ];
        assert_eq!(said, expected.map(|(what, rule)| (what.to_owned(), rule)));
    }
}
