//! One pack as one Markdown file: its words become a model, every piece with its place; nothing is resolved here.
//!
//! The reader is line by line and knows no more of Markdown than it needs: front matter, headings of level 2 and 3, list items
//! `- key: value`, pipe tables, block quotes with `{#anchor}`. Everything else is prose for people.

mod front;
mod grid;
pub mod keywords;
mod lines;
mod messages;
mod model;
mod rated;
mod rules;
mod sections;
mod tables;
#[cfg(test)]
mod tests;

pub use model::*;
pub use rules::*;

use sha2::{Digest, Sha256};
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Severity};

/// Gives the rows of a table beside the pack, header first, by the name the pack uses (`name.csv`, `name.xlsx#sheet`), or says in
/// words why it cannot.
pub type SideTables<'a> = &'a mut dyn FnMut(&str) -> Result<Vec<Vec<String>>, String>;

/// For packs without tables beside them.
///
/// # Errors
/// Always.
pub fn no_side_tables(_: &str) -> Result<Vec<Vec<String>>, String> {
    Err("no tables beside the pack".to_owned())
}

/// Reads a pack. What could be read is in the model even if some of it was wrong; a model with an error among the diagnostics must
/// not be compiled.
pub fn read(file: &str, text: &str, side: SideTables<'_>) -> (Pack, Vec<Diagnostic>) {
    let file: Arc<str> = Arc::from(file);
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut found = Vec::new();
    let mut document = lines::document(&file, text, &mut found);
    let mut hash = Sha256::new();
    for line in text.trim_end().lines() {
        hash.update(line.trim_end());
        hash.update(b"\n");
    }
    sections::attach_side_tables(&mut document, side, &mut hash, &mut found);
    let mut pack = Pack { file: file.clone(), ..Pack::default() };
    front::read(&document.front, &mut pack, &mut found);
    pack.quotes = std::mem::take(&mut document.quotes);
    sections::read(document.blocks, &mut pack, &mut found);
    pack.hash = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    found.sort_by(|a, b| a.place.cmp(&b.place));
    (pack, found)
}

/// Reads a pack that must be without errors.
///
/// # Errors
/// All diagnostics, if one of them is an error.
pub fn read_whole(file: &str, text: &str, side: SideTables<'_>) -> Result<Pack, Vec<Diagnostic>> {
    let (pack, found) = read(file, text, side);
    if found.iter().any(|one| one.severity == Severity::Error) { Err(found) } else { Ok(pack) }
}

impl Pack {
    /// The quote a section rests on.
    pub fn law(&self, law: Law) -> Option<&Quote> {
        law.and_then(|at| self.quotes.get(at))
    }
}
