//! A new county: schema, the unit at the root, what casework starts with, the first administrator.

use casework::settings::Category;
use db::{Db, Tx};
use events::{CountyEvent, CountyTold};
use identity::{Actor, Change, Done, NewGrant, NewPerson, NewUnit, Role, UnitKind};
use kernel::{Clock, Error, PersonId, Random, Result, UnitId};

use crate::modules;

/// What must be known of a new county.
#[derive(Clone, Debug)]
pub struct NewCounty {
    pub name_zh: String,
    pub name_en: String,
    /// Login of the first administrator.
    pub login: String,
    /// Name of the first administrator.
    pub person: String,
    /// Telephone of the service desk; empty for none yet.
    pub desk_phone: String,
}

/// What was made.
#[derive(Debug)]
pub struct Installed {
    pub county: UnitId,
    pub admin: PersonId,
    pub login: String,
    /// Shown once; only its hash is kept.
    pub password: String,
}

/// Letters that nobody mistakes for one another.
const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";

/// Makes the schema and the first rows, all or nothing.
///
/// # Errors
/// `installed-already`, `invalid-fields` naming login, name or telephone.
pub async fn install(db: &Db, clock: &dyn Clock, random: &dyn Random, new: &NewCounty) -> Result<Installed> {
    let desk_line = casework::desk_line::checked(&new.desk_phone, "", "")?;
    db.migrate(&modules::migrations(), clock).await?;
    let password = one_time_password(random);
    let hash = identity::hash_password(&password, random).await?;
    let actor = Actor::program("init");
    let mut change = Change::begin(db, clock, random, &actor).await?;
    change.own_right();
    if !identity::list_units(&mut change).await?.is_empty() {
        return Err(Error::conflict("installed-already"));
    }
    let unit = NewUnit {
        parent: None,
        kind: UnitKind::County,
        code: "county".into(),
        name: new.name_zh.clone(),
        name_en: new.name_en.clone(),
        sort: 0,
    };
    let county = identity::create_unit(&mut change, clock, random, unit).await?.id;
    let person = NewPerson {
        login: new.login.clone(),
        name: new.person.clone(),
        password_hash: Some(hash),
        one_time: true,
        ..NewPerson::default()
    };
    let admin = identity::create_person(&mut change, clock, random, person).await?;
    let grant = NewGrant { role: Role::Admin, unit: Some(county), enterprise: None };
    identity::grant_role(&mut change, clock, random, admin, grant).await?;
    settings(&mut change, clock, &categories()?).await?;
    if desk_line.is_set() {
        casework::desk_line::install(&mut change, &desk_line, "", clock.now()).await?;
    }
    let done = Done {
        action: "installed",
        resource: "unit",
        resource_id: county.to_string(),
        detail: serde_json::json!({ "county": new.name_zh, "admin": new.login }),
    };
    change.done(done, &CountyTold { event: CountyEvent::Installed, unit: county }).await?;
    Ok(Installed { county, admin, login: new.login.clone(), password })
}

/// Limits, calendars, hours and categories of `packs/`. The demo uses it too.
///
/// # Errors
/// What the database says.
pub async fn settings(tx: &mut Tx, clock: &dyn Clock, categories: &[Category]) -> Result<()> {
    casework::seed::install(tx, categories, clock.today(), clock.now()).await
}

/// The categories a county starts with, from `packs/categories.csv`, without the units that usually lead.
///
/// # Errors
/// `internal` if the shipped file is not as expected, which a test of casework rules out.
pub fn categories() -> Result<Vec<Category>> {
    let shipped = casework::category::shipped().map_err(Error::internal)?;
    let as_kept = |(sort, own): (i64, casework::category::Category)| Category {
        code: own.code,
        name: own.zh,
        name_en: own.en,
        guidance: own.guide_zh,
        guidance_en: own.guide_en,
        lead: None,
        sort,
        active: true,
        version: 0,
    };
    Ok((1..).zip(shipped).map(as_kept).collect())
}

/// Four groups of four letters, some 79 bits.
pub fn one_time_password(random: &dyn Random) -> String {
    let group = || -> String {
        let letter = || {
            let at = usize::try_from(random.below(LETTERS.len() as u64)).unwrap_or(0);
            char::from(LETTERS.get(at).copied().unwrap_or(b'x'))
        };
        std::iter::repeat_with(letter).take(4).collect()
    };
    [group(), group(), group(), group()].join("-")
}
