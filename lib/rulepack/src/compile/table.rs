//! Decision tables with their hit policies, and scales.

use std::sync::Arc;

use super::compiler::{Compiler, Done, Made, Told};
use super::messages;
use super::program::{Body, Row};
use super::scope::Thing;
use super::tree::TreeKind;
use super::value::{Number, Piece, Text, TextHeld, Typed, kind, piece};
use crate::diagnostic::Place;
use crate::ir::{Dag, NodeId, Op, Type};
use crate::pack::{Hit, Written};
use crate::unit::Unit;

impl Compiler<'_> {
    /// The rows of a table: compiled once for all its output columns.
    fn rows(&mut self, table: usize) -> Made<Arc<Vec<Row>>> {
        if let Some(rows) = self.tables.get(&table) {
            return Ok(rows.clone());
        }
        let pack = self.pack.clone();
        let own = pack.tables.get(table).ok_or(Told)?;
        let mut subjects = Vec::new();
        for input in &own.inputs {
            if input.condition {
                subjects.push(None);
                continue;
            }
            let mut subject = self.expression(&input.expression)?;
            if let Some(unit) = self.unit_of(input.unit.as_ref())? {
                subject = self.in_unit(subject, &unit)?;
            }
            subjects.push(Some(self.sealed(subject)?));
        }
        let mut rows = Vec::new();
        let mut failed = false;
        for row in &own.rows {
            let mut nodes = Vec::new();
            let mut cells = Vec::new();
            for (written, subject) in row.tests.iter().zip(&subjects) {
                let cell = match subject {
                    Some(subject) => self.cell(written, subject),
                    None => self.condition_cell(written),
                };
                // All cells are looked at, so that an author sees all that is wrong at once.
                let made = cell.and_then(|cell| {
                    nodes.push(self.boolean(&cell)?);
                    self.tree(cell)
                });
                match made {
                    Ok(tree) => cells.push(tree),
                    Err(Told) => failed = true,
                }
            }
            let condition = self.dag.and(&nodes);
            rows.push(Row { id: row.id.clone(), place: row.place.clone(), condition, cells });
        }
        if failed {
            return Err(Told);
        }
        if own.hit == Hit::Priority {
            let order = self.priorities(table)?;
            rows = order.iter().filter_map(|at| rows.get(*at).cloned()).collect();
            self.orders.insert(table, order);
        }
        let rows = Arc::new(rows);
        self.tables.insert(table, rows.clone());
        Ok(rows)
    }

    /// A value whose bare companions have this unit.
    pub fn in_unit(&mut self, mut subject: Piece, unit: &Unit) -> Made<Piece> {
        match &mut subject.typed {
            Typed::Number(number) => {
                let mut own = number.clone();
                let mut other = Number::exact(unit.factor().clone()).with(unit.dimension(), Some(unit.clone()));
                number.unit = Some(unit.clone());
                self.same_unit(&mut own, &mut other, &subject.tree.place)?;
                Ok(subject)
            }
            other => {
                let found = kind(other);
                self.tell(messages::type_mismatch(
                    subject.tree.place,
                    ("数（表头写了单位）", "a number (the header has a unit)"),
                    found,
                ))
            }
        }
    }

    /// What a row gives; `—`: the output does not apply.
    fn result(&mut self, cell: &Written, unit: Option<&Unit>) -> Made<Piece> {
        if matches!(cell.text.as_str(), "-" | "—" | "–" | "——") {
            return Ok(piece(Typed::Null, TreeKind::Constant, cell.place.clone(), cell.text.clone()));
        }
        self.expression_in(cell, unit)
    }

    /// What the rows give in one output column: of one type, one unit, one set.
    fn results(&mut self, cells: &[&Written], unit: Option<&Unit>) -> Made<Vec<Piece>> {
        let made: Vec<Made<Piece>> = cells.iter().map(|cell| self.result(cell, unit)).collect();
        let pieces: Made<Vec<Piece>> = made.into_iter().collect();
        let mut pieces = pieces?;
        let words: Vec<String> = pieces
            .iter()
            .filter_map(|piece| match &piece.typed {
                Typed::Text(Text { held: TextHeld::Word { word, .. }, set: None }) => Some(word.clone()),
                _ => None,
            })
            .collect();
        let has = |set: &super::program::ValueSet, word: &String| {
            set.values
                .iter()
                .any(|value| value.code == *word || value.zh == *word || value.en.eq_ignore_ascii_case(word))
        };
        let all = if words.is_empty() {
            None
        } else {
            self.sets.iter().position(|set| words.iter().all(|word| has(set, word)))
        };
        for piece in &mut pieces {
            if let Typed::Text(text) = &mut piece.typed {
                text.set = text.set.or(all);
            }
        }
        let pieces = self.alike(pieces)?;
        match unit {
            Some(unit) => pieces.into_iter().map(|piece| self.declared(piece, Some(unit))).collect(),
            None => Ok(pieces),
        }
    }

    /// One output column of a table.
    pub fn table_output(&mut self, thing: &Thing, table: usize, output: Option<usize>) -> Made<Done> {
        let pack = self.pack.clone();
        let own = pack.tables.get(table).ok_or(Told)?;
        let rows = self.rows(table)?;
        let conditions: Vec<NodeId> = rows.iter().map(|row| row.condition).collect();
        let place = own.heading.place.clone();
        if own.hit == Hit::CollectCount {
            let (one, zero) = (self.dag.number(1, 0), self.dag.number(0, 0));
            let node = self.sum_of(&conditions, &vec![one; conditions.len()], zero, &place)?;
            let body = Body::Table { table, output, hit: own.hit, rows, results: Vec::new() };
            return self.done(thing, own.heading.law, Typed::Number(Number::node(node)), body);
        }
        let column = output.and_then(|at| own.outputs.get(at).map(|column| (at, column)));
        let Some((at, column)) = column else { return Err(Told) };
        let unit = self.unit_of(column.unit.as_ref())?;
        let mut cells: Vec<&Written> = own.rows.iter().filter_map(|row| row.results.get(at)).collect();
        if cells.is_empty() {
            return self.tell(messages::absent(place, "行", "rows"));
        }
        // Rows by priority are rows of which the first counts.
        let policy = own.hit;
        let mut hit = policy;
        if let (Hit::Priority, Some(order)) = (policy, self.orders.get(&table)) {
            cells = order.iter().filter_map(|at| cells.get(*at).copied()).collect();
            hit = Hit::First;
        }
        let results = self.results(&cells, unit.as_ref())?;
        let typed = self.joined(&results, hit == Hit::First, &place, &mut |compiler, nodes| {
            compiler.hit(policy, &conditions, nodes, &place)
        })?;
        let typed = match (typed, unit) {
            (Typed::Number(number), Some(unit)) => Typed::Number(number.with(unit.dimension(), Some(unit))),
            (typed, _) => typed,
        };
        let results = results.into_iter().map(|result| Arc::new(result.tree)).collect();
        self.done(thing, own.heading.law, typed, Body::Table { table, output, hit, rows, results })
    }

    /// The value of the rows that hit.
    pub fn hit(&mut self, hit: Hit, conditions: &[NodeId], values: &[NodeId], place: &Place) -> Made<NodeId> {
        let ty = values.first().map(|value| self.dag.ty(*value)).ok_or(Told)?;
        let nothing = self.dag.not_applicable(Dag::NO_ROW, ty);
        let number = matches!(ty, Type::Number { .. });
        if !number && !matches!(hit, Hit::First | Hit::Unique | Hit::Any | Hit::Priority) {
            return self.tell(messages::type_mismatch(
                place.clone(),
                ("汇总的数", "numbers to collect"),
                ("文字、日期或是否", "texts, dates or booleans"),
            ));
        }
        let node = match hit {
            Hit::First => {
                let values: Vec<NodeId> = values.iter().copied().chain([nothing]).collect();
                self.dag.first(conditions, &values)
            }
            Hit::Priority => {
                let (conditions, mut values) = self.agreeing(conditions, values, true);
                values.push(nothing);
                self.dag.first(&conditions, &values)
            }
            Hit::Any => {
                let (conditions, values) = self.agreeing(conditions, values, false);
                let conflict =
                    self.reason("conflict", "几行同时适用而结果不同", "several rows apply and their results differ");
                self.dag.unique(&conditions, &values, Dag::NO_ROW, conflict)
            }
            Hit::Unique => self.dag.unique(conditions, values, Dag::NO_ROW, Dag::OVERLAP),
            Hit::CollectSum | Hit::CollectCount => {
                let zero = self.dag.number(0, 0);
                return self.sum_of(conditions, values, zero, place);
            }
            Hit::CollectMax | Hit::CollectMin => {
                // A row that does not hit gives what no row is beyond; that some row hits is guarded.
                let aligned = self.dag.align(values);
                let values = self.fits(aligned, place)?;
                let greatest = hit == Hit::CollectMax;
                let ends = values.iter().map(|value| self.dag.number_type(*value));
                let (scale, end) = ends.fold((0, None), |(_, end), (scale, low, high)| {
                    let own = if greatest { low } else { high };
                    (scale, Some(end.map_or(own, |end: i128| if greatest { end.min(own) } else { end.max(own) })))
                });
                let neutral = self.dag.number(end.unwrap_or(0), scale);
                let mut each = Vec::new();
                for (condition, value) in conditions.iter().zip(&values) {
                    let one = self.dag.select(*condition, *value, neutral);
                    each.push(self.fits(one, place)?);
                }
                let all = if greatest { self.dag.maximum(&each) } else { self.dag.minimum(&each) };
                let all = self.fits(all, place)?;
                let any = self.dag.or(conditions);
                return Ok(self.dag.guard(any, all, Dag::NO_ROW));
            }
        };
        self.fits(node, place)
    }

    /// Rows that give the same as one: it hits if any of them does. `neighbours`: only rows that follow one another.
    fn agreeing(&mut self, conditions: &[NodeId], values: &[NodeId], neighbours: bool) -> (Vec<NodeId>, Vec<NodeId>) {
        let mut groups: Vec<(NodeId, Vec<NodeId>)> = Vec::new();
        for (condition, value) in conditions.iter().zip(values) {
            let known = if neighbours { groups.len().saturating_sub(1) } else { 0 };
            match groups.iter_mut().skip(known).find(|(other, _)| other == value) {
                Some((_, hits)) => hits.push(*condition),
                None => groups.push((*value, vec![*condition])),
            }
        }
        groups.into_iter().map(|(value, hits)| (self.dag.or(&hits), value)).unzip()
    }

    /// The rows of a table by priority, the first before all others: the places of what they give in its declared texts, output
    /// columns from left to right (columns of anything else do not count), then the rows as written.
    fn priorities(&mut self, table: usize) -> Made<Vec<usize>> {
        let pack = self.pack.clone();
        let own = pack.tables.get(table).ok_or(Told)?;
        let mut keys: Vec<Vec<usize>> = vec![Vec::new(); own.rows.len()];
        for (at, column) in own.outputs.iter().enumerate() {
            let cells: Vec<&Written> = own.rows.iter().filter_map(|row| row.results.get(at)).collect();
            let unit = self.unit_of(column.unit.as_ref())?;
            let results = self.results(&cells, unit.as_ref())?;
            for (key, result) in keys.iter_mut().zip(&results) {
                let Typed::Text(Text { held: TextHeld::Node(node), set: Some(set) }) = &result.typed else { continue };
                let Op::Text(code) = self.dag.node(*node).op else {
                    return self.tell(messages::not_constant(result.tree.place.clone()));
                };
                let code = self.dag.text_of(code);
                let order = self.sets.get(*set).map(|set| set.values.as_slice()).unwrap_or_default();
                key.push(order.iter().position(|value| *value.code == **code).unwrap_or(order.len()));
            }
        }
        if keys.iter().all(Vec::is_empty) {
            return self.tell(messages::no_priority(own.heading.place.clone()));
        }
        let mut order: Vec<usize> = (0..own.rows.len()).collect();
        order.sort_by(|a, b| keys.get(*a).cmp(&keys.get(*b)));
        Ok(order)
    }

    fn sum_of(&mut self, conditions: &[NodeId], values: &[NodeId], zero: NodeId, place: &Place) -> Made<NodeId> {
        let mut each = Vec::new();
        for (condition, value) in conditions.iter().zip(values) {
            let one = self.dag.select(*condition, *value, zero);
            each.push(self.fits(one, place)?);
        }
        let sum = self.dag.add(&each);
        self.fits(sum, place)
    }
}
