//! Tables that lie beside packs, as csv or xlsx: rows of text, header first.

use sheets::{Book, Fault};

use crate::files::{cell_text, said};

/// Reads a table. `name` is as packs write it, `bounds.csv` or `bounds.xlsx#sheet`; without a sheet the first is taken.
///
/// # Errors
/// It is neither csv nor xlsx, or has no such sheet; said by the reader.
pub fn rows(name: &str, bytes: &[u8]) -> Result<Vec<Vec<String>>, String> {
    let (file, sheet) = name.split_once('#').unwrap_or((name, ""));
    if file.to_lowercase().ends_with(".xlsx") {
        return excel(sheet, bytes);
    }
    let mut rows: Vec<Vec<String>> = Vec::new();
    let width = |head: &sheets::Head| head.first().map_or(0, |(_, cells)| cells.len());
    let read = sheets::text_rows(std::io::Cursor::new(bytes), &width, &mut |row| {
        rows.push(row.cells.iter().map(|cell| cell.text().into_owned()).collect());
        Ok(true)
    });
    read.map_err(|error| why(&error))?;
    Ok(rows)
}

/// What is wrong, in both languages.
fn why(error: &kernel::Error) -> String {
    let words = said(error);
    format!("{} / {}", words.zh, words.en)
}

fn excel(sheet: &str, bytes: &[u8]) -> Result<Vec<Vec<String>>, String> {
    let mut book = Book::of(bytes).map_err(|error| why(&error))?;
    let names: Vec<String> = book.sheets().into_iter().map(|sheet| sheet.name).collect();
    let place = if sheet.is_empty() { Some(book.first_visible()) } else { names.iter().position(|name| name == sheet) };
    let Some(place) = place else { return Err(format!("{sheet}? ({})", names.join(", "))) };
    let mut rows: Vec<Vec<String>> = Vec::new();
    book.rows(place, |row| {
        if row.cells.iter().any(|cell| cell.fault() == Some(Fault::NoValue)) {
            return Err(kernel::Error::invalid("sheet-no-value"));
        }
        let row: Vec<String> = row.cells.iter().map(cell_text).collect();
        if !row.iter().all(|cell| cell.trim().is_empty()) {
            rows.push(row);
        }
        Ok(true)
    })
    .map_err(|error| why(&error))?;
    // The table begins where its first column does, and is as wide everywhere.
    let blank = |row: &Vec<String>| row.iter().take_while(|cell| cell.is_empty()).count();
    let (start, width) =
        (rows.iter().map(blank).min().unwrap_or(0), rows.iter().map(Vec::len).max().unwrap_or_default());
    for row in &mut rows {
        row.resize(width, String::new());
        row.drain(..start);
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_and_excel_say_the_same() {
        let expected = [["行业", "下限"], ["C13", "0.25"], ["C14", "40000"]];
        let csv = "\u{feff}行业,下限\nC13,0.25\nC14,40000\n";
        assert_eq!(rows("a.csv", csv.as_bytes()).unwrap(), expected);
        let mut book = rust_xlsxwriter::Workbook::new();
        book.add_worksheet().set_name("说明").unwrap();
        let sheet = book.add_worksheet().set_name("下限").unwrap();
        for (row, cells) in expected.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                match cell.parse::<f64>() {
                    Ok(number) => sheet.write_number(row as u32, column as u16, number).unwrap(),
                    Err(_) => sheet.write_string(row as u32, column as u16, *cell).unwrap(),
                };
            }
        }
        let bytes = book.save_to_buffer().unwrap();
        assert_eq!(rows("a.xlsx#下限", &bytes).unwrap(), expected);
        assert!(rows("a.xlsx", &bytes).unwrap().is_empty());
        assert!(rows("a.xlsx#上限", &bytes).unwrap_err().contains("说明, 下限"));
        assert!(rows("a.xlsx", b"no book").is_err());
    }
}
