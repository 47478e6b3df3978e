//! What a form would bring about, shown before it is sent: the due date with its reasons, and what the enterprise will read.

use chrono::{DateTime, Utc};
use kernel::UnitId;
use web::components::{DayStrip, Light as Pill};
use web::{Fields, Words};

use super::deed::{CaseView, Deed};
use super::strip;
use crate::clocks::ClockView;
use crate::event::{Classification, Grade, Level, Promise};
use crate::limits::ClockKind;
use crate::pages::shared;
use crate::pages::standing::Standing;
use crate::projection::project;
use crate::state::State;
use crate::store::case::read_word;

/// The due date a form promises.
pub struct Due {
    pub text: String,
    /// The strip, or why there is none.
    pub strip: Result<DayStrip, String>,
}

/// How a need is or would be filed: as typed, as filed, or as the enterprise thinks.
pub fn class(view: &CaseView, fields: Option<&Fields>) -> Classification {
    let now = view.need.classification.clone().unwrap_or_else(|| Classification {
        category: view.row.category.clone().unwrap_or_default(),
        grade: Grade::Ordinary,
        level: view.kept.request.origin_level.unwrap_or(Level::County),
    });
    let Some(fields) = fields else { return now };
    Classification {
        category: Some(fields.get("category").to_owned()).filter(|code| !code.is_empty()).unwrap_or(now.category),
        grade: read_word(fields.get("grade")).unwrap_or(now.grade),
        level: read_word(fields.get("level")).unwrap_or(now.level),
    }
}

/// What filing it so promises to the enterprise.
pub fn promise(view: &CaseView, class: &Classification) -> Option<Promise> {
    let category = Some(class.category.as_str()).filter(|code| !code.is_empty());
    let row = view.settings.limits.find(ClockKind::Resolve, category, Some(class.grade), Some(class.level));
    row.map(|row| row.promise())
}

/// Code of the unit that leads: as chosen, but the usual one of another category as soon as that is chosen instead.
pub fn lead(view: &CaseView, fields: Option<&Fields>) -> Option<String> {
    let usual = |category: &str| {
        let unit = view.settings.category(category).and_then(|c| c.lead);
        unit.and_then(|id| view.units.get(id)).map(|unit| unit.code.clone())
    };
    let category = class(view, fields).category;
    let Some(fields) = fields else { return usual(&category) };
    let (typed, was) = (fields.chosen("lead"), fields.get("was"));
    let untouched = typed.is_empty() || usual(was).as_deref() == Some(typed);
    if category != was && untouched && usual(&category).is_some() {
        return usual(&category);
    }
    Some(typed.to_owned()).filter(|code| !code.is_empty())
}

fn promises(view: &CaseView, deed: Deed) -> bool {
    matches!(deed, Deed::AcceptAssign | Deed::Classify)
        || (deed == Deed::Assign && view.need.state() == State::Accepted)
}

/// The due date of a form that makes a promise.
pub fn due(w: &Words, view: &CaseView, deed: Deed, fields: Option<&Fields>, now: DateTime<Utc>) -> Option<Due> {
    if !promises(view, deed) {
        return None;
    }
    let Some(promise) = promise(view, &class(view, fields)) else {
        let text = w.t("error-limit-missing").into_owned();
        return Some(Due { text: text.clone(), strip: Err(text) });
    };
    let clock = due_at(view, &promise, now);
    let text = clock.due.map_or_else(String::new, |at| shared::due_said(w, w.datetime(at), clock.provisional));
    Some(Due { text, strip: strip::strip(w, &clock, view.settings.as_ref(), now) })
}

/// The clock that would run under a promise.
fn due_at<'a>(view: &'a CaseView, promise: &'a Promise, now: DateTime<Utc>) -> ClockView<'a> {
    let settings = view.settings.as_ref();
    let run = view.need.resolve_run();
    let start = run.map(|run| run.start).or(view.need.accepted_at).unwrap_or(now);
    let terms = run.map_or(&settings.terms, |run| &run.terms);
    strip::imagined(promise, terms, start, settings, now)
}

