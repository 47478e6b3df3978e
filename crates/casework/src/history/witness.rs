//! What a walk along the audit chain notes of seals, in memory that grows with imports and not with requests.

use std::collections::BTreeMap;

use identity::AuditEntry;

use crate::seal::{Root, Sealed};

/// Sees every entry of the chain in order; see [`identity::verify_with`].
#[derive(Debug, Default)]
pub struct Witness {
    /// Requests whose text an entry of their own seals first.
    pub(super) raised: i64,
    /// Roots over many requests, by entry.
    pub(super) roots: BTreeMap<i64, Root>,
}

impl Witness {
    /// Notes what an entry seals.
    pub fn see(&mut self, entry: &AuditEntry) {
        if entry.resource == "request" {
            let first = |sealed: Sealed| sealed.from == 1 && sealed.request.is_some();
            self.raised += i64::from(Sealed::read(&entry.detail).is_some_and(first));
        } else if let Some(root) = Root::read(&entry.detail) {
            self.roots.insert(entry.seq, root);
        }
    }
}
