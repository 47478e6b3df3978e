//! What would suffice: sets of changes of facts, smallest first, each proved by running it.
//!
//! Sets are put together along the conditions: all parts of an `and`, one part of an `or`, the cells of a table's row. For each atom
//! the least change of one fact is searched ([`super::solve`]). A set that does not do (it raised revenue and so lowered a
//! share) is mended a few times from where it led; what still does not do is dropped, and so is every change that is not needed.

use std::collections::HashMap;

use super::engine::{Engine, verdict};
use super::model::{ChangeSet, Verdict};
use crate::compile::{Body, FactInfo, Output, Row, RuleId, Shown, Tree, TreeKind};
use crate::dictionary::FactKind;
use crate::interpret::{Answer, Value};
use crate::ir::{FactId, NodeId, Type};
use crate::pack::Hit;
use crate::syntax::ast::Comparison;

/// Alternatives kept at each step, and facts tried for an atom.
const KEPT: usize = 5;
const TRIED: usize = 8;
/// Sets with more changes help nobody.
const MOST_CHANGES: usize = 6;
/// Rows of a table that are looked at: those nearest to hitting.
const MOST_ROWS: usize = 8;
const MENDINGS: usize = 3;
const DEEPEST: u8 = 16;
/// Sets shown.
const SHOWN: usize = 3;

/// Facts and what they must become.
pub(super) type Way = Vec<(FactId, Value)>;

/// What a value must be.
#[derive(Clone, Debug)]
enum Goal {
    Boolean(bool),
    /// One of these codes.
    Texts(Vec<String>),
}

impl Goal {
    fn met(&self, answer: &Answer) -> bool {
        match (self, answer) {
            (Self::Boolean(want), Answer::Known(Value::Boolean(value))) => want == value,
            (Self::Texts(codes), Answer::Known(Value::Text(code))) => codes.iter().any(|own| **own == **code),
            _ => false,
        }
    }
}

