//! Divisions whose divisor may be zero.
//!
//! From every output its expression is followed with what conditions on the way prove: the scope of the pack, the set of a score, the
//! condition of an amount, the cells of a table's row and the rows before it, `if`, `and`, `or`. A quotient that is only compared is
//! never divided; it is noted what the comparison says then.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::guard::{Guard, Proved};
use super::messages;
use crate::compile::{AmountBody, Body, ClassesBody, CompiledPack, Program, Row, RuleId, Tree, TreeKind};
use crate::diagnostic::{Diagnostic, Place};
use crate::pack::{Hit, Missing};
use crate::syntax::ast::Arithmetic;

/// After so many rules looked into, what conditions prove is no longer carried into rules: only more may be found then, not less.
const MOST_VISITS: usize = 20_000;

/// What becomes of a quotient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Use {
    Divided,
    /// Cross-multiplied.
    Compared,
    /// The author has said what holds if there is no result.
    Settled,
}

/// Checks all divisions of a pack.
pub fn check(program: &Program, pack: &CompiledPack, found: &mut Vec<Diagnostic>) {
    let guard = Guard { program, pack };
    let applies = pack.applies.as_ref().map_or_else(Proved::new, |tree| guard.assume(&Proved::new(), tree, true));
    let mut divisions = Divisions { guard, applies, visited: HashSet::new(), told: HashMap::new() };
    if let Some(tree) = &pack.applies {
        divisions.tree(tree, &Proved::new(), Use::Divided);
    }
    let applies = divisions.applies.clone();
    for output in &pack.outputs {
        divisions.rule(output.rule, &applies, Use::Divided);
    }
    for key in &pack.keys {
        let among = key.among.as_ref().map(|among| divisions.guard.assume(&applies, among, true));
        divisions.tree(&key.tree, among.as_ref().unwrap_or(&applies), Use::Divided);
    }
    // What no output needs is looked at by itself; a quotient as such divides nothing yet.
    for id in (0..pack.rules.len()).map(RuleId) {
        if !divisions.visited.iter().any(|(visited, ..)| *visited == id) {
            divisions.rule(id, &applies, Use::Compared);
        }
    }
    let mut told: Vec<_> = divisions.told.into_iter().collect();
    told.sort_by(|a, b| a.0.cmp(&b.0));
    for (place, (text, divided)) in told {
        found.push(if divided { messages::division(place, &text) } else { messages::compared_quotient(place, &text) });
    }
}

struct Divisions<'a> {
    guard: Guard<'a>,
    /// What holds in all the pack applies to.
    applies: Proved,
    visited: HashSet<(RuleId, Proved, Use)>,
    /// Divisors that may be zero, and whether something is really divided by them.
    told: HashMap<Place, (String, bool)>,
}

impl<'a> Divisions<'a> {
    fn rule(&mut self, id: RuleId, proved: &Proved, used: Use) {
        let pack: &'a CompiledPack = self.guard.pack;
        let Some(rule) = pack.rule(id) else { return };
        let proved = if self.visited.len() > MOST_VISITS { self.applies.clone() } else { proved.clone() };
        if !self.visited.insert((id, proved.clone(), used)) {
            return;
        }
        let proved = &proved;
        match &rule.body {
            Body::Parameter { .. } => {}
            Body::Expression { tree, .. } => self.tree(tree, proved, used),
            Body::Table { hit, rows, results, .. } => self.table(*hit, rows, results, proved, used),
            Body::Scale { base, steps, .. } => {
                self.tree(base, proved, Use::Divided);
                for step in steps {
                    for tree in [&step.from, &step.to, &step.rate, &step.amount].into_iter().flatten() {
                        self.tree(tree, proved, Use::Divided);
                    }
                }
            }
            Body::Amount(amount) => self.amount(amount, proved),
            Body::Item { score, item, condition, value, base, weight, .. } => {
                let own = pack.source.scores.get(*score);
                let mut proved = self.among(*score, proved);
                if let Some(condition) = condition {
                    self.tree(condition, &proved, Use::Divided);
                    proved = self.guard.assume(&proved, condition, true);
                }
                let missing = own.and_then(|own| own.items.get(*item)).map(|item| item.missing).unwrap_or_default();
                let used = if missing == Missing::Unknown { used } else { Use::Settled };
                let used = if used == Use::Compared { Use::Divided } else { used };
                self.tree(value, &proved, used);
                for tree in [base, weight].into_iter().flatten() {
                    self.tree(tree, &proved, used);
                }
                if let Some(base) = base {
                    self.divisor(base, &proved, used);
                }
            }
            Body::Score { score, among, items } => {
                if let Some(among) = among {
                    self.tree(among, proved, Use::Divided);
                }
                let proved = self.among(*score, proved);
                items.iter().for_each(|item| self.rule(*item, &proved, Use::Divided));
            }
            Body::Classes(classes) => self.classes(classes, proved),
        }
    }

    /// Within the set of a score.
    fn among(&self, score: usize, proved: &Proved) -> Proved {
        let among = self.guard.pack.rules.iter().find_map(|rule| match &rule.body {
            Body::Score { score: own, among, .. } if *own == score => among.as_ref(),
            _ => None,
        });
        among.map_or_else(|| proved.clone(), |among| self.guard.assume(proved, among, true))
    }

