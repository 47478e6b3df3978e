//! Dates, times and durations as ISO 8601 text and as numbers that can be computed with.

use std::cmp::Ordering;

use super::zones::{self, Place};

/// Nanoseconds of a second, minute, hour, day.
pub const SECOND: i128 = 1_000_000_000;
pub(super) const MINUTE: i128 = 60 * SECOND;
pub(super) const HOUR: i128 = 60 * MINUTE;
pub const DAY: i128 = 24 * HOUR;

/// A day of the Gregorian calendar, extended to both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    pub year: i64,
    pub month: u8,
    pub day: u8,
}

/// Where a clock stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Zone {
    /// Seconds east of Greenwich.
    Offset(i32),
    /// `Asia/Shanghai`
    Named(&'static Place),
}

/// Nanoseconds since midnight, perhaps with a zone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Time {
    pub nanos: i128,
    pub zone: Option<Zone>,
}

/// A day and a time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DateTime {
    pub date: Date,
    pub time: Time,
}

impl Date {
    pub fn new(year: i64, month: i64, day: i64) -> Option<Date> {
        let (month, day) = (u8::try_from(month).ok()?, u8::try_from(day).ok()?);
        let real = (-999_999_999..=999_999_999).contains(&year) && day >= 1 && day <= last_day(year, month)?;
        real.then_some(Date { year, month, day })
    }

    /// `2026-02-13`, `-0044-03-15`; years have at least four digits, no leading zero beyond.
    pub fn parse(text: &str) -> Option<Date> {
        let (sign, body) = match text.strip_prefix('-') {
            Some(body) => (-1, body),
            None => (1, text),
        };
        let mut parts = body.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let sound = parts.next().is_none()
            && [year, month, day].into_iter().all(digits)
            && (4..=9).contains(&year.len())
            && (year.len() == 4 || !year.starts_with('0'))
            && month.len() == 2
            && day.len() == 2;
        if !sound {
            return None;
        }
        Date::new(sign * year.parse::<i64>().ok()?, month.parse().ok()?, day.parse().ok()?)
    }

    /// Days since 1970-01-01.
    pub fn days(self) -> i64 {
        let month = i64::from(self.month);
        let year = self.year - i64::from(month <= 2);
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + i64::from(self.day) - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }

    pub fn from_days(days: i64) -> Option<Date> {
        let shifted = days.checked_add(719_468)?;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        Date::new(year + era * 400 + i64::from(month <= 2), month, day)
    }

    /// The day is cut to the last of the month.
    pub fn add_months(self, months: i64) -> Option<Date> {
        let total = self.year.checked_mul(12)?.checked_add(i64::from(self.month) - 1)?.checked_add(months)?;
        let (year, month) = (total.div_euclid(12), total.rem_euclid(12) + 1);
        let last = last_day(year, u8::try_from(month).ok()?)?;
        Date::new(year, month, i64::from(self.day.min(last)))
    }

    /// 1 Monday to 7 Sunday.
    pub fn weekday(self) -> i64 {
        (self.days() + 3).rem_euclid(7) + 1
    }

    /// 1 to 366.
    pub fn day_of_year(self) -> i64 {
        self.days() - Date { month: 1, day: 1, ..self }.days() + 1
    }

    /// ISO 8601 week, 1 to 53.
    pub fn week(self) -> i64 {
        let thursday = self.days() - self.weekday() + 4;
        Date::from_days(thursday).map_or(1, |day| (day.day_of_year() - 1) / 7 + 1)
    }

    pub fn last_of_month(self) -> Date {
        Date { day: last_day(self.year, self.month).unwrap_or(self.day), ..self }
    }
}

fn last_day(year: i64, month: u8) -> Option<u8> {
    Some(match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0) => 29,
        2 => 28,
        _ => return None,
    })
}

