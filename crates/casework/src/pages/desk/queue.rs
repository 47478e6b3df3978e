//! /queue: what a department has to do, by deadline, with one thing to do in each row.

use askama::Template;
use axum::Extension;
use kernel::{Error, ErrorKind, UnitId};
use web::components::{Empty, Flash, FlashKind, Light as Pill, LightState, Link};
use web::href::Href;
use web::{PageResult, PostedBy, Shell, SignedIn, Words, describe, html, redirect_saying, shown_again};

use super::case_tables::role;
use super::parts::place;
use super::units::Units;
use crate::access;
use crate::command::{Command, Order};
use crate::engine::Casework;
use crate::filter;
use crate::pages::shared::{self, Due};
use crate::settings::Settings;
use crate::store::case::load;
use crate::store::desk::{Part, parts};
use crate::store::list::{Light, Moment, NeedFilter};

/// More open parts than this no unit can work on; the list says so.
const MOST: usize = 500;
const TABS: [&str; 4] = ["unsigned", "working", "waiting", "late"];

#[derive(Template)]
#[template(path = "desk/queue.html")]
struct Page {
    shell: Shell,
    counts: String,
    tabs: Vec<(Link, bool)>,
    rows: Vec<Row>,
    empty: Empty,
    here: String,
    any_unsigned: bool,
    whole: Vec<Link>,
    units: String,
}

struct Row {
    number: String,
    value: String,
    title: String,
    place: String,
    light: Pill,
    due: String,
    tag: String,
    role: String,
    lead: String,
    state: String,
    unsigned: bool,
    next: Link,
}

pub async fn show(by: SignedIn, Extension(casework): Extension<Casework>) -> PageResult {
    html(&page(&by, &casework, None).await?)
}

/// Signs for one row (`one`) or all that are ticked (`row`).
pub async fn sign(Extension(casework): Extension<Casework>, PostedBy { by, fields }: PostedBy) -> PageResult {
    let w = &by.words;
    let wanted: Vec<&str> = match fields.get("one") {
        "" => fields.all("row").take(MOST).collect(),
        one => vec![one],
    };
    let mut conn = by.state.db.read().await?;
    let units = Units::load(&casework, &mut conn).await?;
    let all = parts(&mut conn, &mine(&by, &units)?, MOST).await?;
    let mut signing = Vec::new();
    for part in all.iter().filter(|part| part.state == "assigned" && wanted.contains(&part.number.as_str())) {
        let index = u16::try_from(part.idx).map_err(Error::internal)?;
        let kept = load(&mut conn, part.request).await?;
        let need = kept.as_ref().and_then(|kept| kept.case.need(index));
        let own = need.and_then(|need| need.active().find(|own| own.unit == part.unit)).map(|own| own.id);
        signing.extend(own.map(|id| (part, Order { need: Some(index), command: Command::Sign { assignment: id } })));
    }
    drop(conn);
    let (mut done, mut failed) = (0_i64, Vec::new());
    for (part, order) in signing {
        match casework.execute(&by.actor, part.request, None, vec![order], Vec::new()).await {
            Ok(_) => done += 1,
            Err(e) if matches!(e.kind, ErrorKind::Internal | ErrorKind::Unavailable) => return Err(e.into()),
            Err(e) => failed.push(format!("{}: {}", part.number, describe(w, &e))),
        }
    }
    let back = fields.get("back");
    let back = if back.starts_with("/queue") { back } else { "/queue" };
    if failed.is_empty() && done > 0 {
        return Ok(redirect_saying(back, "desk-done-sign"));
    }
    let text = if failed.is_empty() { w.t("desk-queue-none-ticked").into_owned() } else { failed.join(" ") };
    Ok(shown_again(html(&page(&by, &casework, Some(text)).await?)?))
}

/// Units the person acts for.
fn mine(by: &SignedIn, units: &Units) -> kernel::Result<Vec<UnitId>> {
    let reached = identity::reach(&by.actor, &access::ACT)?;
    Ok(reached.units.into_iter().filter(|id| units.get(*id).is_some()).collect())
}

