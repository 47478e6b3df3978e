//! The sweep of `cargo xtask bench rules`: the rules of a JSON file over a Parquet file; one JSON object of counts and times.
//!
//! usage: bench RULES.json DATA.parquet THREADS REPEATS [OUT.parquet]

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use rulepack::case::Case;
use rulepack::diagnostic::Lang;
use rulepack::explain::explain;
use rulepack::interpret::{Value, evaluate};
use rulepack::ir::{Dag, NodeId, Overflow, Type};
use rules::files::FactColumn;
use rules::run::{Options, Summary, Task, count, write};
use serde_json::{Value as Json, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [rules, data, threads, repeats, rest @ ..] = &arguments[..] else {
        return Err("usage: bench RULES.json DATA.parquet THREADS REPEATS [OUT.parquet]".into());
    };
    let started = Instant::now();
    let rules: Vec<Json> = serde_json::from_str(&std::fs::read_to_string(rules)?)?;
    let loading = started.elapsed();
    let started = Instant::now();
    let mut dag = Dag::new();
    let outputs = rules.iter().enumerate().map(|(place, rule)| Ok((format!("r{place}"), node(&mut dag, rule)?)));
    let outputs: Vec<(String, NodeId)> = outputs.collect::<Result<_, Overflow>>()?;
    let task = Task { facts: FactColumn::of_graph(&dag), dag: &dag, outputs };
    let compiling = started.elapsed();
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
    let roots: Vec<NodeId> = task.outputs.iter().map(|(_, node)| *node).collect();
    let case = vec![Some(Value::Number(7)); dag.facts().len()];
    let started = Instant::now();
    for _ in 0..100 {
        evaluate(&dag, &roots, &case, |_| None);
    }
    let one_case = started.elapsed() / 100;
    let seconds =
        |pick: fn(&Summary) -> std::time::Duration| runs.iter().map(|run| pick(run).as_secs_f64()).collect::<Vec<_>>();
    let last = runs.last().ok_or("no repeats")?;
    let counts = |pick: fn(&rulepack::sweep::Counts) -> u64| {
        last.outputs.iter().map(|output| pick(&output.counts)).collect::<Vec<_>>()
    };
    println!(
        "{}",
        json!({
            "rows": last.rows, "rules": rules.len(), "nodes": dag.nodes().len(),
            "load": loading.as_secs_f64(), "compile": compiling.as_secs_f64(),
            "run": seconds(|run| run.wall), "reading": seconds(|run| run.reading), "sweeping": seconds(|run| run.rules),
            "write": written.map(|run| run.wall.as_secs_f64()), "one_case": one_case.as_secs_f64(),
            "answers": answers()?,
            "true": counts(|counts| counts.yes), "unknown": counts(|counts| counts.unknown),
        })
    );
    Ok(())
}

/// The questions of the correctness column, put to the shipped size classes: is a revenue of 399,999,990 yuan large; what of a
/// revenue of 500,000,000 yuan with staff not provided, and what is missing then.
fn answers() -> Result<Json, Box<dyn std::error::Error>> {
    let kept = rules::library::find("size-class-2017").ok_or("size-class-2017 is not shipped")?;
    let day = kept.pack.nearest_day(chrono::NaiveDate::from_ymd_opt(2026, 1, 1).ok_or("no such day")?);
    let program = kept.program(day).map_err(|found| format!("{found:?}"))?;
    let asked = |facts: Json| -> Result<Json, Box<dyn std::error::Error>> {
        let (case, _) =
            Case::from_json(&program, rules::library::dictionary(), &facts).map_err(|found| format!("{found:?}"))?;
        let told = serde_json::to_value(explain(&program, 0, &case, Lang::En).ok_or("no pack")?)?;
        Ok(told["outputs"]["size_class"].clone())
    };
    let below = asked(json!({"industry": "C3963", "employees": 1000, "revenue": 399_999_990}))?;
    let open = asked(json!({"industry": "C3963", "revenue": 500_000_000}))?;
    let missing: Vec<&str> = open["missing"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    Ok(json!({"399,999,990 yuan": below["value"], "? row": open["type"], "missing": missing.join(", ")}))
}

/// `emp >= a and rev >= b and (rd*100 >= rev*c or pat >= d) and (age <= e or tax*100 >= rev*f) and ind in {…}`; percentages may have
/// up to six decimals.
fn node(dag: &mut Dag, rule: &Json) -> Result<NodeId, Overflow> {
    let fact =
        |dag: &mut Dag, code: &str| dag.fact(code, Type::Number { scale: 0, low: 0, high: 10_i128.pow(15) }, false);
    let number = |dag: &mut Dag, key: &str| dag.number(rule[key].as_i64().unwrap_or_default().into(), 0);
    let percent = |dag: &mut Dag, key: &str| {
        let millionths = (rule[key].as_f64().unwrap_or_default() * 1e6).round() as i128;
        if millionths % 1_000_000 == 0 { dag.number(millionths / 1_000_000, 0) } else { dag.number(millionths, 6) }
    };
    let (emp, rev, rd, pat, age, tax, ind) = (
        fact(dag, "emp"),
        fact(dag, "rev"),
        fact(dag, "rd"),
        fact(dag, "pat"),
        fact(dag, "age"),
        fact(dag, "tax"),
        fact(dag, "ind"),
    );
    let hundred = dag.number(100, 0);
    let at_least = |dag: &mut Dag, key: &str, fact| {
        let bound = number(dag, key);
        dag.less_or_equal(bound, fact)
    };
    let (a, b, d) = (at_least(dag, "emp", emp)?, at_least(dag, "rev", rev)?, at_least(dag, "pat", pat)?);
    let share = |dag: &mut Dag, part, key: &str| {
        let (percent, part) = (percent(dag, key), dag.multiply(part, hundred)?);
        let bound = dag.multiply(rev, percent)?;
        dag.less_or_equal(bound, part)
    };
    let (c, f) = (share(dag, rd, "rdpct")?, share(dag, tax, "taxpct")?);
    let most = number(dag, "age");
    let e = dag.less_or_equal(age, most)?;
    let (research, young) = (dag.or(&[c, d]), dag.or(&[e, f]));
    let mut industries = Vec::new();
    for value in rule["ind"].as_array().into_iter().flatten() {
        let value = dag.number(value.as_i64().unwrap_or_default().into(), 0);
        industries.push(dag.equal(ind, value)?);
    }
    let industry = dag.or(&industries);
    Ok(dag.and(&[a, b, research, young, industry]))
}
