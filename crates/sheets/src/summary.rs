//! What a report says of a file besides its rows: what was read, what was left out, and why.

use serde::{Deserialize, Serialize};

use crate::list::{Told, Why};

/// A row by its sheet, which is empty in a text, and its number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub sheet: String,
    pub row: u32,
}

/// See the module.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Summary {
    /// Sheets that were read.
    pub read: Vec<String>,
    /// Sheets nobody sees, left out.
    pub hidden: Vec<String>,
    /// Sheets without a header that is understood, left out.
    pub no_header: Vec<String>,
    /// Titles of columns that mean nothing here.
    pub unused: Vec<String>,
    /// Rows that were read although they are hidden.
    pub hidden_rows: u64,
    /// Rows that sum up others, left out.
    pub totals: Vec<Place>,
    /// Whether their sums were compared with the rows above.
    pub totals_checked: bool,
    /// Lines that are no rows of the list, left out.
    pub notes: Vec<Place>,
}

/// A sentence: the key of its text, and what it names.
pub type Sentence = (&'static str, Vec<(&'static str, String)>);

/// So many titles and rows are named.
const MOST: usize = 50;

impl Summary {
    /// Of what was read. Columns and totals are known to the importer alone.
    pub fn of<H>(told: &Told<H>) -> Summary {
        let mut read: Vec<String> = Vec::new();
        for (sheet, ..) in told.headers.iter().filter(|(sheet, ..)| !sheet.is_empty()) {
            read.push(sheet.to_string());
        }
        Summary {
            read,
            hidden: told.left_out(Why::Hidden),
            no_header: told.left_out(Why::NoHeader),
            hidden_rows: told.hidden_rows,
            notes: told.notes.iter().map(|(sheet, row)| Place { sheet: sheet.to_string(), row: *row }).collect(),
            ..Summary::default()
        }
    }

    /// Adds titles of columns that are not used, each once.
    pub fn add_unused<'t>(&mut self, titles: impl IntoIterator<Item = &'t str>) {
        for title in titles {
            if self.unused.len() < MOST && !self.unused.iter().any(|known| known == title) {
                self.unused.push(title.to_owned());
            }
        }
    }

    /// What people are told, sentence by sentence.
    pub fn said(&self) -> Vec<Sentence> {
        let names = |all: &[String]| all.join("、");
        let rows = |all: &[Place]| {
            let rows = all.iter().take(MOST).map(|place| match place.sheet.as_str() {
                // Of one sheet the number says enough.
                _ if self.read.len() < 2 => place.row.to_string(),
                sheet => format!("{sheet}!{}", place.row),
            });
            rows.collect::<Vec<_>>().join("、")
        };
        let mut all: Vec<Sentence> = Vec::new();
        if !self.read.is_empty() {
            all.push(("sheet-said-read", vec![("sheets", names(&self.read))]));
        }
        if !self.hidden.is_empty() {
            all.push(("sheet-said-hidden", vec![("sheets", names(&self.hidden))]));
        }
        if !self.no_header.is_empty() {
            all.push(("sheet-said-no-header", vec![("sheets", names(&self.no_header))]));
        }
        if !self.unused.is_empty() {
            all.push(("sheet-said-unused", vec![("columns", names(&self.unused))]));
        }
        if self.hidden_rows > 0 {
            all.push(("sheet-said-hidden-rows", vec![("n", self.hidden_rows.to_string())]));
        }
        if !self.totals.is_empty() {
            let key = if self.totals_checked { "sheet-said-totals-checked" } else { "sheet-said-totals" };
            all.push((key, vec![("rows", rows(&self.totals))]));
        }
        if !self.notes.is_empty() {
            all.push(("sheet-said-notes", vec![("rows", rows(&self.notes))]));
        }
        all
    }
}
