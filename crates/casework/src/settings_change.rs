//! Changing limits, categories, hours and calendars: authorize → change → audit in one transaction; open clocks follow by a job.

use chrono::{DateTime, Utc};
use db::{Conn, Tx};
use identity::{Actor, Entry, Subject, require};
use jobs::{Handler, JobContext, NewJob};
use kernel::{Error, RequestId, Result, local_date};
use serde_json::{Value, json};
use workdays::{Hours, Notice};

use crate::access::SETTINGS;
use crate::clocks::{is_behind, recompute};
use crate::command::{Command, Order};
use crate::engine::Casework;
use crate::event::DueChange;
use crate::limits::{Limit, LimitLint, Limits};
use crate::settings::{Category, Settings};
use crate::store;

/// The job that brings open clocks up to the calendar and hours in force.
const JOB: &str = "casework.recompute";

/// A deadline that moves, or would.
#[derive(Clone, Debug)]
pub struct Moved {
    pub number: String,
    pub change: DueChange,
}

async fn record(tx: &mut Tx, actor: &Actor, now: DateTime<Utc>, action: &str, id: &str, detail: Value) -> Result<()> {
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

    /// Adds a holiday notice; open clocks follow.
    ///
    /// # Errors
    /// `calendar-refused` if the notice does not fit those the calendar has.
    pub async fn add_notice(&self, actor: &Actor, notice: &Notice) -> Result<()> {
        let mut tx = self.db.begin().await?;
        require(actor, &SETTINGS, &Subject::default())?;
        let settings = self.settings(&mut tx).await?;
        with_notice(&settings, notice)?;
        let now = self.clock.now();
        store::settings::add_notices(&mut tx, std::slice::from_ref(notice), now).await?;
        record(&mut tx, actor, now, "add-notice", &notice.id, json!({"year": notice.year})).await?;
        self.follow(&mut tx).await?;
        tx.commit().await?;
        jobs::wake();
        Ok(())
    }

    async fn follow(&self, tx: &mut Tx) -> Result<()> {
        let job = NewJob { unique_key: None, ..NewJob::new(JOB, json!({})) };
        jobs::enqueue(tx, self.clock.as_ref(), self.random.as_ref(), job).await.map(drop)
    }

    /// Which open deadlines a notice would move; at most `most` requests are looked at.
    pub async fn preview_notice(&self, notice: &Notice, most: usize) -> Result<Vec<Moved>> {
        let mut conn = self.db.read().await?;
        let settings = self.settings(&mut conn).await?;
        let then = with_notice(&settings, notice)?;
        let now = self.clock.now();
        let mut moved = Vec::new();
        for id in open_requests(&mut conn).await?.into_iter().take(most) {
            let Some(kept) = store::case::load(&mut conn, id).await? else { continue };
            for need in &kept.case.needs {
                let (changes, _) = recompute(&kept.case, need.index, &then.terms, &then, now);
                let number = kept.case.need_number(need.index);
                moved.extend(changes.into_iter().map(|change| Moved { number: number.clone(), change }));
            }
        }
        Ok(moved)
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

/// The settings as they would be with one more notice.
fn with_notice(settings: &Settings, notice: &Notice) -> Result<Settings> {
    let calendar = settings.calendar().ok_or_else(|| Error::internal("no calendar"))?;
    let then = calendar.with_notice(notice.clone());
    let then = then.map_err(|e| Error::invalid("calendar-refused").arg("detail", e))?;
    Ok(settings.with_calendar(then))
}

async fn open_requests(conn: &mut Conn) -> Result<Vec<RequestId>> {
    store::settings::open_requests(conn).await
}

/// What the queue runs after a change of calendar or hours. It may run twice: then nothing is behind any more.
pub fn handler(casework: Casework) -> Handler {
    Handler::new(JOB, move |_: JobContext| {
        let casework = casework.clone();
        async move { casework.recompute_open().await.map(drop) }
    })
}
