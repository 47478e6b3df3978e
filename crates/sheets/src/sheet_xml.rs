//! The cells of a sheet as they come, row by row: a table as wide and long as its outermost cells would let a file of a few
//! bytes, with one cell in the last corner, take all memory.

use std::io::Read;
use std::sync::Arc;

use chrono::NaiveDateTime;
use kernel::{Error, Result};
use quick_xml::events::{BytesStart, Event};

use crate::cell::{Cell, Value, moment};
use crate::format::Format;
use crate::parts::{Parts, kept};
use crate::xml::{Xml, attribute, cut, is_on};

/// Columns beyond this one hold no list.
pub(crate) const MOST_COLUMNS: u32 = 1_000;

/// One row as it stands in the file.
#[derive(Default)]
pub(crate) struct Raw {
    pub number: u32,
    pub hidden: bool,
    pub cells: Vec<Cell>,
}

/// Walks along a sheet.
pub(crate) struct Walk<'p, R: Read> {
    xml: Xml<R>,
    parts: &'p Parts,
    buffer: Vec<u8>,
    text: String,
    formula: String,
    started: bool,
    done: bool,
    row: u32,
}

impl<'p, R: Read> Walk<'p, R> {
    pub(crate) fn new(from: R, parts: &'p Parts) -> Self {
        let (text, formula) = (String::new(), String::new());
        Walk { xml: Xml::new(from), parts, buffer: Vec::new(), text, formula, started: false, done: false, row: 0 }
    }

    /// The next row, in `row`; `false` at the end.
    pub(crate) fn next(&mut self, row: &mut Raw) -> Result<bool> {
        row.cells.clear();
        while !self.done {
            match self.xml.next(&mut self.buffer)? {
                Event::Start(tag) => match tag.local_name().as_ref() {
                    "sheetData" => self.started = true,
                    "row" if self.started => {
                        self.row = number(&tag).unwrap_or(self.row.saturating_add(1));
                        row.number = self.row;
                        row.hidden = is_on(attribute(&tag, "hidden").as_deref());
                        self.cells(row)?;
                        return Ok(true);
                    }
                    _ => {}
                },
                Event::End(tag) if tag.local_name().as_ref() == "sheetData" => self.done = true,
                // A part that ends before its cells do was cut.
                Event::Eof if self.started => return Err(cut()),
                Event::Eof => self.done = true,
                _ => {}
            }
        }
        Ok(false)
    }

    fn cells(&mut self, row: &mut Raw) -> Result<()> {
        let mut column = 0_u32;
        loop {
            let (style, kind) = match self.xml.next(&mut self.buffer)? {
                Event::Start(tag) if tag.local_name().as_ref() == "c" => {
                    let (mut style, mut kind) = (0, Kind::Number);
                    for a in tag.attributes().with_checks(false).flatten() {
                        let value: &str = a.value.as_ref();
                        match a.key.local_name().as_ref() {
                            "r" => column = place(value).map_or(column, |(_, column)| column),
                            "s" => style = value.parse().unwrap_or(0),
                            "t" => kind = Kind::of(value),
                            _ => {}
                        }
                    }
                    (style, kind)
                }
                Event::End(tag) if tag.local_name().as_ref() == "row" => return Ok(()),
                Event::Eof => return Err(cut()),
                _ => continue,
            };
            let format = self.parts.formats.get(style).copied().unwrap_or_default();
            let value = self.value(kind, format)?;
            if column < MOST_COLUMNS {
                let at = column as usize;
                if row.cells.len() <= at {
                    row.cells.resize(at + 1, Cell::default());
                }
                row.cells[at] = Cell { value, format, area: None };
            }
            column = column.saturating_add(1);
        }
    }

