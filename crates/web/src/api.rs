//! What endpoints under `/api/v1` share: who calls, bodies, keyset pages.

use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use chrono::{DateTime, Utc};
use identity::Actor;
use kernel::{Error, ErrorKind};
use serde::de::DeserializeOwned;

use crate::errors::Failure;
use crate::extract::Visitor;
use crate::lang::Lang;
use crate::state::AppState;

/// Who calls: a neighbouring system by bearer token, or a person by session for reading (`GET`) only, since a
/// request without a form token must not change anything on a session's behalf.
pub struct ApiActor {
    pub state: AppState,
    pub actor: Actor,
    pub now: DateTime<Utc>,
    pub lang: Lang,
}

impl FromRequestParts<AppState> for ApiActor {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let now = state.clock.now();
        let lang = crate::extract::language(&parts.headers, &state.config);
        let bearer = parts
            .headers
            .get(AUTHORIZATION)
            .and_then(|v| v.to_str().ok())
            .and_then(|v| v.strip_prefix("Bearer "))
            .map(|v| v.trim().to_owned());
        if let Some(bearer) = bearer {
            let mut conn = state.db.read().await?;
            let actor = identity::find_token(&mut conn, &bearer, now).await?;
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

fn unknown() -> Error {
    Error::new(ErrorKind::Unauthenticated, "token-unknown")
}

/// A JSON body; what is wrong with it is told as a problem with the place.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<AppState> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Failure> {
        match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(value)) => Ok(Body(value)),
            Err(JsonRejection::BytesRejection(e)) if e.status().as_u16() == 413 => Err(Error::too_large("2 MB").into()),
            Err(e) => Err(Error::invalid("bad-json").arg("detail", e.body_text()).into()),
        }
    }
}
