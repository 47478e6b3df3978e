//! `wanqi rules …`: one file a command.

mod day;
mod diff;
mod eval;
mod examples;
mod explain;
mod packs;
mod run;
mod sql;

use crate::arguments::Rules;
use crate::say::{Outcome, Say, Stop, USAGE};
use rulepack::feel::{self, NotJson, Value};
use rulepack::number::MOST_DIGITS;
use web::Lang;

pub fn run(command: Rules, say: &Say) -> Outcome {
    match command {
        Rules::Eval(eval) => eval::run(&eval, say),
        Rules::Run(run) => run::run(&run, say),
        Rules::Sql(asked) => sql::run(&asked, say),
        Rules::Explain(explain) => explain::run(&explain, say),
        Rules::Test(packs) => examples::test(&packs, say),
        Rules::Check(packs) => examples::check(&packs, say),
        Rules::Diff(diff) => diff::run(&diff, say),
    }
}

/// A pack or file that cannot be used.
fn refused(error: &rules::load::LoadError, say: &Say) -> Stop {
    Stop::Said(USAGE, error.text(lang(say)))
}

/// Facts as JSON, in the one way all commands read it.
fn facts_json(text: &str, say: &Say) -> Result<Value, Stop> {
    feel::read_json(text).map_err(|NotJson { place, long_number }| {
        let key = if long_number { "rules-facts-long-number" } else { "rules-facts-not-json" };
        say.stop(USAGE, key, &[("place", &column(text, place).to_string()), ("most", &MOST_DIGITS.to_string())])
    })
}

/// A place in bytes as people count: characters from 1.
fn column(text: &str, place: usize) -> usize {
    text.get(..place).map_or(0, |before| before.chars().count()) + 1
}

/// The language in which rulepack speaks.
pub fn lang(say: &Say) -> rulepack::diagnostic::Lang {
    match say.words.lang() {
        Lang::En => rulepack::diagnostic::Lang::En,
        Lang::Zh => rulepack::diagnostic::Lang::Zh,
    }
}
