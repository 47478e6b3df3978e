//! /sign-in: name and password; in the demo one button per seat.

use askama::Template;
use axum::extract::Query;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use identity::Opened;
use kernel::{Error, ErrorKind};
use serde::Deserialize;

use super::{html, safe_back};
use crate::components::Field;
use crate::errors::{Failure, PageResult, describe};
use crate::extract::{Visitor, redirect};
use crate::posted::{Posted, shown_again};
use crate::session::{SESSION, set_cookie};
use crate::shell::Shell;
use crate::state::{AppState, DemoSeat};

#[derive(Deserialize)]
pub(super) struct Next {
    #[serde(default)]
    next: String,
}

#[derive(Template)]
#[template(path = "pages/sign_in.html")]
struct Page {
    shell: Shell,
    next: String,
    login: Field,
    password: Field,
    problem: String,
    seats: Vec<DemoSeat>,
}

impl Page {
    /// words: role-*
    fn role(&self, seat: &DemoSeat) -> String {
        self.shell.t(&format!("role-{}", seat.role)).into_owned()
    }
}

fn page(visitor: &Visitor, next: &str, login: &str, problem: String) -> Page {
    let w = &visitor.words;
    let mut shell = visitor.shell();
    shell.path = "/sign-in".to_owned();
    Page {
        login: Field::text("login", w.t("sign-in-login")).value(login).required().autocomplete("username"),
        password: Field::input("password", "password", w.t("sign-in-password"))
            .required()
            .autocomplete("current-password"),
        shell,
        next: safe_back(next).to_owned(),
        problem,
        seats: visitor.state.config.demo.clone(),
    }
}

pub(super) async fn show(visitor: Visitor, Query(Next { next }): Query<Next>) -> PageResult {
    html(&page(&visitor, &next, "", String::new()))
}

pub(super) async fn submit(Posted { visitor, fields }: Posted) -> PageResult {
    let state = &visitor.state;
    let (login, next) = (fields.get("login"), fields.get("next"));
    let opened = identity::sign_in(
        &state.db,
        state.clock.as_ref(),
        state.random.as_ref(),
        login,
        fields.get("password"),
        &visitor.address,
        &visitor.agent,
    );
    match opened.await {
        Ok(opened) => Ok(welcome(state, &opened, next)),
        Err(e) if matches!(e.kind, ErrorKind::Invalid | ErrorKind::Forbidden | ErrorKind::TooMany) => {
            let text = describe(&visitor.words, &e);
            Ok(shown_again(html(&page(&visitor, next, login, text))?))
        }
        Err(e) => Err(Failure(e)),
    }
}

/// Signs in as one of the demo's seats; there are none in an ordinary installation.
pub(super) async fn demo(Posted { visitor, fields }: Posted) -> PageResult {
    let state = &visitor.state;
    let login = fields.get("seat");
    if !state.config.demo.iter().any(|seat| seat.login == login) {
        return Err(Error::not_found("seat").into());
    }
    let mut conn = state.db.read().await?;
    let person = identity::find_person_by_login(&mut conn, login).await?.ok_or_else(|| Error::not_found("seat"))?.id;
    drop(conn);
    let mut tx = state.db.begin().await?;
    let opened =
        identity::open_session(&mut tx, state.clock.as_ref(), state.random.as_ref(), person, &visitor.agent).await?;
    tx.commit().await?;
    Ok(welcome(state, &opened, fields.get("next")))
}

fn welcome(state: &AppState, opened: &Opened, next: &str) -> Response {
    let mut response = redirect(safe_back(next));
    if let Some(cookie) = set_cookie(SESSION, &opened.token, 7 * 24 * 3600, state.config.secure_cookies) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}
