//! The people of the demo: officials as helpers, desk, handlers, contacts of enterprises, and the seats to sit in.
//!
//! Nobody has a password, so nobody can sign in by one; the demo's sign-in page opens the seats.

use casework::event::{Actor, ActorKind};
use db::{Conn, Tx};
use identity::{NewGrant, NewPerson, Role, Unit, create_person, find_person_by_login, grant_role};
use kernel::{Clock, EnterpriseId, PersonId, Result, UnitId};
use web::{DemoSeat, Lang};

use super::draw::Draw;
use super::lists::Lists;
use super::place::{DESK_UNIT, Units};
use super::shape::{SEAT_UNIT, Shape};

/// Logins of the seats and the role each stands for, in the order of the buttons.
pub(super) const SEATS: [(&str, Role); 7] = [
    ("demo-enterprise", Role::Enterprise),
    ("demo-helper", Role::Helper),
    ("demo-desk", Role::Desk),
    ("demo-handler", Role::Handler),
    ("demo-leader", Role::Leader),
    ("demo-analyst", Role::Analyst),
    ("demo-admin", Role::Admin),
];

/// Officials, without the contacts of enterprises.
pub(super) struct Officials {
    /// Leaders, section-level and middle-level cadres, in this order; the first section-level one has the seat.
    pub(super) helpers: Vec<Actor>,
    /// How many of them are leaders.
    pub(super) leaders: usize,
    /// The people of the service desk.
    pub(super) desk: Vec<Actor>,
    /// For every department and township, in the order of the units.
    pub(super) handlers: Vec<Actor>,
}

/// Makes people one after the other.
pub(super) struct Casting<'a> {
    pub(super) tx: &'a mut Tx,
    pub(super) clock: &'a dyn Clock,
    pub(super) draw: &'a Draw,
    pub(super) lists: &'a Lists,
    pub(super) lang: Lang,
    /// How many telephone numbers were given out.
    pub(super) phones: u32,
}

