//! GET /healthz: for whatever watches the process. Whether it can do its work is told by `/readyz`, which is `app`'s.

use axum::response::{IntoResponse, Response};

/// The process answers.
pub(super) async fn alive() -> Response {
    ([("content-type", "application/json")], r#"{"status":"ok"}"#).into_response()
}
