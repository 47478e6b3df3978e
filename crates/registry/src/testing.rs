//! A small county, for the tests of this crate.

use std::path::Path;

use db::{Db, Migration};
use identity::{Actor, Grant, NewPerson, NewUnit, Origin, Role, UnitKind, create_person, create_unit};
use kernel::{CreditCode, FixedClock, OsRandom, PersonId, UnitId};
use testkit::{Fresh, Given};

use crate::enterprise::{Chain, NewEnterprise};
use crate::store;

pub struct Bench {
    pub db: Db,
    pub clock: FixedClock,
    pub random: OsRandom,
    pub county: UnitId,
    /// 城关镇, code `chengguan`, and 东园, code `park`.
    pub town: UnitId,
    pub park: UnitId,
    pub person: PersonId,
    fresh: Fresh,
}

impl Given for Bench {
    fn steps() -> Vec<Migration> {
        [jobs::MIGRATIONS, identity::MIGRATIONS, crate::MIGRATIONS].concat()
    }

    async fn given(fresh: Fresh) -> Bench {
        let (db, clock, random) = (fresh.db.clone(), FixedClock::at("2026-11-05T09:00").unwrap(), OsRandom);
        let mut tx = db.begin().await.unwrap();
        let unit = |parent, kind, code: &str, name: &str| NewUnit {
            parent,
            kind,
            code: code.into(),
            name: name.into(),
            name_en: code.into(),
            sort: 1,
        };
        let county =
            create_unit(&mut tx, &clock, &random, unit(None, UnitKind::County, "c", "示范县")).await.unwrap().id;
        let town = unit(Some(county), UnitKind::Township, "chengguan", "城关镇");
        let town = create_unit(&mut tx, &clock, &random, town).await.unwrap().id;
        let park = unit(Some(county), UnitKind::Park, "park", "东园开发区");
        let park = create_unit(&mut tx, &clock, &random, park).await.unwrap().id;
        let new = NewPerson { login: "wangfang".into(), name: "王芳".into(), ..NewPerson::default() };
        let person = create_person(&mut tx, &clock, &random, new).await.unwrap();
        let chain =
            Chain { code: "crane".into(), name: "起重装备产业链".into(), name_en: "Cranes".into(), sort: 1 };
        store::put_chain(&mut tx, &chain).await.unwrap();
        tx.commit().await.unwrap();
        Bench { db, clock, random, county, town, park, person, fresh }
    }
}

impl Bench {
    pub fn folder(&self) -> &Path {
        self.fresh.folder()
    }

    /// Somebody with one role for a unit.
    pub fn actor(&self, role: Role, unit: UnitId, path: &str) -> Actor {
        let grant = Grant {
            role,
            unit: Some(unit),
            unit_name: String::new(),
            unit_name_en: String::new(),
            unit_path: path.into(),
            enterprise: None,
        };
        Actor { person: Some(self.person), name: "王芳".into(), origin: Origin::Person, grants: vec![grant] }
    }

    pub fn desk(&self) -> Actor {
        self.actor(Role::Desk, self.county, "/c/")
    }
}

/// The code number `n` of the made-up division 419981, with a fitting last character.
pub fn code(n: u32) -> CreditCode {
    CreditCode::make('9', '1', "419981", &format!("{n:08}X")).unwrap()
}

pub fn enterprise(n: u32, name: &str) -> NewEnterprise {
    NewEnterprise::new(code(n), name)
}
