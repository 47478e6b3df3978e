//! A small county in a temporary SQLite file, for the tests of this crate.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, Utc};
use db::Db;
use kernel::{Clock, FixedClock, OsRandom, PersonId, UnitId};

use crate::{NewGrant, NewPerson, NewUnit, Role, UnitKind, create_person, create_unit, grant_role, hash_password};

pub const PASSWORD: &str = "sunny-Kiln-42";

pub struct Bench {
    pub db: Db,
    pub clock: FixedClock,
    pub random: OsRandom,
    pub county: UnitId,
    pub office: UnitId,
    /// 张伟, login `zhangwei`: handler of the office, leader of the county.
    pub person: PersonId,
    path: PathBuf,
}

impl Bench {
    pub async fn new() -> Bench {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("wanqi-identity-{}-{n}.db", std::process::id()));
        let db = Db::open(&format!("sqlite:{}", path.display())).await.unwrap();
        let (clock, random) = (FixedClock::at("2026-11-05T09:00").unwrap(), OsRandom);
        let tables: Vec<_> = crate::MIGRATIONS.iter().chain(jobs::MIGRATIONS).copied().collect();
        db.migrate(&tables, &clock).await.unwrap();
        let hash = hash_password(PASSWORD, &random).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        let unit = |parent, kind, code: &str| NewUnit {
            parent,
            kind,
            code: code.into(),
            name: format!("{code}局"),
            name_en: code.into(),
            sort: 1,
        };
        let county = create_unit(&mut tx, &clock, &random, unit(None, UnitKind::County, "county")).await.unwrap().id;
        let office = unit(Some(county), UnitKind::Department, "office");
        let office = create_unit(&mut tx, &clock, &random, office).await.unwrap().id;
        let new = NewPerson {
            login: "ZhangWei".into(),
            name: "张伟".into(),
            password_hash: Some(hash),
            ..NewPerson::default()
        };
        let person = create_person(&mut tx, &clock, &random, new).await.unwrap();
        for (role, unit) in [(Role::Handler, office), (Role::Leader, county)] {
            let grant = NewGrant { role, unit: Some(unit), enterprise: None };
            grant_role(&mut tx, &clock, &random, person, grant).await.unwrap();
        }
        tx.commit().await.unwrap();
        Bench { db, clock, random, county, office, person, path }
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", self.path.display()));
        }
    }
}
