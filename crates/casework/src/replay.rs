//! `wanqi casework replay FILE.json`: dated events in, every clock out. The schema is in `docs/guide/replay.md`.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::Value;
use workdays::{Calendar, Hours, Mode, Schedule};

use crate::case::Case;
use crate::clocks::{CalendarAt, ClockView, Light, Unknown, clocks};
use crate::command::Context;
use crate::event::{Role, Terms};
use crate::limits::{ClockKind, Limit, LimitUnit, Limits};
use crate::replay_check::{Check, Illegal};
use crate::replay_events::Reader;
use crate::replay_names::{Names, unit};
use crate::replay_read::Node;
pub use crate::replay_read::ReplayError;
use crate::state::{Act, State};

const LIMIT_KEYS: [&str; 8] = ["id", "clock", "category", "grade", "level", "n", "unit", "from"];
const TOP_KEYS: [&str; 9] =
    ["calendar", "as_of", "hours", "limits", "last_day", "now", "provisional", "check", "events"];

/// What a replay file tells, folded.
pub struct Replayed {
    pub case: Case,
    pub now: DateTime<Utc>,
    calendars: Calendars,
    names: Names,
}

/// Calendars by version; one set of hours.
struct Calendars {
    known: Vec<Calendar>,
    hours: Hours,
    mode: Mode,
}

#[derive(Serialize)]
struct Output<'a> {
    number: &'a str,
    state: State,
    now: String,
    needs: Vec<NeedOut<'a>>,
}

#[derive(Serialize)]
struct NeedOut<'a> {
    number: String,
    state: State,
    act_next: ActOut<'a>,
    clocks: Vec<ClockOut<'a>>,
}

#[derive(Serialize)]
struct ActOut<'a> {
    act: Act,
    unit: Option<&'a str>,
}

#[derive(Serialize)]
struct ClockOut<'a> {
    clock: ClockKind,
    unit: Option<&'a str>,
    role: Option<Role>,
    round: u16,
    rule: Option<&'a str>,
    calendar: &'a str,
    start: String,
    limit: Option<Amount>,
    due: Option<String>,
    /// Why `due` is null.
    unknown: Option<String>,
    paused: Paused,
    projected: bool,
    provisional: bool,
    stopped: Option<String>,
    difference: Option<Amount>,
    difference_seconds: Option<i64>,
    left: Option<Amount>,
    light: Light,
}

#[derive(Serialize)]
struct Amount {
    n: i64,
    unit: LimitUnit,
}

#[derive(Serialize)]
struct Paused {
    days: u32,
    seconds: i64,
    intervals: Vec<Interval>,
}

#[derive(Serialize)]
struct Interval {
    from: String,
    to: Option<String>,
}

impl CalendarAt for Calendars {
    fn schedule(&self, terms: &Terms) -> Option<Schedule<'_>> {
        let calendar = self.known.iter().find(|known| known.version() == terms.calendar)?;
        Some(Schedule { calendar, hours: &self.hours, mode: self.mode, last_day: terms.last_day() })
    }
}

/// Replays a file and prints every clock of every need as JSON.
///
/// # Errors
/// Names the place in the file, what stands there and what was expected.
pub fn replay(json: &str) -> Result<String, ReplayError> {
    let told = read(json)?;
    let needs = told.case.needs.iter().map(|need| {
        let act = need.act_next();
        NeedOut {
            number: told.case.need_number(need.index),
            state: need.state(),
            act_next: ActOut { act: act.act, unit: act.unit.and_then(|unit| told.names.name(unit)) },
            clocks: told.clocks(need.index).iter().map(|view| clock(view, &told.names)).collect(),
        }
    });
    let output =
        Output { number: &told.case.number, state: told.case.state(), now: local(told.now), needs: needs.collect() };
    serde_json::to_string_pretty(&output).map_err(|error| ReplayError {
        path: "output".to_owned(),
        found: error.to_string(),
        expected: "a result that can be written as JSON".to_owned(),
    })
}

