//! From when on a limit is due soon, and by how many working days it is overdue: what lights and lists are sorted by.

use chrono::{DateTime, Utc};

use crate::limit::{Blocks, Limit, Pause, Unit};
use crate::schedule::Schedule;
use crate::zone;

/// The last part of a limit that counts as soon: one of so many.
const PART: i64 = 5;
/// But never fewer working days than these: the one it falls due on and the one before, on which more time can still be
/// asked for.
const LEAST: i64 = 2;

impl Schedule<'_> {
    /// The instant from which a limit is due soon that began at `start` and falls due at `due` (as [`Schedule::due`] told
    /// for the same pauses): never before `start`, never after `due`.
    ///
    /// Days and months: the opening of the working day with which the last fifth of its working days begins, or the last
    /// two of them if that is more; yet not before half of its time has passed, so that a short limit does not begin
    /// with it. Hours: when four fifths of them have passed. Pauses do not count; time is working time for limits in
    /// working days and working hours, else wall-clock time.
    pub fn soon(
        &self,
        start: DateTime<Utc>,
        limit: Limit,
        pauses: &[Pause],
        due: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> DateTime<Utc> {
        let (begin, end) = (zone::to_local(start), zone::to_local(due));
        let unit = if limit.unit == Unit::WorkingDay { Unit::WorkingHour } else { limit.unit };
        let paused = Blocks::new(pauses, now, begin)
            .take_while(|(from, _)| *from < end)
            .map(|(from, to)| self.elapsed(unit, from, to.min(end)));
        let whole = self.elapsed(unit, begin, end) - paused.sum::<i64>();
        let passed = |micros| self.passed(begin, unit, micros, pauses, now).unwrap_or(end);
        let soon = match limit.unit {
            Unit::WorkingHour | Unit::Hour => passed(whole - whole / PART),
            Unit::WorkingDay | Unit::Day | Unit::Month => {
                let (first, last) = (zone::day_of(begin), zone::day_of(end));
                let table = self.calendar.table();
                let days = if limit.unit == Unit::WorkingDay { i64::from(limit.n) } else { table.count(first, last) };
                let day = table.select(table.rank(last) + 1 - (days / PART).max(LEAST));
                (day * zone::DAY + self.hours.open(day)).max(passed(whole / 2))
            }
        };
        zone::from_local(soon.min(end).max(begin))
    }

    /// The working days that have begun since `due`: they turn at the opening of a working day. 0 until the first of them
    /// opens, and for what is not overdue.
    pub fn working_days_late(&self, due: DateTime<Utc>, now: DateTime<Utc>) -> i64 {
        // The last day that had opened by an instant.
        let opened = |at: zone::Local| {
            let day = zone::day_of(at);
            if day * zone::DAY + self.hours.open(day) <= at { day } else { day - 1 }
        };
        let (due, now) = (opened(zone::to_local(due)), opened(zone::to_local(now)));
        if now <= due { 0 } else { self.calendar.table().count(due, now) }
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use crate::{Calendar, Hours, LastDay, Limit, Mode, Pause, Schedule, Unit};

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(&format!("{}:00+08:00", text.replace(' ', "T"))).unwrap().to_utc()
    }

    fn told(at: DateTime<Utc>) -> String {
        crate::shanghai(at).format("%m-%d %H:%M").to_string()
    }

    fn with<T>(run: impl FnOnce(Schedule<'_>) -> T) -> T {
        let hours = Hours::standard();
        run(Schedule {
            calendar: Calendar::china(),
            hours: &hours,
            mode: Mode::Provisional,
            last_day: LastDay::default(),
        })
    }

    fn soon(start: &str, n: u32, unit: Unit, pauses: &[Pause]) -> (String, String) {
        with(|own| {
            let (start, limit, now) = (at(start), Limit { n, unit }, at("2026-11-30 09:00"));
            let due = own.due(start, limit, pauses, now).unwrap().at;
            (told(own.soon(start, limit, pauses, due, now)), told(due))
        })
    }

    #[test]
    fn the_last_fifth_but_two_days_and_never_the_first_half() {
        let cases = [
            // One working day: its second half. Handed in during the night it is the half of the day it has.
            ("2026-03-02 10:00", 1, "03-03 09:30", "03-03 17:30"),
            ("2026-03-02 22:10", 1, "03-03 14:00", "03-03 17:30"),
            ("2026-03-06 18:30", 1, "03-09 14:00", "03-09 17:30"),
            ("2026-03-02 10:00", 2, "03-03 14:30", "03-04 17:30"),
            ("2026-03-02 10:00", 3, "03-04 09:30", "03-05 17:30"),
            // From four days on the two last ones, which begin with the day on which more time can still be asked for.
            ("2026-03-02 10:00", 4, "03-05 09:00", "03-06 17:30"),
            ("2026-03-02 10:00", 5, "03-06 09:00", "03-09 17:30"),
            ("2026-03-02 10:00", 10, "03-13 09:00", "03-16 17:30"),
            ("2026-03-02 10:00", 15, "03-19 09:00", "03-23 17:30"),
            ("2026-03-02 10:00", 30, "04-07 09:00", "04-14 17:30"),
        ];
        for (start, n, wanted, due) in cases {
            assert_eq!(soon(start, n, Unit::WorkingDay, &[]), (wanted.to_owned(), due.to_owned()), "{start} {n}");
        }
        assert_eq!(soon("2026-03-02 10:00", 30, Unit::Day, &[]).0, "03-27 09:00");
        assert_eq!(soon("2026-03-02 10:00", 1, Unit::Month, &[]).0, "03-30 09:00");
        assert_eq!(soon("2026-03-02 10:00", 1, Unit::Day, &[]), ("03-03 04:59".to_owned(), "03-03 23:59".to_owned()));
        assert_eq!(soon("2026-03-02 10:00", 60, Unit::Hour, &[]), ("03-04 10:00".to_owned(), "03-04 22:00".to_owned()));
        assert_eq!(soon("2026-03-02 16:30", 5, Unit::WorkingHour, &[]).0, "03-03 12:00");
    }

    #[test]
    fn waiting_does_not_bring_it_nearer() {
        let wait = Pause { from: at("2026-03-02 11:00"), to: Some(at("2026-03-12 10:00")) };
        let (soon, due) = soon("2026-03-02 10:00", 1, Unit::WorkingDay, &[wait]);
        assert_eq!((soon.as_str(), due.as_str()), ("03-12 14:00", "03-12 17:30"));
    }

    #[test]
    fn working_days_late_turn_when_offices_open() {
        let late = |due: &str, now: &str| with(|own| own.working_days_late(at(due), at(now)));
        assert_eq!(late("2026-11-25 17:30", "2026-11-25 18:00"), 0);
        assert_eq!(late("2026-11-25 17:30", "2026-11-26 08:59"), 0);
        assert_eq!(late("2026-11-25 17:30", "2026-11-26 09:00"), 1);
        assert_eq!(late("2026-11-25 17:30", "2026-12-01 01:38"), 3);
        assert_eq!(late("2026-11-25 17:30", "2026-12-01 09:00"), 4);
        // A weekend and the National Day holidays are nobody's working days.
        assert_eq!(late("2026-11-27 17:30", "2026-11-29 12:00"), 0);
        assert_eq!(late("2026-09-30 17:30", "2026-10-07 23:00"), 0);
        // A limit in hours that ran out before offices opened.
        assert_eq!(late("2026-11-25 05:00", "2026-11-25 09:00"), 1);
        assert_eq!(late("2026-11-25 17:30", "2026-11-20 09:00"), 0);
    }
}
