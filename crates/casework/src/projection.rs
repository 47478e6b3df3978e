//! What is kept of a need beside its events, so that lists and figures need not fold: derived, and rebuilt at any time.

use chrono::{DateTime, Utc};
use kernel::{UnitId, start_of_day};
use serde::{Deserialize, Serialize};
use workdays::{Due, Limit, Mode, Schedule, Unit};

use crate::case::{Case, Need, Run};
use crate::clocks::{CalendarAt, due_of, soon_of};
use crate::event::{CallResult, ClosedOn, Grade, Level, Outcome, Role, Source, Verdict};
use crate::limits::ClockKind;
use crate::state::{ActNext, State};

/// The row of a need. Independent of the present: nothing in it becomes wrong by waiting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Projection {
    /// Index of the need.
    pub need: u16,
    pub number: String,
    pub title: String,
    pub source: Option<Source>,
    pub handed_down: bool,
    pub state: State,
    pub request_state: State,
    pub act_next: ActNext,
    pub category: Option<String>,
    pub grade: Option<Grade>,
    pub level: Option<Level>,
    pub lead_unit: Option<UnitId>,
    pub co_units: Vec<UnitId>,
    /// First handed in.
    pub submitted_at: DateTime<Utc>,
    pub returned_at: Option<DateTime<Utc>>,
    pub accepted_at: Option<DateTime<Utc>>,
    pub assigned_at: Option<DateTime<Utc>>,
    pub answered_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
    pub withdrawn_at: Option<DateTime<Utc>>,
    pub closed_on: Option<ClosedOn>,
    pub outcome: Option<Outcome>,
    /// The last call-back of this round.
    pub result: Option<CallResult>,
    /// When a call-back first found the enterprise dissatisfied, in any round.
    pub dissatisfied_at: Option<DateTime<Utc>>,
    pub verdict: Option<Verdict>,
    pub round: u16,
    pub reopened: u16,
    pub hops: u16,
    pub refusals: u16,
    /// The clock on which somebody must act now, and when it is due: `None` while waiting, when answered or over.
    pub due_clock: Option<ClockKind>,
    pub due_at: Option<DateTime<Utc>>,
    /// From when on that clock is due soon.
    pub soon_at: Option<DateTime<Utc>>,
    /// The lead has answered and a co-unit has not: when that one's own share is due.
    pub co_due_at: Option<DateTime<Utc>>,
    pub accept_due_at: Option<DateTime<Utc>>,
    /// `None` while not decided; false as soon as one of several acceptances was late.
    pub accept_on_time: Option<bool>,
    /// Of the current round; `None` while waiting or unclassified.
    pub resolve_due_at: Option<DateTime<Utc>>,
    /// `None` while not answered; false as soon as an earlier round was late, whatever the current one is.
    pub resolve_on_time: Option<bool>,
    /// Of the last lead that was or is to contact the enterprise; `None` while waiting.
    pub contact_due_at: Option<DateTime<Utc>>,
    /// `None` while a first contact is outstanding; false as soon as one of several was late.
    pub contact_on_time: Option<bool>,
    pub paused: bool,
    /// One of the due dates counts a year whose notice is not entered.
    pub provisional: bool,
    /// An extension was granted.
    pub extended: bool,
    /// A unit asked for an extension and nobody has decided.
    pub extension_asked: bool,
    /// Working days the county used from acceptance to answer, waits left out, all rounds; `None` while not answered.
    pub used_days: Option<u32>,
    pub last_event_at: DateTime<Utc>,
    /// Sequence number of the last event of the need.
    pub version: u32,
}

impl Projection {
    /// When a call-back first told what the enterprise thinks: dissatisfied in any round, otherwise at closing.
    pub fn judged_at(&self) -> Option<DateTime<Utc>> {
        let reached = self.result.is_some_and(CallResult::reached);
        self.dissatisfied_at.or(self.closed_at.filter(|_| reached))
    }

    /// The beginning of the day on which what was planned is to be looked at again.
    pub fn review_at(&self) -> Option<DateTime<Utc>> {
        match self.outcome {
            Some(Outcome::Planned { review_on }) => Some(start_of_day(review_on)),
            _ => None,
        }
    }

    /// What it told; a need found dissatisfied once stays so, whatever is said after it was taken up again.
    pub fn satisfied(&self) -> Option<bool> {
        self.judged_at().map(|_| self.dissatisfied_at.is_none())
    }
}

