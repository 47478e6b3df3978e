//! /helped: the enterprises somebody is the named helper of, worst first.

use askama::Template;
use axum::Extension;
use axum::extract::Query;
use chrono::{DateTime, Utc};
use identity::reached;
use kernel::{Error, RequestId, Result, name_key};
use serde::Deserialize;
use web::components::{Empty, Light as Pill, LightState, Link, Phone, Sight};
use web::export::{Cell, Export, Head, Kind, SheetColumn, Told};
use web::href::{Href, encode};
use web::{PageResult, Shell, SignedIn, Words, html};

use crate::access;
use crate::engine::Casework;
use crate::pages::standing::Standing;
use crate::settings::Settings;
use crate::state::State;
use crate::store::enterprise_side::{self, Brief, Helped};
use crate::store::list::{self, Light, Line, Moment, NeedFilter, NeedRow, Order};

/// Enterprises on one page.
const PAGE: usize = 50;
/// Open problems read for all of them together, the earliest due first: many times what one person can look after, read
/// at once because their order is that of the enterprises, not their own.
pub(super) const OPEN: usize = 2000;

#[derive(Deserialize)]
pub(super) struct Asked {
    /// `open`, `late`, `enterprise`, `quiet`; empty for all.
    #[serde(default)]
    show: String,
    #[serde(default)]
    q: String,
    /// Credit code of the last enterprise of the page before.
    #[serde(default)]
    after: String,
    #[serde(default)]
    export: String,
}

/// An enterprise with its open problems, the worst first.
struct Row {
    brief: Brief,
    last: Option<DateTime<Utc>>,
    open: Vec<NeedRow>,
    /// Whether the first of them is answered and rated.
    rated: bool,
    worst: Option<Light>,
    waits_for_enterprise: bool,
}

/// What is sorted by, the most urgent first: how bad the light is, then what is due first.
type Urgency = (u8, DateTime<Utc>);

/// An enterprise without an open problem stands last.
const QUIET: Urgency = (4, DateTime::<Utc>::MAX_UTC);

fn urgency(need: &Line, at: Moment) -> Urgency {
    let rank = match need.light(at) {
        Light::Late => 0,
        Light::DueSoon => 1,
        Light::Waiting => 2,
        Light::OnTime | Light::Done => 3,
    };
    (rank, need.due_at.unwrap_or(DateTime::<Utc>::MAX_UTC))
}

/// The ways to narrow the list, in the order of their buttons.
const SHOWS: [&str; 5] = ["", "open", "late", "enterprise", "quiet"];

impl Row {
    fn is(&self, show: &str) -> bool {
        match show {
            "open" => !self.open.is_empty(),
            "late" => self.worst == Some(Light::Late),
            "enterprise" => self.waits_for_enterprise,
            "quiet" => self.open.is_empty(),
            _ => true,
        }
    }
}

/// Joins enterprises with their problems, keeps those the words find and sorts them.
fn rows(read: Read, asked: &Asked) -> Vec<Row> {
    let Read { at, helped, open, rated, .. } = read;
    let mut all: Vec<Row> = helped
        .into_iter()
        .map(|own| Row {
            brief: own.brief,
            last: own.last_event_at,
            open: Vec::new(),
            rated: false,
            worst: None,
            waits_for_enterprise: false,
        })
        .collect();
    for need in open {
        if let Some(row) = all.iter_mut().find(|row| row.brief.id == need.enterprise) {
            row.open.push(need);
        }
    }
    for row in &mut all {
        row.open.sort_by_key(|need| urgency(need, at));
        row.worst = row.open.first().map(|need| need.light(at));
        let is_rated = |need: &NeedRow| rated.contains(&(need.request, need.idx));
        row.rated = row.open.first().is_some_and(is_rated);
        row.waits_for_enterprise = row.open.iter().any(|need| match State::parse(&need.state) {
            Some(State::Waiting) => true,
            Some(State::Answered) => !is_rated(need),
            _ => false,
        });
    }
    let q = name_key(&asked.q);
    all.retain(|row| {
        q.is_empty()
            || name_key(&row.brief.name).contains(&q)
            || name_key(&row.brief.short_name).contains(&q)
            || row.brief.code.to_lowercase().contains(&q)
    });
    all.sort_by(|a, b| {
        let first = |row: &Row| row.open.first().map(|need| urgency(need, at)).unwrap_or(QUIET);
        first(a)
            .cmp(&first(b))
            .then_with(|| a.brief.name.cmp(&b.brief.name))
            .then_with(|| a.brief.code.cmp(&b.brief.code))
    });
    all
}

