//! Reading a ledger file: finds the heading of each sheet, reads its rows, gathers every fault.

use std::path::Path;

use calamine::Data;
use chrono::NaiveDate;
use kernel::{Error, Result};
use web::workbook::Workbook;

use super::columns::{Column, REQUIRED};
use super::fault::Fault;
use super::row::{Cells, Heading, LedgerRow};

/// A heading is looked for in so many rows: titles and notes stand above it.
const HEADING_WITHIN: u32 = 10;
/// More rows than a county ever has in one file; beyond it something is wrong with the file.
const MOST_ROWS: usize = 200_000;

/// What a file says, row by row.
#[derive(Debug, Default)]
pub struct Read {
    pub rows: Vec<(String, LedgerRow)>,
    pub faults: Vec<Fault>,
}

/// Reads every sheet that has the ledger's heading. Blocking: call it off the async threads.
///
/// # Errors
/// As [`Workbook::open`]; `import-too-many-rows`; `ledger-no-heading` if no sheet has the heading.
pub fn read(path: &Path, today: NaiveDate) -> Result<Read> {
    let mut book = Workbook::open(path)?;
    let mut all = Read::default();
    let mut found = false;
    for sheet in book.sheets() {
        let (mut known, mut until): (Option<Heading>, Option<u32>) = (None, None);
        book.rows(&sheet, |row, cells| {
            let Some(known) = &known else {
                let until = *until.get_or_insert(row.saturating_add(HEADING_WITHIN));
                let Some(heading) = heading(&sheet, row, cells) else { return Ok(row + 1 < until) };
                let lacking: Vec<Fault> = missing(&heading).collect();
                // Of a sheet that lacks columns no row can be judged.
                let whole = lacking.is_empty();
                all.faults.extend(lacking);
                (found, known) = (true, Some(heading));
                return Ok(whole);
            };
            if is_blank(known, cells) {
                return Ok(true);
            }
            match Cells::new(known, row, cells).read(today) {
                Ok(read) => all.rows.push((sheet.clone(), read)),
                Err(faults) => all.faults.extend(faults),
            }
            if all.rows.len() + all.faults.len() > MOST_ROWS {
                return Err(Error::invalid("import-too-many-rows").arg("limit", MOST_ROWS));
            }
            Ok(true)
        })?;
    }
    if found { Ok(all) } else { Err(Error::invalid("ledger-no-heading")) }
}

/// The row as a heading, if at least three known columns stand in it.
fn heading(sheet: &str, row: u32, cells: &[Data]) -> Option<Heading> {
    let named = cells.iter().enumerate().filter_map(|(index, cell)| {
        let title = cell.to_string();
        Column::named(&title).map(|column| (column, index, title.trim().to_owned()))
    });
    let columns: Vec<_> = named.collect();
    (columns.len() >= 3).then(|| Heading { sheet: sheet.to_owned(), row, columns })
}

/// Columns that every ledger must have and this one has not.
fn missing(heading: &Heading) -> impl Iterator<Item = Fault> + '_ {
    let lacking = REQUIRED.into_iter().filter(|column| !heading.columns.iter().any(|(c, _, _)| c == column));
    lacking.map(|column| Fault {
        sheet: heading.sheet.clone(),
        row: heading.row,
        column: column.title().to_owned(),
        value: String::new(),
        expected: "column".to_owned(),
        hint: String::new(),
    })
}

/// Rows with nothing but a running number are the empty tail of a form, and sums below it are no problems.
fn is_blank(heading: &Heading, cells: &[Data]) -> bool {
    heading.columns.iter().filter(|(column, _, _)| *column != Column::Serial).all(|(_, index, _)| {
        cells.get(*index).is_none_or(|cell| matches!(cell, Data::Empty) || cell.to_string().trim().is_empty())
    })
}
