//! Operands of expressions: literals, names, calls, brackets, ranges, lists, contexts.

use super::ast::{Comparison, Kind, Node, Range};
use super::parser::{Parser, Read};
use super::token::{Token, Word};

impl Parser<'_> {
    pub(super) fn postfix(&mut self) -> Read<Node> {
        let start = self.span().start;
        let mut node = self.primary()?;
        loop {
            let kind = match self.peek() {
                Token::Dot => {
                    self.take();
                    match self.take() {
                        Token::Name(name) => Kind::Path(Box::new(node), name),
                        _ => {
                            self.place -= 1;
                            return self.unexpected("属性名", "the name of a property");
                        }
                    }
                }
                Token::OpenSquare if begins(self.after()) => {
                    self.take();
                    let filter = self.expression()?;
                    self.must(&Token::CloseSquare, "“]”", "`]`")?;
                    Kind::Filter(Box::new(node), Box::new(filter))
                }
                _ => return Ok(node),
            };
            node = self.around(start, kind)?;
        }
    }

    pub(super) fn primary(&mut self) -> Read<Node> {
        let start = self.span().start;
        let kind = match self.peek().clone() {
            Token::Number { value, unit } => self.simple(Kind::Number { value, unit }),
            Token::Text(text) => self.simple(Kind::Text(text)),
            Token::At(text) => self.simple(Kind::At(text)),
            Token::Subject => self.simple(Kind::Subject),
            Token::Word(Word::True) => self.simple(Kind::Boolean(true)),
            Token::Word(Word::False) => self.simple(Kind::Boolean(false)),
            Token::Word(Word::Null) => self.simple(Kind::Null),
            Token::Word(Word::If) => {
                self.take();
                return self.condition(start);
            }
            Token::Word(Word::Not) => return self.deeper(Self::comparison),
            Token::Function(name) => {
                self.take();
                self.call(name.to_owned())?
            }
            Token::Name(name) if self.after() == &Token::Open => {
                self.take();
                self.call(name)?
            }
            Token::Name(name) => self.simple(Kind::Name(name)),
            Token::Open => self.parenthesis()?,
            Token::OpenSquare => self.square()?,
            Token::CloseSquare => {
                self.take();
                let low = self.deeper(Self::sum)?;
                Kind::Range(self.range(low, false)?)
            }
            Token::OpenBrace => self.context()?,
            _ => return self.unexpected("一个值、名称或括号", "a value, a name or a bracket"),
        };
        Ok(self.node(start, kind))
    }

    pub(super) fn simple(&mut self, kind: Kind) -> Kind {
        self.place += 1;
        kind
    }

    pub(super) fn call(&mut self, name: String) -> Read<Kind> {
        self.must(&Token::Open, "“(”", "`(`")?;
        let mut arguments = Vec::new();
        if self.eat(&Token::Close) {
            return Ok(Kind::Call { name, arguments });
        }
        loop {
            let label = match (self.peek().clone(), self.after()) {
                (Token::Name(label), Token::Colon) => {
                    self.place += 2;
                    Some(label)
                }
                _ => None,
            };
            arguments.push((label, self.expression()?));
            if self.eat(&Token::Close) {
                return Ok(Kind::Call { name, arguments });
            }
            self.must(&Token::Comma, "“,”或“)”", "`,` or `)`")?;
        }
    }

    /// `(a + b)`, `(1..5]`, `(< 5)`.
    pub(super) fn parenthesis(&mut self) -> Read<Kind> {
        self.must(&Token::Open, "“(”", "`(`")?;
        if let Token::Compare(how) = *self.peek() {
            self.take();
            let bound = self.deeper(Self::sum)?;
            self.must(&Token::Close, "“)”", "`)`")?;
            return self.half_range(how, bound);
        }
        let inner = self.expression()?;
        if self.peek() == &Token::Dots {
            return Ok(Kind::Range(self.range(inner, false)?));
        }
        self.must(&Token::Close, "“)”", "`)`")?;
        Ok(inner.kind)
    }

    pub(super) fn half_range(&self, how: Comparison, bound: Node) -> Read<Kind> {
        let open = Box::new(Node { kind: Kind::Null, span: bound.span });
        let bound = Box::new(bound);
        Ok(Kind::Range(match how {
            Comparison::Less => Range { low: open, low_closed: false, high: bound, high_closed: false },
            Comparison::LessOrEqual => Range { low: open, low_closed: false, high: bound, high_closed: true },
            Comparison::Greater => Range { low: bound, low_closed: false, high: open, high_closed: false },
            Comparison::GreaterOrEqual => Range { low: bound, low_closed: true, high: open, high_closed: false },
            Comparison::Equal => Range { low: bound.clone(), low_closed: true, high: bound, high_closed: true },
            Comparison::NotEqual => return self.unexpected("区间", "a range"),
        }))
    }

    /// `[1, 2]`, `[1..5)`.
    pub(super) fn square(&mut self) -> Read<Kind> {
        self.must(&Token::OpenSquare, "“[”", "`[`")?;
        let mut items = Vec::new();
        if self.eat(&Token::CloseSquare) {
            return Ok(Kind::List(items));
        }
        loop {
            let item = self.expression()?;
            if items.is_empty() && self.peek() == &Token::Dots {
                return Ok(Kind::Range(self.range(item, true)?));
            }
            items.push(item);
            if self.eat(&Token::CloseSquare) {
                return Ok(Kind::List(items));
            }
            self.must(&Token::Comma, "“,”或“]”", "`,` or `]`")?;
        }
    }

    /// From `..` on.
    pub(super) fn range(&mut self, low: Node, low_closed: bool) -> Read<Range> {
        self.must(&Token::Dots, "“..”", "`..`")?;
        let high = self.deeper(Self::sum)?;
        let high_closed = match self.peek() {
            Token::CloseSquare => true,
            Token::Close | Token::OpenSquare => false,
            _ => return self.unexpected("“]”或“)”", "`]` or `)`"),
        };
        self.take();
        Ok(Range { low: Box::new(low), low_closed, high: Box::new(high), high_closed })
    }

    pub(super) fn context(&mut self) -> Read<Kind> {
        self.must(&Token::OpenBrace, "“{”", "`{`")?;
        let mut entries = Vec::new();
        if self.eat(&Token::CloseBrace) {
            return Ok(Kind::Context(entries));
        }
        loop {
            let start = self.span().start;
            let mut key = None;
            while !matches!(self.peek(), Token::Colon | Token::End) {
                key = match self.take() {
                    Token::Text(text) if key.is_none() => Some(text),
                    _ => {
                        let end =
                            self.place.checked_sub(1).and_then(|p| self.tokens.get(p)).map_or(start, |t| t.span.end);
                        Some(self.text.get(start..end).unwrap_or("").to_owned())
                    }
                };
            }
            let Some(key) = key else { return self.unexpected("名称", "a name") };
            self.must(&Token::Colon, "“:”", "`:`")?;
            entries.push((key, self.expression()?));
            if self.eat(&Token::CloseBrace) {
                return Ok(Kind::Context(entries));
            }
            self.must(&Token::Comma, "“,”或“}”", "`,` or `}`")?;
        }
    }
}

/// Whether an expression can begin with it; else a bracket before it ends a range, as in `]1..5[`.
fn begins(token: &Token) -> bool {
    match token {
        Token::Number { .. } | Token::Text(_) | Token::At(_) | Token::Name(_) | Token::Function(_) => true,
        Token::Minus | Token::Open | Token::OpenSquare | Token::OpenBrace | Token::CloseSquare | Token::Subject => true,
        Token::Word(word) => matches!(word, Word::True | Word::False | Word::Null | Word::If | Word::Not),
        _ => false,
    }
}
