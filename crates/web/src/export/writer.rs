//! One workbook, written row by row in a thread of its own; what is written lies in unnamed files.

use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use chrono::{NaiveDate, NaiveDateTime};
use kernel::{Error, ErrorKind, Result};
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::{Cell, Head, Kind};
use crate::format;

/// A font every office computer in China has; Excel falls back by itself elsewhere.
const FONT: &str = "Microsoft YaHei";
/// Excel's own limits.
const MOST_TEXT: usize = 32_767;
const MOST_NAME: usize = 31;
const PAPER_A4: u8 = 9;
/// Row of the titles of the columns, from 0.
const HEAD: u32 = 2;
/// So many pieces wait for the writer at most.
const AHEAD: usize = 2;

type Rows = Vec<Vec<Cell>>;

/// A sheet that is being written.
pub(super) struct Writer {
    /// Rows; `None` after the last ones, without which nothing is kept.
    to: mpsc::Sender<Option<Rows>>,
    task: JoinHandle<Result<File>>,
}

impl Writer {
    /// Begins a sheet whose files lie in `folder`.
    pub(super) fn begin(folder: &Path, head: Head) -> Writer {
        let (to, from) = mpsc::channel(AHEAD);
        let folder = folder.to_owned();
        Writer { to, task: tokio::task::spawn_blocking(move || write(&folder, &head, from)) }
    }

    /// Hands on the next rows; waits while the writer is behind.
    pub(super) async fn rows(&mut self, rows: Rows) -> Result<()> {
        self.send(Some(rows)).await
    }

    async fn send(&mut self, piece: Option<Rows>) -> Result<()> {
        if self.to.send(piece).await.is_ok() {
            return Ok(());
        }
        // The writer has given up and says why.
        let given_up = (&mut self.task).await.map_err(Error::internal)?;
        Err(given_up.err().unwrap_or_else(|| Error::internal("the sheet ended before its rows")))
    }

    /// The file, from its beginning.
    pub(super) async fn finish(mut self) -> Result<File> {
        self.send(None).await?;
        self.task.await.map_err(Error::internal)?
    }
}

/// The file, once all rows have come. Blocking.
fn write(folder: &Path, head: &Head, mut from: mpsc::Receiver<Option<Rows>>) -> Result<File> {
    std::fs::create_dir_all(folder).map_err(storage)?;
    let mut book = Workbook::new();
    let mut rows = || -> std::result::Result<bool, XlsxError> {
        book.set_tempdir(PathBuf::from(folder))?;
        let sheet = book.add_worksheet_with_constant_memory()?;
        let formats = begin(sheet, head)?;
        let mut row = HEAD;
        loop {
            let Some(piece) = from.blocking_recv() else { return Ok(false) };
            let Some(rows) = piece else { break };
            for cells in rows {
                row += 1;
                write_row(sheet, row, &cells, &formats)?;
            }
        }
        let last_column = u16::try_from(head.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
        sheet.autofilter(HEAD, 0, row, last_column)?;
        Ok(true)
    };
    if !rows().map_err(cannot_write)? {
        return Err(Error::internal("nobody waits for the sheet any more"));
    }
    let mut out = BufWriter::new(tempfile::tempfile_in(folder).map_err(storage)?);
    book.save_to_writer(&mut out).map_err(cannot_write)?;
    out.flush().map_err(storage)?;
    let mut out = out.into_inner().map_err(|error| storage(error.into_error()))?;
    out.seek(SeekFrom::Start(0)).map_err(storage)?;
    Ok(out)
}

/// Title, subtitle, head and print set-up; returns the formats of the columns.
fn begin(sheet: &mut Worksheet, head: &Head) -> std::result::Result<Vec<Format>, XlsxError> {
    let base = Format::new().set_font_name(FONT).set_font_size(10);
    sheet.set_name(sheet_name(&head.title))?;
    sheet.set_freeze_panes(HEAD + 1, 0)?;
    sheet.set_landscape().set_paper_size(PAPER_A4).set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(HEAD, HEAD)?;
    sheet.set_footer("&L&A&R&P / &N");
    sheet.write_string_with_format(0, 0, &head.title, &base.clone().set_bold().set_font_size(14))?;
    let grey = base.clone().set_font_color(Color::RGB(0x5b_6b7b));
    sheet.write_string_with_format(1, 0, cut(&head.subtitle, MOST_TEXT), &grey)?;
    let titles = base
        .clone()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::VerticalCenter)
        .set_background_color(Color::RGB(0xe6_eff5))
        .set_border_bottom(FormatBorder::Thin);
    let mut formats = Vec::with_capacity(head.columns.len());
    for (at, column) in (0_u16..).zip(&head.columns) {
        sheet.set_column_width(at, column.width)?;
        sheet.write_string_with_format(HEAD, at, &column.title, &titles)?;
        formats.push(column_format(&base, column.kind));
    }
    Ok(formats)
}

