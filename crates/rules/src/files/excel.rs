//! Facts from the first visible sheet of an Excel file, and answers to one.

use std::path::{Path, PathBuf};
use std::sync::mpsc::SyncSender;
use std::sync::{Mutex, PoisonError};

use rulepack::diagnostic::Words;
use rulepack::sweep::TILE;
use rust_xlsxwriter::XlsxError;
use sheets::{Book, Cell, Fault, Format, Value, digits};

use super::cell::write_date;
use super::{FactColumn, FileError, Header, Raw};

/// Most rows a sheet can hold.
pub(crate) const MOST_ROWS: usize = 1_048_576;

/// An Excel file, read row by row in a thread of its own.
pub(crate) struct ExcelIn {
    path: PathBuf,
    book: Mutex<Book>,
    pub header: Header,
}

impl ExcelIn {
    pub(crate) fn open(path: &Path, facts: &[FactColumn]) -> Result<Self, FileError> {
        let mut book = Book::beside(path).map_err(|error| FileError::of(path, &error))?;
        let mut header = None;
        each_row(&mut book, path, |_, cells| {
            header = Some(cells.iter().map(cell_text).collect());
            Ok(false)
        })?;
        let names =
            header.ok_or_else(|| FileError::file(path, Words::new("第一张表是空的", "the first sheet is empty")))?;
        Ok(Self { path: path.to_owned(), header: Header::new(path, names, facts)?, book: Mutex::new(book) })
    }

    /// Sends all rows below the header, a tile at a time, until nobody receives.
    pub(crate) fn send(&self, to: &SyncSender<Raw>) -> Result<(), FileError> {
        let width = self.header.names.len();
        let mut raw = Raw::default();
        let mut is_header = true;
        // Whoever panicked while reading has ended the run; the book itself is as it was.
        let mut book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        let used: Vec<usize> = self.header.facts.iter().flatten().chain(&self.header.id).copied().collect();
        each_row(&mut book, &self.path, |number, cells| {
            if std::mem::take(&mut is_header) {
                return Ok(true);
            }
            self.readable(number, cells, &used)?;
            let mut record = csv::StringRecord::with_capacity(cells.len() * 12, width);
            cells.iter().for_each(|cell| record.push_field(&cell_text(cell)));
            raw.rows.push((number, record));
            Ok(raw.rows.len() < TILE || to.send(std::mem::take(&mut raw)).is_ok())
        })?;
        if !raw.rows.is_empty() {
            // Nobody receiving means the run has ended otherwise.
            let _ = to.send(raw);
        }
        Ok(())
    }
}

impl ExcelIn {
    /// # Errors
    /// A formula in a column that is read has no stored value: it would pass for an empty cell.
    fn readable(&self, row: usize, cells: &[Cell], used: &[usize]) -> Result<(), FileError> {
        for place in used {
            let Some(cell) = cells.get(*place).filter(|cell| cell.fault() == Some(Fault::NoValue)) else { continue };
            return Err(FileError::Cell {
                file: super::file_name(&self.path),
                row,
                column: self.header.names.get(*place).cloned().unwrap_or_default(),
                value: cell.text().into_owned(),
                expected: Box::new(super::said(&kernel::Error::invalid("sheet-no-value"))),
            });
        }
        Ok(())
    }
}

/// Calls `visit` with each row of the first visible sheet that has something in it, its number and its cells, until that says no.
fn each_row(
    book: &mut Book,
    path: &Path,
    mut visit: impl FnMut(usize, &[Cell]) -> Result<bool, FileError>,
) -> Result<(), FileError> {
    let mut wrong = None;
    let sheet = book.first_visible();
    let read = book.rows(sheet, |row| {
        Ok(visit(row.number as usize, row.cells).unwrap_or_else(|error| {
            wrong = Some(error);
            false
        }))
    });
    read.map_err(|error| FileError::of(path, &error))?;
    wrong.map_or(Ok(()), Err)
}

/// A cell as the text people see, with every digit of whole numbers.
pub(crate) fn cell_text(cell: &Cell) -> String {
    match &cell.value {
        Value::Number(value) if matches!(cell.format, Format::Percent) => format!("{}%", digits(value * 100.0)),
        Value::Number(value) => digits(*value),
        Value::Boolean(value) => value.to_string(),
        Value::Moment(moment) => moment.date().to_string(),
        _ => cell.text().into_owned(),
    }
}

/// A cell of answers.
#[derive(Clone, Debug)]
pub(crate) enum OutCell {
    Empty,
    Integer(i64),
    Number { value: i128, scale: u8 },
    Boolean(bool),
    Text(String),
    Date(i32),
}

/// Answers to one sheet.
pub(crate) struct ExcelOut {
    book: rust_xlsxwriter::Workbook,
    row: u32,
}

impl ExcelOut {
    /// Rows wait in an unnamed file in `folder`, not in memory.
    pub(crate) fn new(names: &[String], folder: &Path) -> Result<Self, XlsxError> {
        let mut book = rust_xlsxwriter::Workbook::new();
        book.set_tempdir(folder)?;
        let sheet = book.add_worksheet_with_constant_memory()?;
        for (column, name) in names.iter().enumerate() {
            sheet.write_string(0, column as u16, name)?;
        }
        sheet.set_freeze_panes(1, 1)?;
        Ok(Self { book, row: 1 })
    }

    pub(crate) fn rows(&mut self, rows: &[Vec<OutCell>]) -> Result<(), XlsxError> {
        let sheet = self.book.worksheet_from_index(0)?;
        for cells in rows {
            for (column, cell) in cells.iter().enumerate() {
                let column = column as u16;
                match cell {
                    OutCell::Empty => {}
                    // Excel keeps 15 digits; longer ids and amounts stay exact as text.
                    OutCell::Integer(value) if value.unsigned_abs() < 10_u64.pow(15) => {
                        sheet.write_number(self.row, column, *value as f64)?;
                    }
                    OutCell::Integer(value) => {
                        sheet.write_string(self.row, column, value.to_string())?;
                    }
                    OutCell::Number { value, scale } => {
                        let text = super::cell::show(*value, *scale);
                        match text.parse::<f64>() {
                            Ok(number) if value.unsigned_abs() < 10_u128.pow(15) => {
                                sheet.write_number(self.row, column, number)?
                            }
                            _ => sheet.write_string(self.row, column, text)?,
                        };
                    }
                    OutCell::Boolean(value) => {
                        sheet.write_boolean(self.row, column, *value)?;
                    }
                    OutCell::Text(text) => {
                        sheet.write_string(self.row, column, text)?;
                    }
                    OutCell::Date(days) => {
                        let mut text = String::new();
                        write_date(&mut text, *days);
                        sheet.write_string(self.row, column, text)?;
                    }
                }
            }
            self.row += 1;
        }
        Ok(())
    }

    pub(crate) fn save(&mut self, path: &Path) -> Result<(), XlsxError> {
        self.book.save(path)
    }
}
