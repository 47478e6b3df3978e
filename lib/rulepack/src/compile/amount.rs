//! Amounts: base × rate plus a fixed sum, cap, floor, rounding, and groups of which only the greatest is awarded.

use std::sync::Arc;

use super::compiler::{Compiler, Done, Made, Told};
use super::messages;
use super::program::{AmountBody, Body, RuleId};
use super::scope::{Entity, Thing};
use super::tree::Tree;
use super::value::{Number, Typed};
use crate::diagnostic::Place;
use crate::ir::{Mode, NodeId};
use crate::pack::{RoundTo, Written};
use crate::syntax::ast::Comparison;
use crate::unit::Unit;

/// An amount before others of its group are looked at.
#[derive(Clone, Debug)]
pub struct Own {
    body: AmountBody,
    number: Number,
    condition: Option<NodeId>,
}

impl Compiler<'_> {
    /// An amount: not applicable if its condition is not met, 0 if another of its group takes its place.
    pub fn amount(&mut self, thing: &Thing, at: usize) -> Made<Done> {
        let pack = self.pack.clone();
        let source = pack.amounts.get(at).ok_or(Told)?;
        let place = source.heading.place.clone();
        let own = self.own_amount(at)?;
        let mut body = own.body.clone();
        let mut node = body.own;
        if let Some(group) = &source.group {
            let same = |other: &crate::pack::Amount| other.group.as_ref().is_some_and(|name| name.text == group.text);
            let others: Vec<usize> = (0..pack.amounts.len())
                .filter(|other| *other != at && pack.amounts.get(*other).is_some_and(same))
                .collect();
            let mut wins = Vec::new();
            for other in others {
                let rival = self.own_amount(other)?;
                let (mut a, mut b) = (rival.number.clone(), own.number.clone());
                self.same_unit(&mut a, &mut b, &group.place)?;
                // The one that stands earlier in the pack wins a tie.
                let how = if other < at { Comparison::GreaterOrEqual } else { Comparison::Greater };
                let more = self.compare_numbers(how, &a, &b, &group.place)?;
                let win = self.dag.and(&rival.condition.into_iter().chain([more]).collect::<Vec<_>>());
                wins.push(win);
                body.rivals.push((self.rule_of_amount(other), win));
            }
            let any = self.dag.or(&wins);
            let zero = self.dag.number(0, 0);
            let awarded = self.dag.select(any, zero, node);
            node = self.fits(awarded, &place)?;
        }
        if let Some(condition) = own.condition {
            let reason = self.condition_not_met();
            node = self.dag.guard(condition, node, reason);
        }
        let typed = Typed::Number(Number::node(node).with(own.number.dimension, own.number.unit));
        self.done(thing, source.heading.law, typed, Body::Amount(Box::new(body)))
    }

    /// Where the rule of another amount will be found. Rules are numbered as they are finished, so that a rival's place is only known at
    /// the end; until then its place in the pack stands for it.
    fn rule_of_amount(&self, amount: usize) -> RuleId {
        RuleId(amount)
    }

    fn own_amount(&mut self, at: usize) -> Made<Own> {
        if let Some(own) = self.amounts.get(&at) {
            return Ok(own.clone());
        }
        let pack = self.pack.clone();
        let source = pack.amounts.get(at).ok_or(Told)?;
        let place = source.heading.place.clone();
        let unit = match self.unit_of(source.unit.as_ref())? {
            Some(unit) => Some(unit),
            None => Unit::parse("元"),
        };
        let condition = source.condition.as_ref().map(|written| self.condition(written)).transpose()?;
        let (mut rate_number, mut base_number) = (None, None);
        let mut trees: [Option<Arc<Tree>>; 5] = [const { None }; 5];
        if let Some(written) = &source.rate {
            let (number, tree) = self.part_of_amount(written, None)?;
            rate_number = Some(number);
            trees[1] = Some(tree);
        }
        if let Some(written) = &source.base {
            let (number, tree) = self.part_of_amount(written, unit.as_ref())?;
            base_number = Some(number);
            trees[0] = Some(tree);
        }
        let mut computed = match (base_number, rate_number) {
            (Some(base), Some(rate)) => Some(self.product(&base, &rate, &place)?),
            (base, _) => base,
        };
        for (slot, written) in [(2, &source.fixed), (3, &source.cap), (4, &source.floor)] {
            let Some(written) = written else { continue };
            let (mut number, tree) = self.part_of_amount(written, unit.as_ref())?;
            if slot == 2 {
                computed = Some(match computed {
                    Some(computed) => self.sum(computed, number.clone(), false, &place)?,
                    None => number.clone(),
                });
            } else if let Some(computed) = &computed {
                self.same_unit(&mut computed.clone(), &mut number, &written.place)?;
            }
            trees[slot] = Some(tree);
        }
        let Some(computed) = computed else {
            return self.tell(messages::absent(place, "基数或定额", "base or fixed"));
        };
        let mut number = computed.clone();
        for (written, greatest) in [(&source.cap, false), (&source.floor, true)] {
            if let Some(written) = written {
                let (limit, _) = self.part_of_amount(written, unit.as_ref())?;
                number = self.extreme(&[&number, &limit], greatest, &written.place)?;
            }
        }
        if let Some(round) = &source.round {
            number = self.rounded_to(&number, &round.step, round.mode, unit.as_ref(), &round.place)?;
        }
        if let Some(unit) = unit.filter(|unit| unit.dimension() == number.dimension) {
            number.unit = Some(unit);
        }
        let value = self.value(&computed, &place)?;
        let own = self.plain(&number, &place)?;
        let [base, rate, fixed, cap, floor] = trees;
        let node = condition.as_ref().and_then(|tree| tree.value).map(|value| value.node);
        let body = AmountBody {
            amount: at,
            condition,
            base,
            rate,
            fixed,
            cap,
            floor,
            rounding: source.round.as_ref().map(|round| round.mode),
            computed: value,
            own,
            rivals: Vec::new(),
        };
        let own = Own { body, number, condition: node };
        self.amounts.insert(at, own.clone());
        Ok(own)
    }

    fn part_of_amount(&mut self, written: &Written, unit: Option<&Unit>) -> Made<(Number, Arc<Tree>)> {
        let piece = self.expression_in(written, unit)?;
        let piece = self.sealed(piece)?;
        let number = self.number(&piece)?;
        Ok((number, Arc::new(piece.tree)))
    }

    /// Rounded to whole steps (`100 元`) or to decimals of the unit.
    pub fn rounded_to(
        &mut self,
        number: &Number,
        to: &RoundTo,
        mode: Mode,
        unit: Option<&Unit>,
        place: &Place,
    ) -> Made<Number> {
        match to {
            RoundTo::Digits(digits) => {
                let own = Number { unit: unit.cloned().or_else(|| number.unit.clone()), ..number.clone() };
                self.rounded(&own, i8::try_from(*digits).unwrap_or(0), mode, place)
            }
            RoundTo::Quantity(written) => {
                let Some((value, step)) = step(&written.text) else {
                    return self.tell(messages::unknown_unit(written.place.clone(), &written.text));
                };
                let mut step = Number::exact(step.to_base(&value)).with(step.dimension(), Some(step));
                self.same_unit(&mut number.clone(), &mut step, &written.place)?;
                let steps = self.quotient(number, &step, place)?;
                let whole = self.rounded(&Number { unit: None, ..steps }, 0, mode, place)?;
                let rounded = self.product(&whole, &step, place)?;
                Ok(Number { unit: number.unit.clone(), bare: false, ..rounded })
            }
        }
    }
}

/// `元` is one 元; `100 元` a hundred.
fn step(text: &str) -> Option<(num_rational::BigRational, Unit)> {
    if let Some(unit) = Unit::parse(text) {
        return Some((num_traits::One::one(), unit));
    }
    let (value, unit) = crate::unit::read_quantity(text)?;
    num_traits::Signed::is_positive(&value).then_some((value, unit?))
}

/// Rivals are noted by their place in the pack while rules are still being numbered; at the end they become rules.
pub fn settle_rivals(rules: &mut [super::program::Rule], things: &[Thing], rule_of: impl Fn(usize) -> Option<RuleId>) {
    for rule in rules {
        if let Body::Amount(body) = &mut rule.body {
            for (rival, _) in &mut body.rivals {
                let thing = things.iter().position(|thing| thing.entity == Entity::Amount(rival.0));
                if let Some(id) = thing.and_then(&rule_of) {
                    *rival = id;
                }
            }
        }
    }
}
