//! GET /rules/{code}/try: a pack on a case. The address holds the whole case, so that it can be shared and kept.

use askama::Template;
use axum::extract::Path;
use chrono::NaiveDate;
use identity::authorize;
use kernel::local_date;
use registry::Scale;
use rulepack::diagnostic::Diagnostic;
use rulepack::explain::explain;
use web::components::{Crumbs, ErrorSummary, Field, Link};
use web::href::Href;
use web::{PageResult, Shell, SignedIn, html};

use super::answer::Answered;
use super::fields::{Known, Part, ask};
use super::{said, show};
use crate::library::Kept;

#[derive(Template)]
#[template(path = "rules/try.html")]
pub(super) struct Page {
    pub shell: Shell,
    pub crumbs: Crumbs,
    pub code: String,
    pub title: String,
    pub title_lang: &'static str,
    pub hash: String,
    pub day: String,
    pub out_of_force: String,
    pub on: Field,
    pub enterprise: Option<Known>,
    pub parts: Vec<Part>,
    pub summary: ErrorSummary,
    /// Ranks and means need the whole set.
    pub alone: bool,
    pub answered: Option<Answered>,
    /// Why the pack cannot be run at all.
    pub faults: Vec<String>,
}

pub(super) async fn show(by: SignedIn, Path(code): Path<String>) -> PageResult {
    let kept = show::find(&by, &code)?;
    let here = Href::parse(&by.here);
    let known = match here.get("enterprise").filter(|code| !code.is_empty()) {
        Some(code) => known(&by, code).await?,
        None => None,
    };
    html(&page(&by.shell(), kept, &here, known, local_date(by.now)))
}

/// What the register knows of an enterprise the reader may see; none if there is no such one.
async fn known(by: &SignedIn, code: &str) -> kernel::Result<Option<Known>> {
    let mut conn = by.state.db.read().await?;
    let Some(found) = registry::store::find_by_code(&mut conn, code).await? else { return Ok(None) };
    let subject = registry::store::subject(&mut conn, found.id).await?;
    authorize(&by.actor, &registry::access::READ, &subject)?;
    let facts = &found.facts;
    let mut values = vec![("credit_code", facts.credit_code.as_str().to_owned())];
    values.extend(facts.industry.map(|industry| ("industry", industry.as_str().to_owned())));
    values.extend(facts.staff.map(|staff| ("employees", staff.to_string())));
    values.extend(match facts.scale {
        Scale::Above => Some(("above_scale", "true".to_owned())),
        Scale::Below => Some(("above_scale", "false".to_owned())),
        _ => None,
    });
    let as_of = local_date(found.updated_at).to_string();
    Ok(Some(Known { code: facts.credit_code.as_str().to_owned(), name: facts.name.clone(), values, as_of }))
}

pub(super) fn page(shell: &Shell, kept: &Kept, here: &Href, known: Option<Known>, today: NaiveDate) -> Page {
    let (w, pack) = (&shell.w, &kept.pack);
    let (title, title_lang) = said::title(w, pack);
    let usual = pack.nearest_day(today);
    let typed = here.get("on").map(str::trim).filter(|text| !text.is_empty());
    let day = typed.map_or(Some(usual), rulepack::case::read_date);
    let on = Field::input("date", "on", w.t("rules-on"))
        .value(typed.map_or_else(|| usual.to_string(), str::to_owned))
        .hint(w.t("rules-on-hint"))
        .error(day.is_none().then(|| w.t("rules-on-wrong")));
    let day = day.unwrap_or(usual);
    let mut page = Page {
        crumbs: Crumbs::new(
            w,
            vec![Link::new("/rules", w.t("nav-rules")), Link::new(format!("/rules/{}", kept.shipped.code), &*title)],
            w.t("rules-try"),
        ),
        code: kept.shipped.code.to_owned(),
        title,
        title_lang,
        hash: pack.hash.chars().take(12).collect(),
        day: w.date(day),
        out_of_force: said::out_of_force(w, pack, day),
        on,
        enterprise: known,
        parts: Vec::new(),
        summary: ErrorSummary::default(),
        alone: false,
        answered: None,
        faults: Vec::new(),
        shell: shell.clone(),
    };
    match kept.program(day) {
        Ok(program) => {
            let asked = ask(w, &program, pack, here, page.enterprise.as_ref());
            page.alone = program.roots().iter().any(|root| program.dag.node(*root).stage > 0);
            let sound = asked.sound && page.on.error.is_empty();
            if sound && (asked.given > 0 || typed.is_some()) {
                let explained = explain(&program, 0, &asked.case, said::lang(w));
                page.answered = explained.map(|explained| Answered::new(w, here, explained));
            }
            page.parts = asked.parts;
        }
        Err(faults) => page.faults = faults.iter().map(|fault: &Diagnostic| fault.text(said::lang(w))).collect(),
    }
    page.summary = ErrorSummary::of(w, std::iter::once(&page.on).chain(page.parts.iter().flat_map(|p| &p.fields)));
    page
}
