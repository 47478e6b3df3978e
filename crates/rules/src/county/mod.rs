//! The county as a population: the enterprises of the register as columns, and a pack over all of them.
//!
//! The same sweep as for files; a case may stand among them in the place of its enterprise, so that ranks, classes and means
//! are those it would have.

mod kept;
mod ranked;
mod tally;
mod wanted;

#[cfg(test)]
pub(crate) mod tests;

use std::sync::Arc;

use kernel::EnterpriseId;
use registry::facts::{Elsewhere, FactRow, FactRows};
use rulepack::case::Case;
use rulepack::compile::Program;
use rulepack::interpret::Value;
use rulepack::ir::{Dag, NodeId};
use rulepack::sweep::{Batch, Collected, Collector, Columns, Results, Sweep, TILE, Texts};

use crate::files::{Cell, FactColumn, Tile, read_cell};

pub use kept::Keeper;
pub use tally::Tally;
pub use wanted::Wanted;

/// Tiles from which a second thread pays.
const TILES_FOR_TWO: usize = 3;

/// An enterprise as lists name it.
#[derive(Clone, Debug)]
pub struct Member {
    pub id: EnterpriseId,
    pub credit_code: String,
    pub name: String,
    /// Code of GB/T 4754; may be empty.
    pub industry: String,
}

/// The enterprises of the register with the facts one program reads.
#[derive(Debug)]
pub struct County {
    program: Arc<Program>,
    facts: Vec<FactColumn>,
    members: Vec<Member>,
    tiles: Vec<Tile>,
    texts: Texts,
    /// Per fact of the program: how many enterprises have it.
    held: Vec<u64>,
    /// Per fact of the program: values of another time than the one it speaks of, which were not taken; may be empty.
    elsewhere: Vec<Elsewhere>,
    /// Tile and row of the case that was put in.
    own: Option<(usize, usize)>,
}

/// A case to be put among the enterprises.
#[derive(Clone, Copy, Debug)]
pub struct Own<'a> {
    /// The enterprise it stands for; none: one more.
    pub enterprise: Option<EnterpriseId>,
    pub case: &'a Case,
}

/// Codes of the facts a program reads, in its order; what is still to be published is asked of nobody.
pub fn codes(program: &Program) -> Vec<&str> {
    program.facts.iter().map(rulepack::compile::FactInfo::code).collect()
}

impl County {
    /// Makes columns of rows whose values are in the order of [`codes`].
    pub fn new(program: Arc<Program>, rows: Vec<FactRow>) -> Self {
        let facts = FactColumn::of_program(&program);
        let dag = &program.dag;
        let mut texts = Texts::new(dag);
        let mut tiles = Vec::with_capacity(rows.len().div_ceil(TILE));
        let mut held = vec![0; facts.len()];
        for (some, first) in rows.chunks(TILE).zip((0..).step_by(TILE)) {
            let mut tile = Tile::new(&facts, Texts::new(dag));
            tile.start(&facts, some.len(), first);
            // One numbering of texts for all tiles: what is remembered of a text holds from tile to tile.
            std::mem::swap(&mut tile.texts, &mut texts);
            for (row, enterprise) in some.iter().enumerate() {
                for (place, (fact, text)) in facts.iter().zip(&enterprise.values).enumerate() {
                    if dag.facts().get(place).is_some_and(|fact| fact.always_missing) {
                        continue;
                    }
                    let cell = text.as_deref().and_then(|text| read_cell(fact, text));
                    if let (Some(cell), Some(held)) = (cell, held.get_mut(place)) {
                        *held += 1;
                        tile.set(place, row, &cell);
                    }
                }
            }
            std::mem::swap(&mut tile.texts, &mut texts);
            tiles.push(tile);
        }
        let member = |row: FactRow| Member {
            id: row.enterprise,
            credit_code: row.credit_code,
            name: row.name,
            industry: row.industry.map(|code| code.as_str().to_owned()).unwrap_or_default(),
        };
        let members = rows.into_iter().map(member).collect();
        Self { program, facts, members, tiles, texts, held, elsewhere: Vec::new(), own: None }
    }

    /// The same of what the register gave, with what it could not give.
    pub fn of(program: Arc<Program>, found: FactRows) -> Self {
        Self { elsewhere: found.elsewhere, ..Self::new(program, found.rows) }
    }

