//! GET /language/{tag}: remembers the language and goes back.

use axum::extract::{Path, Query, State};
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use serde::Deserialize;

use super::safe_back;
use crate::extract::redirect;
use crate::lang::{LANG_COOKIE, Lang};
use crate::session::set_cookie;
use crate::state::AppState;

#[derive(Deserialize)]
pub(super) struct Back {
    #[serde(default)]
    back: String,
}

pub(super) async fn switch(
    State(state): State<AppState>,
    Path(tag): Path<String>,
    Query(Back { back }): Query<Back>,
) -> Response {
    let mut response = redirect(safe_back(&back));
    let cookie = Lang::parse(&tag)
        .and_then(|lang| set_cookie(LANG_COOKIE, lang.tag(), 365 * 24 * 3600, state.config.secure_cookies));
    if let Some(cookie) = cookie {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}
