//! Sections by their headings: `## 判定表 企业规模 size_class（首个）`.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::grid::Columns;
use super::keywords::{self as words, SectionKind};
use super::lines::{Block, Document, Grid, GridRow};
use super::model::{Definition, FactRow, Heading, Law, Pack, ParameterRow, ValueRow, Values, Written};
use super::{front, messages, rated, tables};
use crate::diagnostic::{Diagnostic, Place};
use crate::suggest::nearest;

/// A section being read.
pub struct Section {
    pub kind: SectionKind,
    pub heading: Heading,
    /// What stands in the parentheses of the heading.
    pub mode: Option<Written>,
    pub options: Vec<(&'static str, Written)>,
    pub grid: Option<Grid>,
}

impl Section {
    /// An option that is given and not empty.
    pub fn option(&self, key: &str) -> Option<Written> {
        self.options.iter().find(|(own, _)| *own == key).map(|(_, value)| value.clone())
    }

    /// All options of this key.
    pub fn all<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a Written> {
        self.options.iter().filter(move |(own, _)| *own == key).map(|(_, value)| value)
    }

    /// The table, which must be there.
    pub fn table(&self, found: &mut Vec<Diagnostic>) -> Option<&Grid> {
        if self.grid.is_none() {
            found.push(messages::no_table(self.heading.place.clone()));
        }
        self.grid.as_ref()
    }
}

/// Puts the tables that lie beside the pack where the sections name them.
pub fn attach_side_tables(
    document: &mut Document,
    side: super::SideTables<'_>,
    hash: &mut Sha256,
    found: &mut Vec<Diagnostic>,
) {
    let file_words: &[words::Word<()>] = &[words::Word((), &["文件", "file"])];
    for block in &mut document.blocks {
        let Some((_, name)) = block.options.iter().find(|(key, _)| words::find(file_words, &key.text).is_some()) else {
            continue;
        };
        match side(&name.text) {
            Err(why) => found.push(messages::side_table(name.place.clone(), &name.text, &why)),
            Ok(rows) => {
                for cell in rows.iter().flat_map(|row| row.iter().map(Some).chain([None])) {
                    let text = cell.map_or("\n", String::as_str);
                    hash.update((text.len() as u64).to_le_bytes());
                    hash.update(text);
                }
                if block.grid.is_some() {
                    found.push(messages::second_table(name.place.clone()));
                }
                block.grid = side_grid(&name.text, rows, found);
            }
        }
    }
}

fn side_grid(name: &str, rows: Vec<Vec<String>>, found: &mut Vec<Diagnostic>) -> Option<Grid> {
    let file: Arc<str> = Arc::from(name);
    let mut rows = rows.into_iter().enumerate().map(|(at, cells)| {
        let place = Place::cell(&file, at + 1, 1);
        let cell = |(column, text): (usize, String)| Written {
            text: text.trim().to_owned(),
            place: Place::cell(&file, at + 1, column + 1),
        };
        (place, cells.into_iter().enumerate().map(cell).collect::<Vec<_>>())
    });
    let (place, headers) = rows.next()?;
    let mut grid = Grid { place, headers, rows: Vec::new() };
    for (place, mut cells) in rows {
        if cells.iter().all(Written::is_empty) {
            continue;
        }
        // Spreadsheets drop empty cells at the end of a row.
        while cells.len() < grid.headers.len() {
            let place = Place::cell(&file, place.line as usize, cells.len() + 1);
            cells.push(Written { text: String::new(), place });
        }
        if cells.len() == grid.headers.len() {
            grid.rows.push(GridRow { place, cells });
        } else {
            found.push(messages::cell_count(place, cells.len(), grid.headers.len()));
        }
    }
    Some(grid)
}

/// Reads all sections into the pack.
pub fn read(blocks: Vec<Block>, pack: &mut Pack, found: &mut Vec<Diagnostic>) {
    for block in blocks {
        let Some(section) = section(block, pack, found) else {
            continue;
        };
        match section.kind {
            SectionKind::Values => values(&section, pack, found),
            SectionKind::Facts => facts(&section, pack, found),
            SectionKind::Parameters => parameters(&section, pack, found),
            SectionKind::Definitions => definitions(&section, pack, found),
            SectionKind::Table => tables::table(&section, pack, found),
            SectionKind::Scale => tables::scale(&section, pack, found),
            SectionKind::Amount => rated::amount(&section, pack, found),
            SectionKind::Score => rated::score(&section, pack, found),
            SectionKind::Classes => rated::classes(&section, pack, found),
            SectionKind::Examples => tables::examples(&section, pack, found),
        }
    }
}

fn section(block: Block, pack: &Pack, found: &mut Vec<Diagnostic>) -> Option<Section> {
    let after = |rest: &str| rest.is_empty() || rest.starts_with([' ', '\t', '（', '(', '\u{3000}']);
    let start = words::starts(words::SECTIONS, &block.heading.text).filter(|(_, rest)| after(rest));
    let Some((kind, rest)) = start else {
        // Prose may stand under any heading, but a table under one nobody knows is a slip.
        if block.grid.is_some() {
            let word = block.heading.text.split([' ', '（', '(']).next().unwrap_or("");
            let near = nearest(word, words::SECTIONS.iter().flat_map(|word| word.1.iter().copied()));
            let known = words::forms(words::SECTIONS);
            let place = block.heading.place;
            found.push(messages::unknown_word("unknown-section", ("章节", "section"), word, near, &known, place));
        }
        return None;
    };
    let name = front::part(&block.heading, block.heading.text.len() - rest.len(), block.heading.text.len());
    let (name, mode) = split_mode(&name);
    let (name, code) = split_code(&name);
    let mut heading = Heading { name, code, english: None, place: block.place, law: block.law };
    let mut options = Vec::new();
    let known = words::options(kind);
    for (key, value) in block.options {
        let own = known.iter().find(|word| words::is(word.1, &key.text)).map(|word| word.0);
        let Some(own) = own else {
            let near = nearest(&key.text, known.iter().flat_map(|word| word.1.iter().copied()));
            let forms: Vec<&str> = known.iter().filter_map(|word| word.1.first().copied()).collect();
            found.push(messages::unknown_word(
                "unknown-option",
                ("选项", "option"),
                &key.text,
                near,
                &forms.join("、"),
                key.place,
            ));
            continue;
        };
        let law = matches!(own, "basis" | "by") && value.text.starts_with('#');
        if value.is_empty() {
            found.push(messages::absent(value.place, &key.text, &key.text));
        } else if law {
            heading.law = anchor(&value, pack, found);
        } else {
            if options.iter().any(|(other, _)| *other == own)
                && !matches!(own, "veto" | "protect" | "unrated" | "then" | "note")
            {
                found.push(messages::twice(key.place, &key.text));
            }
            options.push((own, value));
        }
    }
    heading.english = options.iter().find(|(key, _)| *key == "english").map(|(_, value)| value.clone());
    Some(Section { kind, heading, mode, options, grid: block.grid })
}

fn anchor(value: &Written, pack: &Pack, found: &mut Vec<Diagnostic>) -> Law {
    let name = value.text.trim_start_matches('#');
    let anchors = || pack.quotes.iter().filter_map(|quote| quote.anchor.as_deref());
    let law = pack.quotes.iter().position(|quote| quote.anchor.as_deref() == Some(name));
    if law.is_none() {
        found.push(messages::unknown_anchor(value.place.clone(), name, nearest(name, anchors())));
    }
    law
}

/// `企业规模 size_class（首个）` → `企业规模 size_class` and `首个`.
fn split_mode(name: &Written) -> (Written, Option<Written>) {
    let text = &name.text;
    let close = text.strip_suffix('）').or_else(|| text.strip_suffix(')')).map(str::len);
    match (close, text.rfind(['（', '('])) {
        (Some(close), Some(open)) => {
            let width = if text.get(open..).is_some_and(|rest| rest.starts_with('（')) { '（'.len_utf8() } else { 1 };
            (front::part(name, 0, open), Some(front::part(name, open + width, close)))
        }
        _ => (name.clone(), None),
    }
}

/// `企业规模 size_class` → `企业规模` and `size_class`; a name alone is its own code.
pub fn split_code(name: &Written) -> (Written, String) {
    let is_code = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
            && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.'))
    };
    match name.text.rsplit_once([' ', '\u{3000}']) {
        Some((first, code)) if is_code(code) => (front::part(name, 0, first.len()), code.to_owned()),
        _ => (name.clone(), name.text.clone()),
    }
}

