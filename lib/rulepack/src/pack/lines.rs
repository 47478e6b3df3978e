//! Markdown lines → front matter, quotes, sections with options and one table each. Everything keeps its place.

use std::sync::Arc;

use super::messages;
use super::model::{Law, Quote, Written};
use crate::diagnostic::{Diagnostic, Place};

/// The file in pieces.
#[derive(Default)]
pub struct Document {
    pub front: Vec<FrontLine>,
    pub quotes: Vec<Quote>,
    pub blocks: Vec<Block>,
}

/// `key: value` of the front matter; `nested` are the indented lines below it.
pub struct FrontLine {
    pub key: Written,
    pub value: Written,
    pub nested: Vec<Written>,
}

/// A heading of level 2 or 3 and what stands below it.
pub struct Block {
    pub heading: Written,
    pub place: Place,
    pub options: Vec<(Written, Written)>,
    pub grid: Option<Grid>,
    /// The last quote above the table, or above the next heading.
    pub law: Law,
}

/// A table as written.
#[derive(Clone, Debug)]
pub struct Grid {
    pub place: Place,
    pub headers: Vec<Written>,
    pub rows: Vec<GridRow>,
}

/// A row; always as many cells as headers.
#[derive(Clone, Debug)]
pub struct GridRow {
    pub place: Place,
    pub cells: Vec<Written>,
}

/// Cuts a text into its pieces.
pub fn document(file: &Arc<str>, text: &str, found: &mut Vec<Diagnostic>) -> Document {
    let mut reader = Reader { file, found, document: Document::default(), law: None, quote: None };
    let mut lines = text.lines().enumerate().map(|(at, line)| (at + 1, line)).peekable();
    if lines.peek().is_some_and(|(_, line)| line.trim_end() == "---") {
        lines.next();
        let mut closed = false;
        for (number, line) in lines.by_ref() {
            if line.trim_end() == "---" {
                closed = true;
                break;
            }
            reader.front(number, line);
        }
        if !closed {
            reader.found.push(messages::front_open(Place::new(file, 1, 1)));
        }
    } else {
        reader.found.push(messages::no_front(Place::new(file, 1, 1)));
    }
    let mut skipping: Option<&str> = None;
    for (number, line) in lines {
        if let Some(end) = skipping {
            if line.contains(end) {
                skipping = None;
            }
            continue;
        }
        let start = line.trim_start();
        if !start.starts_with('>') {
            reader.end_quote();
        }
        if start.starts_with("```") {
            skipping = Some("```");
        } else if start.starts_with("<!--") {
            skipping = if line.contains("-->") { None } else { Some("-->") };
        } else {
            reader.line(number, line);
        }
    }
    reader.end_quote();
    reader.document
}

struct Reader<'a> {
    file: &'a Arc<str>,
    found: &'a mut Vec<Diagnostic>,
    document: Document,
    law: Law,
    /// The quote being read.
    quote: Option<(Place, String)>,
}

