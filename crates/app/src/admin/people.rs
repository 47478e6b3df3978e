//! /admin/people: everybody who can sign in, found by name, role or unit; the same as a spreadsheet.

use askama::Template;
use axum::response::Response;
use db::Conn;
use identity::{PeopleFilter, Person, Role};
use kernel::{PersonId, Result, local_date};
use web::components::{Choice, Column, Crumbs, Empty, Field, Link, Pager, TableHead};
use web::export::{Cell, Export, Head, Kind, SheetColumn, Told};
use web::href::Href;
use web::{PageResult, Shell, SignedIn, Words, format, html};

use super::access::PEOPLE;
use super::places::{self, Units};
use super::{crumbs, listed, permit, store};

const PAGE: usize = 50;
/// So many people are read at a time for the spreadsheet: each brings a bound id along.
const AT_A_TIME: u32 = 500;

pub(super) struct Row {
    pub login: String,
    pub name: String,
    pub title: String,
    pub roles: Vec<String>,
    pub tags: Vec<String>,
}

#[derive(Template)]
#[template(path = "admin/people.html")]
pub(super) struct List {
    pub shell: Shell,
    pub crumbs: Crumbs,
    pub total: i64,
    pub fields: Vec<Field>,
    pub export: String,
    pub head: TableHead,
    pub rows: Vec<Row>,
    pub first: Option<Link>,
    pub pager: Pager,
    pub empty: Empty,
}

pub(super) async fn list(by: SignedIn) -> PageResult {
    permit(&by, &PEOPLE)?;
    let w = &by.words;
    let here = Href::parse(&by.here);
    let mut conn = by.state.db.read().await?;
    let units = Units::load(&mut conn).await?;
    let filter = filter(&here, &units);
    if here.get("export") == Some("xlsx") {
        drop(conn);
        return Ok(export(&by, &filter).await?);
    }
    let total = identity::count_people(&mut conn, &filter).await?;
    let after = match here.get("after") {
        Some(login) => identity::find_person_by_login(&mut conn, login).await?,
        None => None,
    };
    let key = after.as_ref().map(|last| (last.name.as_str(), last.id));
    let mut people = identity::list_people(&mut conn, &filter, key, PAGE as u32 + 1).await?;
    let more = people.len() > PAGE;
    people.truncate(PAGE);
    let next = people.last().filter(|_| more).map(|last| last.login.clone());
    let rows = rows(&mut conn, &by, &people).await?;
    let plain = here.without(&["after", "export"]);
    let columns = ["name", "roles", "state"].map(|key| Column::new(column(w, key)));
    let shown = w.f("admin-shown", &[("n", &format::number(rows.len() as i64)), ("total", &format::number(total))]);
    html(&List {
        crumbs: crumbs(&by, &[], &w.t("admin-people")),
        total,
        fields: fields(w, &plain, &units),
        export: plain.with("export", "xlsx").to_string(),
        head: TableHead::new(w, &plain, "name", columns.into()),
        first: here.get("after").is_some().then(|| Link::new(&plain, w.t("admin-first-page"))),
        pager: Pager::new(w, &plain, None, next.as_deref(), shown),
        empty: Empty::new(
            w.t("admin-people-none"),
            w.t("admin-people-none-text"),
            Some(Link::new("/admin/people", w.t("clear-filters"))),
        ),
        rows,
        shell: by.shell(),
    })
}

/// The filter an address asks for. What cannot be read narrows nothing.
fn filter(here: &Href, units: &Units) -> PeopleFilter {
    PeopleFilter {
        text: here.get("q").unwrap_or("").trim().chars().take(100).collect(),
        role: here.get("role").and_then(|role| role.parse().ok()),
        unit: here.get("unit").and_then(|code| units.by_code(code)).map(|unit| unit.id),
        enterprise: None,
        active_only: here.get("who") != Some("all"),
    }
}

