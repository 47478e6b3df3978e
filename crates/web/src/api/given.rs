//! What a caller sent, name by name: everything wrong is told at once, and what nobody asked for is refused.

use std::fmt::Display;
use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, NaiveDate, SubsecRound, Utc};
use kernel::{Error, FieldError, Result};
use serde_json::Value;

/// One value: text of a query, or JSON.
enum Sent {
    Text(String),
    Json(Value),
}

/// Named values of a query or a JSON object.
pub struct Given {
    values: Vec<(String, Sent)>,
    wrong: Vec<FieldError>,
}

impl Given {
    /// Reads the query of an address. An empty value is refused by whoever asks for it: a filter that got lost on the way
    /// must not give everything.
    pub fn query(query: &str) -> Given {
        let mut given = Given { values: Vec::new(), wrong: Vec::new() };
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = crate::href::decode(name);
            match String::from_utf8(crate::href::decode_bytes(value)) {
                _ if given.values.iter().any(|(known, _)| *known == name) => {
                    given.wrong.push(FieldError::new(shown(&name), "given-twice"));
                }
                Ok(text) => given.values.push((name, Sent::Text(text))),
                Err(_) => given.wrong.push(FieldError::new(shown(&name), "not-utf8")),
            }
        }
        given
    }

    /// Reads a JSON object. `null` counts as not sent.
    ///
    /// # Errors
    /// `bad-json` if it is none.
    pub fn json(bytes: &[u8]) -> Result<Given> {
        let bad = |detail: String| Error::invalid("bad-json").arg("detail", detail);
        let value = serde_json::from_slice(bytes).map_err(|e| bad(e.to_string()))?;
        let Value::Object(fields) = value else { return Err(bad("an object was expected".to_owned())) };
        let values = fields.into_iter().map(|(name, value)| (name, Sent::Json(value))).collect();
        Ok(Given { values, wrong: Vec::new() })
    }

    fn take(&mut self, name: &str) -> Option<Sent> {
        let at = self.values.iter().position(|(known, _)| known == name)?;
        match self.values.swap_remove(at).1 {
            Sent::Json(Value::Null) => None,
            sent => Some(sent),
        }
    }

    /// Notes that a value is wrong; returns nothing, for the end of a closure.
    pub fn refuse<T>(&mut self, field: FieldError) -> Option<T> {
        self.wrong.push(field);
        None
    }

    fn mistyped<T>(&mut self, name: &'static str, wanted: &str) -> Option<T> {
        self.refuse(FieldError::new(name, "wrong-type").arg("wanted", wanted))
    }

    /// Text without white space around it, at most `most` characters; line breaks and tabs are the only control characters.
    pub fn text(&mut self, name: &'static str, most: usize) -> Option<String> {
        let (text, in_query) = match self.take(name)? {
            Sent::Text(text) => (text, true),
            Sent::Json(Value::String(text)) => (text, false),
            Sent::Json(_) => return self.mistyped(name, "string"),
        };
        let text = text.trim();
        if text.is_empty() && in_query {
            return self.refuse(FieldError::new(name, "required"));
        }
        if text.chars().any(|c| kernel::is_never_meant(c) || c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            return self.refuse(FieldError::new(name, "control-character"));
        }
        let length = text.chars().count();
        if length > most {
            return self.refuse(FieldError::new(name, "too-long").arg("limit", most).arg("length", length));
        }
        Some(text.to_owned()).filter(|text| !text.is_empty())
    }

    /// As [`Given::text`], but it must be there; what is wrong is noted and empty text returned.
    pub fn required(&mut self, name: &'static str, most: usize) -> String {
        let before = self.wrong.len();
        let text = self.text(name, most);
        if text.is_none() && self.wrong.len() == before {
            self.wrong.push(FieldError::new(name, "required"));
        }
        text.unwrap_or_default()
    }

    /// `true` or `false`.
    pub fn flag(&mut self, name: &'static str) -> Option<bool> {
        match self.take(name)? {
            Sent::Json(Value::Bool(flag)) => Some(flag),
            Sent::Text(text) if text == "true" => Some(true),
            Sent::Text(text) if text == "false" => Some(false),
            _ => self.mistyped(name, "true, false"),
        }
    }

    /// A whole number in a range.
    pub fn number(&mut self, name: &'static str, range: RangeInclusive<i64>) -> Option<i64> {
        let n = match self.take(name)? {
            Sent::Text(text) => text.parse().ok(),
            Sent::Json(value) => value.as_i64(),
        };
        match n.filter(|n| range.contains(n)) {
            Some(n) => Some(n),
            None => {
                self.refuse(FieldError::new(name, "out-of-range").arg("from", range.start()).arg("to", range.end()))
            }
        }
    }

    /// How many rows a page shall have.
    pub fn limit(&mut self) -> i64 {
        self.number("limit", 1..=super::PAGE_MOST).unwrap_or(super::PAGE)
    }

    /// A moment as RFC 3339 writes it, cut to microseconds. A `+` that was not encoded and became a space is understood.
    pub fn instant(&mut self, name: &'static str) -> Option<DateTime<Utc>> {
        let text = self.text(name, 50)?;
        match DateTime::parse_from_rfc3339(&text.replace(' ', "+")) {
            Ok(at) => Some(at.with_timezone(&Utc).trunc_subsecs(6)),
            Err(_) => self.mistyped(name, "2026-11-20T17:30:00+08:00"),
        }
    }

    /// A day of the years 1900 to 2999, `2026-11-20`.
    pub fn day(&mut self, name: &'static str) -> Option<NaiveDate> {
        let text = self.text(name, 50)?;
        match text.parse::<NaiveDate>() {
            Ok(day) if text.len() == 10 && (1900..3000).contains(&day.year()) => Some(day),
            _ => self.mistyped(name, "2026-11-20"),
        }
    }

    /// One of several words, read by `read`; `words` are named to who wrote another.
    pub fn word<T>(
        &mut self,
        name: &'static str,
        read: impl Fn(&str) -> Option<T>,
        words: impl IntoIterator<Item: Display>,
    ) -> Option<T> {
        let text = self.text(name, 100)?;
        match read(&text) {
            Some(value) => Some(value),
            None => {
                let words: Vec<String> = words.into_iter().map(|word| word.to_string()).collect();
                self.refuse(FieldError::new(name, "one-of").arg("words", words.join(", ")))
            }
        }
    }

    /// Whether all was right and asked for.
    ///
    /// # Errors
    /// `invalid-fields` naming every value that was wrong or that the endpoint does not know.
    pub fn finish(mut self) -> Result<()> {
        self.wrong.extend(self.values.iter().map(|(name, _)| FieldError::new(shown(name), "unknown-parameter")));
        Error::check(self.wrong)
    }
}

