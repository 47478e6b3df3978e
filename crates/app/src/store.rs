//! The few rows that operations look at across modules.

use std::path::Path;

use chrono::{DateTime, Utc};
use db::{Conn, sql, sql_for};
use kernel::{FileId, Result};

/// Open needs, and how many of them are past their next deadline.
pub(crate) struct OpenNeeds {
    pub open: i64,
    pub late: i64,
}

pub(crate) async fn open_needs(conn: &mut Conn, now: DateTime<Utc>) -> Result<OpenNeeds> {
    let row = sql(include_str!("../sql/needs_open.sql")).bind(now).one(conn).await?;
    Ok(OpenNeeds { open: row.get(0)?, late: row.get(1)? })
}

/// An attachment as far as its bytes on the disk can be checked against it.
pub(crate) struct Kept {
    pub id: FileId,
    pub bytes: i64,
    pub sha256: Vec<u8>,
}

/// All attachments, oldest first.
pub(crate) async fn attachments(conn: &mut Conn) -> Result<Vec<Kept>> {
    let rows = sql(include_str!("../sql/attachments.sql")).all(conn).await?;
    let read = |row: &db::Row| {
        let mut c = row.cursor();
        Ok(Kept { id: c.id()?, bytes: c.next()?, sha256: c.next()? })
    };
    rows.iter().map(read).collect()
}

/// The latest deadline of an open need.
pub(crate) async fn last_open_deadline(conn: &mut Conn) -> Result<Option<DateTime<Utc>>> {
    sql(include_str!("../sql/last_open_deadline.sql")).one(conn).await?.get(0)
}

/// The newest instant written anywhere that is never in the future: the last entry of the audit.
pub(crate) async fn last_written(conn: &mut Conn) -> Result<Option<DateTime<Utc>>> {
    let row = sql(include_str!("../sql/last_written.sql")).optional(conn).await?;
    row.map(|row| row.get(0)).transpose()
}

/// Writes the whole SQLite database, as of now, into a new file.
pub(crate) async fn vacuum_into(conn: &mut Conn, to: &Path) -> Result<()> {
    let to = to.display().to_string().replace('\'', "''");
    // A reader may not write anything; the new file is none of the database's own.
    conn.script("PRAGMA query_only = OFF").await?;
    let done = conn.script(&format!("VACUUM INTO '{to}'")).await;
    conn.script("PRAGMA query_only = ON").await?;
    done
}

/// What the engine finds wrong with its own file or catalogue; empty if nothing.
pub(crate) async fn integrity(conn: &mut Conn) -> Result<Vec<String>> {
    let text = sql_for("PRAGMA integrity_check(5)", include_str!("../sql/integrity_postgres.sql"));
    let rows = text.all(conn).await?;
    let mut found = rows.iter().map(|row| row.get::<String>(0)).collect::<Result<Vec<_>>>()?;
    found.retain(|line| line != "ok");
    Ok(found)
}

/// Rows whose foreign key points nowhere, as (table, how many); PostgreSQL never lets one in.
pub(crate) async fn broken_links(conn: &mut Conn) -> Result<Vec<(String, i64)>> {
    let text =
        sql_for(include_str!("../sql/broken_links_sqlite.sql"), include_str!("../sql/broken_links_postgres.sql"));
    text.all(conn).await?.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// Requests of which a row lies after `limit`: how many, the number of the first, and the latest instant it names.
pub(crate) async fn requests_ahead(
    conn: &mut Conn,
    limit: DateTime<Utc>,
) -> Result<Option<(usize, String, DateTime<Utc>)>> {
    let rows = sql(include_str!("../sql/requests_ahead.sql")).bind(limit).all(conn).await?;
    rows.first().map(|row| Ok((rows.len(), row.get(0)?, row.get(1)?))).transpose()
}

/// Entries of the audit that lie after `limit`: how many, number and instant of the first.
pub(crate) async fn entries_ahead(
    conn: &mut Conn,
    limit: DateTime<Utc>,
) -> Result<Option<(usize, i64, DateTime<Utc>)>> {
    let rows = sql(include_str!("../sql/entries_ahead.sql")).bind(limit).all(conn).await?;
    rows.first().map(|row| Ok((rows.len(), row.get(0)?, row.get(1)?))).transpose()
}
