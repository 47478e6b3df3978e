//! GET /rules/{code}: a pack to read, and the same as the Markdown it is written in.

use askama::Template;
use axum::extract::Path;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use chrono::NaiveDate;
use identity::{Subject, authorize};
use kernel::{Error, local_date};
use rulepack::compile::{FactInfo, Program, Shown};
use rulepack::diagnostic::Words as Both;
use web::components::{Crumbs, Light, Link};
use web::download::disposition;
use web::{PageResult, Shell, SignedIn, html};

use super::reading::{Group, groups};
use super::{list, pick, said};
use crate::access;
use crate::library::{self, Kept};

#[derive(Template)]
#[template(path = "rules/show.html")]
pub(super) struct Page {
    pub shell: Shell,
    pub crumbs: Crumbs,
    pub code: String,
    pub title: String,
    pub title_lang: &'static str,
    pub status: Light,
    pub examples: Light,
    pub out_of_force: String,
    pub in_force: String,
    /// What the front matter says: label, value and whether the value is the pack's own words.
    pub front: Vec<(String, String, bool)>,
    pub hash: String,
    pub outputs: Vec<Named>,
    pub facts: Vec<Fact>,
    pub groups: Vec<Group>,
    /// The reader may see what it says of all enterprises.
    pub county: bool,
}

pub(super) struct Named {
    pub name: String,
    pub code: String,
    /// `数（元）`.
    pub kind: String,
}

pub(super) struct Fact {
    pub name: String,
    pub code: String,
    pub unit: String,
    pub source: String,
    pub changeable: bool,
    pub unpublished: bool,
}

pub(super) async fn show(by: SignedIn, Path(code): Path<String>) -> PageResult {
    let kept = find(&by, &code)?;
    let county = pick::sees_county(&mut by.state.db.read().await?, &by.actor).await?;
    html(&Page { county, ..page(&by.shell(), kept, local_date(by.now)) })
}

/// GET /rules/{code}/markdown
pub(super) async fn markdown(by: SignedIn, Path(code): Path<String>) -> PageResult {
    let kept = find(&by, &code)?;
    let file = disposition("attachment", kept.shipped.file);
    let headers = [(CONTENT_TYPE, "text/markdown; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, file)];
    Ok((headers, kept.shipped.text).into_response())
}

/// The pack with this name, for those who may read packs.
pub(super) fn find(by: &SignedIn, code: &str) -> kernel::Result<&'static Kept> {
    authorize(&by.actor, &access::READ, &Subject::default())?;
    library::find(code).ok_or_else(|| Error::not_found("rule-pack"))
}

pub(super) fn page(shell: &Shell, kept: &Kept, today: NaiveDate) -> Page {
    let (w, pack) = (&shell.w, &kept.pack);
    let on = pack.nearest_day(today);
    let (title, title_lang) = said::title(w, pack);
    let program = kept.program(on).ok();
    let outcome = kept.examples(today).ok();
    Page {
        crumbs: Crumbs::new(w, vec![Link::new("/rules", w.t("nav-rules"))], kept.shipped.code),
        code: kept.shipped.code.to_owned(),
        title,
        title_lang,
        status: said::status(w, pack.status),
        examples: list::examples(shell, kept, today),
        out_of_force: said::out_of_force(w, pack, today),
        in_force: said::in_force(w, pack),
        front: front(shell, kept),
        hash: pack.hash.clone(),
        outputs: program.as_deref().map(|program| outputs(shell, program)).unwrap_or_default(),
        facts: program.as_deref().map(|program| facts(shell, program)).unwrap_or_default(),
        groups: groups(w, pack, outcome.as_deref(), on),
        county: false,
        shell: shell.clone(),
    }
}

// words: rules-front-*
fn front(shell: &Shell, kept: &Kept) -> Vec<(String, String, bool)> {
    let (w, pack) = (&shell.w, &kept.pack);
    let units: Vec<_> = pack.units.iter().map(|(fact, unit)| format!("{} {}", fact.text, unit.text)).collect();
    let written = |text: &Option<rulepack::pack::Written>| text.as_ref().map(|t| t.text.clone()).unwrap_or_default();
    [
        ("document", written(&pack.document), true),
        ("issuer", written(&pack.issuer), true),
        ("in-force", said::in_force(w, pack), false),
        ("level", said::level(w, pack.level), false),
        ("applies", written(&pack.applies), true),
        ("not-applicable", written(&pack.not_applicable), true),
        ("units", units.join(if shell.is_zh() { "，" } else { ", " }), true),
        ("source", written(&pack.source), true),
    ]
    .into_iter()
    .filter(|(_, text, _)| !text.is_empty())
    .map(|(key, text, own)| (w.t(&format!("rules-front-{key}")).into_owned(), text, own))
    .collect()
}

// words: rules-type-*
fn outputs(shell: &Shell, program: &Program) -> Vec<Named> {
    let w = &shell.w;
    let lang = said::lang(w);
    let kind = |shown: &Shown| match shown {
        Shown::Number { unit, .. } => match rulepack::show::unit_name(unit, lang) {
            "" => w.t("rules-type-number").into_owned(),
            unit => w.f("rules-type-quantity", &[("unit", &unit)]),
        },
        Shown::Boolean => w.t("rules-type-boolean").into_owned(),
        Shown::Text(_) => w.t("rules-type-text").into_owned(),
        Shown::Date => w.t("rules-type-date").into_owned(),
        Shown::Other => String::new(),
    };
    let outputs = program.packs.iter().flat_map(|pack| &pack.outputs);
    outputs
        .map(|output| Named { name: text(&output.name, shell), code: output.code.clone(), kind: kind(&output.shown) })
        .collect()
}

fn facts(shell: &Shell, program: &Program) -> Vec<Fact> {
    let lang = said::lang(&shell.w);
    let fact = |info: &FactInfo| match info {
        FactInfo::Fact(fact) => Fact {
            name: text(&info.name(), shell),
            code: fact.code.clone(),
            unit: rulepack::show::unit_name(&fact.shown, lang).to_owned(),
            source: if shell.is_zh() || fact.source_en.is_empty() { &fact.source } else { &fact.source_en }.clone(),
            changeable: fact.changeable,
            unpublished: false,
        },
        FactInfo::Unpublished(parameter) => Fact {
            name: text(&info.name(), shell),
            code: parameter.code.clone(),
            unit: parameter
                .unit
                .as_ref()
                .map(|unit| rulepack::show::unit_name(unit, lang).to_owned())
                .unwrap_or_default(),
            source: String::new(),
            changeable: false,
            unpublished: true,
        },
    };
    program.facts.iter().map(fact).collect()
}

fn text(words: &Both, shell: &Shell) -> String {
    words.text(said::lang(&shell.w)).to_owned()
}
