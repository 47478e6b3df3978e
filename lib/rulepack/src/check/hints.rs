//! What is allowed and nearly always a slip: numbers without a unit, codes held against whole codes, names that hide a fact.

use num_traits::{One, Zero};

use super::messages;
use crate::compile::{Body, CompiledPack, FactInfo, Program, Shown, Tree, TreeKind};
use crate::diagnostic::{Diagnostic, Lang, Place, Words};
use crate::dictionary::{Dictionary, Fact};
use crate::explain::trees;
use crate::ir::Op;
use crate::number;
use crate::pack::Pack;
use crate::show;
use crate::syntax::ast::{Arithmetic, Comparison};
use crate::unit::Unit;

/// The fact whose texts are codes of GB/T 4754.
const INDUSTRY: &str = "industry";

/// Checks all expressions and names of a pack.
pub fn check(
    pack: &Pack,
    program: &Program,
    compiled: &CompiledPack,
    dictionary: &Dictionary,
    found: &mut Vec<Diagnostic>,
) {
    let hints = Hints { pack, program, compiled, dictionary };
    for rule in &compiled.rules {
        if let Body::Scale { scale, base, steps, .. } = &rule.body
            && pack.scales.get(*scale).is_some_and(|own| own.bounds_unit.is_none())
        {
            let bounds = steps.iter().flat_map(|step| [&step.from, &step.to]).flatten();
            bounds.for_each(|bound| hints.bare_number(base, bound, found));
        }
        let Body::Table { table, rows, results, .. } = &rule.body else {
            trees(&rule.body).into_iter().for_each(|tree| hints.expression(tree, false, found));
            continue;
        };
        let inputs = pack.tables.get(*table).map(|table| table.inputs.as_slice()).unwrap_or_default();
        for (cell, input) in rows.iter().flat_map(|row| row.cells.iter().zip(inputs)) {
            hints.expression(cell, input.unit.is_some(), found);
        }
        results.iter().for_each(|tree| hints.expression(tree, false, found));
    }
    let keys = compiled.keys.iter().map(|key| &key.tree);
    keys.chain(&compiled.applies).for_each(|tree| hints.expression(tree, false, found));
    hints.hidden_facts(found);
}

struct Hints<'a> {
    pack: &'a Pack,
    program: &'a Program,
    compiled: &'a CompiledPack,
    dictionary: &'a Dictionary,
}

impl<'a> Hints<'a> {
    /// `headed`: the column's header says the unit of bare numbers.
    fn expression(&self, tree: &Tree, headed: bool, found: &mut Vec<Diagnostic>) {
        tree.walk(&mut |tree| match &tree.kind {
            TreeKind::Compare { how, left, right } => {
                if !headed {
                    self.bare_number(left, right, found);
                }
                let code = right.value.and_then(|value| match self.program.dag.node(value.node).op {
                    Op::Text(id) => Some(self.program.dag.text_of(id).to_string()),
                    _ => None,
                });
                if let (Some(code), Comparison::Equal | Comparison::NotEqual) = (code, how) {
                    self.whole_industry(left, &[code], &right.place, found);
                }
            }
            TreeKind::Member { subject, values, industry: false } => {
                self.whole_industry(subject, values, &tree.place, found);
            }
            _ => {}
        });
    }

    /// `营业收入 >= 40000` where nothing says in which unit: it counts yuan, and 万元 is nearly always meant.
    fn bare_number(&self, left: &Tree, right: &Tree, found: &mut Vec<Diagnostic>) {
        let written = right.text.trim();
        let digits = written.trim_start_matches('-');
        let bare = number::grouped_at(digits).filter(|(value, length)| *length == digits.len() && !value.is_zero());
        let (TreeKind::Constant, Some(_), Shown::Number { unit, .. }) = (&right.kind, bare, &left.shown) else {
            return;
        };
        let Some(fact) = self.in_base_unit(left).filter(|_| !unit.dimension().is_none()) else { return };
        let Some(usual) = self.usual_unit(left) else { return };
        found.push(messages::bare_number(
            right.place.clone(),
            written,
            &Words::new(&*fact.zh, &*fact.en),
            &Words::new(unit.name(Lang::Zh), show::unit_name(unit, Lang::En)),
            &Words::new(show::with_unit(written, &usual, Lang::Zh), show::with_unit(written, &usual, Lang::En)),
        ));
    }

