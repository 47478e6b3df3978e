//! GET /enterprises and /enterprises/{credit_code}: finding enterprises and what the county knows of one.

use axum::Json;
use kernel::{Error, FieldError};
use serde::Serialize;
use utoipa::ToSchema;
use web::Failure;
use web::api::{ApiActor, Given, Named, Query, next_page};
use web::openapi::{Contact, Unit};

use crate::access;
use crate::enterprise::{Brief, Scale, Status};
use crate::store::{self, After, Filter};

/// How large an enterprise is: the classes of 2017, or, where only that is known, above or below the reporting line.
#[derive(ToSchema)]
#[schema(as = Scale, rename_all = "snake_case")]
#[allow(dead_code, reason = "it only describes the words of `Scale`")]
enum ScaleName {
    Large,
    Medium,
    Small,
    Micro,
    Above,
    Below,
    Unknown,
}

/// `closed`: deregistered or moved away.
#[derive(ToSchema)]
#[schema(as = EnterpriseStatus, rename_all = "snake_case")]
#[allow(dead_code, reason = "it only describes the words of `Status`")]
enum StatusName {
    Active,
    Closed,
    /// Not in the register yet: a problem was raised under this name, and the desk has still to look.
    Unchecked,
}

/// An enterprise as the county knows it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Enterprise)]
pub(super) struct EnterpriseItem {
    /// Unified social credit code; null for an enterprise that is not in the register yet.
    #[schema(example = "91419981MA0000000X")]
    credit_code: Option<String>,
    name: String,
    /// As people call it.
    short_name: String,
    #[schema(value_type = StatusName)]
    status: &'static str,
    /// Administrative division, 6 to 12 digits.
    #[schema(example = "419981")]
    division: Option<String>,
    /// Township or park that looks after it.
    township: Option<Unit>,
    /// GB/T 4754-2017.
    #[schema(example = "3432")]
    industry: Option<String>,
    /// The industrial chain it belongs to.
    chain: Option<Unit>,
    #[schema(value_type = ScaleName)]
    scale: &'static str,
    /// People employed.
    #[schema(minimum = 0)]
    staff: Option<i64>,
    address: String,
    contact: Contact,
}

/// One page of enterprises.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EnterprisePage {
    items: Vec<EnterpriseItem>,
    /// Path and query of the next page; null at the end.
    next: Option<String>,
}

/// Find enterprises
///
/// In the order of the reading of their names. `q` finds words, parts of words, pinyin initials, credit codes and
/// former names.
#[utoipa::path(
    get, path = "/enterprises", operation_id = "list_enterprises", tag = "enterprises",
    params(
        ("q" = Option<String>, Query, description = "What is looked for", min_length = 1, max_length = 100, example = "起重"),
        ("division" = Option<String>, Query, description = "Beginning of the division code, 2 to 12 digits", pattern = "^[0-9]{2,12}$"),
        ("township" = Option<String>, Query, description = "Code of the township or park; `none` for those without one", min_length = 1, max_length = 100),
        ("chain" = Option<String>, Query, description = "Code of the industrial chain; `none` for those without one", min_length = 1, max_length = 100),
        ("scale" = Option<ScaleName>, Query, description = "Size"),
        ("status" = Option<StatusName>, Query, description = "Whether it still works; without it all that are in the register"),
        ("after" = Option<String>, Query, description = "Where the page begins, as the `next` of the page before says", min_length = 1, max_length = 300),
        ("limit" = Option<i64>, Query, description = "Rows of the page; 50 unless told", minimum = 1, maximum = 200, example = 50),
    ),
    responses((status = 200, description = "A page of enterprises", body = EnterprisePage), web::openapi::Refusals),
    security(("token" = ["enterprises:read"]))
)]
pub(super) async fn list(by: ApiActor, Query(mut query): Query) -> Result<Json<EnterprisePage>, Failure> {
    let reached = by.reach(&access::READ)?;
    let filter = Filter {
        text: query.text("q", 100).unwrap_or_default(),
        division: division(&mut query),
        township: query.text("township", 100),
        chain: query.text("chain", 100),
        scale: query.word("scale", |text| text.parse().ok(), Scale::ALL),
        status: query.word("status", |text| text.parse().ok(), Status::ALL.map(Status::as_str)),
        ..Filter::default()
    };
    let limit = query.limit();
    let after = after(&mut query);
    query.finish()?;
    let wanted = usize::try_from(limit).unwrap_or(0);
    let mut conn = by.state.db.read().await?;
    let mut rows = store::list(&mut conn, &reached, &filter, after.as_ref(), wanted + 1).await?;
    drop(conn);
    let more = rows.len() > wanted;
    rows.truncate(wanted);
    let next = rows.last().filter(|_| more).map(|last| {
        let query = [
            ("q", Some(filter.text).filter(|text| !text.is_empty())),
            ("division", filter.division),
            ("township", filter.township),
            ("chain", filter.chain),
            ("scale", filter.scale.map(|scale| scale.as_str().to_owned())),
            ("status", filter.status.map(|status| status.as_str().to_owned())),
            ("limit", Some(limit.to_string())),
        ];
        next_page("/api/v1/enterprises", &query, After::from(last).write())
    });
    let items = rows.into_iter().map(|row| item(row, &by)).collect();
    Ok(Json(EnterprisePage { items, next }))
}

