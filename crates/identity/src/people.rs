//! People who can sign in, and the roles they hold.

use chrono::{DateTime, NaiveDate, Utc};
use db::{Db, Tx};
use kernel::{Clock, EnterpriseId, Error, FieldError, PersonId, Random, Result, UnitId, uuid_v7};
use uuid::Uuid;

use crate::actor::{Actor, Grant, Origin};
use crate::role::Role;
use crate::{sign_in, store};

/// A person with the roles held. Never carries the password hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: PersonId,
    /// What is typed to sign in: lower case, unique.
    pub login: String,
    pub name: String,
    /// Empty if unknown. Never goes into logs or audit details.
    pub phone: String,
    /// Post, as on the door plate; may be empty.
    pub title: String,
    pub active: bool,
    /// First and last day of an announced absence.
    pub away_from: Option<NaiveDate>,
    pub away_until: Option<NaiveDate>,
    /// Set after too many wrong passwords.
    pub locked_until: Option<DateTime<Utc>>,
    /// Grows with every change; a change names the one it was made from.
    pub version: i64,
    /// In the order in which they were given.
    pub grants: Vec<HeldGrant>,
}

impl Person {
    /// Whether the person is away on `day`.
    pub fn is_away(&self, day: NaiveDate) -> bool {
        match (self.away_from, self.away_until) {
            (None, None) => false,
            (from, until) => from.is_none_or(|f| f <= day) && until.is_none_or(|u| day <= u),
        }
    }

    /// The person as somebody who acts, for jobs and imports that act in a person's name.
    pub fn actor(&self) -> Actor {
        Actor {
            person: Some(self.id),
            name: self.name.clone(),
            origin: Origin::Person,
            grants: self.grants.iter().map(|held| held.grant.clone()).collect(),
        }
    }
}

/// A role held, with the id by which it can be taken away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldGrant {
    pub id: Uuid,
    pub grant: Grant,
}

/// A person to be made.
#[derive(Clone, Debug, Default)]
pub struct NewPerson {
    pub login: String,
    pub name: String,
    pub phone: String,
    pub title: String,
    /// From [`crate::hash_password`]; without one the person cannot sign in yet.
    pub password_hash: Option<String>,
    /// Somebody else made the password: the person has to change it at the first sign-in.
    pub one_time: bool,
}

/// What may be changed of a person.
#[derive(Clone, Debug)]
pub struct PersonChange {
    pub name: String,
    pub phone: String,
    pub title: String,
    pub active: bool,
    pub away_from: Option<NaiveDate>,
    pub away_until: Option<NaiveDate>,
}

/// A role to be given, for a unit or for an enterprise.
#[derive(Clone, Copy, Debug)]
pub struct NewGrant {
    pub role: Role,
    pub unit: Option<UnitId>,
    pub enterprise: Option<EnterpriseId>,
}

/// Which people a list shows; empty shows all.
#[derive(Clone, Debug, Default)]
pub struct PeopleFilter {
    /// Part of the name, its reading or the login.
    pub text: String,
    pub role: Option<Role>,
    /// Holds a role for this unit (with `role`: that role for this unit).
    pub unit: Option<UnitId>,
    /// Holds a role for this enterprise.
    pub enterprise: Option<EnterpriseId>,
    pub active_only: bool,
}

/// Makes a person without roles. The caller writes the audit entry.
///
/// # Errors
/// `invalid-fields` naming a malformed or taken login, an empty name, texts that are too long.
pub async fn create_person(tx: &mut Tx, clock: &dyn Clock, random: &dyn Random, new: NewPerson) -> Result<PersonId> {
    let login = sign_in::login_form(&new.login);
    let mut wrong = texts(&new.name, &new.phone, &new.title);
    if !is_login(&login) {
        wrong.push(FieldError::new("login", "login-form"));
    } else if store::credentials(tx, &login).await?.is_some() {
        wrong.push(FieldError::new("login", "taken"));
    }
    Error::check(wrong)?;
    let id = PersonId::new(clock.now(), random);
    store::insert_person(tx, id, &NewPerson { login, name: new.name.trim().to_owned(), ..new }, clock.now()).await?;
    Ok(id)
}

