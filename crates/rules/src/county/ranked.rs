//! One case among all: what functions over the county answer for it.

use std::collections::HashMap;

use rulepack::interpret::Answer;
use rulepack::ir::{NodeId, Op};
use rulepack::sweep::{Results, Sweep};

use super::County;
use crate::files::Tile;

impl County {
    /// The answers of the population functions for the case that was put in, for [`rulepack::case::Case::population`].
    pub fn population(&self) -> HashMap<NodeId, Answer> {
        let nodes = self.program.dag.nodes().iter().zip(0..);
        let nodes: Vec<NodeId> =
            nodes.filter(|(node, _)| matches!(node.op, Op::Population(_))).map(|(_, place)| NodeId(place)).collect();
        let answers = self.own.map(|place| self.answers_of(place, &nodes)).unwrap_or_default();
        nodes.into_iter().zip(answers).collect()
    }

    /// All these answers of one row.
    fn answers_of(&self, (tile, row): (usize, usize), nodes: &[NodeId]) -> Vec<Answer> {
        let results: Results = self.results(nodes);
        let sweep = Sweep::new(&self.program.dag, nodes);
        let Some(tile) = self.tiles.get(tile) else { return Vec::new() };
        self.answers_in(&sweep, &results, tile, row)
    }

    fn answers_in(&self, sweep: &Sweep, results: &Results, tile: &Tile, row: usize) -> Vec<Answer> {
        let columns = tile.columns(&self.facts);
        let batch = rulepack::sweep::Batch {
            rows: tile.rows,
            columns: &columns,
            texts: &self.texts,
            first_row: tile.first_row,
        };
        let mut workspace = sweep.workspace();
        let mut columns = sweep.run(&mut workspace, &batch, results);
        (0..sweep.outputs().len()).map(|output| columns.answer(output, row)).collect()
    }
}
