//! GET /requests/{number}/events: what happened, without the names of persons.

use axum::{Extension, Json};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{AssignmentId, UnitId};
use serde::Serialize;
use utoipa::ToSchema;
use web::Failure;
use web::api::{ApiActor, Named, Query};
use web::openapi::Unit;

use super::request::OutcomeName;
use super::show::found;
use crate::Casework;
use crate::event::{ActorKind, CallResult, Classification, Event, Grade, Level, Outcome, Recorded, Role, Verdict};
use crate::store::api::named;
use crate::store::case;

/// The history of a request, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EventList {
    items: Vec<EventItem>,
}

/// Something that happened. Fields that do not concern its kind are left out.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(super) struct EventItem {
    /// 1, 2, 3 … within the request. An enterprise's own list has gaps where units talk among themselves.
    #[schema(minimum = 1)]
    seq: u32,
    at: DateTime<Utc>,
    /// `submitted`, `accepted`, `returned`, `classified`, `split`, `assigned`, `signed`, `progress`, `contact_tried`,
    /// `wait_started`, `wait_ended`, `answered`, `called_back`, `reopened`, `closed`, `rated`, `rating_taken_back`,
    /// `objected`, `withdrawn`, `enterprise_linked` …; more may come.
    #[schema(example = "answered")]
    kind: &'static str,
    /// Number of the matter it concerns; left out where it concerns the request as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    need: Option<String>,
    by: By,
    /// What was said to the enterprise: the explanation, answer or reason. What units say among themselves is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    text: Option<String>,
    /// The unit that got, signed for, refused or answered it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    unit: Option<Unit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    role: Option<Role>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    category: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    grade: Option<Grade>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    level: Option<Level>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<OutcomeName>, nullable = false)]
    outcome: Option<&'static str>,
    /// When a planned one is looked at again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    review_on: Option<NaiveDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    result: Option<CallResult>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    verdict: Option<Verdict>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1, maximum = 5)]
    stars: Option<u8>,
}

/// In what capacity and for which unit somebody acted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventBy)]
struct By {
    kind: ActorKind,
    unit: Option<Unit>,
}

impl Default for By {
    fn default() -> Self {
        By { kind: ActorKind::System, unit: None }
    }
}

/// History of a request
///
/// Who (by capacity and unit, not by name) did what and when, oldest first.
#[utoipa::path(
    get, path = "/requests/{number}/events", operation_id = "list_request_events", tag = "requests",
    params(("number" = String, Path, description = "Number of the request", example = "2026-000123")),
    responses(
        (status = 200, description = "The events", body = EventList),
        web::openapi::Missing, web::openapi::Refusals
    ),
    security(("token" = ["requests:read"]))
)]
pub(super) async fn list(
    by: ApiActor,
    Extension(casework): Extension<Casework>,
    Named(number): Named,
    Query(query): Query,
) -> Result<Json<EventList>, Failure> {
    query.finish()?;
    let mut conn = by.state.db.read().await?;
    let units = casework.all_units(&mut conn).await?;
    let request = found(&mut conn, &by, &number, &units).await?;
    let mut events = case::events(&mut conn, request.id).await?;
    if !super::is_inside(&by) {
        events.retain(|recorded| recorded.event.visible_to_enterprise());
    }
    let assigned = assigned(&events);
    let unit = |id: UnitId| named(&units, id);
    let told = |recorded: &Recorded| {
        let concerned = assignment(&recorded.event).and_then(|id| assigned.iter().find(|(known, _)| *known == id));
        EventItem {
            seq: recorded.seq,
            at: recorded.at,
            kind: recorded.event.kind(),
            need: recorded.need.map(|n| if n == 1 { number.clone() } else { format!("{number}-{n}") }),
            by: By { kind: recorded.by.kind, unit: recorded.by.unit.and_then(unit) },
            text: text(&recorded.event).filter(|text| !text.is_empty()).map(str::to_owned),
            unit: concerned.and_then(|(_, id)| unit(*id)),
            ..facts(&recorded.event)
        }
    };
    Ok(Json(EventList { items: events.iter().map(told).collect() }))
}

/// The units behind the assignments of a history.
pub(super) fn assigned(events: &[Recorded]) -> Vec<(AssignmentId, UnitId)> {
    let one = |recorded: &Recorded| match &recorded.event {
        Event::Assigned { assignment, unit, .. } => Some((*assignment, *unit)),
        _ => None,
    };
    events.iter().filter_map(one).collect()
}

fn assignment(event: &Event) -> Option<AssignmentId> {
    match event {
        Event::Assigned { assignment, .. }
        | Event::Unassigned { assignment, .. }
        | Event::Signed { assignment }
        | Event::Refused { assignment, .. }
        | Event::ExtensionRequested { assignment, .. }
        | Event::ExtensionDecided { assignment, .. }
        | Event::ContactTried { assignment, .. }
        | Event::Answered { assignment, .. } => Some(*assignment),
        Event::Progress { assignment, .. } => *assignment,
        _ => None,
    }
}

/// What was said to the enterprise, or by it. Notes of the desk and reasons of units stay inside.
fn text(event: &Event) -> Option<&str> {
    match event {
        Event::Submitted { title, .. } | Event::Resubmitted { title, .. } | Event::Split { title, .. } => Some(title),
        Event::Returned { explanation, .. } => Some(explanation),
        Event::Answered { text, .. } | Event::Rated { text, .. } | Event::Objected { text, .. } => Some(text),
        Event::Progress { text, visible_to_enterprise: true, .. }
        | Event::Commented { text, visible_to_enterprise: true } => Some(text),
        Event::WaitStarted { reason } | Event::Withdrawn { reason } => Some(reason),
        _ => None,
    }
}

/// What the kind of the event adds.
fn facts(event: &Event) -> EventItem {
    let none = EventItem::default();
    match event {
        Event::Assigned { role, .. } => EventItem { role: Some(*role), ..none },
        Event::Classified { classification: Classification { category, grade, level }, .. } => {
            EventItem { category: Some(category.clone()), grade: Some(*grade), level: Some(*level), ..none }
        }
        Event::Answered { outcome, .. } => {
            let review_on = match outcome {
                Outcome::Planned { review_on } => Some(*review_on),
                _ => None,
            };
            EventItem { outcome: Some(case::outcome_word(*outcome)), review_on, ..none }
        }
        Event::CalledBack { result, .. } => EventItem { result: Some(*result), ..none },
        Event::Rated { verdict, stars, .. } => EventItem { verdict: Some(*verdict), stars: *stars, ..none },
        _ => none,
    }
}
