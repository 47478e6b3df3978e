//! Reported facts in the database: kept in batches, read for one enterprise or for all of them.

use std::cmp::Reverse;
use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use db::{Conn, Engine, Tx, Value, sql, sql_text};
use futures_util::TryStreamExt;
use kernel::{EnterpriseId, Result};

use super::write::places;
use crate::enterprise::Scale;
use crate::facts::registered_as;
pub use crate::facts::{FactRow, NewFact, Reported};

/// Rows of one statement: 4,000 parameters, well under the limits of both engines.
const BATCH: usize = 500;
const WIDTH: usize = 8;

/// What was reported of an enterprise: of each fact the latest period, by code. Of periods that end on one day the longest counts:
/// the year, not its last quarter.
pub async fn facts_of(conn: &mut Conn, enterprise: EnterpriseId) -> Result<Vec<Reported>> {
    let text = "SELECT code, period, value, source, as_of FROM fact WHERE enterprise_id = $1 \
                ORDER BY code, ends_on, LENGTH(period) DESC";
    let mut latest: Vec<Reported> = Vec::new();
    for row in sql(text).bind(enterprise).all(conn).await? {
        let mut c = row.cursor();
        let next =
            Reported { code: c.next()?, period: c.next()?, value: c.next()?, source: c.next()?, as_of: c.next()? };
        match latest.last_mut().filter(|last| last.code == next.code) {
            Some(last) => *last = next,
            None => latest.push(next),
        }
    }
    Ok(latest)
}

/// All active enterprises in the order of their credit codes, each with the latest value of these facts; each code once. Where
/// nothing was reported the register stands in, see [`crate::facts::registered`].
pub async fn facts_of_all(conn: &mut Conn, codes: &[&str]) -> Result<Vec<FactRow>> {
    facts_for(conn, codes, None).await
}

/// The same; of facts that were reported for `period`, the value of that period, and of others only what names no period.
pub async fn facts_for(conn: &mut Conn, codes: &[&str], period: Option<&str>) -> Result<Vec<FactRow>> {
    let mut rows = active(conn, codes, period.is_none()).await?;
    if codes.is_empty() {
        return Ok(rows);
    }
    let places: HashMap<EnterpriseId, usize> = rows.iter().zip(0..).map(|(row, at)| (row.enterprise, at)).collect();
    let columns: HashMap<&str, usize> = codes.iter().copied().zip(0..).collect();
    // What each value was reported for: a later end counts more, then a longer period, whose text is shorter.
    let mut best: Vec<Option<(NaiveDate, Reverse<usize>)>> = vec![None; rows.len() * codes.len()];
    // Read in the order in which they lie: a look into the index for every value, or sorting them, takes two to three times as long.
    let only = period.map_or_else(String::new, |_| format!(" AND period IN (${}, '')", codes.len() + 1));
    let text = format!(
        "SELECT enterprise_id, code, period, ends_on, value FROM fact WHERE code IN ({}){only}",
        marks(1, codes.len())
    );
    let query = sql_text(text).bind_all(codes.iter().map(|code| Value::from(*code))).bind_all(period.map(Value::from));
    let mut facts = query.stream(conn).await?;
    while let Some(fact) = facts.try_next().await? {
        let mut c = fact.cursor();
        let (enterprise, code): (EnterpriseId, String) = (c.id()?, c.next()?);
        let (Some(at), Some(column)) = (places.get(&enterprise), columns.get(code.as_str())) else { continue };
        let (named, ends_on): (String, NaiveDate) = (c.next()?, c.next()?);
        let rank = match period {
            None => (ends_on, Reverse(named.len())),
            // The period asked for counts more than none.
            Some(_) => (NaiveDate::MIN, Reverse(usize::from(named.is_empty()))),
        };
        let (Some(best), Some(row)) = (best.get_mut(at * codes.len() + column), rows.get_mut(*at)) else { continue };
        if best.is_none_or(|best| best < rank)
            && let Some(value) = row.values.get_mut(*column)
        {
            *best = Some(rank);
            *value = Some(c.next()?);
        }
    }
    Ok(rows)
}

/// The active enterprises with what the register itself says of these facts.
async fn active(conn: &mut Conn, codes: &[&str], any_time: bool) -> Result<Vec<FactRow>> {
    let text = "SELECT id, credit_code, name, industry, staff, scale FROM enterprise WHERE status = 'active' ORDER BY credit_code";
    let mut found = sql(text).stream(conn).await?;
    let mut rows = Vec::new();
    while let Some(row) = found.try_next().await? {
        let mut c = row.cursor();
        let (enterprise, credit_code, name): (_, String, _) = (c.id()?, c.next()?, c.next()?);
        let industry = c.next::<String>()?.parse().ok();
        let staff: Option<i64> = c.next()?;
        let scale = c.next::<String>()?.parse().unwrap_or(Scale::Unknown);
        // Of another time the register knows neither staff nor scale.
        let (staff, scale) = if any_time { (staff, scale) } else { (None, Scale::Unknown) };
        let own = |code: &&str| registered_as(code, &credit_code, industry, staff, scale);
        let values = codes.iter().map(own).collect();
        rows.push(FactRow { enterprise, credit_code, name, industry, values });
    }
    Ok(rows)
}

