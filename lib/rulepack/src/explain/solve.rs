//! The least change of one fact that turns a condition: computed for straight lines, else found by trying, so that it holds for any
//! formula.

use super::engine::Engine;
use super::line::Line;
use super::way::Move;
use crate::compile::{FactInfo, Tree, TreeKind};
use crate::interpret::{Answer, Value};
use crate::ir::{FactId, NodeId, Type};

/// More trials than any gallop and halving over 128 bits takes.
const MOST_TRIALS: u32 = 400;

/// What was asked: what a node should be and which fact may move for it, beside the other changes its answer rests on.
#[derive(PartialEq, Eq, Hash)]
pub struct Question {
    node: NodeId,
    want: bool,
    fact: FactId,
    beside: Vec<Move>,
}

impl Engine<'_> {
    /// The value nearest to the present one that makes the node true (or false), all else equal.
    pub fn nearest(&mut self, node: NodeId, want: bool, fact: FactId, atom: Option<&Tree>) -> Option<Move> {
        let line = self.line(node, want, fact);
        // What is computed is computed sooner than it is looked up.
        let question = line.is_none().then(|| self.question(node, want, fact));
        if let Some(known) = question.as_ref().and_then(|question| self.solved.get(question)) {
            return *known;
        }
        let before = self.trial.fact(fact).cloned();
        let found = self.search(node, want, fact, before.as_ref(), atom, line);
        self.trial.set(fact, before);
        let found = found.map(|value| self.a_move(fact, value));
        self.solved.extend(question.map(|question| (question, found)));
        found
    }

    fn question(&mut self, node: NodeId, want: bool, fact: FactId) -> Question {
        let mut beside = Vec::new();
        for at in 0..self.trial.changed().len() {
            if let Some(own) = self.trial.changed().get(at).copied()
                && (own == fact || self.trial.rests_on(node, own))
                && let Some(value) = self.trial.fact(own).cloned()
            {
                beside.push(self.a_move(own, value));
            }
        }
        beside.sort_unstable_by_key(|one| one.fact);
        Question { node, want, fact, beside }
    }

    fn line(&mut self, node: NodeId, want: bool, fact: FactId) -> Option<Line> {
        let declared = self.program.dag.facts().get(usize::from(fact.0)).filter(|fact| !fact.always_missing)?.ty;
        let (low, high) = match declared {
            Type::Number { low, high, .. } => (low, high),
            Type::Date { low, high } => (low.into(), high.into()),
            _ => return None,
        };
        let present = self.trial.fact(fact).and_then(Value::integer).unwrap_or(low);
        let line = Line::of(&self.program.dag, &mut self.trial, node, want, fact)?;
        line.within(low.min(present), high.max(present))
    }

    fn holds(&mut self, node: NodeId, want: bool, fact: FactId, value: Value) -> bool {
        self.trial.set(fact, Some(value));
        *self.trial.answer(node) == Answer::boolean(want)
    }

    fn search(
        &mut self,
        node: NodeId,
        want: bool,
        fact: FactId,
        before: Option<&Value>,
        atom: Option<&Tree>,
        line: Option<Line>,
    ) -> Option<Value> {
        let declared = self.program.dag.facts().get(usize::from(fact.0)).filter(|fact| !fact.always_missing)?.ty;
        let (low, high, date) = match declared {
            Type::Boolean => {
                let values = [Value::Boolean(true), Value::Boolean(false)];
                return values
                    .into_iter()
                    .filter(|value| Some(value) != before)
                    .find(|value| self.holds(node, want, fact, value.clone()));
            }
            Type::Text => return self.text(node, want, fact, before, atom),
            Type::Number { low, high, .. } => (low, high, false),
            Type::Date { low, high } => (low.into(), high.into(), true),
        };
        let value = |at: i128| if date { Value::Date(i32::try_from(at).unwrap_or(0)) } else { Value::Number(at) };
        let present = before.and_then(Value::integer);
        let (mut best, mut distance) = (None, u128::MAX);
        for end in [high, low] {
            let start = present.unwrap_or(if end == high { low } else { high });
            if start == end {
                continue;
            }
            // A zero that makes a division impossible is no end.
            let near_end = if end == low && low == 0 && high > 0 { [0, 1] } else { [end, end] };
            let mut holds = |engine: &mut Self, at| match line {
                Some(line) => line.holds(at),
                None => engine.holds(node, want, fact, value(at)),
            };
            let Some(end) = near_end.into_iter().find(|end| *end != start && holds(self, *end)) else { continue };
            let found = match line {
                Some(line) => line.first(start, end),
                None => {
                    let guess = self.guess(fact, atom, start, end, &value);
                    self.boundary(start, end, guess, &mut holds)
                }
            };
            let away = found.abs_diff(start);
            if away < distance {
                (best, distance) = (Some(value(found)), away);
            }
        }
        best
    }

    /// Between a value that does not hold and one that does: the nearest one that does, by galloping from the guess and halving.
    fn boundary(
        &mut self,
        start: i128,
        end: i128,
        guess: Option<i128>,
        holds: &mut dyn FnMut(&mut Self, i128) -> bool,
    ) -> i128 {
        let (mut no, mut yes) = (start, end);
        let between = |at: i128, a: i128, b: i128| at > a.min(b) && at < a.max(b);
        let mut trials = 0;
        if let Some(guess) = guess.filter(|guess| between(*guess, no, yes)) {
            let toward = if end > start { 1 } else { -1 };
            let mut step = 1;
            let mut at = guess;
            // From the guess toward the other side, in growing steps.
            let inside = holds(self, at);
            if inside {
                yes = at
            } else {
                no = at
            }
            loop {
                at = if inside { at - toward * step } else { at + toward * step };
                trials += 1;
                if !between(at, no, yes) || trials > MOST_TRIALS {
                    break;
                }
                let now = holds(self, at);
                if now {
                    yes = at
                } else {
                    no = at
                }
                if now != inside {
                    break;
                }
                step *= 2;
            }
        }
        while no.abs_diff(yes) > 1 && trials < MOST_TRIALS {
            let middle = no + (yes - no) / 2;
            if holds(self, middle) {
                yes = middle
            } else {
                no = middle
            }
            trials += 1;
        }
        yes
    }

    /// Where a straight line through two trials of left minus right crosses zero.
    fn guess(
        &mut self,
        fact: FactId,
        atom: Option<&Tree>,
        start: i128,
        end: i128,
        value: &dyn Fn(i128) -> Value,
    ) -> Option<i128> {
        let TreeKind::Compare { left, right, .. } = &atom?.kind else { return None };
        let (left, right) = (left.value?, right.value?);
        let difference = |engine: &mut Self, at: i128| -> Option<f64> {
            engine.trial.set(fact, Some(value(at)));
            let a = [engine.float(left.node), left.denominator.map_or(Some(1.0), |node| engine.float(node))];
            let b = [engine.float(right.node), right.denominator.map_or(Some(1.0), |node| engine.float(node))];
            // Multiplied out, so that a quotient is straight in both of its parts.
            Some(a[0]? * b[1]? - b[0]? * a[1]?)
        };
        let (at_start, at_end) = (difference(self, start)?, difference(self, end)?);
        let slope = (at_end - at_start) / (end as f64 - start as f64);
        let crossing = start as f64 - at_start / slope;
        (slope != 0.0 && crossing.is_finite() && crossing.abs() < 1e37).then(|| crossing.round() as i128)
    }

    fn float(&mut self, node: NodeId) -> Option<f64> {
        let scale = match self.program.dag.ty(node) {
            Type::Number { scale, .. } => scale,
            _ => 0,
        };
        let number = self.trial.answer(node).value()?.integer()?;
        Some(number as f64 / 10_f64.powi(scale.into()))
    }

    /// A text that makes it hold: one the condition names, else one the fact may have.
    fn text(
        &mut self,
        node: NodeId,
        want: bool,
        fact: FactId,
        before: Option<&Value>,
        atom: Option<&Tree>,
    ) -> Option<Value> {
        let mut candidates: Vec<String> = match atom.map(|atom| &atom.kind) {
            Some(TreeKind::Member { values, .. }) => values.clone(),
            _ => Vec::new(),
        };
        if let Some(FactInfo::Fact(info)) = self.info(fact) {
            candidates.extend(info.values.iter().map(|value| value.code.clone()));
        }
        if candidates.is_empty()
            && let Some(TreeKind::Compare { right, .. }) = atom.map(|atom| &atom.kind)
            && let Some(Answer::Known(Value::Text(text))) = right.value.map(|value| self.answers.of(value.node))
        {
            candidates.push(text.to_string());
        }
        let values =
            candidates.into_iter().map(|text| Value::Text(text.as_str().into())).filter(|value| Some(value) != before);
        values.into_iter().find(|value| self.holds(node, want, fact, value.clone()))
    }
}