impl Reader<'_> {
    fn front(&mut self, number: usize, line: &str) {
        if line.trim().is_empty() || line.starts_with('#') {
            return;
        }
        if line.starts_with([' ', '\t', '-'])
            && let Some(last) = self.document.front.last_mut()
            && last.value.is_empty()
        {
            let item = line.trim_start();
            let item = item.strip_prefix('-').unwrap_or(item);
            last.nested.push(written(self.file, number, line, item));
            return;
        }
        match key_value(self.file, number, line, line) {
            Some((key, value)) => {
                let value = unquoted(value);
                self.document.front.push(FrontLine { key, value, nested: Vec::new() });
            }
            None => self.found.push(messages::front_line(Place::new(self.file, number, 1))),
        }
    }

    fn line(&mut self, number: usize, line: &str) {
        let text = line.trim_start();
        if let Some(quoted) = text.strip_prefix('>') {
            self.quoted(number, line, quoted);
        } else if let Some(heading) = text.strip_prefix("###").or_else(|| text.strip_prefix("##"))
            && heading.starts_with([' ', '\t'])
        {
            let heading = written(self.file, number, line, heading.trim_end_matches('#'));
            let place = Place::new(self.file, number, 1);
            self.document.blocks.push(Block { heading, place, options: Vec::new(), grid: None, law: self.law });
        } else if text.starts_with('|') {
            self.table_line(number, line);
        } else if let Some(item) = text.strip_prefix("- ").or_else(|| text.strip_prefix("* "))
            && let Some((key, value)) = key_value(self.file, number, line, item)
            && let Some(block) = self.document.blocks.last_mut()
        {
            block.options.push((key, value));
        }
    }

    fn quoted(&mut self, number: usize, line: &str, quoted: &str) {
        let mut rest = quoted;
        loop {
            let (text, anchor, after) = match rest.split_once("{#").and_then(|(before, tail)| {
                let (anchor, after) = tail.split_once('}')?;
                Some((before, anchor, after))
            }) {
                Some((before, anchor, after)) => (before, Some(anchor.trim().to_owned()), after),
                None => (rest, None, ""),
            };
            let words = text.trim();
            if !words.is_empty() || anchor.is_some() {
                let place = written(self.file, number, line, text).place;
                let (_, so_far) = self.quote.get_or_insert_with(|| (place, String::new()));
                if !so_far.is_empty() && !words.is_empty() {
                    so_far.push('\n');
                }
                so_far.push_str(words);
            }
            match anchor {
                Some(anchor) => self.finish_quote(Some(anchor)),
                None => return,
            }
            rest = after;
        }
    }

    fn end_quote(&mut self) {
        if self.quote.is_some() {
            self.finish_quote(None);
        }
    }

    fn finish_quote(&mut self, anchor: Option<String>) {
        if let Some((place, text)) = self.quote.take() {
            self.document.quotes.push(Quote { anchor, text, place });
            self.law = Some(self.document.quotes.len() - 1);
            if let Some(block) = self.document.blocks.last_mut()
                && block.grid.is_none()
                && block.options.is_empty()
            {
                block.law = self.law;
            }
        }
    }

    fn table_line(&mut self, number: usize, line: &str) {
        let place = Place::new(self.file, number, 1);
        let cells = cells(self.file, number, line);
        let Some(block) = self.document.blocks.last_mut() else {
            return;
        };
        match &mut block.grid {
            None => block.grid = Some(Grid { place, headers: cells, rows: Vec::new() }),
            Some(grid) => {
                let rule =
                    cells.iter().all(|cell| !cell.is_empty() && cell.text.chars().all(|c| matches!(c, '-' | ':')));
                let just_below = grid.rows.is_empty() && grid.place.line + 1 == place.line;
                if rule && just_below && cells.iter().any(|cell| cell.text.len() > 1) {
                    return;
                }
                let next = grid.rows.last().map_or(grid.place.line + 2, |row| row.place.line + 1);
                if next != place.line {
                    self.found.push(if just_below {
                        messages::table_rule(place)
                    } else {
                        messages::second_table(place)
                    });
                } else if cells.len() != grid.headers.len() {
                    self.found.push(messages::cell_count(place, cells.len(), grid.headers.len()));
                } else {
                    grid.rows.push(GridRow { place, cells });
                }
            }
        }
    }
}

/// The trimmed `part` of a `line`, with its place. `part` must be a slice of `line`.
fn written(file: &Arc<str>, number: usize, line: &str, part: &str) -> Written {
    let text = part.trim();
    let start = part.len() - part.trim_start().len();
    let offset = (part.as_ptr() as usize).saturating_sub(line.as_ptr() as usize) + start;
    let column = line.get(..offset).map_or(0, |before| before.chars().count()) + 1;
    Written { text: text.to_owned(), place: Place::new(file, number, column) }
}

/// `key: value`, also with a full-width colon. `part` must be a slice of `line`.
fn key_value(file: &Arc<str>, number: usize, line: &str, part: &str) -> Option<(Written, Written)> {
    let (at, colon) = part.char_indices().find(|(_, c)| matches!(c, ':' | '：'))?;
    let (key, value) = (part.get(..at)?, part.get(at + colon.len_utf8()..)?);
    Some((written(file, number, line, key), unticked(written(file, number, line, value))))
}

/// Cells of a table line; `\|` is a bar.
fn cells(file: &Arc<str>, number: usize, line: &str) -> Vec<Written> {
    let mut cells = Vec::new();
    let mut text = String::new();
    let mut start = 0;
    let mut escaped = false;
    let indent = line.chars().take_while(|c| c.is_whitespace()).count();
    let body = line.trim().strip_prefix('|').unwrap_or("");
    let body = match body.strip_suffix('|') {
        Some(shorter) if !shorter.ends_with('\\') => shorter,
        _ => body,
    };
    let mut push = |text: &mut String, start: usize| {
        let lead = text.chars().take_while(|c| c.is_whitespace()).count();
        let place = Place::new(file, number, indent + 2 + start + lead);
        cells.push(unticked(Written { text: text.trim().to_owned(), place }));
        text.clear();
    };
    for (at, character) in body.chars().enumerate() {
        match character {
            '\\' if !escaped => {
                escaped = true;
                continue;
            }
            '|' if !escaped => {
                push(&mut text, start);
                start = at + 1;
            }
            other => {
                if escaped && other != '|' {
                    text.push('\\');
                }
                text.push(other);
            }
        }
        escaped = false;
    }
    push(&mut text, start);
    cells
}

/// Without the back-quotes of `code`.
fn unticked(mut value: Written) -> Written {
    let inner = value.text.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')).map(str::to_owned);
    if let Some(inner) = inner.filter(|inner| !inner.contains('`')) {
        value.text = inner.trim().to_owned();
        value.place.column += 1;
    }
    value
}

/// Without quotation marks around the whole.
fn unquoted(mut value: Written) -> Written {
    let inner = value.text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).map(str::to_owned);
    if let Some(inner) = inner.filter(|inner| !inner.contains('"')) {
        value.text = inner;
        value.place.column += 1;
    }
    value
}
