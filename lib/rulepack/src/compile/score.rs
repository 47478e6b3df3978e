//! Scores: items by ratio, min-max, bands, bonus and penalty; caps and floors; what an item without data is worth.

use std::sync::Arc;

use num_rational::BigRational;
use num_traits::{One, Signed};

use super::compiler::{Compiler, Done, Made, Told};
use super::messages;
use super::program::{Body, Key, Value};
use super::scope::{Entity, Thing};
use super::tree::Tree;
use super::value::{Held, Number, Piece, Typed};
use crate::diagnostic::Place;
use crate::ir::{Dag, Mode, NodeId, Population, PopulationKind};
use crate::pack::{Item, Method, Missing, Score, Written};
use crate::unit::Unit;

/// Who is in the set of a score or classification.
pub struct Members {
    /// The condition as written.
    pub tree: Option<Arc<Tree>>,
    /// That condition and what the pack applies to.
    pub among: Option<NodeId>,
    pub group: Option<NodeId>,
}

impl Compiler<'_> {
    /// The set of a score or classification and its groups.
    pub fn set_and_group(&mut self, among: Option<&Written>, group: Option<&Written>) -> Made<Members> {
        let tree = among.map(|written| self.condition_alone(written)).transpose()?;
        let node = tree.as_ref().and_then(|tree| tree.value).map(|value| value.node);
        let group = match group {
            None => None,
            Some(written) => {
                let piece = self.expression(written)?;
                let piece = self.sealed(piece)?;
                self.keys.push(Key { tree: Arc::new(piece.tree.clone()), among: None });
                match piece.tree.value {
                    Some(Value { node, denominator: None }) => Some(node),
                    _ => return self.tell(messages::unrounded(written.place.clone())),
                }
            }
        };
        let among = self.set(node);
        Ok(Members { tree, among, group })
    }

    /// The total: the sum of the items, rounded. Outside of the set it is not applicable.
    pub fn score(&mut self, thing: &Thing, at: usize) -> Made<Done> {
        let pack = self.pack.clone();
        let score = pack.scores.get(at).ok_or(Told)?;
        let place = score.heading.place.clone();
        let among_tree = self.set_and_group(score.among.as_ref(), score.group.as_ref())?.tree;
        let mut items = Vec::new();
        let mut nodes = Vec::new();
        let wanted: Vec<usize> = self
            .scope
            .things
            .iter()
            .enumerate()
            .filter(|(_, thing)| matches!(thing.entity, Entity::Item { score, .. } if score == at))
            .map(|(thing, _)| thing)
            .collect();
        let mut failed = false;
        for item in wanted {
            match self.thing(item) {
                Ok(done) => {
                    items.push(done.rule);
                    nodes.extend(self.rules.get(done.rule.0).map(|rule| rule.value.node));
                }
                Err(Told) => failed = true,
            }
        }
        if failed {
            return Err(Told);
        }
        if nodes.is_empty() {
            return self.tell(messages::absent(place, "指标", "items"));
        }
        let sum = self.dag.add(&nodes);
        let sum = self.fits(sum, &place)?;
        let total = self.dag.round(sum, i8::try_from(score.total_digits).unwrap_or(2), score.rounding);
        let total = self.fits(total, &place)?;
        let total = self.inside(among_tree.as_ref(), total);
        let typed = Typed::Number(Number::node(total).with(crate::unit::Dimension::NONE, Unit::parse("分")));
        self.done(thing, score.heading.law, typed, Body::Score { score: at, among: among_tree, items })
    }

    /// Not applicable outside of the set.
    pub fn inside(&mut self, among: Option<&Arc<Tree>>, node: NodeId) -> NodeId {
        match among.and_then(|tree| tree.value) {
            Some(among) => self.dag.guard(among.node, node, Dag::OUTSIDE_SET),
            None => node,
        }
    }

    /// One item.
    pub fn item(&mut self, thing: &Thing, at: usize, item: usize) -> Made<Done> {
        let pack = self.pack.clone();
        let score = pack.scores.get(at).ok_or(Told)?;
        let own = score.items.get(item).ok_or(Told)?;
        let Members { tree: among_tree, among, group } =
            self.set_and_group(score.among.as_ref(), score.group.as_ref())?;
        let condition = own.condition.as_ref().map(|written| self.condition(written)).transpose()?;
        let value = self.expression(&own.value)?;
        let weight = own.weight.as_ref().map(|written| self.points(written)).transpose()?;
        let mut base_tree = None;
        let (value, points) = match own.method {
            Method::Ratio => {
                let (value, base, points) = self.ratio(own, value, weight.as_ref().map(|one| &one.0))?;
                base_tree = Some(base);
                (value, points)
            }
            Method::MinMax => {
                let weight = weight.as_ref().map(|one| one.0.clone()).ok_or(Told)?;
                let value = self.sealed(value)?;
                // Compared are those whom the item applies to.
                let met = condition.as_ref().and_then(|tree| tree.value).map(|value| value.node);
                let compared: Vec<NodeId> = among.into_iter().chain(met).collect();
                let compared = (!compared.is_empty()).then(|| self.dag.and(&compared));
                let points = self.min_max(own, &value, &weight, (compared, group), score)?;
                (Arc::new(value.tree), points)
            }
            Method::Bands | Method::Bonus | Method::Penalty => {
                let value = self.sealed(value)?;
                let mut number = self.number(&value)?;
                let mut none = Number::exact(BigRational::one());
                self.same_unit(&mut number, &mut none, &own.value.place)?;
                (Arc::new(value.tree), number)
            }
        };
        let digits = i8::try_from(score.digits).unwrap_or(4);
        let mut number =
            self.rounded(&Number { unit: None, bare: false, ..points }, digits, score.rounding, &own.place)?;
        let weight_number = weight.as_ref().map(|one| &one.0);
        let mut limits = [None, None];
        for (slot, (written, greatest)) in limits.iter_mut().zip([(&own.cap, false), (&own.floor, true)]) {
            if let Some(written) = written {
                let limit = self.limit(written, weight_number)?;
                number = self.extreme(&[&number, &limit], greatest, &written.place)?;
                *slot = Some(self.value(&limit, &written.place)?);
            }
        }
        if own.method == Method::Penalty {
            number = self.negative(number);
        }
        let mut earned = self.plain(&number, &own.place)?;
        if let Some(met) = condition.as_ref().and_then(|tree| tree.value) {
            let reason = self.condition_not_met();
            earned = self.dag.guard(met.node, earned, reason);
        }
        let node = match own.missing {
            Missing::Unknown => earned,
            Missing::Zero => {
                let zero = self.dag.number(0, 0);
                let node = self.dag.coalesce(earned, zero);
                self.fits(node, &own.place)?
            }
            Missing::Average => {
                let mean = self.mean(earned, among, group, score.digits, score.rounding, &own.place)?;
                let node = self.dag.coalesce(earned, mean);
                self.fits(node, &own.place)?
            }
        };
        let node = self.inside(among_tree.as_ref(), node);
        let typed = Typed::Number(Number::node(node).with(crate::unit::Dimension::NONE, Unit::parse("分")));
        let [cap, floor] = limits;
        let body = Body::Item {
            score: at,
            item,
            condition,
            value,
            base: base_tree,
            weight: weight.map(|one| one.1),
            cap,
            floor,
            earned,
        };
        self.done(thing, score.heading.law, typed, body)
    }

    /// value / base × weight.
    fn ratio(&mut self, item: &Item, value: Piece, weight: Option<&Number>) -> Made<(Arc<Tree>, Arc<Tree>, Number)> {
        let (Some(written), Some(weight)) = (&item.base, weight) else { return Err(Told) };
        let base = self.expression(written)?;
        let (mut a, mut b) = (self.number(&value)?, self.number(&base)?);
        self.same_unit(&mut a, &mut b, &written.place)?;
        let ratio = self.quotient(&a, &b, &item.place)?;
        let points = self.product(&ratio, weight, &item.place)?;
        let value = self.tree(Piece { typed: Typed::Number(a), ..value })?;
        let base = self.tree(Piece { typed: Typed::Number(b), ..base })?;
        Ok((value, base, points))
    }

    /// weight × (low + (1 − low) × (x − min) / (max − min)); if all are equal, all get the full weight.
    fn min_max(
        &mut self,
        item: &Item,
        value: &Piece,
        weight: &Number,
        (among, group): (Option<NodeId>, Option<NodeId>),
        score: &Score,
    ) -> Made<Number> {
        let place = &item.place;
        let number = self.number(value)?;
        let node = self.plain(&number, &item.value.place)?;
        let low = match &item.base {
            None => Number::exact(BigRational::from_integer(0.into())),
            Some(written) => {
                let share =
                    crate::pack::keywords::starts(START, &written.text).map_or(written.text.as_str(), |(_, rest)| rest);
                let offset = written.text.len() - share.trim_start().len();
                let share = Written { text: share.trim().to_owned(), place: written.at(offset) };
                self.points(&share)?.0
            }
        };
        let one = Number::exact(BigRational::one());
        let extreme = |compiler: &mut Self, kind| {
            let scale = compiler.dag.number_type(node).0;
            compiler.population(Population { kind, value: node, among, group, then: Vec::new() }, scale, place)
        };
        let least = extreme(self, PopulationKind::Minimum)?;
        let greatest = extreme(self, PopulationKind::Maximum)?;
        let (x, least, greatest) = (Number::node(node), Number::node(least), Number::node(greatest));
        let span = self.sum(greatest, least.clone(), true, place)?;
        let above = self.sum(x, least, true, place)?;
        let rest = self.sum(one, low.clone(), true, place)?;
        let moved = self.product(&above, &rest, place)?;
        let from = self.product(&span, &low, place)?;
        let top = self.sum(moved, from, false, place)?;
        let share = self.quotient(&top, &span, place)?;
        let points = self.product(&share, weight, place)?;
        let points = self.rounded(
            &Number { unit: None, bare: false, ..points },
            i8::try_from(score.digits).unwrap_or(4),
            score.rounding,
            place,
        )?;
        let (mut points, span) = (self.plain(&points, place)?, self.plain(&span, place)?);
        let full = self.plain(weight, place)?;
        let zero = self.dag.number(0, 0);
        // Whoever is in the set lies between its least and its greatest: saying so keeps later sums within what can be proved.
        let share = |low: &BigRational| !low.is_negative() && *low <= BigRational::one();
        if low.constant().is_some_and(share) && self.dag.number_type(full).1 >= 0 {
            let digits = i8::try_from(score.digits).unwrap_or(4);
            let most = self.dag.round(full, digits, Mode::Ceiling);
            let most = self.fits(most, place)?;
            let capped = self.dag.minimum(&[points, most]);
            let capped = self.fits(capped, place)?;
            let within = self.dag.maximum(&[capped, zero]);
            points = self.fits(within, place)?;
        }
        let equal = self.dag.less_or_equal(span, zero);
        let equal = self.fits(equal, place)?;
        let node = self.dag.select(equal, full, points);
        Ok(Number::node(self.fits(node, place)?))
    }

    /// A plain number such as a weight, `30` or `30 分` or `20 %`.
    fn points(&mut self, written: &Written) -> Made<(Number, Arc<Tree>)> {
        let piece = self.expression(written)?;
        let mut number = self.number(&piece)?;
        let mut none = Number::exact(BigRational::one());
        self.same_unit(&mut number, &mut none, &written.place)?;
        number.bare = false;
        Ok((number, self.tree(piece)?))
    }

    /// Points, or `× 1.5` of the weight.
    fn limit(&mut self, written: &Written, weight: Option<&Number>) -> Made<Number> {
        let times = ["×", "x", "X", "*"].iter().find_map(|sign| written.text.strip_prefix(sign));
        let Some(factor) = times else {
            return Ok(self.points(written)?.0);
        };
        let offset = written.text.len() - factor.trim_start().len();
        let factor = Written { text: factor.trim().to_owned(), place: written.at(offset) };
        let (factor, _) = self.points(&factor)?;
        match weight {
            Some(weight) => self.product(&factor, weight, &written.place),
            None => self.tell(messages::absent(written.place.clone(), "权重", "weight")),
        }
    }

    /// The rounded mean or share of a held number as one node.
    pub fn whole_share(&mut self, count: NodeId, share: &Number, mode: crate::ir::Mode, place: &Place) -> Made<NodeId> {
        let product = self.product(&Number::node(count), share, place)?;
        let whole = self.rounded(&Number { unit: None, bare: false, ..product }, 0, mode, place)?;
        match whole.held {
            Held::Nodes { num, .. } => Ok(num),
            Held::Exact(_) => self.plain(&whole, place),
        }
    }
}

/// First words of the base of a min-max item.
const START: &[crate::pack::keywords::Word<()>] = &[crate::pack::keywords::Word((), &["起点", "from"])];