/// The row of one need; `None` if there is no such need.
pub fn project(case: &Case, need: u16, calendars: &dyn CalendarAt) -> Option<Projection> {
    let own = case.need(need)?;
    let state = own.state();
    let paused = own.is_waiting();
    let resolve = own.resolve_run();
    let accept = own.runs.iter().rev().find(|run| run.clock == ClockKind::Accept);
    let due = |run: &Run| {
        let run_due = run.promise.as_ref().and(calendars.schedule(&run.terms));
        let due = run_due.and_then(|schedule| due_of(own, run, &schedule, own.last_event_at).ok());
        due.map(|due| Due { provisional: due.provisional && !run.kept, ..due })
    };
    let accept_due = accept.and_then(due);
    let resolve = resolve.filter(|run| run.stop.is_some() || !paused);
    let resolve_due = resolve.and_then(due);
    let contact = own.runs.iter().rev().find(|run| run.clock == ClockKind::Contact && !run.dropped);
    let contact_due = contact.filter(|run| run.stop.is_some() || !paused).and_then(due);
    let due_clock = match state {
        State::Submitted => Some(ClockKind::Accept),
        State::Accepted => Some(ClockKind::Assign),
        State::Assigned | State::InProgress => Some(ClockKind::Resolve),
        _ => None,
    };
    let current = due_clock.and_then(|clock| match clock {
        ClockKind::Accept => accept,
        ClockKind::Assign => own.open_run(ClockKind::Assign, None),
        _ => resolve,
    });
    let current = current.and_then(|run| Some((run, due(run)?)));
    let soon = current
        .and_then(|(run, due)| Some(soon_of(own, run, &calendars.schedule(&run.terms)?, due.at, own.last_event_at)));
    let current = current.map(|(_, due)| due);
    let co_due = own.awaited().and_then(|co| own.open_run(ClockKind::Share, Some(co.id))).and_then(due);
    let on_time = |clock| all_on_time(own, clock, &due);
    let classification = own.classification.as_ref();
    let units = |role| own.active().filter(move |assignment| assignment.role == role).map(|assignment| assignment.unit);
    Some(Projection {
        need,
        number: case.need_number(need),
        title: own.title.clone(),
        source: case.source,
        handed_down: case.handed_down,
        state,
        request_state: case.state(),
        act_next: own.act_next(),
        category: classification.map(|class| class.category.clone()),
        grade: classification.map(|class| class.grade),
        level: classification.map(|class| class.level),
        lead_unit: units(Role::Lead).next(),
        co_units: units(Role::Co).collect(),
        submitted_at: own.submitted_at,
        returned_at: own.returned_at,
        accepted_at: own.accepted_at,
        assigned_at: own.assigned_at,
        answered_at: own.answered_at,
        closed_at: own.closed.as_ref().map(|closing| closing.at),
        withdrawn_at: own.withdrawn_at,
        closed_on: own.closed.as_ref().map(|closing| closing.on),
        outcome: own.outcome,
        result: own.call,
        dissatisfied_at: own.dissatisfied_at,
        verdict: own.verdict,
        round: own.round,
        reopened: own.round - 1,
        hops: own.hops,
        refusals: own.refusals,
        due_clock,
        due_at: current.map(|due| due.at),
        soon_at: soon,
        co_due_at: co_due.map(|due| due.at),
        accept_due_at: accept_due.map(|due| due.at),
        accept_on_time: on_time(ClockKind::Accept),
        resolve_due_at: resolve_due.map(|due| due.at),
        resolve_on_time: on_time(ClockKind::Resolve),
        contact_due_at: contact_due.map(|due| due.at),
        contact_on_time: on_time(ClockKind::Contact),
        paused,
        provisional: [current, resolve_due].iter().flatten().any(|due| due.provisional),
        extended: own.extension.is_some(),
        extension_asked: own.active().any(|assignment| assignment.extension_asked.is_some()),
        used_days: own.answered_at.and_then(|_| used_days(own, calendars)),
        last_event_at: own.last_event_at,
        version: own.seq,
    })
}

/// Whether every run of a clock ended in time; `None` while one is open, or if none ended by the work being done.
fn all_on_time(need: &Need, clock: ClockKind, due: &dyn Fn(&Run) -> Option<Due>) -> Option<bool> {
    let mut verdict = None;
    for run in need.runs.iter().filter(|run| run.clock == clock && !run.dropped) {
        let in_time = run.stop? <= due(run)?.at;
        verdict = Some(verdict.unwrap_or(true) && in_time);
    }
    verdict
}

/// Working days of all rounds from start to answer without the paused ones.
fn used_days(need: &Need, calendars: &dyn CalendarAt) -> Option<u32> {
    let mut used = 0;
    for run in need.runs.iter().filter(|run| run.clock == ClockKind::Resolve) {
        let Some(stop) = run.stop else { continue };
        let lenient = Schedule { mode: Mode::Provisional, ..calendars.schedule(&run.terms)? };
        let count = |limit| {
            let due = lenient.due(run.start, Limit { n: limit, unit: Unit::WorkingDay }, &need.waits, stop);
            due.ok().map(|due| workdays::local_date(due.at))
        };
        let last = workdays::local_date(stop);
        let whole = lenient.calendar.count(workdays::local_date(run.start), last, Mode::Provisional).ok()?.value;
        // The days used are the largest limit that would have fallen due by the stop; it is less than all working days
        // by the paused ones, so it is found by halving.
        let (mut low, mut high) = (0, u32::try_from(whole).unwrap_or(0));
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            if count(middle)? <= last { low = middle } else { high = middle - 1 }
        }
        used += low;
    }
    Some(used)
}
