//! A time limit: a number and its unit, and the pauses during which its clock stands still.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};

use crate::zone::{self, Local};

/// What a limit is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// Hours inside the frames of working days.
    WorkingHour,
    /// Hours by the clock on the wall.
    Hour,
    /// Working days; the day of the start is excluded, due at close of business.
    WorkingDay,
    /// Calendar days; the day of the start is excluded, due at 23:59:59.
    Day,
    /// Calendar months to the same day (or the last of a shorter month), due at 23:59:59.
    Month,
}

impl Unit {
    /// All units, from the shortest.
    pub const ALL: [Unit; 5] = [Unit::WorkingHour, Unit::Hour, Unit::WorkingDay, Unit::Day, Unit::Month];

    /// `working_hour`, `hour`, `working_day`, `day`, `month`.
    pub fn as_str(self) -> &'static str {
        match self {
            Unit::WorkingHour => "working_hour",
            Unit::Hour => "hour",
            Unit::WorkingDay => "working_day",
            Unit::Day => "day",
            Unit::Month => "month",
        }
    }

    /// Whether the unit needs to know which days are worked.
    pub fn needs_calendar(self) -> bool {
        matches!(self, Unit::WorkingHour | Unit::WorkingDay)
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that is no unit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a unit of time; expected working_hour, hour, working_day, day or month")]
pub struct UnknownUnit(pub String);

impl FromStr for Unit {
    type Err = UnknownUnit;

    fn from_str(text: &str) -> Result<Self, UnknownUnit> {
        Unit::ALL
            .into_iter()
            .find(|unit| unit.as_str() == text)
            .ok_or_else(|| UnknownUnit(text.chars().take(40).collect()))
    }
}

/// How long something may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Limit {
    pub n: u32,
    pub unit: Unit,
}

/// A stretch during which the clock stands still, from its start up to but without its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pause {
    pub from: DateTime<Utc>,
    /// `None`: still paused.
    pub to: Option<DateTime<Utc>>,
}

/// The pauses in order of time, overlapping and touching ones joined, open ones ended at `now`, empty ones left out.
///
/// Looks through the slice for each block instead of sorting a copy: a case has a handful of pauses, and a due date must
/// not allocate.
pub(crate) struct Blocks<'a> {
    pauses: &'a [Pause],
    now: Local,
    after: Local,
}

impl<'a> Blocks<'a> {
    /// Only what lies after `after`.
    pub(crate) fn new(pauses: &'a [Pause], now: DateTime<Utc>, after: Local) -> Self {
        Self { pauses, now: zone::to_local(now), after }
    }

    fn bounds(&self) -> impl Iterator<Item = (Local, Local)> + 'a {
        let now = self.now;
        self.pauses
            .iter()
            .map(move |pause| (zone::to_local(pause.from), pause.to.map_or(now, zone::to_local)))
            .filter(|(from, to)| from < to)
    }
}

impl Iterator for Blocks<'_> {
    type Item = (Local, Local);

    fn next(&mut self) -> Option<(Local, Local)> {
        let after = self.after;
        let (from, mut to) = self.bounds().filter(|(_, to)| *to > after).min_by_key(|(from, _)| *from)?;
        while let Some((_, later)) = self.bounds().find(|(from, later)| *from <= to && *later > to) {
            to = later;
        }
        self.after = to;
        Some((from.max(after), to))
    }
}
