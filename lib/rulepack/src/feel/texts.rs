//! Functions of text. Places count characters, not bytes.

use regex::{Regex, RegexBuilder};

use super::evaluate::literal;
use super::functions::{Call, Halt, Result};
use super::json::plain_number;
use super::value::Value;
use crate::syntax::ast::{Kind, Node};

/// None: not a function of text.
pub(super) fn run(call: &Call) -> Option<Result<Value>> {
    Some(match call.name {
        "string" => Ok(match call.value(0) {
            Value::Null => Value::Null,
            value => Value::Text(value.write(false)),
        }),
        "number" => number(call),
        "substring" => substring(call),
        "string length" => {
            call.text(0).map(|text| Value::integer(i64::try_from(text.chars().count()).unwrap_or(i64::MAX)))
        }
        "upper case" => call.text(0).map(|text| Value::Text(text.to_uppercase())),
        "lower case" => call.text(0).map(|text| Value::Text(text.to_lowercase())),
        "contains" => two(call, |text, part| Value::Boolean(text.contains(part))),
        "starts with" => two(call, |text, part| Value::Boolean(text.starts_with(part))),
        "ends with" => two(call, |text, part| Value::Boolean(text.ends_with(part))),
        "substring before" => {
            two(call, |text, part| Value::text(text.split_once(part).map_or("", |(before, _)| before)))
        }
        "substring after" => two(call, |text, part| Value::text(text.split_once(part).map_or("", |(_, after)| after))),
        "matches" => pattern(call, 1, 2).and_then(|pattern| Ok(Value::Boolean(pattern.is_match(call.text(0)?)))),
        "split" => pattern(call, 1, usize::MAX)
            .and_then(|pattern| Ok(Value::List(pattern.split(call.text(0)?).map(Value::text).collect()))),
        "replace" => replace(call),
        "string join" => join(call),
        "range" => range(call),
        _ => return None,
    })
}

fn two(call: &Call, run: impl Fn(&str, &str) -> Value) -> Result<Value> {
    Ok(run(call.text(0)?, call.text(1)?))
}

fn number(call: &Call) -> Result<Value> {
    if let Value::Number(number) = call.value(0) {
        return Ok(Value::Number(*number));
    }
    let text = call.text(0)?;
    let separator = |place: usize, allowed: &[&str]| -> Result<Option<String>> {
        match call.value(place) {
            Value::Null => Ok(None),
            Value::Text(text) if allowed.contains(&text.as_str()) => Ok(Some(text.clone())),
            Value::Text(_) => Err(Halt::Null),
            other => call.wrong(other),
        }
    };
    let grouping = separator(1, &[" ", ".", ","])?;
    let point = separator(2, &[".", ","])?;
    if grouping.is_some() && grouping == point {
        return Err(Halt::Null);
    }
    let mut plain = text.to_owned();
    if let Some(grouping) = grouping {
        plain = plain.replace(&grouping, "");
    }
    if let Some(point) = point {
        plain = plain.replace(&point, ".");
    }
    Ok(Value::number(plain_number(&plain)))
}

fn substring(call: &Call) -> Result<Value> {
    let text: Vec<char> = call.text(0)?.chars().collect();
    let length = i64::try_from(text.len()).map_err(|_| Halt::Null)?;
    let start = call.integer(1)?;
    if start == 0 || start > length || -start > length {
        return Err(Halt::Null);
    }
    let from = if start > 0 { start - 1 } else { length + start };
    let count = if call.given(2) && *call.value(2) != Value::Null { call.integer(2)? } else { length };
    if count < 1 {
        return Err(Halt::Null);
    }
    let from = usize::try_from(from).map_err(|_| Halt::Null)?;
    Ok(Value::Text(text.into_iter().skip(from).take(usize::try_from(count).unwrap_or(usize::MAX)).collect()))
}

