//! /admin/calendars: which notices are entered, the rule for last days that are off, what was changed when and by whom, and
//! a year as months.

use askama::Template;
use askama::filters::HtmlSafe;
use axum::Extension;
use axum::extract::Path;
use chrono::{Datelike, NaiveDate};
use kernel::{Error, Month};
use web::components::{Crumbs, Field};
use web::{PageResult, Shell, SignedIn, Words, href, html};
use workdays::{Calendar, Certainty, DayKind, Notice, SpecialKind};

use super::{crumbs, permit};
use crate::engine::Casework;
use crate::store::calendar::{Act, CalendarAct, LastDayChange, acts, last_day_changes};

struct Line {
    id: String,
    title: String,
    year: i32,
    published: String,
    amends: bool,
    off: usize,
    work: usize,
    /// The number as a part of an address.
    of: String,
}

/// One line of the history.
struct Done {
    at: String,
    what: String,
    person: String,
    reason: String,
    /// The notice as it was entered; empty for the rule.
    text: String,
}

#[derive(Template)]
#[template(path = "settings/calendars.html")]
struct List {
    shell: Shell,
    crumbs: Crumbs,
    until: String,
    version: String,
    rows: Vec<Line>,
    /// Years without a notice that can be looked at all the same.
    provisional: Vec<i32>,
    next_workday: bool,
    reason: Field,
    history: Vec<Done>,
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

/// A year as twelve months; prints itself.
#[derive(Template)]
#[template(path = "settings/months.html")]
pub(super) struct Months {
    months: Vec<MonthView>,
    weekdays: Vec<String>,
    words: Words,
}

impl HtmlSafe for Months {}

#[derive(Template)]
#[template(path = "settings/year.html")]
struct YearPage {
    shell: Shell,
    crumbs: Crumbs,
    year: i32,
    workdays: i64,
    provisional: bool,
    months: Months,
}

pub(super) async fn list(by: SignedIn, Extension(casework): Extension<Casework>) -> PageResult {
    permit(&by)?;
    let mut conn = by.state.db.read().await?;
    let settings = casework.settings(&mut conn).await?;
    let (acts, changes) = (acts(&mut conn).await?, last_day_changes(&mut conn).await?);
    drop(conn);
    let calendar = settings.calendar().ok_or_else(|| Error::not_found("calendar"))?;
    let count = |notice: &Notice, kind| notice.days.iter().filter(|day| day.kind == kind).count();
    let mut rows: Vec<Line> = calendar
        .notices()
        .iter()
        .map(|n| Line {
            of: href::encode(&n.id),
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
    let last = calendar.confirmed_until().map_or(by.now.year(), |day| day.year());
    // The two years after the last notice, and however late it is, this year and the next.
    let until = (last + 2).max(by.now.year() + 1);
    let provisional = (last + 1..=until).filter(|year| calendar.certainty(*year) == Certainty::Provisional);
    html(&List {
        shell: by.shell(),
        crumbs: crumbs(&by, &by.words.t("settings-calendars")),
        until: calendar.confirmed_until().map(|day| by.words.date(day)).unwrap_or_default(),
        version: calendar.version().to_owned(),
        rows,
        provisional: provisional.collect(),
        next_workday: settings.terms.next_workday,
        reason: Field::text("reason", by.words.t("settings-reason")).required().maxlength(200),
        history: history(&by.words, &acts, &changes),
    })
}

/// Newest first; what the program itself did at the beginning is one line.
/// words: settings-act-*
fn history(w: &Words, acts: &[CalendarAct], changes: &[LastDayChange]) -> Vec<Done> {
    let named =
        |person: &str| if person.is_empty() { w.t("settings-by-program").into_owned() } else { person.to_owned() };
    let shipped = acts.iter().take_while(|act| act.person.is_empty() && act.act == Act::Added).count();
    let acts_told = acts.iter().skip(shipped).map(|act| {
        let what = w.f(&format!("settings-act-{}", act.act.as_str()), &[("notice", &act.notice)]);
        let done = Done {
            at: w.full_datetime(act.at),
            what,
            person: named(&act.person),
            reason: act.reason.clone(),
            text: act.text.clone(),
        };
        (act.at, done)
    });
    let changes = changes.iter().map(|change| {
        let key = if change.next_workday { "settings-act-last-day-on" } else { "settings-act-last-day-off" };
        let done = Done {
            at: w.full_datetime(change.at),
            what: w.t(key).into_owned(),
            person: named(&change.person),
            reason: change.reason.clone(),
            text: String::new(),
        };
        (change.at, done)
    });
    let mut all: Vec<_> = acts_told.chain(changes).collect();
    all.sort_by_key(|(at, _)| *at);
    let first = acts.first().filter(|_| shipped > 0).map(|act| Done {
        at: w.full_datetime(act.at),
        what: w.f("settings-act-shipped", &[("n", &shipped)]),
        person: named(""),
        reason: String::new(),
        text: String::new(),
    });
    all.into_iter().rev().map(|(_, done)| done).chain(first).collect()
}

pub(super) async fn year(by: SignedIn, Extension(casework): Extension<Casework>, Path(year): Path<i32>) -> PageResult {
    permit(&by)?;
    let settings = casework.settings(&mut by.state.db.read().await?).await?;
    let calendar = settings.calendar().ok_or_else(|| Error::not_found("calendar"))?;
    if calendar.certainty(year) == Certainty::Unknown {
        return Err(Error::not_found("calendar").into());
    }
    let months = Months::new(&by.words, calendar, year);
    html(&YearPage {
        shell: by.shell(),
        crumbs: crumbs(&by, &by.words.t("settings-calendars")),
        year,
        workdays: months.workdays(),
        provisional: calendar.certainty(year) == Certainty::Provisional,
        months,
    })
}

impl Months {
    pub(super) fn new(w: &Words, calendar: &Calendar, year: i32) -> Months {
        let monday = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap_or_default();
        Months {
            months: (1..=12).filter_map(|month| month_view(w, calendar, year, month)).collect(),
            weekdays: monday.iter_days().take(7).map(|day| w.weekday(day).clone()).collect(),
            words: w.clone(),
        }
    }

    /// Working days of the whole year.
    pub(super) fn workdays(&self) -> i64 {
        self.months.iter().map(|month| month.workdays).sum()
    }
}

fn month_view(w: &Words, calendar: &Calendar, year: i32, month: u32) -> Option<MonthView> {
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
            DayKind::Holiday => ("holiday", w.t("settings-off-mark").into_owned()),
            DayKind::MakeUp => ("makeup", w.t("make-up-mark").into_owned()),
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
    Some(MonthView { name: w.month(name.year(), month), workdays, weeks })
}
