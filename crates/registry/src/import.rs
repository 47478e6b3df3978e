//! Bringing in a list of enterprises from a spreadsheet: everything that is wrong is told with its place, and nothing is
//! written unless nothing is wrong. Lists grow to a whole city, so rows are streamed, twice: once to check, once to write.

mod columns;
mod csv_file;
pub mod job;
mod match_words;
mod pass;
mod report;
mod rows;
mod workbook;

pub use columns::Column;
pub use report::{Problem, Report};

use std::path::Path;

use db::Db;
use identity::{Actor, Entry, require};
use kernel::{Clock, Random, Result};
use serde_json::json;

use crate::access;
use crate::keep::place;
use crate::store;
use pass::Pass;
use rows::Rows;

/// What the person who imports decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Take credit codes whose last character does not fit, with a warning. Without it they are errors.
    pub override_code_check: bool,
}

/// Told the number of rows checked so far, a few times a second at most.
pub type Progress<'a> = &'a (dyn Fn(u64) + Send + Sync);

/// Checks a file against itself and the register, writing nothing.
///
/// `name` is what the person called the file: its ending says what it is.
///
/// # Errors
/// `import-kind` for a file that is no spreadsheet, `import-unreadable` for text, those of [`web::workbook::Workbook::open`] for
/// workbooks, `import-too-many-rows`, `import-header` when no sheet has the columns that are needed.
pub async fn examine(db: &Db, path: &Path, name: &str, options: Options, progress: Progress<'_>) -> Result<Report> {
    let mut conn = db.read().await?;
    let mut pass = Pass::new(&mut conn, options).await?;
    let mut rows = Rows::open(path, name);
    while let Some(chunk) = rows.next().await? {
        pass.check(&mut conn, chunk).await?;
        progress(pass.rows());
    }
    Ok(pass.report(rows.found()))
}

/// Brings a file in: all of it or, when anything is wrong, nothing.
///
/// # Errors
/// As [`examine`]; `forbidden`. What is wrong with rows stands in the report, whose `written` is then false.
#[allow(clippy::too_many_arguments, reason = "what an import needs, each of another kind")]
pub async fn import_enterprises(
    db: &Db,
    clock: &dyn Clock,
    random: &dyn Random,
    path: &Path,
    name: &str,
    options: Options,
    progress: Progress<'_>,
    actor: &Actor,
) -> Result<Report> {
    let checked = examine(db, path, name, options, progress).await?;
    if checked.errors_total > 0 || checked.added + checked.changed == 0 {
        return Ok(checked);
    }
    let mut tx = db.begin().await?;
    require(actor, &access::IMPORT, &place(&mut tx, None).await?)?;
    let mut pass = Pass::new(&mut tx, options).await?;
    let mut rows = Rows::open(path, name);
    let now = clock.now();
    while let Some(chunk) = rows.next().await? {
        let ready = pass.check(&mut tx, chunk).await?;
        if pass.wrong() {
            break;
        }
        pass::write(&mut tx, random, now, ready).await?;
    }
    let written = pass.report(rows.found());
    if written.errors_total > 0 {
        // Somebody changed the register between checking and writing.
        tx.rollback().await;
        return Ok(written);
    }
    store::refresh_plans(&mut tx).await?;
    let entry = Entry {
        at: now,
        actor,
        action: "import",
        resource: "enterprise",
        resource_id: String::new(),
        detail: json!({ "rows": written.rows, "added": written.added, "changed": written.changed }),
    };
    identity::record(&mut tx, entry).await?;
    tx.commit().await?;
    Ok(Report { written: true, warnings: checked.warnings, warnings_total: checked.warnings_total, ..written })
}

#[cfg(test)]
mod tests;
