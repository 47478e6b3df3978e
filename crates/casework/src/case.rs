//! A request with its needs and assignments, as folded from its events.

use std::collections::BTreeSet;

use chrono::{DateTime, Days, Duration, Utc};
use kernel::{AssignmentId, EnterpriseId, PersonId, RequestId, UnitId};
use serde::{Deserialize, Serialize};
use workdays::{Pause, Schedule};

use crate::event::{
    CallResult, Classification, ClosedOn, KeptClock, Level, Outcome, Promise, Recorded, Role, Source, Terms, Verdict,
};
use crate::limits::ClockKind;

/// The nouns of a request that are no history: who asks, about what. Kept beside the events, so that a telephone number
/// can be corrected or erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    pub id: RequestId,
    /// `2026-000123`
    pub number: String,
    pub enterprise: EnterpriseId,
    pub contact_name: String,
    pub contact_phone: String,
    pub source: Source,
    /// Handed down by a higher level; such requests are counted apart.
    pub handed_down: bool,
    /// The level it was handed down from.
    pub origin_level: Option<Level>,
    pub title: String,
    pub body: String,
    pub created_at: DateTime<Utc>,
}

/// A request as its events tell it. `Case::default()` is a draft nobody has kept yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Case {
    pub number: String,
    pub source: Option<Source>,
    pub handed_down: bool,
    /// Calendar and hours for clocks that begin now.
    pub terms: Terms,
    pub needs: Vec<Need>,
    /// Sequence number of the last event; 0 for none. The version of the whole request.
    pub seq: u32,
    pub last_event_at: Option<DateTime<Utc>>,
}

/// One matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// From 1.
    pub index: u16,
    pub title: String,
    pub submitted_at: DateTime<Utc>,
    pub returned_at: Option<DateTime<Utc>>,
    pub accepted_at: Option<DateTime<Utc>>,
    /// When a lead was first found in this round.
    pub assigned_at: Option<DateTime<Utc>>,
    pub answered_at: Option<DateTime<Utc>>,
    pub closed: Option<Closing>,
    pub withdrawn_at: Option<DateTime<Utc>>,
    pub classification: Option<Classification>,
    /// The resolve limit of the classification with what extensions added.
    pub resolve: Option<Promise>,
    /// In the order of assignment, ended ones too.
    pub assignments: Vec<Assignment>,
    /// Every time a clock ran, in the order of starting.
    pub runs: Vec<Run>,
    /// When the need waited for the enterprise.
    pub waits: Vec<Pause>,
    /// From 1; each reopening begins a new one.
    pub round: u16,
    /// How often a lead handed it back or had it taken away.
    pub hops: u16,
    /// How often a unit, lead or not, refused it.
    pub refusals: u16,
    /// Of the current round.
    pub outcome: Option<Outcome>,
    /// The last call-back of the current round.
    pub call: Option<CallResult>,
    /// Call-backs of the current round that reached nobody.
    pub missed_calls: Vec<DateTime<Utc>>,
    /// When units of the current round tried to reach the enterprise in vain.
    pub contact_tries: Vec<DateTime<Utc>>,
    /// When a call-back first found the enterprise dissatisfied, in any round.
    pub dissatisfied_at: Option<DateTime<Utc>>,
    /// The enterprise's own word in the current round, and when it was given.
    pub verdict: Option<Verdict>,
    pub rated_at: Option<DateTime<Utc>>,
    /// A granted extension in any round: n in the unit of the limit.
    pub extension: Option<u32>,
    pub last_event_at: DateTime<Utc>,
    /// Sequence number of the last event that concerned this need.
    pub seq: u32,
}

/// How and until when closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    pub at: DateTime<Utc>,
    pub on: ClosedOn,
    /// Within what time the enterprise may object.
    pub object: Promise,
}

/// One unit's part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    pub id: AssignmentId,
    pub unit: UnitId,
    pub role: Role,
    pub round: u16,
    pub assigned_at: DateTime<Utc>,
    pub signed_at: Option<DateTime<Utc>>,
    /// It reported progress, which is as good as a signature.
    pub progressed: bool,
    pub answer: Option<Answer>,
    /// It refused, or it was taken away.
    pub ended: Option<Ended>,
    pub refuse: Promise,
    /// Asked for and not yet decided: how many more.
    pub extension_asked: Option<u32>,
    pub extended: bool,
}

/// A unit's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    pub at: DateTime<Utc>,
    pub outcome: Outcome,
    pub person: Option<PersonId>,
    /// The unit of the person, which may be a section of the assigned one.
    pub unit: Option<UnitId>,
}

