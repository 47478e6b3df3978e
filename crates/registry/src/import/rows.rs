//! Rows of a file as they come, read on a thread of their own while the database works.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kernel::{CreditCode, Error, Result};
use tokio::sync::mpsc;

use super::workbook::BROKEN;
use super::{csv_file, workbook};

/// Rows handed on together.
pub const CHUNK: usize = 400;
/// More rows than any county or city has enterprises; a sheet with more is not a list of them.
const MOST_ROWS: u64 = 1_000_000;
/// A header is looked for in so many rows: titles and notes may stand above it.
const HEAD_ROWS: usize = 20;
/// Longest cell that is passed on, in characters; longer than any limit, so that the limit is what is told.
const MOST_CELL: usize = 20_000;

/// A header of one kind of list, and what it says of the cells below it.
pub trait Header: Send + Sync + Sized + 'static {
    /// Reads a row as a header; `None` if it is none.
    fn read(cells: &[String]) -> Option<Self>;

    /// Titles without which nothing is a header, for whoever has none.
    fn needed() -> String;

    /// Where the cell of a column (from 0) goes, below [`Header::width`]; `None` for columns that are left alone.
    fn slot(&self, place: usize) -> Option<usize>;

    /// How many cells a row keeps.
    fn width(&self) -> usize;
}

/// A row with something in it.
#[derive(Clone, Debug)]
pub struct Row<H> {
    /// Name of the sheet; empty in a text file.
    pub sheet: Arc<str>,
    /// As the spreadsheet counts: from 1.
    pub row: u32,
    pub header: Arc<H>,
    /// Trimmed text by slot; `None` for empty cells and columns that are not there.
    pub cells: Vec<Option<String>>,
}

impl<H> Row<H> {
    /// The cell of a slot.
    pub fn cell(&self, slot: usize) -> Option<&str> {
        self.cells.get(slot)?.as_deref()
    }
}

/// What was found of headers.
#[derive(Clone, Debug)]
pub struct Found<H> {
    /// Sheet, row and header.
    pub headers: Vec<(Arc<str>, u32, Arc<H>)>,
    /// Sheets without a header that is understood.
    pub sheets_left_out: Vec<String>,
}

impl<H> Default for Found<H> {
    fn default() -> Self {
        Found { headers: Vec::new(), sheets_left_out: Vec::new() }
    }
}

enum Message<H> {
    Rows(Vec<Row<H>>),
    End(Result<Found<H>>),
}

/// See [`Rows::next`].
pub struct Rows<H> {
    from: mpsc::Receiver<Message<H>>,
    found: Found<H>,
}

impl<H: Header> Rows<H> {
    /// Begins reading. `name` says by its ending what the file is.
    pub fn open(path: &Path, name: &str) -> Rows<H> {
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
    pub async fn next(&mut self) -> Result<Option<Vec<Row<H>>>> {
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
    pub fn found(&self) -> &Found<H> {
        &self.found
    }
}

enum Head<H> {
    /// So many rows were looked at in vain.
    Wanted(usize),
    Known(Arc<H>),
    Missing,
}

/// Where the readers of the formats put what they read.
pub trait Sink {
    /// A new sheet begins; it has a header of its own.
    fn sheet(&mut self, name: &str);

    /// Takes a row; `number` from 1. `false`: nothing more is wanted of this sheet.
    fn row(&mut self, number: u32, cells: &[String]) -> Result<bool>;
}

struct Reader<H> {
    to: mpsc::Sender<Message<H>>,
    chunk: Vec<Row<H>>,
    sheet: Arc<str>,
    head: Head<H>,
    found: Found<H>,
    rows: u64,
}

impl<H: Header> Sink for Reader<H> {
    fn sheet(&mut self, name: &str) {
        self.left_out();
        self.sheet = name.chars().take(60).collect::<String>().into();
        self.head = Head::Wanted(0);
    }

    fn row(&mut self, number: u32, cells: &[String]) -> Result<bool> {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return Ok(true);
        }
        match &mut self.head {
            Head::Missing => return Ok(false),
            Head::Wanted(seen) => {
                if let Some(header) = H::read(cells) {
                    let header = Arc::new(header);
                    self.found.headers.push((Arc::clone(&self.sheet), number, Arc::clone(&header)));
                    self.head = Head::Known(header);
                } else {
                    *seen += 1;
                    if *seen >= HEAD_ROWS {
                        self.head = Head::Missing;
                    }
                }
                return Ok(true);
            }
            Head::Known(header) => {
                let mut kept = vec![None; header.width()];
                for (place, cell) in cells.iter().enumerate() {
                    let cell = cell.trim();
                    if let Some(slot) = header.slot(place).and_then(|slot| kept.get_mut(slot))
                        && !cell.is_empty()
                    {
                        *slot = Some(cell.chars().take(MOST_CELL).collect());
                    }
                }
                // Notes under columns nobody knows make no row.
                if kept.iter().any(Option::is_some) {
                    let (sheet, header) = (Arc::clone(&self.sheet), Arc::clone(header));
                    self.chunk.push(Row { sheet, row: number, header, cells: kept });
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
}

impl<H: Header> Reader<H> {
    fn left_out(&mut self) {
        if matches!(self.head, Head::Missing) || matches!(self.head, Head::Wanted(n) if n > 0) {
            self.found.sheets_left_out.push(self.sheet.to_string());
        }
    }

    fn finish(&mut self) -> Result<Found<H>> {
        self.left_out();
        if self.found.headers.is_empty() {
            return Err(Error::invalid("import-header").arg("needed", H::needed()).arg("rows", HEAD_ROWS));
        }
        let _ = self.to.blocking_send(Message::Rows(std::mem::take(&mut self.chunk)));
        Ok(std::mem::take(&mut self.found))
    }
}

/// Why nobody can read a cell at all.
pub fn fault_of(cell: &str) -> Option<&'static str> {
    if cell == BROKEN || cell.starts_with("#REF!") || cell.starts_with("#N/A") {
        Some("import-formula")
    } else if cell.contains('\u{fffd}') {
        Some("import-characters")
    } else {
        None
    }
}

/// A credit code as a cell holds it, or why it is none.
pub fn code_of(cell: &str) -> std::result::Result<CreditCode, &'static str> {
    if cell.contains("E+") && cell.parse::<f64>().is_ok() {
        return Err("import-code-number");
    }
    CreditCode::parse(cell).map_err(|error| error.code())
}
