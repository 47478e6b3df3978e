//! How rows and states of casework are said on every page.

use chrono::{DateTime, Utc};
use kernel::local_date;
use web::components::{Light as Pill, LightState};
use web::{Lang, Words};
use workdays::Unit;

use crate::settings::Settings;
use crate::store::list::{Light, Line, Moment};

/// The name in the reader's language of something that has two: (zh, en).
pub fn name<'n>(w: &Words, names: &'n (String, String)) -> &'n str {
    match w.lang() {
        Lang::En if !names.1.is_empty() => &names.1,
        _ => &names.0,
    }
}

/// words: state-*
pub fn state(w: &Words, state: &str) -> String {
    w.t(&format!("state-{}", state.replace('_', "-"))).into_owned()
}

/// words: grade-*
pub fn grade(w: &Words, grade: &str) -> String {
    w.t(&format!("grade-{grade}")).into_owned()
}

/// words: level-*
pub fn level(w: &Words, level: &str) -> String {
    w.t(&format!("level-{level}")).into_owned()
}

/// words: source-*
pub fn source(w: &Words, source: &str) -> String {
    w.t(&format!("source-{}", source.replace('_', "-"))).into_owned()
}

/// words: outcome-*
pub fn outcome(w: &Words, outcome: &str) -> String {
    w.t(&format!("outcome-{}", outcome.replace('_', "-"))).into_owned()
}

/// words: result-*
pub fn result(w: &Words, result: &str) -> String {
    w.t(&format!("result-{}", result.replace('_', "-"))).into_owned()
}

/// The name of a category in the reader's language; the code itself if it is unknown.
pub fn category(w: &Words, settings: &Settings, code: &str) -> String {
    settings
        .category(code)
        .map_or_else(|| code.to_owned(), |c| if w.lang() == Lang::En { c.name_en.clone() } else { c.name.clone() })
}

/// Who must act next: `自然资源局答复`, `Desk: accept`; a co-unit that is behind its lead with its own date.
/// words: act-*
pub fn act_next(w: &Words, settings: &Settings, row: &Line) -> String {
    let key = format!("act-{}", row.act_next.replace('_', "-"));
    let unit = row.act_unit.as_ref().map_or("", |names| name(w, names));
    match row.co_due_at {
        Some(at) => {
            let due = open_due_said(w, settings, Due { at, provisional: row.provisional }, w.datetime(at));
            w.f("act-co-answer", &[("unit", &unit), ("due", &due)])
        }
        None => w.f(&key, &[("unit", &unit)]),
    }
}

/// The light of a row on a list of the desk, where a plan that is to be looked at again goes before its state.
pub fn desk_pill(w: &Words, settings: &Settings, row: &Line, at: Moment) -> Pill {
    if row.review_due(at) { Pill::new(LightState::DueSoon, w.t("pill-review-due")) } else { pill(w, settings, row, at) }
}

/// Who must act next, the desk where a plan is to be looked at again.
pub fn desk_next(w: &Words, settings: &Settings, row: &Line, at: Moment) -> String {
    if row.review_due(at) && !row.open { w.t("act-desk-review").into_owned() } else { act_next(w, settings, row) }
}

/// The light of a row, with how much is left or how late it is.
pub fn pill(w: &Words, settings: &Settings, row: &Line, at: Moment) -> Pill {
    match row.light(at) {
        Light::Done if row.resolve_on_time == Some(false) => Pill::new(LightState::Done, w.t("pill-done-late")),
        Light::Done => Pill::new(LightState::Done, state(w, &row.state)),
        Light::Waiting => Pill::new(LightState::Waiting, state(w, &row.state)),
        light => match row.due_at {
            Some(due) => due_pill(w, settings, Due { at: due, provisional: row.provisional }, at, light),
            None => Pill::new(LightState::Waiting, state(w, &row.state)),
        },
    }
}

/// When something is due, and whether a holiday notice may still move it.
#[derive(Clone, Copy, Debug)]
pub struct Due {
    pub at: DateTime<Utc>,
    pub provisional: bool,
}

/// A due date in words, however it was written: the only way any page says one.
pub fn due_said(w: &Words, written: String, provisional: bool) -> String {
    if provisional { w.f("due-provisional", &[("due", &written)]) } else { written }
}

/// The same for one date of a need, whose mark is of all its dates: only those in a year without a notice are provisional.
pub fn open_due_said(w: &Words, settings: &Settings, due: Due, written: String) -> String {
    due_said(w, written, due.provisional && settings.is_provisional(due.at))
}

/// The light of something that is due, judged at a moment.
pub fn due_pill(w: &Words, settings: &Settings, due: Due, at: Moment, light: Light) -> Pill {
    let mut pill = left_pill(w, settings, due.at, at, light);
    pill.text = open_due_said(w, settings, due, pill.text);
    pill
}

fn left_pill(w: &Words, settings: &Settings, due: DateTime<Utc>, at: Moment, light: Light) -> Pill {
    if light == Light::Late {
        return Pill::new(LightState::Late, w.days_late(settings.working_days_late(due, at.now)));
    }
    let state = if light == Light::DueSoon { LightState::DueSoon } else { LightState::OnTime };
    if local_date(due) == local_date(at.now) {
        return Pill::new(state, w.t("due-today"));
    }
    let days = settings.today().and_then(|s| s.difference(due, at.now, Unit::WorkingDay).ok()).map_or(0, |d| d.value);
    Pill::new(state, w.working_days_left(days))
}
