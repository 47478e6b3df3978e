//! Cases that are still open when the demo is made, told backwards from the present.

use casework::command::Command;
use casework::event::{CallResult, Outcome};
use chrono::{DateTime, Duration, Utc};
use kernel::AssignmentId;

use super::closed::{accept, assign_lead, hand_in, work};
use super::office::{DAY, at};
use super::shape::Stage;
use super::story::Story;
use super::teller::Agenda;

type Instant = DateTime<Utc>;

/// Everything that has happened to a case at this stage.
pub(super) fn agenda(s: &Story<'_>, stage: Stage) -> Agenda {
    let (d, office, now) = (&s.draw, s.world.office, s.world.now);
    let mut agenda = Agenda::default();
    match stage {
        Stage::ToAssign => {
            begin(s, &mut agenda, office.before(now, d.range(25, 150)));
        }
        Stage::Assigned => {
            let assigned = office.before(now, d.range(20, 200));
            begin(s, &mut agenda, office.before(assigned, d.range(15, 90)));
            assign_lead(s, &mut agenda, assigned);
        }
        Stage::Late(_) | Stage::DueSoon | Stage::OnTime => {
            let accepted = accepted_for(s, stage);
            let (lead, signed) = taken_up(s, &mut agenda, accepted);
            work(s, &mut agenda, lead, signed, now, true);
            if let Stage::Late(_) = stage {
                // Said on the day it falls due, not after.
                let text = s.say("urge");
                let urged = office.before(office.due(accepted, s.limit()), d.range(60, 360));
                agenda.add(urged, &s.desk, [Command::Comment { text, visible_to_enterprise: false }]);
            }
        }
        Stage::Waiting => {
            let (_, signed) = taken_up(s, &mut agenda, office.before(now, 4 * DAY + d.range(0, DAY)));
            let asked = office.after(signed, d.range(60, 400));
            agenda.add(asked, &s.lead, [Command::StartWait { reason: s.say("wait") }]);
        }
        Stage::CallBack => {
            let answered = office.before(now, d.range(90, 600));
            let (lead, signed) = taken_up(s, &mut agenda, office.before(answered, d.range(500, 1_000)));
            work(s, &mut agenda, lead, signed, answered, true);
            let text = s.fill(&s.matter.answer);
            agenda.add(answered, &s.lead, [Command::Answer { assignment: lead, outcome: Outcome::Resolved, text }]);
        }
        Stage::Reopened => {
            let called = office.before(now, 2 * DAY - d.range(30, 90));
            let answered = office.before(called, d.range(100, 400));
            let (lead, signed) = taken_up(s, &mut agenda, office.before(answered, d.range(900, 1_500)));
            work(s, &mut agenda, lead, signed, answered, true);
            let first = Command::Answer { assignment: lead, outcome: Outcome::NotPossible, text: s.say_nth("poor", 1) };
            agenda.add(answered, &s.lead, [first]);
            let note = s.say("dissatisfied");
            agenda.add(called, &s.caller, [Command::CallBack { result: CallResult::Dissatisfied, note }]);
            let again = office.after(called, d.range(30, 200));
            agenda.add(again, &s.lead, [Command::Sign { assignment: lead }]);
            let asked = office.after(again, d.range(60, 200));
            agenda.add(asked, &s.lead, [Command::RequestExtension { assignment: lead, n: 5, reason: s.say("extend") }]);
        }
    }
    agenda.until(now - Duration::minutes(2))
}

/// Handed in `minutes` ago and not looked at yet.
pub(super) fn fresh(s: &Story<'_>, minutes: i64) -> Agenda {
    let mut agenda = Agenda::default();
    hand_in(s, &mut agenda, s.world.now - Duration::minutes(minutes));
    agenda
}

/// Handed in a little before it was accepted.
fn begin(s: &Story<'_>, agenda: &mut Agenda, accepted: Instant) {
    hand_in(s, agenda, accepted - Duration::minutes(s.draw.range(12, 100)));
    accept(s, agenda, accepted);
}

/// Accepted, assigned, signed for; returns the assignment and when it was signed.
fn taken_up(s: &Story<'_>, agenda: &mut Agenda, accepted: Instant) -> (AssignmentId, Instant) {
    let (d, office) = (&s.draw, s.world.office);
    begin(s, agenda, accepted);
    let assigned = office.after(accepted, d.range(8, 60));
    let lead = assign_lead(s, agenda, assigned);
    let signed = office.after(assigned, d.range(15, 160));
    agenda.add(signed, &s.lead, [Command::Sign { assignment: lead }]);
    (lead, signed)
}

/// The instant of acceptance from which the promise stands at `stage` now.
fn accepted_for(s: &Story<'_>, stage: Stage) -> Instant {
    let (office, now) = (s.world.office, s.world.now);
    let fits = |accepted: &Instant| {
        let due = office.due(*accepted, s.limit());
        match stage {
            Stage::Late(_) => due < now,
            Stage::DueSoon => due > now && office.soon(*accepted, s.limit()) <= now,
            _ => office.soon(*accepted, s.limit()) > now,
        }
    };
    // At least a day ago, so that something has happened since.
    let mornings = office.days_back(now).skip(1).map(|day| at(day, s.draw.range(545, 700)));
    let mut fitting = mornings.filter(fits);
    let nth = match stage {
        Stage::Late(days) => days.saturating_sub(1),
        Stage::OnTime => s.draw.place(2),
        _ => 0,
    };
    fitting.nth(nth).unwrap_or(now)
}
