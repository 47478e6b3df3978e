//! The runner: claims what is due, runs it under a lease, tries again what failed. Any number may share one database.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use db::Db;
use kernel::{ClockRef, Error, ErrorKind, RandomRef, Result, uuid_v7};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::job::{Job, State};
use crate::outbox::{Subscriber, relay};
use crate::present::{self, Present};
use crate::schedule::{Schedule, tick};
use crate::store::{self, Lease, Outcome};
use crate::work::{Handler, JobContext};

static WAKE: Notify = Notify::const_new();

/// Makes this process's runner look at once instead of within a second. Call it after a commit that queued something.
pub fn wake() {
    WAKE.notify_one();
}

/// What a runner may be told otherwise. The defaults suit a county.
#[derive(Clone, Copy, Debug)]
pub struct Tuning {
    /// Jobs run at the same time.
    pub workers: usize,
    /// How long a silent holder keeps a job. Renewed at a third of it.
    pub lease: Duration,
    /// How often an idle runner looks.
    pub poll: Duration,
    /// Wait before the second attempt; doubles with each one, up to an hour.
    pub backoff: Duration,
    /// How long running jobs may go on after a shutdown was asked for.
    pub grace: Duration,
}

impl Default for Tuning {
    fn default() -> Self {
        Tuning {
            workers: 2,
            lease: Duration::from_secs(60),
            poll: Duration::from_secs(1),
            backoff: Duration::from_secs(10),
            grace: Duration::from_secs(10),
        }
    }
}

/// A fault that lasts is told once in so long.
const QUIET: Duration = Duration::from_secs(600);
const LONGEST_BACKOFF: Duration = Duration::from_secs(3600);

/// Runs jobs. Cheap to clone; clones are the same runner.
#[derive(Clone)]
pub struct Runner {
    shared: Arc<Shared>,
}

struct Shared {
    db: Db,
    clock: ClockRef,
    random: RandomRef,
    handlers: HashMap<String, Handler>,
    kinds: Vec<String>,
    subscribers: Vec<Subscriber>,
    schedules: Vec<Schedule>,
    tuning: Tuning,
    owner: String,
}

impl Runner {
    /// A runner with the usual tuning.
    pub fn new(
        db: Db,
        clock: ClockRef,
        random: RandomRef,
        handlers: Vec<Handler>,
        subscribers: Vec<Subscriber>,
        schedules: Vec<Schedule>,
    ) -> Runner {
        Runner::tuned(db, clock, random, handlers, subscribers, schedules, Tuning::default())
    }

    /// A runner with a tuning of one's own.
    pub fn tuned(
        db: Db,
        clock: ClockRef,
        random: RandomRef,
        handlers: Vec<Handler>,
        subscribers: Vec<Subscriber>,
        schedules: Vec<Schedule>,
        tuning: Tuning,
    ) -> Runner {
        let all = handlers.into_iter().chain(subscribers.iter().cloned().map(Subscriber::handler));
        let handlers: HashMap<_, _> = all.map(|handler| (handler.kind.to_string(), handler)).collect();
        let mut kinds: Vec<_> = handlers.keys().cloned().collect();
        kinds.sort();
        let owner = uuid_v7(clock.now(), &*random).to_string();
        let shared = Shared { db, clock, random, handlers, kinds, subscribers, schedules, tuning, owner };
        Runner { shared: Arc::new(shared) }
    }

    /// Makes this runner known in `folder`, shared by all servers of the installation. Keep the answer for as long as it
    /// runs, and begin before it does.
    ///
    /// # Errors
    /// `storage` if the folder cannot be used.
    pub async fn announce(&self, folder: &Path) -> Result<Present> {
        present::announce(&self.shared.owner, folder, self.shared.db.engine()).await
    }

    /// Takes over at once what runners were doing that `present` found dead: their leases need not run out. Returns how
    /// many jobs those are. Waits for the write turn.
    ///
    /// # Errors
    /// What the database says; the leases run out all the same.
    pub async fn succeed(&self, present: &Present) -> Result<u64> {
        let taken_over = present::succeed(&self.shared.db, present, self.shared.clock.now()).await?;
        wake();
        Ok(taken_over)
    }

