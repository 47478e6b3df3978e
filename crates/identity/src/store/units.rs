//! Rows of units.

use db::{Conn, Row, sql};
use kernel::{Result, UnitId, english_name};

use super::{Instant, touched};
use crate::unit::{Unit, UnitChange};

pub(crate) async fn insert_unit(conn: &mut Conn, unit: &Unit, now: Instant) -> Result<()> {
    sql(include_str!("../../sql/unit_insert.sql"))
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
    let query = sql(include_str!("../../sql/unit_update.sql"))
        .bind(id)
        .bind(version)
        .bind(change.kind.as_str())
        .bind(change.name.trim())
        .bind(english_name(&change.name_en, &change.name))
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
    sql(include_str!("../../sql/unit_set_parent.sql")).bind(id).bind(parent).run(conn).await?;
    sql(include_str!("../../sql/unit_move.sql")).bind(old).bind(new).bind(now).run(conn).await.map(drop)
}

/// All units, parents before their children.
pub async fn list_units(conn: &mut Conn) -> Result<Vec<Unit>> {
    units(sql(include_str!("../../sql/unit_all.sql")).all(conn).await?)
}

/// A number that rises with every change of any unit: units are never removed, and each change raises a version.
pub async fn units_version(conn: &mut Conn) -> Result<i64> {
    sql(include_str!("../../sql/units_version.sql")).one(conn).await?.get(0)
}

/// The unit with this id.
pub async fn find_unit(conn: &mut Conn, id: UnitId) -> Result<Option<Unit>> {
    sql(include_str!("../../sql/unit_find.sql")).bind(id).optional(conn).await?.map(|row| unit(&row)).transpose()
}

/// The unit with this code.
pub async fn find_unit_by_code(conn: &mut Conn, code: &str) -> Result<Option<Unit>> {
    sql(include_str!("../../sql/unit_find_code.sql")).bind(code).optional(conn).await?.map(|row| unit(&row)).transpose()
}

/// The unit somebody means who typed its code or, where only one in use is called so, its name.
pub async fn find_unit_meant(conn: &mut Conn, text: &str) -> Result<Option<Unit>> {
    if let Some(unit) = find_unit_by_code(conn, text).await? {
        return Ok(Some(unit));
    }
    let named = units(sql(include_str!("../../sql/unit_find_name.sql")).bind(text).all(conn).await?)?;
    Ok(unit_meant(&named, text).cloned())
}

/// The same among units at hand.
pub fn unit_meant<'u>(units: &'u [Unit], text: &str) -> Option<&'u Unit> {
    let mut named = units.iter().filter(|unit| unit.active && (unit.name == text || unit.name_en == text));
    units.iter().find(|unit| unit.code == text).or_else(|| named.next().filter(|_| named.next().is_none()))
}

/// The units directly below, in their order.
pub async fn unit_children(conn: &mut Conn, parent: UnitId) -> Result<Vec<Unit>> {
    units(sql(include_str!("../../sql/unit_children.sql")).bind(parent).all(conn).await?)
}

/// The unit with this path and everything below it.
pub async fn unit_subtree(conn: &mut Conn, path: &str) -> Result<Vec<Unit>> {
    units(sql(include_str!("../../sql/unit_subtree.sql")).bind(path).all(conn).await?)
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
