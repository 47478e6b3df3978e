//! Calendar periods that figures belong to: month, quarter, year. All days are days in Shanghai.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::clock::{local_date, start_of_day};
use crate::text::halfwidth;

/// First year a period may have.
const FIRST_YEAR: i32 = 1900;
/// Last year a period may have.
const LAST_YEAR: i32 = 2199;

/// A text that is no period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a period was expected, as in 2026-11, 2026-Q4 or 2026")]
pub struct BadPeriod;

impl BadPeriod {
    /// The stable code, for [`crate::FieldError`].
    pub const fn code(self) -> &'static str {
        "period-form"
    }
}

macro_rules! period {
    ($(#[$doc:meta])* $name:ident, $months:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name {
            /// Periods since year 0.
            number: i32,
        }

        impl $name {
            const PER_YEAR: i32 = 12 / $months;

            fn from_parts(year: i32, part: i32) -> Option<Self> {
                ((FIRST_YEAR..=LAST_YEAR).contains(&year) && (1..=Self::PER_YEAR).contains(&part))
                    .then_some(Self { number: year * Self::PER_YEAR + part - 1 })
            }

            /// The period that a day lies in.
            pub fn of(day: NaiveDate) -> Self {
                let month = day.year() * 12 + day.month0() as i32;
                Self { number: month.div_euclid($months) }
            }

            /// The period that an instant lies in, in Shanghai.
            pub fn at(instant: DateTime<Utc>) -> Self {
                Self::of(local_date(instant))
            }

            /// Its calendar year.
            pub const fn year(self) -> i32 {
                self.number.div_euclid(Self::PER_YEAR)
            }

            /// The period after it.
            #[must_use]
            pub const fn next(self) -> Self {
                self.plus(1)
            }

            /// The period before it.
            #[must_use]
            pub const fn prev(self) -> Self {
                self.plus(-1)
            }

            /// So many periods later, or earlier if negative.
            #[must_use]
            pub const fn plus(self, periods: i32) -> Self {
                Self { number: self.number.saturating_add(periods) }
            }

            /// The same period a year earlier, for comparison (同比).
            #[must_use]
            pub const fn year_earlier(self) -> Self {
                self.plus(-Self::PER_YEAR)
            }

            /// Its first day.
            pub fn first_day(self) -> NaiveDate {
                let month = self.number.saturating_mul($months);
                let day = NaiveDate::from_ymd_opt(month.div_euclid(12), month.rem_euclid(12) as u32 + 1, 1);
                // Only a period moved beyond what the calendar holds has no first day.
                day.unwrap_or(if self.number < 0 { NaiveDate::MIN } else { NaiveDate::MAX })
            }

            /// Its last day.
            pub fn last_day(self) -> NaiveDate {
                let next = self.next().first_day();
                next.checked_sub_days(Days::new(1)).unwrap_or(next)
            }

            /// The first instant, and the first instant after it: `start <= instant < end`.
            pub fn instants(self) -> (DateTime<Utc>, DateTime<Utc>) {
                (start_of_day(self.first_day()), start_of_day(self.next().first_day()))
            }

            /// Does the day lie in it?
            pub fn contains(self, day: NaiveDate) -> bool {
                Self::of(day) == self
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadPeriod;

            fn try_from(text: String) -> Result<Self, BadPeriod> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(period: $name) -> Self {
                period.to_string()
            }
        }
    };
}

period!(
    /// A month, written `2026-11`.
    Month,
    1
);
period!(
    /// A quarter, written `2026-Q4`.
    Quarter,
    3
);
period!(
    /// A year, written `2026`.
    Year,
    12
);

impl Month {
    /// A month by year (1900 to 2199) and number from 1.
    pub fn new(year: i32, month: u32) -> Option<Self> {
        Self::from_parts(year, i32::try_from(month).ok()?)
    }

    /// Its number from 1.
    pub const fn month(self) -> u32 {
        self.number.rem_euclid(12) as u32 + 1
    }
}

impl Quarter {
    /// A quarter by year (1900 to 2199) and number from 1.
    pub fn new(year: i32, quarter: u32) -> Option<Self> {
        Self::from_parts(year, i32::try_from(quarter).ok()?)
    }

    /// Its number from 1.
    pub const fn quarter(self) -> u32 {
        self.number.rem_euclid(4) as u32 + 1
    }
}

impl Year {
    /// A year from 1900 to 2199.
    pub fn new(year: i32) -> Option<Self> {
        Self::from_parts(year, 1)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.month())
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-Q{}", self.year(), self.quarter())
    }
}

impl fmt::Display for Year {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year())
    }
}

/// A year of four digits at the beginning, and what follows it without `年` and separators.
fn split_year(text: &str) -> Result<(i32, String), BadPeriod> {
    let text: String = halfwidth(text).to_uppercase().split_whitespace().collect();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let year = match digits {
        4 => text[..4].parse().map_err(|_| BadPeriod)?,
        6 => text[..4].parse().map_err(|_| BadPeriod)?,
        _ => return Err(BadPeriod),
    };
    Ok((year, text[4..].to_owned()))
}

