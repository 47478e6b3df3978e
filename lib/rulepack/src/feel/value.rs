//! What an expression is worth.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::decimal::Decimal;
use super::span::Span;
use super::temporal::{Date, DateTime, Time, Zone};

/// The kind of a value, for type errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValueKind {
    Null,
    Boolean,
    Number,
    Text,
    Date,
    Time,
    DateTime,
    Months,
    Nanos,
    List,
    Range,
    Context,
}

impl ValueKind {
    /// Its name, zh and en.
    pub fn name(self) -> (&'static str, &'static str) {
        match self {
            ValueKind::Null => ("空", "null"),
            ValueKind::Boolean => ("是否", "boolean"),
            ValueKind::Number => ("数", "number"),
            ValueKind::Text => ("文字", "text"),
            ValueKind::Date => ("日期", "date"),
            ValueKind::Time => ("时刻", "time"),
            ValueKind::DateTime => ("日期时间", "date and time"),
            ValueKind::Months => ("年月时长", "years and months duration"),
            ValueKind::Nanos => ("天时时长", "days and time duration"),
            ValueKind::List => ("列表", "list"),
            ValueKind::Range => ("区间", "range"),
            ValueKind::Context => ("结构", "context"),
        }
    }
}

/// A range; a bound that is null is open-ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Interval {
    pub low: Value,
    pub low_closed: bool,
    pub high: Value,
    pub high_closed: bool,
}

/// A value, or what is missing to know it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Boolean(bool),
    Number(Decimal),
    Text(String),
    Date(Date),
    Time(Time),
    DateTime(DateTime),
    Duration(Span),
    List(Vec<Value>),
    Range(Box<Interval>),
    Context(Vec<(String, Value)>),
    Unknown(Missing),
}

/// Facts that were not provided, and of what kind the value would be, if the dictionary says so.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Missing {
    pub facts: BTreeSet<String>,
    pub kind: Option<ValueKind>,
}

impl Missing {
    pub fn join(mut self, other: Missing) -> Missing {
        self.facts.extend(other.facts);
        Missing { kind: None, ..self }
    }
}

impl Value {
    pub fn text(text: impl Into<String>) -> Value {
        Value::Text(text.into())
    }

    /// A number that may be none: null.
    pub fn number(value: Option<Decimal>) -> Value {
        value.map_or(Value::Null, Value::Number)
    }

    pub fn integer(value: i64) -> Value {
        Value::Number(Decimal::from(value))
    }

    /// The kind, also of an unknown value if it is declared.
    pub fn kind(&self) -> Option<ValueKind> {
        Some(match self {
            Value::Null => ValueKind::Null,
            Value::Boolean(_) => ValueKind::Boolean,
            Value::Number(_) => ValueKind::Number,
            Value::Text(_) => ValueKind::Text,
            Value::Date(_) => ValueKind::Date,
            Value::Time(_) => ValueKind::Time,
            Value::DateTime(_) => ValueKind::DateTime,
            Value::Duration(Span::Months(_)) => ValueKind::Months,
            Value::Duration(Span::Nanos(_)) => ValueKind::Nanos,
            Value::List(_) => ValueKind::List,
            Value::Range(_) => ValueKind::Range,
            Value::Context(_) => ValueKind::Context,
            Value::Unknown(missing) => return missing.kind,
        })
    }

    /// Everything missing in it, however deep.
    pub fn missing(&self) -> Option<Missing> {
        let all = |values: &mut dyn Iterator<Item = &Value>| values.filter_map(Value::missing).reduce(Missing::join);
        match self {
            Value::Unknown(missing) => Some(missing.clone()),
            Value::List(items) => all(&mut items.iter()),
            Value::Context(entries) => all(&mut entries.iter().map(|(_, value)| value)),
            Value::Range(range) => all(&mut [&range.low, &range.high].into_iter()),
            _ => None,
        }
    }

