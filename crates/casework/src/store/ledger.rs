//! Rows behind imported ledgers: which row became which request, and the import itself.

use chrono::{DateTime, Utc};
use db::{Conn, Tx, sql};
use kernel::{EnterpriseId, ImportId, PersonId, RequestId, Result, UnitId};

/// An import as its page shows it.
#[derive(Clone, Debug)]
pub struct ImportRow {
    pub id: ImportId,
    pub file_name: String,
    /// `checked`, `running`, `done` or `failed`.
    pub state: String,
    pub total: i64,
    pub added: i64,
    pub unchanged: i64,
    /// Faults or a message, as JSON.
    pub report: String,
    pub created_at: DateTime<Utc>,
}

/// The request a row of a ledger became before.
pub async fn known_row(conn: &mut Conn, key: &str) -> Result<bool> {
    let row = sql("SELECT COUNT(*) FROM ledger_row WHERE row_key = $1").bind(key).one(conn).await?;
    Ok(row.get::<i64>(0)? > 0)
}

/// Remembers which request a row became.
pub async fn remember(tx: &mut Tx, key: &str, request: RequestId, import: ImportId) -> Result<()> {
    sql("INSERT INTO ledger_row (row_key, request_id, import_id) VALUES ($1, $2, $3)")
        .bind(key)
        .bind(request)
        .bind(import)
        .run(tx)
        .await
        .map(drop)
}

/// The enterprise with this credit code, or the only one of this name or short name.
pub async fn enterprise(conn: &mut Conn, credit_code: &str, name: &str) -> Result<Option<EnterpriseId>> {
    let rows = if credit_code.is_empty() {
        sql("SELECT id FROM enterprise WHERE name_key = $1 OR short_name = $2 LIMIT 2")
            .bind(kernel::name_key(name))
            .bind(name.trim())
            .all(conn)
            .await?
    } else {
        sql("SELECT id FROM enterprise WHERE credit_code = $1").bind(credit_code).all(conn).await?
    };
    match rows.as_slice() {
        [one] => Ok(Some(one.get::<uuid::Uuid>(0)?.into())),
        _ => Ok(None),
    }
}

/// Every unit by its name: (name, English name, id).
pub async fn units(conn: &mut Conn) -> Result<Vec<(String, String, UnitId)>> {
    let rows = sql("SELECT name, name_en, id FROM unit WHERE active ORDER BY path").all(conn).await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get::<uuid::Uuid>(2)?.into()))).collect()
}

/// Writes an import that was checked.
pub async fn insert_import(tx: &mut Tx, import: &ImportRow, sha256: &[u8], by: Option<PersonId>) -> Result<()> {
    sql(include_str!("../../sql/import_insert.sql"))
        .bind(import.id)
        .bind(import.file_name.as_str())
        .bind(sha256)
        .bind(import.state.as_str())
        .bind(import.total)
        .bind(import.added)
        .bind(import.unchanged)
        .bind(import.report.as_str())
        .bind(by)
        .bind(import.created_at)
        .run(tx)
        .await
        .map(drop)
}

/// Moves an import on.
pub async fn set_import(
    tx: &mut Tx,
    id: ImportId,
    state: &str,
    added: i64,
    unchanged: i64,
    report: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    sql("UPDATE import SET state = $2, added = $3, unchanged = $4, report = $5, finished_at = $6 WHERE id = $1")
        .bind(id)
        .bind(state)
        .bind(added)
        .bind(unchanged)
        .bind(report)
        .bind(now)
        .run(tx)
        .await
        .map(drop)
}

/// An import of requests by its id.
pub async fn find_import(conn: &mut Conn, id: ImportId) -> Result<Option<ImportRow>> {
    let text = "SELECT id, file_name, state, total, added, unchanged, report, created_at FROM import WHERE id = $1 AND kind = 'requests'";
    let Some(row) = sql(text).bind(id).optional(conn).await? else { return Ok(None) };
    let mut c = row.cursor();
    Ok(Some(ImportRow {
        id: c.id()?,
        file_name: c.next()?,
        state: c.next()?,
        total: c.next()?,
        added: c.next()?,
        unchanged: c.next()?,
        report: c.next()?,
        created_at: c.next()?,
    }))
}