fn digits_of(text: &str) -> Option<u32> {
    (matches!(text.len(), 1 | 2) && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

/// Reads `2026-11`, `2026/11`, `2026.11`, `202611`, `2026年11月`.
impl FromStr for Month {
    type Err = BadPeriod;

    fn from_str(text: &str) -> Result<Self, BadPeriod> {
        let (year, rest) = split_year(text)?;
        let month = match rest.strip_prefix('年') {
            Some(month) => month.strip_suffix('月').ok_or(BadPeriod)?,
            None => match rest.strip_prefix(['-', '/', '.']) {
                Some(month) => month,
                None if rest.len() == 2 => &rest,
                None => return Err(BadPeriod),
            },
        };
        digits_of(month).and_then(|month| Self::new(year, month)).ok_or(BadPeriod)
    }
}

/// Reads `2026-Q4`, `2026Q4`, `2026年4季度`, `2026年第四季度`.
impl FromStr for Quarter {
    type Err = BadPeriod;

    fn from_str(text: &str) -> Result<Self, BadPeriod> {
        let (year, rest) = split_year(text)?;
        let quarter = rest
            .strip_prefix('年')
            .and_then(|rest| rest.trim_start_matches('第').strip_suffix("季度"))
            .or_else(|| rest.trim_start_matches('-').strip_prefix('Q'))
            .ok_or(BadPeriod)?;
        let number = match quarter {
            "1" | "一" => 1,
            "2" | "二" => 2,
            "3" | "三" => 3,
            "4" | "四" => 4,
            _ => return Err(BadPeriod),
        };
        Self::new(year, number).ok_or(BadPeriod)
    }
}

/// Reads `2026`, `2026年`, `2026年度`.
impl FromStr for Year {
    type Err = BadPeriod;

    fn from_str(text: &str) -> Result<Self, BadPeriod> {
        match split_year(text)? {
            (year, rest) if matches!(rest.as_str(), "" | "年" | "年度") => Self::new(year).ok_or(BadPeriod),
            _ => Err(BadPeriod),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_read_and_bounded() {
        for text in ["2026-11", "2026/11", "2026.11", "202611", "2026年11月", " ２０２６ 年 11 月 "] {
            let month: Month = text.parse().unwrap();
            assert_eq!(month.to_string(), "2026-11", "{text}");
        }
        for (text, first, last) in [
            ("2026-02", "2026-02-01", "2026-02-28"),
            ("2028-2", "2028-02-01", "2028-02-29"),
            ("2026-12", "2026-12-01", "2026-12-31"),
        ] {
            let month: Month = text.parse().unwrap();
            assert_eq!((month.first_day().to_string(), month.last_day().to_string()), (first.into(), last.into()));
        }
        for wrong in ["", "2026", "2026-13", "2026-0", "26-11", "2026年11", "2026-11-05", "1899-12", "2026+11"] {
            assert_eq!(wrong.parse::<Month>(), Err(BadPeriod), "{wrong}");
        }
    }

    #[test]
    fn quarters_and_years_are_read_and_bounded() {
        for text in ["2026-Q4", "2026q4", "2026年4季度", "2026年第四季度"] {
            let quarter: Quarter = text.parse().unwrap();
            assert_eq!(quarter.to_string(), "2026-Q4", "{text}");
            assert_eq!(
                (quarter.first_day().to_string().as_str(), quarter.last_day().to_string().as_str()),
                ("2026-10-01", "2026-12-31")
            );
        }
        for wrong in ["2026-Q5", "2026-4", "第四季度", "2026年第4"] {
            assert_eq!(wrong.parse::<Quarter>(), Err(BadPeriod), "{wrong}");
        }
        for text in ["2026", "2026年", "2026 年度"] {
            assert_eq!(text.parse::<Year>().unwrap().last_day().to_string(), "2026-12-31");
        }
        assert_eq!("202611".parse::<Year>(), Err(BadPeriod));
    }

    #[test]
    fn periods_follow_one_another() {
        let december = Month::new(2026, 12).unwrap();
        assert_eq!((december.next().to_string(), december.next().prev()), ("2027-01".into(), december));
        assert_eq!(Quarter::new(2026, 1).unwrap().prev().to_string(), "2025-Q4");
        assert_eq!(december.year_earlier().to_string(), "2025-12");
        assert!(december.contains(NaiveDate::from_ymd_opt(2026, 12, 31).unwrap()));
        let (start, end) = december.instants();
        assert_eq!((Month::at(start), Month::at(end)), (december, december.next()));
        let mut month = Month::new(1999, 12).unwrap();
        for _ in 0..600 {
            assert_eq!(month.last_day().succ_opt().unwrap(), month.next().first_day());
            assert_eq!(Quarter::of(month.first_day()).year(), month.year());
            month = month.next();
        }
    }
}
