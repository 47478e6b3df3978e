//! The interpreter of the graph: one case at a time, every node's answer. The reference for the sweep and for SQL.

mod answer;
mod apply;
mod changed;
mod population;

pub use answer::{Answer, Missing, Value};
pub(crate) use changed::Changed;
pub use population::evaluate_population;
pub(crate) use population::{mean, statistic};

use crate::ir::{Dag, NodeId, Op};

/// The answers of one case; nodes that were not asked for have none.
#[derive(Clone, Debug)]
pub struct Answers {
    answers: Vec<Answer>,
}

impl Answers {
    /// The answer of a node that a root needed.
    pub fn of(&self, node: NodeId) -> &Answer {
        &self.answers[node.0 as usize]
    }
}

/// Evaluates what the roots need for one case.
///
/// `facts` has one entry per fact of the graph, in order; what is beyond its end or of a fact that is always missing counts as not
/// provided. A value has the fact's type and lies in its range (numbers count 10^-scale). `population` gives the answers of
/// population functions, which one case cannot know; one it does not give is unknown and misses nothing that can be named.
pub fn evaluate(
    dag: &Dag,
    roots: &[NodeId],
    facts: &[Option<Value>],
    population: impl Fn(NodeId) -> Option<Answer>,
) -> Answers {
    let needed = dag.reachable(roots);
    let mut answers = vec![Answer::Unknown(Missing::default()); dag.nodes().len()];
    for (place, node) in dag.nodes().iter().enumerate() {
        if needed[place] {
            answers[place] = match &node.op {
                Op::Population(_) => population(NodeId(place as u32)).unwrap_or_default(),
                op => apply::apply(dag, op, facts, &|id| &answers[id.0 as usize]),
            };
        }
    }
    Answers { answers }
}

/// Evaluates single nodes of one case, keeping what was computed until the case changes. For the missing sets of a sweep: only
/// the operands of what is asked for are visited.
#[derive(Clone, Debug)]
pub struct Lazy {
    answers: Vec<Answer>,
    /// The case in which each answer was computed.
    cases: Vec<u64>,
    case: u64,
    stack: Vec<NodeId>,
}

impl Lazy {
    pub fn new(dag: &Dag) -> Self {
        let nodes = dag.nodes().len();
        Self { answers: vec![Answer::default(); nodes], cases: vec![0; nodes], case: 0, stack: Vec::new() }
    }

    /// Forgets the case before.
    pub fn next_case(&mut self) {
        self.case += 1;
    }

    /// The answer of a node for the present case; `facts` and `population` as for [`evaluate`], the same for all calls of one case.
    pub fn answer(
        &mut self,
        dag: &Dag,
        node: NodeId,
        facts: &[Option<Value>],
        population: &dyn Fn(NodeId) -> PopulationAnswer,
    ) -> &Answer {
        self.stack.clear();
        self.stack.push(node);
        while let Some(&top) = self.stack.last() {
            let place = top.0 as usize;
            if self.cases[place] == self.case {
                self.stack.pop();
                continue;
            }
            let height = self.stack.len();
            let op = &dag.node(top).op;
            let answer = if let Op::Population(function) = op {
                match population(top) {
                    PopulationAnswer::Answer(answer) => Some(answer),
                    PopulationAnswer::AsOperands => {
                        let asked = [function.group, function.among, Some(function.value)];
                        for operand in asked.into_iter().flatten() {
                            if self.cases[operand.0 as usize] != self.case {
                                self.stack.push(operand);
                            }
                        }
                        let answers = &self.answers;
                        (self.stack.len() == height)
                            .then(|| population::missing_of(function, &|id| &answers[id.0 as usize]))
                    }
                }
            } else {
                let (cases, case, stack) = (&self.cases, self.case, &mut self.stack);
                op.for_each_operand(|operand| {
                    if cases[operand.0 as usize] != case {
                        stack.push(operand);
                    }
                });
                let answers = &self.answers;
                (self.stack.len() == height).then(|| apply::apply(dag, op, facts, &|id| &answers[id.0 as usize]))
            };
            if let Some(answer) = answer {
                self.answers[place] = answer;
                self.cases[place] = self.case;
                self.stack.pop();
            }
        }
        &self.answers[node.0 as usize]
    }
}

/// What a run knows of a population function for one case.
#[derive(Clone, Debug)]
pub enum PopulationAnswer {
    Answer(Answer),
    /// It is unknown; what it misses follows from its operands.
    AsOperands,
}
