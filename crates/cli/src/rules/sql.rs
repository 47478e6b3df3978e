//! `wanqi rules sql`: a pack as one SQL statement for another engine.

use kernel::{Clock, SystemClock};
use rulepack::compile::compile;
use rulepack::dictionary::Dictionary;
use rulepack::sql::{Source, write};
use rules::load::{LoadError, load};
use rules::run::Task;

use super::refused;
use crate::arguments::{Dialect, RulesSql};
use crate::say::{Outcome, Say, USAGE};

pub fn run(asked: &RulesSql, say: &Say) -> Outcome {
    let on = asked.on.unwrap_or_else(|| kernel::local_date(SystemClock.now()));
    let mut packs = Vec::new();
    for name in &asked.packs {
        packs.push(load(name).map_err(|error| refused(&error, say))?.0);
    }
    let program = compile(&packs, &Dictionary::shipped(), on).map_err(|found| refused(&LoadError::Pack(found), say))?;
    for pack in program.packs.iter().filter(|pack| !pack.in_force) {
        say.note(&say.f("rules-run-not-in-force", &[("pack", &pack.source.code), ("date", &on.to_string())]));
    }
    let dialect = match asked.dialect {
        Dialect::Postgres => rulepack::sql::Dialect::Postgres,
        Dialect::Duckdb => rulepack::sql::Dialect::DuckDb,
        Dialect::Spark => rulepack::sql::Dialect::Spark,
    };
    let (table, key) = (dialect.name(&asked.table), dialect.name(&asked.key));
    let source = Source { table: &table, key: &key };
    let outputs = Task::of_program(&program).outputs;
    let sql = write(&program.dag, &outputs, dialect, source).map_err(|_| say.stop(USAGE, "rules-sql-too-wide", &[]))?;
    say.answer(&format!("{sql};"));
    Ok(())
}
