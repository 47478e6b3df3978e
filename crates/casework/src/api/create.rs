//! POST /requests: a problem raised by a neighbouring system, once however often it is sent.

use axum::http::header::LOCATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use identity::Actor;
use kernel::{ChinaPhone, EnterpriseId, Error, ErrorKind, FieldError, Result};
use registry::unchecked::{LONGEST, Unregistered};
use serde::Serialize;
use utoipa::ToSchema;
use web::api::{ApiActor, Body, Given, Query};
use web::{Failure, PageResult};

use super::request::Request;
use super::show::shown;
use crate::event::{Level, Source};
use crate::store::case::{read_word, word};
use crate::store::{api, case, enterprise_side};
use crate::{Casework, OnceKey, Raise, access};

/// Characters in a title at most.
const TITLE: usize = 200;
/// Characters in what the enterprise says at most.
const BODY: usize = 10_000;
/// Where a request may come from; `import` is kept for ledgers.
const SOURCES: [Source; 8] = [
    Source::Web,
    Source::Qr,
    Source::Visit,
    Source::WechatGroup,
    Source::Hotline,
    Source::Platform,
    Source::HandedDown,
    Source::Api,
];
const LEVELS: [Level; 4] = [Level::Township, Level::County, Level::City, Level::Province];

/// A problem to be raised. White space around texts is dropped; control characters other than line breaks are refused.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({
    "credit_code": "91419981MA0000000X", "title": "二期用地不动产证办理",
    "body": "二期 38 亩已完成竣工测绘，首次登记已递交三周，尚无结果。", "category": "land",
    "contact_name": "李明", "contact_phone": "13800000000", "source": "hotline"
}))]
pub(super) struct NewRequest {
    /// Unified social credit code of an enterprise in the register. Either this or `enterprise_name`.
    #[schema(min_length = 1, max_length = 40)]
    credit_code: Option<String>,
    /// Name of the enterprise as it was given, where its code is not known. If the register has exactly this name, that enterprise
    /// is meant; if it has similar ones, they are told in the refusal; else it is noted, to be checked by the desk.
    #[schema(min_length = 2, max_length = 120)]
    enterprise_name: Option<String>,
    /// Code of the township or park of an enterprise that is not in the register.
    #[schema(max_length = 100)]
    township: Option<String>,
    /// `true`: none of the similar enterprises is meant. Only together with `enterprise_name`; `false` unless told.
    #[schema(value_type = Option<bool>)]
    unregistered: bool,
    /// One line.
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    /// What the enterprise says.
    #[schema(min_length = 1, max_length = 10000)]
    body: String,
    /// Code of the category that seems to fit; the desk decides.
    #[schema(max_length = 100)]
    category: Option<String>,
    /// Where it came in; `api` unless told. `import` is kept for ledgers.
    #[schema(value_type = Option<Source>)]
    source: String,
    #[schema(min_length = 1, max_length = 50)]
    contact_name: String,
    /// Mobile number, or landline with area code.
    #[schema(min_length = 1, max_length = 50)]
    contact_phone: String,
    /// Handed down by a higher level; `false` unless told.
    #[schema(value_type = Option<bool>)]
    handed_down: bool,
    /// The level it was handed down from; only together with `handed_down`.
    #[schema(value_type = Option<Level>)]
    origin_level: Option<String>,
}

impl NewRequest {
    fn read(mut given: Given) -> Result<NewRequest> {
        let enterprise_name = given.text("enterprise_name", LONGEST);
        let credit_code = match &enterprise_name {
            None => Some(given.required("credit_code", 40)),
            Some(_) => given.text("credit_code", 40),
        };
        let new = NewRequest {
            credit_code: credit_code.map(|code| code.to_uppercase()),
            enterprise_name,
            township: given.text("township", 100),
            unregistered: given.flag("unregistered").unwrap_or(false),
            title: given.required("title", TITLE).replace(['\r', '\n', '\t'], " "),
            body: given.required("body", BODY),
            category: given.text("category", 100),
            source: given
                .word("source", |text| one_of(text, &SOURCES), SOURCES.map(|s| word(&s)))
                .unwrap_or("api".to_owned()),
            contact_name: given.required("contact_name", 50),
            contact_phone: phone(&mut given),
            handed_down: given.flag("handed_down").unwrap_or(false),
            origin_level: given.word("origin_level", |text| one_of(text, &LEVELS), LEVELS.map(|l| word(&l))),
        };
        if new.origin_level.is_some() && !new.handed_down {
            given.refuse::<()>(FieldError::new("origin_level", "only-handed-down"));
        }
        match (&new.credit_code, &new.enterprise_name) {
            (Some(_), Some(_)) => given.refuse::<()>(FieldError::new("enterprise_name", "only-code-or-name")),
            (None, Some(name)) if !registry::unchecked::can_be_name(name) => {
                given.refuse(FieldError::new("enterprise_name", "enterprise-name-no-name"))
            }
            _ => None,
        };
        given.finish()?;
        Ok(new)
    }