/// An enterprise as a card.
struct HelpedCard {
    name: String,
    href: String,
    place: String,
    light: Pill,
    line: String,
    more: String,
    last: String,
    contact: String,
    phone: Phone,
    raise: String,
}

#[derive(Template)]
#[template(path = "enterprise/helped.html")]
struct Page {
    shell: Shell,
    fresh: String,
    q: String,
    show: String,
    filters: Vec<(Link, bool)>,
    cards: Vec<HelpedCard>,
    next: String,
    export: String,
    empty: Empty,
}

/// words: enterprise-helped-*
fn card(w: &Words, settings: &Settings, at: Moment, row: &Row) -> HelpedCard {
    let first = row.open.first();
    let standing = first.map(|need| Standing { theirs: true, rated: row.rated, ..Standing::of_row(need) });
    let place =
        row.brief.township.as_ref().map_or_else(String::new, |own| crate::pages::shared::name(w, own).to_owned());
    HelpedCard {
        name: row.brief.name.clone(),
        href: format!("/helped/{}", encode(&row.brief.code)),
        place,
        light: standing.as_ref().map_or_else(
            || Pill::new(LightState::Done, w.t("enterprise-helped-none")),
            |own| own.pill(w, settings, at),
        ),
        line: first.zip(standing.as_ref()).map_or_else(String::new, |(need, own)| {
            w.f("enterprise-helped-line", &[("title", &need.title), ("says", &own.sentence(w, settings, at))])
        }),
        more: if row.open.len() > 1 {
            w.f("enterprise-helped-more", &[("n", &(row.open.len() - 1))])
        } else {
            String::new()
        },
        last: last_text(w, row.last),
        contact: row.brief.contact_name.clone(),
        phone: phone(w, &row.brief),
        raise: format!("/raise?e={}", encode(&row.brief.code)),
    }
}

/// The number of an enterprise's contact, as its helper sees it.
pub(super) fn phone(w: &Words, brief: &Brief) -> Phone {
    let address = format!("/enterprises/{}/contact", encode(&brief.code));
    Phone::new(w, Sight::Button, &brief.contact_phone, &brief.contact_name, &address)
}

pub(super) fn last_text(w: &Words, last: Option<DateTime<Utc>>) -> String {
    match last {
        Some(at) => w.f("enterprise-helped-last", &[("when", &w.date(kernel::local_date(at)))]),
        None => w.t("enterprise-helped-never").into_owned(),
    }
}

/// What the list is made from.
struct Read {
    settings: std::sync::Arc<Settings>,
    at: Moment,
    helped: Vec<Helped>,
    open: Vec<NeedRow>,
    /// Which of the open ones are answered and rated: request and index.
    rated: Vec<(RequestId, i64)>,
}

async fn read(casework: &Casework, by: &SignedIn) -> Result<Read> {
    let person = by.actor.person.filter(|_| by.actor.has(identity::Role::Helper));
    let person = person.ok_or_else(|| Error::forbidden("not-allowed"))?;
    let mut conn = by.state.db.read().await?;
    let settings = casework.settings(&mut conn).await?;
    let at = Moment { now: by.now };
    let helped = enterprise_side::helped(&mut conn, person).await?;
    // Only what is reached as a helper: somebody may hold other roles as well.
    let reach = identity::Reached { helper: reached(&by.actor, &access::READ).helper, ..identity::Reached::default() };
    let filter = NeedFilter { open: Some(true), ..NeedFilter::default() };
    let open = list::list(&mut conn, &reach, &filter, at, Order::Due, None, OPEN).await?;
    let rated = enterprise_side::rated(&mut conn, &answered(&open)).await?;
    Ok(Read { settings, at, helped, open, rated })
}

