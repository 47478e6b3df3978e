//! What lies below: the trees of a rule, and the facts a tree rests on.

use std::rc::Rc;

use super::engine::Engine;
use crate::compile::{Body, RuleId, Tree, TreeKind};
use crate::ir::FactId;

impl<'a> Engine<'a> {
    /// The facts a tree rests on, rules entered; the changeable ones first.
    pub fn facts_below(&mut self, tree: &'a Tree) -> Rc<[FactId]> {
        let place = self.atoms.place(tree);
        if let Some(known) = place.and_then(|place| self.atoms.get(place)?.facts.clone()) {
            return known;
        }
        let mut found = Vec::new();
        self.gather(tree, &mut found);
        found.sort_by_key(|fact| !self.changeable(*fact));
        let found: Rc<[FactId]> = found.into();
        if let Some(atom) = place.and_then(|place| self.atoms.get(place)) {
            atom.facts = Some(found.clone());
        }
        found
    }

    /// Whether the first of the facts below can be changed.
    pub fn movable(&mut self, tree: &'a Tree) -> bool {
        self.facts_below(tree).first().is_some_and(|fact| self.changeable(*fact))
    }

    fn gather(&self, tree: &Tree, found: &mut Vec<FactId>) {
        tree.walk(&mut |tree| match &tree.kind {
            TreeKind::Fact(fact) if !found.contains(fact) => found.push(*fact),
            TreeKind::Rule(id) => {
                for fact in self.facts_of_rule(*id).iter() {
                    if !found.contains(fact) {
                        found.push(*fact);
                    }
                }
            }
            _ => {}
        });
    }

    fn facts_of_rule(&self, id: RuleId) -> Rc<[FactId]> {
        if let Some(known) = self.below.borrow().get(&id) {
            return known.clone();
        }
        let mut found = Vec::new();
        if let Some(rule) = self.rule(id) {
            for tree in trees(&rule.body) {
                self.gather(tree, &mut found);
            }
            if let Body::Score { items, .. } = &rule.body {
                for item in items {
                    found.extend(self.facts_of_rule(*item).iter());
                }
            }
        }
        let found: Rc<[FactId]> = found.into();
        self.below.borrow_mut().insert(id, found.clone());
        found
    }
}

/// The trees a body is made of.
pub fn trees(body: &Body) -> Vec<&Tree> {
    match body {
        Body::Parameter { .. } => Vec::new(),
        Body::Expression { tree, .. } => vec![tree],
        Body::Table { rows, results, .. } => {
            rows.iter().flat_map(|row| &row.cells).chain(results).map(|tree| &**tree).collect()
        }
        Body::Scale { base, .. } => vec![base],
        Body::Amount(amount) => {
            let parts = [&amount.condition, &amount.base, &amount.rate, &amount.fixed, &amount.cap, &amount.floor];
            parts.into_iter().flatten().map(|tree| &**tree).collect()
        }
        Body::Item { condition, value, base, weight, .. } => {
            let parts = [condition.as_ref(), Some(value), base.as_ref(), weight.as_ref()];
            parts.into_iter().flatten().map(|tree| &**tree).collect()
        }
        Body::Score { among, .. } => among.iter().map(|tree| &**tree).collect(),
        Body::Classes(classes) => {
            let conditions = classes
                .veto
                .iter()
                .chain(&classes.protect)
                .map(|(tree, _)| tree)
                .chain(classes.unrated.iter().map(|(tree, _)| tree));
            classes.among.iter().chain([&classes.by]).chain(conditions).map(|tree| &**tree).collect()
        }
    }
}
