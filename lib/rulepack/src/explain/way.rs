//! Ways to a goal: facts and what they must become, small enough to be copied by the thousand, and which of them are cheapest.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use super::engine::Engine;
use super::quick::Quick;
use crate::interpret::Value;
use crate::ir::FactId;

/// Sets with more changes help nobody.
pub const MOST_CHANGES: usize = 6;
/// Alternatives kept at each step.
const KEPT: usize = 5;
/// Two ways joined, before what has become too long is dropped.
const ROOM: usize = 2 * MOST_CHANGES;

/// A fact and what it becomes: the place of a value among all that were thought of, so that equal moves have equal places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Move {
    pub fact: FactId,
    pub place: u32,
}

/// Facts and what they must become, in the order in which they were found; at most one move of a fact.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    count: u8,
    moves: [Move; ROOM],
}

/// Ways, the cheapest first.
pub type Ways = Rc<[Way]>;

impl PartialEq for Way {
    fn eq(&self, other: &Way) -> bool {
        self.moves() == other.moves()
    }
}

impl Eq for Way {}

impl Hash for Way {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.moves().iter().for_each(|one| one.place.hash(state));
    }
}

impl Way {
    /// Nothing has to change.
    pub const NOTHING: Way = Way { count: 0, moves: [Move { fact: FactId(u16::MAX), place: u32::MAX }; ROOM] };

    pub fn of(one: Move) -> Way {
        let mut way = Way::NOTHING;
        way.push(one);
        way
    }

    pub fn moves(&self) -> &[Move] {
        self.moves.get(..usize::from(self.count)).unwrap_or_default()
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// What does not fit is left out: no way that is used is that long.
    pub fn push(&mut self, one: Move) {
        if let Some(slot) = self.moves.get_mut(usize::from(self.count)) {
            *slot = one;
            self.count += 1;
        }
    }

    /// The way without one of its moves.
    #[must_use]
    pub fn without(&self, at: usize) -> Way {
        let mut way = Way::NOTHING;
        let others = self.moves().iter().enumerate().filter(|(own, _)| *own != at);
        others.for_each(|(_, one)| way.push(*one));
        way
    }

    /// Its moves of facts that pass.
    #[must_use]
    pub fn only(&self, pass: impl Fn(FactId) -> bool) -> Way {
        let mut way = Way::NOTHING;
        self.moves().iter().filter(|one| pass(one.fact)).for_each(|one| way.push(*one));
        way
    }

    /// Whether it moves the fact.
    pub fn moves_fact(&self, fact: FactId) -> bool {
        self.moves().iter().any(|one| one.fact == fact)
    }

    /// In the order of the facts.
    pub fn sort(&mut self) {
        if let Some(moves) = self.moves.get_mut(..usize::from(self.count)) {
            moves.sort_by_key(|one| one.fact.0);
        }
    }
}

/// All moves thought of in one explanation.
#[derive(Default)]
pub struct Moves {
    known: Vec<KnownMove>,
    places: HashMap<(FactId, Value), u32, Quick>,
}

struct KnownMove {
    value: Value,
    /// How far it is from what the case has (nothing: from zero); none for a text.
    away: Option<u128>,
    /// The same as a share of what the case has, in millionths.
    size: u64,
    changeable: bool,
}

/// What the enterprise cannot change weighs most, then how many changes there are, then how great they are.
type Cost = (usize, usize, u64);

impl Moves {
    /// The value of a move of this explanation.
    pub fn value(&self, one: Move) -> Option<&Value> {
        self.of(one).map(|known| &known.value)
    }

    fn of(&self, one: Move) -> Option<&KnownMove> {
        self.known.get(one.place as usize)
    }

    /// Every way of the first with every way of the second.
    pub fn crossed(&self, first: &Ways, second: &Ways) -> Ways {
        // Most often one side has nothing to add, and what comes is sorted.
        match (&**first, &**second) {
            ([one], _) if one.is_empty() => return second.clone(),
            (_, [one]) if one.is_empty() => return first.clone(),
            _ => {}
        }
        let mut all = Vec::with_capacity(first.len() * second.len());
        for one in first.iter() {
            for other in second.iter() {
                let way = self.merged(one, other);
                if way.moves().len() <= MOST_CHANGES {
                    all.push(way);
                }
            }
        }
        self.best(all)
    }

    /// Both; of two changes of one number the further one.
    pub fn merged(&self, one: &Way, other: &Way) -> Way {
        let mut way = *one;
        for step in other.moves() {
            let own = way.moves.iter_mut().take(usize::from(way.count)).find(|own| own.fact == step.fact);
            let Some(own) = own else {
                way.push(*step);
                continue;
            };
            let away = |one: Move| self.of(one).and_then(|known| known.away);
            if away(*step) > away(*own) || away(*step).is_none() {
                *own = *step;
            }
        }
        way
    }

    /// The cheapest, without repeats.
    pub fn best(&self, mut ways: Vec<Way>) -> Ways {
        if ways.len() > 1 {
            ways.sort_by_cached_key(|way| self.cost(way));
            ways.dedup();
            ways.truncate(KEPT);
        }
        ways.into()
    }

    pub fn cost(&self, way: &Way) -> Cost {
        let known = || way.moves().iter().filter_map(|one| self.of(*one));
        let fixed = known().filter(|known| !known.changeable).count();
        (fixed, way.moves().len(), known().map(|known| known.size).sum())
    }
}

impl Engine<'_> {
    /// The move that gives a fact a value.
    pub fn a_move(&mut self, fact: FactId, value: Value) -> Move {
        let key = (fact, value);
        if let Some(place) = self.moves.places.get(&key) {
            return Move { fact, place: *place };
        }
        let (_, value) = &key;
        let (from, to) = (self.given(fact).and_then(Value::integer), value.integer());
        let size = match (from, to) {
            (Some(from), Some(to)) => {
                let share = to.abs_diff(from) as f64 / (from.unsigned_abs() as f64).max(1.0);
                (share * 1e6).min(1e12) as u64
            }
            _ => 1_000_000,
        };
        let away = to.map(|to| to.abs_diff(from.unwrap_or(0)));
        let known = KnownMove { value: value.clone(), away, size, changeable: self.changeable(fact) };
        let place = u32::try_from(self.moves.known.len()).unwrap_or(u32::MAX);
        self.moves.known.push(known);
        self.moves.places.insert(key, place);
        Move { fact, place }
    }
}