    /// Reads to the end of the cell.
    fn value(&mut self, kind: Kind, format: Format) -> Result<Value> {
        enum Inside {
            Value,
            Formula,
            Rich,
        }
        let (mut has_formula, mut has_value) = (false, false);
        self.text.clear();
        self.formula.clear();
        loop {
            let inside = match self.xml.next(&mut self.buffer)? {
                Event::Start(tag) => match tag.local_name().as_ref() {
                    "v" => Inside::Value,
                    "f" => Inside::Formula,
                    "is" => Inside::Rich,
                    _ => continue,
                },
                Event::End(tag) if tag.local_name().as_ref() == "c" => break,
                Event::Eof => return Err(cut()),
                _ => continue,
            };
            match inside {
                Inside::Value => {
                    self.text.clear();
                    self.xml.text("v", &mut self.text, &mut self.buffer)?;
                    has_value = true;
                }
                Inside::Formula => {
                    has_formula = true;
                    self.xml.text("f", &mut self.formula, &mut self.buffer)?;
                }
                Inside::Rich => self.xml.rich("is", &mut self.text, &mut self.buffer)?,
            }
        }
        // A formula that gives an empty text says so: its kind is a text, and its value is there.
        if has_formula && self.text.is_empty() && !(has_value && matches!(kind, Kind::Text)) {
            let formula: String = self.formula.chars().take(60).collect();
            return Ok(Value::NoValue(format!("={formula}").into()));
        }
        if self.text.is_empty() {
            return Ok(Value::Empty);
        }
        Ok(match kind {
            Kind::Shared => {
                let found = self.text.trim().parse::<usize>().ok().and_then(|at| self.parts.texts.get(at));
                text(Arc::clone(found.ok_or_else(cut)?))
            }
            Kind::Text => text(kept(&self.text)),
            Kind::Boolean => Value::Boolean(matches!(self.text.trim(), "1" | "true")),
            Kind::Error => Value::Error(kept(&self.text)),
            Kind::Day => day(&self.text),
            Kind::Number => match self.text.trim().parse::<f64>() {
                Ok(number) if matches!(format, Format::Date) || is_moment(format, number) => {
                    moment(number, self.parts.is_1904)
                }
                Ok(number) => Value::Number(number),
                // What stands here is no number; it is shown, not dropped.
                Err(_) => text(kept(&self.text)),
            },
        })
    }
}

/// A format of times shows the time of a day that is there as well.
fn is_moment(format: Format, number: f64) -> bool {
    matches!(format, Format::Time) && number >= 61.0
}

fn text(text: Arc<str>) -> Value {
    if text.is_empty() { Value::Empty } else { Value::Text(text) }
}

/// ISO 8601, as the strict form of the standard writes days.
fn day(iso: &str) -> Value {
    let iso = iso.trim().trim_end_matches('Z');
    let read = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(iso, form).ok());
    let read = read.or_else(|| iso.parse::<chrono::NaiveDate>().ok().map(|day| day.and_time(chrono::NaiveTime::MIN)));
    read.map_or_else(|| Value::Text(kept(iso)), Value::Moment)
}

#[derive(Clone, Copy)]
enum Kind {
    Shared,
    Text,
    Boolean,
    Error,
    Day,
    Number,
}

impl Kind {
    fn of(name: &str) -> Kind {
        match name {
            "s" => Kind::Shared,
            "str" | "inlineStr" | "is" => Kind::Text,
            "b" => Kind::Boolean,
            "e" => Kind::Error,
            "d" => Kind::Day,
            _ => Kind::Number,
        }
    }
}

fn number(tag: &BytesStart<'_>) -> Option<u32> {
    attribute(tag, "r")?.parse().ok().filter(|n| *n > 0)
}

/// `B12` as row 12 (from 1) and column 1 (from 0).
pub(crate) fn place(text: &str) -> Option<(u32, u32)> {
    let text = text.trim();
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let column = text.get(..letters).filter(|letters| (1..=3).contains(&letters.len()))?.bytes();
    let column = column.fold(0_u32, |all, letter| all * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1);
    let row: u32 = text.get(letters..)?.parse().ok()?;
    (row > 0).then_some((row, column - 1))
}

/// The letters of a column (from 0): `A`, `AB`.
pub(crate) fn letters(column: usize) -> String {
    let mut rest = column + 1;
    let mut text = Vec::new();
    while rest > 0 {
        rest -= 1;
        text.push(char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    text.iter().rev().collect()
}

/// How much text may still come.
pub(crate) struct Budget {
    pub left: u64,
    pub limit: u64,
}

impl Budget {
    /// # Errors
    /// `zip-bomb` beyond the limit: many cells may share one long text.
    pub(crate) fn take(&mut self, bytes: u64) -> Result<(), Error> {
        self.left = self.left.checked_sub(bytes).ok_or_else(|| crate::guard::bomb(self.limit))?;
        Ok(())
    }
}
