//! Tokens to a tree.

use super::ast::{Arithmetic, Comparison, Kind, Node, Span};
use super::error::{Problem, SyntaxError};
use super::lexer;
use super::names::Names;
use super::token::{Placed, Token, Word};

/// Reads one expression; unknown names stay names.
///
/// # Errors
/// Says what was expected where.
pub fn parse_expression(text: &str, names: &dyn Names) -> Result<Node, SyntaxError> {
    let mut parser = Parser::new(text, names)?;
    if parser.peek() == &Token::End {
        return Err(Problem::Empty.at(parser.span()));
    }
    let node = parser.expression()?;
    parser.end()?;
    Ok(node)
}

/// Where reading stands.
pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: Vec<Placed>,
    pub(super) place: usize,
    depth: usize,
    /// Operators that made the tree one deeper to the left.
    chained: usize,
}

/// Deeper nesting is refused, so that no text can exhaust the stack.
const DEEPEST: usize = 48;
/// More operators in a row are refused for the same reason; `and` and `or` do not count.
const MOST: usize = 400;

pub(super) type Read<T> = Result<T, SyntaxError>;

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str, names: &dyn Names) -> Read<Parser<'a>> {
        Ok(Parser { text, tokens: lexer::tokens(text, names)?, place: 0, depth: 0, chained: 0 })
    }

    pub(super) fn placed(&self) -> Option<&Placed> {
        self.tokens.get(self.place).or(self.tokens.last())
    }

    pub(super) fn peek(&self) -> &Token {
        self.placed().map_or(&Token::End, |placed| &placed.token)
    }

    pub(super) fn after(&self) -> &Token {
        self.tokens.get(self.place + 1).map_or(&Token::End, |placed| &placed.token)
    }

    pub(super) fn span(&self) -> Span {
        self.placed().map(|placed| placed.span).unwrap_or_default()
    }

    pub(super) fn take(&mut self) -> Token {
        let token = self.peek().clone();
        self.place += 1;
        token
    }

    /// Takes the token if it is this one.
    pub(super) fn eat(&mut self, token: &Token) -> bool {
        let here = self.peek() == token;
        self.place += usize::from(here);
        here
    }

    pub(super) fn eat_word(&mut self, word: Word) -> bool {
        self.eat(&Token::Word(word))
    }

    pub(super) fn unexpected<T>(&self, zh: &'static str, en: &'static str) -> Read<T> {
        let span = self.span();
        let found = (self.peek() != &Token::End).then(|| self.text.get(span.start..span.end).unwrap_or("").to_owned());
        Err(Problem::Unexpected { found, zh, en }.at(span))
    }

    pub(super) fn must(&mut self, token: &Token, zh: &'static str, en: &'static str) -> Read<()> {
        if self.eat(token) { Ok(()) } else { self.unexpected(zh, en) }
    }

    pub(super) fn end(&self) -> Read<()> {
        if self.peek() == &Token::End {
            Ok(())
        } else {
            self.unexpected("运算符或表达式结束", "an operator or the end")
        }
    }

    /// A node from `start` to the last token taken.
    pub(super) fn node(&self, start: usize, kind: Kind) -> Node {
        let last = self.place.checked_sub(1).and_then(|place| self.tokens.get(place));
        Node { kind, span: Span { start, end: last.map_or(start, |last| last.span.end) } }
    }

    pub(super) fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Problem::TooDeep.at(self.span()));
        }
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// A node around one before it.
    pub(super) fn around(&mut self, start: usize, kind: Kind) -> Read<Node> {
        self.chained += 1;
        if self.chained > MOST {
            return Err(Problem::TooDeep.at(self.span()));
        }
        Ok(self.node(start, kind))
    }

    pub(super) fn expression(&mut self) -> Read<Node> {
        self.deeper(Self::either)
    }

    pub(super) fn condition(&mut self, start: usize) -> Read<Node> {
        let condition = self.expression()?;
        self.eat(&Token::Comma);
        self.must(&Token::Word(Word::Then), "“则”（then）", "`then`")?;
        let then = self.expression()?;
        self.eat(&Token::Comma);
        self.must(&Token::Word(Word::Else), "“否则”（else）", "`else`")?;
        let otherwise = self.expression()?;
        Ok(self.node(start, Kind::If(Box::new(condition), Box::new(then), Box::new(otherwise))))
    }

    pub(super) fn either(&mut self) -> Read<Node> {
        self.joined(Word::Or, |parser| parser.joined(Word::And, Self::comparison, Kind::And), Kind::Or)
    }

    pub(super) fn joined(
        &mut self,
        word: Word,
        part: impl Fn(&mut Self) -> Read<Node>,
        make: fn(Vec<Node>) -> Kind,
    ) -> Read<Node> {
        let start = self.span().start;
        let first = part(self)?;
        if self.peek() != &Token::Word(word) {
            return Ok(first);
        }
        let mut parts = vec![first];
        while self.eat_word(word) {
            parts.push(part(self)?);
        }
        Ok(self.node(start, make(parts)))
    }

    pub(super) fn comparison(&mut self) -> Read<Node> {
        let start = self.span().start;
        if self.eat_word(Word::Not) {
            let operand = self.deeper(Self::comparison)?;
            let call = Kind::Call { name: "not".to_owned(), arguments: vec![(None, operand)] };
            return Ok(self.node(start, call));
        }
        let mut left = self.sum()?;
        let mut compared = false;
        loop {
            let kind = match self.peek().clone() {
                Token::Compare(_) if compared => return Err(Problem::Chained.at(self.span())),
                Token::Compare(how) => {
                    self.take();
                    compared = true;
                    let right = self.compared_with(how)?;
                    Kind::Compare(how, Box::new(left), Box::new(right))
                }
                Token::Word(Word::Between) => {
                    self.take();
                    let low = self.sum()?;
                    if !self.eat_word(Word::And) {
                        self.must(&Token::Word(Word::To), "“与”（and）", "`and`")?;
                    }
                    let high = self.sum()?;
                    Kind::Between(Box::new(left), Box::new(low), Box::new(high))
                }
                Token::Word(Word::In) => {
                    self.take();
                    Kind::In(Box::new(left), self.among()?)
                }
                Token::Word(Word::Instance) => {
                    self.take();
                    self.must(&Token::Word(Word::Of), "of", "`of`")?;
                    Kind::InstanceOf(Box::new(left), self.type_name()?)
                }
                _ => return Ok(left),
            };
            left = self.around(start, kind)?;
        }
    }

    /// What stands right of a comparison; `r = >= 2` compares with the range from 2 on.
    fn compared_with(&mut self, how: Comparison) -> Read<Node> {
        let start = self.span().start;
        match *self.peek() {
            Token::Compare(bound)
                if matches!(how, Comparison::Equal | Comparison::NotEqual)
                    && !matches!(bound, Comparison::Equal | Comparison::NotEqual) =>
            {
                self.take();
                let end = self.sum()?;
                let range = self.half_range(bound, end)?;
                Ok(self.node(start, range))
            }
            _ => self.sum(),
        }
    }

    pub(super) fn type_name(&mut self) -> Read<String> {
        let start = self.span().start;
        let mut end = start;
        let mut open = 0usize;
        loop {
            match self.peek() {
                Token::Compare(Comparison::Less) => open += 1,
                Token::Compare(Comparison::Greater) if open > 0 => open -= 1,
                Token::Name(_) => {}
                Token::Word(Word::And) if self.joins_type(start, end) => {}
                Token::Word(Word::Null) | Token::Function(_) => {}
                Token::Comma | Token::Colon if open > 0 => {}
                _ => break,
            }
            end = self.span().end;
            self.take();
        }
        if end == start {
            return self.unexpected("类型名", "the name of a type");
        }
        Ok(self.text.get(start..end).unwrap_or("").trim().to_owned())
    }

    /// `date and time`, `years and months duration`; else `and` joins conditions.
    pub(super) fn joins_type(&self, start: usize, end: usize) -> bool {
        let before = self.text.get(start..end).unwrap_or("");
        let after = self.tokens.get(self.place + 1).and_then(|next| self.text.get(next.span.start..)).unwrap_or("");
        let word = |text: &str, word: &str| text.trim_start().starts_with(word);
        (before.ends_with("date") && word(after, "time"))
            || (before.ends_with("days") && word(after, "time duration"))
            || (before.ends_with("years") && word(after, "months duration"))
    }

    pub(super) fn sum(&mut self) -> Read<Node> {
        let start = self.span().start;
        let mut left = self.product()?;
        loop {
            let how = match self.peek() {
                Token::Plus => Arithmetic::Add,
                Token::Minus => Arithmetic::Subtract,
                _ => return Ok(left),
            };
            self.take();
            let right = self.product()?;
            left = self.around(start, Kind::Arithmetic(how, Box::new(left), Box::new(right)))?;
        }
    }

    pub(super) fn product(&mut self) -> Read<Node> {
        let start = self.span().start;
        let mut left = self.power()?;
        loop {
            let how = match self.peek() {
                Token::Star => Arithmetic::Multiply,
                Token::Slash => Arithmetic::Divide,
                _ => return Ok(left),
            };
            self.take();
            let right = self.power()?;
            left = self.around(start, Kind::Arithmetic(how, Box::new(left), Box::new(right)))?;
        }
    }

    /// `**` groups to the left and binds weaker than a sign, as the standard has it: -3 ** 2 is 9.
    pub(super) fn power(&mut self) -> Read<Node> {
        let start = self.span().start;
        let mut left = self.signed()?;
        while self.eat(&Token::Power) {
            let right = self.signed()?;
            left = self.around(start, Kind::Arithmetic(Arithmetic::Power, Box::new(left), Box::new(right)))?;
        }
        Ok(left)
    }

    pub(super) fn signed(&mut self) -> Read<Node> {
        let start = self.span().start;
        if self.eat(&Token::Minus) {
            let operand = self.deeper(Self::signed)?;
            return Ok(self.node(start, Kind::Negate(Box::new(operand))));
        }
        self.postfix()
    }
}