/// How an assignment ended without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    Refused,
    Unassigned,
}

/// One stretch of a clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    pub clock: ClockKind,
    pub assignment: Option<AssignmentId>,
    pub round: u16,
    pub terms: Terms,
    pub start: DateTime<Utc>,
    /// `None` for the resolve clock: not classified yet; for a lead's share: as the resolve clock.
    pub promise: Option<Promise>,
    pub stop: Option<DateTime<Utc>>,
    /// A change of the calendar left it at the deadline it had: [`crate::event::Event::ClocksRecomputed`].
    pub kept: bool,
    /// Stopped because its reason went away (refused, taken away, withdrawn), not because the work was done.
    pub dropped: bool,
}

impl Run {
    /// Whether this is the open clock another record names.
    pub fn is(&self, named: &KeptClock) -> bool {
        self.stop.is_none() && self.clock == named.clock && self.assignment == named.assignment
    }
}

impl Case {
    /// The case that a history tells. Any sequence can be folded; what makes no sense changes nothing.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a Recorded>) -> Self {
        let mut case = Self::default();
        for event in events {
            case.apply(event);
        }
        case
    }

    /// A need by its index, from 1.
    pub fn need(&self, index: u16) -> Option<&Need> {
        self.needs.get(usize::from(index).checked_sub(1)?)
    }

    /// The number of a need: the request's, then `-2`, `-3` …
    pub fn need_number(&self, index: u16) -> String {
        if index == 1 { self.number.clone() } else { format!("{}-{index}", self.number) }
    }
}

impl Need {
    /// The lead that has it now.
    pub fn lead(&self) -> Option<&Assignment> {
        self.active().find(|assignment| assignment.role == Role::Lead)
    }

    /// The co-unit everybody waits for: the lead has answered and it has not.
    pub fn awaited(&self) -> Option<&Assignment> {
        self.lead().filter(|lead| lead.answer.is_some())?;
        self.active().find(|assignment| assignment.answer.is_none())
    }

    /// Assignments that neither refused nor were taken away.
    pub fn active(&self) -> impl Iterator<Item = &Assignment> {
        self.assignments.iter().filter(|assignment| assignment.ended.is_none())
    }

    /// An active assignment by id.
    pub fn assignment(&self, id: AssignmentId) -> Option<&Assignment> {
        self.active().find(|assignment| assignment.id == id)
    }

    /// Whether it waits for the enterprise.
    pub fn is_waiting(&self) -> bool {
        self.waits.last().is_some_and(|wait| wait.to.is_none())
    }

    /// On how many working days of the current round the desk tried in vain to call back: [`days_tried`].
    pub fn days_called(&self, schedule: Option<&Schedule<'_>>) -> usize {
        days_tried(&self.missed_calls, schedule)
    }

    /// On how many working days of the current round units tried in vain to reach the enterprise: [`days_tried`].
    pub fn days_sought(&self, schedule: Option<&Schedule<'_>>) -> usize {
        days_tried(&self.contact_tries, schedule)
    }

    /// Until when the enterprise can take its 解决了 back: the end of the day after it was said.
    pub fn rating_open_until(&self) -> Option<DateTime<Utc>> {
        let said = self.rated_at.filter(|_| self.verdict == Some(Verdict::Solved))?;
        let after = workdays::local_date(said).checked_add_days(Days::new(2))?;
        Some(kernel::start_of_day(after) - Duration::seconds(1))
    }

    /// The run of a clock that is going on.
    pub fn open_run(&self, clock: ClockKind, assignment: Option<AssignmentId>) -> Option<&Run> {
        self.runs.iter().find(|run| run.stop.is_none() && run.clock == clock && run.assignment == assignment)
    }

    /// The resolve clock of the current round.
    pub fn resolve_run(&self) -> Option<&Run> {
        self.runs.iter().rev().find(|run| run.clock == ClockKind::Resolve)
    }
}

/// On how many working days there was an attempt while offices were open: attempts of one day are one. Without a schedule
/// every day counts.
fn days_tried(attempts: &[DateTime<Utc>], schedule: Option<&Schedule<'_>>) -> usize {
    let counts = |at: &&DateTime<Utc>| schedule.is_none_or(|schedule| schedule.is_open(**at));
    let days: BTreeSet<_> = attempts.iter().filter(counts).map(|at| workdays::local_date(*at)).collect();
    days.len()
}
