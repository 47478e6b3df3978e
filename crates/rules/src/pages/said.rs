//! How what a pack says of itself is said on every page.

use chrono::NaiveDate;
use kernel::IndustryCode;
use registry::facts::{self, Asked};
use rulepack::compile::{CompiledPack, FactInfo, Output, Program};
use rulepack::diagnostic;
use rulepack::dictionary::Fact;
use rulepack::interpret::Value;
use rulepack::ir::FactId;
use rulepack::pack::{Level, Pack, Status};
use web::components::{Light, LightState};
use web::{Lang, Words};

use super::fields::KnownFact;

/// The language of texts from packs.
pub fn lang(w: &Words) -> diagnostic::Lang {
    if w.lang() == Lang::En { diagnostic::Lang::En } else { diagnostic::Lang::Zh }
}

/// The title in the reader's language, where the pack has one; and the language it is in.
pub fn title(w: &Words, pack: &Pack) -> (String, &'static str) {
    let english = pack.english_title.as_ref().filter(|_| w.lang() == Lang::En);
    let language = if english.is_some() { Lang::En } else { Lang::Zh };
    let title = english.or(pack.title.as_ref()).map_or_else(|| pack.code.clone(), |written| written.text.clone());
    (title, language.tag())
}

// words: rules-level-*
pub fn level(w: &Words, level: Option<Level>) -> String {
    let key = match level {
        None => return String::new(),
        Some(Level::National) => "national",
        Some(Level::Province) => "province",
        Some(Level::City) => "city",
        Some(Level::County) => "county",
    };
    w.t(&format!("rules-level-{key}")).into_owned()
}

/// How far the pack itself is: draft, under review, published.
// words: rules-status-*
pub fn status(w: &Words, status: Status) -> Light {
    let (state, key) = match status {
        Status::Draft => (LightState::Waiting, "draft"),
        Status::Review => (LightState::DueSoon, "review"),
        Status::Published => (LightState::OnTime, "published"),
    };
    Light::new(state, w.t(&format!("rules-status-{key}")))
}

/// `2018年1月3日起`, `2026-04-01 to …` and whether it holds on the day.
pub fn in_force(w: &Words, pack: &Pack) -> String {
    match (pack.from, pack.to) {
        (Some(from), Some(to)) => w.f("rules-from-to", &[("from", &w.date(from)), ("to", &w.date(to))]),
        (Some(from), None) => w.f("rules-from", &[("from", &w.date(from))]),
        (None, Some(to)) => w.f("rules-to", &[("to", &w.date(to))]),
        (None, None) => String::new(),
    }
}

/// Empty while the pack is in force; else that it is not yet, or no longer.
pub fn out_of_force(w: &Words, pack: &Pack, today: NaiveDate) -> String {
    match pack.nearest_day(today) {
        day if day > today => w.t("rules-not-yet").into_owned(),
        day if day < today => w.t("rules-no-longer").into_owned(),
        _ => String::new(),
    }
}

/// The text in the reader's language.
pub fn both<'t>(w: &Words, zh: &'t str, en: &'t str) -> &'t str {
    if w.lang() == Lang::En { en } else { zh }
}

/// The name of a fact; of a parameter that nobody knows yet, that it is still to be published.
pub fn fact(w: &Words, program: &Program, fact: FactId) -> String {
    let name = |info: &FactInfo| info.name().text(lang(w)).to_owned();
    match program.fact(fact) {
        Some(info @ FactInfo::Unpublished(_)) => {
            let to_come = w.t("rules-parameter-unpublished");
            w.f("rules-source-period", &[("source", &name(info)), ("period", &to_come)])
        }
        Some(info) => name(info),
        None => String::new(),
    }
}

/// A value of an output for people.
pub fn value(w: &Words, program: &Program, pack: &CompiledPack, output: &Output, value: &Value) -> String {
    rulepack::show::value(&program.dag, pack, output.node, value, &output.shown, lang(w))
}

/// `3432 生产专用起重机制造`, as the national list names it.
pub fn industry(code: &str) -> String {
    code.parse::<IndustryCode>().map_or_else(|_| code.to_owned(), |code| format!("{} {}", code.as_str(), code.name()))
}

/// What the county has of a fact that speaks of another time than the one asked for on a day, and that it is not used.
pub fn instead(w: &Words, fact: &Fact, own: &KnownFact, day: NaiveDate) -> String {
    let wanted = Asked::On(day).period(fact).map(|period| period.to_string()).unwrap_or_default();
    let value = facts::shown(fact, &own.value, lang(w));
    w.f("rules-instead", &[("wanted", &wanted), ("source", &own.source), ("value", &value)])
}

/// A period as it is kept, or that there is none.
pub fn period(w: &Words, period: &str) -> String {
    if period.is_empty() { w.t("rules-no-period").into_owned() } else { period.to_owned() }
}
