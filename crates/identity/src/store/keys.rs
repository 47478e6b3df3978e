//! Rows of sessions, throttles and tokens.

use db::{Conn, sql};
use kernel::{PersonId, Result, TokenId};
use uuid::Uuid;

use super::{Instant, grant};
use crate::actor::Grant;
use crate::token::Token;

// Sessions.

/// A session's rows: who, and every role held.
pub(crate) struct SessionRow {
    pub person: PersonId,
    pub csrf: String,
    pub seen_at: Instant,
    pub name: String,
    pub one_time: bool,
    pub grants: Vec<Grant>,
}

pub(crate) async fn insert_session(
    conn: &mut Conn,
    hash: &[u8],
    person: PersonId,
    csrf: &str,
    now: Instant,
    expires: Instant,
    agent: &str,
) -> Result<()> {
    sql(include_str!("../../sql/session_insert.sql"))
        .bind(hash)
        .bind(person)
        .bind(csrf)
        .bind(now)
        .bind(expires)
        .bind(agent)
        .run(conn)
        .await
        .map(drop)
}

pub(crate) async fn session(conn: &mut Conn, hash: &[u8], now: Instant, seen: Instant) -> Result<Option<SessionRow>> {
    let rows = sql(include_str!("../../sql/session_find.sql")).bind(hash).bind(now).bind(seen).all(conn).await?;
    let mut found: Option<SessionRow> = None;
    for row in &rows {
        let mut c = row.cursor();
        let head = SessionRow {
            person: c.id()?,
            csrf: c.next()?,
            seen_at: c.next()?,
            name: c.next()?,
            one_time: c.next()?,
            grants: Vec::new(),
        };
        found.get_or_insert(head).grants.extend(grant(&mut c)?);
    }
    Ok(found)
}

pub(crate) async fn touch_session(conn: &mut Conn, hash: &[u8], now: Instant) -> Result<()> {
    sql(include_str!("../../sql/session_touch.sql")).bind(hash).bind(now).run(conn).await.map(drop)
}

pub(crate) async fn end_session(conn: &mut Conn, hash: &[u8]) -> Result<()> {
    sql(include_str!("../../sql/session_end.sql")).bind(hash).run(conn).await.map(drop)
}

pub(crate) async fn end_sessions(conn: &mut Conn, person: PersonId) -> Result<u64> {
    sql(include_str!("../../sql/session_end_all.sql")).bind(person).run(conn).await
}

pub(crate) async fn sweep_sessions(conn: &mut Conn, expired: Instant, seen: Instant) -> Result<u64> {
    sql(include_str!("../../sql/session_sweep.sql")).bind(expired).bind(seen).run(conn).await
}

// Places people signed in from.

/// Whether somebody with this login signed in from this place since `since`.
pub(crate) async fn knows_place(conn: &mut Conn, person: PersonId, place: &[u8], since: Instant) -> Result<bool> {
    let known = sql(include_str!("../../sql/place_known.sql")).bind(person).bind(place).bind(since);
    Ok(known.optional(conn).await?.is_some())
}

pub(crate) async fn note_place(conn: &mut Conn, person: PersonId, place: &[u8], now: Instant) -> Result<()> {
    sql(include_str!("../../sql/place_note.sql")).bind(person).bind(place).bind(now).run(conn).await.map(drop)
}

pub(crate) async fn sweep_places(conn: &mut Conn, before: Instant) -> Result<u64> {
    sql(include_str!("../../sql/place_sweep.sql")).bind(before).run(conn).await
}

// Throttles.

/// Counts `amount` more for the key and returns since when how many were counted.
pub(crate) async fn throttle_count(
    conn: &mut Conn,
    key: &str,
    amount: i64,
    now: Instant,
    stale: Instant,
) -> Result<(Instant, i64)> {
    let text = include_str!("../../sql/throttle_count.sql");
    let row = sql(text).bind(key).bind(now).bind(stale).bind(amount).one(conn).await?;
    Ok((row.get(0)?, row.get(1)?))
}

/// How many tries are counted for the key.
pub(crate) async fn throttle_read(conn: &mut Conn, key: &str) -> Result<i64> {
    let row = sql(include_str!("../../sql/throttle_read.sql")).bind(key).optional(conn).await?;
    row.map_or(Ok(0), |row| row.get(0))
}

