//! What endpoints under `/api/v1` share: who calls, what was sent, keyset pages, problems in the API's description.

mod given;

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use identity::{Action, Actor, Origin, Reached, Role};
use kernel::{Error, ErrorKind};

pub use given::Given;

use crate::errors::Failure;
use crate::extract::Visitor;
use crate::lang::Lang;
use crate::state::AppState;

/// A body larger than this is refused unread.
const BODY_LIMIT: usize = 256 * 1024;
/// Rows of a page when the caller asks for no number.
pub const PAGE: i64 = 50;
/// Rows of a page at most.
pub const PAGE_MOST: i64 = 200;

/// Who calls: a neighbouring system by bearer token, or a person by session for reading (`GET`) only, since a
/// request without a form token must not change anything on a session's behalf.
pub struct ApiActor {
    pub state: AppState,
    pub actor: Actor,
    pub now: DateTime<Utc>,
    pub lang: Lang,
}

impl ApiActor {
    /// Whether the caller is told whom to ask at an enterprise: a system that may raise problems for enterprises. People
    /// see numbers masked here as on pages, where showing one is written down; an enterprise's own people see their own.
    pub fn sees_contact(&self) -> bool {
        match &self.actor.origin {
            Origin::Token { scopes, .. } => scopes.iter().any(|scope| scope == "requests:write"),
            Origin::Person => self.actor.grants.iter().all(|grant| grant.role == Role::Enterprise),
            Origin::Program => true,
        }
    }

    /// What the caller reaches with `action`.
    ///
    /// # Errors
    /// `scope-missing` naming the scope a token lacks; `not-allowed` for a person without the role.
    pub fn reach(&self, action: &Action) -> kernel::Result<Reached> {
        identity::reach(&self.actor, action).map_err(|error| match (&self.actor.origin, action.scope) {
            (Origin::Token { .. }, Some(scope)) => Error::forbidden("scope-missing").arg("scope", scope),
            _ => error,
        })
    }
}

impl FromRequestParts<AppState> for ApiActor {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let now = state.clock.now();
        let lang = crate::extract::language(&parts.headers, &state.config);
        if let Some(bearer) = bearer(&parts.headers) {
            let mut conn = state.db.read().await?;
            let actor = identity::find_token(&mut conn, bearer, now).await?;
            let actor = actor.ok_or_else(unknown)?;
            return Ok(ApiActor { state: state.clone(), actor, now, lang });
        }
        if parts.method.is_safe() {
            let visitor = Visitor::from_request_parts(parts, state).await?;
            if let Some(session) = visitor.session {
                return Ok(ApiActor { state: state.clone(), actor: session.actor, now, lang });
            }
        }
        Err(unknown().into())
    }
}

/// The credentials of an `Authorization: Bearer …` header; the name of the scheme in any case.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, credentials) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| credentials.trim())
}

fn unknown() -> Error {
    Error::new(ErrorKind::Unauthenticated, "token-unknown")
}

/// The parameters of the query. The endpoint asks for each by name and then lets [`Given::finish`] refuse the rest.
pub struct Query(pub Given);

impl FromRequestParts<AppState> for Query {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Failure> {
        Ok(Query(Given::query(parts.uri.query().unwrap_or(""))))
    }
}

/// The one parameter in the path, a number or a code. What cannot be one does not exist.
pub struct Named(pub String);

impl FromRequestParts<AppState> for Named {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let path: Result<Path<String>, PathRejection> = Path::from_request_parts(parts, state).await;
        match path {
            Ok(Path(text)) if text.len() <= 100 && !text.contains('\0') => Ok(Named(text)),
            _ => Err(Error::not_found("page").into()),
        }
    }
}

/// A JSON object, read like [`Query`]. What is wrong with it is told when the endpoint asks for it: after the right.
pub struct Body(Result<Given, Box<Response>>);

impl Body {
    /// # Errors
    /// The answer to what is no JSON, is not declared as such or is too large.
    pub fn given(self) -> Result<Given, Box<Response>> {
        self.0
    }
}

impl FromRequest<AppState> for Body {
    type Rejection = Infallible;

    async fn from_request(request: Request, _: &AppState) -> Result<Self, Infallible> {
        Ok(Body(read_json(request).await))
    }
}

async fn read_json(request: Request) -> Result<Given, Box<Response>> {
    if !is_json(request.headers()) {
        let mut response = StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
        response.extensions_mut().insert(Arc::new(Error::invalid("media-type")));
        return Err(Box::new(response));
    }
    let refused = |error| Box::new(Failure(error).into_response());
    let body = crate::posted::read_body(request.into_body(), BODY_LIMIT).await;
    Given::json(&body.map_err(refused)?).map_err(refused)
}

fn is_json(headers: &HeaderMap) -> bool {
    let media = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    let media = media.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    media == "application/json" || (media.starts_with("application/") && media.ends_with("+json"))
}

/// The address of the next page: the present query with another place to begin.
pub fn next_page(path: &str, query: &[(&str, Option<String>)], after: String) -> String {
    let mut address = crate::href::Href::parse(path);
    for (name, value) in query {
        if let Some(value) = value {
            address = address.with(name, value);
        }
    }
    address.with("after", &after).to_string()
}
