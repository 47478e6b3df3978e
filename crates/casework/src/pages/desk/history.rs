//! The history of a request as people read it: who did what, when, and what was said.

use kernel::AssignmentId;
use web::Words;
use web::components::{Link, Timeline, TimelineItem};

use super::strip::{limit, promised};
use super::units::Units;
use crate::case::Case;
use crate::event::{Actor, ActorKind, Event, Outcome, Recorded, Role};
use crate::limits::LimitUnit;
use crate::pages::shared;
use crate::settings::Settings;
use crate::store::case::{outcome_word, word};

/// What telling a history needs.
pub struct Teller<'a> {
    pub w: &'a Words,
    pub units: &'a Units,
    pub settings: &'a Settings,
    pub case: &'a Case,
    /// Only what the enterprise may know.
    pub outside: bool,
}

impl Teller<'_> {
    /// The events of one need and those of the request as a whole, newest first.
    pub fn timeline(&self, events: &[Recorded], need: u16) -> Timeline {
        let mine = events.iter().filter(|e| e.need.is_none_or(|own| own == need));
        let known = mine.filter(|e| !self.outside || e.event.visible_to_enterprise());
        Timeline { items: known.rev().map(|event| self.item(event)).collect() }
    }

    /// One event.
    pub fn item(&self, recorded: &Recorded) -> TimelineItem {
        let w = self.w;
        let item = TimelineItem::new(self.who(&recorded.by), self.what(recorded), w.stamp(recorded.at));
        let item = match note(&recorded.event) {
            Some(text) if !text.trim().is_empty() => item.note(text),
            _ => item,
        };
        match &recorded.event {
            Event::Attached { file, name } => item.link(Link::new(format!("/files/{file}"), name.as_str())),
            Event::WaitStarted { .. }
            | Event::WaitEnded
            | Event::ClocksRecomputed { .. }
            | Event::LimitChanged { .. } => item.quiet(),
            _ => item,
        }
    }

    /// `自然资源局 张伟`.
    pub fn who(&self, by: &Actor) -> String {
        let kind = match by.kind {
            ActorKind::Enterprise => self.w.t("desk-by-enterprise").into_owned(),
            ActorKind::Desk => self.w.t("desk-by-desk").into_owned(),
            ActorKind::System => return self.w.t("desk-by-system").into_owned(),
            _ => by.unit.map(|unit| self.units.name(self.w, unit)).unwrap_or_default(),
        };
        [kind, by.name.clone()].iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" ")
    }

    /// What was done, without what was said.
    /// words: desk-event-*
    pub fn what(&self, recorded: &Recorded) -> String {
        let w = self.w;
        match &recorded.event {
            Event::Submitted { source, .. } => {
                w.f("desk-event-submitted", &[("source", &shared::source(w, &word(source)))])
            }
            Event::Classified { classification: c, resolve } => w.f(
                "desk-event-classified",
                &[
                    ("category", &shared::category(w, self.settings, &c.category)),
                    ("grade", &shared::grade(w, &word(&c.grade))),
                    ("limit", &promised(w, resolve)),
                ],
            ),
            Event::Split { new_need, title, .. } => {
                w.f("desk-event-split", &[("number", &self.case.need_number(*new_need)), ("title", title)])
            }
            Event::Assigned { unit, role, .. } => {
                let unit = self.units.name(w, *unit);
                let key = if *role == Role::Lead { "desk-event-assigned-lead" } else { "desk-event-assigned-co" };
                w.f(key, &[("unit", &unit)])
            }
            Event::Unassigned { assignment, .. } => {
                w.f("desk-event-unassigned", &[("unit", &self.unit_of(*assignment))])
            }
            Event::Progress { visible_to_enterprise: false, .. } => w.t("desk-event-progress-inside").into_owned(),
            Event::Commented { visible_to_enterprise: false, .. } => w.t("desk-event-commented-inside").into_owned(),
            Event::ExtensionRequested { assignment, n, .. } => {
                let n = limit(w, i64::from(*n), self.unit_of_limit(recorded.need, *assignment));
                w.f("desk-event-extension-requested", &[("n", &n)])
            }
            Event::ExtensionDecided { granted: true, limit: Some(limit), .. } => {
                w.f("desk-event-extension-granted", &[("limit", &promised(w, limit))])
            }
            Event::ExtensionDecided { .. } => w.t("desk-event-extension-refused").into_owned(),
            Event::Answered { outcome, .. } => {
                let mut text = w.f("desk-event-answered", &[("outcome", &shared::outcome(w, outcome_word(*outcome)))]);
                if let Outcome::Planned { review_on } = outcome {
                    text.push_str(&w.f("desk-event-review", &[("day", &w.date(*review_on))]));
                }
                text
            }
            Event::CalledBack { result, .. } => {
                w.f("desk-event-called-back", &[("result", &shared::result(w, &word(result)))])
            }
            // words: desk-reopen-* desk-closed-* desk-verdict-*
            Event::Reopened { cause, .. } => w.t(&format!("desk-reopen-{}", dashed(&word(cause)))).into_owned(),
            Event::Closed { on, .. } => w.t(&format!("desk-closed-{}", dashed(&word(on)))).into_owned(),
            Event::Rated { verdict, stars, .. } => {
                let verdict = w.t(&format!("desk-verdict-{}", dashed(&word(verdict)))).into_owned();
                match stars {
                    Some(n) => w.f("desk-event-rated-stars", &[("verdict", &verdict), ("n", &i64::from(*n))]),
                    None => w.f("desk-event-rated", &[("verdict", &verdict)]),
                }
            }
            Event::LimitChanged { limit, .. } => w.f("desk-event-limit-changed", &[("limit", &promised(w, limit))]),
            Event::EnterpriseLinked { named, enterprise } => {
                w.f("desk-event-enterprise-linked", &[("named", named), ("enterprise", enterprise)])
            }
            other => w.t(&format!("desk-event-{}", dashed(other.kind()))).into_owned(),
        }
    }

    fn unit_of(&self, id: AssignmentId) -> String {
        let all = self.case.needs.iter().flat_map(|need| &need.assignments);
        let found = all.into_iter().find(|own| own.id == id);
        found.map(|own| self.units.name(self.w, own.unit)).unwrap_or_default()
    }

    /// Extensions are asked for in the unit of the clock they lengthen.
    fn unit_of_limit(&self, need: Option<u16>, id: AssignmentId) -> LimitUnit {
        let need = need.and_then(|index| self.case.need(index));
        let share = need.and_then(|need| {
            let own = need.runs.iter().rev().find(|run| run.assignment == Some(id) && run.promise.is_some());
            own.and_then(|run| run.promise.as_ref()).or(need.resolve.as_ref())
        });
        share.map_or(LimitUnit::WorkingDay, |promise| promise.unit)
    }
}

fn dashed(text: &str) -> String {
    text.replace('_', "-")
}

/// What was said with an event.
pub fn note(event: &Event) -> Option<&str> {
    match event {
        Event::Returned { explanation: text, .. }
        | Event::Unassigned { reason: text, .. }
        | Event::Assigned { note: text, .. }
        | Event::Refused { reason: text, .. }
        | Event::Progress { text, .. }
        | Event::ContactTried { note: text, .. }
        | Event::WaitStarted { reason: text }
        | Event::ExtensionRequested { reason: text, .. }
        | Event::ExtensionDecided { note: text, .. }
        | Event::Answered { text, .. }
        | Event::CalledBack { note: text, .. }
        | Event::Rated { text, .. }
        | Event::Objected { text }
        | Event::Withdrawn { reason: text }
        | Event::Commented { text, .. }
        | Event::LimitChanged { reason: text, .. } => Some(text),
        _ => None,
    }
}
