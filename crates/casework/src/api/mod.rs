//! /api/v1: requests, their events and clocks, figures.

use axum::Router;
use web::AppState;

/// Endpoints, without the prefix.
pub fn routes() -> Router<AppState> {
    Router::new()
}
