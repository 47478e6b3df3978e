//! The sweep of `cargo xtask bench rules`: a rule pack over a Parquet file; one JSON object of counts and times.
//!
//! usage: bench PACK.md DATA.parquet THREADS REPEATS [OUT.parquet]

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use rulepack::case::Case;
use rulepack::compile::{Program, compile};
use rulepack::diagnostic::Lang;
use rulepack::dictionary::Dictionary;
use rulepack::explain::explain;
use rules::load::load;
use rules::run::{Options, Summary, Task, count, write};
use serde_json::{Value as Json, json};

/// The day the rules are asked for.
const DAY: Option<NaiveDate> = NaiveDate::from_ymd_opt(2026, 1, 1);
/// How often one enterprise is explained; the mean is told.
const EXPLAINED: u32 = 20;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [pack, data, threads, repeats, rest @ ..] = &arguments[..] else {
        return Err("usage: bench PACK.md DATA.parquet THREADS REPEATS [OUT.parquet]".into());
    };
    let started = Instant::now();
    let (pack, _) = load(Path::new(pack)).map_err(|error| error.text(Lang::En))?;
    let loading = started.elapsed();
    let (dictionary, day) = (Dictionary::shipped(), DAY.ok_or("no such day")?);
    let started = Instant::now();
    let program = compile(&[pack], &dictionary, day)
        .map_err(|found| found.iter().map(|one| one.text(Lang::En)).collect::<Vec<_>>().join("\n"))?;
    let compiling = started.elapsed();
    let task = Task::of_program(&program);
    let cancel = AtomicBool::new(false);
    let options = Options { threads: threads.parse()?, progress: &|_| {}, cancel: &cancel };
    let mut runs: Vec<Summary> = Vec::new();
    for _ in 0..repeats.parse()? {
        runs.push(count(&task, Path::new(data), &options)?);
    }
    let written = match rest {
        [out, ..] => Some(write(&task, Path::new(data), Path::new(out), &options)?),
        [] => None,
    };
    let seconds = |pick: fn(&Summary) -> Duration| runs.iter().map(|run| pick(run).as_secs_f64()).collect::<Vec<_>>();
    let last = runs.last().ok_or("no repeats")?;
    let (explaining, as_json) = explained(&program)?;
    let counts = |pick: fn(&rulepack::sweep::Counts) -> u64| {
        last.outputs.iter().map(|output| pick(&output.counts)).collect::<Vec<_>>()
    };
    println!(
        "{}",
        json!({
            "rows": last.rows, "rules": task.outputs.len(), "nodes": program.dag.nodes().len(),
            "load": loading.as_secs_f64(), "compile": compiling.as_secs_f64(),
            "run": seconds(|run| run.wall), "reading": seconds(|run| run.reading), "sweeping": seconds(|run| run.rules),
            "write": written.map(|run| run.wall.as_secs_f64()), "explain": explaining.as_secs_f64(), "as_json": as_json.as_secs_f64(),
            "answers": answers()?,
            "true": counts(|counts| counts.yes), "unknown": counts(|counts| counts.unknown),
        })
    );
    Ok(())
}

/// One enterprise, all rules, with every condition, distance and change; and the same written as JSON.
fn explained(program: &Program) -> Result<(Duration, Duration), Box<dyn std::error::Error>> {
    let facts = json!({ "ind": 3, "emp": 90, "rev": 4000, "rd": 150, "pat": 1, "age": 12, "tax": 90 });
    let (case, _) =
        Case::from_json(program, rules::library::dictionary(), &facts).map_err(|found| format!("{found:?}"))?;
    let (mut explaining, mut writing) = (Duration::ZERO, Duration::ZERO);
    for _ in 0..EXPLAINED {
        let started = Instant::now();
        let told = explain(program, 0, &case, Lang::Zh).ok_or("no pack")?;
        explaining += started.elapsed();
        let started = Instant::now();
        if serde_json::to_string(&told)?.len() < 1000 {
            return Err("nothing was explained".into());
        }
        writing += started.elapsed();
    }
    Ok((explaining / EXPLAINED, writing / EXPLAINED))
}

/// The questions of the correctness column, put to the shipped size classes: is a revenue of 399,999,990 yuan large; what of a
/// revenue of 500,000,000 yuan with staff not provided; what of a revenue of 1,200,000 yuan with staff not provided; and what is missing.
fn answers() -> Result<Json, Box<dyn std::error::Error>> {
    let kept = rules::library::find("size-class-2017").ok_or("size-class-2017 is not shipped")?;
    let program =
        kept.program(kept.pack.nearest_day(DAY.ok_or("no such day")?)).map_err(|found| format!("{found:?}"))?;
    let asked = |facts: Json| -> Result<Json, Box<dyn std::error::Error>> {
        let (case, _) =
            Case::from_json(&program, rules::library::dictionary(), &facts).map_err(|found| format!("{found:?}"))?;
        let told = serde_json::to_value(explain(&program, 0, &case, Lang::En).ok_or("no pack")?)?;
        Ok(told["outputs"]["size_class"].clone())
    };
    let below = asked(json!({"industry": "C3963", "employees": 1000, "revenue": 399_999_990}))?;
    let open = asked(json!({"industry": "C3963", "revenue": 500_000_000}))?;
    let small = asked(json!({"industry": "C3963", "revenue": 1_200_000}))?;
    let missing: Vec<&str> = open["missing"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    Ok(json!({
        "below": below["value"], "open": open["type"], "small": small["value"], "missing": missing.join(", "),
    }))
}
