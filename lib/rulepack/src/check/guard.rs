//! What conditions on the way to an expression prove about numbers: ranges within which they lie when it is looked at.

use std::collections::BTreeMap;
use std::sync::Arc;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, Zero};

use crate::compile::{Body, CompiledPack, Program, Tree, TreeKind, Value};
use crate::ir::{NodeId, Op, Type};
use crate::syntax::ast::Comparison;

/// Where a number lies; bounds belong to it, none: unbounded.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Range {
    low: Option<BigRational>,
    high: Option<BigRational>,
    /// Known not to be zero, wherever its bounds lie.
    not_zero: bool,
}

impl Range {
    fn anything() -> Self {
        Self { low: None, high: None, not_zero: false }
    }

    fn between(low: BigRational, high: BigRational) -> Self {
        Self { low: Some(low), high: Some(high), not_zero: false }
    }

    /// Whether zero is not in it.
    pub fn excludes_zero(&self) -> bool {
        self.not_zero
            || self.low.as_ref().is_some_and(Signed::is_positive)
            || self.high.as_ref().is_some_and(Signed::is_negative)
    }

    /// In both.
    fn meet(&self, other: &Self) -> Self {
        let end = |a: &Option<BigRational>, b: &Option<BigRational>, greater: bool| match (a, b) {
            (Some(a), Some(b)) => Some(if (a > b) == greater { a.clone() } else { b.clone() }),
            (one, other) => one.clone().or_else(|| other.clone()),
        };
        Self {
            low: end(&self.low, &other.low, true),
            high: end(&self.high, &other.high, false),
            not_zero: self.not_zero || other.not_zero,
        }
    }

    /// In one of them at least.
    fn hull(&self, other: &Self) -> Self {
        let end = |a: &Option<BigRational>, b: &Option<BigRational>, greater: bool| match (a, b) {
            (Some(a), Some(b)) => Some(if (a > b) == greater { a.clone() } else { b.clone() }),
            _ => None,
        };
        Self {
            low: end(&self.low, &other.low, false),
            high: end(&self.high, &other.high, true),
            not_zero: self.excludes_zero() && other.excludes_zero(),
        }
    }

    fn negated(&self) -> Self {
        let turn = |end: &Option<BigRational>| end.as_ref().map(|end| -end);
        Self { low: turn(&self.high), high: turn(&self.low), not_zero: self.not_zero }
    }

    fn plus(&self, other: &Self) -> Self {
        let end = |a: &Option<BigRational>, b: &Option<BigRational>| Some(a.as_ref()? + b.as_ref()?);
        Self { low: end(&self.low, &other.low), high: end(&self.high, &other.high), not_zero: false }
    }

    /// Only signs are followed; they are what is asked for.
    fn times(&self, other: &Self) -> Self {
        let at_least_zero = |range: &Self| range.low.as_ref().is_some_and(|low| !low.is_negative());
        let zero = BigRational::zero();
        Self {
            low: (at_least_zero(self) && at_least_zero(other)).then_some(zero),
            high: None,
            not_zero: self.excludes_zero() && other.excludes_zero(),
        }
    }
}

/// So many operations deep a number is looked into.
const DEEPEST: u8 = 10;

/// What is proved about nodes of the graph.
pub type Proved = BTreeMap<NodeId, Range>;

/// Reads proofs off conditions of one pack.
pub struct Guard<'a> {
    pub program: &'a Program,
    pub pack: &'a CompiledPack,
}