/// A regular expression of XPath as far as it has no back-references; one that cannot be read is null.
fn pattern(call: &Call, place: usize, flags: usize) -> Result<Regex> {
    let text = call.text(place)?;
    let flags = if call.given(flags) && *call.value(flags) != Value::Null { call.text(flags)? } else { "" };
    let mut builder = RegexBuilder::new(text);
    for flag in flags.chars() {
        match flag {
            's' => builder.dot_matches_new_line(true),
            'm' => builder.multi_line(true),
            'i' => builder.case_insensitive(true),
            'x' => builder.ignore_whitespace(true),
            _ => return Err(Halt::Null),
        };
    }
    builder.size_limit(1 << 20).build().map_err(|_| Halt::Null)
}

fn replace(call: &Call) -> Result<Value> {
    let pattern = pattern(call, 1, 3)?;
    // `$1abc` is group 1 before "abc".
    let mut replacement = String::new();
    let mut chars = call.text(2)?.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('$', Some(digit)) if digit.is_ascii_digit() => {
                replacement.push_str(&format!("${{{digit}}}"));
                chars.next();
            }
            ('\\', Some(next)) => {
                replacement.push_str(if *next == '$' { "$$" } else { "\\" });
                chars.next();
            }
            ('$', _) => replacement.push_str("$$"),
            (c, _) => replacement.push(c),
        }
    }
    Ok(Value::Text(pattern.replace_all(call.text(0)?, replacement.as_str()).into_owned()))
}

fn join(call: &Call) -> Result<Value> {
    let mut parts = Vec::new();
    for item in call.list(0)? {
        match item {
            Value::Text(text) => parts.push(text),
            Value::Null => {}
            other => return call.wrong(&other),
        }
    }
    let delimiter = if *call.value(1) == Value::Null { "" } else { call.text(1)? };
    Ok(Value::Text(parts.join(delimiter)))
}

/// `range("[1..5)")` with plain bounds, ascending and of one kind; `[1..)` and `(..5]` are open-ended.
fn range(call: &Call) -> Result<Value> {
    let text = ends_filled(call.text(0)?);
    let node = crate::syntax::parse_expression(&text, &()).map_err(|_| Halt::Null)?;
    let Kind::Range(range) = node.kind else { return Err(Halt::Null) };
    let (low, high) = (bound(&range.low)?, bound(&range.high)?);
    let sound = match (&low, &high) {
        (Value::Null, Value::Null) => false,
        (Value::Null, _) => !range.low_closed,
        (_, Value::Null) => !range.high_closed,
        (low, high) => low.compare(high).is_some_and(std::cmp::Ordering::is_le),
    };
    // `>= 10` is a range of the language, but no text of one.
    if !sound || !text.trim_start().starts_with(['[', '(', ']']) || !text.contains("..") {
        return Err(Halt::Null);
    }
    Ok(Value::Range(Box::new(super::Interval {
        low,
        low_closed: range.low_closed,
        high,
        high_closed: range.high_closed,
    })))
}

/// Writes `null` where a bound is left out.
fn ends_filled(text: &str) -> String {
    let text = text.trim();
    let mut chars = text.chars();
    let (Some(open), Some(close)) = (chars.next(), chars.next_back()) else { return text.to_owned() };
    let body = chars.as_str().trim();
    let low = if body.starts_with("..") { "null" } else { "" };
    let high = if body.ends_with("..") { "null" } else { "" };
    format!("{open}{low}{body}{high}{close}")
}

/// A literal; nothing that has to be computed.
fn bound(node: &Node) -> Result<Value> {
    Ok(match &node.kind {
        Kind::Number { value, unit: None } => Value::number(super::Decimal::from_rational(value)),
        Kind::Negate(inner) => match bound(inner)? {
            Value::Number(number) => Value::Number(number.negate()),
            _ => return Err(Halt::Null),
        },
        Kind::Text(text) => Value::text(text),
        Kind::At(text) => literal(text),
        Kind::Null => Value::Null,
        Kind::Call { name, arguments } if matches!(name.as_str(), "date" | "time" | "date and time" | "duration") => {
            match arguments.as_slice() {
                [(_, Node { kind: Kind::Text(text), .. })] => literal(text),
                _ => return Err(Halt::Null),
            }
        }
        _ => return Err(Halt::Null),
    })
}
