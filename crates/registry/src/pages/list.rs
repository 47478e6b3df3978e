//! GET /enterprises: who is there, narrowed by facets and words.

use std::collections::HashMap;

use askama::Template;
use identity::{allowed, reach};
use kernel::EnterpriseId;
use web::components::{Column, Empty, FilterGroup, FilterItem, FilterPanel, Link, Pager, TableHead};
use web::href::Href;
use web::{PageResult, Shell, SignedIn, Words, format, html};

use super::{export, said};
use crate::access;
use crate::enterprise::{Brief, Chain, Scale, Status};
use crate::keep::place;
use crate::store::{self, After, FacetRow, Filter};

const ROWS: usize = 50;
/// More townships than this are folded away until one is chosen.
const MOST_FACETS: usize = 40;

#[derive(Template)]
#[template(path = "enterprises/list.html")]
pub(super) struct Page {
    pub shell: Shell,
    pub query: String,
    /// Other parameters of the address, kept by the search form.
    pub kept: Vec<(String, String)>,
    pub filters: FilterPanel,
    pub head: TableHead,
    pub rows: Vec<Row>,
    pub pager: Pager,
    pub empty: Option<Empty>,
    pub total: i64,
    pub may_change: bool,
    pub may_import: bool,
    /// May open the list of posters for townships, which casework has.
    pub prints_posters: bool,
    pub export: String,
}

pub(super) struct Row {
    /// As its page's address has it.
    pub code: String,
    /// As it is shown: empty if nobody knows it.
    pub shown: String,
    pub name: String,
    pub short: String,
    pub township: String,
    pub chain: String,
    pub scale: String,
    pub staff: String,
    pub lead: String,
    pub closed: String,
}

/// The filter an address asks for. What cannot be read narrows nothing.
pub(super) fn filter_of(href: &Href) -> Filter {
    let one = |name: &str| href.get(name).map(str::trim).filter(|v| !v.is_empty()).map(str::to_owned);
    Filter {
        text: one("q").unwrap_or_default().chars().take(100).collect(),
        division: one("division"),
        township: one("township"),
        chain: one("chain"),
        scale: one("scale").and_then(|s| s.parse().ok()),
        industry: one("industry"),
        has_helper: match href.get("helper") {
            Some("yes") => Some(true),
            Some("no") => Some(false),
            _ => None,
        },
        status: match href.get("status") {
            Some("all") => None,
            Some(other) => other.parse().ok().or(Some(Status::Active)),
            None => Some(Status::Active),
        },
    }
}

pub(super) async fn show(by: SignedIn) -> PageResult {
    let here = Href::parse(&by.here);
    let filter = filter_of(&here);
    let reached = reach(&by.actor, &access::READ)?;
    let mut conn = by.state.db.read().await?;
    let county = place(&mut conn, None).await?;
    let keeps = allowed(&by.actor, &access::CHANGE, &county);
    let imports = allowed(&by.actor, &access::IMPORT, &county);
    if here.get("export") == Some("xlsx") {
        drop(conn);
        return Ok(export::answer(&by, &reached, &filter, keeps).await?);
    }
    let (after, before) = (here.get("after").and_then(After::parse), here.get("before").and_then(After::parse));
    let mut rows = match &before {
        Some(before) => store::list_before(&mut conn, &reached, &filter, before, ROWS + 1).await?,
        None => store::list(&mut conn, &reached, &filter, after.as_ref(), ROWS + 1).await?,
    };
    let more = rows.len() > ROWS;
    if more {
        if before.is_some() {
            rows.remove(0);
        } else {
            rows.truncate(ROWS);
        }
    }
    let earlier =
        rows.first().filter(|_| after.is_some() || (before.is_some() && more)).map(|r| After::from(r).write());
    let later = rows.last().filter(|_| before.is_some() || more).map(|r| After::from(r).write());
    // Facets of one kind are counted under the choices of the others, so they are read without any of the three.
    let wide = Filter { township: None, chain: None, scale: None, ..filter.clone() };
    let facets = store::facets(&mut conn, &reached, &wide).await?;
    let chains = store::list_chains(&mut conn).await?;
    let ids: Vec<EnterpriseId> = rows.iter().map(|row| row.id).collect();
    let leads = store::leads_of(&mut conn, &ids).await?;
    let prints_posters = by.actor.has(identity::Role::Desk);
    html(&page(
        &by.shell(),
        &here,
        &filter,
        &rows,
        &facets,
        &chains,
        &leads,
        (earlier, later),
        (keeps, imports, prints_posters),
    ))
}