    /// Works until `shutdown` is ready, then lets running jobs finish for a while and puts the rest back.
    ///
    /// An error of the database is logged and tried again; a runner never gives up by itself.
    pub async fn run(&self, shutdown: impl Future<Output = ()>) {
        let shared = &self.shared;
        let mut shutdown = std::pin::pin!(shutdown);
        let mut running = JoinSet::new();
        let mut told: Option<Instant> = None;
        loop {
            while running.try_join_next().is_some() {}
            match shared.feed(&mut running).await {
                Ok(()) => told = None,
                // It looks every second; a database that is away for an hour is told now and then.
                Err(error) if told.is_none_or(|at| at.elapsed() >= QUIET) => {
                    report(&error, "jobs could not be claimed");
                    told = Some(Instant::now());
                }
                Err(_) => {}
            }
            tokio::select! {
                () = &mut shutdown => break,
                Some(_) = running.join_next() => {}
                () = WAKE.notified() => {}
                () = tokio::time::sleep(shared.tuning.poll) => {}
            }
        }
        let all = async { while running.join_next().await.is_some() {} };
        if tokio::time::timeout(shared.tuning.grace, all).await.is_err() {
            running.shutdown().await;
            if let Err(error) = shared.put_back().await {
                report(&error, "interrupted jobs could not be put back; their leases will run out");
            }
        }
    }

    /// Runs everything that is due, one after the other, until nothing is; returns how many attempts that were.
    /// For tests, the demo and the command line.
    pub async fn drain(&self) -> Result<usize> {
        let shared = &self.shared;
        let mut attempts = 0;
        loop {
            shared.prepare().await?;
            let Some(job) = shared.claim().await? else { return Ok(attempts) };
            attempts += 1;
            Arc::clone(shared).attempt(job).await;
        }
    }
}

impl Shared {
    /// Queues what schedules and events ask for.
    async fn prepare(&self) -> Result<()> {
        tick(&self.db, &*self.clock, &*self.random, &self.schedules).await?;
        while relay(&self.db, &*self.clock, &*self.random, &self.subscribers).await? > 0 {}
        Ok(())
    }

    /// Starts jobs as long as there are any and there is room.
    async fn feed(self: &Arc<Self>, running: &mut JoinSet<()>) -> Result<()> {
        self.prepare().await?;
        while running.len() < self.tuning.workers {
            let Some(job) = self.claim().await? else { break };
            running.spawn(Arc::clone(self).attempt(job));
        }
        Ok(())
    }

    /// Takes a lease on the next job. Looks as a reader first, so that an idle runner never takes the write turn.
    async fn claim(&self) -> Result<Option<Job>> {
        if self.kinds.is_empty() || !store::is_due(&mut self.db.read().await?, &self.kinds, self.clock.now()).await? {
            return Ok(None);
        }
        loop {
            let mut tx = self.db.begin().await?;
            let now = self.clock.now();
            let until = now + delta(self.tuning.lease);
            let Some(job) = store::claim(&mut tx, &self.kinds, &self.owner, now, until).await? else {
                tx.rollback().await;
                return Ok(None);
            };
            // Holders that die without a word use up attempts too: a job that kills its process must not do so forever.
            if job.attempts <= job.max_attempts {
                tx.commit().await?;
                return Ok(Some(job));
            }
            let outcome = Outcome {
                state: State::Dead,
                run_at: job.run_at,
                error: Some(
                    job.last_error.clone().unwrap_or_else(|| "its process ended during the last attempt".into()),
                ),
                finished_at: Some(now),
            };
            store::finish(&mut tx, &self.lease(&job), outcome).await?;
            tx.commit().await?;
            tracing::error!(job = %job.id, kind = %job.kind, "job given up");
        }
    }

    fn lease(&self, job: &Job) -> Lease {
        Lease { job: job.id, owner: self.owner.clone(), attempt: job.attempts }
    }

