//! /my: the home of an enterprise's contact on a phone: the helper, what is going on, what waits for an answer.

use askama::Template;
use axum::Extension;
use axum::extract::Query;
use identity::{Role, reached};
use kernel::{EnterpriseId, RequestId};
use serde::Deserialize;
use web::components::{Empty, Light as Pill, Link, Progress};
use web::{PageResult, Shell, SignedIn, html, redirect};

use crate::access;
use crate::engine::Casework;
use crate::pages::shared::name;
use crate::pages::standing::Standing;
use crate::settings::Settings;
use crate::state::State;
use crate::store::enterprise_side::{self, HelperCard};
use crate::store::list::{self, After, Moment, NeedFilter, NeedRow, Order};

/// More open problems than this no enterprise has; they are all shown.
const OPEN: usize = 200;
/// Finished ones are shown so many at a time.
const DONE: usize = 20;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    e: String,
    /// Serial of the last finished problem of the page before.
    after: Option<i64>,
}

/// A problem as a card.
pub(super) struct Card {
    pub number: String,
    pub href: String,
    pub title: String,
    pub light: Pill,
    pub line: String,
    pub bar: Option<Progress>,
    /// 解决了 / 没解决 may be tapped.
    pub ask: bool,
    pub seq: i64,
    pub rank: u8,
}

impl Card {
    /// The same for somebody who is not of the enterprise: its own word is not theirs to give.
    pub(super) fn theirs(w: &web::Words, settings: &Settings, row: &NeedRow, at: Moment, rated: bool) -> Card {
        let standing = Standing { rated, theirs: true, ..Standing::of_row(row) };
        Card { ask: false, ..Card::of(w, settings, row, at, standing) }
    }

    /// What waits for the enterprise stands first.
    pub(super) fn new(w: &web::Words, settings: &Settings, row: &NeedRow, at: Moment, rated: bool) -> Card {
        Card::of(w, settings, row, at, Standing { rated, ..Standing::of_row(row) })
    }

    fn of(w: &web::Words, settings: &Settings, row: &NeedRow, at: Moment, standing: Standing) -> Card {
        let rated = standing.rated;
        Card {
            number: row.number.clone(),
            href: format!("/my/{}", row.number),
            title: row.title.clone(),
            light: standing.pill(w, settings, at),
            line: standing.sentence(w, settings, at),
            bar: standing.bar(w, at),
            ask: standing.state == State::Answered && !rated,
            seq: row.version,
            rank: match standing.state {
                State::Answered if !rated => 0,
                State::Waiting => 1,
                State::Returned => 2,
                _ => 3,
            },
        }
    }
}

/// The helper's card: 助企干部 or 包联领导, name with unit, number.
struct Helper {
    kind: String,
    name: String,
    phone: String,
}

#[derive(Template)]
#[template(path = "enterprise/my.html")]
struct Page {
    shell: Shell,
    enterprise: String,
    /// The other enterprises of this contact.
    switcher: Vec<(Link, bool)>,
    helpers: Vec<Helper>,
    desk: web::DeskCall,
    raise: String,
    cards: Vec<Card>,
    done: Vec<Card>,
    /// With their number where all of them stand here.
    done_title: String,
    done_open: bool,
    older: String,
    empty: Empty,
    poster: String,
    facts: String,
}

impl Page {
    /// Whether the button to raise a problem has no call button to stand beside.
    fn raise_apart(&self) -> bool {
        self.helpers.first().is_none_or(|own| own.phone.is_empty())
    }
}

pub(super) async fn show(
    Extension(casework): Extension<Casework>,
    by: SignedIn,
    Query(asked): Query<Asked>,
) -> PageResult {
    let ids: Vec<EnterpriseId> = by.actor.enterprises().collect();
    if ids.is_empty() && by.actor.has(Role::Helper) {
        return Ok(redirect("/helped"));
    }
    let mut conn = by.state.db.read().await?;
    let settings = casework.settings(&mut conn).await?;
    let at = Moment { now: by.now };
    let mine = enterprise_side::briefs(&mut conn, &ids).await?;
    let chosen = mine.iter().find(|brief| brief.code == asked.e).or(mine.first());
    let Some(chosen) = chosen.cloned() else { return Err(kernel::Error::not_found("enterprise").into()) };
    let helpers = enterprise_side::helpers_of(&mut conn, &[chosen.id]).await?;
    let reach = reached(&by.actor, &access::READ);
    let filter = |open| NeedFilter { open: Some(open), enterprise: Some(chosen.code.clone()), ..NeedFilter::default() };
    let open = list::list(&mut conn, &reach, &filter(true), at, Order::Due, None, OPEN).await?;
    let after = asked.after.map(|serial| After { due: None, serial });
    let mut done = list::list(&mut conn, &reach, &filter(false), at, Order::Newest, after.as_ref(), DONE + 1).await?;
    let answered = open.iter().filter(|row| row.state == State::Answered.as_str()).map(|row| row.request);
    let rated = enterprise_side::rated(&mut conn, &answered.collect::<Vec<_>>()).await?;
    drop(conn);
    let older = (done.len() > DONE).then(|| done.get(DONE - 1).map(|row| row.serial)).flatten();
    done.truncate(DONE);
    let found = Found { mine, chosen, helpers, open, done, older, rated, done_open: asked.after.is_some() };
    html(&build(&by, &settings, at, found))
}

