//! Rows of a file as they come, read on a thread of their own while the database works.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kernel::{CreditCode, Error, Result};
use sheets::{Cell, Fault, Line, Place, Summary, Sums, Told, Value};
use tokio::sync::mpsc;

/// Rows handed on together.
pub const CHUNK: usize = 400;
/// More rows than any county or city has enterprises; a sheet with more is not a list of them.
const MOST_ROWS: u64 = 1_000_000;
/// Longest cell that is passed on, in characters; longer than any limit, so that the limit is what is told.
const MOST_CELL: usize = 20_000;
/// So many sums that are wrong are told.
const MOST_WRONG: usize = 100;

/// A header of one kind of list, and what it says of the cells below it.
pub trait Header: sheets::Header + Send + Sync + 'static {
    /// Titles without which nothing is a header, for whoever has none.
    fn needed() -> String;

    /// Where the cell of a column (from 0) goes, below [`Header::width`]; `None` for columns that are left alone.
    fn slot(&self, place: usize) -> Option<usize>;

    /// How many cells a row keeps.
    fn width(&self) -> usize;

    /// The slot of the credit code, which no row that sums up others has.
    fn key(&self) -> Option<usize>;

    /// What a column is called, if its numbers can be summed up.
    fn summed(&self, slot: usize) -> Option<&str>;
}

/// A cell as it is judged.
#[derive(Clone, Debug)]
struct Kept {
    /// Trimmed, never empty.
    text: String,
    /// Why nobody can read it, and the bytes that are no characters.
    fault: Option<(Fault, String)>,
}

/// A row with something in it.
#[derive(Clone, Debug)]
pub struct Row<H> {
    /// Name of the sheet; empty in a text file.
    pub sheet: Arc<str>,
    /// As the spreadsheet counts: from 1.
    pub row: u32,
    pub header: Arc<H>,
    /// By slot; `None` for empty cells and columns that are not there.
    cells: Vec<Option<Kept>>,
}

impl<H> Row<H> {
    /// The text of a slot, trimmed.
    pub fn cell(&self, slot: usize) -> Option<&str> {
        self.cells.get(slot)?.as_ref().map(|kept| kept.text.as_str())
    }

    /// Why nobody can read the cell of a slot: the code of what was expected, and values named in it.
    pub fn fault(&self, slot: usize) -> Option<(&'static str, Vec<(&'static str, String)>)> {
        let (fault, bytes) = self.cells.get(slot)?.as_ref()?.fault.as_ref()?;
        Some(match fault {
            Fault::Formula => ("import-formula", Vec::new()),
            Fault::NoValue => ("sheet-no-value", Vec::new()),
            Fault::Characters => ("import-characters", vec![("bytes", bytes.clone())]),
        })
    }
}

/// A sum that does not fit the rows above it.
#[derive(Clone, Debug)]
pub struct WrongSum {
    pub at: Place,
    pub column: String,
    pub said: String,
    pub sum: String,
}

/// What was found besides the rows.
#[derive(Clone, Debug)]
pub struct Found<H> {
    pub told: Told<H>,
    /// Rows that sum up others.
    pub totals: Vec<Place>,
    pub wrong_sums: Vec<WrongSum>,
    /// A sum could not be compared with the rows above it, which have something that is no plain number.
    pub unchecked: bool,
}

impl<H> Default for Found<H> {
    fn default() -> Self {
        Found { told: Told::default(), totals: Vec::new(), wrong_sums: Vec::new(), unchecked: false }
    }
}

