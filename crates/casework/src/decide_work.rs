//! Decisions between assignment and answer: units, refusals, waits, extensions.

use chrono::{DateTime, Utc};
use kernel::{AssignmentId, UnitId};

use crate::case::{Assignment, Need, Run};
use crate::clocks::due_of;
use crate::command::{Context, Refusal};
use crate::decide::{by_hand, expect, number, promise, said, window_end};
use crate::decide_close::tried;
use crate::event::{Event, Outcome, Promise, Role};
use crate::limits::{ClockKind, LimitUnit};
use crate::state::State;

/// After so many refusals the desk has the last word: the next assignment stands.
const REFUSALS_BEFORE_ARBITRATION: u16 = 2;
const WITH_UNITS: [State; 3] = [State::Assigned, State::InProgress, State::Waiting];

type Events = Result<Vec<Event>, Refusal>;

/// A need in the hands of units.
pub(crate) struct Work<'a> {
    pub(crate) need: &'a Need,
    pub(crate) context: &'a Context<'a>,
}

impl Work<'_> {
    pub(crate) fn assign(
        &self,
        assignment: AssignmentId,
        unit: UnitId,
        role: Role,
        note: &str,
        share: Option<(u32, LimitUnit)>,
    ) -> Events {
        expect(self.need, &[State::Accepted, State::Assigned, State::InProgress, State::Waiting])?;
        let Some(class) = self.need.classification.as_ref() else { return Err(Refusal::new("not-classified")) };
        match (role, self.need.lead()) {
            (Role::Lead, Some(_)) => return Err(Refusal::new("lead-present")),
            (Role::Co, None) => return Err(Refusal::new("lead-first")),
            _ => {}
        }
        if self.need.active().any(|own| own.unit == unit) {
            return Err(Refusal::new("duplicate-unit"));
        }
        if self.need.assignments.iter().any(|own| own.id == assignment) {
            return Err(Refusal::new("nothing-changed"));
        }
        let share = match (share, role) {
            (Some((n, unit)), _) => {
                number(n)?;
                Some(by_hand(n, unit))
            }
            (None, Role::Lead) => None,
            (None, Role::Co) => Some(promise(self.context, ClockKind::Share, Some(class))?),
        };
        let contact = match role {
            Role::Lead => Some(promise(self.context, ClockKind::Contact, Some(class))?),
            Role::Co => None,
        };
        let refuse = promise(self.context, ClockKind::Refuse, Some(class))?;
        Ok(vec![Event::Assigned { assignment, unit, role, note: note.to_owned(), share, contact, refuse }])
    }

    pub(crate) fn unassign(&self, assignment: AssignmentId, reason: &str) -> Events {
        expect(self.need, &WITH_UNITS)?;
        let own = self.unanswered(assignment)?;
        said(reason)?;
        let assign = self.assign_again(own)?;
        Ok(vec![Event::Unassigned { assignment, reason: reason.to_owned(), assign }])
    }

    pub(crate) fn sign(&self, assignment: AssignmentId) -> Events {
        expect(self.need, &WITH_UNITS)?;
        if self.unanswered(assignment)?.signed_at.is_some() {
            return Err(Refusal::new("nothing-changed"));
        }
        Ok(vec![Event::Signed { assignment }])
    }

    pub(crate) fn refuse(&self, assignment: AssignmentId, reason: &str) -> Events {
        expect(self.need, &WITH_UNITS)?;
        let own = self.unanswered(assignment)?;
        said(reason)?;
        if self.need.refusals >= REFUSALS_BEFORE_ARBITRATION {
            return Err(Refusal::new("refuse-arbitrated").arg("refusals", self.need.refusals));
        }
        if let Some(until) = window_end(self.context, &own.refuse, own.assigned_at)
            && self.context.now > until
        {
            return Err(Refusal::new("refuse-late").arg("until", minute(until)));
        }
        let assign = self.assign_again(own)?;
        Ok(vec![Event::Refused { assignment, reason: reason.to_owned(), assign }])
    }

    pub(crate) fn report(&self, assignment: Option<AssignmentId>, text: &str, visible_to_enterprise: bool) -> Events {
        expect(self.need, &[State::Accepted, State::Assigned, State::InProgress, State::Waiting, State::Answered])?;
        said(text)?;
        if let Some(id) = assignment {
            self.active(id)?;
        }
        Ok(vec![Event::Progress { assignment, text: text.to_owned(), visible_to_enterprise }])
    }

    /// May be noted at any time; what counts is told by [`Need::days_sought`].
    pub(crate) fn try_contact(&self, assignment: AssignmentId, note: &str) -> Events {
        expect(self.need, &WITH_UNITS)?;
        self.unanswered(assignment)?;
        Ok(vec![Event::ContactTried { assignment, note: note.to_owned() }])
    }

    pub(crate) fn start_wait(&self, reason: &str) -> Events {
        if self.need.state() == State::Waiting {
            return Err(Refusal::new("already-waiting"));
        }
        expect(self.need, &[State::Assigned, State::InProgress])?;
        said(reason)?;
        Ok(vec![Event::WaitStarted { reason: reason.to_owned() }])
    }

    pub(crate) fn end_wait(&self) -> Events {
        expect(self.need, &[State::Waiting])?;
        Ok(vec![Event::WaitEnded])
    }

    pub(crate) fn request_extension(&self, assignment: AssignmentId, n: u32, reason: &str) -> Events {
        expect(self.need, &WITH_UNITS)?;
        let own = self.unanswered(assignment)?;
        said(reason)?;
        number(n)?;
        if own.extension_asked.is_some() {
            return Err(Refusal::new("extension-pending"));
        }
        if own.extended || (own.role == Role::Lead && self.need.extension.is_some()) {
            return Err(Refusal::new("extension-used"));
        }
        let ahead = promise(self.context, ClockKind::Extension, self.need.classification.as_ref())?;
        let earliest = window_end(self.context, &ahead, self.context.now);
        if let (Some(earliest), Some(due)) = (earliest, self.due(self.extended_run(own)))
            && earliest > due
        {
            return Err(Refusal::new("extension-late").arg("due", minute(due)).arg("n", ahead.n));
        }
        Ok(vec![Event::ExtensionRequested { assignment, n, reason: reason.to_owned() }])
    }

    pub(crate) fn decide_extension(&self, assignment: AssignmentId, granted: bool, note: &str) -> Events {
        expect(self.need, &WITH_UNITS)?;
        let own = self.unanswered(assignment)?;
        let Some(more) = own.extension_asked else { return Err(Refusal::new("extension-none-asked")) };
        let before = self.extended_run(own).and_then(|run| run.promise.as_ref());
        let limit = match (granted, before) {
            (true, Some(before)) => Some(Promise { n: before.n.saturating_add(more), ..before.clone() }),
            (true, None) => return Err(Refusal::new("not-classified")),
            (false, _) => {
                said(note)?;
                None
            }
        };
        Ok(vec![Event::ExtensionDecided { assignment, granted, limit, note: note.to_owned() }])
    }

    /// An answer of the lead, or the last one missing, ends the waiting: there is nothing left to wait for. Nobody is
    /// unreachable before it was tried, by whichever unit of this round.
    pub(crate) fn answer(&self, assignment: AssignmentId, outcome: Outcome, text: &str) -> Events {
        expect(self.need, &WITH_UNITS)?;
        let own = self.unanswered(assignment)?;
        said(text)?;
        if outcome == Outcome::NotReachable {
            let schedule = self.context.calendars.schedule(self.context.terms);
            tried(self.need.days_sought(schedule.as_ref()), "answer-untried")?;
        }
        let last = self.need.active().all(|other| other.id == assignment || other.answer.is_some());
        let mut events = Vec::new();
        if self.need.is_waiting() && (last || own.role == Role::Lead) {
            events.push(Event::WaitEnded);
        }
        events.push(Event::Answered { assignment, outcome, text: text.to_owned() });
        Ok(events)
    }

    fn active(&self, id: AssignmentId) -> Result<&Assignment, Refusal> {
        self.need.assignment(id).ok_or_else(|| Refusal::new("assignment-unknown"))
    }

    fn unanswered(&self, id: AssignmentId) -> Result<&Assignment, Refusal> {
        let own = self.active(id)?;
        if own.answer.is_some() { Err(Refusal::new("assignment-answered")) } else { Ok(own) }
    }

    /// Without a lead the desk has to find one, and that clock runs again.
    fn assign_again(&self, own: &Assignment) -> Result<Option<Promise>, Refusal> {
        let class = self.need.classification.as_ref();
        (own.role == Role::Lead).then(|| promise(self.context, ClockKind::Assign, class)).transpose()
    }

    /// The clock an extension lengthens: for a lead the promise to the enterprise, for a co-unit its own share.
    fn extended_run(&self, own: &Assignment) -> Option<&Run> {
        match own.role {
            Role::Lead => self.need.open_run(ClockKind::Resolve, None),
            Role::Co => self.need.open_run(ClockKind::Share, Some(own.id)),
        }
    }

    fn due(&self, run: Option<&Run>) -> Option<DateTime<Utc>> {
        let run = run.filter(|run| run.promise.is_some())?;
        let schedule = self.context.calendars.schedule(&run.terms)?;
        due_of(self.need, run, &schedule, self.context.now).ok().map(|due| due.at)
    }
}

/// An instant as it stands in a refusal: Shanghai time to the minute.
pub(crate) fn minute(at: DateTime<Utc>) -> String {
    workdays::shanghai(at).format("%Y-%m-%d %H:%M").to_string()
}
