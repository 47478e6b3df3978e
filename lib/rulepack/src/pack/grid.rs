//! A table whose columns are fixed, read by the names of its columns.

use super::keywords::{self as words, SectionKind};
use super::lines::{Grid, GridRow};
use super::messages;
use super::model::Written;
use crate::diagnostic::Diagnostic;
use crate::suggest::nearest;
use crate::unit::Unit;

/// A table and which column is which.
pub struct Columns<'a> {
    grid: &'a Grid,
    keys: Vec<Option<&'static str>>,
    units: Vec<Option<Written>>,
}

impl<'a> Columns<'a> {
    /// Names the columns; unknown and doubled ones are told.
    pub fn of(grid: &'a Grid, kind: SectionKind, found: &mut Vec<Diagnostic>) -> Self {
        let known = words::columns(kind);
        let mut keys = Vec::new();
        let mut units = Vec::new();
        for header in &grid.headers {
            let (name, unit) = match words::find(known, &header.text) {
                Some(_) => (header.clone(), None),
                None => split_unit(header),
            };
            let key = words::find(known, &name.text);
            if key.is_none() {
                let near = nearest(&name.text, known.iter().flat_map(|word| word.1.iter().copied()));
                let forms = words::forms(known);
                found.push(messages::unknown_word(
                    "unknown-column",
                    ("列", "column"),
                    &name.text,
                    near,
                    &forms,
                    name.place,
                ));
            } else if keys.contains(&key) {
                found.push(messages::twice(name.place, &name.text));
            }
            keys.push(key);
            units.push(unit);
        }
        Self { grid, keys, units }
    }

    pub fn rows(&self) -> impl Iterator<Item = (usize, &'a GridRow)> {
        self.grid.rows.iter().enumerate()
    }

    fn index(&self, key: &str) -> Option<usize> {
        self.keys.iter().position(|own| *own == Some(key))
    }

    /// The unit in a column's header.
    pub fn unit(&self, key: &str) -> Option<Written> {
        self.index(key).and_then(|at| self.units.get(at)).cloned().flatten()
    }

    /// A cell that is not empty; `—` and `-` count as empty.
    pub fn cell(&self, row: &GridRow, key: &str) -> Option<Written> {
        let cell = self.index(key).and_then(|at| row.cells.get(at))?;
        (!cell.is_empty() && !matches!(cell.text.as_str(), "-" | "—" | "–" | "——")).then(|| cell.clone())
    }

    /// A cell that must not be empty.
    pub fn needed(
        &self,
        row: &GridRow,
        key: &'static str,
        kind: SectionKind,
        found: &mut Vec<Diagnostic>,
    ) -> Option<Written> {
        let cell = self.cell(row, key);
        if cell.is_none() {
            let word = words::columns(kind).iter().find(|word| word.0 == key);
            let (zh, en) = word.and_then(|word| Some((*word.1.first()?, *word.1.get(1)?))).unwrap_or((key, key));
            let place = self.index(key).and_then(|at| row.cells.get(at)).map_or(&row.place, |cell| &cell.place);
            found.push(messages::absent(place.clone(), zh, en));
        }
        cell
    }
}

/// `营业收入（万元）` → `营业收入` and `万元`, if what stands in the last parentheses is a unit.
pub fn split_unit(header: &Written) -> (Written, Option<Written>) {
    let whole = || (header.clone(), None);
    let text = &header.text;
    let Some(inner_end) = text.strip_suffix('）').or_else(|| text.strip_suffix(')')).map(str::len) else {
        return whole();
    };
    let Some(open) = text.get(..inner_end).and_then(|inner| inner.rfind(['（', '('])) else {
        return whole();
    };
    let width = if text.get(open..).is_some_and(|rest| rest.starts_with('（')) { '（'.len_utf8() } else { 1 };
    let unit = super::front::part(header, open + width, inner_end);
    if unit.is_empty() || Unit::parse(&unit.text).is_none() {
        return whole();
    }
    (super::front::part(header, 0, open), Some(unit))
}
