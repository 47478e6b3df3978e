//! Facts from Parquet: typed columns, a tile at a time, each value checked against the fact.

use std::fs::File;
use std::path::{Path, PathBuf};

use parquet::basic::{ConvertedType, LogicalType, Repetition, Type as Physical};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;
use rulepack::diagnostic::Words;
use rulepack::sweep::TILE;

use super::parquet_cells::{Read, store};
use super::{FactColumn, FileError, Header, Ids, Tile};

/// Rows of a part: what one thread takes at a time, where order does not matter.
const PART: usize = 1 << 16;

/// Some rows of one row group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    group: usize,
    /// First row within the group, and among all rows.
    skip: usize,
    first_row: usize,
    rows: usize,
}

/// A Parquet file opened by one thread.
pub(crate) struct ParquetIn {
    path: PathBuf,
    reader: SerializedFileReader<File>,
    pub header: Header,
    pub rows: usize,
    /// Readers of the row group in work, by fact; the ids' reader is the last.
    open: Vec<Option<Typed>>,
    left: usize,
    next_row: usize,
    group: usize,
    want_ids: bool,
    scratch: Scratch,
}

/// Reused while values are decoded.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    pub levels: Vec<i16>,
    pub small: Vec<i32>,
    pub long: Vec<i64>,
    pub doubles: Vec<f64>,
    pub floats: Vec<f32>,
    pub booleans: Vec<bool>,
    pub bytes: Vec<parquet::data_type::ByteArray>,
    pub fixed: Vec<parquet::data_type::FixedLenByteArray>,
}

/// A column as it lies in the file.
pub(super) struct Typed {
    reader: ColumnReader,
    pub optional: bool,
    /// Decimals the stored integers count, for DECIMAL columns.
    pub decimals: Option<u8>,
    pub date: bool,
}

impl ParquetIn {
    pub(crate) fn open(path: &Path, facts: &[FactColumn], want_ids: bool) -> Result<Self, FileError> {
        let file = File::open(path).map_err(|error| FileError::technical(path, error))?;
        let reader = SerializedFileReader::new(file).map_err(|error| parquet_error(path, &error))?;
        let schema = reader.metadata().file_metadata().schema_descr_ptr();
        let names = schema.columns().iter().map(|column| column.path().string()).collect();
        let header = Header::new(path, names, facts)?;
        let rows = reader.metadata().file_metadata().num_rows().max(0) as usize;
        Ok(Self {
            path: path.to_owned(),
            reader,
            header,
            rows,
            open: Vec::new(),
            left: 0,
            next_row: 0,
            group: 0,
            want_ids,
            scratch: Scratch::default(),
        })
    }

    /// Whether ids are whole numbers.
    pub(crate) fn has_integer_ids(&self) -> bool {
        let schema = self.reader.metadata().file_metadata().schema_descr();
        self.header.id.is_some_and(|id| matches!(schema.column(id).physical_type(), Physical::INT32 | Physical::INT64))
    }

