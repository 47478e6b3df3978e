//! /admin/audit: who did what to what and when; the proof that nothing was changed afterwards; the list as a spreadsheet.

use askama::Template;
use axum::response::Response;
use chrono::{DateTime, Days, NaiveDate, Utc};
use db::Conn;
use identity::{AuditEntry, AuditFilter, Verdict};
use kernel::{Result, local_date, start_of_day};
use web::components::{Choice, Column, Crumbs, Empty, Field, Link, Pager, TableHead};
use web::export::{Cell, Export, Head, Kind, SheetColumn, Told};
use web::format::Stamp;
use web::href::Href;
use web::{PageResult, PostedBy, Shell, SignedIn, Words, format, html};

use super::access::AUDIT;
use super::audit_names::{self as names, Thing, Things};
use super::{crumbs, permit};
use crate::doctor::{Finding, Level};
use crate::history::{self, anchors::Anchors};

const PAGE: usize = 50;
const AT_A_TIME: u32 = 5_000;

pub(super) struct Row {
    pub seq: i64,
    pub at: Stamp,
    pub actor: String,
    pub action: String,
    pub resource: String,
    pub thing: Thing,
    pub detail: String,
}

/// What a walk along the chain found, in words.
pub(super) struct Proof {
    pub whole: bool,
    pub text: String,
    pub head: String,
    /// What the anchors and the seals say, and whether it is bad.
    pub told: Vec<(bool, String)>,
}

#[derive(Template)]
#[template(path = "admin/audit.html")]
pub(super) struct Page {
    pub shell: Shell,
    pub crumbs: Crumbs,
    pub proof: Option<Proof>,
    pub fields: Vec<Field>,
    pub export: String,
    pub head: TableHead,
    pub rows: Vec<Row>,
    pub first: Option<Link>,
    pub pager: Pager,
    pub empty: Empty,
}

pub(super) async fn list(by: SignedIn) -> PageResult {
    permit(&by, &AUDIT)?;
    let here = Href::parse(&by.here);
    let mut conn = by.state.db.read().await?;
    if here.get("export") == Some("xlsx") {
        let filter = filter(&mut conn, &here).await?;
        drop(conn);
        return Ok(export(&by, &filter).await?);
    }
    html(&page(&mut conn, &by, &here, None).await?)
}

/// Walks the whole chain and compares its anchors and some of its seals; the answer stands above the newest entries.
pub(super) async fn verify(PostedBy { by, .. }: PostedBy) -> PageResult {
    permit(&by, &AUDIT)?;
    let anchors = Anchors::new(&by.state.config.data_dir);
    let (chain, found) = history::verify(&by.state.db, &anchors, false).await?;
    let proof = proof(&by.words, &chain, &found, by.now);
    let mut conn = by.state.db.read().await?;
    html(&page(&mut conn, &by, &Href::parse("/admin/audit"), Some(proof)).await?)
}

// words: audit-broken-*
fn proof(w: &Words, verdict: &Verdict, found: &[Finding], now: DateTime<Utc>) -> Proof {
    let n = format::number(verdict.entries);
    let at = w.full_datetime(now);
    let text = match (verdict.first_broken, verdict.reason) {
        (Some(entry), reason) => {
            let why = w.t(&format!("audit-broken-{}", reason.unwrap_or("changed"))).into_owned();
            w.f("admin-audit-broken", &[("entry", &entry), ("why", &why), ("n", &n)])
        }
        (None, _) => w.f("admin-audit-whole", &[("n", &n), ("at", &at)]),
    };
    let told: Vec<_> = found.iter().map(|finding| (finding.level == Level::Fail, finding.text(w))).collect();
    let whole = verdict.is_whole() && told.iter().all(|(bad, _)| !bad);
    Proof { whole, text, head: verdict.head.clone(), told }
}

/// The filter an address asks for. A login nobody has finds nothing; other nonsense narrows nothing.
async fn filter(conn: &mut Conn, here: &Href) -> Result<AuditFilter> {
    let some = |key: &str| here.chosen(key).map(str::trim).filter(|text| !text.is_empty());
    let day = |key: &str| some(key).and_then(|text| text.parse::<NaiveDate>().ok());
    let actor = match some("person") {
        Some(login) => {
            let found = identity::find_person_by_login(conn, login).await?;
            Some(found.map_or(kernel::PersonId::from_uuid(uuid::Uuid::nil()), |person| person.id))
        }
        None => None,
    };
    Ok(AuditFilter {
        action: some("action").map(str::to_owned),
        resource: some("resource").map(str::to_owned),
        resource_id: None,
        actor,
        from: day("from").map(start_of_day),
        to: day("to").and_then(|day| day.checked_add_days(Days::new(1))).map(start_of_day),
    })
}

