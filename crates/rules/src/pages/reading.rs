//! A pack as people read it: its rules in the order of the file, each beside the words of the law it rests on.

use std::mem::{Discriminant, discriminant};

use chrono::NaiveDate;
use rulepack::examples::Outcome;
use rulepack::pack::{ExampleKind, Examples, Heading, Law, Pack, ParameterRow, Written};
use web::Words;
use web::components::{Light, LightState};

use super::rated;

/// More example rows than this are not shown; they stand in the file.
const MOST_EXAMPLES: usize = 40;

/// Rules that rest on one passage.
pub struct Group {
    /// Anchor and words of the passage; none for what needs no law.
    pub law: Option<(String, String)>,
    pub blocks: Vec<Block>,
}

/// One section of the pack.
#[derive(Default)]
pub struct Block {
    /// `判定表（首个）`.
    pub kind: String,
    pub title: String,
    pub code: String,
    pub options: Vec<(String, String)>,
    pub head: Vec<Head>,
    pub rows: Vec<Line>,
    /// What is not shown.
    pub note: String,
}

pub struct Head {
    pub text: String,
    pub class: &'static str,
    /// The pack's own words, not ours.
    pub own: bool,
}

#[derive(Default)]
pub struct Line {
    /// For examples: whether it passes.
    pub light: Option<Light>,
    pub cells: Vec<Cell>,
    /// What came out otherwise than expected.
    pub wrong: Vec<String>,
}

pub struct Cell {
    pub text: String,
    pub class: &'static str,
}

