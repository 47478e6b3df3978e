//! A small county as a test needs it: units, enterprises and people, entered as the program enters them; and pages over it.

use std::sync::Arc;

use casework::Category;
use chrono::NaiveDate;
use db::{Db, Tx};
use identity::{NewGrant, NewPerson, NewUnit, Role, UnitKind};
use kernel::{Clock, CreditCode, EnterpriseId, PersonId, Random, UnitId};
use registry::{HelperKind, NewEnterprise, Scale};
use web::{AppState, Config, Inner, Module, Words};

use super::engines::TestDb;

/// Since when limits, calendars and helpers are in force.
pub const FROM: NaiveDate = NaiveDate::from_ymd_opt(2019, 1, 1).unwrap();

/// A county that is being filled, in one transaction.
pub struct Seed<'a> {
    pub tx: Tx,
    clock: &'a dyn Clock,
    random: &'a dyn Random,
}

impl<'a> Seed<'a> {
    /// Begins with an empty county.
    pub async fn begin(db: &Db, clock: &'a dyn Clock, random: &'a dyn Random) -> Seed<'a> {
        Seed { tx: db.begin().await.unwrap(), clock, random }
    }

    /// A unit below `parent`, or the root; its code is its English name.
    pub async fn unit(&mut self, parent: Option<UnitId>, kind: UnitKind, code: &str, name: &str) -> UnitId {
        let new = NewUnit { parent, kind, code: code.into(), name: name.into(), name_en: code.into(), sort: 0 };
        identity::create_unit(&mut self.tx, self.clock, self.random, new).await.unwrap().id
    }

    /// A maker of cranes above the size that statistics ask for; its contact is 李明.
    pub async fn enterprise(&mut self, code: &str, name: &str, township: Option<UnitId>) -> EnterpriseId {
        let new = NewEnterprise {
            division: Some("419981".parse().unwrap()),
            township,
            industry: Some("3432".parse().unwrap()),
            scale: Scale::Above,
            contact_name: "李明".into(),
            contact_phone: "13800000000".into(),
            staff: Some(142),
            ..NewEnterprise::new(CreditCode::parse(code).unwrap(), name)
        };
        registry::seed::create(&mut self.tx, self.clock, self.random, new).await.unwrap()
    }

    /// The settings the program brings along, with these categories, in force since [`FROM`].
    pub async fn settings(&mut self, categories: &[Category]) {
        casework::seed::install(&mut self.tx, categories, FROM, self.clock.now()).await.unwrap();
    }

    /// Somebody who may do nothing yet.
    pub async fn person(&mut self, login: &str, name: &str) -> PersonId {
        self.person_with_password(login, name, None).await
    }

    /// Somebody who may do nothing yet and signs in at the page, by the hash of a password.
    pub async fn person_with_password(&mut self, login: &str, name: &str, password_hash: Option<String>) -> PersonId {
        let (login, name, phone) = (login.into(), name.into(), "13812346021".into());
        let new = NewPerson { login, name, phone, password_hash, ..NewPerson::default() };
        identity::create_person(&mut self.tx, self.clock, self.random, new).await.unwrap()
    }

    /// A role at a unit.
    pub async fn role(&mut self, person: PersonId, role: Role, unit: UnitId) {
        self.grant(person, NewGrant { role, unit: Some(unit), enterprise: None }).await;
    }

    /// Speaks for an enterprise.
    pub async fn contact(&mut self, person: PersonId, enterprise: EnterpriseId) {
        self.grant(person, NewGrant { role: Role::Enterprise, unit: None, enterprise: Some(enterprise) }).await;
    }

    async fn grant(&mut self, person: PersonId, grant: NewGrant) {
        identity::grant_role(&mut self.tx, self.clock, self.random, person, grant).await.unwrap();
    }

    /// Makes somebody a named helper of an enterprise.
    pub async fn helps(&mut self, person: PersonId, enterprise: EnterpriseId) {
        let (kind, now) = (HelperKind::Deputy, self.clock.now());
        registry::seed::assign_helper(&mut self.tx, self.random, enterprise, person, kind, FROM, now).await.unwrap();
    }

    /// The cookie of somebody who has signed in.
    pub async fn session(&mut self, person: PersonId) -> String {
        identity::open_session(&mut self.tx, self.clock, self.random, person, "").await.unwrap().token
    }

    /// Keeps it all.
    pub async fn commit(self) {
        self.tx.commit().await.unwrap();
    }
}

/// A category in use; its code is its English name.
pub fn category(code: &str, name: &str, lead: Option<UnitId>, sort: i64) -> Category {
    Category {
        code: code.into(),
        name: name.into(),
        name_en: code.into(),
        guidance: String::new(),
        guidance_en: String::new(),
        lead,
        sort,
        active: true,
        version: 0,
    }
}

/// What the pages of one module are served with.
pub fn state(t: &TestDb, clock: Arc<dyn Clock>, random: Arc<dyn Random>, modules: &[Module]) -> AppState {
    let platform = [kernel::WORDS.as_slice(), sheets::WORDS.as_slice(), jobs::WORDS, identity::WORDS, web::WORDS];
    let words = platform.into_iter().chain(modules.iter().map(|module| module.words));
    let config = Config {
        county_zh: "示范县".into(),
        county_en: "Demo".into(),
        data_dir: t.folder().to_owned(),
        base_url: "https://county.example".into(),
        secure_cookies: false,
        demo: Vec::new(),
        lang: None,
    };
    let words = Words::build(words.flatten().copied()).unwrap();
    let (db, nav, desk_line) =
        (t.db.clone(), modules.iter().flat_map(|module| module.nav.to_vec()).collect(), casework::desk_line::read);
    AppState::new(Inner { db, clock, random, words, config, nav, desk_line })
}
