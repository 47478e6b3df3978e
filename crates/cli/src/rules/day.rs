//! The day packs are evaluated for: the one named with `--on`; else today, or for a pack that is not in force today the nearest day it is.
//! words: rules-day-*

use chrono::NaiveDate;
use kernel::{Clock, SystemClock};
use rulepack::pack::Pack;

use crate::say::Say;

/// How the day of each pack is found.
#[derive(Clone, Copy, Debug)]
pub struct Days {
    given: Option<NaiveDate>,
    today: NaiveDate,
}

impl Days {
    pub fn new(given: Option<NaiveDate>) -> Self {
        Self { given, today: kernel::local_date(SystemClock.now()) }
    }

    /// The day for a pack.
    pub fn of(&self, pack: &Pack) -> NaiveDate {
        self.given.unwrap_or_else(|| pack.nearest_day(self.today))
    }

    /// The day from which commands that only look at days in force (`test`, `check`) start.
    pub fn asked(&self) -> NaiveDate {
        self.given.unwrap_or(self.today)
    }

    /// How the day came about, for JSON: `given`, `today` or `nearest`.
    pub fn how(&self, pack: &Pack) -> &'static str {
        match self.given {
            Some(_) => "given",
            None if pack.in_force(self.today) => "today",
            None => "nearest",
        }
    }

    /// Says beside the answer if a pack is not evaluated for today, or not in force on the day that was named.
    pub fn tell(&self, pack: &Pack, say: &Say) {
        match self.given {
            Some(on) if !pack.in_force(on) => {
                say.note(&say.f("rules-day-not-in-force", &[("pack", &pack.code), ("date", &on.to_string())]));
            }
            Some(_) => {}
            None => self.tell_nearest(pack, say),
        }
    }

    /// The same for commands that take the nearest day in force in any case.
    pub fn tell_nearest(&self, pack: &Pack, say: &Say) {
        let (asked, day) = (self.asked(), pack.nearest_day(self.asked()));
        if day != asked {
            let told: [(&str, &dyn web::words::Arg); 3] =
                [("pack", &pack.code), ("asked", &asked.to_string()), ("date", &day.to_string())];
            say.note(&say.f("rules-day-nearest", &told));
        }
    }
}
