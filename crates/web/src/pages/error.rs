//! The page shown instead of the one asked for: what happened and what to do next.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use kernel::Error;

use crate::errors::{describe, describe_fields};
use crate::shell::Shell;
use crate::state::AppState;
use crate::words::Words;

#[derive(Template)]
#[template(path = "pages/error.html")]
struct Page {
    shell: Shell,
    title: String,
    text: String,
    fields: Vec<(String, String)>,
    /// What was written into a form that could not be taken.
    typed: Vec<String>,
    next: String,
    status: u16,
}

/// The error in the reader's words. It knows nobody, so it can also be shown when the database is away.
pub fn error_page(state: &AppState, words: &Words, status: StatusCode, error: &Error) -> Response {
    let title = words.t(&format!("error-title-{}", class(status))).into_owned();
    let next = words.t(&format!("error-next-{}", class(status))).into_owned();
    let shell = Shell {
        w: words.clone(),
        county: state.config.county(words.lang()).to_owned(),
        programme: words.t("programme").into_owned(),
        nav: Vec::new(),
        user: None,
        csrf: String::new(),
        path: "/".to_owned(),
        flash: None,
        search: None,
        demo: !state.config.demo.is_empty(),
    };
    let page = Page {
        shell,
        title,
        text: describe(words, error),
        fields: describe_fields(words, error),
        typed: error.args.iter().filter(|(name, _)| *name == "typed").map(|(_, value)| value.clone()).collect(),
        next,
        status: status.as_u16(),
    };
    match page.render() {
        Ok(text) => (status, Html(text)).into_response(),
        Err(_) => status.into_response(),
    }
}

/// words: error-title-* error-next-*
fn class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        401 | 403 => "forbidden",
        404 => "missing",
        409 => "conflict",
        429 => "wait",
        503 => "away",
        s if s >= 500 => "ours",
        _ => "wrong",
    }
}
