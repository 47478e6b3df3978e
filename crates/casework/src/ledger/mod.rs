//! Ledgers as counties keep them today, brought in row by row as histories under the same rules.

mod columns;
mod fault;
mod history;
mod import;
mod kept;
mod pages;
mod read;
mod row;

pub use columns::{COLUMNS, Column};
pub use fault::Fault;
pub use import::{Imported, Plan, import_file, plan};
pub use kept::Checked;
pub use pages::handler;

use axum::Router;
use axum::routing::get;
use web::AppState;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/ledger/import", get(pages::show).post(pages::check))
        .route("/ledger/import/{id}", get(pages::report).post(pages::start))
}