/// Reads the names of people entered before names were read, so that everybody is sorted by the reading. Call it when the
/// program starts; afterwards it finds nothing to do.
///
/// # Errors
/// Those of the database.
pub async fn read_names(db: &Db) -> Result<usize> {
    // A start waits for no writer when there is nothing to do.
    if !store::has_unread_names(&mut db.read().await?).await? {
        return Ok(0);
    }
    let mut tx = db.begin().await?;
    let read = store::read_names(&mut tx).await?;
    tx.commit().await?;
    Ok(read)
}

/// Changes a person who still has `version`. Somebody made inactive is out at once. The caller writes the audit entry.
///
/// # Errors
/// `changed-meanwhile` if somebody was faster (or the person is gone), `invalid-fields` naming what is wrong.
pub async fn change_person(
    tx: &mut Tx,
    clock: &dyn Clock,
    id: PersonId,
    version: i64,
    change: &PersonChange,
) -> Result<()> {
    let mut wrong = texts(&change.name, &change.phone, &change.title);
    if let (Some(from), Some(until)) = (change.away_from, change.away_until)
        && until < from
    {
        wrong.push(FieldError::new("away_until", "ends-before-start"));
    }
    Error::check(wrong)?;
    store::update_person(tx, id, version, change, clock.now()).await
}

/// Sets the password a person has chosen (hash it before the transaction: [`crate::hash_password`]), ends all sessions and
/// lifts a lock.
///
/// # Errors
/// `not-found` for an unknown person.
pub async fn set_password(tx: &mut Tx, clock: &dyn Clock, id: PersonId, hash: &str) -> Result<()> {
    put_password(tx, clock, id, hash, false).await
}

/// As [`set_password`] for a password somebody else made: the person has to change it at the next sign-in.
///
/// # Errors
/// `not-found` for an unknown person.
pub async fn set_one_time_password(tx: &mut Tx, clock: &dyn Clock, id: PersonId, hash: &str) -> Result<()> {
    put_password(tx, clock, id, hash, true).await
}

async fn put_password(tx: &mut Tx, clock: &dyn Clock, id: PersonId, hash: &str, one_time: bool) -> Result<()> {
    let person = store::find_person(tx, id).await?.ok_or_else(|| Error::not_found("person"))?;
    store::set_password(tx, id, hash, one_time, clock.now()).await?;
    store::end_sessions(tx, id).await?;
    store::throttle_clear(tx, &sign_in::login_key(&person.login)).await
}

/// Gives a role and returns the id of the grant. The caller writes the audit entry.
///
/// # Errors
/// `invalid-fields` if the role does not fit what it is held for, `exists-already` if it is held already.
pub async fn grant_role(
    tx: &mut Tx,
    clock: &dyn Clock,
    random: &dyn Random,
    person: PersonId,
    grant: NewGrant,
) -> Result<Uuid> {
    let fits = match grant.role {
        Role::Enterprise => grant.enterprise.is_some() && grant.unit.is_none(),
        Role::System => false,
        _ => grant.unit.is_some() && grant.enterprise.is_none(),
    };
    if !fits {
        return Error::check(vec![FieldError::new("role", "role-needs-place")]).map(|()| Uuid::nil());
    }
    if store::holds(tx, person, grant).await? {
        return Err(Error::conflict("exists-already"));
    }
    let id = uuid_v7(clock.now(), random);
    store::insert_grant(tx, id, person, grant, clock.now()).await?;
    Ok(id)
}

/// What is wrong with one line of text, if anything.
pub(crate) fn wrong_text(field: &'static str, text: &str, needed: bool, limit: usize) -> Option<FieldError> {
    if needed && text.trim().is_empty() {
        return Some(FieldError::new(field, "required"));
    }
    let length = text.chars().count();
    (length > limit).then(|| FieldError::new(field, "too-long").arg("limit", limit).arg("length", length))
}

fn texts(name: &str, phone: &str, title: &str) -> Vec<FieldError> {
    let mut wrong: Vec<_> = [("name", name, true, 60), ("title", title, false, 100)]
        .into_iter()
        .filter_map(|(field, text, needed, limit)| wrong_text(field, text, needed, limit))
        .collect();
    if phone.len() > 20 || !phone.bytes().all(|b| b.is_ascii_digit() || b" +-".contains(&b)) {
        wrong.push(FieldError::new("phone", "phone-form"));
    }
    wrong
}