/// Show an enterprise
///
/// By its credit code, also by one it had before.
#[utoipa::path(
    get, path = "/enterprises/{credit_code}", operation_id = "show_enterprise", tag = "enterprises",
    params(("credit_code" = String, Path, description = "Unified social credit code", example = "91419981MA0000000X")),
    responses(
        (status = 200, description = "The enterprise", body = EnterpriseItem),
        web::openapi::Missing, web::openapi::Refusals
    ),
    security(("token" = ["enterprises:read"]))
)]
pub(super) async fn show(
    by: ApiActor,
    Named(code): Named,
    Query(query): Query,
) -> Result<Json<EnterpriseItem>, Failure> {
    by.reach(&access::READ)?;
    query.finish()?;
    let mut conn = by.state.db.read().await?;
    let found = store::find_by_code(&mut conn, &code).await?.ok_or_else(|| Error::not_found("enterprise"))?;
    let subject = store::subject(&mut conn, found.id).await?;
    identity::authorize(&by.actor, &access::READ, &subject)?;
    let brief = store::brief(&mut conn, found.id).await?.ok_or_else(|| Error::not_found("enterprise"))?;
    Ok(Json(item(brief, &by)))
}

fn division(query: &mut Given) -> Option<String> {
    let text = query.text("division", 12)?;
    if (2..=12).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()) {
        return Some(text);
    }
    query.refuse(FieldError::new("division", "division-form"))
}

fn after(query: &mut Given) -> Option<After> {
    let text = query.text("after", 300)?;
    After::parse(&text).or_else(|| query.refuse(FieldError::new("after", "cursor")))
}

fn item(row: Brief, by: &ApiActor) -> EnterpriseItem {
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    let mut contact = Contact { name: row.contact_name, phone: row.contact_phone };
    if !by.sees_contact() {
        contact.mask();
    }
    EnterpriseItem {
        credit_code: some(kernel::shown_code(&row.credit_code).to_owned()),
        name: row.name,
        short_name: row.short_name,
        status: row.status.as_str(),
        division: some(row.division),
        township: row.township.map(|t| Unit { code: t.code, name: t.name, name_en: t.name_en }),
        industry: some(row.industry),
        chain: row.chain.map(|c| Unit { code: c.code, name: c.name, name_en: c.name_en }),
        scale: row.scale.as_str(),
        staff: row.staff,
        address: row.address,
        contact,
    }
}
