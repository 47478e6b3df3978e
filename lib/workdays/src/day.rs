//! What a calendar says about one day, and how it answers when a year is not published.

use std::fmt;

use chrono::NaiveDate;

use crate::zone;

/// How a day counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DayKind {
    /// Monday to Friday, worked.
    Workday,
    /// Saturday or Sunday, not worked.
    Weekend,
    /// Off by a notice, be it a weekday or a weekend day inside the holiday.
    Holiday,
    /// A Saturday or Sunday worked in exchange for a day off (调休上班).
    MakeUp,
}

impl DayKind {
    /// Whether people work on such a day.
    pub fn is_worked(self) -> bool {
        matches!(self, DayKind::Workday | DayKind::MakeUp)
    }

    /// `workday`, `weekend`, `holiday`, `make_up`.
    pub fn as_str(self) -> &'static str {
        match self {
            DayKind::Workday => "workday",
            DayKind::Weekend => "weekend",
            DayKind::Holiday => "holiday",
            DayKind::MakeUp => "make_up",
        }
    }
}

/// One day as a calendar sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day<'a> {
    pub date: NaiveDate,
    pub kind: DayKind,
    /// The holiday by which the day is off or made up, as the notice names it (`春节`).
    pub name: Option<&'a str>,
    /// Whether the notice of the day's year is in the calendar. When not, `kind` only reflects the weekday.
    pub confirmed: bool,
    /// Number of the notice that decided the day; `None` where only the weekday decides.
    pub notice: Option<&'a str>,
}

/// What to do with a year whose holiday notice is not in the calendar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Answer with [`Unpublished`].
    #[default]
    Strict,
    /// Count Monday to Friday and mark the answer as provisional.
    Provisional,
}

/// A value, and whether unpublished years had to be guessed to reach it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer<T> {
    pub value: T,
    /// Some day between start and value lies in a year without a notice.
    pub provisional: bool,
}

/// The calendar cannot answer: a day that matters lies in a year it does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Unpublished {
    /// The first year (in the order of time) that is missing.
    pub year: i32,
    pub why: Why,
}

/// Why a year is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// No notice for the year is published yet.
    NotPublished,
    /// The year lies before the first notice of the calendar.
    TooEarly,
    /// The year lies outside 1–9999; not even [`Mode::Provisional`] counts there.
    OutOfRange,
}

impl fmt::Display for Unpublished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let year = self.year;
        match self.why {
            Why::NotPublished => write!(
                f,
                "the holiday notice for {year} is not published: nobody knows yet which days of {year} are worked; \
                 use --provisional to count Monday to Friday"
            ),
            Why::TooEarly => write!(
                f,
                "the holiday notice for {year} is not in this calendar, which begins later; \
                 use --provisional to count Monday to Friday"
            ),
            Why::OutOfRange => write!(
                f,
                "the date would leave the years {} to {}, within which days are counted; use a smaller number",
                zone::FIRST_YEAR,
                zone::LAST_YEAR
            ),
        }
    }
}
