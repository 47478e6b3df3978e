//! Calls built-in functions: arguments in order, unknown ones answered, then to the room of the function.

use super::comparison::{junction, truth};
use super::decimal::Decimal;
use super::evaluate::Answer;
use super::messages::{self, fail};
use super::span::Span as Length;
use super::value::{Missing, Value, ValueKind};
use super::{intervals, lists, signatures, texts, times};
use crate::ir::Mode;
use crate::syntax::ast::Span;
use crate::syntax::{SyntaxError, functions};

/// Why a function gives no value.
pub(super) enum Halt {
    /// The standard answers null.
    Null,
    Fail(Box<SyntaxError>),
}

impl From<Box<SyntaxError>> for Halt {
    fn from(error: Box<SyntaxError>) -> Halt {
        Halt::Fail(error)
    }
}

pub(super) type Result<T> = std::result::Result<T, Halt>;

/// One call with its arguments in order; what is not given is none.
pub(super) struct Call<'a> {
    pub name: &'a str,
    pub arguments: Vec<Option<Value>>,
    pub span: Span,
}

impl Call<'_> {
    /// The argument; null if it is not given.
    pub fn value(&self, place: usize) -> &Value {
        self.arguments.get(place).and_then(Option::as_ref).unwrap_or(&Value::Null)
    }

    pub fn given(&self, place: usize) -> bool {
        self.arguments.get(place).is_some_and(Option::is_some)
    }

    /// An argument of the wrong kind; null halts with null.
    pub fn wrong<T>(&self, value: &Value) -> Result<T> {
        match value.kind() {
            None | Some(ValueKind::Null) => Err(Halt::Null),
            Some(kind) => {
                let usage = signatures::usage(self.name);
                Err(Halt::Fail(fail(self.span, messages::argument_kind(self.name, &usage, kind))))
            }
        }
    }

    pub fn number(&self, place: usize) -> Result<Decimal> {
        match self.value(place) {
            Value::Number(number) => Ok(*number),
            // A list of one stands for its item.
            Value::List(items) => match items.as_slice() {
                [Value::Number(number)] => Ok(*number),
                _ => self.wrong(self.value(place)),
            },
            other => self.wrong(other),
        }
    }

    /// A whole number; a fraction is cut off.
    pub fn integer(&self, place: usize) -> Result<i64> {
        self.number(place)?.truncated().ok_or(Halt::Null)
    }

    pub fn text(&self, place: usize) -> Result<&str> {
        match self.value(place) {
            Value::Text(text) => Ok(text),
            Value::List(items) => match items.as_slice() {
                [Value::Text(text)] => Ok(text),
                _ => self.wrong(self.value(place)),
            },
            other => self.wrong(other),
        }
    }

    /// A list; a single value stands for a list of one.
    pub fn list(&self, place: usize) -> Result<Vec<Value>> {
        match self.value(place) {
            Value::List(items) => Ok(items.clone()),
            Value::Null => Err(Halt::Null),
            single => Ok(vec![single.clone()]),
        }
    }

    /// `max(list)` or `max(a, b, c)`.
    pub fn items(&self) -> Result<Vec<Value>> {
        if self.arguments.len() == 1 {
            return self.list(0);
        }
        Ok((0..self.arguments.len()).map(|place| self.value(place).clone()).collect())
    }
}

pub(super) fn call(name: &str, arguments: Vec<(Option<String>, Value)>, span: Span) -> Answer {
    if matches!(name, "now" | "today") {
        return Err(fail(span, messages::no_clock(name)));
    }
    let usage = signatures::usage(name);
    if usage.is_empty() {
        return Err(fail(
            span,
            match functions::canonical(name) {
                Some(name) => messages::only_in_packs(name),
                None => messages::unknown_function(name, crate::suggest::nearest(name, functions::all())),
            },
        ));
    }
    let Some(arguments) = signatures::bind(name, arguments) else {
        return Err(fail(span, messages::arguments(name, &usage)));
    };
    let call = Call { name, arguments, span };
    // These look at what is unknown themselves.
    if !matches!(name, "not" | "coalesce" | "all" | "any" | "count") {
        let missing = call.arguments.iter().flatten().filter_map(Value::missing).reduce(Missing::join);
        if let Some(missing) = missing {
            return Ok(Value::Unknown(Missing { kind: None, ..missing }));
        }
    }
    match run(&call) {
        Ok(value) => Ok(value),
        Err(Halt::Null) => Ok(Value::Null),
        Err(Halt::Fail(error)) => Err(error),
    }
}

