//! What an administrator keeps of casework: categories, limits, hours, calendars, the desk's telephone.

mod calendars;
mod categories;
mod desk_line;
mod hours;
mod limits;
mod notice;
mod spoken;

use axum::Router;
use axum::routing::{get, post};
use identity::{Subject, require};
use kernel::Result;
use web::components::{Crumbs, Link};
use web::{AppState, SignedIn};

use crate::access::SETTINGS;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/admin/categories", get(categories::list))
        .route("/admin/categories/new", get(categories::blank).post(categories::create))
        .route("/admin/categories/{code}", get(categories::show).post(categories::save))
        .route("/admin/limits", get(limits::list).post(limits::add))
        .route("/admin/limits/{id}/end", post(limits::end))
        .route("/admin/hours", get(hours::show).post(hours::save))
        .route("/admin/desk-line", get(desk_line::show).post(desk_line::save))
        .route("/admin/calendars", get(calendars::list))
        .route("/admin/calendars/notice", get(notice::form).post(notice::submit))
        .route("/admin/calendars/withdraw", get(notice::withdraw).post(notice::withdraw_now))
        .route("/admin/calendars/last-day", post(notice::last_day))
        .route("/admin/calendars/{year}", get(calendars::year))
}

/// Only who may change the settings sees their pages.
fn permit(by: &SignedIn) -> Result<()> {
    require(&by.actor, &SETTINGS, &Subject::default())
}

fn crumbs(by: &SignedIn, title: &str) -> Crumbs {
    Crumbs::new(&by.words, vec![Link::new("/admin", by.words.t("settings-admin"))], title.to_owned())
}