impl std::fmt::Display for Date {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.year < 0 { "-" } else { "" };
        write!(out, "{sign}{:04}-{:02}-{:02}", self.year.unsigned_abs(), self.month, self.day)
    }
}

impl Zone {
    /// `Z`, `+08:00`, `@Asia/Shanghai`
    fn parse(text: &str) -> Option<Zone> {
        if text == "Z" || text == "z" {
            return Some(Zone::Offset(0));
        }
        if let Some(name) = text.strip_prefix('@') {
            return zones::named(name).map(Zone::Named);
        }
        let (sign, body) = match text.strip_prefix('-') {
            Some(body) => (-1, body),
            None => (1, text.strip_prefix('+')?),
        };
        let mut seconds = 0;
        let parts: Vec<&str> = body.split(':').collect();
        if !(2..=3).contains(&parts.len()) {
            return None;
        }
        for (part, (unit, most)) in parts.iter().zip([(3600, 18), (60, 59), (1, 59)]) {
            let value = (part.len() == 2).then(|| part.parse::<i32>().ok()).flatten()?;
            (value <= most).then_some(())?;
            seconds += value * unit;
        }
        (seconds <= 18 * 3600).then_some(Zone::Offset(sign * seconds))
    }

    /// Seconds east of Greenwich in winter.
    pub fn seconds(&self) -> i32 {
        match self {
            Zone::Offset(seconds) => *seconds,
            Zone::Named(place) => place.standard,
        }
    }

    /// Whether both are written the same way: as an offset or as a name.
    pub fn alike(&self, other: &Zone) -> bool {
        matches!((self, other), (Zone::Offset(_), Zone::Offset(_)) | (Zone::Named(_), Zone::Named(_)))
    }
}

impl std::fmt::Display for Zone {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Zone::Offset(0) => write!(out, "Z"),
            Zone::Offset(seconds) => {
                let (sign, all) = (if *seconds < 0 { '-' } else { '+' }, seconds.unsigned_abs());
                write!(out, "{sign}{:02}:{:02}", all / 3600, all / 60 % 60)?;
                if all % 60 == 0 { Ok(()) } else { write!(out, ":{:02}", all % 60) }
            }
            Zone::Named(place) => write!(out, "@{}", place.name),
        }
    }
}

impl Time {
    pub fn new(hour: i64, minute: i64, nanos: i128, zone: Option<Zone>) -> Option<Time> {
        let real = (0..24).contains(&hour) && (0..60).contains(&minute) && (0..60 * SECOND).contains(&nanos);
        real.then_some(Time { nanos: i128::from(hour) * HOUR + i128::from(minute) * MINUTE + nanos, zone })
    }

    /// `13:20:00`, `13:20:00.5+08:00`, `13:20:00@Asia/Shanghai`
    pub fn parse(text: &str) -> Option<Time> {
        let body = text.strip_prefix('T').unwrap_or(text);
        let end = body.find(['Z', 'z', '+', '-', '@']).unwrap_or(body.len());
        let (clock, zone) = (body.get(..end)?, body.get(end..)?);
        let zone = if zone.is_empty() { None } else { Some(Zone::parse(zone)?) };
        let mut parts = clock.split(':');
        let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next()?);
        let (second, fraction) = second.split_once('.').unwrap_or((second, "0"));
        let two = |text: &str| {
            (text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse::<i64>().ok()).flatten()
        };
        if parts.next().is_some() {
            return None;
        }
        Time::new(two(hour)?, two(minute)?, i128::from(two(second)?) * SECOND + fraction_nanos(fraction)?, zone)
    }

    pub fn hour(&self) -> i128 {
        self.nanos / HOUR
    }

    pub fn minute(&self) -> i128 {
        self.nanos / MINUTE % 60
    }

    pub fn second(&self) -> i128 {
        self.nanos / SECOND % 60
    }

    /// Seconds east of Greenwich; a time alone knows no summer.
    pub fn offset(&self) -> Option<i32> {
        self.zone.as_ref().map(Zone::seconds)
    }

    /// Nanoseconds on the clock of Greenwich; as it stands without a zone.
    pub fn universal(&self) -> i128 {
        self.nanos - i128::from(self.offset().unwrap_or(0)) * SECOND
    }
}