    fn table(&mut self, hit: Hit, rows: &[Row], results: &[Arc<Tree>], proved: &Proved, used: Use) {
        // A quotient stays one where a row is chosen; it is divided where results are put together.
        let used = if hit == Hit::First || used == Use::Settled { used } else { Use::Divided };
        let mut before = proved.clone();
        for (at, row) in rows.iter().enumerate() {
            let within = if hit == Hit::First { &before } else { proved };
            self.all(&row.cells, within, true, Use::Divided);
            let hits = row.cells.iter().fold(within.clone(), |proved, cell| self.guard.assume(&proved, cell, true));
            if let Some(result) = results.get(at) {
                self.tree(result, &hits, used);
            }
            if hit == Hit::First {
                let tested: Vec<Arc<Tree>> =
                    row.cells.iter().filter(|cell| !matches!(cell.kind, TreeKind::Anything)).cloned().collect();
                before = self.guard.assume_not_all(&before, &tested);
            }
        }
    }

    fn amount(&mut self, amount: &AmountBody, proved: &Proved) {
        let mut met = proved.clone();
        if let Some(condition) = &amount.condition {
            self.tree(condition, proved, Use::Divided);
            met = self.guard.assume(proved, condition, true);
        }
        for tree in [&amount.base, &amount.rate, &amount.fixed, &amount.cap, &amount.floor].into_iter().flatten() {
            self.tree(tree, &met, Use::Divided);
        }
    }

    fn classes(&mut self, classes: &ClassesBody, proved: &Proved) {
        let mut within = proved.clone();
        if let Some(among) = &classes.among {
            self.tree(among, proved, Use::Divided);
            within = self.guard.assume(proved, among, true);
        }
        self.tree(&classes.by, &within, Use::Divided);
        let conditions = classes.veto.iter().chain(&classes.protect).map(|(tree, _)| tree);
        for tree in conditions.chain(classes.unrated.iter().map(|(tree, _)| tree)) {
            self.tree(tree, proved, Use::Divided);
        }
    }

    /// Conditions that count only if all the others are true (`and`) or none of them is (`or`).
    fn all(&mut self, all: &[Arc<Tree>], proved: &Proved, and: bool, used: Use) {
        for (at, part) in all.iter().enumerate() {
            let others = all.iter().enumerate().filter(|(other, _)| *other != at);
            let proved = others.fold(proved.clone(), |proved, (_, other)| self.guard.assume(&proved, other, and));
            self.tree(part, &proved, used);
        }
    }

    fn tree(&mut self, tree: &Tree, proved: &Proved, used: Use) {
        // Inside of what is settled nothing is left to say.
        let settled = |other: Use| if used == Use::Settled { used } else { other };
        match &tree.kind {
            TreeKind::Constant | TreeKind::Today | TreeKind::Fact(_) | TreeKind::Anything => {}
            TreeKind::Rule(id) => self.rule(*id, proved, used),
            TreeKind::Arithmetic(how, left, right) => {
                self.tree(left, proved, used);
                self.tree(right, proved, used);
                if *how == Arithmetic::Divide {
                    self.divisor(right, proved, used);
                }
            }
            TreeKind::Negate(inner) => self.tree(inner, proved, used),
            TreeKind::Compare { left, right, .. } => {
                self.tree(left, proved, settled(Use::Compared));
                self.tree(right, proved, settled(Use::Compared));
            }
            TreeKind::And(all) => self.all(all, proved, true, settled(Use::Divided)),
            TreeKind::Or(all) => self.all(all, proved, false, settled(Use::Divided)),
            TreeKind::If { condition, then, otherwise } => {
                self.tree(condition, proved, settled(Use::Divided));
                self.tree(then, &self.guard.assume(proved, condition, true), used);
                self.tree(otherwise, &self.guard.assume(proved, condition, false), used);
            }
            TreeKind::Provided(inner) => self.tree(inner, proved, Use::Settled),
            TreeKind::Coalesce { value, otherwise, .. } => {
                self.tree(value, proved, Use::Settled);
                self.tree(otherwise, proved, used);
            }
            TreeKind::Call { arguments, .. } => {
                // A function over the set looks at everyone: what holds for the own case proves nothing there.
                let stage = |tree: &Tree| tree.value.map_or(0, |value| self.guard.program.dag.node(value.node).stage);
                let own = arguments.iter().map(|argument| stage(argument)).max().unwrap_or(0);
                let everyone = stage(tree) > own;
                let proved = if everyone { self.applies.clone() } else { proved.clone() };
                let still = tree.value.is_some_and(|value| value.denominator.is_some()) && !everyone;
                let used = if still { used } else { settled(Use::Divided) };
                arguments.iter().for_each(|argument| self.tree(argument, &proved, used));
            }
            TreeKind::Not(inner) | TreeKind::Member { subject: inner, .. } => {
                self.tree(inner, proved, settled(Use::Divided))
            }
            TreeKind::List(all) => all.iter().for_each(|part| self.tree(part, proved, settled(Use::Divided))),
        }
    }

    /// Something is divided by this.
    fn divisor(&mut self, tree: &Tree, proved: &Proved, used: Use) {
        let Some(value) = tree.value.filter(|_| used != Use::Settled) else { return };
        if !self.guard.range(proved, value.node).excludes_zero() {
            let told = self.told.entry(tree.place.clone()).or_insert_with(|| (tree.text.clone(), false));
            told.1 = told.1 || used == Use::Divided;
        }
    }
}
