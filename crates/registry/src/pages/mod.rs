//! /enterprises: the county's enterprises, their helpers, bringing lists in.

mod export;
mod form;
mod helpers;
mod import;
mod list;
mod said;
mod show;

use axum::Router;
use axum::routing::{get, post};
use web::AppState;

/// The pages of this crate.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/enterprises", get(list::show))
        .route("/enterprises/new", get(form::new).post(form::create))
        .route("/enterprises/import", get(import::start).post(import::upload))
        .route("/enterprises/import/template", get(import::template))
        .route("/enterprises/import/{id}", get(import::follow).post(import::decide))
        .route("/enterprises/{code}", get(show::show))
        .route("/enterprises/{code}/edit", get(form::edit).post(form::change))
        .route("/enterprises/{code}/helpers", post(helpers::assign))
        .route("/enterprises/{code}/helpers/end", post(helpers::end))
}

#[cfg(test)]
mod tests;