    /// The rows of the file in parts that different threads may read.
    pub(crate) fn parts(&self) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut first_row = 0;
        for group in 0..self.reader.num_row_groups() {
            let rows = self.reader.metadata().row_group(group).num_rows().max(0) as usize;
            // Parts of about one size, cut at whole tiles.
            let count = rows.div_ceil(PART).max(1);
            let size = rows.div_ceil(count).next_multiple_of(TILE).max(TILE);
            for skip in (0..rows).step_by(size) {
                parts.push(Part { group, skip, first_row: first_row + skip, rows: size.min(rows - skip) });
            }
            first_row += rows;
        }
        parts
    }

    /// Goes to a part; [`Self::next`] then ends with it.
    pub(crate) fn enter(&mut self, part: Part, facts: &[FactColumn]) -> Result<(), FileError> {
        self.open_group(part.group, facts)?;
        self.left = part.rows;
        self.next_row = part.first_row;
        self.group = usize::MAX;
        for column in self.open.iter_mut().flatten() {
            column.skip(part.skip).map_err(|error| parquet_error(&self.path, &error))?;
        }
        Ok(())
    }

    fn open_group(&mut self, group: usize, facts: &[FactColumn]) -> Result<(), FileError> {
        let path = self.path.clone();
        let wrong = |error: ParquetError| parquet_error(&path, &error);
        let rows = self.reader.get_row_group(group).map_err(wrong)?;
        self.left = rows.metadata().num_rows().max(0) as usize;
        self.open.clear();
        let ids = if self.want_ids { self.header.id } else { None };
        for (place, column) in self.header.facts.iter().copied().chain([ids]).enumerate() {
            let Some(column) = column else {
                self.open.push(None);
                continue;
            };
            let descriptor = rows.metadata().column(column).column_descr_ptr();
            let fact = facts.get(place);
            if descriptor.max_rep_level() > 0 || descriptor.max_def_level() > 1 {
                let name = &self.header.names[column];
                let what = Words::new(
                    format!("“{name}”列是嵌套的，应为简单列"),
                    format!("column “{name}” is nested; a plain column is needed"),
                );
                return Err(FileError::file(&path, what));
            }
            let typed = Typed {
                reader: rows.get_column_reader(column).map_err(wrong)?,
                optional: descriptor.self_type().get_basic_info().repetition() == Repetition::OPTIONAL,
                decimals: decimals(&descriptor),
                date: is_date(&descriptor),
            };
            if let Some(fact) = fact {
                store::check_kind(&typed, descriptor.physical_type(), fact, &path, &self.header.names[column])?;
            } else if !matches!(descriptor.physical_type(), Physical::INT32 | Physical::INT64 | Physical::BYTE_ARRAY) {
                let what = Words::new("id 列应为整数或文字", "the id column has to be integers or text");
                return Err(FileError::file(&path, what));
            }
            self.open.push(Some(typed));
        }
        Ok(())
    }

    /// Fills the next tile; no rows at the end of the part or, if none was entered, of the file.
    pub(crate) fn next(&mut self, tile: &mut Tile, facts: &[FactColumn]) -> Result<(), FileError> {
        while self.left == 0 && self.group < self.reader.num_row_groups() {
            self.open_group(self.group, facts)?;
            self.group += 1;
        }
        let rows = self.left.min(TILE);
        let first_row = self.next_row;
        tile.start(facts, rows, first_row);
        self.left -= rows;
        self.next_row += rows;
        if rows == 0 {
            return Ok(());
        }
        for (place, fact) in facts.iter().enumerate() {
            let Some(column) = &mut self.open[place] else {
                tile.buffers[place].absent = true;
                continue;
            };
            let name = &self.header.names[self.header.facts[place].unwrap_or(0)];
            let read = Read { path: &self.path, name, fact, first_row, rows };
            store::column(column, &read, tile, place, &mut self.scratch)?;
        }
        if let Some(Some(column)) = self.open.last_mut() {
            store::ids(column, &self.path, rows, &mut tile.ids, &mut self.scratch)?;
        } else {
            tile.ids = Ids::Texts(Vec::new());
        }
        Ok(())
    }
}

impl Typed {
    fn skip(&mut self, rows: usize) -> Result<(), ParquetError> {
        match &mut self.reader {
            ColumnReader::BoolColumnReader(reader) => reader.skip_records(rows),
            ColumnReader::Int32ColumnReader(reader) => reader.skip_records(rows),
            ColumnReader::Int64ColumnReader(reader) => reader.skip_records(rows),
            ColumnReader::Int96ColumnReader(reader) => reader.skip_records(rows),
            ColumnReader::FloatColumnReader(reader) => reader.skip_records(rows),
            ColumnReader::DoubleColumnReader(reader) => reader.skip_records(rows),
            ColumnReader::ByteArrayColumnReader(reader) => reader.skip_records(rows),
            ColumnReader::FixedLenByteArrayColumnReader(reader) => reader.skip_records(rows),
        }
        .map(|_| ())
    }

    pub(super) fn reader(&mut self) -> &mut ColumnReader {
        &mut self.reader
    }
}

/// Reads `rows` records; the values that are there, without gaps, go to `values`, and who has one to `levels`.
pub(super) fn records<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    rows: usize,
    levels: &mut Vec<i16>,
    values: &mut Vec<T::T>,
    path: &Path,
) -> Result<(), FileError> {
    levels.clear();
    values.clear();
    let (read, ..) =
        reader.read_records(rows, Some(levels), None, values).map_err(|error| parquet_error(path, &error))?;
    if read == rows {
        return Ok(());
    }
    Err(FileError::file(
        path,
        Words::new("文件不完整：有的列行数不足", "the file is incomplete: a column has too few rows"),
    ))
}

fn decimals(descriptor: &ColumnDescriptor) -> Option<u8> {
    let scale = match descriptor.logical_type_ref() {
        Some(LogicalType::Decimal(decimal)) => Some(decimal.scale),
        _ if descriptor.converted_type() == ConvertedType::DECIMAL => Some(descriptor.type_scale()),
        _ => None,
    };
    scale.and_then(|scale| u8::try_from(scale).ok())
}

fn is_date(descriptor: &ColumnDescriptor) -> bool {
    matches!(descriptor.logical_type_ref(), Some(LogicalType::Date))
        || descriptor.converted_type() == ConvertedType::DATE
}

pub(super) fn parquet_error(path: &Path, error: &ParquetError) -> FileError {
    let text = error.to_string();
    if text.contains("Disabled feature") {
        let what = Words::new(
            format!("文件的压缩方式不支持（{text}）：请用 snappy 或不压缩重新保存"),
            format!("the file's compression is not supported ({text}): save it with snappy or without compression"),
        );
        return FileError::file(path, what);
    }
    FileError::technical(path, error)
}
