//! Rows as they are sealed: requests and events with every value that counts, and the leaves of seals over many.

use chrono::{DateTime, Utc};
use db::{Conn, Tx, Value, sql, sql_text};
use futures_util::TryStreamExt;
use kernel::{Error, Result};
use uuid::Uuid;

use crate::seal::{EventRow, Hash, Leaf, Text};

/// Rows that one statement writes, ids that one asks for.
pub const CHUNK: usize = 200;
const REQUESTS: &str = "SELECT id, number, enterprise_id, source, handed_down, title, body, origin_level, category_hint, \
                        contact_name, contact_phone, submitted_at FROM request WHERE id";
/// Name of the setting that stands there while old rows wait to be sealed.
const DUE: &str = "seal-as-found";

/// A request with the hash of its text as its row tells it now.
pub struct Told {
    pub id: Uuid,
    pub number: String,
    pub text: Hash,
}

/// An event with its hash as its row tells it now.
pub struct Happened {
    pub request: Uuid,
    pub seq: i64,
    pub hash: Hash,
}

/// The next `limit` requests after `after` in the order of their ids.
pub async fn requests_after(conn: &mut Conn, after: Uuid, limit: i64) -> Result<Vec<Told>> {
    let text = format!("{REQUESTS} > $1 ORDER BY id LIMIT $2");
    told(sql_text(text).bind(after).bind(limit).all(conn).await?)
}

/// The requests with these ids, in the order of their ids.
pub async fn requests_of(conn: &mut Conn, ids: &[Uuid]) -> Result<Vec<Told>> {
    told(among(conn, REQUESTS, " ORDER BY id", ids).await?)
}

fn told(rows: Vec<db::Row>) -> Result<Vec<Told>> {
    let read = |row: &db::Row| {
        let mut c = row.cursor();
        let (id, number): (Uuid, String) = (c.next()?, c.next()?);
        let (enterprise, source, handed_down): (Uuid, String, bool) = (c.next()?, c.next()?, c.next()?);
        let (title, body): (String, String) = (c.next()?, c.next()?);
        let (origin_level, category_hint): (Option<String>, Option<String>) = (c.next()?, c.next()?);
        let (contact_name, contact_phone): (String, String) = (c.next()?, c.next()?);
        let submitted_at: DateTime<Utc> = c.next()?;
        let text = Text {
            id,
            number: &number,
            enterprise,
            source: &source,
            handed_down,
            title: &title,
            body: &body,
            origin_level: origin_level.as_deref(),
            category_hint: category_hint.as_deref(),
            contact_name: &contact_name,
            contact_phone: &contact_phone,
            submitted_at,
        };
        let text = text.hash();
        Ok(Told { id, number, text })
    };
    rows.iter().map(read).collect()
}

/// All events of some requests, request by request in the order in which they happened.
pub async fn events_of(conn: &mut Conn, ids: &[Uuid]) -> Result<Vec<Happened>> {
    let select = "SELECT request_id, seq, id, at, kind, need_idx, body FROM case_event WHERE request_id";
    let rows = among(conn, select, " ORDER BY request_id, seq", ids).await?;
    let read = |row: &db::Row| {
        let mut c = row.cursor();
        let (request, seq, id, at): (Uuid, i64, Uuid, DateTime<Utc>) = (c.next()?, c.next()?, c.next()?, c.next()?);
        let (kind, need, body): (String, Option<i64>, String) = (c.next()?, c.next()?, c.next()?);
        let hash = EventRow { request, seq, id, at, kind: &kind, need, body: &body }.hash();
        Ok(Happened { request, seq, hash })
    };
    rows.iter().map(read).collect()
}

/// The leaves of some requests with the entries that hold their roots, oldest entry first.
pub async fn leaves_of(conn: &mut Conn, ids: &[Uuid]) -> Result<Vec<(i64, Leaf)>> {
    let select = "SELECT entry, request_id, seq, request_hash, events_hash FROM case_seal WHERE request_id";
    among(conn, select, " ORDER BY request_id, entry", ids).await?.iter().map(leaf).collect()
}

