//! Packs become one graph: names are resolved, types and units checked, expressions lowered to exact integer operations, and beside the
//! graph a typed tree is kept for explanations, checks and differences.
//!
//! What is decided here and nowhere else: a number is a fraction until it is rounded or compared; a bare number takes the unit of
//! what stands beside it; a row, rank or class hits only if its condition is true, never if it is unknown.

mod amount;
mod atoms;
mod builtins;
mod cells;
mod choice;
mod classes;
mod compiler;
mod dates;
mod expression;
mod facts;
mod functions;
mod industry;
mod messages;
mod number;
mod ordering;
mod outputs;
mod parameter;
mod population;
mod program;
mod scale;
mod scope;
mod score;
mod table;
#[cfg(test)]
mod tests;
mod tree;
mod value;

pub use program::*;
pub use tree::{Tree, TreeKind};

use std::sync::Arc;

use chrono::NaiveDate;

use crate::diagnostic::Diagnostic;
use crate::dictionary::Dictionary;
use crate::pack::Pack;

/// Compiles packs for one day into one graph. Outputs of a pack that is not in force on that day are not applicable.
///
/// # Errors
/// All that is wrong, in all packs.
pub fn compile(packs: &[Pack], dictionary: &Dictionary, on: NaiveDate) -> Result<Program, Vec<Diagnostic>> {
    compile_each(packs, dictionary, |_| on)
}

/// Compiles packs, each for the day that `on` names for it; see [`Pack::nearest_day`].
///
/// # Errors
/// All that is wrong, in all packs.
pub fn compile_each(
    packs: &[Pack],
    dictionary: &Dictionary,
    on: impl Fn(&Pack) -> NaiveDate,
) -> Result<Program, Vec<Diagnostic>> {
    let mut program = Program::default();
    let mut found = Vec::new();
    for pack in packs {
        let source = Arc::new(pack.clone());
        if let Ok(compiled) = compiler::compile_pack(&mut program, &source, dictionary, on(pack), &mut found) {
            program.packs.push(compiled);
        }
    }
    if found.is_empty() {
        return Ok(program);
    }
    found.sort_by(|a, b| a.place.cmp(&b.place));
    found.dedup();
    Err(found)
}

impl Pack {
    /// The day nearest to `day` on which the pack is in force: what a run without a date evaluates for.
    pub fn nearest_day(&self, day: NaiveDate) -> NaiveDate {
        let not_after = self.to.map_or(day, |to| day.min(to));
        self.from.map_or(not_after, |from| not_after.max(from))
    }

    /// Whether it is in force on a day.
    pub fn in_force(&self, day: NaiveDate) -> bool {
        self.nearest_day(day) == day
    }
}
