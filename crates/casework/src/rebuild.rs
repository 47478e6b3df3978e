//! Rows and sums made anew from the events after a version that derives them otherwise. An upgrade does it by itself, once.

use chrono::{DateTime, Utc};
use db::{Db, Tx};
use kernel::{RequestId, Result, local_date};

use crate::engine::projections;
use crate::figures::rebuild_tally;
use crate::store;

/// Raised whenever rows or sums come out of the same events otherwise than before.
///
/// 1: due soon, co-units that are behind their lead, what was not reachable.
const DERIVED: i64 = 1;
/// The counter that says by which [`DERIVED`] the rows of a database were made.
const COUNTER: &str = "casework-derived";
/// Requests between two turns of other writers.
const PAGE: i64 = 200;

/// Brings rows and sums up to the rules of this version; answers how many requests were looked at: none where that was
/// done before. It may be interrupted and begins anew then; other writers have their turn in between.
///
/// # Errors
/// Those of the database, and events that cannot be read.
pub async fn bring_up_to_date(db: &Db, now: DateTime<Utc>) -> Result<usize> {
    let mut conn = db.read().await?;
    if store::case::counter(&mut conn, COUNTER).await? >= DERIVED {
        return Ok(0);
    }
    let settings = store::settings::load(&mut conn, local_date(now)).await?;
    drop(conn);
    let (mut seen, mut last) = (0, RequestId::from_uuid(uuid::Uuid::nil()));
    loop {
        let mut tx = db.begin().await?;
        let page = store::case::requests_after(&mut tx, last, PAGE).await?;
        for id in &page {
            last = *id;
            let Some(kept) = store::case::load(&mut tx, *id).await? else { continue };
            for told in projections(&kept.case, &settings) {
                store::need_rows::put_again(&mut tx, &kept, &told, &settings).await?;
            }
        }
        seen += page.len();
        if page.is_empty() {
            rebuild_tally(&mut tx).await?;
            mark(&mut tx).await?;
            tx.commit().await?;
            return Ok(seen);
        }
        tx.commit().await?;
    }
}

/// Notes that all rows are made by the rules of this version, as those of a new database will be.
pub(crate) async fn mark(tx: &mut Tx) -> Result<()> {
    let behind = DERIVED - store::case::counter(tx, COUNTER).await?;
    store::case::count_up(tx, COUNTER, behind).await.map(drop)
}
