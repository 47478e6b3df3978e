//! A working-day calendar: notices put together, days looked up, added and counted.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use crate::day::{Answer, Certainty, Day, DayKind, Mode, UnknownYear, Why};
use crate::notice::{Notice, NoticeError, SpecialDay, SpecialKind};
use crate::statutory::{self, STATUTORY_YEARS};
use crate::table::{self, Table};
use crate::zone;

/// Working days by the notices it was made from. Cheap to share, not to clone; immutable.
///
/// A year counts as confirmed once its notice is there; else it is provisional, with the statutory days off, or unknown
/// where the law tells nothing either ([`Certainty`]). The notice of the next year may still change the last days of
/// December (2018-12-29 and 2022-12-31 came that way); recompute open deadlines when a notice is added.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// In the order of publication.
    notices: Vec<Notice>,
    /// By date, which day of which notice has the last word.
    special: Vec<Special>,
    table: Table,
    /// Years with a notice, ascending.
    years: Vec<i32>,
    version: String,
}

#[derive(Clone, Copy, Debug)]
struct Special {
    number: i64,
    notice: usize,
    day: usize,
}

/// Why notices do not make a calendar.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    #[error("{id}: {error}")]
    Notice { id: String, error: NoticeError },
    #[error("the notice {0} is already in the calendar; an amendment has a number of its own")]
    TwiceNotice(String),
    #[error(
        "{id} is a second notice for {year}, next to {other}; a change names the notice it changes in a line `amends`"
    )]
    TwiceYear { year: i32, id: String, other: String },
    #[error("{id} amends {amends}, which is not among the earlier notices for {year}; import that one first")]
    UnknownAmended { id: String, amends: String, year: i32 },
    #[error("{id} and {other} disagree about {date}; only an amendment may change a day")]
    Conflict { date: NaiveDate, id: String, other: String },
}

impl Calendar {
    /// A calendar of these notices, applied in the order of their publication.
    ///
    /// # Errors
    /// When a notice is faulty, when two claim the same year, or when an amendment lacks what it amends.
    pub fn from_notices(mut notices: Vec<Notice>) -> Result<Self, CalendarError> {
        notices.sort_by_key(|notice| notice.published);
        let mut days: BTreeMap<i64, Special> = BTreeMap::new();
        let mut years: Vec<i32> = Vec::new();
        for (index, notice) in notices.iter().enumerate() {
            let earlier = notices.get(..index).unwrap_or_default();
            check_place(notice, earlier)?;
            for (day_index, day) in notice.days.iter().enumerate() {
                let special = Special { number: zone::number(day.date), notice: index, day: day_index };
                let before = days.insert(special.number, special).map(|before| (before, special_day(earlier, before)));
                if let (None, Some((before, Some(other)))) = (&notice.amends, before)
                    && other.kind != day.kind
                {
                    return Err(CalendarError::Conflict {
                        date: day.date,
                        id: notice.id.clone(),
                        other: earlier.get(before.notice).map(|notice| notice.id.clone()).unwrap_or_default(),
                    });
                }
            }
            if notice.amends.is_none() {
                years.push(notice.year);
            }
        }
        years.sort_unstable();
        let special: Vec<Special> = days.into_values().collect();
        let mut exceptions: BTreeMap<i64, bool> = STATUTORY_YEARS
            .filter(|year| years.binary_search(year).is_err())
            .flat_map(statutory::statutory_days)
            .map(|(date, _)| (zone::number(date), false))
            .collect();
        exceptions.extend(special.iter().filter_map(|special| {
            let worked = match special_day(&notices, *special)?.kind {
                SpecialKind::Off => false,
                SpecialKind::MakeUp => true,
                SpecialKind::Ordinary => table::is_weekday(special.number),
            };
            Some((special.number, worked))
        }));
        let first = exceptions.first_key_value().map_or(1, |(number, _)| *number);
        let last = exceptions.last_key_value().map_or(0, |(number, _)| *number);
        let table = Table::new(first, last, exceptions.into_iter());
        let version = version(&notices, &years);
        Ok(Self { notices, special, table, years, version })
    }

