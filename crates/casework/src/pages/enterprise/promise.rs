//! The promise to the enterprise as days, with one sentence on how they were counted.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::local_date;
use web::Words;
use web::components::{DayCell, DayKind, DayStrip};
use workdays::LineKind;

use crate::case::Case;
use crate::clocks::{ClockView, clocks};
use crate::clocks_explain::{ClockExplanation, Part, explain};
use crate::limits::{ClockKind, LimitUnit};
use crate::pages::shared::due_said;
use crate::pages::standing::limit_text;
use crate::settings::Settings;

/// A strip longer than this says nothing on a phone; the sentence does.
const MOST_DAYS: usize = 62;

/// The card of the promise.
pub(super) struct Promised {
    /// `承诺 10 个工作日内答复`
    pub title: String,
    pub due: String,
    pub strip: Option<DayStrip>,
    pub sentence: String,
}

/// The resolve clock of the current round, once it is known what was promised.
pub(super) fn promised(w: &Words, case: &Case, need: u16, settings: &Settings, now: DateTime<Utc>) -> Option<Promised> {
    let views = clocks(case, need, settings, now);
    let view = views.iter().rev().find(|view| view.clock == ClockKind::Resolve)?;
    // What was withdrawn or returned is promised no longer.
    let limit = view.promise.filter(|_| !view.dropped)?;
    let told = explain(view, settings, now).ok()?;
    let sentence = sentence(w, &told);
    let hours = matches!(limit.unit, LimitUnit::Hour | LimitUnit::WorkingHour);
    let cells = cells(w, &told, hours, view.stopped_at.is_some());
    Some(Promised {
        title: w.f("enterprise-promise", &[("limit", &limit_text(w, limit.n, limit.unit))]),
        due: due(w, view),
        strip: (cells.len() <= MOST_DAYS).then(|| DayStrip::new(w, &cells, sentence.clone())),
        sentence,
    })
}

/// words: enterprise-promise-*
fn due(w: &Words, view: &ClockView<'_>) -> String {
    let Some(due) = view.due else { return String::new() };
    let key = match (view.stopped_at, view.projected) {
        (Some(stop), _) if stop <= due => "enterprise-promise-kept",
        (Some(_), _) => "enterprise-promise-broken",
        (None, true) => "enterprise-promise-paused",
        (None, false) => "enterprise-promise-due",
    };
    w.f(key, &[("due", &due_said(w, w.datetime(due), view.provisional && view.stopped_at.is_none()))])
}

/// The days of the clock; of one that was stopped those up to its end, for nothing is counted any more.
fn cells(w: &Words, told: &ClockExplanation, hours: bool, stopped: bool) -> Vec<DayCell> {
    let waits = w.t("enterprise-day-waiting");
    let lines = told.lines.iter().filter(|line| hours || line.kind != LineKind::Start || line.date == told.mark);
    let lines = lines.filter(|line| !stopped || line.date <= told.mark);
    let cell = |line: &workdays::DayLine| {
        let end = stopped && line.date == told.mark;
        let name = if end { w.t("enterprise-day-end").into_owned() } else { line.name.clone().unwrap_or_default() };
        let (kind, note) = match line.kind {
            LineKind::Off => (DayKind::Off, name),
            LineKind::Paused => (DayKind::Paused, waits.clone().into_owned()),
            LineKind::Start => (DayKind::Ahead, w.t("enterprise-day-start").into_owned()),
            LineKind::Counted(_) | LineKind::Moved if line.date <= told.mark => (DayKind::Counted, name),
            LineKind::Counted(_) | LineKind::Moved => (DayKind::Ahead, name),
        };
        DayCell {
            make_up: line.day == workdays::DayKind::MakeUp,
            today: line.date == told.mark && !stopped,
            due: line.due,
            ..DayCell::new(line.date, kind, note)
        }
    };
    lines.map(cell).collect()
}

/// words: enterprise-count-*
fn sentence(w: &Words, told: &ClockExplanation) -> String {
    let day = |date: &NaiveDate| w.day(*date);
    let mut said = Vec::new();
    for part in &told.parts {
        match part {
            Part::Start { on, day_excluded, .. } => {
                let key = if *day_excluded { "enterprise-count-start" } else { "enterprise-count-start-hours" };
                said.push(w.f(key, &[("day", &day(on))]));
            }
            Part::Holiday { name, from, to } => {
                said.push(w.f("enterprise-count-holiday", &[("name", name), ("from", &day(from)), ("to", &day(to))]));
            }
            Part::MakeUp { days } => {
                let days: Vec<String> = days.iter().map(day).collect();
                said.push(w.f("enterprise-count-make-up", &[("days", &days.join(&w.t("enterprise-count-and")))]));
            }
            Part::Paused { from, to, days } => {
                let to = to.map_or_else(|| w.t("day-today").into_owned(), |to| day(&local_date(to)));
                let from = day(&local_date(*from));
                said.push(w.f("enterprise-count-paused", &[("from", &from), ("to", &to), ("n", days)]));
            }
            Part::Provisional { years } => {
                let years: Vec<String> = years.iter().map(ToString::to_string).collect();
                said.push(w.f("enterprise-count-provisional", &[("years", &years.join(" "))]));
            }
            Part::Moved { from, name, to } => {
                let name = if name.is_empty() { w.t("enterprise-count-weekend").into_owned() } else { name.clone() };
                said.push(w.f("enterprise-count-moved", &[("from", &day(from)), ("name", &name), ("to", &day(to))]));
            }
            Part::WithPromise | Part::Kept | Part::Basis { .. } => {}
        }
    }
    format!("{}{}", said.join(&w.t("enterprise-count-then")), w.t("enterprise-count-end"))
}
