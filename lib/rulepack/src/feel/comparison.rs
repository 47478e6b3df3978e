//! Equality, order, `between`, `in`, and three-valued logic with unknown.

use std::cmp::Ordering;

use super::evaluate::Answer;
use super::messages::{self, fail};
use super::value::{Interval, Missing, Value, ValueKind};
use crate::syntax::ast::{Comparison, Span};

/// Three-valued logic with unknown: one operand, or what is known of it.
pub(super) fn truth(value: Value, sign: &str, span: Span) -> Answer {
    match value.kind() {
        Some(ValueKind::Boolean | ValueKind::Null) | None => Ok(value),
        Some(found) => Err(fail(span, messages::one_kind(sign, found, ValueKind::Boolean))),
    }
}

/// `stop` decides (false for and, true for or); else unknown, else null, else its opposite.
pub(super) fn junction(parts: impl IntoIterator<Item = Value>, stop: bool) -> Value {
    let mut missing: Option<Missing> = None;
    let mut null = false;
    for part in parts {
        match part {
            Value::Boolean(value) if value == stop => return Value::Boolean(stop),
            Value::Boolean(_) => {}
            Value::Unknown(more) => {
                missing = Some(match missing {
                    Some(before) => before.join(more),
                    None => more,
                });
            }
            _ => null = true,
        }
    }
    match missing {
        Some(missing) => Value::Unknown(Missing { kind: Some(ValueKind::Boolean), ..missing }),
        None if null => Value::Null,
        None => Value::Boolean(!stop),
    }
}

/// Null if one is null, unknown if one is unknown, none if both are known.
pub(super) fn not_known(left: &Value, right: &Value) -> Option<Value> {
    if *left == Value::Null || *right == Value::Null {
        return Some(Value::Null);
    }
    match (left.missing(), right.missing()) {
        (Some(a), Some(b)) => Some(Value::Unknown(a.join(b))),
        (Some(a), None) | (None, Some(a)) => Some(Value::Unknown(Missing { kind: None, ..a })),
        (None, None) => None,
    }
}

fn sign(how: Comparison) -> &'static str {
    match how {
        Comparison::Equal => "=",
        Comparison::NotEqual => "!=",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    }
}

/// Compares two values.
pub(super) fn compare(how: Comparison, left: &Value, right: &Value, span: Span) -> Answer {
    let equality = matches!(how, Comparison::Equal | Comparison::NotEqual);
    let ordered = |kind| !matches!(kind, ValueKind::Boolean | ValueKind::List | ValueKind::Context | ValueKind::Range);
    if let (Some(a), Some(b)) = (left.kind(), right.kind())
        && a != ValueKind::Null
        && b != ValueKind::Null
    {
        let lengths = |kind| matches!(kind, ValueKind::Months | ValueKind::Nanos);
        let fits = (a == b && (equality || ordered(a))) || (lengths(a) && lengths(b));
        if !fits {
            return Err(fail(span, messages::two_kinds(sign(how), a, b)));
        }
    }
    let boolean = |value: Option<bool>| value.map_or(Value::Null, Value::Boolean);
    if equality {
        let unknown = match (left.missing(), right.missing()) {
            (None, None) => None,
            _ => not_known(&left.clone().or_true(), &right.clone().or_true()),
        };
        return Ok(
            unknown.unwrap_or_else(|| boolean(left.equals(right).map(|same| same == (how == Comparison::Equal))))
        );
    }
    if let Some(value) = not_known(left, right) {
        return Ok(value);
    }
    Ok(boolean(left.compare(right).map(|order| match how {
        Comparison::Less => order == Ordering::Less,
        Comparison::LessOrEqual => order != Ordering::Greater,
        Comparison::Greater => order == Ordering::Greater,
        _ => order != Ordering::Less,
    })))
}

impl Value {
    /// Equality with null is answered, so null counts as any other value there.
    fn or_true(self) -> Value {
        if self == Value::Null { Value::Boolean(true) } else { self }
    }
}

/// Whether a value lies in a range. A null bound that is excluded is no bound; one that is included makes it null.
pub(super) fn within(value: &Value, range: &Interval, span: Span) -> Answer {
    let bound = |bound: &Value, closed, how| match bound {
        Value::Null if *value == Value::Null || closed => Ok(Value::Null),
        Value::Null => Ok(Value::Boolean(true)),
        bound => compare(how, value, bound, span),
    };
    let (low, high) = (range.low_closed, range.high_closed);
    let low = bound(&range.low, low, if low { Comparison::GreaterOrEqual } else { Comparison::Greater })?;
    let high = bound(&range.high, high, if high { Comparison::LessOrEqual } else { Comparison::Less })?;
    Ok(junction([low, high], false))
}

/// `value in other`: equal to it, within it, or among its items.
pub(super) fn among(value: &Value, other: &Value, span: Span) -> Answer {
    match other {
        Value::Range(range) if !matches!(value, Value::Range(_)) => within(value, range, span),
        Value::List(items)
            if !matches!(value, Value::List(_)) || items.iter().any(|item| matches!(item, Value::List(_))) =>
        {
            let one = |item: &Value| match item {
                Value::Range(range) if !matches!(value, Value::Range(_)) => within(value, range, span),
                item => match (value.missing().or(item.missing()), value.equals(item)) {
                    (Some(missing), _) => Ok(Value::Unknown(missing)),
                    // Among others of any kind: one that cannot be compared is not it.
                    (None, same) => Ok(Value::Boolean(same == Some(true))),
                },
            };
            Ok(junction(items.iter().map(one).collect::<Result<Vec<_>, _>>()?, true))
        }
        other => compare(Comparison::Equal, value, other, span),
    }
}
