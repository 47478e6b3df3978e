//! Which missing fact to ask for next: the one most unknown outputs and conditions rest on.

use super::engine::Engine;
use super::model::{Condition, Question, RuleTrace, Verdict};
use crate::compile::FactInfo;
use crate::diagnostic::{Lang, Words};
use crate::ir::FactId;
use crate::show;

/// Missing facts, the most deciding first. Parameters still to be published are nobody's to answer.
pub fn questions(engine: &Engine<'_>, trace: &[RuleTrace]) -> Vec<Question> {
    let mut missing: Vec<(FactId, usize, usize)> = Vec::new();
    let mut alone: Vec<FactId> = Vec::new();
    for output in &engine.pack.outputs {
        let Some(set) = engine.answers.of(output.node).missing() else { continue };
        for fact in set.iter() {
            match missing.iter_mut().find(|(own, ..)| *own == fact) {
                Some(entry) => entry.1 += 1,
                None => missing.push((fact, 1, 0)),
            }
        }
        if set.len() == 1 {
            alone.extend(set.iter());
        }
    }
    let mut codes = Vec::new();
    let all =
        trace.iter().flat_map(|rule| rule.conditions.iter().chain(rule.rows.iter().flat_map(|row| &row.conditions)));
    all.for_each(|condition| unknown_atoms(condition, &mut codes));
    let mut questions: Vec<(bool, Question)> = Vec::new();
    for (fact, outputs, _) in missing {
        let Some(FactInfo::Fact(info)) = engine.info(fact) else { continue };
        let conditions = codes.iter().filter(|code| **code == info.code).count();
        let unit = engine.unit(fact);
        let words = |lang: Lang| {
            let (name, unit) = (engine.fact_name(fact, lang), show::unit_name(unit, lang));
            let source = if lang == Lang::Zh { &info.source } else { &info.source_en };
            let asked = match (lang, unit) {
                (Lang::Zh, "") => format!("请提供{name}"),
                (Lang::Zh, unit) => format!("请提供{name}（{unit}）"),
                (Lang::En, "") => format!("What is the {name}?"),
                (Lang::En, unit) => format!("What is the {name} ({unit})?"),
            };
            match (lang, source.is_empty()) {
                (_, true) => asked,
                (Lang::Zh, _) => format!("{asked}，一般由{source}掌握"),
                (Lang::En, _) => format!("{asked} Usually known to: {source}"),
            }
        };
        let decides = alone.contains(&fact);
        questions.push((
            decides,
            Question {
                fact: info.code.clone(),
                name: engine.fact_name(fact, engine.lang).to_owned(),
                unit: show::unit_name(unit, engine.lang).to_owned(),
                department: if engine.lang == Lang::Zh { info.source.clone() } else { info.source_en.clone() },
                outputs,
                conditions,
                text: Words::new(words(Lang::Zh), words(Lang::En)),
            },
        ));
    }
    questions.sort_by(|(a_alone, a), (b_alone, b)| {
        (b.outputs, b_alone, b.conditions).cmp(&(a.outputs, a_alone, a.conditions)).then_with(|| a.fact.cmp(&b.fact))
    });
    questions.into_iter().map(|(_, question)| question).collect()
}

fn unknown_atoms<'c>(condition: &'c Condition, codes: &mut Vec<&'c str>) {
    if condition.conditions.is_empty() && condition.verdict == Verdict::Unknown {
        codes.extend(condition.facts.iter().filter(|fact| fact.value.is_none()).map(|fact| fact.code.as_str()));
    }
    condition.conditions.iter().for_each(|inner| unknown_atoms(inner, codes));
}
