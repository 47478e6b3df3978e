//! /enterprises: the county's enterprises, their helpers, bringing lists and facts in; /admin/chains: the chains.

mod chains;
mod contact;
mod export;
mod form;
mod helpers;
mod import;
mod import_start;
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
        .route("/enterprises/import", get(import_start::enterprises).post(import::enterprises::upload))
        .route("/enterprises/import/template", get(import_start::enterprises_template))
        .route("/enterprises/import/{id}", get(import::enterprises::follow).post(import::enterprises::decide))
        .route("/enterprises/facts/import", get(import_start::facts).post(import::facts::upload))
        .route("/enterprises/facts/import/template", get(import_start::facts_template))
        .route("/enterprises/facts/import/{id}", get(import::facts::follow).post(import::facts::decide))
        .route("/enterprises/{code}", get(show::show))
        .route("/enterprises/{code}/edit", get(form::edit).post(form::change))
        .route("/enterprises/{code}/contact", post(contact::enterprise))
        .route("/enterprises/{code}/helpers", post(helpers::assign))
        .route("/enterprises/{code}/helpers/{login}/contact", post(contact::helper))
        .route("/enterprises/{code}/helpers/end", post(helpers::end))
        .route("/admin/chains", get(chains::list))
        .route("/admin/chains/new", get(chains::blank).post(chains::add))
        .route("/admin/chains/{code}", get(chains::show).post(chains::save))
}

#[cfg(test)]
mod tests;
