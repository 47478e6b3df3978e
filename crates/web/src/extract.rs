//! Who asks: `Visitor` for anybody, `SignedIn` for pages that need a person. Rights stand in the signature.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::header::{ACCEPT_LANGUAGE, HOST, LOCATION, REFERER, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use identity::{Actor, Session};
use kernel::Error;

use crate::carried::Carried;
use crate::errors::Failure;
use crate::href::encode;
use crate::lang::{LANG_COOKIE, Lang};
use crate::pages::safe_back;
use crate::session::{FLASH, SESSION, cookie};
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

/// Form token of visitors without a session, chosen for this request by the outer layer.
#[derive(Clone)]
pub(crate) struct FormToken(pub String);

/// What was found out about a visitor on the way to the page, for the layer that sets cookies.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found(Arc<[AtomicBool; 2]>);

impl Found {
    /// The cookie of a session was there, the session was not.
    pub fn dead_session(&self) -> bool {
        self.0[0].load(Ordering::Relaxed)
    }

    /// The page was made for somebody without a session: its forms carry the token of the cookie.
    pub fn guest(&self) -> bool {
        self.0[1].load(Ordering::Relaxed)
    }

    fn note(&self, session_cookie: bool) {
        self.0[0].fetch_or(session_cookie, Ordering::Relaxed);
        self.0[1].store(true, Ordering::Relaxed);
    }
}

/// The peer's address, put there by the server; used for throttling only, never logged.
#[derive(Clone)]
pub struct PeerAddress(pub String);

/// The language a request is answered in.
pub fn language(headers: &HeaderMap, config: &Config) -> Lang {
    let chosen = cookie(headers, LANG_COOKIE, config.secure_cookies).or(config.lang.map(Lang::tag));
    Lang::negotiate(chosen, headers.get(ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()))
}

impl FromRequestParts<AppState> for Visitor {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let now = state.clock.now();
        let headers = &parts.headers;
        let secure = state.config.secure_cookies;
        let token = cookie(headers, SESSION, secure);
        let session = match token {
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
        if session.is_none()
            && let Some(found) = parts.extensions.get::<Found>()
        {
            found.note(token.is_some());
        }
        let lang = language(headers, &state.config);
        let form = || parts.extensions.get::<FormToken>().map(|token| token.0.clone()).unwrap_or_default();
        Ok(Visitor {
            csrf: session.as_ref().map_or_else(form, |s| s.csrf.clone()),
            session,
            words: state.words.in_lang(lang),
            lang,
            here: parts.uri.path_and_query().map_or("/", |p| p.as_str()).to_owned(),
            now,
            flash: cookie(headers, FLASH, secure).map(str::to_owned),
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
    /// The same with what was typed into a form, which is not to be lost.
    Carried(Carried),
    Failed(Failure),
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Refused::Failed(failure) => failure.into_response(),
            Refused::Carried(carried) => crate::carried::respond(carried),
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
            None if parts.method.is_safe() => Err(Refused::SignIn(visitor.here)),
            // Nothing can be asked for under the address of a form: back to the page it stood on.
            None => Err(Refused::SignIn(came_from(&parts.headers).unwrap_or_else(|| "/".to_owned()))),
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

/// The page of this site on which a form stood; our policy lets browsers name it to ourselves only.
pub(crate) fn came_from(headers: &HeaderMap) -> Option<String> {
    let host = headers.get(HOST)?.to_str().ok()?;
    let page: Uri = headers.get(REFERER)?.to_str().ok()?.parse().ok()?;
    let own = page.authority().is_some_and(|authority| authority.as_str() == host);
    own.then(|| page.path_and_query().map(|path| safe_back(path.as_str()).to_owned())).flatten()
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
    response.extensions_mut().insert(Said(value.to_owned()));
    response
}

/// Message for the next page; the outer layer, which knows how cookies are set here, puts it into one.
#[derive(Clone)]
pub(crate) struct Said(pub String);
