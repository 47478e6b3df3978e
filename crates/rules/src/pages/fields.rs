//! The facts a pack reads as fields of a form, and a case made of what was typed into them.

use chrono::NaiveDate;
use kernel::EnterpriseId;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Signed;
use rulepack::case::{Case, Origin, read_value};
use rulepack::compile::{FactInfo, Program};
use rulepack::diagnostic::Lang;
use rulepack::dictionary::{Fact, FactKind};
use rulepack::interpret::Value;
use rulepack::ir::FactId;
use rulepack::number::plain;
use rulepack::pack::Pack;
use rulepack::unit::{Unit, read_quantity};
use web::Words;
use web::components::{Choice, Field};
use web::href::Href;

use super::said;

/// What the county knows of an enterprise.
#[derive(Clone, Debug, Default)]
pub struct Known {
    pub id: Option<EnterpriseId>,
    /// Its credit code.
    pub code: String,
    pub name: String,
    pub values: Vec<KnownFact>,
}

/// One fact the county knows.
#[derive(Clone, Debug, Default)]
pub struct KnownFact {
    pub code: String,
    /// Exact, in the fact's base unit.
    pub value: String,
    /// Who said so and for which period, in words.
    pub source: String,
    /// The day for which it was true.
    pub as_of: String,
    /// It speaks of the time the fact does; else it is shown and not used.
    pub fits: bool,
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
    /// How many of them the county knows, and how many it may know.
    pub filled: usize,
    pub asked_for: usize,
}

/// Reads the address: one parameter per fact, for a day. What the register knows stands in for what the address does not name.
pub fn ask(w: &Words, program: &Program, pack: &Pack, here: &Href, day: NaiveDate, known: Option<&Known>) -> Asked {
    let lang = said::lang(w);
    let mut asked =
        Asked { parts: Vec::new(), case: Case::none(program), sound: true, given: 0, filled: 0, asked_for: 0 };
    for (info, at) in program.facts.iter().zip(0..) {
        let FactInfo::Fact(fact) = info else { continue };
        let (id, unit) = (FactId(at), unit(pack, fact));
        let (registered, instead) = match known.and_then(|known| known.values.iter().find(|own| own.code == fact.code))
        {
            Some(own) if own.fits => (Some(own), None),
            own => (None, own),
        };
        // What cannot be read (a pack may narrow a fact) is as if nobody had said it.
        let registered = registered.and_then(|own| Some((own, written(program, id, &own.value, &unit)?)));
        let typed = here.get(&fact.code).map(str::trim);
        let text: String = typed
            .or(registered.as_ref().map(|(_, text)| text.as_str()))
            .unwrap_or_default()
            .chars()
            .take(200)
            .collect();
        let error = asked.case.set(program, id, &text, Some(&unit)).err();
        asked.sound &= error.is_none();
        asked.given += usize::from(!text.is_empty());
        asked.asked_for += 1;
        let mut field = field(w, fact, &unit, &text).error(error.map(|words| words.text(lang).to_owned()));
        if let Some((own, _)) = registered.filter(|(_, known)| *known == text) {
            asked.filled += 1;
            let as_of = w.f("rules-as-of", &[("day", &own.as_of)]);
            field = field.hint(
                period(fact, lang).to_owned() + gap(fact, lang) + &own.source + w.t("rules-comma").as_ref() + &as_of,
            );
            if let Some(origin) = asked.case.origins.get_mut(usize::from(id.0)) {
                *origin = Origin { source: Some(own.source.clone()), as_of: Some(as_of) };
            }
        }
        if let Some(own) = instead {
            field = field.hint(period(fact, lang).to_owned() + gap(fact, lang) + &said::instead(w, fact, own, day));
        }
        let source = if lang == Lang::En && !fact.source_en.is_empty() { &fact.source_en } else { &fact.source };
        match asked.parts.iter_mut().find(|part| part.source == *source) {
            Some(part) => part.fields.push(field),
            None => asked.parts.push(Part { source: source.clone(), fields: vec![field] }),
        }
    }
    asked
}

/// What time the fact speaks of.
fn period(fact: &Fact, lang: Lang) -> &str {
    match lang {
        Lang::Zh => &fact.period,
        Lang::En => &fact.period_en,
    }
}

fn gap(fact: &Fact, lang: Lang) -> &'static str {
    if period(fact, lang).is_empty() { "" } else { " · " }
}

/// Digits after the point that a known number is written with at most.
const DIGITS: u32 = 6;

/// A value in base units as it is typed into its field: in the field's unit where that says the same number, else with the
/// base unit behind it. None: the program cannot read it.
fn written(program: &Program, id: FactId, value: &str, unit: &Unit) -> Option<String> {
    let kept = read_value(program, id, value, None).ok()?;
    let same = |text: &str| read_value(program, id, text, Some(unit)).is_ok_and(|read| read == kept);
    match kept {
        Value::Number(_) => {}
        Value::Text(code) => return Some(code.to_string()),
        Value::Boolean(_) | Value::Date(_) => return Some(value.to_owned()),
    }
    let (base, _) = read_quantity(value)?;
    let shown = unit.from_base(&base);
    let half = BigRational::new(shown.signum().to_integer(), BigInt::from(2));
    let rounded = (0..=DIGITS).map(|digits| {
        let step = BigRational::from_integer(BigInt::from(10).pow(digits));
        plain(&((&shown * &step + &half).trunc() / step))
    });
    let base = || format!("{} {}", plain(&base), Unit::base(unit.dimension()).name(Lang::Zh));
    rounded.into_iter().chain([base()]).find(|text| same(text))
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
    let name = match lang {
        Lang::Zh => &fact.zh,
        Lang::En => &fact.en,
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
    field.hint(period(fact, lang))
}