#[allow(clippy::too_many_arguments, reason = "what the page shows, each read by one query")]
pub(super) fn page(
    shell: &Shell,
    here: &Href,
    filter: &Filter,
    rows: &[Brief],
    facets: &[FacetRow],
    chains: &[Chain],
    leads: &HashMap<EnterpriseId, String>,
    (earlier, later): (Option<String>, Option<String>),
    (may_change, may_import, prints_posters): (bool, bool, bool),
) -> Page {
    let w = &shell.w;
    let fits = |row: &FacetRow, skip: &str| {
        (skip == "township" || picked(filter.township.as_deref(), row.township.as_ref().map(|t| t.0.as_str())))
            && (skip == "chain" || picked(filter.chain.as_deref(), row.chain.as_deref()))
            && (skip == "scale" || filter.scale.is_none_or(|scale| scale == row.scale))
    };
    let total = facets.iter().filter(|row| fits(row, "")).map(|row| row.n).sum();
    let rows = rows.iter().map(|row| self::row(w, row, leads)).collect::<Vec<_>>();
    let column = |key: &str| Column::new(said::column(w, key));
    let columns = vec![
        column("name"),
        column("township"),
        column("chain").class("wide-only"),
        column("scale").class("fit"),
        column("staff").class("num"),
        Column::new(w.t("ent-lead")).class("fit"),
    ];
    let plain = here.without(&["after", "before", "export"]);
    Page {
        query: filter.text.clone(),
        kept: plain.pairs().iter().filter(|(key, _)| key != "q").cloned().collect(),
        filters: FilterPanel::new(w, here, groups(w, here, facets, chains, fits)),
        head: TableHead::new(w, here, "name", columns),
        empty: rows.is_empty().then(|| empty(w, filter, may_import)),
        pager: Pager::new(
            w,
            here,
            earlier.as_deref(),
            later.as_deref(),
            w.f("ent-total", &[("n", &format::number(total))]),
        ),
        export: plain.with("export", "xlsx").to_string(),
        rows,
        total,
        may_change,
        may_import,
        prints_posters,
        shell: shell.clone(),
    }
}

/// Whether a row has what was chosen; `none` chooses those that have nothing.
fn picked(chosen: Option<&str>, has: Option<&str>) -> bool {
    match chosen {
        None => true,
        Some("none") => has.is_none(),
        Some(code) => has == Some(code),
    }
}

fn row(w: &Words, row: &Brief, leads: &HashMap<EnterpriseId, String>) -> Row {
    Row {
        code: row.credit_code.clone(),
        shown: kernel::shown_code(&row.credit_code).to_owned(),
        name: row.name.clone(),
        short: if row.short_name == row.name { String::new() } else { row.short_name.clone() },
        township: said::township(w, row.township.as_ref()).to_owned(),
        chain: said::chain(w, row.chain.as_ref()).to_owned(),
        scale: if row.scale == Scale::Unknown { String::new() } else { said::scale(w, row.scale) },
        staff: row.staff.map(format::number).unwrap_or_default(),
        lead: leads.get(&row.id).cloned().unwrap_or_default(),
        closed: said::status_apart(w, row.status),
    }
}

fn groups(
    w: &Words,
    here: &Href,
    facets: &[FacetRow],
    chains: &[Chain],
    fits: impl Fn(&FacetRow, &str) -> bool,
) -> Vec<FilterGroup> {
    let mut townships: Vec<(String, String, i64)> = Vec::new();
    for row in facets.iter().filter(|row| fits(row, "township")) {
        let (code, name) = match &row.township {
            Some((code, zh, en)) => (code.clone(), said::one_of(w, zh, en).to_owned()),
            None => ("none".to_owned(), w.t("ent-none").into_owned()),
        };
        match townships.iter_mut().find(|t| t.0 == code) {
            Some(known) => known.2 += row.n,
            None => townships.push((code, name, row.n)),
        }
    }
    townships.sort_by_key(|t| std::cmp::Reverse(t.2));
    townships.truncate(MOST_FACETS);
    let sum = |skip: &str, wanted: &dyn Fn(&FacetRow) -> bool| -> i64 {
        facets.iter().filter(|row| fits(row, skip) && wanted(row)).map(|row| row.n).sum()
    };
    let mut chain_items: Vec<FilterItem> = chains
        .iter()
        .map(|c| {
            let n = sum("chain", &|row| row.chain.as_deref() == Some(&c.code));
            FilterItem::new(here, "chain", &c.code, said::one_of(w, &c.name, &c.name_en), Some(n))
        })
        .collect();
    let without = sum("chain", &|row| row.chain.is_none());
    if without > 0 || here.get("chain") == Some("none") {
        chain_items.push(FilterItem::new(here, "chain", "none", w.t("ent-none"), Some(without)));
    }
    let scale_items = Scale::ALL.into_iter().filter_map(|scale| {
        let n = sum("scale", &|row| row.scale == scale);
        (n > 0).then(|| FilterItem::new(here, "scale", scale.as_str(), said::scale(w, scale), Some(n)))
    });
    let group = |title: String, items: Vec<FilterItem>| FilterGroup { title, items, more: None };
    let mut groups = vec![
        group(said::column(w, "scale"), scale_items.collect()),
        group(
            w.t("ent-helped").into_owned(),
            vec![
                FilterItem::new(here, "helper", "yes", w.t("ent-with-helper"), None),
                FilterItem::new(here, "helper", "no", w.t("ent-without-helper"), None),
            ],
        ),
        group(
            said::column(w, "township"),
            townships
                .iter()
                .map(|(code, name, n)| FilterItem::new(here, "township", code, name.as_str(), Some(*n)))
                .collect(),
        ),
    ];
    if !chains.is_empty() {
        groups.push(group(said::column(w, "chain"), chain_items));
    }
    let apart = [Status::Closed, Status::Unchecked];
    let apart = apart.map(|status| FilterItem::new(here, "status", status.as_str(), said::status(w, status), None));
    groups.push(group(w.t("ent-status").into_owned(), apart.into()));
    groups
}

fn empty(w: &Words, filter: &Filter, may_import: bool) -> Empty {
    let narrowed = *filter != Filter { status: Some(Status::Active), ..Filter::default() };
    if narrowed {
        return Empty::new(
            w.t("ent-empty-found"),
            w.t("ent-empty-found-text"),
            Some(Link::new("/enterprises", w.t("clear-filters"))),
        );
    }
    let action = may_import.then(|| Link::new("/enterprises/import", w.t("ent-import")));
    Empty::new(w.t("ent-empty"), w.t("ent-empty-text"), action)
}
