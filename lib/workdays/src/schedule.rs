//! When a limit is due: calendar, hours and pauses put together.

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};

use crate::calendar::Calendar;
use crate::day::{Mode, UnknownYear, Why};
use crate::hours::Hours;
use crate::limit::{Blocks, Limit, Pause, Unit};
use crate::zone::{self, Local};

/// The last second of a calendar day, at which limits in days and months are due.
const END_OF_DAY: i64 = zone::DAY - zone::SECOND;
const HOUR: i64 = 3600 * zone::SECOND;

/// Where a limit in days or months ends whose last day is a day off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LastDay {
    /// On the next working day (Civil Code of the People's Republic of China, Article 203).
    #[default]
    NextWorkingDay,
    /// On that very day.
    AsCounted,
}

/// What clocks run by. Cheap to copy.
#[derive(Clone, Copy, Debug)]
pub struct Schedule<'a> {
    pub calendar: &'a Calendar,
    pub hours: &'a Hours,
    pub mode: Mode,
    pub last_day: LastDay,
}

/// When a clock is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    pub at: DateTime<Utc>,
    /// A year whose notice is not in the calendar was counted, with the statutory days off.
    pub provisional: bool,
    /// A pause is still open: `at` is what would hold if it ended now.
    pub projected: bool,
    /// Days between start and due that did not count because the clock was paused at their end: working days for
    /// [`Unit::WorkingDay`], calendar days for [`Unit::Day`] and [`Unit::Month`], 0 for hours.
    pub paused_days: u32,
    /// Paused time between start and due in whole seconds: working time for [`Unit::WorkingHour`], else wall-clock time.
    pub paused_seconds: i64,
}

/// How far a stop lies from the due instant: positive is early, negative late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Whole units, toward zero. 0 with `on_time` false means late by less than one unit.
    pub value: i64,
    /// The unit of `value`: that of the limit, but [`Unit::Day`] for a limit in months.
    pub unit: Unit,
    /// Seconds: working time for [`Unit::WorkingHour`], else wall-clock time.
    pub seconds: i64,
    /// Stopped no later than due.
    pub on_time: bool,
    /// A year whose notice is not in the calendar was counted, with the statutory days off.
    pub provisional: bool,
}

