//! What can happen to a request: the events of its append-only history, the only truth of casework.
//!
//! An event that starts or sets a clock carries the promise made at that moment ([`Promise`]) and, where a case or a
//! round begins, the calendar and hours in force ([`Terms`]): a limit row that is edited later changes no promise.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{AssignmentId, EventId, FileId, PersonId, UnitId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use workdays::LastDay;

use crate::limits::{ClockKind, LimitUnit};

/// A limit as it was promised: a copy of the limit row at the moment of the event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// Id of the limit row it was taken from; `-` where a person set it by hand.
    pub rule: String,
    /// How many of `unit`.
    pub n: u32,
    pub unit: LimitUnit,
}

/// By what clocks run: version names of the working-day calendar and of the working hours, and the county's rule for the
/// last day of a limit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Terms {
    pub calendar: String,
    pub hours: String,
    /// A limit in days or months whose last day is off ends on the next working day. Promises made before there was such a
    /// rule say nothing, and end on that very day.
    #[serde(default)]
    pub next_workday: bool,
}

impl Terms {
    /// Where a limit in days or months ends whose last day is off.
    pub fn last_day(&self) -> LastDay {
        if self.next_workday { LastDay::NextWorkingDay } else { LastDay::AsCounted }
    }
}

/// In what capacity somebody acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    Enterprise,
    Helper,
    Desk,
    Handler,
    Leader,
    System,
}

/// Who did it, as known at that moment; the name is a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    pub person: Option<PersonId>,
    pub name: String,
    pub unit: Option<UnitId>,
    pub kind: ActorKind,
}

/// Where a request came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    Web,
    Qr,
    Visit,
    WechatGroup,
    Hotline,
    Platform,
    HandedDown,
    Import,
    Api,
}

/// How hard a need is; decides its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// 一般
    Ordinary,
    /// 重点
    Key,
    /// 疑难
    Hard,
}

/// Which level of government a need belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Township,
    County,
    City,
    Province,
}

/// A unit's part in a need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Part)]
pub enum Role {
    /// 牵头
    Lead,
    /// 协办
    Co,
}

/// What came of a need, as its lead reports it. Not yet what the enterprise thinks of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    Resolved,
    /// Shelved until its conditions are there (挂账), to be looked at again on the day.
    Planned {
        review_on: NaiveDate,
    },
    /// Not possible under law or policy; the text explains.
    NotPossible,
    /// The enterprise let it go.
    Withdrawn,
    NotReachable,
}

/// What the enterprise said on the telephone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallResult {
    Satisfied,
    BasicallySatisfied,
    Dissatisfied,
    NotReached,
}

/// What the enterprise itself says about the answer: 解决了 or 没解决.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Solved,
    NotSolved,
}

/// On whose word a need was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClosedOn {
    /// A call-back that found the enterprise satisfied or basically satisfied.
    CallBack,
    /// The enterprise's own rating.
    Rating,
    /// Attempts on three working days that did not reach it.
    NotReached,
}

/// Why a need was taken up again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReopenCause {
    CallBack,
    Rating,
    Objection,
}

/// How a need is filed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Classification {
    /// Code of `packs/categories.csv`.
    pub category: String,
    pub grade: Grade,
    pub level: Level,
}

/// One due date before and after a recomputation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueChange {
    pub clock: ClockKind,
    pub assignment: Option<AssignmentId>,
    /// `None` where the calendar could not tell.
    pub old: Option<DateTime<Utc>>,
    pub new: Option<DateTime<Utc>>,
}

/// A clock of a need that a change of the calendar leaves alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptClock {
    pub clock: ClockKind,
    pub assignment: Option<AssignmentId>,
}

