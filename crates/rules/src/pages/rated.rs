//! Tables, scales, amounts, scores and classes as people read them.

use rulepack::ir::Mode;
use rulepack::pack::{
    Amount, ClassKind, Classes, Exclusion, Half, Hit, Method, Missing, RoundTo, Scale, ScaleKind, Score, Table, Written,
};
use web::Words;

use super::reading::{Block, Cell, Head, Line, fill, headed, opt};

fn word(w: &Words, prefix: &str, key: &str) -> String {
    // words: rules-hit-* rules-scale-* rules-classes-* rules-method-* rules-missing-* rules-mode-* rules-half-*
    w.t(&format!("rules-{prefix}-{key}")).into_owned()
}

/// Adds an option, unless it is empty.
// words: rules-opt-*
fn option(w: &Words, block: &mut Block, key: &str, text: impl Into<String>) {
    let text = text.into();
    if !text.is_empty() {
        block.options.push((w.t(&format!("rules-opt-{key}")).into_owned(), text));
    }
}

fn mode(w: &Words, mode: Mode) -> String {
    let key = match mode {
        Mode::HalfUp => "half-up",
        Mode::HalfEven => "half-even",
        Mode::HalfDown => "half-down",
        Mode::Up => "up",
        Mode::Down => "down",
        Mode::Ceiling => "ceiling",
        Mode::Floor => "floor",
    };
    word(w, "mode", key)
}

fn with_unit(name: &Written, unit: &Option<Written>) -> String {
    unit.as_ref().map_or_else(|| name.text.clone(), |unit| format!("{}（{}）", name.text, unit.text))
}

pub(super) fn table(w: &Words, table: &Table) -> Block {
    let hit = match table.hit {
        Hit::First => "first",
        Hit::Unique => "unique",
        Hit::Any => "any",
        Hit::Priority => "priority",
        Hit::CollectSum => "collect-sum",
        Hit::CollectMax => "collect-max",
        Hit::CollectMin => "collect-min",
        Hit::CollectCount => "collect-count",
    };
    let mut block = headed(w, "table", Some(word(w, "hit", hit)), &table.heading);
    let head = |text: String, class| Head { text, class, own: true };
    let ours = |key: &str, class| Head { text: w.t(key).into_owned(), class, own: false };
    block.head.push(ours("rules-head-row", "fit"));
    for input in &table.inputs {
        block.head.push(match input.condition {
            true => ours("rules-head-condition", "expr"),
            false => head(with_unit(&input.expression, &input.unit), "expr"),
        });
    }
    block.head.extend(table.outputs.iter().map(|o| head(format!("→ {}", with_unit(&o.name, &o.unit)), "strong")));
    let basis = table.rows.iter().any(|row| row.basis.is_some());
    if basis {
        block.head.push(ours("rules-head-basis", ""));
    }
    for row in &table.rows {
        let mut cells = vec![row.id.clone()];
        cells.extend(row.tests.iter().chain(&row.results).map(|cell| cell.text.clone()));
        if basis {
            cells.push(opt(&row.basis));
        }
        let cells = cells.into_iter().zip(&block.head).map(|(text, head)| Cell { text, class: head.class });
        block.rows.push(Line { cells: cells.collect(), ..Line::default() });
    }
    block
}

pub(super) fn scale(w: &Words, scale: &Scale) -> Block {
    let kind = match scale.kind {
        ScaleKind::Marginal => "marginal",
        ScaleKind::Slice => "slice",
    };
    let mut block = headed(w, "scale", Some(word(w, "scale", kind)), &scale.heading);
    option(w, &mut block, "base", opt(&scale.base));
    option(w, &mut block, "unit", opt(&scale.bounds_unit));
    let rows = scale.steps.iter().map(|s| vec![opt(&s.from), opt(&s.to), opt(&s.rate), opt(&s.amount), opt(&s.basis)]);
    let columns = [("least", "expr"), ("below", "expr"), ("rate", "expr"), ("amount", "expr"), ("basis", "")];
    let rows = rows.collect();
    fill(w, &mut block, &columns, rows);
    block
}

