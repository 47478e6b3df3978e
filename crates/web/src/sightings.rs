//! Contact data seen in the course of the work, written down beside the answer: a reader waits for no commit, and a page that is
//! opened again costs none.
//!
//! What this process knows to be written only saves work. The key of the row decides, so nodes that share a database write one
//! entry together; an entry that could not be written is tried again when the page is opened next.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use db::Db;
use identity::Sighting;
use kernel::{PersonId, Result};

/// More keys than this are not kept in memory; the database is then asked again.
const MOST_KNOWN: usize = 50_000;
/// What is noted within this time shares a commit: a morning of many readers costs a few commits a second at most.
const PAUSE: Duration = Duration::from_millis(250);
/// So long a stop waits for what is under way.
const PATIENCE: Duration = Duration::from_secs(5);

type Key = (PersonId, String, String);

/// Shared by all requests; cheap to clone.
#[derive(Clone)]
pub struct Sightings(Arc<Shared>);

struct Shared {
    db: Db,
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    known: HashSet<Key>,
    waiting: Vec<Sighting>,
    /// A task is writing; what comes meanwhile goes with its next batch.
    is_busy: bool,
}

impl Sightings {
    pub(crate) fn new(db: Db) -> Sightings {
        Sightings(Arc::new(Shared { db, queue: Mutex::default() }))
    }

    /// Has it written down. Returns at once.
    pub fn note(&self, sighting: Option<Sighting>) {
        let Some(sighting) = sighting else { return };
        let mut queue = self.queue();
        if queue.known.len() >= MOST_KNOWN {
            queue.known.clear();
        }
        if !queue.known.insert(sighting.key()) {
            return;
        }
        queue.waiting.push(sighting);
        if !std::mem::replace(&mut queue.is_busy, true) {
            tokio::spawn(self.clone().work());
        }
    }

    /// Waits until all that was noted is written, or for a while.
    pub async fn settled(&self) {
        let written = async {
            while self.queue().is_busy {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        if tokio::time::timeout(PATIENCE, written).await.is_err() {
            tracing::warn!("contact data was seen, but not all of it could be written down");
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn work(self) {
        loop {
            tokio::time::sleep(PAUSE).await;
            let Some(batch) = self.next() else { return };
            if let Err(error) = self.write(&batch).await {
                tracing::warn!(code = error.code, "contact data was seen, but it could not be written down");
                let mut queue = self.queue();
                for sighting in &batch {
                    queue.known.remove(&sighting.key());
                }
            }
        }
    }

    /// What waits; `None` ends the task.
    fn next(&self) -> Option<Vec<Sighting>> {
        let mut queue = self.queue();
        queue.is_busy = !queue.waiting.is_empty();
        queue.is_busy.then(|| std::mem::take(&mut queue.waiting))
    }

    /// One commit for all that is new; none if nothing is.
    async fn write(&self, batch: &[Sighting]) -> Result<()> {
        let mut new = Vec::new();
        let mut conn = self.0.db.read().await?;
        for sighting in batch {
            if !sighting.is_known(&mut conn).await? {
                new.push(sighting);
            }
        }
        drop(conn);
        if new.is_empty() {
            return Ok(());
        }
        let mut tx = self.0.db.begin().await?;
        for sighting in new {
            sighting.record(&mut tx).await?;
        }
        tx.commit().await
    }
}
