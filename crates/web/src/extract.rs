//! Who asks: `Visitor` for anybody, `SignedIn` for pages that need a person. Rights stand in the signature.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::header::{ACCEPT_LANGUAGE, LOCATION, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use identity::{Actor, Session};
use kernel::Error;

use crate::errors::Failure;
use crate::href::encode;
use crate::lang::{LANG_COOKIE, Lang};
use crate::session::{FLASH, FORM, SESSION, cookie};
use crate::state::{AppState, Config};
use crate::words::Words;

/// Code of the refusal that leads to the page for changing the password.
pub(crate) const PASSWORD_FIRST: &str = "password-first";
/// What is open to somebody who still signs in with a password another person made.
const BEFORE_CHANGE: [&str; 3] = ["/account", "/sign-out", "/sign-out/all"];

/// Anybody who asks, signed in or not.
pub struct Visitor {
    pub state: AppState,
    pub session: Option<Session>,
    pub words: Words,
    pub lang: Lang,
    /// Token every form of this visitor must send back.
    pub csrf: String,
    /// Path with query, for the language switch and for coming back after signing in.
    pub here: String,
    pub now: DateTime<Utc>,
    /// Key of a message to show once.
    pub flash: Option<String>,
    pub agent: String,
    pub address: String,
}

/// Somebody signed in.
pub struct SignedIn {
    pub visitor: Visitor,
    pub actor: Actor,
}

impl std::ops::Deref for SignedIn {
    type Target = Visitor;

    fn deref(&self) -> &Visitor {
        &self.visitor
    }
}

/// Form token made for this request by the outer layer when the visitor had none.
#[derive(Clone)]
pub(crate) struct FormToken(pub String);

/// The peer's address, put there by the server; used for throttling only, never logged.
#[derive(Clone)]
pub struct PeerAddress(pub String);

/// The language a request is answered in.
pub fn language(headers: &HeaderMap, config: &Config) -> Lang {
    let chosen = cookie(headers, LANG_COOKIE).or(config.lang.map(Lang::tag));
    Lang::negotiate(chosen, headers.get(ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()))
}

impl FromRequestParts<AppState> for Visitor {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let now = state.clock.now();
        let headers = &parts.headers;
        let session = match cookie(headers, SESSION) {
            Some(token) => {
                let mut conn = state.db.read().await?;
                identity::find_session(&mut conn, token, now).await?
            }
            None => None,
        };
        if session.as_ref().is_some_and(|s| s.must_change_password) && !BEFORE_CHANGE.contains(&parts.uri.path()) {
            return Err(Failure(Error::forbidden(PASSWORD_FIRST)));
        }
        if let Some(stale) = session.as_ref().filter(|s| s.is_stale(now)) {
            touch(state, stale.token_hash.clone(), now);
        }
        let lang = language(headers, &state.config);
        let form = || {
            let made = parts.extensions.get::<FormToken>().map(|t| t.0.clone());
            made.or_else(|| cookie(headers, FORM).map(str::to_owned)).unwrap_or_default()
        };
        Ok(Visitor {
            csrf: session.as_ref().map_or_else(form, |s| s.csrf.clone()),
            session,
            words: state.words.in_lang(lang),
            lang,
            here: parts.uri.path_and_query().map_or("/", |p| p.as_str()).to_owned(),
            now,
            flash: cookie(headers, FLASH).map(str::to_owned),
            agent: headers.get(USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or("").chars().take(200).collect(),
            address: parts.extensions.get::<PeerAddress>().map_or_else(String::new, |a| a.0.clone()),
            state: state.clone(),
        })
    }
}

/// Notes beside the answer, not before it, that the session was used.
fn touch(state: &AppState, token_hash: Vec<u8>, now: DateTime<Utc>) {
    let db = state.db.clone();
    tokio::spawn(async move {
        let touched = async {
            let mut tx = db.begin().await?;
            identity::touch(&mut tx, &token_hash, now).await?;
            tx.commit().await
        };
        if let Err(error) = touched.await {
            tracing::warn!(code = error.code, "a session could not be touched");
        }
    });
}

/// Why a page for signed-in people was not shown.
pub enum Refused {
    /// Sign in first, then come back here.
    SignIn(String),
    Failed(Failure),
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Refused::Failed(failure) => failure.into_response(),
            Refused::SignIn(next) => redirect(&format!("/sign-in?next={}", encode(&next))),
        }
    }
}

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Refused> {
        let visitor = Visitor::from_request_parts(parts, state).await.map_err(Refused::Failed)?;
        match visitor.session.as_ref().map(|s| s.actor.clone()) {
            Some(actor) => Ok(SignedIn { visitor, actor }),
            None => Err(Refused::SignIn(visitor.here)),
        }
    }
}

impl OptionalFromRequestParts<AppState> for SignedIn {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Option<Self>, Failure> {
        let visitor = Visitor::from_request_parts(parts, state).await?;
        let actor = visitor.session.as_ref().map(|s| s.actor.clone());
        Ok(actor.map(|actor| SignedIn { visitor, actor }))
    }
}

/// 303 to a path of this site.
pub fn redirect(to: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(value) = HeaderValue::from_str(to) {
        response.headers_mut().insert(LOCATION, value);
    }
    response
}

/// 303 with a message (a key of the words) shown once on the page it leads to: something was done.
pub fn redirect_saying(to: &str, key: &str) -> Response {
    with_flash(to, key)
}

/// The same where nothing was done: the message says what is to be done first.
pub fn redirect_warning(to: &str, key: &str) -> Response {
    with_flash(to, &format!("{WARNING}{key}"))
}

/// What a key of a warning begins with in the cookie.
pub(crate) const WARNING: char = '!';

fn with_flash(to: &str, value: &str) -> Response {
    let mut response = redirect(to);
    if let Some(value) = crate::session::set_cookie(FLASH, value, 60, false) {
        response.headers_mut().append(axum::http::header::SET_COOKIE, value);
    }
    response
}
