//! Pages of the service desk, of departments and of everybody who works on a request.

mod action;
mod bulk;
mod case_tables;
mod contact;
mod deed;
mod deed_form;
pub(super) mod export;
mod file;
mod filters;
mod history;
mod inbox;
mod list_page;
mod need;
mod new_request;
mod orders;
pub(in crate::pages) mod parts;
mod preview;
mod queue;
mod search;
mod strip;
pub(in crate::pages) mod units;
mod waiting;

use axum::routing::{get, post};
use axum::{Extension, Router};
use web::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/desk", get(inbox::show))
        .route("/desk/waiting", get(waiting::show))
        .route("/desk/waiting/{code}", get(waiting::one).post(waiting::link))
        .route("/desk/bulk", get(bulk::ask).post(bulk::act))
        .route("/requests", get(list_page::show).layer(Extension(list_page::Lists::default())))
        .route("/requests/new", get(new_request::show).post(new_request::submit))
        .route("/requests/{number}", get(need::show))
        .route("/requests/{number}/contact", post(contact::request))
        .route("/requests/{number}/helpers/{login}/contact", post(contact::helper))
        .route("/requests/{number}/{action}", post(action::act))
        .route("/queue", get(queue::show))
        .route("/queue/sign", post(queue::sign))
        .route("/search", get(search::show))
        .route("/files/{id}", get(file::download))
}