impl<H> Found<H> {
    /// What a report says of it.
    pub fn summary(&self) -> Summary {
        Summary { totals: self.totals.clone(), totals_checked: !self.unchecked, ..Summary::of(&self.told) }
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
    /// Begins reading.
    pub fn open(path: &Path) -> Rows<H> {
        let (to, from) = mpsc::channel(2);
        let path: PathBuf = path.to_owned();
        tokio::task::spawn_blocking(move || {
            let mut reader = Reader {
                to: to.clone(),
                chunk: Vec::with_capacity(CHUNK),
                totals: Vec::new(),
                wrong_sums: Vec::new(),
                unchecked: false,
                sheet: "".into(),
                sums: Sums::default(),
                rows: 0,
            };
            let read = sheets::read::<H>(&path, &mut |line| reader.row(line));
            let end = read.and_then(|told| reader.finish(told));
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

    /// What was found besides the rows, once the end was reached.
    pub fn found(&self) -> &Found<H> {
        &self.found
    }
}

struct Reader<H> {
    to: mpsc::Sender<Message<H>>,
    chunk: Vec<Row<H>>,
    totals: Vec<Place>,
    wrong_sums: Vec<WrongSum>,
    /// A sum could not be compared with the rows above.
    unchecked: bool,
    sheet: Arc<str>,
    sums: Sums,
    rows: u64,
}

impl<H: Header> Reader<H> {
    fn row(&mut self, line: Line<'_, H>) -> Result<bool> {
        let (header, row) = (line.header, line.row);
        if !Arc::ptr_eq(&self.sheet, line.sheet) {
            (self.sheet, self.sums) = (Arc::clone(line.sheet), Sums::default());
        }
        let mut kept = vec![None; header.width()];
        let (mut numbers, mut has_own) = (Vec::new(), false);
        for (place, cell) in row.cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            if let Some(slot) = header.slot(place)
                && let Some(to) = kept.get_mut(slot)
            {
                *to = Some(keep(cell));
                has_own |= !cell.is_filled(row.number, place);
                if header.summed(slot).is_some() && !sheets::is_nothing(&cell.text()) {
                    numbers.push((slot, number(cell)));
                }
            }
        }
        if is_sum(header.as_ref(), &kept, row.cells) {
            self.sum(&line, &numbers);
            return Ok(true);
        }
        // Notes under columns nobody knows make no row, and neither does a merged area that goes on beside them.
        if has_own {
            self.sums.add(numbers);
            let (sheet, header) = (Arc::clone(line.sheet), Arc::clone(header));
            self.chunk.push(Row { sheet, row: row.number, header, cells: kept });
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

    fn sum(&mut self, line: &Line<'_, H>, numbers: &[(usize, Option<f64>)]) {
        let at = Place { sheet: line.sheet.to_string(), row: line.row.number };
        self.unchecked |= numbers.iter().any(|(slot, said)| said.is_none() || !self.sums.knows(*slot));
        let said: Vec<(usize, f64)> = numbers.iter().filter_map(|(slot, said)| Some((*slot, (*said)?))).collect();
        for (slot, sum) in self.sums.check(said.iter().copied()) {
            let said = said.iter().find(|(other, _)| *other == slot).map_or(0.0, |(_, said)| *said);
            if self.wrong_sums.len() < MOST_WRONG {
                let column = line.header.summed(slot).unwrap_or_default().to_owned();
                let plain = |number: f64| Cell { value: Value::Number(number), ..Cell::default() }.text().into_owned();
                self.wrong_sums.push(WrongSum { at: at.clone(), column, said: plain(said), sum: plain(sum) });
            }
        }
        self.totals.push(at);
    }

    fn finish(self, told: Told<H>) -> Result<Found<H>> {
        if told.headers.is_empty() {
            let none = Error::invalid("import-header").arg("needed", H::needed()).arg("rows", sheets::HEAD_ROWS);
            return Err(told.no_header(none));
        }
        let _ = self.to.blocking_send(Message::Rows(self.chunk));
        Ok(Found { told, totals: self.totals, wrong_sums: self.wrong_sums, unchecked: self.unchecked })
    }
}

fn keep(cell: &Cell) -> Kept {
    let fault = cell.fault().map(|fault| (fault, cell.broken_bytes().to_owned()));
    let text = cell.text();
    let text = text.trim();
    Kept { text: text.chars().take(MOST_CELL).collect(), fault }
}

fn number(cell: &Cell) -> Option<f64> {
    match &cell.value {
        Value::Number(number) => Some(*number),
        Value::Text(text) => {
            let (number, unit) = sheets::amount(text)?;
            number.parse().ok().filter(|_| unit.is_empty())
        }
        _ => None,
    }
}

/// Whether a row sums up others: it says so in one of its first two cells and has no credit code.
fn is_sum<H: Header>(header: &H, kept: &[Option<Kept>], cells: &[Cell]) -> bool {
    let key = header.key().and_then(|slot| kept.get(slot)?.as_ref());
    if key.is_some_and(|key| !sheets::is_total(&key.text) && !sheets::is_nothing(&key.text)) {
        return false;
    }
    sheets::says_total(cells)
}

/// A credit code as a cell holds it, or why it is none.
pub fn code_of(cell: &str) -> std::result::Result<CreditCode, &'static str> {
    if cell.contains("E+") && cell.parse::<f64>().is_ok() {
        return Err("import-code-number");
    }
    CreditCode::parse(cell).map_err(|error| error.code())
}
