//! /rules: the rule packs of the programme, to read and to try on a case.

mod answer;
mod county;
mod county_rows;
mod day;
mod fields;
mod list;
mod pick;
mod rated;
mod reading;
mod said;
mod show;
mod spread;
mod try_case;

use axum::routing::get;
use axum::{Extension, Router};
use web::AppState;

use crate::county::Keeper;

/// The pages of this crate.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/rules", get(list::show))
        .route("/rules/{code}", get(show::show))
        .route("/rules/{code}/markdown", get(show::markdown))
        .route("/rules/{code}/try", get(try_case::show))
        .route("/rules/{code}/county", get(county::show))
        .layer(Extension(Keeper::default()))
}

#[cfg(test)]
mod tests;
