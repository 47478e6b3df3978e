//! Giving and taking roles: each for a unit or, with a contact, for an enterprise.

use axum::extract::Path;
use db::Conn;
use events::{PersonEvent, PersonTold};
use identity::{Actor, NewGrant, Role};
use kernel::{Error, ErrorKind, FieldError, Result};
use serde_json::json;
use uuid::Uuid;
use web::{Fields, PageResult, PostedBy, SignedIn, describe, describe_fields, redirect_saying};

use super::access::PEOPLE;
use super::person::{Refused, again, found, helped};
use super::{begin, done, permit, reach};

/// What a filled form asks to give, with the code of the unit or enterprise for the audit.
///
/// # Errors
/// `invalid-fields` naming what must be chosen or is not known.
pub(super) async fn asked(conn: &mut Conn, actor: &Actor, fields: &Fields) -> Result<(NewGrant, String)> {
    let mut wrong = Vec::new();
    let role = fields.parsed::<Role>("role", &mut wrong).filter(|role| *role != Role::System);
    let (unit, firm) = (fields.chosen("unit"), fields.get("enterprise"));
    let mut grant = NewGrant { role: role.unwrap_or(Role::System), unit: None, enterprise: None };
    let code = match role {
        None => unit,
        Some(Role::Enterprise) => {
            grant.enterprise = match firm {
                "" => None,
                code => registry::ask::by_code(conn, actor, code)
                    .await?
                    .map(|seen| seen.enterprise)
                    .filter(|firm| firm.facts.status != registry::Status::Unchecked)
                    .map(|firm| firm.id),
            };
            if grant.enterprise.is_none() {
                wrong.push(FieldError::new("enterprise", "firm-unknown"));
            }
            firm
        }
        Some(_) => {
            grant.unit = identity::find_unit_meant(conn, unit).await?.map(|unit| unit.id);
            if grant.unit.is_none() {
                wrong.push(FieldError::new("unit", "choose"));
            }
            unit
        }
    };
    if role.is_none() && wrong.is_empty() {
        wrong.push(FieldError::new("role", "choose"));
    }
    Error::check(wrong)?;
    Ok((grant, code.to_owned()))
}

pub(super) async fn give(Path(login): Path<String>, PostedBy { by, fields }: PostedBy) -> PageResult {
    permit(&by, &PEOPLE)?;
    if fields.get("look") == "yes" {
        return look(&by, &login, fields).await;
    }
    match given(&by, &login, &fields).await {
        Ok(()) => Ok(redirect_saying(&format!("/admin/people/{login}"), "admin-role-given")),
        Err(error) if matches!(error.kind, ErrorKind::Invalid | ErrorKind::Conflict) => {
            let wrong = describe_fields(&by.words, &error);
            let problem = match error.code {
                "exists-already" => by.words.t("admin-role-held").into_owned(),
                _ if wrong.is_empty() => describe(&by.words, &error),
                _ => String::new(),
            };
            let refused = Refused { typed: Some(fields), wrong, problem, roles: true, ..Refused::default() };
            again(&by, &login, refused).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The form again with what the role in it would show; nothing is given.
async fn look(by: &SignedIn, login: &str, fields: Fields) -> PageResult {
    let mut conn = by.state.db.read().await?;
    let person = found(&mut conn, login).await?;
    let (wrong, foretold) = match asked(&mut conn, &by.actor, &fields).await {
        Ok((grant, _)) => (Vec::new(), reach::foretold(&mut conn, &by.words, grant, Some(person.id), by.now).await?),
        Err(error) if error.kind == ErrorKind::Invalid => (describe_fields(&by.words, &error), String::new()),
        Err(error) => return Err(error.into()),
    };
    drop(conn);
    let refused = Refused { typed: Some(fields), wrong, foretold, roles: true, ..Refused::default() };
    again(by, login, refused).await
}

async fn given(by: &SignedIn, login: &str, fields: &Fields) -> Result<()> {
    let (clock, random) = (by.state.clock.as_ref(), by.state.random.as_ref());
    let mut change = begin(by, &PEOPLE).await?;
    let person = found(&mut change, login).await?;
    let (grant, code) = asked(&mut change, &by.actor, fields).await?;
    identity::grant_role(&mut change, clock, random, person.id, grant).await?;
    let detail = json!({"login": person.login, "role": grant.role.as_str(), "for": code});
    let told = PersonTold {
        role: Some(grant.role.as_str().to_owned()),
        unit: grant.unit,
        ..PersonTold::of(PersonEvent::RoleGiven, person.id, person.version)
    };
    change.done(done("give-role", "person", person.id, detail), &told).await
}

pub(super) async fn take(Path((login, id)): Path<(String, Uuid)>, PostedBy { by, .. }: PostedBy) -> PageResult {
    let mut change = begin(&by, &PEOPLE).await?;
    let person = found(&mut change, &login).await?;
    let held = person.grants.iter().find(|held| held.id == id).map(|held| held.grant.clone());
    // Taken already, by somebody else or by a second click: nothing is left to do.
    let Some(held) = held else { return Ok(redirect_saying(&format!("/admin/people/{login}"), "admin-role-taken")) };
    if held.role == Role::Admin && by.actor.person == Some(person.id) {
        drop(change);
        let problem = describe(&by.words, &Error::conflict("own-access"));
        return again(&by, &login, Refused { problem, ..Refused::default() }).await;
    }
    // Whoever may no longer help would still stand on the pages of enterprises as the one to call.
    let helps = |held: &identity::HeldGrant| held.grant.role == Role::Helper && held.id != id;
    if held.role == Role::Helper && !person.grants.iter().any(helps) {
        let bonds = helped(&mut change, &by.actor, person.id).await?.len();
        if bonds > 0 {
            drop(change);
            let problem = describe(&by.words, &Error::conflict("role-with-bonds").arg("n", bonds));
            return again(&by, &login, Refused { problem, ..Refused::default() }).await;
        }
    }
    identity::remove_grant(&mut change, person.id, id).await?;
    let detail = json!({"login": person.login, "role": held.role.as_str(), "for": held.unit_name});
    let told = taken(&person, &held);
    change.done(done("take-role", "person", person.id, detail), &told).await?;
    Ok(redirect_saying(&format!("/admin/people/{login}"), "admin-role-taken"))
}

/// What others hear when a role of a person ends.
pub(super) fn taken(person: &identity::Person, held: &identity::Grant) -> PersonTold {
    PersonTold {
        role: Some(held.role.as_str().to_owned()),
        unit: held.unit,
        ..PersonTold::of(PersonEvent::RoleTaken, person.id, person.version)
    }
}
