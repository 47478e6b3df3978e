//! Rows of what was done to the calendar and to the rule for last days; every version there was is made from them.

use chrono::{DateTime, Utc};
use db::{Conn, Tx, sql};
use kernel::{Error, Result};
use workdays::{Calendar, Notice};

use super::settings::touch;

/// Something that was done to the calendar.
#[derive(Clone, Debug)]
pub struct CalendarAct {
    pub act: Act,
    /// Number of the notice that was added, corrected (before the correction) or withdrawn.
    pub notice: String,
    /// The notice as it was entered; as it was when it was withdrawn.
    pub text: String,
    pub reason: String,
    /// Who did it, by name; empty for the program itself.
    pub person: String,
    pub at: DateTime<Utc>,
    batch: i64,
}

/// What was done to a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Added,
    Corrected,
    Withdrawn,
}

impl Act {
    /// The word in rows.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Corrected => "corrected",
            Self::Withdrawn => "withdrawn",
        }
    }

    fn parse(text: &str) -> Result<Self> {
        let all = [Self::Added, Self::Corrected, Self::Withdrawn];
        all.into_iter().find(|act| act.as_str() == text).ok_or_else(|| Error::internal(format!("calendar act {text}")))
    }
}

/// Everything that was done, in order.
pub async fn acts(conn: &mut Conn) -> Result<Vec<CalendarAct>> {
    let rows =
        sql("SELECT act, notice, text, reason, person, at, batch FROM calendar_act ORDER BY seq").all(conn).await?;
    let read = |row: &db::Row| {
        let mut c = row.cursor();
        Ok(CalendarAct {
            act: Act::parse(&c.next::<String>()?)?,
            notice: c.next()?,
            text: c.next()?,
            reason: c.next()?,
            person: c.next()?,
            at: c.next()?,
            batch: c.next()?,
        })
    };
    rows.iter().map(read).collect()
}

/// A calendar for each version there ever was, the one in force last.
pub(super) async fn versions(conn: &mut Conn) -> Result<Vec<Calendar>> {
    let acts = acts(conn).await?;
    let mut versions: Vec<Calendar> = Vec::new();
    let mut notices: Vec<Notice> = Vec::new();
    for batch in acts.chunk_by(|a, b| a.batch == b.batch) {
        for act in batch {
            notices.retain(|notice| act.act == Act::Added || notice.id != act.notice);
            if act.act != Act::Withdrawn {
                notices.push(Notice::parse(&act.text).map_err(Error::internal)?);
            }
        }
        versions.push(Calendar::from_notices(notices.clone()).map_err(Error::internal)?);
    }
    if versions.is_empty() {
        versions.push(Calendar::china().clone());
    }
    Ok(versions)
}

/// What is done to a notice: the number it had, and what it is now (or was, when it is withdrawn).
pub struct NewAct<'a> {
    pub act: Act,
    pub id: &'a str,
    pub notice: &'a Notice,
}

/// Records what was done at once; clocks that are open are recomputed by the caller.
pub async fn record(tx: &mut Tx, acts: &[NewAct<'_>], reason: &str, person: &str, now: DateTime<Utc>) -> Result<()> {
    let last = sql("SELECT COALESCE(MAX(seq), 0), COALESCE(MAX(batch), 0) FROM calendar_act").one(tx).await?;
    let (mut seq, batch) = (last.get::<i64>(0)?, last.get::<i64>(1)? + 1);
    for act in acts {
        seq += 1;
        sql("INSERT INTO calendar_act (seq, batch, act, notice, text, reason, person, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
            .bind(seq)
            .bind(batch)
            .bind(act.act.as_str())
            .bind(act.id)
            .bind(act.notice.to_string())
            .bind(reason)
            .bind(person)
            .bind(now)
            .run(tx)
            .await?;
    }
    touch(tx).await
}

/// A change of the rule for last days that are off.
#[derive(Clone, Debug)]
pub struct LastDayChange {
    pub next_workday: bool,
    pub reason: String,
    pub person: String,
    pub at: DateTime<Utc>,
}

/// Every change of the rule, in order; the last one holds, and before the first the Civil Code does.
pub async fn last_day_changes(conn: &mut Conn) -> Result<Vec<LastDayChange>> {
    let rows = sql("SELECT next_workday, reason, person, at FROM last_day_rule ORDER BY seq").all(conn).await?;
    let read = |row: &db::Row| {
        let mut c = row.cursor();
        Ok(LastDayChange { next_workday: c.next()?, reason: c.next()?, person: c.next()?, at: c.next()? })
    };
    rows.iter().map(read).collect()
}

/// Switches the rule; clocks that are open are recomputed by the caller.
pub async fn put_last_day(tx: &mut Tx, change: &LastDayChange) -> Result<()> {
    let last = sql("SELECT COALESCE(MAX(seq), 0) FROM last_day_rule").one(tx).await?;
    sql("INSERT INTO last_day_rule (seq, next_workday, reason, person, at) VALUES ($1, $2, $3, $4, $5)")
        .bind(last.get::<i64>(0)? + 1)
        .bind(change.next_workday)
        .bind(change.reason.as_str())
        .bind(change.person.as_str())
        .bind(change.at)
        .run(tx)
        .await?;
    touch(tx).await
}
