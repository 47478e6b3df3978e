//! The queue, the runner, schedules and the outbox on both engines.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::TimeDelta;
use db::{Db, Migration};
use kernel::{Clock, Error, FixedClock, JobId, OsRandom, SystemClock};
use serde_json::{Value, json};
use testkit::{Fresh, Given, both_engines};
use tokio::sync::Notify;

use crate::*;

struct Bench {
    db: Db,
    clock: Arc<FixedClock>,
    fresh: Fresh,
}

impl Given for Bench {
    fn steps() -> Vec<Migration> {
        MIGRATIONS.to_vec()
    }

    async fn given(fresh: Fresh) -> Bench {
        Bench { db: fresh.db.clone(), clock: Arc::new(FixedClock::at("2026-11-05T09:00").unwrap()), fresh }
    }
}

impl Bench {
    /// The same database as another process would open it.
    async fn again(&self) -> Db {
        Db::open(&self.fresh.url).await.unwrap()
    }

    async fn put(&self, job: NewJob) -> JobId {
        let mut tx = self.db.begin().await.unwrap();
        let id = enqueue(&mut tx, &*self.clock, &OsRandom, job).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    async fn job(&self, id: JobId) -> Job {
        find(&mut self.db.read().await.unwrap(), id).await.unwrap().unwrap()
    }

    fn runner(&self, db: Db, handlers: Vec<Handler>) -> Runner {
        Runner::new(db, self.clock.clone(), Arc::new(OsRandom), handlers, Vec::new(), Vec::new())
    }
}

fn job(kind: &str) -> NewJob {
    NewJob::new(kind, Value::Null)
}

async fn eventually<F: Future<Output = bool>>(what: &str, test: impl Fn() -> F) {
    for _ in 0..1000 {
        if test().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never: {what}");
}

both_engines! {
    async fn two_runners_run_every_job_once_and_none_at_the_same_time(b: Bench) {
        const JOBS: usize = 60;
        let mut tx = b.db.begin().await.unwrap();
        for _ in 0..JOBS {
            enqueue(&mut tx, &SystemClock, &OsRandom, job("count")).await.unwrap();
        }
        tx.commit().await.unwrap();
        let ran: Arc<Mutex<Vec<JobId>>> = Arc::default();
        let mut runners = Vec::new();
        let stop = Arc::new(tokio::sync::watch::channel(false).0);
        for db in [b.again().await, b.again().await] {
            let ran = Arc::clone(&ran);
            let handler = Handler::new("count", move |context: JobContext| {
                let ran = Arc::clone(&ran);
                async move {
                    ran.lock().unwrap().push(context.id);
                    tokio::time::sleep(Duration::from_millis(3)).await;
                    Ok(())
                }
            });
            // A lease shorter than the whole test, so that heartbeats and claims meet.
            let tuning = Tuning { lease: Duration::from_millis(600), poll: Duration::from_millis(5), ..Tuning::default() };
            let (clock, random) = (Arc::new(SystemClock), Arc::new(OsRandom));
            let runner = Runner::tuned(db, clock, random, vec![handler], Vec::new(), Vec::new(), tuning);
            let mut stop = stop.subscribe();
            runners.push(tokio::spawn(async move {
                runner.run(async move { drop(stop.wait_for(|s| *s).await) }).await;
            }));
        }
        eventually("all done", || async {
            let counts = counts(&mut b.db.read().await.unwrap()).await.unwrap();
            counts == [(State::Done, i64::try_from(JOBS).unwrap())]
        })
        .await;
        stop.send_replace(true);
        for runner in runners {
            runner.await.unwrap();
        }
        let mut ids = ran.lock().unwrap().clone();
        ids.sort();
        ids.dedup();
        assert_eq!((ids.len(), ran.lock().unwrap().len()), (JOBS, JOBS));
    }
}

both_engines! {
    async fn a_failing_job_waits_longer_each_time_and_is_given_up_in_the_end(b: Bench) {
        let tries = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&tries);
        let fails = Handler::new("fails", move |_| {
            let n = counted.fetch_add(1, Ordering::Relaxed);
            async move { if n == 1 { panic!("oh") } else { Err(Error::unavailable("gateway away")) } }
        });
        let wrong = Handler::new("wrong", |context: JobContext| async move { context.payload::<String>().map(drop) });
        let runner = b.runner(b.db.clone(), vec![fails, wrong]);
        let id = b.put(NewJob { max_attempts: 3, ..job("fails") }).await;
        let pointless = b.put(job("wrong")).await;
        let other = b.put(job("of another program")).await;
        for (attempt, wait) in [(1, 10), (2, 20)] {
            runner.drain().await.unwrap();
            let failed = b.job(id).await;
            assert_eq!((failed.state, failed.attempts), (State::Queued, attempt));
            let waits = (failed.run_at - b.clock.now()).num_milliseconds();
            assert!((wait * 750..=wait * 1250).contains(&waits), "{waits} ms after attempt {attempt}");
            b.clock.set(failed.run_at - TimeDelta::milliseconds(1));
            assert_eq!(runner.drain().await.unwrap(), 0, "not before its time");
            b.clock.set(failed.run_at);
        }
        assert!(b.job(id).await.last_error.unwrap().contains("panic"));
        runner.drain().await.unwrap();
        let dead = b.job(id).await;
        assert_eq!((dead.state, dead.last_error.as_deref()), (State::Dead, Some("unavailable: gateway away")));
        assert_eq!((b.job(pointless).await.state, b.job(pointless).await.attempts), (State::Failed, 1));
        assert_eq!(b.job(other).await.state, State::Queued);
        assert_eq!(tries.load(Ordering::Relaxed), 3);

        let mut tx = b.db.begin().await.unwrap();
        retry(&mut tx, id, b.clock.now()).await.unwrap();
        assert_eq!(retry(&mut tx, id, b.clock.now()).await.unwrap_err().code, "job-not-over");
        tx.commit().await.unwrap();
        assert_eq!((b.job(id).await.state, b.job(id).await.attempts), (State::Queued, 0));
    }
}

both_engines! {
    async fn a_job_whose_holder_went_silent_is_taken_over_and_the_late_holder_changes_nothing(b: Bench) {
        let (begun, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (begun_too, go_too) = (Arc::clone(&begun), Arc::clone(&go));
        let hangs = Handler::new("work", move |_| {
            let (begun, go) = (Arc::clone(&begun_too), Arc::clone(&go_too));
            async move {
                begun.notify_one();
                go.notified().await;
                Err(Error::unavailable("too late"))
            }
        });
        let id = b.put(job("work")).await;
        let silent = b.runner(b.again().await, vec![hangs]);
        let silent = tokio::spawn(async move { silent.drain().await });
        begun.notified().await;
        let other = b.runner(b.again().await, vec![Handler::new("work", |_| async { Ok(()) })]);
        b.clock.advance(TimeDelta::seconds(59));
        assert_eq!(other.drain().await.unwrap(), 0, "the lease still holds");
        b.clock.advance(TimeDelta::seconds(1));
        assert_eq!(other.drain().await.unwrap(), 1);
        go.notify_one();
        silent.await.unwrap().unwrap();
        let done = b.job(id).await;
        assert_eq!((done.state, done.attempts, done.last_error), (State::Done, 2, None));
    }
}

both_engines! {
    async fn what_a_dead_runner_did_is_taken_over_at_once_and_a_live_one_keeps_its_own(b: Bench) {
        let folder = b.fresh.folder().join("runners");
        let begun = Arc::new(Notify::new());
        let told = Arc::clone(&begun);
        let hangs = Handler::new("work", move |_| {
            told.notify_one();
            std::future::pending()
        });
        let id = b.put(job("work")).await;
        let first = b.runner(b.again().await, vec![hangs]);
        let present = first.announce(&folder).await.unwrap();
        assert!(present.alone);
        assert_eq!(first.succeed(&present).await.unwrap(), 0);
        let work = first.clone();
        let attempt = tokio::spawn(async move { work.drain().await });
        begun.notified().await;

        let second = b.runner(b.again().await, vec![Handler::new("work", |_| async { Ok(()) })]);
        let beside = second.announce(&folder).await.unwrap();
        assert!(!beside.alone, "the holder lives");
        assert_eq!(second.succeed(&beside).await.unwrap(), 0);
        assert_eq!(second.drain().await.unwrap(), 0);

        // A process that is killed takes nothing away; the system only opens its locks.
        let (left, path) = (present.path().to_owned(), present.path().with_extension("kept"));
        std::fs::hard_link(&left, &path).unwrap();
        attempt.abort();
        drop(present);
        std::fs::rename(&path, &left).unwrap();
        let third = b.runner(b.again().await, vec![Handler::new("work", |_| async { Ok(()) })]);
        let after = third.announce(&folder).await.unwrap();
        assert!(!after.alone, "the second lives");
        assert_eq!(third.succeed(&after).await.unwrap(), 1);
        assert_eq!(third.drain().await.unwrap(), 1);
        let done = b.job(id).await;
        assert_eq!((done.state, done.attempts), (State::Done, 2), "the attempt that killed its process counts");
        drop((beside, after));
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0, "nobody leaves anything behind");
        std::fs::remove_dir(&folder).unwrap();
    }
}

both_engines! {
    async fn a_shutdown_puts_back_what_it_stops(b: Bench) {
        let id = b.put(job("endless")).await;
        let begun = Arc::new(Notify::new());
        let told = Arc::clone(&begun);
        let endless = Handler::new("endless", move |_| {
            told.notify_one();
            std::future::pending()
        });
        let tuning = Tuning { grace: Duration::from_millis(20), ..Tuning::default() };
        let (clock, random) = (b.clock.clone(), Arc::new(OsRandom));
        let runner = Runner::tuned(b.db.clone(), clock, random, vec![endless], Vec::new(), Vec::new(), tuning);
        runner.run(begun.notified()).await;
        let back = b.job(id).await;
        assert_eq!((back.state, back.attempts), (State::Queued, 0));
    }
}

both_engines! {
    async fn what_is_rolled_back_is_not_queued_and_a_key_is_queued_once(b: Bench) {
        let mut tx = b.db.begin().await.unwrap();
        enqueue(&mut tx, &*b.clock, &OsRandom, job("x")).await.unwrap();
        announce(&mut tx, &*b.clock, &OsRandom, "t", Value::Null).await.unwrap();
        tx.rollback().await;
        let runner = b.runner(b.db.clone(), vec![Handler::new("x", |_| async { Ok(()) })]);
        assert_eq!(runner.drain().await.unwrap(), 0);

        let keyed = NewJob { unique_key: Some("k".into()), ..job("x") };
        let first = b.put(keyed.clone()).await;
        assert_eq!(b.put(keyed.clone()).await, first);
        assert_eq!(runner.drain().await.unwrap(), 1);
        assert_ne!(b.put(keyed).await, first, "the first one is over");
        let listed = list(&mut b.db.read().await.unwrap(), Some(State::Done), Some("x"), None, 9).await.unwrap();
        assert_eq!(listed.iter().map(|j| j.id).collect::<Vec<_>>(), [first]);
    }
}

both_engines! {
    async fn a_job_can_be_stopped_before_and_while_it_runs(b: Bench) {
        let long = Handler::new("long", |context: JobContext| async move {
            context.set_progress(3, 10).await?;
            while !context.cancelled().await? {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            Ok(())
        });
        let waiting = b.put(NewJob { run_at: Some(b.clock.now() + TimeDelta::hours(1)), ..job("long") }).await;
        let running = b.put(job("long")).await;
        let runner = b.runner(b.db.clone(), vec![long]);
        let run = tokio::spawn(async move { runner.drain().await });
        eventually("progress", || async { b.job(running).await.progress_done == 3 }).await;
        let mut tx = b.db.begin().await.unwrap();
        for id in [waiting, running] {
            cancel(&mut tx, id, b.clock.now()).await.unwrap();
        }
        tx.commit().await.unwrap();
        run.await.unwrap().unwrap();
        for id in [waiting, running] {
            assert_eq!(b.job(id).await.state, State::Cancelled);
        }
        let mut tx = b.db.begin().await.unwrap();
        assert_eq!(cancel(&mut tx, running, b.clock.now()).await.unwrap_err().code, "job-over");
        let unknown = JobId::new(b.clock.now(), &OsRandom);
        assert_eq!(cancel(&mut tx, unknown, b.clock.now()).await.unwrap_err().code, "not-found");
        assert_eq!(sweep(&mut tx, b.clock.now() + TimeDelta::days(1)).await.unwrap(), 2);
    }
}

both_engines! {
    async fn an_event_reaches_each_subscriber_of_its_topic_even_if_one_of_them_fails(b: Bench) {
        let heard: Arc<Mutex<Vec<String>>> = Arc::default();
        let subscriber = |name: &'static str, topics, fails: bool| {
            let heard = Arc::clone(&heard);
            Subscriber::new(name, topics, move |context: JobContext, event: Event| {
                heard.lock().unwrap().push(format!("{name} {} {} #{}", event.topic, event.payload["n"], context.attempt));
                async move { if fails && context.attempt == 1 { Err(Error::internal("x")) } else { Ok(()) } }
            })
        };
        let subscribers =
            vec![subscriber("one", &["a"], true), subscriber("two", &["a", "b"], false), subscriber("all", &["*"], false)];
        let (clock, random) = (b.clock.clone(), Arc::new(OsRandom));
        let runner = Runner::new(b.db.clone(), clock, random, Vec::new(), subscribers, Vec::new());
        let mut tx = b.db.begin().await.unwrap();
        for (topic, n) in [("a", 1), ("b", 2), ("c", 3)] {
            announce(&mut tx, &*b.clock, &OsRandom, topic, json!({ "n": n })).await.unwrap();
        }
        tx.commit().await.unwrap();
        assert_eq!(runner.drain().await.unwrap(), 6);
        b.clock.advance(TimeDelta::minutes(1));
        assert_eq!(runner.drain().await.unwrap(), 1);
        let mut heard = heard.lock().unwrap().clone();
        heard.sort();
        let expected = ["all a 1 #1", "all b 2 #1", "all c 3 #1", "one a 1 #1", "one a 1 #2", "two a 1 #1", "two b 2 #1"];
        assert_eq!(heard, expected);
    }
}

both_engines! {
    async fn a_schedule_runs_once_per_due_time_whoever_looks_and_once_for_all_missed_times(b: Bench) {
        let runs = Arc::new(AtomicUsize::new(0));
        let runner = |db: Db, cron: &'static str| {
            let runs = Arc::clone(&runs);
            let handler = Handler::new("morning", move |_| {
                runs.fetch_add(1, Ordering::Relaxed);
                async { Ok(()) }
            });
            let schedule = Schedule { name: "morning", cron, kind: "morning" };
            Runner::new(db, b.clock.clone(), Arc::new(OsRandom), vec![handler], Vec::new(), vec![schedule])
        };
        let both = [runner(b.db.clone(), "30 8 * * *"), runner(b.again().await, "30 8 * * *")];
        let mut seen = Vec::new();
        for to in ["2026-11-05T09:00", "2026-11-06T08:29", "2026-11-06T08:30", "2026-11-06T20:00", "2026-11-10T12:00"] {
            b.clock.set(kernel::clock::parse_date_time_local(to).unwrap());
            for runner in &both {
                runner.drain().await.unwrap();
            }
            seen.push(runs.load(Ordering::Relaxed));
        }
        assert_eq!(seen, [0, 0, 1, 1, 2]);
        let row = schedules(&mut b.db.read().await.unwrap()).await.unwrap().remove(0);
        assert_eq!(kernel::clock::date_time_local(row.next_at), "2026-11-11T08:30");
        assert_eq!(row.last_at, Some(b.clock.now()));
        runner(b.db.clone(), "0 9 * * *").drain().await.unwrap();
        let row = schedules(&mut b.db.read().await.unwrap()).await.unwrap().remove(0);
        assert_eq!(kernel::clock::date_time_local(row.next_at), "2026-11-11T09:00", "a changed line counts from now");
    }
}
