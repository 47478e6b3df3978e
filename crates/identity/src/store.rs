//! Rows of this crate: the only file here that runs SQL.

use chrono::{DateTime, NaiveDate, Utc};
use db::{Conn, Cursor, Row, Value, sql, sql_text};
use kernel::{EnterpriseId, Error, PersonId, Result, TokenId, UnitId};
use uuid::Uuid;

use crate::actor::Grant;
use crate::audit::{AuditEntry, AuditFilter, Link};
use crate::people::{HeldGrant, NewGrant, NewPerson, PeopleFilter, Person, PersonChange};
use crate::token::Token;
use crate::unit::{Unit, UnitChange};

type Instant = DateTime<Utc>;

/// Nothing was touched: the version the change was made from is no longer there.
fn touched(rows: u64) -> Result<()> {
    if rows == 0 { Err(Error::conflict("changed-meanwhile")) } else { Ok(()) }
}

// Units.

pub(crate) async fn insert_unit(conn: &mut Conn, unit: &Unit, now: Instant) -> Result<()> {
    sql(include_str!("../sql/unit_insert.sql"))
        .bind(unit.id)
        .bind(unit.parent)
        .bind(unit.kind.as_str())
        .bind(&unit.code)
        .bind(&unit.name)
        .bind(&unit.name_en)
        .bind(&unit.path)
        .bind(unit.sort)
        .bind(now)
        .run(conn)
        .await
        .map(drop)
}

pub(crate) async fn update_unit(
    conn: &mut Conn,
    id: UnitId,
    version: i64,
    change: &UnitChange,
    now: Instant,
) -> Result<()> {
    let query = sql(include_str!("../sql/unit_update.sql"))
        .bind(id)
        .bind(version)
        .bind(change.kind.as_str())
        .bind(change.name.trim())
        .bind(change.name_en.trim())
        .bind(change.sort)
        .bind(change.active)
        .bind(now);
    touched(query.run(conn).await?)
}

pub(crate) async fn move_unit(
    conn: &mut Conn,
    id: UnitId,
    parent: UnitId,
    old: &str,
    new: &str,
    now: Instant,
) -> Result<()> {
    sql(include_str!("../sql/unit_set_parent.sql")).bind(id).bind(parent).run(conn).await?;
    sql(include_str!("../sql/unit_move.sql")).bind(old).bind(new).bind(now).run(conn).await.map(drop)
}

/// All units, parents before their children.
pub async fn list_units(conn: &mut Conn) -> Result<Vec<Unit>> {
    units(sql(include_str!("../sql/unit_all.sql")).all(conn).await?)
}

/// The unit with this id.
pub async fn find_unit(conn: &mut Conn, id: UnitId) -> Result<Option<Unit>> {
    sql(include_str!("../sql/unit_find.sql")).bind(id).optional(conn).await?.map(|row| unit(&row)).transpose()
}

/// The unit with this code.
pub async fn find_unit_by_code(conn: &mut Conn, code: &str) -> Result<Option<Unit>> {
    sql(include_str!("../sql/unit_find_code.sql")).bind(code).optional(conn).await?.map(|row| unit(&row)).transpose()
}

/// The units directly below, in their order.
pub async fn unit_children(conn: &mut Conn, parent: UnitId) -> Result<Vec<Unit>> {
    units(sql(include_str!("../sql/unit_children.sql")).bind(parent).all(conn).await?)
}

/// The unit with this path and everything below it.
pub async fn unit_subtree(conn: &mut Conn, path: &str) -> Result<Vec<Unit>> {
    units(sql(include_str!("../sql/unit_subtree.sql")).bind(path).all(conn).await?)
}

fn units(rows: Vec<Row>) -> Result<Vec<Unit>> {
    rows.iter().map(unit).collect()
}