fn values(section: &Section, pack: &mut Pack, found: &mut Vec<Diagnostic>) {
    named(section, found);
    let Some(grid) = section.table(found) else { return };
    let columns = Columns::of(grid, section.kind, found);
    let mut rows = Vec::new();
    for (_, row) in columns.rows() {
        if let Some(code) = columns.needed(row, "code", section.kind, found) {
            rows.push(ValueRow { code, name: columns.cell(row, "name"), english: columns.cell(row, "english") });
        }
    }
    pack.values.push(Values { heading: section.heading.clone(), rows });
}

fn facts(section: &Section, pack: &mut Pack, found: &mut Vec<Diagnostic>) {
    let Some(grid) = section.table(found) else { return };
    let columns = Columns::of(grid, section.kind, found);
    for (_, row) in columns.rows() {
        let cell = |key: &str| columns.cell(row, key);
        let Some(code) = columns.needed(row, "code", section.kind, found) else { continue };
        pack.facts.push(FactRow {
            code,
            name: cell("name"),
            english: cell("english"),
            kind: cell("kind"),
            unit: cell("unit"),
            digits: cell("digits"),
            range: cell("range"),
            values: cell("values"),
            period: cell("period"),
            source: cell("source"),
            changeable: cell("changeable"),
        });
    }
}

