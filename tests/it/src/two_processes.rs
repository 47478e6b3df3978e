//! Two servers on one database: every job runs once, a dead holder's job is taken over, sessions and writes are shared.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use db::{Conn, Db, Engine, sql};
use jobs::{Handler, JobContext, NewJob, Runner, Tuning};
use kernel::{OsRandom, SystemClock};
use serde_json::Value;

use crate::harness::client::Client;
use crate::harness::engines::{TestDb, run};
use crate::harness::http;
use crate::harness::process::Process;
use crate::harness::token_county::{CODE, county};

const PASSWORD: &str = "青山-绿水-1949-桥";
/// The sweep of old jobs: it finds nothing to do.
const HARMLESS: &str = "jobs.sweep";
const JOBS: i64 = 300;

/// The county of neighbouring systems, with somebody who can sign in; returns the token.
async fn peopled(db: &Db) -> String {
    let token = county(db).await;
    let hash = identity::hash_password(PASSWORD, &OsRandom).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    let person = identity::NewPerson {
        login: "wang".into(),
        name: "王丽".into(),
        phone: String::new(),
        title: String::new(),
        password_hash: Some(hash),
        one_time: false,
    };
    identity::create_person(&mut tx, &SystemClock, &OsRandom, person).await.unwrap();
    tx.commit().await.unwrap();
    token
}

/// A configuration both processes read.
fn config(t: &TestDb) -> String {
    let file = t.folder().join("wanqi.toml");
    let text = format!("database = {:?}\ndata_dir = {:?}\n", t.url, t.folder().display().to_string());
    std::fs::write(&file, text).unwrap();
    file.display().to_string()
}

fn serve(config: &str, t: &TestDb) -> Process {
    Process::start(&["--config", config, "serve"], t.folder()).unwrap()
}

