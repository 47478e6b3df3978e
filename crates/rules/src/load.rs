//! Packs from disk, with the tables beside them, or by code from those shipped with the program.

use std::path::Path;

use rulepack::diagnostic::{Diagnostic, Lang, Severity, Words};
use rulepack::pack::{self, Pack};

use crate::files::FileError;
use crate::{library, side};

/// Why a pack cannot be used.
#[derive(Clone, Debug)]
pub enum LoadError {
    File(FileError),
    /// What its author has to correct, with warnings among it.
    Pack(Vec<Diagnostic>),
}

impl LoadError {
    /// For people, in their language; several lines.
    pub fn text(&self, lang: Lang) -> String {
        match self {
            Self::File(error) => error.text(lang),
            Self::Pack(found) => found.iter().map(|one| one.text(lang)).collect::<Vec<_>>().join("\n"),
        }
    }
}

/// Reads a pack: a file, or if there is none of that name, the shipped pack of that code. Warnings come along.
///
/// # Errors
/// There is no such pack, it cannot be read, or its author has something to correct.
pub fn load(name: &Path) -> Result<(Pack, Vec<Diagnostic>), LoadError> {
    let checked = |(pack, found): (Pack, Vec<Diagnostic>)| {
        if found.iter().any(|one| one.severity == Severity::Error) {
            Err(LoadError::Pack(found))
        } else {
            Ok((pack, found))
        }
    };
    if !name.exists()
        && let Some(shipped) = library::shipped().iter().find(|shipped| Path::new(shipped.code) == name)
    {
        return checked(pack::read(shipped.file, shipped.text, &mut library::side));
    }
    let text = std::fs::read(name).map_err(|error| LoadError::File(FileError::technical(name, error)))?;
    let text = String::from_utf8(text).map_err(|_| {
        let what = Words::new("规则包不是 UTF-8 编码的文本", "the pack is not text in UTF-8");
        LoadError::File(FileError::file(name, what))
    })?;
    let folder = name.parent().unwrap_or(Path::new("")).to_owned();
    let file = crate::files::file_name(name);
    checked(pack::read(&file, &text, &mut |table| side_table(&folder, table)))
}

/// The rows of `name.csv` or `name.xlsx#sheet` beside a pack; no other folder is read.
fn side_table(folder: &Path, table: &str) -> Result<Vec<Vec<String>>, String> {
    let file = table.split('#').next().unwrap_or(table);
    if Path::new(file).file_name().is_none_or(|name| name != file) {
        return Err(format!("{file}: only a file beside the pack"));
    }
    let bytes = std::fs::read(folder.join(file)).map_err(|error| error.to_string())?;
    side::rows(table, &bytes)
}
