//! Rows of this crate: only this file and those below it run SQL. Here: units and people.

mod audit;
mod keys;

pub(crate) use audit::*;
pub(crate) use keys::*;

use chrono::{DateTime, NaiveDate, Utc};
use db::{Conn, Cursor, Engine, Row, Value, Where, sql, sql_text};
use kernel::{EnterpriseId, Error, PersonId, Result, UnitId};
use uuid::Uuid;

use crate::actor::Grant;
use crate::people::{HeldGrant, NewGrant, NewPerson, PeopleFilter, Person, PersonChange};
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

/// A number that rises with every change of any unit: units are never removed, and each change raises a version.
pub async fn units_version(conn: &mut Conn) -> Result<i64> {
    sql(include_str!("../sql/units_version.sql")).one(conn).await?.get(0)
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
        .bind(new.one_time)
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

pub(crate) async fn set_password(
    conn: &mut Conn,
    id: PersonId,
    hash: &str,
    one_time: bool,
    now: Instant,
) -> Result<()> {
    let query = sql(include_str!("../sql/person_set_password.sql")).bind(id).bind(hash).bind(one_time).bind(now);
    query.run(conn).await.map(drop)
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
    let mut w = conditions(conn.engine(), filter);
    if let Some((name, id)) = after {
        w.and("(p.name, p.id) > (?, ?)", [name.into(), id.into()]);
    }
    people(conn, w.text, w.values, limit).await
}

/// How many people a filter finds.
pub async fn count_people(conn: &mut Conn, filter: &PeopleFilter) -> Result<i64> {
    let w = conditions(conn.engine(), filter);
    let text = format!("SELECT COUNT(*) FROM person p WHERE {}", w.text);
    sql_text(text).bind_all(w.values).one(conn).await?.get(0)
}

/// The conditions of a filter on `person p`.
fn conditions(engine: Engine, filter: &PeopleFilter) -> Where {
    let mut w = Where::new(engine);
    let text = filter.text.trim().to_lowercase();
    if !text.is_empty() {
        let like = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let like = w.bind(format!("%{like}%").into());
        w.and_any(&[format!("lower(p.name) LIKE {like} ESCAPE '\\'"), format!("p.login LIKE {like} ESCAPE '\\'")]);
    }
    let mut held = Vec::new();
    if let Some(role) = filter.role {
        held.push(format!("g.role = {}", w.bind(role.as_str().into())));
    }
    if let Some(unit) = filter.unit {
        held.push(format!("g.unit_id = {}", w.bind(unit.into())));
    }
    if let Some(enterprise) = filter.enterprise {
        held.push(format!("g.enterprise_id = {}", w.bind(enterprise.into())));
    }
    if !held.is_empty() {
        w.and(&format!("p.id IN (SELECT g.person_id FROM role_grant g WHERE {})", held.join(" AND ")), []);
    }
    if filter.active_only {
        w.and("p.active", []);
    }
    w
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
