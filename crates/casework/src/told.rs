//! What other modules hear of a change of a request: stable names for events, where the request and its needs stand now.

use events::{NeedNow, RequestEvent, RequestFact, RequestTold};
use kernel::{Error, Result};

use crate::case::{Case, Need, Request};
use crate::event::{Event, Recorded};

/// The name under which others hear of an event. Events and orders may be renamed here; these names may not.
fn name(event: &Event) -> RequestEvent {
    use RequestEvent as N;
    match event {
        Event::Drafted => N::Drafted,
        Event::Submitted { .. } => N::Submitted,
        Event::Resubmitted { .. } => N::Resubmitted,
        Event::Accepted { .. } => N::Accepted,
        Event::Returned { .. } => N::Returned,
        Event::Classified { .. } => N::Classified,
        Event::Split { .. } => N::Split,
        Event::Assigned { .. } => N::Assigned,
        Event::Unassigned { .. } => N::Unassigned,
        Event::Signed { .. } => N::Signed,
        Event::Refused { .. } => N::Refused,
        Event::Progress { .. } => N::Progress,
        Event::ContactTried { .. } => N::ContactTried,
        Event::WaitStarted { .. } => N::WaitStarted,
        Event::WaitEnded => N::WaitEnded,
        Event::ExtensionRequested { .. } => N::ExtensionRequested,
        Event::ExtensionDecided { granted: true, .. } => N::ExtensionGranted,
        Event::ExtensionDecided { granted: false, .. } => N::ExtensionDenied,
        Event::Answered { .. } => N::Answered,
        Event::CalledBack { .. } => N::CalledBack,
        Event::Reopened { .. } => N::Reopened,
        Event::Closed { .. } => N::Closed,
        Event::Rated { .. } => N::Rated,
        Event::RatingTakenBack => N::RatingTakenBack,
        Event::Objected { .. } => N::Objected,
        Event::Withdrawn { .. } => N::Withdrawn,
        Event::Attached { .. } => N::Attached,
        Event::Commented { .. } => N::Commented,
        Event::EnterpriseLinked { .. } => N::EnterpriseLinked,
        Event::ClocksRecomputed { .. } => N::ClocksRecomputed,
        Event::LimitChanged { .. } => N::LimitChanged,
    }
}

/// The payload for `events`, which are the last ones of `case`; `what` is the order as the audit names it.
///
/// # Errors
/// `internal` if nothing happened.
pub(crate) fn told(what: &str, request: &Request, case: &Case, events: &[Recorded]) -> Result<RequestTold> {
    let first = events.first().ok_or_else(|| Error::internal("a change of a request without an event"))?;
    let now = |need: &Need| {
        let units = need.active().map(|assignment| assignment.unit).collect();
        NeedNow { need: need.index, state: need.state().as_str().to_owned(), units }
    };
    Ok(RequestTold {
        event: name(&first.event),
        request: request.id,
        number: request.number.clone(),
        enterprise: request.enterprise,
        state: case.state().as_str().to_owned(),
        version: case.seq,
        seq: case.seq,
        what: what.to_owned(),
        facts: events.iter().map(|event| RequestFact { event: name(&event.event), need: event.need }).collect(),
        needs: case.needs.iter().map(now).collect(),
    })
}
