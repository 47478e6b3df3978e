//! The few rows that administration looks at across modules.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use db::{Conn, Value, sql, sql_text};
use kernel::{EnterpriseId, Result, UnitId};
use uuid::Uuid;

/// What is kept, in numbers.
pub(super) struct Counts {
    pub people: i64,
    pub away: i64,
    pub units: i64,
    pub tokens: i64,
    pub entries: i64,
    pub newest: Option<DateTime<Utc>>,
}

/// People and units in use, people who are away today, tokens that open something, entries of the audit.
pub(super) async fn counts(conn: &mut Conn, now: DateTime<Utc>) -> Result<Counts> {
    let today = kernel::local_date(now);
    let row = sql(include_str!("../../sql/admin_counts.sql")).bind(today).bind(now).one(conn).await?;
    let mut c = row.cursor();
    Ok(Counts {
        people: c.next()?,
        away: c.next()?,
        units: c.next()?,
        tokens: c.next()?,
        entries: c.next()?,
        newest: c.next()?,
    })
}

/// How many open matters each unit has a part in; as `/requests?unit=CODE` counts them.
pub(super) async fn open_work(conn: &mut Conn) -> Result<HashMap<UnitId, i64>> {
    let text = "SELECT unit_id, COUNT(DISTINCT need_id) FROM assignment WHERE open GROUP BY unit_id";
    pairs(sql(text).all(conn).await?)
}

/// How many active people hold a role for each unit.
pub(super) async fn members(conn: &mut Conn) -> Result<HashMap<UnitId, i64>> {
    let text = "SELECT g.unit_id, COUNT(DISTINCT g.person_id) FROM role_grant g JOIN person p ON p.id = g.person_id \
                WHERE p.active AND g.unit_id IS NOT NULL GROUP BY g.unit_id";
    pairs(sql(text).all(conn).await?)
}

fn pairs(rows: Vec<db::Row>) -> Result<HashMap<UnitId, i64>> {
    rows.iter().map(|row| Ok((row.get::<Uuid>(0)?.into(), row.get(1)?))).collect()
}

/// What the audit names by id: kind, where its names stand (id, the name people know, words of the address), the beginning of its page's address.
pub(super) const NAMED: [(&str, &str, &str); 5] = [
    ("person", "SELECT id, name, login FROM person WHERE id IN", "/admin/people/"),
    ("unit", "SELECT id, name, code FROM unit WHERE id IN", "/admin/units/"),
    ("request", "SELECT id, number, number FROM request WHERE id IN", "/requests/"),
    ("enterprise", "SELECT id, name, credit_code FROM enterprise WHERE id IN", "/enterprises/"),
    ("token", "SELECT id, name, prefix FROM api_token WHERE id IN", ""),
];

/// Names by which people know things that are written down by their id.
pub(super) async fn names_of(
    conn: &mut Conn,
    text: &'static str,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, (String, String)>> {
    let mut names = HashMap::new();
    for some in ids.chunks(500) {
        let marks: Vec<_> = (1..=some.len()).map(|n| format!("${n}")).collect();
        let query = sql_text(format!("{text} ({})", marks.join(", ")));
        for row in query.bind_all(some.iter().map(|id| Value::from(*id))).all(conn).await? {
            names.insert(row.get(0)?, (row.get(1)?, row.get(2)?));
        }
    }
    Ok(names)
}

/// Credit code and name of some enterprises.
pub(super) async fn enterprises(
    conn: &mut Conn,
    ids: impl Iterator<Item = EnterpriseId>,
) -> Result<HashMap<Uuid, (String, String)>> {
    let mut ids: Vec<Uuid> = ids.map(EnterpriseId::uuid).collect();
    ids.sort_unstable();
    ids.dedup();
    names_of(conn, "SELECT id, credit_code, name FROM enterprise WHERE id IN", &ids).await
}
