//! Values of a Parquet column into a tile, exactly or not at all.

use std::path::Path;

use rulepack::ir::{Type, power_of_ten};

use super::cell::of_double;
use super::parquet_in::{Scratch, Typed, records};
use super::tile::{Buffer, is_narrow};
use super::{Cell, FactColumn, FileError, Ids, Tile, read_cell};

/// Where values come from, for messages.
pub(super) struct Read<'a> {
    pub path: &'a Path,
    pub name: &'a str,
    pub fact: &'a FactColumn,
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
        let fits = match (fact.ty, physical) {
            (_, Physical::BYTE_ARRAY) => true,
            (Type::Number { .. }, Physical::INT96 | Physical::BOOLEAN) => false,
            (Type::Number { .. }, Physical::FIXED_LEN_BYTE_ARRAY) => typed.decimals.is_some(),
            (Type::Number { .. }, _) => !typed.date,
            (Type::Boolean, Physical::BOOLEAN) => true,
            (Type::Date { .. }, Physical::INT32) => typed.date,
            _ => false,
        };
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
        let (decimals, optional) = (typed.decimals, typed.optional);
        let Scratch { levels, small, long, doubles, floats, booleans, bytes, fixed } = scratch;
        match typed.reader() {
            ColumnReader::Int64ColumnReader(reader) => {
                let buffer = &mut tile.buffers[place];
                if decimals.unwrap_or(0) == 0 && is_narrow(read.fact.ty) {
                    // Straight into place.
                    let mut values = std::mem::take(&mut buffer.integers);
                    records(reader, read.rows, levels, &mut values, read.path)?;
                    buffer.integers = values;
                    return in_place(read, buffer, levels, optional);
                }
                records(reader, read.rows, levels, long, read.path)?;
                integers(read, buffer, levels, optional, decimals, long.iter().map(|value| i128::from(*value)))
            }
            ColumnReader::Int32ColumnReader(reader) => {
                records(reader, read.rows, levels, small, read.path)?;
                let buffer = &mut tile.buffers[place];
                if decimals.unwrap_or(0) == 0 && is_narrow(read.fact.ty) {
                    buffer.integers.clear();
                    buffer.integers.extend(small.iter().map(|value| i64::from(*value)));
                    return in_place(read, buffer, levels, optional);
                }
                integers(read, buffer, levels, optional, decimals, small.iter().map(|value| i128::from(*value)))
            }
            ColumnReader::FixedLenByteArrayColumnReader(reader) => {
                records(reader, read.rows, levels, fixed, read.path)?;
                integers(
                    read,
                    &mut tile.buffers[place],
                    levels,
                    optional,
                    decimals,
                    fixed.iter().map(|value| big_endian(value.data())),
                )
            }
            ColumnReader::ByteArrayColumnReader(reader) if decimals.is_some() => {
                records(reader, read.rows, levels, bytes, read.path)?;
                integers(
                    read,
                    &mut tile.buffers[place],
                    levels,
                    optional,
                    decimals,
                    bytes.iter().map(|value| big_endian(value.data())),
                )
            }
            ColumnReader::ByteArrayColumnReader(reader) => {
                records(reader, read.rows, levels, bytes, read.path)?;
                each(read, levels, optional, bytes, |row, value| {
                    let text = std::str::from_utf8(value.data()).unwrap_or("\u{fffd}");
                    if !text.trim().is_empty() {
                        let cell = read_cell(read.fact, text).ok_or_else(|| read.wrong(row, text.to_owned()))?;
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
            ColumnReader::Int96ColumnReader(_) => Ok(()),
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
                *ids = Ids::Integers(values);
            }
            ColumnReader::Int32ColumnReader(reader) => {
                records(reader, rows, levels, small, path)?;
                if small.len() != rows {
                    return Err(missing());
                }
                *ids = Ids::Integers(small.iter().map(|value| i64::from(*value)).collect());
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

/// Stored integers counting 10^-decimals.
fn integers(
    read: &Read,
    buffer: &mut Buffer,
    levels: &[i16],
    optional: bool,
    decimals: Option<u8>,
    values: impl Iterator<Item = i128>,
) -> Result<(), FileError> {
    let Type::Number { scale, low, high } = read.fact.ty else { return Ok(()) };
    let decimals = decimals.unwrap_or(0);
    let power = power_of_ten(scale.abs_diff(decimals)).unwrap_or(1);
    let narrow = is_narrow(read.fact.ty);
    let mut rows = (0..read.rows).filter(|row| !optional || levels[*row] > 0);
    for stored in values {
        let Some(row) = rows.next() else { break };
        let value =
            if scale >= decimals { stored.checked_mul(power) } else { (stored % power == 0).then_some(stored / power) };
        let value = value
            .filter(|value| (low..=high).contains(value))
            .ok_or_else(|| read.wrong(row, super::cell::show(stored, decimals)))?;
        buffer.present[row / 64] |= 1 << (row % 64);
        if narrow {
            buffer.integers[row] = value as i64;
        } else {
            buffer.wide[row] = value;
        }
    }
    Ok(())
}

fn big_endian(bytes: &[u8]) -> i128 {
    let start = if bytes.first().is_some_and(|byte| *byte >= 0x80) { -1 } else { 0 };
    bytes.iter().fold(start, |value: i128, byte| value << 8 | i128::from(*byte))
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
    let Type::Number { scale, low, high } = read.fact.ty else { return Ok(()) };
    if value.is_nan() {
        // What data frames write for "none".
        return Ok(());
    }
    let counted = of_double(value, scale)
        .filter(|counted| (low..=high).contains(counted))
        .ok_or_else(|| read.wrong(row, value.to_string()))?;
    tile.set(place, row, &Cell::Number(counted));
    Ok(())
}