/// The requests with an answered need among `rows`.
pub(super) fn answered(rows: &[NeedRow]) -> Vec<RequestId> {
    rows.iter().filter(|row| row.state == State::Answered.as_str()).map(|row| row.request).collect()
}

pub(super) async fn show(
    Extension(casework): Extension<Casework>,
    by: SignedIn,
    Query(asked): Query<Asked>,
) -> PageResult {
    let read = read(&casework, &by).await?;
    let (settings, at, all) = (read.settings.clone(), read.at, read.helped.len());
    let mut rows = rows(read, &asked);
    let counts = SHOWS.map(|show| rows.iter().filter(|row| row.is(show)).count());
    rows.retain(|row| row.is(&asked.show));
    if asked.export == "xlsx" {
        return export(&by, &settings, at, &rows).await;
    }
    let w = &by.words;
    let begin = rows.iter().position(|row| row.brief.code == asked.after).map_or(0, |place| place + 1);
    let shown: Vec<_> = rows.iter().skip(begin).take(PAGE).collect();
    let here = Href::parse(&by.here).without(&["after", "export"]);
    let next = shown.last().filter(|_| rows.len() > begin + shown.len());
    let next = next.map_or_else(String::new, |row| here.with("after", &row.brief.code).to_string());
    let filters = SHOWS.into_iter().zip(counts).map(|(show, n)| {
        // words: enterprise-helped-show-*
        let word = w.t(&format!("enterprise-helped-show-{}", if show.is_empty() { "all" } else { show }));
        let to = if show.is_empty() { here.without(&["show"]) } else { here.with("show", show) };
        (Link::new(to, format!("{word} {n}")), show == asked.show)
    });
    let empty = if all == 0 {
        Empty::new(w.t("enterprise-helped-empty"), w.t("enterprise-helped-empty-text"), None)
    } else {
        let back = Link::new("/helped", w.t("clear-filters"));
        Empty::new(w.t("enterprise-helped-nothing"), w.t("enterprise-helped-nothing-text"), Some(back))
    };
    html(&Page {
        fresh: if rows.len() == all {
            w.f("enterprise-helped-fresh", &[("n", &all)])
        } else {
            w.f("enterprise-helped-fresh-some", &[("n", &rows.len()), ("all", &all)])
        },
        filters: filters.collect(),
        cards: shown.into_iter().map(|row| card(w, &settings, at, row)).collect(),
        next,
        export: here.with("export", "xlsx").to_string(),
        empty,
        q: asked.q,
        show: asked.show,
        shell: by.shell(),
    })
}

/// A helper carries the list along on visits, so it has the numbers; the audit says so.
async fn export(by: &SignedIn, settings: &Settings, at: Moment, rows: &[Row]) -> PageResult {
    let w = &by.words;
    let column = |key: &str, width, kind| SheetColumn { title: w.t(key).into_owned(), width, kind };
    let cells = rows.iter().map(|row| {
        let card = card(w, settings, at, row);
        vec![
            Cell::Text(card.name),
            Cell::Text(row.brief.code.clone()),
            Cell::Text(card.place),
            Cell::Text(card.light.text),
            Cell::Number(row.open.len() as f64),
            Cell::Text(card.line),
            row.last.map_or(Cell::Empty, Cell::Instant),
            Cell::Text(card.contact),
            Cell::Text(row.brief.contact_phone.clone()),
        ]
    });
    let head = Head {
        title: w.t("enterprise-helped").into_owned(),
        subtitle: format!("{} · {}", w.full_datetime(by.now), w.f("enterprise-helped-rows", &[("n", &rows.len())])),
        columns: vec![
            column("enterprise-column-name", 30, Kind::Text),
            column("enterprise-column-code", 22, Kind::Text),
            column("enterprise-column-place", 14, Kind::Text),
            column("enterprise-column-light", 16, Kind::Text),
            column("enterprise-column-open", 10, Kind::Number),
            column("enterprise-column-waits", 50, Kind::Text),
            column("enterprise-column-last", 18, Kind::DateTime),
            column("enterprise-column-contact", 12, Kind::Text),
            column("enterprise-column-phone", 16, Kind::Text),
        ],
    };
    let file = format!("{}-{}.xlsx", w.t("enterprise-helped"), kernel::local_date(by.now));
    let told = Told { has_contacts: true, ..Told::new("enterprise", file) };
    Ok(Export::whole(by, told, head, cells.collect()).await?)
}

