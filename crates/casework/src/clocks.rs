//! Clocks as people see them: start, due, pauses, stop, difference and a light, computed from a need's runs.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use kernel::{AssignmentId, UnitId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use workdays::{Due, Mode, Pause, Schedule, UnknownYear};

use crate::case::{Case, Need, Run};
use crate::event::{DueChange, KeptClock, Promise, Role, Terms};
use crate::limits::{ClockKind, LimitUnit};

/// Where calendars and working hours come from, by the names in [`Terms`].
pub trait CalendarAt: Sync {
    /// What clocks under these terms run by; `None` when the versions are not at hand.
    fn schedule(&self, terms: &Terms) -> Option<Schedule<'_>>;
}

/// One calendar and one set of hours, whatever the terms say: for tests, replays and a county with a single version.
#[derive(Clone, Copy, Debug)]
pub struct OneSchedule<'a>(pub Schedule<'a>);

impl CalendarAt for OneSchedule<'_> {
    fn schedule(&self, _terms: &Terms) -> Option<Schedule<'_>> {
        Some(self.0)
    }
}

/// How a clock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(
    description = "How a clock stands. `due_soon`: `soon` has come and `due` has not. `waiting`: stands still. `dropped`: stopped because its reason went away. `unknown`: no due date can be told."
)]
pub enum Light {
    OnTime,
    /// From [`ClockView::soon`] until due.
    DueSoon,
    Late,
    /// Stands still: waits for the enterprise.
    Waiting,
    DoneOnTime,
    DoneLate,
    /// Stopped because its reason went away.
    Dropped,
    /// No due date can be told; see [`ClockView::unknown`].
    Unknown,
}

/// Why there is no due date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// The need is not classified yet.
    NotClassified,
    /// No limit was promised.
    NoLimit,
    /// The calendar knows neither the notice nor the statutory days of a year.
    Calendar(UnknownYear),
    /// The versions named in the terms are not at hand.
    NoSchedule,
}

/// A clock of a need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockView<'a> {
    pub clock: ClockKind,
    /// For [`ClockKind::Contact`] and [`ClockKind::Share`].
    pub assignment: Option<AssignmentId>,
    pub unit: Option<UnitId>,
    pub role: Option<Role>,
    pub round: u16,
    pub terms: &'a Terms,
    /// The limit as promised; a lead's share without one of its own shows that of the resolve clock.
    pub promise: Option<&'a Promise>,
    pub start: DateTime<Utc>,
    /// A lead's share without a limit of its own: it is counted with the resolve clock, from that one's start.
    pub counted_from: DateTime<Utc>,
    pub due: Option<DateTime<Utc>>,
    /// From when on it is due soon; see [`workdays::Schedule::soon`].
    pub soon: Option<DateTime<Utc>>,
    pub unknown: Option<Unknown>,
    /// A year whose notice is not entered was counted, with the statutory days off; swaps and make-up days may still move
    /// the due date.
    pub provisional: bool,
    /// A change of the calendar left it at the deadline it had, which was past already.
    pub kept: bool,
    /// Paused at the moment: `due` is what would hold if it went on now.
    pub projected: bool,
    /// Waits from `counted_from` to the stop.
    pub pauses: Vec<Pause>,
    /// Days that did not count because of them.
    pub paused_days: u32,
    pub paused_seconds: i64,
    pub stopped_at: Option<DateTime<Utc>>,
    pub dropped: bool,
    /// At the stop: positive early, negative late, in whole `difference_unit`s.
    pub difference: Option<i64>,
    pub difference_seconds: Option<i64>,
    /// The unit of `difference` and `left`: the limit's, but days for a limit in months.
    pub difference_unit: Option<LimitUnit>,
    /// While it runs: what is left, negative when late. In working days 0 means due today, and late ones are those that
    /// have begun since: they turn when offices open.
    pub left: Option<i64>,
    pub light: Light,
}

impl From<LimitUnit> for workdays::Unit {
    fn from(unit: LimitUnit) -> Self {
        match unit {
            LimitUnit::WorkingHour => Self::WorkingHour,
            LimitUnit::Hour => Self::Hour,
            LimitUnit::WorkingDay => Self::WorkingDay,
            LimitUnit::Day => Self::Day,
            LimitUnit::Month => Self::Month,
        }
    }
}

