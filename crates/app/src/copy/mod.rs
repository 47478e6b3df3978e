//! Copies a whole installation from one database to another of either engine, in one transaction, and checks the copy.

mod plan;
mod store;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use db::{Conn, Db, Migration, Tx};
use identity::Verdict;
use kernel::{Clock, Error, Result};

use plan::Table;

/// Rows that one statement carries; fewer for wide tables.
const CHUNK: usize = 500;
/// Parameters that one statement may have; SQLite's limit is 32,766.
const PARAMETERS: usize = 30_000;
/// Documents of a full-text table that one statement carries.
const DOCUMENTS: usize = 200;
/// The one table in which a database without any data has a row.
const SEEDED: &str = "audit_head";

/// What is told while copying.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    pub table: &'a str,
    pub done: u64,
    pub total: u64,
}

/// What was copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    pub tables: usize,
    pub rows: u64,
    /// The audit chain as it was found in the copy, the same as in the source.
    pub audit: Verdict,
}

/// Copies everything from `source` to `target`, whose schema is made if need be. `replace` empties the target first.
///
/// The source is read as of one moment and may go on being used. Nothing is kept in the target unless all of it was
/// copied and checked: rows counted table by table, the audit chain walked on both sides.
///
/// # Errors
/// `database-older` or `database-newer` for a source of another version, `target-not-empty`, `copy-differs` naming the
/// table.
pub async fn copy(
    source: &Db,
    target: &Db,
    steps: &[Migration],
    clock: &dyn Clock,
    replace: bool,
    progress: &mut (dyn FnMut(Progress<'_>) + Send),
) -> Result<Copied> {
    if source.pending(steps).await? > 0 {
        return Err(Error::conflict("database-older"));
    }
    target.migrate(steps, clock).await?;
    let mut from = source.read().await?;
    from.script(crate::history::snapshot(source.engine())).await?;
    let copied = copy_snapshot(&mut from, target, replace, progress).await;
    // A read transaction that fails to end goes with its connection.
    let _ = from.script("ROLLBACK").await;
    copied
}

async fn copy_snapshot(
    from: &mut Conn,
    target: &Db,
    replace: bool,
    progress: &mut (dyn FnMut(Progress<'_>) + Send),
) -> Result<Copied> {
    let mut to = target.begin().await?;
    let (here, search) = store::catalogue(from).await?;
    let (there, _) = store::catalogue(&mut to).await?;
    let mut tables = plan::in_order(with_the_finer_kinds(here, &there)?)?;
    tables.retain(|table| table.name != store::VERSIONS);
    if !replace {
        for table in tables.iter().filter(|table| table.name != SEEDED) {
            if store::has_rows(&mut to, &table.name).await? {
                return Err(Error::conflict("target-not-empty").arg("table", &table.name));
            }
        }
    }
    for name in search.iter().chain(tables.iter().rev().map(|table| &table.name)) {
        store::empty(&mut to, name).await?;
    }
    let mut rows = 0;
    for table in &tables {
        rows += copy_table(from, &mut to, table, progress).await?;
    }
    for name in &search {
        copy_search(from, &mut to, name, progress).await?;
    }
    let audit = check(from, &mut to, &tables).await?;
    to.commit().await?;
    Ok(Copied { tables: tables.len(), rows, audit })
}

/// PostgreSQL tells an id from other bytes and an instant from other text, SQLite does not: its word counts if it is there.
fn with_the_finer_kinds(mut here: Vec<Table>, there: &[Table]) -> Result<Vec<Table>> {
    let names = |tables: &[Table]| tables.iter().map(|table| table.name.clone()).collect::<BTreeSet<_>>();
    if let Some(only) = names(&here).symmetric_difference(&names(there)).next() {
        return Err(Error::conflict("copy-differs").arg("table", only));
    }
    for table in &mut here {
        let other = there.iter().find(|other| other.name == table.name);
        for column in &mut table.columns {
            let found = other.and_then(|other| other.columns.iter().find(|c| c.name == column.name));
            let found = found.ok_or_else(|| Error::conflict("copy-differs").arg("table", &table.name))?;
            if matches!(column.kind, plan::Kind::Bytes | plan::Kind::Text) {
                column.kind = found.kind;
            }
        }
    }
    Ok(here)
}

async fn copy_table(
    from: &mut Conn,
    to: &mut Tx,
    table: &Table,
    progress: &mut (dyn FnMut(Progress<'_>) + Send),
) -> Result<u64> {
    let total = u64::try_from(store::count(from, &table.name).await?).unwrap_or(0);
    let chunk = CHUNK.min(PARAMETERS / table.columns.len().max(1)).max(1);
    let mut done = 0;
    let named = |error: Error| error.arg("table", &table.name);
    if let Some((child, parent)) = table.own_link() {
        let mut all = Vec::new();
        store::read(from, table, chunk, async |rows| {
            all.extend(rows);
            Ok(())
        })
        .await?;
        done = all.len() as u64;
        let mut rows = plan::parents_first(all, child, parent).into_iter().peekable();
        while rows.peek().is_some() {
            store::write(to, table, rows.by_ref().take(chunk).collect()).await.map_err(named)?;
        }
    } else {
        store::read(from, table, chunk, async |rows| {
            done += rows.len() as u64;
            store::write(to, table, rows).await.map_err(named)?;
            progress(Progress { table: &table.name, done, total });
            Ok(())
        })
        .await?;
    }
    progress(Progress { table: &table.name, done, total });
    Ok(done)
}

/// Full-text tables hold no text, only an index of words; it is read back word by word and built anew.
async fn copy_search(
    from: &mut Conn,
    to: &mut Tx,
    name: &str,
    progress: &mut (dyn FnMut(Progress<'_>) + Send),
) -> Result<()> {
    let mut waiting = Vec::with_capacity(DOCUMENTS);
    let mut done = 0;
    store::read_search(from, name, async |row, words| {
        waiting.push((row, words));
        if waiting.len() == DOCUMENTS {
            done += DOCUMENTS as u64;
            store::write_search(to, name, std::mem::take(&mut waiting)).await?;
            progress(Progress { table: name, done, total: 0 });
        }
        Ok(())
    })
    .await?;
    done += waiting.len() as u64;
    if !waiting.is_empty() {
        store::write_search(to, name, waiting).await?;
    }
    progress(Progress { table: name, done, total: done });
    Ok(())
}

/// Counts every table and walks the audit chain on both sides.
async fn check(from: &mut Conn, to: &mut Tx, tables: &[Table]) -> Result<Verdict> {
    for table in tables {
        let (here, there) = (store::count(from, &table.name).await?, store::count(to, &table.name).await?);
        if here != there {
            return Err(Error::conflict("copy-differs").arg("table", &table.name));
        }
    }
    let (here, there) = (identity::verify(from).await?, identity::verify(to).await?);
    if here != there {
        return Err(Error::conflict("copy-differs").arg("table", "audit"));
    }
    Ok(there)
}
