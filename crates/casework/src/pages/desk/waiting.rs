//! /desk/waiting: enterprises under whose name something was raised and which the register does not have; …/{code}: which one
//! it is, or its way into the register.

use askama::Template;
use axum::Extension;
use axum::extract::Path;
use identity::{Reached, reach, reached};
use kernel::{Error, ErrorKind, Result};
use registry::Status;
use registry::ask::{self, Seen};
use web::components::{Crumbs, Empty, Field, Link};
use web::href::{Href, encode};
use web::{
    Fields, PageResult, PostedTextBy, Shell, SignedIn, describe, describe_fields, format, html, redirect_saying,
    redirect_warning, shown_again,
};

use super::parts::place;
use crate::access;
use crate::engine::Casework;
use crate::pages::shared;
use crate::store::link::{Waiting, waiting};
use crate::store::list::{self, Moment, NeedFilter, Order};

/// So many are shown; a desk that has more has them worked off from the top.
const SHOWN: i64 = 100;
/// So many enterprises of the register are offered for one.
const OFFERED: usize = 12;

#[derive(Template)]
#[template(path = "desk/waiting.html")]
struct ListPage {
    shell: Shell,
    crumbs: Crumbs,
    rows: Vec<Row>,
    /// Said where not all are shown.
    more: Option<String>,
    empty: Empty,
}

struct Row {
    href: String,
    name: String,
    place: String,
    request: Link,
    title: String,
    n: String,
    since: String,
}

pub async fn show(by: SignedIn) -> PageResult {
    let own = reach(&by.actor, &access::HANDLE)?;
    let w = &by.words;
    let mut conn = by.state.db.read().await?;
    let n = count(&mut conn, &own).await?;
    let all = waiting(&mut conn, &own, SHOWN).await?;
    drop(conn);
    let row = |one: &Waiting| Row {
        href: href(&one.code),
        name: one.name.clone(),
        place: one.township.as_ref().map_or_else(String::new, |t| shared::name(w, t).to_owned()),
        request: Link::new(format!("/requests/{}", one.number), one.number.as_str()),
        title: one.title.clone(),
        n: format::number(one.requests),
        since: w.datetime(one.since),
    };
    html(&ListPage {
        crumbs: Crumbs::new(w, vec![Link::new("/desk", w.t("desk-title"))], w.t("desk-waiting")),
        rows: all.iter().map(row).collect(),
        more: (n > SHOWN).then(|| w.f("desk-waiting-more", &[("n", &n), ("shown", &SHOWN)])),
        empty: Empty::new(w.t("desk-waiting-none"), w.t("desk-waiting-none-text"), None),
        shell: by.shell(),
    })
}

/// How many there are within reach.
pub async fn count(conn: &mut db::Conn, reached: &Reached) -> Result<i64> {
    let filter = ask::Filter { status: Some(Status::Unchecked), ..ask::Filter::default() };
    ask::count(conn, reached, &filter).await
}

/// Where one of them is looked at.
pub fn href(code: &str) -> String {
    format!("/desk/waiting/{}", encode(code))
}

#[derive(Template)]
#[template(path = "desk/waiting_one.html")]
struct OnePage {
    shell: Shell,
    crumbs: Crumbs,
    code: String,
    name: String,
    place: String,
    requests: Vec<(Link, String)>,
    find: Field,
    found: Vec<Found>,
    wrong: String,
    problem: String,
    /// Whether the actor may enter enterprises there.
    registers: bool,
}

struct Found {
    code: String,
    name: String,
    place: String,
    chosen: bool,
}

pub async fn one(by: SignedIn, Path(code): Path<String>) -> PageResult {
    let here = Href::parse(&by.here);
    page(&by, &code, here.get("find").unwrap_or(""), &Fields::default(), &[], String::new()).await
}

/// The enterprise with this code that waits, within the actor's reach.
async fn noted(conn: &mut db::Conn, by: &SignedIn, code: &str) -> Result<Seen> {
    reach(&by.actor, &access::HANDLE)?;
    let found = ask::by_code(conn, &by.actor, code).await?;
    let is_noted = |found: &Seen| found.enterprise.facts.status == Status::Unchecked;
    let handles = |found: &Seen| identity::allowed(&by.actor, &access::HANDLE, &found.subject);
    found.filter(|found| is_noted(found) && handles(found)).ok_or_else(|| Error::not_found("enterprise"))
}

