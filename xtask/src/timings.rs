//! `cargo xtask timings`: what a clean build of the program costs, crate by crate, in seconds of the processor.
//!
//! Cargo calls this program in place of the compiler; it runs the compiler and notes the time of that child. Processor time
//! is nearly the same on a busy machine, the clock on the wall is not: compare both only with what the same machine said.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use crate::run::{self, Res};

/// Tells the program that cargo called it as a compiler, and where to note what that took.
const LOG: &str = "WANQI_TIMINGS_LOG";
/// Ticks of `/proc` in a second, on every Linux.
const TICKS: f64 = 100.0;
/// Crates that are listed by name.
const SHOWN: usize = 24;

/// Runs the compiler if cargo called for one.
pub fn as_compiler(args: &[String]) -> Option<ExitCode> {
    let log = std::env::var_os(LOG)?;
    let (compiler, rest) = args.split_first()?;
    let began = Instant::now();
    let status = Command::new(compiler).args(rest).status();
    let name = rest.iter().position(|arg| arg == "--crate-name").and_then(|at| rest.get(at + 1));
    if let (Some(name), Some(cpu)) = (name, children()) {
        let line = format!("{name}\t{cpu:.2}\t{:.2}\n", began.elapsed().as_secs_f64());
        let out = OpenOptions::new().append(true).create(true).open(log);
        let _ = out.and_then(|mut out| out.write_all(line.as_bytes()));
    }
    Some(match status {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

/// Builds the program in a folder of its own and prints the table.
///
/// # Errors
/// It does not build, or this is no Linux.
pub fn run() -> Res<()> {
    let folder = run::target().join("timings");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let log = folder.join("crates.tsv");
    let own = std::env::current_exe().map_err(|e| e.to_string())?;
    let before = children().ok_or("timings are read from /proc, which this system has not")?;
    let began = Instant::now();
    let mut build = run::cargo(&["build", "--release", "--locked", "--package", "cli", "--target-dir"]);
    run::run(build.arg(&folder).env("RUSTC_WRAPPER", own).env(LOG, &log))?;
    let wall = began.elapsed().as_secs_f64();
    let total = children().unwrap_or(before) - before;
    print(&log, wall, total)
}

fn print(log: &Path, wall: f64, total: f64) -> Res<()> {
    let text = fs::read_to_string(log).map_err(|e| format!("{}: {e}", log.display()))?;
    let mut crates: BTreeMap<&str, f64> = BTreeMap::new();
    for line in text.lines() {
        let mut parts = line.split('\t');
        if let (Some(name), Some(cpu)) = (parts.next(), parts.next().and_then(|cpu| cpu.parse::<f64>().ok())) {
            *crates.entry(name).or_default() += cpu;
        }
    }
    let ours = own_crates()?;
    let compiled: f64 = crates.values().sum();
    let of_ours: f64 = crates.iter().filter(|(name, _)| ours.iter().any(|own| own == *name)).map(|(_, cpu)| cpu).sum();
    println!("{:>8.1} s  on the clock", wall);
    println!("{total:>8.1} s  of the processor");
    println!("{of_ours:>8.1} s    own crates");
    println!("{:>8.1} s    crates of others", compiled - of_ours);
    println!("{:>8.1} s    build scripts (SQLite among them) and cargo", total - compiled);
    let mut sorted: Vec<_> = crates.into_iter().collect();
    sorted.sort_by(|a, b| b.1.total_cmp(&a.1));
    for (name, cpu) in sorted.into_iter().take(SHOWN) {
        println!("{cpu:>8.1} s  {}{name}", if ours.iter().any(|own| own == name) { "* " } else { "  " });
    }
    Ok(())
}

/// Names of the crates of the workspace.
fn own_crates() -> Res<Vec<String>> {
    let mut names = vec!["wanqi".to_owned()];
    for folder in ["lib", "crates"] {
        let entries: Vec<PathBuf> = fs::read_dir(run::root().join(folder))
            .map_err(|e| format!("{folder}: {e}"))?
            .flatten()
            .map(|entry| entry.path())
            .collect();
        names.extend(entries.iter().filter_map(|path| path.file_name()?.to_str().map(str::to_owned)));
    }
    Ok(names)
}

/// Seconds of the processor that finished children of this process and theirs took; `None` where there is no `/proc`.
fn children() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The name in brackets may hold anything; what follows are numbers, the state first.
    let numbers: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |at: usize| numbers.get(at)?.parse::<f64>().ok();
    Some((ticks(13)? + ticks(14)?) / TICKS)
}
