//! /admin/calendars: what is published, a year as months, and a new notice with what it would move before it is kept.

use askama::Template;
use axum::Extension;
use axum::extract::Path;
use chrono::{Datelike, NaiveDate};
use kernel::{Error, Month};
use web::components::{Crumbs, ErrorSummary, Field};
use web::{PageResult, PostedTextBy, Shell, SignedIn, describe, html, redirect_saying, shown_again};
use workdays::{Calendar, DayKind, Notice, SpecialKind};

use super::spoken::{notice_read, notice_wrong};
use super::{crumbs, permit};
use crate::engine::Casework;
use crate::settings_change::Moved;

/// So many requests are looked at for a preview; the job looks at all.
const LOOKED_AT: usize = 500;

struct Line {
    id: String,
    title: String,
    year: i32,
    published: String,
    amends: bool,
    off: usize,
    work: usize,
}

#[derive(Template)]
#[template(path = "settings/calendars.html")]
struct List {
    shell: Shell,
    crumbs: Crumbs,
    until: String,
    version: String,
    rows: Vec<Line>,
}

struct Day {
    number: u32,
    /// CSS class: `off`, `holiday`, `makeup`, `work`, `blank`.
    class: &'static str,
    title: String,
    label: String,
}

struct MonthView {
    name: String,
    workdays: i64,
    weeks: Vec<Vec<Day>>,
}

#[derive(Template)]
#[template(path = "settings/year.html")]
struct YearPage {
    shell: Shell,
    crumbs: Crumbs,
    year: i32,
    workdays: i64,
    months: Vec<MonthView>,
    weekdays: Vec<String>,
}

#[derive(Template)]
#[template(path = "settings/notice.html")]
struct Form {
    shell: Shell,
    crumbs: Crumbs,
    summary: ErrorSummary,
    text: Field,
    /// Checked and shown; the next step keeps it.
    ready: bool,
    title: String,
    moved: Vec<(String, String, String, String)>,
    body: String,
}

pub(super) async fn list(by: SignedIn, Extension(casework): Extension<Casework>) -> PageResult {
    permit(&by)?;
    let settings = casework.settings(&mut by.state.db.read().await?).await?;
    let calendar = settings.calendar().ok_or_else(|| Error::not_found("calendar"))?;
    let count = |notice: &Notice, kind| notice.days.iter().filter(|day| day.kind == kind).count();
    let mut rows: Vec<Line> = calendar
        .notices()
        .iter()
        .map(|n| Line {
            id: n.id.clone(),
            title: n.title.clone(),
            year: n.year,
            published: by.words.date(n.published),
            amends: n.amends.is_some(),
            off: count(n, SpecialKind::Off),
            work: count(n, SpecialKind::MakeUp),
        })
        .collect();
    rows.reverse();
    html(&List {
        shell: by.shell(),
        crumbs: crumbs(&by, &by.words.t("settings-calendars")),
        until: calendar.confirmed_until().map(|day| by.words.date(day)).unwrap_or_default(),
        version: calendar.version().to_owned(),
        rows,
    })
}

pub(super) async fn year(by: SignedIn, Extension(casework): Extension<Casework>, Path(year): Path<i32>) -> PageResult {
    permit(&by)?;
    let settings = casework.settings(&mut by.state.db.read().await?).await?;
    let calendar = settings.calendar().ok_or_else(|| Error::not_found("calendar"))?;
    let known = calendar.notices().iter().any(|notice| notice.year == year);
    if !known {
        return Err(Error::not_found("calendar").into());
    }
    let months: Vec<MonthView> = (1..=12).filter_map(|month| month_view(&by, calendar, year, month)).collect();
    let monday = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap_or_default();
    html(&YearPage {
        shell: by.shell(),
        crumbs: crumbs(&by, &by.words.t("settings-calendars")),
        year,
        workdays: months.iter().map(|m| m.workdays).sum(),
        months,
        weekdays: monday.iter_days().take(7).map(|day| by.words.weekday(day).clone()).collect(),
    })
}

fn month_view(by: &SignedIn, calendar: &Calendar, year: i32, month: u32) -> Option<MonthView> {
    let first = NaiveDate::from_ymd_opt(year, month, 1)?;
    let lead = first.weekday().num_days_from_monday();
    let mut days: Vec<Day> =
        (0..lead).map(|_| Day { number: 0, class: "blank", title: String::new(), label: String::new() }).collect();
    let mut workdays = 0;
    for date in first.iter_days().take_while(|day| day.month() == month) {
        let day = calendar.day(date);
        let (class, label) = match day.kind {
            DayKind::Workday => ("work", String::new()),
            DayKind::Weekend => ("off", String::new()),
            DayKind::Holiday => ("holiday", by.words.t("settings-off-mark").into_owned()),
            DayKind::MakeUp => ("makeup", by.words.t("make-up-mark").into_owned()),
        };
        workdays += i64::from(day.kind.is_worked());
        days.push(Day { number: date.day(), class, title: day.name.unwrap_or("").to_owned(), label });
    }
    let mut weeks = Vec::new();
    while !days.is_empty() {
        let rest = days.split_off(days.len().min(7));
        weeks.push(std::mem::replace(&mut days, rest));
    }
    let name = Month::at(kernel::start_of_day(first));
    Some(MonthView { name: by.words.month(name.year(), month), workdays, weeks })
}

fn page(by: &SignedIn, text: &str, error: Option<String>) -> Form {
    let w = &by.words;
    let field = Field::area("text", w.t("settings-notice-text"), 16)
        .value(text)
        .hint(w.t("settings-notice-hint"))
        .error(error)
        .required();
    Form {
        shell: by.shell(),
        crumbs: crumbs(by, &w.t("settings-calendars")),
        summary: ErrorSummary::of(w, [&field]),
        text: field,
        ready: false,
        title: String::new(),
        moved: Vec::new(),
        body: text.to_owned(),
    }
}

pub(super) async fn form(by: SignedIn) -> PageResult {
    permit(&by)?;
    html(&page(&by, "", None))
}

pub(super) async fn submit(
    Extension(casework): Extension<Casework>,
    PostedTextBy { by, fields }: PostedTextBy,
) -> PageResult {
    permit(&by)?;
    let text = fields.get("text").replace("\r\n", "\n");
    let notice = match Notice::parse(&notice_read(&text)) {
        Ok(notice) => notice,
        Err(error) => return Ok(shown_again(html(&page(&by, &text, Some(notice_wrong(&by.words, &error))))?)),
    };
    let moved = match casework.preview_notice(&notice, LOOKED_AT).await {
        Ok(moved) => moved,
        Err(error) => return Ok(shown_again(html(&page(&by, &text, Some(describe(&by.words, &error))))?)),
    };
    if fields.get("keep") == "yes" && fields.fresh().is_ok() {
        casework.add_notice(&by.actor, &notice).await?;
        return Ok(redirect_saying("/admin/calendars", "settings-notice-saved"));
    }
    let mut form = page(&by, &text, None);
    form.ready = true;
    form.title = notice.title.clone();
    form.moved = moved.iter().map(|m| line(&by, m)).collect();
    html(&form)
}

/// words: settings-clock-*
fn line(by: &SignedIn, moved: &Moved) -> (String, String, String, String) {
    let w = &by.words;
    let day = |at: Option<chrono::DateTime<chrono::Utc>>| at.map(|at| w.full_datetime(at)).unwrap_or_default();
    let clock = w.t(&format!("settings-clock-{}", moved.change.clock.as_str())).into_owned();
    (moved.number.clone(), clock, day(moved.change.old), day(moved.change.new))
}
