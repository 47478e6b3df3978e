//! `wanqi import`: brings files in as a whole or not at all; every fault with sheet, row, column, value, expectation.

use std::path::Path;

use app::serve::assemble;
use casework::ledger::Checked;
use identity::Actor;
use registry::import::{Given, Options, Problem, Report, import_enterprises, import_facts};
use web::words::Arg;

use crate::arguments::{Import, ImportFacts};
use crate::context::Context;
use crate::say::{FAILURE, Outcome, Say, USAGE};

/// So many faults are shown; whoever corrects these meets the rest next time.
const SHOWN: usize = 50;

pub async fn run(context: &Context, import: Import) -> Outcome {
    match import {
        Import::Requests { file } => requests(context, &file).await,
        Import::Enterprises { file, accept_codes } => enterprises(context, &file, accept_codes).await,
        Import::Facts(asked) => facts(context, &asked).await,
    }
}

async fn requests(context: &Context, file: &Path) -> Outcome {
    let say = &context.say;
    must_be_there(context, file)?;
    let db = context.open().await?;
    let app = assemble(&context.config, db.clone(), context.clock.clone(), context.random.clone())?;
    let done = casework::ledger::import_file(&app.casework, &Actor::program("cli"), file).await?;
    db.close().await;
    match done {
        Ok(imported) => {
            summary(say, &imported.told);
            say.answer(&say.f("import-requests-done", &[("added", &imported.added), ("known", &imported.known)]));
            Ok(())
        }
        Err(Checked { faults, told }) => {
            summary(say, &told);
            for fault in faults.iter().take(SHOWN) {
                say.note(&fault.text(&say.words));
            }
            Err(say.stop(FAILURE, "import-faults", &[("n", &faults.len())]))
        }
    }
}

async fn enterprises(context: &Context, file: &Path, accept_codes: bool) -> Outcome {
    let say = &context.say;
    must_be_there(context, file)?;
    let db = context.open().await?;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let report = import_enterprises(
        &db,
        context.clock.as_ref(),
        context.random.as_ref(),
        file,
        &name,
        Options { override_code_check: accept_codes },
        &progress(say),
        &Actor::program("cli"),
    )
    .await;
    db.close().await;
    say.progress_over();
    let report = report?;
    told(say, &report)?;
    let (added, changed, same) = (report.added, report.changed, report.unchanged);
    say.answer(&say.f("import-enterprises-done", &[("added", &added), ("changed", &changed), ("same", &same)]));
    Ok(())
}

async fn facts(context: &Context, asked: &ImportFacts) -> Outcome {
    let (say, file) = (&context.say, &asked.file);
    must_be_there(context, file)?;
    let db = context.open().await?;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let given = Given {
        period: asked.period.map(|period| period.to_string()).unwrap_or_default(),
        source: asked.source.clone().unwrap_or_default(),
        as_of: asked.as_of,
    };
    let (clock, random) = (context.clock.as_ref(), context.random.as_ref());
    let actor = Actor::program("cli");
    let report = import_facts(&db, clock, random, file, &name, &given, &progress(say), &actor).await;
    db.close().await;
    say.progress_over();
    let report = report?;
    told(say, &report)?;
    let (rows, added, changed, same) = (report.rows, report.added, report.changed, report.unchanged);
    let args: [(&str, &dyn Arg); 4] = [("rows", &rows), ("added", &added), ("changed", &changed), ("same", &same)];
    say.answer(&say.f("import-facts-done", &args));
    Ok(())
}

fn progress(say: &Say) -> impl Fn(u64) + Send + Sync {
    |rows| say.progress(&say.f("import-progress", &[("rows", &rows)]))
}

/// Says what was read and what was left out.
fn summary(say: &Say, told: &sheets::Summary) {
    // words: sheet-said-*
    for (key, args) in told.said() {
        say.note(&say.words.given(key, &args));
    }
}

/// Says what was read, and what was wrong, if anything was.
fn told(say: &Say, report: &Report) -> Outcome {
    summary(say, &report.told);
    for problem in report.warnings.iter().take(SHOWN) {
        say.note(&say.f("import-warning", &[("text", &place(say, problem))]));
    }
    if report.warnings_total > 0 {
        say.note(&say.f("import-warnings", &[("n", &report.warnings_total)]));
    }
    if report.errors_total == 0 {
        return Ok(());
    }
    for problem in report.errors.iter().take(SHOWN) {
        say.note(&place(say, problem));
    }
    if report.errors.iter().any(|problem| problem.code == "import-code-check") {
        say.note(&say.words.t("import-accept-hint"));
    }
    Err(say.stop(FAILURE, "import-faults", &[("n", &report.errors_total)]))
}

/// `Sheet1, row 7, name “…”: what was expected`.
fn place(say: &Say, problem: &Problem) -> String {
    let expected = say.f(&format!("error-{}", problem.code), &problem.args_in(say.words.lang()));
    let key = format!("ent-col-{}", problem.column.replace('_', "-"));
    let column = if say.words.has(&key) { say.words.t(&key).into_owned() } else { problem.column.clone() };
    let row = problem.row.to_string();
    let given: [(&str, &dyn Arg); 5] = [
        ("sheet", &problem.sheet),
        ("row", &row),
        ("column", &column),
        ("value", &problem.value),
        ("expected", &expected),
    ];
    say.f(if problem.sheet.is_empty() { "import-place" } else { "import-place-sheet" }, &given)
}

fn must_be_there(context: &Context, file: &Path) -> Outcome {
    if file.is_file() {
        return Ok(());
    }
    Err(context.say.stop(USAGE, "import-no-file", &[("file", &file.display().to_string())]))
}