#[cfg(test)]
pub(super) mod samples {
    use super::*;

    pub(in super::super) fn brief() -> Brief {
        Brief {
            id: uuid::Uuid::from_u128(3).into(),
            code: "91410728MA3X12345X".into(),
            name: "恒达起重机械有限公司".into(),
            short_name: "恒达".into(),
            contact_name: "李强".into(),
            contact_phone: "13800000000".into(),
            township: None,
        }
    }

    /// A line of an open need.
    pub(in super::super) fn line() -> Line {
        Line {
            serial: 1,
            number: String::new(),
            title: String::new(),
            enterprise_name: String::new(),
            township: None,
            source: "web".into(),
            category: None,
            state: "in_progress".into(),
            open: true,
            act_next: "unit_answer".into(),
            act_unit: None,
            due_at: None,
            soon_at: None,
            co_due_at: None,
            resolve_on_time: None,
            paused: false,
            provisional: false,
            review_at: None,
        }
    }

    /// The list of enterprises, full or empty.
    pub(in super::super) fn page(shell: Shell, w: &Words, full: bool) -> impl Template {
        let card = HelpedCard {
            name: brief().name,
            href: "/helped/1".into(),
            place: "起重工业园".into(),
            light: Pill::new(LightState::Late, w.days_late(2)),
            line: "门口公交".into(),
            more: w.f("enterprise-helped-more", &[("n", &2)]),
            last: last_text(w, None),
            contact: "李强".into(),
            phone: phone(w, &brief()),
            raise: "/raise?e=1".into(),
        };
        Page {
            fresh: w.f("enterprise-helped-fresh-some", &[("n", &1), ("all", &2)]),
            q: "\"><b>".into(),
            show: "late".into(),
            filters: vec![(Link::new("/helped?show=late", w.t("enterprise-helped-show-late")), true)],
            cards: if full { vec![card] } else { Vec::new() },
            next: if full { "/helped?after=1".into() } else { String::new() },
            export: "/helped?export=xlsx".into(),
            empty: Empty::new(w.t("enterprise-helped-empty"), w.t("enterprise-helped-empty-text"), None),
            shell,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_urgent_stands_first() {
        let at = |text: &str| kernel::clock::parse_date_time_local(text).unwrap();
        let now = Moment { now: at("2026-12-01T01:30") };
        let need = |number: &str, soon: &str, due: Option<&str>| Line {
            number: number.to_owned(),
            soon_at: Some(at(soon)),
            due_at: due.map(at),
            ..samples::line()
        };
        let mut all = [
            need("tomorrow", "2026-12-01T00:00", Some("2026-12-02T17:30")),
            need("waits", "2026-12-01T00:00", None),
            need("long late", "2026-11-20T09:00", Some("2026-11-25T17:30")),
            need("today", "2026-11-30T09:00", Some("2026-12-01T17:30")),
            need("late", "2026-11-27T09:00", Some("2026-11-30T17:30")),
            need("in time", "2026-12-09T09:00", Some("2026-12-10T17:30")),
        ];
        all.sort_by_key(|need| urgency(need, now));
        let order: Vec<&str> = all.iter().map(|need| need.number.as_str()).collect();
        assert_eq!(order, ["long late", "late", "today", "tomorrow", "waits", "in time"]);
    }
}
