//! Copy, and what is built on it: backup, restore, doctor. SQLite to SQLite; tests/it goes across the engines.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use db::{Db, Engine, sql_on};
use identity::{NewUnit, UnitKind};
use kernel::{ClockRef, FixedClock, OsRandom};

use crate::config::Config;
use crate::history::{self, Keeper, anchors::Anchors};
use crate::install::{Installed, NewCounty, install};
use crate::{archive, backup, copy, doctor, modules, restore};

/// A folder with an installed county, gone when the test ends.
struct Place {
    folder: PathBuf,
    clock: ClockRef,
}

impl Place {
    fn new() -> Place {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("wanqi-operations-{}-{n}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Place { folder, clock: Arc::new(FixedClock::at("2026-11-05T09:00").unwrap()) }
    }

    fn url(&self, name: &str) -> String {
        format!("sqlite:{}", self.folder.join(name).display())
    }

    fn config(&self, name: &str) -> Config {
        let text = format!("database = \"sqlite:{name}\"\ndata_dir = \"data\"\ncounty_zh = \"示范县\"");
        Config::read(&text, &self.folder, |_| None).unwrap()
    }

    async fn county(&self, name: &str) -> (Db, Installed) {
        let db = Db::open(&self.url(name)).await.unwrap();
        let new = NewCounty {
            name_zh: "示范县".into(),
            name_en: "Sample County".into(),
            login: "admin".into(),
            person: "管理员".into(),
            desk_phone: String::new(),
        };
        let installed = install(&db, self.clock.as_ref(), &OsRandom, &new).await.unwrap();
        let again = install(&db, self.clock.as_ref(), &OsRandom, &new).await.unwrap_err();
        assert_eq!(again.code, "installed-already");
        let mut tx = db.begin().await.unwrap();
        let mut parent = installed.county;
        for depth in 0..3 {
            let code = format!("level-{depth}");
            let unit = NewUnit {
                parent: Some(parent),
                kind: UnitKind::Department,
                code: code.clone(),
                name: code.clone(),
                name_en: code,
                sort: 1,
            };
            parent = identity::create_unit(&mut tx, self.clock.as_ref(), &OsRandom, unit).await.unwrap().id;
        }
        // Two documents, one of them replaced, so that the index holds words that no longer count.
        tx.script(
            "INSERT INTO need_search (rowid, body) VALUES (1, 'old u4f01u4e1a'), (7, 'b a b'); \
             INSERT OR REPLACE INTO need_search (rowid, body) VALUES (1, 'u7528u5730 u5730 py1')",
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        (db, installed)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Every row of every table, and what the full-text index answers.
async fn contents(db: &Db) -> Vec<String> {
    let mut conn = db.read().await.unwrap();
    let mut all = Vec::new();
    let names = "SELECT CAST(name AS TEXT) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' \
                 AND name NOT LIKE 'sqlite%' AND name <> 'schema_migration' ORDER BY name";
    for row in sql_on(Engine::Sqlite, names).all(&mut conn).await.unwrap() {
        let table: String = row.get(0).unwrap();
        let columns = format!(
            "SELECT group_concat('quote(\"' || name || '\")', ' || '','' || ') FROM pragma_table_info('{table}')"
        );
        let columns: String = sql_on(Engine::Sqlite, &columns).one(&mut conn).await.unwrap().get(0).unwrap();
        let text = format!("SELECT {columns} FROM \"{table}\" ORDER BY 1");
        for row in sql_on(Engine::Sqlite, &text).all(&mut conn).await.unwrap() {
            all.push(format!("{table}: {}", row.get::<String>(0).unwrap()));
        }
    }
    for word in ["u7528u5730", "\"b a\"", "old", "py*"] {
        let found =
            format!("SELECT CAST(COALESCE(SUM(rowid), 0) AS BIGINT) FROM need_search WHERE need_search MATCH '{word}'");
        all.push(format!(
            "{word}: {}",
            sql_on(Engine::Sqlite, &found).one(&mut conn).await.unwrap().get::<i64>(0).unwrap()
        ));
    }
    all
}

#[tokio::test]
async fn a_copy_equals_its_source_and_never_overwrites_unasked() {
    let place = Place::new();
    let (source, _) = place.county("a.db").await;
    let before = contents(&source).await;
    assert!(before.iter().any(|line| line == "old: 0") && before.iter().any(|line| line == "\"b a\": 7"));
    let target = Db::open(&place.url("b.db")).await.unwrap();
    let steps = modules::migrations();
    let mut tables = Vec::new();
    let mut seen = |progress: copy::Progress<'_>| tables.push(progress.table.to_owned());
    let copied = copy::copy(&source, &target, &steps, place.clock.as_ref(), false, &mut seen).await.unwrap();
    assert_eq!(contents(&target).await, before);
    assert!(copied.rows > 20 && copied.audit.is_whole() && copied.audit.entries == 1, "{copied:?}");
    assert!(tables.contains(&"unit".to_owned()) && tables.contains(&"need_search".to_owned()), "{tables:?}");

    let refused = copy::copy(&source, &target, &steps, place.clock.as_ref(), false, &mut |_| ()).await.unwrap_err();
    assert_eq!(refused.code, "target-not-empty");
    copy::copy(&source, &target, &steps, place.clock.as_ref(), true, &mut |_| ()).await.unwrap();
    assert_eq!(contents(&target).await, before);

    let mut tx = source.begin().await.unwrap();
    tx.script("DELETE FROM schema_migration WHERE module = 'casework'").await.unwrap();
    tx.commit().await.unwrap();
    let older = copy::copy(&source, &target, &steps, place.clock.as_ref(), true, &mut |_| ()).await.unwrap_err();
    assert_eq!(older.code, "database-older");
    assert_eq!(contents(&target).await, before);
}

#[tokio::test]
async fn a_backup_comes_back_whole_and_a_damaged_one_not_at_all() {
    let place = Place::new();
    let (db, _) = place.county("wanqi.db").await;
    let before = contents(&db).await;
    let (config, file) = (place.config("wanqi.db"), place.folder.join("b.tar"));
    let toml = place.folder.join("wanqi.toml");
    std::fs::write(&toml, "county_zh = \"示范县\"\n").unwrap();
    let made = backup::backup(&config, Some(&toml), &file, place.clock.as_ref(), &mut |_| ()).await.unwrap();
    assert!(made.audit.is_whole() && made.manifest.missing.is_empty());
    let again = backup::backup(&config, None, &file, place.clock.as_ref(), &mut |_| ()).await.unwrap_err();
    assert_eq!(again.code, "file-exists");
    let left: Vec<_> = std::fs::read_dir(&place.folder).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().contains("part")), "{left:?}");

    let (url, data) = (place.url("restored/wanqi.db"), place.folder.join("restored"));
    let put = restore::restore(&file, &url, &data, place.clock.as_ref(), &mut |_| ()).await.unwrap();
    assert_eq!(put.manifest, archive::verify(&file).unwrap());
    assert_eq!(std::fs::read_to_string(put.config.unwrap()).unwrap(), "county_zh = \"示范县\"\n");
    let restored = Db::open(&url).await.unwrap();
    let audit = |lines: Vec<String>| lines.into_iter().partition::<Vec<_>, _>(|line| line.starts_with("audit"));
    let ((was, rest), (is, same)) = (audit(before), audit(contents(&restored).await));
    assert_eq!(same, rest);
    // One entry more, and the head: it tells that it was put back.
    assert!(is.len() == was.len() + 1 && is.iter().any(|line| line.contains("'restored'")), "{is:?}");
    restored.close().await;
    let taken = restore::restore(&file, &url, &data, place.clock.as_ref(), &mut |_| ()).await.unwrap_err();
    assert_eq!(taken.code, "file-exists");

    let whole = std::fs::read(&file).unwrap();
    let damaged = place.folder.join("damaged.tar");
    let mut flipped = whole.clone();
    flipped[5_000] ^= 1;
    for (bytes, what) in
        [(&flipped[..], "one bit"), (&whole[..whole.len() / 2], "cut off"), (b"no tar".as_slice(), "text")]
    {
        std::fs::write(&damaged, bytes).unwrap();
        let (url, data) = (place.url("none/wanqi.db"), place.folder.join("none"));
        let refused = restore::restore(&damaged, &url, &data, place.clock.as_ref(), &mut |_| ()).await.unwrap_err();
        assert_eq!(refused.code, "backup-broken", "{what}");
        assert!(!data.exists(), "{what}");
    }
}

#[tokio::test]
async fn an_old_backup_put_back_is_told_as_restored_and_a_copy_changes_nothing_for_its_source() {
    let place = Place::new();
    let (db, _) = place.county("wanqi.db").await;
    let config = place.config("wanqi.db");
    let (file, anchors) = (place.folder.join("b.tar"), Anchors::new(&config.data_dir));
    backup::backup(&config, None, &file, place.clock.as_ref(), &mut |_| ()).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    let actor = identity::Actor::program("x");
    for _ in 0..5 {
        let (at, resource_id) = (place.clock.now(), String::new());
        let detail = serde_json::json!({});
        let entry = identity::Entry { at, actor: &actor, action: "tested", resource: "thing", resource_id, detail };
        identity::record(&mut tx, entry).await.unwrap();
    }
    tx.commit().await.unwrap();
    let serve = async |db: &Db| {
        Keeper::start(db.clone(), place.clock.clone(), anchors.clone()).await.unwrap().stop().await;
        history::examine(db, &anchors, None).await.unwrap()
    };
    let whole = serve(&db).await;
    assert!(whole.is_whole() && whole.standing.restored.is_none(), "{whole:?}");

    let target = Db::open(&place.url("copy.db")).await.unwrap();
    let copied = copy::copy(&db, &target, &modules::migrations(), place.clock.as_ref(), false, &mut |_| ()).await;
    history::copied(&target, &copied.unwrap(), place.clock.as_ref(), Some(&anchors)).await.unwrap();
    for one in [&target, &db] {
        let found = history::examine(one, &anchors, None).await.unwrap();
        assert!(found.is_whole(), "{found:?}");
    }
    assert!(serve(&db).await.is_whole(), "the source may be served again");

    let url = place.url("restored.db");
    std::fs::create_dir_all(&config.data_dir).unwrap();
    restore::restore(&file, &url, &config.data_dir, place.clock.as_ref(), &mut |_| ()).await.unwrap();
    let restored = Db::open(&url).await.unwrap();
    let found = serve(&restored).await;
    assert!(found.is_whole(), "{found:?}");
    assert_eq!(found.standing.restored.map(|restored| (restored.from, restored.left)), Some((1, 7)));
    // Without the line that the restore wrote it would be a chain made anew.
    let text = std::fs::read_to_string(anchors.place()).unwrap();
    let kept: Vec<&str> = text.lines().filter(|line| !line.contains(" restored ")).collect();
    std::fs::write(anchors.place(), kept.join("\n")).unwrap();
    assert!(history::examine(&restored, &anchors, None).await.unwrap().standing.forged.is_some());
}

#[tokio::test]
async fn the_doctor_finds_what_is_wrong_and_says_so_once() {
    let place = Place::new();
    let (db, _) = place.county("wanqi.db").await;
    let config = place.config("wanqi.db");
    std::fs::create_dir_all(&config.data_dir).unwrap();
    let wrong = async || {
        let found = doctor::examine(&config, &place.clock, true).await;
        let wrong = found.into_iter().filter(|finding| finding.level > doctor::Level::Ok);
        // The disk is the machine's matter, and this county has neither people nor the notice of the next year.
        let own =
            |key: &&str| !["doctor-space", "doctor-desk", "doctor-calendar"].iter().any(|own| key.starts_with(own));
        wrong.map(|finding| finding.key).filter(own).collect::<Vec<_>>()
    };
    assert_eq!(wrong().await, [""; 0]);
    let orphan = config.data_dir.join("files/ab/old");
    std::fs::create_dir_all(orphan.parent().unwrap()).unwrap();
    let day_ago = std::time::Duration::from_secs(86_400);
    let file = std::fs::File::create(&orphan).unwrap();
    file.set_modified(file.metadata().unwrap().modified().unwrap() - day_ago).unwrap();
    let mut tx = db.begin().await.unwrap();
    tx.script("UPDATE audit SET actor = 'x', at = '2026-12-24T00:00:00+00:00'").await.unwrap();
    tx.commit().await.unwrap();
    let named = ["doctor-audit-broken", "doctor-future-audit", "doctor-files-orphaned", "doctor-clock-behind"];
    assert_eq!(wrong().await, named);
    let later = Config { database: place.url("none.db"), ..config.clone() };
    let away = doctor::examine(&later, &place.clock, false).await;
    assert_eq!(away[0].key, "doctor-database-away");
}