impl Schedule<'_> {
    /// When `limit` is due that began at `start`. Allocates nothing; see [`Schedule::explain`] for the reasons.
    ///
    /// Days: the date of `start` is excluded; a day whose end (close of business, or 23:59:59) falls into a pause does
    /// not count; a limit of 0 ends with the day of `start`, though never before `start`, whatever the pauses. Months
    /// count as the days to the same day of the later month. With [`LastDay::NextWorkingDay`] a last day that is off moves to
    /// the next working day whose end does not fall into a pause. Hours run on the second and stand still in pauses; 0 hours
    /// are due at `start`. Pauses may come in any order and overlap; those before `start` or after the due instant change
    /// nothing. `now` only ends open pauses.
    ///
    /// # Errors
    /// In strict mode when a day whose working matters lies in a year without a notice; in any mode when one lies in an
    /// unknown year or beyond year 9999.
    pub fn due(
        &self,
        start: DateTime<Utc>,
        limit: Limit,
        pauses: &[Pause],
        now: DateTime<Utc>,
    ) -> Result<Due, UnknownYear> {
        let begin = zone::to_local(start);
        in_range(zone::day_of(begin))?;
        let (at, provisional, paused_days) = match limit.unit {
            Unit::WorkingHour | Unit::Hour => {
                let at = self.due_hours(begin, limit, pauses, now)?;
                let first = zone::day_of(begin) - 1;
                let provisional = limit.unit == Unit::WorkingHour
                    && limit.n > 0
                    && self.calendar.known(first.max(1), zone::day_of(at), self.mode)?;
                (at, provisional, 0)
            }
            Unit::WorkingDay | Unit::Day | Unit::Month => {
                let first = zone::day_of(begin);
                let (counted, mut paused) = self.due_day(first, days(first, limit)?, limit.unit, pauses, now, begin);
                in_range(counted)?;
                let last = self.moved(counted, limit.unit, pauses, now, begin, &mut paused);
                in_range(last)?;
                let provisional = match (limit.unit, self.last_day) {
                    (Unit::WorkingDay, _) => self.calendar.known(first, last, self.mode)?,
                    (_, LastDay::NextWorkingDay) => self.calendar.known((counted - 1).max(1), last, self.mode)?,
                    (_, LastDay::AsCounted) => false,
                };
                (begin.max(self.end_of(last, limit.unit)), provisional, paused)
            }
        };
        let paused = Blocks::new(pauses, now, begin)
            .take_while(|(from, _)| *from < at)
            .map(|(from, to)| self.elapsed(limit.unit, from, to.min(at)))
            .sum::<i64>();
        let projected =
            pauses.iter().any(|pause| pause.to.is_none() && pause.from <= now && zone::to_local(pause.from) <= at);
        Ok(Due {
            at: zone::from_local(at),
            provisional,
            projected,
            paused_days: u32::try_from(paused_days).unwrap_or(u32::MAX),
            paused_seconds: paused / zone::SECOND,
        })
    }

    /// How early (positive) or late (negative) `stop` is, in the unit of the limit. In working days: the working days
    /// after the earlier of the two dates up to the later, so stopping on the due date is 0.
    ///
    /// # Errors
    /// As [`Schedule::due`], for the days between the two instants.
    pub fn difference(&self, due: DateTime<Utc>, stop: DateTime<Utc>, unit: Unit) -> Result<Difference, UnknownYear> {
        let (due, stop) = (zone::to_local(due), zone::to_local(stop));
        let (due_day, stop_day) = (zone::day_of(due), zone::day_of(stop));
        in_range(due_day.max(stop_day))?;
        in_range(due_day.min(stop_day))?;
        let (first, last) = (due_day.min(stop_day), due_day.max(stop_day));
        let provisional = match unit {
            Unit::WorkingDay => self.calendar.known(first, last, self.mode)?,
            Unit::WorkingHour => self.calendar.known((first - 1).max(1), last, self.mode)?,
            Unit::Hour | Unit::Day | Unit::Month => false,
        };
        let micros = if due >= stop { self.elapsed(unit, stop, due) } else { -self.elapsed(unit, due, stop) };
        let value = match unit {
            Unit::WorkingHour | Unit::Hour => micros / HOUR,
            Unit::WorkingDay => self.calendar.table().count(stop_day, due_day),
            Unit::Day | Unit::Month => due_day - stop_day,
        };
        Ok(Difference {
            value,
            unit: if unit == Unit::Month { Unit::Day } else { unit },
            seconds: micros / zone::SECOND,
            on_time: stop <= due,
            provisional,
        })
    }

    /// Whether offices are open at an instant.
    pub fn is_open(&self, at: DateTime<Utc>) -> bool {
        let at = zone::to_local(at);
        let (day, time) = (zone::day_of(at), at.rem_euclid(zone::DAY));
        (1..=zone::LAST_DAY).contains(&day)
            && self.calendar.table().is_worked(day)
            && self.hours.worked_between(day, time, time + zone::SECOND) > 0
    }

    /// Beginning of business on a date, whether or not it is worked.
    pub fn open_of(&self, date: NaiveDate) -> DateTime<Utc> {
        let number = zone::number(date).clamp(1, zone::LAST_DAY);
        zone::from_local(number * zone::DAY + self.hours.open(number))
    }

    /// Close of business on a date, whether or not it is worked.
    pub fn close_of(&self, date: NaiveDate) -> DateTime<Utc> {
        let number = zone::number(date).clamp(1, zone::LAST_DAY);
        zone::from_local(number * zone::DAY + self.hours.close(number))
    }

    /// The instant at which a day is over for limits in `unit`.
    pub(crate) fn end_of(&self, number: i64, unit: Unit) -> Local {
        number * zone::DAY + if unit == Unit::WorkingDay { self.hours.close(number) } else { END_OF_DAY }
    }

    /// The `n`-th day after `start` that counts, and how many did not because they were paused.
    fn due_day(
        &self,
        start: i64,
        n: i64,
        unit: Unit,
        pauses: &[Pause],
        now: DateTime<Utc>,
        begin: Local,
    ) -> (i64, i64) {
        if n == 0 {
            return (start, 0);
        }
        let (mut cursor, mut left, mut paused) = (start, n, 0);
        for (from, to) in Blocks::new(pauses, now, begin) {
            // The block covers the ends of the days first..=last.
            let (mut first, mut last) = (zone::day_of(from), zone::day_of(to));
            first += i64::from(self.end_of(first, unit) < from);
            last -= i64::from(self.end_of(last, unit) >= to);
            let (first, last) = (first.max(cursor + 1), last.min(zone::LAST_DAY));
            if last < first {
                continue;
            }
            let counted = self.count(unit, cursor, first - 1);
            if counted >= left {
                break;
            }
            left -= counted;
            paused += self.count(unit, first - 1, last);
            cursor = last;
        }
        let last = match unit {
            Unit::WorkingDay => self.calendar.table().add(cursor, left),
            _ => cursor + left,
        };
        (last, paused)
    }

    /// Where a limit in days or months ends that was used up on the day `counted`.
    fn moved(
        &self,
        counted: i64,
        unit: Unit,
        pauses: &[Pause],
        now: DateTime<Utc>,
        begin: Local,
        paused: &mut i64,
    ) -> i64 {
        let table = self.calendar.table();
        if unit == Unit::WorkingDay || self.last_day == LastDay::AsCounted || table.is_worked(counted) {
            return counted;
        }
        let mut last = table.add(counted, 1);
        // Each step passes a day of a pause, so it ends with the last of them.
        while last <= zone::LAST_DAY && stands_still(self.end_of(last, unit), pauses, now, begin) {
            *paused += 1;
            last = table.add(last, 1);
        }
        last
    }

    fn count(&self, unit: Unit, start: i64, end: i64) -> i64 {
        match unit {
            Unit::WorkingDay => self.calendar.table().count(start, end),
            _ => end - start,
        }
    }

    fn due_hours(
        &self,
        begin: Local,
        limit: Limit,
        pauses: &[Pause],
        now: DateTime<Utc>,
    ) -> Result<Local, UnknownYear> {
        let micros = i64::from(limit.n).checked_mul(HOUR).ok_or(BEYOND)?;
        self.passed(begin, limit.unit, micros, pauses, now)
    }

    /// The reading at which `left` microseconds of `unit`'s time have passed since `begin`, pauses aside.
    pub(crate) fn passed(
        &self,
        begin: Local,
        unit: Unit,
        mut left: i64,
        pauses: &[Pause],
        now: DateTime<Utc>,
    ) -> Result<Local, UnknownYear> {
        let mut cursor = begin;
        if left <= 0 {
            return Ok(begin);
        }
        for (from, to) in Blocks::new(pauses, now, begin) {
            let ran = self.elapsed(unit, cursor, from);
            if ran >= left {
                break;
            }
            left -= ran;
            cursor = to;
        }
        let at = match unit {
            Unit::WorkingHour => self.advance(cursor, left),
            _ => cursor.checked_add(left),
        };
        let at = at.ok_or(BEYOND)?;
        in_range(zone::day_of(at))?;
        Ok(at)
    }

    /// Microseconds a clock in `unit` runs between two readings, pauses aside.
    pub(crate) fn elapsed(&self, unit: Unit, from: Local, to: Local) -> i64 {
        if unit != Unit::WorkingHour || to <= from {
            return (to - from).max(0);
        }
        // A pause may be entered with any year; working time is only counted where there are days.
        let (from, to) = (from.max(zone::DAY), to.min((zone::LAST_DAY + 1) * zone::DAY - 1));
        let (first, last) = (zone::day_of(from), zone::day_of(to));
        let part = |day: i64, start: i64, end: i64| {
            if self.calendar.table().is_worked(day) { self.hours.worked_between(day, start, end) } else { 0 }
        };
        let (start, end) = (from.rem_euclid(zone::DAY), to.rem_euclid(zone::DAY));
        if first >= last {
            return if first == last { part(first, start, end) } else { 0 };
        }
        part(first, start, zone::DAY) + self.worked_days(first, last - 1) + part(last, 0, end)
    }

    /// Working time of the whole days in (`start`, `end`].
    fn worked_days(&self, start: i64, end: i64) -> i64 {
        let table = self.calendar.table();
        match self.hours.uniform() {
            Some(micros) => table.count(start, end) * micros,
            None => (table.rank(start) + 1..=table.rank(end)).map(|k| self.hours.worked(table.select(k))).sum(),
        }
    }

    /// The reading at which `micros` (> 0) of working time after `from` have passed; `None` beyond year 9999.
    fn advance(&self, from: Local, mut micros: i64) -> Option<Local> {
        let table = self.calendar.table();
        let mut day = zone::day_of(from);
        if day > zone::LAST_DAY {
            return None;
        }
        if table.is_worked(day) {
            match self.hours.reach(day, from.rem_euclid(zone::DAY), micros) {
                Ok(time) => return Some(day * zone::DAY + time),
                Err(left) => micros = left,
            }
        }
        if let Some(whole) = self.hours.uniform() {
            // Jump over the days that are used up entirely.
            let days = (micros - 1) / whole;
            day = table.add(day, days);
            micros -= days * whole;
        }
        loop {
            day = table.add(day, 1);
            if day > zone::LAST_DAY {
                return None;
            }
            match self.hours.reach(day, 0, micros) {
                Ok(time) => return Some(day * zone::DAY + time),
                Err(left) => micros = left,
            }
        }
    }
}

const BEYOND: UnknownYear = UnknownYear { year: zone::LAST_YEAR + 1, why: Why::OutOfRange };

/// Whether an instant falls into a pause.
fn stands_still(at: Local, pauses: &[Pause], now: DateTime<Utc>, begin: Local) -> bool {
    Blocks::new(pauses, now, begin).take_while(|(from, _)| *from <= at).any(|(_, to)| at < to)
}

fn in_range(number: i64) -> Result<(), UnknownYear> {
    if number < 1 {
        let year = zone::date(number).year().min(zone::FIRST_YEAR - 1);
        return Err(UnknownYear { year, why: Why::OutOfRange });
    }
    if number > zone::LAST_DAY { Err(BEYOND) } else { Ok(()) }
}

/// A limit in days or months as days after `start`.
fn days(start: i64, limit: Limit) -> Result<i64, UnknownYear> {
    if limit.unit != Unit::Month {
        return Ok(i64::from(limit.n));
    }
    let end = zone::date(start).checked_add_months(Months::new(limit.n)).ok_or(BEYOND)?;
    Ok(zone::number(end) - start)
}