    /// FEEL's equality; none where it is null, as for different kinds.
    pub fn equals(&self, other: &Value) -> Option<bool> {
        Some(match (self, other) {
            (Value::Null, Value::Null) => true,
            (Value::Null, _) | (_, Value::Null) => false,
            (Value::Boolean(a), Value::Boolean(b)) => a == b,
            (Value::Number(a), Value::Number(b)) => a == b,
            (Value::Text(a), Value::Text(b)) => a == b,
            (Value::Date(a), Value::Date(b)) => a == b,
            (Value::Time(a), Value::Time(b)) => {
                same_clock(a.zone.as_ref(), b.zone.as_ref()) && a.universal() == b.universal()
            }
            (Value::DateTime(a), Value::DateTime(b)) => {
                same_clock(a.time.zone.as_ref(), b.time.zone.as_ref()) && a.universal() == b.universal()
            }
            (Value::Duration(Span::Months(a)), Value::Duration(Span::Months(b))) => a == b,
            (Value::Duration(Span::Nanos(a)), Value::Duration(Span::Nanos(b))) => a == b,
            (Value::List(a), Value::List(b)) => {
                if a.len() != b.len() {
                    return Some(false);
                }
                all_equal(a.iter().zip(b))?
            }
            (Value::Context(a), Value::Context(b)) => {
                if a.len() != b.len() {
                    return Some(false);
                }
                let mut pairs = Vec::with_capacity(a.len());
                for (key, value) in a {
                    match b.iter().find(|(other, _)| other == key) {
                        Some((_, other)) => pairs.push((value, other)),
                        None => return Some(false),
                    }
                }
                all_equal(pairs.into_iter())?
            }
            (Value::Range(a), Value::Range(b)) => {
                a.low_closed == b.low_closed
                    && a.high_closed == b.high_closed
                    && all_equal([(&a.low, &b.low), (&a.high, &b.high)].into_iter())?
            }
            _ => return None,
        })
    }

    /// `is()`: the same kind and value; times also by the same clock, `10:00:00Z` is not `11:00:00+01:00`.
    pub fn is(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Time(a), Value::Time(b)) => a.nanos == b.nanos && a.offset() == b.offset(),
            (Value::DateTime(a), Value::DateTime(b)) => {
                a.date == b.date && a.time.nanos == b.time.nanos && a.offset() == b.offset()
            }
            (a, b) => a == b,
        }
    }

    /// Order of two values of one ordered kind; none for others.
    pub fn compare(&self, other: &Value) -> Option<Ordering> {
        match (self, other) {
            (Value::Number(a), Value::Number(b)) => Some(a.cmp(b)),
            (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
            (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
            (Value::DateTime(a), Value::DateTime(b)) => a.compare(b),
            (Value::Time(a), Value::Time(b)) if a.zone.is_some() == b.zone.is_some() => {
                Some(a.universal().cmp(&b.universal()))
            }
            (Value::Duration(Span::Months(a)), Value::Duration(Span::Months(b))) => Some(a.cmp(b)),
            (Value::Duration(Span::Nanos(a)), Value::Duration(Span::Nanos(b))) => Some(a.cmp(b)),
            _ => None,
        }
    }

    /// As `string()` writes it; text within lists is quoted.
    pub fn write(&self, quoted: bool) -> String {
        match self {
            Value::Null => "null".to_owned(),
            Value::Boolean(value) => value.to_string(),
            Value::Number(value) => value.to_string(),
            Value::Text(text) if quoted => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
            Value::Text(text) => text.clone(),
            Value::Date(date) => date.to_string(),
            Value::Time(time) => time.to_string(),
            Value::DateTime(both) => both.to_string(),
            Value::Duration(span) => span.to_string(),
            Value::List(items) => {
                let items: Vec<String> = items.iter().map(|item| item.write(true)).collect();
                format!("[{}]", items.join(", "))
            }
            Value::Context(entries) => {
                let entries: Vec<String> =
                    entries.iter().map(|(key, value)| format!("{key}: {}", value.write(true))).collect();
                format!("{{{}}}", entries.join(", "))
            }
            Value::Range(range) => {
                let open = if range.low_closed { '[' } else { '(' };
                let close = if range.high_closed { ']' } else { ')' };
                format!("{open}{}..{}{close}", range.low.write(true), range.high.write(true))
            }
            Value::Unknown(_) => "?".to_owned(),
        }
    }
}

/// An offset and a named zone are never equal, even at the same instant; nor are a time with and one without a zone.
fn same_clock(a: Option<&Zone>, b: Option<&Zone>) -> bool {
    match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => a.alike(b),
        _ => false,
    }
}

/// False if a pair differs, none if one cannot be compared.
fn all_equal<'a>(pairs: impl Iterator<Item = (&'a Value, &'a Value)>) -> Option<bool> {
    let mut all = Some(true);
    for (a, b) in pairs {
        match a.equals(b) {
            Some(false) => return Some(false),
            Some(true) => {}
            None => all = None,
        }
    }
    all
}
