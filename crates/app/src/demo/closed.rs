//! The life of a closed case, from the first word to the last call.

use casework::command::Command;
use casework::event::{Actor, CallResult, Outcome, Role, Verdict};
use chrono::{DateTime, Duration, Timelike, Utc};
use kernel::{AssignmentId, FileId, local, local_date};

use super::office::DAY;
use super::story::Story;
use super::teller::Agenda;

/// Working days an extension adds.
const MORE: u32 = 5;

type Instant = DateTime<Utc>;

/// Everything that happens to a closed case handed in at `submitted`.
pub(super) fn agenda(s: &Story<'_>, submitted: Instant) -> Agenda {
    let (d, office, way) = (&s.draw, s.world.office, s.plan.way);
    let mut agenda = Agenda::default();
    let accepted = office.after(submitted, if way.accepted_late { d.range(860, 1_150) } else { d.range(6, 190) });
    hand_in(s, &mut agenda, submitted);
    accept(s, &mut agenda, accepted);
    let mut assigned = if d.chance(50) { accepted } else { office.after(accepted, d.range(6, 170)) };
    if way.refused {
        assigned = refuse(s, &mut agenda, assigned);
    }
    let lead = assign_lead(s, &mut agenda, assigned);
    let signed = office.after(assigned, d.range(15, 330));
    agenda.add(signed, &s.lead, [Command::Sign { assignment: lead }]);
    let co_answered = way.with_co_unit.then(|| support(s, &mut agenda, assigned));

    let limit = i64::from(s.limit());
    let planned = if way.late {
        limit * DAY + d.range(450, 1_700)
    } else if way.extended {
        limit * DAY + d.range(150, i64::from(MORE - 1) * DAY)
    } else {
        limit * DAY * d.range(28, 92) / 100
    };
    let mut answered = office.after(accepted, planned);
    if way.paused {
        answered = wait(s, &mut agenda, signed, limit);
    }
    if way.extended {
        // At least a day ahead of due, as the limit for asking wants it.
        let asked = office.after(accepted, (limit - 2) * DAY - d.range(60, 200));
        let asked = asked.max(office.after(signed, 5));
        agenda.add(asked, &s.lead, [Command::RequestExtension { assignment: lead, n: MORE, reason: s.say("extend") }]);
        let granted = office.after(asked, d.range(25, 300));
        agenda.add(
            granted,
            &s.desk,
            [Command::DecideExtension { assignment: lead, granted: true, note: s.say("granted") }],
        );
    }
    if way.late {
        let urged = office.after(accepted, limit * DAY - d.range(90, 300));
        agenda.add(urged, &s.desk, [Command::Comment { text: s.say("urge"), visible_to_enterprise: false }]);
    }
    answered = answered.max(office.after(signed, 60));
    if let Some(co_answered) = co_answered {
        answered = answered.max(office.after(co_answered, 45));
    }
    work(s, &mut agenda, lead, signed, answered, true);
    if way.reopened {
        reopen(s, &mut agenda, lead, answered);
    } else {
        let text = s.fill(&s.matter.answer);
        agenda.add(answered, &s.lead, [Command::Answer { assignment: lead, outcome: Outcome::Resolved, text }]);
        confirm(s, &mut agenda, answered);
    }
    agenda
}

pub(super) fn hand_in(s: &Story<'_>, agenda: &mut Agenda, at: Instant) {
    let submit = Command::Submit {
        number: String::new(),
        title: s.fill(&s.matter.title),
        source: s.plan.source,
        handed_down: s.plan.origin.is_some(),
    };
    let mut commands = vec![submit];
    if s.draw.chance(6) {
        commands.push(Command::Attach { file: FileId::new(at, s.draw.source()), name: s.say("paper") });
    }
    agenda.add(at, s.submitter(), commands);
}

pub(super) fn accept(s: &Story<'_>, agenda: &mut Agenda, at: Instant) {
    agenda.add(at, &s.desk, [Command::Accept, Command::Classify { classification: s.class.clone() }]);
}