fn unit(row: &Row) -> Result<Unit> {
    let mut c = row.cursor();
    Ok(Unit {
        id: c.id()?,
        parent: c.id_opt()?,
        kind: c.next::<String>()?.parse()?,
        code: c.next()?,
        name: c.next()?,
        name_en: c.next()?,
        path: c.next()?,
        sort: c.next()?,
        active: c.next()?,
        version: c.next()?,
    })
}

// People.

/// What a sign-in needs to know of a person.
pub(crate) struct Credentials {
    pub id: PersonId,
    pub name: String,
    pub password_hash: Option<String>,
    pub active: bool,
}

pub(crate) async fn credentials(conn: &mut Conn, login: &str) -> Result<Option<Credentials>> {
    let row = sql(include_str!("../sql/person_credentials.sql")).bind(login).optional(conn).await?;
    row.map(|row| {
        let mut c = row.cursor();
        Ok(Credentials { id: c.id()?, name: c.next()?, password_hash: c.next()?, active: c.next()? })
    })
    .transpose()
}

/// The stored password hash, for "type your old password" forms.
pub async fn password_of(conn: &mut Conn, id: PersonId) -> Result<Option<String>> {
    match sql(include_str!("../sql/person_password.sql")).bind(id).optional(conn).await? {
        Some(row) => row.get(0),
        None => Ok(None),
    }
}

pub(crate) async fn insert_person(conn: &mut Conn, id: PersonId, new: &NewPerson, now: Instant) -> Result<()> {
    sql(include_str!("../sql/person_insert.sql"))
        .bind(id)
        .bind(&new.login)
        .bind(&new.name)
        .bind(&new.phone)
        .bind(&new.title)
        .bind(new.password_hash.clone())
        .bind(now)
        .run(conn)
        .await
        .map(drop)
}

pub(crate) async fn update_person(
    conn: &mut Conn,
    id: PersonId,
    version: i64,
    change: &PersonChange,
    now: Instant,
) -> Result<()> {
    let query = sql(include_str!("../sql/person_update.sql"))
        .bind(id)
        .bind(version)
        .bind(change.name.trim())
        .bind(change.phone.trim())
        .bind(change.title.trim())
        .bind(change.active)
        .bind(change.away_from)
        .bind(change.away_until)
        .bind(now);
    touched(query.run(conn).await?)
}

pub(crate) async fn set_password(conn: &mut Conn, id: PersonId, hash: &str, now: Instant) -> Result<()> {
    sql(include_str!("../sql/person_set_password.sql")).bind(id).bind(hash).bind(now).run(conn).await.map(drop)
}

/// Remembers how often the password was wrong in a row and until when the person is locked.
pub(crate) async fn tried(conn: &mut Conn, id: PersonId, failed: i64, until: Option<Instant>) -> Result<()> {
    sql(include_str!("../sql/person_tried.sql")).bind(id).bind(failed).bind(until).run(conn).await.map(drop)
}

pub(crate) async fn insert_grant(
    conn: &mut Conn,
    id: Uuid,
    person: PersonId,
    grant: NewGrant,
    now: Instant,
) -> Result<()> {
    sql(include_str!("../sql/grant_insert.sql"))
        .bind(id)
        .bind(person)
        .bind(grant.role.as_str())
        .bind(grant.unit)
        .bind(grant.enterprise)
        .bind(now)
        .run(conn)
        .await
        .map(drop)
}

pub(crate) async fn holds(conn: &mut Conn, person: PersonId, grant: NewGrant) -> Result<bool> {
    let query = sql(include_str!("../sql/grant_exists.sql"))
        .bind(person)
        .bind(grant.role.as_str())
        .bind(grant.unit)
        .bind(grant.enterprise);
    Ok(query.one(conn).await?.get::<i64>(0)? > 0)
}

/// Takes a role away; `false` if the person does not hold it. The caller writes the audit entry.
pub async fn remove_grant(conn: &mut Conn, person: PersonId, grant: Uuid) -> Result<bool> {
    Ok(sql(include_str!("../sql/grant_delete.sql")).bind(grant).bind(person).run(conn).await? > 0)
}

