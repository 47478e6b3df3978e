//! The answers of a case of which some facts are changed: computed only where they rest on a changed fact, and only when asked for.

use std::collections::HashMap;
use std::rc::Rc;

use super::{Answer, Answers, Value, apply, population};
use crate::ir::{Dag, FactId, NodeId, Op};

/// A case with changes that come and go.
pub(crate) struct Changed<'a> {
    dag: &'a Dag,
    own: &'a [Option<Value>],
    /// The answers of the case itself.
    base: Rc<Answers>,
    facts: Vec<Option<Value>>,
    /// The facts that are not as in the case, and their bits.
    moved: Vec<FactId>,
    moved_bits: u64,
    /// Which facts each node rests on.
    rests: Vec<u64>,
    /// When a fact of a bit was changed last, counted by `now`; 0 is never.
    changed: [u32; 64],
    ever: u64,
    now: u32,
    /// Answers with changes, and when each was computed.
    answers: Vec<Answer>,
    computed: Vec<u32>,
    /// Nodes being computed, and how many of their operands are looked through.
    stack: Vec<(NodeId, usize)>,
}

/// The bit of what rests on a population function whose answer is not given. Beside the case's own answers such a function misses
/// nothing that can be named; with changes it misses what its operands miss.
const OPEN: u64 = 1 << 63;

/// The bit of a fact. With more than 63 facts some share one: then more is computed than has to be.
fn bit(fact: FactId) -> u32 {
    u32::from(fact.0) % 63
}

/// Which facts each node rests on, as sets of bits.
fn rests(dag: &Dag, given: &HashMap<NodeId, Answer>) -> Vec<u64> {
    let mut rests: Vec<u64> = Vec::with_capacity(dag.nodes().len());
    for (place, node) in dag.nodes().iter().enumerate() {
        let mut own = match &node.op {
            Op::Fact(fact) => 1 << bit(*fact),
            Op::Population(_) if given.contains_key(&NodeId(place as u32)) => {
                rests.push(0);
                continue;
            }
            Op::Population(_) => OPEN,
            _ => 0,
        };
        node.op.for_each_operand(|operand| own |= rests[operand.0 as usize]);
        rests.push(own);
    }
    rests
}

impl<'a> Changed<'a> {
    /// The case as it is. `base` has an answer for every node of the graph, `given` those of population functions, which no change of
    /// one case moves.
    pub fn new(dag: &'a Dag, own: &'a [Option<Value>], given: &'a HashMap<NodeId, Answer>, base: Rc<Answers>) -> Self {
        let mut facts = own.to_vec();
        facts.resize(dag.facts().len(), None);
        Self {
            dag,
            own,
            base,
            facts,
            moved: Vec::new(),
            moved_bits: 0,
            rests: rests(dag, given),
            changed: [0; 64],
            ever: 0,
            now: 0,
            answers: vec![Answer::default(); dag.nodes().len()],
            computed: vec![0; dag.nodes().len()],
            stack: Vec::new(),
        }
    }

    /// The present value of a fact.
    pub fn fact(&self, fact: FactId) -> Option<&Value> {
        self.facts.get(usize::from(fact.0)).and_then(Option::as_ref)
    }

    /// The facts that are not as in the case.
    pub fn changed(&self) -> &[FactId] {
        &self.moved
    }

    /// Gives a fact another value.
    pub fn set(&mut self, fact: FactId, value: Option<Value>) {
        let place = usize::from(fact.0);
        let Some(slot) = self.facts.get_mut(place) else { return };
        if *slot == value {
            return;
        }
        *slot = value;
        let was = self.moved.iter().position(|own| *own == fact);
        match (was, self.own.get(place).unwrap_or(&None) == slot) {
            (Some(at), true) => {
                self.moved.swap_remove(at);
            }
            (None, false) => self.moved.push(fact),
            _ => {}
        }
        // Whether anything is changed at all is what counts for the open ones.
        let open = if self.moved.is_empty() { 0 } else { OPEN };
        self.moved_bits = self.moved.iter().fold(open, |bits, fact| bits | 1 << bit(*fact));
        self.now += 1;
        self.changed[bit(fact) as usize] = self.now;
        self.ever |= 1 << bit(fact);
        let node = self.dag.facts()[place].node;
        self.answers[node.0 as usize] = apply::apply(self.dag, &Op::Fact(fact), &self.facts, &|id| self.base.of(id));
        self.computed[node.0 as usize] = self.now;
    }

    /// Gives a fact the value it has in the case.
    pub fn reset(&mut self, fact: FactId) {
        let own = self.own.get(usize::from(fact.0)).cloned().flatten();
        self.set(fact, own);
    }

    /// Whether the node may rest on a fact.
    pub fn rests_on(&self, node: NodeId, fact: FactId) -> bool {
        self.rests[node.0 as usize] >> bit(fact) & 1 == 1
    }

    /// The answer of a node with the changes made.
    pub fn answer(&mut self, node: NodeId) -> &Answer {
        if self.settled(node) {
            return self.of(node);
        }
        self.stack.clear();
        self.stack.push((node, 0));
        while let Some((top, from)) = self.stack.pop() {
            if self.settled(top) {
                continue;
            }
            let op = &self.dag.node(top).op;
            if let Some(operand) = self.lacking(op, from) {
                match operand {
                    Lacking::One(operand, at) => self.stack.extend([(top, at), (operand, 0)]),
                    Lacking::All => {
                        self.stack.push((top, 0));
                        op.for_each_operand(|operand| {
                            if !self.settled(operand) {
                                self.stack.push((operand, 0));
                            }
                        });
                    }
                }
                continue;
            }
            let answer = match op {
                Op::Population(function) => population::missing_of(function, &|id| self.of(id)),
                op => apply::apply(self.dag, op, &self.facts, &|id| self.of(id)),
            };
            self.answers[top.0 as usize] = answer;
            self.computed[top.0 as usize] = self.now;
        }
        self.of(node)
    }