/// Gives it to the right lead; returns the assignment.
pub(super) fn assign_lead(s: &Story<'_>, agenda: &mut Agenda, at: Instant) -> AssignmentId {
    let note = if s.plan.way.refused { s.say("reassign") } else { s.say("assign") };
    assign(s, agenda, at, &s.lead, Role::Lead, note)
}

fn assign(s: &Story<'_>, agenda: &mut Agenda, at: Instant, to: &Actor, role: Role, note: String) -> AssignmentId {
    let assignment = AssignmentId::new(at, s.draw.source());
    if let Some(unit) = to.unit {
        agenda.add(at, &s.desk, [Command::Assign { assignment, unit, role, note, share: None }]);
    }
    assignment
}

/// The first lead hands it back; returns when it is given to the next.
fn refuse(s: &Story<'_>, agenda: &mut Agenda, at: Instant) -> Instant {
    let office = s.world.office;
    let assignment = assign(s, agenda, at, &s.wrong, Role::Lead, s.say("assign"));
    let refused = office.after(at, s.draw.range(30, 320));
    agenda.add(refused, &s.wrong, [Command::Refuse { assignment, reason: s.say("refuse") }]);
    office.after(refused, s.draw.range(8, 120))
}

/// A co-unit does its part; returns when.
fn support(s: &Story<'_>, agenda: &mut Agenda, at: Instant) -> Instant {
    let office = s.world.office;
    let assignment = assign(s, agenda, at, &s.co, Role::Co, s.say("assign-co"));
    agenda.add(office.after(at, s.draw.range(20, 280)), &s.co, [Command::Sign { assignment }]);
    let answered = office.after(at, s.draw.range(300, 1_050));
    let answer = Command::Answer { assignment, outcome: Outcome::Resolved, text: s.say("co-answer") };
    agenda.add(answered, &s.co, [answer]);
    answered
}

/// The enterprise has to bring papers; returns when the lead can answer.
fn wait(s: &Story<'_>, agenda: &mut Agenda, signed: Instant, limit: i64) -> Instant {
    let (d, office) = (&s.draw, s.world.office);
    let asked = office.after(signed, d.range(40, 420));
    agenda.add(asked, &s.lead, [Command::StartWait { reason: s.say("wait") }]);
    let brought = waking(office.after(asked, d.range(2 * DAY, 7 * DAY)) + Duration::minutes(d.range(0, 300)));
    agenda.add(brought, &s.firm.contact, [Command::Comment { text: s.say("supplied"), visible_to_enterprise: true }]);
    // What is left after signing and asking, on the safe side.
    office.after(brought, d.range(120, ((limit - 3) * DAY).max(240)))
}

/// What is heard between signing and answering; `news`: also what was found out in the matter itself.
pub(super) fn work(
    s: &Story<'_>,
    agenda: &mut Agenda,
    lead: AssignmentId,
    signed: Instant,
    answered: Instant,
    news: bool,
) {
    let (d, office) = (&s.draw, s.world.office);
    let report = |text: String| [Command::Report { assignment: Some(lead), text, visible_to_enterprise: true }];
    if d.chance(45) {
        agenda.add(office.after(signed, d.range(20, 90)), &s.lead, report(s.say("progress")));
    }
    if d.chance(14) {
        let text = s.say("comment");
        let at = office.after(signed, d.range(10, 60));
        agenda.add(at, &s.helper, [Command::Comment { text, visible_to_enterprise: false }]);
    }
    let noted = office.before(answered, d.range(50, 420)).max(office.after(signed, 8));
    if noted < answered && d.chance(85) {
        let text = if news { s.fill(&s.matter.note) } else { s.say("progress") };
        agenda.add(noted, &s.lead, report(text));
    }
}

