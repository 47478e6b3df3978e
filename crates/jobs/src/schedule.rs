//! Work at fixed times: cron lines in Shanghai time, each due time queued once whichever node notices.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use croner::Cron;
use db::{Conn, Db};
use kernel::{Clock, Error, Random, Result};
use serde_json::Value;

use crate::job::NewJob;
use crate::queue::enqueue;
use crate::store;

/// A job queued again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Unique and lasting; the row's key.
    pub name: &'static str,
    /// Minute, hour, day, month, weekday in Shanghai: `30 8 * * 1-5`.
    pub cron: &'static str,
    /// The handler's kind; the payload is null.
    pub kind: &'static str,
}

/// A schedule as it stands in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleRow {
    pub name: String,
    pub cron: String,
    pub next_at: DateTime<Utc>,
    pub last_at: Option<DateTime<Utc>>,
}

/// The first time after `now` that the cron line names, in Shanghai time.
///
/// # Errors
/// `cron-line` for a line that cannot be read or never comes true.
pub fn next_after(cron: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>> {
    let wrong = |e: croner::errors::CronError| Error::invalid("cron-line").arg("cron", cron).inside(e.to_string());
    let line = Cron::from_str(cron).map_err(wrong)?;
    let next = line.find_next_occurrence(&kernel::clock::local(now), false).map_err(wrong)?;
    Ok(next.with_timezone(&Utc))
}

/// All schedules, for an administrator's page.
pub async fn schedules(conn: &mut Conn) -> Result<Vec<ScheduleRow>> {
    store::schedules(conn).await
}

/// Queues what is due. Times missed while nothing ran are made up for once, not one by one.
pub(crate) async fn tick(db: &Db, clock: &dyn Clock, random: &dyn Random, all: &[Schedule]) -> Result<usize> {
    if all.is_empty() || !needs_work(&store::schedules(&mut db.read().await?).await?, all, clock.now()) {
        return Ok(0);
    }
    let mut tx = db.begin().await?;
    let now = clock.now();
    let rows = store::schedules(&mut tx).await?;
    let mut queued = 0;
    for schedule in all {
        let next = next_after(schedule.cron, now)?;
        match rows.iter().find(|row| row.name == schedule.name) {
            Some(row) if row.cron == schedule.cron && row.next_at <= now => {
                let unique_key = Some(format!("schedule:{}", schedule.name));
                let job = NewJob { unique_key, ..NewJob::new(schedule.kind, Value::Null) };
                enqueue(&mut tx, clock, random, job).await?;
                store::schedule_ran(&mut tx, schedule.name, next, now).await?;
                queued += 1;
            }
            Some(row) if row.cron == schedule.cron => {}
            _ => store::schedule_set(&mut tx, schedule.name, schedule.cron, next).await?,
        }
    }
    tx.commit().await?;
    Ok(queued)
}

fn needs_work(rows: &[ScheduleRow], all: &[Schedule], now: DateTime<Utc>) -> bool {
    all.iter().any(|schedule| {
        rows.iter()
            .find(|row| row.name == schedule.name)
            .is_none_or(|row| row.cron != schedule.cron || row.next_at <= now)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::clock::{date_time_local, parse_date_time_local};

    #[test]
    fn cron_lines_are_read_in_shanghai_time() {
        let cases = [
            ("30 8 * * 1-5", "2026-11-05T08:29", "2026-11-05T08:30"),
            ("30 8 * * 1-5", "2026-11-05T08:30", "2026-11-06T08:30"),
            ("30 8 * * 1-5", "2026-11-06T09:00", "2026-11-09T08:30"),
            ("0 0 * * *", "2026-11-05T23:59", "2026-11-06T00:00"),
            ("0 7 1 * *", "2026-12-31T12:00", "2027-01-01T07:00"),
            ("*/15 * * * *", "2026-11-05T10:07", "2026-11-05T10:15"),
        ];
        for (cron, now, next) in cases {
            let found = next_after(cron, parse_date_time_local(now).unwrap()).unwrap();
            assert_eq!(date_time_local(found), next, "{cron} after {now}");
        }
        for wrong in ["", "61 * * * *", "* * *", "0 0 30 2 *"] {
            assert!(next_after(wrong, parse_date_time_local("2026-11-05T10:07").unwrap()).is_err(), "{wrong}");
        }
    }
}
