//! The one time zone of the library: Asia/Shanghai, a fixed +08:00 (no daylight saving since 1991).

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, Utc};

const SECONDS_EAST: i32 = 8 * 3600;
const OFFSET: FixedOffset = match FixedOffset::east_opt(SECONDS_EAST) {
    Some(offset) => offset,
    None => unreachable!(),
};

pub(crate) const SECOND: i64 = 1_000_000;
pub(crate) const DAY: i64 = 86_400 * SECOND;

/// Day number of 1970-01-01 (1 = 0001-01-01).
const EPOCH_DAY: i64 = 719_163;
const SHIFT: i64 = EPOCH_DAY * DAY + SECONDS_EAST as i64 * SECOND;

/// Years within which the library counts; beyond them an answer would help nobody.
pub(crate) const FIRST_YEAR: i32 = 1;
pub(crate) const LAST_YEAR: i32 = 9999;

/// An instant as wall-clock time of Asia/Shanghai.
pub fn shanghai(at: DateTime<Utc>) -> DateTime<FixedOffset> {
    at.with_timezone(&OFFSET)
}

/// The Asia/Shanghai date of an instant.
pub fn local_date(at: DateTime<Utc>) -> NaiveDate {
    shanghai(at).date_naive()
}

/// A wall-clock reading in Asia/Shanghai: microseconds, day number × 86,400,000,000 + time of day. Plain integers keep
/// the arithmetic of limits cheap and free of allocation.
pub(crate) type Local = i64;

pub(crate) fn to_local(at: DateTime<Utc>) -> Local {
    at.timestamp_micros().saturating_add(SHIFT)
}

/// Saturates at the ends of what chrono can hold; callers stay within years 1–9999.
pub(crate) fn from_local(local: Local) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(local.saturating_sub(SHIFT)).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// The day number of a reading (1 = 0001-01-01).
pub(crate) fn day_of(local: Local) -> i64 {
    local.div_euclid(DAY)
}

pub(crate) fn number(date: NaiveDate) -> i64 {
    i64::from(date.num_days_from_ce())
}

/// The date of a day number; callers stay within years 1–9999, beyond them it saturates.
pub(crate) fn date(number: i64) -> NaiveDate {
    i32::try_from(number).ok().and_then(NaiveDate::from_num_days_from_ce_opt).unwrap_or(NaiveDate::MAX)
}

/// Day number of 31 December 9999.
pub(crate) const LAST_DAY: i64 = 3_652_059;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_and_instants_are_inverse() {
        let at = "2026-02-06T16:30:00.123456Z".parse::<DateTime<Utc>>().unwrap();
        assert_eq!(local_date(at), NaiveDate::from_ymd_opt(2026, 2, 7).unwrap());
        assert_eq!(date(day_of(to_local(at))), local_date(at));
        assert_eq!(from_local(to_local(at)), at);
        assert_eq!(number(NaiveDate::from_ymd_opt(LAST_YEAR, 12, 31).unwrap()), LAST_DAY);
    }
}
