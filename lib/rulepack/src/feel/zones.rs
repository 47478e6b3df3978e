//! Time zones by name, with summer time by the rules now in force.
//!
//! A table of our own: what packs need is China's one zone; the others are there for times that come from elsewhere. A zone not listed
//! makes the time null, as any name the standard does not know.

use super::temporal::{Date, SECOND};

const HOUR: i128 = 3600 * SECOND;

/// A zone: seconds east of Greenwich in winter, and whose summer time it keeps.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Place {
    pub name: &'static str,
    pub standard: i32,
    summer: Summer,
}

/// When clocks are an hour ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Summer {
    Never,
    /// Last Sundays of March and October, 01:00 at Greenwich.
    Europe,
    /// Second Sunday of March to the first of November, 02:00 by the clock.
    America,
    /// First Sunday of October, 02:00, to the first of April, 03:00 by the clock.
    Australia,
}

const fn place(name: &'static str, hours: i32, summer: Summer) -> Place {
    Place { name, standard: hours * 3600, summer }
}

const PLACES: &[Place] = &[
    place("UTC", 0, Summer::Never),
    place("GMT", 0, Summer::Never),
    place("Z", 0, Summer::Never),
    place("Etc/UTC", 0, Summer::Never),
    place("Etc/GMT", 0, Summer::Never),
    place("Asia/Shanghai", 8, Summer::Never),
    place("Asia/Chongqing", 8, Summer::Never),
    place("Asia/Urumqi", 6, Summer::Never),
    place("Asia/Hong_Kong", 8, Summer::Never),
    place("Asia/Macau", 8, Summer::Never),
    place("Asia/Taipei", 8, Summer::Never),
    place("Asia/Singapore", 8, Summer::Never),
    place("Asia/Bangkok", 7, Summer::Never),
    place("Asia/Ho_Chi_Minh", 7, Summer::Never),
    place("Asia/Tokyo", 9, Summer::Never),
    place("Asia/Seoul", 9, Summer::Never),
    place("Asia/Dhaka", 6, Summer::Never),
    place("Asia/Dubai", 4, Summer::Never),
    Place { name: "Asia/Kolkata", standard: 19_800, summer: Summer::Never },
    place("Europe/Moscow", 3, Summer::Never),
    place("Europe/Istanbul", 3, Summer::Never),
    place("Europe/London", 0, Summer::Europe),
    place("Europe/Dublin", 0, Summer::Europe),
    place("Europe/Lisbon", 0, Summer::Europe),
    place("Europe/Paris", 1, Summer::Europe),
    place("Europe/Berlin", 1, Summer::Europe),
    place("Europe/Madrid", 1, Summer::Europe),
    place("Europe/Rome", 1, Summer::Europe),
    place("Europe/Vienna", 1, Summer::Europe),
    place("Europe/Zurich", 1, Summer::Europe),
    place("Europe/Amsterdam", 1, Summer::Europe),
    place("Europe/Brussels", 1, Summer::Europe),
    place("Europe/Copenhagen", 1, Summer::Europe),
    place("Europe/Oslo", 1, Summer::Europe),
    place("Europe/Stockholm", 1, Summer::Europe),
    place("Europe/Warsaw", 1, Summer::Europe),
    place("Europe/Prague", 1, Summer::Europe),
    place("Europe/Budapest", 1, Summer::Europe),
    place("Europe/Athens", 2, Summer::Europe),
    place("Europe/Helsinki", 2, Summer::Europe),
    place("America/New_York", -5, Summer::America),
    place("America/Toronto", -5, Summer::America),
    place("America/Chicago", -6, Summer::America),
    place("America/Denver", -7, Summer::America),
    place("America/Phoenix", -7, Summer::Never),
    place("America/Los_Angeles", -8, Summer::America),
    place("America/Sao_Paulo", -3, Summer::Never),
    place("Africa/Johannesburg", 2, Summer::Never),
    place("Australia/Melbourne", 10, Summer::Australia),
    place("Australia/Sydney", 10, Summer::Australia),
    place("Australia/Brisbane", 10, Summer::Never),
];

/// The zone of that name.
pub(super) fn named(name: &str) -> Option<&'static Place> {
    PLACES.iter().find(|place| place.name == name)
}

impl Place {
    /// Seconds east of Greenwich on that day at that time of its clock, in nanoseconds since midnight.
    pub(super) fn offset(&self, day: Date, nanos: i128) -> i32 {
        let now = (day.month, day.day, nanos);
        let sunday = |month, which| (month, sunday(day.year, month, which));
        let at = |(month, day): (u8, u8), clock: i128| (month, day, clock);
        let standard = i128::from(self.standard) * SECOND;
        let summer = match self.summer {
            Summer::Never => false,
            Summer::Europe => {
                now >= at(sunday(3, -1), HOUR + standard) && now < at(sunday(10, -1), 2 * HOUR + standard)
            }
            Summer::America => now >= at(sunday(3, 2), 2 * HOUR) && now < at(sunday(11, 1), 2 * HOUR),
            Summer::Australia => now >= at(sunday(10, 1), 2 * HOUR) || now < at(sunday(4, 1), 3 * HOUR),
        };
        self.standard + if summer { 3600 } else { 0 }
    }
}

/// The day of the first, second … Sunday of a month, or of the last (-1).
fn sunday(year: i64, month: u8, which: i64) -> u8 {
    let first = Date { year, month, day: 1 };
    let day = if which > 0 {
        1 + (7 - first.weekday()) + 7 * (which - 1)
    } else {
        let last = first.last_of_month();
        i64::from(last.day) - last.weekday() % 7
    };
    u8::try_from(day).unwrap_or(1)
}
