//! /raise/sent/NUMBER: what happens now with a problem that was just raised.

use askama::Template;
use axum::Extension;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use web::{DeskCall, Refused, Shell, Visitor, html};

use super::door::{Door, enter};
use crate::engine::Casework;
use crate::pages::shared;
use crate::projection::project;
use crate::store::enterprise_side;

#[derive(Template)]
#[template(path = "enterprise/raise_sent.html")]
struct Sent {
    shell: Shell,
    number: String,
    title: String,
    accepted_by: String,
    href: String,
    follow: bool,
    raise_more: String,
    /// The name as it was typed, where the register does not have it.
    unchecked: Option<String>,
    desk: DeskCall,
}

pub(super) async fn after(
    Extension(casework): Extension<Casework>,
    headers: HeaderMap,
    Path(number): Path<String>,
    visitor: Visitor,
) -> std::result::Result<Response, Refused> {
    let door = if visitor.session.is_some() { Door::My } else { Door::Follow };
    let entered = match enter(&visitor, &headers, &number, door).await? {
        Ok(entered) => entered,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let mut conn = visitor.state.db.read().await.map_err(Refused::from)?;
    let settings = casework.settings(&mut conn).await?;
    let firm = enterprise_side::briefs(&mut conn, &[entered.kept.request.enterprise]).await?.pop();
    let unchecked = firm.as_ref().filter(|own| kernel::shown_code(&own.code).is_empty()).map(|own| own.name.clone());
    let raise_more = match (&unchecked, firm) {
        (Some(name), _) => format!("/raise?e={}", web::href::encode(name)),
        (None, Some(own)) => format!("/raise?e={}", own.code),
        (None, None) => "/raise".to_owned(),
    };
    drop(conn);
    let own = project(&entered.kept.case, entered.index, settings.as_ref());
    let due = own.as_ref().and_then(|own| own.accept_due_at);
    let provisional = own.is_some_and(|own| own.provisional) && due.is_some_and(|due| settings.is_provisional(due));
    html(&Sent {
        number: entered.number(),
        title: entered.kept.request.title.clone(),
        accepted_by: due
            .map_or_else(String::new, |due| shared::due_said(&visitor.words, visitor.words.datetime(due), provisional)),
        href: entered.href(),
        follow: door == Door::Follow,
        raise_more,
        unchecked,
        desk: settings.desk_line.call(&visitor.words),
        shell: visitor.shell(),
    })
    .map_err(Refused::Failed)
}

#[cfg(test)]
pub(super) mod samples {
    use super::*;

    /// The page after sending, for the render test.
    pub(in super::super) fn sent(shell: Shell, follow: bool) -> impl Template {
        Sent {
            shell,
            number: "2026-000047".into(),
            title: "<b>门口公交</b>".into(),
            accepted_by: "11月23日 周一 17:30".into(),
            href: "/my/2026-000047".into(),
            follow,
            raise_more: "/raise".into(),
            unchecked: Some("<i>恒达</i>".into()),
            desk: DeskCall::default(),
        }
    }
}
