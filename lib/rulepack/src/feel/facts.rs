//! What is known of one case: facts by code, and by any other name given.

use std::collections::HashMap;

use num_traits::ToPrimitive;

use super::decimal::Decimal;
use super::messages::{self, fail};
use super::span::Span as Length;
use super::temporal::{DAY, Date};
use super::value::{Missing, Value, ValueKind};
use crate::dictionary::{Dictionary, Fact, FactKind};
use crate::syntax::ast::Span;
use crate::syntax::{NameSet, Names, SyntaxError};
use crate::unit::Quantity;

/// A dictionary with its names made ready for reading expressions.
pub struct Knowledge {
    dictionary: Dictionary,
    names: NameSet,
}

impl Knowledge {
    pub fn new(dictionary: Dictionary) -> Knowledge {
        let names = NameSet::from(&dictionary);
        Knowledge { dictionary, names }
    }

    pub fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }
}

/// The facts of one case.
pub struct Facts<'a> {
    knowledge: &'a Knowledge,
    /// By code, or as written if the dictionary does not know the name.
    values: HashMap<String, Value>,
    names: NameSet,
}

impl<'a> Facts<'a> {
    /// No fact is provided.
    pub fn none(knowledge: &'a Knowledge) -> Facts<'a> {
        Facts { knowledge, values: HashMap::new(), names: NameSet::default() }
    }

    /// Takes a JSON object: numbers in base units, or text with a unit; null is "not provided".
    ///
    /// # Errors
    /// Not an object, or a value that cannot be one of its fact.
    pub fn read(json: Value, knowledge: &'a Knowledge) -> Result<Facts<'a>, Box<SyntaxError>> {
        let Value::Context(entries) = json else {
            return Err(fail(Span::default(), messages::facts_not_object()));
        };
        let mut facts = Facts::none(knowledge);
        for (name, value) in entries {
            match knowledge.dictionary.get(&name) {
                Some(fact) => {
                    if let Some(value) = convert(fact, value)? {
                        facts.values.insert(fact.code.clone(), value);
                    }
                }
                None => {
                    facts.names.add(&name);
                    let missing = || Value::Unknown(Missing { facts: [name.clone()].into(), kind: None });
                    let value = if value == Value::Null { missing() } else { value };
                    facts.values.insert(name, value);
                }
            }
        }
        Ok(facts)
    }

    /// The value of a name; none if nobody knows it.
    pub(super) fn value(&self, name: &str) -> Option<Value> {
        if let Some(value) = self.values.get(name) {
            return Some(value.clone());
        }
        if let Some(fact) = self.knowledge.dictionary.get(name) {
            let value = self.values.get(&fact.code).cloned();
            return Some(value.unwrap_or_else(|| {
                Value::Unknown(Missing { facts: [fact.code.clone()].into(), kind: Some(kind(fact)) })
            }));
        }
        self.values.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone())
    }

    /// Whether a name is one of this case only, without a declared kind.
    pub(super) fn is_free(&self, name: &str) -> bool {
        self.knowledge.dictionary.get(name).is_none()
    }

    pub(super) fn suggest(&self, name: &str) -> Option<&str> {
        let names = self.values.keys().map(String::as_str).chain(self.knowledge.dictionary.names());
        crate::suggest::nearest(name, names)
    }
}

impl Names for Facts<'_> {
    fn longest(&self, text: &str) -> Option<usize> {
        self.knowledge.names.longest(text).max(self.names.longest(text))
    }
}

/// Lengths of time are durations here, so that they can be added to dates.
fn kind(fact: &Fact) -> ValueKind {
    match fact.kind {
        FactKind::Boolean => ValueKind::Boolean,
        FactKind::Text => ValueKind::Text,
        FactKind::Date => ValueKind::Date,
        FactKind::Number if fact.unit.dimension().power(Quantity::Month) == 1 => ValueKind::Months,
        FactKind::Number if fact.unit.dimension().power(Quantity::Day) == 1 => ValueKind::Nanos,
        FactKind::Number => ValueKind::Number,
    }
}

/// A value as its fact wants it; none: not provided.
fn convert(fact: &Fact, value: Value) -> Result<Option<Value>, Box<SyntaxError>> {
    let wrong = |value: &Value| Err(fail(Span::default(), messages::fact_value(fact, &value.write(false))));
    let length = |number: Decimal| match kind(fact) {
        ValueKind::Months => number.to_i64().map(|months| Value::Duration(Length::Months(months))),
        ValueKind::Nanos => {
            let nanos = number.to_rational() * num_rational::BigRational::from_integer(DAY.into());
            nanos.to_integer().to_i128().map(|nanos| Value::Duration(Length::Nanos(nanos)))
        }
        _ => Some(Value::Number(number)),
    };
    Ok(Some(match (fact.kind, value) {
        (_, Value::Null) => return Ok(None),
        (_, Value::Text(text)) if text.trim().is_empty() => return Ok(None),
        (FactKind::Number, Value::Number(number)) => match length(number) {
            Some(value) => value,
            None => return wrong(&Value::Number(number)),
        },
        (FactKind::Number, Value::Text(text)) => {
            let number = fact.number(&text).and_then(|value| Decimal::from_rational(&value));
            match number.and_then(length) {
                Some(value) => value,
                None => return wrong(&Value::Text(text)),
            }
        }
        (FactKind::Boolean, Value::Text(text)) => match text.trim() {
            "true" | "是" | "真" | "yes" => Value::Boolean(true),
            "false" | "否" | "假" | "no" => Value::Boolean(false),
            _ => return wrong(&Value::Text(text)),
        },
        (FactKind::Date, Value::Text(text)) => match Date::parse(text.trim()) {
            Some(date) => Value::Date(date),
            None => return wrong(&Value::Text(text)),
        },
        (FactKind::Text, Value::Text(text)) => Value::Text(text),
        // An industry code written as a number.
        (FactKind::Text, Value::Number(number)) => Value::Text(number.to_string()),
        (FactKind::Boolean, value @ Value::Boolean(_)) => value,
        (_, value) => return wrong(&value),
    }))
}
