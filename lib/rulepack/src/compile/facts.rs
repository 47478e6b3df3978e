//! Facts: those a pack declares, their nodes in the graph, the units of their bare numbers.

use std::sync::Arc;

use num_bigint::BigInt;
use num_rational::BigRational;

use super::compiler::{Compiler, Made, Told, days};
use super::messages;
use super::program::{FactInfo, Shown, Unpublished, Value, ValueSet};
use super::scope::{readable, set_of};
use super::tree::{Tree, TreeKind};
use super::value::{Number, Piece, Text, TextHeld, Typed};
use crate::diagnostic::{Diagnostic, Place, Words};
use crate::dictionary::{Fact, FactKind, FactValue, Span};
use crate::ir::{NodeId, Type};
use crate::pack::{FactRow, Pack, Written, keywords};
use crate::unit::{Unit, read_quantity};

impl Compiler<'_> {
    /// The units of bare numbers that the front matter declares.
    pub fn declare_units(&mut self) {
        let pack = self.pack.clone();
        for (name, unit) in &pack.units {
            let Ok(unit) = self.unit(unit) else { continue };
            match self.dictionary.get(&name.text).cloned() {
                Some(fact) if fact.unit.dimension() == unit.dimension() => {
                    self.units.insert(fact.code, unit);
                }
                Some(fact) => {
                    let names = |unit: &Unit| {
                        (
                            unit.name(crate::diagnostic::Lang::Zh).to_owned(),
                            unit.name(crate::diagnostic::Lang::En).to_owned(),
                        )
                    };
                    let (own, given) = (names(&fact.unit), names(&unit));
                    let told = messages::unit_mismatch(name.place.clone(), (&own.0, &own.1), (&given.0, &given.1));
                    self.found.push(told);
                }
                None => {
                    let near = self.dictionary.suggest(&name.text).map(str::to_owned);
                    self.found.push(messages::unknown_name(name.place.clone(), &name.text, near.as_deref()));
                }
            }
        }
    }

    /// A fact as a value; its node is declared when first asked for.
    pub fn fact(&mut self, fact: &Fact, place: &Place, text: &str) -> Made<Piece> {
        let ty = match fact.kind {
            FactKind::Number => {
                let power =
                    num_rational::BigRational::from_integer(num_bigint::BigInt::from(10).pow(fact.digits.into()));
                let bound = |value: num_rational::BigRational| num_traits::ToPrimitive::to_i128(&value.to_integer());
                let ends = (bound((&fact.low * &power).floor()), bound((&fact.high * &power).ceil()));
                match ends {
                    (Some(low), Some(high))
                        if low.abs() <= crate::ir::GREATEST && high.abs() <= crate::ir::GREATEST =>
                    {
                        Type::Number { scale: fact.digits, low, high }
                    }
                    _ => return self.tell(messages::overflow(place.clone())),
                }
            }
            FactKind::Boolean => Type::Boolean,
            FactKind::Text => Type::Text,
            FactKind::Date => Type::Date { low: days(1900, 1, 1), high: days(2199, 12, 31) },
        };
        let known = self.dag.fact_of_code(&fact.code);
        if let Some(known) = known {
            let same = match self.facts.get(usize::from(known.0)) {
                Some(FactInfo::Fact(other)) => **other == *fact,
                _ => false,
            };
            if !same {
                return self.tell(messages::fact_differs(place.clone(), &fact.code));
            }
        } else {
            self.facts.push(FactInfo::Fact(Arc::new(fact.clone())));
        }
        let node = self.dag.fact(&fact.code, ty, false);
        let id = self.dag.fact_of_code(&fact.code).ok_or(Told)?;
        let typed = match fact.kind {
            FactKind::Number => {
                let unit = self.units.get(&fact.code).cloned();
                Typed::Number(Number::node(node).with(fact.unit.dimension(), unit))
            }
            FactKind::Boolean => Typed::Boolean(node),
            FactKind::Date => Typed::Date(node),
            FactKind::Text => {
                let set = self.fact_set(fact);
                Typed::Text(Text { held: TextHeld::Node(node), set })
            }
        };
        let shown = match fact.kind {
            FactKind::Number => {
                let unit = self.units.get(&fact.code).cloned().unwrap_or_else(|| fact.shown.clone());
                Shown::Number { counts: Unit::base(unit.dimension()), unit }
            }
            FactKind::Boolean => Shown::Boolean,
            FactKind::Date => Shown::Date,
            FactKind::Text => Shown::Text(self.fact_sets.get(&fact.code).copied()),
        };
        let value = Some(Value { node, denominator: None });
        let tree = Tree { place: place.clone(), text: text.to_owned(), value, shown, kind: TreeKind::Fact(id) };
        Ok(Piece { typed, tree })
    }

    /// A parameter that is still to be published: a fact nobody provides.
    pub fn unpublished(&mut self, code: &str, name: Words, unit: Option<Unit>, ty: Type, place: &Place) -> NodeId {
        let mut own = code.to_owned();
        if let Some(id) = self.dag.fact_of_code(&own) {
            let same = self.dag.facts().get(usize::from(id.0)).is_some_and(|fact| fact.always_missing && fact.ty == ty);
            if !same {
                own = format!("{}.{code}", self.pack.code);
            }
        }
        if self.dag.fact_of_code(&own).is_none() {
            let pack = self.pack.code.clone();
            self.facts.push(FactInfo::Unpublished(Box::new(Unpublished {
                code: own.clone(),
                name,
                unit,
                pack,
                place: place.clone(),
            })));
        }
        self.dag.fact(&own, ty, true)
    }

    fn fact_set(&mut self, fact: &Fact) -> Option<usize> {
        if fact.values.is_empty() {
            return None;
        }
        if let Some(set) = self.fact_sets.get(&fact.code) {
            return Some(*set);
        }
        let set = self.add_set(ValueSet { name: fact.zh.clone(), values: fact.values.clone() });
        self.fact_sets.insert(fact.code.clone(), set);
        Some(set)
    }
}

