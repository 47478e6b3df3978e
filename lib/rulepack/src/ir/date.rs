//! Dates as days since 1970-01-01 in the Gregorian calendar, and the arithmetic the graph has on them.

/// 1600-01-01: the earliest date a fact may have.
pub const FACT_LOW: i32 = -135_140;
/// 9999-12-31: the latest date a fact may have ("without end" in many registers).
pub const FACT_HIGH: i32 = 2_932_896;
/// 0001-01-01: the earliest date an expression may reach.
pub const LOW: i32 = -719_162;
/// 99999-12-31: the latest date an expression may reach.
pub const HIGH: i32 = 35_804_721;

/// Year, month (1 to 12) and day of a date within [`LOW`] and [`HIGH`].
#[inline]
pub fn civil(days: i32) -> (i32, i32, i32) {
    // Eras of 400 years from 0000-03-01, so that the leap day is the last of a year.
    let shifted = days.wrapping_add(719_468);
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year_of_era + era * 400 + i32::from(month <= 2), month, day)
}

/// The date of a year, a month from 1 to 12 and a day that the month has.
#[inline]
pub fn days(year: i32, month: i32, day: i32) -> i32 {
    let year = year.wrapping_sub(i32::from(month <= 2));
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era.wrapping_mul(146_097).wrapping_add(day_of_era - 719_468)
}

/// How many days the month has.
#[inline]
pub fn month_length(year: i32, month: i32) -> i32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// `months` later (negative: earlier); a day the month does not have is its last day (`clip`) or the first of the month after.
#[inline]
pub fn add_months(date: i32, months: i32, clip: bool) -> i32 {
    let (year, month, day) = civil(date);
    let index = year.wrapping_mul(12).wrapping_add(month - 1).wrapping_add(months);
    let (year, month) = (index.div_euclid(12), index.rem_euclid(12) + 1);
    let length = month_length(year, month);
    if day <= length { days(year, month, day) } else { days(year, month, length).wrapping_add(i32::from(!clip)) }
}

/// Complete months from one date to another, negative if `to` is earlier: from the 31st to the 30th of the next month is none.
#[inline]
pub fn months_between(from: i32, to: i32) -> i32 {
    if to < from {
        return -months_between(to, from);
    }
    let ((y1, m1, d1), (y2, m2, d2)) = (civil(from), civil(to));
    (y2 - y1) * 12 + (m2 - m1) - i32::from(d2 < d1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_a_calendar() {
        use chrono::{Datelike, NaiveDate};
        let epoch = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap();
        for date in (LOW..3_000_000).step_by(37).chain([LOW, FACT_LOW, FACT_HIGH, HIGH, 0, -1, 59, 60]) {
            let expected = epoch + chrono::Duration::days(date.into());
            let (year, month, day) = civil(date);
            assert_eq!((year, month as u32, day as u32), (expected.year(), expected.month(), expected.day()));
            assert_eq!(days(year, month, day), date);
        }
        assert_eq!(civil(HIGH), (99_999, 12, 31));
        assert_eq!(civil(LOW), (1, 1, 1));
    }

    #[test]
    fn months() {
        let leap = days(2024, 1, 31);
        assert_eq!(civil(add_months(leap, 1, true)), (2024, 2, 29));
        assert_eq!(civil(add_months(leap, 1, false)), (2024, 3, 1));
        assert_eq!(civil(add_months(leap, -14, true)), (2022, 11, 30));
        assert_eq!(months_between(leap, days(2024, 2, 29)), 0);
        assert_eq!(months_between(days(2024, 2, 29), leap), 0);
        assert_eq!(months_between(days(2020, 2, 29), days(2024, 2, 28)), 47);
    }
}
