//! Ledgers as counties keep them today, brought in.

use axum::Router;
use web::AppState;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
}
