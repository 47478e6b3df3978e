//! What an audit entry says of the rows it tells about: SHA-256 of a request's text and of its events.
//!
//! A change of one request carries its seals in its own entry. What comes in by the hundred (a ledger, the demo, what was
//! there before there were seals) is sealed by one root in one entry, over leaves kept in `case_seal`. Hashes are made
//! from the values as rows keep them, so they are the same on both engines and survive a copy.

use chrono::{DateTime, Utc};
use events::Fact;
use identity::{Change, Done, digest};
use kernel::{Error, RequestId, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::store;

pub(crate) type Hash = [u8; 32];

/// Key under which an entry's detail carries its seals.
const KEY: &str = "seal";

/// A request as its row tells it: all that no event says and no later step of its life changes.
pub(crate) struct Text<'a> {
    pub id: Uuid,
    pub number: &'a str,
    pub enterprise: Uuid,
    pub source: &'a str,
    pub handed_down: bool,
    pub title: &'a str,
    pub body: &'a str,
    pub origin_level: Option<&'a str>,
    pub category_hint: Option<&'a str>,
    pub contact_name: &'a str,
    pub contact_phone: &'a str,
    pub submitted_at: DateTime<Utc>,
}

impl Text<'_> {
    pub fn hash(&self) -> Hash {
        // The hash of an empty text is not empty: it is told from an absent one.
        let some = |text: Option<&str>| text.map_or_else(Vec::new, |text| digest(&[text.as_bytes()]).to_vec());
        digest(&[
            self.id.as_bytes(),
            self.number.as_bytes(),
            self.enterprise.as_bytes(),
            self.source.as_bytes(),
            &[u8::from(self.handed_down)],
            self.title.as_bytes(),
            self.body.as_bytes(),
            &some(self.origin_level),
            &some(self.category_hint),
            self.contact_name.as_bytes(),
            self.contact_phone.as_bytes(),
            &self.submitted_at.timestamp_micros().to_be_bytes(),
        ])
    }
}

/// An event as its row tells it.
pub(crate) struct EventRow<'a> {
    pub request: Uuid,
    pub seq: i64,
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub kind: &'a str,
    pub need: Option<i64>,
    /// JSON as it is kept, byte for byte.
    pub body: &'a str,
}

impl EventRow<'_> {
    pub fn hash(&self) -> Hash {
        digest(&[
            self.request.as_bytes(),
            &self.seq.to_be_bytes(),
            self.id.as_bytes(),
            &self.at.timestamp_micros().to_be_bytes(),
            self.kind.as_bytes(),
            &self.need.unwrap_or(-1).to_be_bytes(),
            self.body.as_bytes(),
        ])
    }
}

/// One hash for events that follow one another.
pub(crate) fn span(events: &[Hash]) -> Hash {
    digest(&events.iter().map(Hash::as_slice).collect::<Vec<_>>())
}

/// What one change wrote.
#[derive(Clone, Debug)]
#[must_use = "the audit entry that tells of the change carries its seals"]
pub struct Sealed {
    /// Number of the first event written and of the last.
    pub(crate) from: i64,
    pub(crate) to: i64,
    pub(crate) events: Hash,
    /// Of the request's text, where the change wrote it.
    pub(crate) request: Option<Hash>,
}

impl Sealed {
    /// Puts the seals into the detail of the entry.
    pub(crate) fn put_into(&self, detail: &mut Value) {
        let mut seal = json!({"from": self.from, "to": self.to, "events": hex(&self.events)});
        if let Some(text) = self.request {
            seal["request"] = json!(hex(&text));
        }
        detail[KEY] = seal;
    }

    /// The seals an entry's detail carries, if it tells of one request and has any.
    pub(crate) fn read(detail: &str) -> Option<Sealed> {
        let seal: OneSeal = read(detail)?;
        let request = match seal.request {
            Some(text) => Some(unhex(&text)?),
            None => None,
        };
        Some(Sealed { from: seal.from, to: seal.to, events: unhex(&seal.events)?, request })
    }
}

#[derive(Deserialize)]
struct OneSeal {
    from: i64,
    to: i64,
    events: String,
    request: Option<String>,
}

/// The seals of one request among many of one entry: its text, and its events from the first to `seq`.
#[derive(Clone, Debug)]
pub(crate) struct Leaf {
    pub request: Uuid,
    pub seq: i64,
    pub text: Hash,
    pub events: Hash,
}

/// Many requests sealed by one entry. Leaves stand in the order of the requests' ids.
#[derive(Debug, Default)]
pub struct Batch {
    pub(crate) leaves: Vec<Leaf>,
}

impl Batch {
    /// Takes a request that was just saved for the first time.
    ///
    /// # Errors
    /// `internal` if its text was not written with it.
    pub fn add(&mut self, request: RequestId, sealed: &Sealed) -> Result<()> {
        let text = sealed.request.ok_or_else(|| Error::internal("a batch takes new requests only"))?;
        self.leaves.push(Leaf { request: request.uuid(), seq: sealed.to, text, events: sealed.events });
        Ok(())
    }

