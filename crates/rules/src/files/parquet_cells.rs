//! Values of a Parquet column into a tile, exactly or not at all.

use std::path::Path;

use rulepack::ir::{Mode, Type, divide, power_of_ten};
use rulepack::unit::Unit;

use super::cell::{of_double, read_cell_in, show};
use super::parquet_in::{Held, Scratch, Typed, records};
use super::tile::{Buffer, is_narrow};
use super::{Cell, FactColumn, FileError, Ids, Tile};

/// Where values come from, for messages.
pub(super) struct Read<'a> {
    pub path: &'a Path,
    pub name: &'a str,
    pub fact: &'a FactColumn,
    /// The unit the header says its bare numbers are in.
    pub unit: Option<&'a Unit>,
    pub first_row: usize,
    pub rows: usize,
}

impl Read<'_> {
    fn wrong(&self, row: usize, value: String) -> FileError {
        FileError::Cell {
            file: super::error::name(self.path),
            row: self.first_row + row + 1,
            column: self.name.to_owned(),
            value,
            expected: Box::new(self.fact.expected()),
        }
    }
}

pub(super) mod store {
    use super::*;
    use parquet::basic::Type as Physical;
    use parquet::column::reader::ColumnReader;
    use rulepack::diagnostic::Words;

    /// Whether the column's kind can hold the fact at all.
    pub(in crate::files) fn check_kind(
        typed: &Typed,
        physical: Physical,
        fact: &FactColumn,
        path: &Path,
        name: &str,
    ) -> Result<(), FileError> {
        use Physical::{BOOLEAN, BYTE_ARRAY, DOUBLE, FIXED_LEN_BYTE_ARRAY, FLOAT, INT32, INT64, INT96};
        let fits = matches!(
            (fact.ty, physical, typed.held),
            (_, _, Held::Nothing)
                | (_, BYTE_ARRAY, Held::Plain)
                | (Type::Number { .. }, BYTE_ARRAY | FIXED_LEN_BYTE_ARRAY | INT32 | INT64, Held::Decimal(_))
                | (Type::Number { .. } | Type::Boolean, INT32 | INT64, Held::Plain | Held::Unsigned)
                | (Type::Number { .. } | Type::Boolean, FLOAT | DOUBLE, Held::Plain)
                | (Type::Boolean, BOOLEAN, _)
                | (Type::Date { .. }, INT32, Held::Date)
                | (Type::Date { .. }, INT64 | INT96, Held::Instant { .. })
        );
        if fits {
            return Ok(());
        }
        let expected = fact.expected();
        let what = Words::new(
            format!("“{name}”列的类型（{physical}）不对：应为{}", expected.zh),
            format!("column “{name}” has the wrong type ({physical}); expected {}", expected.en),
        );
        Err(FileError::file(path, what))
    }