fn write_row(
    sheet: &mut Worksheet,
    row: u32,
    cells: &[Cell],
    formats: &[Format],
) -> std::result::Result<(), XlsxError> {
    for ((at, cell), format) in (0_u16..).zip(cells).zip(formats) {
        match cell {
            Cell::Empty => sheet.write_blank(row, at, format)?,
            Cell::Text(text) => sheet.write_string_with_format(row, at, cut(text, MOST_TEXT), format)?,
            Cell::Number(n) => sheet.write_number_with_format(row, at, *n, format)?,
            Cell::Date(date) => {
                sheet.write_number_with_format(row, at, serial(date.and_time(Default::default())), format)?
            }
            Cell::Instant(instant) => {
                let local = format::local(*instant).naive_local();
                sheet.write_number_with_format(row, at, serial(local), format)?
            }
        };
    }
    Ok(())
}

fn cannot_write(error: XlsxError) -> Error {
    match error {
        XlsxError::IoError(error) | XlsxError::TempFileError(_, error) => storage(error),
        other => Error::internal(other),
    }
}

fn storage(error: std::io::Error) -> Error {
    let full = error.kind() == std::io::ErrorKind::StorageFull;
    Error::new(ErrorKind::Unavailable, if full { "disk-full" } else { "storage" }).inside(error)
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
    use crate::export::SheetColumn;
    use calamine::{Data, Reader, Xlsx};

    #[tokio::test]
    async fn what_is_written_is_read_back_typed() {
        let column = |title: &str, kind| SheetColumn { title: title.into(), width: 12, kind };
        let head = Head {
            title: "诉求/台账".into(),
            subtitle: "2 件".into(),
            columns: vec![
                column("事由", Kind::Text),
                column("到期", Kind::Date),
                column("受理", Kind::DateTime),
                column("次数", Kind::Number),
            ],
        };
        let rows = [
            vec![
                Cell::Text("=HYPERLINK(\"x\")".into()),
                Cell::Date("2026-03-02".parse().unwrap()),
                Cell::Instant("2026-02-06T08:42:00Z".parse().unwrap()),
                Cell::Number(3.0),
            ],
            vec![Cell::Text("长".repeat(40_000)), Cell::Empty, Cell::Empty, Cell::Empty],
        ];
        let mut writer = Writer::begin(&std::env::temp_dir(), head);
        for row in rows {
            writer.rows(vec![row]).await.unwrap();
        }
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut writer.finish().await.unwrap(), &mut bytes).unwrap();
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

    #[tokio::test]
    async fn a_sheet_that_cannot_be_written_says_why_and_one_nobody_waits_for_ends() {
        let head = || Head { title: "表".into(), subtitle: String::new(), columns: Vec::new() };
        let mut writer = Writer::begin(Path::new("/dev/null/folder"), head());
        let mut refused = Ok(());
        while refused.is_ok() {
            refused = writer.rows(vec![Vec::new()]).await;
        }
        assert_eq!(refused.unwrap_err().code, "storage");

        let Writer { to, task } = Writer::begin(&std::env::temp_dir(), head());
        drop(to);
        assert_eq!(task.await.unwrap().unwrap_err().code, "internal");
    }
}