    /// The same with a case in the place of its enterprise, or as one more.
    pub fn with(&self, own: Own) -> Self {
        let found = own.enterprise.and_then(|id| self.members.iter().position(|member| member.id == id));
        let mut tiles = self.tiles.clone();
        let mut texts = self.texts.clone();
        let own_place = match found {
            Some(row) => (row / TILE, row % TILE),
            None => {
                let mut tile = Tile::new(&self.facts, Texts::new(&self.program.dag));
                tile.start(&self.facts, 1, self.cases());
                tiles.push(tile);
                (tiles.len() - 1, 0)
            }
        };
        if let Some(tile) = tiles.get_mut(own_place.0) {
            let row = own_place.1;
            std::mem::swap(&mut tile.texts, &mut texts);
            for (place, value) in own.case.facts.iter().enumerate().take(self.facts.len()) {
                if let Some(buffer) = tile.buffers.get_mut(place) {
                    for bits in [&mut buffer.present, &mut buffer.bits] {
                        if let Some(word) = bits.get_mut(row / 64) {
                            *word &= !(1 << (row % 64));
                        }
                    }
                }
                if let Some(value) = value {
                    tile.set(place, row, &cell(value));
                }
            }
            std::mem::swap(&mut tile.texts, &mut texts);
        }
        Self {
            program: self.program.clone(),
            facts: self.facts.clone(),
            // Nobody is listed among whom a case was put.
            members: Vec::new(),
            tiles,
            texts,
            held: self.held.clone(),
            elsewhere: self.elsewhere.clone(),
            own: Some(own_place),
        }
    }

    /// Whether anybody has reported a fact the program reads; what the register itself knows does not count, unless the program
    /// reads nothing else.
    pub fn is_reported(&self) -> bool {
        let register = |code: &str| ["credit_code", "industry", "employees", "above_scale"].contains(&code);
        let asked = self.facts.iter().zip(&self.held).filter(|(fact, _)| !register(&fact.code));
        let mut asked = asked.peekable();
        asked.peek().is_none() || asked.any(|(_, held)| *held > 0)
    }

    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The enterprises, in the order of the register.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// How many enterprises have each fact of the program.
    pub fn held(&self) -> &[u64] {
        &self.held
    }

    /// Values of a fact, by its place, that speak of another time and were not taken; none if no enterprise has only such.
    pub fn elsewhere(&self, place: usize) -> Option<&Elsewhere> {
        self.elsewhere.get(place).filter(|elsewhere| elsewhere.enterprises > 0)
    }

    /// How many cases there are: the enterprises, and a case that is none of them.
    pub fn cases(&self) -> usize {
        self.tiles.iter().map(|tile| tile.rows).sum()
    }

    /// Whether the enterprise of this row has the fact.
    fn provides(&self, place: usize, row: usize) -> bool {
        let buffer = self.tiles.get(row / TILE).and_then(|tile| tile.buffers.get(place));
        let row = row % TILE;
        buffer.and_then(|buffer| buffer.present.get(row / 64)).is_some_and(|word| word >> (row % 64) & 1 == 1)
    }

    /// The answers of all population functions below these nodes.
    fn results(&self, nodes: &[NodeId]) -> Results {
        let dag = &self.program.dag;
        let stages = nodes.iter().map(|node| dag.node(*node).stage).max().unwrap_or(0);
        let mut results = Results::default();
        for stage in 1..=stages {
            let Some(collector) = Collector::new(dag, nodes, stage) else { continue };
            let parts = self
                .each(collector.sweep(), &results, |part: &mut Collected, columns, _| collector.take(columns, part));
            results.add(&collector, parts);
        }
        results
    }

    /// Runs a sweep over all tiles, each with the place of its first row, on two threads if there are many; each part is of rows one after the other, in their order.
    fn each<J: Default + Send>(
        &self,
        sweep: &Sweep,
        results: &Results,
        tile: impl Fn(&mut J, &mut Columns, usize) + Sync,
    ) -> Vec<J> {
        let run = |tiles: &[Tile]| {
            let mut workspace = sweep.workspace();
            let mut job = J::default();
            for buffers in tiles {
                let columns = buffers.columns(&self.facts);
                let batch =
                    Batch { rows: buffers.rows, columns: &columns, texts: &self.texts, first_row: buffers.first_row };
                tile(&mut job, &mut sweep.run(&mut workspace, &batch, results), buffers.first_row);
            }
            job
        };
        if self.tiles.len() < TILES_FOR_TWO {
            return vec![run(&self.tiles)];
        }
        let (first, second) = self.tiles.split_at(self.tiles.len() / 2);
        std::thread::scope(|scope| {
            let other = scope.spawn(|| run(second));
            let mut all = vec![run(first)];
            // A thread that panicked has said so; its part would be missing, so the panic goes on here.
            match other.join() {
                Ok(part) => all.push(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
            all
        })
    }
}

fn cell(value: &Value) -> Cell<'_> {
    match value {
        Value::Number(number) => Cell::Number(*number),
        Value::Boolean(value) => Cell::Boolean(*value),
        Value::Text(text) => Cell::Text(text),
        Value::Date(days) => Cell::Date(*days),
    }
}

/// Whether an answer of the program needs to know all cases.
pub fn is_of_all(dag: &Dag, nodes: &[NodeId]) -> bool {
    nodes.iter().any(|node| dag.node(*node).stage > 0)
}
