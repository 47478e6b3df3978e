//! What goes into a tile: one column per fact.

use super::slot::{Bits, Lane, Slot, TILE, WORDS, Width, by_width};
use super::text::Texts;
use crate::interpret::Value;
use crate::ir::Type;

/// The values of one fact for the rows of a tile. `present`: bit `row % 64` of word `row / 64` is set if the case provides the fact;
/// `None`: all do. Values of rows without one may be anything in the range of the type; zero is best.
#[derive(Clone, Copy, Debug)]
pub enum Column<'a> {
    /// No case provides it.
    Absent,
    /// Numbers counting 10^-scale of the fact's type, or dates as days since 1970-01-01.
    Small {
        values: &'a [i32],
        present: Option<&'a [u64]>,
    },
    Integers {
        values: &'a [i64],
        present: Option<&'a [u64]>,
    },
    Wide {
        values: &'a [i128],
        present: Option<&'a [u64]>,
    },
    /// A bitmap like `present`.
    Booleans {
        values: &'a [u64],
        present: Option<&'a [u64]>,
    },
    /// Numbers given by the run's [`Texts`].
    Texts {
        ids: &'a [u32],
        present: Option<&'a [u64]>,
    },
}

/// The rows of one tile, at most [`TILE`].
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a> {
    pub rows: usize,
    /// One per fact of the graph, in order; what is beyond the end is absent.
    pub columns: &'a [Column<'a>],
    pub texts: &'a Texts,
    /// Place of the first row among all rows of the run; population functions need it.
    pub first_row: usize,
}

impl Batch<'_> {
    pub(super) fn column(&self, fact: usize) -> Column<'_> {
        self.columns.get(fact).copied().unwrap_or(Column::Absent)
    }

    /// Whether the case provides the fact.
    pub fn provides(&self, fact: usize, row: usize) -> bool {
        match self.column(fact) {
            Column::Absent => false,
            Column::Small { present, .. }
            | Column::Integers { present, .. }
            | Column::Wide { present, .. }
            | Column::Booleans { present, .. }
            | Column::Texts { present, .. } => present.is_none_or(|present| bit(present, row)),
        }
    }

    /// Whether every case of the tile provides the fact.
    pub fn provides_all(&self, fact: usize) -> bool {
        match self.column(fact) {
            Column::Absent => self.rows == 0,
            Column::Small { present, .. }
            | Column::Integers { present, .. }
            | Column::Wide { present, .. }
            | Column::Booleans { present, .. }
            | Column::Texts { present, .. } => present.is_none_or(|present| {
                (0..self.rows.div_ceil(64)).all(|word| present[word] | beyond(self.rows, word) == !0)
            }),
        }
    }

    /// What the case provides of a fact of this type.
    pub fn value(&self, fact: usize, ty: Type, row: usize) -> Option<Value> {
        if !self.provides(fact, row) {
            return None;
        }
        let integer = |value: i128| {
            if matches!(ty, Type::Date { .. }) { Value::Date(value as i32) } else { Value::Number(value) }
        };
        Some(match self.column(fact) {
            Column::Absent => return None,
            Column::Small { values, .. } => integer(values[row].into()),
            Column::Integers { values, .. } => integer(values[row].into()),
            Column::Wide { values, .. } => integer(values[row]),
            Column::Booleans { values, .. } => Value::Boolean(bit(values, row)),
            Column::Texts { ids, .. } => Value::Text(self.texts.text(ids[row]).clone()),
        })
    }
}

pub(super) fn bit(bits: &[u64], row: usize) -> bool {
    bits[row / 64] >> (row % 64) & 1 == 1
}

/// Bits of a word that are beyond the last row.
pub(super) fn beyond(rows: usize, word: usize) -> u64 {
    match rows.saturating_sub(word * 64) {
        0 => !0,
        left if left >= 64 => 0,
        left => !0 << left,
    }
}

/// Copies a column into a slot. Rows beyond the last are known, so that they never look like holes.
pub(super) fn load(arch: pulp::Arch, batch: &Batch, fact: usize, out: &mut Slot) {
    let rows = batch.rows;
    let present = match batch.column(fact) {
        Column::Absent => {
            out.start(Width::W32, 0, 0);
            i32::of_mut(out).fill(0);
            out.yes = [0; WORDS];
            Some(&[][..])
        }
        Column::Small { values, present } => {
            narrow(arch, &values[..rows], out);
            present
        }
        Column::Integers { values, present } => {
            narrow(arch, &values[..rows], out);
            present
        }
        Column::Wide { values, present } => {
            narrow(arch, &values[..rows], out);
            present
        }
        Column::Booleans { values, present } => {
            out.yes = [0; WORDS];
            out.yes.iter_mut().zip(values).for_each(|(yes, values)| *yes = *values);
            present
        }
        Column::Texts { ids, present } => {
            out.start(Width::W32, 0, batch.texts.len() as i128);
            let lanes = i32::of_mut(out);
            lanes.iter_mut().zip(&ids[..rows]).for_each(|(lane, id)| *lane = *id as i32);
            lanes[rows..].fill(0);
            present
        }
    };
    match present {
        None => out.set_complete(),
        Some(present) => {
            out.na = [0; WORDS];
            for word in 0..WORDS {
                out.known[word] = present.get(word).copied().unwrap_or(0) | beyond(rows, word);
            }
            out.settle();
        }
    }
    let known: Bits = out.known;
    out.yes.iter_mut().zip(&known).for_each(|(yes, known)| *yes &= known);
}

/// Copies values in the narrowest width that holds them.
fn narrow<T: Lane + Into<i128>>(arch: pulp::Arch, values: &[T], out: &mut Slot) {
    let start = if values.len() < TILE { T::default() } else { values[0] };
    let (low, high) =
        arch.dispatch(|| values.iter().fold((start, start), |(low, high), value| (low.min(*value), high.max(*value))));
    let width = Width::of(low.into(), high.into());
    out.start(width, low.into(), high.into());
    by_width!(width, Integer => {
        let lanes = Integer::of_mut(out);
        arch.dispatch(|| lanes.iter_mut().zip(values).for_each(|(lane, value)| *lane = Integer::wrap((*value).into())));
        lanes[values.len()..].fill(Integer::default());
    });
}
