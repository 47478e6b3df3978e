//! Search documents of enterprises, read and written in stretches.

use db::{Conn, Tx, sql, sql_text};
use kernel::Result;

use super::alias::aliases;
use super::read::{FROM, WHOLE, read};
use super::write::put_search;
use crate::enterprise::Enterprise;

/// With which readings some documents were written, as the table of counters holds it; 0 if that was never noted.
pub async fn readings_version(conn: &mut Conn, documents: &str) -> Result<i64> {
    let row = sql("SELECT n FROM counter WHERE name = $1").bind(documents).optional(conn).await?;
    row.map_or(Ok(0), |row| row.get(0))
}

/// Notes with which readings they are written now.
pub async fn set_readings_version(tx: &mut Tx, documents: &str, version: i64) -> Result<()> {
    let text = "INSERT INTO counter (name, n) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET n = excluded.n";
    sql(text).bind(documents).bind(version).run(tx).await.map(drop)
}

/// At most `limit` enterprises entered after the one with this serial, in the order of entering.
pub(crate) async fn search_rows(conn: &mut Conn, after: i64, limit: i64) -> Result<Vec<Enterprise>> {
    let text = format!("SELECT {WHOLE}{FROM} WHERE e.serial > $1 ORDER BY e.serial LIMIT {limit}");
    sql_text(text).bind(after).all(conn).await?.iter().map(read).collect()
}

/// Writes the sort key and the search document of these enterprises anew.
pub(crate) async fn write_search(tx: &mut Tx, rows: &[Enterprise]) -> Result<()> {
    for row in rows {
        sql("UPDATE enterprise SET pinyin = $2 WHERE id = $1").bind(row.id).bind(row.facts.reading()).run(tx).await?;
        let known = aliases(tx, row.id).await?;
        let also: Vec<_> = known.iter().map(|alias| alias.value.as_str()).collect();
        put_search(tx, row.serial, row.facts.search_body(&also)).await?;
    }
    Ok(())
}
