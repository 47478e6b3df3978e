//! What operations on the whole leave behind: an audit entry, and an anchor with the head they came from.

use db::{Db, Tx};
use identity::{Actor, Entry, Head};
use kernel::{Clock, Result};
use serde_json::{Value, json};

use super::anchors::{Anchor, Anchors, Cause};

/// Where a history came from, for the entry.
pub(crate) struct Came<'a> {
    pub cause: Cause,
    /// The head that was copied.
    pub from: Head,
    /// What else is worth knowing; never the password of a database or the place of a file.
    pub detail: Value,
    pub clock: &'a dyn Clock,
}

/// Writes the audit entry; the anchor it returns is appended once all is in its place.
pub(crate) async fn note(db: &Db, came: Came<'_>) -> Result<Anchor> {
    let Came { cause, from, mut detail, clock } = came;
    let at = clock.now();
    let mut tx = db.begin().await?;
    detail["entries"] = json!(from.entry);
    detail["head"] = json!(from.hash);
    write(&mut tx, at, cause, detail).await?;
    let head = identity::audit_head(&mut tx).await?;
    tx.commit().await?;
    // A backup changes nothing here: it is an anchor like any other.
    let from = (cause != Cause::Backup).then_some(from);
    Ok(Anchor { at, head, cause, from })
}

async fn write(tx: &mut Tx, at: chrono::DateTime<chrono::Utc>, cause: Cause, detail: Value) -> Result<()> {
    let (actor, resource, resource_id) = (Actor::program("cli"), "history", "requests".to_owned());
    identity::record(tx, Entry { at, actor: &actor, action: cause.as_str(), resource, resource_id, detail }).await
}

/// After a copy from one database to another: writes to the new one that it is a copy, and of what; and notes its head where
/// the installation that is going to use it keeps its anchors, if that is known.
///
/// # Errors
/// What the database says, `disk-full`, `folder`.
pub async fn copied(
    target: &Db,
    copied: &crate::copy::Copied,
    clock: &dyn Clock,
    anchors: Option<&Anchors>,
) -> Result<()> {
    let from = Head { entry: copied.audit.entries, hash: copied.audit.head.clone() };
    let detail = json!({"rows": copied.rows});
    let anchor = note(target, Came { cause: Cause::Copied, from, detail, clock }).await?;
    let Some(anchors) = anchors else { return Ok(()) };
    anchors.take_latest().await?;
    anchors.append(anchor).await
}
