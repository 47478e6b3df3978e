//! Reading a ledger file: finds the heading of each sheet, reads its rows, gathers every fault.

use std::path::Path;
use std::sync::Arc;

use chrono::NaiveDate;
use kernel::{Error, Result};
use sheets::{Place, Summary};

use super::columns::{Column, REQUIRED};
use super::fault::Fault;
use super::row::{Cells, Heading, LedgerRow};

/// More rows than a county ever has in one file; beyond it something is wrong with the file.
const MOST_ROWS: usize = 200_000;

/// What a file says, row by row.
#[derive(Debug, Default)]
pub struct Read {
    pub rows: Vec<(String, LedgerRow)>,
    pub faults: Vec<Fault>,
    /// What was read and what was left out.
    pub told: Summary,
}

/// The titles of a sheet.
#[derive(Debug)]
struct Titles {
    columns: Vec<(Column, usize, String)>,
    unused: Vec<String>,
}

impl sheets::Header for Titles {
    fn knows(title: &str) -> bool {
        Column::named(title).is_some()
    }

    /// At least three known columns.
    fn read(titles: &[String]) -> Option<Titles> {
        let (mut columns, mut unused): (Vec<(Column, usize, String)>, Vec<String>) = (Vec::new(), Vec::new());
        for (index, title) in titles.iter().enumerate().filter(|(_, title)| !title.is_empty()) {
            match Column::named(title) {
                Some(column) if !columns.iter().any(|(known, ..)| *known == column) => {
                    columns.push((column, index, title.clone()));
                }
                _ => unused.push(title.chars().take(40).collect()),
            }
        }
        (columns.len() >= 3).then_some(Titles { columns, unused })
    }
}

/// Reads every sheet that has the ledger's heading. Blocking: call it off the async threads.
///
/// # Errors
/// As [`sheets::read`]; `import-too-many-rows`; `ledger-no-heading` if no sheet has the heading.
pub fn read(path: &Path, today: NaiveDate) -> Result<Read> {
    let mut all = Read::default();
    let mut totals = Vec::new();
    let mut known: Option<(Arc<Titles>, Heading)> = None;
    let told = sheets::read::<Titles>(path, &mut |line| {
        // Of a sheet that lacks columns no row can be judged.
        if missing(line.header).next().is_some() {
            return Ok(false);
        }
        if known.as_ref().is_none_or(|(titles, _)| !Arc::ptr_eq(titles, line.header)) {
            let heading = Heading { sheet: line.sheet.to_string(), columns: line.header.columns.clone() };
            known = Some((Arc::clone(line.header), heading));
        }
        let Some((_, heading)) = &known else { return Ok(true) };
        let (row, cells) = (line.row.number, line.row.cells);
        if is_blank(heading, row, cells) {
            return Ok(true);
        }
        if is_total(heading, cells) {
            totals.push(Place { sheet: line.sheet.to_string(), row });
            return Ok(true);
        }
        match Cells::new(heading, row, cells).read(today) {
            Ok(read) => all.rows.push((line.sheet.to_string(), read)),
            Err(faults) => all.faults.extend(faults),
        }
        if all.rows.len() + all.faults.len() > MOST_ROWS {
            return Err(Error::invalid("import-too-many-rows").arg("limit", MOST_ROWS));
        }
        Ok(true)
    })?;
    if told.headers.is_empty() {
        return Err(told.no_header(Error::invalid("ledger-no-heading")));
    }
    all.told = Summary { totals, ..Summary::of(&told) };
    for (sheet, row, titles) in &told.headers {
        all.told.add_unused(titles.unused.iter().map(String::as_str));
        all.faults.extend(missing(titles).map(|column| Fault {
            sheet: sheet.to_string(),
            row: *row,
            column: column.title().to_owned(),
            value: String::new(),
            expected: "column".to_owned(),
            hint: String::new(),
        }));
    }
    Ok(all)
}

/// Columns that every ledger must have and this one has not.
fn missing(titles: &Titles) -> impl Iterator<Item = Column> + '_ {
    REQUIRED.into_iter().filter(|column| !titles.columns.iter().any(|(known, ..)| known == column))
}

/// Rows with nothing but a running number are the empty tail of a form, though a merged area goes on beside them.
fn is_blank(heading: &Heading, row: u32, cells: &[sheets::Cell]) -> bool {
    heading
        .columns
        .iter()
        .filter(|(column, _, _)| *column != Column::Serial)
        .all(|(_, index, _)| cells.get(*index).is_none_or(|cell| cell.is_empty() || cell.is_filled(row, *index)))
}

/// Sums and counts below the list are no problems of anybody.
fn is_total(heading: &Heading, cells: &[sheets::Cell]) -> bool {
    let text = |wanted: Column| {
        let at = heading.columns.iter().find(|(column, ..)| *column == wanted)?.1;
        cells.get(at).filter(|cell| !cell.is_empty()).map(|cell| cell.text().trim().to_owned())
    };
    let is_nobody = text(Column::Enterprise).is_none_or(|text| sheets::is_total(&text));
    is_nobody && text(Column::Problem).is_none_or(|text| text.parse::<f64>().is_ok()) && sheets::says_total(cells)
}
