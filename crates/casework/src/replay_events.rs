//! One event of a replay file as an event of the history: promises are filled in from the limits, units go by name.

use chrono::{DateTime, Utc};
use kernel::{AssignmentId, EventId, FileId, PersonId, UnitId};
use uuid::Uuid;

use crate::case::{Case, Need};
use crate::clocks::{CalendarAt, recompute};
use crate::event::{Actor, ActorKind, Classification, Event, Level, Outcome, Promise, Recorded, Role, Source, Terms};
use crate::limits::{ClockKind, Limits};
use crate::replay_names::{KINDS, Names, by_hand, keys};
use crate::replay_read::{Node, ReplayError};

const OUTCOMES: &str = "resolved, planned, not_possible, withdrawn, not_reachable";

type Read<T> = Result<T, ReplayError>;

/// What reading an event depends on.
pub(crate) struct Reader<'a> {
    pub(crate) limits: &'a Limits,
    pub(crate) calendars: &'a dyn CalendarAt,
    pub(crate) names: Names,
}

impl Reader<'_> {
    /// Reads an event that happens to a case. `next_terms` gives what the next `clocks_recomputed` switches to.
    pub(crate) fn event(
        &mut self,
        case: &Case,
        node: &Node<'_>,
        next_terms: &mut dyn FnMut() -> Terms,
    ) -> Read<Recorded> {
        let at = node.get("at").instant()?;
        if let Some(last) = case.last_event_at.filter(|last| *last > at) {
            let last = workdays::shanghai(last).to_rfc3339();
            return Err(node.get("at").wrong(format!("an instant not before the event ahead of it ({last})")));
        }
        let kind = node.get("kind").text()?;
        let whole = matches!(kind, "drafted" | "submitted");
        let need = match node.get("need").there() {
            _ if whole => None,
            Some(need) => Some(u16::try_from(need.count(99)?).unwrap_or(0)),
            // An event for the request as a whole goes without; for one need it is left out when there is only one.
            None if matches!(kind, "attached" | "commented" | "withdrawn") => None,
            None => Some(1),
        };
        let own = need.and_then(|index| case.need(index));
        if need.is_some() && own.is_none() {
            let known = case.needs.len();
            let expected =
                if known == 0 { "an event `submitted` ahead".to_owned() } else { format!("a need from 1 to {known}") };
            return Err(node.get("need").wrong(expected));
        }
        let event = match own {
            Some(own) => self.on_need(case, own, node, kind, at, next_terms)?,
            None => self.on_request(case, node, kind)?,
        };
        let by = self.actor(&node.get("by"), &event)?;
        let seq = case.seq + 1;
        Ok(Recorded { id: EventId::from_uuid(Uuid::from_u128(u128::from(seq))), seq, at, by, need, event })
    }

    fn on_request(&mut self, case: &Case, node: &Node<'_>, kind: &str) -> Read<Event> {
        let text = |key: &str| node.get(key).text_or("").map(str::to_owned);
        Ok(match kind {
            "drafted" => {
                keys(node, &[])?;
                Event::Drafted
            }
            "submitted" => {
                keys(node, &["number", "title", "source", "handed_down"])?;
                if !case.needs.is_empty() {
                    return Err(node
                        .get("kind")
                        .wrong("another kind: it was submitted before; a second matter is `split`"));
                }
                let source = node.get("source");
                Event::Submitted {
                    number: node.get("number").text_or("1")?.to_owned(),
                    title: text("title")?,
                    source: match source.is_there() {
                        true => {
                            source.named("web, qr, visit, wechat_group, hotline, platform, handed_down, import, api")?
                        }
                        false => Source::Web,
                    },
                    handed_down: node.get("handed_down").flag_or(false)?,
                    terms: case.terms.clone(),
                    accept: self.promise(node, ClockKind::Accept, None)?,
                }
            }
            _ => self.remark(node, kind)?,
        })
    }

    fn remark(&self, node: &Node<'_>, kind: &str) -> Read<Event> {
        let text = |key: &str| node.get(key).text_or("").map(str::to_owned);
        Ok(match kind {
            "withdrawn" => {
                keys(node, &["reason"])?;
                Event::Withdrawn { reason: text("reason")? }
            }
            "attached" => {
                keys(node, &["name"])?;
                Event::Attached { file: FileId::from_uuid(Uuid::nil()), name: text("name")? }
            }
            "commented" => {
                keys(node, &["text", "visible_to_enterprise"])?;
                let visible_to_enterprise = node.get("visible_to_enterprise").flag_or(false)?;
                Event::Commented { text: text("text")?, visible_to_enterprise }
            }
            "enterprise_linked" => {
                keys(node, &["named", "enterprise"])?;
                Event::EnterpriseLinked { named: text("named")?, enterprise: text("enterprise")? }
            }
            _ => return Err(node.get("kind").wrong(format!("one of {}", KINDS.join(", ")))),
        })
    }

    fn on_need(
        &mut self,
        case: &Case,
        need: &Need,
        node: &Node<'_>,
        kind: &str,
        at: DateTime<Utc>,
        next_terms: &mut dyn FnMut() -> Terms,
    ) -> Read<Event> {
        let class = need.classification.as_ref();
        let text = |key: &str| node.get(key).text_or("").map(str::to_owned);
        Ok(match kind {
            "resubmitted" => {
                keys(node, &["title"])?;
                let accept = self.promise(node, ClockKind::Accept, None)?;
                let title = node.get("title").text_or(&need.title)?.to_owned();
                Event::Resubmitted { title, terms: case.terms.clone(), accept }
            }
            "accepted" => {
                keys(node, &[])?;
                Event::Accepted { assign: self.promise(node, ClockKind::Assign, class)? }
            }
            "returned" => {
                keys(node, &["reason_code", "explanation"])?;
                Event::Returned { reason_code: text("reason_code")?, explanation: text("explanation")? }
            }
            "classified" => {
                keys(node, &["category", "grade", "level"])?;
                let level = node.get("level");
                let classification = Classification {
                    category: node.get("category").text_or("other")?.to_owned(),
                    grade: node.get("grade").named("ordinary, key, hard")?,
                    level: if level.is_there() {
                        level.named("township, county, city, province")?
                    } else {
                        Level::County
                    },
                };
                let resolve = self.promise(node, ClockKind::Resolve, Some(&classification))?;
                Event::Classified { classification, resolve }
            }
            "split" => {
                keys(node, &["title"])?;
                let new_need = u16::try_from(case.needs.len() + 1).unwrap_or(u16::MAX);
                Event::Split { new_need, title: text("title")?, assign: self.promise(node, ClockKind::Assign, None)? }
            }
            "assigned" => self.assigned(case, need, node)?,
            "unassigned" | "refused" => {
                keys(node, &["unit", "reason"])?;
                let (assignment, role) = self.assignment(need, node)?;
                let assign = match role {
                    Role::Lead => Some(self.promise(node, ClockKind::Assign, class)?),
                    Role::Co => None,
                };
                let reason = text("reason")?;
                match kind {
                    "refused" => Event::Refused { assignment, reason, assign },
                    _ => Event::Unassigned { assignment, reason, assign },
                }
            }
            "signed" => {
                keys(node, &["unit"])?;
                Event::Signed { assignment: self.assignment(need, node)?.0 }
            }
            "progress" => {
                keys(node, &["unit", "text", "visible_to_enterprise"])?;
                let named = node.get("unit").is_there() || need.lead().is_some();
                let assignment = named.then(|| self.assignment(need, node)).transpose()?.map(|(id, _)| id);
                let visible_to_enterprise = node.get("visible_to_enterprise").flag_or(false)?;
                Event::Progress { assignment, text: text("text")?, visible_to_enterprise }
            }
            "contact_tried" => {
                keys(node, &["unit", "note"])?;
                Event::ContactTried { assignment: self.assignment(need, node)?.0, note: text("note")? }
            }
            "wait_started" => {
                keys(node, &["reason"])?;
                Event::WaitStarted { reason: text("reason")? }
            }
            "wait_ended" => {
                keys(node, &[])?;
                Event::WaitEnded
            }
            "extension_requested" => {
                keys(node, &["unit", "n", "reason"])?;
                let assignment = self.assignment(need, node)?.0;
                Event::ExtensionRequested { assignment, n: node.get("n").count(10_000)?, reason: text("reason")? }
            }
            "extension_decided" => {
                keys(node, &["unit", "granted", "limit", "note"])?;
                self.extension(need, node)?
            }
            "answered" => {
                keys(node, &["unit", "outcome", "review_on", "text"])?;
                let outcome = match node.get("outcome").text_or("resolved")? {
                    "resolved" => Outcome::Resolved,
                    "planned" => Outcome::Planned { review_on: node.get("review_on").date()? },
                    "not_possible" => Outcome::NotPossible,
                    "withdrawn" => Outcome::Withdrawn,
                    "not_reachable" => Outcome::NotReachable,
                    _ => return Err(node.get("outcome").wrong(format!("one of {OUTCOMES}"))),
                };
                Event::Answered { assignment: self.assignment(need, node)?.0, outcome, text: text("text")? }
            }
            "called_back" => {
                keys(node, &["result", "note"])?;
                let result = node.get("result").named("satisfied, basically_satisfied, dissatisfied, not_reached")?;
                Event::CalledBack { result, note: text("note")? }
            }
            "reopened" => {
                keys(node, &["cause", "reason"])?;
                let cause = node.get("cause");
                Event::Reopened {
                    cause: match cause.is_there() {
                        true => cause.named("call_back, rating, objection")?,
                        false => crate::event::ReopenCause::CallBack,
                    },
                    reason: text("reason")?,
                    terms: case.terms.clone(),
                    resolve: self.promise(node, ClockKind::Resolve, class)?,
                    contact: self.promise(node, ClockKind::Contact, class)?,
                    share: self.promise(node, ClockKind::Share, class)?,
                }
            }
            "closed" => {
                keys(node, &["on"])?;
                let on = node.get("on");
                Event::Closed {
                    on: match on.is_there() {
                        true => on.named("call_back, rating, not_reached")?,
                        false => crate::event::ClosedOn::CallBack,
                    },
                    object: self.promise(node, ClockKind::Object, class)?,
                }
            }
            "rated" => {
                keys(node, &["verdict", "stars", "text"])?;
                let stars = node.get("stars").there().map(|stars| stars.count(5)).transpose()?;
                let stars = stars.and_then(|stars| u8::try_from(stars).ok());
                Event::Rated { verdict: node.get("verdict").named("solved, not_solved")?, stars, text: text("text")? }
            }
            "rating_taken_back" => {
                keys(node, &[])?;
                Event::RatingTakenBack
            }
            "objected" => {
                keys(node, &["text"])?;
                Event::Objected { text: text("text")? }
            }
            "clocks_recomputed" => {
                keys(node, &["as_of"])?;
                let to = next_terms();
                let (changes, kept) = recompute(case, need.index, &to, self.calendars, at);
                Event::ClocksRecomputed { from: case.terms.clone(), to, changes, kept }
            }
            "limit_changed" => {
                keys(node, &["clock", "unit", "limit", "reason"])?;
                let clock = node.get("clock").named("accept, assign, contact, resolve, share")?;
                let assignment = match clock {
                    ClockKind::Contact | ClockKind::Share => Some(self.assignment(need, node)?.0),
                    _ => None,
                };
                Event::LimitChanged { clock, assignment, limit: by_hand(&node.get("limit"))?, reason: text("reason")? }
            }
            _ => self.remark(node, kind)?,
        })
    }

    fn assigned(&mut self, case: &Case, need: &Need, node: &Node<'_>) -> Read<Event> {
        keys(node, &["unit", "role", "limit", "note"])?;
        let class = need.classification.as_ref();
        let role = node.get("role");
        let role = if role.is_there() { role.named("lead, co")? } else { Role::Lead };
        let unit = UnitId::from_uuid(self.names.id(node.get("unit").text()?));
        if need.active().any(|own| own.unit == unit) {
            return Err(node.get("unit").wrong("a unit that does not have it already"));
        }
        let own = node.get("limit").there().map(|limit| by_hand(&limit)).transpose()?;
        let share = match (own, role) {
            (None, Role::Co) => Some(self.promise(node, ClockKind::Share, class)?),
            (own, _) => own,
        };
        let contact = (role == Role::Lead).then(|| self.promise(node, ClockKind::Contact, class)).transpose()?;
        let assignment = AssignmentId::from_uuid(Uuid::from_u128(u128::from(case.seq) + 1));
        let refuse = self.promise(node, ClockKind::Refuse, class)?;
        let note = node.get("note").text_or("")?.to_owned();
        Ok(Event::Assigned { assignment, unit, role, note, share, contact, refuse })
    }

    fn extension(&mut self, need: &Need, node: &Node<'_>) -> Read<Event> {
        let (assignment, role) = self.assignment(need, node)?;
        let granted = node.get("granted").flag_or(true)?;
        let run = match role {
            Role::Lead => need.open_run(ClockKind::Resolve, None),
            Role::Co => need.open_run(ClockKind::Share, Some(assignment)),
        };
        let asked = need.assignment(assignment).and_then(|own| own.extension_asked);
        let limit = match (granted, node.get("limit").there(), run.and_then(|run| run.promise.as_ref()), asked) {
            (false, ..) => None,
            (true, Some(limit), ..) => Some(by_hand(&limit)?),
            (true, None, Some(before), Some(more)) => {
                Some(Promise { n: before.n.saturating_add(more), ..before.clone() })
            }
            (true, None, ..) => {
                return Err(node
                    .get("limit")
                    .wrong("the whole new limit, or an `extension_requested` ahead that says how much more"));
            }
        };
        Ok(Event::ExtensionDecided { assignment, granted, limit, note: node.get("note").text_or("")?.to_owned() })
    }

    /// The active assignment of the unit named; the lead's if none is.
    fn assignment(&mut self, need: &Need, node: &Node<'_>) -> Read<(AssignmentId, Role)> {
        let unit = node.get("unit");
        let found = if unit.is_there() {
            let id = UnitId::from_uuid(self.names.id(unit.text()?));
            need.active().find(|own| own.unit == id)
        } else {
            need.lead()
        };
        let found = found.map(|own| (own.id, own.role));
        found.ok_or_else(|| unit.wrong("a unit to which the need is assigned at that moment"))
    }

    fn promise(&self, node: &Node<'_>, clock: ClockKind, class: Option<&Classification>) -> Read<Promise> {
        let category = class.map(|class| class.category.as_str());
        let row = self.limits.find(clock, category, class.map(|class| class.grade), class.map(|class| class.level));
        row.map(|row| row.promise()).ok_or_else(|| ReplayError {
            path: node.path.clone(),
            found: "no limit that fits".to_owned(),
            expected: format!(
                "a row of `limits` for the clock `{}` (needs are classified before they are assigned)",
                clock.as_str()
            ),
        })
    }

    fn actor(&mut self, node: &Node<'_>, event: &Event) -> Read<Actor> {
        let usual = match event {
            Event::Drafted
            | Event::Submitted { .. }
            | Event::Resubmitted { .. }
            | Event::Rated { .. }
            | Event::RatingTakenBack
            | Event::Objected { .. }
            | Event::Withdrawn { .. } => ActorKind::Enterprise,
            Event::Signed { .. }
            | Event::Refused { .. }
            | Event::Progress { .. }
            | Event::ContactTried { .. }
            | Event::Answered { .. }
            | Event::WaitStarted { .. }
            | Event::ExtensionRequested { .. } => ActorKind::Handler,
            _ => ActorKind::Desk,
        };
        if !node.is_there() {
            return Ok(Actor { person: None, name: String::new(), unit: None, kind: usual });
        }
        node.only(&["name", "unit", "kind"])?;
        let (kind, unit) = (node.get("kind"), node.get("unit"));
        let name = node.get("name").text_or("")?;
        // Persons and units share the list of names; the prefix keeps a person called like a unit apart.
        let person = (!name.is_empty()).then(|| PersonId::from_uuid(self.names.id(&format!("person {name}"))));
        Ok(Actor {
            person,
            name: name.to_owned(),
            unit: unit
                .there()
                .map(|unit| unit.text().map(|unit| UnitId::from_uuid(self.names.id(unit))))
                .transpose()?,
            kind: if kind.is_there() {
                kind.named("enterprise, helper, desk, handler, leader, system")?
            } else {
                usual
            },
        })
    }
}
