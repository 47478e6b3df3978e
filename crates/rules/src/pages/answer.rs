//! An explanation as a page shows it: answers, what would suffice, the next question, and the whole way there.

use rulepack::explain::{
    AnswerShown, ChangeSet, Condition, Explanation, OutputShown, ParameterShort, Question, RuleTrace, Scalar, Shared,
    Verdict,
};
use web::Words;
use web::components::{Light, LightState};
use web::href::Href;

use super::said;

/// Kind of the trace of what the pack applies to.
const APPLIES: &str = "applies";

/// All of it.
pub struct Answered {
    pub outputs: Vec<Card>,
    /// The question that decides most, and the others.
    pub next: Option<Asking>,
    pub others: Vec<Asking>,
    pub trace: Vec<Step>,
}

/// One output.
pub struct Card {
    pub name: String,
    pub code: String,
    pub light: Light,
    /// In large letters, if it says more than the light.
    pub text: String,
    /// Missing facts: code, to come to the field, and name.
    pub missing: Vec<(String, String)>,
    pub why_not: String,
    pub changes: Vec<Changes>,
    /// The items of a score.
    pub items: Vec<ItemShown>,
}

/// What one item of a score gives.
pub struct ItemShown {
    pub name: String,
    pub light: Light,
    pub text: String,
}

/// Changes that together suffice.
pub struct Changes {
    pub text: String,
    /// The enterprise can bring them about.
    pub changeable: bool,
    /// The same case with the changes made.
    pub href: String,
}

/// A question.
pub struct Asking {
    pub code: String,
    pub text: String,
    pub department: String,
    pub decides: String,
}

/// A named thing on the way.
pub struct Step {
    pub name: String,
    pub code: String,
    pub kind: String,
    pub light: Light,
    /// The answer, if it says more than the light.
    pub text: String,
    pub open: bool,
    pub law: Option<(String, String)>,
    /// Article, place in the file, dates of a parameter, formula: label and text.
    pub notes: Vec<(String, String)>,
    pub conditions: Vec<Line>,
    pub rows: Vec<Row>,
    pub rows_hidden: usize,
}

/// A row of a table.
pub struct Row {
    pub id: String,
    pub light: Light,
    pub fired: bool,
    pub result: String,
    pub basis: String,
    pub conditions: Vec<Line>,
}

/// A condition; those it is made of come below it, deeper.
pub struct Line {
    pub depth: usize,
    pub light: Light,
    pub text: String,
    pub value: String,
    pub bound: String,
    pub distance: String,
    /// Source and day of the facts, date and article of the parameters.
    pub from: Vec<String>,
}

impl Answered {
    pub fn new(w: &Words, here: &Href, explained: Explanation) -> Answered {
        let name = |code: &String| {
            let fact = explained.facts.iter().find(|fact| fact.code == *code);
            (code.clone(), fact.map_or_else(|| code.clone(), |fact| fact.name.clone()))
        };
        let mut outputs: Vec<Card> = Vec::new();
        for output in &explained.outputs.0 {
            let score = output.code.split_once('.').map(|(score, _)| score);
            match outputs.iter_mut().find(|card| Some(card.code.as_str()) == score) {
                Some(card) => {
                    let light = answer_light(w, &output.answer);
                    let text = said_once(&light, &output.answer);
                    card.items.push(ItemShown { name: output.name.clone(), light, text });
                }
                None => outputs.push(card(w, here, output, &name)),
            }
        }
        // The first answer is unfolded; what the pack applies to seldom decides.
        let first = explained.trace.iter().position(|rule| rule.kind != APPLIES);
        let steps = explained.trace.iter().enumerate();
        let trace = steps.map(|(at, rule)| Step { open: Some(at) == first, ..step(w, rule) }).collect();
        let mut questions = explained.questions.iter().map(|question| asking(w, question));
        Answered { outputs, next: questions.next(), others: questions.collect(), trace }
    }
}

fn card(w: &Words, here: &Href, output: &OutputShown, name: &dyn Fn(&String) -> (String, String)) -> Card {
    let lang = said::lang(w);
    let light = answer_light(w, &output.answer);
    Card {
        name: output.name.clone(),
        code: output.code.clone(),
        text: said_once(&light, &output.answer),
        light,
        missing: output.answer.missing.iter().flatten().map(name).collect(),
        why_not: output.why_not.as_ref().map(|words| words.text(lang).to_owned()).unwrap_or_default(),
        changes: output.changes.iter().map(|set| changes(w, here, set)).collect(),
        items: Vec::new(),
    }
}

fn changes(w: &Words, here: &Href, set: &ChangeSet) -> Changes {
    let href = set.changes.iter().fold(here.clone(), |here, change| here.with(&change.fact, &change.to));
    Changes {
        text: set.text.text(said::lang(w)).to_owned(),
        changeable: set.changeable,
        href: format!("{href}#answer"),
    }
}

fn asking(w: &Words, question: &Question) -> Asking {
    let (outputs, conditions) = (question.outputs, question.conditions);
    Asking {
        code: question.fact.clone(),
        text: question.text.text(said::lang(w)).to_owned(),
        department: question.department.clone(),
        decides: w.f("rules-question-decides", &[("outputs", &outputs), ("conditions", &conditions)]),
    }
}

