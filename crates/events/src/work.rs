//! What happens to ledgers brought in, to jobs of the queue, and to a county as a whole.

use kernel::{ImportId, JobId, UnitId};
use serde::{Deserialize, Serialize};

use crate::{fact, names};

names! {
    /// What can happen to a ledger.
    LedgerEvent {
        Imported = "ledger.imported",
    }
}

/// A ledger was brought in: one fact for all its requests, which are found by the import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerImported {
    pub event: LedgerEvent,
    pub import: ImportId,
    /// Requests that are new.
    pub added: u64,
    /// Rows that were known from before.
    pub known: u64,
}
fact!(LedgerImported, "casework.ledger");

names! {
    /// What people can do to a job.
    JobEvent {
        Cancelled = "job.cancelled",
        Retried = "job.retried",
    }
}

/// Somebody stopped a job or started it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobTold {
    pub event: JobEvent,
    pub job: JobId,
}
fact!(JobTold, "jobs.job");

names! {
    /// What can happen to a county as a whole.
    CountyEvent {
        Installed = "county.installed",
    }
}

/// A county was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountyTold {
    pub event: CountyEvent,
    /// The unit at the root.
    pub unit: UnitId,
}
fact!(CountyTold, "app.county");
