//! Characters of a text as rows of cells, numbered as the spreadsheet program shows them: a quoted cell of several lines is one
//! row, an empty line is one too.

use std::collections::VecDeque;

use kernel::{Error, Result};

use crate::cell::{Cell, Value};
use crate::sheet_xml::MOST_COLUMNS;

/// Longest cell, in bytes.
const LONGEST: usize = 4 * 1024 * 1024;

/// Takes a row; `false` ends the reading.
pub(crate) type Each<'e> = &'e mut dyn FnMut(u32, &mut Vec<Cell>) -> Result<bool>;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing of the cell was seen.
    Start,
    Plain,
    Quoted,
    /// After a quote within quotes: the end, or one half of a quote that is meant.
    Quote,
}

/// See the module.
pub(crate) struct Splitter {
    separator: char,
    state: State,
    row: u32,
    cells: Vec<Cell>,
    text: String,
    broken: Option<String>,
    after_return: bool,
    /// Most cells of a row so far.
    width: usize,
    /// Of the quoted cell: lines begun, separators in this line, and the most in any line but the first.
    lines: u32,
    separators: usize,
    most: usize,
}

impl Splitter {
    pub(crate) fn new(separator: char) -> Self {
        Splitter {
            separator,
            state: State::Start,
            row: 1,
            cells: Vec::new(),
            text: String::new(),
            broken: None,
            after_return: false,
            width: 0,
            lines: 0,
            separators: 0,
            most: 0,
        }
    }

    /// Takes a piece; `false` if nothing more is wanted.
    ///
    /// # Errors
    /// `sheet-quote` with the row where a quote begins that never ends, or ends rows below; `sheet-line`.
    pub(crate) fn push(&mut self, piece: &str, broken: &mut VecDeque<String>, each: Each<'_>) -> Result<bool> {
        for c in piece.chars() {
            if c == '\u{fffd}' {
                let bytes = broken.pop_front();
                self.broken = self.broken.take().or(bytes);
            }
            let after_return = std::mem::take(&mut self.after_return);
            match self.state {
                State::Quoted if c == '"' => self.state = State::Quote,
                State::Quoted => self.inside(c)?,
                _ if c == '\n' && after_return => {}
                State::Quote if c == '"' => {
                    self.state = State::Quoted;
                    self.text.push('"');
                }
                _ if c == self.separator => self.end_cell()?,
                _ if c == '\n' || c == '\r' => {
                    self.after_return = c == '\r';
                    if !self.end_row(each)? {
                        return Ok(false);
                    }
                }
                State::Start if c == '"' => {
                    (self.state, self.lines, self.separators, self.most) = (State::Quoted, 0, 0, 0);
                }
                // `"甲"公司` is read as people mean it, but not over lines: there the quote that ends is the beginning of another.
                State::Quote if self.lines > 0 => return Err(self.quote()),
                _ => {
                    self.state = State::Plain;
                    self.text.push(c);
                    if self.text.len() > LONGEST {
                        return Err(Error::invalid("sheet-line").arg("row", self.row));
                    }
                }
            }
        }
        Ok(true)
    }

    /// The end of the text.
    ///
    /// # Errors
    /// As [`Splitter::push`].
    pub(crate) fn end(&mut self, each: Each<'_>) -> Result<()> {
        if self.state == State::Quoted {
            return Err(self.quote());
        }
        if self.state != State::Start || !self.cells.is_empty() {
            self.end_row(each)?;
        }
        Ok(())
    }

    fn inside(&mut self, c: char) -> Result<()> {
        self.text.push(c);
        if c == '\n' {
            self.lines += 1;
            self.separators = 0;
        } else if c == self.separator {
            self.separators += 1;
            if self.lines > 0 {
                self.most = self.most.max(self.separators);
            }
        }
        if self.text.len() > LONGEST { Err(self.quote()) } else { Ok(()) }
    }

    fn end_cell(&mut self) -> Result<()> {
        // A line within quotes that has as many cells as a row is a row that was swallowed.
        if self.state == State::Quote && self.width >= 3 && self.most + 1 >= self.width {
            return Err(self.quote());
        }
        if self.cells.len() < MOST_COLUMNS as usize {
            let value = match (self.text.is_empty(), self.broken.take()) {
                (true, _) => Value::Empty,
                (_, Some(bytes)) => Value::Broken(self.text.as_str().into(), bytes.into()),
                (_, None) => Value::Text(self.text.as_str().into()),
            };
            self.cells.push(Cell { value, ..Cell::default() });
        }
        self.text.clear();
        self.broken = None;
        self.most = 0;
        self.state = State::Start;
        Ok(())
    }

    fn end_row(&mut self, each: Each<'_>) -> Result<bool> {
        self.end_cell()?;
        self.width = self.width.max(self.cells.len());
        let more = self.cells.iter().all(Cell::is_empty) || each(self.row, &mut self.cells)?;
        self.cells.clear();
        self.row = self.row.saturating_add(1);
        Ok(more)
    }

    fn quote(&self) -> Error {
        let text: String = self.text.chars().take_while(|c| *c != '\n').take(20).collect();
        let column = crate::sheet_xml::letters(self.cells.len());
        Error::invalid("sheet-quote").arg("row", self.row).arg("column", column).arg("text", text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str, size: usize) -> Result<Vec<(u32, Vec<String>)>> {
        let mut all = Vec::new();
        let mut splitter = Splitter::new(',');
        let characters: Vec<char> = text.chars().collect();
        let mut each = |row: u32, cells: &mut Vec<Cell>| {
            all.push((row, cells.iter().map(|cell| cell.text().into_owned()).collect()));
            Ok(true)
        };
        for piece in characters.chunks(size) {
            splitter.push(&piece.iter().collect::<String>(), &mut VecDeque::new(), &mut each)?;
        }
        splitter.end(&mut each)?;
        Ok(all)
    }

    #[test]
    fn rows_are_numbered_as_the_spreadsheet_shows_them() {
        for (text, wanted) in [
            ("a,b\n1,2\n", "1:a|b 2:1|2"),
            ("a,b\r\n\r\n1,2\r\n3,4", "1:a|b 3:1|2 4:3|4"),
            ("a,b\r1,2\r", "1:a|b 2:1|2"),
            ("a,b\r\n\"x\r\ny\",2\r\n3,4\r\n", "1:a|b 2:x\r\ny|2 3:3|4"),
            ("a,5\"管\n\"甲\"公司,\"1,2\"\"\"\n", "1:a|5\"管 2:甲公司|1,2\""),
            ("a,,c\n,,\n\"\",2,\n", "1:a||c 3:|2|"),
        ] {
            for size in 1..text.len() {
                let read: Vec<String> = rows(text, size)
                    .unwrap()
                    .into_iter()
                    .map(|(row, cells)| format!("{row}:{}", cells.join("|")))
                    .collect();
                assert_eq!(read.join(" "), wanted, "{text:?} in pieces of {size}");
            }
        }
    }

    #[test]
    fn a_quote_that_swallows_rows_is_named_where_it_begins() {
        for (text, row) in [
            ("a,b,c\n1,2,5\"x\n1,\"2,3\n4,5,6\n", "3"),
            ("a,b,c\n1,\"2,3\n4,5,6\n7,8,9\"\n", "2"),
            ("a,b\r\n\r\n1,\"2\r\n3,\"4\"\r\n", "3"),
        ] {
            let error = rows(text, 3).unwrap_err();
            assert_eq!((error.code, error.args[0].1.as_str()), ("sheet-quote", row), "{text:?}");
        }
    }
}
