//! What a pack says of all enterprises: how often each answer was given, what is missing, how numbers are spread.

use std::collections::BTreeMap;

use rulepack::interpret::{Answer, Missing};
use rulepack::ir::{FactId, NodeId, ReasonId, Type};
use rulepack::sweep::{Columns, Counts, State, Sweep};

use super::{County, Wanted};

/// The answers of one output, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub counts: Counts,
    /// Of a text: how often each value.
    pub texts: BTreeMap<String, u64>,
    /// Of a number or date: all values, least first.
    pub values: Vec<i128>,
    /// Of the unknown: how many miss each fact. One that misses two is in two counts.
    pub missing: BTreeMap<FactId, u64>,
    /// Of the not applicable: how many for each reason.
    pub reasons: BTreeMap<ReasonId, u64>,
}

impl Tally {
    fn add(&mut self, other: Tally) {
        self.counts.add(other.counts);
        add_all(&mut self.texts, other.texts);
        add_all(&mut self.missing, other.missing);
        add_all(&mut self.reasons, other.reasons);
        self.values.extend(other.values);
    }

    /// Adds a tile of one output.
    fn take(&mut self, columns: &mut Columns, output: usize, ty: Type) {
        self.counts.add(columns.counts(output));
        if ty == Type::Text {
            columns.count_texts(output, &mut self.texts);
        }
        let numbers = matches!(ty, Type::Number { .. } | Type::Date { .. });
        // Many rows miss the same: their sets are counted, not their facts.
        let mut sets: Vec<(Missing, u64)> = Vec::new();
        for row in 0..columns.rows() {
            match columns.state(output, row) {
                State::Known if numbers => self.values.push(columns.integer(output, row)),
                State::Known => {}
                State::NotApplicable(reason) => *self.reasons.entry(reason).or_default() += 1,
                State::Unknown => {
                    let missing = columns.missing(output, row);
                    match sets.iter_mut().find(|(known, _)| *known == missing) {
                        Some((_, count)) => *count += 1,
                        None => sets.push((missing, 1)),
                    }
                }
            }
        }
        for (missing, count) in sets {
            for fact in missing.iter() {
                *self.missing.entry(fact).or_default() += count;
            }
        }
    }
}

fn add_all<K: Ord>(all: &mut BTreeMap<K, u64>, part: BTreeMap<K, u64>) {
    for (key, count) in part {
        *all.entry(key).or_default() += count;
    }
}

impl County {
    /// Counts the answers of these outputs, in their order.
    pub fn tally(&self, outputs: &[NodeId]) -> Vec<Tally> {
        let dag = &self.program.dag;
        let results = self.results(outputs);
        let sweep = Sweep::new(dag, outputs);
        let parts = self.each(&sweep, &results, |part: &mut Vec<Tally>, columns, _| {
            part.resize(outputs.len(), Tally::default());
            for (place, (node, tally)) in outputs.iter().zip(part).enumerate() {
                tally.take(columns, place, dag.ty(*node));
            }
        });
        let mut all = vec![Tally::default(); outputs.len()];
        for part in parts {
            all.iter_mut().zip(part).for_each(|(all, part)| all.add(part));
        }
        all.iter_mut().for_each(|tally| tally.values.sort_unstable());
        all
    }

    /// The rows whose first output is as wanted, in the order of the register, with the answers of all these outputs.
    pub fn rows(&self, outputs: &[NodeId], wanted: &Wanted) -> Vec<(usize, Vec<Answer>)> {
        let results = self.results(outputs);
        let sweep = Sweep::new(&self.program.dag, outputs);
        let parts = self.each(&sweep, &results, |part: &mut Vec<(usize, Vec<Answer>)>, columns, first| {
            for row in 0..columns.rows() {
                if wanted.fits(&self.program.dag, columns, row, |fact| self.provides(fact, first + row)) {
                    let answers = (0..outputs.len()).map(|output| columns.answer(output, row)).collect();
                    part.push((first + row, answers));
                }
            }
        });
        parts.into_iter().flatten().collect()
    }
}
