//! A clock told to people: the limit in words, the strip of days and the sentence that says how they were counted.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::local_date;
use web::Words;
use web::components::{DayCell, DayKind, DayStrip};
use workdays::{DayLine, LineKind};

use crate::clocks::{CalendarAt, ClockView, Light, Unknown};
use crate::clocks_explain::{ClockExplanation, Part, explain};
use crate::event::{Promise, Terms};
use crate::limits::{ClockKind, LimitUnit};

/// `10 个工作日`.
/// words: desk-limit-*
pub fn limit(w: &Words, n: i64, unit: LimitUnit) -> String {
    w.f(&format!("desk-limit-{}", unit.as_str().replace('_', "-")), &[("n", &n)])
}

/// The limit of a promise.
pub fn promised(w: &Words, promise: &Promise) -> String {
    limit(w, i64::from(promise.n), promise.unit)
}

/// Why there is no due date.
pub fn unknown(w: &Words, why: Unknown) -> String {
    match why {
        Unknown::NotClassified => w.t("desk-unknown-not-classified").into_owned(),
        Unknown::NoLimit => w.t("desk-unknown-no-limit").into_owned(),
        Unknown::Calendar(year) => w.f("desk-unknown-calendar", &[("year", &year.year.to_string())]),
        Unknown::NoSchedule => w.t("desk-unknown-no-schedule").into_owned(),
    }
}

/// The strip of a clock, or the reason why there is none.
pub fn strip(
    w: &Words,
    view: &ClockView<'_>,
    calendars: &dyn CalendarAt,
    now: DateTime<Utc>,
) -> Result<DayStrip, String> {
    let told = explain(view, calendars, now).map_err(|why| unknown(w, why))?;
    Ok(DayStrip::new(w, &cells(&told), sentence(w, &told.parts)))
}

/// The clock that would run if this were promised from `start` on: for the due date shown before anybody decides.
pub fn imagined<'a>(
    promise: &'a Promise,
    terms: &'a Terms,
    start: DateTime<Utc>,
    calendars: &dyn CalendarAt,
    now: DateTime<Utc>,
) -> ClockView<'a> {
    let due = calendars.schedule(terms).and_then(|schedule| schedule.due(start, promise.into(), &[], now).ok());
    ClockView {
        clock: ClockKind::Resolve,
        assignment: None,
        unit: None,
        role: None,
        round: 1,
        terms,
        promise: Some(promise),
        start,
        counted_from: start,
        due: due.map(|due| due.at),
        soon: None,
        unknown: None,
        provisional: due.is_some_and(|due| due.provisional),
        kept: false,
        projected: false,
        pauses: Vec::new(),
        paused_days: 0,
        paused_seconds: 0,
        stopped_at: None,
        dropped: false,
        difference: None,
        difference_seconds: None,
        difference_unit: None,
        left: None,
        light: Light::OnTime,
    }
}

fn cells(told: &ClockExplanation) -> Vec<DayCell> {
    let in_hours = told.lines.iter().any(|line| line.seconds > 0);
    let shown = told.lines.iter().filter(|line| line.kind != LineKind::Start || in_hours || line.due);
    let cell = |line: &DayLine| {
        let kind = match line.kind {
            LineKind::Off => DayKind::Off,
            LineKind::Paused => DayKind::Paused,
            LineKind::Start | LineKind::Counted(_) | LineKind::Moved if line.date <= told.mark => DayKind::Counted,
            LineKind::Start | LineKind::Counted(_) | LineKind::Moved => DayKind::Ahead,
        };
        DayCell {
            make_up: line.day == workdays::DayKind::MakeUp,
            today: line.date == told.mark,
            due: line.due,
            ..DayCell::new(line.date, kind, line.name.clone().unwrap_or_default())
        }
    };
    shown.map(cell).collect()
}

fn sentence(w: &Words, parts: &[Part]) -> String {
    parts.iter().map(|part| said(w, part)).collect::<Vec<_>>().join(&w.t("desk-how-between"))
}

fn said(w: &Words, part: &Part) -> String {
    match part {
        Part::Start { on, day_excluded: true, .. } => w.f("desk-how-start-day", &[("day", &w.day(*on))]),
        Part::Start { at, .. } => w.f("desk-how-start-hour", &[("at", &w.datetime(*at))]),
        Part::WithPromise => w.t("desk-how-with-promise").into_owned(),
        Part::Holiday { name, from, to } => w.f("desk-how-holiday", &[("name", name), ("span", &span(w, *from, *to))]),
        Part::MakeUp { days } => {
            let days: Vec<_> = days.iter().map(|day| w.day(*day)).collect();
            w.f("desk-how-make-up", &[("days", &days.join(&w.t("desk-and")))])
        }
        Part::Paused { from, to, days } => {
            let from = local_date(*from);
            match to {
                Some(to) => {
                    w.f("desk-how-paused", &[("span", &span(w, from, local_date(*to))), ("n", &i64::from(*days))])
                }
                None => w.f("desk-how-pausing", &[("day", &w.day(from)), ("n", &i64::from(*days))]),
            }
        }
        Part::Moved { from, name, to } => {
            let name = if name.is_empty() { w.t("desk-how-weekend").into_owned() } else { name.clone() };
            w.f("desk-how-moved", &[("from", &w.day(*from)), ("name", &name), ("to", &w.day(*to))])
        }
        Part::Kept => w.t("desk-how-kept").into_owned(),
        Part::Provisional { years } => {
            let years: Vec<_> = years.iter().map(i32::to_string).collect();
            w.f("desk-how-provisional", &[("years", &years.join(&w.t("desk-and")))])
        }
        Part::Basis { notices, calendar } if notices.is_empty() => w.f("desk-how-basis-law", &[("calendar", calendar)]),
        Part::Basis { notices, calendar } => {
            let notices = notices.join(&w.t("desk-and"));
            w.f("desk-how-basis", &[("notices", &notices), ("calendar", calendar)])
        }
    }
}

/// `2月15日至2月23日`, or the one day.
fn span(w: &Words, from: NaiveDate, to: NaiveDate) -> String {
    if from == to { w.day(from) } else { w.f("desk-span", &[("from", &w.day(from)), ("to", &w.day(to))]) }
}
