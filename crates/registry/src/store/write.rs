//! Entering and changing enterprises: rows, their search documents, their serials.

use chrono::{DateTime, Utc};
use db::{Conn, Engine, Tx, Value, sql, sql_for, sql_on, sql_text};
use kernel::{Clock, EnterpriseId, Error, Random, Result, name_key};

use super::alias::{AliasKind, add_alias, aliases};
use super::counts::count_moved;
use super::read::find;
use crate::enterprise::{Enterprise, NewEnterprise};

const COLUMNS: &str = "id, serial, credit_code, code_check, name, short_name, name_key, pinyin, division, township_id, \
    industry, chain, scale, address, contact_name, contact_phone, staff, status, created_at, updated_at, version";
const WIDTH: usize = 21;
/// Rows of one statement: 8,400 parameters, well under the limits of both engines.
const BATCH: usize = 400;

/// Enters one enterprise. The caller has checked the right and writes the audit entry.
///
/// # Errors
/// `invalid-fields` for what [`NewEnterprise::checked`] refuses and for a code that is taken.
pub async fn create(tx: &mut Tx, clock: &dyn Clock, random: &dyn Random, new: NewEnterprise) -> Result<EnterpriseId> {
    let new = new.checked()?;
    if super::find_by_code(tx, new.credit_code.as_str()).await?.is_some() {
        return Err(Error::invalid("invalid-fields").field("credit_code", "credit-code-taken"));
    }
    let ids = create_many(tx, clock, random, std::slice::from_ref(&new)).await?;
    ids.first().copied().ok_or_else(|| Error::internal("one enterprise went in and none came out"))
}

/// Enters many enterprises that are [`NewEnterprise::checked`] already, in the order given.
///
/// # Errors
/// `exists-already` if a code is taken; then the transaction must be given up.
pub async fn create_many(
    tx: &mut Tx,
    clock: &dyn Clock,
    random: &dyn Random,
    news: &[NewEnterprise],
) -> Result<Vec<EnterpriseId>> {
    let now = clock.now();
    let mut serial = next_serials(tx, news.len()).await?;
    let mut ids = Vec::with_capacity(news.len());
    for batch in news.chunks(BATCH) {
        let rows: Vec<_> = batch
            .iter()
            .map(|new| {
                serial += 1;
                (EnterpriseId::new(now, random), serial, new)
            })
            .collect();
        insert_rows(tx, &rows, now).await?;
        ids.extend(rows.iter().map(|(id, _, _)| *id));
    }
    Ok(ids)
}

/// Takes `n` serials; the first is one above the number returned.
pub(crate) async fn next_serials(tx: &mut Tx, n: usize) -> Result<i64> {
    let n = i64::try_from(n).map_err(Error::internal)?;
    let text = "INSERT INTO counter (name, n) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET n = counter.n + excluded.n RETURNING n";
    let last: i64 = sql(text).bind("enterprise").bind(n).one(tx).await?.get(0)?;
    Ok(last - n)
}

/// Rows and search documents of new enterprises, at most a few hundred at a time.
pub(crate) async fn insert_rows(
    tx: &mut Tx,
    rows: &[(EnterpriseId, i64, &NewEnterprise)],
    now: DateTime<Utc>,
) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut values: Vec<Value> = Vec::with_capacity(rows.len() * WIDTH);
    for (id, serial, new) in rows {
        values.extend([(*id).into(), (*serial).into()]);
        values.extend(facts(new));
        values.extend([now.into(), now.into(), 1_i64.into()]);
    }
    let text = format!("INSERT INTO enterprise ({COLUMNS}) VALUES {}", places(tx.engine(), rows.len(), WIDTH));
    sql_text(text).bind_all(values).run(tx).await?;
    let former: Vec<Option<String>> = rows.iter().map(|(_, _, new)| old_division(new)).collect();
    let body = |((_, serial, new), old): (&(_, i64, &NewEnterprise), &Option<String>)| {
        let also: Vec<&str> = old.as_deref().into_iter().collect();
        (*serial, new.search_body(&also))
    };
    insert_search(tx, rows.iter().zip(&former).map(body).collect()).await?;
    count_moved(tx, rows.iter().map(|(_, _, new)| *new), []).await?;
    let aliases = rows.iter().zip(former).filter_map(|((id, ..), old)| Some((*id, old?))).collect();
    insert_divisions(tx, aliases, now).await
}

/// Lets PostgreSQL look at the register again after many rows came in. Until its own housekeeping comes round, plans made
/// for a small register would read the whole of it for every few rows: a list of 20,000 took 23 s to check, then 1 s.
pub(crate) async fn refresh_plans(tx: &mut Tx) -> Result<()> {
    if tx.engine() == Engine::Postgres {
        for text in ["ANALYZE enterprise", "ANALYZE enterprise_alias", "ANALYZE enterprise_search"] {
            sql(text).run(tx).await?;
        }
    }
    Ok(())
}

async fn insert_divisions(tx: &mut Tx, aliases: Vec<(EnterpriseId, String)>, now: DateTime<Utc>) -> Result<()> {
    if aliases.is_empty() {
        return Ok(());
    }
    let text = format!(
        "INSERT INTO enterprise_alias (enterprise_id, kind, value, created_at) VALUES {}",
        places(tx.engine(), aliases.len(), 4)
    );
    let kind = AliasKind::FormerDivision.as_str();
    let values = aliases.into_iter().flat_map(|(id, old)| [id.into(), kind.into(), old.into(), now.into()]);
    sql_text(text).bind_all(values).run(tx).await.map(drop)
}