impl Casting<'_> {
    /// A name nobody in particular has.
    pub(super) fn name(&self) -> String {
        let part = |key| self.draw.pick(self.lists.names(key, self.lang)).map_or("", String::as_str);
        let (surname, given) = (part("surnames"), part("given"));
        match self.lang {
            Lang::Zh => format!("{surname}{given}"),
            Lang::En => format!("{surname} {given}"),
        }
    }

    /// A mobile number of a block that no operator gives out.
    pub(super) fn phone(&mut self) -> String {
        self.phones += 1;
        format!("1990000{:04}", self.phones % 10_000)
    }

    fn title(&self, key: &str) -> String {
        self.draw.pick(self.lists.names(&format!("titles.{key}"), self.lang)).cloned().unwrap_or_default()
    }

    /// A person with one role for a unit.
    async fn official(&mut self, login: String, title: String, role: Role, unit: UnitId) -> Result<Actor> {
        let name = self.name();
        let phone = self.phone();
        let person = self.person(login, &name, phone, title).await?;
        let grant = NewGrant { role, unit: Some(unit), enterprise: None };
        grant_role(self.tx, self.clock, self.draw.source(), person, grant).await?;
        let kind = match role {
            Role::Helper => ActorKind::Helper,
            Role::Desk => ActorKind::Desk,
            Role::Handler => ActorKind::Handler,
            Role::Leader => ActorKind::Leader,
            Role::Enterprise | Role::Analyst | Role::Admin | Role::System => ActorKind::System,
        };
        Ok(Actor { person: Some(person), name, unit: Some(unit), kind })
    }

    async fn person(&mut self, login: String, name: &str, phone: String, title: String) -> Result<PersonId> {
        let new = NewPerson { login, name: name.to_owned(), phone, title, password_hash: None, one_time: false };
        create_person(self.tx, self.clock, self.draw.source(), new).await
    }

    /// The contact of an enterprise.
    pub(super) async fn contact(
        &mut self,
        login: String,
        name: &str,
        phone: &str,
        firm: EnterpriseId,
    ) -> Result<PersonId> {
        let title = self.title("contact");
        let person = self.person(login, name, phone.to_owned(), title).await?;
        let grant = NewGrant { role: Role::Enterprise, unit: None, enterprise: Some(firm) };
        grant_role(self.tx, self.clock, self.draw.source(), person, grant).await?;
        Ok(person)
    }

    /// All officials of the scenario.
    pub(super) async fn officials(&mut self, units: &Units, shape: &Shape) -> Result<Officials> {
        let mut helpers = Vec::new();
        for at in 0..shape.leaders {
            // Leaders head the chain groups; those who are left over help from the government itself.
            let unit = units.groups.get(at % (units.groups.len() + 1)).map_or(units.root, |group| group.id);
            let title = self.title("leader");
            helpers.push(self.official(format!("leader-{:03}", at + 1), title, Role::Helper, unit).await?);
        }
        let bureaus: Vec<&Unit> = units.departments.iter().chain(&units.towns).collect();
        for at in 0..shape.section {
            let unit = bureaus.get(at % bureaus.len()).map_or(units.root, |unit| unit.id);
            let town = at % bureaus.len() >= units.departments.len();
            let title = self.title(if town { "town" } else { "section" });
            let login = if at == 0 { "demo-helper".to_owned() } else { format!("section-{at:03}") };
            helpers.push(self.official(login, title, Role::Helper, unit).await?);
        }
        for at in 0..shape.middle {
            let unit = units.departments.get(at % units.departments.len()).map_or(units.root, |unit| unit.id);
            let title = self.title("middle");
            helpers.push(self.official(format!("cadre-{:03}", at + 1), title, Role::Helper, unit).await?);
        }
        let mut desk = Vec::new();
        for at in 0..6 {
            let login = if at == 0 { "demo-desk".to_owned() } else { format!("desk-{at}") };
            let unit = units.by_code.get(DESK_UNIT).map_or(units.root, |unit| unit.id);
            desk.push(self.official(login, self.one("desk-title"), Role::Desk, unit).await?);
        }
        let mut handlers = Vec::new();
        for unit in bureaus {
            let login =
                if unit.code == SEAT_UNIT { "demo-handler".to_owned() } else { format!("handler-{}", unit.code) };
            handlers.push(self.official(login, self.one("handler-title"), Role::Handler, unit.id).await?);
        }
        self.official("demo-leader".to_owned(), self.one("head-title"), Role::Leader, units.root).await?;
        self.official("demo-admin".to_owned(), self.one("admin-title"), Role::Admin, units.root).await?;
        Ok(Officials { helpers, leaders: shape.leaders, desk, handlers })
    }

    /// Who keeps the statistics; made after everybody else, so that a demo of the same seed stays the same.
    pub(super) async fn analyst(&mut self, units: &Units) -> Result<()> {
        let unit = units.by_code.get("industry").map_or(units.root, |unit| unit.id);
        self.official("demo-analyst".to_owned(), self.one("analyst-title"), Role::Analyst, unit).await?;
        Ok(())
    }

    fn one(&self, key: &str) -> String {
        self.lists.phrases(key).first().cloned().unwrap_or_default()
    }
}

/// The seats of a demo that is there, in the order of the buttons; empty where no demo was made.
///
/// # Errors
/// Those of the database.
pub async fn seats(conn: &mut Conn, lang: Lang) -> Result<Vec<DemoSeat>> {
    let mut seats = Vec::new();
    for (login, role) in SEATS {
        let Some(person) = find_person_by_login(conn, login).await? else { continue };
        let held = person.grants.iter().map(|held| &held.grant).find(|grant| grant.role == role);
        let place = match held.and_then(|grant| grant.enterprise) {
            Some(firm) => {
                let firm = registry::ask::brief(conn, &identity::Actor::program("demo"), firm).await?;
                firm.map(|firm| firm.name).unwrap_or_default()
            }
            None => held
                .map(|grant| match lang {
                    Lang::Zh => grant.unit_name.clone(),
                    Lang::En => grant.unit_name_en.clone(),
                })
                .unwrap_or_default(),
        };
        seats.push(DemoSeat { role, login: login.to_owned(), name: person.name, place });
    }
    Ok(seats)
}
