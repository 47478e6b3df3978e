//! Time as an argument: the `Clock` everybody asks, and the few conversions between instants and Shanghai wall time.
//!
//! Instants are `DateTime<Utc>` cut to microseconds, because that is what both databases keep. People read and write
//! wall time of Asia/Shanghai, which has been UTC+8 without summer time since 1991.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Duration, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound, TimeZone, Utc};

/// Seconds that Shanghai is ahead of UTC.
const SHANGHAI_SECONDS: i32 = 8 * 3600;

/// Where the present comes from. Tests and the demo own it; only [`SystemClock`] reads the machine's.
pub trait Clock: Send + Sync {
    /// The present instant, cut to microseconds.
    fn now(&self) -> DateTime<Utc>;

    /// The present day in Shanghai.
    fn today(&self) -> NaiveDate {
        local_date(self.now())
    }
}

/// A clock as it is handed around.
pub type ClockRef = Arc<dyn Clock>;

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "the one place where the machine's clock is read")]
    fn now(&self) -> DateTime<Utc> {
        cut(Utc::now())
    }
}

/// A clock that stands still until it is told otherwise.
#[derive(Debug)]
pub struct FixedClock(Mutex<DateTime<Utc>>);

impl FixedClock {
    /// A clock standing at `now`.
    pub fn new(now: DateTime<Utc>) -> Self {
        Self(Mutex::new(cut(now)))
    }

    /// A clock standing at a Shanghai wall time written `2026-11-05T14:30` (seconds may follow); `None` if it is not one.
    pub fn at(local: &str) -> Option<Self> {
        parse_date_time_local(local).map(Self::new)
    }

    /// Moves the clock to `now`, forwards or backwards.
    pub fn set(&self, now: DateTime<Utc>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = cut(now);
    }

    /// Moves the clock by `step`.
    pub fn advance(&self, step: Duration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = cut(*now + step);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The instant without what is finer than a microsecond.
pub fn cut(instant: DateTime<Utc>) -> DateTime<Utc> {
    instant.trunc_subsecs(6)
}

/// The offset of Asia/Shanghai.
pub fn shanghai() -> FixedOffset {
    // The constant is in range; UTC would only be reached if somebody broke it, and the tests would say so.
    FixedOffset::east_opt(SHANGHAI_SECONDS).unwrap_or_else(|| chrono::Offset::fix(&Utc))
}

/// The instant on Shanghai's wall clock.
pub fn local(instant: DateTime<Utc>) -> DateTime<FixedOffset> {
    instant.with_timezone(&shanghai())
}

/// The day it is in Shanghai at the instant.
pub fn local_date(instant: DateTime<Utc>) -> NaiveDate {
    local(instant).date_naive()
}

/// The instant of a Shanghai wall time.
pub fn from_local(wall: NaiveDateTime) -> DateTime<Utc> {
    cut(DateTime::from_naive_utc_and_offset(wall - Duration::seconds(i64::from(SHANGHAI_SECONDS)), Utc))
}

/// The first instant of a day in Shanghai.
pub fn start_of_day(day: NaiveDate) -> DateTime<Utc> {
    from_local(day.and_time(NaiveTime::MIN))
}

/// Reads what an HTML `datetime-local` field sends, in Shanghai time: `2026-11-05T14:30`, with seconds if any.
pub fn parse_date_time_local(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S%.f"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
        .map(from_local)
}

/// The value of an HTML `datetime-local` field for the instant: `2026-11-05T14:30` in Shanghai.
pub fn date_time_local(instant: DateTime<Utc>) -> String {
    local(instant).format("%Y-%m-%dT%H:%M").to_string()
}

/// The instant as people read it in tables of both languages: `2026-11-05 14:30` in Shanghai.
pub fn format_minute(instant: DateTime<Utc>) -> String {
    local(instant).format("%Y-%m-%d %H:%M").to_string()
}

/// The instant from microseconds since 1970, as the databases and tokens carry it; `None` if out of range.
pub fn from_micros(micros: i64) -> Option<DateTime<Utc>> {
    Utc.timestamp_micros(micros).single()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wall_time_goes_there_and_back() {
        for (wall, utc) in [
            ("2026-11-05T14:30", "2026-11-05T06:30:00+00:00"),
            ("2026-11-05T00:00", "2026-11-04T16:00:00+00:00"),
            ("2026-12-31T23:59", "2026-12-31T15:59:00+00:00"),
        ] {
            let instant = parse_date_time_local(wall).unwrap();
            assert_eq!(instant.to_rfc3339(), utc);
            assert_eq!(date_time_local(instant), wall);
            assert_eq!(format_minute(instant), wall.replace('T', " "));
            assert_eq!(local_date(instant).to_string(), &wall[..10]);
        }
        assert_eq!(parse_date_time_local("2026-11-05T14:30:09").unwrap().timestamp() % 60, 9);
        for wrong in ["", "2026-11-05", "2026-13-05T14:30", "14:30"] {
            assert!(parse_date_time_local(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_fixed_clock_stands_and_moves() {
        let clock = FixedClock::at("2026-11-05T23:59").unwrap();
        assert_eq!(clock.now(), clock.now());
        assert_eq!(clock.today().to_string(), "2026-11-05");
        clock.advance(Duration::minutes(1));
        assert_eq!(clock.today().to_string(), "2026-11-06");
        clock.set(start_of_day(NaiveDate::from_ymd_opt(2027, 1, 1).unwrap()) + Duration::nanoseconds(1999));
        assert_eq!(clock.now().timestamp_subsec_nanos(), 1000);
        assert_eq!(from_micros(clock.now().timestamp_micros()), Some(clock.now()));
    }

    #[test]
    fn the_system_clock_is_cut_to_microseconds() {
        assert_eq!(SystemClock.now().timestamp_subsec_nanos() % 1000, 0);
    }
}
