//! Facts from csv.

use std::fs::File;
use std::path::{Path, PathBuf};

use rulepack::diagnostic::Words;
use rulepack::sweep::TILE;

use super::{FactColumn, FileError, Header, Raw};

/// A csv file, read a tile at a time.
pub(crate) struct CsvIn {
    path: PathBuf,
    reader: csv::Reader<File>,
    pub header: Header,
    pub bytes: u64,
}

impl CsvIn {
    pub(crate) fn open(path: &Path, facts: &[FactColumn]) -> Result<Self, FileError> {
        let file = File::open(path).map_err(|error| FileError::technical(path, error))?;
        let bytes = file.metadata().map_or(0, |data| data.len());
        let mut reader = csv::ReaderBuilder::new().buffer_capacity(1 << 18).from_reader(file);
        let names = reader.headers().map_err(|error| csv_error(path, &error))?;
        // Excel begins csv files with a mark of the encoding.
        let names = names.iter().map(|name| name.trim_start_matches('\u{feff}').to_owned()).collect();
        let header = Header::new(path, names, facts)?;
        Ok(Self { path: path.to_owned(), reader, header, bytes })
    }

    /// The next rows; fewer than a tile only at the end.
    pub(crate) fn next(&mut self, raw: &mut Raw) -> Result<(), FileError> {
        let mut rows = 0;
        while rows < TILE {
            if raw.rows.len() == rows {
                raw.rows.push((0, csv::StringRecord::new()));
            }
            let (number, record) = &mut raw.rows[rows];
            if !self.reader.read_record(record).map_err(|error| csv_error(&self.path, &error))? {
                break;
            }
            *number = record.position().map_or(0, |position| position.record() as usize + 1);
            rows += 1;
        }
        raw.rows.truncate(rows);
        Ok(())
    }

    /// How far it is, in bytes.
    pub(crate) fn position(&self) -> u64 {
        self.reader.position().byte()
    }
}

fn csv_error(path: &Path, error: &csv::Error) -> FileError {
    let row = error.position().map_or(0, |position| position.record() + 1);
    match error.kind() {
        csv::ErrorKind::Utf8 { .. } => FileError::file(
            path,
            Words::new(
                format!("第 {row} 行不是 UTF-8 编码：请另存为“CSV UTF-8”"),
                format!("row {row} is not UTF-8: save the file as “CSV UTF-8”"),
            ),
        ),
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => FileError::file(
            path,
            Words::new(
                format!("第 {row} 行有 {len} 列，表头有 {expected_len} 列"),
                format!("row {row} has {len} columns, the header {expected_len}"),
            ),
        ),
        _ => FileError::technical(path, error),
    }
}