    /// The operand that is needed next and not computed yet. `from` operands have been looked through.
    fn lacking(&self, op: &Op, from: usize) -> Option<Lacking> {
        let one = |operand: NodeId, at: usize| (!self.settled(operand)).then_some(Lacking::One(operand, at));
        match op {
            Op::And(all) => self.undecided(all, from, false),
            Op::Or(all) => self.undecided(all, from, true),
            Op::First { conditions, values } => {
                for (at, condition) in conditions.iter().enumerate().skip(from) {
                    if let Some(lacking) = one(*condition, at) {
                        return Some(lacking);
                    }
                    if self.of(*condition).is_true() {
                        return one(values[at], at);
                    }
                }
                one(values[conditions.len()], conditions.len())
            }
            Op::Guard { condition, value, .. } => {
                one(*condition, 0).or_else(|| self.of(*condition).is_true().then(|| one(*value, 0)).flatten())
            }
            Op::Coalesce { value, otherwise } => {
                one(*value, 0).or_else(|| self.of(*value).value().is_none().then(|| one(*otherwise, 0)).flatten())
            }
            strict => {
                let mut lacking = None;
                strict.for_each_operand(|operand| {
                    if !self.settled(operand) {
                        lacking = Some(Lacking::All);
                    }
                });
                lacking
            }
        }
    }

    /// None if one of the operands decides or all are there.
    fn undecided(&self, operands: &[NodeId], from: usize, deciding: bool) -> Option<Lacking> {
        let decides = |operand: NodeId| *self.of(operand) == Answer::boolean(deciding);
        if from == 0 && operands.iter().any(|operand| self.settled(*operand) && decides(*operand)) {
            return None;
        }
        for (at, operand) in operands.iter().enumerate().skip(from) {
            if !self.settled(*operand) {
                return Some(Lacking::One(*operand, at));
            }
            if decides(*operand) {
                return None;
            }
        }
        None
    }

    /// Whether the answer at hand holds.
    fn settled(&self, node: NodeId) -> bool {
        let (rests, at) = (self.rests[node.0 as usize], self.computed[node.0 as usize]);
        if rests & self.moved_bits == 0 || at == self.now {
            return true;
        }
        if at == 0 {
            return false;
        }
        // A fact that was changed and changed back since then counts as well.
        let mut bits = rests & self.ever;
        while bits != 0 {
            if self.changed[bits.trailing_zeros() as usize] > at {
                return false;
            }
            bits &= bits - 1;
        }
        true
    }

    /// The answer at hand.
    fn of(&self, node: NodeId) -> &Answer {
        if self.rests[node.0 as usize] & self.moved_bits == 0 {
            self.base.of(node)
        } else {
            &self.answers[node.0 as usize]
        }
    }
}

/// What has to be computed before.
enum Lacking {
    /// One operand; those before the place are looked through.
    One(NodeId, usize),
    All,
}

#[cfg(test)]
mod tests {
    use super::super::{Lazy, PopulationAnswer, evaluate};
    use super::*;
    use crate::random::{Random, case, graph};

    /// Whatever is changed and changed back in whatever order, every answer is that of a case evaluated from the start.
    #[test]
    fn changes_leave_no_trace() {
        for seed in 0..120 {
            let mut random = Random::new(seed);
            let drawn = graph(seed, 60, seed % 2 == 0);
            let dag = &drawn.dag;
            let (own, other) = (case(seed, dag), case(seed + 1000, dag));
            let nodes: Vec<NodeId> = (0..dag.nodes().len()).map(|at| NodeId(at as u32)).collect();
            // Every other population function is given.
            let given: HashMap<NodeId, Answer> = nodes
                .iter()
                .filter(|node| matches!(dag.node(**node).op, Op::Population(_)) && random.below(2) == 0)
                .map(|node| (*node, Answer::NotApplicable(Dag::EMPTY_SET)))
                .collect();
            let population = |node: NodeId| match given.get(&node) {
                Some(answer) => PopulationAnswer::Answer(answer.clone()),
                None => PopulationAnswer::AsOperands,
            };
            let base = Rc::new(evaluate(dag, &nodes, &own, |node| given.get(&node).cloned()));
            let mut changed = Changed::new(dag, &own, &given, base.clone());
            let (mut facts, mut lazy) = (own.clone(), Lazy::new(dag));
            for _ in 0..200 {
                let fact = random.below(facts.len());
                let id = FactId(fact as u16);
                if random.below(3) == 0 {
                    changed.reset(id);
                    facts[fact] = own[fact].clone();
                } else {
                    changed.set(id, other[fact].clone());
                    facts[fact] = other[fact].clone();
                }
                lazy.next_case();
                let node = nodes[random.below(nodes.len())];
                let expected = match facts == own {
                    true => base.of(node),
                    false => lazy.answer(dag, node, &facts, &population),
                };
                assert_eq!(changed.answer(node), expected, "seed {seed}, {node:?} {:?}", dag.node(node).op);
                let differing: Vec<FactId> =
                    (0..facts.len()).filter(|at| facts[*at] != own[*at]).map(|at| FactId(at as u16)).collect();
                let mut told = changed.changed().to_vec();
                told.sort();
                assert_eq!(told, differing);
            }
        }
    }
}