pub(super) fn fraction_nanos(fraction: &str) -> Option<i128> {
    let sound = !fraction.is_empty() && fraction.bytes().all(|b| b.is_ascii_digit());
    let nine: String = fraction.chars().chain("000000000".chars()).take(9).collect();
    sound.then(|| nine.parse().ok()).flatten()
}

pub(super) fn write_seconds(out: &mut std::fmt::Formatter<'_>, nanos: i128) -> std::fmt::Result {
    if nanos % SECOND == 0 {
        return Ok(());
    }
    write!(out, ".{}", format!("{:09}", nanos % SECOND).trim_end_matches('0'))
}

impl std::fmt::Display for Time {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{:02}:{:02}:{:02}", self.hour(), self.minute(), self.second())?;
        write_seconds(out, self.nanos)?;
        self.zone.as_ref().map_or(Ok(()), |zone| write!(out, "{zone}"))
    }
}

impl DateTime {
    /// `2026-02-13T08:00:00+08:00`, `2026-02-13` (midnight).
    pub fn parse(text: &str) -> Option<DateTime> {
        match text.split_once('T') {
            Some((date, time)) => {
                let date = Date::parse(date)?;
                // Midnight may be written as the end of the day before.
                if let Some(zone) = time.strip_prefix("24:00:00") {
                    let time = Time::parse(&format!("00:00:00{zone}"))?;
                    return Some(DateTime { date: Date::from_days(date.days() + 1)?, time });
                }
                Some(DateTime { date, time: Time::parse(time)? })
            }
            None => Some(Date::parse(text)?.midnight(None)),
        }
    }

    /// Nanoseconds since 1970 at Greenwich; see [`Time::universal`].
    pub fn universal(&self) -> i128 {
        self.local() - i128::from(self.offset().unwrap_or(0)) * SECOND
    }

    /// Seconds east of Greenwich on that day; none without a zone.
    pub fn offset(&self) -> Option<i32> {
        Some(match self.time.zone.as_ref()? {
            Zone::Offset(seconds) => *seconds,
            Zone::Named(place) => place.offset(self.date, self.time.nanos),
        })
    }

    /// Nanoseconds since 1970 on the clock it was written by.
    fn local(&self) -> i128 {
        i128::from(self.date.days()) * DAY + self.time.nanos
    }

    pub fn add_nanos(&self, nanos: i128) -> Option<DateTime> {
        let total = self.local().checked_add(nanos)?;
        let date = Date::from_days(i64::try_from(total.div_euclid(DAY)).ok()?)?;
        Some(DateTime { date, time: Time { nanos: total.rem_euclid(DAY), zone: self.time.zone.clone() } })
    }

    /// Order in time; none if one has a zone and the other not.
    pub fn compare(&self, other: &DateTime) -> Option<Ordering> {
        (self.time.zone.is_some() == other.time.zone.is_some()).then_some(())?;
        Some(self.universal().cmp(&other.universal()))
    }
}

impl Date {
    pub fn midnight(self, zone: Option<Zone>) -> DateTime {
        DateTime { date: self, time: Time { nanos: 0, zone } }
    }
}

impl std::fmt::Display for DateTime {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}T{}", self.date, self.time)
    }
}

/// Complete months from one day to the other, negative if it is earlier.
pub fn months_between(from: Date, to: Date) -> i64 {
    let months = (to.year - from.year) * 12 + i64::from(to.month) - i64::from(from.month);
    if months > 0 && to.day < from.day {
        months - 1
    } else if months < 0 && to.day > from.day {
        months + 1
    } else {
        months
    }
}
