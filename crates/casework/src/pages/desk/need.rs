//! /requests/{number}: one need with its promise day by day, its history, its units, and what may be done now.

use askama::Template;
use axum::Extension;
use axum::extract::Path;
use web::components::{Crumbs, DayStrip, Light as Pill, Link, Phone, Timeline};
use web::href::Href;
use web::{PageResult, Shell, SignedIn, Words, html, redirect};

use super::deed::{CaseView, Deed};
use super::deed_form::{DeedForm, Typed, form};
use super::history::Teller;
use super::preview::seen_now;
use super::{case_tables, strip};
use crate::access;
use crate::clocks::{ClockView, clocks};
use crate::engine::Casework;
use crate::filter;
use crate::limits::ClockKind;
use crate::pages::shared;
use crate::store;
use crate::store::kind::{Kind, similar};
use crate::store::list::NeedFilter;

/// A list is counted up to here.
pub const COUNTED: i64 = 10_000;

#[derive(Template)]
#[template(path = "desk/need.html")]
struct Page {
    shell: Shell,
    crumbs: Crumbs,
    number: String,
    title: String,
    light: Pill,
    line: super::parts::EnterpriseLine,
    tags: Vec<String>,
    body: String,
    contact: (String, Phone),
    promise: String,
    strip: Result<DayStrip, String>,
    timeline: Timeline,
    shares: Vec<case_tables::Share>,
    next: String,
    /// Light and sentence of the enterprise's own page.
    seen: Option<(Pill, String)>,
    kin: Vec<Link>,
    same: Option<Same>,
    similar: Vec<super::parts::SimilarLine>,
    clocks: Vec<case_tables::ClockRow>,
    form: Option<DeedForm>,
    /// The other deeds as buttons of the title line; one of them primary.
    deeds: Vec<(Link, bool)>,
    outside: bool,
}

/// Needs of the same kind this year.
struct Same {
    n: Link,
    median: Option<i64>,
    reopened: Option<Link>,
}

pub async fn show(by: SignedIn, Extension(casework): Extension<Casework>, Path(number): Path<String>) -> PageResult {
    let upper = number.trim().to_uppercase();
    if upper != number {
        return Ok(redirect(&format!("/requests/{}", web::href::encode(&upper))));
    }
    // An enterprise has a page of its own for it.
    if by.actor.grants.iter().all(|grant| grant.role == identity::Role::Enterprise) {
        return Ok(redirect(&format!("/my/{}", web::href::encode(&number))));
    }
    let here = Href::parse(&by.here);
    page(&by, &casework, &number, &here, &Typed::default()).await
}

/// The page, with a form as it was typed where one is given.
pub async fn page(by: &SignedIn, casework: &Casework, number: &str, here: &Href, typed: &Typed<'_>) -> PageResult {
    let w = &by.words;
    let mut conn = by.state.db.read().await?;
    let view = CaseView::load(by, casework, &mut conn, number).await?;
    let reached = identity::reached(&by.actor, &access::READ);
    let category = view.row.category.as_deref();
    let (similar, same, earlier) = if view.outside {
        (Vec::new(), None, 0)
    } else {
        let kind = casework.kinds.load(&mut conn, &reached, category, view.at).await?;
        let similar = similar(&mut conn, &kind, &view.need.title, view.row.request, 3).await?;
        let own = NeedFilter { enterprise: Some(view.glance.credit_code.clone()), ..NeedFilter::default() };
        let earlier = store::list::count(&mut conn, &reached, &own, view.at, COUNTED).await? - 1;
        (similar, same_kind(w, &kind), earlier)
    };
    drop(conn);

    let all = clocks(&view.kept.case, view.need.index, view.settings.as_ref(), by.now);
    let shown = promise_clock(&all);
    let teller =
        Teller { w, units: &view.units, settings: &view.settings, case: &view.kept.case, outside: view.outside };
    let offered = view.offered();
    let wanted = here.get("do").and_then(Deed::parse).or_else(|| offered.first().copied());
    let base = Href::parse(&format!("/requests/{number}"));
    // A form that was sent and refused is shown again even if the deed is no longer offered: nothing typed is lost.
    let open = wanted.filter(|deed| offered.contains(deed) || typed.deed == Some(*deed));
    let form = open.map(|deed| form(by, &view, deed, typed, &base, &base.to_string()));
    let mut shell = by.shell();
    shell.path = here.to_string();
    let page = Page {
        crumbs: Crumbs::new(w, vec![Link::new("/requests", w.t("nav-requests"))], number),
        number: number.to_owned(),
        title: view.need.title.clone(),
        light: shared::pill(w, &view.settings, &view.row, view.at),
        line: super::parts::EnterpriseLine::new(w, &view.glance, number, earlier, view.sight_of_helpers()),
        tags: case_tables::tags(w, &view),
        body: view.kept.request.body.clone(),
        contact: view.contact(by),
        promise: match shown.and_then(|clock| clock.promise) {
            Some(promise) => w.f(
                if shown.is_some_and(|clock| clock.clock == ClockKind::Resolve) {
                    "desk-promise"
                } else {
                    "desk-promise-accept"
                },
                &[("limit", &strip::promised(w, promise))],
            ),
            None => w.t("desk-promise-none").into_owned(),
        },
        strip: match shown {
            Some(clock) => strip::strip(w, clock, view.settings.as_ref(), by.now),
            None => Err(w.t("desk-unknown-not-classified").into_owned()),
        },
        timeline: teller.timeline(&view.kept.events, view.need.index),
        shares: case_tables::shares(w, &view, &all),
        next: case_tables::next(w, &view),
        seen: seen_now(w, &view),
        kin: case_tables::kin(&view),
        same,
        similar: similar.iter().map(|one| super::parts::SimilarLine::new(w, one)).collect(),
        clocks: case_tables::rows(w, &view, &all),
        deeds: deeds(w, &offered, open, &base),
        form,
        outside: view.outside,
        shell,
    };
    html(&page)
}

/// The promise to the enterprise once there is one; before, the clock of the desk.
fn promise_clock<'a, 'c>(all: &'a [ClockView<'c>]) -> Option<&'a ClockView<'c>> {
    let last = |kind| all.iter().rev().find(move |clock| clock.clock == kind && !clock.dropped);
    last(ClockKind::Resolve)
        .filter(|clock| clock.promise.is_some())
        .or_else(|| last(ClockKind::Accept))
        .or_else(|| last(ClockKind::Assign))
}

fn deeds(w: &Words, offered: &[Deed], open: Option<Deed>, base: &Href) -> Vec<(Link, bool)> {
    // The first two and the remark; the rest stands below the form.
    let main = offered.iter().take(3);
    let link = |deed: &Deed| {
        let href = format!("{}#do", base.with("do", deed.as_str()));
        (Link::new(href, w.t(&format!("desk-do-{}", deed.as_str()))), open == Some(*deed))
    };
    main.rev().map(link).collect()
}

fn same_kind(w: &Words, kind: &Kind) -> Option<Same> {
    kind.filter.category.as_ref()?;
    let link =
        |filter: NeedFilter, n: i64| Link::new(filter::href(filter), w.f("desk-cases", &[("n", &n.min(COUNTED))]));
    let again = || NeedFilter { reopened: Some(true), ..kind.filter.clone() };
    Some(Same {
        n: link(kind.filter.clone(), kind.n),
        median: kind.median,
        reopened: (kind.reopened > 0).then(|| link(again(), kind.reopened)),
    })
}
