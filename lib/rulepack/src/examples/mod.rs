//! The examples of a pack, run: what each row expects and what came out.

mod cells;
mod report;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::shipped as shipped_for_tests;

use chrono::NaiveDate;
use serde::Serialize;

use crate::case::Case;
use crate::compile::{Program, compile};
use crate::diagnostic::{Diagnostic, Place, Words};
use crate::dictionary::Dictionary;
use crate::interpret::{Answer, Value, evaluate, evaluate_population};
use crate::ir::NodeId;
use crate::pack::{ExampleKind, Examples, Pack};

/// One expectation that was not met, or a cell that could not be read.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
pub struct Mismatch {
    pub place: Place,
    /// What was compared: an output, or the facts named as missing.
    pub what: Words,
    pub expected: String,
    pub got: Words,
}

/// One row, run.
#[derive(Clone, Debug, Serialize)]
pub struct RowOutcome {
    pub place: Place,
    /// The section, and the row's own name or number.
    pub examples: String,
    pub row: String,
    pub wrong: Vec<Mismatch>,
}

impl RowOutcome {
    pub fn passed(&self) -> bool {
        self.wrong.is_empty()
    }
}

/// All example rows of one pack, run.
#[derive(Clone, Debug, Serialize, Default)]
pub struct Outcome {
    pub pack: String,
    pub rows: Vec<RowOutcome>,
}

impl Outcome {
    /// How many rows passed.
    pub fn passed(&self) -> usize {
        self.rows.iter().filter(|row| row.passed()).count()
    }

    pub fn all_passed(&self) -> bool {
        self.rows.iter().all(RowOutcome::passed)
    }
}

/// A case of an example with the program it was run by.
pub(crate) struct Ran<'a> {
    pub program: &'a Program,
    /// The answers of the asked nodes, in their order.
    pub answers: Vec<Answer>,
}

/// Runs all examples. Rows without a date are run for the pack's nearest day to `today`.
///
/// # Errors
/// What is wrong with the pack.
pub fn run(pack: &Pack, dictionary: &Dictionary, today: NaiveDate) -> Result<Outcome, Vec<Diagnostic>> {
    let mut outcome = Outcome { pack: pack.code.clone(), rows: Vec::new() };
    let roots = |program: &Program| -> Vec<NodeId> {
        program
            .packs
            .iter()
            .flat_map(|pack| {
                pack.outputs.iter().map(|output| output.node).chain(pack.rules.iter().map(|rule| rule.value.node))
            })
            .collect()
    };
    for_each_row(pack, dictionary, today, &roots, &mut |examples, at, read, ran| {
        let Some(row) = examples.rows.get(at) else { return };
        let name = examples
            .columns
            .iter()
            .position(|column| column.kind == ExampleKind::Row)
            .and_then(|column| row.cells.get(column));
        let name = name.filter(|name| !name.is_empty()).map_or_else(|| (at + 1).to_string(), |name| name.text.clone());
        let mut wrong = read;
        if wrong.is_empty() {
            wrong = cells::compare(examples, row, &ran);
        }
        outcome.rows.push(RowOutcome {
            place: row.place.clone(),
            examples: examples.heading.name.text.clone(),
            row: name,
            wrong,
        });
    })?;
    Ok(outcome)
}

/// Called for each row: its section, its place there, faults of its cells, its answers.
pub(crate) type Visit<'v> = dyn FnMut(&Examples, usize, Vec<Mismatch>, Ran<'_>) + 'v;

/// Visits every example row with its answers; faults of its cells come along.
pub(crate) fn for_each_row(
    pack: &Pack,
    dictionary: &Dictionary,
    today: NaiveDate,
    roots: &dyn Fn(&Program) -> Vec<NodeId>,
    visit: &mut Visit<'_>,
) -> Result<(), Vec<Diagnostic>> {
    let mut programs: Vec<(NaiveDate, Program)> = Vec::new();
    let mut program_of = |day: NaiveDate| -> Result<usize, Vec<Diagnostic>> {
        if let Some(at) = programs.iter().position(|(own, _)| *own == day) {
            return Ok(at);
        }
        programs.push((day, compile(std::slice::from_ref(pack), dictionary, day)?));
        Ok(programs.len() - 1)
    };
    let mut planned = Vec::new();
    for examples in &pack.examples {
        let mut days = Vec::new();
        for row in &examples.rows {
            let day = cells::day(examples, row).unwrap_or_else(|| pack.nearest_day(today));
            days.push(program_of(day)?);
        }
        planned.push((examples, days));
    }
    for (examples, days) in planned {
        let mut cases: Vec<(usize, Case, Vec<Mismatch>)> = Vec::new();
        for (row, at) in examples.rows.iter().zip(days) {
            let Some((_, program)) = programs.get(at) else { continue };
            let (case, wrong) = cells::facts(pack, examples, row, program);
            cases.push((at, case, wrong));
        }
        if examples.population {
            let Some(((_, program), first)) = cases.first().and_then(|case| Some((programs.get(case.0)?, case.0)))
            else {
                continue;
            };
            let asked = roots(program);
            let all: Vec<Vec<Option<Value>>> =
                cases.iter().filter(|case| case.0 == first).map(|case| case.1.facts.clone()).collect();
            let answers = evaluate_population(&program.dag, &asked, &all);
            for (at, ((_, _, wrong), answers)) in cases.into_iter().zip(answers).enumerate() {
                visit(examples, at, wrong, Ran { program, answers });
            }
        } else {
            for (at, (day, case, wrong)) in cases.into_iter().enumerate() {
                let Some((_, program)) = programs.get(day) else { continue };
                let asked = roots(program);
                // One row is a set of one for ranks and means.
                let staged = asked.iter().any(|root| program.dag.node(*root).stage > 0);
                let answers = if staged {
                    evaluate_population(&program.dag, &asked, std::slice::from_ref(&case.facts))
                        .pop()
                        .unwrap_or_default()
                } else {
                    let all = evaluate(&program.dag, &asked, &case.facts, |_| None);
                    asked.iter().map(|node| all.of(*node).clone()).collect()
                };
                visit(examples, at, wrong, Ran { program, answers });
            }
        }
    }
    Ok(())
}
