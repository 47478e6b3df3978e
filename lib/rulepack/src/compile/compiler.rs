//! One pack on its way into the graph: named things are compiled when they are first needed.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;

use super::messages;
use super::program::{Body, CompiledPack, FactInfo, Key, Program, Rule, RuleId, Shown, Value, ValueSet};
use super::scope::{Entity, Scope, Thing};
use super::tree::Tree;
use super::value::{Number, Piece, Text, TextHeld, Typed};
use crate::diagnostic::Diagnostic;
use crate::dictionary::Dictionary;
use crate::ir::{Dag, NodeId, Reason, ReasonId, date};
use crate::pack::{Law, Pack, Written};
use crate::unit::Unit;

/// What was wrong has been told.
#[derive(Clone, Copy, Debug)]
pub struct Told;

/// In a longer chain of names that rest on one another, what stands deeper is compiled first, so that no pack can exhaust the stack.
const DEEPEST: usize = 8;

/// A result, or a diagnostic already recorded.
pub type Made<T> = Result<T, Told>;

/// Where a named thing stands.
#[derive(Clone, Debug)]
pub enum State {
    Waiting,
    Working,
    Done(Box<Done>),
    Failed,
}

/// A compiled thing: its rule and its value for expressions that name it.
#[derive(Clone, Debug)]
pub struct Done {
    pub rule: RuleId,
    pub typed: Typed,
}

/// Compiles one pack.
pub struct Compiler<'a> {
    pub dag: &'a mut Dag,
    pub facts: &'a mut Vec<FactInfo>,
    pub found: &'a mut Vec<Diagnostic>,
    pub pack: &'a Arc<Pack>,
    pub dictionary: Dictionary,
    pub scope: Scope,
    pub on: NaiveDate,
    pub in_force: bool,
    pub sets: Vec<ValueSet>,
    /// The set of each text fact with declared values.
    pub fact_sets: HashMap<String, usize>,
    pub rules: Vec<Rule>,
    /// What sets are grouped and ordered by.
    pub keys: Vec<Key>,
    states: Vec<State>,
    /// Things being compiled, outermost first.
    working: Vec<usize>,
    pub applies: Option<NodeId>,
    /// Units of bare numbers by fact code.
    pub units: HashMap<String, Unit>,
    /// What has to be compiled before the present work is tried again.
    deferred: Option<usize>,
    /// The unit the expression being compiled is expected in.
    pub expected: Option<Unit>,
    /// Rows of tables already compiled.
    pub tables: HashMap<usize, Arc<Vec<super::program::Row>>>,
    /// Places of the rows of tables by priority, the first before all others.
    pub orders: HashMap<usize, Vec<usize>>,
    /// Values of amounts before others of their group are looked at.
    pub amounts: HashMap<usize, super::amount::Own>,
}

/// Compiles a pack into the program's graph.
pub fn compile_pack(
    program: &mut Program,
    pack: &Arc<Pack>,
    dictionary: &Dictionary,
    on: NaiveDate,
    found: &mut Vec<Diagnostic>,
) -> Made<CompiledPack> {
    let before = found.len();
    let (scope, dictionary) = Scope::of(pack, dictionary, found);
    let states = vec![State::Waiting; scope.things.len()];
    let in_force = pack.in_force(on);
    let mut compiler = Compiler {
        dag: &mut program.dag,
        facts: &mut program.facts,
        found,
        pack,
        dictionary,
        scope,
        on,
        in_force,
        sets: Vec::new(),
        fact_sets: HashMap::new(),
        rules: Vec::new(),
        keys: Vec::new(),
        states,
        working: Vec::new(),
        applies: None,
        units: HashMap::new(),
        deferred: None,
        expected: None,
        tables: HashMap::new(),
        orders: HashMap::new(),
        amounts: HashMap::new(),
    };
    compiler.declare_sets();
    compiler.declare_units();
    let applies = match &pack.applies {
        Some(written) => compiler.with_deferred(|compiler| compiler.condition_alone(written)).ok(),
        None => None,
    };
    compiler.applies = applies.as_ref().and_then(|tree| tree.value).map(|value| value.node);
    for thing in 0..compiler.scope.things.len() {
        compiler.settle(thing);
    }
    let outputs = compiler.outputs();
    let states = std::mem::take(&mut compiler.states);
    super::amount::settle_rivals(&mut compiler.rules, &compiler.scope.things, |thing| match states.get(thing) {
        Some(State::Done(done)) => Some(done.rule),
        _ => None,
    });
    let (rules, sets, keys) = (compiler.rules, compiler.sets, compiler.keys);
    if found.len() > before {
        return Err(Told);
    }
    Ok(CompiledPack { source: pack.clone(), on, in_force, applies, sets, rules, keys, outputs })
}