/// How the need would stand for the enterprise in another state.
fn then(view: &CaseView, state: State, change: impl FnOnce(&mut Standing)) -> Standing {
    let mut own = Standing { state, answered: None, ..Standing::of_row(&view.row) };
    change(&mut own);
    own
}

/// What the enterprise will read, in the words of its own page; `None` for what stays inside.
pub fn seen(w: &Words, view: &CaseView, deed: Deed, fields: Option<&Fields>) -> Option<String> {
    let typed = |name: &str| fields.map(|fields| fields.get(name).to_owned()).unwrap_or_default();
    let or_dots = |text: String| if text.is_empty() { "……".to_owned() } else { text };
    let visible = |preset| fields.map_or(preset, |fields| fields.get("visible") == "yes");
    match deed {
        Deed::AcceptAssign | Deed::Assign if promises(view, deed) => {
            let lead = lead(view, fields).and_then(|code| view.units.by_code(&code)).map(|unit| unit.id);
            let unit = lead.and_then(|id| view.units.names(id)).unwrap_or_else(|| ("……".to_owned(), "……".to_owned()));
            let promise = promise(view, &class(view, fields))?;
            let clock = due_at(view, &promise, view.at.now);
            let assigned = then(view, State::Assigned, |own| {
                (own.unit, own.resolve_due, own.provisional) = (Some(unit), clock.due, clock.provisional);
            });
            let says = assigned.sentence(w, &view.settings, view.at);
            Some(match co_units(w, view, fields, lead) {
                units if units.is_empty() => says,
                units => w.f("desk-seen-co", &[("says", &says), ("units", &units)]),
            })
        }
        // While units work, co-units are added to them.
        Deed::Assign => {
            let units = co_units(w, view, fields, None);
            Some(w.f("desk-seen-co-added", &[("units", &or_dots(units))]))
        }
        Deed::Return => {
            let code = typed("reason_code").replace('_', "-");
            let reason =
                if code.is_empty() { "……".to_owned() } else { w.t(&format!("desk-reason-{code}")).into_owned() };
            let says = then(view, State::Returned, |_| {}).sentence(w, &view.settings, view.at);
            Some(w.f(
                "desk-seen-return",
                &[("says", &says), ("reason", &reason), ("text", &or_dots(typed("explanation")))],
            ))
        }
        Deed::Answer => {
            let outcome = typed("outcome");
            let outcome = if outcome.is_empty() { "……".to_owned() } else { shared::outcome(w, &outcome) };
            let unit = view.part().map(|own| view.units.name(w, own.unit)).unwrap_or_default();
            Some(w.f("desk-seen-answer", &[("unit", &unit), ("outcome", &outcome), ("text", &or_dots(typed("text")))]))
        }
        Deed::Wait => {
            let says = then(view, State::Waiting, |_| {}).sentence(w, &view.settings, view.at);
            Some(w.f("desk-seen-with", &[("says", &says), ("text", &or_dots(typed("reason")))]))
        }
        Deed::Report if visible(true) => Some(or_dots(typed("text"))),
        Deed::Comment if visible(false) => Some(or_dots(typed("text"))),
        _ => None,
    }
}

/// Names of the co-units that are ticked, as the enterprise will read them; one that leads is none.
fn co_units(w: &Words, view: &CaseView, fields: Option<&Fields>, lead: Option<UnitId>) -> String {
    let ticked = fields.into_iter().flat_map(|fields| fields.all("co")).filter_map(|code| view.units.by_code(code));
    let names: Vec<String> =
        ticked.filter(|unit| Some(unit.id) != lead).map(|unit| super::units::name(w, unit)).collect();
    names.join(&w.t("enterprise-count-and"))
}

/// What the enterprise reads about this need at present: the light and the sentence of its own page.
pub fn seen_now(w: &Words, view: &CaseView) -> Option<(Pill, String)> {
    let told = project(&view.kept.case, view.need.index, view.settings.as_ref())?;
    let own = Standing::of_case(&told, |id| view.units.names(id));
    Some((own.pill(w, &view.settings, view.at), own.sentence(w, &view.settings, view.at)))
}