    /// This calendar with one notice more: a new year or an amendment.
    ///
    /// # Errors
    /// As [`Calendar::from_notices`].
    pub fn with_notice(&self, notice: Notice) -> Result<Self, CalendarError> {
        let mut notices = self.notices.clone();
        notices.push(notice);
        Self::from_notices(notices)
    }

    /// The notices in the order of publication.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// A name that changes whenever a notice does: `cn-`, the last year, `.`, the number of notices, `-`, six hexadecimal
    /// digits over their text. Equal notices give an equal version on every machine.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// 1 January of the first year with a notice; `None` when there is no notice at all.
    pub fn confirmed_from(&self) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(*self.years.first()?, 1, 1)
    }

    /// 31 December of the last year up to which every year has its notice; `None` when there is no notice at all.
    pub fn confirmed_until(&self) -> Option<NaiveDate> {
        let mut last = *self.years.first()?;
        while self.has_year(last + 1) {
            last += 1;
        }
        NaiveDate::from_ymd_opt(last, 12, 31)
    }

    /// How sure the calendar is of a year.
    pub fn certainty(&self, year: i32) -> Certainty {
        if self.has_year(year) {
            Certainty::Confirmed
        } else if STATUTORY_YEARS.contains(&year) {
            Certainty::Provisional
        } else {
            Certainty::Unknown
        }
    }

    /// What the calendar says about a day.
    pub fn day(&self, date: NaiveDate) -> Day<'_> {
        let number = zone::number(date);
        let found = self.special.binary_search_by_key(&number, |special| special.number).ok();
        let found = found
            .and_then(|index| self.special.get(index))
            .and_then(|special| Some((self.notices.get(special.notice)?, special_day(&self.notices, *special)?)));
        let plain = if table::is_weekday(number) { DayKind::Workday } else { DayKind::Weekend };
        let certainty = self.certainty(date.year());
        let by_law = statutory::festival_on(date).filter(|_| found.is_none() && certainty == Certainty::Provisional);
        let kind = match found.map(|(_, day)| day.kind) {
            Some(SpecialKind::Off) => DayKind::Holiday,
            Some(SpecialKind::MakeUp) => DayKind::MakeUp,
            None if by_law.is_some() => DayKind::Holiday,
            Some(SpecialKind::Ordinary) | None => plain,
        };
        let named = found.filter(|_| kind != plain).map(|(_, day)| day.name.as_str());
        Day {
            date,
            kind,
            name: named.or(by_law.map(|festival| festival.name())),
            certainty,
            notice: found.map(|(notice, _)| notice.id.as_str()),
        }
    }

    /// Whether people work on a day.
    ///
    /// # Errors
    /// In [`Mode::Strict`] when the year of the day has no notice; in any mode when the year is unknown.
    pub fn is_workday(&self, date: NaiveDate, mode: Mode) -> Result<bool, UnknownYear> {
        let number = zone::number(date);
        self.known(number - 1, number, mode)?;
        Ok(self.table.is_worked(number))
    }

    /// The `n`-th working day after `start`: `start` is excluded, the answer included. `n` = 0 gives `start`.
    ///
    /// # Errors
    /// In [`Mode::Strict`] when a day after `start` up to the answer lies in a year without a notice; in any mode when one
    /// lies in an unknown year.
    pub fn add(&self, start: NaiveDate, n: u32, mode: Mode) -> Result<Answer<NaiveDate>, UnknownYear> {
        let start = zone::number(start);
        self.known(start, start, mode)?;
        let end = self.table.add(start, i64::from(n));
        let provisional = self.known(start, end, mode)?;
        Ok(Answer { value: zone::date(end), provisional })
    }

    /// The working days after `start` up to and including `end`; when `end` lies before `start`, the negative of the
    /// count the other way round.
    ///
    /// # Errors
    /// In [`Mode::Strict`] when a day that is counted lies in a year without a notice; in any mode when one lies in an
    /// unknown year.
    pub fn count(&self, start: NaiveDate, end: NaiveDate, mode: Mode) -> Result<Answer<i64>, UnknownYear> {
        let (start, end) = (zone::number(start), zone::number(end));
        let provisional = self.known(start.min(end), start.max(end), mode)?;
        Ok(Answer { value: self.table.count(start, end), provisional })
    }

    pub(crate) fn table(&self) -> &Table {
        &self.table
    }

    /// Whether some day in (`start`, `end`] is provisional; in strict mode that is an error, an unknown one is in any.
    pub(crate) fn known(&self, start: i64, end: i64, mode: Mode) -> Result<bool, UnknownYear> {
        for number in [start, end] {
            if number > zone::LAST_DAY {
                // The more helpful answer is the first year that is missing.
                return Err(self
                    .missing(start, end.min(zone::LAST_DAY), mode)
                    .unwrap_or(UnknownYear { year: zone::LAST_YEAR + 1, why: Why::OutOfRange }));
            }
            if number < 1 {
                return Err(UnknownYear { year: zone::date(number).year(), why: Why::OutOfRange });
            }
        }
        match self.missing(start, end, mode) {
            Some(missing) => Err(missing),
            None => Ok(mode == Mode::Provisional && self.missing(start, end, Mode::Strict).is_some()),
        }
    }

    /// The first year in (`start`, `end`] that `mode` cannot count.
    fn missing(&self, start: i64, end: i64, mode: Mode) -> Option<UnknownYear> {
        if end <= start {
            return None;
        }
        let counts = |certainty| match mode {
            Mode::Strict => certainty == Certainty::Confirmed,
            Mode::Provisional => certainty != Certainty::Unknown,
        };
        let (first, last) = (zone::date(start + 1).year(), zone::date(end).year());
        // Ends at the first gap, so it takes at most as many steps as there are notices and statutory years.
        let year = (first..=last).find(|year| !counts(self.certainty(*year)))?;
        let why = match self.years.first() {
            Some(first) if year < *first => Why::TooEarly,
            _ if year > *STATUTORY_YEARS.end() => Why::BeyondTable,
            _ => Why::NotEntered,
        };
        Some(UnknownYear { year, why })
    }

    fn has_year(&self, year: i32) -> bool {
        self.years.binary_search(&year).is_ok()
    }
}

