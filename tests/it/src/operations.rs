//! Copy between the engines, backup, restore and the doctor, on the demo county with all it holds.

use std::path::PathBuf;
use std::sync::Arc;

use app::config::Config;
use app::demo::{self, Scenario};
use app::doctor::{self, Level};
use app::{archive, backup, copy, modules, restore};
use casework::Casework;
use db::{Db, Engine, sql, sql_on, sql_text};
use kernel::{ClockRef, FileId, FixedClock, OsRandom};
use testkit::both_engines;
use web::Lang;

use crate::harness::engines::{TestDb, fresh};

fn clock() -> ClockRef {
    Arc::new(FixedClock::at("2026-11-20T10:00").unwrap())
}

/// The demo county in a migrated database, its attachments in the test's folder.
async fn filled(t: &TestDb) -> ClockRef {
    let clock = clock();
    demo::install(&t.db, clock.as_ref(), 7, t.folder(), Scenario::County, Lang::Zh).await.unwrap();
    clock
}

fn other(engine: Engine) -> Engine {
    match engine {
        Engine::Sqlite => Engine::Postgres,
        Engine::Postgres => Engine::Sqlite,
    }
}

fn config(t: &TestDb) -> Config {
    let text = format!("database = \"{}\"\ndata_dir = \".\"\ncounty_zh = \"示范县\"", t.url);
    Config::read(&text, t.folder(), |_| None).unwrap()
}

/// Both engines told alike: how many rows each table has, what a search finds, how the newest needs look.
async fn contents(db: &Db) -> Vec<String> {
    let mut conn = db.read().await.unwrap();
    let mut all = Vec::new();
    for table in [
        "unit",
        "person",
        "role_grant",
        "audit",
        "enterprise",
        "helper",
        "request",
        "need",
        "assignment",
        "case_event",
        "tally",
        "limit_rule",
        "category",
        "calendar_notice",
        "calendar_act",
        "last_day_rule",
        "setting",
        "attachment",
        "counter",
        "enterprise_search",
        "need_search",
    ] {
        let n = sql_text(format!("SELECT COUNT(*) FROM {table}")).one(&mut conn).await.unwrap();
        all.push(format!("{table} {}", n.get::<i64>(0).unwrap()));
    }
    let newest = "SELECT number, title, state, resolve_due_at, paused, id FROM need ORDER BY serial DESC LIMIT 20";
    for row in sql(newest).all(&mut conn).await.unwrap() {
        let mut c = row.cursor();
        let text: (String, String, String) = (c.next().unwrap(), c.next().unwrap(), c.next().unwrap());
        let due: Option<chrono::DateTime<chrono::Utc>> = c.next().unwrap();
        let (paused, id): (bool, uuid::Uuid) = (c.next().unwrap(), c.next().unwrap());
        all.push(format!("{text:?} {due:?} {paused} {id}"));
    }
    for words in ["用地", "有限公司", "2026"] {
        let terms = kernel::search_query(words);
        let found = match db.engine() {
            Engine::Sqlite => sql_on(Engine::Sqlite, "SELECT COUNT(*) FROM need_search WHERE need_search MATCH $1")
                .bind(kernel::fts5_query(&terms)),
            Engine::Postgres => {
                sql_on(Engine::Postgres, "SELECT COUNT(*) FROM need_search WHERE body @@ to_tsquery('simple', $1)")
                    .bind(kernel::tsquery(&terms))
            }
        };
        all.push(format!("{words} {}", found.one(&mut conn).await.unwrap().get::<i64>(0).unwrap()));
    }
    all
}

/// What the doctor would not call ok, disk space aside, which is the machine's matter.
async fn complaints(config: &Config, clock: &ClockRef) -> Vec<&'static str> {
    let found = doctor::examine(config, clock, true).await;
    let wrong = found.into_iter().filter(|f| f.level > Level::Ok && !f.key.starts_with("doctor-space"));
    wrong.map(|finding| finding.key).collect()
}

