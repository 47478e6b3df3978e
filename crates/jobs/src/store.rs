//! Rows of this crate: the only file here that runs SQL.

use chrono::{DateTime, Utc};
use db::{Conn, Row, Tx, Value, sql, sql_text};
use kernel::{Error, EventId, JobId, Result};

use crate::job::{Job, NewJob, State};
use crate::outbox::Event;
use crate::schedule::ScheduleRow;

type Instant = DateTime<Utc>;

/// One attempt: the job, who holds its lease and which attempt it is. An attempt that lost its lease changes nothing.
#[derive(Clone, Debug)]
pub(crate) struct Lease {
    pub job: JobId,
    pub owner: String,
    pub attempt: i64,
}

/// How an attempt ended.
pub(crate) struct Outcome {
    pub state: State,
    pub run_at: Instant,
    pub error: Option<String>,
    pub finished_at: Option<Instant>,
}

/// Queues the job; `false` if one with its unique key waits or runs.
pub(crate) async fn enqueue(conn: &mut Conn, id: JobId, job: &NewJob, now: Instant) -> Result<bool> {
    let row = sql(include_str!("../sql/enqueue.sql"))
        .bind(id)
        .bind(&job.kind)
        .bind(job.payload.to_string())
        .bind(job.run_at.unwrap_or(now))
        .bind(job.max_attempts.max(1))
        .bind(job.unique_key.clone())
        .bind(job.created_by)
        .bind(now)
        .optional(conn)
        .await?;
    Ok(row.is_some())
}

pub(crate) async fn find_unique(conn: &mut Conn, key: &str) -> Result<Option<JobId>> {
    let row = sql(include_str!("../sql/find_unique.sql")).bind(key).optional(conn).await?;
    row.map(|row| row.cursor().id()).transpose()
}

const DUE: &str = "((state = 'queued' AND run_at <= $1) OR (state = 'running' AND lease_until <= $1))";

fn of_kinds(kinds: &[String], first: usize) -> String {
    let marks: Vec<_> = (0..kinds.len()).map(|n| format!("${}", first + n)).collect();
    format!("kind IN ({})", marks.join(", "))
}

fn texts(kinds: &[String]) -> impl Iterator<Item = Value> + '_ {
    kinds.iter().map(Value::from)
}

/// Whether a job of these kinds could be claimed.
pub(crate) async fn is_due(conn: &mut Conn, kinds: &[String], now: Instant) -> Result<bool> {
    let text = format!("SELECT id FROM job WHERE {DUE} AND {} LIMIT 1", of_kinds(kinds, 2));
    Ok(sql_text(text).bind(now).bind_all(texts(kinds)).optional(conn).await?.is_some())
}

/// Takes the job that waits longest, or one whose holder has gone silent. Safe without row locks: writers take turns.
pub(crate) async fn claim(
    conn: &mut Conn,
    kinds: &[String],
    owner: &str,
    now: Instant,
    until: Instant,
) -> Result<Option<Job>> {
    let text = format!(
        "UPDATE job SET state = 'running', attempts = attempts + 1, lease_owner = $2, lease_until = $3 \
         WHERE id = (SELECT id FROM job WHERE {DUE} AND {} ORDER BY run_at, id LIMIT 1) RETURNING {COLUMNS}",
        of_kinds(kinds, 4)
    );
    let query = sql_text(text).bind(now).bind(owner).bind(until).bind_all(texts(kinds));
    query.optional(conn).await?.map(|row| job(&row)).transpose()
}

/// Writes down how the attempt ended; `false` if its lease was lost.
pub(crate) async fn finish(conn: &mut Conn, lease: &Lease, outcome: Outcome) -> Result<bool> {
    let rows = sql(include_str!("../sql/finish.sql"))
        .bind(lease.job)
        .bind(&lease.owner)
        .bind(lease.attempt)
        .bind(outcome.state.as_str())
        .bind(outcome.run_at)
        .bind(outcome.error)
        .bind(outcome.finished_at)
        .run(conn)
        .await?;
    Ok(rows > 0)
}

/// Puts back what an owner was stopped in, as if those attempts had not been begun.
pub(crate) async fn release(conn: &mut Conn, owner: &str) -> Result<()> {
    sql(include_str!("../sql/release.sql")).bind(owner).run(conn).await.map(drop)
}

/// Who holds leases.
pub(crate) async fn owners(conn: &mut Conn) -> Result<Vec<String>> {
    sql(include_str!("../sql/owners.sql")).all(conn).await?.iter().map(|row| row.get(0)).collect()
}

/// Ends the leases of an owner who is dead, as if they had run out; returns how many. The attempts count.
pub(crate) async fn end_leases(conn: &mut Conn, owner: &str, now: Instant) -> Result<u64> {
    sql(include_str!("../sql/end_leases.sql")).bind(owner).bind(now).run(conn).await
}

/// Prolongs the lease; `false` if it was lost.
pub(crate) async fn renew(conn: &mut Conn, lease: &Lease, until: Instant) -> Result<bool> {
    let query = sql(include_str!("../sql/renew.sql"));
    Ok(query.bind(lease.job).bind(&lease.owner).bind(lease.attempt).bind(until).run(conn).await? > 0)
}

pub(crate) async fn progress(conn: &mut Conn, id: JobId, done: i64, total: i64) -> Result<()> {
    sql(include_str!("../sql/progress.sql")).bind(id).bind(done).bind(total).run(conn).await.map(drop)
}

