//! Workbooks (`.xlsx`, `.xlsm`): refused if they unfold to too much, then read row by row.

use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek};
use std::path::Path;

use kernel::{Error, Result};

use crate::cell::{Cell, Value};
use crate::guard::{Guarded, MOST, MOST_BESIDE, not_xlsx};
use crate::kind::Kind;
use crate::merged::Filler;
use crate::parts::Parts;
use crate::sheet_xml::{Budget, Raw, Walk};

/// Whether people see a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    Visible,
    Hidden,
    /// Hidden so that only a program brings it back.
    VeryHidden,
}

/// A sheet by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    pub name: String,
    pub visibility: Visibility,
}

/// A row with something in it.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// As the spreadsheet counts: from 1.
    pub number: u32,
    /// Hidden by hand or by a filter. It is a row all the same.
    pub hidden: bool,
    /// From column A on; merged areas are filled with their value.
    pub cells: &'a [Cell],
    /// One text across several columns: a line for people, as titles and signatures are.
    pub is_note: bool,
}

/// A workbook that is bearable.
pub struct Book<R: Read + Seek = BufReader<File>> {
    book: Guarded<R>,
    parts: Parts,
    budget: Budget,
}

impl Book {
    /// Opens a file that was sent, whatever its name says.
    ///
    /// # Errors
    /// [`Kind::refused`] if it is no workbook, `not-xlsx` if it is damaged, `zip-bomb` if it unfolds to more than 300 MB or
    /// beyond reason, `unavailable` if it cannot be read.
    pub fn open(path: &Path) -> Result<Book> {
        Book::new(BufReader::new(File::open(path).map_err(Error::unavailable)?), MOST)
    }

    /// Opens a file that somebody at the prompt named, which may be a full sheet: 4 GB unfolded, of them 300 MB of shared texts.
    ///
    /// # Errors
    /// As [`Book::open`].
    pub fn beside(path: &Path) -> Result<Book> {
        Book::new(BufReader::new(File::open(path).map_err(Error::unavailable)?), MOST_BESIDE)
    }
}

impl<'b> Book<Cursor<&'b [u8]>> {
    /// The same as [`Book::open`] of what is in memory already.
    ///
    /// # Errors
    /// As [`Book::open`].
    pub fn of(bytes: &'b [u8]) -> Result<Self> {
        Book::new(Cursor::new(bytes), MOST)
    }
}

impl<R: Read + Seek> Book<R> {
    fn new(mut file: R, most: u64) -> Result<Self> {
        match Kind::of(&mut file)? {
            Kind::Workbook => {}
            other => return Err(other.refused()),
        }
        let mut book = Guarded::new(file, most)?;
        let parts = Parts::read(&mut book)?;
        let limit = book.limit;
        Ok(Book { book, parts, budget: Budget { left: limit, limit } })
    }

    /// All sheets in their order, those of charts as well.
    pub fn sheets(&self) -> Vec<Sheet> {
        let sheets = self.parts.sheets.iter();
        sheets.map(|part| Sheet { name: part.name.clone(), visibility: part.visibility }).collect()
    }

    /// The first sheet that people see, by its place.
    pub fn first_visible(&self) -> usize {
        self.parts.sheets.iter().position(|part| part.visibility == Visibility::Visible).unwrap_or(0)
    }

    /// Whether days count from 1904 here; the days of cells are right in either case.
    pub fn is_1904(&self) -> bool {
        self.parts.is_1904
    }

    /// Hands on the rows of a sheet, by its place, that have something in them, until `each` says `false`. Sheets of charts have
    /// no rows.
    ///
    /// # Errors
    /// `not-xlsx` for a damaged sheet, `zip-bomb`, and what `each` returns.
    pub fn rows(&mut self, sheet: usize, mut each: impl FnMut(Row<'_>) -> Result<bool>) -> Result<()> {
        let Some(path) = self.parts.sheets.get(sheet).and_then(|part| part.path.as_deref()) else { return Ok(()) };
        let Some(at) = self.book.places.get(path).copied() else { return Ok(()) };
        let areas = self.book.areas.get(path).map_or(&[][..], Vec::as_slice);
        let mut filler = Filler::new(areas);
        let part = self.book.archive.by_index(at).map_err(not_xlsx)?;
        let mut walk = Walk::new(part, &self.parts);
        let mut raw = Raw::default();
        while walk.next(&mut raw)? {
            let bytes = raw.cells.iter().map(|cell| match &cell.value {
                Value::Text(text) => text.len() as u64,
                _ => 0,
            });
            self.budget.take(bytes.sum())?;
            let mut own = raw.cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()).map(|(at, _)| at);
            let (first, second) = (own.next(), own.next());
            self.budget.take(filler.fill(raw.number, &mut raw.cells)?)?;
            // Where an area goes on below the last row of the list there is no row.
            let Some(first) = first else { continue };
            let is_wide =
                raw.cells[first].area.is_some_and(|area| area.is_wide() && usize::from(area.first_column) == first);
            let is_note = second.is_none() && is_wide;
            if !each(Row { number: raw.number, hidden: raw.hidden, cells: &raw.cells, is_note })? {
                break;
            }
        }
        Ok(())
    }
}
