//! Pages of leaders: one page on what is late, where and whose, every number leading to its rows.

mod cache;
mod cards;
mod export;
mod opens;
mod overview;
#[cfg(test)]
mod tests;
mod unit;
mod view;

use axum::routing::get;
use axum::{Extension, Router};
use web::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/overview", get(overview::show))
        .route("/overview/units/{code}", get(unit::show))
        .layer(Extension(cache::Cache::default()))
}
