//! What turns one condition: a change of one fact, or of several together if none does it alone.

use super::engine::Engine;
use super::way::{MOST_CHANGES, Way, Ways};
use crate::compile::{FactInfo, Tree, TreeKind};
use crate::dictionary::FactKind;
use crate::interpret::{Answer, Value};
use crate::ir::{FactId, NodeId, Type};
use crate::syntax::ast::Comparison;

/// Facts tried for a condition.
const TRIED: usize = 8;

impl<'a> Engine<'a> {
    /// Ways to make a condition what is wanted that is not made of others.
    pub fn turned(&mut self, tree: &'a Tree, node: NodeId, want: bool) -> Ways {
        let facts = self.facts_below(tree);
        // Of the changes made so far only those count that its facts have.
        let beside = self.at.only(|fact| facts.contains(&fact) || self.trial.rests_on(node, fact));
        let Some(key) = self.atoms.place(tree).map(|place| (place, want, beside)) else {
            return self.turned_anew(tree, node, want, &facts);
        };
        if let Some(known) = self.turned.get(&key) {
            return known.clone();
        }
        let ways = self.turned_anew(tree, node, want, &facts);
        self.turned.insert(key, ways.clone());
        ways
    }

    fn turned_anew(&mut self, tree: &'a Tree, node: NodeId, want: bool, facts: &[FactId]) -> Ways {
        // Nobody changes to another industry for the sake of a rule.
        let stays = |fact: &FactId| {
            !self.changeable(*fact)
                && matches!(self.info(*fact), Some(FactInfo::Fact(info)) if info.kind == FactKind::Text)
        };
        let facts: Vec<FactId> = facts.iter().copied().filter(|fact| !stays(fact)).collect();
        let mut any = Vec::new();
        // Facts already changed are moved once more only if no other does it.
        for changed in [false, true] {
            let mut tried = 0;
            for fact in &facts {
                if self.at.moves_fact(*fact) == changed && tried < TRIED {
                    tried += 1;
                    any.extend(self.nearest(node, want, *fact, Some(tree)).map(Way::of));
                }
            }
            if !any.is_empty() {
                break;
            }
        }
        if any.is_empty() && facts.len() > 1 {
            any.extend(self.together(tree, node, want, &facts));
        }
        self.moves.best(any)
    }

    /// The facts that move the left side most, one after the other, until it does.
    fn together(&mut self, tree: &Tree, node: NodeId, want: bool, facts: &[FactId]) -> Option<Way> {
        let TreeKind::Compare { how, left, .. } = &tree.kind else { return None };
        let up = matches!(how, Comparison::GreaterOrEqual | Comparison::Greater) == want;
        let measured = left.value?;
        let before: Vec<Option<Value>> = facts.iter().map(|fact| self.trial.fact(*fact).cloned()).collect();
        let measure = |engine: &mut Self| -> Option<f64> {
            let value = engine.trial.answer(measured.node).value()?.integer()? as f64;
            Some(if up { value } else { -value })
        };
        let now = measure(self)?;
        let mut gains: Vec<(f64, FactId, Value)> = Vec::new();
        for (fact, old) in facts.iter().zip(&before) {
            if !self.changeable(*fact) {
                continue;
            }
            let mut best: Option<(f64, Value)> = None;
            for value in self.extremes(*fact) {
                self.trial.set(*fact, Some(value.clone()));
                if let Some(gain) = measure(self).map(|after| after - now)
                    && gain > best.as_ref().map_or(0.0, |best| best.0)
                {
                    best = Some((gain, value));
                }
            }
            self.trial.set(*fact, old.clone());
            gains.extend(best.map(|(gain, value)| (gain, *fact, value)));
        }
        gains.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut steps: Vec<(FactId, Value)> = Vec::new();
        let mut reached = false;
        for (_, fact, value) in gains.into_iter().take(MOST_CHANGES) {
            self.trial.set(fact, Some(value.clone()));
            steps.push((fact, value));
            if *self.trial.answer(node) == Answer::boolean(want) {
                reached = true;
                break;
            }
        }
        let mut way = Way::NOTHING;
        // Each no further than needed, given the others.
        for (fact, value) in steps.into_iter().filter(|_| reached) {
            let old = facts.iter().zip(&before).find(|(own, _)| **own == fact).and_then(|(_, old)| old.clone());
            self.trial.set(fact, old);
            let least = match self.nearest(node, want, fact, Some(tree)) {
                Some(least) => least,
                None => self.a_move(fact, value),
            };
            self.trial.set(fact, self.moves.value(least).cloned());
            way.push(least);
        }
        for (fact, old) in facts.iter().zip(before) {
            self.trial.set(*fact, old);
        }
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
}
