//! Why a clock is due when it is: one line for every day from start to due.

use chrono::{DateTime, NaiveDate, Utc};

use crate::day::{Certainty, DayKind, UnknownYear};
use crate::limit::{Blocks, Limit, Pause, Unit};
use crate::schedule::{Due, LastDay, Schedule};
use crate::zone;

/// A due instant with its reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    pub due: Due,
    /// The day on which a limit in days or months was used up, when that was a day off and the end moved to a working day.
    pub moved_from: Option<NaiveDate>,
    /// From the date of the start to the due date, every date once. Limits of centuries give as many lines.
    pub lines: Vec<DayLine>,
    /// Numbers of the notices for the years of these days, in the order of publication: the legal basis.
    pub notices: Vec<String>,
    /// [`crate::Calendar::version`] of the calendar that answered.
    pub calendar: String,
}

/// What one day contributed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayLine {
    pub date: NaiveDate,
    pub kind: LineKind,
    /// How the calendar sees the day; a make-up day that counted is `Counted` with [`DayKind::MakeUp`].
    pub day: DayKind,
    /// The holiday by which the day is off or made up.
    pub name: Option<String>,
    /// Whether the notice of the day's year is in the calendar; else the law and the weekday decide.
    pub confirmed: bool,
    /// The clock is due on this day.
    pub due: bool,
    /// For limits in hours: seconds the clock ran on this day. 0 for others.
    pub seconds: i64,
}

/// How a day entered the count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// The day the clock started. Limits in days exclude it; for limits in hours see [`DayLine::seconds`].
    Start,
    /// The n-th day that counted. For limits in hours: the whole hours used up by the end of this day.
    Counted(u32),
    /// Not worked (weekend or holiday), so not counted. Only for working hours and working days, and after the last day of
    /// a limit whose end moved.
    Off,
    /// The limit in days or months was used up on a day off before; this is the working day on which it ends.
    Moved,
    /// Would have counted, but the clock was paused.
    Paused,
}

impl Schedule<'_> {
    /// As [`Schedule::due`], with a line for every day.
    ///
    /// # Errors
    /// As [`Schedule::due`].
    pub fn explain(
        &self,
        start: DateTime<Utc>,
        limit: Limit,
        pauses: &[Pause],
        now: DateTime<Utc>,
    ) -> Result<Explanation, UnknownYear> {
        let due = self.due(start, limit, pauses, now)?;
        let (begin, at) = (zone::to_local(start), zone::to_local(due.at));
        let (first, last) = (zone::day_of(begin), zone::day_of(at));
        let as_counted = Schedule { last_day: LastDay::AsCounted, ..*self }.due(start, limit, pauses, now)?;
        let used_up = zone::day_of(zone::to_local(as_counted.at));
        let in_hours = matches!(limit.unit, Unit::WorkingHour | Unit::Hour);
        let mut lines = Vec::new();
        let mut counted = 0;
        let mut ran = 0;
        // The pauses in order, walked along with the days.
        let mut blocks = Blocks::new(pauses, now, begin).peekable();
        for number in first..=last {
            let date = zone::date(number);
            let day = self.calendar.day(date);
            let off = (limit.unit.needs_calendar() || number > used_up) && !day.kind.is_worked();
            let mut seconds = 0;
            let paused = if in_hours {
                let (from, to) = (begin.max(number * zone::DAY), at.min((number + 1) * zone::DAY));
                let whole = self.elapsed(limit.unit, from, to);
                let still: i64 = Blocks::new(pauses, now, from)
                    .take_while(|(pause, _)| *pause < to)
                    .map(|(pause, end)| self.elapsed(limit.unit, pause, end.min(to)))
                    .sum();
                ran += whole - still;
                seconds = (whole - still) / zone::SECOND;
                whole > 0 && whole == still
            } else {
                let end = self.end_of(number, limit.unit);
                while blocks.next_if(|(_, to)| *to <= end).is_some() {}
                blocks.peek().is_some_and(|(from, _)| *from <= end)
            };
            let kind = if number == first {
                LineKind::Start
            } else if off {
                LineKind::Off
            } else if paused {
                LineKind::Paused
            } else if number > used_up {
                LineKind::Moved
            } else {
                counted = if in_hours { ran / (3600 * zone::SECOND) } else { counted + 1 };
                LineKind::Counted(u32::try_from(counted).unwrap_or(u32::MAX))
            };
            lines.push(DayLine {
                date,
                kind,
                day: day.kind,
                name: day.name.map(str::to_owned),
                confirmed: day.certainty == Certainty::Confirmed,
                due: number == last,
                seconds,
            });
        }
        let years = lines.first().map(|line| year(line.date)).zip(lines.last().map(|line| year(line.date)));
        let notices = self
            .calendar
            .notices()
            .iter()
            .filter(|notice| years.is_some_and(|(first, last)| (first..=last).contains(&notice.year)))
            .map(|notice| notice.id.clone())
            .collect();
        let moved_from = (used_up < last).then(|| zone::date(used_up));
        Ok(Explanation { due, moved_from, lines, notices, calendar: self.calendar.version().to_owned() })
    }
}

fn year(date: NaiveDate) -> i32 {
    chrono::Datelike::year(&date)
}