fn fields(w: &Words, here: &Href, units: &Units) -> Vec<Field> {
    let now = |key: &str| here.get(key).unwrap_or("").to_owned();
    let any = |chosen: bool| Choice::new("", w.t("admin-any"), chosen);
    let mut roles = vec![any(now("role").is_empty())];
    let people = Role::ALL.into_iter().filter(|role| *role != Role::System);
    roles.extend(people.map(|r| Choice::new(r, places::role(w, r), here.get("role") == Some(r.as_str()))));
    let mut places = vec![any(now("unit").is_empty())];
    places.extend(units.choices(w, &now("unit"), |_| true));
    let all = now("who") == "all";
    // words: admin-people-active admin-people-all
    let who = [("", "admin-people-active", !all), ("all", "admin-people-all", all)];
    vec![
        Field::input("search", "q", w.t("admin-people-find")).value(now("q")).maxlength(100),
        Field::select("role", w.t("admin-role"), roles),
        Field::pick("unit", w.t("admin-unit"), places).value(now("unit")),
        Field::select("who", w.t("admin-col-state"), who.map(|(v, key, on)| Choice::new(v, w.t(key), on)).into()),
    ]
}

// words: admin-col-*
fn column(w: &Words, key: &str) -> String {
    w.t(&format!("admin-col-{key}")).into_owned()
}

/// Rows with the names of the enterprises people speak for.
async fn rows(conn: &mut Conn, by: &SignedIn, people: &[Person]) -> Result<Vec<Row>> {
    let held = people.iter().flat_map(|person| &person.grants);
    let firms = store::enterprises(conn, held.filter_map(|held| held.grant.enterprise)).await?;
    let row = |person: &Person| Row {
        login: person.login.clone(),
        name: person.name.clone(),
        title: person.title.clone(),
        roles: person.grants.iter().map(|held| places::held(&by.words, &held.grant, &firms)).collect(),
        tags: tags(by, person),
    };
    Ok(people.iter().map(row).collect())
}

/// What keeps somebody from working: inactive, locked, away.
pub(super) fn tags(by: &SignedIn, person: &Person) -> Vec<String> {
    let mut tags = Vec::new();
    if !person.active {
        tags.push("admin-inactive");
    }
    if person.locked_until.is_some_and(|until| until > by.now) {
        tags.push("admin-locked");
    }
    if person.is_away(local_date(by.now)) {
        tags.push("admin-away");
    }
    // words: admin-inactive admin-locked admin-away
    tags.into_iter().map(|key| by.words.t(key).into_owned()).collect()
}

async fn export(by: &SignedIn, filter: &PeopleFilter) -> Result<Response> {
    let w = &by.words;
    let mut conn = by.state.db.snapshot().await?;
    let n = identity::count_people(&mut conn, filter).await?;
    let columns = [("name", 14), ("login", 18), ("title", 18), ("roles", 40), ("state", 14)];
    let head = Head {
        title: w.t("admin-people").into_owned(),
        subtitle: w.f("admin-export-line", &[("n", &format::number(n)), ("at", &w.full_datetime(by.now))]),
        columns: columns.map(|(key, width)| SheetColumn { title: column(w, key), width, kind: Kind::Text }).into(),
    };
    let told = Told::new("person", format!("{}-{}.xlsx", w.t("admin-people"), local_date(by.now)));
    let mut export = Export::begin(by, told, head, n.unsigned_abs())?;
    let mut last: Option<(String, PersonId)> = None;
    loop {
        let key = last.as_ref().map(|(name, id)| (name.as_str(), *id));
        let people = identity::list_people(&mut conn, filter, key, AT_A_TIME).await?;
        let Some(end) = people.last() else { break };
        last = Some((end.name.clone(), end.id));
        let cells = rows(&mut conn, by, &people).await?.into_iter().map(|row| {
            let texts =
                [row.name, row.login, row.title, listed(w, row.roles.into_iter()), listed(w, row.tags.into_iter())];
            texts.map(|text| if text.is_empty() { Cell::Empty } else { Cell::Text(text) }).into()
        });
        export.rows(cells.collect()).await?;
    }
    conn.end().await?;
    export.answer().await
}