async fn page(conn: &mut Conn, by: &SignedIn, here: &Href, proof: Option<Proof>) -> Result<Page> {
    let w = &by.words;
    let filter = filter(conn, here).await?;
    let before = here.get("after").and_then(|seq| seq.parse().ok());
    let mut entries = identity::audit_list(conn, &filter, before, PAGE as u32 + 1).await?;
    let more = entries.len() > PAGE;
    entries.truncate(PAGE);
    let next = entries.last().filter(|_| more).map(|last| last.seq.to_string());
    let things = Things::load(conn, &entries, sees(by)).await?;
    let plain = here.without(&["after", "export"]);
    let rows: Vec<Row> = entries.iter().map(|entry| row(w, entry, &things)).collect();
    let columns = ["at", "who", "what", "thing"].map(|key| Column::new(column(w, key)));
    let shown = w.f("admin-audit-shown", &[("n", &format::number(rows.len() as i64))]);
    Ok(Page {
        crumbs: crumbs(by, &[], &w.t("admin-audit")),
        proof,
        fields: fields(w, &plain),
        export: plain.with("export", "xlsx").to_string(),
        head: TableHead::new(w, &plain, "at", columns.into()),
        first: here.get("after").is_some().then(|| Link::new(&plain, w.t("admin-first-page"))),
        pager: Pager::new(w, &plain, None, next.as_deref(), shown),
        empty: Empty::new(
            w.t("admin-audit-none"),
            w.t("admin-audit-none-text"),
            Some(Link::new("/admin/audit", w.t("clear-filters"))),
        ),
        rows,
        shell: by.shell(),
    })
}

/// Whether the reader may open requests.
fn sees(by: &SignedIn) -> bool {
    !identity::reached(&by.actor, &casework::access::READ).is_nothing()
}

// words: admin-col-*
fn column(w: &Words, key: &str) -> String {
    w.t(&format!("admin-col-{key}")).into_owned()
}

fn row(w: &Words, entry: &AuditEntry, things: &Things) -> Row {
    Row {
        seq: entry.seq,
        at: w.stamp(entry.at),
        actor: entry.actor.clone(),
        action: names::action(w, &entry.action),
        resource: names::resource(w, &entry.resource),
        thing: things.of(entry),
        detail: names::detail(&entry.detail),
    }
}

fn fields(w: &Words, here: &Href) -> Vec<Field> {
    let now = |key: &str| here.chosen(key).unwrap_or("").to_owned();
    let choices = |key: &str, all: &[&str], said: &dyn Fn(&str) -> String| {
        let chosen = now(key);
        let mut choices = vec![Choice::new("", w.t("admin-any"), chosen.is_empty())];
        choices.extend(all.iter().map(|code| Choice::new(code, said(code), *code == chosen)));
        if !chosen.is_empty() && !all.contains(&chosen.as_str()) {
            choices.push(Choice::new(&chosen, said(&chosen), true));
        }
        choices
    };
    vec![
        Field::select(
            "resource",
            column(w, "of"),
            choices("resource", &names::resources(), &|r| names::resource(w, r)),
        ),
        Field::pick("action", column(w, "what"), choices("action", &names::actions(), &|a| names::action(w, a))),
        Field::text("person", w.t("admin-field-login")).value(now("person")).maxlength(40),
        Field::input("date", "from", w.t("admin-from")).value(now("from")),
        Field::input("date", "to", w.t("admin-to")).value(now("to")),
    ]
}

async fn export(by: &SignedIn, filter: &AuditFilter) -> Result<Response> {
    let w = &by.words;
    let columns = [
        ("seq", 10, Kind::Number),
        ("at", 18, Kind::DateTime),
        ("who", 14, Kind::Text),
        ("what", 20, Kind::Text),
        ("of", 12, Kind::Text),
        ("thing", 30, Kind::Text),
        ("detail", 60, Kind::Text),
    ];
    let mut conn = by.state.db.snapshot().await?;
    let n = identity::audit_count(&mut conn, filter).await?;
    let head = Head {
        title: w.t("admin-audit").into_owned(),
        subtitle: w.f("admin-export-line", &[("n", &format::number(n)), ("at", &w.full_datetime(by.now))]),
        columns: columns.map(|(key, width, kind)| SheetColumn { title: column(w, key), width, kind }).into(),
    };
    let told = Told::new("audit", format!("{}-{}.xlsx", w.t("admin-audit"), local_date(by.now)));
    let mut export = Export::begin(by, told, head, n.unsigned_abs())?;
    let mut before = None;
    loop {
        let entries = identity::audit_list(&mut conn, filter, before, AT_A_TIME).await?;
        let Some(last) = entries.last() else { break };
        before = Some(last.seq);
        let things = Things::load(&mut conn, &entries, sees(by)).await?;
        let cells = entries.iter().map(|entry| {
            let row = row(w, entry, &things);
            let text = |text: String| if text.is_empty() { Cell::Empty } else { Cell::Text(text) };
            let at = Cell::Instant(entry.at);
            let seq = Cell::Number(entry.seq as f64);
            vec![seq, at, text(row.actor), text(row.action), text(row.resource), text(row.thing.name), text(row.detail)]
        });
        export.rows(cells.collect()).await?;
    }
    conn.end().await?;
    export.answer().await
}
