//! From a command to events, or to a refusal that says why not. Pure; who may give a command at all is `access`.

use chrono::{DateTime, Utc};
use kernel::EventId;

use crate::case::{Case, Need};
use crate::clocks::is_behind;
use crate::command::{Command, Context, Decided, Order, Refusal};
use crate::decide_close::Closing;
use crate::decide_work::Work;
use crate::event::{ActorKind, Classification, Event, Promise, Recorded};
use crate::limits::{ClockKind, LimitUnit};
use crate::state::State;

/// Needs one request may have; more is a slip, and a number with three digits behind the hyphen is hard to read.
const MOST_NEEDS: usize = 99;
/// The largest number a person may set a limit to or add to one.
const MOST_UNITS: u32 = 10_000;

type Decision = Result<Vec<Decided>, Refusal>;

/// The events that one order brings about, in order.
///
/// # Errors
/// A [`Refusal`] whose code has a text of its own.
pub fn decide(case: &Case, order: &Order, context: &Context<'_>) -> Decision {
    let whole = |event| Ok(vec![Decided { need: None, event }]);
    match &order.command {
        Command::KeepDraft | Command::Submit { .. } if !case.needs.is_empty() => Err(Refusal::new("already-submitted")),
        Command::KeepDraft => whole(Event::Drafted),
        Command::Submit { number, title, source, handed_down } => whole(Event::Submitted {
            number: number.clone(),
            title: title.clone(),
            source: *source,
            handed_down: *handed_down,
            terms: context.terms.clone(),
            accept: promise(context, ClockKind::Accept, None)?,
        }),
        Command::Withdraw { reason } => withdraw(case, order, reason),
        Command::Attach { file, name } => {
            remark(case, order, context, Event::Attached { file: *file, name: name.clone() })
        }
        Command::Comment { text, visible_to_enterprise } => {
            said(text)?;
            let visible_to_enterprise = *visible_to_enterprise;
            remark(case, order, context, Event::Commented { text: text.clone(), visible_to_enterprise })
        }
        Command::LinkEnterprise { named, enterprise } => {
            whole(Event::EnterpriseLinked { named: named.clone(), enterprise: enterprise.clone() })
        }
        _ => {
            let need = the_need(case, order.need)?;
            let events = on_need(case, need, &order.command, context)?;
            Ok(events.into_iter().map(|event| Decided { need: Some(need.index), event }).collect())
        }
    }
}

/// Several orders at once, each seeing what the ones before brought about: accept, classify and assign on one page. All
/// or nothing.
///
/// # Errors
/// The first refusal.
pub fn decide_all(case: &Case, orders: &[Order], context: &Context<'_>) -> Decision {
    let mut all = Vec::new();
    let mut after = None;
    for order in orders {
        let decided = decide(after.as_ref().unwrap_or(case), order, context)?;
        let next = after.get_or_insert_with(|| case.clone());
        for decided in &decided {
            next.apply(&Recorded {
                id: EventId::from_uuid(uuid::Uuid::nil()),
                seq: next.seq + 1,
                at: context.now,
                by: context.actor.clone(),
                need: decided.need,
                event: decided.event.clone(),
            });
        }
        all.extend(decided);
    }
    Ok(all)
}

