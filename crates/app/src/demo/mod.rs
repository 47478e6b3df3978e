//! The demo: a county or a city with enterprises, officials and eighteen months of cases, made from a seed.
//!
//! Everything is invented: names, texts, telephone numbers of a block that is not given out, credit codes of a division
//! that was never assigned. The figures are public ones, and they come from the rows: every case is decided event by
//! event by the rules of casework, at hours when offices are open.

mod cases;
mod closed;
mod draw;
mod facts;
mod firms;
mod lists;
mod office;
mod open;
mod papers;
mod people;
mod place;
mod shape;
mod story;
mod teller;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;

use casework::seal::Batch;
use casework::seed::{Change, NewRequest, count_up, save};
use casework::{Category, Settings};
use chrono::{Datelike, Duration};
use db::{Db, Tx};
use events::{CountyEvent, CountyTold};
use identity::{Actor, Change as Turn, Done};
use kernel::{Clock, Error, Result, local, local_date};
use serde_json::json;
use web::{DemoSeat, DeskLine, Lang};

use draw::Draw;
use lists::Lists;
use office::Office;
use people::Casting;
use place::Units;
use shape::Shape;
use story::World;
use teller::Tale;

pub use people::seats;

/// Which demo.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scenario {
    /// 884 + 100 enterprises, 57 departments, 428 helpers, 298 cases of which 288 are closed.
    #[default]
    County,
    /// 3,000 enterprises in 12 districts, 1,873 cases of which 1,805 are closed, most in time.
    City,
}

impl Scenario {
    /// `county` or `city`, as on the command line.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "county" => Some(Self::County),
            "city" => Some(Self::City),
            _ => None,
        }
    }

    /// The name of the invented place: Chinese, English.
    pub fn place(self) -> (&'static str, &'static str) {
        let shape = Shape::of(self);
        (shape.zh, shape.en)
    }
}

/// What was made.
#[derive(Clone, Debug)]
pub struct Summary {
    pub scenario: Scenario,
    pub enterprises: usize,
    pub departments: usize,
    pub chain_groups: usize,
    /// Officials who help enterprises.
    pub helpers: usize,
    /// Enterprises that raised something.
    pub raising: usize,
    /// Cases that were accepted, and those of them that are closed.
    pub accepted: usize,
    pub closed: usize,
    /// As above, of those handed down from a higher level.
    pub handed_down: usize,
    pub handed_down_closed: usize,
    /// Handed in and waiting to be accepted; not among the accepted ones.
    pub to_accept: usize,
    /// Events of all cases.
    pub events: usize,
    pub seats: Vec<DemoSeat>,
}

/// A telephone of an area code that was never assigned.
fn desk_line() -> DeskLine {
    DeskLine {
        phone: "0300-8812345".to_owned(),
        hours: "工作日 9:00–17:30".to_owned(),
        hours_en: "working days 9:00–17:30".to_owned(),
    }
}

