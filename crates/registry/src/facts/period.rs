//! The time a fact speaks of: a year, a quarter, a month, or none that is named.

use std::fmt;

use chrono::NaiveDate;
use kernel::{Month, Quarter, Year};

/// `2025`, `2025Q3`, `2025-06`, or empty for what names no period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Period {
    #[default]
    None,
    Year(Year),
    Quarter(Quarter),
    Month(Month),
}

impl Period {
    /// Reads `2025`, `2025年度`, `2025Q3`, `2025年第三季度`, `2025-06`, `2025年6月`; an empty text is no period. `None` for anything else.
    pub fn parse(text: &str) -> Option<Period> {
        let text = text.trim();
        if text.is_empty() {
            return Some(Period::None);
        }
        let year = text.parse().map(Period::Year);
        let quarter = || text.parse().map(Period::Quarter);
        year.or_else(|_| quarter()).or_else(|_| text.parse().map(Period::Month)).ok()
    }

    /// Its last day; none if no period is named.
    pub fn last_day(self) -> Option<NaiveDate> {
        match self {
            Period::None => None,
            Period::Year(year) => Some(year.last_day()),
            Period::Quarter(quarter) => Some(quarter.last_day()),
            Period::Month(month) => Some(month.last_day()),
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Period::None => Ok(()),
            Period::Year(year) => write!(f, "{year}"),
            Period::Quarter(quarter) => write!(f, "{}Q{}", quarter.year(), quarter.quarter()),
            Period::Month(month) => write!(f, "{month}"),
        }
    }
}