async fn put(db: &Db, kind: &str, n: i64) {
    let mut tx = db.begin().await.unwrap();
    for _ in 0..n {
        jobs::enqueue(&mut tx, &SystemClock, &OsRandom, NewJob::new(kind, Value::Null)).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn count(db: &Db, text: &'static str) -> i64 {
    let mut conn = db.read().await.unwrap();
    sql(text).one(&mut conn).await.unwrap().get(0).unwrap()
}

async fn eventually(what: &str, db: &Db, text: &'static str, wanted: i64) {
    let end = Instant::now() + Duration::from_secs(60);
    while count(db, text).await != wanted {
        assert!(Instant::now() < end, "never: {what}; {} of {wanted}", count(db, text).await);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

const DONE: &str = "SELECT COUNT(*) FROM job WHERE kind = 'jobs.sweep' AND state = 'done'";
const ONCE: &str = "SELECT COUNT(*) FROM job WHERE kind = 'jobs.sweep' AND state = 'done' AND attempts = 1";

#[test]
fn two_servers_on_one_postgres_do_every_job_once() {
    run(Engine::Postgres, async |t| {
        peopled(&t.db).await;
        let config = config(t);
        let (one, other) = tokio::task::block_in_place(|| (serve(&config, t), serve(&config, t)));
        // Nobody may claim before both run and all jobs are there; then who holds a lease is watched.
        put(&t.db, HARMLESS, JOBS).await;
        let mut owners = BTreeSet::new();
        while count(&t.db, DONE).await < JOBS {
            let mut conn = t.db.read().await.unwrap();
            let rows = sql("SELECT lease_owner FROM job WHERE state = 'running'").all(&mut conn).await.unwrap();
            owners.extend(rows.iter().map(|row| row.get::<String>(0).unwrap()));
            assert!(owners.len() <= 2);
        }
        assert_eq!(count(&t.db, ONCE).await, JOBS, "each is done at the first attempt");
        assert_eq!(owners.len(), 2, "both servers worked");
        drop((one, other));
    });
}

#[test]
fn two_runners_on_one_sqlite_file_do_every_job_once() {
    run(Engine::Sqlite, async |t| {
        put(&t.db, "note", JOBS).await;
        let ran: Arc<Mutex<Vec<(usize, kernel::JobId)>>> = Arc::default();
        let stop = Arc::new(tokio::sync::watch::channel(false).0);
        let mut runners = Vec::new();
        for number in 0..2 {
            // A pool of its own, as another process would have it.
            let db = Db::open(&t.url).await.unwrap();
            let ran = Arc::clone(&ran);
            let handler = Handler::new("note", move |context: JobContext| {
                let ran = Arc::clone(&ran);
                async move {
                    ran.lock().unwrap().push((number, context.id));
                    tokio::time::sleep(Duration::from_millis(2)).await;
                    Ok(())
                }
            });
            let tuning = Tuning { poll: Duration::from_millis(5), ..Tuning::default() };
            let (clock, random) = (Arc::new(SystemClock), Arc::new(OsRandom));
            let runner = Runner::tuned(db, clock, random, vec![handler], Vec::new(), Vec::new(), tuning);
            let mut stop = stop.subscribe();
            runners
                .push(tokio::spawn(async move { runner.run(async move { drop(stop.wait_for(|s| *s).await) }).await }));
        }
        eventually("all done", &t.db, "SELECT COUNT(*) FROM job WHERE state = 'done' AND attempts = 1", JOBS).await;
        stop.send_replace(true);
        for runner in runners {
            runner.await.unwrap();
        }
        let ran = ran.lock().unwrap();
        let ids: BTreeSet<_> = ran.iter().map(|(_, id)| *id).collect();
        assert_eq!((ran.len() as i64, ids.len() as i64), (JOBS, JOBS));
        assert!((0..2).all(|number| ran.iter().any(|(by, _)| *by == number)), "both runners worked");
    });
}

/// A transaction of somebody else that the sweep of sessions has to wait for, so that it is caught in the middle.
async fn hold(db: &Db) -> Conn {
    let mut conn = db.read().await.unwrap();
    conn.script("BEGIN; LOCK TABLE session IN ACCESS EXCLUSIVE MODE").await.unwrap();
    conn
}

#[test]
fn a_server_killed_in_the_middle_of_a_job_is_succeeded_by_the_next_at_once() {
    run(Engine::Postgres, async |t| {
        peopled(&t.db).await;
        let config = config(t);
        let mut first = tokio::task::block_in_place(|| serve(&config, t));
        let mut held = hold(&t.db).await;
        put(&t.db, "identity.sweep", 1).await;
        const RUNNING: &str =
            "SELECT COUNT(*) FROM job WHERE kind = 'identity.sweep' AND state = 'running' AND attempts = 1";
        eventually("begun", &t.db, RUNNING, 1).await;
        // Beside a live holder nobody takes anything.
        let other = tokio::task::block_in_place(|| serve(&config, t));
        tokio::time::sleep(Duration::from_millis(1500)).await;
        assert_eq!(count(&t.db, RUNNING).await, 1);
        first.kill();
        held.script("ROLLBACK").await.unwrap();
        drop(held);
        let second = tokio::task::block_in_place(|| serve(&config, t));
        const TAKEN: &str =
            "SELECT COUNT(*) FROM job WHERE kind = 'identity.sweep' AND state = 'done' AND attempts = 2";
        let begun = Instant::now();
        eventually("taken over", &t.db, TAKEN, 1).await;
        assert!(begun.elapsed() < Duration::from_secs(20), "its lease of a minute is not waited for");
        drop((other, second));
    });
}

#[test]
fn sessions_and_writes_are_shared() {
    run(Engine::Postgres, async |t| {
        let token = peopled(&t.db).await;
        let config = config(t);
        tokio::task::block_in_place(|| {
            let servers = [serve(&config, t), serve(&config, t)];
            // Signed in here, known there; signed out there, unknown here.
            let mut person = Client::new(&servers[0].url);
            let signed = person.submit("/sign-in", "/sign-in", &[("login", "wang"), ("password", PASSWORD)]).unwrap();
            assert!(person.cookie("wanqi").is_some(), "{} {}", signed.status, signed.text());
            let mut there = Client::new(&servers[1].url).not_following();
            there.set_cookie("wanqi", person.cookie("wanqi").unwrap());
            let account = there.get("/account").unwrap();
            assert_eq!(account.status, 200);
            assert!(account.text().contains("王丽"));
            let out = there.submit("/account", "/sign-out", &[]).unwrap();
            assert_eq!(out.status, 303);
            let back = person.not_following().get("/account").unwrap();
            assert!(back.header("location").is_some_and(|to| to.starts_with("/sign-in")), "{}", back.status);

            // Writers that go to one server and the other in turn.
            const EACH: usize = 40;
            let writers: Vec<_> = (0..4)
                .map(|writer| {
                    let (urls, token) = (servers.each_ref().map(|server| server.url.clone()), token.clone());
                    std::thread::spawn(move || {
                        (0..EACH).map(|n| raise(&urls[(writer + n) % 2], &token, &format!("{writer}-{n}"))).collect()
                    })
                })
                .collect();
            let numbers: Vec<String> = writers.into_iter().flat_map(|w| -> Vec<String> { w.join().unwrap() }).collect();
            let distinct: BTreeSet<&String> = numbers.iter().collect();
            assert_eq!((numbers.len(), distinct.len()), (4 * EACH, 4 * EACH), "no number is given twice");
            // The same key at the other server is the same request.
            let again = raise(&servers[0].url, &token, "0-1");
            assert_eq!(again, raise(&servers[1].url, &token, "0-1"));
        });
        assert_eq!(count(&t.db, "SELECT COUNT(*) FROM request").await, 160);
        assert_eq!(count(&t.db, "SELECT COUNT(*) FROM case_event").await, 160);
        assert_eq!(count(&t.db, "SELECT n FROM counter WHERE name = 'need'").await, 160, "no gap, nothing half-done");
        assert!(count(&t.db, "SELECT COUNT(*) FROM audit").await >= 160, "there is a chain to break");
        let mut conn = t.db.read().await.unwrap();
        let verdict = identity::verify(&mut conn).await.unwrap();
        assert!(verdict.is_whole(), "{verdict:?}");
    });
}

/// Raises a problem and returns its number.
fn raise(url: &str, token: &str, key: &str) -> String {
    let body = serde_json::json!({
        "credit_code": CODE, "title": format!("增容 {key}"), "body": "变压器容量不足",
        "contact_name": "示范", "contact_phone": "19900000000",
    });
    let headers = [
        ("Authorization", format!("Bearer {token}")),
        ("Idempotency-Key", format!("key-{key}")),
        ("Content-Type", "application/json".to_owned()),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value));
    let url = format!("{url}/api/v1/requests");
    let answer = http::exchange("POST", &url, &headers, body.to_string().as_bytes(), Duration::from_secs(20)).unwrap();
    assert!(matches!(answer.status, 200 | 201), "{}", answer.text());
    let said: Value = serde_json::from_str(&answer.text()).unwrap();
    said["number"].as_str().unwrap().to_owned()
}
