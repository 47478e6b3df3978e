//! The audit chain: who did what to what, each entry sealed with the hash of the one before.
//!
//! Changing, removing or reordering entries breaks the chain; cutting off its end leaves a head that names an entry
//! which is not there. Somebody who may write the whole database could seal a new chain: the heads that `app::history`
//! notes in a file beside the data tell it (ADR 6).
//!
//! The number is the order. The time is what the clock said: one start with a wrong clock must not set the times of all
//! entries after it, as it would if none were ever before the last; the doctor names entries from the future.

use chrono::{DateTime, Utc};
use db::{Conn, Tx};
use kernel::{Error, PersonId, Result};
use sha2::{Digest, Sha256};

use crate::actor::Actor;
use crate::change_number::raised;
use crate::store;

/// What is to be written down.
#[derive(Debug)]
pub struct Entry<'a> {
    pub at: DateTime<Utc>,
    pub actor: &'a Actor,
    /// What was done: `request-raised`, `signed-in`.
    pub action: &'a str,
    /// Kind of thing: `request`, `person`.
    pub resource: &'a str,
    pub resource_id: String,
    /// What changed. Never phone numbers, identity numbers, passwords or message bodies.
    pub detail: serde_json::Value,
}

/// An entry as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// From 1, without gaps.
    pub seq: i64,
    pub at: DateTime<Utc>,
    pub actor_id: Option<PersonId>,
    /// The actor's name at that time.
    pub actor: String,
    pub action: String,
    pub resource: String,
    pub resource_id: String,
    /// JSON.
    pub detail: String,
}

/// An entry with its two seals.
pub(crate) struct Link {
    pub entry: AuditEntry,
    pub previous: Vec<u8>,
    pub hash: Vec<u8>,
}

/// Where the chain stands: its newest entry and the hash that seals it and all before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// Zero while there is none.
    pub entry: i64,
    /// Hexadecimal; empty while there is none.
    pub hash: String,
}

/// Which entries a list shows; empty shows all.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    pub action: Option<String>,
    pub resource: Option<String>,
    pub resource_id: Option<String>,
    pub actor: Option<PersonId>,
    /// From this instant …
    pub from: Option<DateTime<Utc>>,
    /// … to before this one.
    pub to: Option<DateTime<Utc>>,
}

/// What a walk along the chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// How many entries were found in order.
    pub entries: i64,
    /// The first entry that is not as it was written.
    pub first_broken: Option<i64>,
    /// `changed`, `missing`, `moved`, `cut-off` or `head-missing`.
    pub reason: Option<&'static str>,
    /// Hash of the newest good entry, hexadecimal.
    pub head: String,
}

impl Verdict {
    pub fn is_whole(&self) -> bool {
        self.first_broken.is_none()
    }
}

/// Number of the newest entry: whatever people or imports change, it rises. Zero while there is none.
pub async fn audit_seq(conn: &mut Conn) -> Result<i64> {
    Ok(store::audit_head(conn).await?.map_or(0, |(seq, _, _)| seq))
}

/// Where the chain stands now.
pub async fn audit_head(conn: &mut Conn) -> Result<Head> {
    let head = store::audit_head(conn).await?;
    Ok(head.map_or_else(Head::default, |(entry, hash, _)| Head { entry, hash: crate::session::hex(&hash) }))
}

/// The hash of one entry, hexadecimal; `None` if there is none of that number.
pub async fn audit_hash(conn: &mut Conn, entry: i64) -> Result<Option<String>> {
    Ok(store::audit_hash(conn, entry).await?.map(|hash| crate::session::hex(&hash)))
}

/// Every entry about some things of one kind, in the order in which they were written.
pub async fn audit_of(conn: &mut Conn, resource: &str, ids: &[String]) -> Result<Vec<AuditEntry>> {
    store::audit_of(conn, resource, ids).await
}

/// Appends an entry in the transaction of what it tells about. Writers take turns, so the chain never forks.
pub async fn record(tx: &mut Tx, entry: Entry<'_>) -> Result<()> {
    append(tx, entry, None).await
}

