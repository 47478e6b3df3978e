//! Amounts, scores and classes.

use super::grid::Columns;
use super::keywords::{self as words, SectionKind};
use super::sections::{Section, named};
use super::{
    Amount, ClassKind, ClassRow, Classes, Exclusion, Half, Item, Method, Missing, Order, Pack, RoundTo, Rounding,
    Score, Written,
};
use super::{front, messages};
use crate::diagnostic::Diagnostic;
use crate::ir::Mode;

/// Reads an amount.
pub fn amount(section: &Section, pack: &mut Pack, found: &mut Vec<Diagnostic>) {
    named(section, found);
    let option = |key: &str| section.option(key);
    let fixed = option("fixed");
    if fixed.is_none() && option("base").is_none() {
        found.push(messages::absent(section.heading.place.clone(), "基数或定额", "base or fixed"));
    }
    pack.amounts.push(Amount {
        heading: section.heading.clone(),
        condition: option("condition"),
        base: option("base"),
        rate: option("rate"),
        fixed,
        cap: option("cap"),
        floor: option("floor"),
        round: option("round").and_then(|value| rounding(&value, found)),
        group: option("group"),
        unit: option("unit"),
    });
}

/// `四舍五入到元`, `round down to 100 元`, `half even, 2 digits` as `四舍六入五成双到 2 位小数`.
fn rounding(value: &Written, found: &mut Vec<Diagnostic>) -> Option<Rounding> {
    let parsed = words::starts(words::MODES, &value.text).and_then(|(mode, rest)| {
        let step = rest.trim_start().strip_prefix('到').or_else(|| rest.trim_start().strip_prefix("to "))?;
        let step = front::part(value, value.text.len() - step.len(), value.text.len());
        let digits = step.text.strip_suffix("位小数").or_else(|| step.text.strip_suffix("digits"));
        let step = match digits {
            Some(digits) => RoundTo::Digits(digits.trim().parse().ok().filter(|digits| *digits <= 9)?),
            None => RoundTo::Quantity(step),
        };
        Some(Rounding { mode, step, place: value.place.clone() })
    });
    if parsed.is_none() {
        found.push(messages::bad_rounding(value.place.clone(), &value.text));
    }
    parsed
}

fn digits(section: &Section, key: &str, default: u8, found: &mut Vec<Diagnostic>) -> u8 {
    let Some(value) = section.option(key) else { return default };
    let digits = value.text.parse().ok().filter(|digits| *digits <= 9);
    if digits.is_none() {
        found.push(messages::bad_digits(value.place.clone(), &value.text));
    }
    digits.unwrap_or(default)
}

fn mode(section: &Section, found: &mut Vec<Diagnostic>) -> Mode {
    let value = section.option("rounding");
    value.and_then(|value| front::word(words::MODES, ("舍入方式", "rounding"), &value, found)).unwrap_or(Mode::HalfUp)
}

/// Reads a score.
pub fn score(section: &Section, pack: &mut Pack, found: &mut Vec<Diagnostic>) {
    named(section, found);
    let Some(grid) = section.table(found) else { return };
    let kind = SectionKind::Score;
    let columns = Columns::of(grid, kind, found);
    let mut items: Vec<Item> = Vec::new();
    for (_, row) in columns.rows() {
        let cell = |key: &str| columns.cell(row, key);
        let name = columns.needed(row, "item", kind, found);
        let value = columns.needed(row, "value", kind, found);
        let method = columns.needed(row, "method", kind, found);
        let method = method.and_then(|cell| front::word(words::METHODS, ("计分方式", "method"), &cell, found));
        let (Some(name), Some(value), Some(method)) = (name, value, method) else { continue };
        if matches!(method, Method::Ratio) {
            columns.needed(row, "base", kind, found);
        }
        if matches!(method, Method::Ratio | Method::MinMax) {
            columns.needed(row, "weight", kind, found);
        }
        let missing = cell("missing")
            .and_then(|cell| front::word(words::MISSINGS, ("缺项办法", "rule for missing"), &cell, found));
        let code = cell("code").unwrap_or_else(|| name.clone());
        if items.iter().any(|item| item.code == code.text) {
            found.push(messages::twice(code.place.clone(), &code.text));
        }
        items.push(Item {
            place: row.place.clone(),
            code: code.text,
            name,
            method,
            value,
            condition: cell("condition"),
            base: cell("base"),
            weight: cell("weight"),
            cap: cell("cap"),
            floor: cell("floor"),
            missing: missing.unwrap_or(Missing::Unknown),
            basis: cell("basis"),
        });
    }
    pack.scores.push(Score {
        heading: section.heading.clone(),
        among: section.option("among"),
        group: section.option("group"),
        digits: digits(section, "digits", 4, found),
        total_digits: digits(section, "total_digits", 2, found),
        rounding: mode(section, found),
        items,
    });
}

