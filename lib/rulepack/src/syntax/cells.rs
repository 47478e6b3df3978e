//! The tests of table cells and of `in`.

use super::ast::{Comparison, Kind, Node, Span, Test, Tests};
use super::error::SyntaxError;
use super::names::Names;
use super::parser::{Parser, Read};
use super::token::{Token, Word};

/// Reads the unary tests of a cell: `>= 300`, `[20..300)`, `"A","B"`, `not("C")`, `-`. An empty cell means anything, like `-`.
///
/// # Errors
/// Says what was expected where.
pub fn parse_tests(text: &str, names: &dyn Names) -> Result<Tests, SyntaxError> {
    if matches!(text.trim(), "" | "-" | "—" | "–" | "——" | "－" | "−" | "任意") {
        return Ok(vec![Test::Any]);
    }
    let mut parser = Parser::new(text, names)?;
    let tests = parser.tests()?;
    parser.end()?;
    Ok(tests)
}

impl Parser<'_> {
    /// What follows `in`: a range, one test, or tests in parentheses.
    pub(super) fn among(&mut self) -> Read<Tests> {
        if self.peek() != &Token::Open {
            return Ok(vec![self.test()?]);
        }
        self.must(&Token::Open, "“(”", "`(`")?;
        let first = self.test()?;
        if self.peek() == &Token::Dots
            && let Test::Value(low) = first
        {
            return Ok(vec![Test::Range(self.range(low, false)?)]);
        }
        let mut tests = vec![first];
        while self.eat(&Token::Comma) {
            tests.push(self.test()?);
        }
        self.must(&Token::Close, "“)”", "`)`")?;
        Ok(tests)
    }

    fn tests(&mut self) -> Read<Tests> {
        let mut tests = vec![self.test()?];
        while self.eat(&Token::Comma) {
            tests.push(self.test()?);
        }
        Ok(tests)
    }

    fn test(&mut self) -> Read<Test> {
        self.deeper(Self::test_inner)
    }

    fn test_inner(&mut self) -> Read<Test> {
        if self.peek() == &Token::Minus && matches!(self.after(), Token::End | Token::Comma | Token::Close) {
            self.take();
            return Ok(Test::Any);
        }
        let start = self.span().start;
        if let Token::Compare(how) = *self.peek() {
            self.take();
            let bound = self.deeper(Self::sum)?;
            return self.more(start, how, bound);
        }
        let negated = match self.peek() {
            Token::Function("not") => self.after() == &Token::Open,
            Token::Word(Word::Not) => true,
            _ => false,
        };
        // `not(a) and b` is an expression after all.
        if negated && self.stands_alone() {
            self.take();
            let tests = if self.eat(&Token::Open) {
                let tests = self.tests()?;
                self.must(&Token::Close, "“)”", "`)`")?;
                tests
            } else {
                vec![self.test()?]
            };
            return Ok(Test::Not(tests));
        }
        let node = self.expression_in_test()?;
        Ok(match node.kind {
            Kind::Range(range) => Test::Range(range),
            _ if mentions_subject(&node) => Test::Expression(node),
            _ => Test::Value(node),
        })
    }

    /// Whether a test ends behind the parentheses that follow the next token, or there are none.
    fn stands_alone(&self) -> bool {
        let mut open = 0usize;
        for placed in self.tokens.iter().skip(self.place + 1) {
            match placed.token {
                Token::Open => open += 1,
                Token::Close if open > 0 => open -= 1,
                _ if open > 0 => {}
                Token::End | Token::Comma | Token::Close => return true,
                Token::Word(Word::And | Word::Or) => return false,
                _ => {}
            }
        }
        true
    }

    /// Within `in` the operators that end a comparison are not part of the test: `x in [1..2] and y`.
    fn expression_in_test(&mut self) -> Read<Node> {
        if self.place == 0
            || matches!(self.tokens.get(self.place - 1).map(|t| &t.token), Some(Token::Comma | Token::Open))
        {
            self.expression()
        } else {
            self.deeper(Self::sum)
        }
    }

    /// `>= 300 且 < 1000` in one cell.
    fn more(&mut self, start: usize, how: Comparison, bound: Node) -> Read<Test> {
        let joins =
            |parser: &Self| parser.peek() == &Token::Word(Word::And) && matches!(parser.after(), Token::Compare(_));
        if !joins(self) {
            return Ok(Test::Compare(how, bound));
        }
        let subject =
            |span: Span| Box::new(Node { kind: Kind::Subject, span: Span { start: span.start, end: span.start } });
        let compare = |how, bound: Node| {
            let span = bound.span;
            Node { kind: Kind::Compare(how, subject(span), Box::new(bound)), span }
        };
        let mut parts = vec![compare(how, bound)];
        while joins(self) {
            self.take();
            if let Token::Compare(how) = self.take() {
                let bound = self.deeper(Self::sum)?;
                parts.push(compare(how, bound));
            }
        }
        Ok(Test::Expression(self.node(start, Kind::And(parts))))
    }
}

/// Whether `?` of this cell occurs.
fn mentions_subject(node: &Node) -> bool {
    match &node.kind {
        Kind::Subject => true,
        Kind::Null | Kind::Boolean(_) | Kind::Text(_) | Kind::Number { .. } | Kind::At(_) | Kind::Name(_) => false,
        Kind::Negate(a) | Kind::Path(a, _) | Kind::InstanceOf(a, _) => mentions_subject(a),
        Kind::Arithmetic(_, a, b) | Kind::Compare(_, a, b) | Kind::Filter(a, b) => {
            mentions_subject(a) || mentions_subject(b)
        }
        Kind::If(a, b, c) | Kind::Between(a, b, c) => [a, b, c].into_iter().any(|n| mentions_subject(n)),
        Kind::And(parts) | Kind::Or(parts) | Kind::List(parts) => parts.iter().any(mentions_subject),
        Kind::Context(entries) => entries.iter().any(|(_, n)| mentions_subject(n)),
        Kind::Call { arguments, .. } => arguments.iter().any(|(_, n)| mentions_subject(n)),
        Kind::Range(range) => mentions_subject(&range.low) || mentions_subject(&range.high),
        // The tests have a subject of their own.
        Kind::In(a, _) => mentions_subject(a),
    }
}
