//! One-click changes of a person: a new password shown once, signed out everywhere, back at work.

use askama::Template;
use axum::extract::Path;
use axum::http::HeaderMap;
use events::{PersonEvent, PersonTold};
use identity::PersonChange;
use kernel::{ErrorKind, Result};
use serde_json::json;
use web::components::{Crumbs, Link};
use web::contact::{Asked, reveal};
use web::{PageResult, PostedBy, Shell, SignedIn, describe, html, redirect_saying};

use super::access::PEOPLE;
use super::person::{Refused, again, found};
use super::{begin, crumbs, done, permit};
use crate::install::one_time_password;

/// A password that is shown here and never again.
#[derive(Template)]
#[template(path = "admin/password.html")]
pub(super) struct Shown {
    pub shell: Shell,
    pub crumbs: Crumbs,
    pub name: String,
    pub login: String,
    pub password: String,
}

pub(super) fn shown(by: &SignedIn, name: String, login: String, password: String) -> PageResult {
    html(&Shown {
        shell: by.shell(),
        crumbs: crumbs(by, &[("/admin/people", "admin-people")], &name),
        name,
        login,
        password,
    })
}

pub(super) async fn reset_password(Path(login): Path<String>, PostedBy { by, .. }: PostedBy) -> PageResult {
    permit(&by, &PEOPLE)?;
    let random = by.state.random.as_ref();
    let password = one_time_password(random);
    // Hashed before the write turn is taken: it takes a while on purpose.
    let hash = identity::hash_password(&password, random).await?;
    let mut change = begin(&by, &PEOPLE).await?;
    let person = found(&mut change, &login).await?;
    identity::set_one_time_password(&mut change, by.state.clock.as_ref(), person.id, &hash).await?;
    let detail = json!({"login": person.login});
    let told = PersonTold::of(PersonEvent::PasswordReset, person.id, person.version);
    change.done(done("password-reset", "person", person.id, detail), &told).await?;
    shown(&by, person.name, person.login, password)
}

/// The person's telephone number in full.
pub(super) async fn contact(
    headers: HeaderMap,
    Path(login): Path<String>,
    PostedBy { by, .. }: PostedBy,
) -> PageResult {
    permit(&by, &PEOPLE)?;
    let person = found(&mut by.state.db.read().await?, &login).await?;
    let back = Link::new(format!("/admin/people/{login}"), person.name.as_str());
    let of = ("person", person.id.to_string());
    reveal(&by, &headers, Asked { name: person.name, number: person.phone, of, back }).await
}

pub(super) async fn sign_out(Path(login): Path<String>, PostedBy { by, .. }: PostedBy) -> PageResult {
    let mut change = begin(&by, &PEOPLE).await?;
    let person = found(&mut change, &login).await?;
    let ended = identity::end_all(&mut change, person.id).await?;
    let detail = json!({"login": person.login, "sessions": ended});
    let told = PersonTold::of(PersonEvent::SignedOut, person.id, person.version);
    change.done(done("sign-out-everywhere", "person", person.id, detail), &told).await?;
    Ok(redirect_saying(&format!("/admin/people/{login}"), "admin-signed-out"))
}

pub(super) async fn back(Path(login): Path<String>, PostedBy { by, fields }: PostedBy) -> PageResult {
    permit(&by, &PEOPLE)?;
    match activate(&by, &login, fields.get("version").parse().unwrap_or(0)).await {
        Ok(()) => Ok(redirect_saying(&format!("/admin/people/{login}"), "admin-back")),
        Err(error) if error.kind == ErrorKind::Conflict => {
            let problem = describe(&by.words, &error);
            again(&by, &login, Refused { problem, ..Refused::default() }).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Lets somebody in again.
///
/// # Errors
/// `changed-meanwhile` if the version is not the one that was looked at.
async fn activate(by: &SignedIn, login: &str, version: i64) -> Result<()> {
    let mut change = begin(by, &PEOPLE).await?;
    let person = found(&mut change, login).await?;
    let new = PersonChange {
        name: person.name.clone(),
        phone: person.phone.clone(),
        title: person.title.clone(),
        active: true,
        away_from: person.away_from,
        away_until: person.away_until,
    };
    identity::change_person(&mut change, by.state.clock.as_ref(), person.id, version, &new).await?;
    let detail = json!({"login": person.login});
    let told = PersonTold::of(PersonEvent::Returned, person.id, version + 1);
    change.done(done("activate", "person", person.id, detail), &told).await
}
