//! `+ - * / **` between numbers, texts, dates, times and durations.

use super::comparison::not_known;
use super::decimal::Decimal;
use super::evaluate::Answer;
use super::messages::{self, fail};
use super::span::Span as Length;
use super::temporal::{DAY, Date, Time};
use super::value::{Value, ValueKind};
use crate::ir::Mode;
use crate::syntax::ast::{Arithmetic, Span};

pub(super) fn negate(value: Value, span: Span) -> Answer {
    Ok(match value {
        Value::Number(number) => Value::Number(number.negate()),
        Value::Duration(length) => Value::Duration(length.negate()),
        Value::Null | Value::Unknown(_) => value,
        other => {
            return Err(fail(
                span,
                messages::one_kind("-", other.kind().unwrap_or(ValueKind::Null), ValueKind::Number),
            ));
        }
    })
}

fn sign(how: Arithmetic) -> &'static str {
    match how {
        Arithmetic::Add => "+",
        Arithmetic::Subtract => "-",
        Arithmetic::Multiply => "*",
        Arithmetic::Divide => "/",
        Arithmetic::Power => "**",
    }
}

/// Whether the operator is there for these kinds at all.
fn fits(how: Arithmetic, left: ValueKind, right: ValueKind) -> bool {
    use ValueKind::{Date, DateTime, Months, Nanos, Number, Text, Time};
    match how {
        Arithmetic::Power => (left, right) == (Number, Number),
        Arithmetic::Multiply => matches!((left, right), (Number, Number | Months | Nanos) | (Months | Nanos, Number)),
        Arithmetic::Divide => {
            matches!((left, right), (Number | Months | Nanos, Number) | (Months, Months) | (Nanos, Nanos))
        }
        Arithmetic::Add => matches!(
            (left, right),
            (Number, Number)
                | (Text, Text)
                | (Months, Months)
                | (Nanos, Nanos)
                | (Date | DateTime, Months | Nanos)
                | (Months | Nanos, Date | DateTime)
                | (Time, Nanos)
                | (Nanos, Time)
        ),
        Arithmetic::Subtract => matches!(
            (left, right),
            (Number, Number)
                | (Months, Months)
                | (Nanos, Nanos)
                | (Date | DateTime, Months | Nanos | Date | DateTime)
                | (Time, Nanos | Time)
        ),
    }
}

pub(super) fn apply(how: Arithmetic, left: Value, right: Value, span: Span) -> Answer {
    if let (Some(a), Some(b)) = (left.kind(), right.kind())
        && a != ValueKind::Null
        && b != ValueKind::Null
        && !fits(how, a, b)
    {
        return Err(fail(span, messages::two_kinds(sign(how), a, b)));
    }
    if let Some(value) = not_known(&left, &right) {
        return Ok(value);
    }
    Ok(match (how, left, right) {
        (Arithmetic::Add, Value::Text(a), Value::Text(b)) => Value::Text(a + &b),
        (how, Value::Number(a), Value::Number(b)) => Value::number(match how {
            Arithmetic::Add => a.plus(b),
            Arithmetic::Subtract => a.subtract(b),
            Arithmetic::Multiply => a.multiply(b),
            Arithmetic::Divide => a.divide(b),
            Arithmetic::Power => a.power(b),
        }),
        (Arithmetic::Add, Value::Duration(a), Value::Duration(b)) => join(a, b),
        (Arithmetic::Subtract, Value::Duration(a), Value::Duration(b)) => join(a, b.negate()),
        (Arithmetic::Multiply, Value::Duration(a), Value::Number(b))
        | (Arithmetic::Multiply, Value::Number(b), Value::Duration(a)) => scaled(a, |n| n.multiply(b)),
        (Arithmetic::Divide, Value::Duration(a), Value::Number(b)) => scaled(a, |n| n.divide(b)),
        (Arithmetic::Divide, Value::Duration(a), Value::Duration(b)) => {
            Value::number(number(a).and_then(|a| a.divide(number(b)?)))
        }
        (Arithmetic::Add, moment, Value::Duration(length)) | (Arithmetic::Add, Value::Duration(length), moment) => {
            moved(moment, length)
        }
        (Arithmetic::Subtract, moment, Value::Duration(length)) => moved(moment, length.negate()),
        (Arithmetic::Subtract, a, b) => difference(&a, &b),
        _ => Value::Null,
    })
}

fn join(a: Length, b: Length) -> Value {
    match (a, b) {
        (Length::Months(a), Length::Months(b)) => {
            a.checked_add(b).map_or(Value::Null, |n| Value::Duration(Length::Months(n)))
        }
        (Length::Nanos(a), Length::Nanos(b)) => {
            a.checked_add(b).map_or(Value::Null, |n| Value::Duration(Length::Nanos(n)))
        }
        _ => Value::Null,
    }
}

fn number(length: Length) -> Option<Decimal> {
    match length {
        Length::Months(months) => Some(Decimal::from(months)),
        Length::Nanos(nanos) => Decimal::parse(&nanos.to_string()),
    }
}

/// Times or through a number; what is less than a month or a nanosecond is cut off.
fn scaled(length: Length, by: impl Fn(Decimal) -> Option<Decimal>) -> Value {
    let result = number(length).and_then(by).and_then(|n| n.round(0, Mode::Down));
    let span = result.and_then(|n| match length {
        Length::Months(_) => n.to_i64().map(Length::Months),
        Length::Nanos(_) => n.to_string().parse().ok().map(Length::Nanos),
    });
    span.map_or(Value::Null, Value::Duration)
}

/// A date stays a date: hours that do not fill a day are cut off after adding.
fn moved(moment: Value, length: Length) -> Value {
    let date = |date: Date, nanos: i128| date.midnight(None).add_nanos(nanos).map(|both| both.date);
    match (moment, length) {
        (Value::Date(day), Length::Months(months)) => day.add_months(months).map_or(Value::Null, Value::Date),
        (Value::Date(day), Length::Nanos(nanos)) => date(day, nanos).map_or(Value::Null, Value::Date),
        (Value::DateTime(mut both), Length::Months(months)) => match both.date.add_months(months) {
            Some(day) => {
                both.date = day;
                Value::DateTime(both)
            }
            None => Value::Null,
        },
        (Value::DateTime(both), Length::Nanos(nanos)) => both.add_nanos(nanos).map_or(Value::Null, Value::DateTime),
        (Value::Time(time), Length::Nanos(nanos)) => {
            Value::Time(Time { nanos: (time.nanos + nanos % DAY).rem_euclid(DAY), zone: time.zone })
        }
        _ => Value::Null,
    }
}

fn difference(a: &Value, b: &Value) -> Value {
    let nanos = match (a, b) {
        (Value::Time(a), Value::Time(b)) if a.zone.is_some() == b.zone.is_some() => Some(a.universal() - b.universal()),
        (a, b) => moment(a).zip(moment(b)).filter(|((_, a), (_, b))| a == b).map(|((a, _), (b, _))| a - b),
    };
    nanos.map_or(Value::Null, |nanos| Value::Duration(Length::Nanos(nanos)))
}

/// Nanoseconds and whether they are those of a zone; a date alone is midnight at Greenwich.
fn moment(value: &Value) -> Option<(i128, bool)> {
    match value {
        Value::Date(date) => Some((i128::from(date.days()) * DAY, true)),
        Value::DateTime(both) => Some((both.universal(), both.time.zone.is_some())),
        _ => None,
    }
}
