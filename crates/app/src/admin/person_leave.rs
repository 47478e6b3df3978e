//! /admin/people/{login}/leave: before somebody is made inactive, what would be left without them.

use askama::Template;
use axum::extract::Path;
use casework::access::READ;
use casework::store::list::NeedFilter;
use identity::{PeopleFilter, Role, reached};
use kernel::{Error, ErrorKind, Result, UnitId};
use web::components::{Crumbs, Link};
use web::{PageResult, PostedBy, Shell, SignedIn, describe, html, redirect_saying, shown_again};

use super::access::PEOPLE;
use super::person::found;
use super::person_acts::set_active;
use super::places::{self, Units};
use super::{crumbs, listed, permit, store};

/// More enterprises than this are counted, not named.
const MOST_NAMED: usize = 20;

/// A unit the person works for.
pub(super) struct Left {
    pub unit: String,
    pub open: i64,
    /// The open matters, for those who may see them.
    pub href: Option<String>,
    /// Who else handles matters there.
    pub others: String,
}

#[derive(Template)]
#[template(path = "admin/leave.html")]
pub(super) struct Page {
    pub shell: Shell,
    pub crumbs: Crumbs,
    pub login: String,
    pub name: String,
    pub version: i64,
    pub problem: String,
    pub own: bool,
    pub left: Vec<Left>,
    pub helped: Vec<Link>,
    pub helped_n: usize,
    pub helped_more: usize,
}

async fn page(by: &SignedIn, login: &str, problem: String) -> Result<Page> {
    let mut conn = by.state.db.read().await?;
    let person = found(&mut conn, login).await?;
    let units = Units::load(&mut conn).await?;
    let open = store::open_work(&mut conn).await?;
    let mut works: Vec<UnitId> =
        person.grants.iter().filter(|h| h.grant.role == Role::Handler).filter_map(|h| h.grant.unit).collect();
    works.dedup();
    let sees = !reached(&by.actor, &READ).is_nothing();
    let mut left = Vec::new();
    for unit in works.iter().filter_map(|id| units.find(*id)) {
        let filter = PeopleFilter {
            role: Some(Role::Handler),
            unit: Some(unit.id),
            active_only: true,
            ..PeopleFilter::default()
        };
        // One query a unit; nobody handles for more than a few.
        let others = identity::list_people(&mut conn, &filter, None, 10).await?;
        let matters = NeedFilter { unit: Some(unit.code.clone()), ..NeedFilter::default() };
        left.push(Left {
            unit: places::name(&by.words, unit).to_owned(),
            open: open.get(&unit.id).copied().unwrap_or(0),
            href: sees.then(|| casework::href(matters)),
            others: listed(&by.words, others.into_iter().filter(|other| other.id != person.id).map(|other| other.name)),
        });
    }
    let helped = registry::store::enterprises_of(&mut conn, person.id).await?;
    Ok(Page {
        shell: by.shell(),
        crumbs: crumbs(
            by,
            &[("/admin/people", "admin-people")],
            &by.words.f("admin-leave-title", &[("name", &person.name)]),
        ),
        problem,
        own: by.actor.person == Some(person.id),
        left,
        helped_n: helped.len(),
        helped_more: helped.len().saturating_sub(MOST_NAMED),
        helped: helped
            .iter()
            .take(MOST_NAMED)
            .map(|firm| Link::new(format!("/enterprises/{}", firm.credit_code), &firm.name))
            .collect(),
        version: person.version,
        login: person.login,
        name: person.name,
    })
}

pub(super) async fn ask(by: SignedIn, Path(login): Path<String>) -> PageResult {
    permit(&by, &PEOPLE)?;
    html(&page(&by, &login, String::new()).await?)
}

pub(super) async fn leave(Path(login): Path<String>, PostedBy { by, fields }: PostedBy) -> PageResult {
    permit(&by, &PEOPLE)?;
    let person = found(&mut by.state.db.read().await?, &login).await?;
    let version = fields.get("version").parse().unwrap_or(0);
    let done = if by.actor.person == Some(person.id) {
        Err(Error::conflict("own-access"))
    } else {
        set_active(&by, &login, version, false).await
    };
    match done {
        Ok(()) => Ok(redirect_saying(&format!("/admin/people/{login}"), "admin-left")),
        Err(error) if error.kind == ErrorKind::Conflict => {
            let problem = describe(&by.words, &error);
            Ok(shown_again(html(&page(&by, &login, problem).await?)?))
        }
        Err(error) => Err(error.into()),
    }
}
