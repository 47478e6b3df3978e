//! Gaps, overlaps and rows that can never hit.

use super::domain::Domain;
use super::formula::{Formulas, Id, TRUE};
use super::messages;
use super::search::{Found, TooLarge};
use crate::compile::{Body, CompiledPack, Program, Row, Value};
use crate::diagnostic::{Diagnostic, Lang, Place, Words};
use crate::pack::Hit;

/// Of more gaps than these in one table only the first are told, and that there are more.
const MOST_GAPS: usize = 20;

/// Checks all tables.
pub fn check(program: &Program, pack: &CompiledPack, found: &mut Vec<Diagnostic>) {
    let mut seen = Vec::new();
    for rule in &pack.rules {
        let Body::Table { table, hit, rows, .. } = &rule.body else { continue };
        if seen.contains(table) {
            continue;
        }
        seen.push(*table);
        let Some(heading) = pack.source.tables.get(*table).map(|table| table.heading.place.clone()) else { continue };
        let mut own = Table::of(program, pack, rows, *hit);
        let results = results(program, pack, *table);
        if let Err(TooLarge) = own.findings(&heading, &results, found) {
            found.push(messages::too_large(heading, &rule.name));
        }
    }
}

/// What each output column of a table gives in each row, and whether it is a constant.
fn results(program: &Program, pack: &CompiledPack, table: usize) -> Vec<Vec<(Option<Value>, bool)>> {
    let constant = |value: Option<Value>| value.is_none_or(|value| program.facts_of(value.node).is_empty());
    let columns = pack.rules.iter().filter_map(|rule| match &rule.body {
        Body::Table { table: own, results, .. } if *own == table => Some(results),
        _ => None,
    });
    columns.map(|column| column.iter().map(|tree| (tree.value, constant(tree.value))).collect()).collect()
}

/// One table as formulas.
struct Table<'a> {
    domain: Domain<'a>,
    formulas: Formulas,
    rows: &'a [Row],
    hit: Hit,
    /// What the pack applies to.
    applies: Id,
    /// When each row hits.
    hits: Vec<Id>,
}

impl<'a> Table<'a> {
    fn of(program: &'a Program, pack: &'a CompiledPack, rows: &'a [Row], hit: Hit) -> Self {
        let conditions = rows.iter().flat_map(|row| &row.cells).chain(&pack.applies);
        let domain = Domain::of(program, pack, conditions);
        let mut formulas = Formulas::new(domain.sizes());
        let applies = pack.applies.as_ref().map_or(TRUE, |tree| domain.formula(tree, &mut formulas));
        let mut hits = Vec::with_capacity(rows.len());
        for row in rows {
            let cells: Vec<Id> = row.cells.iter().map(|cell| domain.formula(cell, &mut formulas)).collect();
            hits.push(formulas.and(&cells));
        }
        Self { domain, formulas, rows, hit, applies, hits }
    }

    fn findings(
        &mut self,
        heading: &Place,
        results: &[Vec<(Option<Value>, bool)>],
        found: &mut Vec<Diagnostic>,
    ) -> Result<(), TooLarge> {
        if matches!(self.hit, Hit::First | Hit::Unique | Hit::Any) {
            self.gaps(heading, found)?;
        }
        self.unreachable(found)?;
        if matches!(self.hit, Hit::Unique | Hit::Any) {
            self.overlaps(results, found)?;
        }
        Ok(())
    }

    fn example(&self, found: &Found) -> Words {
        Words::new(self.domain.example(found, Lang::Zh), self.domain.example(found, Lang::En))
    }

    fn gaps(&mut self, heading: &Place, found: &mut Vec<Diagnostic>) -> Result<(), TooLarge> {
        let ordered = self.domain.ordered();
        let mut left = self.applies;
        for told in 0.. {
            let Some(gap) = self.formulas.find(left, &self.hits)? else { break };
            if told == MOST_GAPS {
                found.push(messages::more_gaps(heading.clone(), MOST_GAPS));
                break;
            }
            found.push(messages::gap(heading.clone(), &self.example(&gap), self.domain.independent(&gap)));
            let whole = self.formulas.widened(&gap, &self.hits, &ordered)?;
            let others = self.formulas.not(whole);
            left = self.formulas.and(&[left, others]);
        }
        Ok(())
    }

    fn unreachable(&mut self, found: &mut Vec<Diagnostic>) -> Result<(), TooLarge> {
        for (at, row) in self.rows.iter().enumerate() {
            let Some(hit) = self.hits.get(at).copied() else { continue };
            let reached = self.formulas.and(&[self.applies, hit]);
            let before = if self.hit == Hit::First { self.hits.get(..at).unwrap_or_default() } else { &[] };
            if self.formulas.find(reached, before)?.is_none() {
                found.push(messages::unreachable(row.place.clone(), &row.id));
            }
        }
        Ok(())
    }

    /// For each row the first one above it that hits for the same input (and gives something else, if rows may agree).
    fn overlaps(
        &mut self,
        results: &[Vec<(Option<Value>, bool)>],
        found: &mut Vec<Diagnostic>,
    ) -> Result<(), TooLarge> {
        for (second, row) in self.rows.iter().enumerate() {
            for (first, above) in self.rows.iter().enumerate().take(second) {
                let differing = |column: &&Vec<(Option<Value>, bool)>| {
                    column.get(first).map(|result| result.0) != column.get(second).map(|result| result.0)
                };
                if self.hit == Hit::Any && !results.iter().any(|column| differing(&column)) {
                    continue;
                }
                let (Some(a), Some(b)) = (self.hits.get(first).copied(), self.hits.get(second).copied()) else {
                    continue;
                };
                let both = self.formulas.and(&[self.applies, a, b]);
                let Some(example) = self.formulas.find(both, &[])? else { continue };
                let (words, sure) = (self.example(&example), self.domain.independent(&example));
                let place = row.place.clone();
                found.push(if self.hit == Hit::Any {
                    // Results that are computed may still be equal.
                    let constant = |result: Option<&(Option<Value>, bool)>| result.is_some_and(|result| result.1);
                    let shown = results
                        .iter()
                        .filter(differing)
                        .any(|column| constant(column.get(first)) && constant(column.get(second)));
                    messages::conflict(place, &above.id, &row.id, &words, sure, shown)
                } else {
                    messages::overlap(place, &above.id, &row.id, &words, sure)
                });
                break;
            }
        }
        Ok(())
    }
}
