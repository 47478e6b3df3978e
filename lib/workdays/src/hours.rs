//! Working hours: per weekday one or more frames, so that a lunch break is not working time.

use std::fmt;
use std::str::FromStr;

use crate::zone;

/// A stretch of working time within a day, in minutes after local midnight; `close` is 1 to 1440 (24:00).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Frame {
    pub open: u16,
    pub close: u16,
}

/// The frames of the week.
///
/// Monday to Friday each need a frame. Saturday and Sunday are worked only when a notice makes them up; such a day has
/// the frames given for `sat` or `sun`, and without them those of Monday, since it is a full working day. Frames for
/// `sat` and `sun` never turn an ordinary weekend into working time.
///
/// Text form (`FromStr`, `Display`): `mon-fri 09:00-12:00 13:30-17:30; sat 09:00-12:00`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    /// From Monday; empty on Saturday or Sunday means "as Monday".
    week: [Vec<Frame>; 7],
    /// Working time of a day in microseconds when it is the same on all seven.
    uniform: Option<i64>,
}

const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const MINUTE: i64 = 60 * zone::SECOND;

/// Why working hours were not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    #[error("`{0}` is not a weekday; expected mon, tue, wed, thu, fri, sat, sun or a span such as mon-fri")]
    Weekday(String),
    #[error("{0} is given a second time; expected each weekday once")]
    Twice(&'static str),
    #[error("{0} has no working hours; expected at least one frame such as 09:00-12:00")]
    NoFrame(&'static str),
    #[error("`{0}` is not a time of day; expected one such as 09:00, up to 24:00")]
    Time(String),
    #[error("`{0}` is not a frame; expected two times such as 09:00-12:00")]
    FrameText(String),
    #[error("{day}: a frame ends at {close} but begins at {open}; expected the earlier time first")]
    Backwards { day: &'static str, open: String, close: String },
    #[error("{day}: a frame begins at {open}, before the one ahead of it ends at {close}; expected frames in order")]
    Overlap { day: &'static str, open: String, close: String },
}

impl Hours {
    /// Monday to Friday 09:00–12:00 and 13:30–17:30.
    pub fn standard() -> Self {
        let frames = vec![Frame { open: 540, close: 720 }, Frame { open: 810, close: 1050 }];
        let none = Vec::new;
        Self::sealed([frames.clone(), frames.clone(), frames.clone(), frames.clone(), frames, none(), none()])
    }

    /// Hours from pairs of weekday and frames, such as a JSON object `{"mon": [["09:00", "12:00"], …], …}` holds.
    ///
    /// # Errors
    /// Names the weekday or time at fault and what was expected.
    pub fn from_pairs<'a, F>(pairs: impl IntoIterator<Item = (&'a str, F)>) -> Result<Self, HoursError>
    where
        F: IntoIterator<Item = (&'a str, &'a str)>,
    {
        let mut week: [Vec<Frame>; 7] = Default::default();
        for (days, frames) in pairs {
            let frames = frames
                .into_iter()
                .map(|(open, close)| Ok(Frame { open: minute(open)?, close: minute(close)? }))
                .collect::<Result<Vec<_>, HoursError>>()?;
            for index in weekdays(days)? {
                if let (Some(slot), Some(name)) = (week.get_mut(index), NAMES.get(index)) {
                    if !slot.is_empty() {
                        return Err(HoursError::Twice(name));
                    }
                    check(name, &frames)?;
                    slot.clone_from(&frames);
                }
            }
        }
        for (name, frames) in NAMES.iter().zip(&week).take(5) {
            if frames.is_empty() {
                return Err(HoursError::NoFrame(name));
            }
        }
        Ok(Self::sealed(week))
    }

    fn sealed(week: [Vec<Frame>; 7]) -> Self {
        let mut hours = Self { week, uniform: None };
        let first = hours.worked(1);
        if (2..=7).all(|number| hours.worked(number) == first) {
            hours.uniform = Some(first);
        }
        hours
    }

    /// The frames a weekday has when it is worked; `weekday` counts from Monday = 0.
    pub fn frames(&self, weekday: chrono::Weekday) -> &[Frame] {
        self.frames_at(weekday.num_days_from_monday() as usize)
    }

    fn frames_at(&self, index: usize) -> &[Frame] {
        match self.week.get(index) {
            Some(frames) if !frames.is_empty() => frames,
            _ => &self.week[0],
        }
    }

    fn frames_of(&self, number: i64) -> &[Frame] {
        // Day 1 is a Monday.
        self.frames_at((number - 1).rem_euclid(7) as usize)
    }

    /// Working time of every day in microseconds, if it is the same on all of them.
    pub(crate) fn uniform(&self) -> Option<i64> {
        self.uniform
    }

    /// Working time in microseconds of the weekday of a day number.
    pub(crate) fn worked(&self, number: i64) -> i64 {
        self.frames_of(number).iter().map(|frame| i64::from(frame.close - frame.open) * MINUTE).sum()
    }

    /// Working time of a day between two times of day, all in microseconds.
    pub(crate) fn worked_between(&self, number: i64, from: i64, to: i64) -> i64 {
        self.frames_of(number)
            .iter()
            .map(|frame| (to.min(i64::from(frame.close) * MINUTE) - from.max(i64::from(frame.open) * MINUTE)).max(0))
            .sum()
    }

    /// The time of day at which `micros` of working time after `from` have passed: `Err` with what is left of `micros`
    /// when the day is too short.
    pub(crate) fn reach(&self, number: i64, from: i64, mut micros: i64) -> Result<i64, i64> {
        for frame in self.frames_of(number) {
            let open = from.max(i64::from(frame.open) * MINUTE);
            let length = (i64::from(frame.close) * MINUTE - open).max(0);
            if length > 0 && micros <= length {
                return Ok(open + micros);
            }
            micros -= length;
        }
        Err(micros)
    }

    /// Opening time of a day in microseconds after midnight.
    pub(crate) fn open(&self, number: i64) -> i64 {
        self.frames_of(number).first().map_or(0, |frame| i64::from(frame.open) * MINUTE)
    }

    /// Closing time of a day in microseconds after midnight; a day open until 24:00 closes at 23:59:59, so that its close
    /// still bears its date.
    pub(crate) fn close(&self, number: i64) -> i64 {
        let close = self.frames_of(number).last().map_or(0, |frame| i64::from(frame.close) * MINUTE);
        close.min(zone::DAY - zone::SECOND)
    }
}

impl Default for Hours {
    fn default() -> Self {
        Self::standard()
    }
}

impl FromStr for Hours {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, HoursError> {
        let mut pairs = Vec::new();
        for part in text.split([';', '\n']).map(str::trim).filter(|part| !part.is_empty()) {
            let mut words = part.split_whitespace();
            let days = words.next().unwrap_or_default();
            let frames = words
                .map(|word| word.split_once('-').ok_or_else(|| HoursError::FrameText(short(word))))
                .collect::<Result<Vec<_>, _>>()?;
            pairs.push((days, frames));
        }
        Self::from_pairs(pairs)
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut first = true;
        let days: Vec<(&str, &Vec<Frame>)> = NAMES.into_iter().zip(&self.week).collect();
        for run in days.chunk_by(|a, b| a.1 == b.1) {
            if let (Some((from, frames)), Some((to, _))) = (run.first(), run.last())
                && !frames.is_empty()
            {
                f.write_str(if first { "" } else { "; " })?;
                first = false;
                f.write_str(from)?;
                if from != to {
                    write!(f, "-{to}")?;
                }
                for frame in frames.iter() {
                    write!(f, " {}-{}", clock(frame.open), clock(frame.close))?;
                }
            }
        }
        Ok(())
    }
}

fn weekdays(text: &str) -> Result<std::ops::RangeInclusive<usize>, HoursError> {
    let index = |name: &str| NAMES.iter().position(|known| *known == name);
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    match (index(from), index(to)) {
        (Some(from), Some(to)) if from <= to => Ok(from..=to),
        _ => Err(HoursError::Weekday(short(text))),
    }
}

fn check(day: &'static str, frames: &[Frame]) -> Result<(), HoursError> {
    if frames.is_empty() {
        return Err(HoursError::NoFrame(day));
    }
    let mut end = 0;
    for frame in frames {
        if frame.close <= frame.open {
            return Err(HoursError::Backwards { day, open: clock(frame.open), close: clock(frame.close) });
        }
        if frame.open < end {
            return Err(HoursError::Overlap { day, open: clock(frame.open), close: clock(end) });
        }
        end = frame.close;
    }
    Ok(())
}

fn minute(text: &str) -> Result<u16, HoursError> {
    let digits = |part: &str| match part.as_bytes() {
        [a @ b'0'..=b'9', b @ b'0'..=b'9'] => Some(u16::from(a - b'0') * 10 + u16::from(b - b'0')),
        _ => None,
    };
    text.split_once(':')
        .and_then(|(hour, minute)| Some((digits(hour)?, digits(minute)?)))
        .filter(|(hour, minute)| *minute < 60 && hour * 60 + minute <= 1440)
        .map(|(hour, minute)| hour * 60 + minute)
        .ok_or_else(|| HoursError::Time(short(text)))
}

fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}