async fn page(
    by: &SignedIn,
    code: &str,
    find: &str,
    sent: &Fields,
    wrong: &[(String, String)],
    problem: String,
) -> PageResult {
    let w = &by.words;
    let mut conn = by.state.db.read().await?;
    let Seen { enterprise: firm, subject } = noted(&mut conn, by, code).await?;
    let own = reached(&by.actor, &registry::access::READ);
    let mut like = match find {
        "" => registry::unchecked::similar(&mut conn, &own, &firm.facts.name).await?,
        find => {
            let filter = ask::Filter { text: find.to_owned(), status: Some(Status::Active), ..ask::Filter::default() };
            ask::list(&mut conn, &own, &filter, None, OFFERED).await?
        }
    };
    let to = sent.get("to");
    if !to.is_empty()
        && !like.iter().any(|row| row.credit_code == to)
        && let Some(other) = ask::by_code(&mut conn, &by.actor, to).await?
    {
        like.extend(ask::brief(&mut conn, &by.actor, other.enterprise.id).await?);
    }
    let filter = NeedFilter { enterprise: Some(code.to_owned()), ..NeedFilter::default() };
    let reads = reached(&by.actor, &access::READ);
    let at = Moment { now: by.now };
    let rows = list::list(&mut conn, &reads, &filter, at, Order::Newest, None, OFFERED).await?;
    drop(conn);
    let mut shell = by.shell();
    shell.path = href(code);
    let township = |t: Option<&registry::Township>| t.map(|t| (t.name.clone(), t.name_en.clone()));
    html(&OnePage {
        crumbs: Crumbs::new(
            w,
            vec![Link::new("/desk", w.t("desk-title")), Link::new("/desk/waiting", w.t("desk-waiting"))],
            firm.facts.name.as_str(),
        ),
        code: code.to_owned(),
        place: township(firm.township.as_ref()).map_or_else(String::new, |t| shared::name(w, &t).to_owned()),
        requests: rows
            .iter()
            .map(|row| (Link::new(format!("/requests/{}", row.number), row.number.as_str()), row.title.clone()))
            .collect(),
        find: Field::input("search", "find", w.t("desk-find")).value(find).hint(w.t("desk-find-hint")),
        found: like
            .iter()
            .map(|row| Found {
                code: row.credit_code.clone(),
                name: row.name.clone(),
                place: place(w, &row.credit_code, township(row.township.as_ref()).as_ref()),
                chosen: row.credit_code == to,
            })
            .collect(),
        wrong: wrong.iter().find(|(field, _)| field == "to").map(|(_, text)| text.clone()).unwrap_or_default(),
        problem,
        registers: identity::allowed(&by.actor, &registry::access::CHANGE, &subject),
        name: firm.facts.name,
        shell,
    })
}

pub async fn link(
    Extension(casework): Extension<Casework>,
    Path(code): Path<String>,
    PostedTextBy { by, fields }: PostedTextBy,
) -> PageResult {
    let done = linked(&by, &casework, &code, &fields).await;
    match done {
        Ok(to) => Ok(redirect_saying(&to, "desk-done-linked")),
        Err(e) if e.code == "enterprise-not-unchecked" => Ok(redirect_warning("/desk/waiting", "desk-waiting-gone")),
        Err(e) if matches!(e.kind, ErrorKind::Invalid | ErrorKind::Conflict) => {
            let problem = if e.fields.is_empty() { describe(&by.words, &e) } else { String::new() };
            let wrong = describe_fields(&by.words, &e);
            Ok(shown_again(page(&by, &code, fields.get("find"), &fields, &wrong, problem).await?))
        }
        Err(e) => Err(e.into()),
    }
}

/// Links, and says where to go on.
async fn linked(by: &SignedIn, casework: &Casework, code: &str, fields: &Fields) -> Result<String> {
    let mut conn = by.state.db.read().await?;
    let firm = noted(&mut conn, by, code).await?.enterprise;
    fields.fresh()?;
    let choose = || Error::invalid("invalid-fields").field("to", "choose");
    let to = fields.get("to");
    let to = if to.is_empty() { None } else { ask::by_code(&mut conn, &by.actor, to).await? };
    let to = to.map(|to| to.enterprise).filter(|to| to.facts.status != Status::Unchecked).ok_or_else(choose)?;
    drop(conn);
    casework.link_enterprise(&by.actor, firm.id, to.id, fields.get("remember") == "yes").await?;
    Ok(format!("/requests?enterprise={}", to.facts.credit_code.as_str()))
}
