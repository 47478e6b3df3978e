//! History forged past the program: what is changed in events and texts behind its back is found and named, on both engines;
//! and times that never run backwards.

use std::sync::Arc;

use app::config::Config;
use app::demo::{self, Scenario};
use app::doctor::{self, Finding, Level};
use app::history::{Examined, Keeper, anchors::Anchors, examine};
use app::serve;
use casework::command::{Command, Order};
use casework::event::Source;
use casework::history::Fault;
use casework::{Casework, Raise};
use chrono::Duration;
use db::sql;
use identity::{Actor, Entry, UnitKind};
use kernel::{Clock, ClockRef, FixedClock, OsRandom, RequestId};
use testkit::both_engines;
use web::Lang;

use crate::harness::county::Seed;
use crate::harness::engines::TestDb;

/// Some requests of one enterprise, each raised and remarked upon by itself.
struct Kept {
    clock: Arc<FixedClock>,
    casework: Casework,
    ids: Vec<RequestId>,
}

async fn county(t: &TestDb, requests: usize) -> Kept {
    let clock = Arc::new(FixedClock::at("2026-11-20T10:00").unwrap());
    let mut seed = Seed::begin(&t.db, clock.as_ref(), &OsRandom).await;
    seed.unit(None, UnitKind::County, "c", "示范县").await;
    let enterprise = seed.enterprise("91419981MA0000000X", "示范恒达起重机械有限公司", None).await;
    seed.settings(&[]).await;
    seed.commit().await;
    let casework = Casework::new(t.db.clone(), clock.clone(), Arc::new(OsRandom), t.folder());
    let mut ids = Vec::new();
    for n in 1..=requests {
        let raise = Raise {
            enterprise,
            unregistered: None,
            source: Source::Web,
            handed_down: false,
            origin_level: None,
            title: format!("第 {n} 件"),
            body: "变压器容量不足".to_owned(),
            category: None,
            contact_name: "李明".to_owned(),
            contact_phone: "13800000000".to_owned(),
            once_key: None,
        };
        clock.advance(Duration::minutes(1));
        ids.push(casework.raise(&Actor::program("test"), raise, vec![]).await.unwrap().request);
    }
    let kept = Kept { clock, casework, ids };
    for at in 0..requests {
        kept.remark(at).await;
    }
    kept
}

impl Kept {
    async fn remark(&self, at: usize) {
        let command = Command::Comment { text: "已电话联系".to_owned(), visible_to_enterprise: true };
        let orders = vec![Order { need: Some(1), command }];
        self.casework.execute(&Actor::program("test"), self.ids[at], None, orders, vec![]).await.unwrap();
    }
}

/// What somebody does by hand, past the program and its foreign keys.
async fn script(t: &TestDb, text: &str) {
    let by_hand = db::Db::open(&t.url).await.unwrap();
    let mut conn = by_hand.read().await.unwrap();
    let (before, after) = match t.engine {
        db::Engine::Sqlite => ("PRAGMA query_only = OFF; PRAGMA foreign_keys = OFF; BEGIN", "COMMIT"),
        db::Engine::Postgres => ("BEGIN; SET LOCAL session_replication_role = replica", "COMMIT"),
    };
    conn.script(&format!("{before}; {text}; {after}")).await.unwrap();
    drop(conn);
    by_hand.close().await;
}

async fn examined(t: &TestDb) -> Examined {
    examine(&t.db, &Anchors::new(t.folder()), None).await.unwrap()
}

/// How many requests are wrong, the number of the first and what is wrong with it.
async fn wrong(t: &TestDb) -> Option<(usize, String, Fault)> {
    let found = examined(t).await;
    assert!(found.chain.is_whole(), "{:?}", found.chain);
    let sealed = found.sealed.unwrap();
    sealed.first.map(|first| (sealed.wrong, first.number, first.fault))
}

async fn doctors(t: &TestDb, clock: &ClockRef, all: bool) -> Vec<Finding> {
    let text = format!("database = \"{}\"\ndata_dir = \".\"", t.url);
    let config = Config::read(&text, t.folder(), |_| None).unwrap();
    let found = doctor::examine(&config, clock, all).await;
    found.into_iter().filter(|finding| finding.level > Level::Ok).collect()
}

