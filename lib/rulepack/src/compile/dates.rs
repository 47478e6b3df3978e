//! Dates: months and days added, days between, full years, parts.

use std::sync::Arc;

use super::compiler::{Compiler, Made, days_of};
use super::expression::Context;
use super::messages;
use super::program::Shown;
use super::tree::{Tree, TreeKind};
use super::value::{Number, Piece, Typed, kind, piece};
use crate::diagnostic::Place;
use crate::ir::{NodeId, Part};
use crate::pack::MonthEnd;
use crate::syntax::ast::{Arithmetic, Comparison, Kind, Node};
use crate::unit::{Dimension, Quantity, Unit};

impl Compiler<'_> {
    /// The day of evaluation.
    pub fn today(&mut self, place: Place, text: &str) -> Piece {
        let day = self.dag.date(days_of(self.on));
        piece(Typed::Date(day), TreeKind::Today, place, text)
    }

    /// `@"2026-02-13"`, `@"P2Y"`: a date or a duration as a number of months or days.
    pub fn at_literal(&mut self, written: &str, place: &Place) -> Made<Typed> {
        if let Ok(day) = written.trim().parse() {
            return Ok(Typed::Date(self.dag.date(days_of(day))));
        }
        match duration(written.trim()) {
            Some((count, quantity)) => {
                let dimension = Dimension::of(quantity);
                let value = num_rational::BigRational::from_integer(count.into());
                Ok(Typed::Number(Number::exact(value).with(dimension, Some(Unit::base(dimension)))))
            }
            None => self.tell(messages::unsupported(
                place.clone(),
                ("时刻（只能用日期、月数和天数）", "times (dates, months and days only)"),
            )),
        }
    }

    /// Date and months or days; two dates give days.
    pub fn date_arithmetic(
        &mut self,
        how: Arithmetic,
        left: Piece,
        right: Piece,
        place: Place,
        text: String,
    ) -> Made<Piece> {
        let typed = match (how, &left.typed, &right.typed) {
            (Arithmetic::Subtract, Typed::Date(to), Typed::Date(from)) => {
                let node = self.dag.days_between(*from, *to);
                let day = Dimension::of(Quantity::Day);
                Typed::Number(Number::node(node).with(day, Some(Unit::base(day))))
            }
            (Arithmetic::Add | Arithmetic::Subtract, Typed::Date(date), Typed::Number(number)) => {
                Typed::Date(self.shifted(*date, number, how == Arithmetic::Subtract, &right.tree.place)?)
            }
            (Arithmetic::Add, Typed::Number(number), Typed::Date(date)) => {
                Typed::Date(self.shifted(*date, number, false, &left.tree.place)?)
            }
            (_, Typed::Date(_), other) => {
                return self.tell(messages::type_mismatch(
                    right.tree.place,
                    ("月数或天数（如 2 年、30 天）", "months or days (as in 2 years, 30 days)"),
                    kind(other),
                ));
            }
            (_, other, _) => {
                return self.tell(messages::type_mismatch(left.tree.place, ("日期", "a date"), kind(other)));
            }
        };
        let (left, right) = (self.tree(left)?, self.tree(right)?);
        Ok(piece(typed, TreeKind::Arithmetic(how, left, right), place, text))
    }

    /// A date moved by a number of months or days.
    pub fn shifted(&mut self, date: NodeId, by: &Number, back: bool, place: &Place) -> Made<NodeId> {
        let by = if back { self.negative(by.clone()) } else { by.clone() };
        let months = by.dimension == Dimension::of(Quantity::Month);
        if !months && by.dimension != Dimension::of(Quantity::Day) {
            let unit = by.hint();
            let name = |lang| unit.name(lang).to_owned();
            let (zh, en) = (name(crate::diagnostic::Lang::Zh), name(crate::diagnostic::Lang::En));
            return self.tell(messages::unit_mismatch(
                place.clone(),
                ("个月或天", "months or days"),
                (or(&zh, "无单位的数"), or(&en, "a plain number")),
            ));
        }
        let node = self.plain(&by, place)?;
        if self.dag.number_type(node).0 != 0 {
            return self
                .tell(messages::unsupported(place.clone(), ("不是整数的月数或天数", "fractions of months or days")));
        }
        let clip = self.pack.month_end == MonthEnd::Clip;
        let moved = if months { self.dag.add_months(date, node, clip) } else { self.dag.add_days(date, node) };
        self.fits(moved, place)
    }

    /// `a - b >= 2 年` with dates asks whether two full years have passed.
    pub fn full_months(
        &mut self,
        how: Comparison,
        left: &Node,
        right: &Node,
        context: Context<'_>,
        place: &Place,
        text: &str,
    ) -> Made<Option<Piece>> {
        let Kind::Arithmetic(Arithmetic::Subtract, to, from) = &left.kind else { return Ok(None) };
        if !matches!(right.kind, Kind::Number { .. } | Kind::Name(_) | Kind::At(_) | Kind::Call { .. }) {
            return Ok(None);
        }
        let bound = self.node(right, context)?;
        let Typed::Number(months) = &bound.typed else { return Ok(None) };
        if months.dimension != Dimension::of(Quantity::Month) {
            return Ok(None);
        }
        let (to, from) = (self.node(to, context)?, self.node(from, context)?);
        let (Typed::Date(later), Typed::Date(earlier)) = (&to.typed, &from.typed) else { return Ok(None) };
        let (later, earlier) = (*later, *earlier);
        let moved = self.shifted(earlier, months, false, &bound.tree.place)?;
        let node = self.order(how, later, moved, place)?;
        let (start, bound) = (self.tree(from)?, self.tree(bound)?);
        let value = Some(super::program::Value { node: moved, denominator: None });
        let kind = TreeKind::Arithmetic(Arithmetic::Add, start, bound);
        let moved = Tree { place: place.clone(), text: text.to_owned(), value, shown: Shown::Date, kind };
        let kind = TreeKind::Compare { how, left: self.tree(to)?, right: Arc::new(moved) };
        Ok(Some(piece(Typed::Boolean(node), kind, place.clone(), text)))
    }

    /// `date.year`, or an item of a score.
    pub fn path(
        &mut self,
        inner: &Node,
        property: &str,
        context: Context<'_>,
        place: Place,
        text: String,
    ) -> Made<Piece> {
        if let Kind::Name(name) = &inner.kind
            && let Some(at) = self.scope.find(&format!("{name}.{property}"))
        {
            let done = self.thing(at)?;
            return Ok(piece(done.typed, TreeKind::Rule(done.rule), place, text));
        }
        let part = match property {
            "year" | "年" => Part::Year,
            "month" | "月" => Part::Month,
            "day" | "日" => Part::Day,
            _ => return self.tell(messages::unknown_name(place, &text, None)),
        };
        let inner = self.node(inner, context)?;
        let date = self.date(&inner)?;
        let number = Number::node(self.dag.date_part(date, part));
        let name = match part {
            Part::Year => "year",
            Part::Month => "month",
            Part::Day => "day",
        };
        let kind = TreeKind::Call { name, arguments: vec![self.tree(inner)?] };
        Ok(piece(Typed::Number(number), kind, place, text))
    }
}

fn or<'a>(text: &'a str, other: &'a str) -> &'a str {
    if text.is_empty() { other } else { text }
}

/// `P2Y`, `P18M`, `P1Y6M`, `P30D`, with a sign.
fn duration(text: &str) -> Option<(i64, Quantity)> {
    let (sign, rest) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let mut rest = rest.strip_prefix('P')?;
    let mut total = None;
    let mut quantity = None;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        let count: i64 = rest.get(..end)?.parse().ok().filter(|count| *count < 1_000_000)?;
        let (times, own) = match rest.get(end..)?.chars().next()? {
            'Y' => (12, Quantity::Month),
            'M' => (1, Quantity::Month),
            'D' => (1, Quantity::Day),
            _ => return None,
        };
        if quantity.is_some_and(|other| other != own) {
            return None;
        }
        quantity = Some(own);
        total = Some(total.unwrap_or(0) + count * times);
        rest = rest.get(end + 1..)?;
    }
    Some((sign * total?, quantity?))
}
