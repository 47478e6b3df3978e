//! Figures: every rate with its numerator, its denominator, its definition and the lists that equal both.

mod beside;
mod definition;
mod output;
mod overview;
mod report;
mod sums;
#[cfg(test)]
mod tests;
mod unit;

pub use beside::Beside;
pub(crate) use beside::working_days;
pub use definition::{DEFINITIONS, Definition, Kind};
pub use output::{figure_value, report_json, report_table};
pub use overview::{Choice, MonthFlow, Overview, UnitLoad, overview};
pub use report::{Figure, Origin, Pair, Report, report};
pub use sums::{rebuild_tally, tally_faults};
pub use unit::{Hand, InHand, in_hand};
