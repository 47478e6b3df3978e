//! `wanqi rules run`: packs over a file of facts, answers to a file or counted.
//! words: rules-count-*

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rulepack::compile::Program;
use rulepack::ir::Type;
use rules::run::{Options, OutputCounts, Progress, Summary, Task, count, write};
use serde_json::{Map, Value as Json, json};

use super::day::Days;
use super::lang;
use super::packs::{program, stop, tell_columns};
use crate::arguments::{RulesRun, TextFormat};
use crate::say::{Outcome, Say, Stop, USAGE, table};

pub fn run(run: &RulesRun, say: &Say) -> Outcome {
    let days = Days::new(run.on);
    let program = program(&run.packs, &days, say)?;
    let task = match &run.outputs {
        Some(wanted) => {
            Task::only(&program, wanted).map_err(|words| Stop::Said(USAGE, words.text(lang(say)).to_owned()))?
        }
        None => Task::of_program(&program),
    };
    tell_columns(&run.facts, &task.facts, say)?;
    let cancel = cancelled_by_control_c();
    let last = Mutex::new(None);
    let progress = |progress: Progress| show(&last, progress, say);
    let threads = run.threads.or_else(|| std::thread::available_parallelism().ok().map(usize::from)).unwrap_or(1);
    let options = Options { threads, progress: &progress, cancel: &cancel };
    let done = match &run.out {
        Some(out) => write(&task, &run.facts, out, &options),
        None => count(&task, &run.facts, &options),
    };
    say.progress_over();
    let summary = done.map_err(|error| stop(&error, say))?;
    match run.format {
        _ if !run.count => {}
        TextFormat::Text => say.answer(&counted(&task, &summary.outputs, say)),
        TextFormat::Json => {
            let told = counted_json(&task, &program, &days, &summary);
            say.answer(&serde_json::to_string_pretty(&told).unwrap_or_default());
        }
    }
    let seconds = format!("{:.2}", summary.wall.as_secs_f64());
    say.note(&say.f(
        "rules-run-done",
        &[("rows", &summary.rows.to_string()), ("outputs", &task.outputs.len().to_string()), ("seconds", &seconds)],
    ));
    Ok(())
}

/// A few times a second.
fn show(last: &Mutex<Option<Instant>>, progress: Progress, say: &Say) {
    let Ok(mut last) = last.lock() else { return };
    if last.is_some_and(|last| last.elapsed() < Duration::from_millis(200)) {
        return;
    }
    *last = Some(Instant::now());
    let share = progress.share.map_or_else(String::new, |share| {
        let full = (share / 50) as usize;
        format!(" [{}{}] {} %", "█".repeat(full), "·".repeat(20_usize.saturating_sub(full)), share / 10)
    });
    let (pass, passes) = ((progress.pass + 1).to_string(), progress.passes.to_string());
    say.progress(&say.f(
        "rules-run-progress",
        &[("pass", &pass), ("passes", &passes), ("rows", &progress.rows.to_string()), ("share", &share)],
    ));
}

/// Ctrl-C stops the run, which then removes what it began to write.
fn cancelled_by_control_c() -> Arc<AtomicBool> {
    let cancel = Arc::new(AtomicBool::new(false));
    let seen = cancel.clone();
    std::thread::spawn(move || {
        if let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() {
            runtime.block_on(async {
                if tokio::signal::ctrl_c().await.is_ok() {
                    seen.store(true, Ordering::Relaxed);
                }
            });
        }
    });
    cancel
}

/// One line an output; one more for each value of a text.
fn counted(task: &Task, outputs: &[OutputCounts], say: &Say) -> String {
    let head = ["output", "true", "false", "known", "unknown", "not-applicable"];
    let mut rows = vec![head.iter().map(|name| say.f(&format!("rules-count-{name}"), &[])).collect::<Vec<String>>()];
    for ((name, node), output) in task.outputs.iter().zip(outputs) {
        let counts = output.counts;
        let boolean = task.dag.ty(*node) == rulepack::ir::Type::Boolean;
        let of_boolean = |count: u64| if boolean { count.to_string() } else { String::new() };
        let cells = [of_boolean(counts.yes), of_boolean(counts.known - counts.yes), counts.known.to_string()];
        rows.push(
            [vec![name.clone()], cells.to_vec(), vec![counts.unknown.to_string(), counts.not_applicable.to_string()]]
                .concat(),
        );
        for (value, count) in &output.values {
            rows.push(vec![
                format!("  {value}"),
                String::new(),
                String::new(),
                count.to_string(),
                String::new(),
                String::new(),
            ]);
        }
    }
    table(&rows)
}

/// The packs with their days, and per output how many of each answer.
fn counted_json(task: &Task, program: &Program, days: &Days, summary: &Summary) -> Json {
    let packs = program.packs.iter().map(|pack| {
        let source = &pack.source;
        json!({ "pack": source.code, "hash": source.hash, "on": pack.on.to_string(), "on_is": days.how(source) })
    });
    let mut outputs = Map::new();
    for ((name, node), output) in task.outputs.iter().zip(&summary.outputs) {
        let counts = output.counts;
        let mut one = Map::new();
        match task.dag.ty(*node) {
            Type::Boolean => {
                one.insert("true".into(), counts.yes.into());
                one.insert("false".into(), (counts.known - counts.yes).into());
            }
            Type::Text => {
                one.insert("values".into(), json!(output.values));
            }
            _ => {}
        }
        for (key, count) in
            [("known", counts.known), ("unknown", counts.unknown), ("not_applicable", counts.not_applicable)]
        {
            one.insert(key.into(), count.into());
        }
        outputs.insert(name.clone(), one.into());
    }
    json!({ "packs": packs.collect::<Vec<_>>(), "rows": summary.rows, "outputs": outputs })
}
