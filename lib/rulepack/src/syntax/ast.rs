//! The syntax tree of an expression, as written: names are not resolved, types not known.

use num_rational::BigRational;

/// Bytes `start..end` of the text that was parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

/// One node with its place in the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub kind: Kind,
    pub span: Span,
}

/// `+ - * / **`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
}

/// `= != < <= > >=`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// What an expression is made of.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    Null,
    Boolean(bool),
    Text(String),
    /// A literal number, exact, in its own unit: `5000 万元` is 5000 with unit `万元`, `3 %` is 3 with unit `%`. No unit: a bare number.
    Number {
        value: BigRational,
        unit: Option<String>,
    },
    /// `@"2026-02-13"`: a date, time or duration literal; `date("…")` and `duration("…")` are calls.
    At(String),
    /// A fact, parameter, definition, output or declared value, by code or by Chinese or English name, as written.
    Name(String),
    /// `?` inside a unary test: the value tested.
    Subject,
    Negate(Box<Node>),
    Arithmetic(Arithmetic, Box<Node>, Box<Node>),
    Compare(Comparison, Box<Node>, Box<Node>),
    /// Flattened: `a and b and c` is one node of three.
    And(Vec<Node>),
    Or(Vec<Node>),
    If(Box<Node>, Box<Node>, Box<Node>),
    Between(Box<Node>, Box<Node>, Box<Node>),
    /// `x in test` or `x in (test, test)`.
    In(Box<Node>, Vec<Test>),
    Range(Range),
    List(Vec<Node>),
    /// `{key: value}`, read by `rules eval` only.
    Context(Vec<(String, Node)>),
    /// A built-in function, `not(…)` among them; arguments by place or by name. There are no user functions.
    Call {
        name: String,
        arguments: Vec<(Option<String>, Node)>,
    },
    /// `x.year`, `range.start`
    Path(Box<Node>, String),
    /// `list[1]`, `list[item > 2]`
    Filter(Box<Node>, Box<Node>),
    InstanceOf(Box<Node>, String),
}

/// `[a..b]`, `(a..b)`, `]a..b[`.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    pub low: Box<Node>,
    pub low_closed: bool,
    pub high: Box<Node>,
    pub high_closed: bool,
}

/// One unary test of a table cell or of `in`.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// `-` or `—`: anything, even what is not provided.
    Any,
    /// `< 5`, `= 3`, `!= 2`
    Compare(Comparison, Node),
    Range(Range),
    /// `not(a, b)`: none of them.
    Not(Vec<Test>),
    /// An expression without `?`: equal to it, or among it if it is a list or range.
    Value(Node),
    /// An expression with `?`: true as it stands.
    Expression(Node),
}

/// The tests of one cell: any one true makes the cell true (`"a","b"`).
pub type Tests = Vec<Test>;
