//! Clearing away what has run out: sessions, throttles, what was seen in spans long over, places nobody signs in from.

use chrono::{DateTime, Duration, Utc};
use db::Tx;
use jobs::{Handler, JobContext, Schedule};
use kernel::Result;

use crate::{session, sign_in, store};

const KIND: &str = "identity.sweep";

/// Removes what has run out and returns how many rows went.
pub async fn sweep(tx: &mut Tx, now: DateTime<Utc>) -> Result<u64> {
    let throttles = store::sweep_throttles(tx, now - Duration::days(1)).await?;
    let places = store::sweep_places(tx, now - sign_in::KNOWN).await?;
    Ok(session::sweep(tx, now).await? + throttles + places + store::sweep_seen(tx, now - Duration::days(3)).await?)
}

/// The jobs of this crate.
pub fn handlers() -> Vec<Handler> {
    vec![Handler::new(KIND, |context: JobContext| async move {
        let mut tx = context.db.begin().await?;
        sweep(&mut tx, context.clock.now()).await?;
        tx.commit().await
    })]
}

/// When they run.
pub fn schedules() -> Vec<Schedule> {
    vec![Schedule { name: "identity-sweep", cron: "20 * * * *", kind: KIND }]
}