/// A name as it is repeated to who sent it: short and printable.
fn shown(name: &str) -> String {
    name.chars().take(60).filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(given: Given) -> Vec<(String, &'static str)> {
        given
            .finish()
            .err()
            .map_or_else(Vec::new, |e| e.fields.into_iter().map(|f| (f.field.into_owned(), f.code)).collect())
    }

    #[test]
    fn a_query_is_read_strictly() {
        let mut q =
            Given::query("limit=201&state=new&at=2026-11-20T17:30:00+08:00&q=%E7%94%B5&q=2&x=1&bad=%ff&nul=a%00b&e=");
        assert_eq!(q.number("limit", 1..=200), None);
        assert_eq!(q.instant("at").map(|at| at.to_rfc3339()).as_deref(), Some("2026-11-20T09:30:00+00:00"));
        assert_eq!(q.text("q", 9).as_deref(), Some("电"));
        assert_eq!(q.word("state", |s| (s == "old").then_some(()), ["old"]), None);
        assert_eq!((q.text("nul", 9), q.text("e", 9)), (None, None));
        let told = faults(q);
        let want = [
            ("q", "given-twice"),
            ("bad", "not-utf8"),
            ("limit", "out-of-range"),
            ("state", "one-of"),
            ("nul", "control-character"),
            ("e", "required"),
            ("x", "unknown-parameter"),
        ];
        assert_eq!(told, want.map(|(name, code)| (name.to_owned(), code)));
    }

    #[test]
    fn a_body_tells_all_its_faults_at_once() {
        let text = r#"{"title": 5, "body": "  ", "name": "四个字吗", "flag": "yes", "n": 99999999999999999999, "more": [], "no": null}"#;
        let mut b = Given::json(text.as_bytes()).unwrap();
        assert_eq!(b.required("title", 9), "");
        assert_eq!(b.required("body", 9), "");
        assert_eq!(b.required("name", 3), "");
        assert_eq!((b.flag("flag"), b.number("n", 1..=5), b.text("no", 5)), (None, None, None));
        let told: Vec<_> = faults(b).into_iter().map(|(_, code)| code).collect();
        assert_eq!(told, ["wrong-type", "required", "too-long", "wrong-type", "out-of-range", "unknown-parameter"]);
        for broken in ["", "[]", "{", "\"\\ud800\"", &"[".repeat(5000)] {
            assert_eq!(Given::json(broken.as_bytes()).err().unwrap().code, "bad-json", "{broken:.20}");
        }
    }
}