/// A fact a pack declares.
pub fn declared(row: &FactRow, pack: &Pack, found: &mut Vec<Diagnostic>) -> Option<Fact> {
    let before = found.len();
    let text = |cell: &Option<Written>| cell.as_ref().map(|cell| cell.text.clone()).unwrap_or_default();
    let mut wrong =
        |what: (&str, &str), cell: &Written| found.push(messages::fact_field(cell.place.clone(), what, &cell.text));
    let kind = match &row.kind {
        None => FactKind::Number,
        Some(cell) => FactKind::parse(&cell.text).unwrap_or_else(|| {
            wrong(("类型", "type"), cell);
            FactKind::Number
        }),
    };
    let unit = row.unit.as_ref().map_or_else(|| Some(Unit::one()), |cell| Unit::parse(&cell.text));
    let unit = unit.unwrap_or_else(|| {
        row.unit.iter().for_each(|cell| wrong(("单位", "unit"), cell));
        Unit::one()
    });
    let money = unit.dimension().power(crate::unit::Quantity::Currency) == 1;
    let digits = match &row.digits {
        None => Some(if money && kind == FactKind::Number { 2 } else { 0 }),
        Some(cell) => cell.text.parse().ok().filter(|digits| *digits <= 9),
    };
    if digits.is_none() {
        row.digits.iter().for_each(|cell| wrong(("小数", "digits"), cell));
    }
    let range = match &row.range {
        None => Some((BigRational::from_integer(BigInt::from(0)), BigRational::from_integer(BigInt::from(10).pow(14)))),
        Some(cell) => range(&cell.text, &unit),
    };
    if range.is_none() {
        row.range.iter().for_each(|cell| wrong(("范围", "range"), cell));
    }
    let changeable = row.changeable.as_ref().is_some_and(|cell| keywords::is(keywords::YES, &cell.text));
    if let Some(cell) = row.changeable.as_ref().filter(|cell| !changeable && !keywords::is(keywords::NO, &cell.text)) {
        wrong(("可改变", "changeable"), cell);
    }
    let values = row.values.as_ref().map(|cell| values(&cell.text, pack)).unwrap_or_default();
    let (low, high) = range?;
    (found.len() == before).then(|| Fact {
        code: row.code.text.clone(),
        zh: row.name.as_ref().unwrap_or(&row.code).text.clone(),
        en: row.english.as_ref().map_or_else(|| readable(&row.code.text), |cell| cell.text.clone()),
        also: Vec::new(),
        kind,
        shown: unit.clone(),
        unit: Unit::base(unit.dimension()),
        digits: digits.unwrap_or(0),
        low,
        high,
        period: text(&row.period),
        period_en: text(&row.period),
        span: Span::of(&text(&row.period)).unwrap_or_default(),
        source: text(&row.source),
        source_en: text(&row.source),
        changeable,
        values,
    })
}

/// `[0..1000]`, in the unit of the fact unless a bound has its own.
fn range(text: &str, unit: &Unit) -> Option<(BigRational, BigRational)> {
    let inner = text.trim().strip_prefix('[')?.strip_suffix(']')?;
    let (low, high) = inner.split_once("..")?;
    let bound = |text: &str| {
        let (value, written) = read_quantity(text)?;
        let unit = written.unwrap_or_else(|| unit.clone());
        Some(unit.to_base(&value))
    };
    let (low, high) = (bound(low)?, bound(high)?);
    (low <= high).then_some((low, high))
}

/// The name of a section of values, or texts between commas.
fn values(text: &str, pack: &Pack) -> Vec<FactValue> {
    if let Some(set) = pack.values.iter().find(|set| set.heading.name.text == text || set.heading.code == text) {
        return set_of(set).values;
    }
    let words = text.split([',', '，', '、', '|']).map(str::trim).filter(|word| !word.is_empty());
    words.map(|word| FactValue { code: word.to_owned(), zh: word.to_owned(), en: word.to_owned() }).collect()
}
