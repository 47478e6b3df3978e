//! Anchor files and the keeper on a small SQLite database; what they say of restores is in `copy/tests.rs` and tests/it.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::Duration;
use db::Db;
use identity::{Actor, Entry, Head};
use kernel::{Clock, FixedClock};
use serde_json::json;

use super::anchors::{Anchors, Cause, LATEST};
use super::{Examined, Keeper, examine};
use crate::modules;

struct Place {
    folder: PathBuf,
    clock: Arc<FixedClock>,
}

impl Place {
    fn new() -> Place {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("wanqi-history-{}-{n}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Place { folder, clock: Arc::new(FixedClock::at("2026-11-05T09:00").unwrap()) }
    }

    async fn open(&self, name: &str) -> Db {
        let db = Db::open(&format!("sqlite:{}", self.folder.join(name).display())).await.unwrap();
        db.migrate(&modules::migrations(), self.clock.as_ref()).await.unwrap();
        db
    }

    fn anchors(&self) -> Anchors {
        Anchors::new(&self.folder)
    }

    async fn keeper(&self, db: &Db) -> Keeper {
        Keeper::start(db.clone(), self.clock.clone(), self.anchors()).await.unwrap()
    }

    async fn causes(&self) -> Vec<(Cause, i64)> {
        self.anchors().read().await.unwrap().lines.iter().map(|line| (line.cause, line.head.entry)).collect()
    }

    async fn examined(&self, db: &Db) -> Examined {
        examine(db, &self.anchors(), None).await.unwrap()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Writes `n` entries, told apart by `what`.
async fn write(db: &Db, clock: &dyn Clock, n: usize, what: &str) {
    let mut tx = db.begin().await.unwrap();
    for _ in 0..n {
        let (at, actor, resource_id) = (clock.now(), Actor::program(what), String::new());
        let entry = Entry { at, actor: &actor, action: "tested", resource: "thing", resource_id, detail: json!({}) };
        identity::record(&mut tx, entry).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn script(db: &Db, text: &str) {
    let mut tx = db.begin().await.unwrap();
    tx.script(text).await.unwrap();
    tx.commit().await.unwrap();
}

/// Cuts the chain off after an entry as somebody would who knows of its head.
async fn cut(db: &Db, after: i64) {
    let text = format!(
        "DELETE FROM audit WHERE seq > {after}; \
         UPDATE audit_head SET seq = {after}, hash = (SELECT hash FROM audit WHERE seq = {after})"
    );
    script(db, &text).await;
}

#[tokio::test]
async fn a_server_takes_anchors_at_its_start_every_hour_and_at_its_stop() {
    let place = Place::new();
    let db = place.open("a.db").await;
    write(&db, place.clock.as_ref(), 3, "a").await;
    let mut keeper = place.keeper(&db).await;
    write(&db, place.clock.as_ref(), 2, "a").await;
    place.clock.advance(Duration::minutes(30));
    keeper.look().await.unwrap();
    // The latest head stands in its own file.
    assert_eq!(place.causes().await, [(Cause::Start, 3), (Cause::Killed, 5)]);
    for _ in 0..2 {
        place.clock.advance(Duration::minutes(31));
        keeper.look().await.unwrap();
    }
    assert_eq!(place.causes().await[1..], [(Cause::Hourly, 5), (Cause::Killed, 5)]);
    keeper.stop().await;
    assert_eq!(place.causes().await, [(Cause::Start, 3), (Cause::Hourly, 5), (Cause::Stop, 5)]);
    assert!(place.examined(&db).await.is_whole());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(place.anchors().place()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[tokio::test]
async fn a_tail_cut_off_with_its_head_reset_is_found_and_stays_told() {
    let place = Place::new();
    let db = place.open("a.db").await;
    write(&db, place.clock.as_ref(), 9, "a").await;
    place.keeper(&db).await.stop().await;
    cut(&db, 4).await;
    assert!(identity::verify(&mut db.read().await.unwrap()).await.unwrap().is_whole(), "the chain alone cannot tell");
    let found = place.examined(&db).await;
    assert_eq!(found.standing.cut.as_ref().map(|cut| (cut.from, cut.to)), Some((5, 9)));
    assert!(!found.is_whole());
    // The next start notes where the chain ended, so that new entries are not taken for forged ones.
    let keeper = place.keeper(&db).await;
    write(&db, place.clock.as_ref(), 9, "b").await;
    keeper.stop().await;
    let found = place.examined(&db).await;
    assert_eq!(found.standing.cut.map(|cut| (cut.from, cut.to)), Some((5, 9)));
    assert!(found.standing.forged.is_none());
}

#[tokio::test]
async fn a_chain_sealed_anew_is_forged() {
    let place = Place::new();
    let db = place.open("a.db").await;
    write(&db, place.clock.as_ref(), 9, "a").await;
    let mut keeper = place.keeper(&db).await;
    cut(&db, 4).await;
    write(&db, place.clock.as_ref(), 9, "b").await;
    keeper.look().await.unwrap();
    assert_eq!(place.examined(&db).await.standing.forged.map(|forged| forged.entry), Some(9));
}

#[tokio::test]
async fn rows_lost_with_a_write_ahead_log_are_missed_after_a_kill() {
    let place = Place::new();
    let db = place.open("a.db").await;
    write(&db, place.clock.as_ref(), 3, "a").await;
    script(&db, "SELECT 1").await;
    db.close().await;
    let db = place.open("a.db").await;
    let mut keeper = place.keeper(&db).await;
    write(&db, place.clock.as_ref(), 20, "a").await;
    keeper.look().await.unwrap();
    // As after a kill with a log that cannot be read: the file as it was, the log gone.
    std::fs::copy(place.folder.join("a.db"), place.folder.join("b.db")).unwrap();
    let lost = Db::open(&format!("sqlite:{}", place.folder.join("b.db").display())).await.unwrap();
    let found = place.examined(&lost).await;
    assert!(found.chain.is_whole() && found.chain.entries == 3, "{:?}", found.chain);
    assert_eq!(found.standing.cut.map(|cut| (cut.from, cut.to)), Some((4, 23)));
    place.keeper(&lost).await.stop().await;
    let causes: Vec<_> = place.causes().await;
    assert_eq!(causes, [(Cause::Start, 3), (Cause::Killed, 23), (Cause::Cut, 3), (Cause::Start, 3), (Cause::Stop, 3)]);
    assert!(!place.folder.join(LATEST).exists());
}

#[tokio::test]
async fn a_line_broken_off_spoils_no_other() {
    let place = Place::new();
    let head = Head { entry: 1, hash: "ab".repeat(32) };
    let anchor = super::anchors::Anchor { at: place.clock.now(), head, cause: Cause::Hourly, from: None };
    std::fs::write(place.anchors().place(), "2026-11-05T09:00:00+08:00 1 ab").unwrap();
    place.anchors().append(anchor.clone()).await.unwrap();
    let noted = place.anchors().read().await.unwrap();
    assert_eq!((noted.lines, noted.unreadable), (vec![anchor], 1));
}
