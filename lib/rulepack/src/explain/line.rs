//! Comparisons that are straight lines in one fact: where they turn is computed, not searched.

use crate::interpret::Changed;
use crate::ir::{Dag, FactId, NodeId, Op};

/// A condition that is as wanted where `slope` × fact + `constant` is not negative.
///
/// Nearly all conditions of notices are of this kind, also shares once they are multiplied out; a search by trials
/// ([`super::solve`]) evaluates each of them ten times.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    slope: i128,
    constant: i128,
}

impl Line {
    /// What a condition is in one fact, all else as in the trial; none if it is no straight line or rests on what is not known.
    pub fn of(dag: &Dag, trial: &mut Changed<'_>, node: NodeId, want: bool, fact: FactId) -> Option<Line> {
        match &dag.node(node).op {
            Op::Not(inner) => Line::of(dag, trial, *inner, !want, fact),
            Op::LessOrEqual(left, right) => {
                let (left, right) = (Line::value(dag, trial, *left, fact)?, Line::value(dag, trial, *right, fact)?);
                if want {
                    right.plus(left.times(-1)?)
                } else {
                    // Greater by one at least: values are whole numbers.
                    left.plus(right.times(-1)?)?.plus(Line::constant(-1))
                }
            }
            _ => None,
        }
    }

    /// A number or a date as a line.
    fn value(dag: &Dag, trial: &mut Changed<'_>, node: NodeId, fact: FactId) -> Option<Line> {
        if !trial.rests_on(node, fact) {
            return trial.answer(node).value()?.integer().map(Line::constant);
        }
        match &dag.node(node).op {
            Op::Fact(own) if *own == fact => Some(Line { slope: 1, constant: 0 }),
            Op::Add(all) => {
                all.iter().try_fold(Line::constant(0), |sum, part| Line::value(dag, trial, *part, fact)?.plus(sum))
            }
            Op::Negate(value) => Line::value(dag, trial, *value, fact)?.times(-1),
            Op::Scale { value, by } => {
                Line::value(dag, trial, *value, fact)?.times(10_i128.checked_pow(u32::from(*by))?)
            }
            Op::Multiply(left, right) => {
                let (left, right) = (Line::value(dag, trial, *left, fact)?, Line::value(dag, trial, *right, fact)?);
                match (left.slope, right.slope) {
                    (0, _) => right.times(left.constant),
                    (_, 0) => left.times(right.constant),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn constant(constant: i128) -> Line {
        Line { slope: 0, constant }
    }

    fn plus(self, other: Line) -> Option<Line> {
        Some(Line { slope: self.slope.checked_add(other.slope)?, constant: self.constant.checked_add(other.constant)? })
    }

    fn times(self, factor: i128) -> Option<Line> {
        Some(Line { slope: self.slope.checked_mul(factor)?, constant: self.constant.checked_mul(factor)? })
    }

    /// The same line if all values between two facts fit.
    pub fn within(self, low: i128, high: i128) -> Option<Line> {
        let fits = |at: i128| self.slope.checked_mul(at).and_then(|value| value.checked_add(self.constant)).is_some();
        (fits(low) && fits(high)).then_some(self)
    }

    /// Whether the condition is as wanted at a value of the fact.
    pub fn holds(&self, at: i128) -> bool {
        self.slope.saturating_mul(at).saturating_add(self.constant) >= 0
    }

    /// The first value after `start`, on the way to an `end` where it holds, at which it holds.
    pub fn first(&self, start: i128, end: i128) -> i128 {
        let up = end > start;
        let next = if up { start + 1 } else { start - 1 };
        if self.holds(next) {
            return next;
        }
        // What does not hold on the way to where it does turns in between, where the line crosses zero.
        if up { -self.constant.div_euclid(self.slope) } else { self.constant.div_euclid(-self.slope) }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::rc::Rc;

    use super::*;
    use crate::interpret::{Answer, Value, evaluate};
    use crate::ir::Type;
    use crate::random::{Random, graph, whole_case};

    #[test]
    fn a_line_turns_where_it_crosses() {
        for slope in -4..=4 {
            for constant in -30..=30 {
                let line = Line { slope, constant };
                for (start, end) in [(-9, 9), (9, -9), (0, 7), (3, -8), (5, 6)] {
                    if line.holds(end) {
                        let step = if end > start { 1 } else { -1 };
                        let mut at = start + step;
                        while !line.holds(at) {
                            at += step;
                        }
                        assert_eq!(line.first(start, end), at, "{line:?} from {start} to {end}");
                    }
                }
            }
        }
    }

    /// Whatever value a fact gets, the graph answers as the line says.
    #[test]
    fn lines_say_what_the_graph_says() {
        let mut found = 0;
        for seed in 0..150 {
            let mut random = Random::new(seed);
            let drawn = graph(seed, 60, false);
            let dag = &drawn.dag;
            let (own, other) = (whole_case(seed, dag), whole_case(seed + 1000, dag));
            let nodes: Vec<NodeId> = (0..dag.nodes().len()).map(|at| NodeId(at as u32)).collect();
            let given = HashMap::new();
            let base = Rc::new(evaluate(dag, &nodes, &own, |_| None));
            let mut trial = Changed::new(dag, &own, &given, base);
            for (fact, info) in dag.facts().iter().enumerate() {
                let Type::Number { low, high, .. } = info.ty else { continue };
                if info.always_missing {
                    continue;
                }
                let fact = FactId(fact as u16);
                for node in &nodes {
                    if !trial.rests_on(*node, fact) {
                        continue;
                    }
                    // Beside another change, and from a value that is changed already.
                    let beside = FactId(random.below(own.len()) as u16);
                    trial.set(beside, other[usize::from(beside.0)].clone());
                    let want = random.below(2) == 0;
                    let line = Line::of(dag, &mut trial, *node, want, fact).and_then(|line| line.within(low, high));
                    if let Some(line) = line {
                        let turn = if line.slope == 0 { 0 } else { (-line.constant / line.slope).clamp(low, high) };
                        for at in [low, high, turn, (turn - 1).max(low), (turn + 1).min(high)] {
                            trial.set(fact, Some(Value::Number(at)));
                            let answer = *trial.answer(*node) == Answer::boolean(want);
                            assert_eq!(line.holds(at), answer, "seed {seed}, {node:?}, {fact:?} at {at}");
                        }
                        found += 1;
                    }
                    trial.reset(fact);
                    trial.reset(beside);
                }
            }
        }
        assert!(found > 200, "{found}");
    }
}
