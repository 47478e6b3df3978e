//! How many enterprises share status, township, chain and scale: kept with every write, so that a list is counted as fast with
//! a million rows as with ten.

use std::collections::BTreeMap;

use db::{Conn, Tx, Value, sql, sql_text};
use kernel::Result;
use uuid::Uuid;

use super::write::places;
use crate::enterprise::NewEnterprise;

/// What is counted together: status, township (nil without one), chain (empty without one), scale.
type Group = (&'static str, Uuid, String, &'static str);

/// Rows of one statement.
const BATCH: usize = 400;

fn group(of: &NewEnterprise) -> Group {
    let township = of.township.map_or(Uuid::nil(), |id| id.uuid());
    (of.status.as_str(), township, of.chain.clone().unwrap_or_default(), of.scale.as_str())
}

/// Counts those that came and takes off those that went.
pub(super) async fn count_moved<'e>(
    tx: &mut Tx,
    came: impl IntoIterator<Item = &'e NewEnterprise>,
    went: impl IntoIterator<Item = &'e NewEnterprise>,
) -> Result<()> {
    let mut sums: BTreeMap<Group, i64> = BTreeMap::new();
    for one in came {
        *sums.entry(group(one)).or_default() += 1;
    }
    for one in went {
        *sums.entry(group(one)).or_default() -= 1;
    }
    sums.retain(|_, n| *n != 0);
    let sums: Vec<(Group, i64)> = sums.into_iter().collect();
    for part in sums.chunks(BATCH) {
        let text = format!(
            "INSERT INTO enterprise_count (status, township_id, chain, scale, n) VALUES {} \
             ON CONFLICT (status, township_id, chain, scale) DO UPDATE SET n = enterprise_count.n + excluded.n",
            places(tx.engine(), part.len(), 5)
        );
        let values = part.iter().flat_map(|((status, township, chain, scale), n)| {
            [Value::from(*status), (*township).into(), chain.as_str().into(), (*scale).into(), (*n).into()]
        });
        sql_text(text).bind_all(values).run(tx).await?;
    }
    Ok(())
}

/// In how many groups (status, township, chain, scale) the kept count is not that of the enterprises: none, unless something is
/// broken.
///
/// # Errors
/// What the database says.
pub async fn count_faults(conn: &mut Conn) -> Result<i64> {
    sql(include_str!("../../sql/count_faults.sql")).bind(Uuid::nil()).one(conn).await?.get(0)
}
