//! Gaps, overlaps and rows that can never hit, by going through all combinations of regions.

use std::sync::Arc;

use super::domain::Domain;
use super::messages;
use crate::compile::{Body, CompiledPack, Program, Row, Tree};
use crate::diagnostic::{Diagnostic, Lang, Words};
use crate::pack::Hit;

/// More combinations than these are not gone through.
const MOST: usize = 6_000_000;
/// If cells look at several things at once, each combination costs more.
const MOST_MIXED: usize = 400_000;

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
        let conditions = rows.iter().flat_map(|row| &row.cells).chain(&pack.applies);
        let domain = Domain::of(program, pack, conditions);
        let swept = Sweep::of(&domain, rows, pack.applies.as_ref(), *hit);
        let Some(swept) = swept else {
            found.push(messages::too_large(heading, &rule.name.zh));
            continue;
        };
        let example = |places: &[usize]| Words::new(domain.example(places, Lang::Zh), domain.example(places, Lang::En));
        // Things that rest on the same facts cannot take every combination.
        let facts: Vec<_> = domain.variables.iter().flat_map(|variable| &variable.facts).collect();
        let mut distinct = facts.clone();
        distinct.sort();
        distinct.dedup();
        let sure = distinct.len() == facts.len();
        if let Some(gap) = swept.gap {
            found.push(messages::gap(heading.clone(), &example(&gap), sure));
        }
        for (first, second, places) in swept.overlaps {
            if let (Some(first), Some(second)) = (rows.get(first), rows.get(second)) {
                found.push(messages::overlap(second.place.clone(), &first.id, &second.id, &example(&places), sure));
            }
        }
        for (row, _) in rows.iter().zip(&swept.reached).filter(|(_, reached)| !**reached) {
            found.push(messages::unreachable(row.place.clone(), &row.id));
        }
    }
}

/// What going through all combinations showed.
struct Sweep {
    gap: Option<Vec<usize>>,
    overlaps: Vec<(usize, usize, Vec<usize>)>,
    reached: Vec<bool>,
}

impl Sweep {
    fn of(domain: &Domain<'_>, rows: &[Row], applies: Option<&Arc<Tree>>, hit: Hit) -> Option<Self> {
        let sizes: Vec<usize> = domain.variables.iter().map(|variable| variable.regions.len()).collect();
        let total = sizes.iter().try_fold(1_usize, |all, size| all.checked_mul(*size))?;
        // Rows as bits: for each region of each variable the rows whose cells on it hold.
        let words = rows.len().div_ceil(64);
        let mut masks: Vec<Vec<Vec<u64>>> = sizes.iter().map(|size| vec![vec![u64::MAX; words]; *size]).collect();
        let mut mixed: Vec<(usize, &Tree)> = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            for cell in &row.cells {
                let mut looked = Vec::new();
                domain.variables_of(cell, &mut looked);
                match looked[..] {
                    [] if domain.holds(cell, &[]) => {}
                    [one] => {
                        let mut places = vec![0; sizes.len()];
                        for region in 0..sizes.get(one).copied().unwrap_or(0) {
                            if let Some(place) = places.get_mut(one) {
                                *place = region;
                            }
                            if !domain.holds(cell, &places)
                                && let Some(word) =
                                    masks.get_mut(one).and_then(|masks| masks.get_mut(region)?.get_mut(at / 64))
                            {
                                *word &= !(1 << (at % 64));
                            }
                        }
                    }
                    _ => mixed.push((at, cell)),
                }
            }
        }
        if total > if mixed.is_empty() { MOST } else { MOST_MIXED } {
            return None;
        }
        let mut swept = Self { gap: None, overlaps: Vec::new(), reached: vec![false; rows.len()] };
        let mut places = vec![0; sizes.len()];
        let mut hits = vec![0_u64; words];
        for _ in 0..total {
            if applies.is_none_or(|tree| domain.holds(tree, &places)) {
                hits.fill(u64::MAX);
                if let Some(last) = hits.last_mut().filter(|_| !rows.len().is_multiple_of(64)) {
                    *last = (1 << (rows.len() % 64)) - 1;
                }
                for (masks, place) in masks.iter().zip(&places) {
                    if let Some(mask) = masks.get(*place) {
                        hits.iter_mut().zip(mask).for_each(|(hit, mask)| *hit &= mask);
                    }
                }
                for (at, cell) in &mixed {
                    if let Some(word) = hits.get_mut(at / 64).filter(|word| **word >> (at % 64) & 1 == 1)
                        && !domain.holds(cell, &places)
                    {
                        *word &= !(1 << (at % 64));
                    }
                }
                swept.note(&hits, &places, hit);
            }
            step(&mut places, &sizes);
        }
        Some(swept)
    }

    fn note(&mut self, hits: &[u64], places: &[usize], hit: Hit) {
        let rows = hits
            .iter()
            .enumerate()
            .flat_map(|(word, bits)| (0..64).filter(move |bit| bits >> bit & 1 == 1).map(move |bit| word * 64 + bit));
        let single = matches!(hit, Hit::First | Hit::Unique);
        let mut first = None;
        for row in rows {
            if let Some(first) = first.filter(|_| hit == Hit::Unique)
                && !self.overlaps.iter().any(|(a, b, _)| (*a, *b) == (first, row))
            {
                self.overlaps.push((first, row, places.to_vec()));
            }
            if let Some(reached) = self.reached.get_mut(row).filter(|_| first.is_none() || hit != Hit::First) {
                *reached = true;
            }
            first = first.or(Some(row));
            if hit == Hit::First {
                break;
            }
        }
        if first.is_none() && single && self.gap.is_none() {
            self.gap = Some(places.to_vec());
        }
    }
}

/// The next combination.
fn step(places: &mut [usize], sizes: &[usize]) {
    for (place, size) in places.iter_mut().zip(sizes) {
        *place += 1;
        if *place < *size {
            return;
        }
        *place = 0;
    }
}
