//! Facts from the first sheet of an Excel file, and answers to one.

use std::io::{Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::mpsc::SyncSender;

use calamine::{DataRef, Reader, Xlsx};
use rulepack::diagnostic::Words;
use rulepack::sweep::TILE;
use rust_xlsxwriter::{Workbook, XlsxError};

use super::cell::{excel_number, write_date};
use super::{FactColumn, FileError, Header, Raw};

/// Most rows a sheet can hold.
pub(crate) const MOST_ROWS: usize = 1_048_576;

/// An Excel file, read cell by cell in a thread of its own.
pub(crate) struct ExcelIn {
    path: PathBuf,
    pub header: Header,
}

impl ExcelIn {
    pub(crate) fn open(path: &Path, facts: &[FactColumn]) -> Result<Self, FileError> {
        let mut header = None;
        each_row(path, |_, row| {
            header = Some(row.to_vec());
            Ok(false)
        })?;
        let names =
            header.ok_or_else(|| FileError::file(path, Words::new("第一张表是空的", "the first sheet is empty")))?;
        Ok(Self { path: path.to_owned(), header: Header::new(path, names, facts)? })
    }

    /// Sends all rows below the header, a tile at a time, until nobody receives.
    pub(crate) fn send(&self, to: &SyncSender<Raw>) -> Result<(), FileError> {
        let width = self.header.names.len();
        let mut raw = Raw::default();
        let mut is_header = true;
        each_row(&self.path, |number, row| {
            if std::mem::take(&mut is_header) {
                return Ok(true);
            }
            if row.iter().all(|cell| cell.trim().is_empty()) {
                return Ok(true);
            }
            let mut record = csv::StringRecord::with_capacity(row.len() * 12, width);
            row.iter().for_each(|cell| record.push_field(cell));
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

/// Calls `visit` with each row that has cells, its number and its cells as text, until that says no.
fn each_row(path: &Path, mut visit: impl FnMut(usize, &[String]) -> Result<bool, FileError>) -> Result<(), FileError> {
    let mut book: Xlsx<_> =
        calamine::open_workbook(path).map_err(|error: calamine::XlsxError| FileError::technical(path, error))?;
    let sheet = book.sheet_names().first().cloned().unwrap_or_default();
    walk(&mut book, &sheet, path, &mut visit)
}

fn walk<R: Read + Seek>(
    book: &mut Xlsx<R>,
    sheet: &str,
    path: &Path,
    visit: &mut impl FnMut(usize, &[String]) -> Result<bool, FileError>,
) -> Result<(), FileError> {
    let mut cells = book.worksheet_cells_reader(sheet).map_err(|error| FileError::technical(path, error))?;
    let mut row: Vec<String> = Vec::new();
    let mut number = 0;
    while let Some(cell) = cells.next_cell().map_err(|error| FileError::technical(path, error))? {
        let (at, column) = cell.get_position();
        let at = at as usize + 1;
        if at != number {
            if !row.is_empty() && !visit(number, &row)? {
                return Ok(());
            }
            row.iter_mut().for_each(String::clear);
            number = at;
        }
        let column = column as usize;
        if row.len() <= column {
            row.resize(column + 1, String::new());
        }
        row[column] = match cell.get_value() {
            DataRef::Int(value) => value.to_string(),
            DataRef::Float(value) => excel_number(*value),
            DataRef::String(text) => text.clone(),
            DataRef::SharedString(text) => (*text).to_owned(),
            DataRef::Bool(value) => value.to_string(),
            DataRef::DateTime(moment) => {
                moment.as_datetime().map_or_else(String::new, |moment| moment.date().to_string())
            }
            DataRef::DateTimeIso(text) => text.get(..10).unwrap_or(text).to_owned(),
            DataRef::DurationIso(text) => text.clone(),
            DataRef::Error(error) => error.to_string(),
            DataRef::Empty => String::new(),
        };
    }
    if !row.is_empty() {
        visit(number, &row)?;
    }
    Ok(())
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
    book: Workbook,
    row: u32,
}

impl ExcelOut {
    pub(crate) fn new(names: &[String]) -> Result<Self, XlsxError> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
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
