//! A small county in a temporary SQLite file, for the tests of this crate.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use db::Db;
use identity::{Actor, Grant, NewPerson, NewUnit, Origin, Role, UnitKind, create_person, create_unit};
use kernel::{CreditCode, FixedClock, OsRandom, PersonId, UnitId};

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
    folder: PathBuf,
}

impl Bench {
    pub async fn new() -> Bench {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("wanqi-registry-{}-{n}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let db = Db::open(&format!("sqlite:{}", folder.join("t.db").display())).await.unwrap();
        let (clock, random) = (FixedClock::at("2026-11-05T09:00").unwrap(), OsRandom);
        let steps: Vec<_> = [jobs::MIGRATIONS, identity::MIGRATIONS, crate::MIGRATIONS].concat();
        db.migrate(&steps, &clock).await.unwrap();
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
        Bench { db, clock, random, county, town, park, person, folder }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
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

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The code number `n` of the made-up division 419981, with a fitting last character.
pub fn code(n: u32) -> CreditCode {
    CreditCode::make('9', '1', "419981", &format!("{n:08}X")).unwrap()
}

pub fn enterprise(n: u32, name: &str) -> NewEnterprise {
    NewEnterprise::new(code(n), name)
}
