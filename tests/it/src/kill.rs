//! `kill -9` again and again under write load: what was acknowledged is kept, nothing is doubled, the audit chain is whole.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use db::{Db, Engine, sql};

use crate::harness::engines::{TestDb, run};
use crate::harness::http;
use crate::harness::process::Process;
use crate::harness::token_county::{CODE, county};

const KILLS: u64 = 50;
const WRITERS: u64 = 4;

/// Raises requests with ever new keys until told to stop; what was acknowledged goes into `kept` as key → number.
fn write(url: &str, token: &str, round: u64, writer: u64, stop: &AtomicBool, kept: &Mutex<BTreeMap<String, String>>) {
    let mut n = 0;
    while !stop.load(Ordering::Relaxed) {
        n += 1;
        let key = format!("k-{round}-{writer}-{n}");
        let body = format!(
            r#"{{"credit_code":"{CODE}","title":"增容 {key}","body":"变压器容量不足","contact_name":"示范","contact_phone":"19900000000"}}"#
        );
        let headers = [
            ("Authorization", format!("Bearer {token}")),
            ("Idempotency-Key", key.clone()),
            ("Content-Type", "application/json".to_owned()),
        ];
        let headers = headers.map(|(name, value)| (name.to_owned(), value));
        let answer = http::exchange(
            "POST",
            &format!("{url}/api/v1/requests"),
            &headers,
            body.as_bytes(),
            Duration::from_secs(10),
        );
        let Ok(answer) = answer else { return };
        assert_eq!(answer.status, 201, "{}", answer.text());
        let said: serde_json::Value = serde_json::from_str(&answer.text()).unwrap();
        kept.lock().unwrap().insert(key, said["number"].as_str().unwrap().to_owned());
    }
}

async fn kill_loop(t: &TestDb) {
    let token = county(&t.db).await;
    t.db.close().await;
    let config = t.folder().join("wanqi.toml");
    let text = format!("database = {:?}\ndata_dir = {:?}\n", t.url, t.folder().display().to_string());
    std::fs::write(&config, text).unwrap();
    let config = config.display().to_string();
    let kept = Arc::new(Mutex::new(BTreeMap::new()));
    tokio::task::block_in_place(|| kill_rounds(t, &config, &token, &kept));
    let kept = kept.lock().unwrap().clone();
    look(t, &kept).await;
}

fn kill_rounds(t: &TestDb, config: &str, token: &str, kept: &Arc<Mutex<BTreeMap<String, String>>>) {
    for round in 0..KILLS {
        let mut server = Process::start(&["--config", config, "serve"], t.folder()).unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (url, token, stop, kept) =
                    (server.url.clone(), token.to_owned(), Arc::clone(&stop), Arc::clone(kept));
                std::thread::spawn(move || write(&url, &token, round, writer, &stop, &kept))
            })
            .collect();
        // Different moments of the work are hit: 40 to 187 ms after the start.
        std::thread::sleep(Duration::from_millis(40 + (round * 37) % 150));
        server.kill();
        stop.store(true, Ordering::Relaxed);
        for writer in writers {
            writer.join().unwrap();
        }
    }
}

async fn look(t: &TestDb, kept: &BTreeMap<String, String>) {
    assert!(kept.len() as u64 > KILLS, "the load was real: {} acknowledged", kept.len());
    let db = Db::open(&t.url).await.unwrap();
    let mut conn = db.read().await.unwrap();
    let rows = sql("SELECT title, number FROM request").all(&mut conn).await.unwrap();
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in &rows {
        let (title, number): (String, String) = (row.get(0).unwrap(), row.get(1).unwrap());
        found.entry(title.trim_start_matches("增容 ").to_owned()).or_default().push(number);
    }
    for (key, number) in kept {
        assert_eq!(found.get(key), Some(&vec![number.clone()]), "{key} was acknowledged as {number}");
    }
    assert!(found.values().all(|numbers| numbers.len() == 1), "nothing is doubled");
    let count = |text| {
        let db = db.clone();
        async move {
            let mut conn = db.read().await.unwrap();
            sql(text).one(&mut conn).await.unwrap().get::<i64>(0).unwrap()
        }
    };
    let requests = count("SELECT COUNT(*) FROM request").await;
    assert_eq!(count("SELECT COUNT(*) FROM need").await, requests);
    assert_eq!(count("SELECT COUNT(*) FROM case_event").await, requests, "each has its one event");
    assert_eq!(
        count("SELECT CAST(COALESCE(SUM(n), 0) AS BIGINT) FROM tally WHERE metric = 'submitted'").await,
        requests
    );
    assert_eq!(count("SELECT n FROM counter WHERE name = 'need'").await, requests, "no half-done write counted up");
    drop(conn);
    let history = app::history::examine(&db, &app::history::anchors::Anchors::new(t.folder()), None).await.unwrap();
    assert!(history.is_whole() && history.standing.anchors as u64 >= KILLS, "{history:?}");
    assert_eq!(history.sealed.map(|sealed| sealed.requests as i64), Some(requests));
    db.close().await;
}

#[test]
fn sqlite() {
    run(Engine::Sqlite, async |t| kill_loop(t).await);
}

#[test]
fn postgres() {
    run(Engine::Postgres, async |t| kill_loop(t).await);
}
