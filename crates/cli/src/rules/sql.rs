//! `wanqi rules sql`: a pack as one SQL statement for another engine.

use rulepack::sql::{Source, write};
use rules::run::Task;

use super::day::Days;
use super::packs::program;
use crate::arguments::{Dialect, RulesSql};
use crate::say::{Outcome, Say, USAGE};

pub fn run(asked: &RulesSql, say: &Say) -> Outcome {
    let program = program(&asked.packs, &Days::new(asked.on), say)?;
    let dialect = match asked.dialect {
        Dialect::Postgres => rulepack::sql::Dialect::Postgres,
        Dialect::Duckdb => rulepack::sql::Dialect::DuckDb,
        Dialect::Spark => rulepack::sql::Dialect::Spark,
    };
    let (table, key) = (dialect.name(&asked.table), dialect.name(&asked.key));
    let source = Source { table: &table, key: &key };
    let outputs = Task::of_program(&program).outputs;
    let sql = write(&program.dag, &outputs, dialect, source).map_err(|_| say.stop(USAGE, "rules-sql-too-wide", &[]))?;
    // Which rules these are, and of which day, stays with the statement.
    for pack in &program.packs {
        say.answer(&format!("-- {} {} {}", pack.source.code, pack.on, pack.source.hash));
    }
    say.answer(&format!("{sql};"));
    Ok(())
}