/// Calls `each` with every leaf, entry by entry in the order of the requests' ids.
pub async fn walk_leaves(conn: &mut Conn, mut each: impl FnMut(i64, &Leaf)) -> Result<()> {
    let mut rows = sql(include_str!("../../sql/seal_leaves.sql")).stream(conn).await?;
    while let Some(row) = rows.try_next().await? {
        let (entry, leaf) = leaf(&row)?;
        each(entry, &leaf);
    }
    Ok(())
}

fn leaf(row: &db::Row) -> Result<(i64, Leaf)> {
    let mut c = row.cursor();
    let (entry, request, seq): (i64, Uuid, i64) = (c.next()?, c.next()?, c.next()?);
    Ok((entry, Leaf { request, seq, text: hash(c.next()?)?, events: hash(c.next()?)? }))
}

fn hash(bytes: Vec<u8>) -> Result<Hash> {
    // Whatever else stands there matches nothing.
    Ok(Hash::try_from(bytes).unwrap_or_default())
}

/// Keeps the leaves whose root `entry` holds.
pub async fn insert_leaves(tx: &mut Tx, entry: i64, leaves: &[Leaf]) -> Result<()> {
    for part in leaves.chunks(CHUNK) {
        let marks: Vec<String> = (0..part.len())
            .map(|at| at * 5)
            .map(|n| format!("(${}, ${}, ${}, ${}, ${})", n + 1, n + 2, n + 3, n + 4, n + 5))
            .collect();
        let text = format!(
            "INSERT INTO case_seal (entry, request_id, seq, request_hash, events_hash) VALUES {}",
            marks.join(", ")
        );
        let values = part.iter().flat_map(|leaf| {
            let hashes = [leaf.text, leaf.events].map(|hash| Value::from(hash.as_slice()));
            [Value::from(entry), leaf.request.into(), leaf.seq.into()].into_iter().chain(hashes)
        });
        sql_text(text).bind_all(values).run(tx).await?;
    }
    Ok(())
}

/// Whether old rows wait to be sealed.
pub async fn due(conn: &mut Conn) -> Result<bool> {
    let row = sql(include_str!("../../sql/seal_due.sql")).bind(DUE).one(conn).await?;
    Ok(row.get::<i64>(0)? > 0)
}

/// Old rows wait no longer.
pub async fn not_due(tx: &mut Tx) -> Result<()> {
    sql(include_str!("../../sql/seal_not_due.sql")).bind(DUE).run(tx).await.map(drop)
}

/// How many requests there are.
pub async fn count(conn: &mut Conn) -> Result<i64> {
    sql("SELECT COUNT(*) FROM request").one(conn).await?.get(0)
}

/// The id of the request before which `skip` others stand in the order of ids; `None` beyond the last.
pub async fn id_at(conn: &mut Conn, skip: i64) -> Result<Option<Uuid>> {
    let row = sql(include_str!("../../sql/seal_id_at.sql")).bind(skip).optional(conn).await?;
    row.map(|row| row.get(0)).transpose()
}

/// A request that a leaf names and that is not there.
pub async fn leaf_without_request(conn: &mut Conn) -> Result<Option<(i64, Uuid)>> {
    let row = sql(include_str!("../../sql/seal_leaf_lost.sql")).optional(conn).await?;
    row.map(|row| Ok((row.get(0)?, row.get(1)?))).transpose()
}

/// Rows whose column `start` names is one of some ids; a page of them, so that the statement stays small.
async fn among(conn: &mut Conn, start: &str, end: &str, ids: &[Uuid]) -> Result<Vec<db::Row>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    if ids.len() > CHUNK {
        return Err(Error::internal("too many ids for one statement"));
    }
    let marks: Vec<String> = (1..=ids.len()).map(|n| format!("${n}")).collect();
    let text = format!("{start} IN ({}){end}", marks.join(", "));
    sql_text(text).bind_all(ids.iter().map(|id| Value::from(*id))).all(conn).await
}
