//! Expressions: names resolved, types and units checked, lowered to the graph.

use std::sync::Arc;

use num_traits::{One, ToPrimitive};

use super::compiler::{Compiler, Made};
use super::messages;

use super::scope::TODAY;
use super::tree::{Tree, TreeKind};
use super::value::{Number, Piece, Text, TextHeld, Typed, kind, piece};
use crate::diagnostic::{Diagnostic, Place};
use crate::ir::NodeId;
use crate::pack::Written;
use crate::syntax::ast::{Arithmetic, Comparison, Kind, Node};
use crate::syntax::{SyntaxError, parse_expression};
use crate::unit::Unit;

/// Where an expression stands.
#[derive(Clone, Copy)]
pub struct Context<'c> {
    pub written: &'c Written,
    /// What `?` is.
    pub subject: Option<&'c Piece>,
}

impl Context<'_> {
    /// The place of a node.
    pub fn place(&self, node: &Node) -> Place {
        self.written.of(node.span)
    }

    /// The words of a node.
    pub fn text(&self, node: &Node) -> String {
        self.written.text.get(node.span.start..node.span.end).unwrap_or(&self.written.text).to_owned()
    }
}

/// A syntax error at its place.
pub fn syntax(error: SyntaxError, written: &Written) -> Diagnostic {
    Diagnostic::error(error.code, written.of(error.span), error.message, *error.advice)
}

