//! GET /requests/{number}: one request with its matters.

use axum::{Extension, Json};
use db::Conn;
use identity::Unit;
use kernel::{Error, Result};
use web::Failure;
use web::api::{ApiActor, Named, Query};

use super::request::Request;
use crate::access;
use crate::engine::Casework;
use crate::settings::Settings;
use crate::store::api::{self, Found};

/// Show a request
///
/// State, deadlines and who must act, of the request and of each matter in it.
#[utoipa::path(
    get, path = "/requests/{number}", operation_id = "show_request", tag = "requests",
    params(("number" = String, Path, description = "Number of the request", example = "2026-000123")),
    responses(
        (status = 200, description = "The request", body = Request),
        web::openapi::Missing, web::openapi::Refusals
    ),
    security(("token" = ["requests:read"]))
)]
pub(super) async fn show(
    by: ApiActor,
    Extension(casework): Extension<Casework>,
    Named(number): Named,
    Query(query): Query,
) -> Result<Json<Request>, Failure> {
    query.finish()?;
    let mut conn = by.state.db.read().await?;
    let units = casework.all_units(&mut conn).await?;
    let found = found(&mut conn, &by, &number, &units).await?;
    let settings = casework.settings(&mut conn).await?;
    Ok(Json(shown(found, &by, &settings)))
}

/// The request if the caller may see it. `units`: all of them, for the names.
pub(super) async fn found(conn: &mut Conn, by: &ApiActor, number: &str, units: &[Unit]) -> Result<Found> {
    let reached = by.reach(&access::READ)?;
    api::find(conn, &reached, number, units).await?.ok_or_else(|| Error::not_found("request"))
}

/// The request as it stands now, without the personal data that the caller need not know.
pub(super) fn shown(mut found: Found, by: &ApiActor, settings: &Settings) -> Request {
    for need in &mut found.request.needs {
        let overdue = need.due_at.filter(|due| *due < by.now);
        need.overdue_working_days = overdue.map(|due| settings.working_days_late(due, by.now));
    }
    if !by.sees_contact() {
        found.request.contact.mask();
    }
    found.request
}
