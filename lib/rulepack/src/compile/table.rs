//! Decision tables with their hit policies, and scales.

use std::sync::Arc;

use super::compiler::{Compiler, Done, Made, Told};
use super::messages;
use super::program::{Body, Row, ScaleStep, TreeKind};
use super::scope::Thing;
use super::value::{Number, Piece, Text, TextHeld, Typed, kind, piece};
use crate::diagnostic::Place;
use crate::ir::{Dag, NodeId, Type};
use crate::pack::{Hit, ScaleKind, Written};
use crate::syntax::ast::Comparison;
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
        let cells: Vec<&Written> = own.rows.iter().filter_map(|row| row.results.get(at)).collect();
        if cells.is_empty() {
            return self.tell(messages::absent(place, "行", "rows"));
        }
        let results = self.results(&cells, unit.as_ref())?;
        let hit = own.hit;
        let typed = self.joined(&results, hit == Hit::First, &place, &mut |compiler, nodes| {
            compiler.hit(hit, &conditions, nodes, &place)
        })?;
        let typed = match (typed, unit) {
            (Typed::Number(number), Some(unit)) => Typed::Number(number.with(unit.dimension(), Some(unit))),
            (typed, _) => typed,
        };
        let results = results.into_iter().map(|result| Arc::new(result.tree)).collect();
        self.done(thing, own.heading.law, typed, Body::Table { table, output, hit, rows, results })
    }

    /// The value of the rows that hit.
    fn hit(&mut self, hit: Hit, conditions: &[NodeId], values: &[NodeId], place: &Place) -> Made<NodeId> {
        let ty = values.first().map(|value| self.dag.ty(*value)).ok_or(Told)?;
        let nothing = self.dag.not_applicable(Dag::NO_ROW, ty);
        let number = matches!(ty, Type::Number { .. });
        if !number && !matches!(hit, Hit::First | Hit::Unique) {
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

    fn sum_of(&mut self, conditions: &[NodeId], values: &[NodeId], zero: NodeId, place: &Place) -> Made<NodeId> {
        let mut each = Vec::new();
        for (condition, value) in conditions.iter().zip(values) {
            let one = self.dag.select(*condition, *value, zero);
            each.push(self.fits(one, place)?);
        }
        let sum = self.dag.add(&each);
        self.fits(sum, place)
    }

    /// A scale of rates or amounts.
    pub fn scale(&mut self, thing: &Thing, at: usize) -> Made<Done> {
        let pack = self.pack.clone();
        let own = pack.scales.get(at).ok_or(Told)?;
        let place = own.heading.place.clone();
        let written = own.base.as_ref().ok_or(Told)?;
        let mut base = self.expression(written)?;
        let bounds_unit = self.unit_of(own.bounds_unit.as_ref())?;
        if let Some(unit) = &bounds_unit {
            base = self.in_unit(base, unit)?;
        }
        let amount_unit = self.unit_of(own.amount_unit.as_ref().or(own.unit.as_ref()))?;
        let base = self.sealed(base)?;
        let base_number = self.number(&base)?;
        let mut steps = Vec::new();
        let (mut conditions, mut parts) = (Vec::new(), Vec::new());
        for step in &own.steps {
            let bound =
                |compiler: &mut Self, written: &Option<Written>| -> Made<Option<(Number, Arc<super::program::Tree>)>> {
                    let Some(written) = written else { return Ok(None) };
                    let mut piece = compiler.expression_in(written, bounds_unit.as_ref())?;
                    let mut number = compiler.number(&piece)?;
                    compiler.same_unit(&mut base_number.clone(), &mut number, &written.place)?;
                    piece.typed = Typed::Number(number.clone());
                    Ok(Some((number, compiler.tree(piece)?)))
                };
            let from = bound(self, &step.from)?;
            let to = bound(self, &step.to)?;
            let (rate, amount) =
                self.step_value(step.rate.as_ref(), step.amount.as_ref(), amount_unit.as_ref(), &step.place)?;
            let reaches = |compiler: &mut Self, how, bound: &Option<(Number, Arc<super::program::Tree>)>| match bound {
                Some((number, _)) => compiler.compare_numbers(how, &base_number, number, &step.place),
                None => Ok(compiler.dag.boolean(true)),
            };
            let (condition, part) = match own.kind {
                ScaleKind::Slice => {
                    let above = reaches(self, Comparison::GreaterOrEqual, &from)?;
                    let below = reaches(self, Comparison::Less, &to)?;
                    let part = match (&rate, &amount) {
                        (Some((rate, _)), _) => self.product(&base_number, rate, &step.place)?,
                        (None, Some((amount, _))) => amount.clone(),
                        (None, None) => return Err(Told),
                    };
                    (self.dag.and(&[above, below]), part)
                }
                ScaleKind::Marginal => {
                    let condition = reaches(self, Comparison::Greater, &from)?;
                    let Some((rate, _)) = &rate else {
                        return self.tell(messages::absent(step.place.clone(), "比例", "rate"));
                    };
                    let part = self.slice_of(
                        &base_number,
                        from.as_ref().map(|one| &one.0),
                        to.as_ref().map(|one| &one.0),
                        &step.place,
                    )?;
                    (condition, self.product(&part, rate, &step.place)?)
                }
            };
            let unit = amount_unit.clone().or_else(|| base_number.unit.clone());
            let part = Number { unit, ..part };
            let node = self.plain(&part, &step.place)?;
            conditions.push(condition);
            parts.push((node, part));
            steps.push(ScaleStep {
                place: step.place.clone(),
                from: from.map(|one| one.1),
                to: to.map(|one| one.1),
                rate: rate.map(|one| one.1),
                amount: amount.map(|one| one.1),
                condition,
                part: node,
            });
        }
        let Some((_, like)) = parts.first().cloned() else {
            return self.tell(messages::absent(place, "行", "rows"));
        };
        let nodes: Vec<NodeId> = parts.iter().map(|(node, _)| *node).collect();
        let node = match own.kind {
            ScaleKind::Marginal => {
                let sum = self.dag.add(&nodes);
                self.fits(sum, &place)?
            }
            ScaleKind::Slice => self.hit(Hit::First, &conditions, &nodes, &place)?,
        };
        let unit = self.unit_of(own.unit.as_ref())?.or(like.unit);
        let typed = Typed::Number(Number::node(node).with(like.dimension, unit));
        let base = Arc::new(base.tree);
        self.done(thing, own.heading.law, typed, Body::Scale { scale: at, kind: own.kind, base, steps })
    }

    /// What of the base lies between two bounds; nothing below the lower one.
    fn slice_of(&mut self, base: &Number, from: Option<&Number>, to: Option<&Number>, place: &Place) -> Made<Number> {
        let zero =
            Number { bare: false, ..Number::exact(num_traits::Zero::zero()).with(base.dimension, base.unit.clone()) };
        let from = from.cloned().unwrap_or_else(|| zero.clone());
        let up_to = match to {
            Some(to) => self.extreme(&[base, to], false, place)?,
            None => base.clone(),
        };
        let above = self.sum(up_to, from, true, place)?;
        self.extreme(&[&above, &zero], true, place)
    }

    /// The least or greatest of numbers of one dimension.
    pub fn extreme(&mut self, numbers: &[&Number], greatest: bool, place: &Place) -> Made<Number> {
        let first = numbers.first().copied().cloned().ok_or(Told)?;
        let (nodes, by, den) = self.common(numbers, true, place)?;
        let node = if greatest { self.dag.maximum(&nodes) } else { self.dag.minimum(&nodes) };
        let num = self.fits(node, place)?;
        Ok(Number { held: super::value::Held::Nodes { num, by, den }, bare: false, ..first })
    }

    #[expect(clippy::type_complexity, reason = "two optional values with their trees")]
    fn step_value(
        &mut self,
        rate: Option<&Written>,
        amount: Option<&Written>,
        amount_unit: Option<&Unit>,
        place: &Place,
    ) -> Made<(Option<(Number, Arc<super::program::Tree>)>, Option<(Number, Arc<super::program::Tree>)>)> {
        let mut one = |written: Option<&Written>, unit: Option<&Unit>| -> Made<_> {
            let Some(written) = written else { return Ok(None) };
            let piece = self.expression_in(written, unit)?;
            let number = self.number(&piece)?;
            Ok(Some((Number { bare: false, ..number }, self.tree(piece)?)))
        };
        let (rate, amount) = (one(rate, None)?, one(amount, amount_unit)?);
        if rate.is_none() == amount.is_none() {
            return self.tell(messages::absent(place.clone(), "比例或金额（二者之一）", "rate or amount, one of them"));
        }
        Ok((rate, amount))
    }
}
