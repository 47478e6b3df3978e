//! Law, dates and sources of rules; what nothing uses.

use super::messages;
use crate::compile::{Body, CompiledPack, Program, RuleId, TreeKind};
use crate::diagnostic::{Diagnostic, Place};
use crate::explain::trees;
use crate::pack::Status;

/// Checks all rules of a pack.
pub fn check(program: &Program, pack: &CompiledPack, found: &mut Vec<Diagnostic>) {
    law(pack, found);
    parameters(pack, found);
    unused(program, pack, found);
    if pack.source.status == Status::Published && pack.source.from.is_none() {
        found.push(messages::no_date_of_pack(Place::new(&pack.source.file, 1, 1)));
    }
}

fn law(pack: &CompiledPack, found: &mut Vec<Diagnostic>) {
    for rule in &pack.rules {
        if rule.law.is_some() {
            continue;
        }
        match &rule.body {
            Body::Parameter { .. } | Body::Item { .. } => {}
            Body::Expression { definition, .. } => {
                let basis = pack.source.definitions.get(*definition).is_some_and(|row| row.basis.is_some());
                if !basis {
                    found.push(messages::definition_without_law(rule.place.clone(), &rule.name));
                }
            }
            _ => found.push(messages::no_law(rule.place.clone(), &rule.name)),
        }
    }
}

fn parameters(pack: &CompiledPack, found: &mut Vec<Diagnostic>) {
    for row in &pack.source.parameters {
        if row.from.is_none() {
            found.push(messages::parameter_without_date(row.name.place.clone(), &row.name.text));
        }
        if row.basis.is_none() && row.law.is_none() {
            found.push(messages::parameter_without_basis(row.name.place.clone(), &row.name.text));
        }
    }
}

fn unused(program: &Program, pack: &CompiledPack, found: &mut Vec<Diagnostic>) {
    let mut used = vec![false; pack.rules.len()];
    let mut mark = |id: RuleId| {
        if let Some(slot) = used.get_mut(id.0) {
            *slot = true;
        }
    };
    for output in &pack.outputs {
        mark(output.rule);
    }
    let all = pack.rules.iter().flat_map(|rule| trees(&rule.body)).chain(pack.applies.as_deref());
    for tree in all.chain(pack.keys.iter().map(|key| &*key.tree)) {
        tree.walk(&mut |tree| {
            if let TreeKind::Rule(id) = tree.kind {
                mark(id)
            }
        });
    }
    for rule in &pack.rules {
        if let Body::Score { items, .. } = &rule.body {
            items.iter().for_each(|item| mark(*item));
        }
    }
    for (rule, _) in pack.rules.iter().zip(&used).filter(|(_, used)| !**used) {
        // What the graph still needs is used.
        let needed = program.dag.reachable(&pack.outputs.iter().map(|output| output.node).collect::<Vec<_>>());
        let constant = program.dag.facts().is_empty() || matches!(rule.body, Body::Parameter { .. });
        if constant || needed.get(rule.value.node.0 as usize) != Some(&true) {
            found.push(messages::unused(rule.place.clone(), &rule.name));
        }
    }
    for row in &pack.source.facts {
        if program.dag.fact_of_code(&row.code.text).is_none() {
            let name = row.name.as_ref().unwrap_or(&row.code);
            found.push(messages::unused_fact(row.code.place.clone(), &name.text));
        }
    }
}