both_engines! {
    async fn everything_is_copied_to_the_other_engine_and_back(t: TestDb) {
        let clock = filled(t).await;
        let before = contents(&t.db).await;
        let steps = modules::migrations();
        let there = fresh(other(t.engine), false).await;
        let copied = copy::copy(&t.db, &there.db, &steps, clock.as_ref(), false, &mut |_| ()).await.unwrap();
        assert!(copied.audit.is_whole() && copied.rows > 5_000, "{copied:?}");
        assert_eq!(contents(&there.db).await, before);
        let casework = Casework::new(there.db.clone(), clock.clone(), Arc::new(OsRandom), there.folder());
        let checked = casework::doctor::check(&casework, None).await.unwrap();
        assert!(checked.requests > 250 && checked.wrong.is_empty(), "{checked:?}");

        let refused = copy::copy(&t.db, &there.db, &steps, clock.as_ref(), false, &mut |_| ()).await.unwrap_err();
        assert_eq!(refused.code, "target-not-empty");
        let back = fresh(t.engine, false).await;
        copy::copy(&there.db, &back.db, &steps, clock.as_ref(), false, &mut |_| ()).await.unwrap();
        assert_eq!(contents(&back.db).await, before);
        copy::copy(&there.db, &t.db, &steps, clock.as_ref(), true, &mut |_| ()).await.unwrap();
        assert_eq!(contents(&t.db).await, before);
    }

    async fn a_backup_goes_back_to_either_engine(t: TestDb) {
        let clock = filled(t).await;
        let before = contents(&t.db).await;
        let file = t.folder().join("backup.tar");
        let made = backup::backup(&config(t), None, &file, clock.as_ref(), &mut |_| ()).await.unwrap();
        assert!(made.audit.is_whole() && made.manifest.missing.is_empty(), "{:?}", made.manifest.missing);
        assert_eq!(archive::verify(&file).unwrap(), made.manifest);
        for engine in [Engine::Sqlite, Engine::Postgres] {
            let target = fresh(engine, false).await;
            let mut settings = config(&target);
            if engine == Engine::Sqlite {
                // The file must not be there; the harness has opened one already.
                settings.database = format!("sqlite:{}", target.folder().join("restored.db").display());
            }
            settings.data_dir = target.folder().join("data");
            let put = restore::restore(&file, &settings.database, &settings.data_dir, clock.as_ref(), &mut |_| ()).await;
            assert_eq!(put.unwrap().manifest, made.manifest);
            let restored = Db::open(&settings.database).await.unwrap();
            // One entry more: it tells that it was put back.
            let expected = before.iter().map(|line| line.replace("audit 1", "audit 2")).collect::<Vec<_>>();
            assert_eq!(contents(&restored).await, expected);
            restored.close().await;
            let found = complaints(&settings, &clock).await;
            assert!(found.iter().all(|key| key.starts_with("doctor-calendar")), "{found:?}");
        }
    }

    async fn after_the_last_entered_notice_the_doctor_fails(t: TestDb) {
        filled(t).await;
        let level = async |day: &str| {
            let clock: ClockRef = Arc::new(FixedClock::at(day).unwrap());
            let found = doctor::examine(&config(t), &clock, false).await;
            let own = found.into_iter().find(|finding| finding.key.starts_with("doctor-calendar")).unwrap();
            (own.key, own.level)
        };
        assert_eq!(level("2026-12-31T23:00").await, ("doctor-calendar-ends", Level::Warn));
        assert_eq!(level("2027-01-01T00:30").await, ("doctor-calendar-over", Level::Fail));
    }

    async fn the_doctor_names_what_was_tampered_with(t: TestDb) {
        let clock = filled(t).await;
        let settings = config(t);
        let mut well = complaints(&settings, &clock).await;
        well.retain(|key| !key.starts_with("doctor-calendar"));
        assert_eq!(well, [""; 0], "a county just made is well");
        let mut tx = t.db.begin().await.unwrap();
        tx.script("UPDATE need SET state = 'submitted' WHERE serial = (SELECT MAX(serial) FROM need WHERE state = 'closed')")
            .await
            .unwrap();
        tx.script("DELETE FROM audit WHERE seq = (SELECT MAX(seq) FROM audit)").await.unwrap();
        let attachment = sql("SELECT id FROM attachment ORDER BY id LIMIT 2").all(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let place = |at: usize| -> PathBuf {
            let id: uuid::Uuid = attachment[at].get(0).unwrap();
            casework::files::path(&t.folder().join("files"), FileId::from_uuid(id))
        };
        std::fs::remove_file(place(0)).unwrap();
        std::fs::write(place(1), "x").unwrap();
        let found = complaints(&settings, &clock).await;
        for key in ["doctor-projections-differ", "doctor-audit-broken", "doctor-files-missing", "doctor-files-damaged"] {
            assert!(found.contains(&key), "{key} is not in {found:?}");
        }
    }
}
