//! The columns of one tile while they are read; reused from tile to tile.

use std::path::Path;

use rulepack::ir::Type;
use rulepack::sweep::{Column, TILE, Texts};

use super::cell::read_cell_in;
use super::{Cell, FactColumn, FileError, Header};

/// What identifies the rows.
#[derive(Clone, Debug)]
pub(crate) enum Ids {
    Integers(Vec<i64>),
    Texts(Vec<String>),
}

impl Ids {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Integers(ids) => ids.len(),
            Self::Texts(ids) => ids.len(),
        }
    }

    /// An id as text.
    pub(crate) fn text(&self, row: usize) -> Option<String> {
        match self {
            Self::Integers(ids) => ids.get(row).map(i64::to_string),
            Self::Texts(ids) => ids.get(row).cloned(),
        }
    }
}

/// Rows of text as csv and Excel give them, before their cells are read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Raw {
    /// Rows with the number they have in the file.
    pub rows: Vec<(usize, csv::StringRecord)>,
}

/// Values of one fact.
#[derive(Clone, Debug, Default)]
pub(crate) struct Buffer {
    pub integers: Vec<i64>,
    pub wide: Vec<i128>,
    pub bits: Vec<u64>,
    pub ids: Vec<u32>,
    /// Bits of the rows that have a value; used if `holes`.
    pub present: Vec<u64>,
    pub holes: bool,
    /// The file has no column for it.
    pub absent: bool,
}

/// Up to [`TILE`] rows of a run.
#[derive(Clone, Debug)]
pub(crate) struct Tile {
    pub rows: usize,
    /// Place of the first row among all.
    pub first_row: usize,
    pub buffers: Vec<Buffer>,
    pub ids: Ids,
    pub texts: Texts,
}

/// Whether all values of a number fit eight bytes.
pub(crate) fn is_narrow(ty: Type) -> bool {
    match ty {
        Type::Number { low, high, .. } => i64::try_from(low).is_ok() && i64::try_from(high).is_ok(),
        _ => true,
    }
}

/// Most texts of the data a thread remembers; then it starts over.
const REMEMBERED_TEXTS: usize = 1 << 18;

impl Tile {
    pub(crate) fn new(facts: &[FactColumn], texts: Texts) -> Self {
        Self {
            rows: 0,
            first_row: 0,
            buffers: vec![Buffer::default(); facts.len()],
            ids: Ids::Texts(Vec::new()),
            texts,
        }
    }

    /// Makes room for a tile of rows, all of them without values.
    pub(crate) fn start(&mut self, facts: &[FactColumn], rows: usize, first_row: usize) {
        debug_assert!(rows <= TILE);
        self.rows = rows;
        self.first_row = first_row;
        self.texts.trim(REMEMBERED_TEXTS);
        for (buffer, fact) in self.buffers.iter_mut().zip(facts) {
            buffer.absent = false;
            buffer.holes = true;
            refill(&mut buffer.present, rows.div_ceil(64));
            match fact.ty {
                Type::Boolean => refill(&mut buffer.bits, rows.div_ceil(64)),
                Type::Text => refill(&mut buffer.ids, rows),
                ty if is_narrow(ty) => refill(&mut buffer.integers, rows),
                _ => refill(&mut buffer.wide, rows),
            }
        }
    }

    /// Puts a value in its place.
    pub(crate) fn set(&mut self, place: usize, row: usize, cell: &Cell) {
        let buffer = &mut self.buffers[place];
        buffer.present[row / 64] |= 1 << (row % 64);
        match cell {
            Cell::Number(value) if buffer.wide.is_empty() => buffer.integers[row] = *value as i64,
            Cell::Number(value) => buffer.wide[row] = *value,
            Cell::Date(days) => buffer.integers[row] = (*days).into(),
            Cell::Boolean(value) => buffer.bits[row / 64] |= u64::from(*value) << (row % 64),
            Cell::Text(text) => buffer.ids[row] = self.texts.id(text),
        }
    }

    /// Reads the cells of rows of text.
    pub(crate) fn read(
        &mut self,
        path: &Path,
        header: &Header,
        facts: &[FactColumn],
        raw: &Raw,
        first_row: usize,
    ) -> Result<(), FileError> {
        self.start(facts, raw.rows.len(), first_row);
        let mut ids = match std::mem::replace(&mut self.ids, Ids::Texts(Vec::new())) {
            Ids::Texts(ids) => ids,
            Ids::Integers(_) => Vec::new(),
        };
        ids.clear();
        for (row, (number, record)) in raw.rows.iter().enumerate() {
            for (place, (fact, column)) in facts.iter().zip(&header.facts).enumerate() {
                let Some(column) = column else { continue };
                let text = record.get(*column).unwrap_or_default().trim();
                if text.is_empty() {
                    continue;
                }
                let cell = read_cell_in(fact, text, header.units[place].as_ref()).ok_or_else(|| FileError::Cell {
                    file: super::error::name(path),
                    row: *number,
                    column: header.names[*column].clone(),
                    value: text.into(),
                    expected: Box::new(fact.expected()),
                })?;
                self.set(place, row, &cell);
            }
            if let Some(id) = header.id {
                ids.push(record.get(id).unwrap_or_default().to_owned());
            }
        }
        for (buffer, column) in self.buffers.iter_mut().zip(&header.facts) {
            buffer.absent = column.is_none();
        }
        self.ids = Ids::Texts(ids);
        Ok(())
    }

    /// The columns for the sweep.
    pub(crate) fn columns(&self, facts: &[FactColumn]) -> Vec<Column<'_>> {
        let columns = self.buffers.iter().zip(facts);
        columns
            .map(|(buffer, fact)| {
                if buffer.absent {
                    return Column::Absent;
                }
                let present = buffer.holes.then_some(&buffer.present[..]);
                match fact.ty {
                    Type::Boolean => Column::Booleans { values: &buffer.bits, present },
                    Type::Text => Column::Texts { ids: &buffer.ids, present },
                    ty if is_narrow(ty) => Column::Integers { values: &buffer.integers, present },
                    _ => Column::Wide { values: &buffer.wide, present },
                }
            })
            .collect()
    }
}

fn refill<T: Default + Clone>(values: &mut Vec<T>, length: usize) {
    values.clear();
    values.resize(length, T::default());
}