/// The values from `credit_code` to `status`, in the order of the columns.
fn facts(new: &NewEnterprise) -> [Value; 16] {
    [
        new.credit_code.as_str().into(),
        new.code_check().into(),
        new.name.as_str().into(),
        new.short_name.as_str().into(),
        name_key(&new.name).into(),
        new.reading().into(),
        new.division.map(|d| d.canonical().to_string()).unwrap_or_default().into(),
        new.township.into(),
        new.industry.map(|i| i.as_str()).unwrap_or_default().into(),
        new.chain.clone().into(),
        new.scale.as_str().into(),
        new.address.as_str().into(),
        new.contact_name.as_str().into(),
        new.contact_phone.as_str().into(),
        new.staff.into(),
        new.status.as_str().into(),
    ]
}

/// `(?, ?), (?, ?)`: SQLite finds named parameters by walking their list, which thousands of them make slow.
pub(super) fn places(engine: Engine, rows: usize, width: usize) -> String {
    let mut n = 0;
    let mut place = || match engine {
        Engine::Sqlite => "?".to_owned(),
        Engine::Postgres => {
            n += 1;
            format!("${n}")
        }
    };
    let row = |place: &mut dyn FnMut() -> String| (0..width).map(|_| place()).collect::<Vec<_>>().join(", ");
    let rows: Vec<String> = (0..rows).map(|_| format!("({})", row(&mut place))).collect();
    // Whoever puts a statement together with it has one in the words of this engine.
    format!("{} {}", rows.join(", "), engine.only())
}

async fn insert_search(tx: &mut Tx, bodies: Vec<(i64, String)>) -> Result<()> {
    let body = |n: usize| match tx.engine() {
        Engine::Sqlite => "(?, ?)".to_owned(),
        Engine::Postgres => format!("(${}, to_tsvector('simple', ${}))", 2 * n + 1, 2 * n + 2),
    };
    let rows: Vec<_> = (0..bodies.len()).map(body).collect();
    let values: Vec<Value> = bodies.into_iter().flat_map(|(serial, body)| [serial.into(), body.into()]).collect();
    let text = format!("INSERT INTO enterprise_search (rowid, body) VALUES {}", rows.join(", "));
    sql_on(tx.engine(), &text).bind_all(values).run(tx).await?;
    Ok(())
}

/// Writes the search document of one enterprise anew.
pub(crate) async fn put_search(conn: &mut Conn, serial: i64, body: String) -> Result<()> {
    let put = sql_for(
        "INSERT OR REPLACE INTO enterprise_search (rowid, body) VALUES ($1, $2)",
        "INSERT INTO enterprise_search (rowid, body) VALUES ($1, to_tsvector('simple', $2)) \
         ON CONFLICT (rowid) DO UPDATE SET body = excluded.body",
    );
    put.bind(serial).bind(body).run(conn).await?;
    Ok(())
}

/// Changes an enterprise that still has `version`. A former name and a former code stay findable. The caller has
/// checked the right and writes the audit entry.
///
/// # Errors
/// `invalid-fields`; `changed-meanwhile` if somebody was faster; `not-found`.
pub async fn update(tx: &mut Tx, clock: &dyn Clock, id: EnterpriseId, version: i64, new: NewEnterprise) -> Result<()> {
    let new = new.checked()?;
    let old = find(tx, id).await?.ok_or_else(|| Error::not_found("enterprise"))?;
    let now = clock.now();
    if old.version != version {
        return Err(Error::conflict("changed-meanwhile"));
    }
    if old.facts.credit_code != new.credit_code {
        let taken = super::find_by_code(tx, new.credit_code.as_str()).await?;
        if taken.is_some_and(|other| other.id != id) {
            return Err(Error::invalid("invalid-fields").field("credit_code", "credit-code-taken"));
        }
        if let Some(former) = old.facts.credit_code.known() {
            add_alias(tx, id, AliasKind::FormerCode, former, now).await?;
        }
    }
    set_facts(tx, &old, &new, now).await
}

/// As [`update`], for facts that are checked and a row that is known already.
pub(crate) async fn set_facts(tx: &mut Tx, old: &Enterprise, new: &NewEnterprise, now: DateTime<Utc>) -> Result<()> {
    let id = old.id;
    let changed = sql(include_str!("../../sql/enterprise_update.sql"))
        .bind_all(facts(new))
        .bind(now)
        .bind(id)
        .bind(old.version)
        .run(tx)
        .await?;
    if changed == 0 {
        return Err(Error::conflict("changed-meanwhile"));
    }
    count_moved(tx, [new], [&old.facts]).await?;
    if old.facts.name != new.name {
        add_alias(tx, id, AliasKind::FormerName, &old.facts.name, now).await?;
    }
    if let Some(division) = old_division(new) {
        add_alias(tx, id, AliasKind::FormerDivision, &division, now).await?;
    }
    let known = aliases(tx, id).await?;
    let also: Vec<_> = known.iter().map(|alias| alias.value.as_str()).collect();
    put_search(tx, old.serial, new.search_body(&also)).await
}

/// A division that was renamed or merged (410728 → 410783) stays as an alias beside today's code.
fn old_division(new: &NewEnterprise) -> Option<String> {
    new.division.filter(|division| *division != division.canonical()).map(|division| division.to_string())
}
