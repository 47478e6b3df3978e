//! Walks the tree.

use num_traits::ToPrimitive;

use super::arithmetic;
use super::comparison::{among, compare, junction, truth, within};
use super::decimal::Decimal;
use super::facts::Facts;
use super::messages::{self, fail};
use super::span::Span as Length;
use super::temporal::{DAY, Date, DateTime, Time};
use super::value::{Interval, Missing, Value, ValueKind};
use super::{functions, times};
use crate::syntax::SyntaxError;
use crate::syntax::ast::{Comparison, Kind, Node, Range, Span, Test};
use crate::unit::{Quantity, Unit};

pub(super) type Answer = Result<Value, Box<SyntaxError>>;

/// What names mean at a place.
pub(super) struct Scope<'a> {
    facts: &'a Facts<'a>,
    /// `item` and the entries of contexts, innermost last.
    locals: Vec<(String, Value)>,
    /// What `?` stands for.
    subject: Option<Value>,
}

impl<'a> Scope<'a> {
    pub(super) fn new(facts: &'a Facts<'a>) -> Scope<'a> {
        Scope { facts, locals: Vec::new(), subject: None }
    }

    pub(super) fn value(&mut self, node: &Node) -> Answer {
        Ok(match &node.kind {
            Kind::Null => Value::Null,
            Kind::Boolean(value) => Value::Boolean(*value),
            Kind::Text(text) => Value::Text(text.clone()),
            Kind::Number { value, unit: None } => Value::number(Decimal::from_rational(value)),
            Kind::Number { value, unit: Some(unit) } => measured(value, unit, node.span)?,
            Kind::At(text) => literal(text),
            Kind::Name(name) => self.name(name, node.span)?,
            Kind::Subject => match &self.subject {
                Some(subject) => subject.clone(),
                None => return Err(fail(node.span, messages::subject_outside())),
            },
            Kind::Negate(operand) => arithmetic::negate(self.value(operand)?, node.span)?,
            Kind::Arithmetic(how, left, right) => self.dated([&**left, right], |[left, right]| {
                arithmetic::apply(*how, left.clone(), right.clone(), node.span)
            })?,
            Kind::Compare(how, left, right) => {
                self.dated([&**left, right], |[left, right]| compare(*how, left, right, node.span))?
            }
            Kind::And(parts) => junction(self.truths(parts, "and")?, false),
            Kind::Or(parts) => junction(self.truths(parts, "or")?, true),
            Kind::If(condition, then, otherwise) => {
                let condition = self.value(condition)?;
                match truth(condition, "if", node.span)? {
                    Value::Boolean(true) => self.value(then)?,
                    Value::Unknown(missing) => Value::Unknown(Missing { kind: None, ..missing }),
                    _ => self.value(otherwise)?,
                }
            }
            Kind::Between(value, low, high) => self.dated([&**value, low, high], |[value, low, high]| {
                let low = compare(Comparison::GreaterOrEqual, value, low, node.span)?;
                let high = compare(Comparison::LessOrEqual, value, high, node.span)?;
                Ok(junction([low, high], false))
            })?,
            Kind::In(of, tests) => {
                let value = self.value(of)?;
                match (self.tests(value.clone(), tests, node.span), self.as_date(of, &value)) {
                    (Err(_), Some(date)) => self.tests(date, tests, node.span)?,
                    (result, _) => result?,
                }
            }
            Kind::Range(range) => Value::Range(Box::new(self.range(range)?)),
            Kind::List(items) => Value::List(items.iter().map(|item| self.value(item)).collect::<Result<_, _>>()?),
            Kind::Context(entries) => {
                let depth = self.locals.len();
                let mut values = Vec::with_capacity(entries.len());
                for (key, node) in entries {
                    let value = self.value(node)?;
                    self.locals.push((key.clone(), value.clone()));
                    values.push((key.clone(), value));
                }
                self.locals.truncate(depth);
                Value::Context(values)
            }
            Kind::Call { name, arguments } => {
                let mut values = Vec::with_capacity(arguments.len());
                let mut dates = Vec::new();
                for (place, (label, argument)) in arguments.iter().enumerate() {
                    let value = self.value(argument)?;
                    dates.extend(self.as_date(argument, &value).map(|date| (place, date)));
                    values.push((label.clone(), value));
                }
                let again = (!dates.is_empty()).then(|| values.clone());
                match (functions::call(name, values, node.span), again) {
                    (Err(_), Some(mut values)) => {
                        for (place, date) in dates {
                            if let Some((_, value)) = values.get_mut(place) {
                                *value = date;
                            }
                        }
                        functions::call(name, values, node.span)?
                    }
                    (result, _) => result?,
                }
            }
            Kind::Path(of, name) => self.dated([&**of], |[of]| property(of, name, node.span))?,
            Kind::Filter(list, filter) => self.filter(list, filter)?,
            Kind::InstanceOf(value, name) => {
                let value = self.value(value)?;
                instance_of(&value, name, node.span)?
            }
        })
    }

    /// Runs on the values of nodes; where that fails, once more with texts that are dates read as such.
    fn dated<const N: usize>(&mut self, nodes: [&Node; N], run: impl Fn([&Value; N]) -> Answer) -> Answer {
        let mut values: [Value; N] = std::array::from_fn(|_| Value::Null);
        for (value, node) in values.iter_mut().zip(nodes) {
            *value = self.value(node)?;
        }
        let result = run(values.each_ref());
        if result.is_ok() {
            return result;
        }
        let mut changed = false;
        for (value, node) in values.iter_mut().zip(nodes) {
            if let Some(date) = self.as_date(node, value) {
                *value = date;
                changed = true;
            }
        }
        if changed { run(values.each_ref()) } else { result }
    }

    /// JSON has no dates: the text of a fact that no dictionary knows may stand for one, or for a time or a duration.
    fn as_date(&self, node: &Node, value: &Value) -> Option<Value> {
        match (&node.kind, value) {
            (Kind::Name(name), Value::Text(text)) if self.facts.is_free(name) => {
                Some(literal(text)).filter(|date| *date != Value::Null)
            }
            _ => None,
        }
    }

    fn truths(&mut self, parts: &[Node], sign: &str) -> Result<Vec<Value>, Box<SyntaxError>> {
        parts.iter().map(|part| truth(self.value(part)?, sign, part.span)).collect()
    }

    fn name(&self, name: &str, span: Span) -> Answer {
        if let Some((_, value)) = self.locals.iter().rev().find(|(local, _)| local == name) {
            return Ok(value.clone());
        }
        match self.facts.value(name) {
            Some(value) => Ok(value),
            None => Err(fail(span, messages::unknown_name(name, self.facts.suggest(name)))),
        }
    }

    fn range(&mut self, range: &Range) -> Result<Interval, Box<SyntaxError>> {
        let (low, high) = (self.value(&range.low)?, self.value(&range.high)?);
        Ok(Interval { low, low_closed: range.low_closed, high, high_closed: range.high_closed })
    }

    fn tests(&mut self, value: Value, tests: &[Test], span: Span) -> Answer {
        let results: Vec<Value> = tests.iter().map(|test| self.test(&value, test, span)).collect::<Result<_, _>>()?;
        Ok(junction(results, true))
    }

    fn test(&mut self, value: &Value, test: &Test, span: Span) -> Answer {
        match test {
            Test::Any => Ok(Value::Boolean(true)),
            Test::Compare(how, node) => {
                let bound = self.value(node)?;
                compare(*how, value, &bound, span)
            }
            Test::Range(range) => {
                let range = self.range(range)?;
                within(value, &range, span)
            }
            Test::Not(tests) => {
                let result = self.tests(value.clone(), tests, span)?;
                Ok(match result {
                    Value::Boolean(value) => Value::Boolean(!value),
                    other => other,
                })
            }
            Test::Value(node) => {
                let other = self.value(node)?;
                among(value, &other, span)
            }
            Test::Expression(node) => {
                let outer = self.subject.replace(value.clone());
                let result = self.value(node);
                self.subject = outer;
                truth(result?, "?", node.span)
            }
        }
    }

    /// `list[2]`, `list[-1]`, `list[item > 2]`, `contexts[key > 2]`.
    fn filter(&mut self, list: &Node, filter: &Node) -> Answer {
        let items = match self.value(list)? {
            Value::List(items) => items,
            Value::Null => {
                return Ok(if matches!(filter.kind, Kind::Number { .. } | Kind::Negate(_)) {
                    Value::Null
                } else {
                    Value::List(Vec::new())
                });
            }
            Value::Unknown(missing) => return Ok(Value::Unknown(missing)),
            single => vec![single],
        };
        let place = match &filter.kind {
            Kind::Number { .. } | Kind::Negate(_) | Kind::Arithmetic(..) => Some(self.value(filter)?),
            // A name is a place if it is a number and no entry of the items.
            Kind::Name(name) if !items.iter().any(|item| has_entry(item, name)) && name != "item" => {
                Some(self.value(filter)?)
            }
            _ => None,
        };
        match place {
            Some(Value::Number(place)) => return Ok(at(&items, place).cloned().unwrap_or(Value::Null)),
            Some(Value::Unknown(missing)) => return Ok(Value::Unknown(missing)),
            _ => {}
        }
        let mut kept = Vec::new();
        let mut missing: Option<Missing> = None;
        for item in items {
            let depth = self.locals.len();
            if let Value::Context(entries) = &item {
                self.locals.extend(entries.iter().cloned());
            }
            if !has_entry(&item, "item") {
                self.locals.push(("item".to_owned(), item.clone()));
            }
            let result = self.value(filter);
            self.locals.truncate(depth);
            match result? {
                Value::Boolean(true) => kept.push(item),
                Value::Boolean(false) | Value::Null => {}
                Value::Unknown(more) => missing = Some(missing.unwrap_or_default().join(more)),
                other => truth(other, "[ ]", filter.span).map(|_| ())?,
            }
        }
        Ok(missing.map_or(Value::List(kept), Value::Unknown))
    }
}

