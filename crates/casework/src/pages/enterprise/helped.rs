//! /helped: the enterprises somebody is the named helper of, worst first; /helped/CODE: one of them.

use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use identity::reached;
use kernel::{Error, Result, name_key};
use serde::Deserialize;
use web::components::{Empty, Light as Pill, LightState, Link};
use web::export::{Cell, Kind, Sheet, SheetColumn, XLSX};
use web::href::{Href, encode};
use web::{PageResult, Shell, SignedIn, Words, html};

use super::my::Card;
use super::standing::Standing;
use crate::access;
use crate::engine::Casework;
use crate::settings::Settings;
use crate::state::State;
use crate::store::enterprise_side::{self, Brief, Helped};
use crate::store::list::{self, Light, Moment, NeedFilter, NeedRow, Order};

/// Enterprises on one page.
const PAGE: usize = 50;
/// Open problems read for all of them together.
const OPEN: usize = 2000;
const DONE: usize = 50;

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
    worst: Option<Light>,
    waits_for_enterprise: bool,
}

/// How bad a light is; the worst is sorted first.
fn rank(light: Option<Light>) -> u8 {
    match light {
        Some(Light::Late) => 0,
        Some(Light::DueSoon) => 1,
        Some(Light::Waiting) => 2,
        Some(Light::OnTime | Light::Done) => 3,
        None => 4,
    }
}

/// Joins enterprises with their problems and narrows and sorts them.
fn rows(helped: Vec<Helped>, open: Vec<NeedRow>, at: Moment, asked: &Asked) -> Vec<Row> {
    let mut all: Vec<Row> = helped
        .into_iter()
        .map(|own| Row {
            brief: own.brief,
            last: own.last_event_at,
            open: Vec::new(),
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
        row.open.sort_by_key(|need| rank(Some(need.light(at))));
        row.worst = row.open.first().map(|need| need.light(at));
        let theirs = [State::Waiting.as_str(), State::Answered.as_str()];
        row.waits_for_enterprise = row.open.iter().any(|need| theirs.contains(&need.state.as_str()));
    }
    let q = name_key(&asked.q);
    all.retain(|row| {
        let found = q.is_empty()
            || name_key(&row.brief.name).contains(&q)
            || name_key(&row.brief.short_name).contains(&q)
            || row.brief.code.to_lowercase().contains(&q);
        let shown = match asked.show.as_str() {
            "open" => !row.open.is_empty(),
            "late" => row.worst == Some(Light::Late),
            "enterprise" => row.waits_for_enterprise,
            "quiet" => row.open.is_empty(),
            _ => true,
        };
        found && shown
    });
    all.sort_by(|a, b| {
        rank(a.worst)
            .cmp(&rank(b.worst))
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
    phone: String,
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
    let standing = first.map(Standing::of_row);
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
            w.f("enterprise-helped-line", &[("title", &need.title), ("says", &own.sentence(w, at))])
        }),
        more: if row.open.len() > 1 {
            w.f("enterprise-helped-more", &[("n", &(row.open.len() - 1))])
        } else {
            String::new()
        },
        last: last_text(w, row.last),
        contact: row.brief.contact_name.clone(),
        phone: row.brief.contact_phone.clone(),
        raise: format!("/raise?e={}", encode(&row.brief.code)),
    }
}

fn last_text(w: &Words, last: Option<DateTime<Utc>>) -> String {
    match last {
        Some(at) => w.f("enterprise-helped-last", &[("when", &w.date(kernel::local_date(at)))]),
        None => w.t("enterprise-helped-never").into_owned(),
    }
}

async fn read(
    casework: &Casework,
    by: &SignedIn,
) -> Result<(std::sync::Arc<Settings>, Moment, Vec<Helped>, Vec<NeedRow>)> {
    let person = by.actor.person.filter(|_| by.actor.has(identity::Role::Helper));
    let person = person.ok_or_else(|| Error::forbidden("not-allowed"))?;
    let mut conn = by.state.db.read().await?;
    let settings = casework.settings(&mut conn).await?;
    let at = settings.moment(by.now);
    let helped = enterprise_side::helped(&mut conn, person).await?;
    // Only what is reached as a helper: somebody may hold other roles as well.
    let reach = identity::Reached { helper: reached(&by.actor, &access::READ).helper, ..identity::Reached::default() };
    let filter = NeedFilter { open: Some(true), ..NeedFilter::default() };
    let open = list::list(&mut conn, &reach, &filter, at, Order::Due, None, OPEN).await?;
    Ok((settings, at, helped, open))
}

