//! /desk: what waits for the service desk, with filters on the left and the open row on the right.

use askama::Template;
use axum::Extension;
use kernel::{Error, Result};
use web::components::{Column, Empty, FilterPanel, Link, Pager, Phone, TableHead};
use web::href::Href;
use web::{PageResult, Shell, SignedIn, Words, html};

use super::case_tables::{counted, tags};
use super::deed::{CaseView, Deed};
use super::deed_form::{DeedForm, Typed, form};
use super::export;
use super::filters::{self, Facets};
use super::list_page::{Paged, orders};
use super::need::COUNTED;
use super::parts::{EnterpriseLine, ListRow, SimilarLine};
use super::units::Units;
use crate::access;
use crate::engine::Casework;
use crate::event::Event;
use crate::filter::FilterQuery;
use crate::pages::shared;
use crate::store;
use crate::store::kind::similar;
use crate::store::list::{Moment, NeedFilter};

/// Rows on one page.
pub const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "desk/inbox.html")]
struct Page {
    shell: Shell,
    counts: String,
    filters: FilterPanel,
    orders: Vec<(Link, bool)>,
    head: TableHead,
    rows: Vec<ListRow>,
    pager: Pager,
    empty: Empty,
    panel: Option<Panel>,
    export: Option<(String, String)>,
    copy: String,
    /// To the enterprises that the register does not have.
    unchecked: Option<Link>,
    chips: Vec<Link>,
    here: String,
}

/// The open row.
struct Panel {
    number: String,
    raised: String,
    title: String,
    body: String,
    line: EnterpriseLine,
    tags: Vec<String>,
    similar: Vec<SimilarLine>,
    /// For the call-back: what was answered, by whom, what the enterprise said of it, whom to call.
    answer: Option<Answered>,
    form: Option<DeedForm>,
    whole: String,
}

struct Answered {
    by: String,
    text: String,
    rating: String,
    phone: Phone,
    name: String,
}

pub async fn show(by: SignedIn, Extension(casework): Extension<Casework>) -> PageResult {
    page(&by, &casework, &Href::parse(&by.here), &Typed::default()).await
}

/// The page at an address of it, with a form as it was typed where one is given.
pub async fn page(by: &SignedIn, casework: &Casework, here: &Href, typed: &Typed<'_>) -> PageResult {
    let w = &by.words;
    // Nobody's inbox: only who handles requests has one.
    let reached = identity::reach(&by.actor, &access::HANDLE)?;
    let mut query = FilterQuery::parse(&here.to_string());
    // A plan is looked at again after the request was closed.
    if query.filter.states.is_empty() && query.filter.open.is_none() && !query.filter.review_due {
        query.filter.open = Some(true);
    }
    let mut conn = by.state.db.read().await?;
    let settings = casework.settings(&mut conn).await?;
    let at = Moment { now: filters::minute(by.now) };
    let units = Units::load(casework, &mut conn).await?;
    if here.get("export") == Some("xlsx") {
        let chips = filters::chips(w, &settings, &units, &query, "/desk");
        drop(conn);
        return Ok(export::answer(by, &reached, &settings, &query, at, &chips).await?);
    }
    let facets = Facets::load(casework, &mut conn, &reached, &query.filter, at).await?;
    let open_only = filters::is_open(&query.filter).then_some(&facets);
    let n = filters::total(&mut conn, &reached, open_only, &query.filter, at).await?;
    let due = NeedFilter { review_due: true, ..NeedFilter::default() };
    let reviews = store::list::count(&mut conn, &reached, &due, at, COUNTED).await?;
    let unchecked = super::waiting::count(&mut conn, &reached).await?;
    let paged = Paged::load(&mut conn, &reached, &query, at, &units).await?;
    let open = here.get("open");
    let panel = match open {
        Some(number) => panel(by, casework, &mut conn, number, here, typed).await?,
        None => None,
    };
    drop(conn);

    let base = here.without(&["do"]);
    let row = |row: &store::list::Line| {
        let open = open == Some(row.number.as_str());
        ListRow::new(w, &settings, row, at, base.with("open", &row.number).to_string(), open)
    };
    let count = |value: &str| {
        facets.count(|f| {
            *f = NeedFilter { states: vec![value.to_owned()], ..NeedFilter::default() };
        })
    };
    let waiting = w.f(
        "desk-counts",
        &[("accept", &count("submitted")), ("assign", &count("accepted")), ("call", &count("answered"))],
    );
    let list = here.without(&["open", "do", "export"]);
    let mut shell = by.shell();
    shell.path = here.to_string();
    shell.search = Some(query.filter.text.clone());
    html(&Page {
        unchecked: (unchecked > 0).then(|| Link::new("/desk/waiting", w.f("desk-waiting-n", &[("n", &unchecked)]))),
        counts: if query.filter.review_due { w.f("desk-count", &[("n", &counted(n, COUNTED))]) } else { waiting },
        filters: filters::panel(w, &settings, &list, &facets, Some(reviews)),
        orders: orders(w, query.order, &list),
        head: head(w, &list).selectable(w),
        rows: paged.rows.iter().map(row).collect(),
        pager: paged.ends.pager(w, &list, n),
        empty: Empty::new(
            w.t("desk-empty-title"),
            w.t("desk-empty-text"),
            Some(Link::new("/requests", w.t("desk-empty-all"))),
        ),
        export: (n > 0).then(|| {
            let text = w.f("desk-export", &[("n", &counted(n, COUNTED))]);
            (list.first_page().with("export", "xlsx").to_string(), text)
        }),
        copy: format!("{}{}", by.state.config.base_url, list.first_page()),
        chips: search_chip(w, &query.filter, &list),
        here: list.to_string(),
        panel,
        shell,
    })
}

