//! Seals what was there before seals were kept, once, as it is found: later changes of the past are found as well.

use db::{Conn, Db, Tx};
use identity::{Actor, Entry};
use kernel::{Clock, Result};
use serde_json::json;
use uuid::Uuid;

use crate::seal::{Leaf, Roots, span};
use crate::store::seals;

/// Name of the act in the audit, and of the thing it is done to.
const ACTION: &str = "seal-as-found";
const RESOURCE: &str = "history";

/// Whether what is there waits to be sealed: between an upgrade of the tables and [`seal_as_found`].
pub async fn due(conn: &mut Conn) -> Result<bool> {
    seals::due(conn).await
}

/// Seals every request with all its events in one entry, if that waits to be done, and returns how many requests that
/// were. All of it is one transaction in constant memory: others who write wait, some seconds for a hundred thousand.
///
/// # Errors
/// What the database says.
pub async fn seal_as_found(db: &Db, clock: &dyn Clock) -> Result<Option<i64>> {
    if !due(&mut db.read().await?).await? {
        return Ok(None);
    }
    let mut tx = db.begin().await?;
    if !due(&mut tx).await? {
        // Another server was first.
        tx.rollback().await;
        return Ok(None);
    }
    tracing::info!("sealing what is there as it is found");
    // Nobody else writes before this entry.
    let entry = identity::audit_seq(&mut tx).await? + 1;
    let roots = leaves(&mut tx, entry).await?;
    let root = roots.done();
    let mut detail = json!({"requests": root.requests, "events": root.events});
    root.put_into(&mut detail);
    let (at, actor) = (clock.now(), Actor::program("upgrade"));
    let resource_id = "requests".to_owned();
    identity::record(&mut tx, Entry { at, actor: &actor, action: ACTION, resource: RESOURCE, resource_id, detail })
        .await?;
    seals::not_due(&mut tx).await?;
    tx.commit().await?;
    Ok(Some(root.requests))
}

async fn leaves(tx: &mut Tx, entry: i64) -> Result<Roots> {
    let (mut roots, mut last) = (Roots::default(), Uuid::nil());
    loop {
        let page = seals::requests_after(tx, last, seals::CHUNK as i64).await?;
        let Some(end) = page.last() else { return Ok(roots) };
        last = end.id;
        let ids: Vec<Uuid> = page.iter().map(|told| told.id).collect();
        let mut events = seals::events_of(tx, &ids).await?.into_iter().peekable();
        let mut kept = Vec::with_capacity(page.len());
        for told in &page {
            let mut own = Vec::new();
            let mut seq = 0;
            while let Some(event) = events.next_if(|event| event.request == told.id) {
                seq = event.seq;
                own.push(event.hash);
            }
            let leaf = Leaf { request: told.id, seq, text: told.text, events: span(&own) };
            roots.take(&leaf);
            kept.push(leaf);
        }
        seals::insert_leaves(tx, entry, &kept).await?;
    }
}
