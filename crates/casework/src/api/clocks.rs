//! GET /requests/{number}/clocks: every time limit of a request and how it stands now.

use axum::{Extension, Json};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use web::Failure;
use web::api::{ApiActor, Named, Query};
use web::openapi::Unit;
use workdays::Pause;

use super::show::found;
use crate::Casework;
use crate::case::Case;
use crate::clocks::{ClockView, Light, Unknown, clocks};
use crate::event::Role;
use crate::limits::{ClockKind, LimitUnit};
use crate::store::api::named;
use crate::store::case;

/// The clocks of a request, by matter and in the order of starting.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ClockList {
    /// The moment to which `left`, `light` and projected due dates refer.
    now: DateTime<Utc>,
    items: Vec<ClockItem>,
}

/// One stretch of a clock.
#[derive(Debug, Serialize, ToSchema)]
struct ClockItem {
    /// Number of the matter.
    need: String,
    clock: ClockKind,
    /// Whose share or first contact it is.
    unit: Option<Unit>,
    role: Option<Role>,
    /// From 1; each reopening begins a new one.
    #[schema(minimum = 1)]
    round: u16,
    /// The limit as it was promised; null before classification.
    limit: Option<ClockLimit>,
    start: DateTime<Utc>,
    due: Option<DateTime<Utc>>,
    /// From when on it is due soon: the opening of the working day with which the last fifth of its working days begins,
    /// at least two of them, but not before half of its time has passed; for hours their last fifth.
    soon: Option<DateTime<Utc>>,
    /// Why there is no due date.
    unknown: Option<UnknownName>,
    /// Stands still at the moment; `due` is what would hold if it went on now.
    projected: bool,
    /// Counts a year whose holiday notice is not entered: the statutory days are off, swaps and make-up days may still move
    /// the due date.
    provisional: bool,
    /// When it stood still.
    pauses: Vec<ClockPause>,
    /// Days of the limit's kind that did not count because of pauses.
    paused_days: u32,
    paused_seconds: i64,
    stopped_at: Option<DateTime<Utc>>,
    /// At the stop, in `difference_unit`: positive early, negative late.
    difference: Option<i64>,
    difference_seconds: Option<i64>,
    /// The unit of `difference` and `left`: the limit's, but days for a limit in months.
    difference_unit: Option<LimitUnit>,
    /// While it runs, in `difference_unit`: what is left, negative when late. 0 working days means due today or, when late,
    /// less than one; late working days turn when offices open.
    left: Option<i64>,
    light: Light,
    /// Version of the working-day calendar it runs by.
    calendar: String,
    /// Working hours it runs by.
    hours: String,
}

/// How much of what unit.
#[derive(Debug, Serialize, ToSchema)]
struct ClockLimit {
    n: u32,
    unit: LimitUnit,
}

/// A wait for the enterprise.
#[derive(Debug, Serialize, ToSchema)]
struct ClockPause {
    from: DateTime<Utc>,
    /// Null while it lasts.
    to: Option<DateTime<Utc>>,
}

/// Why there is no due date: not_classified yet; no_limit was set; calendar_unknown for a year of which neither notice nor law tells
/// anything; or the calendar version it runs by is not there (no_calendar).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ClockUnknown)]
enum UnknownName {
    NotClassified,
    NoLimit,
    CalendarUnknown,
    NoCalendar,
}

/// Clocks of a request
///
/// Accept, assign, first contact, resolve (the promise to the enterprise) and each unit's share: start, due, pauses,
/// stop and difference.
#[utoipa::path(
    get, path = "/requests/{number}/clocks", operation_id = "list_request_clocks", tag = "requests",
    params(("number" = String, Path, description = "Number of the request", example = "2026-000123")),
    responses(
        (status = 200, description = "The clocks", body = ClockList),
        web::openapi::Missing, web::openapi::Refusals
    ),
    security(("token" = ["requests:read"]))
)]
pub(super) async fn list(
    by: ApiActor,
    Extension(casework): Extension<Casework>,
    Named(number): Named,
    Query(query): Query,
) -> Result<Json<ClockList>, Failure> {
    query.finish()?;
    let mut conn = by.state.db.read().await?;
    let units = casework.all_units(&mut conn).await?;
    let request = found(&mut conn, &by, &number, &units).await?;
    let events = case::events(&mut conn, request.id).await?;
    let settings = casework.settings(&mut conn).await?;
    drop(conn);
    let case = Case::fold(&events);
    let mut items = Vec::new();
    for need in &case.needs {
        for view in clocks(&case, need.index, settings.as_ref(), by.now) {
            let unit = view.unit.and_then(|id| named(&units, id));
            items.push(item(case.need_number(need.index), view, unit));
        }
    }
    Ok(Json(ClockList { now: by.now, items }))
}

fn item(need: String, view: ClockView<'_>, unit: Option<Unit>) -> ClockItem {
    let unknown = view.unknown.map(|why| match why {
        Unknown::NotClassified => UnknownName::NotClassified,
        Unknown::NoLimit => UnknownName::NoLimit,
        Unknown::Calendar(_) => UnknownName::CalendarUnknown,
        Unknown::NoSchedule => UnknownName::NoCalendar,
    });
    ClockItem {
        need,
        clock: view.clock,
        unit,
        role: view.role,
        round: view.round,
        limit: view.promise.map(|promise| ClockLimit { n: promise.n, unit: promise.unit }),
        start: view.start,
        due: view.due,
        soon: view.soon,
        unknown,
        projected: view.projected,
        provisional: view.provisional,
        pauses: view.pauses.iter().map(|Pause { from, to }| ClockPause { from: *from, to: *to }).collect(),
        paused_days: view.paused_days,
        paused_seconds: view.paused_seconds,
        stopped_at: view.stopped_at,
        difference: view.difference,
        difference_seconds: view.difference_seconds,
        difference_unit: view.difference_unit,
        left: view.left,
        light: view.light,
        calendar: view.terms.calendar.clone(),
        hours: view.terms.hours.clone(),
    }
}
