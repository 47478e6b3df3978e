//! Putting jobs into the queue, looking at them, stopping and restarting them.

use chrono::{DateTime, Utc};
use db::{Conn, Tx};
use kernel::{Clock, Error, JobId, Random, Result};

use crate::job::{Job, NewJob, State};
use crate::store;

/// Queues a job in the caller's transaction and returns its id, or the id of the one that has the same unique key.
/// Call [`crate::wake`] after the commit if it should start at once rather than within a second.
pub async fn enqueue(tx: &mut Tx, clock: &dyn Clock, random: &dyn Random, job: NewJob) -> Result<JobId> {
    let now = clock.now();
    let id = JobId::new(now, random);
    if store::enqueue(tx, id, &job, now).await? {
        return Ok(id);
    }
    store::find_unique(tx, job.unique_key.as_deref().unwrap_or_default())
        .await?
        .ok_or_else(|| Error::internal("a job vanished between two statements of one transaction"))
}

/// The job with this id.
pub async fn find(conn: &mut Conn, id: JobId) -> Result<Option<Job>> {
    store::find(conn, id).await
}

/// At most `limit` jobs, newest first, those older than `before` (the last one of the page before).
pub async fn list(
    conn: &mut Conn,
    state: Option<State>,
    kind: Option<&str>,
    before: Option<JobId>,
    limit: u32,
) -> Result<Vec<Job>> {
    store::list(conn, state, kind, before, limit).await
}

/// Whether a job with this unique key waits or runs: whoever would only put it there again need not write.
pub async fn is_under_way(conn: &mut Conn, unique_key: &str) -> Result<bool> {
    Ok(store::find_unique(conn, unique_key).await?.is_some())
}

/// How many jobs are in each state; states without jobs are left out.
pub async fn counts(conn: &mut Conn) -> Result<Vec<(State, i64)>> {
    store::counts(conn).await
}

/// Takes a waiting job out, or asks a running one to stop. The caller writes the audit entry.
///
/// # Errors
/// `not-found`, or `job-over` if there is nothing left to stop.
pub async fn cancel(tx: &mut Tx, id: JobId, now: DateTime<Utc>) -> Result<()> {
    if store::cancel(tx, id, now).await? {
        return Ok(());
    }
    Err(missing_or(tx, id, "job-over").await?)
}

/// Queues a job again that failed, was given up or cancelled. The caller writes the audit entry.
///
/// # Errors
/// `not-found`, `job-not-over`, or `exists-already` if another with the same unique key waits.
pub async fn retry(tx: &mut Tx, id: JobId, now: DateTime<Utc>) -> Result<()> {
    if store::retry(tx, id, now).await? {
        return Ok(());
    }
    Err(missing_or(tx, id, "job-not-over").await?)
}

async fn missing_or(tx: &mut Tx, id: JobId, code: &'static str) -> Result<Error> {
    Ok(match store::find(tx, id).await? {
        Some(_) => Error::conflict(code),
        None => Error::not_found("job"),
    })
}

/// Forgets jobs done or cancelled and events delivered before `before`; failures stay until somebody looked at them.
pub async fn sweep(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64> {
    store::sweep(tx, before).await
}