fn run(call: &Call) -> Result<Value> {
    let rounded = |mode| -> Result<Value> {
        let scale = if call.given(1) { call.integer(1)? } else { 0 };
        Ok(Value::number(call.number(0)?.round(scale, mode)))
    };
    Ok(match call.name {
        "not" => match truth(call.value(0).clone(), "not", call.span)? {
            Value::Boolean(value) => Value::Boolean(!value),
            other => other,
        },
        "is" => Value::Boolean(call.value(0).is(call.value(1))),
        "coalesce" => match call.value(0) {
            Value::Null => call.value(1).clone(),
            value if value.missing().is_some() => call.value(1).clone(),
            value => value.clone(),
        },
        "decimal" | "round half even" => rounded(Mode::HalfEven)?,
        "floor" => rounded(Mode::Floor)?,
        "ceiling" => rounded(Mode::Ceiling)?,
        "round up" => rounded(Mode::Up)?,
        "round down" => rounded(Mode::Down)?,
        "round half up" => rounded(Mode::HalfUp)?,
        "round half down" => rounded(Mode::HalfDown)?,
        "abs" => match call.value(0) {
            Value::Duration(length) => Value::Duration(Length::abs(*length)),
            _ => Value::Number(call.number(0)?.abs()),
        },
        "sqrt" => Value::number(call.number(0)?.sqrt()),
        "exp" => Value::number(call.number(0)?.exp()),
        "log" => Value::number(call.number(0)?.log()),
        "modulo" => Value::number(call.number(0)?.modulo(call.number(1)?)),
        "odd" | "even" => {
            let number = call.number(0)?;
            let rest = number.abs().modulo(Decimal::from(2)).filter(|_| number.is_whole()).ok_or(Halt::Null)?;
            Value::Boolean(rest.is_zero() == (call.name == "even"))
        }
        "all" => junction(truths(call)?, false),
        "any" => junction(truths(call)?, true),
        "get value" => match (call.value(0), call.value(1)) {
            (Value::Context(entries), Value::Text(key)) => {
                entries.iter().find(|(other, _)| other == key).map_or(Value::Null, |(_, value)| value.clone())
            }
            (Value::Context(_), other) | (other, _) => call.wrong(other)?,
        },
        "get entries" => match call.value(0) {
            Value::Context(entries) => Value::List(
                entries
                    .iter()
                    .map(|(key, value)| {
                        Value::Context(vec![("key".to_owned(), Value::text(key)), ("value".to_owned(), value.clone())])
                    })
                    .collect(),
            ),
            other => call.wrong(other)?,
        },
        "context put" => match (call.value(0), call.value(1)) {
            (Value::Context(entries), Value::Text(key)) => {
                let mut entries = entries.clone();
                match entries.iter_mut().find(|(other, _)| other == key) {
                    Some((_, value)) => *value = call.value(2).clone(),
                    None => entries.push((key.clone(), call.value(2).clone())),
                }
                Value::Context(entries)
            }
            (Value::Context(_), other) | (other, _) => call.wrong(other)?,
        },
        _ => match texts::run(call).or_else(|| lists::run(call)).or_else(|| times::run(call)) {
            Some(result) => result?,
            None => intervals::run(call)?,
        },
    })
}

fn truths(call: &Call) -> Result<Vec<Value>> {
    let items = match call.value(0) {
        Value::Unknown(_) if call.arguments.len() == 1 => vec![call.value(0).clone()],
        _ => call.items()?,
    };
    items.into_iter().map(|item| Ok(truth(item, call.name, call.span)?)).collect()
}
