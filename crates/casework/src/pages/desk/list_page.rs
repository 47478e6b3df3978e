//! /requests: every need the reader may see, narrowed by any filter a figure can link to; exported as it is shown.

use askama::Template;
use axum::Extension;
use web::components::{Choice, Empty, Field, FilterPanel, Link, Pager, TableHead};
use web::href::Href;
use web::{PageResult, Shell, SignedIn, Words, html, redirect};

use super::case_tables::counted;
use super::export;
use super::filters::{self, Facets};
use super::inbox::{PAGE, head, shown};
use super::need::COUNTED;
use super::parts::ListRow;
use super::units::Units;
use crate::access;
use crate::engine::Casework;
use crate::filter::FilterQuery;
use crate::store;
use crate::store::list::{After, NeedRow, Order};

#[derive(Template)]
#[template(path = "desk/requests.html")]
struct Page {
    shell: Shell,
    count: String,
    filters: FilterPanel,
    chips: Vec<Link>,
    clear: Option<String>,
    orders: Vec<(Link, bool)>,
    /// Parameters the search form keeps.
    kept: Vec<(String, String)>,
    fields: Vec<Field>,
    head: TableHead,
    rows: Vec<ListRow>,
    pager: Pager,
    first: Option<Link>,
    empty: Empty,
    export: Option<(String, String)>,
    may_raise: bool,
}

/// Cuts rows to a page; the key of the next one if there is more.
pub fn cut(rows: &mut Vec<NeedRow>, page: usize, order: Order) -> Option<After> {
    if rows.len() <= page {
        return None;
    }
    rows.truncate(page);
    let last = rows.last()?;
    Some(After { due: last.due_at.filter(|_| order == Order::Due), serial: last.serial })
}

pub async fn show(by: SignedIn, Extension(casework): Extension<Casework>) -> PageResult {
    // An enterprise has a page of its own, which says only what concerns it.
    if by.actor.grants.iter().all(|grant| grant.role == identity::Role::Enterprise) {
        return Ok(redirect("/my"));
    }
    let w = &by.words;
    let here = Href::parse(&by.here);
    let mut query = FilterQuery::parse(&by.here);
    if here.get("order").is_none() && !filters::is_open(&query.filter) {
        // Among closed ones the due date says nothing, and the newest are found without sorting all of them.
        query.order = Order::Newest;
    }
    let reached = identity::reached(&by.actor, &access::READ);
    let mut conn = by.state.db.read().await?;
    let settings = casework.settings(&mut conn).await?;
    let at = settings.moment(filters::minute(by.now));
    let units = Units::load(&mut conn).await?;
    let chips = filters::chips(w, &settings, &units, &query, "/requests");
    if here.get("export") == Some("xlsx") {
        return Ok(export::answer(&mut conn, &by, &reached, &settings, &query, at, &chips).await?);
    }
    let facets = Facets::load(&casework, &mut conn, &reached, &query.filter, at).await?;
    let open_only = filters::is_open(&query.filter).then_some(&facets);
    let n = filters::total(&mut conn, &reached, open_only, &query.filter, at).await?;
    let mut rows =
        store::list::list(&mut conn, &reached, &query.filter, at, query.order, query.after.as_ref(), PAGE + 1).await?;
    drop(conn);
    let next = cut(&mut rows, PAGE, query.order);
    let after = next.map(|after| FilterQuery { after: Some(after), ..query.clone() }.at("/requests"));
    // Counts in the panel are of open needs, so a choice there narrows to them.
    let list = here.without(&["export", "open_row"]);
    let panel_base = if open_only.is_some() { list.clone() } else { list.with("open", "yes") };
    let mut shell = by.shell();
    shell.search = Some(query.filter.text.clone());
    html(&Page {
        count: w.f("desk-count", &[("n", &counted(n, COUNTED))]),
        filters: filters::panel(w, &settings, &panel_base.without(&["after"]), &facets),
        clear: (chips.len() > 1).then(|| "/requests".to_owned()),
        orders: orders(w, &query),
        kept: list.pairs().iter().filter(|(key, _)| !OWN.contains(&key.as_str())).cloned().collect(),
        fields: fields(w, &units, &list),
        head: head(w, &list),
        rows: rows
            .iter()
            .map(|row| ListRow::new(w, &settings, row, at, format!("/requests/{}", row.number), false))
            .collect(),
        pager: Pager::new(w, &list, None, after.as_ref().and_then(|href| href.get("after")), shown(w, n, rows.len())),
        first: query.after.is_some().then(|| Link::new(list.without(&["after"]), w.t("desk-first-page"))),
        empty: Empty::new(
            w.t("desk-none-title"),
            w.t("desk-none-text"),
            Some(Link::new("/requests", w.t("clear-filters"))),
        ),
        export: (n > 0).then(|| {
            let text = w.f("desk-export", &[("n", &counted(n, COUNTED))]);
            (list.without(&["after"]).with("export", "xlsx").to_string(), text)
        }),
        may_raise: !identity::reached(&by.actor, &access::CREATE).is_nothing(),
        chips,
        shell,
    })
}

/// Parameters the search form sets itself.
const OWN: [&str; 6] = ["q", "lead", "submitted_from", "submitted_to", "after", "export"];

fn fields(w: &Words, units: &Units, here: &Href) -> Vec<Field> {
    let now = |key: &str| here.get(key).unwrap_or("").to_owned();
    let mut leads = units.choices(w, None, &[now("lead")]);
    leads.insert(0, Choice::new("", w.t("desk-any"), now("lead").is_empty()));
    vec![
        Field::input("search", "q", w.t("desk-search-words")).value(now("q")).maxlength(100),
        Field::select("lead", w.t("desk-col-lead"), leads),
        Field::input("date", "submitted_from", w.t("desk-chip-submitted-from")).value(now("submitted_from")),
        Field::input("date", "submitted_to", w.t("desk-chip-submitted-to")).value(now("submitted_to")),
    ]
}

/// words: desk-order-*
fn orders(w: &Words, query: &FilterQuery) -> Vec<(Link, bool)> {
    let all = [(Order::Due, "due"), (Order::Newest, "newest"), (Order::Oldest, "oldest")];
    let link = |(order, name): (Order, &str)| {
        let href = FilterQuery { order, after: None, ..query.clone() }.at("/requests");
        (Link::new(href, w.t(&format!("desk-order-{name}"))), query.order == order)
    };
    all.map(link).into()
}