    /// Reads the next rows of a column.
    pub(in crate::files) fn column(
        typed: &mut Typed,
        read: &Read,
        tile: &mut Tile,
        place: usize,
        scratch: &mut Scratch,
    ) -> Result<(), FileError> {
        let (held, optional) = (typed.held, typed.optional);
        let Scratch { levels, small, long, instants, doubles, floats, booleans, bytes, fixed } = scratch;
        let fact = read.fact;
        let decimals = if let Held::Decimal(decimals) = held { decimals } else { 0 };
        let counted = matches!(fact.ty, Type::Number { .. });
        // What lies in the file as the run wants it goes straight into place.
        let straight = counted && decimals == 0 && is_narrow(fact.ty) && read.unit.is_none() || held == Held::Date;
        match typed.reader() {
            ColumnReader::Int64ColumnReader(reader) => {
                records(reader, read.rows, levels, long, read.path)?;
                let huge = held == Held::Unsigned && long.iter().any(|value| *value < 0);
                if straight && !huge {
                    let buffer = &mut tile.buffers[place];
                    std::mem::swap(&mut buffer.integers, long);
                    return in_place(read, buffer, levels, optional);
                }
                if let Held::Instant { day, utc } = held {
                    return each(read, levels, optional, long, |row, value| {
                        date(read, tile, place, row, (value + if utc { day / 3 } else { 0 }).div_euclid(day))
                    });
                }
                let whole = |value: &i64| {
                    if held == Held::Unsigned { i128::from(*value as u64) } else { i128::from(*value) }
                };
                integers(read, tile, place, levels, optional, decimals, long.iter().map(|v| Some(whole(v))))
            }
            ColumnReader::Int32ColumnReader(reader) => {
                records(reader, read.rows, levels, small, read.path)?;
                let whole =
                    |value: &i32| if held == Held::Unsigned { i64::from(*value as u32) } else { i64::from(*value) };
                if straight {
                    let buffer = &mut tile.buffers[place];
                    buffer.integers.clear();
                    buffer.integers.extend(small.iter().map(whole));
                    return in_place(read, buffer, levels, optional);
                }
                integers(read, tile, place, levels, optional, decimals, small.iter().map(|v| Some(whole(v).into())))
            }
            ColumnReader::FixedLenByteArrayColumnReader(reader) => {
                records(reader, read.rows, levels, fixed, read.path)?;
                integers(read, tile, place, levels, optional, decimals, fixed.iter().map(|v| big_endian(v.data())))
            }
            ColumnReader::ByteArrayColumnReader(reader) if matches!(held, Held::Decimal(_)) => {
                records(reader, read.rows, levels, bytes, read.path)?;
                integers(read, tile, place, levels, optional, decimals, bytes.iter().map(|v| big_endian(v.data())))
            }
            ColumnReader::ByteArrayColumnReader(reader) => {
                records(reader, read.rows, levels, bytes, read.path)?;
                each(read, levels, optional, bytes, |row, value| {
                    let text = std::str::from_utf8(value.data()).unwrap_or("\u{fffd}");
                    if !text.trim().is_empty() {
                        let cell =
                            read_cell_in(fact, text, read.unit).ok_or_else(|| read.wrong(row, text.to_owned()))?;
                        tile.set(place, row, &cell);
                    }
                    Ok(())
                })
            }
            ColumnReader::DoubleColumnReader(reader) => {
                records(reader, read.rows, levels, doubles, read.path)?;
                each(read, levels, optional, doubles, |row, value| double(read, tile, place, row, *value))
            }
            ColumnReader::FloatColumnReader(reader) => {
                records(reader, read.rows, levels, floats, read.path)?;
                // The shortest writing of a float is meant, not its widening.
                each(read, levels, optional, floats, |row, value| {
                    double(read, tile, place, row, value.to_string().parse().unwrap_or(f64::NAN))
                })
            }
            ColumnReader::BoolColumnReader(reader) => {
                records(reader, read.rows, levels, booleans, read.path)?;
                each(read, levels, optional, booleans, |row, value| {
                    tile.set(place, row, &Cell::Boolean(*value));
                    Ok(())
                })
            }
            ColumnReader::Int96ColumnReader(reader) => {
                records(reader, read.rows, levels, instants, read.path)?;
                each(read, levels, optional, instants, |row, value| {
                    let &[low, high, julian] = value.data() else { return Ok(()) };
                    // Nanoseconds of the day in UTC; in China eight hours later.
                    let nanoseconds = i64::from(high) << 32 | i64::from(low);
                    let later = i64::from(nanoseconds >= 16 * 3_600_000_000_000);
                    date(read, tile, place, row, i64::from(julian) - 2_440_588 + later)
                })
            }
        }
    }

