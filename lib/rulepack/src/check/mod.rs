//! What is refused or questioned before a pack is published, beyond what compiling refuses.

mod coverage;
mod division;
mod domain;
mod formula;
mod guard;
mod hints;
mod messages;
#[cfg(test)]
mod random_tests;
mod regions;
mod rules;
mod search;
mod tables;
#[cfg(test)]
mod tests;
mod validity;

use chrono::NaiveDate;

use crate::compile::compile;
use crate::diagnostic::{Diagnostic, Severity};
use crate::dictionary::Dictionary;
use crate::pack::Pack;

/// All findings of a pack, in the order of the file. Compiled for the pack's nearest day to `today`; if it cannot be compiled, only why.
pub fn check(pack: &Pack, dictionary: &Dictionary, today: NaiveDate) -> Vec<Diagnostic> {
    let program = match compile(std::slice::from_ref(pack), dictionary, pack.nearest_day(today)) {
        Ok(program) => program,
        Err(found) => return found,
    };
    let mut found = Vec::new();
    if let Some(compiled) = program.packs.first() {
        tables::check(&program, compiled, &mut found);
        rules::check(&program, compiled, &mut found);
        validity::check(compiled, &mut found);
        division::check(&program, compiled, &mut found);
        hints::check(pack, &program, compiled, dictionary, &mut found);
        coverage::check(pack, &program, compiled, dictionary, today, &mut found);
    }
    found.sort_by(|a, b| a.place.cmp(&b.place).then_with(|| a.code.cmp(b.code)));
    found.dedup();
    found
}

/// Whether a pack with these findings may not be published.
pub fn refused(found: &[Diagnostic]) -> bool {
    found.iter().any(|one| one.severity == Severity::Error)
}
