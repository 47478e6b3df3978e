//! What happens to a request and its needs, told by casework under the topic that others have listened to since 0.1.

use kernel::{EnterpriseId, RequestId, UnitId};
use serde::{Deserialize, Serialize};

use crate::{fact, names};

names! {
    /// What can happen to a request as a whole, or to one of its needs.
    RequestEvent {
        Drafted = "request.drafted",
        Submitted = "request.submitted",
        Resubmitted = "request.resubmitted",
        Accepted = "request.accepted",
        Returned = "request.returned",
        Withdrawn = "request.withdrawn",
        Attached = "request.file_attached",
        Commented = "request.commented",
        EnterpriseLinked = "request.enterprise_linked",
        Classified = "need.classified",
        Split = "need.split",
        Assigned = "need.assigned",
        Unassigned = "need.unassigned",
        Signed = "need.signed",
        Refused = "need.refused",
        Progress = "need.progress_reported",
        ContactTried = "need.contact_tried",
        WaitStarted = "need.wait_started",
        WaitEnded = "need.wait_ended",
        ExtensionRequested = "need.extension_requested",
        ExtensionGranted = "need.extension_granted",
        ExtensionDenied = "need.extension_denied",
        Answered = "need.answered",
        CalledBack = "need.called_back",
        Reopened = "need.reopened",
        Closed = "need.closed",
        Rated = "need.rated",
        RatingTakenBack = "need.rating_taken_back",
        Objected = "need.objected",
        ClocksRecomputed = "need.clocks_recomputed",
        LimitChanged = "need.limit_changed",
    }
}

/// One step of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestFact {
    pub event: RequestEvent,
    /// Index of the need, from 1; absent where the request as a whole is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub need: Option<u16>,
}

/// Where a need stands after the change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NeedNow {
    /// Index, from 1.
    pub need: u16,
    /// `assigned`, `answered` …: the states of the API.
    pub state: String,
    /// Units that have a part in it now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<UnitId>,
}

/// A request changed: one payload for all that was done to it in one transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestTold {
    /// The first of `facts`.
    pub event: RequestEvent,
    pub request: RequestId,
    /// `2026-000123`.
    pub number: String,
    pub enterprise: EnterpriseId,
    /// State of the request as a whole after the change.
    pub state: String,
    /// Number of the last event of its history; rises with every change.
    pub version: u32,
    /// The same number under the name it had in 0.1.
    pub seq: u32,
    /// What was ordered, as the audit names it. Orders may be renamed: listen to `facts`.
    pub what: String,
    /// Everything that happened, in order.
    pub facts: Vec<RequestFact>,
    pub needs: Vec<NeedNow>,
}
fact!(RequestTold, "casework.request");
