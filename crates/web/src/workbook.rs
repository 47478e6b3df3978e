//! Workbooks that people send (`.xlsx`, `.xlsm`): refused if they unfold to too much, then read row by row.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek};
use std::path::Path;

use calamine::{Data, DataRef, Reader as _, Xlsx};
use kernel::{Error, Result};

const MB: u64 = 1024 * 1024;
/// A workbook may unfold to so many bytes, and the texts of its cells may be as long together …
const MOST: u64 = 300 * MB;
/// … if it lies beside the program: as much as a full sheet of figures needs, since rows are read one by one …
const MOST_BESIDE: u64 = 4_096 * MB;
/// … but to no more than so many times its own size, beyond what harms nobody.
const MOST_RATIO: u64 = 200;
const HARMLESS: u64 = 20 * MB;
/// Only sheets are read piece by piece; other parts, such as the texts that cells share, are kept in memory, and none of them may
/// be greater than [`MOST`].
const SHEETS: &str = "xl/worksheets/";
/// Longest text Excel keeps in a cell; what a forged file has beyond it is left out.
const MOST_CHARACTERS: usize = 32_767;
/// Columns beyond this one hold no list.
const MOST_COLUMNS: u32 = 1_000;

/// A workbook that is bearable. Cells are read as they come: a table as wide and long as its outermost cells would let a
/// file of a few bytes, with one cell in the last corner, take all memory.
pub struct Workbook<R: Read + Seek = BufReader<File>> {
    book: Xlsx<R>,
    limit: u64,
    /// So many bytes of text may still come: many cells may share one long text.
    left: u64,
}

impl Workbook {
    /// Opens a file that was sent, whatever its name says. Blocking.
    ///
    /// # Errors
    /// `not-xlsx` if it is no workbook or damaged, `old-xls` for `.xls` and for workbooks with a password, `zip-bomb` if it
    /// unfolds to more than 300 MB or beyond reason, `unavailable` if it cannot be read.
    pub fn open(path: &Path) -> Result<Workbook> {
        Workbook::new(BufReader::new(File::open(path).map_err(Error::unavailable)?), MOST)
    }

    /// Opens a file that somebody at the prompt named, which may be a full sheet: 4 GB unfolded, of them 300 MB of shared texts.
    /// Blocking.
    ///
    /// # Errors
    /// As [`Workbook::open`].
    pub fn beside(path: &Path) -> Result<Workbook> {
        Workbook::new(BufReader::new(File::open(path).map_err(Error::unavailable)?), MOST_BESIDE)
    }
}

impl<'b> Workbook<Cursor<&'b [u8]>> {
    /// The same as [`Workbook::open`] of what is in memory already.
    ///
    /// # Errors
    /// As [`Workbook::open`].
    pub fn of(bytes: &'b [u8]) -> Result<Self> {
        Workbook::new(Cursor::new(bytes), MOST)
    }
}

impl<R: Read + Seek> Workbook<R> {
    fn new(mut file: R, most: u64) -> Result<Self> {
        let limit = guard(&mut file, most)?;
        file.rewind().map_err(Error::unavailable)?;
        Ok(Workbook { book: Xlsx::new(file).map_err(not_xlsx)?, limit, left: limit })
    }

    /// Names of the sheets in their order.
    pub fn sheets(&self) -> Vec<String> {
        self.book.sheet_names()
    }

    /// Hands on the rows of a sheet that have cells, with their number as the spreadsheet counts (from 1) and their cells from
    /// column A on, until `each` says `false`. Sheets of charts have no rows. Blocking.
    ///
    /// # Errors
    /// `not-xlsx` for a damaged sheet, `zip-bomb`, and what `each` returns.
    pub fn rows(&mut self, sheet: &str, mut each: impl FnMut(u32, &[Data]) -> Result<bool>) -> Result<()> {
        let Ok(mut reader) = self.book.worksheet_cells_reader(sheet) else { return Ok(()) };
        let (mut row, mut cells): (u32, Vec<Data>) = (0, Vec::new());
        while let Some(cell) = reader.next_cell().map_err(not_xlsx)? {
            let (r, column) = cell.get_position();
            if r != row {
                if !cells.is_empty() && !each(row + 1, &cells)? {
                    return Ok(());
                }
                cells.clear();
                row = r;
            }
            if column < MOST_COLUMNS {
                let column = column as usize;
                cells.resize(cells.len().max(column + 1), Data::Empty);
                cells[column] = owned(cell.get_value());
                if let Data::String(text) = &cells[column] {
                    self.left = self.left.checked_sub(text.len() as u64).ok_or_else(|| bomb(self.limit))?;
                }
            }
        }
        if !cells.is_empty() {
            each(row + 1, &cells)?;
        }
        Ok(())
    }
}

