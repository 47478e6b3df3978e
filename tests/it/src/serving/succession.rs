//! A server that starts takes over from one that died, its jobs and what it left lying, and nothing from one that lives.

use std::time::{Duration, Instant};

use db::{Db, sql};
use jobs::NewJob;
use kernel::{Clock, OsRandom, SystemClock};
use serde_json::Value;
use testkit::both_engines;

use super::config;
use crate::harness::engines::TestDb;
use crate::harness::process::Process;
use crate::harness::token_county::county;

/// The owner that the only runner in the folder made known.
fn owner(t: &TestDb) -> String {
    let mut names = std::fs::read_dir(t.folder().join("runners")).unwrap().map(|entry| entry.unwrap().file_name());
    let name = names.next().unwrap().to_string_lossy().into_owned();
    assert!(names.next().is_none());
    name.split_once('_').unwrap().1.to_owned()
}

/// A job that this owner is in the middle of, its lease good for a minute.
async fn running(db: &Db, owner: &str) {
    let mut tx = db.begin().await.unwrap();
    let id = jobs::enqueue(&mut tx, &SystemClock, &OsRandom, NewJob::new("identity.sweep", Value::Null)).await.unwrap();
    sql("UPDATE job SET state = 'running', attempts = 1, lease_owner = $2, lease_until = $3 WHERE id = $1")
        .bind(id)
        .bind(owner)
        .bind(SystemClock.now() + chrono::TimeDelta::seconds(60))
        .run(&mut tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn count(db: &Db, text: &'static str) -> i64 {
    sql(text).one(&mut db.read().await.unwrap()).await.unwrap().get(0).unwrap()
}

const HELD: &str = "SELECT COUNT(*) FROM job WHERE kind = 'identity.sweep' AND state = 'running' AND attempts = 1 AND lease_owner IS NOT NULL";
const TAKEN: &str = "SELECT COUNT(*) FROM job WHERE kind = 'identity.sweep' AND state = 'done' AND attempts = 2";

both_engines! {
    async fn a_dead_servers_job_and_uploads_are_seen_to_at_the_next_start(t: TestDb) {
        county(&t.db).await;
        let config = config(t, &t.url);
        let serve = || tokio::task::block_in_place(|| Process::start(&["--config", &config, "serve"], t.folder()).unwrap());
        let mut first = serve();
        running(&t.db, &owner(t)).await;
        let upload = t.folder().join("incoming").join("0123456789abcdef");
        std::fs::create_dir_all(upload.parent().unwrap()).unwrap();
        std::fs::write(&upload, "half a picture").unwrap();

        // One beside it, while it lives.
        let beside = serve();
        tokio::time::sleep(Duration::from_millis(2500)).await;
        assert_eq!(count(&t.db, HELD).await, 1, "a live holder keeps its job");
        assert!(upload.exists(), "and its uploads");
        drop(beside);

        first.kill();
        let begun = Instant::now();
        let _second = serve();
        while count(&t.db, TAKEN).await != 1 {
            assert!(begun.elapsed() < Duration::from_secs(10), "a dead holder's job waits for its lease");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        while upload.exists() {
            assert!(begun.elapsed() < Duration::from_secs(10), "a dead server's upload is left lying");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}
