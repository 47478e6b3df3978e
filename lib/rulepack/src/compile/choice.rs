//! Values to choose from: made of one type, one unit and one set of texts before one is chosen.

use std::sync::Arc;

use super::compiler::{Compiler, Made, Told};
use super::expression::Context;
use super::messages;
use super::tree::TreeKind;
use super::value::{Held, Number, Piece, Text, TextHeld, Typed, kind, piece};
use crate::diagnostic::Place;
use crate::ir::NodeId;
use crate::syntax::ast::Node;

impl Compiler<'_> {
    /// `if … then … else …`
    pub fn choice(
        &mut self,
        condition: &Node,
        then: &Node,
        otherwise: &Node,
        context: Context<'_>,
        place: Place,
        text: String,
    ) -> Made<Piece> {
        let condition = self.node(condition, context)?;
        let test = self.boolean(&condition)?;
        let then = self.node(then, context)?;
        let otherwise = self.node(otherwise, context)?;
        let (typed, mut pieces) = self.chosen(&[test], vec![then, otherwise], &place)?;
        let (otherwise, then) = (pieces.pop().ok_or(Told)?, pieces.pop().ok_or(Told)?);
        let kind = TreeKind::If {
            condition: self.tree(condition)?,
            then: Arc::new(then.tree),
            otherwise: Arc::new(otherwise.tree),
        };
        Ok(piece(typed, kind, place, text))
    }

    /// The value of the first true condition, the last value as default. All values become of one type and unit; `null` is not applicable.
    pub fn chosen(&mut self, conditions: &[NodeId], values: Vec<Piece>, place: &Place) -> Made<(Typed, Vec<Piece>)> {
        let values = self.alike(values)?;
        let typed = self.joined(&values, true, place, &mut |compiler, nodes| {
            let first = compiler.dag.first(conditions, nodes);
            compiler.fits(first, place)
        })?;
        Ok((typed, values))
    }

    /// Makes values of one type and one unit, sealed.
    pub fn alike(&mut self, mut values: Vec<Piece>) -> Made<Vec<Piece>> {
        let hint = values.iter().find_map(|value| match &value.typed {
            Typed::Number(number) if !number.bare => Some(number.hint()),
            _ => None,
        });
        let set = values.iter().find_map(|value| match &value.typed {
            Typed::Text(text) => text.set,
            _ => None,
        });
        for value in &mut values {
            match (&mut value.typed, &hint) {
                (Typed::Number(number), Some(unit)) => number.settle(unit),
                (Typed::Text(text), _) => text.set = text.set.or(set),
                _ => {}
            }
        }
        let mut sealed: Vec<Piece> = Vec::new();
        for value in values {
            let value = self.sealed(value)?;
            let first = sealed.iter().find(|other| !matches!(other.typed, Typed::Null)).cloned();
            if let Some(first) = first
                && !matches!(value.typed, Typed::Null)
            {
                if kind(&first.typed) != kind(&value.typed) {
                    return self.tell(messages::type_mismatch(
                        value.tree.place,
                        kind(&first.typed),
                        kind(&value.typed),
                    ));
                }
                if let (Typed::Number(a), Typed::Number(b)) = (&first.typed, &value.typed) {
                    self.same_unit(&mut a.clone(), &mut b.clone(), &value.tree.place)?;
                }
            }
            sealed.push(value);
        }
        Ok(sealed)
    }

    /// One value made of several alike ones; `join` gets one node for each. If it chooses one of them, quotients are chosen with their
    /// divisors, so that a divisor that is zero where another value is chosen does no harm; else quotients have to be rounded.
    pub fn joined(
        &mut self,
        values: &[Piece],
        chooses: bool,
        place: &Place,
        join: &mut dyn FnMut(&mut Self, &[NodeId]) -> Made<NodeId>,
    ) -> Made<Typed> {
        let Some(like) = values.iter().map(|value| &value.typed).find(|typed| !matches!(typed, Typed::Null)) else {
            return self.tell(messages::type_mismatch(place.clone(), ("一个值", "a value"), ("null", "null")));
        };
        let like = like.clone();
        let (mut nodes, mut by, mut den) = (Vec::new(), 1, None);
        if let Typed::Number(_) = like {
            let mut numerators = Vec::new();
            let mut divisors = Vec::new();
            for value in values {
                let Typed::Number(number) = &value.typed else {
                    divisors.push(None);
                    continue;
                };
                let (num, own, divisor) = self.parts(number, place)?;
                numerators.push(Number { held: Held::Nodes { num, by: own, den: None }, ..number.clone() });
                divisors.push(divisor);
            }
            (nodes, by, _) = self.common(&numerators.iter().collect::<Vec<_>>(), false, place)?;
            if divisors.iter().any(Option::is_some) {
                if !chooses {
                    return self.tell(messages::unrounded(place.clone()));
                }
                let one = self.dag.number(1, 0);
                let divisors: Vec<NodeId> = divisors.into_iter().map(|divisor| divisor.unwrap_or(one)).collect();
                den = Some(join(self, &divisors)?);
            }
        } else {
            for value in values {
                match &value.typed {
                    Typed::Boolean(node) | Typed::Date(node) => nodes.push(*node),
                    Typed::Text(Text { held: TextHeld::Node(node), .. }) => nodes.push(*node),
                    Typed::Null => {}
                    other => {
                        return self.tell(messages::type_mismatch(
                            place.clone(),
                            ("数、是否、文字或日期", "a number, boolean, text or date"),
                            kind(other),
                        ));
                    }
                }
            }
        }
        if nodes.len() < values.len() {
            let ty = nodes.first().map(|node| self.dag.ty(*node)).ok_or(Told)?;
            let reason = self.reason("null", "规则写明不适用", "the rule says that it does not apply");
            for (at, value) in values.iter().enumerate() {
                if matches!(value.typed, Typed::Null) {
                    let nothing = self.dag.not_applicable(reason, ty);
                    nodes.insert(at, nothing);
                }
            }
        }
        let node = join(self, &nodes)?;
        Ok(match like {
            Typed::Number(number) => {
                let held = Held::Nodes { num: node, by, den };
                let unit = values.iter().find_map(|value| match &value.typed {
                    Typed::Number(number) => number.unit.clone(),
                    _ => None,
                });
                Typed::Number(Number { held, unit, ..number })
            }
            Typed::Boolean(_) => Typed::Boolean(node),
            Typed::Date(_) => Typed::Date(node),
            Typed::Text(text) => Typed::Text(Text { held: TextHeld::Node(node), set: text.set }),
            other => other,
        })
    }
}