pub(super) async fn show(
    Extension(casework): Extension<Casework>,
    by: SignedIn,
    Query(asked): Query<Asked>,
) -> PageResult {
    let (settings, at, helped, open) = read(&casework, &by).await?;
    let all = helped.len();
    let rows = rows(helped, open, at, &asked);
    if asked.export == "xlsx" {
        return export(&by, &settings, at, &rows);
    }
    let w = &by.words;
    let begin = rows.iter().position(|row| row.brief.code == asked.after).map_or(0, |place| place + 1);
    let shown: Vec<_> = rows.iter().skip(begin).take(PAGE).collect();
    let here = Href::parse(&by.here).without(&["after", "export"]);
    let next = shown.last().filter(|_| rows.len() > begin + shown.len());
    let next = next.map_or_else(String::new, |row| here.with("after", &row.brief.code).to_string());
    let filters = ["", "open", "late", "enterprise", "quiet"].map(|show| {
        // words: enterprise-helped-show-*
        let word = w.t(&format!("enterprise-helped-show-{}", if show.is_empty() { "all" } else { show })).into_owned();
        let to = if show.is_empty() { here.without(&["show"]) } else { here.with("show", show) };
        (Link::new(to, word), show == asked.show)
    });
    let empty = if all == 0 {
        Empty::new(w.t("enterprise-helped-empty"), w.t("enterprise-helped-empty-text"), None)
    } else {
        let back = Link::new("/helped", w.t("clear-filters"));
        Empty::new(w.t("enterprise-helped-nothing"), w.t("enterprise-helped-nothing-text"), Some(back))
    };
    html(&Page {
        fresh: w.f("enterprise-helped-fresh", &[("n", &rows.len()), ("all", &all)]),
        filters: filters.into(),
        cards: shown.into_iter().map(|row| card(w, &settings, at, row)).collect(),
        next,
        export: here.with("export", "xlsx").to_string(),
        empty,
        q: asked.q,
        show: asked.show,
        shell: by.shell(),
    })
}

fn export(by: &SignedIn, settings: &Settings, at: Moment, rows: &[Row]) -> PageResult {
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
            Cell::Text(card.phone),
        ]
    });
    let sheet = Sheet {
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
        rows: cells.collect(),
    };
    Ok(spreadsheet(sheet.write().map_err(Error::internal)?, "helped"))
}

fn spreadsheet(bytes: Vec<u8>, name: &str) -> Response {
    let mut response = bytes.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(XLSX));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}.xlsx\"")) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

#[derive(Template)]
#[template(path = "enterprise/helped_one.html")]
struct One {
    shell: Shell,
    brief: Brief,
    place: String,
    last: String,
    cards: Vec<Card>,
    done: Vec<Card>,
    raise: String,
    poster: String,
    empty: Empty,
}

pub(super) async fn one(
    Extension(casework): Extension<Casework>,
    by: SignedIn,
    Path(code): Path<String>,
) -> PageResult {
    let person = by.actor.person.ok_or_else(|| Error::not_found("enterprise"))?;
    let mut conn = by.state.db.read().await?;
    let helped = enterprise_side::helped(&mut conn, person).await?;
    let own = helped.into_iter().find(|own| own.brief.code == code).ok_or_else(|| Error::not_found("enterprise"))?;
    let settings = casework.settings(&mut conn).await?;
    let at = settings.moment(by.now);
    let reach = reached(&by.actor, &access::READ);
    let filter = |open| NeedFilter { open: Some(open), enterprise: Some(code.clone()), ..NeedFilter::default() };
    let open = list::list(&mut conn, &reach, &filter(true), at, Order::Due, None, OPEN).await?;
    let done = list::list(&mut conn, &reach, &filter(false), at, Order::Newest, None, DONE).await?;
    let w = &by.words;
    // The enterprise's own word is not the helper's to give.
    let cards = |rows: &[NeedRow]| {
        rows.iter().map(|row| Card { ask: false, ..Card::new(w, &settings, row, at, false) }).collect::<Vec<_>>()
    };
    let raise = format!("/raise?e={}", encode(&code));
    html(&One {
        place: own.brief.township.as_ref().map_or_else(String::new, |t| crate::pages::shared::name(w, t).to_owned()),
        last: last_text(w, own.last_event_at),
        cards: cards(&open),
        done: cards(&done),
        poster: format!("/posters/enterprise/{}", encode(&code)),
        empty: Empty::new(
            w.t("enterprise-helped-none"),
            w.t("enterprise-helped-none-text"),
            Some(Link::new(&raise, w.t("enterprise-helped-raise"))),
        ),
        raise,
        brief: own.brief,
        shell: by.shell(),
    })
}

#[cfg(test)]
pub(super) mod samples {
    use super::*;

    fn brief() -> Brief {
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
            phone: "13800000000".into(),
            raise: "/raise?e=1".into(),
        };
        Page {
            fresh: w.f("enterprise-helped-fresh", &[("n", &1), ("all", &2)]),
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

    /// One enterprise of a helper.
    pub(in super::super) fn one(shell: Shell, w: &Words, full: bool) -> impl Template {
        let cards = || if full { crate::pages::enterprise::my::samples::cards(w) } else { Vec::new() };
        One {
            brief: brief(),
            place: "起重工业园".into(),
            last: last_text(w, DateTime::from_timestamp(1_790_000_000, 0)),
            cards: cards(),
            done: cards(),
            raise: "/raise?e=1".into(),
            poster: "/posters/enterprise/1".into(),
            empty: Empty::new(w.t("enterprise-helped-none"), w.t("enterprise-helped-none-text"), None),
            shell,
        }
    }
}