fn on_need(case: &Case, need: &Need, command: &Command, context: &Context<'_>) -> Result<Vec<Event>, Refusal> {
    let work = Work { need, context };
    let closing = Closing { need, context };
    match command {
        Command::Resubmit { title } => {
            expect(need, &[State::Returned])?;
            let accept = promise(context, ClockKind::Accept, None)?;
            Ok(vec![Event::Resubmitted { title: title.clone(), terms: context.terms.clone(), accept }])
        }
        Command::Accept => {
            expect(need, &[State::Submitted])?;
            let assign = promise(context, ClockKind::Assign, need.classification.as_ref())?;
            Ok(vec![Event::Accepted { assign }])
        }
        Command::Return { reason_code, explanation } => {
            expect(need, &[State::Submitted])?;
            said(explanation)?;
            Ok(vec![Event::Returned { reason_code: reason_code.clone(), explanation: explanation.clone() }])
        }
        Command::Classify { classification } => classify(need, classification, context),
        Command::Split { title } => split(case, need, title, context),
        Command::RecomputeClocks { to, changes, kept } => {
            if !is_behind(need, to, kept) {
                return Err(Refusal::new("nothing-changed"));
            }
            let (from, to, changes) = (case.terms.clone(), to.clone(), changes.clone());
            Ok(vec![Event::ClocksRecomputed { from, to, changes, kept: kept.clone() }])
        }
        Command::ChangeLimit { clock, assignment, n, unit, reason } => {
            said(reason)?;
            number(*n)?;
            if need.open_run(*clock, *assignment).is_none() {
                return Err(Refusal::new("nothing-changed"));
            }
            let limit = by_hand(*n, *unit);
            let (clock, assignment) = (*clock, *assignment);
            Ok(vec![Event::LimitChanged { clock, assignment, limit, reason: reason.clone() }])
        }
        Command::Assign { assignment, unit, role, note, share } => work.assign(*assignment, *unit, *role, note, *share),
        Command::Unassign { assignment, reason } => work.unassign(*assignment, reason),
        Command::Sign { assignment } => work.sign(*assignment),
        Command::Refuse { assignment, reason } => work.refuse(*assignment, reason),
        Command::Report { assignment, text, visible_to_enterprise } => {
            work.report(*assignment, text, *visible_to_enterprise)
        }
        Command::TryContact { assignment, note } => work.try_contact(*assignment, note),
        Command::StartWait { reason } => work.start_wait(reason),
        Command::EndWait => work.end_wait(),
        Command::RequestExtension { assignment, n, reason } => work.request_extension(*assignment, *n, reason),
        Command::DecideExtension { assignment, granted, note } => work.decide_extension(*assignment, *granted, note),
        Command::Answer { assignment, outcome, text } => work.answer(*assignment, *outcome, text),
        Command::CallBack { result, note } => closing.call_back(*result, note),
        Command::Close => closing.close(),
        Command::Rate { verdict, stars, text } => closing.rate(*verdict, *stars, text),
        Command::TakeBackRating => closing.take_back_rating(),
        Command::Object { text } => closing.object(text),
        // Answered by `decide` before a need is looked for.
        Command::KeepDraft
        | Command::Submit { .. }
        | Command::Withdraw { .. }
        | Command::Attach { .. }
        | Command::Comment { .. }
        | Command::LinkEnterprise { .. } => Ok(Vec::new()),
    }
}

/// A need may be filed anew until it is answered; the promise to the enterprise then changes in view of everybody.
fn classify(need: &Need, classification: &Classification, context: &Context<'_>) -> Result<Vec<Event>, Refusal> {
    expect(need, &[State::Submitted, State::Accepted, State::Assigned, State::InProgress, State::Waiting])?;
    if need.classification.as_ref() == Some(classification) {
        return Err(Refusal::new("nothing-changed"));
    }
    let mut resolve = promise(context, ClockKind::Resolve, Some(classification))?;
    if let (Some(more), Some(before)) = (need.extension, &need.resolve)
        && before.unit == resolve.unit
    {
        resolve.n = resolve.n.saturating_add(more);
    }
    Ok(vec![Event::Classified { classification: classification.clone(), resolve }])
}

fn split(case: &Case, need: &Need, title: &str, context: &Context<'_>) -> Result<Vec<Event>, Refusal> {
    expect(need, &[State::Submitted, State::Accepted, State::Assigned, State::InProgress, State::Waiting])?;
    said(title)?;
    if case.needs.len() >= MOST_NEEDS {
        return Err(Refusal::new("number-out-of-range").arg("most", MOST_NEEDS));
    }
    let new_need = u16::try_from(case.needs.len() + 1).unwrap_or(u16::MAX);
    let assign = promise(context, ClockKind::Assign, None)?;
    Ok(vec![Event::Split { new_need, title: title.to_owned(), assign }])
}