impl Guard<'_> {
    /// What also holds where a condition is true, or where it is neither true nor unknown.
    pub fn assume(&self, proved: &Proved, tree: &Tree, truth: bool) -> Proved {
        match &tree.kind {
            TreeKind::And(all) if truth => {
                all.iter().fold(proved.clone(), |proved, part| self.assume(&proved, part, true))
            }
            TreeKind::Or(all) if !truth => {
                all.iter().fold(proved.clone(), |proved, part| self.assume(&proved, part, false))
            }
            TreeKind::And(all) => self.assume_not_all(proved, all),
            TreeKind::Or(all) => {
                let each = all.iter().map(|part| self.assume(proved, part, true));
                each.reduce(|a, b| self.either(&a, &b)).unwrap_or_else(|| proved.clone())
            }
            TreeKind::Not(inner) => self.assume(proved, inner, !truth),
            TreeKind::Rule(id) => match self.pack.rule(*id).map(|rule| &rule.body) {
                Some(Body::Expression { tree, .. }) => self.assume(proved, tree, truth),
                _ => proved.clone(),
            },
            TreeKind::Compare { how, left, right } => {
                let mut proved = proved.clone();
                if let (Some(left), Some(right)) = (left.value, right.value) {
                    let how = if truth { *how } else { opposite(*how) };
                    // A comparison is not met either if the other side is not applicable: then it says nothing of this one.
                    let says = |other: Value| truth || !self.program.dag.node(other.node).may_not_apply;
                    if says(right) {
                        self.compared(&mut proved, how, left, right);
                    }
                    if says(left) {
                        self.compared(&mut proved, turned(how), right, left);
                    }
                }
                proved
            }
            _ => proved.clone(),
        }
    }

    /// What also holds where not all of these are true.
    pub fn assume_not_all(&self, proved: &Proved, all: &[Arc<Tree>]) -> Proved {
        let each = all.iter().map(|part| self.assume(proved, part, false));
        each.reduce(|a, b| self.either(&a, &b)).unwrap_or_else(|| proved.clone())
    }

    /// What holds on either of two ways.
    fn either(&self, a: &Proved, b: &Proved) -> Proved {
        let both = a.iter().filter_map(|(node, range)| Some((*node, range.hull(b.get(node)?))));
        both.collect()
    }

    fn compared(&self, proved: &mut Proved, how: Comparison, left: Value, right: Value) {
        let Type::Number { scale, .. } = self.program.dag.ty(left.node) else { return };
        if left.denominator.is_some() || matches!(self.program.dag.node(left.node).op, Op::Number(_)) {
            return;
        }
        let bound = match right.denominator {
            None => self.range(proved, right.node),
            // 20 亩 are 40000/3 m²: a quotient of two constants.
            Some(below) => match (self.constant(right.node), self.constant(below)) {
                (Some(above), Some(below)) if !below.is_zero() => Range::between(&above / &below, above / below),
                _ => return,
            },
        };
        // The left side lies on the grid of its digits; a bound between two steps is as good as the next one outwards.
        let step = BigRational::new(1.into(), BigInt::from(10).pow(scale.into()));
        let down = |bound: &BigRational| (bound / &step).floor() * &step;
        let up = |bound: &BigRational| (bound / &step).ceil() * &step;
        let range = match how {
            Comparison::GreaterOrEqual => Range { low: bound.low.as_ref().map(down), ..Range::anything() },
            Comparison::Greater => Range { low: bound.low.as_ref().map(|low| down(low) + &step), ..Range::anything() },
            Comparison::LessOrEqual => Range { high: bound.high.as_ref().map(up), ..Range::anything() },
            Comparison::Less => Range { high: bound.high.as_ref().map(|high| up(high) - &step), ..Range::anything() },
            Comparison::Equal => bound,
            Comparison::NotEqual => {
                let zero = |end: &Option<BigRational>| end.as_ref().is_some_and(Zero::is_zero);
                Range { not_zero: zero(&bound.low) && zero(&bound.high), ..Range::anything() }
            }
        };
        let before = self.range(proved, left.node);
        proved.insert(left.node, before.meet(&range));
    }

    fn constant(&self, node: NodeId) -> Option<BigRational> {
        match (&self.program.dag.node(node).op, self.program.dag.ty(node)) {
            (Op::Number(mantissa), Type::Number { scale, .. }) => {
                Some(BigRational::new((*mantissa).into(), BigInt::from(10).pow(scale.into())))
            }
            _ => None,
        }
    }

    /// Where a number lies, by its type, by what is proved of it, and by what is proved of what it is made of.
    pub fn range(&self, proved: &Proved, node: NodeId) -> Range {
        self.range_within(proved, node, DEEPEST)
    }

    fn range_within(&self, proved: &Proved, node: NodeId, deepest: u8) -> Range {
        let dag = &self.program.dag;
        let Type::Number { scale, low, high } = dag.ty(node) else { return Range::anything() };
        let power = BigInt::from(10).pow(scale.into());
        let own = Range::between(BigRational::new(low.into(), power.clone()), BigRational::new(high.into(), power));
        let known = proved.get(&node).map_or_else(|| own.clone(), |proved| own.meet(proved));
        if known.excludes_zero() || deepest == 0 {
            return known;
        }
        let of = |id: &NodeId| self.range_within(proved, *id, deepest - 1);
        let all = |operands: &[NodeId]| -> Vec<Range> { operands.iter().map(of).collect() };
        let hull = |ranges: Vec<Range>| ranges.into_iter().reduce(|a, b| a.hull(&b)).unwrap_or_else(Range::anything);
        let made = match &dag.node(node).op {
            Op::Add(terms) => all(terms).into_iter().reduce(|a, b| a.plus(&b)).unwrap_or_else(Range::anything),
            Op::Multiply(a, b) => of(a).times(&of(b)),
            Op::Negate(inner) => of(inner).negated(),
            Op::Scale { value, .. } | Op::Guard { value, .. } => of(value),
            Op::Absolute(inner) => Range { not_zero: of(inner).excludes_zero(), ..Range::anything() },
            Op::Minimum(operands) => hull(all(operands)),
            Op::Maximum(operands) => {
                // As great as the greatest least one.
                let low = all(operands).into_iter().filter_map(|range| range.low).max();
                Range { low, ..Range::anything() }
            }
            Op::Coalesce { value, otherwise } => hull(all(&[*value, *otherwise])),
            Op::First { values, .. } | Op::Unique { values, .. } => {
                let values: Vec<NodeId> =
                    values.iter().copied().filter(|id| !matches!(dag.node(*id).op, Op::NotApplicable(_))).collect();
                hull(all(&values))
            }
            _ => return known,
        };
        known.meet(&made)
    }
}

fn opposite(how: Comparison) -> Comparison {
    match how {
        Comparison::Equal => Comparison::NotEqual,
        Comparison::NotEqual => Comparison::Equal,
        Comparison::Less => Comparison::GreaterOrEqual,
        Comparison::LessOrEqual => Comparison::Greater,
        Comparison::Greater => Comparison::LessOrEqual,
        Comparison::GreaterOrEqual => Comparison::Less,
    }
}

fn turned(how: Comparison) -> Comparison {
    match how {
        Comparison::Less => Comparison::Greater,
        Comparison::LessOrEqual => Comparison::GreaterOrEqual,
        Comparison::Greater => Comparison::Less,
        Comparison::GreaterOrEqual => Comparison::LessOrEqual,
        same => same,
    }
}