/// Reads a file and folds its events.
///
/// # Errors
/// As [`replay`].
pub fn read(json: &str) -> Result<Replayed, ReplayError> {
    let value: Value = serde_json::from_str(json).map_err(|error| ReplayError {
        path: format!("line {}, column {}", error.line(), error.column()),
        found: "text that is not JSON".to_owned(),
        expected: "a JSON object with the keys calendar, limits, now, events".to_owned(),
    })?;
    let file = Node::root(&value);
    file.only(&TOP_KEYS)?;
    if file.get("calendar").is_there() {
        file.get("calendar").one_of(&[("cn", ())])?;
    }
    let first = calendar(file.get("as_of").there().map(|day| day.date()).transpose()?);
    let mode = if file.get("provisional").flag_or(true)? { Mode::Provisional } else { Mode::Strict };
    let hours = file.get("hours").there().map_or_else(|| Ok(Hours::standard()), |node| hours(&node))?;
    let limits = file.get("limits").there().map_or_else(|| Ok(Limits::defaults()), |node| limits(&node))?;
    let events = file.get("events").list()?;
    let next_workday = match file.get("last_day").there() {
        Some(rule) => rule.one_of(&[("next_working_day", true), ("as_counted", false)])?,
        None => true,
    };
    let check = file.get("check").flag_or(false)?;

    // Every calendar an event may switch to is made before, so that reading borrows them all.
    let mut calendars = Calendars { known: vec![first], hours, mode };
    for event in events.iter().filter(|event| event.get("kind").text().is_ok_and(|kind| kind == "clocks_recomputed")) {
        let later = calendar(event.get("as_of").there().map(|day| day.date()).transpose()?);
        calendars.known.push(later);
    }
    let terms =
        |calendar: &Calendar| Terms { calendar: calendar.version().to_owned(), hours: "file".to_owned(), next_workday };
    let start = calendars.known.first().map(&terms).unwrap_or_default();
    let mut case = Case { terms: start, ..Case::default() };
    let mut reader = Reader { limits: &limits, calendars: &calendars, names: Names::default() };
    let mut legal = Check::default();
    let mut later = calendars.known.iter().skip(1);
    for node in &events {
        let mut next_terms = || later.next().map(&terms).unwrap_or_default();
        let recorded = reader.event(&case, node, &mut next_terms)?;
        if check {
            let in_force = case.terms.clone();
            let context = Context {
                now: recorded.at,
                actor: &recorded.by,
                limits: &limits,
                calendars: &calendars,
                terms: &in_force,
            };
            legal.next(&case, &recorded, &context).map_err(|why| illegal(node, &why))?;
        }
        case.apply(&recorded);
    }
    if let Some(missing) = legal.missing() {
        return Err(file.get("events").wrong(format!("an event `{missing}` at the end: it follows from the last one")));
    }
    let now = match (file.get("now").there(), case.last_event_at) {
        (Some(node), last) => {
            let now = node.instant()?;
            if last.is_some_and(|last| last > now) {
                return Err(node.wrong("an instant not before the last event"));
            }
            now
        }
        (None, Some(last)) => last,
        (None, None) => return Err(file.get("now").wrong("an instant, as there is no event")),
    };
    let names = reader.names;
    if let Some(promise) = limits.of_every_class(ClockKind::Resolve).map(Limit::promise) {
        let waiting = case.needs.iter_mut().filter(|need| need.classification.is_none());
        for run in waiting.flat_map(|need| &mut need.runs).filter(|run| run.clock == ClockKind::Resolve) {
            run.promise.get_or_insert_with(|| promise.clone());
        }
    }
    Ok(Replayed { case, now, calendars, names })
}

impl Replayed {
    /// The clocks of a need as they stand now.
    pub fn clocks(&self, need: u16) -> Vec<ClockView<'_>> {
        clocks(&self.case, need, &self.calendars, self.now)
    }

    /// What the clocks run by.
    pub fn calendars(&self) -> &dyn CalendarAt {
        &self.calendars
    }

    /// The name a unit has in the file.
    pub fn unit(&self, unit: kernel::UnitId) -> Option<&str> {
        self.names.name(unit)
    }
}

fn calendar(as_of: Option<NaiveDate>) -> Calendar {
    as_of.map_or_else(|| Calendar::china().clone(), Calendar::china_as_of)
}

