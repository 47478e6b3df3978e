//! Rows of enterprises that are noted under the name somebody gave, until the desk has looked.

use chrono::{DateTime, Utc};
use db::{Conn, Tx, sql};
use kernel::{CreditCode, EnterpriseId, Error, Result, name_key};

use super::alias::aliases;
use super::counts::count_moved;
use super::read::find;
use super::write::{insert_rows, next_serials, put_search};
use crate::enterprise::{Enterprise, NewEnterprise, Status};

/// Enters one under this id, with a stand-in for its code.
pub(crate) async fn insert_unchecked(
    tx: &mut Tx,
    id: EnterpriseId,
    new: impl FnOnce(CreditCode) -> NewEnterprise,
    now: DateTime<Utc>,
) -> Result<NewEnterprise> {
    let serial = next_serials(tx, 1).await? + 1;
    let new = NewEnterprise { status: Status::Unchecked, ..new(CreditCode::stand_in(serial.unsigned_abs())) };
    let new = new.checked()?;
    insert_rows(tx, &[(id, serial, &new)], now).await?;
    Ok(new)
}

/// One that waits under this name already.
pub(crate) async fn unchecked_like(conn: &mut Conn, name: &str) -> Result<Option<EnterpriseId>> {
    let text = "SELECT id FROM enterprise WHERE name_key = $1 AND status = 'unchecked' ORDER BY id LIMIT 1";
    let row = sql(text).bind(name_key(name)).optional(conn).await?;
    row.map(|row| Ok(row.get::<uuid::Uuid>(0)?.into())).transpose()
}

/// Takes one away that nothing refers to any more.
pub(crate) async fn drop_unchecked(tx: &mut Tx, noted: &Enterprise) -> Result<()> {
    let id = noted.id;
    count_moved(tx, [], [&noted.facts]).await?;
    sql("DELETE FROM enterprise_search WHERE rowid = $1").bind(noted.serial).run(tx).await?;
    sql("DELETE FROM enterprise_alias WHERE enterprise_id = $1").bind(id).run(tx).await?;
    let gone = sql("DELETE FROM enterprise WHERE id = $1 AND status = 'unchecked'").bind(id).run(tx).await?;
    if gone == 0 {
        return Err(Error::conflict("changed-meanwhile"));
    }
    Ok(())
}

/// Writes what an enterprise is found by anew, with the former and other names it has now.
pub(crate) async fn refresh_search(tx: &mut Tx, id: EnterpriseId) -> Result<()> {
    let found = find(tx, id).await?.ok_or_else(|| Error::not_found("enterprise"))?;
    let known = aliases(tx, id).await?;
    let also: Vec<_> = known.iter().map(|alias| alias.value.as_str()).collect();
    put_search(tx, found.serial, found.facts.search_body(&also)).await
}
