//! GET /rules/{code}/county?output=…&answer=…: the enterprises behind a count, on the page and as the same spreadsheet.

use std::sync::Arc;

use askama::Template;
use axum::response::Response;
use kernel::{Error, Result, local_date};
use num_traits::ToPrimitive;
use rulepack::compile::{CompiledPack, Output, Program, Shown};
use rulepack::interpret::{Answer, Value};
use rulepack::ir::{NodeId, Type};
use web::components::{Column, Crumbs, Empty, Light, LightState, Link, Pager, TableHead};
use web::export::{Cell, Export, Head, Kind, SheetColumn, Told};
use web::format::number;
use web::href::Href;
use web::{Shell, SignedIn, Words, html};

use super::county::{Asked, blocking, is_item};
use super::said;
use super::spread::Measure;
use crate::county::{County, Member, Wanted};

const ROWS: usize = 50;
/// So many rows of a spreadsheet are told at a time.
const PIECE: usize = 500;

#[derive(Template)]
#[template(path = "rules/county_rows.html")]
pub(super) struct Page {
    pub shell: Shell,
    pub crumbs: Crumbs,
    pub title: String,
    pub title_lang: &'static str,
    /// The output, and which answer.
    pub name: String,
    pub chosen: String,
    pub line: String,
    pub head: TableHead,
    pub rows: Vec<Row>,
    pub pager: Pager,
    pub empty: Option<Empty>,
    pub export: String,
    pub back: String,
}

pub(super) struct Row {
    pub href: String,
    pub name: String,
    pub code: String,
    pub industry: String,
    /// Of everything but plain values.
    pub light: Option<Light>,
    pub text: String,
    /// Missing facts, or why it does not apply.
    pub because: String,
}

/// The rows of one question.
struct Found {
    county: Arc<County>,
    rows: Vec<(usize, Vec<Answer>)>,
}

/// What is looked for.
struct Question {
    /// Places of outputs of the pack: the chosen one first, with a file all main ones.
    outputs: Vec<usize>,
    wanted: Wanted,
}

impl Question {
    fn new(asked: &Asked, program: &Program) -> Option<Self> {
        let pack = program.packs.first()?;
        let chosen = asked.here.get("output").filter(|code| !code.is_empty());
        let wanted = Wanted::parse(program, asked.here.get("answer").unwrap_or_default());
        let main = || (0..pack.outputs.len()).filter(|at| pack.outputs.get(*at).is_some_and(|one| !is_item(one)));
        let outputs: Vec<usize> = match chosen {
            Some(code) => pack.outputs.iter().position(|output| output.code == code).into_iter().collect(),
            None => main().collect(),
        };
        (!outputs.is_empty()).then_some(Self { outputs, wanted })
    }

    fn find(&self, county: Arc<County>) -> Found {
        let outputs = county.program().packs.first().map(|pack| pack.outputs.as_slice()).unwrap_or_default();
        let nodes: Vec<NodeId> = self.outputs.iter().filter_map(|at| Some(outputs.get(*at)?.node)).collect();
        let mut rows = county.rows(&nodes, &self.wanted);
        // Numbers from the greatest down; all else in the order of the register.
        rows.sort_by_key(|(_, answers)| match answers.first().and_then(Answer::value) {
            Some(Value::Number(value)) => -*value,
            _ => 0,
        });
        Found { county, rows }
    }
}

/// The page or the file.
///
/// # Errors
/// `not-found` for an output the pack has not.
pub(super) async fn answer(
    by: &SignedIn,
    asked: &Asked,
    program: Arc<Program>,
    county: Arc<County>,
) -> Result<Response> {
    let question = Question::new(asked, &program).ok_or_else(|| Error::not_found("rule-pack"))?;
    let (question, found) = blocking(move || {
        let found = question.find(county);
        (question, found)
    })
    .await?;
    let Some(telling) = Telling::new(&by.words, &program, &question) else { return Err(Error::not_found("rule-pack")) };
    if asked.here.get("export") == Some("xlsx") {
        return file(by, asked, &telling, &found).await;
    }
    html(&page(&by.shell(), asked, &telling, &question.wanted, &found)).map_err(|failure| failure.0)
}

/// The page from rows that are there.
#[cfg(test)]
pub(super) fn listed(shell: &Shell, asked: &Asked, program: &Arc<Program>, county: Arc<County>) -> Option<Page> {
    let question = Question::new(asked, program)?;
    let found = question.find(county);
    Some(page(shell, asked, &Telling::new(&shell.w, program, &question)?, &question.wanted, &found))
}

struct Telling<'a> {
    w: &'a Words,
    program: &'a Program,
    pack: &'a CompiledPack,
    first: &'a Output,
    outputs: Vec<&'a Output>,
}

impl<'a> Telling<'a> {
    fn new(w: &'a Words, program: &'a Program, question: &Question) -> Option<Self> {
        let pack = program.packs.first()?;
        let outputs: Vec<&Output> = question.outputs.iter().filter_map(|at| pack.outputs.get(*at)).collect();
        Some(Self { w, program, pack, first: outputs.first()?, outputs })
    }

