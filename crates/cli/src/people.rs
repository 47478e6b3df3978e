//! `wanqi users`, `wanqi tokens`: what an administrator does at the prompt when no page can be reached.

use chrono::Duration;
use events::{PersonEvent, PersonTold, TokenEvent, TokenTold};
use identity::{Actor, Change, Done, NewToken};
use kernel::{Error, format_minute};
use serde_json::json;

use crate::arguments::{Tokens, Users};
use crate::context::Context;
use crate::say::{Outcome, USAGE, table};

/// Name under which the audit knows what was done at the prompt.
const ACTOR: &str = "cli";

pub async fn users(context: &Context, command: Users) -> Outcome {
    let Users::ResetPassword { login } = command;
    let db = context.open().await?;
    let (clock, random) = (context.clock.as_ref(), context.random.as_ref());
    let password = app::install::one_time_password(random);
    // Hashed before the write turn is taken: it takes a while on purpose.
    let hash = identity::hash_password(&password, random).await?;
    let actor = Actor::program(ACTOR);
    let mut change = Change::begin(&db, clock, random, &actor).await?;
    change.own_right();
    let Some(person) = identity::find_person_by_login(&mut change, &login).await? else {
        return Err(context.say.stop(USAGE, "users-unknown", &[("login", &login)]));
    };
    identity::set_one_time_password(&mut change, clock, person.id, &hash).await?;
    let done =
        Done { action: "password-reset", resource: "person", resource_id: person.id.to_string(), detail: json!({}) };
    change.done(done, &PersonTold::of(PersonEvent::PasswordReset, person.id, person.version)).await?;
    db.close().await;
    context.say.answer(&context.say.f("users-password", &[("login", &person.login), ("password", &password)]));
    Ok(())
}

pub async fn tokens(context: &Context, command: Tokens) -> Outcome {
    match command {
        Tokens::Issue { name, scope, unit, days } => issue(context, name, scope, &unit, days).await,
        Tokens::List => list(context).await,
        Tokens::Revoke { prefix } => revoke(context, &prefix).await,
    }
}

async fn issue(context: &Context, name: String, scopes: Vec<String>, unit: &str, days: Option<u32>) -> Outcome {
    let db = context.open().await?;
    let (clock, random) = (context.clock.as_ref(), context.random.as_ref());
    let actor = Actor::program(ACTOR);
    let mut change = Change::begin(&db, clock, random, &actor).await?;
    change.own_right();
    let Some(found) = identity::find_unit_by_code(&mut change, unit).await? else {
        return Err(context.say.stop(USAGE, "tokens-no-unit", &[("unit", &unit)]));
    };
    let new = NewToken {
        name,
        scopes,
        unit: found.id,
        issued_by: None,
        expires_at: days.map(|days| clock.now() + Duration::days(i64::from(days))),
    };
    let issued = identity::issue(&mut change, clock, random, new).await?;
    let done = Done {
        action: "token-issued",
        resource: "token",
        resource_id: issued.token.id.to_string(),
        detail: json!({ "name": issued.token.name, "scopes": issued.token.scopes, "unit": unit }),
    };
    change.done(done, &TokenTold { event: TokenEvent::Issued, token: issued.token.id }).await?;
    db.close().await;
    context.say.note(&context.say.words.t("tokens-issued"));
    context.say.answer(&issued.secret);
    Ok(())
}

async fn list(context: &Context) -> Outcome {
    let db = context.open().await?;
    let mut conn = db.read().await?;
    let now = context.clock.now();
    let units = identity::list_units(&mut conn).await?;
    let say = &context.say;
    let mut rows = vec![
        [
            "tokens-prefix",
            "tokens-name",
            "tokens-unit",
            "tokens-scopes",
            "tokens-since",
            "tokens-until",
            "tokens-state",
        ]
        .map(|key| say.words.t(key).into_owned())
        .to_vec(),
    ];
    for token in identity::list_tokens(&mut conn).await? {
        let unit = units.iter().find(|unit| unit.id == token.unit).map(|unit| unit.code.clone());
        let over = token.revoked_at.is_some() || token.expires_at.is_some_and(|end| end <= now);
        rows.push(vec![
            token.prefix,
            token.name,
            unit.unwrap_or_default(),
            token.scopes.join(","),
            format_minute(token.created_at),
            token.expires_at.map(format_minute).unwrap_or_default(),
            say.words.t(if over { "tokens-over" } else { "tokens-valid" }).into_owned(),
        ]);
    }
    say.answer(&table(&rows));
    Ok(())
}

async fn revoke(context: &Context, prefix: &str) -> Outcome {
    let db = context.open().await?;
    let (clock, random) = (context.clock.as_ref(), context.random.as_ref());
    let actor = Actor::program(ACTOR);
    let mut change = Change::begin(&db, clock, random, &actor).await?;
    change.own_right();
    let token = identity::list_tokens(&mut change).await?.into_iter().find(|token| token.prefix == prefix);
    let token = token.filter(|token| token.revoked_at.is_none());
    let Some(token) = token else {
        return Err(context.say.stop(USAGE, "tokens-unknown", &[("prefix", &prefix)]));
    };
    if !identity::revoke(&mut change, token.id, clock.now()).await? {
        return Err(Error::conflict("changed-meanwhile").into());
    }
    let done = Done {
        action: "token-revoked",
        resource: "token",
        resource_id: token.id.to_string(),
        detail: json!({ "name": token.name }),
    };
    change.done(done, &TokenTold { event: TokenEvent::Revoked, token: token.id }).await?;
    db.close().await;
    context.say.answer(&context.say.f("tokens-revoked", &[("name", &token.name)]));
    Ok(())
}
