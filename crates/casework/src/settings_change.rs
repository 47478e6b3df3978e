//! Changing limits, categories and hours (calendars: `calendar_change`): authorize → change → audit in one transaction; open clocks follow by a job.

use chrono::{DateTime, Utc};
use db::{Conn, Tx};
use identity::{Actor, Entry, Subject, require};
use jobs::{Handler, JobContext, NewJob};
use kernel::{Error, RequestId, Result, local_date};
use serde_json::{Value, json};
use workdays::Hours;

use crate::access::SETTINGS;
use crate::clocks::{is_behind, recompute};
use crate::command::{Command, Order};
use crate::engine::Casework;
use crate::limits::{Limit, LimitLint, Limits};
use crate::settings::Category;
use crate::store;

/// The job that brings open clocks up to the calendar and hours in force.
const JOB: &str = "casework.recompute";

pub(crate) async fn record(
    tx: &mut Tx,
    actor: &Actor,
    now: DateTime<Utc>,
    action: &str,
    id: &str,
    detail: Value,
) -> Result<()> {
    let entry = Entry { at: now, actor, action, resource: "settings", resource_id: id.to_owned(), detail };
    identity::record(tx, entry).await
}

impl Casework {
    /// Adds a limit from today on; the row for the same thing before it ends yesterday. Promises made stay.
    pub async fn add_limit(&self, actor: &Actor, mut limit: Limit, note: &str) -> Result<()> {
        if limit.n == 0 || limit.n > 2000 {
            return Err(Error::invalid("invalid-fields").field("n", "number-out-of-range"));
        }
        let mut tx = self.db.begin().await?;
        require(actor, &SETTINGS, &Subject::default())?;
        let now = self.clock.now();
        limit.id = format!("{}-{}", limit.clock.as_str(), now.timestamp_millis());
        store::settings::add_limit(&mut tx, &limit, local_date(now), note, now).await?;
        let detail = json!({"clock": limit.clock.as_str(), "n": limit.n, "unit": limit.unit.as_str()});
        record(&mut tx, actor, now, "add-limit", &limit.id, detail).await?;
        tx.commit().await
    }

    /// Ends a limit row today.
    pub async fn end_limit(&self, actor: &Actor, id: &str) -> Result<()> {
        let mut tx = self.db.begin().await?;
        require(actor, &SETTINGS, &Subject::default())?;
        let now = self.clock.now();
        let last = local_date(now).pred_opt().ok_or_else(|| Error::invalid("bad-request"))?;
        let limits = &self.settings(&mut tx).await?.limits;
        let without = Limits::new(limits.rows().iter().filter(|row| row.id != id).cloned().collect());
        let missing = |limits: &Limits| {
            let today = limits.on(local_date(now)).lint();
            today.iter().filter(|found| matches!(found, LimitLint::Missing { .. })).count()
        };
        // Without it nothing could be promised any more, so nobody could hand in or assign.
        if missing(&without) > missing(limits) {
            return Err(Error::conflict("limit-last"));
        }
        store::settings::end_limit(&mut tx, id, last).await?;
        record(&mut tx, actor, now, "end-limit", id, json!({})).await?;
        tx.commit().await
    }

    /// Adds (version 0) or changes a category.
    pub async fn put_category(&self, actor: &Actor, category: &Category) -> Result<()> {
        let mut tx = self.db.begin().await?;
        require(actor, &SETTINGS, &Subject::default())?;
        store::settings::put_category(&mut tx, category).await?;
        let detail = json!({"name": category.name, "active": category.active});
        record(&mut tx, actor, self.clock.now(), "put-category", &category.code, detail).await?;
        tx.commit().await
    }

    /// Sets the working hours; open clocks follow.
    pub async fn put_hours(&self, actor: &Actor, hours: &Hours) -> Result<()> {
        let mut tx = self.db.begin().await?;
        require(actor, &SETTINGS, &Subject::default())?;
        let now = self.clock.now();
        store::settings::put_hours(&mut tx, hours, now).await?;
        record(&mut tx, actor, now, "put-hours", "hours", json!({"hours": hours.to_string()})).await?;
        self.follow(&mut tx).await?;
        tx.commit().await?;
        jobs::wake();
        Ok(())
    }

    pub(crate) async fn follow(&self, tx: &mut Tx) -> Result<()> {
        let job = NewJob { unique_key: None, ..NewJob::new(JOB, json!({})) };
        jobs::enqueue(tx, self.clock.as_ref(), self.random.as_ref(), job).await.map(drop)
    }

    /// Brings every open clock to the terms in force and returns how many deadlines moved. Old and new are recorded in the
    /// history of each request; closed ones keep what they were.
    pub async fn recompute_open(&self) -> Result<usize> {
        let mut conn = self.db.read().await?;
        let settings = self.settings(&mut conn).await?;
        let open = open_requests(&mut conn).await?;
        drop(conn);
        let program = Actor::program("calendar");
        let mut moved = 0;
        for id in open {
            let mut conn = self.db.read().await?;
            let Some(kept) = store::case::load(&mut conn, id).await? else { continue };
            drop(conn);
            let now = self.clock.now();
            let to = &settings.terms;
            let order = |need: &crate::case::Need| {
                let (changes, kept) = recompute(&kept.case, need.index, to, settings.as_ref(), now);
                let command = Command::RecomputeClocks { to: to.clone(), changes: changes.clone(), kept: kept.clone() };
                is_behind(need, to, &kept).then_some((changes.len(), Order { need: Some(need.index), command }))
            };
            let (counts, orders): (Vec<usize>, Vec<Order>) = kept.case.needs.iter().filter_map(order).unzip();
            moved += counts.iter().sum::<usize>();
            if !orders.is_empty() {
                self.execute(&program, id, None, orders, Vec::new()).await?;
            }
        }
        Ok(moved)
    }
}

pub(crate) async fn open_requests(conn: &mut Conn) -> Result<Vec<RequestId>> {
    store::settings::open_requests(conn).await
}

/// What the queue runs after a change of calendar or hours. It may run twice: then nothing is behind any more.
pub fn handler(casework: Casework) -> Handler {
    Handler::new(JOB, move |_: JobContext| {
        let casework = casework.clone();
        async move { casework.recompute_open().await.map(drop) }
    })
}
