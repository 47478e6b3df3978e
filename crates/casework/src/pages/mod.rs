//! Pages of casework, by who comes for them; what they share stands in `shared`.

mod desk;
mod enterprise;
mod leader;
mod settings;
pub(crate) mod shared;
mod standing;

use axum::Router;
use web::AppState;

/// All pages of this crate.
pub fn routes() -> Router<AppState> {
    Router::new()
        .merge(enterprise::routes())
        .merge(desk::routes())
        .merge(leader::routes())
        .merge(settings::routes())
        .merge(crate::ledger::routes())
}
