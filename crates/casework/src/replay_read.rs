//! Reading JSON so that an error names the place, what stood there and what was expected.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Map, Value};

/// What is wrong with a replay file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: found {found}; expected {expected}")]
pub struct ReplayError {
    /// `events[3].at`; `file` for the whole.
    pub path: String,
    pub found: String,
    pub expected: String,
}

/// A JSON value and the way to it.
#[derive(Clone, Debug)]
pub(crate) struct Node<'a> {
    pub(crate) path: String,
    value: Option<&'a Value>,
}

type Read<T> = Result<T, ReplayError>;

impl<'a> Node<'a> {
    pub(crate) fn root(value: &'a Value) -> Self {
        Self { path: String::new(), value: Some(value) }
    }

    pub(crate) fn wrong(&self, expected: impl Into<String>) -> ReplayError {
        let found = self.value.map_or_else(|| "nothing".to_owned(), brief);
        let path = if self.path.is_empty() { "file".to_owned() } else { self.path.clone() };
        ReplayError { path, found, expected: expected.into() }
    }

    fn object(&self) -> Read<&'a Map<String, Value>> {
        self.value.and_then(Value::as_object).ok_or_else(|| self.wrong("an object in braces"))
    }

    pub(crate) fn get(&self, key: &str) -> Node<'a> {
        let path = if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) };
        let value = self.value.and_then(|value| value.get(key)).filter(|value| !value.is_null());
        Node { path, value }
    }

    pub(crate) fn is_there(&self) -> bool {
        self.value.is_some()
    }

    /// The node itself if it is there.
    pub(crate) fn there(self) -> Option<Self> {
        self.value.is_some().then_some(self)
    }

    /// Refuses keys that mean nothing: a misspelt key would silently change the result.
    pub(crate) fn only(&self, keys: &[&str]) -> Read<()> {
        for key in self.object()?.keys() {
            if !keys.contains(&key.as_str()) {
                let expected = format!("one of the keys {}", keys.join(", "));
                return Err(ReplayError { found: format!("the key `{}`", cut(key)), expected, ..self.wrong("") });
            }
        }
        Ok(())
    }

    pub(crate) fn list(&self) -> Read<Vec<Node<'a>>> {
        let items = self.value.and_then(Value::as_array).ok_or_else(|| self.wrong("a list in brackets"))?;
        let node = |(at, value)| Node { path: format!("{}[{at}]", self.path), value: Some(value) };
        Ok(items.iter().enumerate().map(node).collect())
    }

    pub(crate) fn entries(&self) -> Read<Vec<(&'a str, Node<'a>)>> {
        Ok(self.object()?.keys().map(|key| (key.as_str(), self.get(key))).collect())
    }

    pub(crate) fn text(&self) -> Read<&'a str> {
        self.value.and_then(Value::as_str).ok_or_else(|| self.wrong("a text in quotes"))
    }

    pub(crate) fn text_or(&self, fallback: &'a str) -> Read<&'a str> {
        if self.is_there() { self.text() } else { Ok(fallback) }
    }

    pub(crate) fn flag_or(&self, fallback: bool) -> Read<bool> {
        if !self.is_there() {
            return Ok(fallback);
        }
        self.value.and_then(Value::as_bool).ok_or_else(|| self.wrong("true or false"))
    }

    pub(crate) fn count(&self, most: u32) -> Read<u32> {
        let read = self.value.and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
        read.filter(|n| *n <= most).ok_or_else(|| self.wrong(format!("a whole number from 0 to {most}")))
    }

    pub(crate) fn one_of<T: Copy>(&self, known: &[(&str, T)]) -> Read<T> {
        let found = self.value.and_then(Value::as_str);
        let found = found.and_then(|text| known.iter().find(|(name, _)| *name == text));
        let names = || known.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        found.map(|(_, value)| *value).ok_or_else(|| self.wrong(format!("one of {}", names())))
    }

    /// A value that serde knows by its snake_case name.
    pub(crate) fn named<T: serde::de::DeserializeOwned>(&self, names: &str) -> Read<T> {
        let read = self.value.and_then(|value| serde_json::from_value(value.clone()).ok());
        read.ok_or_else(|| self.wrong(format!("one of {names}")))
    }

    pub(crate) fn instant(&self) -> Read<DateTime<Utc>> {
        const EXPECTED: &str = "an instant such as 2026-02-06T16:42:00+08:00, or 2026-02-06T16:42 for Shanghai time";
        let text = self.value.and_then(Value::as_str).ok_or_else(|| self.wrong(EXPECTED))?;
        let with_offset = DateTime::parse_from_rfc3339(text).ok().map(|at| kernel::clock::cut(at.to_utc()));
        let at =
            with_offset.or_else(|| kernel::clock::parse_date_time_local(text)).ok_or_else(|| self.wrong(EXPECTED))?;
        // Calendars count days within these years only.
        if (1900..=9000).contains(&chrono::Datelike::year(&at)) {
            Ok(at)
        } else {
            Err(self.wrong("a year from 1900 to 9000"))
        }
    }

    pub(crate) fn date(&self) -> Read<NaiveDate> {
        let read = self.value.and_then(Value::as_str).and_then(|text| text.parse().ok());
        read.ok_or_else(|| self.wrong("a date such as 2026-02-06"))
    }
}

fn brief(value: &Value) -> String {
    match value {
        Value::Object(_) => "an object".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        other => format!("`{}`", cut(&other.to_string())),
    }
}

fn cut(text: &str) -> String {
    let short: String = text.chars().take(40).collect();
    if short.len() < text.len() { short + "…" } else { short }
}
