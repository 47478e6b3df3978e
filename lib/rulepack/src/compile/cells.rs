//! Unary tests of table cells and of `in`: each becomes a condition on its subject.

use super::compiler::{Compiler, Made};
use super::expression::{Context, syntax};
use super::messages;
use super::tree::TreeKind;
use super::value::{Piece, Text, TextHeld, Typed, kind, piece};
use crate::pack::Written;
use crate::syntax::ast::{Comparison, Kind, Node, Test};
use crate::syntax::{parse_expression, parse_tests};

impl Compiler<'_> {
    /// A cell below a header: a condition on the header's value.
    pub fn cell(&mut self, written: &Written, subject: &Piece) -> Made<Piece> {
        let tests = match parse_tests(&written.text, &self.scope.names) {
            Ok(tests) => tests,
            Err(error) => return self.tell(syntax(error, written)),
        };
        let mut made = self.tests(&tests, subject, Context { written, subject: Some(subject) })?;
        made.tree.place = written.place.clone();
        made.tree.text.clone_from(&written.text);
        Ok(made)
    }

    /// A cell of a column of conditions.
    pub fn condition_cell(&mut self, written: &Written) -> Made<Piece> {
        if let Ok(tests) = parse_tests(&written.text, &self.scope.names)
            && matches!(tests[..], [Test::Any])
        {
            return Ok(self.anything(written));
        }
        let node = match parse_expression(&written.text, &self.scope.names) {
            Ok(node) => node,
            Err(error) => return self.tell(syntax(error, written)),
        };
        let made = self.node(&node, Context { written, subject: None })?;
        self.boolean(&made)?;
        Ok(made)
    }

    fn anything(&mut self, written: &Written) -> Piece {
        let node = self.dag.boolean(true);
        piece(Typed::Boolean(node), TreeKind::Anything, written.place.clone(), written.text.clone())
    }

    /// True if any of the tests is.
    pub fn tests(&mut self, tests: &[Test], subject: &Piece, context: Context<'_>) -> Made<Piece> {
        let words =
            tests.iter().all(|test| matches!(test, Test::Value(Node { kind: Kind::Text(_) | Kind::Name(_), .. })));
        if tests.len() > 1 && words && matches!(subject.typed, Typed::Text(_)) {
            // `"A","B"` of a text is one membership.
            let mut items = Vec::new();
            for test in tests {
                if let Test::Value(node) = test {
                    items.push(self.node(node, context)?);
                }
            }
            let single =
                items.iter().all(|item| matches!(&item.typed, Typed::Text(Text { held: TextHeld::Word { .. }, .. })));
            if single {
                return self.member(
                    subject.clone(),
                    items,
                    context.written.place.clone(),
                    context.written.text.clone(),
                );
            }
        }
        let mut any: Option<Piece> = None;
        for test in tests {
            let one = self.test(test, subject, context)?;
            any = Some(match any {
                None => one,
                Some(before) => {
                    self.either(before, one, context.written.place.clone(), context.written.text.clone())?
                }
            });
        }
        match any {
            Some(any) => Ok(any),
            None => Ok(self.anything(context.written)),
        }
    }

    fn test(&mut self, test: &Test, subject: &Piece, context: Context<'_>) -> Made<Piece> {
        let of = |node: &Node| (context.place(node), context.text(node));
        match test {
            Test::Any => Ok(self.anything(context.written)),
            Test::Compare(how, bound) => {
                let (place, text) = of(bound);
                let bound = self.node(bound, context)?;
                self.compare(*how, subject.clone(), bound, place, text)
            }
            Test::Range(range) => {
                let (place, text) = of(&range.low);
                self.within(subject, range, context, place, text)
            }
            Test::Not(tests) => {
                let inner = self.tests(tests, subject, context)?;
                let (place, text) = (inner.tree.place.clone(), inner.tree.text.clone());
                self.inverted(inner, place, text)
            }
            Test::Expression(node) => {
                let made = self.node(node, context)?;
                self.boolean(&made)?;
                Ok(made)
            }
            Test::Value(node) => {
                let (place, text) = of(node);
                if let Kind::Range(range) = &node.kind {
                    return self.within(subject, range, context, place, text);
                }
                let value = self.node(node, context)?;
                match (&value.typed, &subject.typed) {
                    (Typed::List(items), _) => {
                        let items = items.clone();
                        self.member(subject.clone(), items, place, text)
                    }
                    // A condition of its own stands as it is.
                    (Typed::Boolean(_), Typed::Boolean(_)) => {
                        self.compare(Comparison::Equal, subject.clone(), value, place, text)
                    }
                    (Typed::Boolean(_), _) => Ok(value),
                    (Typed::Null, _) => self.tell(messages::null_compared(place)),
                    (a, b) if kind(a) == kind(b) => {
                        self.compare(Comparison::Equal, subject.clone(), value, place, text)
                    }
                    (a, b) => {
                        let (a, b) = (kind(a), kind(b));
                        self.tell(messages::type_mismatch(place, b, a))
                    }
                }
            }
        }
    }
}
