//! A run: the rules over a file of facts, tile by tile on several threads, in memory that does not grow with the file.
//!
//! Population functions take a pass over the file for every stage and keep only their arguments. Answers are written beside the
//! target and put in its place when all is well, so that nothing half-written is ever seen.

mod feed;
mod pass;
mod pick;
mod write;

#[cfg(test)]
mod damage_tests;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use rulepack::compile::{CompiledPack, Output, Program};
use rulepack::diagnostic::Words;
use rulepack::ir::{Dag, NodeId, Type};
use rulepack::suggest::nearest;
use rulepack::sweep::{Collected, Collector, Columns, Counts, Results, Sweep};

use crate::files::{FactColumn, FileError};
use pass::{Pass, pass};
pub use pick::{Picked, pick};

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
        let named = named(program).into_iter().map(|(name, output)| (name, output.node));
        Self { dag: &program.dag, facts: FactColumn::of_program(program), outputs: named.collect() }.reading()
    }

    /// Only these outputs, in this order: names as they stand in a file of answers, or the Chinese or English ones.
    ///
    /// # Errors
    /// There is no such output, or several; said with what there is.
    pub fn only(program: &'a Program, wanted: &[String]) -> Result<Self, Words> {
        let all = named(program);
        let mut outputs: Vec<(String, NodeId)> = Vec::new();
        for name in wanted.iter().map(|name| name.trim()) {
            let by_column = all.iter().filter(|(column, _)| column == name);
            let called = |output: &Output| {
                output.code == name || output.name.zh == name || output.name.en.eq_ignore_ascii_case(name)
            };
            let mut found: Vec<_> = by_column.collect();
            if found.is_empty() {
                found = all.iter().filter(|(_, output)| called(output)).collect();
            }
            let [(column, output)] = found[..] else {
                let columns: Vec<&str> = all.iter().map(|(column, _)| column.as_str()).take(20).collect();
                let near = nearest(name, all.iter().map(|(column, _)| column.as_str()));
                let near = near.map_or_else(String::new, |near| format!(" {near}?"));
                return Err(Words::new(
                    format!("没有名为“{name}”的结果。{near}可写：{}", columns.join("、")),
                    format!("no output is called “{name}”.{near} There are: {}", columns.join(", ")),
                ));
            };
            if outputs.iter().all(|(known, _)| known != column) {
                outputs.push((column.clone(), output.node));
            }
        }
        Ok(Self { dag: &program.dag, facts: FactColumn::of_program(program), outputs }.reading())
    }

    /// Reads only the facts that the outputs rest on.
    fn reading(mut self) -> Self {
        let nodes: Vec<NodeId> = self.outputs.iter().map(|(_, node)| *node).collect();
        let needed = self.dag.reachable(&nodes);
        for (column, fact) in self.facts.iter_mut().zip(self.dag.facts()) {
            column.read = !fact.always_missing && needed[fact.node.0 as usize];
        }
        self
    }
}

/// The outputs of a program with the names of their columns.
fn named(program: &Program) -> Vec<(String, &Output)> {
    let all = || program.packs.iter().flat_map(|pack| pack.outputs.iter().map(move |output| (pack, output)));
    let mut uses: HashMap<&str, usize> = HashMap::new();
    for (_, output) in all() {
        *uses.entry(&output.code).or_default() += 1;
    }
    let name = |(pack, output): (&CompiledPack, _)| {
        let output: &Output = output;
        let alone = uses.get(output.code.as_str()) == Some(&1);
        if alone { output.code.clone() } else { format!("{}.{}", pack.source.code, output.code) }
    };
    all().map(|(pack, output)| (name((pack, output)), output)).collect()
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
    let collectors = collectors(task.dag, &nodes);
    let passes = collectors.len() + 1;
    let mut summary = Summary::default();
    let results = results(task, &collectors, passes, input, options, &mut summary)?;
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

/// One for every stage of the functions over all cases that these nodes need.
fn collectors<'d>(dag: &'d Dag, nodes: &[NodeId]) -> Vec<Collector<'d>> {
    let stages = nodes.iter().map(|node| dag.node(*node).stage).max().unwrap_or(0);
    (1..=stages).filter_map(|stage| Collector::new(dag, nodes, stage)).collect()
}

/// Runs a pass over the file for every collector.
fn results(
    task: &Task,
    collectors: &[Collector],
    passes: usize,
    input: &Path,
    options: &Options,
    summary: &mut Summary,
) -> Result<Results, FileError> {
    let mut results = Results::default();
    for (done, collector) in collectors.iter().enumerate() {
        let mut parts: Vec<Collected> = Vec::new();
        let stage = Pass {
            task,
            input,
            options,
            sweep: collector.sweep(),
            results: &results,
            ids: false,
            number: done,
            passes,
        };
        pass(
            &stage,
            summary,
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
    Ok(results)
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
