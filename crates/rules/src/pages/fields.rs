//! The facts a pack reads as fields of a form, and a case made of what was typed into them.

use rulepack::case::{Case, Origin};
use rulepack::compile::{FactInfo, Program};
use rulepack::diagnostic::Lang;
use rulepack::dictionary::{Fact, FactKind};
use rulepack::ir::FactId;
use rulepack::pack::Pack;
use rulepack::unit::Unit;
use web::Words;
use web::components::{Choice, Field};
use web::href::Href;

use super::said;

/// What the county's register knows of the enterprise: fact code, value, and as of when.
#[derive(Clone, Debug, Default)]
pub struct Known {
    pub code: String,
    pub name: String,
    pub values: Vec<(&'static str, String)>,
    pub as_of: String,
}

/// Fields of facts that one department knows.
pub struct Part {
    pub source: String,
    pub fields: Vec<Field>,
}

/// The form and what came of it.
pub struct Asked {
    pub parts: Vec<Part>,
    pub case: Case,
    /// Nothing typed was wrong.
    pub sound: bool,
    /// How many facts are provided.
    pub given: usize,
}

/// Reads the address: one parameter per fact. What the register knows stands in for what the address does not name.
pub fn ask(w: &Words, program: &Program, pack: &Pack, here: &Href, known: Option<&Known>) -> Asked {
    let lang = said::lang(w);
    let mut asked = Asked { parts: Vec::new(), case: Case::none(program), sound: true, given: 0 };
    for (info, at) in program.facts.iter().zip(0..) {
        let FactInfo::Fact(fact) = info else { continue };
        let (id, unit) = (FactId(at), unit(pack, fact));
        let registered = known.and_then(|known| known.values.iter().find(|(code, _)| *code == fact.code));
        let typed = here.get(&fact.code).map(str::trim);
        let text: String =
            typed.or(registered.map(|(_, value)| value.as_str())).unwrap_or_default().chars().take(200).collect();
        let error = asked.case.set(program, id, &text, Some(&unit)).err();
        asked.sound &= error.is_none();
        asked.given += usize::from(!text.is_empty());
        if let (Some(known), Some((_, value))) = (known, registered)
            && *value == text
            && let Some(origin) = asked.case.origins.get_mut(usize::from(id.0))
        {
            let source = w.t("rules-register").into_owned();
            *origin = Origin { source: Some(source), as_of: Some(known.as_of.clone()) };
        }
        let field = field(w, fact, &unit, &text).error(error.map(|words| words.text(lang).to_owned()));
        let source = if lang == Lang::En && !fact.source_en.is_empty() { &fact.source_en } else { &fact.source };
        match asked.parts.iter_mut().find(|part| part.source == *source) {
            Some(part) => part.fields.push(field),
            None => asked.parts.push(Part { source: source.clone(), fields: vec![field] }),
        }
    }
    asked
}

/// The unit of bare numbers: the pack's own for this fact, else the one in which people know it.
fn unit(pack: &Pack, fact: &Fact) -> Unit {
    let named = |name: &str| {
        [&fact.code, &fact.zh, &fact.en].into_iter().chain(&fact.also).any(|own| own.eq_ignore_ascii_case(name.trim()))
    };
    let own = pack.units.iter().find(|(name, _)| named(&name.text)).and_then(|(_, unit)| Unit::parse(&unit.text));
    own.unwrap_or_else(|| fact.shown.clone())
}

fn field(w: &Words, fact: &Fact, unit: &Unit, text: &str) -> Field {
    let lang = said::lang(w);
    let (name, period) = match lang {
        Lang::Zh => (&fact.zh, &fact.period),
        Lang::En => (&fact.en, &fact.period_en),
    };
    let label = match unit.name(lang) {
        "" => name.clone(),
        unit => w.f("rules-label-unit", &[("name", name), ("unit", &unit)]),
    };
    let choices = |all: Vec<(String, String)>| {
        let known = all.iter().any(|(value, _)| value == text);
        let mut all: Vec<_> = all.into_iter().map(|(value, label)| Choice::new(&value, label, value == text)).collect();
        // What came in the address and is no choice stays to be seen beside its error.
        if !known && !text.is_empty() {
            all.push(Choice::new(text, text, true));
        }
        all.insert(0, Choice::new("", w.t("rules-not-provided"), text.is_empty()));
        all
    };
    let field = match fact.kind {
        FactKind::Boolean => {
            // words: rules-yes rules-no
            let all = [("true", "rules-yes"), ("false", "rules-no")];
            let text = match text {
                "是" | "yes" => "true",
                "否" | "no" => "false",
                other => other,
            };
            let mut all: Vec<_> =
                all.map(|(value, key)| Choice::new(value, w.t(key), value == text)).into_iter().collect();
            if !all.iter().any(|choice| choice.chosen) && !text.is_empty() {
                all.push(Choice::new(text, text, true));
            }
            all.insert(0, Choice::new("", w.t("rules-not-provided"), text.is_empty()));
            Field::select(&fact.code, label, all)
        }
        FactKind::Text if !fact.values.is_empty() => {
            let text_of = |value: &rulepack::dictionary::FactValue| match lang {
                Lang::Zh => value.zh.clone(),
                Lang::En => value.en.clone(),
            };
            let all = fact.values.iter().map(|value| (value.code.clone(), text_of(value))).collect();
            Field::select(&fact.code, label, choices(all))
        }
        FactKind::Date => Field::input("date", &fact.code, label).value(text),
        FactKind::Number => Field::text(&fact.code, label).value(text).inputmode("decimal").autocomplete("off"),
        FactKind::Text => Field::text(&fact.code, label).value(text).autocomplete("off"),
    };
    field.hint(period.as_str())
}
