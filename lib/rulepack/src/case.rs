//! What is known of one enterprise: a value for each fact of a program, who said so, and as of when.

use std::collections::HashMap;

use chrono::NaiveDate;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive};

use crate::compile::{FactInfo, Program};
use crate::diagnostic::Words;
use crate::dictionary::{Dictionary, FactKind};
use crate::interpret::{Answer, Value};
use crate::ir::{FactId, NodeId, Type};
use crate::number::{MOST_DIGITS, is_too_long, quoted};
use crate::pack::keywords;
use crate::unit::{Unit, read_quantity};

/// Where a value comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The department, file or person; none: the department of the dictionary is only the usual one.
    pub source: Option<String>,
    /// The day for which the value was true, as it was given.
    pub as_of: Option<String>,
}

/// The facts of one enterprise, in the order of the facts of a program.
#[derive(Clone, Debug, Default)]
pub struct Case {
    /// None: not provided.
    pub facts: Vec<Option<Value>>,
    pub origins: Vec<Origin>,
    /// Answers of functions over all cases, which one case cannot know: from a run over the set.
    pub population: HashMap<NodeId, Answer>,
}

impl Case {
    /// Nothing is provided.
    pub fn none(program: &Program) -> Self {
        let count = program.facts.len();
        Self { facts: vec![None; count], origins: vec![Origin::default(); count], population: HashMap::new() }
    }

    /// Sets a fact from a text; `unit` is that of a bare number (none: the base unit). An empty text and `?` are not provided.
    ///
    /// # Errors
    /// The text is not a value of the fact, said in words.
    pub fn set(&mut self, program: &Program, fact: FactId, text: &str, unit: Option<&Unit>) -> Result<(), Words> {
        let at = usize::from(fact.0);
        let text = text.trim();
        let value = if matches!(text, "" | "?" | "？") { None } else { Some(read_value(program, fact, text, unit)?) };
        if let Some(slot) = self.facts.get_mut(at) {
            *slot = value;
        }
        Ok(())
    }

