//! Imports as people follow them: an uploaded file, what checking it found, what became of it.

use chrono::{DateTime, Utc};
use db::{Conn, Tx, sql};
use kernel::{Error, ImportId, PersonId, Result};

/// Where an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportState {
    /// Is being read and checked.
    Checking,
    /// Checked; somebody must say yes, or nothing can be done because of errors.
    Checked,
    Writing,
    /// Everything is in.
    Done,
    /// The file cannot be read at all; the report names the code.
    Failed,
}

impl ImportState {
    pub const ALL: [ImportState; 5] =
        [ImportState::Checking, ImportState::Checked, ImportState::Writing, ImportState::Done, ImportState::Failed];

    pub const fn as_str(self) -> &'static str {
        match self {
            ImportState::Checking => "checking",
            ImportState::Checked => "checked",
            ImportState::Writing => "writing",
            ImportState::Done => "done",
            ImportState::Failed => "failed",
        }
    }
}

impl std::str::FromStr for ImportState {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let found = ImportState::ALL.into_iter().find(|state| state.as_str() == text);
        found.ok_or_else(|| Error::invalid("bad-request").arg("state", text))
    }
}

/// An import as it is kept.
#[derive(Clone, Debug)]
pub struct Import {
    pub id: ImportId,
    /// `enterprises`, `ledger`.
    pub kind: String,
    pub file_name: String,
    pub state: ImportState,
    /// Rows checked so far.
    pub done: i64,
    pub added: i64,
    pub changed: i64,
    pub unchanged: i64,
    /// JSON of the module that imports.
    pub report: String,
    pub created_by: Option<PersonId>,
}

/// Notes an uploaded file.
pub async fn add_import(
    tx: &mut Tx,
    id: ImportId,
    kind: &str,
    file_name: &str,
    sha256: &[u8],
    by: Option<PersonId>,
    now: DateTime<Utc>,
) -> Result<()> {
    sql("INSERT INTO import (id, kind, file_name, sha256, state, total, done, added, changed, unchanged, report, created_by, created_at, finished_at) \
         VALUES ($1, $2, $3, $4, 'checking', 0, 0, 0, 0, 0, '{}', $5, $6, NULL)")
        .bind(id)
        .bind(kind)
        .bind(file_name)
        .bind(sha256)
        .bind(by)
        .bind(now)
        .run(tx)
        .await?;
    Ok(())
}

/// The import with this id.
pub async fn find_import(conn: &mut Conn, id: ImportId) -> Result<Option<Import>> {
    let text = "SELECT id, kind, file_name, state, done, added, changed, unchanged, report, created_by \
                FROM import WHERE id = $1";
    let read = |row: db::Row| {
        let mut c = row.cursor();
        Ok(Import {
            id: c.id()?,
            kind: c.next()?,
            file_name: c.next()?,
            state: c.next::<String>()?.parse()?,
            done: c.next()?,
            added: c.next()?,
            changed: c.next()?,
            unchanged: c.next()?,
            report: c.next()?,
            created_by: c.id_opt()?,
        })
    };
    sql(text).bind(id).optional(conn).await?.map(read).transpose()
}

/// Moves an import on, if it stands at `from`; `false` if somebody was faster.
pub async fn move_import(tx: &mut Tx, id: ImportId, from: ImportState, to: ImportState) -> Result<bool> {
    let text = "UPDATE import SET state = $3 WHERE id = $1 AND state = $2";
    Ok(sql(text).bind(id).bind(from.as_str()).bind(to.as_str()).run(tx).await? > 0)
}

/// Says how many rows were checked.
pub async fn import_progress(tx: &mut Tx, id: ImportId, done: i64) -> Result<()> {
    sql("UPDATE import SET done = $2 WHERE id = $1").bind(id).bind(done).run(tx).await?;
    Ok(())
}

/// How an import stands after checking or writing.
#[derive(Clone, Debug)]
pub struct ImportResult {
    pub state: ImportState,
    pub rows: i64,
    pub added: i64,
    pub changed: i64,
    pub unchanged: i64,
    pub report: String,
}

/// Keeps what checking or writing found.
pub async fn finish_import(tx: &mut Tx, id: ImportId, result: &ImportResult, now: DateTime<Utc>) -> Result<()> {
    sql("UPDATE import SET state = $2, total = $3, done = $3, added = $4, changed = $5, unchanged = $6, report = $7, finished_at = $8 WHERE id = $1")
        .bind(id)
        .bind(result.state.as_str())
        .bind(result.rows)
        .bind(result.added)
        .bind(result.changed)
        .bind(result.unchanged)
        .bind(&result.report)
        .bind(now)
        .run(tx)
        .await?;
    Ok(())
}
