//! GET /rules: the packs that come with the program, and how well each is proved by its examples.

use askama::Template;
use chrono::NaiveDate;
use identity::{Subject, authorize};
use kernel::local_date;
use rulepack::pack::Pack;
use web::components::{Column, Light, LightState, TableHead};
use web::href::Href;
use web::{PageResult, Shell, SignedIn, html};

use super::{pick, said};
use crate::access;
use crate::library::{self, Kept};

#[derive(Template)]
#[template(path = "rules/list.html")]
pub(super) struct Page {
    pub shell: Shell,
    pub head: TableHead,
    pub rows: Vec<Row>,
    /// The enterprise the packs are to be tried on: credit code.
    pub enterprise: String,
}

pub(super) struct Row {
    pub href: String,
    pub title: String,
    pub title_lang: &'static str,
    pub document: String,
    pub issuer: String,
    pub in_force: String,
    pub out_of_force: String,
    pub level: String,
    pub status: Light,
    pub rules: usize,
    pub examples: Light,
}

pub(super) async fn show(by: SignedIn) -> PageResult {
    authorize(&by.actor, &access::READ, &Subject::default())?;
    let mut here = Href::parse(&by.here);
    // Who speaks for one enterprise comes to see what fits it.
    if here.get("enterprise").is_none()
        && let Some(own) = pick::own_code(&mut by.state.db.read().await?, &by.actor).await?
    {
        here = here.with("enterprise", &own);
    }
    html(&page(&by.shell(), &here, library::all(), local_date(by.now)))
}

pub(super) fn page(shell: &Shell, here: &Href, packs: &[Kept], today: NaiveDate) -> Page {
    let w = &shell.w;
    // words: rules-col-*
    let column = |key: &str| Column::new(w.t(key));
    let head = vec![
        column("rules-col-title"),
        column("rules-col-issuer").class("wide-only"),
        column("rules-col-in-force"),
        column("rules-col-level"),
        column("rules-col-status"),
        column("rules-col-rules").class("num wide-only"),
        column("rules-col-examples"),
    ];
    let enterprise = here.get("enterprise").unwrap_or_default().to_owned();
    Page {
        head: TableHead::new(w, here, "", head),
        rows: packs.iter().map(|kept| row(shell, kept, &enterprise, today)).collect(),
        enterprise,
        shell: shell.clone(),
    }
}

fn row(shell: &Shell, kept: &Kept, enterprise: &str, today: NaiveDate) -> Row {
    let (w, pack) = (&shell.w, &kept.pack);
    let (title, title_lang) = said::title(w, pack);
    let written = |text: &Option<rulepack::pack::Written>| text.as_ref().map(|t| t.text.clone()).unwrap_or_default();
    let page = Href::parse(&format!("/rules/{}", kept.shipped.code));
    let try_on = Href::parse(&format!("/rules/{}/try", kept.shipped.code)).with("enterprise", enterprise);
    Row {
        href: if enterprise.is_empty() { page } else { try_on }.to_string(),
        title,
        title_lang,
        document: written(&pack.document),
        issuer: written(&pack.issuer),
        in_force: said::in_force(w, pack),
        out_of_force: said::out_of_force(w, pack, today),
        level: said::level(w, pack.level),
        status: said::status(w, pack.status),
        rules: rules(pack),
        examples: examples(shell, kept, today),
    }
}

/// How many things with a name it decides or computes.
fn rules(pack: &Pack) -> usize {
    let items: usize = pack.scores.iter().map(|score| score.items.len()).sum();
    pack.definitions.len() + pack.tables.len() + pack.scales.len() + pack.amounts.len() + items + pack.classes.len()
}

/// How many examples pass, of how many.
pub(super) fn examples(shell: &Shell, kept: &Kept, today: NaiveDate) -> Light {
    let w = &shell.w;
    let Ok(outcome) = kept.examples(today) else { return Light::new(LightState::Late, w.t("rules-faulty")) };
    let (passed, all) = (outcome.passed(), outcome.rows.len());
    let state = match passed {
        0 if all == 0 => LightState::Waiting,
        n if n == all => LightState::OnTime,
        _ => LightState::Late,
    };
    Light::new(state, w.f("rules-examples-passed", &[("passed", &passed), ("all", &all)]))
}
