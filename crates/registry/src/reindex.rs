//! Writing the search documents of enterprises anew after the program has learned to read names better.

use db::Db;
use jobs::{Handler, JobContext, NewJob};
use kernel::{Clock, READINGS_VERSION, Random, Result};
use serde_json::Value;

use crate::store;

pub use crate::store::{readings_version, set_readings_version};

const KIND: &str = "registry.reindex";
/// Whose documents they are.
const DOCUMENTS: &str = "enterprise-readings";
/// Enterprises of one write: others get their turn between two of them.
const AT_A_TIME: i64 = 400;

/// Queues the work if documents were written with older readings; call it when the program starts. Until it is done, names are
/// found by the readings of before.
///
/// # Errors
/// Those of the database.
pub async fn begin(db: &Db, clock: &dyn Clock, random: &dyn Random) -> Result<()> {
    let mut conn = db.read().await?;
    // A start waits for no writer when nothing is to be done, or is under way.
    if store::readings_version(&mut conn, DOCUMENTS).await? >= READINGS_VERSION
        || jobs::is_under_way(&mut conn, KIND).await?
    {
        return Ok(());
    }
    drop(conn);
    let mut tx = db.begin().await?;
    if store::search_rows(&mut tx, 0, 1).await?.is_empty() {
        store::set_readings_version(&mut tx, DOCUMENTS, READINGS_VERSION).await?;
    } else {
        let unique_key = Some(KIND.to_owned());
        jobs::enqueue(&mut tx, clock, random, NewJob { unique_key, ..NewJob::new(KIND, Value::Null) }).await?;
    }
    tx.commit().await
}

/// The job. Run again after an interruption it begins anew, which changes nothing that is right already.
pub(crate) fn handler() -> Handler {
    Handler::new(KIND, run)
}

async fn run(context: JobContext) -> Result<()> {
    let (mut last, mut done) = (0, 0);
    loop {
        let mut tx = context.db.begin().await?;
        let rows = store::search_rows(&mut tx, last, AT_A_TIME).await?;
        let Some(end) = rows.last() else {
            store::set_readings_version(&mut tx, DOCUMENTS, READINGS_VERSION).await?;
            return tx.commit().await;
        };
        last = end.serial;
        done += i64::try_from(rows.len()).unwrap_or(0);
        store::write_search(&mut tx, &rows).await?;
        tx.commit().await?;
        context.set_progress(done, 0).await?;
    }
}
