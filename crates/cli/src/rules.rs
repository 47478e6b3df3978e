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
use crate::say::{Outcome, Say};
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
fn refused(error: &rules::load::LoadError, say: &Say) -> crate::say::Stop {
    crate::say::Stop::Said(crate::say::USAGE, error.text(lang(say)))
}

/// The language in which rulepack speaks.
pub fn lang(say: &Say) -> rulepack::diagnostic::Lang {
    match say.words.lang() {
        Lang::En => rulepack::diagnostic::Lang::En,
        Lang::Zh => rulepack::diagnostic::Lang::Zh,
    }
}
