//! What a calendar says about one day, and how it answers when a year is not published.

use std::fmt;

use chrono::NaiveDate;

use crate::statutory::STATUTORY_YEARS;
use crate::zone;

/// How a day counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DayKind {
    /// Monday to Friday, worked.
    Workday,
    /// Saturday or Sunday, not worked.
    Weekend,
    /// Off by a notice or by law, be it a weekday or a weekend day inside the holiday.
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
    /// How sure the calendar is of the day's year. In a provisional year `kind` reflects the statutory days and the
    /// weekday, in an unknown one the weekday alone.
    pub certainty: Certainty,
    /// Number of the notice that decided the day; `None` where the law or only the weekday decides.
    pub notice: Option<&'a str>,
}

/// How sure a calendar is of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// The notice of the year is in the calendar.
    Confirmed,
    /// The notice is not in the calendar, but the law says which days are off; only days moved by swaps and make-up days
    /// are open.
    Provisional,
    /// Neither a notice nor the law in force tells anything: a year before both, or after the table of lunar dates.
    Unknown,
}

/// What to do with a year whose holiday notice is not in the calendar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Answer with [`UnknownYear`].
    #[default]
    Strict,
    /// Count what is certain by law (see [`crate::statutory_days`]) and mark the answer as provisional; an unknown year is
    /// still answered with [`UnknownYear`].
    Provisional,
}

/// A value, and whether a provisional year was counted to reach it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer<T> {
    pub value: T,
    /// Some day between start and value lies in a year whose notice is not in the calendar.
    pub provisional: bool,
}

/// The calendar cannot answer: a day that matters lies in a year it does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub struct UnknownYear {
    /// The first year (in the order of time) that is missing.
    pub year: i32,
    pub why: Why,
}

/// Why a year is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The notice of the year is not in this calendar; whether it is published, the calendar cannot know.
    NotEntered,
    /// The year lies before the first notice of the calendar.
    TooEarly,
    /// The year lies beyond the table of lunar dates: not even the statutory days are known.
    BeyondTable,
    /// The year lies outside 1–9999; not even [`Mode::Provisional`] counts there.
    OutOfRange,
}

impl fmt::Display for UnknownYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let year = self.year;
        match self.why {
            Why::NotEntered => write!(
                f,
                "the holiday notice for {year} is not entered in this calendar, so its swapped days and make-up days are \
                 not known; add the notice, or count provisionally with the statutory days off"
            ),
            Why::TooEarly => write!(
                f,
                "the holiday notice for {year} is not in this calendar, which begins later; add the notice for {year}"
            ),
            Why::BeyondTable => write!(
                f,
                "the lunar festivals of {year} are not known, the table ends with {}; add the notice for {year}",
                STATUTORY_YEARS.end()
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
