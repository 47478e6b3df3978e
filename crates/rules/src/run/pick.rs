//! One enterprise of a file, seen among all of them: its facts, and what functions over the set (ranks, means …) answer for it.

use std::collections::HashMap;
use std::path::Path;

use rulepack::diagnostic::Words;
use rulepack::interpret::{Answer, Value};
use rulepack::ir::{NodeId, Op};
use rulepack::sweep::{Batch, Columns, Results, Sweep};

use super::pass::{Pass, pass};
use super::{Options, Summary, Task, collectors, results};
use crate::files::{FileError, Kind, Tile, look};

/// An enterprise of a file.
#[derive(Clone, Debug)]
pub struct Picked {
    /// Empty if the file has no ids.
    pub id: String,
    /// How many enterprises the file has.
    pub rows: u64,
    /// In the order of the graph's facts; none: not provided.
    pub facts: Vec<Option<Value>>,
    /// The answers of all functions over the set of the graph.
    pub population: HashMap<NodeId, Answer>,
}

/// A row that was asked for.
struct Found {
    row: usize,
    picked: Picked,
}

/// Finds the enterprise with this id, or without an id the only one there is. All rows are read, as all of them make the set.
///
/// # Errors
/// The file cannot be read, a cell is wrong, or not exactly one row is meant.
pub fn pick(task: &Task, input: &Path, id: Option<&str>, options: &Options) -> Result<Picked, FileError> {
    let ids = id.is_some() || look(input, &task.facts)?.has_id;
    if id.is_none() {
        let (rows, first) = first(task, input, ids, options)?;
        if rows != 1 {
            return Err(FileError::file(input, not_one(rows, &first)));
        }
    }
    let nodes = task.dag.nodes().iter().zip(0..).filter(|(node, _)| matches!(node.op, Op::Population(_)));
    let nodes: Vec<NodeId> = nodes.map(|(_, place)| NodeId(place)).collect();
    let collectors = collectors(task.dag, &nodes);
    let passes = collectors.len() + 1;
    let mut summary = Summary::default();
    let results = results(task, &collectors, passes, input, options, &mut summary)?;
    let sweep = Sweep::new(task.dag, &nodes);
    let last = Pass { task, input, options, sweep: &sweep, results: &results, ids, number: passes - 1, passes };
    let mut found: Vec<Found> = Vec::new();
    pass(
        &last,
        &mut summary,
        |part: &mut Vec<Found>, mut columns, tile| {
            for row in 0..columns.rows() {
                let own = tile.ids.text(row);
                if id.is_none_or(|id| own.as_deref().is_some_and(|own| own.trim() == id.trim())) {
                    part.push(row_of(task, &nodes, &mut columns, tile, row, own.unwrap_or_default()));
                }
            }
            Ok(())
        },
        Ok,
        |part| {
            found.extend(part);
            Ok(())
        },
    )?;
    let rows = summary.rows;
    match (found.len(), id) {
        (1, _) => {}
        (0, Some(id)) => {
            let what = Words::new(
                format!("{rows} 户企业里没有 id 为“{id}”的"),
                format!("none of its {rows} enterprises has the id “{id}”"),
            );
            return Err(FileError::file(input, what));
        }
        (_, id) => {
            // A spreadsheet counts its header as a row.
            let from = if Kind::of(input)? == Kind::Parquet { 1 } else { 2 };
            let places: Vec<String> = found.iter().take(5).map(|one| (one.row + from).to_string()).collect();
            let id = id.unwrap_or_default();
            let what = Words::new(
                format!("id “{id}”出现 {} 次（第 {} 行），应当只有一户", found.len(), places.join("、")),
                format!(
                    "the id “{id}” stands there {} times (rows {}); it has to be one",
                    found.len(),
                    places.join(", ")
                ),
            );
            return Err(FileError::file(input, what));
        }
    }
    let mut picked = found.remove(0).picked;
    picked.rows = rows;
    Ok(picked)
}

/// How many rows there are, and the id of the first.
fn first(task: &Task, input: &Path, ids: bool, options: &Options) -> Result<(u64, String), FileError> {
    let (sweep, results, mut summary) = (Sweep::new(task.dag, &[]), Results::default(), Summary::default());
    let only = Pass { task, input, options, sweep: &sweep, results: &results, ids, number: 0, passes: 1 };
    let mut first = None;
    pass(
        &only,
        &mut summary,
        |part: &mut Option<String>, _, tile: &Tile| {
            part.get_or_insert_with(|| tile.ids.text(0).unwrap_or_default());
            Ok(())
        },
        Ok,
        |part| {
            first = first.take().or(part);
            Ok(())
        },
    )?;
    Ok((summary.rows, first.unwrap_or_default()))
}

fn not_one(rows: u64, first: &str) -> Words {
    match (rows, first.is_empty()) {
        (0, _) => Words::new("没有企业", "there are no enterprises in it"),
        (_, true) => Words::new(
            format!("有 {rows} 户企业，但没有 id 列：请给每户一个编号，列名写 id，再用 --id 指明要解释哪一户"),
            format!(
                "it has {rows} enterprises and no id column: give every enterprise one under the header id, and say with --id which to explain"
            ),
        ),
        _ => Words::new(
            format!("有 {rows} 户企业：请用 --id 指明要解释哪一户，例如 --id {first}"),
            format!("it has {rows} enterprises: say with --id which one to explain, for instance --id {first}"),
        ),
    }
}

fn row_of(task: &Task, nodes: &[NodeId], columns: &mut Columns, tile: &Tile, row: usize, id: String) -> Found {
    let given = tile.columns(&task.facts);
    let batch = Batch { rows: tile.rows, columns: &given, texts: &tile.texts, first_row: tile.first_row };
    let facts = task.dag.facts().iter().enumerate();
    let facts =
        facts.map(|(place, fact)| if fact.always_missing { None } else { batch.value(place, fact.ty, row) }).collect();
    let population = nodes.iter().enumerate().map(|(output, node)| (*node, columns.answer(output, row))).collect();
    Found { row: tile.first_row + row, picked: Picked { id, rows: 0, facts, population } }
}