fn is_login(login: &str) -> bool {
    (2..=40).contains(&login.len())
        && login.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-@".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Bench;
    use crate::{find_person, list_people, remove_grant};
    use testkit::both_engines;

    both_engines! {
        async fn people_are_found_by_name_login_role_and_unit_and_paged(b: Bench) {
            let mut tx = b.db.begin().await.unwrap();
            for (login, name) in [("li.na", "李娜"), ("wang_1", "王_芳"), ("wang21", "王芳")] {
                let new = NewPerson { login: login.replace('_', "-"), name: name.into(), ..NewPerson::default() };
                create_person(&mut tx, &b.clock, &b.random, new).await.unwrap();
            }
            let wrong = NewPerson { login: "ZHANGWEI ".into(), phone: "call me".into(), ..NewPerson::default() };
            let error = create_person(&mut tx, &b.clock, &b.random, wrong).await.unwrap_err();
            let fields: Vec<_> = error.fields.iter().map(|f| (&*f.field, f.code)).collect();
            assert_eq!(fields, [("name", "required"), ("phone", "phone-form"), ("login", "taken")]);

            let everybody = PeopleFilter::default();
            let all = list_people(&mut tx, &everybody, None, 10).await.unwrap();
            let mut paged: Vec<Person> = Vec::new();
            loop {
                let after = paged.last().map(|p| (p.name.clone(), p.id));
                let after = after.as_ref().map(|(name, id)| (name.as_str(), *id));
                let page = list_people(&mut tx, &everybody, after, 3).await.unwrap();
                if page.is_empty() {
                    break;
                }
                paged.extend(page);
            }
            assert_eq!((all.len(), &paged), (4, &all));
            let filter = |text: &str, role, unit| PeopleFilter { text: text.into(), role, unit, ..PeopleFilter::default() };
            let order: Vec<_> = all.iter().map(|p| p.name.as_str()).collect();
            assert_eq!((order[0], order[3]), ("李娜", "张伟"), "as names are read, not by code point: {order:?}");
            let cases = [
                (filter("wangf", None, None), 2),
                (filter("王", None, None), 2),
                (filter("_", None, None), 1),
                (filter("%", None, None), 0),
                (filter("NA", None, None), 1),
                (filter("", Some(Role::Handler), None), 1),
                (filter("", Some(Role::Handler), Some(b.office)), 1),
                (filter("", Some(Role::Handler), Some(b.county)), 0),
                (filter("", None, Some(b.county)), 1),
            ];
            for (filter, n) in cases {
                assert_eq!(list_people(&mut tx, &filter, None, 10).await.unwrap().len(), n, "{filter:?}");
            }
        }
    }

    both_engines! {
        async fn roles_are_given_for_what_they_fit_once_and_taken_away(b: Bench) {
            let mut tx = b.db.begin().await.unwrap();
            let grant = |role, unit| NewGrant { role, unit, enterprise: None };
            for (grant, code) in [
                (grant(Role::Handler, Some(b.office)), "exists-already"),
                (grant(Role::Handler, None), "invalid-fields"),
                (grant(Role::Enterprise, Some(b.office)), "invalid-fields"),
                (grant(Role::System, Some(b.office)), "invalid-fields"),
            ] {
                let error = grant_role(&mut tx, &b.clock, &b.random, b.person, grant).await.unwrap_err();
                assert_eq!(error.code, code, "{grant:?}");
            }
            let company =
                NewGrant { role: Role::Enterprise, unit: None, enterprise: Some(EnterpriseId::new(b.now(), &b.random)) };
            let id = grant_role(&mut tx, &b.clock, &b.random, b.person, company).await.unwrap();
            let again = grant_role(&mut tx, &b.clock, &b.random, b.person, company).await.unwrap_err();
            assert_eq!(again.code, "exists-already");
            let person = find_person(&mut tx, b.person).await.unwrap().unwrap();
            assert_eq!(person.actor().enterprises().collect::<Vec<_>>(), [company.enterprise.unwrap()]);
            assert_eq!(person.grants.len(), 3);
            assert!(remove_grant(&mut tx, b.person, id).await.unwrap());
            assert!(!remove_grant(&mut tx, b.person, id).await.unwrap());
        }
    }
}
