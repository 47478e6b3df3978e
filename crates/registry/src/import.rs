//! Bringing in lists from spreadsheets, of enterprises and of facts about them: everything that is wrong is told with its
//! place, and nothing is written unless nothing is wrong. Lists grow to a whole city, so rows are streamed, twice: once to
//! check, once to write.

mod columns;
mod fact_columns;
mod fact_pass;
pub mod job;
mod match_words;
mod pass;
mod report;
mod rows;

pub use columns::Column;
pub use fact_pass::Given;
pub use report::{Problem, Report};

use std::path::Path;

use chrono::{DateTime, NaiveDate, Utc};
use db::{Conn, Db, Tx};
use events::{ListEvent, ListImported};
use identity::{Action, Actor, Change, Done};
use kernel::{Clock, Random, Result};
use serde_json::{Map, Value};

use crate::keep::place;
use fact_pass::FactPass;
use pass::Pass;
use rows::{Found, Header, Row, Rows};

/// What the person who imports enterprises decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Take credit codes whose last character does not fit, with a warning. Without it they are errors.
    pub override_code_check: bool,
}

/// Told the number of rows checked so far, a few times a second at most.
pub type Progress<'a> = &'a (dyn Fn(u64) + Send + Sync);

/// A kind of list: how its rows are judged and written. One of it walks along one file.
pub(crate) trait List: Sized + Send {
    type Header: Header;
    /// What a good row comes to.
    type Ready: Send;
    type Options: Sync;

    /// Who may bring such a list in.
    const ACTION: &'static Action;
    /// What the audit calls it.
    const DONE: &'static str;
    /// What others hear of it.
    const TOLD: ListEvent;

    fn begin(conn: &mut Conn, options: &Self::Options, today: NaiveDate) -> impl Future<Output = Result<Self>> + Send;

    /// Judges some rows: each by itself, against the rows before it and against the register. Returns what changes the register.
    fn check(
        &mut self,
        conn: &mut Conn,
        rows: Vec<Row<Self::Header>>,
    ) -> impl Future<Output = Result<Vec<Self::Ready>>> + Send;

    /// Writes what was checked in this transaction.
    fn write(
        tx: &mut Tx,
        random: &dyn Random,
        now: DateTime<Utc>,
        ready: Vec<Self::Ready>,
    ) -> impl Future<Output = Result<()>> + Send;

    /// What the audit says of the file besides its name and how many rows it brought.
    fn told(options: &Self::Options) -> Map<String, Value>;

    /// What is due after many rows.
    fn settle(tx: &mut Tx) -> impl Future<Output = Result<()>> + Send;

    fn so_far(&self) -> &Report;

    /// What was found, at the end.
    fn report(self, found: &Found<Self::Header>) -> Report;
}

/// Checks a file against itself and the register, writing nothing.
///
/// What the file is, is told by what stands in it.
///
/// # Errors
/// Those of [`sheets::read`]; `import-too-many-rows`; `import-header` when no sheet has the columns that are needed.
pub async fn examine(db: &Db, path: &Path, options: Options, progress: Progress<'_>) -> Result<Report> {
    // A list of enterprises names no days.
    examined::<Pass>(db, path, &options, NaiveDate::default(), progress).await
}

/// The same for a file of facts.
///
/// # Errors
/// As [`examine`].
pub async fn examine_facts(
    db: &Db,
    clock: &dyn Clock,
    path: &Path,
    given: &Given,
    progress: Progress<'_>,
) -> Result<Report> {
    examined::<FactPass>(db, path, given, clock.today(), progress).await
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
    imported::<Pass>(db, clock, random, path, name, &options, progress, actor).await
}

/// The same for facts about enterprises that are entered already. A report counts facts, not rows, as new and changed.
///
/// # Errors
/// As [`import_enterprises`].
#[allow(clippy::too_many_arguments, reason = "what an import needs, each of another kind")]
pub async fn import_facts(
    db: &Db,
    clock: &dyn Clock,
    random: &dyn Random,
    path: &Path,
    name: &str,
    given: &Given,
    progress: Progress<'_>,
    actor: &Actor,
) -> Result<Report> {
    imported::<FactPass>(db, clock, random, path, name, given, progress, actor).await
}

async fn examined<L: List>(
    db: &Db,
    path: &Path,
    options: &L::Options,
    today: NaiveDate,
    progress: Progress<'_>,
) -> Result<Report> {
    let mut conn = db.read().await?;
    let mut list = L::begin(&mut conn, options, today).await?;
    let mut rows = Rows::open(path);
    while let Some(chunk) = rows.next().await? {
        list.check(&mut conn, chunk).await?;
        progress(list.so_far().rows);
    }
    Ok(list.report(rows.found()))
}

#[allow(clippy::too_many_arguments, reason = "what an import needs, each of another kind")]
async fn imported<L: List>(
    db: &Db,
    clock: &dyn Clock,
    random: &dyn Random,
    path: &Path,
    name: &str,
    options: &L::Options,
    progress: Progress<'_>,
    actor: &Actor,
) -> Result<Report> {
    let checked = examined::<L>(db, path, options, clock.today(), progress).await?;
    if checked.errors_total > 0 || checked.added + checked.changed == 0 {
        return Ok(checked);
    }
    let mut change = Change::begin(db, clock, random, actor).await?;
    let county = place(&mut change, None).await?;
    change.require(L::ACTION, &county)?;
    let mut list = L::begin(&mut change, options, clock.today()).await?;
    let mut rows = Rows::open(path);
    let now = change.at();
    while let Some(chunk) = rows.next().await? {
        let ready = list.check(&mut change, chunk).await?;
        if list.so_far().errors_total > 0 {
            break;
        }
        L::write(&mut change, random, now, ready).await?;
    }
    let written = list.report(rows.found());
    if written.errors_total > 0 {
        // Somebody changed the register between checking and writing.
        change.leave().await;
        return Ok(written);
    }
    L::settle(&mut change).await?;
    let mut detail = L::told(options);
    detail.insert("file".to_owned(), name.into());
    for (key, n) in [("rows", written.rows), ("added", written.added), ("changed", written.changed)] {
        detail.insert(key.to_owned(), n.into());
    }
    let detail = Value::Object(detail);
    let done = Done { action: L::DONE, resource: "enterprise", resource_id: String::new(), detail };
    let told = ListImported { event: L::TOLD, rows: written.rows, added: written.added, changed: written.changed };
    change.done(done, &told).await?;
    Ok(Report { written: true, warnings: checked.warnings, warnings_total: checked.warnings_total, ..written })
}

#[cfg(test)]
mod case_tests;
#[cfg(test)]
mod fact_tests;
#[cfg(test)]
mod tests;
