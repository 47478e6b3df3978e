//! Merged areas: found in the bytes of a sheet, and filled row by row with the one value that holds for all of an area.

use std::io::{self, Write};

use kernel::{Error, Result};

use crate::cell::{Area, Cell};
use crate::sheet_xml::{MOST_COLUMNS, place};

/// More areas than any table has; beyond it somebody forged the file.
const MOST_AREAS: usize = 200_000;
const NAME: &[u8] = b"mergeCell ";
/// Longest writing of one area: `mergeCell ref="A1:XFD1048576"`, with room for blanks.
const LONGEST: usize = 120;

/// Takes the bytes of a sheet and keeps its merged areas.
#[derive(Default)]
pub(crate) struct Finder {
    /// The end of what was looked at, in which an area may have begun.
    rest: Vec<u8>,
    /// Whether the rest begins with a name whose area is not whole yet.
    waiting: bool,
    areas: Vec<Area>,
    many: bool,
}

impl Write for Finder {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // No other name in the cells of a sheet has a g; this is looked for at the speed of memory.
        if self.waiting || self.rest.contains(&b'g') || bytes.contains(&b'g') {
            self.rest.extend_from_slice(bytes);
            self.look(false);
        } else {
            self.rest.extend_from_slice(&bytes[bytes.len().saturating_sub(NAME.len())..]);
            self.rest.drain(..self.rest.len().saturating_sub(NAME.len()));
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.look(true);
        Ok(())
    }
}

impl Finder {
    fn look(&mut self, end: bool) {
        self.waiting = false;
        let mut from = 0;
        while let Some(at) = find(&self.rest[from..], NAME).map(|at| at + from) {
            let tail = &self.rest[at + NAME.len()..];
            if tail.len() < LONGEST && !end {
                self.rest.drain(..at);
                self.waiting = true;
                return;
            }
            let tail = &tail[..tail.len().min(LONGEST)];
            self.many |= self.areas.len() >= MOST_AREAS;
            if !self.many {
                self.areas.extend(area(tail));
            }
            from = at + NAME.len();
        }
        let keep = self.rest.len().saturating_sub(NAME.len()).max(from);
        self.rest.drain(..keep);
    }

    /// In the order of their first rows.
    pub(crate) fn areas(mut self) -> Result<Vec<Area>> {
        if self.many {
            return Err(Error::invalid("sheet-areas").arg("limit", MOST_AREAS));
        }
        self.areas.sort_by_key(|area| (area.first_row, area.first_column));
        Ok(self.areas)
    }
}

fn find(bytes: &[u8], name: &[u8]) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| *byte == name[0]) {
        let at = at + from;
        if bytes[at..].starts_with(name) {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

/// ` ref="A2:A4"`, which may have other attributes before it.
fn area(tail: &[u8]) -> Option<Area> {
    let tail = &tail[..tail.iter().position(|byte| *byte == b'>').unwrap_or(tail.len())];
    let text = std::str::from_utf8(tail).ok()?;
    let quoted = text.split_once("ref=")?.1;
    let quote = quoted.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (first, last) = quoted[1..].split_once(quote)?.0.split_once(':')?;
    let ((first_row, first_column), (last_row, last_column)) = (place(first)?, place(last)?);
    let column = |column: u32| u16::try_from(column.min(MOST_COLUMNS - 1)).ok();
    (first_row <= last_row && first_column <= last_column && first_column < MOST_COLUMNS).then_some(Area {
        first_row,
        last_row,
        first_column: column(first_column)?,
        last_column: column(last_column)?,
    })
}

/// Fills rows as they come.
#[derive(Default)]
pub(crate) struct Filler {
    /// Areas to come, the next one last.
    coming: Vec<Area>,
    open: Vec<(Area, Cell)>,
}

impl Filler {
    pub(crate) fn new(areas: &[Area]) -> Filler {
        Filler { coming: areas.iter().rev().copied().collect(), open: Vec::new() }
    }

    /// Puts the values of merged areas into a row that has its own cells already. Returns how many bytes of text came with them.
    ///
    /// # Errors
    /// `not-xlsx` if areas lie upon each other, which no program writes.
    pub(crate) fn fill(&mut self, row: u32, cells: &mut Vec<Cell>) -> Result<u64> {
        self.open.retain(|(area, _)| area.last_row >= row);
        while let Some(area) = self.coming.pop_if(|area| area.first_row <= row) {
            if area.first_row == row
                && let Some(corner) = cells.get(usize::from(area.first_column))
            {
                self.open.push((area, Cell { area: Some(area), ..corner.clone() }));
            }
        }
        if self.open.len() > MOST_COLUMNS as usize {
            return Err(Error::invalid("not-xlsx"));
        }
        let mut bytes = 0;
        for (area, corner) in &self.open {
            if corner.is_empty() {
                continue;
            }
            let last = usize::from(area.last_column);
            if cells.len() <= last {
                cells.resize(last + 1, Cell::default());
            }
            for cell in &mut cells[usize::from(area.first_column)..=last] {
                bytes += match &corner.value {
                    crate::Value::Text(text) => text.len() as u64,
                    _ => 0,
                };
                cell.clone_from(corner);
            }
        }
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_are_found_wherever_the_bytes_are_cut() {
        let text = format!(
            "<sheetData>{}</sheetData><mergeCells count=\"2\"><mergeCell ref=\"B2:B4\"/><x:mergeCell  ref='A1:XFD1' /></mergeCells>",
            "<c r=\"A1\"><v>1</v></c>".repeat(10)
        );
        let wanted = [
            Area { first_row: 1, last_row: 1, first_column: 0, last_column: 999 },
            Area { first_row: 2, last_row: 4, first_column: 1, last_column: 1 },
        ];
        for size in 1..text.len() {
            let mut finder = Finder::default();
            for piece in text.as_bytes().chunks(size) {
                finder.write_all(piece).unwrap();
            }
            finder.flush().unwrap();
            assert_eq!(finder.areas().unwrap(), wanted, "{size}");
        }
    }
}
