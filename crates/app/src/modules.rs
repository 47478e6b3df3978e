//! The list of what the program is made of: modules, their migrations, words, jobs and schedules, in dependency order.

use std::path::Path;

use casework::Casework;
use chrono::Duration;
use db::{Db, Migration};
use jobs::{Handler, JobContext, Schedule, Subscriber};
use kernel::{Clock, Error, Random, Result};
use web::Module;

use crate::leftovers;

/// How long jobs that are done and events that were delivered stay to be looked at.
const KEEP_JOBS: Duration = Duration::days(30);
const SWEEP: &str = "jobs.sweep";
const SWEEP_FILES: &str = "files.sweep";

/// The business modules, in dependency order.
pub fn modules() -> Vec<Module> {
    vec![registry::MODULE, rules::MODULE, casework::MODULE]
}

/// Every migration of the program, in the order in which they are applied.
pub fn migrations() -> Vec<Migration> {
    let platform = identity::MIGRATIONS.iter().chain(jobs::MIGRATIONS).copied();
    platform.chain(modules().iter().flat_map(|module| module.migrations).copied()).collect()
}

/// Every text of the program as (language tag, Fluent text).
pub fn words() -> Vec<(&'static str, &'static str)> {
    let platform =
        [kernel::WORDS.as_slice(), sheets::WORDS.as_slice(), jobs::WORDS, identity::WORDS, web::WORDS, crate::WORDS];
    let mut all: Vec<_> = platform.into_iter().flatten().copied().collect();
    all.extend(modules().iter().flat_map(|module| module.words).copied());
    all
}

/// What the queue can run.
pub fn handlers(casework: &Casework, data_dir: &Path) -> Vec<Handler> {
    let mut all = identity::handlers();
    all.extend(registry::handlers(data_dir.to_owned()));
    all.push(casework::ledger::handler(casework.clone()));
    all.push(casework::settings_change::handler(casework.clone()));
    all.push(casework::reindex::handler());
    all.push(Handler::new(SWEEP, |context: JobContext| async move {
        let mut tx = context.db.begin().await?;
        jobs::sweep(&mut tx, context.clock.now() - KEEP_JOBS).await?;
        tx.commit().await
    }));
    let data_dir = data_dir.to_owned();
    all.push(Handler::new(SWEEP_FILES, move |context: JobContext| {
        let data_dir = data_dir.clone();
        async move {
            // Whether other servers share the folder is not asked here: what may be on its way stays.
            let now = context.clock.now().into();
            let swept = tokio::task::spawn_blocking(move || leftovers::sweep(&data_dir, false, now));
            swept.await.map(|_| ()).map_err(Error::internal)
        }
    }));
    all
}

/// Brings what is kept up to what this program knows, after the tables were brought up to date: names that were never read are
/// read at once, search documents with older readings are written anew by jobs.
///
/// # Errors
/// Those of the database.
pub async fn catch_up(db: &Db, clock: &dyn Clock, random: &dyn Random) -> Result<()> {
    identity::read_names(db).await?;
    registry::reindex::begin(db, clock, random).await?;
    casework::reindex::begin(db, clock, random).await
}

/// Who hears of events.
pub fn subscribers() -> Vec<Subscriber> {
    Vec::new()
}

/// What runs at fixed times, in Shanghai time.
pub fn schedules() -> Vec<Schedule> {
    let mut all = identity::schedules();
    all.push(Schedule { name: "jobs-sweep", cron: "40 3 * * *", kind: SWEEP });
    all.push(Schedule { name: "files-sweep", cron: "10 * * * *", kind: SWEEP_FILES });
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::sync::Arc;

    #[test]
    fn migrations_of_a_module_are_numbered_without_gaps() {
        let mut seen: BTreeMap<&str, i64> = BTreeMap::new();
        for step in migrations() {
            let last = seen.entry(step.module).or_default();
            assert_eq!(step.version, *last + 1, "{}", step.module);
            *last = step.version;
        }
        assert!(seen.contains_key("identity") && seen.contains_key("jobs"));
    }

    #[test]
    fn all_words_fit_together() {
        web::Words::build(words()).unwrap();
    }

    #[tokio::test]
    async fn every_schedule_has_its_handler_and_a_next_time() {
        let clock = kernel::FixedClock::at("2026-11-05T09:00").unwrap();
        let now = kernel::Clock::now(&clock);
        let folder = std::env::temp_dir().join(format!("wanqi-modules-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let db = db::Db::open(&format!("sqlite:{}", folder.join("x.db").display())).await.unwrap();
        let casework = Casework::new(db.clone(), Arc::new(clock), Arc::new(kernel::OsRandom), &folder);
        let kinds: Vec<String> = handlers(&casework, &folder).iter().map(|h| h.kind.to_string()).collect();
        for schedule in schedules() {
            assert!(kinds.iter().any(|kind| kind == schedule.kind), "{}", schedule.kind);
            jobs::next_after(schedule.cron, now).unwrap();
        }
        db.close().await;
        std::fs::remove_dir_all(folder).unwrap();
    }
}
