//! Who helps which enterprise (包联): a lead and deputies, from a day to a day.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use db::{Conn, Tx, Where, sql, sql_text};
use identity::Reached;
use kernel::{EnterpriseId, Error, PersonId, Random, Result, uuid_v7};

use super::list::reach;
use super::read::{BRIEF, BRIEF_FROM, BRIEF_WIDTH, read_brief};
use crate::enterprise::{Brief, HelperKind};

/// A helper as the enterprise's page shows one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HelperRow {
    pub person: PersonId,
    pub login: String,
    pub name: String,
    /// Full number; mask it for readers who may not see it.
    pub phone: String,
    pub title: String,
    /// Unit of the person's first role; empty if there is none.
    pub unit_name: String,
    pub unit_name_en: String,
    pub kind: HelperKind,
    pub from: NaiveDate,
}

/// Makes somebody a helper from a day on. A new lead takes the place of the one before; somebody who helps already only
/// changes kind. Done already: nothing happens, `false`.
pub async fn assign_helper(
    tx: &mut Tx,
    random: &dyn Random,
    enterprise: EnterpriseId,
    person: PersonId,
    kind: HelperKind,
    from: NaiveDate,
    now: DateTime<Utc>,
) -> Result<bool> {
    let text = "SELECT person_id, kind FROM helper WHERE enterprise_id = $1 AND to_date IS NULL";
    let current = sql(text).bind(enterprise).all(tx).await?;
    for row in current {
        let (other, has): (PersonId, HelperKind) = (row.get::<uuid::Uuid>(0)?.into(), row.get::<String>(1)?.parse()?);
        if other == person && has == kind {
            return Ok(false);
        }
        if other == person || (kind == HelperKind::Lead && has == HelperKind::Lead) {
            end_helper(tx, enterprise, other, from).await?;
        }
    }
    sql("INSERT INTO helper (id, enterprise_id, person_id, kind, from_date, to_date, created_at) VALUES ($1, $2, $3, $4, $5, NULL, $6)")
        .bind(uuid_v7(now, random))
        .bind(enterprise)
        .bind(person)
        .bind(kind.as_str())
        .bind(from)
        .bind(now)
        .run(tx)
        .await?;
    Ok(true)
}

/// Ends what somebody does for an enterprise on a day.
///
/// # Errors
/// `not-found` if the person does not help it.
pub async fn end_helper(tx: &mut Tx, enterprise: EnterpriseId, person: PersonId, to: NaiveDate) -> Result<()> {
    let text = "UPDATE helper SET to_date = $3 WHERE enterprise_id = $1 AND person_id = $2 AND to_date IS NULL";
    match sql(text).bind(enterprise).bind(person).bind(to).run(tx).await? {
        0 => Err(Error::not_found("helper")),
        _ => Ok(()),
    }
}

/// The enterprises somebody helps, each with how.
pub async fn bonds_of(conn: &mut Conn, person: PersonId) -> Result<Vec<(EnterpriseId, HelperKind)>> {
    let text = "SELECT enterprise_id, kind FROM helper WHERE person_id = $1 AND to_date IS NULL ORDER BY from_date, id";
    let rows = sql(text).bind(person).all(conn).await?;
    rows.iter().map(|row| Ok((row.get::<uuid::Uuid>(0)?.into(), row.get::<String>(1)?.parse()?))).collect()
}

/// The helpers of an enterprise, the lead first. Who has left is none.
pub async fn helpers_of(conn: &mut Conn, enterprise: EnterpriseId) -> Result<Vec<HelperRow>> {
    let rows = sql(include_str!("../../sql/helpers_of.sql")).bind(enterprise).all(conn).await?;
    let read = |row: &db::Row| {
        let mut c = row.cursor();
        Ok(HelperRow {
            person: c.id()?,
            login: c.next()?,
            name: c.next()?,
            phone: c.next()?,
            title: c.next()?,
            unit_name: c.next()?,
            unit_name_en: c.next()?,
            kind: c.next::<String>()?.parse()?,
            from: c.next()?,
        })
    };
    rows.iter().map(read).collect()
}

/// Names of the leads of some enterprises, for a page of a list.
pub async fn leads_of(conn: &mut Conn, enterprises: &[EnterpriseId]) -> Result<HashMap<EnterpriseId, String>> {
    let mut leads = HashMap::new();
    for some in enterprises.chunks(500) {
        let names: Vec<_> = (1..=some.len()).map(|n| format!("${n}")).collect();
        let text = format!(
            "SELECT h.enterprise_id, p.name FROM helper h JOIN person p ON p.id = h.person_id AND p.active \
             WHERE h.enterprise_id IN ({}) AND h.to_date IS NULL ORDER BY CASE h.kind WHEN 'lead' THEN 1 ELSE 0 END",
            names.join(", ")
        );
        for row in sql_text(text).bind_all(some.iter().map(|id| (*id).into())).all(conn).await? {
            // The lead comes last and so takes the place of a deputy.
            leads.insert(row.get::<uuid::Uuid>(0)?.into(), row.get(1)?);
        }
    }
    Ok(leads)
}

/// The enterprises somebody helps, by name, each with how, as far as they are reached.
pub async fn helped_by(conn: &mut Conn, reached: &Reached, person: PersonId) -> Result<Vec<(Brief, HelperKind)>> {
    let mut w = Where::new(conn.engine());
    w.and("h.person_id = ?", [person.into()]);
    reach(&mut w, reached);
    let text = format!(
        "SELECT {BRIEF}, h.kind{BRIEF_FROM} JOIN helper h ON h.enterprise_id = e.id AND h.to_date IS NULL \
         WHERE {} ORDER BY e.pinyin, e.id",
        w.text
    );
    let rows = sql_text(text).bind_all(w.values).all(conn).await?;
    rows.iter().map(|row| Ok((read_brief(row)?, row.get::<String>(BRIEF_WIDTH)?.parse()?))).collect()
}
