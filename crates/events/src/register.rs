//! What happens in the register: enterprises, who helps them, the chains the county works along, lists brought in.

use chrono::NaiveDate;
use kernel::{EnterpriseId, PersonId};
use serde::{Deserialize, Serialize};

use crate::{fact, names};

names! {
    /// What can happen to an enterprise.
    EnterpriseEvent {
        Entered = "enterprise.entered",
        Changed = "enterprise.changed",
        /// Somebody spoke for one that the register does not have; it waits to be looked at.
        Noted = "enterprise.noted",
        /// One that waited turned out to be another, which takes its place.
        Linked = "enterprise.linked",
    }
}

/// An enterprise changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnterpriseTold {
    pub event: EnterpriseEvent,
    pub enterprise: EnterpriseId,
    /// Empty while nobody knows it.
    pub credit_code: String,
    /// `active`, `unchecked` …
    pub state: String,
    pub version: i64,
    /// Of [`EnterpriseEvent::Linked`]: the one that was noted and is no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead_of: Option<EnterpriseId>,
}
fact!(EnterpriseTold, "registry.enterprise");

names! {
    /// What can happen to the bond between an enterprise and its helper.
    BondEvent {
        Started = "bond.started",
        Ended = "bond.ended",
        /// It ended, and what was done for the enterprise went to a successor or to nobody.
        HandedOver = "bond.handed_over",
    }
}

/// A bond changed. Bonds have no version: the day says which stretch is meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BondTold {
    pub event: BondEvent,
    pub enterprise: EnterpriseId,
    pub person: PersonId,
    /// `lead`, `deputy`; absent where a bond ended whatever it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The first day, or the last.
    pub day: NaiveDate,
    /// Of [`BondEvent::HandedOver`]: who takes over; absent for nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub successor: Option<PersonId>,
}
fact!(BondTold, "registry.bond");

names! {
    /// What can happen to a chain of the county.
    ChainEvent {
        Added = "chain.added",
        Changed = "chain.changed",
        Closed = "chain.closed",
        Opened = "chain.opened",
    }
}

/// A chain changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainTold {
    pub event: ChainEvent,
    pub code: String,
    /// `open` or `closed`.
    pub state: String,
    pub version: i64,
}
fact!(ChainTold, "registry.chain");

names! {
    /// Which list was written.
    ListEvent {
        Enterprises = "enterprises.imported",
        Facts = "facts.imported",
    }
}

/// A list was brought in: one fact for all its rows, which are found by the moment they were written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListImported {
    pub event: ListEvent,
    /// Rows of the file, and what they came to: enterprises, or facts.
    pub rows: u64,
    pub added: u64,
    pub changed: u64,
}
fact!(ListImported, "registry.import");
