//! Scores and classes, traced: points, ranks and what is decided apart from them.

use super::engine::{Engine, verdict};
use super::formula::{number, numbers, part, value_shown};
use super::model::{Part, RowTrace, RuleTrace, Verdict};
use crate::compile::{Body, ClassesBody, Rule, RuleId, Shown, Tree, TreeKind};
use crate::diagnostic::Lang;
use crate::interpret::Answer;
use crate::ir::NodeId;
use crate::show;
use crate::unit::Unit;

/// Value, base, weight, limits and the points earned.
pub fn of_item<'a>(engine: &mut Engine<'a>, rule: &'a Rule, trace: &mut RuleTrace) {
    let Body::Item { condition, value, base, weight, cap, floor, earned, .. } = &rule.body else { return };
    let lang = engine.lang;
    trace.kind = "item";
    trace.conditions.extend(condition.iter().map(|condition| engine.condition(condition)));
    let words: [&str; 6] = if lang == Lang::Zh {
        ["指标值", "基准", "权重", "封顶", "保底", "得分"]
    } else {
        ["value", "base", "weight", "cap", "floor", "points"]
    };
    let mut own = part(engine, words[0], value);
    // In the unit of the base, which is that of people.
    if let Some(Shown::Number { unit, .. }) = base.as_ref().map(|base| &base.shown) {
        own.value = engine.value_in(value, Some(unit), lang).unwrap_or(own.value);
    }
    trace.parts.push(own);
    let formula = formula_of_item(engine, value, base.as_deref(), weight.as_deref(), *earned);
    for (word, tree) in [(words[1], base), (words[2], weight)] {
        if let Some(tree) = tree {
            trace.parts.push(part(engine, word, tree));
        }
    }
    for (word, limit) in [(words[3], cap), (words[4], floor)] {
        if let Some(limit) = limit {
            let value =
                engine.quantity(*limit).map(|value| show::rational(&value, &Unit::one(), lang)).unwrap_or_default();
            trace.parts.push(Part { name: word.to_owned(), value, formula: None });
        }
    }
    trace.parts.push(Part { name: words[5].to_owned(), value: number(engine, *earned, &rule.shown), formula: None });
    trace.formula = Some(formula);
}

/// The items and their points.
pub fn of_score(engine: &Engine<'_>, items: &[RuleId], trace: &mut RuleTrace) {
    let lang = engine.lang;
    trace.kind = "score";
    for item in items.iter().filter_map(|id| engine.rule(*id)) {
        let answer = value_shown(engine, item.value, &item.shown);
        trace.parts.push(Part { name: item.name.text(lang).to_owned(), value: answer.text, formula: None });
    }
    trace.formula = Some(trace.parts.iter().map(|part| part.name.as_str()).collect::<Vec<_>>().join(" + "));
}

fn formula_of_item(
    engine: &Engine<'_>,
    value: &Tree,
    base: Option<&Tree>,
    weight: Option<&Tree>,
    earned: NodeId,
) -> String {
    let lang = engine.lang;
    let said = |tree: &Tree| match tree.value {
        Some(_) if matches!(tree.kind, TreeKind::Arithmetic(..)) => format!("({})", numbers(engine, tree)),
        _ => engine.tree_value(tree, lang).unwrap_or_else(|| "?".to_owned()),
    };
    let mut text = said(value);
    if let Some(base) = base {
        text.push_str(&format!(" ÷ {}", said(base)));
        if let Some(weight) = weight {
            text.push_str(&format!(" × {}", said(weight)));
        }
    }
    let points = match engine.answers.of(earned) {
        Answer::Known(_) => number(engine, earned, &Shown::Other),
        _ => "?".to_owned(),
    };
    format!("{text} = {points}")
}

/// Rank, bounds, and what forbids, protects or leaves out.
pub fn of_classes<'a>(engine: &mut Engine<'a>, classes: &'a ClassesBody, trace: &mut RuleTrace) {
    trace.kind = "classes";
    let zh = engine.lang == Lang::Zh;
    if let Some(among) = &classes.among {
        trace.conditions.push(engine.condition(among));
    }
    trace.parts.push(part(engine, if zh { "依据" } else { "by" }, &classes.by));
    for (word, node) in
        [(if zh { "名次" } else { "rank" }, classes.rank), (if zh { "参评家数" } else { "evaluated" }, classes.count)]
    {
        if let Some(node) = node {
            trace.parts.push(Part { name: word.to_owned(), value: number(engine, node, &Shown::Other), formula: None });
        }
    }
    let values = engine.pack.sets.get(classes.set).map(|set| set.values.clone()).unwrap_or_default();
    let name = |at: usize| {
        values.get(at).map(|value| if zh { value.zh.clone() } else { value.en.clone() }).unwrap_or_default()
    };
    for step in &classes.rows {
        let verdict = step.condition.map_or(Verdict::True, |node| verdict(engine.answers.of(node)));
        let bound = step.bound.map(|node| number(engine, node, &Shown::Other));
        trace.rows.push(RowTrace {
            id: name(step.class),
            place: step.place.to_string(),
            verdict,
            fired: false,
            result: bound.unwrap_or_default(),
            basis: None,
            conditions: Vec::new(),
        });
    }
    // The rest is what no other row took.
    let base = engine.place_in_set(classes.set, classes.base);
    for (row, step) in trace.rows.iter_mut().zip(&classes.rows) {
        row.fired = base == Some(step.class);
        if step.condition.is_none() && !row.fired {
            row.verdict = if base.is_some() { Verdict::False } else { Verdict::Unknown };
        }
    }
    let exclusions = classes
        .veto
        .iter()
        .chain(&classes.protect)
        .map(|(tree, _)| tree)
        .chain(classes.unrated.iter().map(|(tree, _)| tree));
    trace.conditions.extend(exclusions.map(|tree| engine.condition(tree)));
}
