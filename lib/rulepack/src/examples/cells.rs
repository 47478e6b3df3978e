//! Cells of examples: facts in, expectations compared.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use num_bigint::BigInt;
use num_rational::BigRational;

use super::{Mismatch, Ran};
use crate::case::{Case, find_fact, read_date};
use crate::compile::{CompiledPack, Program, Shown};
use crate::diagnostic::{Lang, Words};
use crate::interpret::{Answer, Value};
use crate::ir::{FactId, NodeId, Type};
use crate::pack::{ExampleKind, ExampleRow, Examples, Pack, Written, keywords};
use crate::show;
use crate::unit::{Unit, read_quantity};

/// How an unknown result is written.
pub const UNKNOWN: &[&str] = &["未知", "unknown", "?", "？"];
/// How a result that does not apply is written.
pub const NOT_APPLICABLE: &[&str] = &["不适用", "n/a", "not applicable"];

/// The day of a row, if it names one.
pub fn day(examples: &Examples, row: &ExampleRow) -> Option<NaiveDate> {
    let at = examples.columns.iter().position(|column| column.kind == ExampleKind::On)?;
    read_date(&row.cells.get(at)?.text)
}

/// The unit of a bare number of a fact in this pack's tables: the one the pack gives it, be it in the front matter or with the fact.
pub fn declared_unit(pack: &Pack, program: &Program, fact: FactId) -> Option<Unit> {
    if let Some((_, unit)) = pack.units.iter().find(|(name, _)| find_fact(program, &name.text) == Some(fact)) {
        return Unit::parse(&unit.text);
    }
    let code = program.fact(fact)?.code();
    let row = pack.facts.iter().find(|row| row.code.text == code)?;
    Unit::parse(&row.unit.as_ref()?.text)
}

/// The facts of a row.
pub fn facts(pack: &Pack, examples: &Examples, row: &ExampleRow, program: &Program) -> (Case, Vec<Mismatch>) {
    let mut case = Case::none(program);
    let mut wrong = Vec::new();
    for (column, cell) in examples.columns.iter().zip(&row.cells) {
        let fault = |words: Words| Mismatch {
            place: cell.place.clone(),
            what: Words::new(column.name.text.clone(), column.name.text.clone()),
            expected: cell.text.clone(),
            got: words,
        };
        match column.kind {
            ExampleKind::Fact => {
                let Some(fact) = find_fact(program, &column.name.text) else {
                    // A fact of the dictionary the rules do not use changes nothing.
                    continue;
                };
                let unit = column
                    .unit
                    .as_ref()
                    .and_then(|unit| Unit::parse(&unit.text))
                    .or_else(|| declared_unit(pack, program, fact));
                if let Err(words) = case.set(program, fact, &cell.text, unit.as_ref()) {
                    wrong.push(fault(words));
                }
            }
            ExampleKind::On if !cell.is_empty() && read_date(&cell.text).is_none() => {
                wrong.push(fault(Words::new("不是日期（如 2026-02-13）", "not a date (such as 2026-02-13)")));
            }
            _ => {}
        }
    }
    (case, wrong)
}

/// What was expected against what came out.
pub fn compare(examples: &Examples, row: &ExampleRow, ran: &Ran<'_>) -> Vec<Mismatch> {
    let Some(compiled) = ran.program.packs.first() else { return Vec::new() };
    let mut wrong = Vec::new();
    let mut missing: BTreeSet<String> = BTreeSet::new();
    let mut named = None;
    for (column, cell) in examples.columns.iter().zip(&row.cells) {
        match column.kind {
            ExampleKind::Output => {
                let Some((at, node, shown, name)) = find_output(compiled, &column.name.text) else {
                    wrong.push(Mismatch {
                        place: column.name.place.clone(),
                        what: Words::new(column.name.text.clone(), column.name.text.clone()),
                        expected: cell.text.clone(),
                        got: Words::new("没有这个输出", "there is no such output"),
                    });
                    continue;
                };
                let answer = ran.answers.get(at).cloned().unwrap_or_default();
                if let Answer::Unknown(set) = &answer {
                    missing.extend(set.codes(&ran.program.dag).into_iter().map(str::to_owned));
                }
                if cell.is_empty() {
                    continue;
                }
                let unit = column.unit.as_ref().and_then(|unit| Unit::parse(&unit.text));
                if !meets(ran.program, compiled, node, shown, &answer, cell, unit.as_ref()) {
                    let got = |lang| answer_text(ran.program, compiled, node, shown, &answer, lang);
                    wrong.push(Mismatch {
                        place: cell.place.clone(),
                        what: name,
                        expected: cell.text.clone(),
                        got: Words::new(got(Lang::Zh), got(Lang::En)),
                    });
                }
            }
            ExampleKind::Missing => named = Some(cell),
            _ => {}
        }
    }
    if let Some(cell) = named {
        wrong.extend(compare_missing(cell, &missing, ran.program));
    }
    wrong
}

