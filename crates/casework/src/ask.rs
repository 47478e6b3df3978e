//! What others are told of requests. Every answer is one that whoever asks has a right to: lists and counts are of what they
//! reach, and a request is handed out only to who may see it.

use db::Conn;
use identity::{Actor, allowed};
use kernel::{RequestId, Result};

use crate::access;
use crate::store;

pub use crate::store::case::Kept;
pub use crate::store::list::{
    After, Facet, Light, Line, Moment, NeedFilter, NeedRow, Order, Page, Span, count, facets, find, lines,
    lines_before, list,
};
pub use crate::store::settings::{LimitRow, limit_rows};

/// The request with this id and all that happened to it; none if there is no such one that `actor` may see.
///
/// # Errors
/// Those of the database, and events that cannot be read.
pub async fn request(conn: &mut Conn, actor: &Actor, id: RequestId) -> Result<Option<Kept>> {
    let kept = store::case::load(conn, id).await?;
    Ok(kept.filter(|kept| allowed(actor, &access::READ, &kept.subject)))
}

/// As [`request`], by its number (`2026-000123`).
///
/// # Errors
/// Those of the database, and events that cannot be read.
pub async fn request_numbered(conn: &mut Conn, actor: &Actor, number: &str) -> Result<Option<Kept>> {
    match store::case::by_number(conn, number).await? {
        Some((id, _)) => request(conn, actor, id).await,
        None => Ok(None),
    }
}