    /// Reads a JSON object of facts by code or any other name: plain values in base units or text with a unit, `null` for "not
    /// provided", or `{"value": …, "source": …, "as_of": …}`. With it come remarks about names nobody knows.
    ///
    /// # Errors
    /// Not an object, or values that are none of their fact.
    pub fn from_json(
        program: &Program,
        dictionary: &Dictionary,
        json: &serde_json::Value,
    ) -> Result<(Self, Vec<Words>), Vec<Words>> {
        let Some(entries) = json.as_object() else {
            return Err(vec![Words::new("事实应当是一个 JSON 对象", "facts must be a JSON object")]);
        };
        let mut case = Self::none(program);
        let (mut wrong, mut remarks) = (Vec::new(), Vec::new());
        for (name, entry) in entries {
            let Some(fact) = find_fact(program, name) else {
                if dictionary.get(name).is_none() {
                    let near = dictionary.suggest(name);
                    let hint = |zh: bool| {
                        near.map(|near| {
                            if zh { format!("，是不是“{near}”？") } else { format!("; is it “{near}”?") }
                        })
                    };
                    remarks.push(Words::new(
                        format!("没有叫“{name}”的事实，未使用{}", hint(true).unwrap_or_default()),
                        format!("no fact is called “{name}”; it is not used{}", hint(false).unwrap_or_default()),
                    ));
                }
                continue;
            };
            let (value, origin) = match entry.as_object() {
                Some(object) => {
                    let text = |key: &str| object.get(key).and_then(|text| text.as_str()).map(str::to_owned);
                    let origin = Origin { source: text("source"), as_of: text("as_of") };
                    (object.get("value").unwrap_or(&serde_json::Value::Null), origin)
                }
                None => (entry, Origin::default()),
            };
            let text = match value {
                serde_json::Value::Null => String::new(),
                serde_json::Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            match case.set(program, fact, &text, None) {
                Ok(()) => {
                    if let Some(slot) = case.origins.get_mut(usize::from(fact.0)) {
                        *slot = origin;
                    }
                }
                Err(words) => wrong.push(words),
            }
        }
        if wrong.is_empty() { Ok((case, remarks)) } else { Err(wrong) }
    }
}

/// A fact of the program by code, Chinese, English or further name; parameters still to be published are none.
pub fn find_fact(program: &Program, name: &str) -> Option<FactId> {
    let name = name.trim();
    let is = |own: &str| own == name || own.eq_ignore_ascii_case(name);
    let at = program.facts.iter().position(|info| match info {
        FactInfo::Fact(fact) => is(&fact.code) || is(&fact.zh) || is(&fact.en) || fact.also.iter().any(|also| is(also)),
        FactInfo::Unpublished(_) => false,
    })?;
    u16::try_from(at).ok().map(FactId)
}

/// A text as a value of a fact. What is finer than the fact's digits (20 亩 in m²) is rounded half up.
///
/// # Errors
/// What was expected, in words.
pub fn read_value(program: &Program, fact: FactId, text: &str, unit: Option<&Unit>) -> Result<Value, Words> {
    let (Some(FactInfo::Fact(info)), Some(declared)) =
        (program.fact(fact), program.dag.facts().get(usize::from(fact.0)))
    else {
        return Err(Words::new(
            "这是待公布的参数，不能提供",
            "this is a parameter still to be published and cannot be provided",
        ));
    };
    let wrong = |zh: &str, en: &str| {
        Words::new(
            format!("“{}”的值“{}”不对：应为{zh}", info.zh, quoted(text)),
            format!("the value “{}” of “{}” is wrong: {en} is expected", quoted(text), info.en),
        )
    };
    match info.kind {
        FactKind::Number => {
            let (value, written) = read_quantity(text).ok_or_else(|| match is_too_long(text) {
                true => {
                    wrong(&format!("不超过 {MOST_DIGITS} 位的数"), &format!("a number of at most {MOST_DIGITS} digits"))
                }
                false => wrong("数", "a number"),
            })?;
            let written = written.as_ref().or(unit);
            let in_base = match written {
                Some(unit) if unit.dimension() == info.unit.dimension() => unit.to_base(&value),
                Some(_) => {
                    return Err(wrong(
                        &format!("以{}等计的数", info.unit.name(crate::diagnostic::Lang::Zh)),
                        "a number in a fitting unit",
                    ));
                }
                None => info.unit.to_base(&value),
            };
            let Type::Number { scale, low, high } = declared.ty else { return Err(wrong("数", "a number")) };
            let scaled = in_base * BigRational::from_integer(BigInt::from(10).pow(scale.into()));
            let counted = half_up(&scaled).filter(|counted| (low..=high).contains(counted));
            counted.map(Value::Number).ok_or_else(|| wrong("允许范围内的数", "a number within the declared range"))
        }
        FactKind::Boolean => {
            if keywords::is(keywords::YES, text) || text == "真" {
                Ok(Value::Boolean(true))
            } else if keywords::is(keywords::NO, text) || text == "假" {
                Ok(Value::Boolean(false))
            } else {
                Err(wrong("是或否", "yes or no"))
            }
        }
        FactKind::Text => {
            if info.values.is_empty() {
                return Ok(Value::Text(text.into()));
            }
            let found = info
                .values
                .iter()
                .find(|value| value.code == text || value.zh == text || value.en.eq_ignore_ascii_case(text));
            found.map(|value| Value::Text(value.code.as_str().into())).ok_or_else(|| {
                let zh: Vec<&str> = info.values.iter().map(|value| value.zh.as_str()).collect();
                let en: Vec<&str> = info.values.iter().map(|value| value.en.as_str()).collect();
                wrong(&zh.join("、"), &format!("one of {}", en.join(", ")))
            })
        }
        FactKind::Date => {
            let day = read_date(text).ok_or_else(|| wrong("日期，如 2026-02-13", "a date such as 2026-02-13"))?;
            let days = i32::try_from(day.signed_duration_since(NaiveDate::default()).num_days()).unwrap_or(i32::MAX);
            match declared.ty {
                Type::Date { low, high } if (low..=high).contains(&days) => Ok(Value::Date(days)),
                _ => Err(wrong("允许范围内的日期", "a date within the declared range")),
            }
        }
    }
}

/// `2026-02-13`, `2026/2/13`, `2026年2月13日`.
pub fn read_date(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    ["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"].iter().find_map(|format| NaiveDate::parse_from_str(text, format).ok())
}

/// The nearest integer, halves away from zero.
fn half_up(value: &BigRational) -> Option<i128> {
    let half = BigRational::new(BigInt::one(), BigInt::from(2));
    let rounded = (value.abs() + half).floor().to_integer().to_i128()?;
    Some(if value.is_negative() { -rounded } else { rounded })
}
