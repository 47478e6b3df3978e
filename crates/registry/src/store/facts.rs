//! Reported facts in the database: kept in batches, read for one enterprise or for all of them.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use db::{Conn, Engine, Tx, Value, sql, sql_text};
use futures_util::TryStreamExt;
use kernel::{EnterpriseId, Result};

use super::write::places;
use crate::enterprise::Scale;
use crate::facts::{Asked, Elsewhere, Found, Rank, Wanted, dictionary, registered_as};
pub use crate::facts::{FactRow, FactRows, NewFact, Reported};

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

/// The same as rules ask for it: of each fact the value that answers, else the latest that does not.
pub async fn facts_found(conn: &mut Conn, enterprise: EnterpriseId, asked: Asked) -> Result<Vec<Found>> {
    let text = "SELECT code, period, value, source, as_of, ends_on FROM fact WHERE enterprise_id = $1 \
                ORDER BY code, ends_on, LENGTH(period) DESC";
    let mut found: Vec<(Found, Option<Rank>)> = Vec::new();
    for row in sql(text).bind(enterprise).all(conn).await? {
        let mut c = row.cursor();
        let reported =
            Reported { code: c.next()?, period: c.next()?, value: c.next()?, source: c.next()?, as_of: c.next()? };
        let rank = asked.wanted(dictionary().get(&reported.code)).rank(&reported.period, c.next()?);
        match found.last_mut().filter(|(last, _)| last.reported.code == reported.code) {
            // Of what does not answer the last stays, of what answers the best.
            Some((_, best)) if rank < *best => {}
            Some(last) => *last = (Found { reported, fits: rank.is_some() }, rank),
            None => found.push((Found { reported, fits: rank.is_some() }, rank)),
        }
    }
    Ok(found.into_iter().map(|(found, _)| found).collect())
}

/// All active enterprises in the order of their credit codes, each with the values that answer for these facts; each code once.
/// Where nothing was reported the register stands in for what is of no certain time, see [`crate::facts::registered`].
pub async fn facts_for(conn: &mut Conn, codes: &[&str], asked: Asked) -> Result<FactRows> {
    let wanted: Vec<Wanted> = codes.iter().map(|code| asked.wanted(dictionary().get(code))).collect();
    let (mut rows, mut others) = active(conn, codes, &wanted).await?;
    let mut elsewhere = vec![Elsewhere::default(); codes.len()];
    if codes.is_empty() {
        return Ok(FactRows { rows, elsewhere });
    }
    let places: HashMap<EnterpriseId, usize> = rows.iter().zip(0..).map(|(row, at)| (row.enterprise, at)).collect();
    let columns: HashMap<&str, usize> = codes.iter().copied().zip(0..).collect();
    let mut best: Vec<Option<Rank>> = vec![None; rows.len() * codes.len()];
    let mut ends: Vec<Option<NaiveDate>> = vec![None; codes.len()];
    // Read in the order in which they lie: a look into the index for every value, or sorting them, takes two to three times as long.
    let text = format!(
        "SELECT enterprise_id, code, period, ends_on, value FROM fact WHERE code IN ({})",
        marks(1, codes.len())
    );
    let mut facts = sql_text(text).bind_all(codes.iter().map(|code| Value::from(*code))).stream(conn).await?;
    while let Some(fact) = facts.try_next().await? {
        let mut c = fact.cursor();
        let (enterprise, code): (EnterpriseId, String) = (c.id()?, c.next()?);
        let (Some(at), Some(column)) = (places.get(&enterprise), columns.get(code.as_str()).copied()) else { continue };
        let (named, ends_on): (String, NaiveDate) = (c.next()?, c.next()?);
        let cell = at * codes.len() + column;
        let Some(rank) = wanted.get(column).and_then(|wanted| wanted.rank(&named, ends_on)) else {
            if let Some(other) = others.get_mut(cell) {
                *other = true;
            }
            if let (Some(end), Some(elsewhere)) = (ends.get_mut(column), elsewhere.get_mut(column))
                && end.is_none_or(|end| end < ends_on)
            {
                (*end, elsewhere.period) = (Some(ends_on), named);
            }
            continue;
        };
        let (Some(best), Some(row)) = (best.get_mut(cell), rows.get_mut(*at)) else { continue };
        if best.is_none_or(|best| best < rank)
            && let Some(value) = row.values.get_mut(column)
        {
            *best = Some(rank);
            *value = Some(c.next()?);
        }
    }
    for (row, others) in rows.iter().zip(others.chunks(codes.len())) {
        for ((value, other), elsewhere) in row.values.iter().zip(others).zip(&mut elsewhere) {
            elsewhere.enterprises += u64::from(*other && value.is_none());
        }
    }
    Ok(FactRows { rows, elsewhere })
}

/// The active enterprises with what the register itself says of these facts; and, row by row, whether it says something of one
/// that cannot be used.
async fn active(conn: &mut Conn, codes: &[&str], wanted: &[Wanted]) -> Result<(Vec<FactRow>, Vec<bool>)> {
    let text = "SELECT id, credit_code, name, industry, staff, scale FROM enterprise WHERE status = 'active' ORDER BY credit_code";
    let mut found = sql(text).stream(conn).await?;
    let (mut rows, mut others) = (Vec::new(), Vec::new());
    // Of another time the register does not know the scale.
    let now = !wanted.iter().any(|wanted| matches!(wanted, Wanted::OrUndated(_)));
    while let Some(row) = found.try_next().await? {
        let mut c = row.cursor();
        let (enterprise, credit_code, name): (_, String, _) = (c.id()?, c.next()?, c.next()?);
        let industry = c.next::<String>()?.parse().ok();
        let staff: Option<i64> = c.next()?;
        let scale = c.next::<String>()?.parse().unwrap_or(Scale::Unknown);
        let scale = if now { scale } else { Scale::Unknown };
        let mut values = Vec::with_capacity(codes.len());
        for (code, wanted) in codes.iter().zip(wanted) {
            let own = registered_as(code, &credit_code, industry, staff, scale);
            let fits = !matches!(wanted, Wanted::Only(_));
            others.push(own.is_some() && !fits);
            values.push(own.filter(|_| fits));
        }
        rows.push(FactRow { enterprise, credit_code, name, industry, values });
    }
    Ok((rows, others))
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
