//! Workbooks that somebody else made: title, line, titles of columns, rows of text.

/// The bytes of one, its only sheet called `title`.
pub fn book(title: &str, line: &str, columns: &[&str], rows: &[&[&str]]) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet().set_name(title).unwrap();
    sheet.write_string(0, 0, title).unwrap().write_string(1, 0, line).unwrap();
    for (row, cells) in (2..).zip(std::iter::once(&columns).chain(rows.iter())) {
        for (column, cell) in (0..).zip(*cells) {
            sheet.write_string(row, column, *cell).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}
