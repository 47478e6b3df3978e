//! Workbooks of Excel and WPS (`.xlsx`, `.xls`): formulas as the values they gave, bombs refused before they unfold.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use calamine::{Data, DataRef, Reader as _, Xls, Xlsx};
use kernel::{Error, Result};

use super::rows::Reader;

/// A workbook may unfold to so many bytes …
const MOST_BYTES: u64 = 300 * 1024 * 1024;
/// … and to so many times its own size, beyond a size that harms nobody.
const MOST_RATIO: u64 = 200;
const HARMLESS: u64 = 20 * 1024 * 1024;
/// Columns beyond this one hold no list of enterprises.
const MOST_COLUMNS: u32 = 200;
/// What stands in a cell whose formula failed; the check of the cells knows it.
pub const BROKEN: &str = "#ERROR";

/// Hands every row of every sheet to `to`.
pub fn read(path: &Path, old_format: bool, to: &mut Reader) -> Result<()> {
    if old_format {
        return read_old(path, to);
    }
    guard(path)?;
    let file = BufReader::new(File::open(path).map_err(unreadable)?);
    let mut book = Xlsx::new(file).map_err(unreadable)?;
    for sheet in book.sheet_names() {
        to.sheet(&sheet);
        // Sheets of charts have no cells.
        let Ok(mut cells) = book.worksheet_cells_reader(&sheet) else { continue };
        let (mut row, mut texts): (u32, Vec<String>) = (0, Vec::new());
        let mut wanted = true;
        while let Some(cell) = cells.next_cell().map_err(unreadable)? {
            let (r, c) = cell.get_position();
            if r != row {
                wanted = to.row(row + 1, &texts)?;
                texts.clear();
                row = r;
            }
            if !wanted {
                break;
            }
            if c < MOST_COLUMNS {
                let c = c as usize;
                texts.resize(texts.len().max(c + 1), String::new());
                texts[c] = text(cell.get_value());
            }
        }
        if wanted {
            to.row(row + 1, &texts)?;
        }
    }
    Ok(())
}

fn read_old(path: &Path, to: &mut Reader) -> Result<()> {
    let file = BufReader::new(File::open(path).map_err(unreadable)?);
    let mut book = Xls::new(file).map_err(unreadable)?;
    for (sheet, range) in book.worksheets() {
        to.sheet(&sheet);
        let first = range.start().map_or(0, |(row, _)| row);
        for (at, row) in (first..).zip(range.rows()) {
            let texts: Vec<String> = row.iter().take(MOST_COLUMNS as usize).map(old_text).collect();
            if !to.row(at + 1, &texts)? {
                break;
            }
        }
    }
    Ok(())
}

fn unreadable(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::invalid("import-unreadable").inside(error)
}

/// Refuses what would unfold to more than memory and patience bear. What the directory says is looked at first; then the
/// parts are unfolded and counted, for a directory can lie.
fn guard(path: &Path) -> Result<()> {
    let bomb = || Error::invalid("import-bomb").arg("limit", format!("{} MB", MOST_BYTES / 1024 / 1024));
    let file = File::open(path).map_err(unreadable)?;
    let packed = file.metadata().map_err(unreadable)?.len();
    let limit = MOST_BYTES.min((packed * MOST_RATIO).max(HARMLESS));
    let mut archive = zip::ZipArchive::new(BufReader::new(file)).map_err(unreadable)?;
    if archive.decompressed_size().is_some_and(|said| said > u128::from(limit)) {
        return Err(bomb());
    }
    let mut left = limit;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(unreadable)?;
        let read = io::copy(&mut part.take(left + 1), &mut io::sink()).map_err(unreadable)?;
        if read > left {
            return Err(bomb());
        }
        left -= read;
    }
    Ok(())
}

fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::String(s) => s.clone(),
        DataRef::SharedString(s) => (*s).to_owned(),
        DataRef::Int(n) => n.to_string(),
        DataRef::Float(f) => number(*f),
        DataRef::Bool(b) => if *b { "是" } else { "否" }.to_owned(),
        DataRef::DateTime(d) => number(d.as_f64()),
        DataRef::DateTimeIso(s) | DataRef::DurationIso(s) => s.clone(),
        DataRef::Error(_) => BROKEN.to_owned(),
    }
}

fn old_text(value: &Data) -> String {
    match value {
        Data::Empty => String::new(),
        Data::String(s) | Data::DateTimeIso(s) | Data::DurationIso(s) => s.clone(),
        Data::Int(n) => n.to_string(),
        Data::Float(f) => number(*f),
        Data::Bool(b) => if *b { "是" } else { "否" }.to_owned(),
        Data::DateTime(d) => number(d.as_f64()),
        Data::Error(_) => BROKEN.to_owned(),
    }
}

/// Whole numbers as people write them; those a spreadsheet cannot hold exactly (codes of digits alone) as it shows them.
fn number(f: f64) -> String {
    if f.fract() == 0.0 && f.abs() < 1e15 {
        format!("{f:.0}")
    } else if f.abs() >= 1e15 {
        format!("{f:E}").replace('E', "E+")
    } else {
        f.to_string()
    }
}
