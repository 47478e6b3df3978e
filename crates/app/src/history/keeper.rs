//! Takes anchors while a server runs: at its start, every hour in which something was written, at its stop; and keeps the
//! latest head every few seconds, so that rows lost with a damaged write-ahead log are missed.

use std::time::Duration;

use chrono::{DateTime, Utc};
use db::Db;
use identity::Head;
use kernel::{ClockRef, Result};
use tokio::sync::watch;

use super::anchors::{Anchor, Anchors, Cause};

/// How often the latest head is looked at.
const TICK: Duration = Duration::from_secs(10);
/// How far apart the anchors are that are kept.
const HOUR: chrono::Duration = chrono::Duration::hours(1);

/// Watches over the head of one database.
pub struct Keeper {
    db: Db,
    clock: ClockRef,
    anchors: Anchors,
    /// What was noted last, here and in the file that is kept.
    latest: Head,
    kept: (DateTime<Utc>, Head),
}

impl Keeper {
    /// Notes the head a server starts with, after comparing it with what was noted last. Anchors that cannot be written
    /// are told in the log and keep nobody from being served.
    ///
    /// # Errors
    /// What the database says.
    pub async fn start(db: Db, clock: ClockRef, anchors: Anchors) -> Result<Keeper> {
        let head = identity::audit_head(&mut db.read().await?).await?;
        let keeper = Keeper { latest: head.clone(), kept: (clock.now(), head.clone()), db, clock, anchors };
        told(keeper.anchors.take_latest().await);
        match keeper.anchors.read().await {
            Ok(noted) => keeper.look_back(&noted.lines, &head).await?,
            Err(error) => told(Err(error)),
        }
        keeper.append(Cause::Start, &head).await;
        Ok(keeper)
    }

    /// Compares the newest anchor of this chain with what is there.
    async fn look_back(&self, lines: &[Anchor], head: &Head) -> Result<()> {
        for line in lines.iter().rev() {
            if line.cause == Cause::Copied && !self.holds(&line.head).await? {
                // Of the database that a copy of this one was put into.
                continue;
            }
            if line.head.entry > head.entry {
                let (from, to) = (head.entry + 1, line.head.entry);
                tracing::error!(from, to, "entries of the audit that were noted here are gone; see wanqi doctor");
                self.append(Cause::Cut, head).await;
                return Ok(());
            }
            return self.compare(&line.head).await;
        }
        Ok(())
    }

    /// Goes on until `stopping` says so.
    pub async fn run(mut self, mut stopping: watch::Receiver<bool>) -> Keeper {
        loop {
            tokio::select! {
                _ = stopping.wait_for(|stop| *stop) => return self,
                () = tokio::time::sleep(TICK) => {}
            }
            // A database that is away is told by those who wanted something of it.
            let _ = self.look().await;
        }
    }

    /// One look: the latest head is noted if it moved, and kept if the last one kept is an hour old.
    ///
    /// # Errors
    /// What the database says.
    pub async fn look(&mut self) -> Result<()> {
        let now = self.clock.now();
        let head = identity::audit_head(&mut self.db.read().await?).await?;
        if head != self.latest {
            self.compare(&self.latest).await?;
            told(self.anchors.put_latest(now, &head).await);
            self.latest = head;
        }
        if self.latest != self.kept.1 && now - self.kept.0 >= HOUR {
            self.append(Cause::Hourly, &self.latest).await;
            self.kept = (now, self.latest.clone());
        }
        Ok(())
    }

    /// Notes the head it ends with.
    pub async fn stop(self) {
        match self.db.read().await {
            Ok(mut conn) => match identity::audit_head(&mut conn).await {
                Ok(head) if self.append(Cause::Stop, &head).await => self.anchors.drop_latest().await,
                Ok(_) => {}
                Err(error) => told(Err(error)),
            },
            Err(error) => told(Err(error)),
        }
    }

    /// Says in the log if a head noted before is not in the chain.
    async fn compare(&self, noted: &Head) -> Result<()> {
        if !self.holds(noted).await? {
            let entry = noted.entry;
            tracing::error!(entry, "an entry of the audit is not the one that was noted here; see wanqi doctor");
        }
        Ok(())
    }

    async fn holds(&self, noted: &Head) -> Result<bool> {
        if noted.entry == 0 {
            return Ok(true);
        }
        let there = identity::audit_hash(&mut self.db.read().await?, noted.entry).await?;
        Ok(there.as_deref() == Some(noted.hash.as_str()))
    }

    async fn append(&self, cause: Cause, head: &Head) -> bool {
        let anchor = Anchor { at: self.clock.now(), head: head.clone(), cause, from: None };
        let done = self.anchors.append(anchor).await;
        let kept = done.is_ok();
        told(done);
        kept
    }
}

fn told(done: Result<()>) {
    if let Err(error) = done {
        tracing::warn!(%error, "no anchor of the audit could be kept");
    }
}
