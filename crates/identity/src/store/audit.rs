//! Rows of the audit chain.

use db::{Conn, Cursor, Tx, Value, Where, sql, sql_text};
use futures_util::TryStreamExt;
use kernel::Result;

use crate::audit::{AuditEntry, AuditFilter, Link};

/// Number and hash of the newest entry, and the change numbers.
pub(crate) async fn audit_head(conn: &mut Conn) -> Result<Option<(i64, Vec<u8>, String)>> {
    let row = sql(include_str!("../../sql/audit_head.sql")).optional(conn).await?;
    row.map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).transpose()
}

/// The hash of one entry.
pub(crate) async fn audit_hash(conn: &mut Conn, entry: i64) -> Result<Option<Vec<u8>>> {
    let row = sql(include_str!("../../sql/audit_hash.sql")).bind(entry).optional(conn).await?;
    row.map(|row| row.get(0)).transpose()
}

/// Oldest first; `ids` are a page of things, some hundreds.
pub(crate) async fn audit_of(conn: &mut Conn, resource: &str, ids: &[String]) -> Result<Vec<AuditEntry>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let marks: Vec<String> = (2..).take(ids.len()).map(|n| format!("${n}")).collect();
    let text = format!(
        "SELECT seq, at, actor_id, actor, action, resource, resource_id, detail FROM audit \
         WHERE resource = $1 AND resource_id IN ({}) ORDER BY seq",
        marks.join(", ")
    );
    let values = std::iter::once(resource.into()).chain(ids.iter().map(|id| id.as_str().into()));
    let rows = sql_text(text).bind_all(values).all(conn).await?;
    rows.iter().map(|row| audit_entry(&mut row.cursor())).collect()
}

/// Appends the link and moves the head to it, with the change numbers as they are now.
pub(crate) async fn append_audit(tx: &mut Tx, link: Link, changes: String) -> Result<()> {
    let entry = link.entry;
    sql(include_str!("../../sql/audit_insert.sql"))
        .bind(entry.seq)
        .bind(entry.at)
        .bind(entry.actor_id)
        .bind(entry.actor)
        .bind(entry.action)
        .bind(entry.resource)
        .bind(entry.resource_id)
        .bind(entry.detail)
        .bind(link.previous)
        .bind(link.hash.clone())
        .queue(tx)
        .await?;
    sql(include_str!("../../sql/audit_head_set.sql")).bind(entry.seq).bind(link.hash).bind(changes).queue(tx).await
}

/// Calls `each` with every link in order and the head as it stood at the same moment, until it says `false`.
pub(crate) async fn walk_audit(
    conn: &mut Conn,
    mut each: impl FnMut(Link, Option<(i64, Vec<u8>)>) -> bool,
) -> Result<()> {
    let mut rows = sql(include_str!("../../sql/audit_walk.sql")).stream(conn).await?;
    while let Some(row) = rows.try_next().await? {
        let mut c = row.cursor();
        let entry = audit_entry(&mut c)?;
        let link = Link { entry, previous: c.next()?, hash: c.next()? };
        let head: (Option<i64>, Option<Vec<u8>>) = (c.next()?, c.next()?);
        if !each(link, head.0.zip(head.1)) {
            break;
        }
    }
    Ok(())
}

/// Newest first, those before the entry `before`.
pub(crate) async fn audit_entries(
    conn: &mut Conn,
    filter: &AuditFilter,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<AuditEntry>> {
    let mut w = narrowed(conn, filter);
    if let Some(before) = before {
        w.and("seq < ?", [before.into()]);
    }
    let text = format!(
        "SELECT seq, at, actor_id, actor, action, resource, resource_id, detail FROM audit WHERE {} \
         ORDER BY seq DESC LIMIT {limit}",
        w.text
    );
    let rows = sql_text(text).bind_all(w.values).all(conn).await?;
    rows.iter().map(|row| audit_entry(&mut row.cursor())).collect()
}

/// How many entries the same list has.
pub(crate) async fn count_audit(conn: &mut Conn, filter: &AuditFilter) -> Result<i64> {
    let w = narrowed(conn, filter);
    sql_text(format!("SELECT COUNT(*) FROM audit WHERE {}", w.text)).bind_all(w.values).one(conn).await?.get(0)
}

fn narrowed(conn: &Conn, filter: &AuditFilter) -> Where {
    let tests: [(&str, Option<Value>); 6] = [
        ("action = ?", filter.action.as_deref().map(Value::from)),
        ("resource = ?", filter.resource.as_deref().map(Value::from)),
        ("resource_id = ?", filter.resource_id.as_deref().map(Value::from)),
        ("actor_id = ?", filter.actor.map(Value::from)),
        ("at >= ?", filter.from.map(Value::from)),
        ("at < ?", filter.to.map(Value::from)),
    ];
    let mut w = Where::new(conn.engine());
    for (test, value) in tests {
        if let Some(value) = value {
            w.and(test, [value]);
        }
    }
    w
}

fn audit_entry(c: &mut Cursor<'_>) -> Result<AuditEntry> {
    Ok(AuditEntry {
        seq: c.next()?,
        at: c.next()?,
        actor_id: c.id_opt()?,
        actor: c.next()?,
        action: c.next()?,
        resource: c.next()?,
        resource_id: c.next()?,
        detail: c.next()?,
    })
}
