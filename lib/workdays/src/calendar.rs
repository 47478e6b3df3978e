//! A working-day calendar: notices put together, days looked up, added and counted.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use crate::day::{Answer, Day, DayKind, Mode, Unpublished, Why};
use crate::notice::{Notice, NoticeError, SpecialDay, SpecialKind};
use crate::table::{self, Table};
use crate::zone;

/// Working days by the notices it was made from. Cheap to share, not to clone; immutable.
///
/// A year counts as confirmed once its notice is there. The notice of the next year may still change the last days of
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
        let exceptions = special.iter().filter_map(|special| {
            let worked = match special_day(&notices, *special)?.kind {
                SpecialKind::Off => false,
                SpecialKind::MakeUp => true,
                SpecialKind::Ordinary => table::is_weekday(special.number),
            };
            Some((special.number, worked))
        });
        let span = (special.first().map_or(1, |s| s.number), special.last().map_or(0, |s| s.number));
        let table = Table::new(span.0, span.1, exceptions);
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

    /// What the calendar says about a day.
    pub fn day(&self, date: NaiveDate) -> Day<'_> {
        let number = zone::number(date);
        let found = self.special.binary_search_by_key(&number, |special| special.number).ok();
        let found = found
            .and_then(|index| self.special.get(index))
            .and_then(|special| Some((self.notices.get(special.notice)?, special_day(&self.notices, *special)?)));
        let plain = if table::is_weekday(number) { DayKind::Workday } else { DayKind::Weekend };
        let kind = match found.map(|(_, day)| day.kind) {
            Some(SpecialKind::Off) => DayKind::Holiday,
            Some(SpecialKind::MakeUp) => DayKind::MakeUp,
            Some(SpecialKind::Ordinary) | None => plain,
        };
        Day {
            date,
            kind,
            name: found.filter(|_| kind != plain).map(|(_, day)| day.name.as_str()),
            confirmed: self.has_year(date.year()),
            notice: found.map(|(notice, _)| notice.id.as_str()),
        }
    }

    /// Whether people work on a day.
    ///
    /// # Errors
    /// In [`Mode::Strict`] when the year of the day has no notice.
    pub fn is_workday(&self, date: NaiveDate, mode: Mode) -> Result<bool, Unpublished> {
        let number = zone::number(date);
        self.known(number - 1, number, mode)?;
        Ok(self.table.is_worked(number))
    }

    /// The `n`-th working day after `start`: `start` is excluded, the answer included. `n` = 0 gives `start`.
    ///
    /// # Errors
    /// In [`Mode::Strict`] when a day after `start` up to the answer lies in a year without a notice; in any mode when
    /// the answer lies beyond year 9999.
    pub fn add(&self, start: NaiveDate, n: u32, mode: Mode) -> Result<Answer<NaiveDate>, Unpublished> {
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
    /// In [`Mode::Strict`] when a day that is counted lies in a year without a notice.
    pub fn count(&self, start: NaiveDate, end: NaiveDate, mode: Mode) -> Result<Answer<i64>, Unpublished> {
        let (start, end) = (zone::number(start), zone::number(end));
        let provisional = self.known(start.min(end), start.max(end), mode)?;
        Ok(Answer { value: self.table.count(start, end), provisional })
    }

    pub(crate) fn table(&self) -> &Table {
        &self.table
    }

    /// Whether some day in (`start`, `end`] has no notice: an error in strict mode, `true` in provisional mode.
    pub(crate) fn known(&self, start: i64, end: i64, mode: Mode) -> Result<bool, Unpublished> {
        for number in [start, end] {
            if number > zone::LAST_DAY {
                // With a strict calendar the more helpful answer is the first year without a notice.
                return Err(self
                    .missing(start, end.min(zone::LAST_DAY), mode)
                    .unwrap_or(Unpublished { year: zone::LAST_YEAR + 1, why: Why::OutOfRange }));
            }
            if number < 1 {
                return Err(Unpublished { year: zone::date(number).year(), why: Why::OutOfRange });
            }
        }
        match self.missing(start, end, Mode::Strict) {
            Some(unpublished) if mode == Mode::Strict => Err(unpublished),
            missing => Ok(missing.is_some()),
        }
    }

    /// The first year without a notice in (`start`, `end`]; `None` at once in provisional mode.
    fn missing(&self, start: i64, end: i64, mode: Mode) -> Option<Unpublished> {
        if mode == Mode::Provisional || end <= start {
            return None;
        }
        let (first, last) = (zone::date(start + 1).year(), zone::date(end).year());
        // Ends at the first gap, so it takes at most as many steps as there are notices.
        let year = (first..=last).find(|year| !self.has_year(*year))?;
        let early = self.years.first().is_some_and(|first| year < *first);
        Some(Unpublished { year, why: if early { Why::TooEarly } else { Why::NotPublished } })
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
