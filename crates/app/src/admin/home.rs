//! /admin: everything that is kept, each with its number and, where something is amiss, what.

use askama::Template;
use axum::Extension;
use casework::Casework;
use casework::settings::Horizon;
use chrono::Datelike;
use jobs::State;
use kernel::local_date;
use web::components::Link;
use web::{PageResult, Shell, SignedIn, Words, format, html};

use super::access::OVERVIEW;
use super::{permit, reach, store};
use crate::{notice, store as rows};

/// One thing that is kept.
pub(super) struct Card {
    pub title: String,
    pub href: &'static str,
    pub value: String,
    pub text: String,
    /// What should be seen to.
    pub warning: String,
    pub more: Vec<Link>,
}

#[derive(Template)]
#[template(path = "admin/home.html")]
pub(super) struct Home {
    pub shell: Shell,
    /// What a server noticed and only the configuration can mend.
    pub warning: Option<String>,
    pub cards: Vec<Card>,
    /// Requests that no desk sees.
    pub unreached: String,
}

pub(super) async fn show(by: SignedIn, Extension(casework): Extension<Casework>) -> PageResult {
    permit(&by, &OVERVIEW)?;
    let w = &by.words;
    let mut conn = by.state.db.read().await?;
    let counts = store::counts(&mut conn, by.now).await?;
    let jobs = jobs::counts(&mut conn).await?;
    let settings = casework.settings(&mut conn).await?;
    let limits = casework::ask::limit_rows(&mut conn).await?;
    let last_due = rows::last_open_deadline(&mut conn).await?;
    let chains = registry::ask::chains(&mut conn).await?.len();
    let unreached = reach::warning(&mut conn, w, by.now).await?;
    drop(conn);
    let in_state = |wanted: &[State]| jobs.iter().filter(|(s, _)| wanted.contains(s)).map(|(_, n)| *n).sum::<i64>();
    let (failed, waiting) = (in_state(&[State::Failed, State::Dead]), in_state(&[State::Queued, State::Running]));
    let today = local_date(by.now);
    let until = settings.calendar().and_then(|calendar| calendar.confirmed_until());
    let horizon = Horizon::new(until, today, last_due.map(local_date));
    let offered = settings.categories.iter().filter(|category| category.active).count();
    let holding = limits.iter().filter(|row| row.holds_on(today)).count();
    let lint = settings.limits.lint().len();
    let card = |title: &str, href, value: String, text: &str| Card {
        title: w.t(title).into_owned(),
        href,
        value,
        text: w.t(text).into_owned(),
        warning: String::new(),
        more: Vec::new(),
    };
    let n = |n: i64| format::number(n);
    let size = |n: usize| format::number(i64::try_from(n).unwrap_or(i64::MAX));
    // words: admin-people admin-units ent-chains admin-card-chains admin-tokens admin-audit admin-jobs settings-categories settings-limits
    // words: settings-calendars admin-card-people admin-card-units admin-card-categories admin-card-limits
    // words: settings-desk-line admin-card-desk-line
    // words: admin-card-calendar admin-card-tokens admin-card-audit admin-card-jobs
    let mut people = card("admin-people", "/admin/people", n(counts.people), "admin-card-people");
    if counts.away > 0 {
        people.more.push(Link::new("/admin/people", w.f("admin-card-away", &[("n", &counts.away)])));
    }
    let mut rules = card("settings-limits", "/admin/limits", size(holding), "admin-card-limits");
    if lint > 0 {
        rules.warning = w.f("admin-card-lint", &[("n", &lint)]);
    }
    let until_text = until.map(|day| w.date(day)).unwrap_or_else(|| "—".to_owned());
    let mut calendar = card("settings-calendars", "/admin/calendars", until_text, "admin-card-calendar");
    calendar.warning = warn(w, horizon);
    calendar.more.push(Link::new("/admin/hours", w.t("settings-hours")));
    let line = &settings.desk_line;
    let called = if line.is_set() { line.phone.clone() } else { "—".to_owned() };
    let mut desk = card("settings-desk-line", "/admin/desk-line", called, "admin-card-desk-line");
    if line.is_set() {
        desk.text = line.hours(by.lang).to_owned();
    } else {
        desk.warning = w.t("doctor-desk-line-none").into_owned();
    }
    let mut audit = card("admin-audit", "/admin/audit", n(counts.entries), "admin-card-audit");
    if let Some(newest) = counts.newest {
        audit.text = w.f("admin-card-newest", &[("at", &w.full_datetime(newest))]);
    }
    let mut work = card("admin-jobs", "/admin/jobs", n(waiting), "admin-card-jobs");
    if failed > 0 {
        work.warning = w.f("admin-card-failed", &[("n", &failed)]);
    }
    let proxy = notice::read(&by.state.config.data_dir, notice::PROXY);
    html(&Home {
        shell: by.shell(),
        warning: proxy.map(|peer| w.f("doctor-proxy-untrusted", &[("peer", &peer)])),
        unreached,
        cards: vec![
            people,
            card("admin-units", "/admin/units", n(counts.units), "admin-card-units"),
            card("ent-chains", "/admin/chains", size(chains), "admin-card-chains"),
            card("settings-categories", "/admin/categories", size(offered), "admin-card-categories"),
            rules,
            calendar,
            desk,
            card("admin-tokens", "/admin/tokens", n(counts.tokens), "admin-card-tokens"),
            audit,
            work,
        ],
    })
}

/// The next notice is asked for, or open deadlines lie where it is missing; empty when all is well.
fn warn(w: &Words, horizon: Horizon) -> String {
    let (until, year) = (w.date(horizon.until()), (horizon.until().year() + 1).to_string());
    match horizon {
        Horizon::Ample { .. } => String::new(),
        Horizon::Beyond { last, .. } => w.f("doctor-calendar-beyond", &[("last", &w.date(last)), ("until", &until)]),
        Horizon::Ending { .. } => w.f("doctor-calendar-ends", &[("until", &until), ("year", &year)]),
        Horizon::Over { .. } => w.f("doctor-calendar-over", &[("until", &until), ("year", &year)]),
    }
}
