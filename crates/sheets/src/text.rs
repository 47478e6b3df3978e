//! Texts with columns: `.csv`, `.tsv`, `.txt`, as programs of all ages save them. The separator is the one under which the header
//! is understood.

use std::collections::VecDeque;
use std::io::{Read, Seek};

use kernel::{Error, Result};

use crate::book::Row;
use crate::cell::Cell;
use crate::text_bytes::{Characters, Encoding, encoding_of};
use crate::text_rows::Splitter;

const SEPARATORS: [char; 5] = [',', ';', '\t', '|', '，'];
/// So many characters are tried with each separator.
const HEAD: usize = 128 * 1024;
/// So many rows.
const HEAD_ROWS: usize = 24;

/// How a text is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    pub separator: char,
}

/// Rows of the beginning of a text: their numbers and cells.
pub type Head = [(u32, Vec<Cell>)];

/// Hands on the rows of a text that have something in them, until `each` says `false`. `columns` says how many columns are
/// understood if the text begins so; 0 for no header.
///
/// # Errors
/// `sheet-quote` with the row where a quote begins that never ends; `sheet-line`; what `each` returns; `unavailable`.
pub fn rows(
    mut file: impl Read + Seek,
    columns: &dyn Fn(&Head) -> usize,
    each: &mut dyn FnMut(Row<'_>) -> Result<bool>,
) -> Result<Text> {
    let encoding = encoding_of(&mut file).map_err(Error::unavailable)?;
    let head = head(&mut file, encoding)?;
    let said = head.lines().next().and_then(declared);
    let separator = said.unwrap_or_else(|| best(&head, columns));
    file.rewind().map_err(Error::unavailable)?;
    let mut characters = Characters::new(file, encoding);
    let mut splitter = Splitter::new(separator);
    let (mut text, mut broken) = (String::new(), VecDeque::new());
    let mut each = |number: u32, cells: &mut Vec<Cell>| each(Row { number, hidden: false, cells, is_note: false });
    // The line that names the separator is none of the rows that the spreadsheet shows.
    let mut skip = said.is_some();
    while characters.next(&mut text, &mut broken).map_err(Error::unavailable)? {
        let mut piece = text.as_str();
        if skip {
            let Some((_, rest)) = piece.split_once('\n') else { continue };
            (piece, skip) = (rest, false);
        }
        if !splitter.push(piece, &mut broken, &mut each)? {
            return Ok(Text { separator });
        }
    }
    splitter.end(&mut each)?;
    Ok(Text { separator })
}

fn head(file: &mut (impl Read + Seek), encoding: Encoding) -> Result<String> {
    file.rewind().map_err(Error::unavailable)?;
    let mut characters = Characters::new(file, encoding);
    let (mut all, mut piece, mut broken) = (String::new(), String::new(), VecDeque::new());
    while all.len() < HEAD && characters.next(&mut piece, &mut broken).map_err(Error::unavailable)? {
        all.push_str(&piece);
    }
    Ok(all)
}

/// `sep=;`, which Excel writes and reads.
fn declared(line: &str) -> Option<char> {
    let rest = line
        .trim_end_matches('\r')
        .strip_prefix("sep=")
        .or_else(|| line.trim_end_matches('\r').strip_prefix("SEP="))?;
    let mut rest = rest.chars();
    rest.next().filter(|_| rest.next().is_none())
}

fn best(head: &str, columns: &dyn Fn(&Head) -> usize) -> char {
    let tried = SEPARATORS.map(|separator| {
        let rows = split(head, separator);
        let cells: usize = rows.iter().map(|(_, cells)| cells.len() - 1).sum();
        (columns(&rows), cells, separator)
    });
    let mut best = tried[0];
    for other in &tried[1..] {
        if (other.0, other.1) > (best.0, best.1) {
            best = *other;
        }
    }
    best.2
}

fn split(head: &str, separator: char) -> Vec<(u32, Vec<Cell>)> {
    let mut rows = Vec::new();
    let mut splitter = Splitter::new(separator);
    let mut each = |number: u32, cells: &mut Vec<Cell>| {
        rows.push((number, std::mem::take(cells)));
        Ok(rows.len() < HEAD_ROWS)
    };
    // Whatever is wrong with quotes is told when the rows are read.
    if matches!(splitter.push(head, &mut VecDeque::new(), &mut each), Ok(true)) {
        let _ = splitter.end(&mut each);
    }
    rows
}
