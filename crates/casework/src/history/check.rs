//! The rows of requests against the seals in the audit.

use std::collections::{BTreeMap, HashMap};

use db::Conn;
use identity::AuditFilter;
use kernel::{Random, Result};
use uuid::Uuid;

use super::judge::{Fault, Seals, Wrong};
use super::witness::Witness;
use crate::seal::{Roots, Sealed};
use crate::store::{case::changed_before, seals};

/// Kind of thing under which requests stand in the audit.
const RESOURCE: &str = "request";
/// How many requests a sample takes from those changed last, and again from somewhere in the past.
const SAMPLE: i64 = seals::CHUNK as i64;

/// What a comparison found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    pub requests: usize,
    pub events: usize,
    /// Requests with a fault, and imports whose seals have one.
    pub wrong: usize,
    /// The first of them, in the order in which they were raised.
    pub first: Option<Wrong>,
}

impl Checked {
    fn note(&mut self, number: String, fault: Fault) {
        self.wrong += 1;
        self.first.get_or_insert(Wrong { number, fault });
    }
}

/// Compares all requests, or with `sample` some hundred changed last and some hundred from anywhere. `conn` should see
/// one moment of the database, the same in which `witness` saw the chain.
///
/// # Errors
/// What the database says.
pub async fn check(conn: &mut Conn, witness: &Witness, sample: Option<&dyn Random>) -> Result<Checked> {
    let mut checked = Checked::default();
    match sample {
        None => everything(conn, &mut checked).await?,
        Some(random) => some(conn, random, &mut checked).await?,
    }
    let leaves = leaves(conn, witness, &mut checked).await?;
    if sample.is_none() && seals::count(conn).await? < witness.raised + leaves {
        gone(conn, &mut checked).await?;
    }
    Ok(checked)
}

async fn everything(conn: &mut Conn, checked: &mut Checked) -> Result<()> {
    let mut last = Uuid::nil();
    loop {
        let page = seals::requests_after(conn, last, seals::CHUNK as i64).await?;
        let Some(end) = page.last() else { return Ok(()) };
        last = end.id;
        compare(conn, page, checked).await?;
    }
}

async fn some(conn: &mut Conn, random: &dyn Random, checked: &mut Checked) -> Result<()> {
    let newest = changed_before(conn, None, SAMPLE).await?;
    let newest: Vec<Uuid> = newest.into_iter().map(|(id, ..)| id.uuid()).collect();
    let page = seals::requests_of(conn, &newest).await?;
    compare(conn, page, checked).await?;
    let older = seals::count(conn).await? - SAMPLE;
    if older > 0 {
        let skip = i64::try_from(random.below(older.unsigned_abs())).unwrap_or(0);
        let after = seals::id_at(conn, skip).await?.unwrap_or(Uuid::nil());
        let mut page = seals::requests_after(conn, after, SAMPLE).await?;
        page.retain(|told| !newest.contains(&told.id));
        compare(conn, page, checked).await?;
    }
    Ok(())
}

/// Compares a page of requests.
async fn compare(conn: &mut Conn, page: Vec<seals::Told>, checked: &mut Checked) -> Result<()> {
    let ids: Vec<Uuid> = page.iter().map(|told| told.id).collect();
    let mut of: HashMap<Uuid, (Seals, Vec<(i64, crate::seal::Hash)>)> = HashMap::new();
    // Leaves before entries: what was sealed among many was there before it changed alone.
    for (_, leaf) in seals::leaves_of(conn, &ids).await? {
        of.entry(leaf.request).or_default().0.take_leaf(&leaf);
    }
    let names: Vec<String> = ids.iter().map(ToString::to_string).collect();
    for entry in identity::audit_of(conn, RESOURCE, &names).await? {
        if let (Ok(id), Some(sealed)) = (entry.resource_id.parse(), Sealed::read(&entry.detail)) {
            of.entry(id).or_default().0.take(&sealed);
        }
    }
    for event in seals::events_of(conn, &ids).await? {
        checked.events += 1;
        of.entry(event.request).or_default().1.push((event.seq, event.hash));
    }
    for told in page {
        checked.requests += 1;
        let (seals, events) = of.remove(&told.id).unwrap_or_default();
        if let Some(fault) = seals.fault(told.text, &events) {
            checked.note(told.number, fault);
        }
    }
    Ok(())
}

/// Makes every root again from its leaves; returns how many leaves there are.
async fn leaves(conn: &mut Conn, witness: &Witness, checked: &mut Checked) -> Result<i64> {
    let mut made: BTreeMap<i64, Roots> = BTreeMap::new();
    let mut n = 0;
    seals::walk_leaves(conn, |entry, leaf| {
        n += 1;
        made.entry(entry).or_default().take(leaf);
    })
    .await?;
    let entries: std::collections::BTreeSet<&i64> = made.keys().chain(witness.roots.keys()).collect();
    for entry in entries {
        if made.get(entry).map(Roots::done).as_ref() != witness.roots.get(entry) {
            checked.note(String::new(), Fault::Leaves { entry: *entry });
        }
    }
    Ok(n)
}

/// There are fewer requests than the audit tells of: names the first that is gone.
async fn gone(conn: &mut Conn, checked: &mut Checked) -> Result<()> {
    if let Some((_, id)) = seals::leaf_without_request(conn).await? {
        checked.note(id.to_string(), Fault::Gone);
    }
    let filter =
        AuditFilter { resource: Some(RESOURCE.to_owned()), action: Some("raise".to_owned()), ..AuditFilter::default() };
    let (mut before, mut first) = (None, None);
    loop {
        let entries = identity::audit_list(conn, &filter, before, seals::CHUNK as u32).await?;
        let Some(last) = entries.last() else { break };
        before = Some(last.seq);
        let ids: Vec<Uuid> = entries.iter().filter_map(|entry| entry.resource_id.parse().ok()).collect();
        let there = seals::requests_of(conn, &ids).await?;
        // Newest entries come first: the last one that is missing was raised first.
        for entry in entries {
            if !there.iter().any(|told| told.id.to_string() == entry.resource_id) {
                checked.wrong += 1;
                first = Some(entry);
            }
        }
    }
    if let Some(entry) = first {
        let detail: serde_json::Value = serde_json::from_str(&entry.detail).unwrap_or_default();
        let number = detail.get("number").and_then(|number| number.as_str()).unwrap_or(&entry.resource_id);
        checked.first.get_or_insert(Wrong { number: number.to_owned(), fault: Fault::Gone });
    }
    Ok(())
}