    /// Whether `kept` was raised by exactly this.
    fn raised(&self, kept: &Request) -> bool {
        let as_sent = NewRequest {
            // Under the name given it may have been found and linked since; what was sent then names it well enough.
            credit_code: match &self.enterprise_name {
                Some(_) => None,
                None => kept.enterprise.credit_code.clone(),
            },
            enterprise_name: self.enterprise_name.clone(),
            township: self.township.clone(),
            unregistered: self.unregistered,
            title: kept.title.clone(),
            body: kept.body.clone(),
            category: kept.category.clone(),
            source: kept.source.clone(),
            contact_name: kept.contact.name.clone(),
            contact_phone: kept.contact.phone.clone(),
            handed_down: kept.handed_down,
            origin_level: kept.origin_level.clone(),
        };
        *self == as_sent
    }
}

/// The word itself if it is one of these.
fn one_of<T: Serialize>(text: &str, all: &[T]) -> Option<String> {
    all.iter().map(word).find(|known| known == text)
}

fn phone(given: &mut Given) -> String {
    let text = given.required("contact_phone", 50);
    match ChinaPhone::parse(&text) {
        Ok(phone) => phone.as_str().to_owned(),
        Err(_) if text.is_empty() => text,
        Err(e) => given.refuse(FieldError::new("contact_phone", e.code())).unwrap_or(text),
    }
}

/// Raise a request
///
/// With an `Idempotency-Key` (recommended: a UUID made for each problem) it may be sent again after a broken connection:
/// the same key with the same body gives the request made before, with another body a problem `idempotency-key-reused`.
/// Keys belong to the token they are sent with and are remembered as long as the request.
#[utoipa::path(
    post, path = "/requests", operation_id = "create_request", tag = "requests",
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 100 visible ASCII characters", min_length = 1, max_length = 100, pattern = "^[!-~]{1,100}$", example = "5f0c1c7e-9b1d-4b62-8f6b-0e7a2f4f8a11")),
    request_body(content = NewRequest, content_type = "application/json"),
    responses(
        (status = 201, description = "Raised now", body = Request, headers(("Location" = String, description = "Path of the request"))),
        (status = 200, description = "Raised before with this key", body = Request, headers(("Location" = String, description = "Path of the request"))),
        (status = 409, description = "Something changed at the same moment; send it again", body = web::openapi::Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is larger than 256 KB", body = web::openapi::Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not declared as JSON", body = web::openapi::Problem, content_type = "application/problem+json"),
        web::openapi::Refusals
    ),
    security(("token" = ["requests:write"]))
)]
pub(super) async fn create(
    by: ApiActor,
    Extension(casework): Extension<Casework>,
    Query(query): Query,
    headers: HeaderMap,
    body: Body,
) -> PageResult {
    let reached = by.reach(&access::CREATE)?;
    query.finish()?;
    let key = once_key(&headers, &by.actor)?;
    let given = match body.given() {
        Ok(given) => given,
        Err(refused) => return Ok(*refused),
    };
    let new = NewRequest::read(given)?;
    let mut conn = by.state.db.read().await?;
    if let Some(key) = &key
        && let Some((_, number)) = case::by_once(&mut conn, key).await?
    {
        return before(&casework, &mut conn, &by, &new, &number).await;
    }
    let (enterprise, unregistered) = meant(&casework, &mut conn, &by, &reached, &new).await?;
    drop(conn);
    let raise = Raise {
        enterprise,
        unregistered,
        source: read_word(&new.source)?,
        handed_down: new.handed_down,
        origin_level: new.origin_level.as_deref().map(read_word).transpose()?,
        title: new.title.clone(),
        body: new.body.clone(),
        category: new.category.clone(),
        contact_name: new.contact_name.clone(),
        contact_phone: new.contact_phone.clone(),
        once_key: key,
    };
    let raised = casework.raise_new(&by.actor, raise, Vec::new()).await?;
    let mut conn = by.state.db.read().await?;
    if raised.again {
        return before(&casework, &mut conn, &by, &new, &raised.number).await;
    }
    answer(StatusCode::CREATED, &casework, &mut conn, &by, &raised.number, |_| true).await
}

