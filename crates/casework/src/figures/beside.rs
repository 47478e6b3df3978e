//! Which two stretches of time stand beside each other on a leader's page.

use chrono::{DateTime, Datelike, Utc};
use kernel::{Month, local_date};
use workdays::{Calendar, Mode};

use crate::store::list::Span;

/// Before this working day of a month its own figures say nothing yet.
const SPEAKS_FROM: i64 = 5;

/// The stretch in front and the one it is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beside {
    pub front: Span,
    pub back: Span,
    /// Both are finished months: the present one has hardly begun.
    pub finished: bool,
}

impl Beside {
    /// This month and the same days of the last; before the fifth working day the last month and the one before it.
    /// Without a calendar working days are not known, and this month stands in front from its first day.
    pub fn at(calendar: Option<&Calendar>, now: DateTime<Utc>) -> Beside {
        let month = Month::at(now);
        if working_days(calendar, now).is_some_and(|(gone, _)| gone < SPEAKS_FROM) {
            let (front, back) = (whole(month.prev()), whole(month.prev().prev()));
            return Beside { front, back, finished: true };
        }
        let front = whole(month);
        Beside { front, back: same_days(front, whole(month.prev()), now), finished: false }
    }
}

fn whole(month: Month) -> Span {
    Span { from: Some(month.first_day()), to: Some(month.last_day()) }
}

/// As many days of the period `before` as have begun of the period `this`, all of it on the last.
pub(super) fn same_days(this: Span, before: Span, now: DateTime<Utc>) -> Span {
    let today = local_date(now);
    let (Some(from), Some(first), Some(last)) = (this.from, before.from, before.to) else { return before };
    let to = if this.to.is_some_and(|end| end <= today) { last } else { last.min(first + (today - from)) };
    Span { from: Some(first), to: Some(to) }
}

/// Working days of the month up to and with today, and those left after it.
pub(crate) fn working_days(calendar: Option<&Calendar>, now: DateTime<Utc>) -> Option<(i64, i64)> {
    let today = local_date(now);
    let first = today.with_day(1)?.pred_opt()?;
    let count = |from, to| calendar?.count(from, to, Mode::Provisional).ok().map(|count| count.value);
    Some((count(first, today)?, count(today, Month::of(today).last_day())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(now: &str) -> String {
        let now = kernel::clock::parse_date_time_local(now).unwrap();
        let own = Beside::at(Some(Calendar::china()), now);
        let span = |span: Span| format!("{}–{}", span.from.unwrap(), span.to.unwrap());
        format!("{} | {}", span(own.front), span(own.back))
    }

    #[test]
    fn the_first_days_of_a_month_say_nothing_yet() {
        // 4 December 2026 is a Friday, the fourth working day; Monday the 7th is the fifth.
        assert_eq!(told("2026-12-01T01:30"), "2026-11-01–2026-11-30 | 2026-10-01–2026-10-31");
        assert_eq!(told("2026-12-06T12:00"), "2026-11-01–2026-11-30 | 2026-10-01–2026-10-31");
        assert_eq!(told("2026-12-07T09:00"), "2026-12-01–2026-12-31 | 2026-11-01–2026-11-07");
        assert_eq!(told("2026-12-30T09:00"), "2026-12-01–2026-12-31 | 2026-11-01–2026-11-30");
        // A shorter month before: as far as it goes. On the last day all of it.
        assert_eq!(told("2026-03-30T09:00"), "2026-03-01–2026-03-31 | 2026-02-01–2026-02-28");
        assert_eq!(told("2026-11-30T09:00"), "2026-11-01–2026-11-30 | 2026-10-01–2026-10-31");
        // October begins with the holidays.
        assert_eq!(told("2026-10-10T09:00"), "2026-09-01–2026-09-30 | 2026-08-01–2026-08-31");
    }
}