impl Engine<'_> {
    /// Up to three sets of changes after which an output is better.
    pub fn change_sets(&mut self, output: &Output) -> Vec<ChangeSet> {
        let Some(rule) = self.rule(output.rule) else { return Vec::new() };
        let answer = self.answers.of(output.node).clone();
        let (goal, ways) = match &answer {
            Answer::Known(Value::Boolean(false)) => {
                let goal = Goal::Boolean(true);
                (goal.clone(), self.ways_of_rule(output.rule, &goal, 0))
            }
            Answer::Known(Value::Text(code)) => {
                let Shown::Text(Some(set)) = output.shown else { return Vec::new() };
                let Some(values) = self.pack.sets.get(set).map(|set| &set.values) else { return Vec::new() };
                let own = values.iter().position(|value| value.code == **code).unwrap_or(0);
                if own == 0 {
                    return Vec::new();
                }
                let goal = Goal::Texts(values.iter().take(own).map(|value| value.code.clone()).collect());
                (goal.clone(), self.ways_of_rule(output.rule, &goal, 0))
            }
            Answer::NotApplicable(reason) if self.program.dag.reason_of(*reason).code == "condition_not_met" => {
                let Body::Amount(amount) = &rule.body else { return Vec::new() };
                let Some(condition) = amount.condition.clone() else { return Vec::new() };
                let node = condition.value.map(|value| value.node);
                let ways = self.ways(&condition, true, 0);
                return self.proved(node.unwrap_or(output.node), &Goal::Boolean(true), ways, output);
            }
            _ => return Vec::new(),
        };
        self.proved(output.node, &goal, ways, output)
    }

    /// The ways that reach the goal, mended where they do not, without what they do not need.
    fn proved(&mut self, node: NodeId, goal: &Goal, ways: Vec<Way>, output: &Output) -> Vec<ChangeSet> {
        let facts = self.case.facts.clone();
        let mut found: Vec<Way> = Vec::new();
        for way in ways {
            if found.len() >= SHOWN {
                break;
            }
            let Some(mut way) = self.mended(node, goal, way, output.rule) else { continue };
            let mut at = 0;
            while at < way.len() && way.len() > 1 {
                let mut fewer = way.clone();
                fewer.remove(at);
                if self.reaches(node, goal, &fewer) { way = fewer } else { at += 1 }
            }
            way.sort_by_key(|(fact, _)| fact.0);
            if !found.contains(&way) {
                found.push(way);
            }
        }
        found.sort_by_key(|way| self.cost(way));
        let sets = found.iter().map(|way| self.change_set(output, way)).collect();
        self.trial.load(&facts);
        self.trial.moved = false;
        sets
    }

    fn reaches(&mut self, node: NodeId, goal: &Goal, way: &Way) -> bool {
        self.apply(way);
        goal.met(self.trial.answer(node))
    }

    pub(super) fn apply(&mut self, way: &Way) {
        self.trial.load(&self.case.facts);
        for (fact, value) in way {
            self.trial.set(*fact, Some(value.clone()));
        }
    }

    fn mended(&mut self, node: NodeId, goal: &Goal, mut way: Way, rule: RuleId) -> Option<Way> {
        let own = std::mem::take(&mut self.solved);
        let mut done = None;
        for _ in 0..=MENDINGS {
            if way.is_empty() || way.len() > MOST_CHANGES {
                break;
            }
            if self.reaches(node, goal, &way) {
                done = Some(way);
                break;
            }
            // From where the changes led, what else is needed?
            self.solved = HashMap::new();
            self.locked = way.iter().map(|(fact, _)| *fact).collect();
            let more = match (goal, self.rule(rule).map(|rule| &rule.body)) {
                (Goal::Boolean(want), Some(Body::Amount(amount))) => {
                    amount.condition.clone().map(|tree| self.ways(&tree, *want, 0)).unwrap_or_default()
                }
                _ => self.ways_of_rule(rule, goal, 0),
            };
            let Some(more) = more.into_iter().next() else { break };
            way = self.merged(&way, &more);
        }
        self.solved = own;
        self.locked.clear();
        done
    }

    /// Ways to make a condition what is wanted, from the facts of the trial.
    fn ways(&mut self, tree: &Tree, want: bool, depth: u8) -> Vec<Way> {
        let Some(node) = tree.value.map(|value| value.node) else {
            return if matches!(tree.kind, TreeKind::Anything) == want { vec![Vec::new()] } else { Vec::new() };
        };
        if verdict(self.trial.answer(node)) == if want { Verdict::True } else { Verdict::False } {
            return vec![Vec::new()];
        }
        if depth > DEEPEST {
            return Vec::new();
        }
        match &tree.kind {
            TreeKind::And(all) | TreeKind::Or(all) => {
                if matches!(tree.kind, TreeKind::And(_)) == want {
                    self.all_of(all.iter().map(|part| (&**part, want)), depth)
                } else {
                    let mut any = Vec::new();
                    for part in all {
                        any.extend(self.ways(part, want, depth + 1));
                    }
                    self.best(any)
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
                    _ => self.of_atom(tree, node, want),
                }
            }
            TreeKind::Member { subject, values, industry: false }
                if want && matches!(subject.kind, TreeKind::Rule(_)) =>
            {
                self.ways_of_value(subject, &Goal::Texts(values.clone()), depth + 1)
            }
            TreeKind::Constant | TreeKind::Today | TreeKind::Provided(_) => Vec::new(),
            _ => self.of_atom(tree, node, want),
        }
    }

    /// Ways to give a rule the wanted value.
    fn ways_of_rule(&mut self, id: RuleId, goal: &Goal, depth: u8) -> Vec<Way> {
        let Some(rule) = self.rule(id) else { return Vec::new() };
        match &rule.body {
            Body::Expression { tree, .. } => self.ways_of_value(tree, goal, depth),
            Body::Table { hit: Hit::First | Hit::Unique, rows, results, .. } => {
                self.ways_of_rows(rows, results, goal, depth)
            }
            _ => Vec::new(),
        }
    }

    fn ways_of_value(&mut self, tree: &Tree, goal: &Goal, depth: u8) -> Vec<Way> {
        if let Some(node) = tree.value.map(|value| value.node)
            && goal.met(self.trial.answer(node))
        {
            return vec![Vec::new()];
        }
        if depth > DEEPEST {
            return Vec::new();
        }
        match (&tree.kind, goal) {
            (TreeKind::If { condition, then, otherwise }, _) => {
                let mut any = Vec::new();
                for (branch, want) in [(then, true), (otherwise, false)] {
                    let (first, second) =
                        (self.ways(condition, want, depth + 1), self.ways_of_value(branch, goal, depth + 1));
                    any.extend(self.crossed(&first, &second));
                }
                self.best(any)
            }
            (TreeKind::Coalesce { value, .. }, _) => self.ways_of_value(value, goal, depth + 1),
            (TreeKind::Rule(id), _) => self.ways_of_rule(*id, goal, depth + 1),
            (TreeKind::Fact(fact), Goal::Texts(codes)) => {
                codes.first().map(|code| vec![vec![(*fact, Value::Text(code.as_str().into()))]]).unwrap_or_default()
            }
            (_, Goal::Boolean(want)) => self.ways(tree, *want, depth + 1),
            _ => Vec::new(),
        }
    }

    fn ways_of_rows(&mut self, rows: &[Row], results: &[std::sync::Arc<Tree>], goal: &Goal, depth: u8) -> Vec<Way> {
        let mut near: Vec<(usize, usize)> = Vec::new();
        for (at, (row, result)) in rows.iter().zip(results).enumerate() {
            let known = result.value.map(|value| self.trial.answer(value.node).clone());
            let variable = matches!(result.kind, TreeKind::Rule(_) | TreeKind::If { .. } | TreeKind::Fact(_));
            if variable || known.is_some_and(|answer| goal.met(&answer)) {
                let failing = row.cells.iter().filter(|cell| self.verdict(cell) != Verdict::True);
                // What cannot be changed weighs more, so that rows of other industries come last.
                let weight = failing.map(|cell| {
                    if self.facts_below(cell).first().is_some_and(|fact| self.changeable(*fact)) { 1 } else { 100 }
                });
                near.push((weight.sum(), at));
            }
        }
        near.sort_unstable();
        let mut any = Vec::new();
        for (_, at) in near.into_iter().take(MOST_ROWS) {
            let (Some(row), Some(result)) = (rows.get(at), results.get(at)) else { continue };
            let hit = self.all_of(row.cells.iter().map(|cell| (&**cell, true)), depth + 1);
            let value = self.ways_of_value(result, goal, depth + 1);
            let mut both = self.crossed(&hit, &value);
            // Rows above that hit and give something else must not.
            for (above, other) in rows.iter().zip(results).take(at) {
                let hits = verdict(self.trial.answer(above.condition)) == Verdict::True;
                let good = other.value.is_some_and(|value| goal.met(self.trial.answer(value.node)));
                if hits && !good {
                    let mut away = Vec::new();
                    for cell in above.cells.iter().filter(|cell| !matches!(cell.kind, TreeKind::Anything)) {
                        away.extend(self.ways(cell, false, depth + 1));
                    }
                    let away = self.best(away);
                    both = self.crossed(&both, &away);
                }
            }
            any.extend(both);
        }
        self.best(any)
    }

    fn all_of<'t>(&mut self, parts: impl Iterator<Item = (&'t Tree, bool)>, depth: u8) -> Vec<Way> {
        // What cannot be moved at all is looked at first: most often the industry.
        let mut parts: Vec<(&Tree, bool)> = parts.collect();
        parts.sort_by_key(|(part, _)| !matches!(part.kind, TreeKind::Member { .. }));
        let mut all = vec![Vec::new()];
        for (part, want) in parts {
            let ways = self.ways(part, want, depth + 1);
            if ways.len() == 1 && ways.iter().all(Vec::is_empty) {
                continue;
            }
            all = self.crossed(&all, &ways);
            if all.is_empty() {
                break;
            }
        }
        all
    }

    /// One fact changed, or several together if none does it alone.
    fn of_atom(&mut self, tree: &Tree, node: NodeId, want: bool) -> Vec<Way> {
        let mut facts = self.facts_below(tree);
        // Nobody changes to another industry for the sake of a rule.
        facts.retain(|fact| {
            self.changeable(*fact)
                || !matches!(self.info(*fact), Some(FactInfo::Fact(info)) if info.kind == FactKind::Text)
        });
        let (free, locked): (Vec<FactId>, Vec<FactId>) = facts.iter().partition(|fact| !self.locked.contains(fact));
        let mut any = Vec::new();
        for facts in [free, locked] {
            for fact in facts.into_iter().take(TRIED) {
                if let Some(value) = self.nearest(node, want, fact, Some(tree)) {
                    any.push(vec![(fact, value)]);
                }
            }
            if !any.is_empty() {
                break;
            }
        }
        if any.is_empty() && facts.len() > 1 {
            any.extend(self.together(tree, node, want, &facts));
        }
        self.best(any)
    }

    /// The facts that move the left side most, one after the other, until it does.
    fn together(&mut self, tree: &Tree, node: NodeId, want: bool, facts: &[FactId]) -> Option<Way> {
        let TreeKind::Compare { how, left, .. } = &tree.kind else { return None };
        let up = matches!(how, Comparison::GreaterOrEqual | Comparison::Greater) == want;
        let measured = left.value?;
        let (before, moved) = (self.trial.facts.clone(), self.trial.moved);
        let measure = |engine: &mut Self| -> Option<f64> {
            let value = engine.trial.answer(measured.node).value()?.integer()? as f64;
            Some(if up { value } else { -value })
        };
        let now = measure(self)?;
        let mut gains: Vec<(f64, FactId, Value)> = Vec::new();
        for fact in facts {
            if !self.changeable(*fact) {
                continue;
            }
            let old = before.get(usize::from(fact.0)).cloned().flatten();
            let mut best: Option<(f64, Value)> = None;
            for value in self.extremes(*fact) {
                self.trial.set(*fact, Some(value.clone()));
                if let Some(gain) = measure(self).map(|after| after - now)
                    && gain > best.as_ref().map_or(0.0, |best| best.0)
                {
                    best = Some((gain, value));
                }
            }
            self.trial.set(*fact, old);
            gains.extend(best.map(|(gain, value)| (gain, *fact, value)));
        }
        gains.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut way: Way = Vec::new();
        let mut reached = false;
        for (_, fact, value) in gains.into_iter().take(MOST_CHANGES) {
            self.trial.set(fact, Some(value.clone()));
            way.push((fact, value));
            if *self.trial.answer(node) == Answer::boolean(want) {
                reached = true;
                break;
            }
        }
        // Each no further than needed, given the others.
        let saved = std::mem::take(&mut self.solved);
        for (fact, value) in &mut way {
            if !reached {
                break;
            }
            self.solved = HashMap::new();
            let old = before.get(usize::from(fact.0)).cloned().flatten();
            self.trial.set(*fact, old);
            if let Some(least) = self.nearest(node, want, *fact, Some(tree)) {
                *value = least;
            }
            self.trial.set(*fact, Some(value.clone()));
        }
        self.solved = saved;
        self.trial.load(&before);
        self.trial.moved = moved;
        reached.then_some(way)
    }

    /// The ends of what a fact can be.
    fn extremes(&self, fact: FactId) -> Vec<Value> {
        match self.program.dag.facts().get(usize::from(fact.0)).map(|fact| fact.ty) {
            Some(Type::Number { low, high, .. }) => {
                vec![Value::Number(high), Value::Number(low.max(1)), Value::Number(low)]
            }
            Some(Type::Boolean) => vec![Value::Boolean(true), Value::Boolean(false)],
            Some(Type::Text) => match self.info(fact) {
                Some(FactInfo::Fact(info)) => {
                    info.values.iter().map(|value| Value::Text(value.code.as_str().into())).collect()
                }
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// Every way of the first with every way of the second.
    fn crossed(&self, first: &[Way], second: &[Way]) -> Vec<Way> {
        let mut all = Vec::new();
        for one in first {
            for other in second {
                let way = self.merged(one, other);
                if way.len() <= MOST_CHANGES {
                    all.push(way);
                }
            }
        }
        self.best(all)
    }

    /// Both; of two changes of one number in the same direction the further one.
    fn merged(&self, one: &Way, other: &Way) -> Way {
        let mut way = one.clone();
        for (fact, value) in other {
            match way.iter_mut().find(|(own, _)| own == fact) {
                None => way.push((*fact, value.clone())),
                Some((_, own)) => {
                    let now = self.given(*fact).and_then(Value::integer).unwrap_or(0);
                    let away = |value: &Value| value.integer().map(|value| value.abs_diff(now));
                    if away(value) > away(own) || value.integer().is_none() {
                        *own = value.clone();
                    }
                }
            }
        }
        way
    }

    /// The cheapest, without repeats.
    fn best(&self, mut ways: Vec<Way>) -> Vec<Way> {
        ways.sort_by_cached_key(|way| self.cost(way));
        ways.dedup();
        ways.truncate(KEPT);
        ways
    }

    /// What the enterprise cannot change weighs most, then how many changes there are, then how great they are.
    fn cost(&self, way: &Way) -> (usize, usize, u64) {
        let fixed = way.iter().filter(|(fact, _)| !self.changeable(*fact)).count();
        let size = |(fact, value): &(FactId, Value)| {
            let (from, to) = (self.given(*fact).and_then(Value::integer), value.integer());
            match (from, to) {
                (Some(from), Some(to)) => {
                    let share = to.abs_diff(from) as f64 / (from.unsigned_abs() as f64).max(1.0);
                    (share * 1e6).min(1e12) as u64
                }
                _ => 1_000_000,
            }
        };
        (fixed, way.len(), way.iter().map(size).sum())
    }
}

fn text(answer: &Answer) -> Option<String> {
    match answer {
        Answer::Known(Value::Text(text)) => Some(text.to_string()),
        _ => None,
    }
}
