//! POST /enterprises/{credit_code}/helpers: who helps from now on, who no longer does.

use axum::extract::Path;
use chrono::NaiveDate;
use identity::{Subject, require};
use kernel::{Error, ErrorKind, FieldError, PersonId, Result, local_date};
use web::extract::redirect_saying;
use web::{Fields, PageResult, PostedBy, PostedTextBy, SignedIn, html, shown_again};

use super::show::{Assign, one, whole};
use crate::access;
use crate::enterprise::{Enterprise, HelperKind};
use crate::keep;

pub(super) async fn assign(Path(code): Path<String>, PostedTextBy { by, fields }: PostedTextBy) -> PageResult {
    let (found, subject) = permitted(&by, &code).await?;
    match assigned(&by, &found, &fields).await {
        Ok(()) => Ok(redirect_saying(&address(&found), "ent-helper-assigned")),
        Err(error) if error.kind == ErrorKind::Invalid => {
            let get = |name: &str| fields.get(name).to_owned();
            let typed = Assign { person: get("person"), kind: get("kind"), from: get("from"), wrong: error.fields };
            let mut conn = by.state.db.read().await?;
            Ok(shown_again(html(&whole(&mut conn, &by, &found, &subject, typed).await?)?))
        }
        Err(error) => Err(error.into()),
    }
}

async fn assigned(by: &SignedIn, found: &Enterprise, fields: &Fields) -> Result<()> {
    fields.fresh()?;
    let mut wrong = Vec::new();
    let mut conn = by.state.db.read().await?;
    let person = identity::find_person_meant(&mut conn, fields.chosen("person")).await?;
    // Who has left helps nobody.
    let person = person.filter(|person| person.active).map(|person| person.id);
    drop(conn);
    if person.is_none() {
        wrong.push(FieldError::new("person", "choose"));
    }
    let kind: Option<HelperKind> = fields.parsed("kind", &mut wrong);
    let today = local_date(by.now);
    let from = match fields.get("from") {
        "" => Some(today),
        day => day.parse::<NaiveDate>().ok(),
    };
    match from {
        None => wrong.push(FieldError::new("from", "date-form")),
        // Who helps is who helps now: a day to come would send the one before away too early.
        Some(day) if day > today => wrong.push(FieldError::new("from", "ent-from-ahead")),
        Some(_) => {}
    }
    let (true, Some(person), Some(kind), Some(from)) = (wrong.is_empty(), person, kind, from) else {
        return Err(Error { fields: wrong, ..Error::invalid("invalid-fields") });
    };
    let state = &by.state;
    let (clock, random) = (state.clock.as_ref(), state.random.as_ref());
    keep::assign_helper(&state.db, clock, random, &by.actor, found.id, person, kind, from).await
}

pub(super) async fn end(Path(code): Path<String>, PostedBy { by, fields }: PostedBy) -> PageResult {
    let (found, _) = permitted(&by, &code).await?;
    let mut conn = by.state.db.read().await?;
    let person = person(&mut conn, fields.get("person")).await?.ok_or_else(|| Error::not_found("person"))?;
    drop(conn);
    let state = &by.state;
    keep::end_helper(
        &state.db,
        state.clock.as_ref(),
        state.random.as_ref(),
        &by.actor,
        found.id,
        person,
        local_date(by.now),
    )
    .await?;
    Ok(redirect_saying(&address(&found), "ent-helper-ended"))
}

/// The enterprise, if the person may name helpers for it; asked before anything in the form is looked at.
async fn permitted(by: &SignedIn, code: &str) -> Result<(Enterprise, Subject)> {
    let mut conn = by.state.db.read().await?;
    let (found, subject) = one(&mut conn, &by.actor, code).await?;
    require(&by.actor, &access::ASSIGN_HELPER, &subject)?;
    Ok((found, subject))
}

fn address(found: &Enterprise) -> String {
    format!("/enterprises/{}", found.facts.credit_code.as_str())
}

async fn person(conn: &mut db::Conn, login: &str) -> Result<Option<PersonId>> {
    Ok(identity::find_person_by_login(conn, login).await?.map(|person| person.id))
}
