//! Office hours: officials act while their office is open, on the working days of the county's calendar.

use chrono::{DateTime, Datelike, Duration, NaiveDate, Timelike, Utc};
use kernel::{local, local_date, start_of_day};
use workdays::{Limit, Mode, Schedule, Unit};

/// Minutes of one full working day under the standard hours.
pub(super) const DAY: i64 = 420;
/// No holiday is longer than this many days.
const FURTHEST: usize = 60;

/// The office hours of a schedule.
#[derive(Clone, Copy)]
pub(super) struct Office<'a> {
    pub(super) schedule: Schedule<'a>,
}

impl Office<'_> {
    pub(super) fn is_open_on(&self, day: NaiveDate) -> bool {
        self.schedule.calendar.is_workday(day, Mode::Provisional).unwrap_or(false)
    }

    /// The frames of a day in minutes after midnight; none when it is not worked.
    fn frames(&self, day: NaiveDate) -> Vec<(i64, i64)> {
        if !self.is_open_on(day) {
            return Vec::new();
        }
        let frames = self.schedule.hours.frames(day.weekday());
        frames.iter().map(|frame| (i64::from(frame.open), i64::from(frame.close))).collect()
    }

    /// The instant at which `minutes` of office time after `from` have passed; never the very minute of closing.
    pub(super) fn after(&self, from: DateTime<Utc>, minutes: i64) -> DateTime<Utc> {
        let (mut day, mut minute, mut left) = (local_date(from), minute_of(from), minutes);
        for _ in 0..FURTHEST {
            for (open, close) in self.frames(day) {
                let start = open.max(minute);
                if left < close - start {
                    return at(day, start + left);
                }
                left -= (close - start).max(0);
            }
            (day, minute) = (day + Duration::days(1), 0);
        }
        from
    }

    /// The instant before which `minutes` of office time lie up to `until`.
    pub(super) fn before(&self, until: DateTime<Utc>, minutes: i64) -> DateTime<Utc> {
        let (mut day, mut minute, mut left) = (local_date(until), minute_of(until), minutes);
        for _ in 0..FURTHEST {
            for (open, close) in self.frames(day).into_iter().rev() {
                let end = close.min(minute);
                if left < end - open {
                    return at(day, end - left - 1);
                }
                left -= (end - open).max(0);
            }
            (day, minute) = (day - Duration::days(1), 24 * 60);
        }
        until
    }

    /// When `n` working days from `start` end.
    pub(super) fn due(&self, start: DateTime<Utc>, n: u32) -> DateTime<Utc> {
        let limit = Limit { n, unit: Unit::WorkingDay };
        self.schedule.due(start, limit, &[], start).map_or(start, |due| due.at)
    }

    /// From when on `n` working days from `start` are due soon.
    pub(super) fn soon(&self, start: DateTime<Utc>, n: u32) -> DateTime<Utc> {
        let limit = Limit { n, unit: Unit::WorkingDay };
        self.schedule.soon(start, limit, &[], self.due(start, n), start)
    }

    /// The worked days before and including the day of `now`, newest first.
    pub(super) fn days_back(&self, now: DateTime<Utc>) -> impl Iterator<Item = NaiveDate> {
        let today = local_date(now);
        (0..400).map(move |back| today - Duration::days(back)).filter(|day| self.is_open_on(*day))
    }
}

/// A Shanghai wall time as an instant.
pub(super) fn at(day: NaiveDate, minute: i64) -> DateTime<Utc> {
    start_of_day(day) + Duration::minutes(minute)
}

fn minute_of(instant: DateTime<Utc>) -> i64 {
    let wall = local(instant);
    i64::from(wall.hour() * 60 + wall.minute())
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{format_minute, parse_date_time_local};
    use workdays::{Calendar, Hours, LastDay};

    #[test]
    fn office_time_passes_over_lunch_nights_weekends_and_holidays() {
        let hours = Hours::standard();
        let office = Office {
            schedule: Schedule {
                calendar: Calendar::china(),
                hours: &hours,
                mode: Mode::Provisional,
                last_day: LastDay::default(),
            },
        };
        for (from, minutes, after) in [
            ("2026-11-05T09:00", 30, "2026-11-05 09:30"),
            ("2026-11-05T11:50", 10, "2026-11-05 13:30"),
            ("2026-11-05T20:00", 0, "2026-11-06 09:00"),
            ("2026-11-06T17:00", DAY, "2026-11-09 17:00"),
            ("2026-02-14T17:20", 20, "2026-02-24 09:10"),
        ] {
            let from = parse_date_time_local(from).unwrap();
            assert_eq!(format_minute(office.after(from, minutes)), after);
        }
        for (until, minutes, before) in [
            ("2026-11-05T10:00", 30, "2026-11-05 09:29"),
            ("2026-11-08T10:00", 0, "2026-11-06 17:29"),
            ("2026-11-05T09:10", 20, "2026-11-04 17:19"),
        ] {
            let until = parse_date_time_local(until).unwrap();
            assert_eq!(format_minute(office.before(until, minutes)), before);
        }
        let now = parse_date_time_local("2026-10-08T08:00").unwrap();
        let days: Vec<String> = office.days_back(now).take(3).map(|day| day.to_string()).collect();
        assert_eq!(days, ["2026-10-08", "2026-09-30", "2026-09-29"]);
    }
}
