//! /admin: people, units, tokens, the audit and jobs. Categories, limits, hours and calendars are casework's pages.

pub mod access;
mod audit;
mod audit_names;
mod home;
mod jobs;
mod people;
mod person;
mod person_acts;
mod person_leave;
mod person_new;
mod person_roles;
mod places;
mod reach;
mod store;
mod tokens;
mod unit;
mod unit_acts;
mod units;

use axum::Router;
use axum::routing::{get, post};
use identity::{Action, Change, Done, Role, Subject, require};
use kernel::Result;
use serde_json::Value;
use web::components::{Crumbs, Link};
use web::{AppState, Lang, NavEntry, SignedIn, Words};

/// The entry of the navigation.
pub const NAV: NavEntry = NavEntry { key: "nav-admin", href: "/admin", roles: &[Role::Admin] };

/// The pages of this module.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/admin", get(home::show))
        .route("/admin/people", get(people::list))
        .route("/admin/people/new", get(person_new::blank).post(person_new::add))
        .route("/admin/people/{login}", get(person::show).post(person::save))
        .route("/admin/people/{login}/roles", post(person_roles::give))
        .route("/admin/people/{login}/roles/{id}/end", post(person_roles::take))
        .route("/admin/people/{login}/password", post(person_acts::reset_password))
        .route("/admin/people/{login}/contact", post(person_acts::contact))
        .route("/admin/people/{login}/sign-out", post(person_acts::sign_out))
        .route("/admin/people/{login}/leave", get(person_leave::ask).post(person_leave::leave))
        .route("/admin/people/{login}/return", post(person_acts::back))
        .route("/admin/units", get(units::list))
        .route("/admin/units/new", get(unit::blank).post(unit::add))
        .route("/admin/units/{code}", get(unit::show).post(unit::save))
        .route("/admin/units/{code}/move", post(unit_acts::put_below))
        .route("/admin/units/{code}/close", post(unit_acts::close))
        .route("/admin/units/{code}/open", post(unit_acts::open))
        .route("/admin/tokens", get(tokens::list).post(tokens::issue))
        .route("/admin/tokens/{id}/revoke", post(tokens::revoke))
        .route("/admin/audit", get(audit::list))
        .route("/admin/audit/verify", post(audit::verify))
        .route("/admin/jobs", get(jobs::list))
        .route("/admin/jobs/{id}/cancel", post(jobs::cancel))
        .route("/admin/jobs/{id}/retry", post(jobs::retry))
}

// Said once after what was done.
// words: admin-saved admin-back admin-left admin-handed-over admin-role-given admin-role-taken admin-signed-out
// words: admin-unit-added admin-unit-closed admin-unit-moved admin-unit-opened admin-token-gone

/// Only who may do it sees the page for it.
fn permit(by: &SignedIn, action: &Action) -> Result<()> {
    require(&by.actor, action, &Subject::default())
}

/// The write turn for a change that the actor may make.
async fn begin<'a>(by: &'a SignedIn, action: &Action) -> Result<Change<'a>> {
    // Who may not does not wait for the turn either.
    permit(by, action)?;
    let state = &by.state;
    let mut change = Change::begin(&state.db, state.clock.as_ref(), state.random.as_ref(), &by.actor).await?;
    change.require(action, &Subject::default())?;
    Ok(change)
}

/// What the audit says was done to one thing.
fn done<'d>(action: &'d str, resource: &'d str, id: impl ToString, detail: Value) -> Done<'d> {
    Done { action, resource, resource_id: id.to_string(), detail }
}

/// `Administration › People › 张伟`; the links between come as (address, text).
fn crumbs(by: &SignedIn, between: &[(&str, &str)], title: &str) -> Crumbs {
    let mut links = vec![Link::new("/admin", by.words.t("nav-admin"))];
    links.extend(between.iter().map(|(href, key)| Link::new(*href, by.words.t(key))));
    Crumbs::new(&by.words, links, title.to_owned())
}

/// Several names on one line, as the language puts them.
fn listed(w: &Words, names: impl Iterator<Item = String>) -> String {
    names.collect::<Vec<_>>().join(if w.lang() == Lang::En { ", " } else { "、" })
}

/// The text of the first fault of a field.
fn fault(wrong: &[(String, String)], name: &str) -> Option<String> {
    wrong.iter().find(|(field, _)| field == name).map(|(_, text)| text.clone())
}

#[cfg(test)]
mod tests;
