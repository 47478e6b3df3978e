//! The tables of a need's page: units with their shares, clocks with start, due and stop, and the sentence who is next.

use web::components::{Light as Pill, LightState, Link};
use web::{Words, format};

use super::deed::CaseView;
use super::strip::{limit, promised, unknown};
use crate::case::Ended;
use crate::clocks::{ClockView, Light};
use crate::event::Role;
use crate::limits::{ClockKind, LimitUnit};
use crate::pages::shared;
use crate::store::case::word;

/// A unit's part.
pub struct Share {
    pub unit: String,
    pub role: String,
    pub light: Pill,
    pub limit: String,
    pub due: String,
    pub ended: bool,
}

/// One stretch of a clock.
pub struct ClockRow {
    pub name: String,
    pub start: String,
    pub limit: String,
    pub due: String,
    pub paused: String,
    pub stop: String,
    pub difference: String,
    pub late: bool,
}

/// Category, grade, level, source; what is not known yet is left out.
pub fn tags(w: &Words, view: &CaseView) -> Vec<String> {
    let row = &view.row;
    let mut tags = Vec::new();
    tags.extend(row.category.as_deref().map(|code| shared::category(w, &view.settings, code)));
    tags.extend(row.grade.as_deref().map(|grade| shared::grade(w, grade)));
    tags.extend(row.level.as_deref().map(|level| shared::level(w, level)));
    tags.push(shared::source(w, &row.source));
    if row.reopened > 0 {
        tags.push(w.f("desk-round", &[("n", &row.round)]));
    }
    tags
}

/// The other needs of the same request.
pub fn kin(view: &CaseView) -> Vec<Link> {
    let others = view.kept.case.needs.iter().filter(|need| need.index != view.need.index);
    others
        .map(|need| {
            let number = view.kept.case.need_number(need.index);
            Link::new(format!("/requests/{number}"), format!("{number} {}", need.title))
        })
        .collect()
}

/// Who must act next, until when.
pub fn next(w: &Words, view: &CaseView) -> String {
    let act = shared::act_next(w, &view.settings, &view.row);
    match view.row.due_at {
        // A co-unit that is behind its lead is named with its own date.
        _ if view.row.co_due_at.is_some() => act,
        Some(at) if view.row.open => {
            let due = shared::Due { at, provisional: view.row.provisional };
            let due = shared::open_due_said(w, &view.settings, due, w.datetime(at));
            w.f("desk-next-until", &[("act", &act), ("due", &due)])
        }
        _ if view.row.paused => w.f("desk-next-paused", &[("act", &act)]),
        _ => act,
    }
}

/// Units that have or had a part, in the order of assignment.
/// words: desk-part-* desk-role-*
pub fn shares(w: &Words, view: &CaseView, all: &[ClockView<'_>]) -> Vec<Share> {
    let share = |own: &crate::case::Assignment| {
        let clock = all.iter().rev().find(|c| c.clock == ClockKind::Share && c.assignment == Some(own.id));
        let state = match (own.ended, own.answer, own.signed_at) {
            (Some(Ended::Refused), ..) => "refused",
            (Some(Ended::Unassigned), ..) => "unassigned",
            (None, Some(_), _) => "answered",
            (None, None, Some(_)) => "working",
            (None, None, None) if own.progressed => "working",
            (None, None, None) => "unsigned",
        };
        let text = match own.extension_asked {
            Some(_) => w.t("desk-part-asks").into_owned(),
            None => w.t(&format!("desk-part-{state}")).into_owned(),
        };
        let light = match (own.ended, clock.map(|c| c.light)) {
            (Some(_), _) | (_, None) => LightState::Waiting,
            (_, Some(light)) => light_state(light),
        };
        Share {
            unit: view.units.name(w, own.unit),
            role: w.t(if own.role == Role::Lead { "desk-role-lead" } else { "desk-role-co" }).into_owned(),
            light: Pill::new(light, text),
            limit: clock.and_then(|c| c.promise).map(|p| promised(w, p)).unwrap_or_default(),
            due: clock.map(|c| due(w, c)).unwrap_or_default(),
            ended: own.ended.is_some(),
        }
    };
    view.need.assignments.iter().map(share).collect()
}

fn light_state(light: Light) -> LightState {
    match light {
        Light::OnTime => LightState::OnTime,
        Light::DueSoon => LightState::DueSoon,
        Light::Late | Light::DoneLate => LightState::Late,
        Light::Waiting | Light::Dropped | Light::Unknown => LightState::Waiting,
        Light::DoneOnTime => LightState::Done,
    }
}

/// All stretches of all clocks in the order of starting.
/// words: desk-clock-*
pub fn rows(w: &Words, view: &CaseView, all: &[ClockView<'_>]) -> Vec<ClockRow> {
    let row = |c: &ClockView<'_>| {
        let name = w.t(&format!("desk-clock-{}", c.clock.as_str())).into_owned();
        let unit = c.unit.map(|unit| view.units.name(w, unit)).filter(|name| !name.is_empty());
        let in_hours = matches!(c.difference_unit, Some(LimitUnit::Hour | LimitUnit::WorkingHour));
        let paused = match (c.paused_days, c.paused_seconds) {
            (0, 0) => String::new(),
            (0, seconds) if in_hours => limit(w, seconds / 3600, LimitUnit::Hour),
            (days, _) => limit(w, i64::from(days), LimitUnit::Day),
        };
        ClockRow {
            name: unit.map_or_else(|| name.clone(), |unit| format!("{name} · {unit}")),
            start: w.datetime(c.start),
            limit: c.promise.map(|p| promised(w, p)).unwrap_or_default(),
            due: due(w, c),
            paused,
            stop: match c.stopped_at {
                Some(at) if c.dropped => w.f("desk-stop-dropped", &[("at", &w.datetime(at))]),
                Some(at) => w.datetime(at),
                None => w.t("desk-stop-running").into_owned(),
            },
            difference: c
                .difference
                .filter(|_| !c.dropped)
                .zip(c.difference_unit)
                .map_or_else(String::new, |(n, unit)| difference(w, n, unit, c.light)),
            late: matches!(c.light, Light::Late | Light::DoneLate),
        }
    };
    all.iter().map(row).collect()
}

fn due(w: &Words, c: &ClockView<'_>) -> String {
    let said = |at| shared::due_said(w, w.datetime(at), c.provisional && c.stopped_at.is_none());
    match (c.due, c.unknown) {
        (Some(at), _) if c.projected => w.f("desk-due-projected", &[("at", &said(at))]),
        (Some(at), _) => said(at),
        (None, Some(why)) => unknown(w, why),
        (None, None) => String::new(),
    }
}

fn difference(w: &Words, n: i64, unit: LimitUnit, light: Light) -> String {
    let amount = limit(w, n.abs(), unit);
    match (light, n) {
        (Light::DoneLate, 0) => w.t("desk-late-little").into_owned(),
        (Light::DoneLate, _) => w.f("desk-late-by", &[("amount", &amount)]),
        (_, 0) => w.t("desk-same-day").into_owned(),
        _ => w.f("desk-early-by", &[("amount", &amount)]),
    }
}

/// `1,204`, or `10,000+` where counting stopped.
pub fn counted(n: i64, most: i64) -> String {
    if n >= most { format!("{}+", format::number(most)) } else { format::number(n) }
}

/// The role of a part in rows.
pub fn role(w: &Words, role: &str) -> String {
    w.t(if role == word(&Role::Lead) { "desk-role-lead" } else { "desk-role-co" }).into_owned()
}