    /// A fact that counts in a base unit nobody uses for it, because the pack says no other.
    fn in_base_unit(&self, tree: &Tree) -> Option<&'a Fact> {
        match &tree.kind {
            TreeKind::Fact(id) => match self.program.fact(*id) {
                Some(FactInfo::Fact(fact)) if !fact.shown.factor().is_one() && !self.has_unit(fact) => Some(fact),
                _ => None,
            },
            TreeKind::Rule(id) => match self.compiled.rule(*id).map(|rule| &rule.body) {
                Some(Body::Expression { definition, tree }) if !self.declares_unit(*definition) => {
                    self.in_base_unit(tree)
                }
                _ => None,
            },
            TreeKind::Arithmetic(Arithmetic::Add | Arithmetic::Subtract, a, b) => {
                // One side with a unit gives it to the sum.
                let plain = matches!(&tree.shown, Shown::Number { unit, .. } if unit.factor().is_one());
                self.in_base_unit(a).or_else(|| self.in_base_unit(b)).filter(|_| plain)
            }
            TreeKind::Arithmetic(_, a, b) => self.in_base_unit(a).or_else(|| self.in_base_unit(b)),
            TreeKind::Negate(inner) | TreeKind::Coalesce { value: inner, .. } | TreeKind::If { then: inner, .. } => {
                self.in_base_unit(inner)
            }
            TreeKind::Call { arguments, .. } => arguments.first().and_then(|first| self.in_base_unit(first)),
            _ => None,
        }
    }

    fn has_unit(&self, fact: &Fact) -> bool {
        let own = |name: &str| {
            name == fact.code
                || self.dictionary.get(name).is_some_and(|other| other.code == fact.code)
                || name == fact.zh
                || name.eq_ignore_ascii_case(&fact.en)
        };
        self.pack.units.iter().any(|(name, _)| own(&name.text))
    }

    fn declares_unit(&self, definition: usize) -> bool {
        self.pack.definitions.get(definition).is_some_and(|definition| definition.unit.is_some())
    }

    /// The unit people would use for it.
    fn usual_unit(&self, tree: &Tree) -> Option<Unit> {
        match &tree.kind {
            TreeKind::Fact(id) => match self.program.fact(*id) {
                Some(FactInfo::Fact(fact)) if !self.has_unit(fact) => Some(fact.shown.clone()),
                _ => shown_unit(tree),
            },
            TreeKind::Rule(id) => match self.compiled.rule(*id).map(|rule| &rule.body) {
                Some(Body::Expression { definition, tree }) if !self.declares_unit(*definition) => {
                    self.usual_unit(tree)
                }
                _ => shown_unit(tree),
            },
            TreeKind::Arithmetic(Arithmetic::Multiply, a, b) => Some(self.usual_unit(a)?.times(&self.usual_unit(b)?)),
            TreeKind::Arithmetic(Arithmetic::Divide, a, b) => Some(self.usual_unit(a)?.over(&self.usual_unit(b)?)),
            TreeKind::Arithmetic(_, a, _) => self.usual_unit(a),
            TreeKind::Negate(inner) | TreeKind::Coalesce { value: inner, .. } | TreeKind::If { then: inner, .. } => {
                self.usual_unit(inner)
            }
            TreeKind::Call { arguments, .. } => arguments.first().and_then(|first| self.usual_unit(first)),
            _ => shown_unit(tree),
        }
    }

    /// `行业 = "C"`: never true, since the codes of enterprises are longer.
    fn whole_industry(&self, subject: &Tree, codes: &[String], place: &Place, found: &mut Vec<Diagnostic>) {
        let TreeKind::Fact(id) = subject.kind else { return };
        if self.program.fact(id).is_none_or(|fact| fact.code() != INDUSTRY) {
            return;
        }
        let full = |code: &&String| {
            let digits = code.trim_start_matches(|c: char| c.is_ascii_alphabetic());
            digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit())
        };
        if let Some(code) = codes.iter().find(|code| !full(code)) {
            found.push(messages::whole_industry(place.clone(), code));
        }
    }

    /// Names of the pack that are also names of facts.
    fn hidden_facts(&self, found: &mut Vec<Diagnostic>) {
        for rule in &self.compiled.rules {
            if matches!(rule.body, Body::Item { .. }) {
                continue;
            }
            let mut names = vec![rule.code.as_str(), rule.name.zh.as_str()];
            if let Body::Table { table, .. } = &rule.body
                && let Some(own) = self.pack.tables.get(*table).filter(|own| own.outputs.len() <= 1)
            {
                names.extend([own.heading.code.as_str(), own.heading.name.text.as_str()]);
            }
            for name in names {
                let of_pack = self
                    .pack
                    .facts
                    .iter()
                    .find(|row| row.code.text == name || row.name.as_ref().is_some_and(|own| own.text == name));
                let hidden = match (self.dictionary.get(name), of_pack) {
                    (Some(fact), _) => Some((Words::new(&*fact.zh, &*fact.en), fact.code.clone())),
                    (None, Some(row)) => {
                        let zh = row.name.as_ref().unwrap_or(&row.code).text.clone();
                        let en = row.english.as_ref().unwrap_or(&row.code).text.clone();
                        Some((Words::new(zh, en), row.code.text.clone()))
                    }
                    (None, None) => None,
                };
                if let Some((fact, code)) = hidden {
                    found.push(messages::hidden_fact(rule.place.clone(), name, &fact, &code));
                    break;
                }
            }
        }
    }
}

fn shown_unit(tree: &Tree) -> Option<Unit> {
    match &tree.shown {
        Shown::Number { unit, .. } => Some(unit.clone()),
        _ => None,
    }
}
