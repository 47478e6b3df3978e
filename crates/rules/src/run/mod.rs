//! A run: the rules over a file of facts, tile by tile on several threads, in memory that does not grow with the file.
//!
//! Population functions take a pass over the file for every stage and keep only their arguments. Answers are written beside the
//! target and put in its place when all is well, so that nothing half-written is ever seen.

mod feed;
mod pass;
mod write;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use rulepack::compile::Program;
use rulepack::ir::{Dag, NodeId, Type};
use rulepack::sweep::{Collected, Collector, Columns, Counts, Results, Sweep};

use crate::files::{FactColumn, FileError};
use pass::{Pass, pass};

/// What is to be run.
#[derive(Clone, Debug)]
pub struct Task<'a> {
    pub dag: &'a Dag,
    /// One per fact of the graph, in order.
    pub facts: Vec<FactColumn>,
    /// Names, each once, and their nodes.
    pub outputs: Vec<(String, NodeId)>,
}

impl<'a> Task<'a> {
    /// All outputs of a program; a name that several packs use gets the pack's code in front.
    pub fn of_program(program: &'a Program) -> Self {
        let all = || program.packs.iter().flat_map(|pack| pack.outputs.iter().map(move |output| (pack, output)));
        let mut uses: HashMap<&str, usize> = HashMap::new();
        for (_, output) in all() {
            *uses.entry(&output.code).or_default() += 1;
        }
        let name = |(pack, output): (&rulepack::compile::CompiledPack, &rulepack::compile::Output)| {
            let alone = uses.get(output.code.as_str()) == Some(&1);
            let name = if alone { output.code.clone() } else { format!("{}.{}", pack.source.code, output.code) };
            (name, output.node)
        };
        Self { dag: &program.dag, facts: FactColumn::of_program(program), outputs: all().map(name).collect() }
    }
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Passes over the file that are done, and how many there are.
    pub pass: usize,
    pub passes: usize,
    pub rows: u64,
    /// Thousandths of this pass, if the file's size tells.
    pub share: Option<u32>,
}

/// How to run.
pub struct Options<'a> {
    pub threads: usize,
    pub progress: &'a (dyn Fn(Progress) + Sync),
    /// Set from outside: the run stops and writes nothing.
    pub cancel: &'a AtomicBool,
}

/// How often each answer was given by one output.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutputCounts {
    pub counts: Counts,
    /// Of a text: how often each value.
    pub values: BTreeMap<String, u64>,
}

/// What a run has done.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    pub rows: u64,
    /// Per output, in order.
    pub outputs: Vec<OutputCounts>,
    /// Time on the wall, and summed over the threads: reading, rules, writing.
    pub wall: Duration,
    pub reading: Duration,
    pub rules: Duration,
    pub writing: Duration,
}

/// Counts the answers of a file of facts.
///
/// # Errors
/// The file cannot be read, a cell is wrong, or the run was cancelled.
pub fn count(task: &Task, input: &Path, options: &Options) -> Result<Summary, FileError> {
    run(task, input, None, options)
}

/// Writes the answers of every case of a file of facts; counts them on the way.
///
/// # Errors
/// A file cannot be read or written, a cell is wrong, or the run was cancelled. The target is then as it was.
pub fn write(task: &Task, input: &Path, output: &Path, options: &Options) -> Result<Summary, FileError> {
    run(task, input, Some(output), options)
}

fn run(task: &Task, input: &Path, output: Option<&Path>, options: &Options) -> Result<Summary, FileError> {
    let started = Instant::now();
    let nodes: Vec<NodeId> = task.outputs.iter().map(|(_, node)| *node).collect();
    let stages = nodes.iter().map(|node| task.dag.node(*node).stage).max().unwrap_or(0);
    let collectors: Vec<Collector> = (1..=stages).filter_map(|stage| Collector::new(task.dag, &nodes, stage)).collect();
    let passes = collectors.len() + 1;
    let mut summary = Summary::default();
    let mut results = Results::default();
    for (done, collector) in collectors.iter().enumerate() {
        let mut parts: Vec<Collected> = Vec::new();
        pass(
            &Pass {
                task,
                input,
                options,
                sweep: collector.sweep(),
                results: &results,
                ids: false,
                number: done,
                passes,
            },
            &mut summary,
            |part: &mut Collected, columns, _| {
                collector.take(&columns, part);
                Ok(())
            },
            Ok,
            |part| {
                parts.push(part);
                Ok(())
            },
        )?;
        results.add(collector, parts);
    }
    let sweep = Sweep::new(task.dag, &nodes);
    let last = Pass {
        task,
        input,
        options,
        sweep: &sweep,
        results: &results,
        ids: output.is_some(),
        number: passes - 1,
        passes,
    };
    let mut counts = vec![OutputCounts::default(); nodes.len()];
    match output {
        None => pass(
            &last,
            &mut summary,
            |part: &mut Vec<OutputCounts>, columns, _| {
                count_tile(task, &columns, part);
                Ok(())
            },
            Ok,
            |part| {
                join(&mut counts, part);
                Ok(())
            },
        )?,
        Some(output) => write::write(&last, output, &mut summary, &mut counts)?,
    }
    summary.rows = counts
        .first()
        .map_or(summary.rows, |first| first.counts.known + first.counts.unknown + first.counts.not_applicable);
    summary.outputs = counts;
    summary.wall = started.elapsed();
    Ok(summary)
}

fn count_tile(task: &Task, columns: &Columns, counts: &mut Vec<OutputCounts>) {
    counts.resize(task.outputs.len(), OutputCounts::default());
    for (place, ((_, node), counts)) in task.outputs.iter().zip(counts).enumerate() {
        counts.counts.add(columns.counts(place));
        if task.dag.ty(*node) == Type::Text {
            columns.count_texts(place, &mut counts.values);
        }
    }
}

fn join(all: &mut [OutputCounts], part: Vec<OutputCounts>) {
    for (all, part) in all.iter_mut().zip(part) {
        all.counts.add(part.counts);
        for (value, count) in part.values {
            *all.values.entry(value).or_default() += count;
        }
    }
}
