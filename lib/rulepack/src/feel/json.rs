//! JSON in, with numbers exact; answers as JSON out.

use super::decimal::Decimal;
use super::value::Value;
use crate::number;

/// Where a text stops being JSON that can be used, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotJson {
    pub place: usize,
    /// It is a number, but with more digits than [`number::MOST_DIGITS`].
    pub long_number: bool,
}

impl NotJson {
    fn at(place: usize) -> NotJson {
        NotJson { place, long_number: false }
    }
}

/// Reads one JSON value; objects are contexts. Numbers keep 34 digits, which a `f64` would not.
///
/// # Errors
/// The place where it is not JSON.
pub fn read(text: &str) -> Result<Value, NotJson> {
    let mut reader = Reader { text, place: 0 };
    let value = reader.value(0)?;
    reader.blank();
    if reader.place < text.len() { Err(NotJson::at(reader.place)) } else { Ok(value) }
}

struct Reader<'a> {
    text: &'a str,
    place: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.place..).unwrap_or("")
    }

    fn blank(&mut self) {
        let rest = self.rest();
        self.place += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r', '\u{feff}']).len();
    }

    fn eat(&mut self, sign: char) -> bool {
        self.blank();
        let here = self.rest().starts_with(sign);
        self.place += if here { sign.len_utf8() } else { 0 };
        here
    }

    fn must(&mut self, sign: char) -> Result<(), NotJson> {
        if self.eat(sign) { Ok(()) } else { Err(NotJson::at(self.place)) }
    }

    fn value(&mut self, depth: u32) -> Result<Value, NotJson> {
        if depth > 60 {
            return Err(NotJson::at(self.place));
        }
        self.blank();
        for (word, value) in [("null", Value::Null), ("true", Value::Boolean(true)), ("false", Value::Boolean(false))] {
            if self.rest().starts_with(word) {
                self.place += word.len();
                return Ok(value);
            }
        }
        if self.eat('[') {
            let mut items = Vec::new();
            if self.eat(']') {
                return Ok(Value::List(items));
            }
            loop {
                items.push(self.value(depth + 1)?);
                if self.eat(']') {
                    return Ok(Value::List(items));
                }
                self.must(',')?;
            }
        }
        if self.eat('{') {
            let mut entries = Vec::new();
            if self.eat('}') {
                return Ok(Value::Context(entries));
            }
            loop {
                self.blank();
                let key = self.string()?;
                self.must(':')?;
                entries.push((key, self.value(depth + 1)?));
                if self.eat('}') {
                    return Ok(Value::Context(entries));
                }
                self.must(',')?;
            }
        }
        if self.rest().starts_with('"') {
            return self.string().map(Value::Text);
        }
        let rest = self.rest();
        let length = rest
            .find(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E')))
            .unwrap_or(rest.len());
        let text = rest.get(..length).unwrap_or_default();
        match Decimal::parse(text).filter(|_| !text.starts_with('+')) {
            Some(number) => {
                self.place += length;
                Ok(Value::Number(number))
            }
            None => Err(NotJson { place: self.place, long_number: number::is_too_long(text) }),
        }
    }

    fn string(&mut self) -> Result<String, NotJson> {
        let rest = self.rest();
        if !rest.starts_with('"') {
            return Err(NotJson::at(self.place));
        }
        let mut escaped = false;
        for (place, c) in rest.char_indices().skip(1) {
            match c {
                '\\' if !escaped => escaped = true,
                '"' if !escaped => {
                    let whole = rest.get(..place + 1).unwrap_or("");
                    let text = serde_json::from_str(whole).map_err(|_| NotJson::at(self.place))?;
                    self.place += place + 1;
                    return Ok(text);
                }
                _ => escaped = false,
            }
        }
        Err(NotJson::at(self.place))
    }
}

/// The answer as the command line prints it: `{"type":"number","value":"34.5"}`, `{"type":"unknown","missing":["employees"]}`.
///
/// Numbers are exact plain text without trailing zeros. Dates, and dates with a time, are `date`; durations ISO text; a range is its
/// text, `[1..5)`; the items of a list and the entries of a context are answers themselves.
pub fn answer(value: &Value) -> String {
    if let Some(missing) = value.missing() {
        let facts: Vec<String> = missing.facts.iter().map(|fact| quoted(fact)).collect();
        return format!("{{\"type\":\"unknown\",\"missing\":[{}]}}", facts.join(","));
    }
    let of = |kind: &str, value: String| format!("{{\"type\":\"{kind}\",\"value\":{value}}}");
    let text = |kind: &str| of(kind, quoted(&value.write(false)));
    match value {
        Value::Null | Value::Unknown(_) => of("null", "null".to_owned()),
        Value::Boolean(value) => of("boolean", value.to_string()),
        Value::Number(_) => text("number"),
        Value::Text(_) => text("text"),
        Value::Date(_) | Value::DateTime(_) => text("date"),
        Value::Time(_) => text("time"),
        Value::Duration(_) => text("duration"),
        Value::Range(_) => text("range"),
        Value::List(items) => of("list", format!("[{}]", items.iter().map(answer).collect::<Vec<_>>().join(","))),
        Value::Context(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(key, value)| format!("{}:{}", quoted(key), answer(value))).collect();
            of("context", format!("{{{}}}", entries.join(",")))
        }
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A number from text with separators, as FEEL's `number()` reads it.
pub(super) fn plain_number(text: &str) -> Option<Decimal> {
    let text: String = text.trim().chars().map(number::narrow).collect();
    Decimal::parse(&text)
}
