//! `cargo xtask tidy`: the rules of the house that no compiler checks, each finding with file, line and remedy.

mod changes;
mod owners;
mod rust;
pub mod source;
mod templates;
mod text;

use crate::house::Finding;
use crate::run::{self, Res};
use source::Source;

/// Checks every file of the project.
///
/// # Errors
/// The files cannot be listed.
pub fn check() -> Res<Vec<Finding>> {
    let files = run::project_files()?;
    let mut found = text::whole_project(&files);
    found.extend(owners::check(&files)?);
    let mut changes = changes::Changes::read()?;
    for file in &files {
        let Some(content) = run::read(file) else { continue };
        found.extend(text::check(file, &content));
        if file.ends_with(".rs") {
            let source = Source::read(&content);
            found.extend(rust::check(file, &source));
            found.extend(changes.check(file, &source));
        }
        if file.ends_with(".html") && file.contains("/templates/") {
            found.extend(templates::check(file, &content));
        }
    }
    found.extend(changes.rest());
    Ok(found)
}
