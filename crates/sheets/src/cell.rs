//! A cell: its value, how it is shown, and the merged area it belongs to.

use std::borrow::Cow;
use std::sync::Arc;

use chrono::{Duration, NaiveDate, NaiveDateTime, NaiveTime};

use crate::format::Format;

/// What stands in a cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    #[default]
    Empty,
    Text(Arc<str>),
    /// As stored: 0.305 where 30.5 % is shown, 12000 where 1.2 万 is shown.
    Number(f64),
    Boolean(bool),
    /// A day, with a time if there is one; by the date system of the workbook.
    Moment(NaiveDateTime),
    /// A formula that failed: `#REF!`.
    Error(Arc<str>),
    /// A formula whose result was never stored, for nobody opened the file since a program wrote it. The formula.
    NoValue(Arc<str>),
    /// A text with bytes that are no characters, which stand as U+FFFD; the first of them in hexadecimal.
    Broken(Arc<str>, Arc<str>),
}

/// A merged area, all ends included. Rows from 1, columns from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    pub first_row: u32,
    pub last_row: u32,
    pub first_column: u16,
    pub last_column: u16,
}

impl Area {
    pub(crate) fn is_wide(self) -> bool {
        self.last_column > self.first_column
    }
}

/// See the module.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    pub value: Value,
    pub format: Format,
    /// The merged area whose one value this is.
    pub area: Option<Area>,
}

/// Why nobody can read a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A formula that failed.
    Formula,
    /// A formula without a stored value.
    NoValue,
    /// Bytes that are no characters.
    Characters,
}

impl Cell {
    /// A text, trimmed of nothing.
    pub fn text_of(text: &str) -> Cell {
        if text.is_empty() { Cell::default() } else { Cell { value: Value::Text(text.into()), ..Cell::default() } }
    }

