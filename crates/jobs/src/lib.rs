//! Work done later: a queue, schedules and an outbox of events in the same database, so that work is promised in the
//! very transaction that makes it necessary and never lost or done for something that was rolled back.

mod job;
mod outbox;
mod present;
mod queue;
mod runner;
mod schedule;
mod store;
mod work;

pub use job::{Job, NewJob, State};
pub use outbox::{Event, Subscriber, announce};
pub use present::Present;
pub use queue::{cancel, counts, enqueue, find, is_under_way, list, retry, sweep};
pub use runner::{Runner, Tuning, wake};
pub use schedule::{Schedule, ScheduleRow, next_after, schedules};
pub use work::{BoxFuture, Handler, JobContext};

use db::Migration;

/// The tables of this crate.
pub const MIGRATIONS: &[Migration] =
    &[Migration { module: "jobs", version: 1, text: include_str!("../migrations/0001_jobs.sql") }];

/// The texts of this crate: the states of a job, errors.
pub const WORDS: &[(&str, &str)] =
    &[("zh-CN", include_str!("../words/zh-CN.ftl")), ("en", include_str!("../words/en.ftl"))];

#[cfg(test)]
mod tests;
