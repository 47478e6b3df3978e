//! /admin/tokens: neighbouring systems and what they may do; a new token's secret is shown once.

use askama::Template;
use axum::extract::Path;
use chrono::{DateTime, Days, NaiveDate, Utc};
use events::{TokenEvent, TokenTold};
use identity::{IssuedToken, NewToken, SCOPES};
use kernel::{Error, ErrorKind, FieldError, Result, TokenId, local_date, start_of_day};
use serde_json::json;
use web::components::{Choice, Crumbs, ErrorSummary, Field};
use web::{
    Fields, PageResult, PostedBy, PostedTextBy, Shell, SignedIn, Words, describe_fields, html, redirect_saying,
    shown_again,
};

use super::access::TOKENS;
use super::places::{self, Units};
use super::{begin, crumbs, done, fault, listed, permit};

pub(super) struct Row {
    pub id: String,
    pub name: String,
    pub prefix: String,
    pub scopes: String,
    pub unit: String,
    pub since: String,
    pub until: String,
    /// Why it opens nothing any more; empty while it does.
    pub over: String,
}

#[derive(Template)]
#[template(path = "admin/tokens.html")]
pub(super) struct Page {
    pub shell: Shell,
    pub crumbs: Crumbs,
    /// Name and secret of the token just issued.
    pub issued: Option<(String, String)>,
    pub rows: Vec<Row>,
    pub summary: ErrorSummary,
    pub fields: Vec<Field>,
}

// words: scope-*
fn scope(w: &Words, scope: &str) -> String {
    w.t(&format!("scope-{}", scope.replace(':', "-"))).into_owned()
}

/// A token that ends at midnight is good for the day before.
fn last_day(w: &Words, end: DateTime<Utc>) -> String {
    let day = local_date(end);
    match day.pred_opt() {
        Some(last) if start_of_day(day) == end => w.date(last),
        _ => w.full_datetime(end),
    }
}

async fn page(
    by: &SignedIn,
    typed: Option<&Fields>,
    wrong: &[(String, String)],
    issued: Option<IssuedToken>,
) -> Result<Page> {
    let w = &by.words;
    let mut conn = by.state.db.read().await?;
    let units = Units::load(&mut conn).await?;
    let tokens = identity::list_tokens(&mut conn).await?;
    drop(conn);
    // words: admin-token-forever admin-token-revoked admin-token-expired
    let over = |key: &str| w.t(key).into_owned();
    let rows = tokens.iter().map(|token| Row {
        id: token.id.to_string(),
        name: token.name.clone(),
        prefix: token.prefix.clone(),
        scopes: listed(w, token.scopes.iter().map(|s| scope(w, s))),
        unit: units.find(token.unit).map(|unit| places::name(w, unit).to_owned()).unwrap_or_default(),
        since: w.full_datetime(token.created_at),
        until: token.expires_at.map_or_else(|| over("admin-token-forever"), |end| last_day(w, end)),
        over: match (token.revoked_at, token.expires_at) {
            (Some(_), _) => over("admin-token-revoked"),
            (None, Some(end)) if end <= by.now => over("admin-token-expired"),
            _ => String::new(),
        },
    });
    let value = |name: &str| typed.map(|typed| typed.get(name).to_owned()).unwrap_or_default();
    let chosen = |s: &str| typed.is_some_and(|typed| typed.all("scopes").any(|have| have == s));
    let scopes = SCOPES.map(|s| Choice::new(s, scope(w, s), chosen(s)).hint(s));
    let fields = vec![
        Field::text("name", w.t("admin-token-name"))
            .value(value("name"))
            .hint(w.t("admin-token-name-hint"))
            .error(fault(wrong, "name"))
            .required()
            .maxlength(100),
        Field::checks("scopes", w.t("admin-token-scopes"), scopes.into()).error(fault(wrong, "scopes")).required(),
        Field::pick("unit", w.t("admin-unit"), units.choices(w, &value("unit"), |_| true))
            .value(value("unit"))
            .empty(w)
            .hint(w.t("admin-token-unit-hint"))
            .error(fault(wrong, "unit"))
            .required(),
        Field::input("date", "expires_at", w.t("admin-token-until"))
            .value(value("expires_at"))
            .hint(w.t("admin-token-until-hint"))
            .error(fault(wrong, "expires_at"))
            .optional(w),
    ];
    Ok(Page {
        shell: by.shell(),
        crumbs: crumbs(by, &[], &w.t("admin-tokens")),
        issued: issued.map(|issued| (issued.token.name, issued.secret)),
        rows: rows.collect(),
        summary: ErrorSummary::of(w, &fields),
        fields,
    })
}