impl Compiler<'_> {
    /// A text of the pack as an expression.
    pub fn expression(&mut self, written: &Written) -> Made<Piece> {
        self.expression_in(written, None)
    }

    /// An expression whose bare number has this unit; digits of rounding count in it too, unless the rounded number has its own.
    pub fn expression_in(&mut self, written: &Written, unit: Option<&Unit>) -> Made<Piece> {
        let node = match parse_expression(&written.text, &self.scope.names) {
            Ok(node) => node,
            Err(error) => return self.tell(syntax(error, written)),
        };
        let before = std::mem::replace(&mut self.expected, unit.cloned());
        let made = self.node(&node, Context { written, subject: None });
        self.expected = before;
        let mut piece = made?;
        settle(&mut piece, unit);
        Ok(piece)
    }

    /// A text of the pack as a condition.
    pub fn condition(&mut self, written: &Written) -> Made<Arc<Tree>> {
        let piece = self.expression(written)?;
        self.boolean(&piece)?;
        self.tree(piece)
    }

    /// The node of a boolean.
    pub fn boolean(&mut self, piece: &Piece) -> Made<NodeId> {
        match &piece.typed {
            Typed::Boolean(node) => Ok(*node),
            other => self.tell(messages::type_mismatch(
                piece.tree.place.clone(),
                ("是或否的条件", "a condition"),
                kind(other),
            )),
        }
    }

    /// The number of a piece.
    pub fn number(&mut self, piece: &Piece) -> Made<Number> {
        match &piece.typed {
            Typed::Number(number) => Ok(number.clone()),
            other => self.tell(messages::type_mismatch(piece.tree.place.clone(), ("数", "a number"), kind(other))),
        }
    }

    /// The date of a piece.
    pub fn date(&mut self, piece: &Piece) -> Made<NodeId> {
        match &piece.typed {
            Typed::Date(node) => Ok(*node),
            other => self.tell(messages::type_mismatch(piece.tree.place.clone(), ("日期", "a date"), kind(other))),
        }
    }

    /// A node of the syntax tree.
    pub fn node(&mut self, node: &Node, context: Context<'_>) -> Made<Piece> {
        let place = context.place(node);
        let text = context.text(node);
        let constant = |typed: Typed| piece(typed, TreeKind::Constant, place.clone(), text.clone());
        match &node.kind {
            Kind::Null => Ok(constant(Typed::Null)),
            Kind::Boolean(value) => Ok(constant(Typed::Boolean(self.dag.boolean(*value)))),
            Kind::Text(word) => Ok(constant(text_word(word, true))),
            Kind::Number { value, unit: None } => {
                let mut number = Number::exact(value.clone());
                number.bare = true;
                Ok(constant(Typed::Number(number)))
            }
            Kind::Number { value, unit: Some(unit) } => {
                let unit = self.unit(&Written { text: unit.clone(), place: place.clone() })?;
                let number = Number::exact(unit.to_base(value)).with(unit.dimension(), Some(unit));
                Ok(constant(Typed::Number(number)))
            }
            Kind::At(written) => {
                let typed = self.at_literal(written, &place)?;
                Ok(constant(typed))
            }
            Kind::Name(name) => self.name(name, place),
            Kind::Subject => match context.subject {
                Some(subject) => Ok(subject.clone()),
                None => self.tell(messages::unsupported(
                    place,
                    ("“?”（它只在判定表的单元格中有意义）", "`?` outside of a cell of a table"),
                )),
            },
            Kind::Negate(inner) => {
                let inner = self.node(inner, context)?;
                let number = self.number(&inner)?;
                let typed = Typed::Number(self.negative(number.clone()));
                if number.constant().is_some() {
                    return Ok(constant(typed));
                }
                let inner = self.tree(inner)?;
                Ok(piece(typed, TreeKind::Negate(inner), place, text))
            }
            Kind::Arithmetic(how, left, right) => self.arithmetic(*how, left, right, context, place, text),
            Kind::Compare(how, left, right) => self.comparison(*how, left, right, context, place, text),
            Kind::And(parts) | Kind::Or(parts) => {
                let both = matches!(node.kind, Kind::And(_));
                let mut nodes = Vec::new();
                let mut trees = Vec::new();
                for part in parts {
                    let part = self.node(part, context)?;
                    nodes.push(self.boolean(&part)?);
                    trees.push(self.tree(part)?);
                }
                let node = if both { self.dag.and(&nodes) } else { self.dag.or(&nodes) };
                let kind = if both { TreeKind::And(trees) } else { TreeKind::Or(trees) };
                Ok(piece(Typed::Boolean(node), kind, place, text))
            }
            Kind::If(condition, then, otherwise) => self.choice(condition, then, otherwise, context, place, text),
            Kind::Between(subject, low, high) => {
                let subject = self.node(subject, context)?;
                let low = self.node(low, context)?;
                let high = self.node(high, context)?;
                let low =
                    self.compare(Comparison::GreaterOrEqual, subject.clone(), low, place.clone(), text.clone())?;
                let high = self.compare(Comparison::LessOrEqual, subject, high, place.clone(), text.clone())?;
                self.both(low, high, place, text)
            }
            Kind::In(subject, tests) => {
                let subject = self.node(subject, context)?;
                let mut piece = self.tests(tests, &subject, context)?;
                piece.tree.text = text;
                piece.tree.place = place;
                Ok(piece)
            }
            Kind::List(items) => {
                let items: Made<Vec<Piece>> = items.iter().map(|item| self.node(item, context)).collect();
                let items = items?;
                let trees: Made<Vec<_>> = items
                    .iter()
                    .cloned()
                    .map(|item| if open_word(&item) { Ok(Arc::new(item.tree)) } else { self.tree(item) })
                    .collect();
                Ok(piece(Typed::List(items), TreeKind::List(trees?), place, text))
            }
            Kind::Call { name, arguments } => self.call(name, arguments, context, place, text),
            Kind::Path(inner, property) => self.path(inner, property, context, place, text),
            Kind::Range(_) => self.tell(messages::unsupported(
                place,
                ("单独的区间（写“x 在 [a..b]”）", "a range by itself (write `x in [a..b]`)"),
            )),
            Kind::Context(_) => self.tell(messages::unsupported(place, ("花括号", "contexts"))),
            Kind::Filter(..) => self.tell(messages::unsupported(place, ("列表筛选", "filters"))),
            Kind::InstanceOf(..) => self.tell(messages::unsupported(place, ("类型判断", "`instance of`"))),
        }
    }

    fn name(&mut self, name: &str, place: Place) -> Made<Piece> {
        if let Some(at) = self.scope.find(name) {
            let done = self.thing(at)?;
            return Ok(piece(done.typed, TreeKind::Rule(done.rule), place, name));
        }
        if let Some(fact) = self.dictionary.get(name).cloned() {
            return self.fact(&fact, &place, name);
        }
        if TODAY.iter().any(|word| word.eq_ignore_ascii_case(name)) {
            return Ok(self.today(place, name));
        }
        let plain = name.trim();
        if matches!(plain, "是" | "否") {
            let node = self.dag.boolean(plain == "是");
            return Ok(piece(Typed::Boolean(node), TreeKind::Constant, place, name));
        }
        let of_fact = self
            .dictionary
            .facts()
            .iter()
            .find(|fact| {
                fact.values
                    .iter()
                    .any(|value| value.code == plain || value.zh == plain || value.en.eq_ignore_ascii_case(plain))
            })
            .cloned();
        let known = self
            .sets
            .iter()
            .flat_map(|set| &set.values)
            .any(|value| value.code == plain || value.zh == plain || value.en.eq_ignore_ascii_case(plain));
        if known || of_fact.is_some() {
            if let Some(fact) = of_fact.filter(|_| !known) {
                self.add_set(super::program::ValueSet { name: fact.zh.clone(), values: fact.values.clone() });
            }
            return Ok(piece(text_word(plain, false), TreeKind::Constant, place, name));
        }
        let near =
            self.scope.suggest(plain).or_else(|| self.dictionary.suggest(plain).map(str::to_owned)).or_else(|| {
                let words = self
                    .sets
                    .iter()
                    .flat_map(|set| &set.values)
                    .flat_map(|value| [value.code.as_str(), value.zh.as_str(), value.en.as_str()]);
                crate::suggest::nearest(plain, words).map(str::to_owned)
            });
        self.tell(messages::unknown_name(place, plain, near.as_deref()))
    }

    fn arithmetic(
        &mut self,
        how: Arithmetic,
        left: &Node,
        right: &Node,
        context: Context<'_>,
        place: Place,
        text: String,
    ) -> Made<Piece> {
        let left = self.node(left, context)?;
        let right = self.node(right, context)?;
        if matches!(left.typed, Typed::Date(_)) || matches!(right.typed, Typed::Date(_)) {
            return self.date_arithmetic(how, left, right, place, text);
        }
        let (mut a, mut b) = (self.number(&left)?, self.number(&right)?);
        let number = match how {
            Arithmetic::Add | Arithmetic::Subtract => {
                self.same_unit(&mut a, &mut b, &place)?;
                self.sum(a.clone(), b.clone(), how == Arithmetic::Subtract, &place)?
            }
            Arithmetic::Multiply => self.product(&a, &b, &place)?,
            Arithmetic::Divide => self.quotient(&a, &b, &place)?,
            Arithmetic::Power => {
                let times = b
                    .constant()
                    .filter(|times| times.is_integer())
                    .and_then(|times| times.to_integer().to_u8())
                    .filter(|times| *times <= 8);
                let Some(times) = times else {
                    return self.tell(messages::unsupported(
                        place,
                        ("0 至 8 的整数以外的乘方", "powers other than whole ones from 0 to 8"),
                    ));
                };
                let mut power = Number::exact(num_rational::BigRational::one());
                for _ in 0..times {
                    power = self.product(&power, &a, &place)?;
                }
                power
            }
        };
        if number.constant().is_some() && number.bare {
            return Ok(piece(Typed::Number(number), TreeKind::Constant, place, text));
        }
        let left = self.tree(Piece { typed: Typed::Number(a), ..left })?;
        let right = self.tree(Piece { typed: Typed::Number(b), ..right })?;
        Ok(piece(Typed::Number(number), TreeKind::Arithmetic(how, left, right), place, text))
    }
}

/// Gives a bare number this unit.
pub fn settle(piece: &mut Piece, unit: Option<&Unit>) {
    if let (Typed::Number(number), Some(unit)) = (&mut piece.typed, unit) {
        number.settle(unit);
    }
}

fn text_word(word: &str, quoted: bool) -> Typed {
    Typed::Text(Text { held: TextHeld::Word { word: word.to_owned(), quoted }, set: None })
}

/// A word whose set is not yet known.
fn open_word(piece: &Piece) -> bool {
    matches!(&piece.typed, Typed::Text(Text { held: TextHeld::Word { .. }, .. }))
}
