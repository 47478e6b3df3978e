//! Ways to a goal along the conditions: all parts of an `and`, one part of an `or`, the cells of a table's row.

use std::sync::Arc;

use super::engine::{Engine, verdict};
use super::model::Verdict;
use super::way::{Way, Ways};
use crate::compile::{Body, Row, RuleId, Shown, Tree, TreeKind};
use crate::interpret::{Answer, Value};
use crate::pack::Hit;
use crate::syntax::ast::Comparison;

/// Rows of a table that are looked at: those nearest to hitting.
const MOST_ROWS: usize = 8;
const DEEPEST: u8 = 16;

/// What a value must be.
#[derive(Clone, Debug)]
pub enum Goal {
    Boolean(bool),
    /// One of these codes.
    Texts(Vec<String>),
}

impl Goal {
    pub fn met(&self, answer: &Answer) -> bool {
        match (self, answer) {
            (Self::Boolean(want), Answer::Known(Value::Boolean(value))) => want == value,
            (Self::Texts(codes), Answer::Known(Value::Text(code))) => codes.iter().any(|own| **own == **code),
            _ => false,
        }
    }
}

impl<'a> Engine<'a> {
    /// Ways to make a condition what is wanted, from the facts of the trial.
    pub fn ways(&mut self, tree: &'a Tree, want: bool, depth: u8) -> Ways {
        let Some(node) = tree.value.map(|value| value.node) else {
            return if matches!(tree.kind, TreeKind::Anything) == want {
                self.already.clone()
            } else {
                self.none.clone()
            };
        };
        if verdict(self.trial.answer(node)) == if want { Verdict::True } else { Verdict::False } {
            return self.already.clone();
        }
        if depth > DEEPEST {
            return self.none.clone();
        }
        match &tree.kind {
            TreeKind::And(all) | TreeKind::Or(all) => {
                if matches!(tree.kind, TreeKind::And(_)) == want {
                    self.all_of(all.iter().map(|part| (&**part, want)), depth)
                } else {
                    let mut any = Vec::new();
                    for part in all {
                        any.extend_from_slice(&self.ways(part, want, depth + 1));
                    }
                    self.moves.best(any)
                }
            }
            TreeKind::Not(inner) => self.ways(inner, !want, depth + 1),
            TreeKind::Rule(id) => self.ways_of_rule(*id, &Goal::Boolean(want), depth + 1),
            TreeKind::If { .. } | TreeKind::Coalesce { .. } => {
                self.ways_of_value(tree, &Goal::Boolean(want), depth + 1)
            }
            TreeKind::Compare { how: how @ (Comparison::Equal | Comparison::NotEqual), left, right }
                if matches!(left.kind, TreeKind::Rule(_)) && matches!(left.shown, Shown::Text(_)) =>
            {
                let code = right.value.and_then(|value| text(self.answers.of(value.node)));
                match (code, (*how == Comparison::Equal) == want) {
                    (Some(code), true) => self.ways_of_value(left, &Goal::Texts(vec![code]), depth + 1),
                    _ => self.turned(tree, node, want),
                }
            }
            TreeKind::Member { subject, values, industry: false }
                if want && matches!(subject.kind, TreeKind::Rule(_)) =>
            {
                self.ways_of_value(subject, &Goal::Texts(values.clone()), depth + 1)
            }
            TreeKind::Constant | TreeKind::Today | TreeKind::Provided(_) => self.none.clone(),
            _ => self.turned(tree, node, want),
        }
    }

    /// Ways to give a rule the wanted value.
    pub fn ways_of_rule(&mut self, id: RuleId, goal: &Goal, depth: u8) -> Ways {
        let Some(rule) = self.rule(id) else { return self.none.clone() };
        match &rule.body {
            Body::Expression { tree, .. } => self.ways_of_value(tree, goal, depth),
            Body::Table { hit: Hit::First | Hit::Unique | Hit::Any, rows, results, .. } => {
                self.ways_of_rows(rows, results, goal, depth)
            }
            _ => self.none.clone(),
        }
    }

