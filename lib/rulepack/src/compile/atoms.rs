//! Atoms of conditions and how they are joined: comparisons, membership, ranges, and, or, not.

use std::sync::Arc;

use super::compiler::{Compiler, Made, Told};
use super::expression::Context;
use super::messages;
use super::ordering::mirrored;
use super::tree::TreeKind;
use super::value::{Piece, Text, TextHeld, Typed, kind, piece};
use crate::diagnostic::Place;
use crate::syntax::ast::{Comparison, Kind, Node, Range};

impl Compiler<'_> {
    /// A comparison as written.
    pub fn comparison(
        &mut self,
        how: Comparison,
        left: &Node,
        right: &Node,
        context: Context<'_>,
        place: Place,
        text: String,
    ) -> Made<Piece> {
        // `a - b >= 2 年` with dates asks whether two full years have passed: `b + 2 年 <= a`.
        if let Some(piece) = self.full_months(how, left, right, context, &place, &text)? {
            return Ok(piece);
        }
        let left = self.node(left, context)?;
        let right = self.node(right, context)?;
        self.compare(how, left, right, place, text)
    }

    /// Compares two values: an atom.
    pub fn compare(
        &mut self,
        how: Comparison,
        mut left: Piece,
        mut right: Piece,
        place: Place,
        text: String,
    ) -> Made<Piece> {
        let equality = matches!(how, Comparison::Equal | Comparison::NotEqual);
        if let Typed::List(items) = &right.typed
            && equality
        {
            let members = items.clone();
            let inside = self.member(left, members, place.clone(), text.clone())?;
            return if how == Comparison::Equal { Ok(inside) } else { self.inverted(inside, place, text) };
        }
        let node = match (&mut left.typed, &mut right.typed) {
            (Typed::Null, _) | (_, Typed::Null) => return self.tell(messages::null_compared(place)),
            (Typed::Number(a), Typed::Number(b)) => {
                self.same_unit(a, b, &place)?;
                let (a, b) = (a.clone(), b.clone());
                self.compare_numbers(how, &a, &b, &place)?
            }
            (Typed::Date(a), Typed::Date(b)) => {
                let (a, b) = (*a, *b);
                self.order(how, a, b, &place)?
            }
            (Typed::Boolean(a), Typed::Boolean(b)) if equality => {
                let (a, b) = (*a, *b);
                self.order(how, a, b, &place)?
            }
            (Typed::Text(a), Typed::Text(b)) if equality => {
                let set = a.set.or(b.set);
                (a.set, b.set) = (set, set);
                left = self.sealed(left)?;
                right = self.sealed(right)?;
                match (&left.typed, &right.typed) {
                    (
                        Typed::Text(Text { held: TextHeld::Node(a), .. }),
                        Typed::Text(Text { held: TextHeld::Node(b), .. }),
                    ) => {
                        let (a, b) = (*a, *b);
                        self.order(how, a, b, &place)?
                    }
                    _ => return Err(Told),
                }
            }
            (Typed::Boolean(_) | Typed::Text(_), other)
                if !equality && !matches!(other, Typed::Number(_) | Typed::Date(_)) =>
            {
                let found = kind(&left.typed);
                return self.tell(messages::type_mismatch(
                    left.tree.place,
                    ("可以比大小的数或日期", "a number or a date to be ordered"),
                    found,
                ));
            }
            (a, b) => {
                let (a, b) = (kind(a), kind(b));
                return self.tell(messages::type_mismatch(right.tree.place, a, b));
            }
        };
        let constant_left =
            matches!(left.tree.kind, TreeKind::Constant) && !matches!(right.tree.kind, TreeKind::Constant);
        let (how, left, right) = if constant_left { (mirrored(how), right, left) } else { (how, left, right) };
        let kind = TreeKind::Compare { how, left: self.tree(left)?, right: self.tree(right)? };
        Ok(piece(Typed::Boolean(node), kind, place, text))
    }

    /// Whether the subject is one of these.
    pub fn member(&mut self, subject: Piece, items: Vec<Piece>, place: Place, text: String) -> Made<Piece> {
        if let Typed::Text(own) = &subject.typed {
            let set = own.set;
            let subject = self.sealed(subject.clone())?;
            let Typed::Text(Text { held: TextHeld::Node(node), .. }) = subject.typed else { return Err(Told) };
            let mut words = Vec::new();
            for item in items {
                let place = item.tree.place.clone();
                match item.typed {
                    Typed::Text(Text { held: TextHeld::Word { word, quoted }, .. }) => {
                        words.push(self.word(&word, quoted, set, &place)?.0)
                    }
                    Typed::Text(Text { held: TextHeld::Node(node), .. }) => match self.dag.node(node).op {
                        crate::ir::Op::Text(id) => words.push(self.dag.text_of(id).to_string()),
                        _ => return self.tell(messages::not_constant(place)),
                    },
                    Typed::List(_) => return self.tell(messages::not_constant(place)),
                    other => return self.tell(messages::type_mismatch(place, ("文字", "a text"), kind(&other))),
                }
            }
            let ids: Vec<_> = words.iter().map(|word| self.dag.text_id(word)).collect();
            let node = self.dag.text_in(node, &ids);
            let kind = TreeKind::Member { subject: Arc::new(subject.tree), values: words, industry: false };
            return Ok(piece(Typed::Boolean(node), kind, place, text));
        }
        let mut any: Option<Piece> = None;
        for item in items {
            let (item_place, item_text) = (item.tree.place.clone(), item.tree.text.clone());
            let one = self.compare(Comparison::Equal, subject.clone(), item, item_place, item_text)?;
            any = Some(match any {
                None => one,
                Some(before) => self.either(before, one, place.clone(), text.clone())?,
            });
        }
        match any {
            Some(any) => Ok(any),
            None => {
                let node = self.dag.boolean(false);
                Ok(piece(Typed::Boolean(node), TreeKind::Constant, place, text))
            }
        }
    }

    /// A range as a condition of the subject.
    pub fn within(
        &mut self,
        subject: &Piece,
        range: &Range,
        context: Context<'_>,
        place: Place,
        text: String,
    ) -> Made<Piece> {
        let bound = |compiler: &mut Self, node: &Node, how: Comparison| -> Made<Option<Piece>> {
            if node.kind == Kind::Null {
                return Ok(None);
            }
            let bound = compiler.node(node, context)?;
            compiler.compare(how, subject.clone(), bound, place.clone(), text.clone()).map(Some)
        };
        let low =
            bound(self, &range.low, if range.low_closed { Comparison::GreaterOrEqual } else { Comparison::Greater })?;
        let high =
            bound(self, &range.high, if range.high_closed { Comparison::LessOrEqual } else { Comparison::Less })?;
        match (low, high) {
            (Some(low), Some(high)) => self.both(low, high, place, text),
            (Some(one), None) | (None, Some(one)) => Ok(one),
            (None, None) => self.tell(messages::unsupported(place, ("没有界限的区间", "a range without bounds"))),
        }
    }

    /// Two conditions joined by and.
    pub fn both(&mut self, left: Piece, right: Piece, place: Place, text: String) -> Made<Piece> {
        let nodes = [self.boolean(&left)?, self.boolean(&right)?];
        let node = self.dag.and(&nodes);
        let kind = TreeKind::And(vec![self.tree(left)?, self.tree(right)?]);
        Ok(piece(Typed::Boolean(node), kind, place, text))
    }

    /// Two conditions joined by or; chains stay flat.
    pub fn either(&mut self, left: Piece, right: Piece, place: Place, text: String) -> Made<Piece> {
        let nodes = [self.boolean(&left)?, self.boolean(&right)?];
        let node = self.dag.or(&nodes);
        let mut trees = match left.tree.kind {
            TreeKind::Or(trees) => trees,
            _ => vec![self.tree(left)?],
        };
        trees.push(self.tree(right)?);
        Ok(piece(Typed::Boolean(node), TreeKind::Or(trees), place, text))
    }

    /// The opposite of a condition.
    pub fn inverted(&mut self, inner: Piece, place: Place, text: String) -> Made<Piece> {
        let node = self.boolean(&inner)?;
        let node = self.dag.not(node);
        let kind = TreeKind::Not(self.tree(inner)?);
        Ok(piece(Typed::Boolean(node), kind, place, text))
    }
}