    /// One attempt at a job: runs the handler, renews the lease meanwhile, writes down how it ended.
    async fn attempt(self: Arc<Self>, job: Job) {
        let lease = self.lease(&job);
        let Some(handler) = self.handlers.get(&job.kind) else { return };
        let context = JobContext {
            id: job.id,
            kind: job.kind.clone(),
            payload: job.payload.clone(),
            attempt: job.attempts,
            created_by: job.created_by,
            db: self.db.clone(),
            clock: Arc::clone(&self.clock),
            random: Arc::clone(&self.random),
        };
        // A set, because dropping it stops the handler: a runner that is stopped stops what it runs.
        let mut work = JoinSet::new();
        work.spawn((handler.run)(context));
        let beat = self.tuning.lease / 3;
        let result = loop {
            tokio::select! {
                done = work.join_next() => break match done {
                    Some(Ok(result)) => result,
                    Some(Err(panic)) => Err(Error::internal(panic.to_string())),
                    None => return,
                },
                () = tokio::time::sleep(beat) => match self.renew(&lease).await {
                    Ok(true) => {}
                    Ok(false) => {
                        tracing::warn!(job = %job.id, kind = %job.kind, "lease lost, attempt stopped");
                        return;
                    }
                    Err(error) => report(&error, "a lease could not be renewed"),
                },
            }
        };
        if let Err(error) = self.finish(&job, &lease, result).await {
            report(&error, "a job's end could not be written; it will run again");
        }
    }

    async fn renew(&self, lease: &Lease) -> Result<bool> {
        let mut tx = self.db.begin().await?;
        let held = store::renew(&mut tx, lease, self.clock.now() + delta(self.tuning.lease)).await?;
        tx.commit().await?;
        Ok(held)
    }

    async fn finish(&self, job: &Job, lease: &Lease, result: Result<()>) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let now = self.clock.now();
        let cancelled = store::cancel_requested(&mut tx, job.id).await?;
        let outcome = match result {
            Ok(()) => Outcome {
                state: if cancelled { State::Cancelled } else { State::Done },
                run_at: job.run_at,
                error: None,
                finished_at: Some(now),
            },
            Err(error) => self.failure(job, &error, cancelled, now),
        };
        if outcome.state != State::Done {
            tracing::warn!(
                job = %job.id, kind = %job.kind, attempt = job.attempts, state = %outcome.state,
                error = outcome.error.as_deref().unwrap_or_default(), "job not done"
            );
        }
        store::finish(&mut tx, lease, outcome).await?;
        tx.commit().await
    }

    fn failure(&self, job: &Job, error: &Error, cancelled: bool, now: DateTime<Utc>) -> Outcome {
        let state = if cancelled {
            State::Cancelled
        } else if matches!(
            error.kind,
            ErrorKind::Invalid | ErrorKind::Forbidden | ErrorKind::NotFound | ErrorKind::TooLarge
        ) {
            State::Failed
        } else if job.attempts >= job.max_attempts {
            State::Dead
        } else {
            State::Queued
        };
        let run_at = if state == State::Queued { now + self.backoff(job.attempts) } else { job.run_at };
        let over = state.is_over();
        Outcome { state, run_at, error: Some(words(error)), finished_at: over.then_some(now) }
    }

    /// Doubles with every attempt; three quarters to five quarters of it, so that a crowd does not return as a crowd.
    fn backoff(&self, attempts: i64) -> TimeDelta {
        let doubled = u32::try_from(attempts - 1).unwrap_or(0).min(16);
        let full = self.tuning.backoff.saturating_mul(1 << doubled).min(LONGEST_BACKOFF);
        let percent = 75 + i32::try_from(self.random.below(51)).unwrap_or(25);
        delta(full) * percent / 100
    }

    /// Gives the leases of this runner back after its attempts were stopped.
    async fn put_back(&self) -> Result<()> {
        let mut tx = self.db.begin().await?;
        store::release(&mut tx, &self.owner).await?;
        tx.commit().await
    }
}

fn delta(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}

/// Both halves of an error for administrators, of bounded length.
fn words(error: &Error) -> String {
    let mut text = error.to_string();
    if let Some(inside) = &error.inside {
        text.push_str(": ");
        text.push_str(&inside.to_string());
    }
    text.chars().take(1000).collect()
}

fn report(error: &Error, what: &str) {
    tracing::error!(error = words(error), "{what}");
}