    /// Tells all of it at once: the audit entry with the root in its detail, the leaves beside it, one event.
    ///
    /// # Errors
    /// What the database says.
    pub async fn tell<F: Fact>(mut self, change: &mut Change<'_>, mut done: Done<'_>, fact: &F) -> Result<()> {
        if self.leaves.is_empty() {
            return change.tell(done, fact).await;
        }
        self.root().put_into(&mut done.detail);
        change.tell(done, fact).await?;
        let number = identity::audit_seq(change).await?;
        store::seals::insert_leaves(change, number, &self.leaves).await
    }

    /// The root over all leaves, which are put in order.
    pub(crate) fn root(&mut self) -> Root {
        self.leaves.sort_by_key(|leaf| leaf.request);
        let mut roots = Roots::default();
        self.leaves.iter().for_each(|leaf| roots.take(leaf));
        roots.done()
    }
}

/// What an entry says of many requests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Root {
    pub requests: i64,
    pub events: i64,
    /// Hexadecimal.
    pub root: String,
}

impl Root {
    /// Puts the root into the detail of the entry.
    pub fn put_into(&self, detail: &mut Value) {
        detail[KEY] = json!(self);
    }

    /// The root an entry's detail carries, if it has one.
    pub fn read(detail: &str) -> Option<Root> {
        read(detail)
    }
}

/// Makes a root in constant memory from leaves in the order of their requests' ids: each hash takes in the one before.
#[derive(Default)]
pub(crate) struct Roots {
    requests: i64,
    events: i64,
    root: Hash,
}

impl Roots {
    pub fn take(&mut self, leaf: &Leaf) {
        self.requests += 1;
        self.events += leaf.seq;
        let fields: [&[u8]; 5] =
            [&self.root, leaf.request.as_bytes(), &leaf.seq.to_be_bytes(), &leaf.text, &leaf.events];
        self.root = digest(&fields);
    }

    pub fn done(&self) -> Root {
        Root { requests: self.requests, events: self.events, root: hex(&self.root) }
    }
}

/// What stands under [`KEY`], if it is of the kind asked for.
fn read<T: for<'de> Deserialize<'de>>(detail: &str) -> Option<T> {
    // Most entries of a county carry no seal: they are passed over without being read.
    if !detail.contains("\"seal\"") {
        return None;
    }
    let mut detail: Value = serde_json::from_str(detail).ok()?;
    serde_json::from_value(detail.get_mut(KEY)?.take()).ok()
}

fn hex(hash: &Hash) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Hash> {
    let mut hash = Hash::default();
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (at, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok()?;
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text() -> Text<'static> {
        Text {
            id: Uuid::from_u128(1),
            number: "2026-000001",
            enterprise: Uuid::from_u128(2),
            source: "web",
            handed_down: false,
            title: "用地",
            body: "办不了",
            origin_level: None,
            category_hint: Some(""),
            contact_name: "李",
            contact_phone: "13800000000",
            submitted_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn every_field_of_a_request_and_of_an_event_counts() {
        let whole = text().hash();
        let other = [
            Text { id: Uuid::from_u128(3), ..text() },
            Text { number: "2026-000002", ..text() },
            Text { enterprise: Uuid::from_u128(3), ..text() },
            Text { source: "qr", ..text() },
            Text { handed_down: true, ..text() },
            Text { title: "用地办", body: "不了", ..text() },
            Text { body: "办得了", ..text() },
            Text { origin_level: Some(""), ..text() },
            Text { category_hint: None, ..text() },
            Text { contact_name: "王", ..text() },
            Text { contact_phone: "13800000001", ..text() },
            Text { submitted_at: DateTime::from_timestamp_micros(1).unwrap(), ..text() },
        ];
        assert!(other.iter().all(|other| other.hash() != whole));
        let event = |seq, need, body| EventRow {
            request: Uuid::from_u128(1),
            seq,
            id: Uuid::from_u128(2),
            at: DateTime::UNIX_EPOCH,
            kind: "commented",
            need,
            body,
        };
        let all = [event(1, None, "{}"), event(2, None, "{}"), event(1, Some(1), "{}"), event(1, None, "{ }")];
        let mut hashes: Vec<_> = all.iter().map(EventRow::hash).collect();
        assert_ne!(span(&hashes[..2]), span(&[hashes[1], hashes[0]]));
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), 4);
    }

    #[test]
    fn seals_are_read_back_from_the_detail_they_were_put_into() {
        let sealed = Sealed { from: 2, to: 3, events: [7; 32], request: Some([0xab; 32]) };
        let mut detail = json!({"number": "2026-000001"});
        sealed.put_into(&mut detail);
        let read = Sealed::read(&detail.to_string()).unwrap();
        assert_eq!((read.from, read.to, read.events, read.request), (2, 3, [7; 32], Some([0xab; 32])));
        assert!(Root::read(&detail.to_string()).is_none() && Sealed::read("{\"number\":\"x\"}").is_none());
        let mut batch = Batch::default();
        for id in [9_u128, 4] {
            batch.add(RequestId::from_uuid(Uuid::from_u128(id)), &sealed).unwrap();
        }
        let root = batch.root();
        root.put_into(&mut detail);
        assert_eq!(Root::read(&detail.to_string()), Some(root.clone()));
        assert_eq!((root.requests, root.events, batch.leaves[0].request), (2, 6, Uuid::from_u128(4)));
        batch.leaves[0].text = [1; 32];
        assert_ne!(batch.root().root, root.root);
    }
}