pub(super) async fn list(by: SignedIn) -> PageResult {
    permit(&by, &TOKENS)?;
    html(&page(&by, None, &[], None).await?)
}

pub(super) async fn issue(PostedTextBy { by, fields }: PostedTextBy) -> PageResult {
    permit(&by, &TOKENS)?;
    match issued(&by, &fields).await {
        Ok(token) => html(&page(&by, None, &[], Some(token)).await?),
        Err(error) if error.kind == ErrorKind::Invalid => {
            let wrong = describe_fields(&by.words, &error);
            Ok(shown_again(html(&page(&by, Some(&fields), &wrong, None).await?)?))
        }
        Err(error) => Err(error.into()),
    }
}

async fn issued(by: &SignedIn, fields: &Fields) -> Result<IssuedToken> {
    fields.fresh()?;
    let mut wrong = Vec::new();
    // The day that is named is the last one.
    let last = fields.get("expires_at");
    let end = last.parse::<NaiveDate>().ok().and_then(|day| day.checked_add_days(Days::new(1)));
    if end.is_none() && !last.is_empty() {
        wrong.push(FieldError::new("expires_at", "choose"));
    }
    let mut change = begin(by, &TOKENS).await?;
    let unit = identity::find_unit_meant(&mut change, fields.chosen("unit")).await?;
    if unit.is_none() {
        wrong.push(FieldError::new("unit", "choose"));
    }
    // Without a unit nothing is issued, but what else is wrong is told in the same answer.
    let Some(unit) = unit else {
        if fields.get("name").is_empty() {
            wrong.push(FieldError::new("name", "required"));
        }
        if fields.all("scopes").next().is_none() {
            wrong.push(FieldError::new("scopes", "required"));
        }
        return Err(Error::check(wrong).err().unwrap_or_else(|| Error::not_found("unit")));
    };
    Error::check(wrong)?;
    let new = NewToken {
        name: fields.get("name").to_owned(),
        scopes: fields.all("scopes").map(str::to_owned).collect(),
        unit: unit.id,
        issued_by: by.actor.person,
        expires_at: end.map(start_of_day),
    };
    let issued = identity::issue(&mut change, by.state.clock.as_ref(), by.state.random.as_ref(), new).await?;
    let detail = json!({"name": issued.token.name, "scopes": issued.token.scopes, "unit": unit.code});
    let told = TokenTold { event: TokenEvent::Issued, token: issued.token.id };
    change.done(done("token-issued", "token", issued.token.id, detail), &told).await?;
    Ok(issued)
}

pub(super) async fn revoke(Path(id): Path<TokenId>, PostedBy { by, .. }: PostedBy) -> PageResult {
    let mut change = begin(&by, &TOKENS).await?;
    let token = identity::list_tokens(&mut change).await?.into_iter().find(|token| token.id == id);
    let token = token.ok_or_else(|| Error::not_found("token"))?;
    // A second click finds nothing left to do.
    if identity::revoke(&mut change, id, by.now).await? {
        let detail = json!({"name": token.name});
        let told = TokenTold { event: TokenEvent::Revoked, token: id };
        change.done(done("token-revoked", "token", id, detail), &told).await?;
    }
    Ok(redirect_saying("/admin/tokens", "admin-token-gone"))
}
