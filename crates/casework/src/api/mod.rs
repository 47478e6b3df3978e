//! /api/v1: requests, their events and clocks, figures. Other systems depend on it: names and meanings only grow.

mod clocks;
mod create;
mod events;
mod figures;
mod list;
pub mod request;
mod show;

use axum::routing::get;
use axum::{Extension, Router};
use identity::{Origin, Role};
use utoipa::OpenApi;
use web::AppState;
use web::api::ApiActor;

/// Endpoints, without the prefix.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/requests", get(list::list).layer(Extension(list::Answers::default())).post(create::create))
        .route("/requests/{number}", get(show::show))
        .route("/requests/{number}/events", get(events::list))
        .route("/requests/{number}/clocks", get(clocks::list))
        .route("/figures", get(figures::show))
}

/// The description of these endpoints.
#[derive(OpenApi)]
#[openapi(
    paths(list::list, create::create, show::show, events::list, clocks::list, figures::show),
    tags(
        (name = "requests", description = "Problems of enterprises from raising to closing"),
        (name = "figures", description = "Rates with numerator and denominator")
    )
)]
pub struct Description;

/// Whether the caller belongs to the administration: what units say among themselves is not for the enterprise.
fn is_inside(by: &ApiActor) -> bool {
    by.actor.origin != Origin::Person || by.actor.grants.iter().any(|grant| grant.role != Role::Enterprise)
}