/// A poor first answer, the enterprise's protest and a second, better one.
fn reopen(s: &Story<'_>, agenda: &mut Agenda, lead: AssignmentId, answered: Instant) {
    let (d, office) = (&s.draw, s.world.office);
    let kind = d.place(3);
    let outcome = match kind {
        0 => Outcome::Planned { review_on: local_date(answered) + Duration::days(60) },
        1 => Outcome::NotPossible,
        _ => Outcome::Resolved,
    };
    agenda.add(answered, &s.lead, [Command::Answer { assignment: lead, outcome, text: s.say_nth("poor", kind) }]);
    let called = office.after(answered, d.range(40, 700));
    let protest = match d.range(0, 99) {
        0..60 => {
            let note = s.say("dissatisfied");
            agenda.add(called, &s.caller, [Command::CallBack { result: CallResult::Dissatisfied, note }]);
            called
        }
        60..85 => {
            let at = waking(answered + Duration::minutes(d.range(60, 900)));
            let text = s.say("protest");
            agenda.add(at, &s.firm.contact, [Command::Rate { verdict: Verdict::NotSolved, stars: Some(2), text }]);
            at
        }
        _ => {
            let note = s.say("basically");
            let result = CallResult::BasicallySatisfied;
            agenda.add(called, &s.caller, [Command::CallBack { result, note }]);
            let at = waking(office.after(called, d.range(DAY, 5 * DAY)));
            agenda.add(at, &s.firm.contact, [Command::Object { text: s.say("protest") }]);
            at
        }
    };
    let signed = office.after(protest, d.range(15, 240));
    agenda.add(signed, &s.lead, [Command::Sign { assignment: lead }]);
    let again = office.after(protest, i64::from(s.limit()) * DAY * d.range(30, 80) / 100);
    let again = again.max(office.after(signed, 90));
    work(s, agenda, lead, signed, again, false);
    let text = s.fill(&s.matter.answer);
    agenda.add(again, &s.lead, [Command::Answer { assignment: lead, outcome: Outcome::Resolved, text }]);
    confirm(s, agenda, again);
}

/// The call-back or the enterprise's own word, and the closing.
fn confirm(s: &Story<'_>, agenda: &mut Agenda, answered: Instant) {
    let (d, office) = (&s.draw, s.world.office);
    let stars = || if d.chance(72) { 5 } else { 4 };
    let contact = &s.firm.contact;
    if d.chance(18) {
        let at = waking(answered + Duration::minutes(d.range(30, 1_500)));
        let rate = Command::Rate { verdict: Verdict::Solved, stars: Some(stars()), text: s.say("rating") };
        agenda.add(at, contact, [rate]);
        agenda.add(office.after(at, d.range(20, 400)), &s.caller, [Command::Close]);
        return;
    }
    let mut called = office.after(answered, d.range(40, 900));
    let misses = match d.range(0, 99) {
        0..2 => 3,
        2..10 => 1,
        10..12 => 2,
        _ => 0,
    };
    for _ in 0..misses {
        let note = s.say("not-reached");
        agenda.add(called, &s.caller, [Command::CallBack { result: CallResult::NotReached, note }]);
        // Who calls in vain calls again on another day.
        called = office.after(called, d.range(DAY, DAY + 280));
    }
    if misses == 3 {
        agenda.add(called, &s.caller, [Command::Close]);
        return;
    }
    let (result, key) =
        if d.chance(86) { (CallResult::Satisfied, "satisfied") } else { (CallResult::BasicallySatisfied, "basically") };
    agenda.add(called, &s.caller, [Command::CallBack { result, note: s.say(key) }]);
    if d.chance(22) {
        let at = waking(called + Duration::minutes(d.range(20, 2_000)));
        let rate = Command::Rate { verdict: Verdict::Solved, stars: Some(stars()), text: s.say("rating") };
        agenda.add(at, contact, [rate]);
    }
}

/// Nobody at an enterprise writes in the dead of night.
pub(super) fn waking(at: Instant) -> Instant {
    match local(at).hour() {
        0..7 => at + Duration::hours(8),
        23 => at - Duration::hours(2),
        _ => at,
    }
}
