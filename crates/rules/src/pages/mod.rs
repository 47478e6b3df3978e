//! /rules: the rule packs of the programme, to read and to try on a case.

mod answer;
mod fields;
mod list;
mod rated;
mod reading;
mod said;
mod show;
mod try_case;

use axum::Router;
use axum::routing::get;
use web::AppState;

/// The pages of this crate.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/rules", get(list::show))
        .route("/rules/{code}", get(show::show))
        .route("/rules/{code}/markdown", get(show::markdown))
        .route("/rules/{code}/try", get(try_case::show))
}

#[cfg(test)]
mod tests;
