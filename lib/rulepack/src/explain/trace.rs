//! The outputs and, below them, everything with a name they are made of.

use super::engine::{Engine, trees};
use super::model::{AnswerShown, LawShown, OutputShown, Part, RowTrace, RuleTrace, Verdict};
use crate::compile::{AmountBody, Body, ClassesBody, Rule, RuleId, Shown, Tree, TreeKind, Value};
use crate::diagnostic::Lang;
use crate::interpret::Answer;
use crate::ir::NodeId;
use crate::pack::{Hit, Law};
use crate::show;
use crate::unit::Unit;

/// All outputs, and the rules they rest on in the order they are told.
pub fn outputs(engine: &mut Engine<'_>) -> (Vec<OutputShown>, Vec<RuleId>) {
    let pack = engine.pack;
    let mut order = Vec::new();
    let mut seen = vec![false; pack.rules.len()];
    let inside = pack.applies.as_ref().is_none_or(|tree| engine.verdict(tree) != Verdict::False);
    let mut shown = Vec::new();
    for output in &pack.outputs {
        // Outside of what the pack applies to nothing else is told.
        if inside {
            below(engine, output.rule, &mut seen, &mut order);
        }
        let answer = engine.answers.of(output.node).clone();
        shown.push(OutputShown {
            code: output.code.clone(),
            name: output.name.text(engine.lang).to_owned(),
            answer: engine.answer_shown(output.node, &answer, &output.shown, engine.lang),
            why_not: engine.why_not(output),
            changes: engine.change_sets(output),
        });
    }
    (shown, order)
}

fn below(engine: &Engine<'_>, id: RuleId, seen: &mut [bool], order: &mut Vec<RuleId>) {
    match seen.get_mut(id.0) {
        Some(seen) if !*seen => *seen = true,
        _ => return,
    }
    order.push(id);
    let Some(rule) = engine.rule(id) else { return };
    for tree in trees(&rule.body) {
        let mut named = Vec::new();
        tree.walk(&mut |tree| {
            if let TreeKind::Rule(id) = tree.kind {
                named.push(id)
            }
        });
        named.into_iter().for_each(|id| below(engine, id, seen, order));
    }
    match &rule.body {
        Body::Score { items, .. } => items.iter().for_each(|id| below(engine, *id, seen, order)),
        Body::Amount(amount) => amount.rivals.iter().for_each(|(id, _)| below(engine, *id, seen, order)),
        _ => {}
    }
}

/// The rules, traced. What the pack applies to stands in front.
pub fn rules(engine: &mut Engine<'_>, order: &[RuleId]) -> Vec<RuleTrace> {
    let mut trace = Vec::new();
    if let Some(tree) = engine.pack.applies.clone() {
        trace.push(applies(engine, &tree));
    }
    for id in order {
        if let Some(rule) = engine.rule(*id) {
            trace.push(traced(engine, rule));
        }
    }
    trace
}

fn applies(engine: &mut Engine<'_>, tree: &Tree) -> RuleTrace {
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

fn traced(engine: &mut Engine<'_>, rule: &Rule) -> RuleTrace {
    let lang = engine.lang;
    let source = engine.pack.source.clone();
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
                tree.walk(&mut |tree| {
                    if let TreeKind::If { condition, .. } = &tree.kind {
                        tests.push(condition.clone())
                    }
                });
                trace.conditions = tests.iter().map(|test| engine.condition(test)).collect();
            }
        }
        Body::Table { table, hit, rows, results, .. } => {
            trace.kind = "table";
            let own = source.tables.get(*table);
            let mut decided = false;
            for (at, row) in rows.iter().enumerate() {
                let verdict = super::engine::verdict(engine.answers.of(row.condition));
                let cells: Vec<_> =
                    row.cells.iter().filter(|cell| !matches!(cell.kind, TreeKind::Anything)).cloned().collect();
                let fired = verdict == Verdict::True
                    && matches!(engine.answer(rule.value), Answer::Known(_) | Answer::NotApplicable(_));
                let result = results
                    .get(at)
                    .map(|tree| engine.tree_value(tree, lang).unwrap_or_else(|| engine.phrase(tree, lang)));
                trace.rows.push(RowTrace {
                    id: row.id.clone(),
                    place: row.place.to_string(),
                    verdict,
                    fired,
                    result: result.unwrap_or_default(),
                    basis: own.and_then(|own| own.rows.get(at)?.basis.as_ref()).map(|basis| basis.text.clone()),
                    conditions: cells.iter().map(|cell| engine.condition(cell)).collect(),
                });
                decided = decided || verdict == Verdict::True;
                if decided && *hit == Hit::First {
                    break;
                }
            }
        }
        Body::Scale { base, steps, .. } => {
            trace.kind = "scale";
            trace.parts.push(part(engine, if lang == Lang::Zh { "基数" } else { "base" }, base));
            for (at, step) in steps.iter().enumerate() {
                let verdict = super::engine::verdict(engine.answers.of(step.condition));
                let bound = |tree: &Option<std::sync::Arc<Tree>>| {
                    tree.as_ref().and_then(|tree| engine.tree_value(tree, lang)).unwrap_or_default()
                };
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
        Body::Amount(amount) => of_amount(engine, rule, amount, &mut trace),
        Body::Item { value, base, weight, cap, floor, earned, .. } => {
            trace.kind = "item";
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
                    let value = engine
                        .quantity(*limit)
                        .map(|value| show::rational(&value, &Unit::one(), lang))
                        .unwrap_or_default();
                    trace.parts.push(Part { name: word.to_owned(), value, formula: None });
                }
            }
            trace.parts.push(Part {
                name: words[5].to_owned(),
                value: number(engine, *earned, &rule.shown),
                formula: None,
            });
            trace.formula = Some(formula);
        }
        Body::Score { items, .. } => {
            trace.kind = "score";
            for item in items.iter().filter_map(|id| engine.rule(*id)) {
                let answer = value_shown(engine, item.value, &item.shown);
                trace.parts.push(Part { name: item.name.text(lang).to_owned(), value: answer.text, formula: None });
            }
            trace.formula = Some(trace.parts.iter().map(|part| part.name.as_str()).collect::<Vec<_>>().join(" + "));
        }
        Body::Classes(classes) => of_classes(engine, classes, &mut trace),
    }
    trace
}

