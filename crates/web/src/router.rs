//! The whole site put together: modules' pages and API, assets, health, and the layers around them.

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, HeaderName, HeaderValue, REFERRER_POLICY, SET_COOKIE,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;

use crate::extract::{FormToken, Found, Said};
use crate::posted::IMPORT_LIMIT;
use crate::session::{FLASH, FORM, SESSION, cookie, set_cookie, sets};
use crate::state::{AppState, Module};

/// Nothing from elsewhere, no inline script or style, forms go only to ourselves.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// So long a page may take.
const ANSWER: Duration = Duration::from_secs(120);
/// So long a form with files may take: the largest spreadsheet over a village's half megabit a second.
const UPLOAD: Duration = Duration::from_secs(30 * 60);
/// Seconds the form token of a guest lives after the last page.
const FORM_AGE: u32 = 7 * 24 * 3600;

/// The site of these modules.
pub fn router(state: &AppState, modules: &[Module], extra: Router<AppState>) -> Router {
    let mut site = Router::new().merge(crate::pages::routes()).merge(extra);
    for module in modules {
        site = site.merge((module.pages)());
        site = site.nest("/api/v1", (module.api)());
    }
    // Named here, so that the layers below are around it: an unknown address gets a page or a problem like any error.
    site.fallback(crate::pages::nothing_here)
        .layer(from_fn(in_time))
        .layer(from_fn_with_state(state.clone(), crate::errors::write_errors))
        .layer(from_fn_with_state(state.clone(), protect))
        .layer(CatchPanicLayer::new())
        .layer(DefaultBodyLimit::max(IMPORT_LIMIT as usize))
        .merge(crate::assets::routes())
        .with_state(state.clone())
}

/// Gives up on a request that takes too long, so that none holds its place for ever.
async fn in_time(request: Request, next: Next) -> Response {
    let answer = tokio::time::timeout(most(request.headers()), next.run(request)).await;
    answer.unwrap_or_else(|_| (StatusCode::REQUEST_TIMEOUT, "timeout").into_response())
}

/// How long a request with these headers may take.
fn most(headers: &HeaderMap) -> Duration {
    let sent = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if sent.is_some_and(|kind| kind.to_ascii_lowercase().starts_with("multipart/")) { UPLOAD } else { ANSWER }
}

/// Security headers on everything; cookies: a form token for whoever has no session, the end of a session that is not
/// there any more, the message of the next page, which is shown once.
async fn protect(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    // Whoever passes it on may believe the other one.
    if request.headers().get_all(HOST).iter().nth(1).is_some() {
        return (StatusCode::BAD_REQUEST, "two hosts").into_response();
    }
    let secure = state.config.secure_cookies;
    let had_flash = cookie(request.headers(), FLASH, secure).is_some();
    let found = Found::default();
    request.extensions_mut().insert(found.clone());
    let mut token = String::new();
    if !request.uri().path().starts_with("/api/") {
        token = form_token(&state, cookie(request.headers(), FORM, secure));
        request.extensions_mut().insert(FormToken(token.clone()));
    }
    let mut response = next.run(request).await;
    let said = response.extensions_mut().remove::<Said>();
    let headers = response.headers_mut();
    let sets_session = headers.get_all(SET_COOKIE).iter().any(|value| sets(value, SESSION));
    let session_ends = (found.dead_session() && !sets_session).then(|| set_cookie(SESSION, "", 0, secure));
    // Sent with every page of a guest, so that it lives as long as the latest of them.
    let form = (found.guest() && !token.is_empty()).then(|| set_cookie(FORM, &token, FORM_AGE, secure));
    let flash = match said {
        Some(Said(message)) => Some(set_cookie(FLASH, &message, 60, secure)),
        None => had_flash.then(|| set_cookie(FLASH, "", 0, secure)),
    };
    for value in [session_ends, form, flash].into_iter().flatten().flatten() {
        headers.append(SET_COOKIE, value);
    }
    let fixed: [(HeaderName, &str); 5] = [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, value) in fixed {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if secure {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    response
}

/// The form token the visitor has, if it is one of ours by its shape; else a new one: 32 hexadecimal digits.
fn form_token(state: &AppState, has: Option<&str>) -> String {
    if let Some(token) = has.filter(|token| token.len() == 32 && token.bytes().all(|b| b.is_ascii_hexdigit())) {
        return token.to_owned();
    }
    let mut bytes = [0_u8; 16];
    state.random.fill(&mut bytes);
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_with_files_may_take_longer() {
        let with = |kind: &'static str| HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(kind))]);
        assert_eq!(most(&HeaderMap::new()), ANSWER);
        assert_eq!(most(&with("application/x-www-form-urlencoded")), ANSWER);
        assert_eq!(most(&with("multipart/form-data; boundary=x")), UPLOAD);
    }
}