    fn value(&self, output: &Output, value: &Value) -> String {
        said::value(self.w, self.program, self.pack, output, value)
    }

    fn name(&self, output: &Output) -> String {
        output.name.text(said::lang(self.w)).to_owned()
    }

    /// What is missing, or why it does not apply.
    fn because(&self, answer: &Answer) -> String {
        match answer {
            Answer::Known(_) => String::new(),
            Answer::Unknown(missing) => {
                let names: Vec<String> = missing.iter().map(|fact| said::fact(self.w, self.program, fact)).collect();
                self.w.f("rules-county-missing", &[("fact", &names.join(&self.w.t("rules-comma")))])
            }
            Answer::NotApplicable(reason) => {
                let reason = self.program.dag.reason_of(*reason);
                said::both(self.w, &reason.zh, &reason.en).to_owned()
            }
        }
    }

    /// The chosen answer in words.
    fn wanted(&self, output: &Output, wanted: &Wanted) -> String {
        let w = self.w;
        let fact = |fact| said::fact(w, self.program, fact);
        let measured = |value: i128| match (&output.shown, self.program.dag.ty(output.node)) {
            (Shown::Number { unit, counts }, Type::Number { scale, .. }) => {
                Measure { scale, counts, unit, lang: said::lang(w) }.text(value)
            }
            _ => value.to_string(),
        };
        match wanted {
            Wanted::Any => String::new(),
            Wanted::Known => w.t("rules-county-known").into_owned(),
            Wanted::Text(text) => self.value(output, &Value::Text(text.as_str().into())),
            Wanted::Boolean(yes) => w.t(if *yes { "rules-yes" } else { "rules-no" }).into_owned(),
            Wanted::Between(Some(low), Some(high)) if low + 1 == *high => measured(*low),
            Wanted::Between(Some(low), Some(high)) => {
                w.f("rules-county-between", &[("low", &measured(*low)), ("high", &measured(*high))])
            }
            Wanted::Between(None, Some(high)) => w.f("rules-county-below", &[("high", &measured(*high))]),
            Wanted::Between(Some(low), None) => w.f("rules-county-from", &[("low", &measured(*low))]),
            Wanted::Between(None, None) => String::new(),
            Wanted::Unknown => w.t("rules-answer-unknown").into_owned(),
            Wanted::Missing(id) => w.f("rules-county-missing", &[("fact", &fact(*id))]),
            Wanted::NotApplicable => w.t("rules-answer-not-applicable").into_owned(),
            Wanted::Reason(code) => {
                let reason = self.program.dag.reasons().iter().find(|reason| reason.code == *code);
                reason.map(|reason| said::both(w, &reason.zh, &reason.en).to_owned()).unwrap_or_default()
            }
            Wanted::Without(id) => w.f("rules-county-without", &[("fact", &fact(*id))]),
        }
    }
}

fn page(shell: &Shell, asked: &Asked, telling: &Telling, wanted: &Wanted, found: &Found) -> Page {
    let (w, output) = (&shell.w, telling.first);
    let (title, title_lang) = said::title(w, &asked.kept.pack);
    let all = found.rows.len();
    let place = |key: &str| asked.here.get(key).and_then(|text| text.parse::<usize>().ok());
    let start = match (place("after"), place("before")) {
        (Some(after), _) => after,
        (_, Some(before)) => before.saturating_sub(ROWS),
        _ => 0,
    };
    let start = if start < all { start } else { 0 };
    let end = (start + ROWS).min(all);
    let shown = found.rows.get(start..end).unwrap_or_default();
    let rows = shown.iter().filter_map(|(at, answers)| {
        let member = found.county.members().get(*at)?;
        Some(row(asked, telling, output, member, answers.first()?))
    });
    // words: rules-county-col-*
    let column = |key: &str| Column::new(w.t(key));
    let head = vec![
        column("rules-county-col-enterprise"),
        column("rules-county-col-industry").class("wide-only"),
        column("rules-county-col-answer"),
        column("rules-county-col-because"),
    ];
    let list = asked.here.without(&["export"]);
    let note = match all {
        0 => String::new(),
        // words: rules-county-shown
        _ => w.f(
            "rules-county-shown",
            &[("from", &number(start as i64 + 1)), ("to", &number(end as i64)), ("n", &number(all as i64))],
        ),
    };
    let (before, after) = ((start > 0).then(|| start.to_string()), (end < all).then(|| end.to_string()));
    Page {
        crumbs: Crumbs::new(
            w,
            vec![
                Link::new("/rules", w.t("nav-rules")),
                Link::new(format!("/rules/{}", asked.kept.shipped.code), &*title),
                Link::new(asked.base(), w.t("rules-county")),
            ],
            telling.name(output),
        ),
        title,
        title_lang,
        name: telling.name(output),
        chosen: telling.wanted(output, wanted),
        line: w.f("rules-county-rows-line", &[("n", &number(all as i64)), ("day", &w.date(asked.day))]),
        head: TableHead::new(w, &list, "", head),
        rows: rows.collect(),
        pager: Pager::new(w, &list, before.as_deref(), after.as_deref(), note),
        empty: (all == 0).then(|| {
            let back = Link::new(asked.base(), w.t("rules-county"));
            Empty::new(w.t("rules-county-rows-none"), w.t("rules-county-rows-none-text"), Some(back))
        }),
        export: list.first_page().with("export", "xlsx").to_string(),
        back: asked.base().to_string(),
        shell: shell.clone(),
    }
}

