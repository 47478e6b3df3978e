//! `cargo xtask tidy`: the rules of the house that no compiler checks, each finding with file, line and remedy.

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
    for file in &files {
        let Some(content) = run::read(file) else { continue };
        found.extend(text::check(file, &content));
        if file.ends_with(".rs") {
            found.extend(rust::check(file, &Source::read(&content)));
        }
        if file.ends_with(".html") && file.contains("/templates/") {
            found.extend(templates::check(file, &content));
        }
    }
    Ok(found)
}
