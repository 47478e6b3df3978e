//! `wanqi rules run`: packs over a file of facts, answers to a file or counted.
//! words: rules-count-*

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use kernel::{Clock, SystemClock};
use rulepack::compile::compile;
use rulepack::dictionary::Dictionary;
use rules::files::FileError;
use rules::load::{LoadError, load};
use rules::run::{Options, OutputCounts, Progress, Task, count, write};

use super::lang;
use crate::arguments::RulesRun;
use crate::say::{FAILURE, Outcome, Say, Stop, USAGE, table};

pub fn run(run: &RulesRun, say: &Say) -> Outcome {
    let on = run.on.unwrap_or_else(|| kernel::local_date(SystemClock.now()));
    let mut packs = Vec::new();
    for name in &run.packs {
        let (pack, warnings) = load(name).map_err(|error| refused(&error, say))?;
        warnings.iter().for_each(|warning| say.note(&warning.text(lang(say))));
        packs.push(pack);
    }
    let program = compile(&packs, &Dictionary::shipped(), on).map_err(|found| refused(&LoadError::Pack(found), say))?;
    for pack in program.packs.iter().filter(|pack| !pack.in_force) {
        say.note(&say.f("rules-run-not-in-force", &[("pack", &pack.source.code), ("date", &on.to_string())]));
    }
    let task = Task::of_program(&program);
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
    let summary = done.map_err(|error| stop(&error, &run.facts, say))?;
    if run.count {
        say.answer(&counted(&task, &summary.outputs, say));
    }
    let seconds = format!("{:.2}", summary.wall.as_secs_f64());
    say.note(&say.f(
        "rules-run-done",
        &[("rows", &summary.rows.to_string()), ("outputs", &task.outputs.len().to_string()), ("seconds", &seconds)],
    ));
    Ok(())
}

fn refused(error: &LoadError, say: &Say) -> Stop {
    Stop::Said(USAGE, error.text(lang(say)))
}

/// A wrong cell is for the person to correct; what the disk says is a failure.
fn stop(error: &FileError, _: &Path, say: &Say) -> Stop {
    let code = if matches!(error, FileError::Cell { .. }) { USAGE } else { FAILURE };
    Stop::Said(code, error.text(lang(say)))
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