impl From<workdays::Unit> for LimitUnit {
    fn from(unit: workdays::Unit) -> Self {
        match unit {
            workdays::Unit::WorkingHour => Self::WorkingHour,
            workdays::Unit::Hour => Self::Hour,
            workdays::Unit::WorkingDay => Self::WorkingDay,
            workdays::Unit::Day => Self::Day,
            workdays::Unit::Month => Self::Month,
        }
    }
}

impl From<&Promise> for workdays::Limit {
    fn from(promise: &Promise) -> Self {
        Self { n: promise.n, unit: promise.unit.into() }
    }
}

/// Every clock of a need in the order of starting; empty for a need that does not exist.
pub fn clocks<'a>(case: &'a Case, need: u16, calendars: &dyn CalendarAt, now: DateTime<Utc>) -> Vec<ClockView<'a>> {
    case.need(need).map_or_else(Vec::new, |need| need.runs.iter().map(|run| view(need, run, calendars, now)).collect())
}

/// One clock.
pub fn view<'a>(need: &'a Need, run: &'a Run, calendars: &dyn CalendarAt, now: DateTime<Utc>) -> ClockView<'a> {
    let own = run.assignment.and_then(|id| need.assignments.iter().find(|own| own.id == id));
    let basis = basis(need, run);
    let promise = basis.promise.as_ref();
    let end = run.stop.unwrap_or(now);
    let mut view = ClockView {
        clock: run.clock,
        assignment: run.assignment,
        unit: own.map(|own| own.unit),
        role: own.map(|own| own.role),
        round: run.round,
        terms: &basis.terms,
        promise,
        start: run.start,
        counted_from: basis.start,
        due: None,
        soon: None,
        unknown: None,
        provisional: false,
        kept: basis.kept,
        projected: false,
        pauses: Vec::new(),
        paused_days: 0,
        paused_seconds: 0,
        stopped_at: run.stop,
        dropped: run.dropped,
        difference: None,
        difference_seconds: None,
        difference_unit: None,
        left: None,
        light: Light::Unknown,
    };
    view.pauses.extend(waits(need, run, basis).iter().filter_map(|wait| {
        let from = wait.from.max(basis.start);
        (from < wait.to.unwrap_or(now)).then_some(Pause { from, to: wait.to })
    }));
    let Some(promise) = promise else {
        view.unknown = Some(if run.clock == ClockKind::Resolve { Unknown::NotClassified } else { Unknown::NoLimit });
        return view;
    };
    let Some(schedule) = calendars.schedule(&basis.terms) else {
        view.unknown = Some(Unknown::NoSchedule);
        return view;
    };
    match due_of(need, run, &schedule, now) {
        Ok(due) => {
            view.soon = Some(soon_of(need, run, &schedule, due.at, now));
            measure(&mut view, promise, due, &schedule, end);
        }
        Err(year) => view.unknown = Some(Unknown::Calendar(year)),
    }
    view
}

/// Whether waiting for the enterprise stops the clock. Accepting and assigning are the desk's own work.
fn pauses(clock: ClockKind) -> bool {
    matches!(clock, ClockKind::Contact | ClockKind::Resolve | ClockKind::Share)
}

/// The run whose limit counts: a lead's share without a limit of its own falls due with the promise to the enterprise.
fn basis<'a>(need: &'a Need, run: &'a Run) -> &'a Run {
    if run.clock != ClockKind::Share || run.promise.is_some() {
        return run;
    }
    let resolve = need.runs.iter().find(|other| other.clock == ClockKind::Resolve && other.round == run.round);
    resolve.unwrap_or(run)
}

/// When a run is or was due. `now` only ends a wait that is still open.
pub(crate) fn due_of(need: &Need, run: &Run, schedule: &Schedule<'_>, now: DateTime<Utc>) -> Result<Due, UnknownYear> {
    let basis = basis(need, run);
    schedule.due(basis.start, limit_of(basis), &waits(need, run, basis), now)
}

/// From when on a run that is due at `due` is or was due soon.
pub(crate) fn soon_of(
    need: &Need,
    run: &Run,
    schedule: &Schedule<'_>,
    due: DateTime<Utc>,
    now: DateTime<Utc>,
) -> DateTime<Utc> {
    let basis = basis(need, run);
    schedule.soon(basis.start, limit_of(basis), &waits(need, run, basis), due, now)
}

