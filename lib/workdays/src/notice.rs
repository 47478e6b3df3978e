//! A holiday notice: the document that makes weekdays free and weekends worked, and what is checked about it.

use std::fmt;

use chrono::{Datelike, NaiveDate, Weekday};

/// What a notice says about a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SpecialKind {
    /// Not worked.
    Off,
    /// A Saturday or Sunday that is worked.
    MakeUp,
    /// Taken back by an amendment: the day is again what its weekday says.
    Ordinary,
}

impl SpecialKind {
    /// The word of the text format: `off`, `work`, `ordinary`.
    pub fn as_str(self) -> &'static str {
        match self {
            SpecialKind::Off => "off",
            SpecialKind::MakeUp => "work",
            SpecialKind::Ordinary => "ordinary",
        }
    }
}

/// One day a notice names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecialDay {
    pub date: NaiveDate,
    pub kind: SpecialKind,
    /// The holiday, as the notice calls it; several joined by `、`.
    pub name: String,
}

/// A notice of the State Council's General Office, or an amendment of one.
///
/// Its text format is read by [`Notice::parse`] and written by `Display`:
///
/// ```text
/// # a comment
/// notice    国办发明电〔2025〕7号
/// title     国务院办公厅关于2026年部分节假日安排的通知
/// published 2025-11-04
/// year      2026
///
/// off       2026-01-01..2026-01-03 元旦
/// work      2026-01-04 元旦
/// ```
///
/// Optional: `amends` (number of the notice it changes; then `ordinary` days are allowed), `source` (where it was
/// published) and `note`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The document number, unique within a calendar.
    pub id: String,
    pub title: String,
    /// The date of publication: before it nobody could know these days.
    pub published: NaiveDate,
    /// The year the notice arranges. Its days may lie in the December before and the January after.
    pub year: i32,
    /// The number of the notice that this one changes.
    pub amends: Option<String>,
    /// Where it was published.
    pub source: Option<String>,
    /// A remark on provenance.
    pub note: Option<String>,
    pub days: Vec<SpecialDay>,
}

/// Years a notice may be about; the bound keeps a mistyped year from becoming a calendar of millennia.
pub(crate) const YEARS: std::ops::RangeInclusive<i32> = 1990..=2199;

impl Notice {
    /// Checks everything that can be checked without other notices. `Err` gives the index of the faulty day, if it is one.
    pub(crate) fn check(&self) -> Result<(), (Option<usize>, NoticeProblem)> {
        if !YEARS.contains(&self.year) {
            return Err((None, NoticeProblem::Year(self.year)));
        }
        if !(self.year - 1..=self.year).contains(&self.published.year()) {
            return Err((None, NoticeProblem::Published { published: self.published, year: self.year }));
        }
        if self.days.is_empty() {
            return Err((None, NoticeProblem::NoDays));
        }
        let mut seen = std::collections::HashSet::new();
        for (index, day) in self.days.iter().enumerate() {
            let problem = if !near(day.date, self.year) {
                NoticeProblem::FarDay { date: day.date, year: self.year }
            } else if !seen.insert(day.date) {
                NoticeProblem::TwiceDay(day.date)
            } else if day.kind == SpecialKind::MakeUp && !is_weekend(day.date) {
                NoticeProblem::MakeUpOnWeekday(day.date)
            } else if day.kind == SpecialKind::Ordinary && self.amends.is_none() {
                NoticeProblem::OrdinaryWithoutAmends(day.date)
            } else {
                continue;
            };
            return Err((Some(index), problem));
        }
        Ok(())
    }
}

fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

pub(crate) fn is_weekday(date: NaiveDate) -> bool {
    !is_weekend(date)
}

/// Within the year, the December before it or the January after it.
fn near(date: NaiveDate, year: i32) -> bool {
    date.year() == year
        || (date.year() == year - 1 && date.month() == 12)
        || (date.year() == year + 1 && date.month() == 1)
}

/// Why a notice was not accepted, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct NoticeError {
    /// Line of the text, from 1; `None` when the notice as a whole is at fault or was not read from text.
    pub line: Option<usize>,
    pub problem: NoticeProblem,
}

impl fmt::Display for NoticeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        self.problem.fmt(f)
    }
}

/// What is wrong with a notice; each says what was expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoticeProblem {
    #[error(
        "`{0}` is not known; expected one of notice, title, published, year, amends, source, note, off, work, ordinary"
    )]
    Word(String),
    #[error("`{0}` stands without a value; expected the value after a space")]
    NoValue(&'static str),
    #[error("`{0}` is given a second time; expected once")]
    TwiceField(&'static str),
    #[error("`{0}` is missing; expected a line that begins with it")]
    Missing(&'static str),
    #[error("`{0}` is not a date; expected one such as 2026-10-01")]
    Date(String),
    #[error("`{0}` is not a year; expected one such as 2026")]
    YearText(String),
    #[error("the year {0} is not plausible; expected 1990 to 2199")]
    Year(i32),
    #[error(
        "a notice for {year} published on {published} is not plausible; expected a date in {year} or the year before"
    )]
    Published { published: NaiveDate, year: i32 },
    #[error("no day is named; expected lines such as `off 2026-10-01..2026-10-07 国庆节`")]
    NoDays,
    #[error("the days {from} to {to} are not a span; expected the later day last and at most 31 days")]
    Span { from: NaiveDate, to: NaiveDate },
    #[error("no holiday is named for {0}; expected its name after the date")]
    NoName(NaiveDate),
    #[error("{date} is far from {year}; expected a day of {year}, of the December before or of the January after")]
    FarDay { date: NaiveDate, year: i32 },
    #[error("{0} is named a second time; expected each day once")]
    TwiceDay(NaiveDate),
    #[error("{0} is an ordinary weekday and cannot be a make-up day; expected a Saturday or Sunday")]
    MakeUpOnWeekday(NaiveDate),
    #[error("{0} is taken back although the notice amends none; expected `off` or `work`, or a line `amends`")]
    OrdinaryWithoutAmends(NaiveDate),
}