fn value_shown(engine: &Engine<'_>, value: Value, shown: &Shown) -> AnswerShown {
    let answer = engine.answer(value);
    if let (Some(_), Shown::Number { unit, .. }, Answer::Known(_)) = (value.denominator, shown, answer)
        && let Some(base) = engine.quantity(value)
    {
        let text = show::rational(&base, unit, engine.lang);
        return AnswerShown {
            kind: "number",
            value: Some(super::model::Scalar::Text(crate::number::plain(&base))),
            unit: None,
            missing: None,
            why: None,
            text,
        };
    }
    if matches!(shown, Shown::Other) {
        return AnswerShown { kind: "list", value: None, unit: None, missing: None, why: None, text: String::new() };
    }
    engine.answer_shown(value.node, answer, shown, engine.lang)
}

fn number(engine: &Engine<'_>, node: NodeId, shown: &Shown) -> String {
    engine.answer_shown(node, engine.answers.of(node), shown, engine.lang).text
}

/// A named number; with its formula unless it is a constant.
fn part(engine: &Engine<'_>, name: &str, tree: &Tree) -> Part {
    let lang = engine.lang;
    let value =
        engine.tree_value(tree, lang).or_else(|| tree.value.map(|value| value_shown(engine, value, &tree.shown).text));
    let formula = (!matches!(tree.kind, TreeKind::Constant)).then(|| formula(engine, tree));
    Part { name: name.to_owned(), value: value.unwrap_or_default(), formula }
}

/// In words, and with numbers: `实缴税金 ÷ 用地面积 = 200 万元 ÷ 10 亩`.
fn formula(engine: &Engine<'_>, tree: &Tree) -> String {
    let words = engine.phrase(tree, engine.lang);
    match &tree.kind {
        TreeKind::Arithmetic(..) | TreeKind::Negate(_) => format!("{words} = {}", numbers(engine, tree)),
        _ => words,
    }
}

fn numbers(engine: &Engine<'_>, tree: &Tree) -> String {
    use crate::syntax::ast::Arithmetic;
    match &tree.kind {
        TreeKind::Arithmetic(how, left, right) => {
            let sign = match how {
                Arithmetic::Add => "+",
                Arithmetic::Subtract => "−",
                Arithmetic::Multiply => "×",
                Arithmetic::Divide => "÷",
                Arithmetic::Power => "^",
            };
            let side = |side: &Tree| match &side.kind {
                TreeKind::Arithmetic(..) => format!("({})", numbers(engine, side)),
                _ => numbers(engine, side),
            };
            format!("{} {sign} {}", side(left), side(right))
        }
        TreeKind::Negate(inner) => format!("−{}", numbers(engine, inner)),
        _ => engine.tree_value(tree, engine.lang).unwrap_or_else(|| "?".to_owned()),
    }
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

fn of_amount(engine: &mut Engine<'_>, rule: &Rule, amount: &AmountBody, trace: &mut RuleTrace) {
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

fn of_classes(engine: &mut Engine<'_>, classes: &ClassesBody, trace: &mut RuleTrace) {
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
        let verdict = step.condition.map_or(Verdict::True, |node| super::engine::verdict(engine.answers.of(node)));
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
    let exclusions: Vec<_> = exclusions.cloned().collect();
    trace.conditions.extend(exclusions.iter().map(|tree| engine.condition(tree)));
}