/// What the rows say.
struct Found {
    mine: Vec<enterprise_side::Brief>,
    chosen: enterprise_side::Brief,
    helpers: Vec<HelperCard>,
    open: Vec<NeedRow>,
    done: Vec<NeedRow>,
    /// Serial after which older finished ones follow.
    older: Option<i64>,
    /// Answered ones the enterprise has rated.
    rated: Vec<(RequestId, i64)>,
    done_open: bool,
}

fn build(by: &SignedIn, settings: &Settings, at: Moment, found: Found) -> Page {
    let Found { mine, chosen, helpers, open, done, older, rated, done_open } = found;
    let w = by.words.clone();
    let mut shell = by.shell();
    shell.county = chosen.called().to_owned();
    shell.programme = String::new();
    // What was returned is over for the county, not for the enterprise: it stands with the open ones.
    let (returned, done): (Vec<_>, Vec<_>) = done.into_iter().partition(|row| row.state == State::Returned.as_str());
    let mut cards: Vec<Card> = open
        .iter()
        .chain(&returned)
        .map(|row| Card::new(&w, settings, row, at, rated.contains(&(row.request, row.idx))))
        .collect();
    cards.sort_by_key(|card| card.rank);
    let raise = format!("/raise?e={}", chosen.code);
    let helpers = helpers.into_iter().map(|own| Helper {
        kind: kind(&w, &own.kind),
        name: match &own.unit {
            Some(unit) => format!("{} · {}", own.name, name(&w, unit)),
            None => own.name.clone(),
        },
        phone: own.phone,
    });
    let empty = Empty::new(
        w.t("enterprise-my-empty"),
        w.t("enterprise-my-empty-text"),
        Some(Link::new(&raise, w.t("enterprise-raise"))),
    );
    let switcher = mine
        .iter()
        .filter(|_| mine.len() > 1)
        .map(|own| (Link::new(format!("/my?e={}", own.code), own.called().to_owned()), own.id == chosen.id));
    let done_title = match (done_open, older) {
        (false, None) => w.f("enterprise-my-done", &[("n", &done.len())]),
        (false, Some(_)) => w.t("enterprise-my-done-latest").into_owned(),
        (true, _) => w.t("enterprise-my-done-earlier").into_owned(),
    };
    Page {
        done_title,
        facts: format!("/enterprises/{}", chosen.code),
        enterprise: chosen.name.clone(),
        switcher: switcher.collect(),
        helpers: helpers.collect(),
        desk: settings.desk_line.call(&w),
        raise,
        cards,
        done: done.iter().map(|row| Card::new(&w, settings, row, at, false)).collect(),
        done_open,
        older: older.map_or_else(String::new, |serial| format!("/my?e={}&after={serial}", chosen.code)),
        empty,
        poster: format!("/posters/enterprise/{}", chosen.code),
        shell,
    }
}

/// `助企干部`
/// words: enterprise-helper-*
pub(super) fn kind(w: &web::Words, kind: &str) -> String {
    match kind {
        "lead" | "deputy" => w.t(&format!("enterprise-helper-{kind}")).into_owned(),
        _ => w.t("enterprise-helper").into_owned(),
    }
}

#[cfg(test)]
pub(super) mod samples {
    use super::*;
    use web::components::{LightState, Tone};

    /// A card of every kind, for the render test.
    pub(in super::super) fn cards(w: &web::Words) -> Vec<Card> {
        let card = |number: &str, light, bar, ask| Card {
            number: number.into(),
            href: format!("/my/{number}"),
            title: "二期 38 亩用地不动产证办理 <script>".into(),
            light,
            line: w.t("enterprise-says-answered").into_owned(),
            bar,
            ask,
            seq: 3,
            rank: 0,
        };
        vec![
            card("2026-000031", Pill::new(LightState::OnTime, w.t("enterprise-light-answered")), None, true),
            card(
                "2026-000047",
                Pill::new(LightState::DueSoon, w.working_days_left(1)),
                Some(Progress::new(8, 10, Tone::DueSoon, "80")),
                false,
            ),
        ]
    }

    /// The home page with and without problems.
    pub(in super::super) fn page(shell: Shell, w: &web::Words, full: bool) -> impl Template {
        Page {
            enterprise: "恒达起重机械有限公司".into(),
            switcher: if full {
                vec![(Link::new("/my?e=1", "恒达"), true), (Link::new("/my?e=2", "卫华"), false)]
            } else {
                Vec::new()
            },
            helpers: if full {
                vec![Helper {
                    kind: kind(w, "deputy"), name: "李明 · 工信局".into(), phone: "13800000000".into()
                }]
            } else {
                Vec::new()
            },
            desk: web::DeskCall::default(),
            raise: "/raise".into(),
            cards: if full { cards(w) } else { Vec::new() },
            done: if full { cards(w) } else { Vec::new() },
            done_title: w.f("enterprise-my-done", &[("n", &2)]),
            done_open: false,
            facts: "/enterprises/1".into(),
            older: if full { "/my?after=7".into() } else { String::new() },
            empty: Empty::new(w.t("enterprise-my-empty"), w.t("enterprise-my-empty-text"), None),
            poster: "/posters/enterprise/1".into(),
            shell,
        }
    }
}