/// Reads a classification.
pub fn classes(section: &Section, pack: &mut Pack, found: &mut Vec<Diagnostic>) {
    named(section, found);
    let kind = match &section.mode {
        Some(mode) => front::word(words::CLASS_KINDS, ("分类方式", "kind of classes"), mode, found),
        None => {
            let place = section.heading.place.clone();
            found.push(messages::absent(
                place,
                "分类方式（按名次、两段或按分数）",
                "kind of classes, (rank), (two-stage) or (absolute)",
            ));
            None
        }
    };
    let kind = kind.unwrap_or(ClassKind::Rank);
    if section.option("by").is_none() {
        found.push(messages::absent(section.heading.place.clone(), "依据", "by"));
    }
    let Some(grid) = section.table(found) else { return };
    let columns = Columns::of(grid, SectionKind::Classes, found);
    let mut rows = Vec::new();
    for (_, row) in columns.rows() {
        let Some(class) = columns.needed(row, "class", SectionKind::Classes, found) else { continue };
        let (half, share) = match columns.cell(row, "half") {
            Some(cell) => half(&cell, found),
            None => (Half::Rest, None),
        };
        let direction = columns.cell(row, "direction");
        let descending = direction.and_then(|cell| front::word(words::DIRECTIONS, ("方向", "direction"), &cell, found));
        rows.push(ClassRow {
            place: row.place.clone(),
            class,
            bound: columns.cell(row, if kind == ClassKind::Absolute { "from" } else { "rank_to" }),
            half,
            share,
            then_by: columns.cell(row, "then_by"),
            descending: descending.unwrap_or(true),
            take: columns.cell(row, "take"),
        });
    }
    let ties =
        section.option("ties").and_then(|value| front::word(words::TIES, ("同分办法", "rule for ties"), &value, found));
    let then = section.all("then").map(order).collect();
    let mut exclusions =
        |key: &str| section.all(key).filter_map(|value| exclusion(value, key != "unrated", found)).collect();
    let (veto, protect, unrated) = (exclusions("veto"), exclusions("protect"), exclusions("unrated"));
    pack.classes.push(Classes {
        heading: section.heading.clone(),
        kind,
        by: section.option("by"),
        among: section.option("among"),
        group: section.option("group"),
        ties_worst: ties.unwrap_or(false),
        then,
        rounding: mode(section, found),
        veto,
        protect,
        unrated,
        rows,
    });
}

/// `亩均税收 高到低`: the direction stands last; without one the greatest is first.
fn order(value: &Written) -> Order {
    for word in words::DIRECTIONS {
        for form in word.1 {
            if let Some(rest) = value.text.strip_suffix(form) {
                let end = rest.trim_end_matches([' ', ',', '，']).len();
                return Order { by: front::part(value, 0, end), descending: word.0 };
            }
        }
    }
    Order { by: value.clone(), descending: true }
}

/// `EXPR → 不得为 A, B`, or for unrated `EXPR → T`.
fn exclusion(value: &Written, negative: bool, found: &mut Vec<Diagnostic>) -> Option<Exclusion> {
    let split =
        [("→", 3), ("->", 2)].into_iter().find_map(|(arrow, width)| value.text.rfind(arrow).map(|at| (at, at + width)));
    let parsed = split.and_then(|(at, after)| {
        let result = front::part(value, after, value.text.len());
        let result = if negative {
            let rest = words::NOT_IN.iter().find_map(|word| result.text.strip_prefix(word))?;
            front::part(&result, result.text.len() - rest.len(), result.text.len())
        } else {
            result
        };
        let classes = front::list(&result);
        let condition = front::part(value, 0, at);
        (!classes.is_empty() && !condition.is_empty()).then_some(Exclusion { condition, classes })
    });
    if parsed.is_none() {
        found.push(messages::bad_exclusion(value.place.clone()));
    }
    parsed
}

/// `前 50 %`, `后 50 %`, `其余`.
fn half(cell: &Written, found: &mut Vec<Diagnostic>) -> (Half, Option<Written>) {
    const HALVES: &[words::Word<Half>] = &[
        words::Word(Half::Top, &["前", "top"]),
        words::Word(Half::Bottom, &["后", "bottom"]),
        words::Word(Half::Rest, &["其余", "rest"]),
    ];
    if let Some((half, rest)) = words::starts(HALVES, &cell.text) {
        let share = front::part(cell, cell.text.len() - rest.len(), cell.text.len());
        if share.is_empty() == (half == Half::Rest) {
            return (half, Some(share).filter(|share| !share.is_empty()));
        }
    }
    found.push(messages::bad_half(cell.place.clone(), &cell.text));
    (Half::Rest, None)
}