impl Compiler<'_> {
    /// Records what is wrong.
    pub fn tell<T>(&mut self, diagnostic: Diagnostic) -> Made<T> {
        self.found.push(diagnostic);
        Err(Told)
    }

    /// A text of the pack as a unit.
    pub fn unit(&mut self, written: &Written) -> Made<Unit> {
        match Unit::parse(&written.text) {
            Some(unit) => Ok(unit),
            None => self.tell(messages::unknown_unit(written.place.clone(), &written.text)),
        }
    }

    /// An optional unit; what is wrong is told and left out.
    pub fn unit_of(&mut self, written: Option<&Written>) -> Made<Option<Unit>> {
        written.map(|written| self.unit(written)).transpose()
    }

    /// Adds a set or finds the one with the same values.
    pub fn add_set(&mut self, set: ValueSet) -> usize {
        if let Some(at) = self.sets.iter().position(|own| own.values == set.values) {
            return at;
        }
        self.sets.push(set);
        self.sets.len() - 1
    }

    /// A reason by its code.
    pub fn reason(&mut self, code: impl Into<String>, zh: &str, en: &str) -> ReasonId {
        self.dag.reason(Reason { code: code.into(), zh: zh.to_owned(), en: en.to_owned() })
    }

    /// The reason of what has a condition that is not met.
    pub fn condition_not_met(&mut self) -> ReasonId {
        self.reason("condition_not_met", "条件不满足", "the condition is not met")
    }

    /// A named thing, compiled if it was not yet.
    pub fn thing(&mut self, at: usize) -> Made<Done> {
        match self.states.get(at) {
            Some(State::Done(done)) => return Ok((**done).clone()),
            Some(State::Waiting) => {}
            Some(State::Working) => {
                let from = self.working.iter().position(|other| *other == at).unwrap_or(0);
                let round: Vec<usize> = self.working.iter().skip(from).copied().chain([at]).collect();
                return self.round(&round);
            }
            Some(State::Failed) | None => return Err(Told),
        }
        if self.working.len() >= DEEPEST {
            self.deferred.get_or_insert(at);
            return Err(Told);
        }
        self.state(at, State::Working);
        self.working.push(at);
        let made = self.make(at);
        self.working.pop();
        match made {
            Ok(done) => {
                self.state(at, State::Done(Box::new(done.clone())));
                Ok(done)
            }
            Err(Told) => {
                self.state(at, if self.deferred.is_some() { State::Waiting } else { State::Failed });
                Err(Told)
            }
        }
    }

    /// Tries again until nothing is left that has to be compiled first.
    fn with_deferred<T>(&mut self, make: impl Fn(&mut Self) -> Made<T>) -> Made<T> {
        loop {
            let made = make(self);
            match self.deferred.take() {
                Some(other) => self.settle(other),
                None => return made,
            }
        }
    }

    /// Compiles a thing and before it what lies too deep below it.
    fn settle(&mut self, at: usize) {
        let mut pending = vec![at];
        while let Some(next) = pending.last().copied() {
            let _ = self.thing(next);
            match self.deferred.take() {
                None => drop(pending.pop()),
                Some(other) => match pending.iter().position(|one| *one == other) {
                    None => pending.push(other),
                    Some(from) => {
                        let round: Vec<usize> = pending.iter().skip(from).copied().chain([other]).collect();
                        let _ = self.round(&round);
                        return;
                    }
                },
            }
        }
    }

    /// Tells that these rest on one another in a circle.
    fn round(&mut self, round: &[usize]) -> Made<Done> {
        let things: Vec<&Thing> = round.iter().filter_map(|at| self.scope.things.get(*at)).collect();
        let names: Vec<String> = things.iter().map(|thing| thing.name.zh.clone()).collect();
        let place = things.last().map(|thing| thing.place.clone()).ok_or(Told)?;
        let hidden = names.iter().any(|name| self.dictionary.get(name).is_some());
        for at in round {
            self.state(*at, State::Failed);
        }
        self.tell(messages::cycle(place, &names, hidden))
    }

    fn state(&mut self, at: usize, state: State) {
        if let Some(own) = self.states.get_mut(at) {
            *own = state;
        }
    }

    fn make(&mut self, at: usize) -> Made<Done> {
        let thing = self.scope.things.get(at).cloned().ok_or(Told)?;
        match thing.entity {
            Entity::Parameter(_) => self.parameter(&thing),
            Entity::Definition(definition) => self.definition(&thing, definition),
            Entity::Table { table, output } => self.table_output(&thing, table, output),
            Entity::Scale(scale) => self.scale(&thing, scale),
            Entity::Amount(amount) => self.amount(&thing, amount),
            Entity::Score(score) => self.score(&thing, score),
            Entity::Item { score, item } => self.item(&thing, score, item),
            Entity::Classes(classes) => self.classes(&thing, classes),
        }
    }

    /// Records a finished thing. A number must be a value of its own unless it is a definition or parameter.
    pub fn done(&mut self, thing: &Thing, law: Law, typed: Typed, body: Body) -> Made<Done> {
        let place = thing.place.clone();
        let (value, shown) = match &typed {
            Typed::Number(number) => {
                let shown = Shown::Number { unit: number.hint(), counts: Unit::base(number.dimension) };
                (self.value(number, &place)?, shown)
            }
            Typed::Boolean(node) => (Value { node: *node, denominator: None }, Shown::Boolean),
            Typed::Date(node) => (Value { node: *node, denominator: None }, Shown::Date),
            Typed::Text(Text { held: TextHeld::Node(node), set }) => {
                (Value { node: *node, denominator: None }, Shown::Text(*set))
            }
            // A list is only ever looked into.
            _ => (Value { node: self.dag.boolean(true), denominator: None }, Shown::Other),
        };
        let rule = Rule { code: thing.code.clone(), name: thing.name.clone(), place, law, value, shown, body };
        self.rules.push(rule);
        Ok(Done { rule: RuleId(self.rules.len() - 1), typed })
    }

    /// A definition: the expression, in the declared unit.
    fn definition(&mut self, thing: &Thing, at: usize) -> Made<Done> {
        let pack = self.pack.clone();
        let definition = pack.definitions.get(at).ok_or(Told)?;
        let unit = self.unit_of(definition.unit.as_ref())?;
        let piece = self.expression_in(&definition.expression, unit.as_ref())?;
        let piece = self.declared(piece, unit.as_ref())?;
        let typed = piece.typed.clone();
        let tree = Arc::new(piece.tree);
        self.done(thing, definition.law, typed, Body::Expression { definition: at, tree })
    }

    /// A sealed piece in its declared unit: a bare number takes it, another must be of its dimension.
    pub fn declared(&mut self, mut piece: Piece, unit: Option<&Unit>) -> Made<Piece> {
        if let (Some(unit), Typed::Number(number)) = (unit, &mut piece.typed) {
            number.settle(unit);
            if number.dimension != unit.dimension() {
                let mut own = number.clone();
                let mut other = Number::exact(unit.factor().clone()).with(unit.dimension(), Some(unit.clone()));
                self.same_unit(&mut own, &mut other, &piece.tree.place)?;
            }
            number.unit = Some(unit.clone());
        }
        self.sealed(piece)
    }

    /// A condition that may not depend on functions over the set: what the pack applies to, what a set is.
    pub fn condition_alone(&mut self, written: &Written) -> Made<Arc<Tree>> {
        let tree = self.condition(written)?;
        if tree.value.is_some_and(|value| self.dag.node(value.node).stage > 0) {
            return self.tell(messages::population_here(written.place.clone()));
        }
        Ok(tree)
    }
}

/// Days since 1970-01-01.
pub fn days(year: i32, month: u32, day: u32) -> i32 {
    NaiveDate::from_ymd_opt(year, month, day).map_or(0, days_of)
}

/// Days since 1970-01-01, within the calendar of the graph.
pub fn days_of(day: NaiveDate) -> i32 {
    let days = day.signed_duration_since(NaiveDate::default()).num_days();
    i32::try_from(days).unwrap_or(0).clamp(date::LOW, date::HIGH)
}