/// Something that happened. In JSON the variant is `kind`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// A draft was kept. Nothing runs yet.
    Drafted,
    /// Handed in: need 1 begins and its accept clock runs.
    Submitted {
        number: String,
        title: String,
        source: Source,
        handed_down: bool,
        terms: Terms,
        accept: Promise,
    },
    /// Handed in again after a return.
    Resubmitted {
        title: String,
        terms: Terms,
        accept: Promise,
    },
    Accepted {
        assign: Promise,
    },
    /// Out of scope or incomplete; the explanation is for the enterprise.
    Returned {
        reason_code: String,
        explanation: String,
    },
    /// `resolve` is the promise to the enterprise, counted from acceptance.
    Classified {
        classification: Classification,
        resolve: Promise,
    },
    /// A second matter was found in this one. The new need takes over what was promised for this one.
    Split {
        new_need: u16,
        title: String,
        assign: Promise,
    },
    /// `share`: the unit's own limit; `None` for a lead means: until the promise to the enterprise falls due.
    Assigned {
        assignment: AssignmentId,
        unit: UnitId,
        role: Role,
        note: String,
        share: Option<Promise>,
        contact: Option<Promise>,
        refuse: Promise,
    },
    /// Taken away by the desk. `assign` is set when the need thereby has no lead any more.
    Unassigned {
        assignment: AssignmentId,
        reason: String,
        assign: Option<Promise>,
    },
    Signed {
        assignment: AssignmentId,
    },
    /// `assign` is set when it was the lead.
    Refused {
        assignment: AssignmentId,
        reason: String,
        assign: Option<Promise>,
    },
    Progress {
        assignment: Option<AssignmentId>,
        text: String,
        visible_to_enterprise: bool,
    },
    /// The unit tried to reach the enterprise and nobody answered; `note`: which number, whom it asked for.
    ContactTried {
        assignment: AssignmentId,
        note: String,
    },
    /// Waiting for the enterprise's papers: the resolve clock and the shares pause.
    WaitStarted {
        reason: String,
    },
    WaitEnded,
    /// `n` more, in the unit of the limit.
    ExtensionRequested {
        assignment: AssignmentId,
        n: u32,
        reason: String,
    },
    /// `limit` is the whole new limit when granted.
    ExtensionDecided {
        assignment: AssignmentId,
        granted: bool,
        limit: Option<Promise>,
        note: String,
    },
    Answered {
        assignment: AssignmentId,
        #[serde(flatten)]
        outcome: Outcome,
        text: String,
    },
    CalledBack {
        result: CallResult,
        note: String,
    },
    /// A new round: every active assignment starts again, the resolve clock runs anew from here.
    Reopened {
        cause: ReopenCause,
        reason: String,
        terms: Terms,
        resolve: Promise,
        contact: Promise,
        share: Promise,
    },
    /// `object`: within what time the enterprise may object.
    Closed {
        on: ClosedOn,
        object: Promise,
    },
    /// The enterprise's own word. `stars` 1 to 5.
    Rated {
        verdict: Verdict,
        stars: Option<u8>,
        text: String,
    },
    /// The enterprise took its 解决了 back; what was closed on it alone is open again.
    RatingTakenBack,
    Objected {
        text: String,
    },
    /// The enterprise took it back.
    Withdrawn {
        reason: String,
    },
    Attached {
        file: FileId,
        name: String,
    },
    Commented {
        text: String,
        visible_to_enterprise: bool,
    },
    /// It was raised for an enterprise under this name, which the register did not have; the desk found which one is meant.
    EnterpriseLinked {
        named: String,
        enterprise: String,
    },
    /// Open clocks run by `to` from their start on; closed ones keep what they were.
    ClocksRecomputed {
        from: Terms,
        to: Terms,
        changes: Vec<DueChange>,
        /// Clocks that go on by their own terms: their deadline would move earlier, to a moment already past, and nobody is
        /// late against a promise that was never made.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        kept: Vec<KeptClock>,
    },
    /// A person set another limit for one clock of this need.
    LimitChanged {
        clock: ClockKind,
        assignment: Option<AssignmentId>,
        limit: Promise,
        reason: String,
    },
}

/// An event with its place in the history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    pub id: EventId,
    /// 1, 2, 3 … within the request.
    pub seq: u32,
    pub at: DateTime<Utc>,
    pub by: Actor,
    /// Index of the need, from 1; `None` where it concerns the request as a whole.
    pub need: Option<u16>,
    pub event: Event,
}

impl CallResult {
    /// Whether somebody answered the telephone.
    pub fn reached(self) -> bool {
        self != Self::NotReached
    }
}

impl Event {
    /// The name of the kind, as in JSON and in the `kind` column.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Drafted => "drafted",
            Self::Submitted { .. } => "submitted",
            Self::Resubmitted { .. } => "resubmitted",
            Self::Accepted { .. } => "accepted",
            Self::Returned { .. } => "returned",
            Self::Classified { .. } => "classified",
            Self::Split { .. } => "split",
            Self::Assigned { .. } => "assigned",
            Self::Unassigned { .. } => "unassigned",
            Self::Signed { .. } => "signed",
            Self::Refused { .. } => "refused",
            Self::Progress { .. } => "progress",
            Self::ContactTried { .. } => "contact_tried",
            Self::WaitStarted { .. } => "wait_started",
            Self::WaitEnded => "wait_ended",
            Self::ExtensionRequested { .. } => "extension_requested",
            Self::ExtensionDecided { .. } => "extension_decided",
            Self::Answered { .. } => "answered",
            Self::CalledBack { .. } => "called_back",
            Self::Reopened { .. } => "reopened",
            Self::Closed { .. } => "closed",
            Self::Rated { .. } => "rated",
            Self::RatingTakenBack => "rating_taken_back",
            Self::Objected { .. } => "objected",
            Self::Withdrawn { .. } => "withdrawn",
            Self::Attached { .. } => "attached",
            Self::Commented { .. } => "commented",
            Self::EnterpriseLinked { .. } => "enterprise_linked",
            Self::ClocksRecomputed { .. } => "clocks_recomputed",
            Self::LimitChanged { .. } => "limit_changed",
        }
    }

    /// Whether the enterprise sees it in its timeline. What units say among themselves stays inside.
    pub fn visible_to_enterprise(&self) -> bool {
        match self {
            Self::Progress { visible_to_enterprise, .. } | Self::Commented { visible_to_enterprise, .. } => {
                *visible_to_enterprise
            }
            Self::Unassigned { .. }
            | Self::Refused { .. }
            | Self::ExtensionRequested { .. }
            | Self::ClocksRecomputed { .. }
            | Self::LimitChanged { .. }
            | Self::Drafted => false,
            Self::ExtensionDecided { granted, .. } => *granted,
            _ => true,
        }
    }
}
