//! What cases are judged by today: limits, calendars of every version in use, hours, categories.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use kernel::UnitId;
use workdays::{Calendar, Hours, Limit, Mode, Schedule, Unit};

use crate::clocks::CalendarAt;
use crate::event::Terms;
use crate::limits::Limits;
use crate::store::list::Moment;

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
    calendars: HashMap<String, Calendar>,
    hours: HashMap<String, Hours>,
}

impl Settings {
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
        };
        Settings {
            limits,
            categories,
            terms,
            calendars: calendars.into_iter().map(|c| (c.version().to_owned(), c)).collect(),
            hours: hours.into_iter().collect(),
        }
    }

    /// The calendar new clocks run by.
    pub fn calendar(&self) -> Option<&Calendar> {
        self.calendars.get(&self.terms.calendar)
    }

    /// The same settings with one more version of the calendar, to see what it would change.
    #[must_use]
    pub fn with_calendar(&self, calendar: Calendar) -> Settings {
        let mut calendars = self.calendars.clone();
        let terms = Terms { calendar: calendar.version().to_owned(), hours: self.terms.hours.clone() };
        calendars.insert(terms.calendar.clone(), calendar);
        let (limits, categories, hours) = (self.limits.clone(), self.categories.clone(), self.hours.clone());
        Settings { limits, categories, terms, calendars, hours }
    }

    /// The hours new clocks run by.
    pub fn hours(&self) -> Option<&Hours> {
        self.hours.get(&self.terms.hours)
    }

    /// The schedule new clocks run by.
    pub fn today(&self) -> Option<Schedule<'_>> {
        self.schedule(&self.terms)
    }

    /// Now, and until when something is due soon: the close of the next working day.
    pub fn moment(&self, now: DateTime<Utc>) -> Moment {
        let one = Limit { n: 1, unit: Unit::WorkingDay };
        let soon = self.today().and_then(|schedule| {
            Schedule { mode: Mode::Provisional, ..schedule }.due(now, one, &[], now).ok().map(|due| due.at)
        });
        Moment { now, soon: soon.unwrap_or(now) }
    }

    /// A category by its code, also one no longer offered.
    pub fn category(&self, code: &str) -> Option<&Category> {
        self.categories.iter().find(|c| c.code == code)
    }
}

impl CalendarAt for Settings {
    /// Beyond the confirmed years the county's clocks go on provisionally, Monday to Friday, and are marked.
    fn schedule(&self, terms: &Terms) -> Option<Schedule<'_>> {
        let calendar = self.calendars.get(&terms.calendar)?;
        let hours = self.hours.get(&terms.hours)?;
        Some(Schedule { calendar, hours, mode: Mode::Provisional })
    }
}
