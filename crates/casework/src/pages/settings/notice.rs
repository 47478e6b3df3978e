//! /admin/calendars/notice: a notice pasted as prose or filled in festival by festival, corrected or withdrawn; the whole year
//! and every deadline that moves are shown before anything is kept.

use askama::Template;
use axum::Extension;
use axum::extract::RawQuery;
use chrono::NaiveDate;
use kernel::Error;
use web::components::{Crumbs, ErrorSummary, Field};
use web::{Fields, PageResult, PostedBy, PostedTextBy, Shell, SignedIn, describe, html, redirect_saying, shown_again};
use workdays::{Calendar, Festival, Notice, NoticeDraft};

use super::calendars::Months;
use super::spoken::{fault_said, notice_read, notice_spoken, notice_wrong};
use super::{crumbs, permit};
use crate::calendar_change::{Moved, NoticeChange, Preview};
use crate::engine::Casework;

/// So many moved deadlines stand on the page; the heading counts all.
const SHOWN: usize = 200;

#[derive(Template)]
#[template(path = "settings/notice.html")]
struct Page {
    shell: Shell,
    crumbs: Crumbs,
    title: String,
    summary: ErrorSummary,
    /// Faults of what was given in, all of them.
    faults: Vec<String>,
    /// What was read and can be kept.
    ready: Option<Ready>,
    /// Number of the notice that is corrected or withdrawn; empty for a new one.
    of: String,
    withdraw: bool,
    reason: Field,
    text: Field,
    head: Vec<Field>,
    festivals: Vec<[Field; 2]>,
}

/// A change that can be kept, with all it does.
struct Ready {
    title: String,
    workdays: String,
    months: Months,
    /// Sentences with dates that were not used.
    unused: Vec<String>,
    moved: Vec<[String; 4]>,
    count: usize,
    looked_at: usize,
    kept: usize,
    /// The notice as it will be stored, carried to the next step.
    body: String,
}

/// What was given in, as it is shown again.
#[derive(Default)]
struct Given {
    of: String,
    text: String,
    fields: Vec<(String, String)>,
    reason: String,
}

impl Given {
    fn get(&self, name: &str) -> &str {
        self.fields.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }

    fn read(fields: &Fields) -> Given {
        let named = HEAD.iter().map(|name| (*name).to_owned()).chain(Festival::ALL.iter().flat_map(|f| names(*f)));
        Given {
            of: fields.get("of").to_owned(),
            text: fields.get("text").replace("\r\n", "\n"),
            fields: named.map(|name| (name.clone(), fields.get(&name).trim().to_owned())).collect(),
            reason: fields.get("reason").trim().to_owned(),
        }
    }
}

/// Fields of the form above the festivals.
const HEAD: [&str; 3] = ["id", "published", "year"];

/// Fields of one festival: days off, days worked.
fn names(festival: Festival) -> [String; 2] {
    [format!("off-{}", festival.as_str()), format!("work-{}", festival.as_str())]
}

/// words: settings-form-* settings-festival-*
fn page(by: &SignedIn, given: &Given, year: i32) -> Page {
    let w = &by.words;
    let text =
        Field::area("text", w.t("settings-notice-text"), 14).value(&given.text).hint(w.t("settings-notice-hint"));
    let reason = Field::text("reason", w.t("settings-reason")).value(&given.reason).required().maxlength(200);
    let year_of = given.get("year").parse().unwrap_or(year);
    let head = HEAD.map(|name| {
        let value = match (name, given.get(name)) {
            ("year", "") => year.to_string(),
            (_, value) => value.to_owned(),
        };
        let kind = if name == "published" { "date" } else { "text" };
        Field::input(kind, name, w.t(&format!("settings-form-{name}"))).value(value)
    });
    let festivals = Festival::ALL.map(|festival| {
        let name = w.t(&format!("settings-festival-{}", festival.as_str().replace('_', "-"))).into_owned();
        let by_law: Vec<String> = festival.statutory(year_of).into_iter().map(|day| w.day(day)).collect();
        let [off, work] = names(festival);
        let hint = w.f("settings-form-by-law", &[("days", &by_law.join(&w.t("desk-and")))]);
        [
            Field::text(off.clone(), w.f("settings-form-off", &[("name", &name)])).value(given.get(&off)).hint(hint),
            Field::text(work.clone(), w.f("settings-form-work", &[("name", &name)])).value(given.get(&work)),
        ]
    });
    Page {
        shell: by.shell(),
        crumbs: crumbs(by, &w.t("settings-calendars")),
        title: w.t(if given.of.is_empty() { "settings-notice-add" } else { "settings-notice-correct" }).into_owned(),
        summary: ErrorSummary::of(w, std::iter::empty()),
        faults: Vec::new(),
        ready: None,
        of: given.of.clone(),
        withdraw: false,
        reason,
        text,
        head: head.into(),
        festivals: festivals.into(),
    }
}

