//! Where an import begins: a file, what holds for all of it, which columns are understood, an empty one to fill in.

use askama::Template;
use rulepack::dictionary::{Fact, FactKind};
use web::components::{Crumbs, ErrorSummary, Field};
use web::export::{Cell, Head, SheetColumn, blank};
use web::{Fields, PageResult, Shell, SignedIn, Words, html};

use super::import::{crumbs, may};
use super::{export, said};
use crate::facts::{self, CREDIT_CODE, dictionary};
use crate::import::Column;
use crate::import::job::Kind;

#[derive(Template)]
#[template(path = "enterprises/import.html")]
pub(super) struct Start {
    pub shell: Shell,
    pub crumbs: Crumbs,
    pub title: String,
    pub base: &'static str,
    pub summary: ErrorSummary,
    pub fields: Vec<Field>,
    /// How bare numbers are read; empty where there are none.
    pub note: String,
    pub columns: Vec<(String, String)>,
}

/// The form as it was sent, and what was wrong with it by field.
#[derive(Default)]
pub(super) struct Typed {
    period: String,
    source: String,
    as_of: String,
    pub wrong: Vec<(String, String)>,
}

impl Typed {
    pub(super) fn sent(fields: &Fields) -> Typed {
        let text = |name: &str| fields.get(name).to_owned();
        Typed { period: text("period"), source: text("source"), as_of: text("as_of"), wrong: Vec::new() }
    }
}

pub(super) async fn enterprises(by: SignedIn) -> PageResult {
    may(&by, Kind::Enterprises).await?;
    html(&start_page(&by.shell(), Kind::Enterprises, &Typed::default()))
}

pub(super) async fn facts(by: SignedIn) -> PageResult {
    may(&by, Kind::Facts).await?;
    html(&start_page(&by.shell(), Kind::Facts, &Typed::default()))
}

pub(super) fn start_page(shell: &Shell, kind: Kind, typed: &Typed) -> Start {
    let w = &shell.w;
    let wrong = |name: &str| typed.wrong.iter().find(|(field, _)| field == name).map(|(_, text)| text.clone());
    let file = |label, hint| {
        Field::file("sheet", w.t(label), ".xlsx,.xlsm,.csv", false).hint(w.t(hint)).error(wrong("sheet")).required()
    };
    // words: ent-import-file ent-import-file-hint ent-facts-file ent-facts-file-hint
    let fields = match kind {
        Kind::Enterprises => vec![file("ent-import-file", "ent-import-file-hint")],
        Kind::Facts => vec![
            file("ent-facts-file", "ent-facts-file-hint"),
            Field::text("period", w.t("ent-facts-period"))
                .value(&typed.period)
                .hint(w.t("ent-facts-period-hint"))
                .optional(w)
                .error(wrong("period")),
            Field::text("source", w.t("ent-facts-source"))
                .value(&typed.source)
                .hint(w.t("ent-facts-source-hint"))
                .optional(w)
                .error(wrong("source")),
            Field::input("date", "as_of", w.t("ent-facts-as-of"))
                .value(&typed.as_of)
                .hint(w.t("ent-facts-as-of-hint"))
                .optional(w)
                .error(wrong("as_of")),
        ],
    };
    let meaning = |column: Column| (said::column(w, column.as_str()), column.headers().join("、"));
    Start {
        crumbs: crumbs(w, kind),
        title: kind.title(w),
        base: kind.base(),
        summary: ErrorSummary::of(w, &fields),
        fields,
        note: if kind == Kind::Facts { w.t("ent-facts-import-note").into_owned() } else { String::new() },
        columns: match kind {
            Kind::Enterprises => Column::ALL.into_iter().map(meaning).collect(),
            Kind::Facts => std::iter::once(meaning(Column::CreditCode)).chain(fact_columns(w)).collect(),
        },
        shell: shell.clone(),
    }
}

/// Each fact: its name and base unit, and the headers it may stand under.
fn fact_columns(w: &Words) -> impl Iterator<Item = (String, String)> {
    let lang = said::lang(w);
    let facts = dictionary().facts().iter().filter(|fact| fact.code != CREDIT_CODE);
    facts.map(move |fact| {
        let kind = match fact.kind {
            FactKind::Number => fact.unit.name(lang).to_owned(),
            // words: ent-facts-kind-boolean ent-facts-kind-date ent-facts-kind-text
            FactKind::Boolean => w.t("ent-facts-kind-boolean").into_owned(),
            FactKind::Date => w.t("ent-facts-kind-date").into_owned(),
            FactKind::Text => w.t("ent-facts-kind-text").into_owned(),
        };
        let names = [&fact.code, &fact.zh, &fact.en].into_iter().chain(&fact.also).map(String::as_str);
        let title = titled(w, facts::name(fact, lang), &kind);
        (title, names.collect::<Vec<_>>().join(&w.t("ent-facts-comma")))
    })
}

/// `营业收入（万元）`, as the import reads it again.
fn titled(w: &Words, name: &str, unit: &str) -> String {
    match unit {
        "" => name.to_owned(),
        unit => w.f("ent-facts-title-unit", &[("name", &name), ("unit", &unit)]),
    }
}

/// An empty list with the columns that are understood.
pub(super) async fn enterprises_template(by: SignedIn) -> PageResult {
    may(&by, Kind::Enterprises).await?;
    let w = &by.words;
    let example = |column: Column| match column {
        Column::CreditCode => Cell::Text("91419981MA0000000X".to_owned()),
        _ => Cell::Empty,
    };
    let head = Head {
        title: w.t("nav-enterprises").into_owned(),
        subtitle: w.t("ent-template-line").into_owned(),
        columns: export::columns(w),
    };
    let example = Column::ALL.into_iter().map(example).collect();
    Ok(blank(&by.state, head, example, "enterprises-template.xlsx").await?)
}

/// An empty file of the facts that most rule packs ask for.
pub(super) async fn facts_template(by: SignedIn) -> PageResult {
    may(&by, Kind::Facts).await?;
    let w = &by.words;
    let lang = said::lang(w);
    let text = |title: String, width: u16| SheetColumn { title, width, kind: web::export::Kind::Text };
    let mut columns = vec![text(said::column(w, "credit_code"), 22), text(said::column(w, "name"), 34)];
    columns.push(text(w.t("ent-facts-period").into_owned(), 14));
    let facts: Vec<&Fact> = facts::USUAL.iter().filter_map(|code| dictionary().get(code)).collect();
    columns.extend(facts.iter().map(|fact| SheetColumn {
        title: titled(w, facts::name(fact, lang), facts::unit(fact, lang)),
        width: 18,
        kind: web::export::Kind::Decimal,
    }));
    let mut example = vec![Cell::Empty; columns.len()];
    example[0] = Cell::Text("91419981MA0000000X".to_owned());
    let head =
        Head { title: w.t("ent-reported").into_owned(), subtitle: w.t("ent-template-line").into_owned(), columns };
    Ok(blank(&by.state, head, example, "facts-template.xlsx").await?)
}
