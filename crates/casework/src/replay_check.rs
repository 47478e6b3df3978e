//! Whether a history could have come about: every event must be what deciding on a command would have recorded.

use std::collections::VecDeque;

use crate::case::Case;
use crate::command::{Command, Context, Decided, Order, Refusal};
use crate::decide::decide;
use crate::event::{Event, Recorded};

/// Events that must follow from the last command, in order.
#[derive(Debug, Default)]
pub(crate) struct Check(VecDeque<Decided>);

/// Why an event is not legal.
#[derive(Debug)]
pub(crate) enum Illegal {
    Refused(Refusal),
    /// This should have come instead.
    Expected(&'static str),
}

impl Check {
    /// Checks the next event against the case before it.
    pub(crate) fn next(&mut self, case: &Case, next: &Recorded, context: &Context<'_>) -> Result<(), Illegal> {
        if self.0.is_empty() {
            let command = command(&next.event)
                .ok_or(Illegal::Expected("an event it follows from, such as called_back, rated or objected"))?;
            let decided = decide(case, &Order { need: next.need, command }, context).map_err(Illegal::Refused)?;
            self.0.extend(decided);
        }
        match self.0.pop_front() {
            Some(due) if due.event.kind() == next.event.kind() => Ok(()),
            due => Err(Illegal::Expected(due.map_or("nothing", |due| due.event.kind()))),
        }
    }

    /// What should still have come at the end.
    pub(crate) fn missing(&self) -> Option<&'static str> {
        self.0.front().map(|due| due.event.kind())
    }
}

/// The command that leads to an event; `None` for those that only follow from others.
fn command(event: &Event) -> Option<Command> {
    Some(match event.clone() {
        Event::Drafted => Command::KeepDraft,
        Event::Submitted { number, title, source, handed_down, .. } => {
            Command::Submit { number, title, source, handed_down }
        }
        Event::Resubmitted { title, .. } => Command::Resubmit { title },
        Event::Accepted { .. } => Command::Accept,
        Event::Returned { reason_code, explanation } => Command::Return { reason_code, explanation },
        Event::Classified { classification, .. } => Command::Classify { classification },
        Event::Split { title, .. } => Command::Split { title },
        Event::Assigned { assignment, unit, role, note, share, .. } => {
            let share = share.map(|share| (share.n, share.unit));
            Command::Assign { assignment, unit, role, note, share }
        }
        Event::Unassigned { assignment, reason, .. } => Command::Unassign { assignment, reason },
        Event::Signed { assignment } => Command::Sign { assignment },
        Event::Refused { assignment, reason, .. } => Command::Refuse { assignment, reason },
        Event::Progress { assignment, text, visible_to_enterprise } => {
            Command::Report { assignment, text, visible_to_enterprise }
        }
        Event::ContactTried { assignment, note } => Command::TryContact { assignment, note },
        Event::WaitStarted { reason } => Command::StartWait { reason },
        Event::WaitEnded => Command::EndWait,
        Event::ExtensionRequested { assignment, n, reason } => Command::RequestExtension { assignment, n, reason },
        Event::ExtensionDecided { assignment, granted, note, .. } => {
            Command::DecideExtension { assignment, granted, note }
        }
        Event::Answered { assignment, outcome, text } => Command::Answer { assignment, outcome, text },
        Event::CalledBack { result, note } => Command::CallBack { result, note },
        Event::Closed { .. } => Command::Close,
        Event::Rated { verdict, stars, text } => Command::Rate { verdict, stars, text },
        Event::RatingTakenBack => Command::TakeBackRating,
        Event::Objected { text } => Command::Object { text },
        Event::Withdrawn { reason } => Command::Withdraw { reason },
        Event::Attached { file, name } => Command::Attach { file, name },
        Event::Commented { text, visible_to_enterprise } => Command::Comment { text, visible_to_enterprise },
        Event::EnterpriseLinked { named, enterprise } => Command::LinkEnterprise { named, enterprise },
        Event::ClocksRecomputed { to, changes, kept, .. } => Command::RecomputeClocks { to, changes, kept },
        Event::LimitChanged { clock, assignment, limit, reason } => {
            Command::ChangeLimit { clock, assignment, n: limit.n, unit: limit.unit, reason }
        }
        Event::Reopened { .. } => return None,
    })
}
