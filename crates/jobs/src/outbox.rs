//! Events told across crates: written in the transaction of what happened, delivered as jobs, one per subscriber.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use db::{Db, Tx};
use kernel::{Clock, EventId, Random, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::job::NewJob;
use crate::queue::enqueue;
use crate::store;
use crate::work::{BoxFuture, Handler, JobContext};

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The same at every delivery: a subscriber can tell what it has dealt with.
    pub id: EventId,
    /// `need.assigned`.
    pub topic: String,
    pub payload: Value,
    pub at: DateTime<Utc>,
}

/// Somebody who wants to know. Told at least once, in no promised order; a failure is tried again like any job and
/// holds up no other subscriber.
#[derive(Clone)]
pub struct Subscriber {
    /// Unique; part of the job's kind, so it must not change while events wait.
    pub name: &'static str,
    /// Topics told about. Every topic: `*`.
    pub topics: &'static [&'static str],
    pub run: Arc<dyn Fn(JobContext, Event) -> BoxFuture + Send + Sync>,
}

impl Subscriber {
    pub fn new<F>(
        name: &'static str,
        topics: &'static [&'static str],
        run: impl Fn(JobContext, Event) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        Subscriber { name, topics, run: Arc::new(move |context, event| Box::pin(run(context, event))) }
    }

    fn wants(&self, topic: &str) -> bool {
        self.topics.iter().any(|wanted| *wanted == topic || *wanted == "*")
    }

    fn kind(&self) -> String {
        format!("deliver:{}", self.name)
    }

    /// The handler of the jobs in which this subscriber's events arrive.
    pub(crate) fn handler(self) -> Handler {
        let kind = self.kind();
        Handler::new(kind, move |context| {
            let run = Arc::clone(&self.run);
            async move {
                let event = context.payload()?;
                run(context, event).await
            }
        })
    }
}

/// Tells all subscribers of `topic`, once the caller's transaction is kept.
pub async fn announce(
    tx: &mut Tx,
    clock: &dyn Clock,
    random: &dyn Random,
    topic: &str,
    payload: Value,
) -> Result<EventId> {
    let at = clock.now();
    let event = Event { id: EventId::new(at, random), topic: topic.to_owned(), payload, at };
    store::announce(tx, &event).await?;
    Ok(event.id)
}

/// Turns waiting events into jobs, each batch in one transaction, and returns how many events it were.
pub(crate) async fn relay(db: &Db, clock: &dyn Clock, random: &dyn Random, to: &[Subscriber]) -> Result<usize> {
    if store::waiting(&mut db.read().await?).await?.is_empty() {
        return Ok(0);
    }
    let mut tx = db.begin().await?;
    let events = store::waiting(&mut tx).await?;
    for event in &events {
        for subscriber in to.iter().filter(|s| s.wants(&event.topic)) {
            let payload = serde_json::to_value(event).map_err(kernel::Error::internal)?;
            enqueue(&mut tx, clock, random, NewJob::new(subscriber.kind(), payload)).await?;
        }
    }
    if let Some(last) = events.last() {
        store::delivered(&mut tx, last.id, clock.now()).await?;
    }
    tx.commit().await?;
    Ok(events.len())
}
