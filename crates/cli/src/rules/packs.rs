//! Packs named on the command line, read and compiled together, each for its day; and what the columns of a file of facts are.
//! words: rules-columns-*

use std::path::{Path, PathBuf};

use rulepack::compile::{Program, compile_each};
use rulepack::dictionary::Dictionary;
use rules::files::{FactColumn, FileError, look};
use rules::load::{LoadError, load};

use super::day::Days;
use super::{lang, refused};
use crate::say::{FAILURE, Say, Stop, USAGE};

/// Columns named one by one; the others are left out.
const NAMED: usize = 12;

/// Reads packs; warnings are told.
///
/// # Errors
/// One cannot be used.
pub fn program(names: &[PathBuf], days: &Days, say: &Say) -> Result<Program, Stop> {
    let mut packs = Vec::new();
    for name in names {
        let (pack, warnings) = load(name).map_err(|error| refused(&error, say))?;
        warnings.iter().for_each(|warning| say.note(&warning.text(lang(say))));
        packs.push(pack);
    }
    let program = compile_each(&packs, &Dictionary::shipped(), |pack| days.of(pack))
        .map_err(|found| refused(&LoadError::Pack(found), say))?;
    packs.iter().for_each(|pack| days.tell(pack, say));
    Ok(program)
}

/// Says which columns of a file no fact is called by, and which facts no column has.
///
/// # Errors
/// The file cannot be read.
pub fn tell_columns(file: &Path, facts: &[FactColumn], say: &Say) -> Result<(), Stop> {
    let found = look(file, facts).map_err(|error| stop(&error, say))?;
    let dictionary = Dictionary::shipped();
    let stem = |name: &str| name.split(['(', '（']).next().unwrap_or(name).trim().to_owned();
    let strange: Vec<String> = found
        .strange
        .iter()
        .filter(|name| dictionary.get(&stem(name)).is_none())
        .map(|name| match dictionary.suggest(&stem(name)) {
            Some(near) => say.f("rules-columns-near", &[("name", name), ("near", &near)]),
            None => name.clone(),
        })
        .collect();
    for (key, names) in [("rules-columns-strange", strange), ("rules-columns-absent", found.absent)] {
        if !names.is_empty() {
            let more = if names.len() > NAMED { " …" } else { "" };
            let names = names.into_iter().take(NAMED).collect::<Vec<_>>().join(", ");
            say.note(&say.f(key, &[("names", &format!("{names}{more}"))]));
        }
    }
    Ok(())
}

/// What a person can correct in a file, and what the disk says.
pub fn stop(error: &FileError, say: &Say) -> Stop {
    let code = if matches!(error, FileError::Cell { .. }) { USAGE } else { FAILURE };
    Stop::Said(code, error.text(lang(say)))
}