fn parameters(section: &Section, pack: &mut Pack, found: &mut Vec<Diagnostic>) {
    let Some(grid) = section.table(found) else { return };
    let columns = Columns::of(grid, section.kind, found);
    for (_, row) in columns.rows() {
        let name = columns.needed(row, "name", section.kind, found);
        let value = columns.needed(row, "value", section.kind, found);
        let (Some(name), Some(value)) = (name, value) else { continue };
        let mut day = |key: &str| columns.cell(row, key).and_then(|cell| front::date(&cell, found));
        let (from, to) = (day("from"), day("to"));
        if let (Some(from), Some(to), Some(cell)) = (from, to, columns.cell(row, "to"))
            && to < from
        {
            found.push(messages::order_of_dates(cell.place));
        }
        pack.parameters.push(ParameterRow {
            unpublished: words::is(words::UNPUBLISHED, &value.text),
            name,
            english: columns.cell(row, "english"),
            code: columns.cell(row, "code"),
            unit: columns.cell(row, "unit"),
            from,
            to,
            value,
            law: row_law(section, columns.cell(row, "basis").as_ref(), pack, found),
            basis: columns.cell(row, "basis"),
        });
    }
}

/// The passage a row names (`#anchor`), or that of its section.
fn row_law(section: &Section, basis: Option<&Written>, pack: &Pack, found: &mut Vec<Diagnostic>) -> Law {
    match basis.filter(|basis| basis.text.starts_with('#')) {
        Some(basis) => anchor(basis, pack, found),
        None => section.heading.law,
    }
}

fn definitions(section: &Section, pack: &mut Pack, found: &mut Vec<Diagnostic>) {
    let Some(grid) = section.table(found) else { return };
    let columns = Columns::of(grid, section.kind, found);
    for (_, row) in columns.rows() {
        let name = columns.needed(row, "name", section.kind, found);
        let expression = columns.needed(row, "expression", section.kind, found);
        let (Some(name), Some(expression)) = (name, expression) else { continue };
        pack.definitions.push(Definition {
            name,
            english: columns.cell(row, "english"),
            code: columns.cell(row, "code"),
            expression,
            unit: columns.cell(row, "unit"),
            law: row_law(section, columns.cell(row, "basis").as_ref(), pack, found),
            basis: columns.cell(row, "basis"),
            note: columns.cell(row, "note"),
        });
    }
}

/// Tells, if a section that must have a name has none.
pub fn named(section: &Section, found: &mut Vec<Diagnostic>) {
    if section.heading.name.is_empty() {
        found.push(messages::no_name(section.heading.place.clone()));
    }
}
