//! Keeping the chains the county works along: added, renamed, closed and opened again, each time with a line in the audit.

use db::Db;
use events::{ChainEvent, ChainTold};
use identity::{Actor, Change, Done, Subject};
use kernel::{Clock, Error, FieldError, Random, Result};
use serde_json::json;

use crate::access;
use crate::enterprise::Chain;
use crate::store;

/// Longest code and names, in characters.
pub const CODE_LIMIT: usize = 40;
pub const NAME_LIMIT: usize = 60;

/// A chain as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub chain: Chain,
    /// Offered in forms and understood in files. Enterprises of a closed one stay with it.
    pub active: bool,
    /// 0 for one that is to be added.
    pub version: i64,
    /// Active enterprises that belong to it.
    pub enterprises: i64,
}

/// Adds or changes a chain.
///
/// # Errors
/// `forbidden`; `invalid-fields` for a malformed or taken code, an empty or long name, a name another chain has;
/// `changed-meanwhile`.
pub async fn keep(db: &Db, clock: &dyn Clock, random: &dyn Random, actor: &Actor, kept: &Kept) -> Result<()> {
    let mut change = Change::begin(db, clock, random, actor).await?;
    change.require(&access::CHAINS, &Subject::default())?;
    let there = store::kept_chains(&mut change).await?;
    let old = there.iter().find(|other| other.chain.code == kept.chain.code);
    Error::check(faults(kept, &there))?;
    store::keep_chain(&mut change, kept).await?;
    let (action, event) = match old {
        None => ("add-chain", ChainEvent::Added),
        Some(old) if old.active && !kept.active => ("close-chain", ChainEvent::Closed),
        Some(old) if !old.active && kept.active => ("open-chain", ChainEvent::Opened),
        Some(_) => ("change-chain", ChainEvent::Changed),
    };
    let detail = json!({"code": kept.chain.code, "name": kept.chain.name});
    let code = kept.chain.code.clone();
    let state = if kept.active { "open" } else { "closed" }.to_owned();
    let told = ChainTold { event, code: code.clone(), state, version: kept.version + 1 };
    change.done(Done { action, resource: "chain", resource_id: code, detail }, &told).await
}

fn faults(kept: &Kept, there: &[Kept]) -> Vec<FieldError> {
    let Chain { code, name, name_en, .. } = &kept.chain;
    let mut wrong = Vec::new();
    if kept.version == 0 {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        // `new` is the address of the form, `none` the filter for enterprises without a chain.
        if code.is_empty() || code.len() > CODE_LIMIT || !code.chars().all(plain) {
            wrong.push(FieldError::new("code", "unit-code-form"));
        } else if ["new", "none"].contains(&code.as_str()) || there.iter().any(|other| other.chain.code == *code) {
            wrong.push(FieldError::new("code", "taken"));
        }
    }
    for (field, text, needed) in [("name", name, true), ("name_en", name_en, false)] {
        let length = text.trim().chars().count();
        if needed && length == 0 {
            wrong.push(FieldError::new(field, "required"));
        } else if length > NAME_LIMIT {
            wrong.push(FieldError::new(field, "too-long").arg("limit", NAME_LIMIT).arg("length", length));
        }
    }
    // A file names chains by name: two of one name would mean neither.
    let same = |other: &&Kept| other.chain.code != *code && other.active && other.chain.name == name.trim();
    if kept.active && there.iter().any(|other| same(&other)) {
        wrong.push(FieldError::new("name", "taken"));
    }
    wrong
}
