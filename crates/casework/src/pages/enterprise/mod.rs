//! Pages of enterprises, of visitors without an account and of named helpers; phone first.

mod acts;
mod asker;
mod door;
mod follow;
mod helped;
mod helped_one;
mod history;
mod my;
mod pending;
mod pending_room;
mod posters;
mod problem;
mod promise;
mod raise;
mod raise_form;
#[cfg(test)]
mod render_tests;
mod sent;
mod similar;

use axum::Router;
use axum::routing::{get, post};
use web::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/raise", get(raise::show).post(raise::submit))
        .route("/raise/sent/{number}", get(sent::after))
        .route("/my", get(my::show))
        .route("/my/{number}", get(problem::show))
        .route("/my/{number}/{act}", post(acts::act))
        .route("/my/{number}/files/{file}", get(acts::file))
        .route("/follow", get(follow::show).post(follow::submit))
        .route("/follow/{number}", get(problem::show))
        .route("/follow/{number}/{act}", post(acts::act))
        .route("/follow/{number}/files/{file}", get(acts::file))
        .route("/posters", get(posters::list))
        .route("/posters/enterprise/{code}", get(posters::of_enterprise))
        .route("/posters/township/{code}", get(posters::of_township))
        .route("/helped", get(helped::show))
        .route("/helped/{code}", get(helped_one::show))
}
