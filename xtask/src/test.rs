//! `cargo xtask test`: every step of CI in order, each timed, stopping at the first that fails.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::build_all::{Built, TestProgram};
use crate::postgres::Postgres;
use crate::run::{self, Counts, Res, target};
use crate::{arrows, build_all, house, prepare, tidy, words};

/// The package whose tests need databases and a browser.
const FLOWS: &str = "it";

/// Where statements are recorded, below the target folder.
const RECORDED: &str = "xtask/statements";

/// A step: its name for `--only`, what it does, and how.
struct Step {
    name: &'static str,
    what: &'static str,
    run: fn(&mut Counts) -> Res<()>,
}

const STEPS: &[Step] = &[
    Step { name: "prepare", what: "install what the tests need", run: |_| prepare::all() },
    Step {
        name: "format",
        what: "cargo fmt --check",
        run: |_| run::run(&mut run::cargo(&["fmt", "--all", "--check"])),
    },
    Step { name: "lint", what: "clippy, warnings denied", run: |_| lint() },
    Step { name: "unit", what: "unit, property and documentation tests", run: unit },
    Step { name: "house", what: "tidy, arrows, words", run: |_| rules() },
    Step { name: "it", what: "every flow on SQLite, PostgreSQL and in Chromium", run: flows },
    Step { name: "statements", what: "every statement that ran, prepared on both engines", run: statements },
];

/// Only when asked for: it takes half a gigabyte from PyPI, and Java.
const SPARK: Step = Step { name: "spark", what: "rule packs as SQL on a Spark cluster of two executors", run: spark };

struct Outcome {
    name: &'static str,
    passed: bool,
    counts: Counts,
    took: Duration,
}

/// Runs all steps, or those named with `--only`; with `--spark` that one too.
///
/// # Errors
/// A step failed or is unknown; the summary has been printed.
pub fn run(args: &[String]) -> Res<()> {
    let Chosen { only, spark } = chosen(args)?;
    let mut outcomes = Vec::new();
    let mut failure = None;
    let asked = |step: &&Step| match step.name == SPARK.name {
        true => spark || only.contains(&step.name),
        false => only.is_empty() || only.contains(&step.name),
    };
    for step in STEPS.iter().chain([&SPARK]).filter(asked) {
        println!("\n== {}: {}", step.name, step.what);
        let (start, mut counts) = (Instant::now(), Counts::default());
        let result = (step.run)(&mut counts);
        outcomes.push(Outcome { name: step.name, passed: result.is_ok(), counts, took: start.elapsed() });
        if let Err(message) = result {
            failure = Some(format!("step {} failed: {message}\nagain: cargo xtask test --only {0}", step.name));
            break;
        }
    }
    summarise(&outcomes);
    failure.map_or(Ok(()), Err)
}

/// What the command line asks for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Chosen {
    /// Steps named with `--only`; none: all.
    only: Vec<&'static str>,
    /// Spark as well.
    spark: bool,
}

fn chosen(args: &[String]) -> Res<Chosen> {
    let mut chosen = Chosen::default();
    let mut words = args.iter();
    while let Some(word) = words.next() {
        let name = match word.as_str() {
            "--spark" => {
                chosen.spark = true;
                continue;
            }
            "--only" => words.next().map_or("", String::as_str),
            other => other.strip_prefix("--only=").ok_or_else(|| format!("xtask test does not know {other:?}"))?,
        };
        let step = STEPS.iter().chain([&SPARK]).find(|s| s.name == name).ok_or_else(|| {
            let names: Vec<_> = STEPS.iter().chain([&SPARK]).map(|s| s.name).collect();
            format!("there is no step {name:?}; steps are {}", names.join(" "))
        })?;
        chosen.only.push(step.name);
    }
    Ok(chosen)
}

/// The table, and as the very last line the sums in the form CI systems read.
fn summarise(outcomes: &[Outcome]) {
    println!("\nstep       result    seconds    tests");
    let mut sum = Counts::default();
    let mut took = Duration::ZERO;
    for Outcome { name, passed, counts, took: seconds } in outcomes {
        let tests = match counts.passed + counts.failed {
            0 => String::new(),
            _ => format!("{} passed, {} failed", counts.passed, counts.failed),
        };
        let result = if *passed { "ok" } else { "FAILED" };
        println!("{name:<10} {result:<9} {:>7.1}    {tests}", seconds.as_secs_f64());
        sum.passed += counts.passed;
        sum.failed += counts.failed;
        took += *seconds;
    }
    println!("all        {:<9} {:>7.1}\n", "", took.as_secs_f64());
    // A step without tests of its own (format, lint) that failed counts as one.
    if outcomes.iter().any(|o| !o.passed) && sum.failed == 0 {
        sum.failed = 1;
    }
    println!("{} passed, {} failed", sum.passed, sum.failed);
}