const PERSON: &str = "SELECT p.id, p.login, p.name, p.phone, p.title, p.active, p.away_from, p.away_until, \
                      p.locked_until, p.version FROM person p WHERE ";

/// The person with this id.
pub async fn find_person(conn: &mut Conn, id: PersonId) -> Result<Option<Person>> {
    Ok(people(conn, "p.id = $1".into(), vec![id.into()], 1).await?.pop())
}

/// The person who signs in with `login`.
pub async fn find_person_by_login(conn: &mut Conn, login: &str) -> Result<Option<Person>> {
    let login = crate::sign_in::login_form(login);
    Ok(people(conn, "p.login = $1".into(), vec![login.into()], 1).await?.pop())
}

/// At most `limit` people in the order of name and id, those that come after `after` (the last one of the page before).
pub async fn list_people(
    conn: &mut Conn,
    filter: &PeopleFilter,
    after: Option<(&str, PersonId)>,
    limit: u32,
) -> Result<Vec<Person>> {
    let mut values: Vec<Value> = Vec::new();
    let mut bind = |value: Value| {
        values.push(value);
        format!("${}", values.len())
    };
    let mut parts = vec!["1 = 1".to_owned()];
    let text = filter.text.trim().to_lowercase();
    if !text.is_empty() {
        let like = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let like = bind(format!("%{like}%").into());
        parts.push(format!("(lower(p.name) LIKE {like} ESCAPE '\\' OR p.login LIKE {like} ESCAPE '\\')"));
    }
    let mut held = Vec::new();
    if let Some(role) = filter.role {
        held.push(format!("g.role = {}", bind(role.as_str().into())));
    }
    if let Some(unit) = filter.unit {
        held.push(format!("g.unit_id = {}", bind(unit.into())));
    }
    if let Some(enterprise) = filter.enterprise {
        held.push(format!("g.enterprise_id = {}", bind(enterprise.into())));
    }
    if !held.is_empty() {
        parts.push(format!("p.id IN (SELECT g.person_id FROM role_grant g WHERE {})", held.join(" AND ")));
    }
    if filter.active_only {
        parts.push("p.active".to_owned());
    }
    if let Some((name, id)) = after {
        parts.push(format!("(p.name, p.id) > ({}, {})", bind(name.into()), bind(id.into())));
    }
    people(conn, parts.join(" AND "), values, limit).await
}

async fn people(conn: &mut Conn, filter: String, values: Vec<Value>, limit: u32) -> Result<Vec<Person>> {
    let text = format!("{PERSON}{filter} ORDER BY p.name, p.id LIMIT {limit}");
    let rows = sql_text(text).bind_all(values).all(conn).await?;
    let mut people = rows.iter().map(person).collect::<Result<Vec<_>>>()?;
    if people.is_empty() {
        return Ok(people);
    }
    let marks: Vec<_> = (1..=people.len()).map(|n| format!("${n}")).collect();
    let text = format!(
        "SELECT g.person_id, g.id, g.role, g.unit_id, u.name, u.name_en, u.path, g.enterprise_id \
         FROM role_grant g LEFT JOIN unit u ON u.id = g.unit_id WHERE g.person_id IN ({}) \
         ORDER BY g.created_at, g.id",
        marks.join(", ")
    );
    let ids: Vec<Value> = people.iter().map(|p| p.id.into()).collect();
    for row in sql_text(text).bind_all(ids).all(conn).await? {
        let mut c = row.cursor();
        let owner: PersonId = c.id()?;
        let id = c.next()?;
        if let (Some(grant), Some(person)) = (grant(&mut c)?, people.iter_mut().find(|p| p.id == owner)) {
            person.grants.push(HeldGrant { id, grant });
        }
    }
    Ok(people)
}

