//! Parameters: dated rows of which the day of evaluation picks one.

use super::compiler::{Compiler, Done, Made, Told};
use super::messages;
use super::program::Body;
use super::scope::{Entity, Thing};
use super::value::{Number, Piece, Text, TextHeld, Typed, kind};
use crate::ir::Type;
use crate::pack::ParameterRow;

impl Compiler<'_> {
    /// The value that holds on the day; a fact nobody provides if it is still to be published; not applicable outside its dates.
    pub fn parameter(&mut self, thing: &Thing) -> Made<Done> {
        let Entity::Parameter(rows) = &thing.entity else { return Err(Told) };
        let pack = self.pack.clone();
        let mut rows = rows.clone();
        rows.sort_by_key(|at| pack.parameters.get(*at).and_then(|row| row.from));
        let dated: Vec<(usize, &ParameterRow)> =
            rows.iter().filter_map(|at| Some((*at, pack.parameters.get(*at)?))).collect();
        for pair in dated.windows(2) {
            let [(_, earlier), (_, later)] = pair else { continue };
            if earlier.from == later.from || earlier.to.is_some_and(|to| later.from.is_some_and(|from| from <= to)) {
                return self.tell(messages::parameter_rows(later.name.place.clone(), &later.name.text));
            }
        }
        let on = self.on;
        let holds = |row: &ParameterRow| row.from.is_none_or(|from| from <= on) && row.to.is_none_or(|to| on <= to);
        let current = dated.iter().rev().find(|(_, row)| holds(row)).map(|(at, _)| *at);
        // Outside of its dates the nearest row says what it would be.
        let nearest = dated.iter().rev().find(|(_, row)| row.from.is_none_or(|from| from <= on)).or(dated.first());
        let (_, row) = match current.and_then(|at| dated.iter().find(|(own, _)| *own == at)).or(nearest) {
            Some(row) => *row,
            None => return Err(Told),
        };
        let law = row.law;
        let mut typed = self.parameter_value(thing, row, &dated)?;
        if current.is_none() {
            let reason = self.reason(
                "parameter_not_in_force",
                "参数在评价日没有值",
                "a parameter has no value on the day of evaluation",
            );
            let node = match &typed {
                Typed::Number(number) => self.plain(number, &thing.place)?,
                Typed::Boolean(node) | Typed::Date(node) => *node,
                Typed::Text(Text { held: TextHeld::Node(node), .. }) => *node,
                other => {
                    return self.tell(messages::type_mismatch(
                        thing.place.clone(),
                        ("数、日期或文字", "a number, date or text"),
                        kind(other),
                    ));
                }
            };
            let ty = self.dag.ty(node);
            let nothing = self.dag.not_applicable(reason, ty);
            typed = with_node(typed, nothing);
        }
        let rows = dated.iter().map(|(at, _)| *at).collect();
        self.done(thing, law, typed, Body::Parameter { rows, current })
    }

    fn parameter_value(&mut self, thing: &Thing, row: &ParameterRow, rows: &[(usize, &ParameterRow)]) -> Made<Typed> {
        let unit = self.unit_of(row.unit.as_ref())?;
        if !row.unpublished {
            let piece = self.expression_in(&row.value, unit.as_ref())?;
            if let Typed::List(items) = piece.typed {
                let sealed: Made<Vec<Piece>> =
                    items.into_iter().map(|item| self.declared(item, unit.as_ref())).collect();
                return Ok(Typed::List(sealed?));
            }
            let piece = self.declared(piece, unit.as_ref())?;
            let constant = match &piece.typed {
                Typed::Number(number) => number.constant().is_some(),
                Typed::Boolean(node) | Typed::Date(node) => self.dag.always_known(*node),
                Typed::Text(Text { held: TextHeld::Node(node), .. }) => self.dag.always_known(*node),
                _ => false,
            };
            return if constant { Ok(piece.typed) } else { self.tell(messages::not_constant(row.value.place.clone())) };
        }
        // What it will be is known from another row, or else from its unit.
        let other = rows.iter().find(|(_, other)| !other.unpublished).map(|(_, other)| (*other).clone());
        let like = match other {
            Some(other) => self.parameter_value(thing, &other, rows)?,
            None => {
                let unit = unit.clone().unwrap_or_else(crate::unit::Unit::one);
                Typed::Number(Number::exact(unit.factor().clone()).with(unit.dimension(), Some(unit)))
            }
        };
        let ty = match &like {
            Typed::Number(_) => Type::Number { scale: 4, low: 0, high: 10_i128.pow(16) },
            Typed::Boolean(_) => Type::Boolean,
            Typed::Date(_) => {
                Type::Date { low: super::compiler::days(1900, 1, 1), high: super::compiler::days(2199, 12, 31) }
            }
            _ => Type::Text,
        };
        let unit = match &like {
            Typed::Number(number) => Some(number.hint()),
            _ => None,
        };
        let node = self.unpublished(&thing.code, thing.name.clone(), unit, ty, &row.value.place);
        Ok(with_node(like, node))
    }
}

/// The same kind of value, computed by this node.
fn with_node(typed: Typed, node: crate::ir::NodeId) -> Typed {
    match typed {
        Typed::Number(number) => Typed::Number(Number::node(node).with(number.dimension, number.unit)),
        Typed::Boolean(_) => Typed::Boolean(node),
        Typed::Date(_) => Typed::Date(node),
        Typed::Text(text) => Typed::Text(Text { held: TextHeld::Node(node), ..text }),
        other => other,
    }
}
