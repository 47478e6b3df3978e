//! A small county, for the tests of this crate.

use chrono::{DateTime, Utc};
use db::{Db, Migration};
use kernel::{Clock, FixedClock, OsRandom, PersonId, UnitId};
use testkit::{Fresh, Given};
use tokio::sync::OnceCell;

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
    _fresh: Fresh,
}

impl Given for Bench {
    fn steps() -> Vec<Migration> {
        [crate::MIGRATIONS, jobs::MIGRATIONS].concat()
    }

    async fn given(fresh: Fresh) -> Bench {
        let (db, clock, random) = (fresh.db.clone(), FixedClock::at("2026-11-05T09:00").unwrap(), OsRandom);
        // Made to be slow: once will do for all tests.
        static HASH: OnceCell<String> = OnceCell::const_new();
        let hash = HASH.get_or_init(async || hash_password(PASSWORD, &random).await.unwrap()).await.clone();
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
        Bench { db, clock, random, county, office, person, _fresh: fresh }
    }
}

impl Bench {
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }
}
