//! A search for a combination of regions that fulfils one formula and none of others.
//!
//! It fixes one thing at a time, keeps only what the rest still depends on and remembers what of it has been tried in vain: a table
//! costs what it really distinguishes, not the product of its columns.

use std::collections::HashSet;

use super::formula::{FALSE, Form, Formulas, Id, TRUE, has};

/// A search that would take more steps than these is given up.
const MOST_STEPS: usize = 20_000_000;

/// The search was given up.
#[derive(Clone, Copy, Debug)]
pub struct TooLarge;

/// The region of each thing that a search fixed; none: any will do.
pub type Found = Vec<Option<usize>>;

impl Formulas {
    /// Regions that fulfil the one and none of the others, if there are any.
    ///
    /// # Errors
    /// Given up.
    pub fn find(&mut self, fulfilled: Id, none_of: &[Id]) -> Result<Option<Found>, TooLarge> {
        let mut found = vec![None; self.sizes.len()];
        Ok(self.search(fulfilled, none_of.to_vec(), &mut found)?.then_some(found))
    }

    fn search(&mut self, mut fulfilled: Id, mut none_of: Vec<Id>, found: &mut Found) -> Result<bool, TooLarge> {
        // What looks at one thing only is the same as a condition on that thing.
        let (single, several): (Vec<Id>, Vec<Id>) = none_of.into_iter().partition(|id| self.atoms_of(*id).len() <= 1);
        none_of = several;
        if !single.is_empty() {
            let any = self.or(&single);
            let none = self.not(any);
            fulfilled = self.and(&[fulfilled, none]);
        }
        if fulfilled == FALSE {
            return Ok(false);
        }
        none_of.sort_unstable();
        none_of.dedup();
        self.steps += none_of.len();
        none_of.retain(|id| !self.disjoint(fulfilled, *id));
        if fulfilled == TRUE && none_of.is_empty() {
            return Ok(true);
        }
        if none_of.iter().any(|id| self.implies(fulfilled, *id)) {
            return Ok(false);
        }
        let key = (fulfilled, none_of);
        if self.in_vain.contains(&key) {
            return Ok(false);
        }
        let (fulfilled, none_of) = (key.0, &key.1);
        let Some(thing) = self.busiest(fulfilled, none_of) else { return Ok(false) };
        for region in self.distinct(thing, fulfilled, none_of) {
            if self.steps > MOST_STEPS {
                return Err(TooLarge);
            }
            let left = self.fix(fulfilled, thing, region);
            if left == FALSE {
                continue;
            }
            let rest: Vec<Id> =
                none_of.iter().map(|id| self.fix(*id, thing, region)).filter(|id| *id != FALSE).collect();
            self.steps += none_of.len();
            if !rest.contains(&TRUE) {
                if let Some(place) = found.get_mut(thing) {
                    *place = Some(region);
                }
                if self.search(left, rest, found)? {
                    return Ok(true);
                }
            }
        }
        if let Some(place) = found.get_mut(thing) {
            *place = None;
        }
        self.in_vain.insert(key);
        Ok(false)
    }

    /// The thing that most of the formulas look at.
    fn busiest(&self, fulfilled: Id, none_of: &[Id]) -> Option<usize> {
        let mut counts = vec![0_usize; self.sizes.len()];
        for id in none_of.iter().chain([&fulfilled]) {
            for thing in self.atoms_of(*id).iter().filter_map(|atom| self.thing_of(*atom)) {
                if let Some(count) = counts.get_mut(thing) {
                    *count += 1;
                }
            }
        }
        // Of equally busy ones the first, as the table's author put them.
        let (at, count) = counts.iter().enumerate().rev().max_by_key(|(_, count)| **count)?;
        (*count > 0).then_some(at)
    }

    /// One region of each sort that the formulas can tell apart.
    fn distinct(&mut self, thing: usize, fulfilled: Id, none_of: &[Id]) -> Vec<usize> {
        let mut atoms: Vec<Id> =
            none_of.iter().chain([&fulfilled]).flat_map(|id| self.atoms_of(*id).to_vec()).collect();
        atoms.sort_unstable();
        atoms.dedup();
        let columns: Vec<&Vec<u64>> = atoms
            .iter()
            .filter_map(|atom| match self.form(*atom) {
                Form::Atom { thing: own, regions } if *own == thing => Some(regions),
                _ => None,
            })
            .collect();
        let size = self.sizes.get(thing).copied().unwrap_or(0);
        let mut seen = HashSet::new();
        let told = |region: usize| columns.iter().map(|column| has(column, region)).collect::<Vec<_>>();
        let distinct: Vec<usize> = (0..size).filter(|region| seen.insert(told(*region))).collect();
        self.steps += size;
        distinct
    }

    /// A combination widened as far as none of the formulas comes to hold in it: a formula that holds in all of it. It stays in
    /// one piece: where the regions of a thing are `ordered` it ends at the first in which a formula holds, elsewhere it keeps to
    /// its own.
    ///
    /// # Errors
    /// Given up.
    pub fn widened(&mut self, found: &Found, none_of: &[Id], ordered: &[bool]) -> Result<Id, TooLarge> {
        let mut sides: Vec<Id> = Vec::with_capacity(found.len());
        for (thing, region) in found.iter().enumerate() {
            let size = self.sizes.get(thing).copied().unwrap_or(0);
            sides.push(match region {
                None => TRUE,
                Some(own) => self.atom(thing, &(0..size).map(|region| region == *own).collect::<Vec<_>>()),
            });
        }
        for thing in 0..sides.len() {
            let Some(own) = found.get(thing).copied().flatten() else { continue };
            let others: Vec<Id> =
                sides.iter().enumerate().filter(|(at, _)| *at != thing).map(|(_, side)| *side).collect();
            let others = self.and(&others);
            let count = self.sizes.get(thing).copied().unwrap_or(0);
            let mut side = vec![false; count];
            let mut mark = |region: usize| {
                if let Some(slot) = side.get_mut(region) {
                    *slot = true;
                }
            };
            mark(own);
            if ordered.get(thing).copied().unwrap_or(false) {
                for region in own + 1..count {
                    if !self.is_free(thing, region, others, none_of)? {
                        break;
                    }
                    mark(region);
                }
                for region in (0..own).rev() {
                    if !self.is_free(thing, region, others, none_of)? {
                        break;
                    }
                    mark(region);
                }
            }
            let side = self.atom(thing, &side);
            if let Some(own) = sides.get_mut(thing) {
                *own = side;
            }
        }
        Ok(self.and(&sides))
    }

    /// Whether none of the formulas holds anywhere in a region of a thing, as far as `others` says.
    fn is_free(&mut self, thing: usize, region: usize, others: Id, none_of: &[Id]) -> Result<bool, TooLarge> {
        for id in none_of {
            let left = self.fix(*id, thing, region);
            self.steps += 1;
            if self.disjoint(others, left) {
                continue;
            }
            let both = if self.simple(others) && self.simple(left) { TRUE } else { self.and(&[others, left]) };
            if both == TRUE || self.find(both, &[])?.is_some() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
