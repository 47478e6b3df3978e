//! GET /figures: every rate of a period with its definition, numerator and denominator.

use axum::Json;
use chrono::{DateTime, NaiveDate, Utc};
use kernel::FieldError;
use serde_json::Value;
use utoipa::ToSchema;
use web::Failure;
use web::api::{ApiActor, Query};

use crate::access;
use crate::figures::{report, report_json};
use crate::store::list::Span;

/// Figures of a period, as they stand now.
#[derive(ToSchema)]
#[schema(as = Figures)]
#[allow(dead_code, reason = "it only describes what `report_json` writes")]
pub(super) struct FiguresOut {
    /// First day; null: from the beginning.
    from: Option<NaiveDate>,
    /// Last day; null: to this moment.
    to: Option<NaiveDate>,
    /// The moment of counting.
    at: DateTime<Utc>,
    figures: Vec<FigureOut>,
}

/// One figure: its numbers for all requests, for the county's own and for those handed down, apart.
#[derive(ToSchema)]
#[schema(as = Figure)]
#[allow(dead_code, reason = "it only describes what `report_json` writes")]
struct FigureOut {
    /// Stable.
    code: String,
    /// How it is counted.
    definition: String,
    kind: FigureKind,
    numerator: i64,
    denominator: i64,
    /// Of a rate, with one decimal: `96.6%`; null without a denominator.
    percent: Option<String>,
    /// Of an average or percentile, in working days; null without a denominator.
    days: Option<f64>,
    /// The lists that equal numerator and denominator.
    #[schema(nullable = false)]
    rows: Option<FigureRows>,
    own: FigureNumbers,
    handed_down: FigureNumbers,
}

/// The numbers of a figure for one origin of requests.
#[derive(ToSchema)]
#[allow(dead_code, reason = "it only describes what `report_json` writes")]
struct FigureNumbers {
    numerator: i64,
    denominator: i64,
    percent: Option<String>,
    days: Option<f64>,
    #[schema(nullable = false)]
    rows: Option<FigureRows>,
}

/// Paths of pages for people.
#[derive(ToSchema)]
#[allow(dead_code, reason = "it only describes what `report_json` writes")]
struct FigureRows {
    numerator: Option<String>,
    denominator: String,
}

/// Whether a figure is a share, a mean or a percentile.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[allow(dead_code, reason = "it only describes what `report_json` writes")]
enum FigureKind {
    Rate,
    Average,
    Percentile,
}

/// Figures of a period
///
/// The county's own requests and those handed down are counted together and apart. Days are days in Asia/Shanghai,
/// both ends included.
#[utoipa::path(
    get, path = "/figures", operation_id = "show_figures", tag = "figures",
    params(
        ("from" = Option<NaiveDate>, Query, description = "First day; without it from the beginning", example = "2026-01-01"),
        ("to" = Option<NaiveDate>, Query, description = "Last day; without it to this moment", example = "2026-11-05"),
    ),
    responses((status = 200, description = "The figures", body = FiguresOut), web::openapi::Refusals),
    security(("token" = ["figures:read"]))
)]
pub(super) async fn show(by: ApiActor, Query(mut query): Query) -> Result<Json<Value>, Failure> {
    let reached = by.reach(&access::FIGURES)?;
    let period = Span { from: query.day("from"), to: query.day("to") };
    if period.from.zip(period.to).is_some_and(|(from, to)| to < from) {
        query.refuse::<()>(FieldError::new("to", "ends-before-start"));
    }
    query.finish()?;
    let mut conn = by.state.db.read().await?;
    Ok(Json(report_json(&report(&mut conn, &reached, period, by.now).await?)))
}