/// As [`record`], for an entry in which `module` changed: its change number rises.
pub(crate) async fn append(tx: &mut Tx, entry: Entry<'_>, module: Option<&str>) -> Result<()> {
    let (seq, previous, changes) =
        store::audit_head(tx).await?.ok_or_else(|| Error::internal("the audit head is missing"))?;
    let entry = AuditEntry {
        seq: seq + 1,
        at: kernel::clock::cut(entry.at),
        actor_id: entry.actor.person,
        actor: entry.actor.name.clone(),
        action: entry.action.to_owned(),
        resource: entry.resource.to_owned(),
        resource_id: entry.resource_id,
        detail: entry.detail.to_string(),
    };
    let hash = seal(&previous, &entry);
    let changes = module.map_or(changes.clone(), |module| raised(&changes, module, entry.seq));
    store::append_audit(tx, Link { entry, previous, hash }, changes).await
}

/// Walks the whole chain in constant memory and one snapshot.
pub async fn verify(conn: &mut Conn) -> Result<Verdict> {
    verify_with(conn, |_, _| ()).await
}

/// As [`verify`]; `witness` is shown every entry that is as it was written, with its hash.
pub async fn verify_with(conn: &mut Conn, mut witness: impl FnMut(&AuditEntry, &[u8])) -> Result<Verdict> {
    let mut verdict = Verdict { entries: 0, first_broken: None, reason: None, head: String::new() };
    let mut last: Vec<u8> = Vec::new();
    let mut head = None;
    store::walk_audit(conn, |link, now| {
        head = now;
        let expected = verdict.entries + 1;
        let reason = if link.entry.seq > expected {
            Some("missing")
        } else if link.entry.seq < expected || link.previous != last {
            Some("moved")
        } else if seal(&link.previous, &link.entry) != link.hash {
            Some("changed")
        } else {
            None
        };
        if reason.is_some() {
            (verdict.first_broken, verdict.reason) = (Some(expected), reason);
            return false;
        }
        verdict.entries = expected;
        witness(&link.entry, &link.hash);
        last = link.hash;
        true
    })
    .await?;
    verdict.head = crate::session::hex(&last);
    if verdict.first_broken.is_some() {
        return Ok(verdict);
    }
    if verdict.entries == 0 {
        head = store::audit_head(conn).await?.map(|(seq, hash, _)| (seq, hash));
    }
    match head {
        None => (verdict.first_broken, verdict.reason) = (Some(verdict.entries + 1), Some("head-missing")),
        Some((seq, hash)) if seq != verdict.entries || hash != last => {
            (verdict.first_broken, verdict.reason) = (Some(verdict.entries + 1), Some("cut-off"));
        }
        Some(_) => {}
    }
    Ok(verdict)
}

/// At most `limit` entries, newest first, those before the entry `before` (the last one of the page before).
pub async fn list(conn: &mut Conn, filter: &AuditFilter, before: Option<i64>, limit: u32) -> Result<Vec<AuditEntry>> {
    store::audit_entries(conn, filter, before, limit).await
}

/// How many entries the whole list has.
pub async fn count(conn: &mut Conn, filter: &AuditFilter) -> Result<i64> {
    store::count_audit(conn, filter).await
}

/// SHA-256 over the hash before and every field of the entry.
fn seal(previous: &[u8], entry: &AuditEntry) -> Vec<u8> {
    let actor_id = entry.actor_id.map(|id| id.uuid().into_bytes());
    let fields: [&[u8]; 9] = [
        previous,
        &entry.seq.to_be_bytes(),
        &entry.at.timestamp_micros().to_be_bytes(),
        actor_id.as_ref().map_or(&[], |id| id.as_slice()),
        entry.actor.as_bytes(),
        entry.action.as_bytes(),
        entry.resource.as_bytes(),
        entry.resource_id.as_bytes(),
        entry.detail.as_bytes(),
    ];
    digest(&fields).to_vec()
}