pub(crate) async fn throttle_restart(conn: &mut Conn, key: &str, now: Instant) -> Result<()> {
    sql(include_str!("../../sql/throttle_restart.sql")).bind(key).bind(now).run(conn).await.map(drop)
}

pub(crate) async fn throttle_refund(conn: &mut Conn, key: &str) -> Result<()> {
    sql(include_str!("../../sql/throttle_refund.sql")).bind(key).run(conn).await.map(drop)
}

/// Forgets the tries of a key and of those below it (`key:…`). Keys that are cleared have neither `%` nor `_`.
pub(crate) async fn throttle_clear(conn: &mut Conn, key: &str) -> Result<()> {
    let below = format!("{key}:%");
    sql(include_str!("../../sql/throttle_clear.sql")).bind(key).bind(below).run(conn).await.map(drop)
}

pub(crate) async fn sweep_throttles(conn: &mut Conn, before: Instant) -> Result<u64> {
    sql(include_str!("../../sql/throttle_sweep.sql")).bind(before).run(conn).await
}

// Tokens.

pub(crate) async fn insert_token(conn: &mut Conn, token: &Token, hash: &[u8]) -> Result<()> {
    sql(include_str!("../../sql/token_insert.sql"))
        .bind(token.id)
        .bind(&token.name)
        .bind(&token.prefix)
        .bind(hash)
        .bind(token.scopes.join(" "))
        .bind(token.unit)
        .bind(token.issued_by)
        .bind(token.created_at)
        .bind(token.expires_at)
        .run(conn)
        .await
        .map(drop)
}

/// A token as its bearer is known by it.
pub(crate) struct TokenRow {
    pub id: TokenId,
    pub name: String,
    pub scopes: String,
    pub grant: Grant,
}

/// The token, if it is neither revoked nor expired.
pub(crate) async fn token(conn: &mut Conn, hash: &[u8], now: Instant) -> Result<Option<TokenRow>> {
    let row = sql(include_str!("../../sql/token_find.sql")).bind(hash).bind(now).optional(conn).await?;
    row.map(|row| {
        let grant = Grant {
            role: crate::Role::System,
            unit: Some(row.get::<Uuid>(3)?.into()),
            unit_name: row.get(4)?,
            unit_name_en: row.get(5)?,
            unit_path: row.get(6)?,
            enterprise: None,
        };
        Ok(TokenRow { id: row.get::<Uuid>(0)?.into(), name: row.get(1)?, scopes: row.get(2)?, grant })
    })
    .transpose()
}

pub(crate) async fn tokens(conn: &mut Conn) -> Result<Vec<Token>> {
    let rows = sql(include_str!("../../sql/token_list.sql")).all(conn).await?;
    rows.iter()
        .map(|row| {
            let mut c = row.cursor();
            Ok(Token {
                id: c.id()?,
                name: c.next()?,
                prefix: c.next()?,
                scopes: c.next::<String>()?.split_whitespace().map(str::to_owned).collect(),
                unit: c.id()?,
                issued_by: c.id_opt()?,
                created_at: c.next()?,
                expires_at: c.next()?,
                revoked_at: c.next()?,
            })
        })
        .collect()
}

pub(crate) async fn revoke_token(conn: &mut Conn, id: TokenId, now: Instant) -> Result<bool> {
    Ok(sql(include_str!("../../sql/token_revoke.sql")).bind(id).bind(now).run(conn).await? > 0)
}

// Contact data that was seen.

/// Whether the row is new.
pub(crate) async fn insert_seen(
    conn: &mut Conn,
    person: PersonId,
    object: &str,
    span: &str,
    now: Instant,
) -> Result<bool> {
    let query = sql(include_str!("../../sql/seen_insert.sql")).bind(person).bind(object).bind(span).bind(now);
    Ok(query.run(conn).await? > 0)
}

pub(crate) async fn is_seen(conn: &mut Conn, person: PersonId, object: &str, span: &str) -> Result<bool> {
    let query = sql(include_str!("../../sql/seen_find.sql")).bind(person).bind(object).bind(span);
    Ok(query.optional(conn).await?.is_some())
}

pub(crate) async fn sweep_seen(conn: &mut Conn, before: Instant) -> Result<u64> {
    sql(include_str!("../../sql/seen_sweep.sql")).bind(before).run(conn).await
}