pub(super) fn amount(w: &Words, amount: &Amount) -> Block {
    let mut block = headed(w, "amount", None, &amount.heading);
    for (key, text) in [
        ("condition", &amount.condition),
        ("base", &amount.base),
        ("rate", &amount.rate),
        ("fixed", &amount.fixed),
        ("cap", &amount.cap),
        ("floor", &amount.floor),
        ("exclusive", &amount.group),
        ("unit", &amount.unit),
    ] {
        option(w, &mut block, key, opt(text));
    }
    if let Some(rounding) = &amount.round {
        let how = mode(w, rounding.mode);
        let said = match &rounding.step {
            RoundTo::Quantity(step) => w.f("rules-round-to", &[("how", &how), ("step", &step.text)]),
            RoundTo::Digits(digits) => w.f("rules-round-digits", &[("how", &how), ("n", digits)]),
        };
        option(w, &mut block, "round", said);
    }
    block
}

pub(super) fn score(w: &Words, score: &Score) -> Block {
    let mut block = headed(w, "score", None, &score.heading);
    option(w, &mut block, "among", opt(&score.among));
    option(w, &mut block, "group", opt(&score.group));
    let (items, total) = (score.digits, score.total_digits);
    let how = mode(w, score.rounding);
    option(w, &mut block, "round", w.f("rules-score-digits", &[("how", &how), ("items", &items), ("total", &total)]));
    let rows = score.items.iter().map(|item| {
        let method = match item.method {
            Method::Ratio => "ratio",
            Method::MinMax => "minmax",
            Method::Bands => "bands",
            Method::Bonus => "bonus",
            Method::Penalty => "penalty",
        };
        let missing = match item.missing {
            Missing::Unknown => "unknown",
            Missing::Zero => "zero",
            Missing::Average => "average",
        };
        vec![
            item.name.text.clone(),
            item.code.clone(),
            word(w, "method", method),
            item.value.text.clone(),
            opt(&item.condition),
            opt(&item.base),
            opt(&item.weight),
            opt(&item.cap),
            opt(&item.floor),
            word(w, "missing", missing),
            opt(&item.basis),
        ]
    });
    let columns = [
        ("item", ""),
        ("code", "expr"),
        ("method", ""),
        ("expression", "expr"),
        ("condition", "expr"),
        ("base", "expr"),
        ("weight", "num"),
        ("cap", "expr"),
        ("floor", "expr"),
        ("missing", ""),
        ("basis", ""),
    ];
    let rows = rows.collect();
    fill(w, &mut block, &columns, rows);
    block
}

pub(super) fn classes(w: &Words, classes: &Classes) -> Block {
    let kind = match classes.kind {
        ClassKind::Rank => "rank",
        ClassKind::TwoStage => "two-stage",
        ClassKind::Absolute => "absolute",
    };
    let mut block = headed(w, "classes", Some(word(w, "classes", kind)), &classes.heading);
    option(w, &mut block, "by", opt(&classes.by));
    option(w, &mut block, "among", opt(&classes.among));
    option(w, &mut block, "group", opt(&classes.group));
    for order in &classes.then {
        option(w, &mut block, "then", order.by.text.clone());
    }
    let list = |out: &Exclusion| out.classes.iter().map(|class| class.text.as_str()).collect::<Vec<_>>().join(", ");
    for (key, exclusions) in [("veto", &classes.veto), ("protect", &classes.protect), ("unrated", &classes.unrated)] {
        for out in exclusions {
            option(w, &mut block, key, format!("{} → {}", out.condition.text, list(out)));
        }
    }
    option(w, &mut block, "counts", mode(w, classes.rounding));
    let rows = classes.rows.iter().map(|row| {
        let half = match row.half {
            Half::Top => "top",
            Half::Bottom => "bottom",
            Half::Rest => "rest",
        };
        let share = opt(&row.share);
        let half = match classes.kind {
            ClassKind::TwoStage if !share.is_empty() => format!("{} {share}", word(w, "half", half)),
            ClassKind::TwoStage => word(w, "half", half),
            _ => String::new(),
        };
        vec![row.class.text.clone(), opt(&row.bound), half, opt(&row.then_by), opt(&row.take)]
    });
    let columns = [("class", "strong"), ("bound", "expr"), ("half", ""), ("then-by", "expr"), ("take", "expr")];
    let rows = rows.collect();
    fill(w, &mut block, &columns, rows);
    block
}