/// The four answers, told apart by shape and word.
// words: rules-answer-*
fn answer_light(w: &Words, answer: &AnswerShown) -> Light {
    let (state, key) = match (answer.kind, &answer.value) {
        ("unknown", _) => (LightState::DueSoon, "rules-answer-unknown"),
        ("not_applicable", _) => (LightState::Waiting, "rules-answer-not-applicable"),
        (_, Some(Scalar::Boolean(true))) => (LightState::OnTime, "rules-answer-true"),
        (_, Some(Scalar::Boolean(false))) => (LightState::Late, "rules-answer-false"),
        _ => (LightState::Done, "rules-answer-value"),
    };
    Light::new(state, w.t(key))
}

/// Nothing if the light says the same.
fn said_once(light: &Light, answer: &AnswerShown) -> String {
    if light.text == answer.text { String::new() } else { answer.text.clone() }
}

fn verdict(w: &Words, verdict: Verdict) -> Light {
    let (state, key) = match verdict {
        Verdict::True => (LightState::OnTime, "rules-answer-true"),
        Verdict::False => (LightState::Late, "rules-answer-false"),
        Verdict::Unknown => (LightState::DueSoon, "rules-answer-unknown"),
        Verdict::NotApplicable => (LightState::Waiting, "rules-answer-not-applicable"),
    };
    Light::new(state, w.t(key))
}

// words: rules-kind-* rules-trace-*
fn step(w: &Words, rule: &RuleTrace) -> Step {
    let note = |key: &str, text: &Option<String>| text.clone().map(|text| (w.t(key).into_owned(), text));
    let mut notes: Vec<(String, String)> = [
        note("rules-trace-formula", &rule.formula),
        note("rules-trace-basis", &rule.basis),
        note("rules-trace-from", &rule.from),
        note("rules-trace-to", &rule.to),
        note("rules-trace-place", &Some(rule.place.clone())),
    ]
    .into_iter()
    .flatten()
    .collect();
    for part in rule.parts.iter().rev() {
        let formula = part.formula.as_ref().map(|formula| format!(" = {formula}")).unwrap_or_default();
        notes.insert(0, (part.name.clone(), format!("{}{formula}", part.value)));
    }
    let unknown = rule.rows.iter().any(|row| row.verdict == Verdict::Unknown);
    let telling = |row: &&rulepack::explain::RowTrace| row.fired || row.verdict == Verdict::Unknown;
    let all = rule.rows.len();
    // Of a long table the rows that decide are enough; what was not hit stands in the pack.
    let short = all > 12 && (unknown || rule.rows.iter().any(|row| row.fired));
    let rows: Vec<Row> = rule
        .rows
        .iter()
        .filter(|row| !short || telling(row))
        .map(|row| Row {
            id: row.id.clone(),
            light: verdict(w, row.verdict),
            fired: row.fired,
            result: row.result.clone(),
            basis: row.basis.clone().unwrap_or_default(),
            conditions: lines(w, &row.conditions),
        })
        .collect();
    let light = answer_light(w, &rule.answer);
    Step {
        name: rule.name.clone(),
        code: if rule.code == rule.name { String::new() } else { rule.code.clone() },
        kind: w.t(&format!("rules-kind-{}", rule.kind)).into_owned(),
        text: said_once(&light, &rule.answer),
        light,
        open: false,
        law: rule.law.as_ref().map(|law| (law.anchor.clone().unwrap_or_default(), law.quote.clone())),
        notes,
        conditions: lines(w, &rule.conditions),
        rows_hidden: all - rows.len(),
        rows,
    }
}

fn lines(w: &Words, conditions: &[Shared<Condition>]) -> Vec<Line> {
    let mut all = Vec::new();
    add(w, conditions, 0, &mut all);
    all
}

/// Deeper than this is not moved further to the right.
const DEEPEST: usize = 4;

fn add(w: &Words, conditions: &[Shared<Condition>], depth: usize, all: &mut Vec<Line>) {
    for condition in conditions {
        let text = match condition.join {
            Some("and") => w.t("rules-join-and").into_owned(),
            Some("or") => w.t("rules-join-or").into_owned(),
            Some("not") => w.t("rules-join-not").into_owned(),
            _ => condition.subject.clone().unwrap_or_else(|| condition.text.clone()),
        };
        let short = condition.distance.as_ref().map(|by| w.f("rules-off-by", &[("by", by)]));
        all.push(Line {
            depth: depth.min(DEEPEST),
            light: verdict(w, condition.verdict),
            text,
            value: condition.value.clone().unwrap_or_default(),
            bound: condition.bound.clone().unwrap_or_default(),
            distance: condition.needed.clone().or(short).unwrap_or_default(),
            from: from(w, condition),
        });
        add(w, &condition.conditions, depth + 1, all);
    }
}

fn from(w: &Words, condition: &Condition) -> Vec<String> {
    let facts = condition.facts.iter().filter_map(|fact| {
        let source = fact.source.as_ref()?;
        let gap = if fact.as_of.is_some() { " " } else { "" };
        Some(format!("{source}{gap}{}", fact.as_of.clone().unwrap_or_default()))
    });
    let parameter = |one: &ParameterShort| {
        let mut text = format!("{} {}", one.name, one.value);
        if let Some(day) = &one.from {
            text = w.f("rules-parameter-since", &[("what", &text), ("day", day)]);
        }
        one.basis.as_ref().map_or(text.clone(), |basis| format!("{text} · {basis}"))
    };
    facts.chain(condition.parameters.iter().map(parameter)).collect()
}
