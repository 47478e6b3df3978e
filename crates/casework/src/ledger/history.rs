//! What a row of the ledger says happened, as a history of commands at dated instants, decided like any other.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use kernel::{AssignmentId, EventId, Random, UnitId, from_local};
use workdays::{Limit as Span, Unit};

use super::row::{LedgerRow, Until};
use crate::case::Case;
use crate::command::{Command, Context, Order, Refusal};
use crate::decide::decide_all;
use crate::event::{Actor, ActorKind, CallResult, Classification, Outcome, Recorded, Role};
use crate::limits::{ClockKind, LimitUnit};
use crate::settings::Settings;

/// What stands for an answer where the ledger says that it was done and not how.
const UNTOLD: &str = "（台账未填写解决措施）";

/// Units a row names, found in the tree.
#[derive(Clone, Debug, Default)]
pub struct Units {
    pub lead: Option<UnitId>,
    pub co: Vec<UnitId>,
}

/// The case a row tells, with all its events. The ledger knows days only, so each step gets an hour of its day.
///
/// # Errors
/// A [`Refusal`] when the row tells something that cannot have happened under the rules.
pub fn tell(
    row: &LedgerRow,
    number: &str,
    category: &str,
    units: &Units,
    settings: &Settings,
    random: &dyn Random,
) -> Result<(Case, Vec<Recorded>), Refusal> {
    let mut story = Story { case: Case::default(), events: Vec::new(), settings, random, at: hour(row.raised, 9) };
    let enterprise = person(ActorKind::Enterprise, &row.contact, None);
    let desk = person(ActorKind::Desk, "", None);
    story.step(
        row.raised,
        9,
        &enterprise,
        vec![Command::Submit {
            number: number.to_owned(),
            title: title(&row.problem),
            source: row.source,
            handed_down: row.handed_down,
        }],
    )?;
    let Some(lead) = units.lead else {
        return Ok((story.case, story.events));
    };
    let classification = Classification { category: category.to_owned(), grade: row.grade, level: row.level };
    story.step(row.raised, 10, &desk, vec![Command::Accept, Command::Classify { classification }])?;
    let assigned = row.assigned.unwrap_or(row.raised);
    let mut parts = vec![(story.assignment(assigned), lead, Role::Lead)];
    parts.extend(units.co.iter().map(|unit| (story.assignment(assigned), *unit, Role::Co)));
    let assign = parts.iter().map(|(assignment, unit, role)| Command::Assign {
        assignment: *assignment,
        unit: *unit,
        role: *role,
        note: row.note.clone(),
        share: None,
    });
    story.step(assigned, 11, &desk, assign.collect())?;
    if let Some((n, unit)) = row.until.and_then(|until| limit(until, row.raised, settings)) {
        let change =
            Command::ChangeLimit { clock: ClockKind::Resolve, assignment: None, n, unit, reason: "ledger".to_owned() };
        // A ledger that states the limit the county has anyway changes nothing.
        match story.step(assigned, 11, &desk, vec![change]) {
            Err(refusal) if refusal.code != "nothing-changed" => return Err(refusal),
            _ => {}
        }
    }
    if !row.progress.is_empty() {
        let handler = person(ActorKind::Handler, "", Some(lead));
        let report = Command::Report {
            assignment: parts.first().map(|(id, _, _)| *id),
            text: row.progress.clone(),
            visible_to_enterprise: true,
        };
        story.step(assigned, 15, &handler, vec![report])?;
    }
    let Some(done) = row.done else { return Ok((story.case, story.events)) };
    for (assignment, unit, _) in parts.iter().rev() {
        let handler = person(ActorKind::Handler, "", Some(*unit));
        let said = [&row.measures, &row.progress, &row.call_note].into_iter().find(|text| !text.is_empty());
        let text = said.map_or(UNTOLD, String::as_str).to_owned();
        story.step(
            done,
            16,
            &handler,
            vec![Command::Answer { assignment: *assignment, outcome: Outcome::Resolved, text }],
        )?;
    }
    let Some(result) = row.rating else { return Ok((story.case, story.events)) };
    let caller = person(ActorKind::Desk, &row.caller, None);
    let called = row.called.unwrap_or(done);
    let call = Command::CallBack { result, note: row.call_note.clone() };
    if result == CallResult::NotReached && row.closed {
        // The ledger closed it without reaching anybody: the rule asks for three attempts to be on record.
        story.step(called, 17, &caller, vec![call.clone(), call.clone(), call, Command::Close])?;
    } else {
        story.step(called, 17, &caller, vec![call])?;
    }
    Ok((story.case, story.events))
}

struct Story<'a> {
    case: Case,
    events: Vec<Recorded>,
    settings: &'a Settings,
    random: &'a dyn Random,
    at: DateTime<Utc>,
}

impl Story<'_> {
    fn assignment(&self, day: NaiveDate) -> AssignmentId {
        AssignmentId::new(hour(day, 11), self.random)
    }

    fn step(&mut self, day: NaiveDate, at: u32, actor: &Actor, commands: Vec<Command>) -> Result<(), Refusal> {
        // Several steps of one day keep their order whatever their usual hours are.
        let now = hour(day, at).max(self.at);
        self.at = now;
        let limits = &self.settings.limits;
        let context = Context { now, actor, limits, calendars: self.settings, terms: &self.settings.terms };
        let orders: Vec<Order> = commands.into_iter().map(|command| Order { need: Some(1), command }).collect();
        for decided in decide_all(&self.case, &orders, &context)? {
            let event = Recorded {
                id: EventId::new(now, self.random),
                seq: self.case.seq + 1,
                at: now,
                by: actor.clone(),
                need: decided.need,
                event: decided.event,
            };
            self.case.apply(&event);
            self.events.push(event);
        }
        Ok(())
    }
}

fn hour(day: NaiveDate, hour: u32) -> DateTime<Utc> {
    from_local(day.and_time(NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default()))
}

fn person(kind: ActorKind, name: &str, unit: Option<UnitId>) -> Actor {
    Actor { person: None, name: name.to_owned(), unit, kind }
}

/// The first sentence, so that a list has something to show.
pub fn title(problem: &str) -> String {
    let first = problem.split(['。', '\n', '；']).find(|part| !part.trim().is_empty()).unwrap_or(problem).trim();
    let short: String = first.chars().take(60).collect();
    if first.chars().count() > 60 { format!("{short}…") } else { short }
}

/// A limit stated as a day becomes working days from acceptance to that day.
fn limit(until: Until, from: NaiveDate, settings: &Settings) -> Option<(u32, LimitUnit)> {
    match until {
        Until::Days(n, unit) => Some((n, unit)),
        Until::Day(day) => {
            let count = settings.calendar()?.count(from, day, workdays::Mode::Provisional).ok()?.value;
            let span = Span { n: u32::try_from(count).ok().filter(|n| *n > 0)?, unit: Unit::WorkingDay };
            Some((span.n, LimitUnit::WorkingDay))
        }
    }
}
