//! Reads from a Fluent file what can be compared: messages, their lines, and the arguments they name.

use std::collections::{BTreeMap, BTreeSet};

/// One message with all its attributes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    pub file: String,
    pub line: usize,
    /// Names after `$`.
    pub args: BTreeSet<String>,
    /// Messages and terms it is made of.
    pub refers: BTreeSet<String>,
}

/// The messages of one file by key; a key written twice is in the second list with its line.
pub fn read(file: &str, text: &str) -> (BTreeMap<String, Message>, Vec<(String, usize)>) {
    let mut messages: BTreeMap<String, Message> = BTreeMap::new();
    let mut twice = Vec::new();
    let mut current: Option<String> = None;
    for (index, line) in text.lines().enumerate() {
        if line.starts_with('#') {
            current = None;
            continue;
        }
        let mut value = line;
        if line.starts_with(|c: char| c.is_ascii_alphabetic() || c == '-')
            && let Some((key, rest)) = line.split_once('=')
        {
            let key = key.trim().to_owned();
            value = rest;
            if messages.contains_key(&key) {
                twice.push((key.clone(), index + 1));
            }
            let message = Message { file: file.to_owned(), line: index + 1, ..Message::default() };
            messages.entry(key.clone()).or_insert(message);
            current = Some(key);
        }
        if let Some(message) = current.as_ref().and_then(|key| messages.get_mut(key)) {
            message.args.extend(names_after(value, "$"));
            message.refers.extend(names_after(value, "{ "));
            message.refers.extend(names_after(value, "{"));
        }
    }
    (messages, twice)
}

/// The identifiers that stand right after `mark`.
fn names_after(text: &str, mark: &str) -> Vec<String> {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    text.split(mark)
        .skip(1)
        .map(|rest| rest.chars().take_while(|c| part(*c)).collect::<String>())
        .filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '-') && !name.ends_with('-'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_lines_arguments_and_references() {
        let text = "# note\na = x { $n } { b }\nb =\n    { $n ->\n        [one] { $who }\n       *[other] -\n    }\na = again\n";
        let (messages, twice) = read("f.ftl", text);
        assert_eq!(messages.keys().collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(messages["a"].args, BTreeSet::from(["n".to_owned()]));
        assert!(messages["a"].refers.contains("b"));
        assert_eq!(messages["b"].args, BTreeSet::from(["n".to_owned(), "who".to_owned()]));
        assert_eq!((messages["b"].line, twice), (3, vec![("a".to_owned(), 8)]));
    }
}