fn lint() -> Res<()> {
    run::run(&mut run::cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]))
}

fn unit(counts: &mut Counts) -> Res<()> {
    let built = build_all::everything()?;
    let postgres = Postgres::start()?;
    let recorded = emptied("unit")?;
    for program in built.tests.iter().filter(|program| program.package != FLOWS) {
        println!("-- {}", program.name);
        let mut command = on_databases(program, &postgres);
        tests(command.env("WANQI_RECORD_SQL", &recorded), counts)?;
    }
    println!("-- documentation");
    tests(&mut run::cargo(&["test", "--quiet", "--workspace", "--locked", "--doc"]), counts)?;
    verdict(counts).map_err(|e| format!("{e}{}", postgres.complaints()))
}

fn rules() -> Res<()> {
    let reports = [
        house::report("tidy", &tidy::check()?),
        house::report("arrows", &arrows::check()?),
        house::report("words", &words::check()?),
    ];
    reports.into_iter().collect()
}

fn flows(counts: &mut Counts) -> Res<()> {
    let built = build_all::everything()?;
    let program = flow_program(&built)?;
    let postgres = Postgres::start()?;
    let mut command = on_databases(program, &postgres);
    command.env("WANQI_RECORD_SQL", emptied("it")?);
    if let Some(wanqi) = &built.wanqi {
        command.env("WANQI_BIN", wanqi);
    }
    tests(&mut command, counts)?;
    verdict(counts).map_err(|e| format!("{e}{}", postgres.complaints()))
}

/// What `unit` and `it` recorded the last time they ran; they begin anew each time.
fn statements(counts: &mut Counts) -> Res<()> {
    let folder = target().join(RECORDED);
    for step in ["unit", "it"] {
        if !folder.join(step).is_dir() {
            return Err(format!(
                "step {step} has recorded nothing yet: cargo xtask test --only {step} --only statements"
            ));
        }
    }
    let built = build_all::everything()?;
    let postgres = Postgres::start()?;
    let mut command = on_databases(flow_program(&built)?, &postgres);
    command.env("WANQI_RECORDED_SQL", folder).args(["--ignored", "statements::"]);
    tests(&mut command, counts)?;
    verdict(counts)
}

/// The folder for what a step records, with nothing in it.
fn emptied(step: &str) -> Res<PathBuf> {
    let folder = target().join(RECORDED).join(step);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    Ok(folder)
}

fn flow_program(built: &Built) -> Res<&TestProgram> {
    let program = built.tests.iter().find(|program| program.package == FLOWS);
    program.ok_or_else(|| "tests/it has no test program".to_owned())
}

/// A test program that finds everything its tests need. No engine may be left out here, whatever the person's shell says.
fn on_databases(program: &TestProgram, postgres: &Postgres) -> Command {
    let mut command = program.command();
    prepare::environment(&mut command);
    command.env("WANQI_TEST_POSTGRES", postgres.url()).env_remove("WANQI_TEST_SKIP");
    command
}

fn spark(counts: &mut Counts) -> Res<()> {
    prepare::spark()?;
    let built = build_all::everything()?;
    let mut command = flow_program(&built)?.command();
    prepare::environment(&mut command);
    command.args(["rule_engines::spark", "--ignored", "--nocapture"]);
    tests(&mut command, counts)?;
    verdict(counts)
}

/// Runs one test program and adds what it counted. Failed tests are counted; a program that broke off is an error.
fn tests(command: &mut Command, counts: &mut Counts) -> Res<()> {
    let (passed, seen) = run::tests(command)?;
    counts.passed += seen.passed;
    counts.failed += seen.failed;
    if passed || seen.failed > 0 { Ok(()) } else { Err("the tests broke off; see above".to_owned()) }
}

fn verdict(counts: &Counts) -> Res<()> {
    match counts {
        Counts { failed: 0, passed: 0 } => Err("no test ran".to_owned()),
        Counts { failed: 0, .. } => Ok(()),
        Counts { failed, .. } => Err(format!("{failed} tests failed; see above")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spark_comes_alone_or_with_the_others() {
        let of = |line: &str| chosen(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(of("").unwrap(), Chosen::default());
        assert_eq!(of("--spark").unwrap(), Chosen { only: vec![], spark: true });
        assert_eq!(of("--only spark").unwrap(), Chosen { only: vec!["spark"], spark: false });
        assert_eq!(of("--only unit --spark").unwrap(), Chosen { only: vec!["unit"], spark: true });
        assert!(of("--only none").is_err() && of("--all").is_err());
    }
}
