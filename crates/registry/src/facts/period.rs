//! The time a fact speaks of: a year, a half, a quarter, a month, the months since January, or none that is named.

use std::fmt;

use chrono::NaiveDate;
use kernel::{Month, Quarter, Year};

/// `2025`, `2025H1`, `2025Q3`, `2025-06`, `2025M1-9`, or empty for what names no period. What is the same time is the same period: the
/// months from January to June are the first half.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Period {
    #[default]
    None,
    Year(Year),
    Quarter(Quarter),
    Month(Month),
    /// Months of one year that are no quarter and not all: a half, or those from January on.
    Months(Month, Month),
}

impl Period {
    /// Reads `2025`, `2025年度`, `2025Q3`, `2025年第三季度`, `2025-06`, `2025年6月`, `2025H1`, `2025年上半年`, `2025年1-9月`, `2025年前三季度`; an
    /// empty text is no period. `None` for anything else.
    pub fn parse(text: &str) -> Option<Period> {
        let text = text.trim();
        if text.is_empty() {
            return Some(Period::None);
        }
        let year = text.parse().map(Period::Year);
        let quarter = || text.parse().map(Period::Quarter);
        year.or_else(|_| quarter()).or_else(|_| text.parse().map(Period::Month)).ok().or_else(|| several(text))
    }

    /// From the first day of one month to the last of another, as the shortest name of it.
    fn months(year: i32, from: u32, to: u32) -> Option<Period> {
        let (first, last) = (Month::new(year, from)?, Month::new(year, to)?);
        match (from, to) {
            (1, 12) => Year::new(year).map(Period::Year),
            _ if from == to => Some(Period::Month(first)),
            _ if to == from + 2 && to.is_multiple_of(3) => Some(Period::Quarter(Quarter::of(first.first_day()))),
            (1, _) | (7, 12) => Some(Period::Months(first, last)),
            _ => None,
        }
    }

    /// Its last day; none if no period is named.
    pub fn last_day(self) -> Option<NaiveDate> {
        match self {
            Period::None => None,
            Period::Year(year) => Some(year.last_day()),
            Period::Quarter(quarter) => Some(quarter.last_day()),
            Period::Month(month) | Period::Months(_, month) => Some(month.last_day()),
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
            Period::Months(from, to) => match (from.month(), to.month()) {
                (1, 6) => write!(f, "{}H1", from.year()),
                (7, 12) => write!(f, "{}H2", from.year()),
                (one, two) => write!(f, "{}M{one}-{two}", from.year()),
            },
        }
    }
}

/// Halves, and months from one to another.
fn several(text: &str) -> Option<Period> {
    let plain: String = kernel::halfwidth(text).split_whitespace().collect::<String>().to_uppercase();
    let year: i32 = plain.get(..4)?.parse().ok()?;
    let rest = plain.get(4..)?.trim_start_matches(['年', '-', '.', '/']);
    match rest {
        "H1" | "上半年" => return Period::months(year, 1, 6),
        "H2" | "下半年" => return Period::months(year, 7, 12),
        "前三季度" => return Period::months(year, 1, 9),
        _ => {}
    }
    let rest = rest.strip_prefix('M').or_else(|| rest.strip_suffix("月份").or_else(|| rest.strip_suffix('月')))?;
    let (from, to) = rest.split_once(['-', '—', '–', '~', '至', '到'])?;
    let number = |text: &str| text.trim_end_matches('月').parse::<u32>().ok();
    Period::months(year, number(from)?, number(to.trim_start_matches(['-', '—']))?)
}