fn person(row: &Row) -> Result<Person> {
    let mut c = row.cursor();
    Ok(Person {
        id: c.id()?,
        login: c.next()?,
        name: c.next()?,
        phone: c.next()?,
        title: c.next()?,
        active: c.next()?,
        away_from: c.next::<Option<NaiveDate>>()?,
        away_until: c.next::<Option<NaiveDate>>()?,
        locked_until: c.next()?,
        version: c.next()?,
        grants: Vec::new(),
    })
}

/// Role, unit, its names and path, enterprise; nothing when the outer join found no grant.
fn grant(c: &mut Cursor<'_>) -> Result<Option<Grant>> {
    let Some(role) = c.next::<Option<String>>()? else { return Ok(None) };
    Ok(Some(Grant {
        role: role.parse()?,
        unit: c.id_opt()?,
        unit_name: c.next::<Option<String>>()?.unwrap_or_default(),
        unit_name_en: c.next::<Option<String>>()?.unwrap_or_default(),
        unit_path: c.next::<Option<String>>()?.unwrap_or_default(),
        enterprise: c.id_opt::<EnterpriseId>()?,
    }))
}

// Sessions.

/// A session's rows: who, and every role held.
pub(crate) struct SessionRow {
    pub person: PersonId,
    pub csrf: String,
    pub seen_at: Instant,
    pub name: String,
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
    sql(include_str!("../sql/session_insert.sql"))
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
    let rows = sql(include_str!("../sql/session_find.sql")).bind(hash).bind(now).bind(seen).all(conn).await?;
    let mut found: Option<SessionRow> = None;
    for row in &rows {
        let mut c = row.cursor();
        let head = SessionRow {
            person: c.id()?,
            csrf: c.next()?,
            seen_at: c.next()?,
            name: c.next()?,
            grants: Vec::new(),
        };
        found.get_or_insert(head).grants.extend(grant(&mut c)?);
    }
    Ok(found)
}

pub(crate) async fn touch_session(conn: &mut Conn, hash: &[u8], now: Instant) -> Result<()> {
    sql(include_str!("../sql/session_touch.sql")).bind(hash).bind(now).run(conn).await.map(drop)
}

pub(crate) async fn end_session(conn: &mut Conn, hash: &[u8]) -> Result<()> {
    sql(include_str!("../sql/session_end.sql")).bind(hash).run(conn).await.map(drop)
}

pub(crate) async fn end_sessions(conn: &mut Conn, person: PersonId) -> Result<u64> {
    sql(include_str!("../sql/session_end_all.sql")).bind(person).run(conn).await
}

pub(crate) async fn sweep_sessions(conn: &mut Conn, expired: Instant, seen: Instant) -> Result<u64> {
    sql(include_str!("../sql/session_sweep.sql")).bind(expired).bind(seen).run(conn).await
}

// Throttles.

/// Counts one more try and returns since when how many were counted.
pub(crate) async fn throttle_count(
    conn: &mut Conn,
    key: &str,
    now: Instant,
    stale: Instant,
) -> Result<(Instant, i64)> {
    let row = sql(include_str!("../sql/throttle_count.sql")).bind(key).bind(now).bind(stale).one(conn).await?;
    Ok((row.get(0)?, row.get(1)?))
}

/// How many tries are counted for the key.
pub(crate) async fn throttle_read(conn: &mut Conn, key: &str) -> Result<i64> {
    let row = sql(include_str!("../sql/throttle_read.sql")).bind(key).optional(conn).await?;
    row.map_or(Ok(0), |row| row.get(0))
}

pub(crate) async fn throttle_restart(conn: &mut Conn, key: &str, now: Instant) -> Result<()> {
    sql(include_str!("../sql/throttle_restart.sql")).bind(key).bind(now).run(conn).await.map(drop)
}

pub(crate) async fn throttle_refund(conn: &mut Conn, key: &str) -> Result<()> {
    sql(include_str!("../sql/throttle_refund.sql")).bind(key).run(conn).await.map(drop)
}

pub(crate) async fn throttle_clear(conn: &mut Conn, key: &str) -> Result<()> {
    sql(include_str!("../sql/throttle_clear.sql")).bind(key).run(conn).await.map(drop)
}

