//! A request as neighbouring systems see it: plain names and numbers, no internal ids.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use web::openapi::{Contact, Unit};

use crate::event::{CallResult, Grade, Level, Source};
use crate::limits::ClockKind;
use crate::state::{Act, State};

/// A request: what an enterprise said, with the matters it contains.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Request {
    /// The number people use.
    #[schema(example = "2026-000123")]
    pub number: String,
    /// One line.
    pub title: String,
    /// What the enterprise said; line breaks are kept.
    pub body: String,
    /// Of the request as a whole: of the matter that is furthest behind.
    #[schema(value_type = State)]
    pub state: String,
    /// Where it came in.
    #[schema(value_type = Source)]
    pub source: String,
    /// Handed down by a higher level; counted apart in the figures.
    pub handed_down: bool,
    /// The level it was handed down from.
    #[schema(value_type = Option<Level>)]
    pub origin_level: Option<String>,
    /// Code of the category the sender proposed; what the desk decided stands in `needs`.
    pub category: Option<String>,
    pub enterprise: Enterprise,
    pub contact: Contact,
    /// First handed in.
    pub submitted_at: DateTime<Utc>,
    /// The last event.
    pub updated_at: DateTime<Utc>,
    /// Rises by one with every event.
    #[schema(minimum = 0)]
    pub version: i64,
    /// The matters in it; the first has the number of the request.
    pub needs: Vec<Need>,
}

/// Whose request it is.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = RequestEnterprise)]
pub struct Enterprise {
    /// Unified social credit code; null while the enterprise is not in the register (`name` is as it was given then).
    #[schema(example = "91419981MA0000000X")]
    pub credit_code: Option<String>,
    pub name: String,
    /// Township or park it lies in.
    pub township: Option<Unit>,
}

/// One matter: what is accepted, assigned, answered and closed.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Need {
    /// The number of the request; a second matter has `-2` after it, and so on.
    #[schema(example = "2026-000123-2")]
    pub number: String,
    /// From 1.
    #[schema(minimum = 1)]
    pub index: i64,
    pub title: String,
    #[schema(value_type = State)]
    pub state: String,
    /// Code of the category: before classification the one proposed.
    pub category: Option<String>,
    #[schema(value_type = Option<Grade>)]
    pub grade: Option<String>,
    #[schema(value_type = Option<Level>)]
    pub level: Option<String>,
    #[schema(value_type = Act)]
    pub act_next: String,
    /// The unit that must act, if it is one.
    pub act_unit: Option<Unit>,
    /// The unit that leads.
    pub lead: Option<Unit>,
    /// The clock on which somebody must act now.
    #[schema(value_type = Option<ClockKind>)]
    pub clock: Option<String>,
    /// When that clock is due; null while waiting for the enterprise, when answered and when over.
    pub due_at: Option<DateTime<Utc>>,
    /// From when on it is due soon: the one instant that lights, filters, counts and exports go by.
    pub soon_at: Option<DateTime<Utc>>,
    /// Working days that have begun since it fell due, which turn when offices open; 0 before the first of them, null
    /// while it is not overdue.
    #[schema(minimum = 0)]
    pub overdue_working_days: Option<i64>,
    /// The lead has answered and `act_unit`, a co-unit, has not: when that one's own share is due.
    pub co_due_at: Option<DateTime<Utc>>,
    pub accept_due_at: Option<DateTime<Utc>>,
    /// Null while not decided.
    pub accept_on_time: Option<bool>,
    /// The promise to the enterprise; null while waiting and before classification.
    pub resolve_due_at: Option<DateTime<Utc>>,
    /// Null while not answered; false as soon as one round was late.
    pub resolve_on_time: Option<bool>,
    pub accepted_at: Option<DateTime<Utc>>,
    pub assigned_at: Option<DateTime<Utc>>,
    pub answered_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
    #[schema(value_type = Option<OutcomeName>)]
    pub outcome: Option<String>,
    /// What the enterprise said at the last call-back of this round.
    #[schema(value_type = Option<CallResult>)]
    pub result: Option<String>,
    /// From 1; each reopening begins a new one.
    #[schema(minimum = 1)]
    pub round: i64,
    /// How often it was reopened.
    #[schema(minimum = 0)]
    pub reopened: i64,
    /// How often a lead handed it back or had it taken away.
    #[schema(minimum = 0)]
    pub hops: i64,
    /// Waits for the enterprise.
    pub paused: bool,
    /// A due date counts a year whose holidays are not published yet: Monday to Friday.
    pub provisional: bool,
    /// Working days from acceptance to answer without waits, all rounds; null while not answered.
    #[schema(minimum = 0)]
    pub used_days: Option<i64>,
}

/// What came of a matter as its lead reports it: resolved; planned (shelved with a review date); not_possible under law
/// or policy; withdrawn by the enterprise; not_reachable.
#[derive(ToSchema)]
#[schema(as = Outcome, rename_all = "snake_case")]
#[allow(dead_code, reason = "it only describes the words of `Need::outcome`")]
pub enum OutcomeName {
    Resolved,
    Planned,
    NotPossible,
    Withdrawn,
    NotReachable,
}

/// One page of requests.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RequestPage {
    pub items: Vec<Request>,
    /// Path and query of the next page; null at the end.
    pub next: Option<String>,
}