fn has_entry(value: &Value, name: &str) -> bool {
    matches!(value, Value::Context(entries) if entries.iter().any(|(key, _)| key == name))
}

/// The item at a place from 1, from the end if negative.
pub(super) fn at(items: &[Value], place: Decimal) -> Option<&Value> {
    let place = place.to_i64()?;
    let index = if place > 0 { place - 1 } else { i64::try_from(items.len()).ok()? + place };
    (place != 0).then_some(())?;
    items.get(usize::try_from(index).ok()?)
}

/// A number with a unit, in base units; a length of time is a duration.
fn measured(value: &num_rational::BigRational, unit: &str, span: Span) -> Answer {
    let Some(unit) = Unit::parse(unit) else {
        return Err(fail(span, messages::unknown_unit(unit)));
    };
    let base = unit.to_base(value);
    let whole = base.is_integer();
    if unit.dimension().power(Quantity::Month) == 1 && whole {
        return Ok(base.to_integer().to_i64().map_or(Value::Null, |months| Value::Duration(Length::Months(months))));
    }
    if unit.dimension().power(Quantity::Day) == 1 {
        let nanos = base * num_rational::BigRational::from_integer(DAY.into());
        return Ok(nanos.to_integer().to_i128().map_or(Value::Null, |nanos| Value::Duration(Length::Nanos(nanos))));
    }
    Ok(Value::number(Decimal::from_rational(&base)))
}

