//! A job of the queue as tables show it, and one to be put there.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use kernel::{Error, JobId, PersonId, Result};
use serde_json::Value;

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// Waits for its time; after a failure, for its next attempt.
    Queued,
    Running,
    Done,
    /// Ended with an error that another attempt would only repeat.
    Failed,
    /// All attempts used up.
    Dead,
    Cancelled,
}

impl State {
    pub const ALL: [State; 6] =
        [State::Queued, State::Running, State::Done, State::Failed, State::Dead, State::Cancelled];

    pub const fn as_str(self) -> &'static str {
        match self {
            State::Queued => "queued",
            State::Running => "running",
            State::Done => "done",
            State::Failed => "failed",
            State::Dead => "dead",
            State::Cancelled => "cancelled",
        }
    }

    /// Whether nothing more will happen by itself.
    pub const fn is_over(self) -> bool {
        !matches!(self, State::Queued | State::Running)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for State {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        State::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| Error::invalid("bad-request").arg("state", text))
    }
}

/// A job to be put into the queue.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Which handler runs it: `casework.supervise`.
    pub kind: String,
    pub payload: Value,
    /// Not before this instant; `None` is at once.
    pub run_at: Option<DateTime<Utc>>,
    /// While a job with this key waits or runs, no second one is queued.
    pub unique_key: Option<String>,
    pub max_attempts: u32,
    /// Who asked for it, if a person did.
    pub created_by: Option<PersonId>,
}

impl NewJob {
    /// A job to be run at once, tried up to eight times.
    pub fn new(kind: impl Into<String>, payload: Value) -> Self {
        NewJob { kind: kind.into(), payload, run_at: None, unique_key: None, max_attempts: 8, created_by: None }
    }
}

/// A job as it stands in the queue.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    pub id: JobId,
    pub kind: String,
    pub payload: Value,
    pub state: State,
    pub run_at: DateTime<Utc>,
    /// How often it was begun.
    pub attempts: i64,
    pub max_attempts: i64,
    pub unique_key: Option<String>,
    /// The error of the last attempt, in plain English, for administrators.
    pub last_error: Option<String>,
    pub progress_done: i64,
    /// 0 as long as it is unknown.
    pub progress_total: i64,
    pub cancel_requested: bool,
    pub created_by: Option<PersonId>,
    pub created_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
}
