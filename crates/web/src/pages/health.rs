//! GET /healthz and /readyz: for whatever watches the process. They say nothing about anybody.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::state::AppState;

/// The process answers.
pub(super) async fn alive() -> Response {
    ([("content-type", "application/json")], r#"{"status":"ok"}"#).into_response()
}

/// The database answers too.
pub(super) async fn ready(State(state): State<AppState>) -> Response {
    let answer = async {
        let mut conn = state.db.read().await?;
        identity::list_units(&mut conn).await
    };
    let (status, body) = match answer.await {
        Ok(_) => (StatusCode::OK, r#"{"status":"ok"}"#),
        Err(error) => {
            tracing::warn!(code = error.code, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, r#"{"status":"database unavailable"}"#)
        }
    };
    (status, [("content-type", "application/json")], body).into_response()
}