/// Returns how much the file may unfold to, if it does not. What the directory says is looked at first; then the parts are
/// unfolded into nothing and counted, for a directory can lie.
fn guard(file: &mut (impl Read + Seek), most: u64) -> Result<u64> {
    let mut head = Vec::new();
    file.take(OLD.len() as u64).read_to_end(&mut head).map_err(Error::unavailable)?;
    if head == OLD {
        return Err(Error::invalid("old-xls"));
    }
    let packed = file.seek(io::SeekFrom::End(0)).map_err(Error::unavailable)?;
    let limit = most.min((packed * MOST_RATIO).max(HARMLESS));
    let mut archive = zip::ZipArchive::new(file).map_err(not_xlsx)?;
    if !archive.file_names().flatten().any(|name| plain_name(&name) == "xl/workbook.xml") {
        return Err(Error::invalid("not-xlsx"));
    }
    if archive.decompressed_size().is_some_and(|said| said > u128::from(limit)) {
        return Err(bomb(limit));
    }
    let mut left = limit;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(not_xlsx)?;
        let is_sheet = part.name().is_ok_and(|name| plain_name(&name).starts_with(SHEETS));
        let own = if is_sheet { limit } else { limit.min(MOST) };
        let unfolded = io::copy(&mut part.take(left.min(own) + 1), &mut io::sink()).map_err(not_xlsx)?;
        if unfolded > own {
            return Err(bomb(own));
        }
        left = left.checked_sub(unfolded).ok_or_else(|| bomb(limit))?;
    }
    Ok(limit)
}

/// Some programs write the names of parts with the other slash or other letters.
fn plain_name(name: &str) -> String {
    name.replace('\\', "/").to_lowercase()
}

/// How the containers of Excel 97 begin, in which newer workbooks with a password are wrapped too.
const OLD: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

fn bomb(limit: u64) -> Error {
    Error::invalid("zip-bomb").arg("limit", format!("{} MB", limit / MB))
}

fn not_xlsx(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::invalid("not-xlsx").inside(error)
}

fn owned(value: &DataRef<'_>) -> Data {
    match value {
        DataRef::SharedString(text) => Data::String(text.chars().take(MOST_CHARACTERS).collect()),
        other => other.clone().into(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::path::{Path, PathBuf};

    use calamine::Data;
    use zip::write::{SimpleFileOptions, ZipWriter};

    use super::{OLD, Workbook};

    fn place(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("wanqi-workbook-{}-{name}", std::process::id()))
    }

    fn archive(name: &str, parts: &[(&str, &[u8], usize)]) -> PathBuf {
        let path = place(name);
        let mut zip = ZipWriter::new(std::fs::File::create(&path).unwrap());
        for (name, bytes, times) in parts {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            for _ in 0..*times {
                zip.write_all(bytes).unwrap();
            }
        }
        zip.finish().unwrap();
        path
    }

    fn refused(path: &Path) -> (String, Option<String>) {
        let error = Workbook::open(path).err().unwrap();
        (error.code.to_owned(), error.args.first().map(|(_, value)| value.clone()))
    }

    #[test]
    fn bombs_and_what_is_no_workbook_are_refused() {
        let megabyte = vec![0_u8; 1 << 20];
        // Not to be packed, so that the file is large and only the bytes count.
        let mut state = 1_u64;
        let noise: Vec<u8> = (0..1 << 21)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (state >> 56) as u8
            })
            .collect();
        let workbook: (&str, &[u8], usize) = ("xl/workbook.xml", b"<workbook/>", 1);
        let cases = [
            (archive("word", &[("word/document.xml", b"<a/>", 1)]), "not-xlsx", None),
            (archive("ratio", &[workbook, ("xl/sharedStrings.xml", &megabyte, 64)]), "zip-bomb", Some("20 MB")),
            (
                archive("bytes", &[workbook, ("xl/media/image1.png", &noise, 1), ("a", &megabyte, 299)]),
                "zip-bomb",
                Some("300 MB"),
            ),
        ];
        for (path, code, limit) in cases {
            assert_eq!(refused(&path), (code.to_owned(), limit.map(str::to_owned)));
            std::fs::remove_file(path).unwrap();
        }
        for (bytes, code) in [(OLD, "old-xls"), (b"a,b\n1,2\n", "not-xlsx"), (b"", "not-xlsx")] {
            let path = place("raw");
            std::fs::write(&path, bytes).unwrap();
            assert_eq!(refused(&path).0, code, "{bytes:?}");
            std::fs::remove_file(path).unwrap();
        }
    }

    #[test]
    fn rows_come_with_their_numbers_and_a_cell_in_the_last_corner_costs_nothing() {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet().set_name("表").unwrap();
        sheet.write_string(2, 1, "甲").unwrap().write_number(4, 0, 7).unwrap();
        sheet.write_string(1_048_575, 16_383, "远").unwrap();
        let path = place("corner.xlsx");
        book.save(&path).unwrap();
        let mut read = Vec::new();
        let mut book = Workbook::open(&path).unwrap();
        assert_eq!(book.sheets(), ["表"]);
        book.rows("表", |row, cells| {
            read.push((row, cells.to_vec()));
            Ok(true)
        })
        .unwrap();
        let text = Data::String("甲".to_owned());
        assert_eq!(read, [(3, vec![Data::Empty, text]), (5, vec![Data::Float(7.0)])]);
        let mut first = 0;
        book.rows("表", |row, _| {
            first = row;
            Ok(false)
        })
        .unwrap();
        assert_eq!(first, 3, "nothing more is read than is wanted");
        std::fs::remove_file(path).unwrap();
    }
}
