//! Why a clock is due when it is: one line a day for the strip, and the parts of the sentence below it. Data, no words.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use workdays::{DayKind, DayLine, LineKind};

use crate::clocks::{CalendarAt, ClockView, Unknown};
use crate::limits::LimitUnit;

/// A clock told day by day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockExplanation {
    /// From the day of the start to the due day, every date once; of a clock that is late not beyond the due day.
    pub lines: Vec<DayLine>,
    /// In the order in which they are said.
    pub parts: Vec<Part>,
    /// The day to ring: the stop if there is one, else today.
    pub mark: NaiveDate,
}

/// One statement about how days were counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "part", rename_all = "snake_case")]
pub enum Part {
    /// Counting begins after this day; or, for hours, at this very moment.
    Start { on: NaiveDate, at: DateTime<Utc>, limit: u32, unit: LimitUnit, day_excluded: bool },
    /// The lead's share has no limit of its own and falls due with the promise to the enterprise.
    WithPromise,
    /// Days off by a notice that were not counted.
    Holiday { name: String, from: NaiveDate, to: NaiveDate },
    /// Saturdays and Sundays that were counted because they are worked.
    MakeUp { days: Vec<NaiveDate> },
    /// The clock stood still; `days` of the limit's kind did not count. `to` is `None` while it still stands.
    Paused { from: DateTime<Utc>, to: Option<DateTime<Utc>>, days: u32 },
    /// The limit was used up on a day off (a weekend when `name` is empty), so it ends on the next working day: Civil Code,
    /// Article 203.
    Moved { from: NaiveDate, name: String, to: NaiveDate },
    /// A change of the calendar would have moved the deadline back into the past; it stayed as it was.
    Kept,
    /// The notices of these years are not entered: the statutory days are off, swaps and make-up days are still open.
    Provisional { years: Vec<i32> },
    /// The notices the count rests on, and the version of the calendar.
    Basis { notices: Vec<String>, calendar: String },
}

/// Explains a clock of [`crate::clocks::clocks`].
///
/// # Errors
/// The reason why there is no due date.
pub fn explain(
    view: &ClockView<'_>,
    calendars: &dyn CalendarAt,
    now: DateTime<Utc>,
) -> Result<ClockExplanation, Unknown> {
    let promise = view.promise.ok_or(view.unknown.unwrap_or(Unknown::NoLimit))?;
    let schedule = calendars.schedule(view.terms).ok_or(Unknown::NoSchedule)?;
    let start = view.counted_from;
    let with_promise = start != view.start;
    let told = schedule.explain(start, promise.into(), &view.pauses, now).map_err(Unknown::Calendar)?;

    let in_hours = matches!(promise.unit, LimitUnit::WorkingHour | LimitUnit::Hour);
    let mut parts = vec![Part::Start {
        on: workdays::local_date(start),
        at: start,
        limit: promise.n,
        unit: promise.unit,
        day_excluded: !in_hours,
    }];
    if with_promise {
        parts.push(Part::WithPromise);
    }
    parts.extend(holidays(&told.lines));
    let make_up = told.lines.iter().filter(|line| line.day == DayKind::MakeUp && counted(line));
    let days: Vec<_> = make_up.map(|line| line.date).collect();
    if !days.is_empty() && matches!(promise.unit, LimitUnit::WorkingHour | LimitUnit::WorkingDay) {
        parts.push(Part::MakeUp { days });
    }
    for pause in view.pauses.iter().filter(|pause| pause.from < told.due.at) {
        let (first, last) = (workdays::local_date(pause.from), workdays::local_date(pause.to.unwrap_or(now)));
        let within = |line: &&DayLine| line.kind == LineKind::Paused && first <= line.date && line.date <= last;
        let days = u32::try_from(told.lines.iter().filter(within).count()).unwrap_or(u32::MAX);
        parts.push(Part::Paused { from: pause.from, to: pause.to, days });
    }
    if let Some(from) = told.moved_from {
        let name = told.lines.iter().find(|line| line.date == from).and_then(|line| line.name.clone());
        let to = workdays::local_date(told.due.at);
        parts.push(Part::Moved { from, name: name.unwrap_or_default(), to });
    }
    if view.kept {
        parts.push(Part::Kept);
    } else if told.due.provisional {
        let mut years: Vec<i32> =
            told.lines.iter().filter(|line| !line.confirmed).map(|line| chrono::Datelike::year(&line.date)).collect();
        years.dedup();
        parts.push(Part::Provisional { years });
    }
    if workdays::Unit::from(promise.unit).needs_calendar() || told.moved_from.is_some() {
        parts.push(Part::Basis { notices: told.notices, calendar: told.calendar });
    }
    let mark = workdays::local_date(view.stopped_at.unwrap_or(now));
    Ok(ClockExplanation { lines: told.lines, parts, mark })
}

fn counted(line: &DayLine) -> bool {
    matches!(line.kind, LineKind::Counted(_))
}

/// Runs of days off that a notice explains, without the plain weekends beside them.
fn holidays(lines: &[DayLine]) -> Vec<Part> {
    let off_runs = lines.chunk_by(|a, b| (a.kind == LineKind::Off) == (b.kind == LineKind::Off));
    let mut found = Vec::new();
    for run in off_runs.filter(|run| run.first().is_some_and(|line| line.kind == LineKind::Off)) {
        let mut named = run.iter().filter(|line| line.day == DayKind::Holiday);
        if let Some(first) = named.next() {
            let last = named.next_back().unwrap_or(first);
            found.push(Part::Holiday { name: first.name.clone().unwrap_or_default(), from: first.date, to: last.date });
        }
    }
    found
}
