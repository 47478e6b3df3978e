//! Whether events and texts of requests are what the audit sealed: everything, or a sample that differs each time.

mod as_found;
mod check;
mod judge;
mod witness;

pub use as_found::{due, seal_as_found};
pub use check::{Checked, check};
pub use judge::{Fault, Wrong};
pub use witness::Witness;
