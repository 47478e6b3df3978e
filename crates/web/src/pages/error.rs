//! The page shown instead of the one asked for: what happened and what to do next.

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use kernel::Error;

use crate::desk_line::{DeskCall, DeskLine};
use crate::errors::{describe, describe_fields};
use crate::extract::{Visitor, came_from};
use crate::shell::Shell;
use crate::state::AppState;
use crate::words::Words;

/// Classes of errors that somebody may not get over alone.
const CALLED: [&str; 5] = ["forbidden", "missing", "wait", "away", "ours"];

#[derive(Template)]
#[template(path = "pages/error.html")]
struct Page {
    shell: Shell,
    title: String,
    text: String,
    fields: Vec<(String, String)>,
    /// What was written into a form that could not be taken.
    typed: Vec<String>,
    /// Where the form that could not be taken stood.
    again: Option<String>,
    next: String,
    /// Whom guests and enterprises can call.
    desk: DeskCall,
    status: u16,
}

/// The error in the reader's words, in the frame of who asked; when the database is away, in a frame that knows nobody.
pub async fn error_page(state: &AppState, mut asked: Parts, status: StatusCode, error: &Error) -> Response {
    let words = state.words.in_lang(crate::extract::language(&asked.headers, &state.config));
    // What failed or took too long here may do so again.
    let visitor = match status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT {
        true => None,
        false => Visitor::from_request_parts(&mut asked, state).await.ok(),
    };
    // Staff have their administrator; whoever came without being known is taken for a guest.
    let outside = visitor
        .as_ref()
        .and_then(|own| own.session.as_ref())
        .is_none_or(|session| session.actor.grants.iter().all(|grant| grant.role == identity::Role::Enterprise));
    let asked_for = outside && CALLED.contains(&class(status, error));
    let line = match (asked_for, status.is_server_error()) {
        (false, _) => DeskLine::default(),
        (true, true) => state.known_desk_line(),
        (true, false) => state.desk_line().await,
    };
    let mut shell = visitor.map_or_else(|| bare(state, &words), |visitor| visitor.shell());
    shell.flash = None;
    if asked.method != Method::GET {
        // Nothing can be asked for under the address of a form.
        shell.path = "/".to_owned();
    }
    let class = class(status, error);
    let page = Page {
        shell,
        title: words.t(&format!("error-title-{class}")).into_owned(),
        text: describe(&words, error),
        fields: describe_fields(&words, error),
        typed: error.args.iter().filter(|(name, _)| *name == "typed").map(|(_, value)| value.clone()).collect(),
        again: if class == "expired" { came_from(&asked.headers) } else { None },
        next: words.t(&format!("error-next-{class}")).into_owned(),
        desk: line.call(&words),
        status: status.as_u16(),
    };
    match page.render() {
        Ok(text) => (status, Html(text)).into_response(),
        Err(_) => status.into_response(),
    }
}

/// The frame for nobody in particular.
fn bare(state: &AppState, words: &Words) -> Shell {
    Shell {
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
    }
}

/// words: error-title-* error-next-*
fn class(status: StatusCode, error: &Error) -> &'static str {
    if error.code == "form-expired" {
        return "expired";
    }
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
