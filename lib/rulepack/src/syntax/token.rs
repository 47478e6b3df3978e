//! What an expression is cut into.

use num_rational::BigRational;

use super::ast::{Comparison, Span};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Number {
        value: BigRational,
        unit: Option<String>,
    },
    Text(String),
    At(String),
    Name(String),
    /// A built-in function, its parenthesis follows.
    Function(&'static str),
    Word(Word),
    Compare(Comparison),
    Plus,
    Minus,
    Star,
    Slash,
    Power,
    Open,
    Close,
    OpenSquare,
    CloseSquare,
    OpenBrace,
    CloseBrace,
    Comma,
    Colon,
    Dot,
    Dots,
    Subject,
    End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    And,
    Or,
    Not,
    If,
    Then,
    Else,
    In,
    Between,
    /// 与 和 至 到: between the bounds of 介于.
    To,
    True,
    False,
    Null,
    Instance,
    Of,
}

#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub token: Token,
    pub span: Span,
}

/// Words in Latin letters.
pub(super) fn english(word: &str) -> Option<Word> {
    Some(match word {
        "and" => Word::And,
        "or" => Word::Or,
        "not" => Word::Not,
        "if" => Word::If,
        "then" => Word::Then,
        "else" => Word::Else,
        "in" => Word::In,
        "between" => Word::Between,
        "true" => Word::True,
        "false" => Word::False,
        "null" => Word::Null,
        "instance" => Word::Instance,
        "of" => Word::Of,
        _ => return None,
    })
}

/// Words that would begin a loop or a function.
pub(super) const LOOPS: &[&str] = &["for", "some", "every", "function", "return", "satisfies", "external"];

/// Chinese words, longest first where one begins another.
const CHINESE: &[(&str, Token)] = &[
    ("大于等于", Token::Compare(Comparison::GreaterOrEqual)),
    ("小于等于", Token::Compare(Comparison::LessOrEqual)),
    ("不等于", Token::Compare(Comparison::NotEqual)),
    ("不低于", Token::Compare(Comparison::GreaterOrEqual)),
    ("不少于", Token::Compare(Comparison::GreaterOrEqual)),
    ("不小于", Token::Compare(Comparison::GreaterOrEqual)),
    ("不高于", Token::Compare(Comparison::LessOrEqual)),
    ("不超过", Token::Compare(Comparison::LessOrEqual)),
    ("不大于", Token::Compare(Comparison::LessOrEqual)),
    ("不多于", Token::Compare(Comparison::LessOrEqual)),
    ("大于", Token::Compare(Comparison::Greater)),
    ("高于", Token::Compare(Comparison::Greater)),
    ("超过", Token::Compare(Comparison::Greater)),
    ("小于", Token::Compare(Comparison::Less)),
    ("低于", Token::Compare(Comparison::Less)),
    ("不足", Token::Compare(Comparison::Less)),
    ("等于", Token::Compare(Comparison::Equal)),
    ("并且", Token::Word(Word::And)),
    ("而且", Token::Word(Word::And)),
    ("且", Token::Word(Word::And)),
    ("或者", Token::Word(Word::Or)),
    ("或", Token::Word(Word::Or)),
    ("如果", Token::Word(Word::If)),
    ("若", Token::Word(Word::If)),
    ("那么", Token::Word(Word::Then)),
    ("则", Token::Word(Word::Then)),
    ("否则", Token::Word(Word::Else)),
    ("非", Token::Word(Word::Not)),
    ("介于", Token::Word(Word::Between)),
    ("属于", Token::Word(Word::In)),
    ("在", Token::Word(Word::In)),
    ("与", Token::Word(Word::To)),
    ("和", Token::Word(Word::To)),
    ("至", Token::Word(Word::To)),
    ("到", Token::Word(Word::To)),
    ("是", Token::Word(Word::True)),
    ("真", Token::Word(Word::True)),
    ("否", Token::Word(Word::False)),
    ("假", Token::Word(Word::False)),
];

/// The Chinese word `text` begins with, and its length.
pub(super) fn chinese_at(text: &str) -> Option<(&'static Token, usize)> {
    CHINESE.iter().find(|(word, _)| text.starts_with(word)).map(|(word, token)| (token, word.len()))
}
