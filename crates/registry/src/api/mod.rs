//! /api/v1: enterprises. Other systems depend on it: names and meanings only grow.

pub mod enterprises;

use axum::Router;
use axum::routing::get;
use utoipa::OpenApi;
use web::AppState;

/// Endpoints, without the prefix.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/enterprises", get(enterprises::list))
        .route("/enterprises/{credit_code}", get(enterprises::show))
}

/// The description of these endpoints.
#[derive(OpenApi)]
#[openapi(
    paths(enterprises::list, enterprises::show),
    tags((name = "enterprises", description = "The register of enterprises"))
)]
pub struct Description;
