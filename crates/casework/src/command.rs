//! What somebody wants to do with a request; `decide` turns it into events or refuses it.

use kernel::{AssignmentId, FileId, UnitId};
use serde::{Deserialize, Serialize};

use crate::clocks::CalendarAt;
use crate::event::{
    Actor, CallResult, Classification, DueChange, Event, KeptClock, Outcome, Role, Source, Terms, Verdict,
};
use crate::limits::{ClockKind, LimitUnit, Limits};

/// A command for one need, or for the request as a whole where `need` is `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    pub need: Option<u16>,
    pub command: Command,
}

/// What is wanted. Ids are made by the caller, so that deciding stays pure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    KeepDraft,
    Submit {
        number: String,
        title: String,
        source: Source,
        handed_down: bool,
    },
    Resubmit {
        title: String,
    },
    Accept,
    /// The explanation must not be empty: the enterprise reads it.
    Return {
        reason_code: String,
        explanation: String,
    },
    Classify {
        classification: Classification,
    },
    Split {
        title: String,
    },
    /// `share`: the unit's own limit; without it a lead has until the promise falls due, a co-unit the row `share`.
    Assign {
        assignment: AssignmentId,
        unit: UnitId,
        role: Role,
        note: String,
        share: Option<(u32, LimitUnit)>,
    },
    Unassign {
        assignment: AssignmentId,
        reason: String,
    },
    Sign {
        assignment: AssignmentId,
    },
    Refuse {
        assignment: AssignmentId,
        reason: String,
    },
    Report {
        assignment: Option<AssignmentId>,
        text: String,
        visible_to_enterprise: bool,
    },
    /// The unit tried to reach the enterprise in vain.
    TryContact {
        assignment: AssignmentId,
        note: String,
    },
    StartWait {
        reason: String,
    },
    EndWait,
    /// `n` more, in the unit of the limit.
    RequestExtension {
        assignment: AssignmentId,
        n: u32,
        reason: String,
    },
    DecideExtension {
        assignment: AssignmentId,
        granted: bool,
        note: String,
    },
    /// 联系不上 only after attempts on three working days were recorded.
    Answer {
        assignment: AssignmentId,
        outcome: Outcome,
        text: String,
    },
    CallBack {
        result: CallResult,
        note: String,
    },
    /// Closes without a satisfied call-back: on the enterprise's own rating, or after calls on three working days that
    /// reached nobody.
    Close,
    /// `stars` 1 to 5.
    Rate {
        verdict: Verdict,
        stars: Option<u8>,
        text: String,
    },
    /// Until the end of the next day 解决了 can be taken back.
    TakeBackRating,
    Object {
        text: String,
    },
    Withdraw {
        reason: String,
    },
    Attach {
        file: FileId,
        name: String,
    },
    Comment {
        text: String,
        visible_to_enterprise: bool,
    },
    /// Of the whole request: the enterprise it was raised for under the name `named` is one of the register.
    LinkEnterprise {
        named: String,
        enterprise: String,
    },
    /// The calendar or the hours changed; `changes` come from [`crate::clocks::recompute`].
    RecomputeClocks {
        to: Terms,
        changes: Vec<DueChange>,
        kept: Vec<KeptClock>,
    },
    ChangeLimit {
        clock: ClockKind,
        assignment: Option<AssignmentId>,
        n: u32,
        unit: LimitUnit,
        reason: String,
    },
}

/// What deciding depends on besides the case.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub now: chrono::DateTime<chrono::Utc>,
    pub actor: &'a Actor,
    /// The rows in force today.
    pub limits: &'a Limits,
    pub calendars: &'a dyn CalendarAt,
    /// Calendar and hours in force today.
    pub terms: &'a Terms,
}

/// An event that was decided on, not yet recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    pub need: Option<u16>,
    pub event: Event,
}

/// Why not. The text's key is `error-<code>`, as of every error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Stable, kebab-case; listed in [`Refusal::CODES`].
    pub code: &'static str,
    pub args: Vec<(&'static str, String)>,
}

impl Refusal {
    /// Every code there is, for the check that each has its words.
    pub const CODES: [&'static str; 27] = [
        "already-submitted",
        "already-waiting",
        "answer-untried",
        "assignment-answered",
        "assignment-unknown",
        "call-back-by-handler",
        "close-unconfirmed",
        "duplicate-unit",
        "explanation-missing",
        "extension-late",
        "extension-none-asked",
        "extension-pending",
        "extension-used",
        "lead-first",
        "lead-present",
        "limit-missing",
        "need-missing",
        "not-classified",
        "not-rated",
        "nothing-changed",
        "number-out-of-range",
        "object-late",
        "rating-final",
        "refuse-arbitrated",
        "refuse-late",
        "wrong-state",
        "zero-limit",
    ];

    /// A refusal without values.
    pub const fn new(code: &'static str) -> Self {
        Self { code, args: Vec::new() }
    }

    /// Adds a value that the text names.
    #[must_use]
    pub fn arg(mut self, name: &'static str, value: impl std::fmt::Display) -> Self {
        self.args.push((name, value.to_string()));
        self
    }
}