    fn ways_of_value(&mut self, tree: &'a Tree, goal: &Goal, depth: u8) -> Ways {
        if let Some(node) = tree.value.map(|value| value.node)
            && goal.met(self.trial.answer(node))
        {
            return self.already.clone();
        }
        if depth > DEEPEST {
            return self.none.clone();
        }
        match (&tree.kind, goal) {
            (TreeKind::If { condition, then, otherwise }, _) => {
                let mut any = Vec::new();
                for (branch, want) in [(then, true), (otherwise, false)] {
                    let (first, second) =
                        (self.ways(condition, want, depth + 1), self.ways_of_value(branch, goal, depth + 1));
                    any.extend_from_slice(&self.moves.crossed(&first, &second));
                }
                self.moves.best(any)
            }
            (TreeKind::Coalesce { value, .. }, _) => self.ways_of_value(value, goal, depth + 1),
            (TreeKind::Rule(id), _) => self.ways_of_rule(*id, goal, depth + 1),
            (TreeKind::Fact(fact), Goal::Texts(codes)) => match codes.first() {
                Some(code) => [Way::of(self.a_move(*fact, Value::Text(code.as_str().into())))].into(),
                None => self.none.clone(),
            },
            (_, Goal::Boolean(want)) => self.ways(tree, *want, depth + 1),
            _ => self.none.clone(),
        }
    }

    fn ways_of_rows(&mut self, rows: &'a [Row], results: &'a [Arc<Tree>], goal: &Goal, depth: u8) -> Ways {
        let mut near: Vec<(usize, usize)> = Vec::new();
        for (at, (row, result)) in rows.iter().zip(results).enumerate() {
            let good = result.value.is_some_and(|value| goal.met(self.trial.answer(value.node)));
            let variable = matches!(result.kind, TreeKind::Rule(_) | TreeKind::If { .. } | TreeKind::Fact(_));
            if variable || good {
                let mut weight = 0;
                for cell in &row.cells {
                    if self.verdict(cell) != Verdict::True {
                        // What cannot be changed weighs more, so that rows of other industries come last.
                        weight += if self.movable(cell) { 1 } else { 100 };
                    }
                }
                near.push((weight, at));
            }
        }
        near.sort_unstable();
        let mut any = Vec::new();
        for (_, at) in near.into_iter().take(MOST_ROWS) {
            let (Some(row), Some(result)) = (rows.get(at), results.get(at)) else { continue };
            let hit = self.all_of(row.cells.iter().map(|cell| (&**cell, true)), depth + 1);
            let value = self.ways_of_value(result, goal, depth + 1);
            let mut both = self.moves.crossed(&hit, &value);
            // Rows above that hit and give something else must not.
            for (above, other) in rows.iter().zip(results).take(at) {
                let hits = verdict(self.trial.answer(above.condition)) == Verdict::True;
                let good = other.value.is_some_and(|value| goal.met(self.trial.answer(value.node)));
                if hits && !good {
                    let mut away = Vec::new();
                    for cell in above.cells.iter().filter(|cell| !matches!(cell.kind, TreeKind::Anything)) {
                        away.extend_from_slice(&self.ways(cell, false, depth + 1));
                    }
                    let away = self.moves.best(away);
                    both = self.moves.crossed(&both, &away);
                }
            }
            any.extend_from_slice(&both);
        }
        self.moves.best(any)
    }

    fn all_of(&mut self, parts: impl Iterator<Item = (&'a Tree, bool)> + Clone, depth: u8) -> Ways {
        // What cannot be moved at all is looked at first: most often the industry.
        let fixed = |part: &Tree| matches!(part.kind, TreeKind::Member { .. });
        let mut all = self.already.clone();
        for (part, want) in parts.clone().filter(|(part, _)| fixed(part)).chain(parts.filter(|(part, _)| !fixed(part)))
        {
            let ways = self.ways(part, want, depth + 1);
            all = self.moves.crossed(&all, &ways);
            if all.is_empty() {
                break;
            }
        }
        all
    }
}

fn text(answer: &Answer) -> Option<String> {
    match answer {
        Answer::Known(Value::Text(text)) => Some(text.to_string()),
        _ => None,
    }
}