/// Up to the answer an enterprise may take back one need, or all that are open.
fn withdraw(case: &Case, order: &Order, reason: &str) -> Decision {
    const OPEN: [State; 5] = [State::Submitted, State::Accepted, State::Assigned, State::InProgress, State::Waiting];
    let event = || Event::Withdrawn { reason: reason.to_owned() };
    if let Some(index) = order.need {
        expect(the_need(case, Some(index))?, &OPEN)?;
        return Ok(vec![Decided { need: Some(index), event: event() }]);
    }
    let open = case.needs.iter().filter(|need| OPEN.contains(&need.state()));
    let decided: Vec<_> = open.map(|need| Decided { need: Some(need.index), event: event() }).collect();
    if decided.is_empty() {
        return Err(Refusal::new("wrong-state").arg("state", case.state().as_str()));
    }
    Ok(decided)
}

/// A file or a remark. From the enterprise it is what was waited for, so the wait ends.
fn remark(case: &Case, order: &Order, context: &Context<'_>, event: Event) -> Decision {
    if let Some(index) = order.need {
        the_need(case, Some(index))?;
    }
    let mut decided = vec![Decided { need: order.need, event }];
    if context.actor.kind == ActorKind::Enterprise {
        let concerned = case.needs.iter().filter(|need| order.need.is_none_or(|index| index == need.index));
        let waiting = concerned.filter(|need| need.state() == State::Waiting);
        decided.extend(waiting.map(|need| Decided { need: Some(need.index), event: Event::WaitEnded }));
    }
    Ok(decided)
}

/// The need meant: the only one, if none is named.
fn the_need(case: &Case, index: Option<u16>) -> Result<&Need, Refusal> {
    let found = match (index, case.needs.as_slice()) {
        (Some(index), _) => case.need(index),
        (None, [only]) => Some(only),
        (None, _) => None,
    };
    found.ok_or_else(|| Refusal::new("need-missing").arg("need", index.map_or_else(String::new, |i| i.to_string())))
}

pub(crate) fn expect(need: &Need, states: &[State]) -> Result<(), Refusal> {
    let state = need.state();
    if states.contains(&state) { Ok(()) } else { Err(Refusal::new("wrong-state").arg("state", state.as_str())) }
}

pub(crate) fn said(text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() { Err(Refusal::new("explanation-missing")) } else { Ok(()) }
}

pub(crate) fn number(n: u32) -> Result<(), Refusal> {
    match n {
        0 => Err(Refusal::new("zero-limit")),
        1..=MOST_UNITS => Ok(()),
        _ => Err(Refusal::new("number-out-of-range").arg("most", MOST_UNITS)),
    }
}

pub(crate) fn by_hand(n: u32, unit: LimitUnit) -> Promise {
    Promise { rule: "-".to_owned(), n, unit }
}

/// What the limit rows promise now.
pub(crate) fn promise(
    context: &Context<'_>,
    clock: ClockKind,
    class: Option<&Classification>,
) -> Result<Promise, Refusal> {
    let category = class.map(|class| class.category.as_str());
    let row = context.limits.find(clock, category, class.map(|class| class.grade), class.map(|class| class.level));
    row.map(|row| row.promise()).ok_or_else(|| Refusal::new("limit-missing").arg("clock", clock.as_str()))
}

/// The end of a window; `None` where the calendar cannot tell, and then nobody is held to it.
pub(crate) fn window_end(context: &Context<'_>, promise: &Promise, start: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let schedule = context.calendars.schedule(context.terms)?;
    schedule.due(start, promise.into(), &[], context.now).ok().map(|due| due.at)
}