pub(crate) async fn cancel_requested(conn: &mut Conn, id: JobId) -> Result<bool> {
    let row = sql(include_str!("../sql/cancel_requested.sql")).bind(id).optional(conn).await?;
    row.map_or(Ok(false), |row| row.get(0))
}

pub(crate) async fn cancel(conn: &mut Conn, id: JobId, now: Instant) -> Result<bool> {
    let queued = sql(include_str!("../sql/cancel_queued.sql")).bind(id).bind(now).run(conn).await?;
    Ok(queued > 0 || sql(include_str!("../sql/cancel_running.sql")).bind(id).run(conn).await? > 0)
}

pub(crate) async fn retry(conn: &mut Conn, id: JobId, now: Instant) -> Result<bool> {
    Ok(sql(include_str!("../sql/retry.sql")).bind(id).bind(now).run(conn).await? > 0)
}

pub(crate) async fn sweep(conn: &mut Conn, before: Instant) -> Result<u64> {
    Ok(sql(include_str!("../sql/sweep_jobs.sql")).bind(before).run(conn).await?
        + sql(include_str!("../sql/sweep_outbox.sql")).bind(before).run(conn).await?)
}

pub(crate) async fn counts(conn: &mut Conn) -> Result<Vec<(State, i64)>> {
    let rows = sql(include_str!("../sql/counts.sql")).all(conn).await?;
    rows.iter().map(|row| Ok((row.get::<String>(0)?.parse()?, row.get(1)?))).collect()
}

const COLUMNS: &str = "id, kind, payload, state, run_at, attempts, max_attempts, unique_key, last_error, \
                       progress_done, progress_total, cancel_requested, created_by, created_at, finished_at";

pub(crate) async fn find(conn: &mut Conn, id: JobId) -> Result<Option<Job>> {
    let query = sql_text(format!("SELECT {COLUMNS} FROM job WHERE id = $1")).bind(id);
    query.optional(conn).await?.map(|row| job(&row)).transpose()
}

pub(crate) async fn list(
    conn: &mut Conn,
    state: Option<State>,
    kind: Option<&str>,
    before: Option<JobId>,
    limit: u32,
) -> Result<Vec<Job>> {
    let tests: [(&str, Option<Value>); 3] = [
        ("state =", state.map(|s| s.as_str().into())),
        ("kind =", kind.map(Value::from)),
        ("id <", before.map(Value::from)),
    ];
    let mut text = format!("SELECT {COLUMNS} FROM job WHERE 1 = 1");
    let mut values = Vec::new();
    for (test, value) in tests {
        if let Some(value) = value {
            values.push(value);
            text.push_str(&format!(" AND {test} ${}", values.len()));
        }
    }
    text.push_str(&format!(" ORDER BY id DESC LIMIT {limit}"));
    let rows = sql_text(text).bind_all(values).all(conn).await?;
    rows.iter().map(job).collect()
}

fn json(text: &str) -> Result<serde_json::Value> {
    serde_json::from_str(text).map_err(Error::internal)
}

fn job(row: &Row) -> Result<Job> {
    let mut c = row.cursor();
    Ok(Job {
        id: c.id()?,
        kind: c.next()?,
        payload: json(&c.next::<String>()?)?,
        state: c.next::<String>()?.parse()?,
        run_at: c.next()?,
        attempts: c.next()?,
        max_attempts: c.next()?,
        unique_key: c.next()?,
        last_error: c.next()?,
        progress_done: c.next()?,
        progress_total: c.next()?,
        cancel_requested: c.next()?,
        created_by: c.id_opt()?,
        created_at: c.next()?,
        finished_at: c.next()?,
    })
}

// Outbox.

pub(crate) async fn announce(tx: &mut Tx, event: &Event) -> Result<()> {
    sql(include_str!("../sql/announce.sql"))
        .bind(event.id)
        .bind(&event.topic)
        .bind(event.payload.to_string())
        .bind(event.at)
        .queue(tx)
        .await
}

/// The oldest events not yet turned into jobs.
pub(crate) async fn waiting(conn: &mut Conn) -> Result<Vec<Event>> {
    let rows = sql(include_str!("../sql/outbox_waiting.sql")).all(conn).await?;
    rows.iter()
        .map(|row| {
            let mut c = row.cursor();
            Ok(Event { id: c.id()?, topic: c.next()?, payload: json(&c.next::<String>()?)?, at: c.next()? })
        })
        .collect()
}

/// Marks what waits up to this event, all of it read in the same transaction.
pub(crate) async fn delivered(conn: &mut Conn, last: EventId, now: Instant) -> Result<()> {
    sql(include_str!("../sql/outbox_delivered.sql")).bind(last).bind(now).run(conn).await.map(drop)
}

// Schedules.

pub(crate) async fn schedules(conn: &mut Conn) -> Result<Vec<ScheduleRow>> {
    let rows = sql(include_str!("../sql/schedules.sql")).all(conn).await?;
    rows.iter()
        .map(|row| {
            let mut c = row.cursor();
            Ok(ScheduleRow { name: c.next()?, cron: c.next()?, next_at: c.next()?, last_at: c.next()? })
        })
        .collect()
}

pub(crate) async fn schedule_set(conn: &mut Conn, name: &str, cron: &str, next: Instant) -> Result<()> {
    sql(include_str!("../sql/schedule_set.sql")).bind(name).bind(cron).bind(next).run(conn).await.map(drop)
}

pub(crate) async fn schedule_ran(conn: &mut Conn, name: &str, next: Instant, now: Instant) -> Result<()> {
    sql(include_str!("../sql/schedule_ran.sql")).bind(name).bind(next).bind(now).run(conn).await.map(drop)
}
