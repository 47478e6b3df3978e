//! Pages of settings; routes below.

use axum::Router;
use web::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
}