/// Makes the demo in an empty, migrated database, in one transaction; attachments lie under `data_dir/files`. The same
/// seed on the same instant makes the same rows.
///
/// # Errors
/// `installed-already` if there are units already; those of the database.
pub async fn install(
    db: &Db,
    clock: &dyn Clock,
    seed: u64,
    data_dir: &Path,
    scenario: Scenario,
    lang: Lang,
) -> Result<Summary> {
    let shape = Shape::of(scenario);
    let lists = Lists::read(shape.key, lang)?;
    let draw = Draw::new(seed);
    // One instant for all of it, also where the clock goes on.
    let clock = kernel::FixedClock::new(clock.now());
    let now = clock.now();
    let since = local_date(now) - Duration::days(cases::SPAN + 30);
    let actor = Actor::program("demo");
    let mut change = Turn::begin(db, &clock, draw.source(), &actor).await?;
    change.own_right();
    if !identity::list_units(&mut change).await?.is_empty() {
        return Err(Error::conflict("installed-already"));
    }
    let units = place::install(&mut change, &clock, &draw, &lists, &shape).await?;
    casework::seed::install(&mut change, &categories(&units)?, since, now).await?;
    casework::desk_line::install(&mut change, &desk_line(), "", now).await?;
    let settings = casework::Settings::load(&mut change, local_date(now)).await?;

    let mut cast = Casting { tx: &mut change, clock: &clock, draw: &draw, lists: &lists, lang, phones: 0 };
    let officials = cast.officials(&units, &shape).await?;
    let mut firms = firms::install(&mut cast, &units, &officials, &shape, since).await?;
    facts::install(cast.tx, seed, &firms, now).await?;
    let raising = cases::raising(&draw, &shape);
    for (at, place) in raising.iter().enumerate() {
        let Some(firm) = firms.get_mut(*place) else { continue };
        let login = if at == 0 { "demo-enterprise".to_owned() } else { format!("contact-{:04}", place + 1) };
        let person = cast.contact(login, &firm.facts.contact_name, &firm.facts.contact_phone, firm.id).await?;
        firm.contact.person = Some(person);
    }
    let phones = cast.phones;

    let schedule = settings.today().ok_or_else(|| Error::internal("demo: no calendar"))?;
    let handlers = officials.handlers.iter().filter_map(|own| own.unit.map(|unit| (unit, own.clone())));
    let world = World {
        lang,
        shape: &shape,
        now,
        settings: &settings,
        office: Office { schedule },
        lists: &lists,
        units: &units,
        desk: &officials.desk,
        handlers: handlers.collect::<BTreeMap<_, _>>(),
        firms: &firms,
    };
    let tales = cases::all(&world, &draw, &raising)?;
    let batch = keep(&mut change, &draw, &settings, data_dir, &tales).await?;
    Casting { tx: &mut change, clock: &clock, draw: &draw, lists: &lists, lang, phones }.analyst(&units).await?;

    let summary =
        summary(scenario, &tales, firms.len(), officials.helpers.len(), &units, seats(&mut change, lang).await?);
    let detail = json!({
        "scenario": shape.key,
        "seed": seed,
        "enterprises": summary.enterprises,
        "accepted": summary.accepted,
        "closed": summary.closed,
    });
    let done = Done { action: "demo-installed", resource: "demo", resource_id: shape.key.to_owned(), detail };
    batch.tell(&mut change, done, &CountyTold { event: CountyEvent::Installed, unit: units.root }).await?;
    change.keep().await?;
    Ok(summary)
}

/// The shipped categories, each with the department that usually leads.
fn categories(units: &Units) -> Result<Vec<Category>> {
    let mut categories = crate::install::categories()?;
    for (category, shipped) in categories.iter_mut().zip(casework::category::shipped().map_err(Error::internal)?) {
        let found = shipped.leads.iter().find_map(|lead| units.by_code.get(&lead.replace('_', "-")));
        category.lead = found.or_else(|| units.by_code.get("office")).map(|unit| unit.id);
    }
    Ok(categories)
}

/// Saves the cases in the order of their numbers and sets the counters of the years.
async fn keep(tx: &mut Tx, draw: &Draw, settings: &Settings, data_dir: &Path, tales: &[Tale]) -> Result<Batch> {
    let mut batch = Batch::default();
    let mut years: BTreeMap<i32, i64> = BTreeMap::new();
    for tale in tales {
        let hint = tale.category_hint.as_deref();
        let new = NewRequest { request: &tale.request, once_key: None, category_hint: hint, serial: None, words: None };
        let change = Change {
            request: &tale.request,
            category_hint: hint,
            new: Some(new),
            before: &[],
            case: &tale.case,
            events: &tale.events,
        };
        batch.add(tale.request.id, &save(tx, draw.source(), settings, change).await?)?;
        papers::keep(tx, data_dir, tale).await?;
        *years.entry(local(tale.request.created_at).year()).or_default() += 1;
    }
    for (year, n) in years {
        count_up(tx, &format!("request-{year}"), n).await?;
    }
    Ok(batch)
}

fn summary(
    scenario: Scenario,
    tales: &[Tale],
    enterprises: usize,
    helpers: usize,
    units: &Units,
    seats: Vec<DemoSeat>,
) -> Summary {
    let need = |tale: &Tale| tale.case.needs.first().map(|need| (need.accepted_at.is_some(), need.closed.is_some()));
    let count = |wanted: &dyn Fn(&Tale, bool, bool) -> bool| {
        tales.iter().filter(|tale| need(tale).is_some_and(|(accepted, closed)| wanted(tale, accepted, closed))).count()
    };
    let mut raising: Vec<_> = tales.iter().map(|tale| tale.request.enterprise).collect();
    raising.sort_unstable();
    raising.dedup();
    Summary {
        scenario,
        enterprises,
        departments: units.departments.len(),
        chain_groups: units.groups.len(),
        helpers,
        raising: raising.len(),
        accepted: count(&|_, accepted, _| accepted),
        closed: count(&|_, _, closed| closed),
        handed_down: count(&|tale, accepted, _| accepted && tale.request.handed_down),
        handed_down_closed: count(&|tale, _, closed| closed && tale.request.handed_down),
        to_accept: count(&|_, accepted, _| !accepted),
        events: tales.iter().map(|tale| tale.events.len()).sum(),
        seats,
    }
}
