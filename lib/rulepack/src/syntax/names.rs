//! Which names are known where an expression stands; names may contain spaces and any letters.

use std::collections::HashMap;

use crate::dictionary::Dictionary;

/// Answers the longest known name at a place.
pub trait Names {
    /// Length in bytes of the longest known name that `text` begins with.
    fn longest(&self, text: &str) -> Option<usize>;
}

/// Knows none; every word is taken as it stands.
impl Names for () {
    fn longest(&self, _: &str) -> Option<usize> {
        None
    }
}

impl<A: Names + ?Sized, B: Names + ?Sized> Names for (&A, &B) {
    fn longest(&self, text: &str) -> Option<usize> {
        self.0.longest(text).max(self.1.longest(text))
    }
}

/// A set of names; Latin letters in any case.
#[derive(Clone, Debug, Default)]
pub struct NameSet {
    /// By first letter, longest first.
    names: HashMap<char, Vec<String>>,
}

impl NameSet {
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> NameSet {
        let mut set = NameSet::default();
        for name in names {
            if let Some(first) = first(name) {
                set.names.entry(first).or_default().push(name.to_owned());
            }
        }
        for names in set.names.values_mut() {
            names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        }
        set
    }

    /// Adds one name.
    pub fn add(&mut self, name: &str) {
        if let Some(first) = first(name) {
            let names = self.names.entry(first).or_default();
            let place = names.iter().position(|other| other.len() < name.len()).unwrap_or(names.len());
            names.insert(place, name.to_owned());
        }
    }
}

impl From<&Dictionary> for NameSet {
    fn from(dictionary: &Dictionary) -> NameSet {
        NameSet::new(dictionary.names())
    }
}

impl Names for NameSet {
    fn longest(&self, text: &str) -> Option<usize> {
        let names = self.names.get(&first(text)?)?;
        names.iter().find(|name| starts(text, name)).map(String::len)
    }
}

fn first(text: &str) -> Option<char> {
    text.chars().next().map(|c| c.to_ascii_lowercase())
}

fn starts(text: &str, name: &str) -> bool {
    text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
        && !(name.ends_with(word) && text.get(name.len()..).is_some_and(|rest| rest.starts_with(word)))
}

fn word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}
