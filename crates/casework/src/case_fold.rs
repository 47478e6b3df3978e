//! Applying one event to a case. Nothing here refuses: legality is decided before an event is recorded, and a history
//! that was imported may be incomplete; an event that makes no sense changes nothing.

use chrono::{DateTime, Utc};
use kernel::AssignmentId;
use workdays::Pause;

use crate::case::{Answer, Assignment, Case, Closing, Ended, Need, Run};
use crate::event::{Actor, CallResult, ClosedOn, Event, Promise, Recorded, Role, Terms};
use crate::limits::ClockKind;
use crate::state::State;

impl Case {
    /// Adds one event.
    pub fn apply(&mut self, recorded: &Recorded) {
        let at = recorded.at;
        self.seq = self.seq.max(recorded.seq);
        self.last_event_at = Some(self.last_event_at.map_or(at, |last| last.max(at)));
        match &recorded.event {
            Event::Submitted { number, title, source, handed_down, terms, accept } if self.needs.is_empty() => {
                self.number.clone_from(number);
                self.source = Some(*source);
                self.handed_down = *handed_down;
                self.terms.clone_from(terms);
                let mut need = Need::new(1, title.clone(), at);
                need.start(ClockKind::Accept, None, terms, at, Some(accept.clone()));
                self.needs.push(need);
            }
            Event::Split { new_need, title, assign } => {
                let source = recorded.need.and_then(|index| self.need(index));
                if let Some(source) = source
                    && usize::from(*new_need) == self.needs.len() + 1
                {
                    let mut need = source.split(*new_need, title.clone(), assign, &self.terms, at);
                    need.seq = recorded.seq;
                    self.needs.push(need);
                }
            }
            Event::Resubmitted { terms, .. } | Event::Reopened { terms, .. } => self.terms.clone_from(terms),
            Event::ClocksRecomputed { to, .. } => self.terms.clone_from(to),
            _ => {}
        }
        for need in &mut self.needs {
            if recorded.need.is_none_or(|index| index == need.index) {
                need.apply(&recorded.event, at, &recorded.by, &self.terms);
                need.seq = need.seq.max(recorded.seq);
                need.last_event_at = need.last_event_at.max(at);
            }
        }
    }
}

impl Need {
    fn new(index: u16, title: String, at: DateTime<Utc>) -> Self {
        Self {
            index,
            title,
            submitted_at: at,
            returned_at: None,
            accepted_at: None,
            assigned_at: None,
            answered_at: None,
            closed: None,
            withdrawn_at: None,
            classification: None,
            resolve: None,
            assignments: Vec::new(),
            runs: Vec::with_capacity(6),
            waits: Vec::new(),
            round: 1,
            hops: 0,
            refusals: 0,
            outcome: None,
            call: None,
            missed_calls: Vec::new(),
            contact_tries: Vec::new(),
            dissatisfied_at: None,
            verdict: None,
            rated_at: None,
            extension: None,
            last_event_at: at,
            seq: 0,
        }
    }

    /// A new need out of this one. What was promised for the one holds for the other: splitting wins no time.
    fn split(&self, index: u16, title: String, assign: &Promise, terms: &Terms, at: DateTime<Utc>) -> Self {
        let mut need = Self::new(index, title, self.submitted_at);
        need.accepted_at = self.accepted_at;
        need.last_event_at = at;
        need.runs.extend(self.runs.iter().filter(|run| run.clock == ClockKind::Accept).cloned());
        if let Some(accepted_at) = self.accepted_at {
            need.start(ClockKind::Assign, None, terms, at, Some(assign.clone()));
            need.start(ClockKind::Resolve, None, terms, accepted_at, None);
        }
        need
    }

