//! How a need stands, said to the enterprise: light, one sentence (who has it and until when) and a bar.

use chrono::{DateTime, Utc};
use kernel::local_date;
use web::Words;
use web::components::{Light as Pill, LightState, Progress, Tone};

use crate::limits::{ClockKind, LimitUnit, Limits};
use crate::pages::shared::{Due, due_pill, due_said, name};
use crate::projection::Projection;
use crate::settings::Settings;
use crate::state::State;
use crate::store::enterprise_side::Names;
use crate::store::list::{Light, Moment, NeedRow};

/// What the sentence depends on, from a row of a list or from a case.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    pub state: State,
    /// The unit that has it.
    pub unit: Option<Names>,
    /// When the present step is due.
    pub due: Option<DateTime<Utc>>,
    pub resolve_due: Option<DateTime<Utc>>,
    /// A holiday notice that is not entered may still move them.
    pub provisional: bool,
    pub since: DateTime<Utc>,
    pub closed: Option<DateTime<Utc>>,
    /// The enterprise has said what it thinks of the answer.
    pub rated: bool,
    /// The reader is not of the enterprise, but its helper for instance: 您 would be the wrong one.
    pub theirs: bool,
}

impl Standing {
    pub(super) fn of_row(row: &NeedRow) -> Standing {
        Standing {
            state: State::parse(&row.state).unwrap_or(State::Draft),
            unit: row.act_unit.clone().or_else(|| row.lead.clone()),
            due: row.due_at,
            resolve_due: row.resolve_due_at,
            provisional: row.provisional,
            since: row.accepted_at.unwrap_or(row.submitted_at),
            closed: row.closed_at,
            rated: false,
            theirs: false,
        }
    }

    pub(super) fn of_case(p: &Projection, unit: Option<Names>) -> Standing {
        Standing {
            state: p.state,
            unit,
            due: p.due_at,
            resolve_due: p.resolve_due_at,
            provisional: p.provisional,
            since: p.accepted_at.unwrap_or(p.submitted_at),
            closed: p.closed_at,
            rated: p.verdict.is_some(),
            theirs: false,
        }
    }

    /// The light of the row, as the county's own lists show it.
    pub(super) fn light(&self, at: Moment) -> Light {
        match (self.state, self.due) {
            (State::Returned | State::Closed | State::Withdrawn, _) => Light::Done,
            (State::Waiting | State::Answered | State::Draft, _) | (_, None) => Light::Waiting,
            (_, Some(due)) if due < at.now => Light::Late,
            (_, Some(due)) if due <= at.soon => Light::DueSoon,
            _ => Light::OnTime,
        }
    }

    /// words: enterprise-light-*
    pub(super) fn pill(&self, w: &Words, settings: &Settings, at: Moment) -> Pill {
        let said = |light, key: &str| Pill::new(light, w.t(key));
        match (self.state, self.due) {
            (State::Answered, _) => said(LightState::OnTime, "enterprise-light-answered"),
            (State::Waiting, _) if self.theirs => said(LightState::DueSoon, "enterprise-light-waiting-theirs"),
            (State::Waiting, _) => said(LightState::DueSoon, "enterprise-light-waiting"),
            (State::Returned, _) => said(LightState::Waiting, "enterprise-light-returned"),
            (State::Withdrawn, _) => said(LightState::Waiting, "enterprise-light-withdrawn"),
            (State::Closed, _) => said(LightState::Done, "enterprise-light-closed"),
            (_, Some(due)) => due_pill(w, settings, Due { at: due, provisional: self.provisional }, at, self.light(at)),
            _ => said(LightState::Waiting, "enterprise-light-received"),
        }
    }

    /// `自然资源局正在办理，3月2日 周一前答复`
    /// words: enterprise-says-*
    pub(super) fn sentence(&self, w: &Words, at: Moment) -> String {
        if let (State::Closed, Some(closed)) = (self.state, self.closed) {
            return w.f("enterprise-says-closed-on", &[("day", &w.date(local_date(closed)))]);
        }
        let unit =
            self.unit.as_ref().map_or_else(|| w.t("enterprise-desk").into_owned(), |own| name(w, own).to_owned());
        let (key, due) = match self.state {
            State::Draft | State::Submitted => ("enterprise-says-submitted", self.due),
            State::Accepted => ("enterprise-says-accepted", self.resolve_due.or(self.due)),
            State::Assigned => ("enterprise-says-assigned", self.resolve_due),
            State::InProgress => ("enterprise-says-in-progress", self.resolve_due),
            State::Waiting => ("enterprise-says-waiting", None),
            State::Answered if self.rated => ("enterprise-says-rated", None),
            State::Answered => ("enterprise-says-answered", None),
            State::Returned => ("enterprise-says-returned", None),
            State::Closed => ("enterprise-says-closed", None),
            State::Withdrawn => ("enterprise-says-withdrawn", None),
        };
        match due {
            Some(due) if due < at.now => w.f(
                &format!("{key}-late"),
                &[("unit", &unit), ("due", &due_said(w, w.weekday_date(local_date(due)), self.provisional))],
            ),
            Some(due) if self.state == State::Submitted => {
                w.f(&self.voice(key), &[("unit", &unit), ("due", &due_said(w, w.datetime(due), self.provisional))])
            }
            Some(due) => {
                w.f(key, &[("unit", &unit), ("due", &due_said(w, w.weekday_date(local_date(due)), self.provisional))])
            }
            None if matches!(
                self.state,
                State::Draft | State::Submitted | State::Accepted | State::Assigned | State::InProgress
            ) =>
            {
                w.f(&format!("{key}-open"), &[("unit", &unit)])
            }
            None => w.f(&self.voice(key), &[("unit", &unit)]),
        }
    }

    /// The key of what is said to the enterprise (您), turned to what is said about it where that differs.
    fn voice(&self, key: &str) -> String {
        use State::{Answered, Submitted, Waiting, Withdrawn};
        let differs = matches!(self.state, Submitted | Waiting | Answered | Withdrawn);
        format!("{key}{}", if self.theirs && differs { "-theirs" } else { "" })
    }

    /// How much of the promised time is used; nothing while no promise runs.
    pub(super) fn bar(&self, w: &Words, at: Moment) -> Option<Progress> {
        let due =
            self.resolve_due.filter(|_| matches!(self.state, State::Accepted | State::Assigned | State::InProgress))?;
        let (used, whole) = ((at.now - self.since).num_minutes(), (due - self.since).num_minutes().max(1));
        let tone = match self.light(at) {
            Light::Late => Tone::Late,
            Light::DueSoon => Tone::DueSoon,
            _ => Tone::OnTime,
        };
        let share = (used.clamp(0, whole) * 100) / whole;
        Some(Progress::new(used.clamp(0, whole), whole, tone, w.f("enterprise-bar", &[("share", &share)])))
    }
}

/// `1 个工作日`
/// words: enterprise-limit-*
pub(super) fn limit_text(w: &Words, n: u32, unit: LimitUnit) -> String {
    w.f(&format!("enterprise-limit-{}", unit.as_str().replace('_', "-")), &[("n", &n)])
}

/// Within what time a problem is accepted.
pub(super) fn accept_limit(w: &Words, limits: &Limits) -> String {
    limits.find(ClockKind::Accept, None, None, None).map_or_else(String::new, |row| limit_text(w, row.n, row.unit))
}
