//! Scales and amounts, traced: from the base to the award.

use std::sync::Arc;

use super::engine::{Engine, verdict};
use super::formula::{number, part, value_shown};
use super::model::{Part, RowTrace, RuleTrace, Verdict};
use crate::compile::{AmountBody, Rule, ScaleStep, Tree};
use crate::diagnostic::Lang;

/// A row a step, with what it gives.
pub fn of_scale(engine: &Engine<'_>, rule: &Rule, base: &Tree, steps: &[ScaleStep], trace: &mut RuleTrace) {
    let lang = engine.lang;
    trace.kind = "scale";
    trace.parts.push(part(engine, if lang == Lang::Zh { "基数" } else { "base" }, base));
    for (at, step) in steps.iter().enumerate() {
        let verdict = verdict(engine.answers.of(step.condition));
        let bound =
            |tree: &Option<Arc<Tree>>| tree.as_ref().and_then(|tree| engine.tree_value(tree, lang)).unwrap_or_default();
        let rate = step
            .rate
            .as_ref()
            .or(step.amount.as_ref())
            .and_then(|tree| engine.tree_value(tree, lang))
            .unwrap_or_default();
        let given = number(engine, step.part, &rule.shown);
        trace.rows.push(RowTrace {
            id: format!("{} [{}..{})", at + 1, bound(&step.from), bound(&step.to)),
            place: step.place.to_string(),
            verdict,
            fired: verdict == Verdict::True,
            result: format!("{rate} → {given}"),
            basis: None,
            conditions: Vec::new(),
        });
    }
}

/// From the base to the award, and who it gives way to.
pub fn of_amount<'a>(engine: &mut Engine<'a>, rule: &Rule, amount: &'a AmountBody, trace: &mut RuleTrace) {
    trace.kind = "amount";
    let zh = engine.lang == Lang::Zh;
    if let Some(condition) = &amount.condition {
        trace.conditions.push(engine.condition(condition));
    }
    let words: [&str; 8] = if zh {
        ["基数", "比例", "定额", "封顶", "保底", "计算额", "封顶保底舍入后", "让位于"]
    } else {
        ["base", "rate", "fixed", "cap", "floor", "computed", "after cap, floor and rounding", "gives way to"]
    };
    let trees = [&amount.base, &amount.rate, &amount.fixed, &amount.cap, &amount.floor];
    for (word, tree) in words.iter().zip(trees) {
        if let Some(tree) = tree {
            trace.parts.push(part(engine, word, tree));
        }
    }
    trace.parts.push(Part {
        name: words[5].to_owned(),
        value: value_shown(engine, amount.computed, &rule.shown).text,
        formula: None,
    });
    trace.parts.push(Part { name: words[6].to_owned(), value: number(engine, amount.own, &rule.shown), formula: None });
    for (rival, wins) in &amount.rivals {
        if let Some(rival) = engine.rule(*rival).filter(|_| engine.answers.of(*wins).is_true()) {
            trace.parts.push(Part {
                name: words[7].to_owned(),
                value: rival.name.text(engine.lang).to_owned(),
                formula: None,
            });
        }
    }
}
