//! How far people see: what a role reaches, in numbers, and what no desk reaches. Counted by the conditions of the lists.

use chrono::{DateTime, Utc};
use db::Conn;
use identity::{Action, Actor, Grant, Origin, PeopleFilter, Reached, Role, reached};
use kernel::{PersonId, Result};
use registry::Status;
use registry::ask::Filter;

use crate::access;
use crate::store::list::{Moment, NeedFilter, count};

/// What can be seen, in numbers: active enterprises and needs of any state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    pub enterprises: i64,
    pub requests: i64,
}

/// What nobody at any desk sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unreached {
    /// Active people with a role at a desk.
    pub desk: usize,
    /// Active enterprises whose requests no desk would see.
    pub enterprises: i64,
    /// Open needs no desk sees.
    pub requests: i64,
}

impl Unreached {
    /// Every request comes to somebody.
    pub fn is_nothing(&self) -> bool {
        self.desk > 0 && self.enterprises == 0 && self.requests == 0
    }
}

/// More people than sit at the desks of any county or city.
const MOST_PEOPLE: u32 = 5_000;

/// What a role shows that `person` holds or is to hold; helpers see by their bonds, so nobody in particular sees nothing by them.
pub async fn seen_by(conn: &mut Conn, grant: &Grant, person: Option<PersonId>, now: DateTime<Utc>) -> Result<Seen> {
    let actor = Actor { person, name: String::new(), origin: Origin::Person, grants: vec![grant.clone()] };
    let of = |action: &Action| reached(&actor, action);
    Ok(Seen {
        enterprises: enterprises(conn, &of(&registry::access::READ)).await?,
        requests: needs(conn, &of(&access::READ), &NeedFilter::default(), now).await?,
    })
}

/// What no active person at a desk reaches, so that a request would lie where nobody looks.
pub async fn unreached(conn: &mut Conn, now: DateTime<Utc>) -> Result<Unreached> {
    let filter = PeopleFilter { role: Some(Role::Desk), active_only: true, ..PeopleFilter::default() };
    let people = identity::list_people(conn, &filter, None, MOST_PEOPLE).await?;
    let mut desks = Reached::default();
    for person in &people {
        desks.paths.extend(reached(&person.actor(), &access::HANDLE).paths);
    }
    desks.paths.sort_unstable();
    desks.paths.dedup();
    let all = Reached { all: true, ..Reached::default() };
    let open = NeedFilter { open: Some(true), ..NeedFilter::default() };
    Ok(Unreached {
        desk: people.len(),
        enterprises: enterprises(conn, &all).await? - enterprises(conn, &desks).await?,
        requests: needs(conn, &all, &open, now).await? - needs(conn, &desks, &open, now).await?,
    })
}

async fn enterprises(conn: &mut Conn, reached: &Reached) -> Result<i64> {
    if reached.is_nothing() {
        return Ok(0);
    }
    let filter = Filter { status: Some(Status::Active), ..Filter::default() };
    registry::ask::count(conn, reached, &filter).await
}

async fn needs(conn: &mut Conn, reached: &Reached, filter: &NeedFilter, now: DateTime<Utc>) -> Result<i64> {
    if reached.is_nothing() {
        return Ok(0);
    }
    // Lights play no part in what is counted here.
    count(conn, reached, filter, Moment { now }, i64::MAX).await
}