async fn page(by: &SignedIn, casework: &Casework, problem: Option<String>) -> kernel::Result<Page> {
    let w = &by.words;
    let here = if by.here.starts_with("/queue/") { Href::parse("/queue") } else { Href::parse(&by.here) };
    let mut conn = by.state.db.read().await?;
    let settings = casework.settings(&mut conn).await?;
    let at = Moment { now: by.now };
    let units = Units::load(casework, &mut conn).await?;
    let own = mine(by, &units)?;
    let all = parts(&mut conn, &own, MOST).await?;
    drop(conn);
    let tab = here.get("show").filter(|tab| TABS.contains(tab));
    let fits = |part: &Part, tab: &str| match tab {
        "unsigned" => part.state == "assigned" && !part.paused,
        "working" => part.state != "assigned" && !part.paused,
        "waiting" => part.paused,
        _ => !part.paused && part.due_at.is_some_and(|due| due < at.now),
    };
    let count = |tab: &str| i64::try_from(all.iter().filter(|part| fits(part, tab)).count()).unwrap_or(0);
    // words: desk-tab-*
    let mut tabs = vec![(Link::new("/queue", w.f("desk-tab-all", &[("n", &all.len())])), tab.is_none())];
    tabs.extend(TABS.map(|name| {
        let text = w.f(&format!("desk-tab-{name}"), &[("n", &count(name))]);
        (Link::new(Href::parse("/queue").with("show", name), text), tab == Some(name))
    }));
    let rows: Vec<Row> = all
        .iter()
        .filter(|part| tab.is_none_or(|tab| fits(part, tab)))
        .map(|part| row(w, &settings, part, at))
        .collect();
    let mut shell = by.shell();
    shell.path = here.to_string();
    if let Some(text) = problem {
        shell.flash = Some(Flash::new(FlashKind::Error, text));
    }
    let whole = own.iter().filter_map(|id| units.get(*id)).map(|unit| {
        let filter = NeedFilter { open: Some(true), unit: Some(unit.code.clone()), ..NeedFilter::default() };
        Link::new(filter::href(filter), w.f("desk-queue-whole", &[("unit", &super::units::name(w, unit))]))
    });
    Ok(Page {
        counts: w
            .f("desk-queue-counts", &[("unsigned", &count("unsigned")), ("late", &count("late")), ("all", &all.len())]),
        units: own.iter().map(|id| units.name(w, *id)).collect::<Vec<_>>().join(" · "),
        tabs,
        any_unsigned: rows.iter().any(|row| row.unsigned),
        rows,
        empty: Empty::new(w.t("desk-queue-empty"), w.t("desk-queue-empty-text"), None),
        here: here.to_string(),
        whole: whole.collect(),
        shell,
    })
}

fn row(w: &Words, settings: &Settings, part: &Part, at: Moment) -> Row {
    let unsigned = part.state == "assigned" && !part.paused;
    let told = |at| Due { at, provisional: part.provisional };
    let light = match part.due_at {
        Some(_) if part.paused => Pill::new(LightState::Waiting, shared::state(w, "waiting")),
        Some(due) => shared::due_pill(w, settings, told(due), at, Light::running(part.due_at, part.soon_at, at)),
        None => Pill::new(LightState::Waiting, shared::state(w, &part.need_state)),
    };
    let deed = if part.paused { "resume" } else { "answer" };
    Row {
        number: part.number.clone(),
        value: part.number.clone(),
        title: part.title.clone(),
        place: place(w, &part.enterprise, part.township.as_ref()),
        light,
        due: part
            .due_at
            .filter(|_| !part.paused)
            .map(|due| shared::open_due_said(w, settings, told(due), w.datetime(due)))
            .unwrap_or_default(),
        tag: part.category.as_deref().map(|code| shared::category(w, settings, code)).unwrap_or_default(),
        role: role(w, &part.role),
        lead: part
            .lead
            .as_ref()
            .filter(|_| part.role == "co")
            .map_or_else(String::new, |lead| w.f("desk-led-by", &[("unit", &shared::name(w, lead))])),
        state: w
            .t(if unsigned {
                "desk-part-unsigned"
            } else if part.paused {
                "state-waiting"
            } else {
                "desk-part-working"
            })
            .into_owned(),
        unsigned,
        next: Link::new(format!("/requests/{}?do={deed}#do", part.number), w.t(&format!("desk-do-{deed}"))),
    }
}