/// Codes of all facts that were reported at all, or for this period or none.
pub async fn fact_codes(conn: &mut Conn, period: Option<&str>) -> Result<Vec<String>> {
    let rows = match period {
        None => sql("SELECT DISTINCT code FROM fact ORDER BY code").all(conn).await?,
        Some(period) => {
            let text = "SELECT DISTINCT code FROM fact WHERE period IN ($1, '') ORDER BY code";
            sql(text).bind(period).all(conn).await?
        }
    };
    rows.iter().map(|row| row.get(0)).collect()
}

/// Keeps facts, in the place of what was reported before for the same period. Each enterprise, fact and period at most once.
/// The caller has checked the right and writes the audit entry.
pub async fn put_facts(tx: &mut Tx, facts: &[NewFact], now: DateTime<Utc>) -> Result<()> {
    for batch in facts.chunks(BATCH) {
        let mut values: Vec<Value> = Vec::with_capacity(batch.len() * WIDTH);
        for fact in batch {
            let ends_on = fact.period.last_day().unwrap_or(fact.as_of);
            values.extend([
                fact.enterprise.into(),
                fact.code.into(),
                fact.period.to_string().into(),
                ends_on.into(),
                fact.value.as_str().into(),
                Value::from(&*fact.source),
                fact.as_of.into(),
                now.into(),
            ]);
        }
        let text = format!(
            "INSERT INTO fact (enterprise_id, code, period, ends_on, value, source, as_of, reported_at) VALUES {} \
             ON CONFLICT (enterprise_id, code, period) DO UPDATE SET ends_on = excluded.ends_on, value = excluded.value, \
             source = excluded.source, as_of = excluded.as_of, reported_at = excluded.reported_at",
            places(tx.engine(), batch.len(), WIDTH)
        );
        sql_text(text).bind_all(values).run(tx).await?;
    }
    Ok(())
}

/// What is kept of some enterprises for some periods, by enterprise, fact and period: value, source, as-of date.
pub(crate) async fn facts_kept(
    conn: &mut Conn,
    enterprises: &[EnterpriseId],
    periods: &[String],
) -> Result<HashMap<EnterpriseId, Vec<Reported>>> {
    let mut found: HashMap<EnterpriseId, Vec<Reported>> = HashMap::new();
    for some in enterprises.chunks(500) {
        let (ids, rest) = (marks(1, some.len()), marks(some.len() + 1, periods.len()));
        let text = format!(
            "SELECT enterprise_id, code, period, value, source, as_of FROM fact WHERE enterprise_id IN ({ids}) AND period IN ({rest})"
        );
        let values = some.iter().map(|id| Value::from(*id)).chain(periods.iter().map(Value::from));
        for row in sql_text(text).bind_all(values).all(conn).await? {
            let mut c = row.cursor();
            let enterprise = c.id()?;
            let (code, period, value) = (c.next()?, c.next()?, c.next()?);
            let (source, as_of): (String, NaiveDate) = (c.next()?, c.next()?);
            found.entry(enterprise).or_default().push(Reported { code, period, value, source, as_of });
        }
    }
    Ok(found)
}

/// The enterprises with these credit codes, or which had them before.
pub(crate) async fn ids_of_codes(conn: &mut Conn, codes: &[&str]) -> Result<HashMap<String, EnterpriseId>> {
    let mut found = HashMap::new();
    for some in codes.chunks(500) {
        let marks = marks(1, some.len());
        let former = format!(
            "SELECT value, enterprise_id FROM enterprise_alias WHERE value IN ({marks}) AND kind = 'former-code' ORDER BY created_at"
        );
        let now = format!("SELECT credit_code, id FROM enterprise WHERE credit_code IN ({marks})");
        // Today's codes last: they take the place of former ones.
        for text in [former, now] {
            for row in sql_text(text).bind_all(some.iter().map(|code| Value::from(*code))).all(conn).await? {
                found.insert(row.get(0)?, row.get::<uuid::Uuid>(1)?.into());
            }
        }
    }
    Ok(found)
}

fn marks(from: usize, n: usize) -> String {
    (from..from + n).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}

/// Lets PostgreSQL look at the facts again after many came in, as [`super::refresh_plans`] does for enterprises.
pub(crate) async fn refresh_fact_plans(tx: &mut Tx) -> Result<()> {
    if tx.engine() == Engine::Postgres {
        sql("ANALYZE fact").run(tx).await?;
    }
    Ok(())
}