fn hours(node: &Node<'_>) -> Result<Hours, ReplayError> {
    let mut week = Vec::new();
    for (days, frames) in node.entries()? {
        let mut pairs = Vec::new();
        for frame in frames.list()? {
            match frame.list()?.as_slice() {
                [open, close] => pairs.push((open.text()?, close.text()?)),
                _ => return Err(frame.wrong("two times, such as [\"09:00\", \"12:00\"]")),
            }
        }
        week.push((days, pairs));
    }
    Hours::from_pairs(week).map_err(|error| ReplayError {
        path: node.path.clone(),
        found: error.to_string(),
        expected: "for mon to sun, or a range such as mon-fri, a list of frames such as [\"09:00\", \"12:00\"]"
            .to_owned(),
    })
}

/// Rows that stand in the file replace the defaults of their clock; clocks it does not name keep theirs.
fn limits(node: &Node<'_>) -> Result<Limits, ReplayError> {
    let mut rows = Vec::new();
    for (at, row) in node.list()?.iter().enumerate() {
        row.only(&LIMIT_KEYS)?;
        let optional = |key: &str| row.get(key).there();
        let id = format!("limits[{at}]");
        rows.push(Limit {
            id: row.get("id").text_or(&id)?.to_owned(),
            clock: row.get("clock").named("accept, assign, contact, resolve, share, refuse, object, extension")?,
            category: optional("category").map(|own| own.text().map(str::to_owned)).transpose()?,
            grade: optional("grade").map(|own| own.named("ordinary, key, hard")).transpose()?,
            level: optional("level").map(|own| own.named("township, county, city, province")).transpose()?,
            n: row.get("n").count(10_000)?,
            unit: unit(&row.get("unit"))?,
            from: optional("from").map(|own| own.date()).transpose()?,
        });
    }
    let named: Vec<ClockKind> = rows.iter().map(|row| row.clock).collect();
    rows.extend(Limits::defaults().rows().iter().filter(|row| !named.contains(&row.clock)).cloned());
    Ok(Limits::new(rows))
}

fn illegal(node: &Node<'_>, why: &Illegal) -> ReplayError {
    match why {
        Illegal::Refused(refusal) => {
            let args: Vec<String> = refusal.args.iter().map(|(name, value)| format!("{name}: {value}")).collect();
            let args = if args.is_empty() { String::new() } else { format!(" ({})", args.join(", ")) };
            node.get("kind").wrong(format!("an event that the rules allow here; refused: {}{args}", refusal.code))
        }
        Illegal::Expected(kind) => node.get("kind").wrong(*kind),
    }
}

fn clock<'a>(view: &ClockView<'a>, names: &'a Names) -> ClockOut<'a> {
    let amount = |n: Option<i64>| Some(Amount { n: n?, unit: view.difference_unit? });
    ClockOut {
        clock: view.clock,
        unit: view.unit.and_then(|unit| names.name(unit)),
        role: view.role,
        round: view.round,
        rule: view.promise.map(|promise| promise.rule.as_str()),
        calendar: &view.terms.calendar,
        start: local(view.start),
        limit: view.promise.map(|promise| Amount { n: i64::from(promise.n), unit: promise.unit }),
        due: view.due.map(local),
        unknown: view.unknown.map(|unknown| match unknown {
            Unknown::NotClassified => "not classified yet".to_owned(),
            Unknown::NoLimit => "no limit".to_owned(),
            Unknown::NoSchedule => "the calendar is not at hand".to_owned(),
            Unknown::Calendar(unpublished) => unpublished.to_string(),
        }),
        paused: Paused {
            days: view.paused_days,
            seconds: view.paused_seconds,
            intervals: view
                .pauses
                .iter()
                .map(|pause| Interval { from: local(pause.from), to: pause.to.map(local) })
                .collect(),
        },
        projected: view.projected,
        provisional: view.provisional,
        stopped: view.stopped_at.map(local),
        difference: amount(view.difference),
        difference_seconds: view.difference_seconds,
        left: amount(view.left),
        light: view.light,
    }
}

/// An instant with Shanghai's offset, to the second.
fn local(at: DateTime<Utc>) -> String {
    workdays::shanghai(at).to_rfc3339_opts(chrono::SecondsFormat::Secs, false)
}