/// `@"…"`: whatever of date, time, date and time, duration it is.
pub(super) fn literal(text: &str) -> Value {
    if let Some(date) = Date::parse(text) {
        return Value::Date(date);
    }
    if text.contains('T')
        && !text.starts_with(['P', '-', 'T'])
        && let Some(both) = DateTime::parse(text)
    {
        return Value::DateTime(both);
    }
    if let Some(span) = Length::parse(text) {
        return Value::Duration(span);
    }
    if let Some(both) = DateTime::parse(text) {
        return Value::DateTime(both);
    }
    Time::parse(text).map_or(Value::Null, Value::Time)
}

fn property(value: &Value, name: &str, span: Span) -> Answer {
    let field = match value {
        Value::Null => return Ok(Value::Null),
        Value::Unknown(missing) => return Ok(Value::Unknown(Missing { kind: None, ..missing.clone() })),
        Value::Context(entries) => {
            let entry = entries.iter().find(|(key, _)| key == name);
            return Ok(entry.map_or(Value::Null, |(_, value)| value.clone()));
        }
        Value::List(items) => {
            let items: Result<Vec<Value>, _> = items.iter().map(|item| property(item, name, span)).collect();
            return Ok(Value::List(items?));
        }
        Value::Range(range) => match name {
            "start" => Some(range.low.clone()),
            "end" => Some(range.high.clone()),
            "start included" => Some(Value::Boolean(range.low_closed)),
            "end included" => Some(Value::Boolean(range.high_closed)),
            _ => None,
        },
        value => times::property(value, name),
    };
    match (field, value.kind()) {
        (Some(field), _) => Ok(field),
        (None, kind) => Err(fail(span, messages::no_property(name, kind.unwrap_or(ValueKind::Null)))),
    }
}

fn instance_of(value: &Value, name: &str, span: Span) -> Answer {
    if let Some(missing) = value.missing() {
        return Ok(Value::Unknown(Missing { kind: Some(ValueKind::Boolean), ..missing }));
    }
    let Some(kind) = value.kind() else { return Ok(Value::Null) };
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let (outer, inner) = match name.split_once('<') {
        Some((outer, inner)) => (outer.trim(), inner.strip_suffix('>')),
        None => (name.as_str(), None),
    };
    let wanted = match outer {
        "Any" => return Ok(Value::Boolean(kind != ValueKind::Null)),
        "Null" | "null" => ValueKind::Null,
        "number" => ValueKind::Number,
        "string" | "text" => ValueKind::Text,
        "boolean" => ValueKind::Boolean,
        "date" => ValueKind::Date,
        "time" => ValueKind::Time,
        "date and time" => ValueKind::DateTime,
        "years and months duration" => ValueKind::Months,
        "days and time duration" => ValueKind::Nanos,
        "list" => ValueKind::List,
        "range" => ValueKind::Range,
        "context" => ValueKind::Context,
        _ => return Err(fail(span, messages::unknown_type(&name))),
    };
    if kind != wanted {
        return Ok(Value::Boolean(false));
    }
    match (value, inner) {
        (Value::List(items), Some(inner)) => {
            let items: Result<Vec<Value>, _> = items.iter().map(|item| instance_of(item, inner, span)).collect();
            Ok(junction(items?, false))
        }
        (Value::Range(range), Some(inner)) => instance_of(&range.low, inner, span),
        _ => Ok(Value::Boolean(true)),
    }
}