/// An output by name, else any named thing: its place among the asked nodes, node, how it is shown, name.
fn find_output<'a>(pack: &'a CompiledPack, name: &str) -> Option<(usize, NodeId, &'a Shown, Words)> {
    if let Some(at) = pack
        .outputs
        .iter()
        .position(|output| output.code == name || output.name.zh == name || output.name.en.eq_ignore_ascii_case(name))
    {
        let output = pack.outputs.get(at)?;
        return Some((at, output.node, &output.shown, output.name.clone()));
    }
    let at = pack
        .rules
        .iter()
        .position(|rule| rule.code == name || rule.name.zh == name || rule.name.en.eq_ignore_ascii_case(name))?;
    let rule = pack.rules.get(at)?;
    rule.value.denominator.is_none().then(|| (pack.outputs.len() + at, rule.value.node, &rule.shown, rule.name.clone()))
}

fn meets(
    program: &Program,
    pack: &CompiledPack,
    node: NodeId,
    shown: &Shown,
    answer: &Answer,
    cell: &Written,
    unit: Option<&Unit>,
) -> bool {
    let text = cell.text.trim();
    match answer {
        Answer::Unknown(_) => keywords::is(UNKNOWN, text),
        Answer::NotApplicable(reason) => {
            let reason = program.dag.reason_of(*reason);
            keywords::is(NOT_APPLICABLE, text) || text == reason.code || text == reason.zh
        }
        Answer::Known(Value::Boolean(value)) => {
            if *value {
                keywords::is(keywords::YES, text)
            } else {
                keywords::is(keywords::NO, text)
            }
        }
        Answer::Known(Value::Date(days)) => read_date(text).is_some_and(|day| show::day(*days) == day.to_string()),
        Answer::Known(Value::Text(code)) => {
            let set = match shown {
                Shown::Text(Some(set)) => pack.sets.get(*set),
                _ => None,
            };
            let value = set.and_then(|set| set.values.iter().find(|value| value.code == **code));
            **code == *text || value.is_some_and(|value| value.zh == text || value.en.eq_ignore_ascii_case(text))
        }
        Answer::Known(Value::Number(number)) => {
            let (Type::Number { scale, .. }, Shown::Number { unit: own, counts }) = (program.dag.ty(node), shown)
            else {
                return false;
            };
            let Some((value, written)) = read_quantity(text) else { return false };
            let unit = written.as_ref().or(unit).unwrap_or(own);
            let got = BigRational::new(BigInt::from(*number), BigInt::from(10).pow(scale.into()));
            unit.dimension() == counts.dimension() && unit.to_base(&value) == counts.to_base(&got)
        }
    }
}

fn answer_text(
    program: &Program,
    pack: &CompiledPack,
    node: NodeId,
    shown: &Shown,
    answer: &Answer,
    lang: Lang,
) -> String {
    match answer {
        Answer::Known(value) => show::value(&program.dag, pack, node, value, shown, lang),
        Answer::Unknown(missing) => {
            let names: Vec<String> =
                missing.iter().filter_map(|fact| Some(program.fact(fact)?.name().text(lang).to_owned())).collect();
            match lang {
                Lang::Zh => format!("未知（缺{}）", names.join("、")),
                Lang::En => format!("unknown (missing {})", names.join(", ")),
            }
        }
        Answer::NotApplicable(reason) => {
            let reason = program.dag.reason_of(*reason);
            match lang {
                Lang::Zh => format!("不适用（{}）", reason.zh),
                Lang::En => format!("not applicable ({})", reason.en),
            }
        }
    }
}

/// The facts named as missing against those the outputs of the row miss. An empty cell expects nothing.
fn compare_missing(cell: &Written, missing: &BTreeSet<String>, program: &Program) -> Option<Mismatch> {
    let words = cell.text.split([',', '，', '、', ';', '；']).map(str::trim).filter(|word| !word.is_empty());
    let code = |word: &str| {
        let by_name = program.facts.iter().find(|info| {
            let name = info.name();
            info.code() == word || name.zh == word || name.en.eq_ignore_ascii_case(word)
        });
        let found = by_name.or_else(|| find_fact(program, word).and_then(|fact| program.fact(fact)));
        found.map_or_else(|| word.to_owned(), |info| info.code().to_owned())
    };
    let expected: BTreeSet<String> = words.map(code).collect();
    if cell.is_empty() || &expected == missing {
        return None;
    }
    let names = |lang: Lang, none: &str, gap: &str| {
        let of = |code: &String| {
            program
                .facts
                .iter()
                .find(|info| info.code() == code)
                .map_or_else(|| code.clone(), |info| info.name().text(lang).to_owned())
        };
        if missing.is_empty() { none.to_owned() } else { missing.iter().map(of).collect::<Vec<_>>().join(gap) }
    };
    Some(Mismatch {
        place: cell.place.clone(),
        what: Words::new("缺", "missing"),
        expected: cell.text.clone(),
        got: Words::new(names(Lang::Zh, "不缺", "、"), names(Lang::En, "nothing", ", ")),
    })
}
