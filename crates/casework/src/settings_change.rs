//! Changing limits, categories and hours (calendars: `calendar_change`), each in one `identity::Change`; open clocks follow by a job.

use db::Conn;
use events::{SettingEvent, SettingTold};
use identity::{Actor, Change, Done, Subject};
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

/// Writes a change of the settings down, tells it, and ends it.
pub(crate) async fn end(
    mut change: Change<'_>,
    (action, event): (&str, SettingEvent),
    id: &str,
    detail: Value,
) -> Result<()> {
    let version = store::settings::version(&mut change).await?;
    let done = Done { action, resource: "settings", resource_id: id.to_owned(), detail };
    change.done(done, &SettingTold { event, id: id.to_owned(), version }).await
}

impl Casework {
    /// Adds a limit from today on; the row for the same thing before it ends yesterday. Promises made stay.
    pub async fn add_limit(&self, actor: &Actor, mut limit: Limit, note: &str) -> Result<()> {
        if limit.n == 0 || limit.n > 2000 {
            return Err(Error::invalid("invalid-fields").field("n", "number-out-of-range"));
        }
        let mut change = self.begin_settings(actor).await?;
        let now = change.at();
        limit.id = format!("{}-{}", limit.clock.as_str(), now.timestamp_millis());
        store::settings::add_limit(&mut change, &limit, local_date(now), note, now).await?;
        let detail = json!({"clock": limit.clock.as_str(), "n": limit.n, "unit": limit.unit.as_str()});
        end(change, ("add-limit", SettingEvent::LimitAdded), &limit.id, detail).await
    }

    /// Ends a limit row today.
    pub async fn end_limit(&self, actor: &Actor, id: &str) -> Result<()> {
        let mut change = self.begin_settings(actor).await?;
        let now = change.at();
        let last = local_date(now).pred_opt().ok_or_else(|| Error::invalid("bad-request"))?;
        let limits = &self.settings(&mut change).await?.limits;
        let without = Limits::new(limits.rows().iter().filter(|row| row.id != id).cloned().collect());
        let missing = |limits: &Limits| {
            let today = limits.on(local_date(now)).lint();
            today.iter().filter(|found| matches!(found, LimitLint::Missing { .. })).count()
        };
        // Without it nothing could be promised any more, so nobody could hand in or assign.
        if missing(&without) > missing(limits) {
            return Err(Error::conflict("limit-last"));
        }
        store::settings::end_limit(&mut change, id, last).await?;
        end(change, ("end-limit", SettingEvent::LimitEnded), id, json!({})).await
    }

    /// Adds (version 0) or changes a category.
    pub async fn put_category(&self, actor: &Actor, category: &Category) -> Result<()> {
        let mut change = self.begin_settings(actor).await?;
        store::settings::put_category(&mut change, category).await?;
        let detail = json!({"name": category.name, "active": category.active});
        let event = if category.version == 0 { SettingEvent::CategoryAdded } else { SettingEvent::CategoryChanged };
        end(change, ("put-category", event), &category.code, detail).await
    }

    /// Sets the working hours; open clocks follow.
    pub async fn put_hours(&self, actor: &Actor, hours: &Hours) -> Result<()> {
        let mut change = self.begin_settings(actor).await?;
        let now = change.at();
        store::settings::put_hours(&mut change, hours, now).await?;
        self.follow(&mut change).await?;
        let detail = json!({"hours": hours.to_string()});
        end(change, ("put-hours", SettingEvent::HoursChanged), "hours", detail).await?;
        jobs::wake();
        Ok(())
    }

    /// The write turn for who may change settings.
    pub(crate) async fn begin_settings<'a>(&'a self, actor: &'a Actor) -> Result<Change<'a>> {
        let mut change = self.begin(actor).await?;
        change.require(&SETTINGS, &Subject::default())?;
        Ok(change)
    }

    pub(crate) async fn follow(&self, change: &mut Change<'_>) -> Result<()> {
        let job = NewJob { unique_key: None, ..NewJob::new(JOB, json!({})) };
        jobs::enqueue(change, self.clock.as_ref(), self.random.as_ref(), job).await.map(drop)
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