pub(crate) async fn sweep_throttles(conn: &mut Conn, before: Instant) -> Result<u64> {
    sql(include_str!("../sql/throttle_sweep.sql")).bind(before).run(conn).await
}

// Tokens.

pub(crate) async fn insert_token(conn: &mut Conn, token: &Token, hash: &[u8]) -> Result<()> {
    sql(include_str!("../sql/token_insert.sql"))
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

/// Name, scopes and the grant of a token that is neither revoked nor expired.
pub(crate) async fn token(conn: &mut Conn, hash: &[u8], now: Instant) -> Result<Option<(String, String, Grant)>> {
    let row = sql(include_str!("../sql/token_find.sql")).bind(hash).bind(now).optional(conn).await?;
    row.map(|row| {
        let grant = Grant {
            role: crate::Role::System,
            unit: Some(row.get::<Uuid>(3)?.into()),
            unit_name: row.get(4)?,
            unit_name_en: row.get(5)?,
            unit_path: row.get(6)?,
            enterprise: None,
        };
        Ok((row.get(1)?, row.get(2)?, grant))
    })
    .transpose()
}

pub(crate) async fn tokens(conn: &mut Conn) -> Result<Vec<Token>> {
    let rows = sql(include_str!("../sql/token_list.sql")).all(conn).await?;
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
    Ok(sql(include_str!("../sql/token_revoke.sql")).bind(id).bind(now).run(conn).await? > 0)
}

// Audit.

/// Number and hash of the newest entry.
pub(crate) async fn audit_head(conn: &mut Conn) -> Result<Option<(i64, Vec<u8>)>> {
    let row = sql(include_str!("../sql/audit_head.sql")).optional(conn).await?;
    row.map(|row| Ok((row.get(0)?, row.get(1)?))).transpose()
}

/// Appends the link and moves the head to it.
pub(crate) async fn append_audit(conn: &mut Conn, link: Link) -> Result<()> {
    let entry = link.entry;
    sql(include_str!("../sql/audit_insert.sql"))
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
        .run(conn)
        .await?;
    sql(include_str!("../sql/audit_head_set.sql")).bind(entry.seq).bind(link.hash).run(conn).await.map(drop)
}

/// Calls `each` with every link in order and the head as it stood at the same moment, until it says `false`.
pub(crate) async fn walk_audit(
    conn: &mut Conn,
    mut each: impl FnMut(Link, Option<(i64, Vec<u8>)>) -> bool,
) -> Result<()> {
    use futures_util::TryStreamExt;
    let mut rows = sql(include_str!("../sql/audit_walk.sql")).stream(conn)?;
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

/// Newest first.
pub(crate) async fn audit_entries(
    conn: &mut Conn,
    filter: &AuditFilter,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<AuditEntry>> {
    let tests: [(&str, Option<Value>); 7] = [
        ("seq <", before.map(Value::from)),
        ("action =", filter.action.as_deref().map(Value::from)),
        ("resource =", filter.resource.as_deref().map(Value::from)),
        ("resource_id =", filter.resource_id.as_deref().map(Value::from)),
        ("actor_id =", filter.actor.map(Value::from)),
        ("at >=", filter.from.map(Value::from)),
        ("at <", filter.to.map(Value::from)),
    ];
    let mut text =
        "SELECT seq, at, actor_id, actor, action, resource, resource_id, detail FROM audit WHERE 1 = 1".to_owned();
    let mut values = Vec::new();
    for (test, value) in tests {
        if let Some(value) = value {
            values.push(value);
            text.push_str(&format!(" AND {test} ${}", values.len()));
        }
    }
    text.push_str(&format!(" ORDER BY seq DESC LIMIT {limit}"));
    let rows = sql_text(text).bind_all(values).all(conn).await?;
    rows.iter().map(|row| audit_entry(&mut row.cursor())).collect()
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
