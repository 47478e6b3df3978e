//! /sign-in: name and password; in the demo one button per seat.

use askama::Template;
use axum::extract::{FromRequestParts, Query};
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use identity::Opened;
use kernel::{Error, ErrorKind};
use serde::Deserialize;

use super::{html, safe_back};
use crate::carried::Carried;
use crate::components::Field;
use crate::desk_line::DeskCall;
use crate::errors::{Failure, PageResult, describe};
use crate::extract::{Visitor, redirect};
use crate::posted::{Fields, Posted, shown_again};
use crate::session::{SESSION, set_cookie};
use crate::shell::Shell;
use crate::state::{AppState, DemoSeat};

/// The hidden field with what was typed into an interrupted form.
const CARRIED: &str = "carried";

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
    /// What was typed into a form when the session ended, to be brought back; see [`Carried::text`].
    carried: String,
    /// The same, for a form that guests may send as well.
    guest: Option<Carried>,
    /// Whom somebody can call who does not get in.
    desk: DeskCall,
}

/// After signing in: the form that was interrupted, sent on by itself or by its button.
#[derive(Template)]
#[template(path = "pages/brought_back.html")]
struct BroughtBack {
    shell: Shell,
    carried: Carried,
}

impl Page {
    /// words: role-*
    fn role(&self, seat: &DemoSeat) -> String {
        self.shell.t(&format!("role-{}", seat.role)).into_owned()
    }
}

async fn page(visitor: &Visitor, next: &str, login: &str, problem: String) -> Page {
    let w = &visitor.words;
    let desk = visitor.state.desk_line().await.call(w);
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
        carried: String::new(),
        guest: None,
        desk,
    }
}

pub(super) async fn show(visitor: Visitor, Query(Next { next }): Query<Next>) -> PageResult {
    html(&page(&visitor, &next, "", String::new()).await)
}

/// The page for somebody whose session ended before a form arrived: signing in brings back what was typed.
pub(crate) async fn again(state: &AppState, mut asked: Parts, carried: &Carried) -> Response {
    let shown = match Visitor::from_request_parts(&mut asked, state).await {
        Ok(visitor) => {
            let mut page = page(&visitor, "", "", String::new()).await;
            page.carried = carried.text();
            page.guest = carried.guests.then(|| carried.clone());
            html(&page)
        }
        Err(failure) => Err(failure),
    };
    let mut response = shown.unwrap_or_else(IntoResponse::into_response);
    *response.status_mut() = StatusCode::FORBIDDEN;
    response
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
        Ok(opened) => welcome(&visitor, &opened, &fields),
        Err(e) if matches!(e.kind, ErrorKind::Invalid | ErrorKind::Forbidden | ErrorKind::TooMany) => {
            let mut page = page(&visitor, next, login, describe(&visitor.words, &e)).await;
            page.carried = fields.get(CARRIED).to_owned();
            Ok(shown_again(html(&page)?))
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
    welcome(&visitor, &opened, &fields)
}

/// To where the person wanted to go, or on with the form that was interrupted.
fn welcome(visitor: &Visitor, opened: &Opened, fields: &Fields) -> PageResult {
    let mut response = match Carried::parse(fields.get(CARRIED)) {
        None => redirect(safe_back(fields.get("next"))),
        Some(carried) => {
            let mut shell = visitor.shell();
            shell.csrf.clone_from(&opened.csrf);
            shell.path = "/".to_owned();
            html(&BroughtBack { shell, carried })?
        }
    };
    let secure = visitor.state.config.secure_cookies;
    if let Some(cookie) = set_cookie(SESSION, &opened.token, 7 * 24 * 3600, secure) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}
