//! The answers of a tile.

use super::batch::{Batch, beyond, bit};
use super::slot::{Bits, Slot, WORDS, bits};
use super::{Sweep, Workspace};
use crate::interpret::{Answer, Missing, PopulationAnswer, Value};
use crate::ir::{Dag, FactId, NodeId, Op, ReasonId, Type};

/// What an output says of one row, without its value or missing set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Known,
    Unknown,
    NotApplicable(ReasonId),
}

/// How often each answer was given; of outputs that are not booleans, `known` counts all values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub known: u64,
    /// Of a boolean: known and true.
    pub yes: u64,
    pub unknown: u64,
    pub not_applicable: u64,
}

impl Counts {
    pub fn add(&mut self, other: Self) {
        self.known += other.known;
        self.yes += other.yes;
        self.unknown += other.unknown;
        self.not_applicable += other.not_applicable;
    }
}

/// The outputs of a tile, until the workspace runs the next one.
pub struct Columns<'w> {
    pub(super) sweep: &'w Sweep<'w>,
    pub(super) workspace: &'w mut Workspace,
    pub(super) batch: &'w Batch<'w>,
}

impl Columns<'_> {
    pub fn rows(&self) -> usize {
        self.batch.rows
    }

    pub(super) fn slot(&self, output: usize) -> &Slot {
        &self.workspace.slots[self.sweep.plan.roots[output]]
    }

    pub fn state(&self, output: usize, row: usize) -> State {
        let slot = self.slot(output);
        if bit(&slot.known, row) {
            State::Known
        } else if slot.any_na && bit(&slot.na, row) {
            State::NotApplicable(ReasonId(slot.reasons[row]))
        } else {
            State::Unknown
        }
    }

    /// The value of a row that is known.
    pub fn value(&self, output: usize, row: usize) -> Value {
        match self.sweep.dag.ty(self.sweep.outputs[output]) {
            Type::Boolean => Value::Boolean(self.is_true(output, row)),
            Type::Number { .. } => Value::Number(self.integer(output, row)),
            Type::Date { .. } => Value::Date(self.integer(output, row) as i32),
            Type::Text => Value::Text(self.batch.texts.text(self.text(output, row)).clone()),
        }
    }

    /// Whether the row is known and true.
    pub fn is_true(&self, output: usize, row: usize) -> bool {
        bit(&self.slot(output).yes, row)
    }

    /// The number or date of a row that is known.
    pub fn integer(&self, output: usize, row: usize) -> i128 {
        self.slot(output).value(row)
    }

    /// The number of the text of a row that is known.
    pub fn text(&self, output: usize, row: usize) -> u32 {
        self.slot(output).value(row) as u32
    }

    /// Answers of an output, counted.
    pub fn counts(&self, output: usize) -> Counts {
        let slot = self.slot(output);
        let boolean = self.sweep.dag.ty(self.sweep.outputs[output]) == Type::Boolean;
        let (mut known, mut yes, mut not_applicable) = (0, 0, 0);
        for word in 0..WORDS {
            let rows = !beyond(self.batch.rows, word);
            known += u64::from((slot.known[word] & rows).count_ones());
            not_applicable += u64::from((slot.na_word(word) & rows).count_ones());
            if boolean {
                yes += u64::from((slot.yes[word] & rows).count_ones());
            }
        }
        Counts { known, yes, unknown: self.batch.rows as u64 - known - not_applicable, not_applicable }
    }

    /// Adds how often an output of texts gave each text.
    pub fn count_texts(&self, output: usize, counts: &mut std::collections::BTreeMap<String, u64>) {
        let mut of_text = std::collections::HashMap::new();
        for row in 0..self.batch.rows {
            if bit(&self.slot(output).known, row) {
                *of_text.entry(self.text(output, row)).or_insert(0) += 1;
            }
        }
        for (text, count) in of_text {
            *counts.entry(self.batch.texts.text(text).to_string()).or_default() += count;
        }
    }

    /// Whether some row of the output is unknown.
    pub fn any_unknown(&self, output: usize) -> bool {
        !self.slot(output).complete && self.counts(output).unknown > 0
    }

    /// The rows that are known, as a bitmap.
    pub fn known(&self, output: usize) -> Bits {
        let slot = self.slot(output);
        bits(|word| slot.known[word] & !beyond(self.batch.rows, word))
    }

    /// Of a boolean: the rows that are known and true. Bits beyond the last row may be set.
    pub fn yes(&self, output: usize) -> &Bits {
        &self.slot(output).yes
    }

    /// The rows that are unknown; `None` if none is.
    pub fn unknown(&self, output: usize) -> Option<Bits> {
        let slot = self.slot(output);
        if slot.complete {
            return None;
        }
        let found = bits(|word| !(slot.known[word] | slot.na_word(word) | beyond(self.batch.rows, word)));
        found.iter().any(|word| *word != 0).then_some(found)
    }

    /// The rows that are not applicable; `None` if none is.
    pub fn not_applicable(&self, output: usize) -> Option<Bits> {
        let slot = self.slot(output);
        if slot.complete || !slot.any_na {
            return None;
        }
        let found = bits(|word| slot.na[word] & !beyond(self.batch.rows, word));
        found.iter().any(|word| *word != 0).then_some(found)
    }

    /// The facts that some row of the tile does not provide.
    pub fn holes(&self) -> Missing {
        let mut holes = Missing::default();
        for (place, fact) in self.sweep.dag.facts().iter().enumerate() {
            if fact.always_missing || !self.batch.provides_all(place) {
                holes.insert(FactId(place as u16));
            }
        }
        holes
    }

    /// What every unknown row of an output misses, if only one fact it looks at has holes ([`Columns::holes`]) in this tile.
    pub fn sole_missing(&self, output: usize, holes: &Missing) -> Option<Missing> {
        let possible = holes.common(&self.sweep.supports[output]);
        (possible.len() == 1).then_some(possible)
    }

    /// What a row whose output is unknown misses. Rows are best asked in order, all outputs of a row together.
    pub fn missing(&mut self, output: usize, row: usize) -> Missing {
        let dag = self.sweep.dag;
        let workspace = &mut *self.workspace;
        if workspace.case != Some(row) {
            workspace.case = Some(row);
            workspace.lazy.next_case();
            workspace.facts.clear();
            workspace.absent = Missing::default();
            for (place, fact) in dag.facts().iter().enumerate() {
                if fact.always_missing || !self.batch.provides(place, row) {
                    workspace.absent.insert(FactId(place as u16));
                }
            }
        }
        // Something is missing; if only one fact the output looks at is, it is that.
        let possible = workspace.absent.common(&self.sweep.supports[output]);
        if possible.len() == 1 {
            return possible;
        }
        if workspace.facts.is_empty() {
            let facts = dag.facts().iter().enumerate();
            workspace.facts.extend(
                facts.map(
                    |(place, fact)| if fact.always_missing { None } else { self.batch.value(place, fact.ty, row) },
                ),
            );
        }
        let Workspace { slots, lazy, facts, .. } = workspace;
        let population = |node: NodeId| {
            let Some(slot) = self.sweep.plan.populations.get(&node).map(|place| &slots[*place]) else {
                return PopulationAnswer::AsOperands;
            };
            if bit(&slot.known, row) {
                let value = slot.value(row);
                PopulationAnswer::Answer(Answer::Known(match dag.ty(node) {
                    Type::Date { .. } => Value::Date(value as i32),
                    _ => Value::Number(value),
                }))
            } else if slot.any_na && bit(&slot.na, row) {
                PopulationAnswer::Answer(Answer::NotApplicable(ReasonId(slot.reasons[row])))
            } else {
                PopulationAnswer::AsOperands
            }
        };
        lazy.answer(dag, self.sweep.outputs[output], facts, &population).missing().cloned().unwrap_or_default()
    }

    /// The whole answer of a row.
    pub fn answer(&mut self, output: usize, row: usize) -> Answer {
        match self.state(output, row) {
            State::Known => Answer::Known(self.value(output, row)),
            State::NotApplicable(reason) => Answer::NotApplicable(reason),
            State::Unknown => Answer::Unknown(self.missing(output, row)),
        }
    }
}

/// The facts that can be in each output's missing set.
pub(super) fn supports(dag: &Dag, outputs: &[NodeId]) -> Vec<Missing> {
    let mut sets: Vec<Missing> = Vec::with_capacity(dag.nodes().len());
    for node in dag.nodes() {
        let mut set = Missing::default();
        if let Op::Fact(fact) = node.op {
            set.insert(fact);
        }
        node.op.for_each_operand(|operand| set.join(&sets[operand.0 as usize]));
        sets.push(set);
    }
    outputs.iter().map(|output| sets[output.0 as usize].clone()).collect()
}