    pub fn is_empty(&self) -> bool {
        match &self.value {
            Value::Empty => true,
            Value::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    /// Whether the value stands elsewhere in a merged area.
    pub fn is_filled(&self, row: u32, column: usize) -> bool {
        self.area.is_some_and(|area| area.first_row != row || usize::from(area.first_column) != column)
    }

    /// As people would write it: `30.5%` where that is shown, `2026-11-05`, `是`. What failed is shown as it stands.
    pub fn text(&self) -> Cow<'_, str> {
        match &self.value {
            Value::Empty => Cow::Borrowed(""),
            Value::Text(text) | Value::Error(text) | Value::NoValue(text) | Value::Broken(text, _) => {
                Cow::Borrowed(text)
            }
            Value::Boolean(yes) => Cow::Borrowed(if *yes { "是" } else { "否" }),
            Value::Moment(moment) => Cow::Owned(moment_text(*moment)),
            Value::Number(number) => Cow::Owned(match self.format {
                Format::Percent => format!("{}%", shown(number * 100.0)),
                Format::Time | Format::Duration => time_text(*number).unwrap_or_else(|| shown(*number)),
                _ => shown(*number),
            }),
        }
    }

    /// The day, if it is one. Texts are not read.
    pub fn day(&self) -> Option<NaiveDate> {
        match self.value {
            Value::Moment(moment) => Some(moment.date()),
            _ => None,
        }
    }

    /// Why it cannot be read, if so. Programs that save text write failed formulas as texts.
    pub fn fault(&self) -> Option<Fault> {
        match &self.value {
            Value::Error(_) => Some(Fault::Formula),
            Value::Text(text) if text.starts_with("#REF!") || text.starts_with("#N/A") => Some(Fault::Formula),
            Value::NoValue(_) => Some(Fault::NoValue),
            Value::Broken(..) => Some(Fault::Characters),
            Value::Text(text) if text.contains('\u{fffd}') => Some(Fault::Characters),
            _ => None,
        }
    }

    /// The first bytes that are no characters, in hexadecimal.
    pub fn broken_bytes(&self) -> &str {
        match &self.value {
            Value::Broken(_, bytes) => bytes,
            // The mark that another program left where it could not read.
            _ => "EF BF BD",
        }
    }
}

/// A number to the 15 digits that spreadsheets keep; what they cannot hold exactly (codes of digits alone) as they show it.
pub(crate) fn shown(value: f64) -> String {
    if value.abs() >= 1e15 { format!("{value:E}").replace('E', "E+") } else { digits(value) }
}

/// A number with all its digits, rounded to the 15 that spreadsheets keep.
pub fn digits(value: f64) -> String {
    let shortest = format!("{value}");
    if shortest.bytes().filter(u8::is_ascii_digit).count() <= 15 {
        return shortest;
    }
    let rounded: f64 = format!("{value:.14e}").parse().unwrap_or(value);
    format!("{rounded}")
}

fn moment_text(moment: NaiveDateTime) -> String {
    use chrono::Timelike;
    match (moment.time() == NaiveTime::MIN, moment.second()) {
        (true, _) => moment.format("%Y-%m-%d").to_string(),
        (_, 0) => moment.format("%Y-%m-%d %H:%M").to_string(),
        _ => moment.format("%Y-%m-%d %H:%M:%S").to_string(),
    }
}

fn time_text(days: f64) -> Option<String> {
    let seconds = (days * 86_400.0).round();
    let seconds = (0.0..1e10).contains(&seconds).then_some(seconds as u64)?;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    Some(if seconds == 0 {
        format!("{hours:02}:{minutes:02}")
    } else {
        format!("{hours:02}:{minutes:02}:{seconds:02}")
    })
}

/// Days between the two systems in which spreadsheets count.
const SINCE_1904: f64 = 1462.0;
/// 9999-12-31, which registers write for "without end", and beyond which nothing is a day.
const LAST_SERIAL: f64 = 2_958_465.0;

/// A stored number as the day and time it stands for, or as it is if it stands for none: before 1900-03-01 the programs disagree.
pub(crate) fn moment(serial: f64, is_1904: bool) -> Value {
    let days = if is_1904 { serial + SINCE_1904 } else { serial };
    let found = (61.0..LAST_SERIAL + 1.0).contains(&days).then(|| {
        // Seconds are kept to about a microsecond; whole seconds are what was typed.
        let seconds = (days * 86_400.0).round() as i64;
        NaiveDate::from_ymd_opt(1899, 12, 30)?.and_time(NaiveTime::MIN).checked_add_signed(Duration::seconds(seconds))
    });
    found.flatten().map_or(Value::Number(serial), Value::Moment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_read_as_they_are_shown() {
        let cell = |value, format| Cell { value, format, area: None }.text().into_owned();
        assert_eq!(cell(Value::Number(0.305), Format::Percent), "30.5%");
        assert_eq!(cell(Value::Number(0.07), Format::Percent), "7%");
        assert_eq!(cell(Value::Number(0.1 + 0.2), Format::General), "0.3");
        assert_eq!(
            cell(Value::Number(914_199_810_000_000_012.0), Format::General),
            "9.14199810000000E+17".replace("0000000", "")
        );
        assert_eq!(cell(Value::Number(12_345.0), Format::Scaled), "12345");
        assert_eq!(cell(Value::Number(0.604_166_666_666_667), Format::Time), "14:30");
        assert_eq!(cell(moment(43_221.0, false), Format::Date), "2018-05-01");
        assert_eq!(cell(moment(41_759.0, true), Format::Date), "2018-05-01");
        assert_eq!(cell(moment(46_331.604_166_666_7, false), Format::Date), "2026-11-05 14:30");
        assert_eq!(cell(moment(LAST_SERIAL, false), Format::Date), "9999-12-31");
        assert_eq!(moment(5.0, false), Value::Number(5.0));
        assert_eq!(moment(-3.0, true), moment(1459.0, false));
    }
}
