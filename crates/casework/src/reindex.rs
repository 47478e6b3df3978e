//! Writing the search documents of needs anew after the program has learned to read names better.

use db::Db;
use jobs::{Handler, JobContext, NewJob};
use kernel::{Clock, READINGS_VERSION, Random, Result};
use registry::reindex::{readings_version, set_readings_version};
use serde_json::Value;

use crate::store::need_rows;

const KIND: &str = "casework.reindex";
/// Whose documents they are.
const DOCUMENTS: &str = "need-readings";
/// Needs of one write: others get their turn between two of them.
const AT_A_TIME: i64 = 400;

/// Queues the work if documents were written with older readings; call it when the program starts.
///
/// # Errors
/// Those of the database.
pub async fn begin(db: &Db, clock: &dyn Clock, random: &dyn Random) -> Result<()> {
    let mut conn = db.read().await?;
    // A start waits for no writer when nothing is to be done, or is under way.
    if readings_version(&mut conn, DOCUMENTS).await? >= READINGS_VERSION || jobs::is_under_way(&mut conn, KIND).await? {
        return Ok(());
    }
    drop(conn);
    let mut tx = db.begin().await?;
    if need_rows::has_none(&mut tx).await? {
        set_readings_version(&mut tx, DOCUMENTS, READINGS_VERSION).await?;
        return tx.commit().await;
    }
    let unique_key = Some(KIND.to_owned());
    jobs::enqueue(&mut tx, clock, random, NewJob { unique_key, ..NewJob::new(KIND, Value::Null) }).await?;
    tx.commit().await
}

/// The job. Run again after an interruption it begins anew, which changes nothing that is right already.
pub fn handler() -> Handler {
    Handler::new(KIND, run)
}

async fn run(context: JobContext) -> Result<()> {
    let (mut last, mut done) = (0, 0);
    loop {
        let mut tx = context.db.begin().await?;
        let Some((serial, n)) = need_rows::search_again(&mut tx, last, AT_A_TIME).await? else {
            set_readings_version(&mut tx, DOCUMENTS, READINGS_VERSION).await?;
            return tx.commit().await;
        };
        (last, done) = (serial, done + n);
        tx.commit().await?;
        context.set_progress(done, 0).await?;
    }
}