/// The first year without a notice.
fn next_year(calendar: Option<&Calendar>, by: &SignedIn) -> i32 {
    use chrono::Datelike;
    calendar.and_then(Calendar::confirmed_until).map_or_else(|| kernel::local_date(by.now).year(), |day| day.year() + 1)
}

/// The number named in `?of=`.
fn of(query: Option<&str>) -> String {
    Fields::parse(query.unwrap_or_default()).unwrap_or_default().get("of").to_owned()
}

pub(super) async fn form(
    by: SignedIn,
    Extension(casework): Extension<Casework>,
    RawQuery(query): RawQuery,
) -> PageResult {
    permit(&by)?;
    let settings = casework.settings(&mut by.state.db.read().await?).await?;
    let of = of(query.as_deref());
    let mut given = Given::default();
    if !of.is_empty() {
        let own = settings.calendar().and_then(|own| own.notices().iter().find(|notice| notice.id == of));
        given.text = notice_spoken(&by.words, &own.ok_or_else(|| Error::not_found("calendar"))?.to_string());
        given.of = of;
    }
    html(&page(&by, &given, next_year(settings.calendar(), &by)))
}

/// What was given in as a notice: prose, the stored form of it, or the fields of the form.
fn read(by: &SignedIn, given: &Given) -> Result<(Notice, Vec<String>), Vec<String>> {
    let w = &by.words;
    let text = given.text.trim();
    let stored = notice_read(text);
    if stored.lines().any(|line| line.starts_with("notice ")) {
        let notice = Notice::parse(&stored).map_err(|error| vec![notice_wrong(w, &error)])?;
        let gaps: Vec<String> = notice.gaps().iter().map(|gap| fault_said(w, gap)).collect();
        return if gaps.is_empty() { Ok((notice, Vec::new())) } else { Err(gaps) };
    }
    let draft = if text.is_empty() { filled(given) } else { NoticeDraft::from_prose(text) };
    let unused = draft.unused.clone();
    let notice =
        draft.finish().map_err(|faults| faults.iter().map(|fault| fault_said(w, fault)).collect::<Vec<_>>())?;
    Ok((notice, unused))
}

fn filled(given: &Given) -> NoticeDraft {
    let some = |name: &str| Some(given.get(name).to_owned()).filter(|value| !value.is_empty());
    let mut draft = NoticeDraft {
        id: some("id"),
        published: some("published").and_then(|day| NaiveDate::parse_from_str(&day, "%Y-%m-%d").ok()),
        year: some("year").and_then(|year| year.parse().ok()),
        ..NoticeDraft::default()
    };
    for festival in Festival::ALL {
        let [off, work] = names(festival);
        draft.put(festival, given.get(&off), given.get(&work));
    }
    draft
}

pub(super) async fn submit(
    Extension(casework): Extension<Casework>,
    PostedTextBy { by, fields }: PostedTextBy,
) -> PageResult {
    permit(&by)?;
    let given = Given::read(&fields);
    let settings = casework.settings(&mut by.state.db.read().await?).await?;
    let mut shown = page(&by, &given, next_year(settings.calendar(), &by));
    let (notice, unused) = match read(&by, &given) {
        Ok(read) => read,
        Err(faults) => {
            shown.faults = faults;
            return Ok(shown_again(html(&shown)?));
        }
    };
    let change = match given.of.as_str() {
        "" => NoticeChange::Add(notice.clone()),
        id => NoticeChange::Correct { id: id.to_owned(), notice: notice.clone(), reason: given.reason.clone() },
    };
    let keep = fields.get("keep") == "yes" && fields.fresh().is_ok();
    if keep && (given.of.is_empty() || !given.reason.is_empty()) {
        casework.change_notice(&by.actor, &change).await?;
        return Ok(redirect_saying("/admin/calendars", "settings-notice-saved"));
    }
    if keep {
        shown.reason = shown.reason.error(Some(by.words.t("error-required")));
        shown.summary = ErrorSummary::of(&by.words, [&shown.reason]);
    }
    match casework.preview_notice(&change).await {
        Ok(preview) => shown.ready = Some(ready(&by, &preview, &notice, unused)),
        Err(error) => shown.faults.push(describe(&by.words, &error)),
    }
    html(&shown)
}

