//! The outputs and, below them, everything with a name they are made of.

use super::below::trees;
use super::engine::{Engine, verdict};
use super::formula::{formula, value_shown};
use super::model::{AnswerShown, LawShown, OutputShown, RowTrace, RuleTrace, Verdict};
use super::{amount, rating};
use crate::compile::{Body, Rule, RuleId, Shown, Tree, TreeKind};
use crate::diagnostic::Lang;
use crate::interpret::Answer;
use crate::pack::{Hit, Law};

/// All outputs, and the rules they rest on, traced, each where an output needs it first. What the pack applies to stands in front.
pub fn outputs(engine: &mut Engine<'_>) -> (Vec<OutputShown>, Vec<RuleTrace>) {
    let pack = engine.pack;
    let mut trace = Vec::with_capacity(pack.rules.len() + 1);
    trace.extend(pack.applies.iter().map(|tree| applies(engine, tree)));
    let mut order = Vec::new();
    let mut seen = vec![false; pack.rules.len()];
    let inside = pack.applies.as_ref().is_none_or(|tree| engine.verdict(tree) != Verdict::False);
    let mut shown = Vec::with_capacity(pack.outputs.len());
    // All of one output before the next, as long as its rules are in the processor's cache: a pack's trees are larger than that.
    for output in &pack.outputs {
        let told = order.len();
        // Outside of what the pack applies to nothing else is told.
        if inside {
            below(engine, output.rule, &mut seen, &mut order);
        }
        let answer = engine.answers.of(output.node);
        shown.push(OutputShown {
            code: output.code.clone(),
            name: output.name.text(engine.lang).to_owned(),
            answer: engine.answer_shown(output.node, answer, &output.shown, engine.lang),
            why_not: engine.why_not(output),
            changes: engine.change_sets(output),
        });
        for id in order.iter().skip(told) {
            if let Some(rule) = engine.rule(*id) {
                trace.push(traced(engine, rule));
            }
        }
    }
    (shown, trace)
}

fn below(engine: &Engine<'_>, id: RuleId, seen: &mut [bool], order: &mut Vec<RuleId>) {
    match seen.get_mut(id.0) {
        Some(seen) if !*seen => *seen = true,
        _ => return,
    }
    order.push(id);
    let Some(rule) = engine.rule(id) else { return };
    for tree in trees(&rule.body) {
        tree.walk(&mut |tree| {
            if let TreeKind::Rule(id) = tree.kind {
                below(engine, id, seen, order);
            }
        });
    }
    match &rule.body {
        Body::Score { items, .. } => items.iter().for_each(|id| below(engine, *id, seen, order)),
        Body::Amount(amount) => amount.rivals.iter().for_each(|(id, _)| below(engine, *id, seen, order)),
        _ => {}
    }
}

fn applies<'a>(engine: &mut Engine<'a>, tree: &'a Tree) -> RuleTrace {
    let name = if engine.lang == Lang::Zh { "适用范围" } else { "what the rules apply to" };
    let node = tree.value.map(|value| value.node);
    let answer = node.map(|node| engine.answer_shown(node, engine.answers.of(node), &Shown::Boolean, engine.lang));
    RuleTrace {
        code: "applies".to_owned(),
        name: name.to_owned(),
        kind: "applies",
        answer: answer.unwrap_or(AnswerShown {
            kind: "boolean",
            value: None,
            unit: None,
            missing: None,
            why: None,
            text: String::new(),
        }),
        law: None,
        basis: None,
        place: tree.place.to_string(),
        from: None,
        to: None,
        formula: None,
        parts: Vec::new(),
        conditions: vec![engine.condition(tree)],
        rows: Vec::new(),
    }
}

fn law(engine: &Engine<'_>, law: Law) -> Option<LawShown> {
    engine.pack.source.law(law).map(|quote| LawShown { anchor: quote.anchor.clone(), quote: quote.text.clone() })
}

fn traced<'a>(engine: &mut Engine<'a>, rule: &'a Rule) -> RuleTrace {
    let lang = engine.lang;
    let source = &*engine.pack.source;
    let mut trace = RuleTrace {
        code: rule.code.clone(),
        name: rule.name.text(lang).to_owned(),
        kind: "definition",
        answer: value_shown(engine, rule.value, &rule.shown),
        law: law(engine, rule.law),
        basis: None,
        place: rule.place.to_string(),
        from: None,
        to: None,
        formula: None,
        parts: Vec::new(),
        conditions: Vec::new(),
        rows: Vec::new(),
    };
    match &rule.body {
        Body::Parameter { current, .. } => {
            trace.kind = "parameter";
            if let Some(row) = current.and_then(|at| source.parameters.get(at)) {
                trace.basis = row.basis.as_ref().map(|basis| basis.text.clone());
                trace.from = row.from.map(|from| from.to_string());
                trace.to = row.to.map(|to| to.to_string());
            }
        }
        Body::Expression { definition, tree } => {
            trace.basis =
                source.definitions.get(*definition).and_then(|row| row.basis.as_ref()).map(|basis| basis.text.clone());
            if matches!(rule.shown, Shown::Boolean) {
                trace.conditions.push(engine.condition(tree));
            } else {
                trace.formula = Some(formula(engine, tree));
                let mut tests = Vec::new();
                choices(tree, &mut tests);
                trace.conditions = tests.into_iter().map(|test| engine.condition(test)).collect();
            }
        }
        Body::Table { table, hit, rows, results, .. } => {
            trace.kind = "table";
            let own = source.tables.get(*table);
            let mut decided = false;
            for (at, row) in rows.iter().enumerate() {
                let verdict = verdict(engine.answers.of(row.condition));
                let cells = row.cells.iter().filter(|cell| !matches!(cell.kind, TreeKind::Anything));
                let fired = verdict == Verdict::True
                    && matches!(engine.answer(rule.value), Answer::Known(_) | Answer::NotApplicable(_));
                let result = results.get(at).map(|tree| {
                    engine.tree_value(tree, lang).unwrap_or_else(|| engine.phrase(tree, lang).into_owned())
                });
                trace.rows.push(RowTrace {
                    id: row.id.clone(),
                    place: row.place.to_string(),
                    verdict,
                    fired,
                    result: result.unwrap_or_default(),
                    basis: own
                        .and_then(|own| own.rows.iter().find(|own| own.place == row.place)?.basis.as_ref())
                        .map(|basis| basis.text.clone()),
                    conditions: cells.map(|cell| engine.condition(cell)).collect(),
                });
                decided = decided || verdict == Verdict::True;
                if decided && *hit == Hit::First {
                    break;
                }
            }
        }
        Body::Scale { base, steps, .. } => amount::of_scale(engine, rule, base, steps, &mut trace),
        Body::Amount(body) => amount::of_amount(engine, rule, body, &mut trace),
        Body::Item { .. } => rating::of_item(engine, rule, &mut trace),
        Body::Score { items, .. } => rating::of_score(engine, items, &mut trace),
        Body::Classes(classes) => rating::of_classes(engine, classes, &mut trace),
    }
    trace
}

/// The conditions of all choices in a tree, from above.
fn choices<'a>(tree: &'a Tree, found: &mut Vec<&'a Tree>) {
    if let TreeKind::If { condition, .. } = &tree.kind {
        found.push(condition);
    }
    tree.children().into_iter().for_each(|child| choices(child, found));
}
