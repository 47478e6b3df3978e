//! Facts from Parquet: typed columns, a tile at a time, each value checked against the fact.

use std::fs::File;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::basic::{CompressionCodec, ConvertedType, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_column_reader};
use parquet::data_type::DataType;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;
use rulepack::diagnostic::Words;
use rulepack::sweep::TILE;

use super::parquet_cells::{Read, store};
use super::parquet_pages::{CHECKSUM, ZstdPages};
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
    /// The same file once more, for pages that are unpacked here.
    file: Arc<File>,
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
    pub instants: Vec<parquet::data_type::Int96>,
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
    pub held: Held,
}

/// What the stored values of a column mean, beyond their physical type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    /// What the physical type says.
    Plain,
    /// Whole numbers that count from zero to twice as far.
    Unsigned,
    /// Integers counting so many decimals.
    Decimal(u8),
    /// Days since 1970-01-01.
    Date,
    /// Instants: so many of them are a day; whether they count from midnight in UTC rather than on the clock on the wall.
    Instant { day: i64, utc: bool },
    /// Nothing: a column of nulls without a type.
    Nothing,
    /// What no fact can be.
    Strange,
}

impl ParquetIn {
    pub(crate) fn open(path: &Path, facts: &[FactColumn], want_ids: bool) -> Result<Self, FileError> {
        sound(path, || Self::opened(path, facts, want_ids))
    }

    fn opened(path: &Path, facts: &[FactColumn], want_ids: bool) -> Result<Self, FileError> {
        let file = File::open(path).map_err(|error| FileError::technical(path, error))?;
        let again = Arc::new(File::open(path).map_err(|error| FileError::technical(path, error))?);
        let reader = SerializedFileReader::new(file).map_err(|error| parquet_error(path, &error))?;
        let schema = reader.metadata().file_metadata().schema_descr_ptr();
        let names = schema.columns().iter().map(|column| column.path().string()).collect();
        let header = Header::new(path, names, facts)?;
        let rows = reader.metadata().file_metadata().num_rows().max(0) as usize;
        Ok(Self {
            path: path.to_owned(),
            reader,
            file: again,
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
        sound(&self.path.clone(), || self.entered(part, facts))
    }

    fn entered(&mut self, part: Part, facts: &[FactColumn]) -> Result<(), FileError> {
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
            let chunk = rows.metadata().column(column);
            let reader = match chunk.compression_codec() {
                CompressionCodec::ZSTD => {
                    get_column_reader(descriptor.clone(), Box::new(ZstdPages::new(self.file.clone(), chunk)))
                }
                _ => rows.get_column_reader(column).map_err(wrong)?,
            };
            let typed = Typed {
                reader,
                optional: descriptor.self_type().get_basic_info().repetition() == Repetition::OPTIONAL,
                held: held(&descriptor),
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
        sound(&self.path.clone(), || self.filled(tile, facts))
    }

    fn filled(&mut self, tile: &mut Tile, facts: &[FactColumn]) -> Result<(), FileError> {
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
            let Some(column) = self.open[place].as_mut().filter(|column| column.held != Held::Nothing) else {
                tile.buffers[place].absent = true;
                continue;
            };
            let name = &self.header.names[self.header.facts[place].unwrap_or(0)];
            let unit = self.header.units[place].as_ref();
            let read = Read { path: &self.path, name, fact, unit, first_row, rows };
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

/// Runs what reads with the library, which panics on some heads of pages that were damaged: no checksum covers those. What was
/// being read is of no use afterwards, and nobody uses it: the run ends with the error.
fn sound<T>(path: &Path, read: impl FnOnce() -> Result<T, FileError>) -> Result<T, FileError> {
    std::panic::catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| {
        let what = Words::new(
            "文件已损坏：有一页数据的描述前后矛盾。请重新生成或重新传送这个文件",
            "the file is damaged: what it says of a page of data contradicts itself; make the file again or send it again",
        );
        Err(FileError::file(path, what))
    })
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

/// What the column's logical type says, or where writers are old its converted type.
fn held(descriptor: &ColumnDescriptor) -> Held {
    let decimals = |scale: i32| u8::try_from(scale).map_or(Held::Strange, Held::Decimal);
    let instant = |day: i64, utc| Held::Instant { day, utc };
    const MILLIS: i64 = 86_400_000;
    match descriptor.logical_type_ref() {
        Some(LogicalType::Decimal(decimal)) => return decimals(decimal.scale),
        Some(LogicalType::Date) => return Held::Date,
        Some(LogicalType::Unknown) => return Held::Nothing,
        Some(LogicalType::Integer(integer)) => {
            return if integer.is_signed { Held::Plain } else { Held::Unsigned };
        }
        Some(LogicalType::Timestamp(moment)) => {
            let day = match moment.unit {
                TimeUnit::MILLIS => MILLIS,
                TimeUnit::MICROS => MILLIS * 1_000,
                TimeUnit::NANOS => MILLIS * 1_000_000,
            };
            return instant(day, moment.is_adjusted_to_u_t_c);
        }
        Some(LogicalType::Time(_) | LogicalType::Float16 | LogicalType::Uuid | LogicalType::Bson) => {
            return Held::Strange;
        }
        _ => {}
    }
    match descriptor.converted_type() {
        ConvertedType::DECIMAL => decimals(descriptor.type_scale()),
        ConvertedType::DATE => Held::Date,
        ConvertedType::TIMESTAMP_MILLIS => instant(MILLIS, true),
        ConvertedType::TIMESTAMP_MICROS => instant(MILLIS * 1_000, true),
        ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 | ConvertedType::UINT_64 => {
            Held::Unsigned
        }
        ConvertedType::TIME_MILLIS | ConvertedType::TIME_MICROS | ConvertedType::INTERVAL => Held::Strange,
        _ if descriptor.physical_type() == Physical::INT96 => instant(0, true),
        _ => Held::Plain,
    }
}

pub(super) fn parquet_error(path: &Path, error: &ParquetError) -> FileError {
    let text = error.to_string();
    if text.contains("Disabled feature") || text.contains("codec type") {
        let what = Words::new(
            format!(
                "文件的压缩方式不支持（{text}）：请改存为 snappy，例如 pandas.read_parquet(文件).to_parquet(新文件)"
            ),
            format!(
                "the file's compression is not supported ({text}); save it with snappy, for instance pandas.read_parquet(FILE).to_parquet(NEW)"
            ),
        );
        return FileError::file(path, what);
    }
    if text.contains(CHECKSUM) {
        let what = Words::new(
            "文件已损坏：有一页数据与写入时的校验和不符，没有使用其中任何数据。请重新生成或重新传送这个文件",
            "the file is damaged: the checksum of a page of data is not the one it was written with, and nothing of it was used; make the file again or send it again",
        );
        return FileError::file(path, what);
    }
    FileError::technical(path, error)
}
