//! Rows of a file as they come, read on a thread of their own while the database works.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kernel::{Error, Result};
use tokio::sync::mpsc;

use super::columns::{Column, Layout};
use super::{csv_file, workbook};

/// Rows handed on together.
pub const CHUNK: usize = 400;
/// More rows than any county or city has enterprises; a sheet with more is not a list of them.
const MOST_ROWS: u64 = 1_000_000;
/// A header is looked for in so many rows: titles and notes may stand above it.
const HEAD_ROWS: usize = 20;
/// Longest cell that is passed on, in characters; longer than any limit, so that the limit is what is told.
const MOST_CELL: usize = 20_000;

/// A row with something in it.
#[derive(Clone, Debug)]
pub struct Row {
    /// Name of the sheet; empty in a text file.
    pub sheet: Arc<str>,
    /// As the spreadsheet counts: from 1.
    pub row: u32,
    /// Trimmed text by column; `None` for empty cells and columns that are not there.
    pub cells: [Option<String>; Column::N],
}

impl Row {
    pub fn get(&self, column: Column) -> Option<&str> {
        self.cells[column as usize].as_deref()
    }
}

/// What was found of headers.
#[derive(Clone, Debug, Default)]
pub struct Found {
    pub columns: Vec<Column>,
    pub ignored: Vec<String>,
    /// Sheets without a header that is understood.
    pub sheets_left_out: Vec<String>,
}

enum Message {
    Rows(Vec<Row>),
    End(Result<Found>),
}

/// See [`Rows::next`].
pub struct Rows {
    from: mpsc::Receiver<Message>,
    found: Found,
}

impl Rows {
    /// Begins reading. `name` says by its ending what the file is.
    pub fn open(path: &Path, name: &str) -> Rows {
        let (to, from) = mpsc::channel(2);
        let (path, name): (PathBuf, String) = (path.to_owned(), name.to_lowercase());
        tokio::task::spawn_blocking(move || {
            let mut reader = Reader {
                to: to.clone(),
                chunk: Vec::with_capacity(CHUNK),
                sheet: "".into(),
                head: Head::Wanted(0),
                found: Found::default(),
                rows: 0,
                any: false,
            };
            let read = match name.rsplit('.').next().unwrap_or("") {
                "csv" | "txt" | "tsv" => csv_file::read(&path, &mut reader),
                "xlsx" | "xlsm" | "xls" | "et" => workbook::read(&path, &mut reader),
                _ => Err(Error::invalid("import-kind")),
            };
            let end = read.and_then(|()| reader.finish());
            // A receiver that went away wants nothing more.
            let _ = to.blocking_send(Message::End(end));
        });
        Rows { from, found: Found::default() }
    }

    /// The next rows, or `None` at the end of the file.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn next(&mut self) -> Result<Option<Vec<Row>>> {
        match self.from.recv().await {
            Some(Message::Rows(rows)) => Ok(Some(rows)),
            Some(Message::End(Ok(found))) => {
                self.found = found;
                Ok(None)
            }
            Some(Message::End(Err(error))) => Err(error),
            None => Err(Error::invalid("import-unreadable")),
        }
    }

    /// What was found of headers, once the end was reached.
    pub fn found(&self) -> &Found {
        &self.found
    }
}

enum Head {
    /// So many rows were looked at in vain.
    Wanted(usize),
    Known(Layout),
    Missing,
}

/// Where the readers of the formats put what they read.
pub struct Reader {
    to: mpsc::Sender<Message>,
    chunk: Vec<Row>,
    sheet: Arc<str>,
    head: Head,
    found: Found,
    rows: u64,
    any: bool,
}

impl Reader {
    /// A new sheet begins; it has a header of its own.
    pub fn sheet(&mut self, name: &str) {
        self.left_out();
        self.sheet = name.chars().take(60).collect::<String>().into();
        self.head = Head::Wanted(0);
    }

    fn left_out(&mut self) {
        if matches!(self.head, Head::Missing) || matches!(self.head, Head::Wanted(n) if n > 0) {
            self.found.sheets_left_out.push(self.sheet.to_string());
        }
    }

    /// Takes a row; `number` from 1. `false`: nothing more is wanted of this sheet.
    pub fn row(&mut self, number: u32, cells: &[String]) -> Result<bool> {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return Ok(true);
        }
        match &mut self.head {
            Head::Missing => return Ok(false),
            Head::Wanted(seen) => {
                if let Some(layout) = Layout::read(cells) {
                    for column in layout.columns() {
                        if !self.found.columns.contains(&column) {
                            self.found.columns.push(column);
                        }
                    }
                    self.found.ignored.extend(layout.ignored.iter().take(50).cloned());
                    self.any = true;
                    self.head = Head::Known(layout);
                } else {
                    *seen += 1;
                    if *seen >= HEAD_ROWS {
                        self.head = Head::Missing;
                    }
                }
                return Ok(true);
            }
            Head::Known(layout) => {
                let mut row = Row { sheet: Arc::clone(&self.sheet), row: number, cells: Default::default() };
                let mut some = false;
                for (place, cell) in cells.iter().enumerate() {
                    let Some(column) = layout.at(place) else { continue };
                    let cell = cell.trim();
                    if !cell.is_empty() {
                        some = true;
                        row.cells[column as usize] = Some(cell.chars().take(MOST_CELL).collect());
                    }
                }
                // Notes under columns nobody knows make no enterprise.
                if some {
                    self.chunk.push(row);
                }
            }
        }
        self.rows += 1;
        if self.rows > MOST_ROWS {
            return Err(Error::invalid("import-too-many-rows").arg("limit", MOST_ROWS));
        }
        if self.chunk.len() >= CHUNK {
            let chunk = std::mem::replace(&mut self.chunk, Vec::with_capacity(CHUNK));
            if self.to.blocking_send(Message::Rows(chunk)).is_err() {
                return Err(Error::invalid("import-unreadable"));
            }
        }
        Ok(true)
    }

    fn finish(&mut self) -> Result<Found> {
        self.left_out();
        if !self.any {
            let needed = [Column::CreditCode, Column::Name].map(|column| column.headers()[0]).join("、");
            return Err(Error::invalid("import-header").arg("needed", needed).arg("rows", HEAD_ROWS));
        }
        let _ = self.to.blocking_send(Message::Rows(std::mem::take(&mut self.chunk)));
        Ok(std::mem::take(&mut self.found))
    }
}
