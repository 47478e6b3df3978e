//! States: of a need a pure function of its facts and assignments, of a request one of its needs; and who must act next.
//!
//! The table officials can read is `cases/state.md`; it is executed as a test.

use kernel::UnitId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::case::{Case, Need};

/// Where a need (or a request) stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(
    description = "Where a matter, or a request as a whole, stands: draft; submitted (to accept or return); returned (out of scope, explained); accepted (to assign); assigned (the lead has not signed); in_progress; waiting (for the enterprise's papers); answered (to call back); closed; withdrawn."
)]
pub enum State {
    /// Not handed in yet.
    Draft,
    /// To accept or return.
    Submitted,
    /// Out of scope, explained.
    Returned,
    /// To assign (待交办).
    Accepted,
    /// The lead has it and has not signed.
    Assigned,
    InProgress,
    /// For the enterprise's papers.
    Waiting,
    /// To call back.
    Answered,
    Closed,
    /// Taken back by the enterprise.
    Withdrawn,
}

/// What must happen next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(description = "What must happen next, and who does it.")]
pub enum Act {
    DeskAccept,
    DeskAssign,
    UnitSign,
    UnitAnswer,
    EnterprisePapers,
    DeskCallBack,
    Nobody,
}

/// Who must act next: `unit` for [`Act::UnitSign`] and [`Act::UnitAnswer`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ActNext {
    pub act: Act,
    pub unit: Option<UnitId>,
}

impl State {
    /// All states in their usual order.
    pub const ALL: [Self; 10] = [
        Self::Draft,
        Self::Submitted,
        Self::Returned,
        Self::Accepted,
        Self::Assigned,
        Self::InProgress,
        Self::Waiting,
        Self::Answered,
        Self::Closed,
        Self::Withdrawn,
    ];

    /// The name in rows and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Returned => "returned",
            Self::Accepted => "accepted",
            Self::Assigned => "assigned",
            Self::InProgress => "in_progress",
            Self::Waiting => "waiting",
            Self::Answered => "answered",
            Self::Closed => "closed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads [`State::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Nothing more is expected of anybody.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Returned | Self::Closed | Self::Withdrawn)
    }
}

impl Act {
    /// All acts.
    pub const ALL: [Self; 7] = [
        Self::DeskAccept,
        Self::DeskAssign,
        Self::UnitSign,
        Self::UnitAnswer,
        Self::EnterprisePapers,
        Self::DeskCallBack,
        Self::Nobody,
    ];

    /// The name in rows and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DeskAccept => "desk_accept",
            Self::DeskAssign => "desk_assign",
            Self::UnitSign => "unit_sign",
            Self::UnitAnswer => "unit_answer",
            Self::EnterprisePapers => "enterprise_papers",
            Self::DeskCallBack => "desk_call_back",
            Self::Nobody => "nobody",
        }
    }

    /// Reads [`Act::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.as_str() == text)
    }
}

impl Need {
    /// Where the need stands.
    pub fn state(&self) -> State {
        if self.withdrawn_at.is_some() {
            return State::Withdrawn;
        }
        if self.closed.is_some() {
            return State::Closed;
        }
        if self.returned_at.is_some() {
            return State::Returned;
        }
        if self.accepted_at.is_none() {
            return State::Submitted;
        }
        let Some(lead) = self.lead() else { return State::Accepted };
        if self.active().all(|assignment| assignment.answer.is_some()) {
            return State::Answered;
        }
        if self.is_waiting() {
            return State::Waiting;
        }
        if lead.signed_at.is_some() || lead.progressed || lead.answer.is_some() {
            return State::InProgress;
        }
        State::Assigned
    }

    /// Who must act next. While the lead works, it is the lead; after its answer the first co-unit that has not answered.
    pub fn act_next(&self) -> ActNext {
        let nobody_of = |act| ActNext { act, unit: None };
        match self.state() {
            State::Submitted => nobody_of(Act::DeskAccept),
            State::Accepted => nobody_of(Act::DeskAssign),
            State::Assigned => ActNext { act: Act::UnitSign, unit: self.lead().map(|lead| lead.unit) },
            State::InProgress => {
                let open = self.awaited().or_else(|| self.lead());
                ActNext { act: Act::UnitAnswer, unit: open.map(|assignment| assignment.unit) }
            }
            State::Waiting => nobody_of(Act::EnterprisePapers),
            State::Answered => nobody_of(Act::DeskCallBack),
            State::Draft | State::Returned | State::Closed | State::Withdrawn => nobody_of(Act::Nobody),
        }
    }
}

impl Case {
    /// Where the request stands: what the enterprise must do comes first, then the need that is furthest behind; what is
    /// closed, returned or withdrawn speaks only when nothing else does.
    pub fn state(&self) -> State {
        const ORDER: [State; 9] = [
            State::Waiting,
            State::Submitted,
            State::Accepted,
            State::Assigned,
            State::InProgress,
            State::Answered,
            State::Closed,
            State::Returned,
            State::Withdrawn,
        ];
        ORDER.into_iter().find(|state| self.needs.iter().any(|need| need.state() == *state)).unwrap_or(State::Draft)
    }
}