    fn apply(&mut self, event: &Event, at: DateTime<Utc>, by: &Actor, terms: &Terms) {
        match event {
            Event::Resubmitted { title, terms, accept } => {
                self.title.clone_from(title);
                self.returned_at = None;
                self.start(ClockKind::Accept, None, terms, at, Some(accept.clone()));
            }
            Event::Accepted { assign } => {
                self.stop(ClockKind::Accept, None, at, false);
                self.accepted_at = Some(at);
                self.start(ClockKind::Assign, None, terms, at, Some(assign.clone()));
                self.start(ClockKind::Resolve, None, terms, at, self.resolve.clone());
            }
            Event::Returned { .. } => {
                self.stop(ClockKind::Accept, None, at, false);
                self.returned_at = Some(at);
            }
            Event::Classified { classification, resolve } => {
                self.classification = Some(classification.clone());
                self.resolve = Some(resolve.clone());
                self.set_promise(ClockKind::Resolve, None, resolve);
            }
            Event::Assigned { assignment, unit, role, share, contact, refuse, .. } => {
                if *role == Role::Lead {
                    self.stop(ClockKind::Assign, None, at, false);
                    self.assigned_at.get_or_insert(at);
                    self.start(ClockKind::Contact, Some(*assignment), terms, at, contact.clone());
                }
                self.start(ClockKind::Share, Some(*assignment), terms, at, share.clone());
                self.assignments.push(Assignment {
                    id: *assignment,
                    unit: *unit,
                    role: *role,
                    round: self.round,
                    assigned_at: at,
                    signed_at: None,
                    progressed: false,
                    answer: None,
                    ended: None,
                    refuse: refuse.clone(),
                    extension_asked: None,
                    extended: false,
                });
            }
            Event::Unassigned { assignment, assign, .. } => self.end(*assignment, Ended::Unassigned, assign, at, terms),
            Event::Refused { assignment, assign, .. } => {
                self.refusals += u16::from(self.assignment(*assignment).is_some());
                self.end(*assignment, Ended::Refused, assign, at, terms);
            }
            Event::Signed { assignment } => {
                self.with(*assignment, |own| own.signed_at = own.signed_at.or(Some(at)));
                self.stop(ClockKind::Contact, Some(*assignment), at, false);
            }
            Event::Progress { assignment: Some(assignment), .. } => {
                self.with(*assignment, |own| own.progressed = true);
                self.stop(ClockKind::Contact, Some(*assignment), at, false);
            }
            // As good a sign of life as a report.
            Event::ContactTried { assignment, .. } => {
                self.contact_tries.push(at);
                self.with(*assignment, |own| own.progressed = true);
                self.stop(ClockKind::Contact, Some(*assignment), at, false);
            }
            Event::WaitStarted { .. } => {
                if !self.is_waiting() {
                    self.waits.push(Pause { from: at, to: None });
                }
            }
            Event::WaitEnded => self.end_wait(at),
            Event::ExtensionRequested { assignment, n, .. } => {
                self.with(*assignment, |own| own.extension_asked = Some(*n));
            }
            Event::ExtensionDecided { assignment, granted, limit, .. } => {
                self.extension_decided(*assignment, *granted, limit.as_ref());
            }
            Event::Answered { assignment, outcome, .. } => {
                let answer = Answer { at, outcome: *outcome, person: by.person, unit: by.unit };
                self.with(*assignment, |own| {
                    own.answer = Some(answer);
                    own.extension_asked = None;
                });
                if self.lead().is_some_and(|lead| lead.id == *assignment) {
                    self.outcome = Some(*outcome);
                }
                self.stop(ClockKind::Contact, Some(*assignment), at, false);
                self.stop(ClockKind::Share, Some(*assignment), at, false);
            }
            Event::CalledBack { result, .. } => {
                self.call = Some(*result);
                if *result == CallResult::Dissatisfied {
                    self.dissatisfied_at.get_or_insert(at);
                }
                if *result == CallResult::NotReached {
                    self.missed_calls.push(at);
                }
            }
            Event::Reopened { terms, resolve, contact, share, .. } => self.reopen(terms, resolve, contact, share, at),
            Event::Closed { on, object } => self.closed = Some(Closing { at, on: *on, object: object.clone() }),
            Event::Rated { verdict, .. } => (self.verdict, self.rated_at) = (Some(*verdict), Some(at)),
            Event::RatingTakenBack => {
                (self.verdict, self.rated_at) = (None, None);
                // What was closed on that word alone waits for its call-back again.
                self.closed = self.closed.take().filter(|closing| closing.on != ClosedOn::Rating);
            }
            Event::Withdrawn { .. } => {
                if !self.state().is_final() && self.state() != State::Answered {
                    self.withdrawn_at = Some(at);
                    self.end_wait(at);
                    self.drop_runs(at);
                }
            }
            Event::ClocksRecomputed { to, kept, .. } => {
                for run in self.runs.iter_mut().filter(|run| run.stop.is_none()) {
                    run.kept = kept.iter().any(|own| run.is(own));
                    if !run.kept {
                        run.terms.clone_from(to);
                    }
                }
            }
            Event::LimitChanged { clock, assignment, limit, .. } => self.set_promise(*clock, *assignment, limit),
            Event::Drafted
            | Event::Submitted { .. }
            | Event::Split { .. }
            | Event::Progress { assignment: None, .. }
            | Event::Objected { .. }
            | Event::Attached { .. }
            | Event::Commented { .. }
            | Event::EnterpriseLinked { .. } => {}
        }
        self.settle(at);
    }

    /// The promise to the enterprise is kept when the need as a whole is answered, whichever event brought that about.
    fn settle(&mut self, at: DateTime<Utc>) {
        if self.answered_at.is_none() && self.state() == State::Answered {
            self.answered_at = Some(at);
            self.end_wait(at);
            self.stop(ClockKind::Resolve, None, at, false);
        }
    }

