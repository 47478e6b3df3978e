//! Reading a ledger file: finds the heading of each sheet, reads its rows, gathers every fault.

use std::path::Path;

use calamine::{Data, Reader, Xlsx, open_workbook};
use chrono::NaiveDate;
use kernel::{Error, Result};

use super::columns::{Column, REQUIRED};
use super::fault::Fault;
use super::row::{Cells, Heading, LedgerRow};

/// A heading is looked for in so many rows: titles and notes stand above it.
const HEADING_WITHIN: usize = 10;
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
/// `not-xlsx` for another kind of file, `zip-bomb` for one that unpacks to too much, `ledger-no-heading` if no
/// sheet has the heading.
pub fn read(path: &Path, today: NaiveDate) -> Result<Read> {
    web::workbook::guard(path)?;
    let mut book: Xlsx<_> =
        open_workbook(path).map_err(|e: calamine::XlsxError| Error::invalid("not-xlsx").inside(e))?;
    let mut all = Read::default();
    let mut found = false;
    for sheet in book.sheet_names() {
        let range = book.worksheet_range(&sheet).map_err(|e| Error::invalid("not-xlsx").inside(e))?;
        let first = range.start().map_or(0, |(row, _)| row);
        let rows: Vec<&[Data]> = range.rows().take(MOST_ROWS).collect();
        let Some((at, heading)) = heading(&sheet, &rows, first) else { continue };
        found = true;
        for column in REQUIRED {
            if !heading.columns.iter().any(|(c, _, _)| *c == column) {
                all.faults.push(Fault {
                    sheet: sheet.clone(),
                    row: heading.row,
                    column: column.title().to_owned(),
                    value: String::new(),
                    expected: "column".to_owned(),
                    hint: String::new(),
                });
            }
        }
        if !all.faults.is_empty() {
            continue;
        }
        for (offset, cells) in rows.iter().enumerate().skip(at + 1) {
            if is_blank(&heading, cells) {
                continue;
            }
            let row = first + u32::try_from(offset).unwrap_or(u32::MAX - 1) + 1;
            match Cells::new(&heading, row, cells).read(today) {
                Ok(read) => all.rows.push((sheet.clone(), read)),
                Err(faults) => all.faults.extend(faults),
            }
        }
    }
    if found { Ok(all) } else { Err(Error::invalid("ledger-no-heading")) }
}

/// The first row in which at least three known columns stand.
fn heading(sheet: &str, rows: &[&[Data]], first: u32) -> Option<(usize, Heading)> {
    rows.iter().take(HEADING_WITHIN).enumerate().find_map(|(at, cells)| {
        let named = cells.iter().enumerate().filter_map(|(index, cell)| {
            let title = cell.to_string();
            Column::named(&title).map(|column| (column, index, title.trim().to_owned()))
        });
        let columns: Vec<_> = named.collect();
        let row = first + u32::try_from(at).ok()? + 1;
        (columns.len() >= 3).then(|| (at, Heading { sheet: sheet.to_owned(), row, columns }))
    })
}

/// Rows with nothing but a running number are the empty tail of a form, and sums below it are no problems.
fn is_blank(heading: &Heading, cells: &[Data]) -> bool {
    heading.columns.iter().filter(|(column, _, _)| *column != Column::Serial).all(|(_, index, _)| {
        cells.get(*index).is_none_or(|cell| matches!(cell, Data::Empty) || cell.to_string().trim().is_empty())
    })
}
