//! /helped/CODE: one enterprise somebody is the named helper of, with all that is going on.

use askama::Template;
use axum::Extension;
use axum::extract::Path;
use identity::reached;
use kernel::Error;
use web::components::{Empty, Link, Phone};
use web::href::encode;
use web::{PageResult, Shell, SignedIn, html};

use super::helped::{OPEN, answered, last_text, phone};
use super::my::Card;
use crate::access;
use crate::engine::Casework;
use crate::store::enterprise_side::{self, Brief};
use crate::store::list::{self, Moment, NeedFilter, NeedRow, Order};

/// Finished ones shown here; all of them stand in the list of requests.
const DONE: usize = 50;
/// More finished ones than this are not counted.
const MOST_DONE: i64 = 10_000;

#[derive(Template)]
#[template(path = "enterprise/helped_one.html")]
struct One {
    shell: Shell,
    brief: Brief,
    phone: Phone,
    place: String,
    last: String,
    cards: Vec<Card>,
    done: Vec<Card>,
    /// All finished ones, and the list of them if not all stand here.
    finished: i64,
    more: String,
    facts: String,
    raise: String,
    poster: String,
    empty: Empty,
}

pub(super) async fn show(
    Extension(casework): Extension<Casework>,
    by: SignedIn,
    Path(code): Path<String>,
) -> PageResult {
    let person = by.actor.person.ok_or_else(|| Error::not_found("enterprise"))?;
    let mut conn = by.state.db.read().await?;
    let helped = enterprise_side::helped(&mut conn, person).await?;
    let own = helped.into_iter().find(|own| own.brief.code == code).ok_or_else(|| Error::not_found("enterprise"))?;
    let settings = casework.settings(&mut conn).await?;
    let at = Moment { now: by.now };
    let reach = reached(&by.actor, &access::READ);
    let filter = |open| NeedFilter { open: Some(open), enterprise: Some(code.clone()), ..NeedFilter::default() };
    let open = list::list(&mut conn, &reach, &filter(true), at, Order::Due, None, OPEN).await?;
    let done = list::list(&mut conn, &reach, &filter(false), at, Order::Newest, None, DONE).await?;
    let finished = list::count(&mut conn, &reach, &filter(false), at, MOST_DONE).await?;
    let rated = enterprise_side::rated(&mut conn, &answered(&open)).await?;
    let w = &by.words;
    let cards = |rows: &[NeedRow]| {
        let card = |row| Card::theirs(w, &settings, row, at, rated.contains(&(row.request, row.idx)));
        rows.iter().map(card).collect::<Vec<_>>()
    };
    let raise = format!("/raise?e={}", encode(&code));
    html(&One {
        place: own.brief.township.as_ref().map_or_else(String::new, |t| crate::pages::shared::name(w, t).to_owned()),
        last: last_text(w, own.last_event_at),
        cards: cards(&open),
        done: cards(&done),
        more: if finished > done.len() as i64 { crate::filter::href(filter(false)) } else { String::new() },
        finished,
        facts: format!("/enterprises/{}", encode(&code)),
        poster: format!("/posters/enterprise/{}", encode(&code)),
        empty: Empty::new(
            w.t("enterprise-helped-none"),
            w.t("enterprise-helped-none-text"),
            Some(Link::new(&raise, w.t("enterprise-helped-raise"))),
        ),
        raise,
        phone: phone(w, &own.brief),
        brief: own.brief,
        shell: by.shell(),
    })
}

#[cfg(test)]
pub(super) mod samples {
    use super::*;
    use crate::pages::enterprise::helped::samples::brief;
    use web::Words;

    /// One enterprise of a helper.
    pub(in super::super) fn page(shell: Shell, w: &Words, full: bool) -> impl Template {
        let cards = || if full { crate::pages::enterprise::my::samples::cards(w) } else { Vec::new() };
        One {
            phone: phone(w, &brief()),
            brief: brief(),
            place: "起重工业园".into(),
            last: last_text(w, chrono::DateTime::from_timestamp(1_790_000_000, 0)),
            cards: cards(),
            done: cards(),
            finished: 7,
            more: "/requests?enterprise=1".into(),
            facts: "/enterprises/1".into(),
            raise: "/raise?e=1".into(),
            poster: "/posters/enterprise/1".into(),
            empty: Empty::new(w.t("enterprise-helped-none"), w.t("enterprise-helped-none-text"), None),
            shell,
        }
    }
}
