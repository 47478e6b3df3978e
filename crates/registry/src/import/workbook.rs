//! Workbooks of Excel and WPS: the texts of their cells, formulas as the values they gave.

use std::path::Path;

use calamine::Data;
use kernel::Result;
use web::workbook::Workbook;

use super::rows::Sink;

/// What stands in a cell whose formula failed; the check of the cells knows it.
pub const BROKEN: &str = "#ERROR";

/// Hands every row of every sheet to `to`.
pub fn read(path: &Path, to: &mut dyn Sink) -> Result<()> {
    let mut book = Workbook::open(path)?;
    for sheet in book.sheets() {
        to.sheet(&sheet);
        book.rows(&sheet, |row, cells| {
            let texts: Vec<String> = cells.iter().map(text).collect();
            to.row(row, &texts)
        })?;
    }
    Ok(())
}

fn text(value: &Data) -> String {
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
