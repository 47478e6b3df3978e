//! Decisions after the answer: call-back, closing, rating, objection. Nobody closes what he answered himself.

use crate::case::Need;
use crate::command::{Context, Refusal};
use crate::decide::{expect, promise, said, window_end};
use crate::decide_work::minute;
use crate::event::{CallResult, ClosedOn, Event, ReopenCause, Verdict};
use crate::limits::ClockKind;
use crate::state::State;

/// After attempts on so many working days that reached nobody a unit may answer 联系不上, and the desk may close with just
/// its own calls recorded.
pub(crate) const DAYS_TRIED: usize = 3;

type Events = Result<Vec<Event>, Refusal>;

/// Refuses to take somebody for unreachable before that was tried on enough `days`.
pub(crate) fn tried(days: usize, code: &'static str) -> Result<(), Refusal> {
    if days >= DAYS_TRIED { Ok(()) } else { Err(Refusal::new(code).arg("days", days).arg("wanted", DAYS_TRIED)) }
}

/// A need that was answered.
pub(crate) struct Closing<'a> {
    pub(crate) need: &'a Need,
    pub(crate) context: &'a Context<'a>,
}

impl Closing<'_> {
    pub(crate) fn call_back(&self, result: CallResult, note: &str) -> Events {
        expect(self.need, &[State::Answered])?;
        if self.is_handler() {
            return Err(Refusal::new("call-back-by-handler"));
        }
        let called = Event::CalledBack { result, note: note.to_owned() };
        Ok(match result {
            CallResult::Satisfied | CallResult::BasicallySatisfied => vec![called, self.closed(ClosedOn::CallBack)?],
            CallResult::Dissatisfied => {
                said(note)?;
                vec![called, self.reopened(ReopenCause::CallBack, note)?]
            }
            CallResult::NotReached => vec![called],
        })
    }

    /// The enterprise's own word is a confirmation by somebody else than the handler; so is, after calls on three working
    /// days that reached nobody, the record of having tried.
    pub(crate) fn close(&self) -> Events {
        expect(self.need, &[State::Answered])?;
        if self.need.verdict == Some(Verdict::Solved) {
            return Ok(vec![self.closed(ClosedOn::Rating)?]);
        }
        let schedule = self.context.calendars.schedule(self.context.terms);
        tried(self.need.days_called(schedule.as_ref()), "close-unconfirmed")?;
        if self.is_handler() {
            return Err(Refusal::new("call-back-by-handler"));
        }
        Ok(vec![self.closed(ClosedOn::NotReached)?])
    }

    /// Before closing 没解决 reopens; afterwards a rating is only noted, and an objection is the way back.
    pub(crate) fn rate(&self, verdict: Verdict, stars: Option<u8>, text: &str) -> Events {
        expect(self.need, &[State::Answered, State::Closed])?;
        if stars.is_some_and(|stars| !(1..=5).contains(&stars)) {
            return Err(Refusal::new("number-out-of-range").arg("most", 5));
        }
        let mut events = vec![Event::Rated { verdict, stars, text: text.to_owned() }];
        if verdict == Verdict::NotSolved && self.need.state() == State::Answered {
            events.push(self.reopened(ReopenCause::Rating, text)?);
        }
        Ok(events)
    }

    /// A slip of the thumb is no word: until the end of the next day the enterprise can take 解决了 back.
    pub(crate) fn take_back_rating(&self) -> Events {
        expect(self.need, &[State::Answered, State::Closed])?;
        let Some(until) = self.need.rating_open_until() else { return Err(Refusal::new("not-rated")) };
        if self.context.now > until {
            return Err(Refusal::new("rating-final").arg("until", minute(until)));
        }
        Ok(vec![Event::RatingTakenBack])
    }

    pub(crate) fn object(&self, text: &str) -> Events {
        expect(self.need, &[State::Closed])?;
        said(text)?;
        let until = self.need.closed.as_ref().and_then(|own| window_end(self.context, &own.object, own.at));
        if let Some(until) = until
            && self.context.now > until
        {
            return Err(Refusal::new("object-late").arg("until", minute(until)));
        }
        Ok(vec![Event::Objected { text: text.to_owned() }, self.reopened(ReopenCause::Objection, text)?])
    }

    /// Whether the actor answered it, or belongs to a unit that did.
    fn is_handler(&self) -> bool {
        let actor = self.context.actor;
        self.need.active().any(|own| {
            let answer = own.answer.as_ref();
            let person = answer.and_then(|answer| answer.person);
            let unit = answer.and_then(|answer| answer.unit);
            (person.is_some() && person == actor.person)
                || actor.unit.is_some_and(|actors| actors == own.unit || Some(actors) == unit)
        })
    }

    fn closed(&self, on: ClosedOn) -> Result<Event, Refusal> {
        let object = promise(self.context, ClockKind::Object, self.need.classification.as_ref())?;
        Ok(Event::Closed { on, object })
    }

    fn reopened(&self, cause: ReopenCause, reason: &str) -> Result<Event, Refusal> {
        let class = self.need.classification.as_ref();
        let promise = |clock| promise(self.context, clock, class);
        Ok(Event::Reopened {
            cause,
            reason: reason.to_owned(),
            terms: self.context.terms.clone(),
            resolve: promise(ClockKind::Resolve)?,
            contact: promise(ClockKind::Contact)?,
            share: promise(ClockKind::Share)?,
        })
    }
}
