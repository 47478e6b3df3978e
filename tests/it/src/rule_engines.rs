//! The interpreter against SQL on real engines: random graphs, random holes; values, missing sets and reasons are the same.
//!
//! PostgreSQL is the one the tests start; DuckDB and Spark come with Python packages. Spark runs only when it
//! is asked for (`cargo xtask test --spark`), on a local cluster of two executors.

mod task;

use std::io::Write;
use std::process::{Command, Stdio};

use rulepack::sql::Dialect;

use crate::harness::engines;
use task::{Cell, Task, plain, random_task, task};

/// At least 10,000 cases on each engine; Spark takes seconds per statement, so it gets few statements of many cases.
fn tasks(dialect: Dialect) -> Vec<Task> {
    let (graphs, cases) = if dialect == Dialect::Spark { (14, 800) } else { (130, 90) };
    let mut tasks: Vec<Task> = (0..graphs).filter_map(|seed| random_task(seed, cases, dialect)).collect();
    assert!(tasks.len() * cases >= 10_000, "only {} graphs of {graphs} can be written", tasks.len());
    tasks.extend(rules::library::all().iter().map(|kept| shipped(kept, dialect)));
    tasks
}

/// A pack of ours over random enterprises, on the last day it is in force or today.
fn shipped(kept: &rules::library::Kept, dialect: Dialect) -> Task {
    let code = kept.shipped.code;
    let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
    let program = kept.program(kept.pack.nearest_day(today)).unwrap_or_else(|found| panic!("{code}: {found:?}"));
    let outputs: Vec<_> = program.packs.iter().flat_map(|pack| pack.outputs.iter().map(|output| output.node)).collect();
    let cases: Vec<_> = (0..400).map(|seed| rulepack::random::case(seed, &program.dag)).collect();
    task(code.to_owned(), &program.dag, &outputs, &cases, dialect)
        .unwrap_or_else(|| panic!("{code} needs more digits than a database has"))
}

fn compare(task: &Task, got: &[Vec<Cell>]) {
    assert_eq!(got.len(), task.expected.len(), "{}: rows", task.name);
    for (row, (got, expected)) in got.iter().zip(&task.expected).enumerate() {
        assert_eq!(
            got, expected,
            "{}, case {row}: [value, missing, reason] of each output; the statement:\n{}",
            task.name, task.sql
        );
    }
}

#[test]
fn postgres_agrees() {
    engines::run(db::Engine::Postgres, async |t| {
        let mut conn = t.db.read().await.unwrap();
        for task in tasks(Dialect::Postgres) {
            let rows = db::sql_on(db::Engine::Postgres, &task.sql)
                .all(&mut conn)
                .await
                .unwrap_or_else(|e| panic!("{}: {e:?}\n{}", task.name, task.sql));
            let cell =
                |row: &db::Row, column: usize| row.get::<Option<String>>(column).unwrap().map(|text| plain(&text));
            let got: Vec<Vec<Cell>> =
                rows.iter().map(|row| (0..task.columns).map(|column| cell(row, column)).collect()).collect();
            compare(&task, &got);
        }
    });
}

#[test]
fn duckdb_agrees() {
    let Some(python) = testkit::python() else { return };
    with_python(&python, "duckdb", Dialect::DuckDb);
}

#[test]
#[ignore = "half a gigabyte and Java: it is asked for with `cargo xtask test --spark`"]
fn spark_agrees() {
    let Some(python) = testkit::python() else { return };
    with_python(&python, "spark", Dialect::Spark);
}

/// Gives the statements to a Python program, one JSON text a line, and reads the rows of each back.
fn with_python(python: &std::ffi::OsStr, engine: &str, dialect: Dialect) {
    let tasks = tasks(dialect);
    let program = include_str!("../assets/rule_engines.py");
    let mut child = Command::new(python)
        .args(["-c", program, engine])
        .env("PYTHONUTF8", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines: String = tasks.iter().map(|task| format!("{}\n", serde_json::Value::from(task.sql.as_str()))).collect();
    let mut input = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "{engine} stopped with {}", output.status);
    let told = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<&str> = told.lines().collect();
    assert_eq!(answers.len(), tasks.len(), "{engine} answered {} of {} statements", answers.len(), tasks.len());
    for (task, answer) in tasks.iter().zip(answers) {
        let rows: Result<Vec<Vec<Cell>>, String> = serde_json::from_str(answer).map_err(|_| answer.to_owned());
        let rows = rows.unwrap_or_else(|e| panic!("{}: {e}\n{}", task.name, task.sql));
        let rows: Vec<Vec<Cell>> =
            rows.into_iter().map(|row| row.into_iter().map(|cell| cell.map(|text| plain(&text))).collect()).collect();
        compare(task, &rows);
    }
}