    fn reopen(&mut self, terms: &Terms, resolve: &Promise, contact: &Promise, share: &Promise, at: DateTime<Utc>) {
        self.drop_runs(at);
        self.end_wait(at);
        self.round += 1;
        self.closed = None;
        self.answered_at = None;
        self.outcome = None;
        self.call = None;
        self.missed_calls.clear();
        self.contact_tries.clear();
        self.verdict = None;
        self.rated_at = None;
        self.resolve = Some(resolve.clone());
        self.start(ClockKind::Resolve, None, terms, at, Some(resolve.clone()));
        let round = self.round;
        let mut runs = Vec::new();
        for own in self.assignments.iter_mut().filter(|own| own.ended.is_none()) {
            own.round = round;
            own.signed_at = None;
            own.progressed = false;
            own.answer = None;
            own.extension_asked = None;
            runs.push((own.id, own.role));
        }
        self.assigned_at = runs.iter().any(|(_, role)| *role == Role::Lead).then_some(at);
        for (id, role) in runs {
            if role == Role::Lead {
                self.start(ClockKind::Contact, Some(id), terms, at, Some(contact.clone()));
            }
            let own = (role == Role::Co).then(|| share.clone());
            self.start(ClockKind::Share, Some(id), terms, at, own);
        }
    }

    fn end(&mut self, id: AssignmentId, how: Ended, assign: &Option<Promise>, at: DateTime<Utc>, terms: &Terms) {
        let Some(role) = self.assignment(id).map(|own| own.role) else { return };
        self.with(id, |own| own.ended = Some(how));
        self.stop(ClockKind::Contact, Some(id), at, true);
        self.stop(ClockKind::Share, Some(id), at, true);
        if role == Role::Lead {
            self.hops += 1;
            self.assigned_at = None;
            self.outcome = None;
            self.end_wait(at);
            self.start(ClockKind::Assign, None, terms, at, assign.clone());
        }
    }

    fn extension_decided(&mut self, id: AssignmentId, granted: bool, limit: Option<&Promise>) {
        let asked = self.assignment(id).and_then(|own| own.extension_asked);
        let is_lead = self.lead().is_some_and(|lead| lead.id == id);
        self.with(id, |own| {
            own.extension_asked = None;
            own.extended |= granted;
        });
        if let (true, Some(limit)) = (granted, limit) {
            if is_lead {
                self.extension = asked.or(self.extension).or(Some(0));
                self.resolve = Some(limit.clone());
                self.set_promise(ClockKind::Resolve, None, limit);
                // A share of its own would end before the promise; from now on it ends with it.
                for run in self.runs.iter_mut().filter(|run| run.stop.is_none() && run.assignment == Some(id)) {
                    if run.clock == ClockKind::Share {
                        run.promise = None;
                    }
                }
            } else {
                self.set_promise(ClockKind::Share, Some(id), limit);
            }
        }
    }

    fn with(&mut self, id: AssignmentId, change: impl FnOnce(&mut Assignment)) {
        if let Some(own) = self.assignments.iter_mut().find(|own| own.id == id && own.ended.is_none()) {
            change(own);
        }
    }

    fn end_wait(&mut self, at: DateTime<Utc>) {
        if let Some(wait) = self.waits.last_mut().filter(|wait| wait.to.is_none()) {
            wait.to = Some(at.max(wait.from));
        }
    }

    fn start(
        &mut self,
        clock: ClockKind,
        assignment: Option<AssignmentId>,
        terms: &Terms,
        at: DateTime<Utc>,
        promise: Option<Promise>,
    ) {
        // A clock that is started again without having been stopped is one the history lost sight of.
        self.stop(clock, assignment, at, true);
        let (round, terms) = (self.round, terms.clone());
        self.runs.push(Run {
            clock,
            assignment,
            round,
            terms,
            start: at,
            promise,
            stop: None,
            kept: false,
            dropped: false,
        });
    }

    fn stop(&mut self, clock: ClockKind, assignment: Option<AssignmentId>, at: DateTime<Utc>, dropped: bool) {
        for run in &mut self.runs {
            if run.stop.is_none() && run.clock == clock && run.assignment == assignment {
                run.stop = Some(at.max(run.start));
                run.dropped = dropped;
            }
        }
    }

    fn drop_runs(&mut self, at: DateTime<Utc>) {
        for run in self.runs.iter_mut().filter(|run| run.stop.is_none()) {
            run.stop = Some(at.max(run.start));
            run.dropped = true;
        }
    }

    fn set_promise(&mut self, clock: ClockKind, assignment: Option<AssignmentId>, promise: &Promise) {
        for run in &mut self.runs {
            if run.stop.is_none() && run.clock == clock && run.assignment == assignment {
                run.promise = Some(promise.clone());
            }
        }
    }
}