fn special_day(notices: &[Notice], special: Special) -> Option<&SpecialDay> {
    notices.get(special.notice)?.days.get(special.day)
}

/// Checks a notice by itself and against the earlier ones.
fn check_place(notice: &Notice, earlier: &[Notice]) -> Result<(), CalendarError> {
    notice.check().map_err(|(_, problem)| CalendarError::Notice {
        id: notice.id.clone(),
        error: NoticeError { line: None, problem },
    })?;
    if earlier.iter().any(|other| other.id == notice.id) {
        return Err(CalendarError::TwiceNotice(notice.id.clone()));
    }
    let same_year = || earlier.iter().filter(|other| other.year == notice.year);
    match &notice.amends {
        Some(amends) if !same_year().any(|other| other.id == *amends) => {
            Err(CalendarError::UnknownAmended { id: notice.id.clone(), amends: amends.clone(), year: notice.year })
        }
        None if let Some(other) = same_year().next() => {
            Err(CalendarError::TwiceYear { year: notice.year, id: notice.id.clone(), other: other.id.clone() })
        }
        _ => Ok(()),
    }
}

fn version(notices: &[Notice], years: &[i32]) -> String {
    // FNV-1a: small, and the same on every machine, which std's hasher does not promise.
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for notice in notices {
        for byte in notice.to_string().bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    let folded = (hash ^ (hash >> 24) ^ (hash >> 48)) & 0x00ff_ffff;
    match years.last() {
        Some(year) => format!("cn-{year}.{}-{folded:06x}", notices.len()),
        None => "cn-none".to_owned(),
    }
}
