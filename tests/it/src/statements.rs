//! Every statement prepares on both engines: those that stand in the sources, and those that ran while the tests did, also
//! the many that are put together and ran on one engine only.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use db::{Db, Engine, expand};

use crate::harness::engines::{fresh, run};

/// Where `cargo xtask test` had the statements recorded: a folder for each of its steps, a file for each process.
const RECORDED: &str = "WANQI_RECORDED_SQL";

/// A statement, where it was found, and the engine it is for if it is for one.
struct Statement {
    place: String,
    text: String,
    only: Option<Engine>,
}

/// Every `.sql` file and every literal handed to `sql("…")` in the sources.
fn written() -> Vec<Statement> {
    let mut found = Vec::new();
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates");
    let mut folders: Vec<PathBuf> = vec![crates];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let (name, place) = (path.file_name().unwrap().to_string_lossy().into_owned(), path.display().to_string());
            if path.is_dir() && !matches!(name.as_str(), "node_modules" | "target" | "migrations" | "testkit") {
                folders.push(path);
            } else if name.ends_with(".sql") {
                let only = [Engine::Sqlite, Engine::Postgres]
                    .into_iter()
                    .find(|engine| name.ends_with(&format!("_{}.sql", engine.as_str())));
                found.push(Statement { place, text: std::fs::read_to_string(&path).unwrap(), only });
            } else if name.ends_with(".rs") && !name.ends_with("tests.rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
                found.extend(literals(text).into_iter().map(|text| Statement {
                    place: place.clone(),
                    text,
                    only: None,
                }));
            }
        }
    }
    found
}

/// The texts of `sql("…")`, with escaped quotes and joined lines as the compiler reads them.
fn literals(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("sql(") {
        // `sql(` as a word of its own: not `sql_for(`, not a comment.
        let line = text[..at].rsplit('\n').next().unwrap();
        let word = text[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_');
        let Some(quoted) = text[at + 4..].trim_start().strip_prefix('"') else { continue };
        if word || line.contains("//") {
            continue;
        }
        let mut sql = String::new();
        let mut chars = quoted.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '"' => break,
                '\\' if chars.next_if_eq(&'\n').is_some() => while chars.next_if(|c| c.is_whitespace()).is_some() {},
                '\\' => sql.extend(chars.next()),
                c => sql.push(c),
            }
        }
        found.push(sql);
    }
    found
}

/// What the tests recorded, each text once.
fn recorded(folder: &Path) -> Vec<Statement> {
    let mut found: BTreeMap<String, Statement> = BTreeMap::new();
    for step in std::fs::read_dir(folder).unwrap() {
        for file in std::fs::read_dir(step.unwrap().path()).unwrap() {
            let file = file.unwrap().path();
            let text = String::from_utf8_lossy(&std::fs::read(&file).unwrap()).into_owned();
            let mut notes: Vec<&str> = text.split('\0').collect();
            // Behind the last end mark there is nothing, or what a killed process did not finish.
            notes.pop();
            for note in notes {
                let (on, text) = note.split_once('\n').unwrap();
                let only = [Engine::Sqlite, Engine::Postgres].into_iter().find(|engine| engine.as_str() == on);
                let place = file.display().to_string();
                found.entry(text.to_owned()).or_insert(Statement { place, text: text.to_owned(), only });
            }
        }
    }
    found.into_values().collect()
}

/// What cannot be prepared on the engine of a database, and why.
async fn faults(db: &Db, statements: &[Statement]) -> Vec<String> {
    let mut conn = db.read().await.unwrap();
    let engine = db.engine();
    // `wanqi db copy` reads the words of a full-text table through one of its connection.
    if engine == Engine::Sqlite {
        let words = "PRAGMA query_only = OFF; \
                     CREATE VIRTUAL TABLE temp.copy_words USING fts5vocab('main', 'need_search', 'instance')";
        conn.script(words).await.unwrap_or_else(|e| panic!("{e:?}"));
    }
    let mut faults = Vec::new();
    for Statement { place, text, .. } in statements.iter().filter(|one| one.only.is_none_or(|only| only == engine)) {
        let text = expand(text, engine).replace("{table}", "need_search");
        if let Err(error) = conn.prepare(&text).await {
            faults.push(format!("on {}: {error:?}\n{text}\n({place})", engine.as_str()));
        }
    }
    faults
}

fn prepared_on_both(statements: &[Statement]) {
    run(Engine::Postgres, async |t| {
        let file = fresh(Engine::Sqlite, true).await;
        let mut all = faults(&file.db, statements).await;
        all.extend(faults(&t.db, statements).await);
        file.db.close().await;
        assert!(all.is_empty(), "{} of {} statements:\n{}", all.len(), statements.len(), all.join("\n\n"));
    });
}

#[test]
fn every_statement_prepares_on_sqlite_and_postgres() {
    let statements = written();
    assert!(statements.len() > 120, "only {} statements were found", statements.len());
    prepared_on_both(&statements);
}

#[test]
#[ignore = "`cargo xtask test` runs it after all others, on what they recorded"]
fn every_statement_that_ran_prepares_on_sqlite_and_postgres() {
    let folder = std::env::var(RECORDED).unwrap_or_else(|_| {
        panic!(
            "{RECORDED} is not set. `cargo xtask test --only unit --only it --only statements` records and prepares."
        )
    });
    let statements = recorded(Path::new(&folder));
    println!("{} statements", statements.len());
    // A part of them only would be a test that was skipped in silence.
    assert!(statements.len() > 400, "only {} statements were recorded in {folder}", statements.len());
    prepared_on_both(&statements);
}
