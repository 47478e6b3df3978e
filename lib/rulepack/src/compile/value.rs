//! Typed values while compiling: exact constants, quotients that are never divided, texts whose set is not yet known.

use num_rational::BigRational;

use super::compiler::{Compiler, Made};
use super::messages;
use super::program::{Shown, Value};
use super::tree::{Tree, TreeKind};
use crate::diagnostic::Place;
use crate::ir::NodeId;
use crate::unit::{Dimension, Unit};

/// A typed value.
#[derive(Clone, Debug)]
pub enum Typed {
    Number(Number),
    Boolean(NodeId),
    Text(Text),
    Date(NodeId),
    List(Vec<Piece>),
    Null,
}

/// A typed value and what it was in the author's words.
#[derive(Clone, Debug)]
pub struct Piece {
    pub typed: Typed,
    pub tree: Tree,
}

/// A number in base units: a constant, or `num / (by × den)`.
#[derive(Clone, Debug)]
pub struct Number {
    pub held: Held,
    pub dimension: Dimension,
    /// The unit of bare numbers beside it, and of people.
    pub unit: Option<Unit>,
    /// Written without a unit and not yet beside a quantity.
    pub bare: bool,
}

/// What a number is made of.
#[derive(Clone, Debug)]
pub enum Held {
    Exact(BigRational),
    /// `by` is positive.
    Nodes {
        num: NodeId,
        by: i128,
        den: Option<NodeId>,
    },
}

/// A text.
#[derive(Clone, Debug)]
pub struct Text {
    pub held: TextHeld,
    /// The declared set it is of.
    pub set: Option<usize>,
}

/// A computed text, or a word.
#[derive(Clone, Debug)]
pub enum TextHeld {
    Node(NodeId),
    /// As written; `quoted` if in quotation marks. Without them it must be of a declared set.
    Word {
        word: String,
        quoted: bool,
    },
}

impl Number {
    pub fn exact(value: BigRational) -> Self {
        Self { held: Held::Exact(value), dimension: Dimension::NONE, unit: None, bare: false }
    }

    pub fn node(num: NodeId) -> Self {
        Self { held: Held::Nodes { num, by: 1, den: None }, dimension: Dimension::NONE, unit: None, bare: false }
    }

    pub fn with(mut self, dimension: Dimension, unit: Option<Unit>) -> Self {
        self.dimension = dimension;
        self.unit = unit;
        self
    }

    pub fn constant(&self) -> Option<&BigRational> {
        match &self.held {
            Held::Exact(value) => Some(value),
            Held::Nodes { .. } => None,
        }
    }

    /// A bare number becomes one of this unit.
    pub fn settle(&mut self, unit: &Unit) {
        if self.bare {
            if let Held::Exact(value) = &mut self.held {
                *value = unit.to_base(value);
            }
            self.bare = false;
            self.dimension = unit.dimension();
            self.unit = Some(unit.clone());
        }
    }

    /// The unit people and bare numbers beside it use.
    pub fn hint(&self) -> Unit {
        self.unit.clone().unwrap_or_else(|| Unit::base(self.dimension))
    }
}

/// What a typed value is, for messages.
pub fn kind(typed: &Typed) -> (&'static str, &'static str) {
    match typed {
        Typed::Number(_) => ("数", "a number"),
        Typed::Boolean(_) => ("是否", "a boolean"),
        Typed::Text(_) => ("文字", "a text"),
        Typed::Date(_) => ("日期", "a date"),
        Typed::List(_) => ("列表", "a list"),
        Typed::Null => ("null", "null"),
    }
}

impl Compiler<'_> {
    /// The text of a word: of the set, if one is asked for or the word is in exactly one.
    pub fn word(
        &mut self,
        word: &str,
        quoted: bool,
        set: Option<usize>,
        place: &Place,
    ) -> Made<(String, Option<usize>)> {
        let code = |at: usize, sets: &[super::program::ValueSet]| {
            let set = sets.get(at)?;
            let is = |value: &&crate::dictionary::FactValue| {
                value.code == word || value.zh == word || value.en.eq_ignore_ascii_case(word)
            };
            set.values
                .iter()
                .find(|value| value.code == word)
                .or_else(|| set.values.iter().find(is))
                .map(|value| value.code.clone())
        };
        if let Some(set) = set {
            if let Some(code) = code(set, &self.sets) {
                return Ok((code, Some(set)));
            }
            let known = self.sets.get(set).map(|set| (set.name.clone(), set.values.clone())).unwrap_or_default();
            let words = known.1.iter().flat_map(|value| [value.code.as_str(), value.zh.as_str(), value.en.as_str()]);
            let near = crate::suggest::nearest(word, words);
            return self.tell(messages::unknown_value(place.clone(), word, &known.0, near));
        }
        let found: Vec<(String, usize)> =
            (0..self.sets.len()).filter_map(|at| Some((code(at, &self.sets)?, at))).collect();
        if quoted {
            return Ok((word.to_owned(), None));
        }
        if found.iter().any(|other| Some(&other.0) != found.first().map(|first| &first.0)) {
            return self.tell(messages::ambiguous_value(place.clone(), word));
        }
        match found.into_iter().next() {
            Some((code, set)) => Ok((code, Some(set))),
            None => self.tell(messages::unknown_name(place.clone(), word, None)),
        }
    }

    /// The piece with nothing left open, its tree with value and unit.
    pub fn sealed(&mut self, mut piece: Piece) -> Made<Piece> {
        let place = piece.tree.place.clone();
        match &mut piece.typed {
            Typed::Number(number) => {
                number.bare = false;
                let number = number.clone();
                piece.tree.value = Some(self.value(&number, &place)?);
                piece.tree.shown = Shown::Number { unit: number.hint(), counts: Unit::base(number.dimension) };
            }
            Typed::Boolean(node) => {
                piece.tree.value = Some(Value { node: *node, denominator: None });
                piece.tree.shown = Shown::Boolean;
            }
            Typed::Date(node) => {
                piece.tree.value = Some(Value { node: *node, denominator: None });
                piece.tree.shown = Shown::Date;
            }
            Typed::Text(text) => {
                if let TextHeld::Word { word, quoted } = text.held.clone() {
                    let (code, set) = self.word(&word, quoted, text.set, &place)?;
                    *text = Text { held: TextHeld::Node(self.dag.text(&code)), set };
                }
                if let TextHeld::Node(node) = text.held {
                    piece.tree.value = Some(Value { node, denominator: None });
                }
                piece.tree.shown = Shown::Text(text.set);
            }
            Typed::List(_) | Typed::Null => piece.tree.shown = Shown::Other,
        }
        Ok(piece)
    }

    /// The tree of a piece with nothing left open.
    pub fn tree(&mut self, piece: Piece) -> Made<std::sync::Arc<Tree>> {
        Ok(std::sync::Arc::new(self.sealed(piece)?.tree))
    }
}

/// A piece whose tree is filled in when it is sealed.
pub fn piece(typed: Typed, kind: TreeKind, place: Place, text: impl Into<String>) -> Piece {
    Piece { typed, tree: Tree { place, text: text.into(), value: None, shown: Shown::Other, kind } }
}
