//! Values, answers and sets of missing facts.

use std::sync::Arc;

use crate::ir::{Dag, FactId, ReasonId};

/// A value of a node; a number counts 10^-scale of the node's type, a date the days since 1970-01-01.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Value {
    Number(i128),
    Boolean(bool),
    Text(Arc<str>),
    Date(i32),
}

impl Value {
    /// The value as an ordered integer: numbers, dates and booleans; a text has none.
    pub fn integer(&self) -> Option<i128> {
        match self {
            Self::Number(value) => Some(*value),
            Self::Date(days) => Some((*days).into()),
            Self::Boolean(value) => Some((*value).into()),
            Self::Text(_) => None,
        }
    }
}

/// A set of facts, small and cheap to join.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Missing {
    /// Facts 0 to 127.
    low: u128,
    /// Facts from 128 on, 64 a word, without zero words at the end.
    high: Vec<u64>,
}

impl Missing {
    pub fn of(fact: FactId) -> Self {
        let mut set = Self::default();
        set.insert(fact);
        set
    }

    pub fn insert(&mut self, fact: FactId) {
        let fact = usize::from(fact.0);
        if fact < 128 {
            self.low |= 1 << fact;
        } else {
            let word = (fact - 128) / 64;
            if self.high.len() <= word {
                self.high.resize(word + 1, 0);
            }
            self.high[word] |= 1 << (fact % 64);
        }
    }

    pub fn contains(&self, fact: FactId) -> bool {
        let fact = usize::from(fact.0);
        if fact < 128 {
            self.low >> fact & 1 == 1
        } else {
            self.high.get((fact - 128) / 64).is_some_and(|word| word >> (fact % 64) & 1 == 1)
        }
    }

    pub fn join(&mut self, other: &Self) {
        self.low |= other.low;
        if self.high.len() < other.high.len() {
            self.high.resize(other.high.len(), 0);
        }
        for (word, more) in self.high.iter_mut().zip(&other.high) {
            *word |= more;
        }
    }

    /// The facts in both sets.
    pub fn common(&self, other: &Self) -> Self {
        let mut high: Vec<u64> = self.high.iter().zip(&other.high).map(|(a, b)| a & b).collect();
        while high.last() == Some(&0) {
            high.pop();
        }
        Self { low: self.low & other.low, high }
    }

    pub fn is_empty(&self) -> bool {
        self.low == 0 && self.high.is_empty()
    }

    /// How many facts.
    pub fn len(&self) -> usize {
        (self.low.count_ones() + self.high.iter().map(|word| word.count_ones()).sum::<u32>()) as usize
    }

    /// The facts, in order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = FactId> + '_ {
        let low = std::iter::successors((self.low != 0).then_some(self.low), |set| {
            Some(set & (set - 1)).filter(|rest| *rest != 0)
        })
        .map(|set| set.trailing_zeros());
        let high = self.high.iter().enumerate().flat_map(|(word, bits)| {
            std::iter::successors((*bits != 0).then_some(*bits), |set| Some(set & (set - 1)).filter(|rest| *rest != 0))
                .map(move |set| 128 + word as u32 * 64 + set.trailing_zeros())
        });
        low.chain(high).map(|fact| FactId(fact as u16))
    }

    /// The codes of the facts, sorted, as outputs show them.
    pub fn codes<'a>(&self, dag: &'a Dag) -> Vec<&'a str> {
        let mut codes: Vec<&str> = self.iter().map(|fact| dag.facts()[usize::from(fact.0)].code.as_str()).collect();
        codes.sort_unstable();
        codes
    }
}

/// What a node says of one case.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    Known(Value),
    Unknown(Missing),
    NotApplicable(ReasonId),
}

/// Unknown, missing nothing that can be named.
impl Default for Answer {
    fn default() -> Self {
        Self::Unknown(Missing::default())
    }
}

impl Answer {
    pub fn number(value: i128) -> Self {
        Self::Known(Value::Number(value))
    }

    pub fn boolean(value: bool) -> Self {
        Self::Known(Value::Boolean(value))
    }

    pub fn is_true(&self) -> bool {
        matches!(self, Self::Known(Value::Boolean(true)))
    }

    pub fn is_false(&self) -> bool {
        matches!(self, Self::Known(Value::Boolean(false)))
    }

    /// The missing set, if unknown.
    pub fn missing(&self) -> Option<&Missing> {
        match self {
            Self::Unknown(missing) => Some(missing),
            _ => None,
        }
    }

    /// The value, if known.
    pub fn value(&self) -> Option<&Value> {
        match self {
            Self::Known(value) => Some(value),
            _ => None,
        }
    }

    pub(super) fn integer(&self) -> i128 {
        self.value().and_then(Value::integer).unwrap_or_default()
    }
}