/// SHA-256 over fields, each with its length in front, so that no two lists of fields read the same.
pub fn digest(fields: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for field in fields {
        hash.update((field.len() as u64).to_be_bytes());
        hash.update(field);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Bench;
    use serde_json::json;
    use testkit::both_engines;

    async fn filled(b: &Bench, n: i64) {
        let mut tx = b.db.begin().await.unwrap();
        for i in 1..=n {
            let actor = Actor { person: (i % 2 == 0).then_some(b.person), ..Actor::program("demo") };
            let (resource_id, detail) = (format!("r{}", i % 3), json!({ "i": i, "词": "诉求" }));
            let entry = Entry { at: b.now(), actor: &actor, action: "tested", resource: "thing", resource_id, detail };
            record(&mut tx, entry).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    both_engines! {
        async fn every_kind_of_tampering_is_found_where_it_begins(b: Bench) {
            assert!(verify(&mut b.db.read().await.unwrap()).await.unwrap().is_whole());
            filled(b, 10).await;
            let swap = "UPDATE audit SET seq = 99 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = 5; \
                        UPDATE audit SET seq = 5 WHERE seq = 99";
            let cases: [(&str, Option<(i64, &str)>); 13] = [
                ("SELECT 1", None),
                ("UPDATE audit SET detail = '{}' WHERE seq = 4", Some((4, "changed"))),
                ("UPDATE audit SET actor = 'x' WHERE seq = 1", Some((1, "changed"))),
                ("UPDATE audit SET actor_id = NULL WHERE seq = 6", Some((6, "changed"))),
                ("UPDATE audit SET at = '2020-01-01T00:00:00+00:00' WHERE seq = 7", Some((7, "changed"))),
                ("UPDATE audit SET action = 'teste', resource = 'dthing' WHERE seq = 3", Some((3, "changed"))),
                ("UPDATE audit SET hash = previous WHERE seq = 3", Some((3, "changed"))),
                ("DELETE FROM audit WHERE seq = 5", Some((5, "missing"))),
                ("DELETE FROM audit WHERE seq > 8", Some((9, "cut-off"))),
                ("DELETE FROM audit", Some((1, "cut-off"))),
                (swap, Some((4, "moved"))),
                ("DELETE FROM audit_head", Some((11, "head-missing"))),
                ("DELETE FROM audit WHERE seq = 5; UPDATE audit SET seq = seq - 1 WHERE seq > 5", Some((5, "moved"))),
            ];
            for (tamper, found) in cases {
                let mut tx = b.db.begin().await.unwrap();
                tx.script(tamper).await.unwrap();
                let verdict = verify(&mut tx).await.unwrap();
                tx.rollback().await;
                assert_eq!(verdict.first_broken.zip(verdict.reason), found, "{tamper}");
                assert_eq!(verdict.entries, found.map_or(10, |(at, _)| at - 1), "{tamper}");
            }
        }
    }

    both_engines! {
        async fn a_list_is_filtered_and_paged_from_the_newest(b: Bench) {
            filled(b, 10).await;
            let mut conn = b.db.read().await.unwrap();
            let filter = AuditFilter {
                resource: Some("thing".into()),
                resource_id: Some("r1".into()),
                from: Some(b.now()),
                ..AuditFilter::default()
            };
            let seqs = |entries: Vec<AuditEntry>| entries.iter().map(|e| e.seq).collect::<Vec<_>>();
            assert_eq!(seqs(list(&mut conn, &filter, None, 2).await.unwrap()), [10, 7]);
            assert_eq!(seqs(list(&mut conn, &filter, Some(7), 2).await.unwrap()), [4, 1]);
            assert_eq!(count(&mut conn, &filter).await.unwrap(), 4);
            let mine = AuditFilter { actor: Some(b.person), ..filter };
            assert_eq!(seqs(list(&mut conn, &mine, None, 9).await.unwrap()), [10, 4]);
            assert!(list(&mut conn, &AuditFilter { to: Some(b.now()), ..mine }, None, 9).await.unwrap().is_empty());
        }
    }
}
