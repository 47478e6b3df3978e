//! Telling a case: orders in the order of time, each decided by the same rules as in earnest.

use casework::case::{Case, Request};
use casework::command::{Command, Context, Order};
use casework::decide::decide_all;
use casework::event::{Actor, Recorded};
use chrono::{DateTime, Duration, Utc};
use kernel::{Error, EventId, RequestId};

use super::story::Story;

/// Why a case was not told to its end.
pub(super) enum Stop {
    /// It would end after the present.
    TooLate,
    /// A rule was broken: a fault of the demo.
    Broken(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Broken(error)
    }
}

/// What is going to happen, in any order.
#[derive(Default)]
pub(super) struct Agenda {
    steps: Vec<(DateTime<Utc>, Actor, Vec<Command>)>,
}

impl Agenda {
    /// Somebody does something; several commands are one step.
    pub(super) fn add(&mut self, at: DateTime<Utc>, by: &Actor, commands: impl Into<Vec<Command>>) {
        self.steps.push((at, by.clone(), commands.into()));
    }

    /// Only what has happened by `now`.
    pub(super) fn until(mut self, now: DateTime<Utc>) -> Self {
        self.steps.retain(|(at, ..)| *at < now);
        self
    }
}

/// A case that was told.
pub(super) struct Tale {
    pub(super) request: Request,
    pub(super) category_hint: Option<String>,
    pub(super) case: Case,
    pub(super) events: Vec<Recorded>,
}

/// Carries out an agenda, beginning with the submission.
///
/// # Errors
/// [`Stop::TooLate`] if a step lies after the present.
pub(super) fn tell(story: &Story<'_>, agenda: Agenda) -> Result<Tale, Stop> {
    let world = story.world;
    let mut steps = agenda.steps;
    steps.sort_by_key(|(at, ..)| *at);
    let mut case = Case::default();
    let mut events: Vec<Recorded> = Vec::with_capacity(24);
    for (wanted, by, commands) in steps {
        let wanted = wanted + Duration::milliseconds(story.draw.range(1_000, 58_999));
        let after = events.last().map(|last| last.at + Duration::milliseconds(story.draw.range(4_000, 60_000)));
        let at = after.map_or(wanted, |after| wanted.max(after));
        if at >= world.now {
            return Err(Stop::TooLate);
        }
        let orders: Vec<Order> = commands.into_iter().map(|command| Order { need: Some(1), command }).collect();
        let context = Context {
            now: at,
            actor: &by,
            limits: &world.settings.limits,
            calendars: world.settings,
            terms: &world.settings.terms,
        };
        let decided = decide_all(&case, &orders, &context).map_err(|refusal| {
            let done: Vec<&str> = events.iter().map(|event| event.event.kind()).collect();
            let text = format!("demo: {} refused in {} after {done:?}", refusal.code, story.matter.code);
            Error::internal(text)
        })?;
        for decided in decided {
            let id = EventId::new(at, story.draw.source());
            let event =
                Recorded { id, seq: case.seq + 1, at, by: by.clone(), need: decided.need, event: decided.event };
            case.apply(&event);
            events.push(event);
        }
    }
    let created_at = events.first().map_or(world.now, |first| first.at);
    let request = Request {
        id: RequestId::new(created_at, story.draw.source()),
        number: String::new(),
        enterprise: story.firm.id,
        contact_name: story.firm.facts.contact_name.clone(),
        contact_phone: story.firm.facts.contact_phone.clone(),
        source: story.plan.source,
        handed_down: story.plan.origin.is_some(),
        origin_level: story.plan.origin,
        title: story.fill(&story.matter.title),
        body: story.fill(&story.matter.body),
        created_at,
    };
    let category_hint = story.draw.chance(85).then(|| story.matter.category.to_owned());
    Ok(Tale { request, category_hint, case, events })
}

impl Tale {
    /// Gives the case the number that its day of submission earned it.
    pub(super) fn call(&mut self, number: &str) {
        number.clone_into(&mut self.request.number);
        number.clone_into(&mut self.case.number);
        if let Some(Recorded { event: casework::event::Event::Submitted { number: own, .. }, .. }) =
            self.events.first_mut()
        {
            number.clone_into(own);
        }
    }
}