both_engines! {
    async fn what_is_changed_in_one_request_is_named_and_what_the_program_does_is_not(t: TestDb) {
        let kept = county(t, 4).await;
        assert_eq!(wrong(t).await, None);
        let sealed = examined(t).await.sealed.unwrap();
        assert_eq!((sealed.requests, sealed.events), (4, 8));
        kept.remark(2).await;
        assert_eq!(wrong(t).await, None);
        let second = "(SELECT id FROM request WHERE number = '2026-000002')";
        for (forge, fault) in [
            (format!("UPDATE request SET body = 'x' WHERE id = {second}"), Fault::Text),
            (format!("UPDATE request SET contact_phone = '13900000000' WHERE id = {second}"), Fault::Text),
            (
                format!("UPDATE case_event SET body = replace(body, '已电话联系', '已办结') WHERE request_id = {second}"),
                Fault::Changed { from: 2, to: 2 },
            ),
            (
                format!("UPDATE case_event SET at = (SELECT at FROM case_event WHERE request_id = {second} AND seq = 1) \
                         WHERE request_id = {second} AND seq = 2"),
                Fault::Changed { from: 2, to: 2 },
            ),
            (format!("DELETE FROM case_event WHERE request_id = {second} AND seq = 2"), Fault::Missing { event: 2 }),
            (
                format!("INSERT INTO case_event (request_id, seq, id, at, kind, need_idx, body) \
                         SELECT e.request_id, 3, e.request_id, e.at, e.kind, e.need_idx, e.body FROM case_event e \
                         WHERE e.request_id = {second} AND e.seq = 2"),
                Fault::Unsealed { from: 3, to: 3 },
            ),
            (format!("DELETE FROM request WHERE id = {second}"), Fault::Gone),
        ] {
            let undo = ["request", "case_event"].map(|table| format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}"));
            script(t, &undo.join("; ")).await;
            script(t, &forge).await;
            assert_eq!(wrong(t).await, Some((1, "2026-000002".to_owned(), fault)), "{forge}");
            let back = ["case_event", "request"].map(|table| format!("DELETE FROM {table}"));
            let again = ["request", "case_event"]
                .map(|table| format!("INSERT INTO {table} SELECT * FROM kept_{table}; DROP TABLE kept_{table}"));
            script(t, &format!("{}; {}", back.join("; "), again.join("; "))).await;
            assert_eq!(wrong(t).await, None, "{forge}");
        }
    }

    async fn a_demo_of_which_912_texts_were_changed_is_not_well(t: TestDb) {
        let clock: ClockRef = Arc::new(FixedClock::at("2026-11-20T10:00").unwrap());
        demo::install(&t.db, clock.as_ref(), 7, t.folder(), Scenario::County, Lang::Zh).await.unwrap();
        assert_eq!(wrong(t).await, None);
        script(t, r#"UPDATE case_event SET body = replace(body, '"text":"', '"text":"forged ')"#).await;
        let (n, number, fault) = wrong(t).await.unwrap();
        assert!(n > 250 && !number.is_empty() && matches!(fault, Fault::Changed { from: 1, .. }), "{n} {number} {fault:?}");
        for all in [false, true] {
            let found = doctors(t, &clock, all).await;
            assert!(found.iter().any(|finding| finding.key == "doctor-history-changed"), "{found:?}");
        }
        // Whoever adjusts the seal of an import as well is found by its root.
        script(t, r#"UPDATE case_event SET body = replace(body, '"text":"forged ', '"text":"')"#).await;
        assert_eq!(wrong(t).await, None);
        script(t, "UPDATE case_seal SET events_hash = request_hash WHERE seq > 3").await;
        let sealed = examined(t).await.sealed.unwrap();
        assert!(sealed.wrong > 1, "{sealed:?}");
        script(t, "DELETE FROM case_seal").await;
        let first = examined(t).await.sealed.unwrap().first.unwrap();
        assert_eq!(first.fault, Fault::Untold);
    }

    async fn an_anchor_file_that_is_gone_is_missed_where_people_have_worked(t: TestDb) {
        let kept = county(t, 1).await;
        let clock: ClockRef = kept.clock.clone();
        let told = async || doctors(t, &clock, false).await.iter().any(|finding| finding.key == "doctor-anchors-lost");
        let signed_in = async || {
            let mut tx = t.db.begin().await.unwrap();
            let (at, actor, resource_id, detail) = (clock.now(), Actor::program("test"), String::new(), serde_json::json!({}));
            let entry = Entry { at, actor: &actor, action: "signed-in", resource: "session", resource_id, detail };
            identity::record(&mut tx, entry).await.unwrap();
            tx.commit().await.unwrap();
        };
        signed_in().await;
        assert!(!told().await, "nobody has worked here for long: perhaps no server was ever started");
        let anchors = Anchors::new(t.folder());
        let keeper = Keeper::start(t.db.clone(), clock.clone(), anchors.clone()).await.unwrap();
        kept.clock.advance(Duration::hours(3));
        signed_in().await;
        keeper.stop().await;
        assert!(!told().await);
        std::fs::remove_file(anchors.place()).unwrap();
        assert!(told().await);
    }

    async fn an_older_county_is_sealed_once_as_it_is_found(t: TestDb) {
        let clock: ClockRef = Arc::new(FixedClock::at("2026-11-20T10:00").unwrap());
        demo::install(&t.db, clock.as_ref(), 7, t.folder(), Scenario::County, Lang::Zh).await.unwrap();
        let sealed = examined(t).await.sealed.unwrap();
        // The state before this version: no leaves, no seal in any entry.
        let empty = match t.engine {
            db::Engine::Sqlite => "x''",
            db::Engine::Postgres => "''",
        };
        let seals = casework::MIGRATIONS.iter().find(|step| step.version == 2).unwrap();
        let before = format!(
            "DROP TABLE case_seal; {} DELETE FROM audit; UPDATE audit_head SET seq = 0, hash = {empty}",
            db::expand(seals.text, t.engine)
        );
        script(t, &before).await;
        assert!(examined(t).await.sealed.is_none(), "it waits to be sealed");
        let due = doctors(t, &clock, true).await;
        assert!(due.iter().any(|finding| finding.key == "doctor-history-due"), "{due:?}");
        for _ in 0..2 {
            serve::upgrade(&t.db, clock.as_ref()).await.unwrap();
            let found = examined(t).await;
            assert_eq!((found.chain.entries, found.sealed.unwrap()), (1, sealed.clone()));
        }
        let mut conn = t.db.read().await.unwrap();
        let entry = identity::audit_list(&mut conn, &identity::AuditFilter::default(), None, 1).await.unwrap().remove(0);
        assert!(entry.action == "seal-as-found" && entry.detail.contains(&format!("\"events\":{}", sealed.events)), "{entry:?}");
        drop(conn);
        script(t, "UPDATE request SET contact_phone = '1' WHERE number = (SELECT MIN(number) FROM request)").await;
        let (n, _, fault) = wrong(t).await.unwrap();
        assert_eq!((n, fault), (1, Fault::Text));
    }

    async fn a_clock_set_back_never_tells_a_history_backwards(t: TestDb) {
        let kept = county(t, 2).await;
        let now = kept.clock.now();
        kept.clock.advance(Duration::days(800));
        kept.remark(1).await;
        kept.clock.set(now);
        kept.remark(1).await;
        kept.remark(0).await;
        let mut conn = t.db.read().await.unwrap();
        let times = async |conn: &mut db::Conn, id: RequestId| -> Vec<chrono::DateTime<chrono::Utc>> {
            let rows = sql("SELECT at FROM case_event WHERE request_id = $1 ORDER BY seq").bind(id).all(conn).await.unwrap();
            rows.iter().map(|row| row.get(0).unwrap()).collect()
        };
        let ahead = times(&mut conn, kept.ids[1]).await;
        assert!(ahead.is_sorted() && ahead.len() == 4 && ahead[3] > now + Duration::days(799), "{ahead:?}");
        assert!(times(&mut conn, kept.ids[0]).await.iter().all(|at| *at <= now));
        // The audit goes on with the clock's own time; the doctor names what lies in the future.
        let newest = identity::audit_list(&mut conn, &identity::AuditFilter::default(), None, 2).await.unwrap();
        assert!(newest.iter().all(|entry| entry.at == now));
        drop(conn);
        let clock: ClockRef = kept.clock.clone();
        let found = doctors(t, &clock, false).await;
        let arg = |key: &str, name: &str| {
            let finding = found.iter().find(|finding| finding.key == key).unwrap_or_else(|| panic!("{key} in {found:?}"));
            finding.args.iter().find(|(known, _)| *known == name).unwrap().1.clone()
        };
        assert_eq!(arg("doctor-future-requests", "number"), "2026-000002");
        assert_eq!(arg("doctor-future-audit", "n"), "1");
        assert_eq!(wrong(t).await, None);
    }
}
