//! Built-in functions with more to them: coalesce, industry codes, least and greatest, sums, rounding, dates from parts.

use std::sync::Arc;

use num_rational::BigRational;
use num_traits::ToPrimitive;

use super::compiler::{Compiler, Made, Told, days_of};
use super::functions::Arguments;
use super::tree::TreeKind;
use super::value::{Held, Number, Piece, Typed, piece};
use super::{industry, messages};
use crate::diagnostic::Place;
use crate::ir::{Mode, NodeId};

impl Compiler<'_> {
    pub fn coalesce(&mut self, all: &mut Arguments, place: &Place, text: &str) -> Made<Piece> {
        let mut given = std::mem::take(&mut all.plain);
        let reason = match given.len() {
            3 => match given.pop() {
                Some(reason) => Some(self.text_constant(&reason)?),
                None => None,
            },
            _ => None,
        };
        let Ok([value, otherwise]) = <[Piece; 2]>::try_from(given) else {
            return self.tell(messages::arguments(
                place.clone(),
                "coalesce",
                "取首个(值, 没有时的值, \"理由\")",
                "coalesce(value, otherwise, \"reason\")",
            ));
        };
        let mut values = self.alike(vec![value, otherwise])?;
        let typed = self.joined(&values, false, place, &mut |compiler, nodes| {
            let [value, otherwise] = nodes else { return Err(Told) };
            let node = compiler.dag.coalesce(*value, *otherwise);
            compiler.fits(node, place)
        })?;
        let (otherwise, value) = (values.pop().ok_or(Told)?, values.pop().ok_or(Told)?);
        let kind = TreeKind::Coalesce { value: Arc::new(value.tree), otherwise: Arc::new(otherwise.tree), reason };
        Ok(piece(typed, kind, place.clone(), text))
    }

    pub fn belongs(&mut self, all: &mut Arguments, place: &Place, text: &str) -> Made<Piece> {
        let mut given = std::mem::take(&mut all.plain).into_iter();
        let Some(subject) = given.next() else {
            return self.tell(messages::arguments(
                place.clone(),
                "belongs to",
                "属于(行业, \"C\", …)",
                "belongs to(industry, \"C\", …)",
            ));
        };
        let (node, subject) = self.text_node(subject)?;
        let mut codes = Vec::new();
        let mut ids = Vec::new();
        let items = given.flat_map(|item| match item.typed {
            Typed::List(items) => items,
            _ => vec![item],
        });
        for item in items.collect::<Vec<_>>() {
            let code = self.text_constant(&item)?;
            match industry::prefixes(&code) {
                Some(prefixes) => ids.extend(prefixes.iter().map(|prefix| self.dag.text_id(prefix))),
                None => return self.tell(messages::not_an_industry(item.tree.place, &code)),
            }
            codes.push(code);
        }
        let node = self.dag.starts_with(node, &ids);
        let kind = TreeKind::Member { subject: Arc::new(subject.tree), values: codes, industry: true };
        Ok(piece(Typed::Boolean(node), kind, place.clone(), text))
    }

    pub fn aggregate(&mut self, name: &'static str, all: &mut Arguments, place: &Place, text: &str) -> Made<Piece> {
        let items = self.flat(all);
        if items.is_empty() {
            return self.tell(messages::arguments(place.clone(), name, "最小(a, b, …)", "min(a, b, …)"));
        }
        let items = self.alike(items)?;
        if matches!(items.first().map(|item| &item.typed), Some(Typed::Date(_))) && matches!(name, "min" | "max") {
            return self.extreme_date(name, items, place, text);
        }
        let numbers: Made<Vec<Number>> = items.iter().map(|item| self.number(item)).collect();
        let numbers = numbers?;
        let first = numbers.first().cloned().ok_or(Told)?;
        let unit = numbers.iter().find_map(|number| number.unit.clone());
        let (nodes, by, den) =
            self.common(&numbers.iter().collect::<Vec<_>>(), matches!(name, "min" | "max"), place)?;
        let node = match name {
            "min" => self.dag.minimum(&nodes),
            "max" => self.dag.maximum(&nodes),
            _ => self.dag.add(&nodes),
        };
        let num = self.fits(node, place)?;
        let mut number = Number { held: Held::Nodes { num, by, den }, unit, ..first };
        if name == "mean" {
            let count = Number::exact(BigRational::from_integer(numbers.len().into()));
            number = self.quotient(&number, &count, place)?;
        }
        let arguments = items.into_iter().map(|item| Arc::new(item.tree)).collect();
        Ok(piece(Typed::Number(number), TreeKind::Call { name, arguments }, place.clone(), text))
    }

    pub fn extreme_date(&mut self, name: &'static str, items: Vec<Piece>, place: &Place, text: &str) -> Made<Piece> {
        let mut best: Option<NodeId> = None;
        for item in &items {
            let date = self.date(item)?;
            best = Some(match best {
                None => date,
                Some(best) => {
                    let earlier = self.dag.less_or_equal(best, date);
                    let earlier = self.fits(earlier, place)?;
                    let (first, second) = if name == "min" { (best, date) } else { (date, best) };
                    let chosen = self.dag.select(earlier, first, second);
                    self.fits(chosen, place)?
                }
            });
        }
        let arguments = items.into_iter().map(|item| Arc::new(item.tree)).collect();
        Ok(piece(Typed::Date(best.ok_or(Told)?), TreeKind::Call { name, arguments }, place.clone(), text))
    }

    pub fn rounding(&mut self, name: &'static str, all: &mut Arguments, place: &Place, text: &str) -> Made<Piece> {
        let mut given = std::mem::take(&mut all.plain);
        given.extend(std::mem::take(&mut all.named).into_iter().map(|(_, value)| value));
        let digits = match given.len() {
            2 => match given.pop() {
                Some(digits) => self.whole(&digits)?,
                None => 0,
            },
            _ => 0,
        };
        let Ok([inner]) = <[Piece; 1]>::try_from(given) else {
            return self.tell(messages::arguments(
                place.clone(),
                name,
                "四舍五入(数, 位数)",
                "round half up(number, digits)",
            ));
        };
        let mode = match name {
            "floor" => Mode::Floor,
            "ceiling" => Mode::Ceiling,
            "round up" => Mode::Up,
            "round down" => Mode::Down,
            "round half up" => Mode::HalfUp,
            "round half down" => Mode::HalfDown,
            _ => Mode::HalfEven,
        };
        let mut number = self.number(&inner)?;
        if number.unit.is_none() {
            number.unit = self.expected.clone().filter(|unit| unit.dimension() == number.dimension);
        }
        let rounded = self.rounded(&number, digits, mode, place)?;
        let arguments = vec![self.tree(inner)?];
        Ok(piece(Typed::Number(rounded), TreeKind::Call { name, arguments }, place.clone(), text))
    }

    pub fn date_call(&mut self, all: &mut Arguments, place: &Place) -> Made<Typed> {
        let given = std::mem::take(&mut all.plain);
        let day = match &given[..] {
            [text] => self.text_constant(text)?.trim().parse().ok(),
            [year, month, day] => {
                let mut parts = [0_i64; 3];
                for (part, value) in parts.iter_mut().zip([year, month, day]) {
                    let number = self.number(value)?;
                    *part = number.constant().and_then(|value| value.to_integer().to_i64()).unwrap_or(0);
                }
                let [year, month, day] = parts.map(|part| u32::try_from(part).unwrap_or(0));
                i32::try_from(year).ok().and_then(|year| chrono::NaiveDate::from_ymd_opt(year, month, day))
            }
            _ => None,
        };
        match day {
            Some(day) => Ok(Typed::Date(self.dag.date(days_of(day)))),
            None => {
                self.tell(messages::arguments(place.clone(), "date", "日期(\"2026-04-01\")", "date(\"2026-04-01\")"))
            }
        }
    }
}