fn search_chip(w: &Words, filter: &NeedFilter, list: &Href) -> Vec<Link> {
    let text = Some(&filter.text).filter(|text| !text.is_empty());
    text.map(|text| {
        Link::new(
            list.first_page().without(&["q"]),
            w.f("desk-chip", &[("name", &w.t("desk-chip-q").into_owned()), ("value", text)]),
        )
    })
    .into_iter()
    .collect()
}

/// Head of the list of needs.
pub fn head(w: &Words, here: &Href) -> TableHead {
    let columns = ["desk-col-light", "desk-col-number", "desk-col-what", "desk-col-kind", "desk-col-next"];
    // words: desk-col-*
    TableHead::new(w, here, "", columns.map(|key| Column::new(w.t(key))).into())
}

/// `本页 50 件，共 298 件`.
pub fn shown(w: &Words, total: i64, here: usize) -> String {
    w.f("desk-shown", &[("here", &here), ("total", &counted(total, COUNTED))])
}

async fn panel(
    by: &SignedIn,
    casework: &Casework,
    conn: &mut db::Conn,
    number: &str,
    here: &Href,
    typed: &Typed<'_>,
) -> Result<Option<Panel>> {
    let w = &by.words;
    let view = match CaseView::load(by, casework, conn, number).await {
        Ok(view) => view,
        // A link to a row that is gone still shows the list.
        Err(error) if error.kind == kernel::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err::<_, Error>(error),
    };
    let reached = identity::reached(&by.actor, &access::READ);
    let request = &view.kept.request;
    let kind = casework.kinds.load(conn, &reached, view.row.category.as_deref(), view.at).await?;
    let similar = similar(conn, &kind, &view.need.title, request.id, 1).await?;
    let own = NeedFilter { enterprise: Some(view.glance.credit_code.clone()), ..NeedFilter::default() };
    let earlier = store::list::count(conn, &reached, &own, view.at, COUNTED).await? - 1;
    let offered = view.offered();
    let wanted = here.get("do").and_then(Deed::parse).or_else(|| offered.first().copied());
    let deed = wanted.filter(|deed| offered.contains(deed) || typed.deed == Some(*deed));
    let back = here.without(&["open", "do", "export"]);
    let standing = here.without(&["do", "export"]);
    Ok(Some(Panel {
        raised: w.f(
            "desk-raised",
            &[
                ("at", &w.datetime(request.created_at)),
                ("source", &shared::source(w, &view.row.source)),
                ("who", &request.contact_name),
            ],
        ),
        number: number.to_owned(),
        title: view.need.title.clone(),
        body: request.body.clone(),
        line: EnterpriseLine::new(w, &view.glance, number, earlier, view.sight_of_helpers()),
        tags: tags(w, &view),
        similar: similar.iter().map(|one| SimilarLine::new(w, one)).collect(),
        answer: answered(by, &view),
        form: deed.map(|deed| form(by, &view, deed, typed, &standing, &back.to_string())),
        whole: format!("/requests/{number}"),
    }))
}

/// What is to be asked about on the telephone.
fn answered(by: &SignedIn, view: &CaseView) -> Option<Answered> {
    let w = &by.words;
    if view.need.state() != crate::state::State::Answered {
        return None;
    }
    let teller = super::history::Teller {
        w,
        units: &view.units,
        settings: &view.settings,
        case: &view.kept.case,
        outside: false,
    };
    let mine = || view.kept.events.iter().rev().filter(|event| event.need == Some(view.need.index));
    let last = mine().find(|event| matches!(event.event, Event::Answered { .. }))?;
    let rating = mine()
        .take_while(|event| event.seq > last.seq)
        .find(|event| matches!(event.event, Event::Rated { .. } | Event::RatingTakenBack))
        .map(|event| {
            let said = super::history::note(&event.event).filter(|text| !text.is_empty());
            let what = teller.what(event);
            said.map_or(what.clone(), |said| format!("{what}: {said}"))
        });
    let (name, phone) = view.contact(by);
    Some(Answered {
        by: format!("{} · {}", teller.who(&last.by), teller.what(last)),
        text: super::history::note(&last.event).unwrap_or_default().to_owned(),
        rating: rating.unwrap_or_else(|| w.t("desk-not-rated").into_owned()),
        phone,
        name,
    })
}