fn row(asked: &Asked, telling: &Telling, output: &Output, member: &Member, answer: &Answer) -> Row {
    let w = telling.w;
    let light = |state, key: &str| Some(Light::new(state, w.t(key)));
    let (light, text) = match answer {
        Answer::Known(value) => (None, telling.value(output, value)),
        Answer::Unknown(_) => (light(LightState::DueSoon, "rules-answer-unknown"), String::new()),
        Answer::NotApplicable(_) => (light(LightState::Waiting, "rules-answer-not-applicable"), String::new()),
    };
    let trial = Href::parse(&format!("/rules/{}/try", asked.kept.shipped.code)).with("enterprise", &member.credit_code);
    let trial = asked.here.get("on").filter(|on| !on.is_empty()).map_or(trial.clone(), |on| trial.with("on", on));
    Row {
        href: trial.to_string(),
        name: member.name.clone(),
        code: member.credit_code.clone(),
        industry: said::industry(&member.industry),
        light,
        text,
        because: telling.because(answer),
    }
}

// words: rules-county-export-line
/// The rows as a spreadsheet: what the page shows; without an output chosen, all main ones side by side.
async fn file(by: &SignedIn, asked: &Asked, telling: &Telling<'_>, found: &Found) -> Result<Response> {
    let (w, outputs) = (&by.words, &telling.outputs);
    let column = |title: String, width: u16, kind| SheetColumn { title, width, kind };
    let word = |key: &str| w.t(key).into_owned();
    let mut columns = vec![
        column(word("rules-county-col-code"), 22, Kind::Text),
        column(word("rules-county-col-enterprise"), 34, Kind::Text),
        column(word("rules-county-col-industry"), 26, Kind::Text),
    ];
    for output in outputs {
        let (unit, kind) = match &output.shown {
            Shown::Number { unit, .. } => (rulepack::show::unit_name(unit, said::lang(w)), Kind::Decimal),
            _ => ("", Kind::Text),
        };
        let name = telling.name(output);
        let title =
            if unit.is_empty() { name.clone() } else { w.f("rules-label-unit", &[("name", &name), ("unit", &unit)]) };
        columns.push(column(title, 16, kind));
        let because = w.t("rules-county-col-because");
        let because = if outputs.len() == 1 { because.into_owned() } else { format!("{name} · {because}") };
        columns.push(column(because, 30, Kind::Text));
    }
    let text = |text: String| if text.is_empty() { Cell::Empty } else { Cell::Text(text) };
    let row = |(at, answers): &(usize, Vec<Answer>)| {
        let member = found.county.members().get(*at)?;
        let mut cells =
            vec![text(member.credit_code.clone()), text(member.name.clone()), text(said::industry(&member.industry))];
        for (output, answer) in outputs.iter().zip(answers) {
            cells.push(cell(telling, output, answer));
            cells.push(text(telling.because(answer)));
        }
        Some(cells)
    };
    let n = found.rows.len();
    let (title, _) = said::title(w, &asked.kept.pack);
    let head = Head {
        title: word("rules-county"),
        subtitle: w.f(
            "rules-county-export-line",
            &[
                ("title", &title),
                ("n", &number(n as i64)),
                ("day", &w.date(asked.day)),
                ("at", &w.full_datetime(by.now)),
            ],
        ),
        columns,
    };
    let told = Told::new("rule-pack", format!("{}-{}.xlsx", asked.kept.shipped.code, local_date(by.now)));
    let mut export = Export::begin(by, told, head, n as u64)?;
    for piece in found.rows.chunks(PIECE) {
        export.rows(piece.iter().filter_map(row).collect()).await?;
    }
    export.answer().await
}

fn cell(telling: &Telling, output: &Output, answer: &Answer) -> Cell {
    let w = telling.w;
    match (answer, &output.shown, telling.program.dag.ty(output.node)) {
        (Answer::Known(Value::Number(value)), Shown::Number { unit, counts }, Type::Number { scale, .. }) => {
            let measure = Measure { scale, counts, unit, lang: said::lang(w) };
            measure.shown(*value).to_f64().map_or(Cell::Empty, Cell::Number)
        }
        (Answer::Known(value), ..) => Cell::Text(telling.value(output, value)),
        (Answer::Unknown(_), ..) => Cell::Text(w.t("rules-answer-unknown").into_owned()),
        (Answer::NotApplicable(_), ..) => Cell::Text(w.t("rules-answer-not-applicable").into_owned()),
    }
}
