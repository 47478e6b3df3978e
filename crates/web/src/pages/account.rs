//! /account: change the password; sign out here or everywhere.

use askama::Template;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use events::{PersonEvent, PersonTold};
use identity::{Change, Done};
use kernel::{Error, ErrorKind, FieldError};
use serde_json::json;

use super::html;
use crate::components::{ErrorSummary, Field};
use crate::errors::{Failure, PageResult, describe, describe_fields};
use crate::extract::{SignedIn, redirect, redirect_saying};
use crate::posted::{PostedBy, shown_again};
use crate::session::{SESSION, set_cookie};
use crate::shell::Shell;
use crate::state::AppState;

/// So many wrong passwords within a quarter of an hour.
const TRIES: u32 = 5;

#[derive(Template)]
#[template(path = "pages/account.html")]
struct Page {
    shell: Shell,
    name: String,
    role: String,
    /// Somebody else made the password; it has to be changed before anything else.
    first: bool,
    summary: ErrorSummary,
    fields: Vec<Field>,
}

fn page(by: &SignedIn, wrong: &[(String, String)]) -> Page {
    let w = &by.words;
    let field = |name: &'static str, key: &str, token: &'static str| {
        let error = wrong.iter().find(|(f, _)| f == name).map(|(_, text)| text.clone());
        Field::input("password", name, w.t(key)).required().autocomplete(token).error(error)
    };
    let fields = vec![
        field("old", "account-old", "current-password"),
        field("new", "account-new", "new-password").hint(w.t("account-new-hint")),
        field("again", "account-again", "new-password"),
    ];
    let mut shell = by.shell();
    let first = by.session.as_ref().is_some_and(|session| session.must_change_password);
    if first {
        (shell.nav, shell.search) = (Vec::new(), None);
    }
    Page {
        first,
        name: by.actor.name.clone(),
        role: shell.user.as_ref().map(|u| u.role.clone()).unwrap_or_default(),
        summary: ErrorSummary::of(w, &fields),
        fields,
        shell,
    }
}

pub(super) async fn show(by: SignedIn) -> PageResult {
    html(&page(&by, &[]))
}

pub(super) async fn change_password(PostedBy { by, fields }: PostedBy) -> PageResult {
    let state = by.state.clone();
    let person = by.actor.person.ok_or_else(|| Error::not_found("person"))?;
    let (old, new) = (fields.get("old"), fields.get("new"));
    let mut conn = state.db.read().await?;
    let login = identity::find_person(&mut conn, person).await?.ok_or_else(|| Error::not_found("person"))?.login;
    let hash = identity::password_of(&mut conn, person).await?;
    drop(conn);
    // Whoever finds the browser open must not find the password by trying.
    let tries = format!("password:{person}");
    let mut tx = state.db.begin().await?;
    if let Err(error) = identity::throttle(&mut tx, &tries, TRIES, chrono::Duration::minutes(15), by.now).await {
        return match error.kind {
            ErrorKind::TooMany => Ok(shown_again(html(&page(&by, &[("old".into(), describe(&by.words, &error))]))?)),
            _ => Err(error.into()),
        };
    }
    tx.commit().await?;
    let mut wrong = Vec::new();
    if identity::check_password(old, hash.as_deref()).await? {
        let mut tx = state.db.begin().await?;
        identity::throttle_forgive(&mut tx, &tries).await?;
        tx.commit().await?;
    } else {
        refused(&by, person).await?;
        wrong.push(FieldError::new("old", "password-wrong"));
    }
    if let Some(code) = identity::weakness(new, &login, &by.actor.name) {
        wrong.push(FieldError::new("new", code));
    }
    if wrong.is_empty() && old == new {
        wrong.push(FieldError::new("new", "password-same"));
    }
    if fields.get("again") != new {
        wrong.push(FieldError::new("again", "password-differs"));
    }
    if let Err(error) = Error::check(wrong) {
        return Ok(shown_again(html(&page(&by, &describe_fields(&by.words, &error)))?));
    }
    let hash = identity::hash_password(new, state.random.as_ref()).await?;
    let (clock, random) = (state.clock.as_ref(), state.random.as_ref());
    let mut change = Change::begin(&state.db, clock, random, &by.actor).await?;
    // Whoever knows the old one may set another.
    change.own_right();
    let own = identity::find_person(&mut change, person).await?.ok_or_else(|| Error::not_found("person"))?;
    identity::set_password(&mut change, clock, person, &hash).await?;
    identity::end_all(&mut change, person).await?;
    let done =
        Done { action: "change-password", resource: "person", resource_id: person.to_string(), detail: json!({}) };
    change.done(done, &PersonTold::of(PersonEvent::PasswordChanged, person, own.version)).await?;
    Ok(without_session(&state, redirect_saying("/sign-in", "account-changed")))
}

/// Writes down that the old password was wrong.
async fn refused(by: &SignedIn, person: kernel::PersonId) -> kernel::Result<()> {
    let mut tx = by.state.db.begin().await?;
    let entry = identity::Entry {
        at: by.now,
        actor: &by.actor,
        action: "change-password-refused",
        resource: "person",
        resource_id: person.to_string(),
        detail: json!({}),
    };
    identity::record(&mut tx, entry).await?;
    tx.commit().await
}

pub(super) async fn sign_out(PostedBy { by, .. }: PostedBy) -> PageResult {
    leave(&by, false).await?;
    Ok(without_session(&by.state, redirect("/sign-in")))
}

pub(super) async fn sign_out_everywhere(PostedBy { by, .. }: PostedBy) -> PageResult {
    leave(&by, true).await?;
    Ok(without_session(&by.state, redirect_saying("/sign-in", "signed-out-everywhere")))
}

async fn leave(by: &SignedIn, everywhere: bool) -> Result<(), Failure> {
    let Some(session) = &by.session else { return Ok(()) };
    let mut tx = by.state.db.begin().await?;
    if everywhere {
        identity::end_all(&mut tx, session.person).await?;
    } else {
        identity::end(&mut tx, &session.token_hash).await?;
    }
    let entry = identity::Entry {
        at: by.now,
        actor: &by.actor,
        action: if everywhere { "sign-out-everywhere" } else { "sign-out" },
        resource: "session",
        resource_id: session.person.to_string(),
        detail: json!({}),
    };
    identity::record(&mut tx, entry).await?;
    tx.commit().await?;
    Ok(())
}

fn without_session(state: &AppState, mut response: Response) -> Response {
    if let Some(cookie) = set_cookie(SESSION, "", 0, state.config.secure_cookies) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}