/// The limit of a run; what was never promised falls due at once.
fn limit_of(run: &Run) -> workdays::Limit {
    run.promise.as_ref().map_or(workdays::Limit { n: 0, unit: workdays::Unit::Hour }, workdays::Limit::from)
}

/// The waits during which a run stood still: none after it stopped, and one that went on then is cut off there.
fn waits<'a>(need: &'a Need, run: &Run, basis: &Run) -> Cow<'a, [Pause]> {
    let waits: &[Pause] = if pauses(run.clock) { &need.waits } else { &[] };
    let Some(end) = run.stop.or(basis.stop) else { return Cow::Borrowed(waits) };
    let before = waits.iter().take_while(|wait| wait.from < end).count();
    let mut waits = Cow::Borrowed(waits.get(..before).unwrap_or_default());
    if waits.last().is_some_and(|last| last.to.is_none_or(|to| to > end))
        && let Some(last) = waits.to_mut().last_mut()
    {
        last.to = Some(end);
    }
    waits
}

fn measure(view: &mut ClockView<'_>, promise: &Promise, due: Due, schedule: &Schedule<'_>, end: DateTime<Utc>) {
    view.due = Some(due.at);
    // What was kept is decided; no notice can move it any more.
    view.provisional = due.provisional && !view.kept;
    view.projected = due.projected && view.stopped_at.is_none();
    view.paused_days = due.paused_days;
    view.paused_seconds = due.paused_seconds;
    let done = view.stopped_at.is_some();
    view.light = match (view.dropped, done, end <= due.at) {
        (true, _, _) => Light::Dropped,
        (false, true, true) => Light::DoneOnTime,
        (false, true, false) => Light::DoneLate,
        (false, false, _) if view.projected => Light::Waiting,
        (false, false, true) if view.soon.is_some_and(|soon| soon <= end) => Light::DueSoon,
        (false, false, true) => Light::OnTime,
        (false, false, false) => Light::Late,
    };
    // A stop far from due may touch a year the due date does not need; then the difference is told by nobody.
    let lenient = Schedule { mode: Mode::Provisional, ..*schedule };
    let Ok(difference) = lenient.difference(due.at, end, promise.unit.into()) else { return };
    view.difference_unit = Some(difference.unit.into());
    if done {
        view.difference = Some(difference.value);
        view.difference_seconds = Some(difference.seconds);
    } else {
        let in_working_days = difference.unit == workdays::Unit::WorkingDay;
        view.left = Some(match view.light {
            Light::Late if in_working_days => -lenient.working_days_late(due.at, end),
            _ => difference.value,
        });
    }
}

/// What would change if the open clocks of a need ran by other terms: the content of `ClocksRecomputed`. The first list is
/// empty when no due date moves; the second names the clocks that stay as they are, because their deadline would move
/// earlier, to a moment already past: nobody is made late against a promise that was never made.
pub fn recompute(
    case: &Case,
    need: u16,
    to: &Terms,
    calendars: &dyn CalendarAt,
    now: DateTime<Utc>,
) -> (Vec<DueChange>, Vec<KeptClock>) {
    let (mut changes, mut kept) = (Vec::new(), Vec::new());
    let Some(need) = case.need(need) else { return (changes, kept) };
    for run in need.runs.iter().filter(|run| run.stop.is_none()) {
        let basis = basis(need, run);
        let (clock, assignment) = (run.clock, run.assignment);
        let due = |terms| due_of(need, run, &calendars.schedule(terms)?, now).ok().map(|due| due.at);
        let (old, new) = (due(&basis.terms), due(to));
        if old.zip(new).is_some_and(|(old, new)| new < old && new <= now) {
            kept.push(KeptClock { clock, assignment });
        } else if basis.promise.is_some() && old != new {
            changes.push(DueChange { clock, assignment, old, new });
        }
    }
    (changes, kept)
}

/// Whether a clock of a need runs by other terms than `to`, and would follow them.
pub fn is_behind(need: &Need, to: &Terms, kept: &[KeptClock]) -> bool {
    let open = need.runs.iter().filter(|run| run.stop.is_none());
    open.into_iter().any(|run| run.terms != *to && !kept.iter().any(|own| run.is(own)))
}
