//! `wanqi rules explain`: what a pack says of one enterprise, and why.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use rulepack::case::{Case, Origin};
use rulepack::compile::Program;
use rulepack::dictionary::Dictionary;
use rulepack::explain::{Explanation, explain};
use rulepack::feel::Value;
use rules::files::{FactColumn, Kind};
use rules::run::{Options, Picked, Task, pick};
use serde::Serialize;

use super::day::Days;
use super::lang;
use super::packs::{program, stop, tell_columns};
use crate::arguments::{RulesExplain, TextFormat};
use crate::say::{FAILURE, Outcome, Say, Stop, USAGE};

/// The explanation with what only the command knows.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    explanation: &'a Explanation,
    /// `given`, `today` or `nearest`: how the day came about.
    on_is: &'static str,
    /// Of a file of enterprises: which one, and how many are ranked and averaged with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    among: Option<u64>,
}

pub fn run(args: &RulesExplain, say: &Say) -> Outcome {
    let days = Days::new(args.on);
    let program = program(std::slice::from_ref(&args.pack), &days, say)?;
    let table = !args.facts.trim_start().starts_with('{') && Kind::of(Path::new(&args.facts)).is_ok();
    let (case, picked) = match (table, &args.id) {
        (true, id) => {
            let picked = picked(&program, Path::new(&args.facts), id.as_deref(), say)?;
            (case_of(&program, &args.facts, &picked), Some(picked))
        }
        (false, Some(_)) => return Err(say.stop(USAGE, "rules-id-needs-table", &[])),
        (false, None) => (case(&program, &args.facts, say)?, None),
    };
    let Some(explanation) = explain(&program, 0, &case, lang(say)) else { return Err(Stop::Code(FAILURE)) };
    match args.format {
        TextFormat::Json => {
            let told = Told {
                explanation: &explanation,
                on_is: program.packs.first().map_or("", |pack| days.how(&pack.source)),
                id: picked.as_ref().map(|picked| picked.id.as_str()),
                among: picked.as_ref().map(|picked| picked.rows),
            };
            say.answer(&serde_json::to_string_pretty(&told).unwrap_or_default());
        }
        TextFormat::Text => {
            if let Some(picked) = &picked {
                let rows = picked.rows.to_string();
                say.answer(&say.f("rules-explain-among", &[("id", &picked.id), ("rows", &rows)]));
            }
            say.answer(explanation.text(lang(say)).trim_end());
        }
    }
    Ok(())
}

/// Facts as JSON: begins with a brace, which file names do not.
fn case(program: &Program, given: &str, say: &Say) -> Result<Case, Stop> {
    let facts = facts(given, say)?;
    let (case, remarks) = Case::from_json(program, &Dictionary::shipped(), &facts).map_err(|wrong| {
        Stop::Said(USAGE, wrong.iter().map(|words| words.text(lang(say))).collect::<Vec<_>>().join("\n"))
    })?;
    remarks.iter().for_each(|remark| say.note(remark.text(lang(say))));
    Ok(case)
}

/// An enterprise of a table, with its place among all.
fn picked(program: &Program, file: &Path, id: Option<&str>, say: &Say) -> Result<Picked, Stop> {
    let task = Task { dag: &program.dag, facts: FactColumn::of_program(program), outputs: Vec::new() };
    tell_columns(file, &Task::of_program(program).facts, say)?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let options = Options { threads, progress: &|_| {}, cancel: &AtomicBool::new(false) };
    pick(&task, file, id, &options).map_err(|error| stop(&error, say))
}

fn case_of(program: &Program, file: &str, picked: &Picked) -> Case {
    let source = Path::new(file).file_name().map(|name| name.to_string_lossy().into_owned());
    let mut case = Case::none(program);
    for (place, value) in picked.facts.iter().enumerate() {
        if value.is_some() {
            case.origins[place] = Origin { source: source.clone(), as_of: None };
        }
    }
    case.facts.clone_from(&picked.facts);
    case.population.clone_from(&picked.population);
    case
}

fn facts(given: &str, say: &Say) -> Result<serde_json::Value, Stop> {
    let text = if given.trim_start().starts_with('{') {
        given.to_owned()
    } else {
        std::fs::read_to_string(Path::new(given)).map_err(|error| {
            say.stop(USAGE, "rules-file-unread", &[("file", &given), ("reason", &error.to_string())])
        })?
    };
    super::facts_json(&text, say).map(exact)
}

/// The same as JSON in which numbers are text, which reads as the same fact and loses no digit to a floating-point number.
fn exact(value: Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Boolean(value) => value.into(),
        Value::List(items) => items.into_iter().map(exact).collect(),
        Value::Context(entries) => entries.into_iter().map(|(name, value)| (name, exact(value))).collect(),
        other => other.write(false).into(),
    }
}
