//! Spreadsheets out: a table as the screen shows it, typed, filterable and ready to print; whole or refused, in bounded memory,
//! and written into the audit before the first byte goes out.
//!
//! [`Export`] is the only way to make one of data, so that no export can forget the audit; [`blank`] makes empty ones to fill in.

mod answer;
mod writer;

use chrono::{DateTime, NaiveDate, Utc};

pub use answer::{Export, Told, blank};

/// Content type of a workbook.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Most rows of a table: what Excel has room for below title, subtitle and head.
pub const MOST_ROWS: u64 = 1_048_576 - 3;

/// What a column holds; decides alignment and number format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// Whole numbers with thousands separators.
    Number,
    /// Two decimals.
    Decimal,
    /// A fraction (0.966) shown as 96.6%.
    Percent,
    Date,
    DateTime,
}

/// A column: its title, width in characters and kind.
#[derive(Clone, Debug)]
pub struct SheetColumn {
    pub title: String,
    pub width: u16,
    pub kind: Kind,
}

/// A cell. Text is written as text, whatever it begins with.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Empty,
    Text(String),
    Number(f64),
    Date(NaiveDate),
    /// An instant; written as Chinese wall-clock time.
    Instant(DateTime<Utc>),
}

/// What stands above the rows of a sheet.
#[derive(Clone, Debug)]
pub struct Head {
    pub title: String,
    /// What was exported, when and by which filter; the second line.
    pub subtitle: String,
    pub columns: Vec<SheetColumn>,
}
