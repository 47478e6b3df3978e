//! A list out of any file: the sheets people see, their headers, their rows; and what was left out, with the reason.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;

use kernel::{Error, Result};

use crate::book::{Book, Row, Visibility};
use crate::header::{Found, HeadRow, Header, columns, find};
use crate::kind::Kind;

/// A row of a list.
pub struct Line<'a, H> {
    /// Name of the sheet; empty in a text.
    pub sheet: &'a Arc<str>,
    pub header: &'a Arc<H>,
    pub row: Row<'a>,
}

/// Why a sheet was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    Hidden,
    NoHeader,
}

/// A sheet that was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    pub sheet: String,
    pub why: Why,
}

/// What was read and what was not.
#[derive(Clone, Debug)]
pub struct Told<H> {
    /// Sheet, last row of the header, header.
    pub headers: Vec<(Arc<str>, u32, Arc<H>)>,
    pub left_out: Vec<LeftOut>,
    /// Rows that were read although nobody sees them.
    pub hidden_rows: u64,
    /// Lines below the header with one text across several columns, as signatures are: sheet and row.
    pub notes: Vec<(Arc<str>, u32)>,
}

impl<H> Default for Told<H> {
    fn default() -> Self {
        Told { headers: Vec::new(), left_out: Vec::new(), hidden_rows: 0, notes: Vec::new() }
    }
}

impl<H> Told<H> {
    /// Names of the sheets left out for one reason.
    pub fn left_out(&self, why: Why) -> Vec<String> {
        self.left_out.iter().filter(|left| left.why == why).map(|left| left.sheet.clone()).collect()
    }

    /// What to say when no header was found: `otherwise`, unless there are hidden sheets, which may be what was meant.
    pub fn no_header(&self, otherwise: Error) -> Error {
        let hidden = self.left_out(Why::Hidden);
        if hidden.is_empty() { otherwise } else { Error::invalid("sheet-hidden").arg("sheets", hidden.join("、")) }
    }
}

/// So many lines of notes are kept.
const MOST_NOTES: usize = 100;

enum Head<H> {
    Wanted(Vec<HeadRow>),
    Known(Arc<H>),
    Missing,
}

struct Reading<'e, H> {
    told: Told<H>,
    sheet: Arc<str>,
    head: Head<H>,
    each: &'e mut dyn FnMut(Line<'_, H>) -> Result<bool>,
}

/// Reads a file, whatever its name says, and hands on its rows below headers that are understood, until `each` says `false` for
/// the sheet.
///
/// # Errors
/// [`Kind::refused`] for what is no table, those of [`Book::open`] and [`crate::text_rows`], and what `each` returns.
pub fn read<H: Header>(path: &Path, each: &mut dyn FnMut(Line<'_, H>) -> Result<bool>) -> Result<Told<H>> {
    let mut file = BufReader::new(File::open(path).map_err(Error::unavailable)?);
    let kind = Kind::of(&mut file)?;
    let mut reading = Reading { told: Told::default(), sheet: "".into(), head: Head::Wanted(Vec::new()), each };
    match kind {
        Kind::Workbook => {
            drop(file);
            let mut book = Book::open(path)?;
            for (at, sheet) in book.sheets().into_iter().enumerate() {
                if sheet.visibility != Visibility::Visible {
                    reading.told.left_out.push(LeftOut { sheet: sheet.name, why: Why::Hidden });
                    continue;
                }
                reading.begin(&sheet.name);
                book.rows(at, |row| reading.row(row))?;
                reading.end()?;
            }
        }
        Kind::Text => {
            crate::text::rows(file, &|head| columns::<H>(head), &mut |row| reading.row(row))?;
            reading.end()?;
        }
        other => return Err(other.refused()),
    }
    Ok(reading.told)
}

impl<H: Header> Reading<'_, H> {
    fn begin(&mut self, name: &str) {
        self.sheet = name.chars().take(60).collect::<String>().into();
        self.head = Head::Wanted(Vec::new());
    }

    fn row(&mut self, row: Row<'_>) -> Result<bool> {
        match &mut self.head {
            Head::Missing => Ok(false),
            Head::Known(header) => {
                let header = Arc::clone(header);
                self.hand_on(&header, row)
            }
            Head::Wanted(rows) => {
                rows.push(HeadRow {
                    number: row.number,
                    hidden: row.hidden,
                    cells: row.cells.to_vec(),
                    is_note: row.is_note,
                });
                self.look(false)
            }
        }
    }

    /// Looks for the header in the rows so far; those below it are rows of the list.
    fn look(&mut self, is_all: bool) -> Result<bool> {
        let Head::Wanted(rows) = &mut self.head else { return Ok(true) };
        match find::<H>(rows, is_all) {
            Found::More => Ok(true),
            Found::None => {
                self.head = Head::Missing;
                Ok(false)
            }
            Found::Header(header, used) => {
                let rows = std::mem::take(rows);
                let header = Arc::new(header);
                let number = rows[used - 1].number;
                self.told.headers.push((Arc::clone(&self.sheet), number, Arc::clone(&header)));
                self.head = Head::Known(Arc::clone(&header));
                for row in &rows[used..] {
                    let HeadRow { number, hidden, ref cells, is_note } = *row;
                    if !self.hand_on(&header, Row { number, hidden, cells, is_note })? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
        }
    }

    fn hand_on(&mut self, header: &Arc<H>, row: Row<'_>) -> Result<bool> {
        if row.is_note {
            if self.told.notes.len() < MOST_NOTES {
                self.told.notes.push((Arc::clone(&self.sheet), row.number));
            }
            return Ok(true);
        }
        self.told.hidden_rows += u64::from(row.hidden);
        (self.each)(Line { sheet: &self.sheet, header, row })
    }

    fn end(&mut self) -> Result<()> {
        let is_blank = matches!(&self.head, Head::Wanted(rows) if rows.is_empty());
        self.look(true)?;
        if !is_blank && !self.sheet.is_empty() && matches!(self.head, Head::Missing) {
            self.told.left_out.push(LeftOut { sheet: self.sheet.to_string(), why: Why::NoHeader });
        }
        Ok(())
    }
}
