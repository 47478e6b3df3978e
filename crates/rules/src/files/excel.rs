//! Facts from the first sheet of an Excel file, and answers to one.

use std::path::{Path, PathBuf};
use std::sync::mpsc::SyncSender;
use std::sync::{Mutex, PoisonError};

use calamine::Data;
use rulepack::diagnostic::Words;
use rulepack::sweep::TILE;
use rust_xlsxwriter::XlsxError;
use web::workbook::Workbook;

use super::cell::{excel_number, write_date};
use super::{FactColumn, FileError, Header, Raw};

/// Most rows a sheet can hold.
pub(crate) const MOST_ROWS: usize = 1_048_576;

/// An Excel file, read row by row in a thread of its own.
pub(crate) struct ExcelIn {
    path: PathBuf,
    book: Mutex<Workbook>,
    pub header: Header,
}

impl ExcelIn {
    pub(crate) fn open(path: &Path, facts: &[FactColumn]) -> Result<Self, FileError> {
        let mut book = Workbook::beside(path).map_err(|error| FileError::of(path, &error))?;
        let mut header = None;
        each_row(&mut book, path, |_, row| {
            header = Some(row.to_vec());
            false
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
        each_row(&mut book, &self.path, |number, row| {
            if std::mem::take(&mut is_header) {
                return true;
            }
            if row.iter().all(|cell| cell.trim().is_empty()) {
                return true;
            }
            let mut record = csv::StringRecord::with_capacity(row.len() * 12, width);
            row.iter().for_each(|cell| record.push_field(cell));
            raw.rows.push((number, record));
            raw.rows.len() < TILE || to.send(std::mem::take(&mut raw)).is_ok()
        })?;
        if !raw.rows.is_empty() {
            // Nobody receiving means the run has ended otherwise.
            let _ = to.send(raw);
        }
        Ok(())
    }
}

/// Calls `visit` with each row of the first sheet that has cells, its number and its cells as text, until that says no.
fn each_row(
    book: &mut Workbook,
    path: &Path,
    mut visit: impl FnMut(usize, &[String]) -> bool,
) -> Result<(), FileError> {
    let sheet = book.sheets().first().cloned().unwrap_or_default();
    let mut row: Vec<String> = Vec::new();
    book.rows(&sheet, |number, cells| {
        row.clear();
        row.extend(cells.iter().map(cell_text));
        Ok(visit(number as usize, &row))
    })
    .map_err(|error| FileError::of(path, &error))
}

/// A cell as the text people see.
pub(crate) fn cell_text(cell: &Data) -> String {
    match cell {
        Data::Int(value) => value.to_string(),
        Data::Float(value) => excel_number(*value),
        Data::String(text) | Data::DurationIso(text) => text.clone(),
        Data::Bool(value) => value.to_string(),
        Data::DateTime(moment) => moment.as_datetime().map_or_else(String::new, |moment| moment.date().to_string()),
        Data::DateTimeIso(text) => text.get(..10).unwrap_or(text).to_owned(),
        Data::Error(error) => error.to_string(),
        Data::Empty => String::new(),
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