/// What stands in the pack, before it is laid out.
enum Item<'a> {
    Values(&'a rulepack::pack::Values),
    Fact(&'a rulepack::pack::FactRow),
    Parameter(&'a ParameterRow),
    Definition(&'a rulepack::pack::Definition),
    Table(&'a rulepack::pack::Table),
    Scale(&'a rulepack::pack::Scale),
    Amount(&'a rulepack::pack::Amount),
    Score(&'a rulepack::pack::Score),
    Classes(&'a rulepack::pack::Classes),
    Examples(&'a Examples),
}

/// All of the pack, in its order; `today` says which parameters hold.
pub fn groups(w: &Words, pack: &Pack, outcome: Option<&Outcome>, today: NaiveDate) -> Vec<Group> {
    let mut groups: Vec<(Law, Group)> = Vec::new();
    for run in runs(items(pack)) {
        let law = run.law;
        let block = block(w, run.items, outcome, today);
        match groups.last_mut().filter(|(last, _)| *last == law) {
            Some((_, group)) => group.blocks.push(block),
            None => {
                let quote = pack.law(law).map(|q| (q.anchor.clone().unwrap_or_default(), q.text.clone()));
                groups.push((law, Group { law: quote, blocks: vec![block] }));
            }
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// Everything with its line and law, in the order of the file. Values, facts and examples rest on no law.
fn items(pack: &Pack) -> Vec<(u32, Law, Item<'_>)> {
    let at = |heading: &Heading| heading.place.line;
    let mut all: Vec<(u32, Law, Item<'_>)> = Vec::new();
    all.extend(pack.values.iter().map(|v| (at(&v.heading), None, Item::Values(v))));
    all.extend(pack.facts.iter().map(|f| (f.code.place.line, None, Item::Fact(f))));
    all.extend(pack.parameters.iter().map(|p| (p.name.place.line, p.law, Item::Parameter(p))));
    all.extend(pack.definitions.iter().map(|d| (d.name.place.line, d.law, Item::Definition(d))));
    all.extend(pack.tables.iter().map(|t| (at(&t.heading), t.heading.law, Item::Table(t))));
    all.extend(pack.scales.iter().map(|s| (at(&s.heading), s.heading.law, Item::Scale(s))));
    all.extend(pack.amounts.iter().map(|a| (at(&a.heading), a.heading.law, Item::Amount(a))));
    all.extend(pack.scores.iter().map(|s| (at(&s.heading), s.heading.law, Item::Score(s))));
    all.extend(pack.classes.iter().map(|c| (at(&c.heading), c.heading.law, Item::Classes(c))));
    all.extend(pack.examples.iter().map(|e| (at(&e.heading), None, Item::Examples(e))));
    all.sort_by_key(|(line, _, _)| *line);
    all
}

struct Run<'a> {
    law: Law,
    kind: Discriminant<Item<'a>>,
    items: Vec<Item<'a>>,
}

/// Rows of one kind and one law are one table.
fn runs(items: Vec<(u32, Law, Item<'_>)>) -> Vec<Run<'_>> {
    let mut runs: Vec<Run<'_>> = Vec::new();
    for (_, law, item) in items {
        let kind = discriminant(&item);
        let row = matches!(item, Item::Fact(_) | Item::Parameter(_) | Item::Definition(_));
        match runs.last_mut().filter(|run| row && run.kind == kind && run.law == law) {
            Some(run) => run.items.push(item),
            None => runs.push(Run { law, kind, items: vec![item] }),
        }
    }
    runs
}

fn block(w: &Words, items: Vec<Item<'_>>, outcome: Option<&Outcome>, today: NaiveDate) -> Block {
    match items.first() {
        Some(Item::Values(values)) => value_set(w, values),
        Some(Item::Table(table)) => rated::table(w, table),
        Some(Item::Scale(scale)) => rated::scale(w, scale),
        Some(Item::Amount(amount)) => rated::amount(w, amount),
        Some(Item::Score(score)) => rated::score(w, score),
        Some(Item::Classes(classes)) => rated::classes(w, classes),
        Some(Item::Examples(examples)) => example_rows(w, examples, outcome),
        Some(Item::Fact(_)) => facts(w, &items),
        Some(Item::Parameter(_)) => parameters(w, &items, today),
        Some(Item::Definition(_)) => definitions(w, &items),
        None => Block::default(),
    }
}

/// A block with a heading of its own. `kind` is a key, `mode` a word in brackets.
// words: rules-kind-*
pub(super) fn headed(w: &Words, kind: &str, mode: Option<String>, heading: &Heading) -> Block {
    let kind = w.t(&format!("rules-kind-{kind}")).into_owned();
    let title = heading.name.text.clone();
    Block {
        kind: mode.map_or(kind.clone(), |mode| w.f("rules-kind-mode", &[("kind", &kind), ("mode", &mode)])),
        code: if heading.code == title { String::new() } else { heading.code.clone() },
        title,
        ..Block::default()
    }
}

/// Fills a block with columns (key of the title, class of the cells) and rows; columns nobody filled are left out.
// words: rules-head-*
pub(super) fn fill(w: &Words, block: &mut Block, columns: &[(&str, &'static str)], rows: Vec<Vec<String>>) {
    let used: Vec<bool> =
        (0..columns.len()).map(|at| rows.iter().any(|row| row.get(at).is_some_and(|text| !text.is_empty()))).collect();
    let heads = columns.iter().zip(&used).filter(|(_, used)| **used);
    block.head = heads
        .map(|((key, class), _)| Head { text: w.t(&format!("rules-head-{key}")).into_owned(), class, own: false })
        .collect();
    for row in rows {
        let cells = row.into_iter().zip(columns).zip(&used).filter(|(_, used)| **used);
        let cells = cells.map(|((text, (_, class)), _)| Cell { text, class }).collect();
        block.rows.push(Line { cells, ..Line::default() });
    }
}

pub(super) fn opt(text: &Option<Written>) -> String {
    text.as_ref().map(|text| text.text.clone()).unwrap_or_default()
}

fn date(date: Option<NaiveDate>) -> String {
    date.map(|date| date.to_string()).unwrap_or_default()
}

fn value_set(w: &Words, values: &rulepack::pack::Values) -> Block {
    let mut block = headed(w, "values", None, &values.heading);
    let rows = values.rows.iter().map(|row| vec![row.code.text.clone(), opt(&row.name), opt(&row.english)]).collect();
    fill(w, &mut block, &[("value", "expr"), ("name", ""), ("english", "")], rows);
    block
}

fn facts(w: &Words, items: &[Item<'_>]) -> Block {
    let mut block = Block { kind: w.t("rules-kind-facts").into_owned(), ..Block::default() };
    let rows = items.iter().filter_map(|item| match item {
        Item::Fact(f) => Some(vec![
            f.code.text.clone(),
            opt(&f.name),
            opt(&f.kind),
            opt(&f.unit),
            opt(&f.range),
            opt(&f.values),
            opt(&f.period),
            opt(&f.source),
            opt(&f.changeable),
        ]),
        _ => None,
    });
    let columns = [
        ("code", "expr"),
        ("name", ""),
        ("type", ""),
        ("unit", ""),
        ("range", "expr"),
        ("values", ""),
        ("period", ""),
        ("source", ""),
        ("changeable", ""),
    ];
    let rows = rows.collect();
    fill(w, &mut block, &columns, rows);
    block
}

fn parameters(w: &Words, items: &[Item<'_>], today: NaiveDate) -> Block {
    let mut block = Block { kind: w.t("rules-kind-parameters").into_owned(), ..Block::default() };
    let state = |row: &ParameterRow| {
        let key = match (row.from, row.to) {
            _ if row.unpublished => "unpublished",
            (Some(from), _) if from > today => "later",
            (_, Some(to)) if to < today => "ended",
            _ => "now",
        };
        // words: rules-parameter-*
        w.t(&format!("rules-parameter-{key}")).into_owned()
    };
    let rows = items.iter().filter_map(|item| match item {
        Item::Parameter(row) => Some(vec![
            row.name.text.clone(),
            opt(&row.code),
            row.value.text.clone(),
            opt(&row.unit),
            date(row.from),
            date(row.to),
            state(row),
            opt(&row.basis),
        ]),
        _ => None,
    });
    let columns = [
        ("name", ""),
        ("code", "expr"),
        ("value", "num"),
        ("unit", ""),
        ("from", "fit"),
        ("to", "fit"),
        ("state", "fit"),
        ("basis", ""),
    ];
    let rows = rows.collect();
    fill(w, &mut block, &columns, rows);
    block
}

fn definitions(w: &Words, items: &[Item<'_>]) -> Block {
    let mut block = Block { kind: w.t("rules-kind-definitions").into_owned(), ..Block::default() };
    let rows = items.iter().filter_map(|item| match item {
        Item::Definition(d) => Some(vec![
            d.name.text.clone(),
            opt(&d.code),
            d.expression.text.clone(),
            opt(&d.unit),
            opt(&d.basis),
            opt(&d.note),
        ]),
        _ => None,
    });
    let columns = [("name", ""), ("code", "expr"), ("expression", "expr"), ("unit", ""), ("basis", ""), ("note", "")];
    let rows = rows.collect();
    fill(w, &mut block, &columns, rows);
    block
}

fn example_rows(w: &Words, examples: &Examples, outcome: Option<&Outcome>) -> Block {
    let mut block = headed(w, "examples", None, &examples.heading);
    if examples.population {
        block.options.push((w.t("rules-opt-population").into_owned(), w.t("rules-yes").into_owned()));
    }
    let head = examples.columns.iter().map(|column| {
        let unit = column.unit.as_ref().map(|unit| format!("（{}）", unit.text)).unwrap_or_default();
        let arrow = if column.kind == ExampleKind::Output { "→ " } else { "" };
        let class = if column.kind == ExampleKind::Output { "strong" } else { "" };
        Head { text: format!("{arrow}{}{unit}", column.name.text), class, own: true }
    });
    block.head = head.collect();
    for row in examples.rows.iter().take(MOST_EXAMPLES) {
        let ran = outcome.and_then(|outcome| outcome.rows.iter().find(|ran| ran.place == row.place));
        // words: rules-passes rules-fails
        let light = ran.map(|ran| {
            let (state, key) =
                if ran.passed() { (LightState::OnTime, "rules-passes") } else { (LightState::Late, "rules-fails") };
            Light::new(state, w.t(key))
        });
        let lang = super::said::lang(w);
        let wrong = ran.into_iter().flat_map(|ran| &ran.wrong).map(|fault| {
            let (what, got) = (fault.what.text(lang), fault.got.text(lang));
            w.f("rules-mismatch", &[("what", &what), ("expected", &fault.expected), ("got", &got)])
        });
        let cells =
            row.cells.iter().zip(&block.head).map(|(cell, head)| Cell { text: cell.text.clone(), class: head.class });
        block.rows.push(Line { light, cells: cells.collect(), wrong: wrong.collect() });
    }
    let rest = examples.rows.len().saturating_sub(MOST_EXAMPLES);
    if rest > 0 {
        block.note = w.f("rules-more-rows", &[("n", &rest)]);
    }
    block
}
