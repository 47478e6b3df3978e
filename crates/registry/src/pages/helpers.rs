//! POST /enterprises/{credit_code}/helpers: who helps from now on, who no longer does.

use axum::extract::Path;
use chrono::NaiveDate;
use kernel::{Error, PersonId, Result, local_date};
use web::extract::redirect_saying;
use web::{PageResult, PostedBy};

use super::show::one;
use crate::enterprise::HelperKind;
use crate::keep;

pub(super) async fn assign(Path(code): Path<String>, PostedBy { by, fields }: PostedBy) -> PageResult {
    let mut conn = by.state.db.read().await?;
    let (found, _) = one(&mut conn, &by.actor, &code).await?;
    let person = person(&mut conn, fields.get("person")).await?;
    drop(conn);
    let kind: HelperKind = fields.get("kind").parse()?;
    let from = match fields.get("from") {
        "" => local_date(by.now),
        day => day.parse::<NaiveDate>().map_err(|_| Error::invalid("invalid-fields").field("from", "date-form"))?,
    };
    let state = &by.state;
    let (clock, random) = (state.clock.as_ref(), state.random.as_ref());
    keep::assign_helper(&state.db, clock, random, &by.actor, found.id, person, kind, from).await?;
    Ok(redirect_saying(&format!("/enterprises/{}", found.facts.credit_code.as_str()), "ent-helper-assigned"))
}

pub(super) async fn end(Path(code): Path<String>, PostedBy { by, fields }: PostedBy) -> PageResult {
    let mut conn = by.state.db.read().await?;
    let (found, _) = one(&mut conn, &by.actor, &code).await?;
    let person = person(&mut conn, fields.get("person")).await?;
    drop(conn);
    let state = &by.state;
    keep::end_helper(&state.db, state.clock.as_ref(), &by.actor, found.id, person, local_date(by.now)).await?;
    Ok(redirect_saying(&format!("/enterprises/{}", found.facts.credit_code.as_str()), "ent-helper-ended"))
}

async fn person(conn: &mut db::Conn, login: &str) -> Result<PersonId> {
    let found = identity::find_person_by_login(conn, login).await?;
    found.map(|person| person.id).ok_or_else(|| Error::invalid("invalid-fields").field("person", "choose"))
}