/// Before a notice is withdrawn: what that moves.
pub(super) async fn withdraw(
    by: SignedIn,
    Extension(casework): Extension<Casework>,
    RawQuery(query): RawQuery,
) -> PageResult {
    permit(&by)?;
    withdrawal(&by, &casework, Given { of: of(query.as_deref()), ..Given::default() }, false).await
}

async fn withdrawal(by: &SignedIn, casework: &Casework, given: Given, missing: bool) -> PageResult {
    let settings = casework.settings(&mut by.state.db.read().await?).await?;
    let own = settings.calendar().and_then(|own| own.notices().iter().find(|notice| notice.id == given.of));
    let notice = own.ok_or_else(|| Error::not_found("calendar"))?.clone();
    let change = NoticeChange::Withdraw { id: given.of.clone(), reason: String::new() };
    let mut shown = page(by, &given, notice.year);
    shown.title = by.words.t("settings-notice-withdraw").into_owned();
    shown.withdraw = true;
    if missing {
        shown.reason = shown.reason.error(Some(by.words.t("error-required")));
        shown.summary = ErrorSummary::of(&by.words, [&shown.reason]);
    }
    match casework.preview_notice(&change).await {
        Ok(preview) => shown.ready = Some(ready(by, &preview, &notice, Vec::new())),
        Err(error) => shown.faults.push(describe(&by.words, &error)),
    }
    html(&shown)
}

pub(super) async fn withdraw_now(
    Extension(casework): Extension<Casework>,
    PostedTextBy { by, fields }: PostedTextBy,
) -> PageResult {
    permit(&by)?;
    let given = Given::read(&fields);
    let missing = given.reason.is_empty();
    if missing || fields.fresh().is_err() {
        return withdrawal(&by, &casework, given, missing).await.map(shown_again);
    }
    let change = NoticeChange::Withdraw { id: given.of, reason: given.reason };
    casework.change_notice(&by.actor, &change).await?;
    Ok(redirect_saying("/admin/calendars", "settings-notice-withdrawn"))
}

/// Switches the rule for last days that are off.
pub(super) async fn last_day(
    Extension(casework): Extension<Casework>,
    PostedBy { by, fields }: PostedBy,
) -> PageResult {
    permit(&by)?;
    casework.put_last_day(&by.actor, fields.get("next_workday") == "yes", fields.get("reason")).await?;
    Ok(redirect_saying("/admin/calendars", "settings-last-day-saved"))
}

fn ready(by: &SignedIn, preview: &Preview, notice: &Notice, unused: Vec<String>) -> Ready {
    let w = &by.words;
    let calendar = preview.then.clone().unwrap_or_else(|| Calendar::china().clone());
    let months = Months::new(w, &calendar, notice.year);
    Ready {
        title: format!("{} {}", notice.title, notice.id),
        workdays: w.f("settings-year-workdays", &[("n", &months.workdays())]),
        months,
        unused,
        moved: preview.moved.iter().take(SHOWN).map(|moved| line(by, moved)).collect(),
        count: preview.moved.len(),
        looked_at: preview.looked_at,
        kept: preview.kept,
        body: notice.to_string(),
    }
}

/// words: settings-clock-*
fn line(by: &SignedIn, moved: &Moved) -> [String; 4] {
    let w = &by.words;
    let day = |at: Option<chrono::DateTime<chrono::Utc>>| at.map(|at| w.full_datetime(at)).unwrap_or_default();
    let clock = w.t(&format!("settings-clock-{}", moved.change.clock.as_str())).into_owned();
    [moved.number.clone(), clock, day(moved.change.old), day(moved.change.new)]
}