    /// Reads the next ids.
    pub(in crate::files) fn ids(
        typed: &mut Typed,
        path: &Path,
        rows: usize,
        ids: &mut Ids,
        scratch: &mut Scratch,
    ) -> Result<(), FileError> {
        let held = typed.held;
        let Scratch { levels, small, bytes, .. } = scratch;
        let missing = || FileError::file(path, Words::new("id 列有空值", "the id column has empty cells"));
        match typed.reader() {
            ColumnReader::Int64ColumnReader(reader) => {
                let mut values = match std::mem::replace(ids, Ids::Texts(Vec::new())) {
                    Ids::Integers(values) => values,
                    Ids::Texts(_) => Vec::new(),
                };
                records(reader, rows, levels, &mut values, path)?;
                if values.len() != rows {
                    return Err(missing());
                }
                if held == Held::Unsigned && values.iter().any(|value| *value < 0) {
                    let what = Words::new(
                        "id 列的数超过 9223372036854775807：请改存为文字",
                        "the id column has numbers above 9223372036854775807; save it as text",
                    );
                    return Err(FileError::file(path, what));
                }
                *ids = Ids::Integers(values);
            }
            ColumnReader::Int32ColumnReader(reader) => {
                records(reader, rows, levels, small, path)?;
                if small.len() != rows {
                    return Err(missing());
                }
                let whole =
                    |value: &i32| if held == Held::Unsigned { i64::from(*value as u32) } else { i64::from(*value) };
                *ids = Ids::Integers(small.iter().map(whole).collect());
            }
            ColumnReader::ByteArrayColumnReader(reader) => {
                records(reader, rows, levels, bytes, path)?;
                if bytes.len() != rows {
                    return Err(missing());
                }
                *ids =
                    Ids::Texts(bytes.iter().map(|value| String::from_utf8_lossy(value.data()).into_owned()).collect());
            }
            _ => return Err(missing()),
        }
        Ok(())
    }
}

/// Values that lie without gaps in `buffer.integers`: checked, brought to the fact's scale and to their rows.
fn in_place(read: &Read, buffer: &mut Buffer, levels: &[i16], optional: bool) -> Result<(), FileError> {
    let (power, low, high) = match read.fact.ty {
        Type::Number { scale, low, high } => (power_of_ten(scale).unwrap_or(1), low, high),
        Type::Date { low, high } => (1, low.into(), high.into()),
        _ => return Ok(()),
    };
    let values = &mut buffer.integers;
    let (least, most) =
        values.iter().fold((i64::MAX, i64::MIN), |(least, most), value| (least.min(*value), most.max(*value)));
    let count = values.len();
    if count > 0 && (i128::from(least) * power < low || i128::from(most) * power > high) {
        let bad = |value: &i64| i128::from(*value) * power < low || i128::from(*value) * power > high;
        let place = values.iter().position(bad).unwrap_or(0);
        let value = values[place];
        let row = if optional {
            levels.iter().enumerate().filter(|(_, level)| **level > 0).nth(place).map_or(0, |(row, _)| row)
        } else {
            place
        };
        let mut text = value.to_string();
        if matches!(read.fact.ty, Type::Date { .. }) {
            text.clear();
            super::cell::write_date(&mut text, value.clamp(-700_000, 30_000_000) as i32);
        }
        return Err(read.wrong(row, text));
    }
    if power != 1 {
        let power = power as i64;
        values.iter_mut().for_each(|value| *value *= power);
    }
    buffer.holes = optional && count < read.rows;
    if buffer.holes {
        present_bits(levels, &mut buffer.present);
        values.resize(read.rows, 0);
        // From the end, so that nothing is overwritten before it moved.
        let mut from = count;
        for row in (0..read.rows).rev() {
            values[row] = if levels[row] > 0 {
                from -= 1;
                values[from]
            } else {
                0
            };
        }
    }
    Ok(())
}

fn present_bits(levels: &[i16], present: &mut [u64]) {
    for (word, levels) in present.iter_mut().zip(levels.chunks(64)) {
        *word = levels.iter().enumerate().fold(0, |word, (row, level)| word | u64::from(*level > 0) << row);
    }
}

