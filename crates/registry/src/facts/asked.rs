//! Which reported value answers for a fact: one of the time its dictionary names, never one of another length.

use std::cmp::Reverse;

use chrono::{Datelike, NaiveDate};
use kernel::{Quarter, Year};
use rulepack::dictionary::{Fact, Span};

use super::Period;

/// For what time facts are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// As rules ask on this day: of yearly facts the year before it, of quarterly ones the quarter it lies in, of others the latest.
    On(NaiveDate),
    /// Of this period. A yearly fact has a value only for a year, a quarterly one only for a quarter; of others what names no
    /// period stands in.
    Of(Period),
}

/// What may stand in for one fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// A value of this period, as it is kept, and no other; none: no value at all.
    Only(Option<String>),
    Latest,
    OrUndated(String),
}

/// The greatest of some values is used.
pub(crate) type Rank = (NaiveDate, Reverse<usize>);

impl Asked {
    /// The one period whose value fills a fact of a fixed length; none: its dictionary names no such length, or the period asked
    /// for has another.
    pub fn period(self, fact: &Fact) -> Option<Period> {
        match (self, fact.span) {
            (_, Span::Any) => None,
            (Asked::On(day), Span::Year) => Year::new(day.year() - 1).map(Period::Year),
            (Asked::On(day), Span::Quarter) => Some(Period::Quarter(Quarter::of(day))),
            (Asked::Of(period), span) => (period.span() == span).then_some(period),
        }
    }

    pub(crate) fn wanted(self, fact: Option<&Fact>) -> Wanted {
        match (self, fact.filter(|fact| fact.span != Span::Any)) {
            (_, Some(fact)) => Wanted::Only(self.period(fact).map(|period| period.to_string())),
            (Asked::On(_), None) => Wanted::Latest,
            (Asked::Of(period), None) => Wanted::OrUndated(period.to_string()),
        }
    }
}

impl Wanted {
    /// How well a value of this period and last day answers; none: not at all.
    pub(crate) fn rank(&self, period: &str, ends_on: NaiveDate) -> Option<Rank> {
        match self {
            Wanted::Only(only) => (only.as_deref() == Some(period)).then_some((NaiveDate::MIN, Reverse(0))),
            // A later end counts more, then a longer period, whose text is shorter.
            Wanted::Latest => Some((ends_on, Reverse(period.len()))),
            Wanted::OrUndated(asked) => (asked == period || period.is_empty())
                .then_some((NaiveDate::MIN, Reverse(usize::from(period.is_empty())))),
        }
    }
}

impl Period {
    fn span(self) -> Span {
        match self {
            Period::Year(_) => Span::Year,
            Period::Quarter(_) => Span::Quarter,
            Period::None | Period::Month(_) | Period::Months(..) => Span::Any,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::dictionary;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_year_is_filled_by_that_year_alone() {
        let wanted = |code: &str, asked: Asked| asked.wanted(dictionary().get(code));
        let end = day("2026-06-30");
        for (code, asked, period, fits) in [
            ("revenue", Asked::On(day("2026-11-30")), "2025", true),
            ("revenue", Asked::On(day("2026-11-30")), "2026-06", false),
            ("revenue", Asked::On(day("2026-11-30")), "2026Q2", false),
            ("revenue", Asked::On(day("2026-11-30")), "2025-12", false),
            ("revenue", Asked::On(day("2026-11-30")), "2024", false),
            ("revenue", Asked::On(day("2026-11-30")), "", false),
            ("revenue", Asked::On(day("2025-12-31")), "2024", true),
            ("employees", Asked::On(day("2026-01-01")), "2025", true),
            ("employees", Asked::On(day("2026-01-01")), "", false),
            ("signing_score", Asked::On(day("2026-11-30")), "2026Q4", true),
            ("signing_score", Asked::On(day("2026-11-30")), "2026Q3", false),
            ("signing_score", Asked::On(day("2026-11-30")), "2026", false),
            ("founded_on", Asked::On(day("2026-11-30")), "", true),
            ("founded_on", Asked::On(day("2026-11-30")), "2026-06", true),
            ("revenue", Asked::Of(Period::parse("2024").unwrap()), "2024", true),
            ("revenue", Asked::Of(Period::parse("2024").unwrap()), "", false),
            ("revenue", Asked::Of(Period::parse("2026-06").unwrap()), "2026-06", false),
            ("founded_on", Asked::Of(Period::parse("2024").unwrap()), "", true),
            ("founded_on", Asked::Of(Period::parse("2024").unwrap()), "2025", false),
        ] {
            assert_eq!(wanted(code, asked).rank(period, end).is_some(), fits, "{code} {asked:?} {period}");
        }
    }
}
