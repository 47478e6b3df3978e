//! What cases are judged by today: limits, calendars of every version in use, hours, categories.

use std::collections::HashMap;

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use db::Conn;
use kernel::{Result, UnitId};
use web::DeskLine;
use workdays::{Calendar, Certainty, Hours, Mode, Schedule};

use crate::clocks::CalendarAt;
use crate::event::Terms;
use crate::limits::Limits;

/// A kind of problem, as the administrator keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    pub code: String,
    pub name: String,
    pub name_en: String,
    /// What an enterprise should say about a problem of this kind.
    pub guidance: String,
    pub guidance_en: String,
    /// The unit that usually leads.
    pub lead: Option<UnitId>,
    pub sort: i64,
    pub active: bool,
    pub version: i64,
}

/// One consistent set of settings; loaded anew when their version in the database rises.
#[derive(Debug)]
pub struct Settings {
    pub limits: Limits,
    pub categories: Vec<Category>,
    /// Calendar and hours that new clocks run by.
    pub terms: Terms,
    /// Whom enterprises call.
    pub desk_line: DeskLine,
    calendars: HashMap<String, Calendar>,
    hours: HashMap<String, Hours>,
}

/// How far the entered holiday notices reach, seen from a day: what administrators are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Horizon {
    /// Long enough.
    Ample { until: NaiveDate },
    /// Long enough for today, but an open deadline lies beyond and is provisional.
    Beyond { until: NaiveDate, last: NaiveDate },
    /// At most two months are left: the notice of the next year is asked for.
    Ending { until: NaiveDate },
    /// Today lies beyond it: every deadline is provisional.
    Over { until: NaiveDate },
}

impl Horizon {
    /// From how many months before the end the next notice is asked for; the State Council publishes it in November.
    const ASKED_BEFORE: Months = Months::new(2);

    /// `until`: the last day of the last year with a notice, `None` when there is none. `last`: the last open deadline.
    pub fn new(until: Option<NaiveDate>, today: NaiveDate, last: Option<NaiveDate>) -> Horizon {
        match until {
            Some(until) if until < today => Horizon::Over { until },
            None => Horizon::Over { until: today },
            Some(until) if until <= today + Self::ASKED_BEFORE => Horizon::Ending { until },
            Some(until) => match last.filter(|last| *last > until) {
                Some(last) => Horizon::Beyond { until, last },
                None => Horizon::Ample { until },
            },
        }
    }

    /// The last day of the last year with a notice.
    pub fn until(self) -> NaiveDate {
        match self {
            Self::Ample { until } | Self::Beyond { until, .. } | Self::Ending { until } | Self::Over { until } => until,
        }
    }
}

impl Settings {
    /// The settings as they are kept, seen from a day.
    ///
    /// # Errors
    /// Those of the database, and rows that cannot be read.
    pub async fn load(conn: &mut Conn, today: NaiveDate) -> Result<Settings> {
        crate::store::settings::load(conn, today).await
    }

    /// `calendars` from the oldest version to the newest; `hours` in the spelling of [`Hours`], the last one in force.
    pub fn new(
        limits: Limits,
        categories: Vec<Category>,
        calendars: Vec<Calendar>,
        hours: Vec<(String, Hours)>,
    ) -> Settings {
        let terms = Terms {
            calendar: calendars.last().map(|c| c.version().to_owned()).unwrap_or_default(),
            hours: hours.last().map(|(name, _)| name.clone()).unwrap_or_default(),
            // The law, where the county says nothing else.
            next_workday: true,
        };
        Settings {
            limits,
            categories,
            terms,
            desk_line: DeskLine::default(),
            calendars: calendars.into_iter().map(|c| (c.version().to_owned(), c)).collect(),
            hours: hours.into_iter().collect(),
        }
    }

    /// The same settings with the county's rule for limits in days or months whose last day is off.
    #[must_use]
    pub fn ending_on_workdays(mut self, next_workday: bool) -> Settings {
        self.terms.next_workday = next_workday;
        self
    }

    /// The same settings with the telephone of the service desk.
    #[must_use]
    pub fn called_at(self, desk_line: DeskLine) -> Settings {
        Settings { desk_line, ..self }
    }

    /// The calendar new clocks run by.
    pub fn calendar(&self) -> Option<&Calendar> {
        self.calendars.get(&self.terms.calendar)
    }

    /// The same settings with one more version of the calendar, to see what it would change.
    #[must_use]
    pub fn with_calendar(&self, calendar: Calendar) -> Settings {
        let mut calendars = self.calendars.clone();
        let terms = Terms { calendar: calendar.version().to_owned(), ..self.terms.clone() };
        calendars.insert(terms.calendar.clone(), calendar);
        let (limits, categories, hours) = (self.limits.clone(), self.categories.clone(), self.hours.clone());
        Settings { limits, categories, terms, desk_line: self.desk_line.clone(), calendars, hours }
    }

    /// Whether a deadline lies in a year whose notice is not entered.
    pub fn is_provisional(&self, due: DateTime<Utc>) -> bool {
        let year = workdays::local_date(due).year();
        self.calendar().is_some_and(|calendar| calendar.certainty(year) == Certainty::Provisional)
    }

    /// The hours new clocks run by.
    pub fn hours(&self) -> Option<&Hours> {
        self.hours.get(&self.terms.hours)
    }

    /// The schedule new clocks run by.
    pub fn today(&self) -> Option<Schedule<'_>> {
        self.schedule(&self.terms)
    }

    /// The working days that have begun since `due`; 0 until offices open again.
    pub fn working_days_late(&self, due: DateTime<Utc>, now: DateTime<Utc>) -> i64 {
        self.today().map_or(0, |schedule| schedule.working_days_late(due, now))
    }

    /// A category by its code, also one no longer offered.
    pub fn category(&self, code: &str) -> Option<&Category> {
        self.categories.iter().find(|c| c.code == code)
    }
}

impl CalendarAt for Settings {
    /// Beyond the confirmed years the county's clocks go on provisionally, with the statutory days off, and are marked.
    fn schedule(&self, terms: &Terms) -> Option<Schedule<'_>> {
        let calendar = self.calendars.get(&terms.calendar)?;
        let hours = self.hours.get(&terms.hours)?;
        Some(Schedule { calendar, hours, mode: Mode::Provisional, last_day: terms.last_day() })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail")]
mod tests {
    use super::*;

    #[test]
    fn administrators_are_asked_two_months_before_the_notices_end() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let until = day("2026-12-31");
        let seen = |today, last: Option<&str>| Horizon::new(Some(until), day(today), last.map(day));
        assert_eq!(seen("2026-10-30", Some("2026-12-31")), Horizon::Ample { until });
        assert_eq!(seen("2026-10-30", Some("2027-01-04")), Horizon::Beyond { until, last: day("2027-01-04") });
        assert_eq!(seen("2026-10-31", None), Horizon::Ending { until });
        assert_eq!(seen("2026-12-31", Some("2027-01-04")), Horizon::Ending { until });
        assert_eq!(seen("2027-01-01", None), Horizon::Over { until });
        assert_eq!(Horizon::new(None, until, None), Horizon::Over { until });
    }
}