/// Stored integers counting 10^-decimals, or zeros and ones; `None` is one that no machine integer holds.
fn integers(
    read: &Read,
    tile: &mut Tile,
    place: usize,
    levels: &[i16],
    optional: bool,
    decimals: u8,
    values: impl Iterator<Item = Option<i128>>,
) -> Result<(), FileError> {
    let mut rows = (0..read.rows).filter(|row| !optional || levels[*row] > 0);
    for stored in values {
        let Some(row) = rows.next() else { break };
        let stored = stored.ok_or_else(|| read.wrong(row, "…".into()))?;
        let cell = match read.fact.ty {
            Type::Boolean if stored == 0 || stored == 1 => Some(Cell::Boolean(stored == 1)),
            Type::Number { .. } if read.unit.is_some() => {
                let text = show(stored, decimals);
                match read_cell_in(read.fact, &text, read.unit) {
                    Some(Cell::Number(value)) => Some(Cell::Number(value)),
                    _ => None,
                }
            }
            Type::Number { scale, low, high } => {
                let power = power_of_ten(scale.abs_diff(decimals)).unwrap_or(1);
                let value =
                    if scale >= decimals { stored.checked_mul(power) } else { divide(stored, power, Mode::HalfUp) };
                value.filter(|value| (low..=high).contains(value)).map(Cell::Number)
            }
            _ => None,
        };
        let cell = cell.ok_or_else(|| read.wrong(row, show(stored, decimals)))?;
        tile.set(place, row, &cell);
    }
    Ok(())
}

/// A number of any length, lowest byte last; `None` if it is wider than 16 bytes.
fn big_endian(bytes: &[u8]) -> Option<i128> {
    let start = if bytes.first().is_some_and(|byte| *byte >= 0x80) { -1 } else { 0 };
    let spare = bytes.len().saturating_sub(16);
    let (beyond, own) = bytes.split_at(spare);
    let value = own.iter().fold(start, |value: i128, byte| value << 8 | i128::from(*byte));
    // What lies above has to repeat the sign.
    let sign = start as u8;
    (beyond.iter().all(|byte| *byte == sign) && (beyond.is_empty() || (value < 0) == (start < 0))).then_some(value)
}

/// Days since 1970-01-01.
fn date(read: &Read, tile: &mut Tile, place: usize, row: usize, days: i64) -> Result<(), FileError> {
    let Type::Date { low, high } = read.fact.ty else { return Ok(()) };
    match i32::try_from(days).ok().filter(|days| (low..=high).contains(days)) {
        Some(days) => {
            tile.set(place, row, &Cell::Date(days));
            Ok(())
        }
        None => {
            let mut text = String::new();
            super::cell::write_date(&mut text, days.clamp(-700_000, 30_000_000) as i32);
            Err(read.wrong(row, text))
        }
    }
}

fn each<T>(
    read: &Read,
    levels: &[i16],
    optional: bool,
    values: &[T],
    mut store: impl FnMut(usize, &T) -> Result<(), FileError>,
) -> Result<(), FileError> {
    let rows = (0..read.rows).filter(|row| !optional || levels[*row] > 0);
    for (row, value) in rows.zip(values) {
        store(row, value)?;
    }
    Ok(())
}

fn double(read: &Read, tile: &mut Tile, place: usize, row: usize, value: f64) -> Result<(), FileError> {
    if value.is_nan() {
        // What data frames write for "none".
        return Ok(());
    }
    let wrong = || read.wrong(row, value.to_string());
    let cell = match (read.fact.ty, read.unit) {
        (Type::Boolean, _) if value == 0.0 || value == 1.0 => Cell::Boolean(value == 1.0),
        (Type::Number { scale, low, high }, None) => {
            let counted = of_double(value, scale).filter(|counted| (low..=high).contains(counted));
            Cell::Number(counted.ok_or_else(wrong)?)
        }
        (Type::Number { .. }, unit) => match read_cell_in(read.fact, &value.to_string(), unit) {
            Some(Cell::Number(counted)) => Cell::Number(counted),
            _ => return Err(wrong()),
        },
        _ => return Err(wrong()),
    };
    tile.set(place, row, &cell);
    Ok(())
}