/// The enterprise of the register that is meant, or what is noted of one that is not in it.
async fn meant(
    casework: &Casework,
    conn: &mut db::Conn,
    by: &ApiActor,
    reached: &identity::Reached,
    new: &NewRequest,
) -> Result<(EnterpriseId, Option<Unregistered>)> {
    let Some(name) = new.enterprise_name.as_deref() else {
        let code = new.credit_code.as_deref().unwrap_or_default();
        let found = api::enterprise(conn, reached, code).await?;
        return Ok((found.ok_or_else(|| wrong("credit_code", "enterprise-not-registered"))?, None));
    };
    let mut own = Vec::new();
    for brief in enterprise_side::by_code_or_name(conn, name).await? {
        let (subject, _) = case::subject_of_enterprise(conn, brief.id, &by.actor).await?;
        if identity::allowed(&by.actor, &access::CREATE, &subject) {
            own.push(brief);
        }
    }
    if let [only] = own.as_slice() {
        return Ok((only.id, None));
    }
    let similar: Vec<(String, String)> = match own.is_empty() {
        false => own.into_iter().map(|brief| (brief.name, brief.code)).collect(),
        true => registry::unchecked::similar(conn, reached, name)
            .await?
            .into_iter()
            .map(|brief| (brief.name, brief.credit_code))
            .collect(),
    };
    if !similar.is_empty() && !new.unregistered {
        let told: Vec<_> = similar.iter().map(|(name, code)| format!("{name} ({code})")).collect();
        let field = FieldError::new("enterprise_name", "enterprise-similar").arg("which", told.join("; "));
        return Err(Error { fields: vec![field], ..Error::invalid("invalid-fields") });
    }
    let township = match new.township.as_deref() {
        None => None,
        Some(code) => {
            let found = enterprise_side::townships(conn, Some(code)).await?.into_iter().next();
            Some(found.ok_or_else(|| wrong("township", "choose"))?.id)
        }
    };
    let named = Unregistered {
        name: name.to_owned(),
        township,
        contact_name: new.contact_name.clone(),
        contact_phone: new.contact_phone.clone(),
    };
    registry::unchecked::raising(conn, casework.clock.as_ref(), casework.random.as_ref(), named).await
}

fn wrong(field: &'static str, code: &'static str) -> Error {
    Error::invalid("invalid-fields").field(field, code)
}

fn once_key(headers: &HeaderMap, system: &Actor) -> Result<Option<OnceKey>> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let key =
        value.to_str().ok().filter(|key| (1..=100).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic()));
    let key = key.ok_or_else(|| wrong("Idempotency-Key", "idempotency-key"))?;
    Ok(OnceKey::of_system(system, key))
}

/// The same was sent before, or something else under the same key.
async fn before(casework: &Casework, conn: &mut db::Conn, by: &ApiActor, new: &NewRequest, number: &str) -> PageResult {
    answer(StatusCode::OK, casework, conn, by, number, |kept| new.raised(kept)).await
}

async fn answer(
    status: StatusCode,
    casework: &Casework,
    conn: &mut db::Conn,
    by: &ApiActor,
    number: &str,
    as_sent: impl Fn(&Request) -> bool,
) -> Result<Response, Failure> {
    let reached = by.reach(&access::CREATE)?;
    let units = casework.all_units(conn).await?;
    let found = api::find(conn, &reached, number, &units).await?.ok_or_else(|| Error::not_found("request"))?;
    if !as_sent(&found.request) {
        return Err(Error::new(ErrorKind::Invalid, "idempotency-key-reused").into());
    }
    let location = format!("/api/v1/requests/{number}");
    let settings = casework.settings(conn).await?;
    Ok((status, [(LOCATION, location)], Json(shown(found, by, &settings))).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use utoipa::PartialSchema;

    fn read(text: &str) -> Result<NewRequest> {
        NewRequest::read(Given::json(text.as_bytes())?)
    }

    #[test]
    fn the_example_of_the_description_can_be_sent_and_every_described_field_is_read() {
        let schema = serde_json::to_value(NewRequest::schema()).unwrap();
        let new = read(&schema["example"].to_string()).unwrap();
        assert_eq!((new.source.as_str(), new.handed_down), ("hotline", false));
        let all: serde_json::Map<_, _> =
            schema["properties"].as_object().unwrap().keys().map(|k| (k.clone(), 5.into())).collect();
        let error = read(&serde_json::Value::Object(all.clone()).to_string()).unwrap_err();
        assert_eq!(error.fields.len(), all.len(), "{error}");
        assert!(error.fields.iter().all(|f| f.code != "unknown-parameter"), "{error}");
    }

    #[test]
    fn all_faults_of_a_body_are_told_at_once() {
        let error = read(r#"{"credit_code": "x", "title": "a\u0000b", "source": "import", "contact_phone": "123", "origin_level": "city", "más": 1}"#).unwrap_err();
        let told: Vec<_> = error.fields.iter().map(|f| (&*f.field, f.code)).collect();
        let want = [
            ("title", "control-character"),
            ("body", "required"),
            ("source", "one-of"),
            ("contact_name", "required"),
            ("contact_phone", "phone-form"),
            ("origin_level", "only-handed-down"),
            ("más", "unknown-parameter"),
        ];
        assert_eq!(told, want);
    }
}
