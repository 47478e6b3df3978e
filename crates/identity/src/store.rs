//! Rows of this crate: only this file and those below it run SQL. Here: people.

mod audit;
mod keys;
mod units;

pub(crate) use audit::*;
pub(crate) use keys::*;
pub use units::*;

use chrono::{DateTime, NaiveDate, Utc};
use db::{Conn, Cursor, Engine, Row, Value, Where, sql, sql_text};
use kernel::{EnterpriseId, Error, PersonId, Result, pinyin_person};
use uuid::Uuid;

use crate::access::reach_path;
use crate::actor::Grant;
use crate::people::{HeldGrant, NewGrant, NewPerson, PeopleFilter, Person, PersonChange};
use crate::unit::UnitKind;

type Instant = DateTime<Utc>;

/// Nothing was touched: the version the change was made from is no longer there.
fn touched(rows: u64) -> Result<()> {
    if rows == 0 { Err(Error::conflict("changed-meanwhile")) } else { Ok(()) }
}

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
        .bind(reading(&new.name))
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
        .bind(now)
        .bind(reading(&change.name));
    touched(query.run(conn).await?)
}

/// How a name is sorted. Never empty, so that what was not read yet can be told.
fn reading(name: &str) -> String {
    let mut reading = pinyin_person(name.trim());
    reading.truncate(READING_LETTERS);
    if reading.is_empty() { "~".to_owned() } else { reading }
}

/// Letters of a reading that are kept; no name of a person is longer.
const READING_LETTERS: usize = 60;

/// Whether names were entered before names were read.
pub(crate) async fn has_unread_names(conn: &mut Conn) -> Result<bool> {
    Ok(sql("SELECT id FROM person WHERE pinyin = '' LIMIT 1").optional(conn).await?.is_some())
}

/// Reads the names that were entered before names were read; how many there were.
pub(crate) async fn read_names(conn: &mut Conn) -> Result<usize> {
    let rows = sql("SELECT id, name FROM person WHERE pinyin = ''").all(conn).await?;
    for row in &rows {
        let (id, name): (Uuid, String) = (row.get(0)?, row.get(1)?);
        sql("UPDATE person SET pinyin = $2 WHERE id = $1").bind(id).bind(reading(&name)).run(conn).await?;
    }
    Ok(rows.len())
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

/// The person somebody means who typed a login or, where only one active person is called so, a name.
pub async fn find_person_meant(conn: &mut Conn, text: &str) -> Result<Option<Person>> {
    if let Some(person) = find_person_by_login(conn, text).await? {
        return Ok(Some(person));
    }
    let mut named = people(conn, "p.name = $1 AND p.active".into(), vec![text.into()], 2).await?;
    Ok(named.pop().filter(|_| named.is_empty()))
}

/// At most `limit` people in the order in which names are read, those that come after `after` (name and id of the last one
/// of the page before).
pub async fn list_people(
    conn: &mut Conn,
    filter: &PeopleFilter,
    after: Option<(&str, PersonId)>,
    limit: u32,
) -> Result<Vec<Person>> {
    let mut w = conditions(conn.engine(), filter);
    if let Some((name, id)) = after {
        w.and("(p.pinyin, p.id) > (?, ?)", [reading(name).into(), id.into()]);
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
        let columns = ["lower(p.name)", "p.login", "p.pinyin"];
        w.and_any(&columns.map(|column| format!("{column} LIKE {like} ESCAPE '\\'")));
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
    let text = format!("{PERSON}{filter} ORDER BY p.pinyin, p.id LIMIT {limit}");
    let rows = sql_text(text).bind_all(values).all(conn).await?;
    let mut people = rows.iter().map(person).collect::<Result<Vec<_>>>()?;
    if people.is_empty() {
        return Ok(people);
    }
    let marks: Vec<_> = (1..=people.len()).map(|n| format!("${n}")).collect();
    let text = format!(
        "SELECT g.person_id, g.id, g.role, g.unit_id, u.name, u.name_en, u.path, u.kind, a.kind, g.enterprise_id \
         FROM role_grant g LEFT JOIN unit u ON u.id = g.unit_id LEFT JOIN unit a ON a.id = u.parent_id WHERE g.person_id IN ({}) \
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

/// Role, unit, its names, path, kind and the kind of the unit above, enterprise; nothing when the outer join found no grant.
fn grant(c: &mut Cursor<'_>) -> Result<Option<Grant>> {
    let Some(role) = c.next::<Option<String>>()? else { return Ok(None) };
    let role = role.parse()?;
    let unit = c.id_opt()?;
    let unit_name = c.next::<Option<String>>()?.unwrap_or_default();
    let unit_name_en = c.next::<Option<String>>()?.unwrap_or_default();
    let path = c.next::<Option<String>>()?.unwrap_or_default();
    let kinds = [c.next::<Option<String>>()?, c.next::<Option<String>>()?];
    let kinds = kinds.into_iter().flatten().map(|kind| kind.parse()).collect::<Result<Vec<UnitKind>>>()?;
    Ok(Some(Grant {
        role,
        unit,
        unit_name,
        unit_name_en,
        unit_path: reach_path(role, &kinds, &path).to_owned(),
        enterprise: c.id_opt::<EnterpriseId>()?,
    }))
}

/// A role that is to be given, as it will be held.
///
/// # Errors
/// `not-found` for an unknown unit.
pub async fn grant_as_held(conn: &mut Conn, new: NewGrant) -> Result<Grant> {
    let mut held = Grant {
        role: new.role,
        unit: new.unit,
        unit_name: String::new(),
        unit_name_en: String::new(),
        unit_path: String::new(),
        enterprise: new.enterprise,
    };
    if let Some(id) = new.unit {
        let unit = find_unit(conn, id).await?.ok_or_else(|| Error::not_found("unit"))?;
        let above = match unit.parent {
            Some(above) => find_unit(conn, above).await?,
            None => None,
        };
        let kinds: Vec<UnitKind> = [unit.kind].into_iter().chain(above.map(|above| above.kind)).collect();
        held.unit_path = reach_path(new.role, &kinds, &unit.path).to_owned();
        (held.unit_name, held.unit_name_en) = (unit.name, unit.name_en);
    }
    Ok(held)
}
