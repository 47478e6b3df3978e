//! Spreadsheets out: a table as the screen shows it, typed, filterable and ready to print.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Workbook, XlsxError};

use crate::format;

/// Content type of the bytes `Sheet::write` gives.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A font every office computer in China has; Excel falls back by itself elsewhere.
const FONT: &str = "Microsoft YaHei";
/// Excel's own limits.
const MOST_TEXT: usize = 32_767;
const MOST_NAME: usize = 31;
const PAPER_A4: u8 = 9;

/// What a column holds; decides alignment and number format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// Whole numbers with thousands separators.
    Number,
    /// Two decimals.
    Decimal,
    /// A fraction (0.966) shown as 96.6%.
    Percent,
    Date,
    DateTime,
}

/// A column: its title, width in characters and kind.
#[derive(Clone, Debug)]
pub struct SheetColumn {
    pub title: String,
    pub width: u16,
    pub kind: Kind,
}

/// A cell. Text is written as text, whatever it begins with.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Empty,
    Text(String),
    Number(f64),
    Date(NaiveDate),
    /// An instant; written as Chinese wall-clock time.
    Instant(DateTime<Utc>),
}

/// One sheet, one table.
#[derive(Clone, Debug)]
pub struct Sheet {
    pub title: String,
    /// What was exported, when and by which filter; the second line.
    pub subtitle: String,
    pub columns: Vec<SheetColumn>,
    pub rows: Vec<Vec<Cell>>,
}

/// The workbook could not be written; the cause is Excel's limits or memory.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the spreadsheet: {0}")]
pub struct ExportError(#[from] XlsxError);

impl Sheet {
    /// The workbook as bytes of an `.xlsx` file.
    pub fn write(&self) -> Result<Vec<u8>, ExportError> {
        const HEAD: u32 = 2;
        let base = Format::new().set_font_name(FONT).set_font_size(10);
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.set_name(sheet_name(&self.title))?;
        sheet.write_string_with_format(0, 0, &self.title, &base.clone().set_bold().set_font_size(14))?;
        sheet.write_string_with_format(1, 0, &self.subtitle, &base.clone().set_font_color(Color::RGB(0x5b_6b7b)))?;
        let head = base
            .clone()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::VerticalCenter)
            .set_background_color(Color::RGB(0xe6_eff5))
            .set_border_bottom(FormatBorder::Thin);
        let mut formats = Vec::with_capacity(self.columns.len());
        for (at, column) in (0_u16..).zip(&self.columns) {
            sheet.set_column_width(at, column.width)?;
            sheet.write_string_with_format(HEAD, at, &column.title, &head)?;
            formats.push(column_format(&base, column.kind));
        }
        for (row, cells) in (HEAD + 1..).zip(&self.rows) {
            for ((at, cell), format) in (0_u16..).zip(cells).zip(&formats) {
                match cell {
                    Cell::Empty => sheet.write_blank(row, at, format)?,
                    Cell::Text(text) => sheet.write_string_with_format(row, at, cut(text, MOST_TEXT), format)?,
                    Cell::Number(n) => sheet.write_number_with_format(row, at, *n, format)?,
                    Cell::Date(date) => {
                        sheet.write_number_with_format(row, at, serial(date.and_time(Default::default())), format)?
                    }
                    Cell::Instant(instant) => sheet.write_number_with_format(
                        row,
                        at,
                        serial(format::local(*instant).naive_local()),
                        format,
                    )?,
                };
            }
        }
        let last_column = u16::try_from(self.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
        let last_row = HEAD + u32::try_from(self.rows.len()).unwrap_or(u32::MAX - HEAD);
        sheet.autofilter(HEAD, 0, last_row, last_column)?;
        sheet.set_freeze_panes(HEAD + 1, 0)?;
        sheet.set_landscape().set_paper_size(PAPER_A4).set_print_fit_to_pages(1, 0);
        sheet.set_repeat_rows(HEAD, HEAD)?;
        sheet.set_footer("&L&A&R&P / &N");
        Ok(book.save_to_buffer()?)
    }
}

fn column_format(base: &Format, kind: Kind) -> Format {
    let format = base.clone().set_align(FormatAlign::Top);
    match kind {
        Kind::Text => format.set_text_wrap(),
        Kind::Number => format.set_num_format("#,##0"),
        Kind::Decimal => format.set_num_format("#,##0.00"),
        Kind::Percent => format.set_num_format("0.0%"),
        Kind::Date => format.set_num_format("yyyy-mm-dd"),
        Kind::DateTime => format.set_num_format("yyyy-mm-dd hh:mm"),
    }
}

/// Excel's day number: days since 30 December 1899, the time of day as a fraction.
fn serial(at: NaiveDateTime) -> f64 {
    let epoch = NaiveDate::from_ymd_opt(1899, 12, 30).unwrap_or_default().and_time(Default::default());
    (at - epoch).num_seconds() as f64 / 86_400.0
}

/// A worksheet name Excel takes: at most 31 characters, none of `[]:*?/\`, no quote at either end.
fn sheet_name(title: &str) -> String {
    let name: String = title.chars().map(|c| if "[]:*?/\\".contains(c) { ' ' } else { c }).collect();
    let name = cut(name.trim().trim_matches('\''), MOST_NAME).trim();
    if name.is_empty() { "Sheet1".to_owned() } else { name.to_owned() }
}

/// At most `most` UTF-16 units, cut between characters.
fn cut(text: &str, most: usize) -> &str {
    let mut units = 0;
    for (at, c) in text.char_indices() {
        units += c.len_utf16();
        if units > most {
            return &text[..at];
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::{Data, Reader, Xlsx};

    #[test]
    fn what_is_written_is_read_back_typed() {
        let column = |title: &str, kind| SheetColumn { title: title.into(), width: 12, kind };
        let sheet = Sheet {
            title: "诉求/台账".into(),
            subtitle: "2 件".into(),
            columns: vec![
                column("事由", Kind::Text),
                column("到期", Kind::Date),
                column("受理", Kind::DateTime),
                column("次数", Kind::Number),
            ],
            rows: vec![
                vec![
                    Cell::Text("=HYPERLINK(\"x\")".into()),
                    Cell::Date("2026-03-02".parse().unwrap()),
                    Cell::Instant("2026-02-06T08:42:00Z".parse().unwrap()),
                    Cell::Number(3.0),
                ],
                vec![Cell::Text("长".repeat(40_000)), Cell::Empty, Cell::Empty, Cell::Empty],
            ],
        };
        let bytes = sheet.write().unwrap();
        let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
        assert_eq!(book.sheet_names(), ["诉求 台账"]);
        assert!(book.worksheet_formula("诉求 台账").unwrap().used_cells().count() == 0);
        let range = book.worksheet_range("诉求 台账").unwrap();
        let at = |row, column| range.get_value((row, column)).unwrap().clone();
        assert_eq!(at(3, 0), Data::String("=HYPERLINK(\"x\")".into()));
        assert_eq!(at(3, 3), Data::Float(3.0));
        let day = |data: Data| match data {
            Data::DateTime(d) => d.as_f64(),
            other => panic!("{other:?} is no date"),
        };
        assert_eq!(day(at(3, 1)), 46_083.0);
        assert!((day(at(3, 2)) - (46_059.0 + (16.0 * 60.0 + 42.0) / 1440.0)).abs() < 1e-9);
        let Data::String(long) = at(4, 0) else { panic!() };
        assert_eq!(long.chars().count(), MOST_TEXT);
    }
}
