//! Scales, marginal and slice.

use std::sync::Arc;

use super::compiler::{Compiler, Done, Made, Told};
use super::messages;
use super::program::{Body, ScaleStep};
use super::scope::Thing;
use super::tree::Tree;
use super::value::{Number, Typed};
use crate::diagnostic::Place;
use crate::ir::NodeId;
use crate::pack::{Hit, ScaleKind, Written};
use crate::syntax::ast::Comparison;
use crate::unit::Unit;

impl Compiler<'_> {
    /// A scale of rates or amounts.
    pub fn scale(&mut self, thing: &Thing, at: usize) -> Made<Done> {
        let pack = self.pack.clone();
        let own = pack.scales.get(at).ok_or(Told)?;
        let place = own.heading.place.clone();
        let written = own.base.as_ref().ok_or(Told)?;
        let mut base = self.expression(written)?;
        let bounds_unit = self.unit_of(own.bounds_unit.as_ref())?;
        if let Some(unit) = &bounds_unit {
            base = self.in_unit(base, unit)?;
        }
        let amount_unit = self.unit_of(own.amount_unit.as_ref().or(own.unit.as_ref()))?;
        let base = self.sealed(base)?;
        let base_number = self.number(&base)?;
        let mut steps = Vec::new();
        let (mut conditions, mut parts) = (Vec::new(), Vec::new());
        for step in &own.steps {
            let bound = |compiler: &mut Self, written: &Option<Written>| -> Made<Option<(Number, Arc<Tree>)>> {
                let Some(written) = written else { return Ok(None) };
                let mut piece = compiler.expression_in(written, bounds_unit.as_ref())?;
                let mut number = compiler.number(&piece)?;
                compiler.same_unit(&mut base_number.clone(), &mut number, &written.place)?;
                piece.typed = Typed::Number(number.clone());
                Ok(Some((number, compiler.tree(piece)?)))
            };
            let from = bound(self, &step.from)?;
            let to = bound(self, &step.to)?;
            let (rate, amount) =
                self.step_value(step.rate.as_ref(), step.amount.as_ref(), amount_unit.as_ref(), &step.place)?;
            let reaches = |compiler: &mut Self, how, bound: &Option<(Number, Arc<Tree>)>| match bound {
                Some((number, _)) => compiler.compare_numbers(how, &base_number, number, &step.place),
                None => Ok(compiler.dag.boolean(true)),
            };
            let (condition, part) = match own.kind {
                ScaleKind::Slice => {
                    let above = reaches(self, Comparison::GreaterOrEqual, &from)?;
                    let below = reaches(self, Comparison::Less, &to)?;
                    let part = match (&rate, &amount) {
                        (Some((rate, _)), _) => self.product(&base_number, rate, &step.place)?,
                        (None, Some((amount, _))) => amount.clone(),
                        (None, None) => return Err(Told),
                    };
                    (self.dag.and(&[above, below]), part)
                }
                ScaleKind::Marginal => {
                    let condition = reaches(self, Comparison::Greater, &from)?;
                    let Some((rate, _)) = &rate else {
                        return self.tell(messages::absent(step.place.clone(), "比例", "rate"));
                    };
                    let part = self.slice_of(
                        &base_number,
                        from.as_ref().map(|one| &one.0),
                        to.as_ref().map(|one| &one.0),
                        &step.place,
                    )?;
                    (condition, self.product(&part, rate, &step.place)?)
                }
            };
            let unit = amount_unit.clone().or_else(|| base_number.unit.clone());
            let part = Number { unit, ..part };
            let node = self.plain(&part, &step.place)?;
            conditions.push(condition);
            parts.push((node, part));
            steps.push(ScaleStep {
                place: step.place.clone(),
                from: from.map(|one| one.1),
                to: to.map(|one| one.1),
                rate: rate.map(|one| one.1),
                amount: amount.map(|one| one.1),
                condition,
                part: node,
            });
        }
        let Some((_, like)) = parts.first().cloned() else {
            return self.tell(messages::absent(place, "行", "rows"));
        };
        let nodes: Vec<NodeId> = parts.iter().map(|(node, _)| *node).collect();
        let node = match own.kind {
            ScaleKind::Marginal => {
                let sum = self.dag.add(&nodes);
                self.fits(sum, &place)?
            }
            ScaleKind::Slice => self.hit(Hit::First, &conditions, &nodes, &place)?,
        };
        let unit = self.unit_of(own.unit.as_ref())?.or(like.unit);
        let typed = Typed::Number(Number::node(node).with(like.dimension, unit));
        let base = Arc::new(base.tree);
        self.done(thing, own.heading.law, typed, Body::Scale { scale: at, kind: own.kind, base, steps })
    }

    /// What of the base lies between two bounds; nothing below the lower one.
    fn slice_of(&mut self, base: &Number, from: Option<&Number>, to: Option<&Number>, place: &Place) -> Made<Number> {
        let zero =
            Number { bare: false, ..Number::exact(num_traits::Zero::zero()).with(base.dimension, base.unit.clone()) };
        let from = from.cloned().unwrap_or_else(|| zero.clone());
        let up_to = match to {
            Some(to) => self.extreme(&[base, to], false, place)?,
            None => base.clone(),
        };
        let above = self.sum(up_to, from, true, place)?;
        self.extreme(&[&above, &zero], true, place)
    }

    /// The least or greatest of numbers of one dimension.
    pub fn extreme(&mut self, numbers: &[&Number], greatest: bool, place: &Place) -> Made<Number> {
        let first = numbers.first().copied().cloned().ok_or(Told)?;
        let (nodes, by, den) = self.common(numbers, true, place)?;
        let node = if greatest { self.dag.maximum(&nodes) } else { self.dag.minimum(&nodes) };
        let num = self.fits(node, place)?;
        Ok(Number { held: super::value::Held::Nodes { num, by, den }, bare: false, ..first })
    }

    #[expect(clippy::type_complexity, reason = "two optional values with their trees")]
    fn step_value(
        &mut self,
        rate: Option<&Written>,
        amount: Option<&Written>,
        amount_unit: Option<&Unit>,
        place: &Place,
    ) -> Made<(Option<(Number, Arc<Tree>)>, Option<(Number, Arc<Tree>)>)> {
        let mut one = |written: Option<&Written>, unit: Option<&Unit>| -> Made<_> {
            let Some(written) = written else { return Ok(None) };
            let piece = self.expression_in(written, unit)?;
            let number = self.number(&piece)?;
            Ok(Some((Number { bare: false, ..number }, self.tree(piece)?)))
        };
        let (rate, amount) = (one(rate, None)?, one(amount, amount_unit)?);
        if rate.is_none() == amount.is_none() {
            return self.tell(messages::absent(place.clone(), "比例或金额（二者之一）", "rate or amount, one of them"));
        }
        Ok((rate, amount))
    }
}
