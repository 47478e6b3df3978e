//! Errors at the boundary: handlers return [`Failure`]; one layer logs the inside half and writes the outside half
//! as a page or, under `/api`, as an RFC 9457 problem.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kernel::{Error, ErrorKind};
use serde_json::json;

use crate::carried::Carried;
use crate::state::AppState;
use crate::words::{Arg, Words};

/// What a handler returns instead of a page.
#[derive(Debug)]
pub struct Failure(pub Error);

/// What a page handler returns.
pub type PageResult = Result<Response, Failure>;

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Failure(error.into())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = status(self.0.kind);
        let mut response = status.into_response();
        response.extensions_mut().insert(Arc::new(self.0));
        response
    }
}

/// The HTTP status of an error kind.
pub fn status(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::Forbidden => StatusCode::FORBIDDEN,
        ErrorKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorKind::Conflict => StatusCode::CONFLICT,
        ErrorKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorKind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The outside half of `error` in the reader's words.
pub fn describe(words: &Words, error: &Error) -> String {
    text(words, &error.key(), &error.args)
}

/// What is wrong with each field, in the reader's words: (field, text).
pub fn describe_fields(words: &Words, error: &Error) -> Vec<(String, String)> {
    error.fields.iter().map(|f| (f.field.to_string(), text(words, &f.key(), &f.args))).collect()
}

fn text(words: &Words, key: &str, args: &[(&'static str, String)]) -> String {
    let args: Vec<(&str, &dyn Arg)> = args.iter().map(|(name, value)| (*name, value as &dyn Arg)).collect();
    words.f(key, &args)
}

/// The layer that writes errors, also those axum makes itself (unknown path, wrong method).
pub async fn write_errors(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let (asked, body) = request.into_parts();
    let path = asked.uri.path().to_owned();
    let response = match impossible(&asked.uri) {
        Some(error) => Failure(error).into_response(),
        None => next.run(Request::from_parts(asked.clone(), body)).await,
    };
    if response.status().as_u16() < 400 || response.headers().contains_key(CONTENT_TYPE) && !is_plain(&response) {
        return response;
    }
    if let Some(carried) = response.extensions().get::<Arc<Carried>>() {
        return crate::pages::sign_in_again(&state, asked, carried).await;
    }
    let own = response.extensions().get::<Arc<Error>>().cloned();
    let (status, headers) = (response.status(), response.headers().clone());
    let error = own.unwrap_or_else(|| Arc::new(of_status(status)));
    log(status, &error, &path);
    let mut written = if path.starts_with("/api/") {
        let lang = crate::extract::language(&asked.headers, &state.config);
        problem(&state.words.in_lang(lang), status, &error)
    } else if error.code == crate::extract::PASSWORD_FIRST {
        crate::extract::redirect("/account")
    } else {
        crate::pages::error_page(&state, asked, status, &error).await
    };
    if let Some(allow) = headers.get("allow") {
        written.headers_mut().insert("allow", allow.clone());
    }
    written
}

/// The inside half, for administrators. What a visitor sent broken is no fault of ours: strangers shall not fill the log.
fn log(status: StatusCode, error: &Error, path: &str) {
    let Some(inside) = &error.inside else { return };
    if status.is_server_error() {
        tracing::error!(code = error.code, path = %without_ids(path), "{inside}");
    } else {
        tracing::debug!(code = error.code, path = %without_ids(path), "{inside}");
    }
}

/// An address of a page with a NUL in it: no code or number has one, and PostgreSQL takes none.
fn impossible(uri: &axum::http::Uri) -> Option<Error> {
    let path = uri.path();
    (path.contains("%00") && !path.starts_with("/api/")).then(|| Error::not_found("page"))
}

/// axum's own rejections are plain text in English; they are rewritten like everything else.
fn is_plain(response: &Response) -> bool {
    response.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).is_some_and(|v| v.starts_with("text/plain"))
}

fn of_status(status: StatusCode) -> Error {
    match status {
        StatusCode::NOT_FOUND => Error::not_found("page"),
        StatusCode::METHOD_NOT_ALLOWED => Error::invalid("method-not-allowed"),
        StatusCode::PAYLOAD_TOO_LARGE => Error::too_large("20 MB"),
        StatusCode::REQUEST_TIMEOUT => Error::new(ErrorKind::Unavailable, "timeout"),
        s if s.is_server_error() => Error::new(ErrorKind::Internal, "internal"),
        _ => Error::invalid("bad-request"),
    }
}

/// RFC 9457 problem details.
pub fn problem(words: &Words, status: StatusCode, error: &Error) -> Response {
    let errors: Vec<_> = error
        .fields
        .iter()
        .zip(describe_fields(words, error))
        .map(|(f, (field, detail))| json!({"field": field, "code": f.code, "detail": detail}))
        .collect();
    let mut body = json!({
        "type": format!("urn:wanqi:problem:{}", error.code),
        "title": status.canonical_reason().unwrap_or("Error"),
        "status": status.as_u16(),
        "detail": describe(words, error),
        "code": error.code,
    });
    if !errors.is_empty() {
        body["errors"] = json!(errors);
    }
    let mut response = (status, Json(body)).into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// Paths in the log say which page failed, not whose matter it was.
fn without_ids(path: &str) -> String {
    let part = |p: &str| if p.chars().any(|c| c.is_ascii_digit()) { "*".to_owned() } else { p.to_owned() };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}
