//! The order of work on a tile, and which column lies in which slot.

use std::collections::HashMap;

use crate::ir::{Dag, Mode, NodeId, Op, Part, PopulationKind, ReasonId, TextId, Type, power_of_ten};

/// Lists of texts up to this long are tested value by value; each such test is shared by all lists.
const SHORT_LIST: usize = 16;

/// One operation on columns; operands are places, of nodes first and of slots in the finished plan.
#[derive(Clone, Debug)]
pub(super) enum Do {
    Constant(Constant),
    Fact(usize),
    /// A population function whose results are known, by case or (with the place of the group) by group.
    Ranked(NodeId),
    Shared {
        node: NodeId,
        group: Option<(usize, Type)>,
    },
    Add(Vec<usize>),
    Multiply(usize, usize),
    Times {
        value: usize,
        power: i128,
    },
    Absolute(usize),
    RoundDivide {
        numerator: usize,
        denominator: usize,
        mode: Mode,
    },
    Extreme {
        operands: Vec<usize>,
        greatest: bool,
    },
    AddMonths {
        date: usize,
        months: usize,
        clip: bool,
    },
    DaysBetween {
        from: usize,
        to: usize,
    },
    MonthsBetween {
        from: usize,
        to: usize,
    },
    DatePart {
        date: usize,
        part: Part,
    },
    LessOrEqual(usize, usize),
    Equal {
        a: usize,
        b: usize,
        booleans: bool,
    },
    /// By number of the text, whether it is in the list.
    TextIn {
        text: usize,
        table: Vec<bool>,
    },
    StartsWith {
        text: usize,
        prefixes: Vec<TextId>,
        verdicts: usize,
    },
    Junction {
        operands: Vec<usize>,
        deciding: bool,
    },
    Not(usize),
    Known(usize),
    First {
        conditions: Vec<usize>,
        values: Vec<usize>,
    },
    Unique {
        conditions: Vec<usize>,
        values: Vec<usize>,
        reasons: (ReasonId, ReasonId),
    },
    Guard {
        condition: usize,
        value: usize,
        reason: ReasonId,
    },
    Coalesce {
        value: usize,
        otherwise: usize,
    },
}

/// What is the same for all rows of all tiles.
#[derive(Clone, Copy, Debug)]
pub(super) enum Constant {
    /// Numbers, dates and numbers of texts.
    Integer(i128),
    Boolean(bool),
    NotApplicable(ReasonId),
}

#[derive(Clone, Debug)]
pub(super) struct Step {
    pub what: Do,
    pub ty: Type,
    pub out: usize,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Plan {
    pub steps: Vec<Step>,
    /// Slots that keep a constant for the whole run.
    pub constants: Vec<(usize, Constant)>,
    pub slots: usize,
    /// The slots of the roots, in their order, and of population functions.
    pub roots: Vec<usize>,
    pub populations: HashMap<NodeId, usize>,
    pub prefix_tests: usize,
}

impl Plan {
    /// What has to be done for the roots, taking population functions as given.
    pub(super) fn new(dag: &Dag, roots: &[NodeId]) -> Self {
        let mut builder = Builder {
            dag,
            work: Vec::new(),
            place_of: HashMap::new(),
            text_tests: HashMap::new(),
            constants: HashMap::new(),
            prefix_tests: 0,
        };
        let places: Vec<usize> = roots.iter().map(|root| builder.visit(*root)).collect();
        builder.finish(&places)
    }
}

struct Builder<'d> {
    dag: &'d Dag,
    /// In order: operands before what uses them, each as late as its first user wants it.
    work: Vec<(Do, Type)>,
    place_of: HashMap<NodeId, usize>,
    text_tests: HashMap<(usize, TextId), usize>,
    constants: HashMap<TextId, usize>,
    prefix_tests: usize,
}

impl Builder<'_> {
    /// The place of a node, after its operands; without recursion, as graphs may be deep.
    fn visit(&mut self, root: NodeId) -> usize {
        let mut stack = vec![(root, false)];
        while let Some((node, ready)) = stack.pop() {
            if self.place_of.contains_key(&node) {
                continue;
            }
            let op = &self.dag.node(node).op;
            if ready {
                let place = self.place(node);
                self.place_of.insert(node, place);
                continue;
            }
            stack.push((node, true));
            let start = stack.len();
            if let Op::Population(function) = op {
                if !matches!(function.kind, PopulationKind::Rank { .. }) {
                    stack.extend(function.group.map(|group| (group, false)));
                }
            } else {
                op.for_each_operand(|operand| stack.push((operand, false)));
            }
            stack[start..].reverse();
        }
        self.place_of[&root]
    }

    fn push(&mut self, what: Do, ty: Type) -> usize {
        self.work.push((what, ty));
        self.work.len() - 1
    }

    fn place(&mut self, id: NodeId) -> usize {
        let dag = self.dag;
        let node = dag.node(id);
        let of = |id: &NodeId| self.place_of[id];
        let all = |ids: &[NodeId]| ids.iter().map(of).collect::<Vec<_>>();
        let what = match &node.op {
            Op::Fact(fact) => Do::Fact(usize::from(fact.0)),
            Op::Number(value) => Do::Constant(Constant::Integer(*value)),
            Op::Date(days) => Do::Constant(Constant::Integer((*days).into())),
            Op::Text(text) => Do::Constant(Constant::Integer(text.0.into())),
            Op::Boolean(value) => Do::Constant(Constant::Boolean(*value)),
            Op::NotApplicable(reason) => Do::Constant(Constant::NotApplicable(*reason)),
            Op::Add(operands) => Do::Add(all(operands)),
            Op::AddDays { date, days } => Do::Add(vec![of(date), of(days)]),
            Op::Multiply(a, b) => Do::Multiply(of(a), of(b)),
            Op::Negate(value) => Do::Times { value: of(value), power: -1 },
            Op::Scale { value, by } => Do::Times { value: of(value), power: power_of_ten(*by).unwrap_or(1) },
            Op::Absolute(value) => Do::Absolute(of(value)),
            Op::RoundDivide { numerator, denominator, mode } => {
                Do::RoundDivide { numerator: of(numerator), denominator: of(denominator), mode: *mode }
            }
            Op::Minimum(operands) => Do::Extreme { operands: all(operands), greatest: false },
            Op::Maximum(operands) => Do::Extreme { operands: all(operands), greatest: true },
            Op::AddMonths { date, months, clip } => Do::AddMonths { date: of(date), months: of(months), clip: *clip },
            Op::DaysBetween { from, to } => Do::DaysBetween { from: of(from), to: of(to) },
            Op::MonthsBetween { from, to } => Do::MonthsBetween { from: of(from), to: of(to) },
            Op::DatePart { date, part } => Do::DatePart { date: of(date), part: *part },
            Op::LessOrEqual(a, b) => Do::LessOrEqual(of(a), of(b)),
            Op::Equal(a, b) => Do::Equal { a: of(a), b: of(b), booleans: dag.ty(*a) == Type::Boolean },
            Op::TextIn { text, values } => {
                let text = of(text);
                return self.text_in(text, values);
            }
            Op::StartsWith { text, prefixes } => {
                let text = of(text);
                self.prefix_tests += 1;
                Do::StartsWith { text, prefixes: prefixes.clone(), verdicts: self.prefix_tests - 1 }
            }
            Op::And(operands) => Do::Junction { operands: all(operands), deciding: false },
            Op::Or(operands) => Do::Junction { operands: all(operands), deciding: true },
            Op::Not(value) => Do::Not(of(value)),
            Op::Known(value) => Do::Known(of(value)),
            Op::First { conditions, values } => Do::First { conditions: all(conditions), values: all(values) },
            Op::Unique { conditions, values, no_row, overlap } => {
                Do::Unique { conditions: all(conditions), values: all(values), reasons: (*no_row, *overlap) }
            }
            Op::Guard { condition, value, reason } => {
                Do::Guard { condition: of(condition), value: of(value), reason: *reason }
            }
            Op::Coalesce { value, otherwise } => Do::Coalesce { value: of(value), otherwise: of(otherwise) },
            Op::Population(function) => match function.kind {
                PopulationKind::Rank { .. } => Do::Ranked(id),
                _ => Do::Shared { node: id, group: function.group.map(|group| (of(&group), dag.ty(group))) },
            },
        };
        self.push(what, node.ty)
    }

    fn text_in(&mut self, text: usize, values: &[TextId]) -> usize {
        if values.len() > SHORT_LIST {
            let mut table = vec![false; self.dag.texts().len()];
            for value in values {
                table[value.0 as usize] = true;
            }
            return self.push(Do::TextIn { text, table }, Type::Boolean);
        }
        let mut tests = Vec::with_capacity(values.len());
        for value in values {
            if let Some(test) = self.text_tests.get(&(text, *value)) {
                tests.push(*test);
                continue;
            }
            let constant = match self.constants.get(value) {
                Some(place) => *place,
                None => {
                    let place = self.push(Do::Constant(Constant::Integer(value.0.into())), Type::Text);
                    self.constants.insert(*value, place);
                    place
                }
            };
            let test = self.push(Do::Equal { a: text, b: constant, booleans: false }, Type::Boolean);
            self.text_tests.insert((text, *value), test);
            tests.push(test);
        }
        match tests[..] {
            [only] => only,
            _ => self.push(Do::Junction { operands: tests, deciding: true }, Type::Boolean),
        }
    }

    /// Gives slots: a slot is free again after the last use of what lies in it. Booleans and values have their own, as values are large.
    fn finish(self, roots: &[usize]) -> Plan {
        const KEPT: usize = usize::MAX;
        let mut last_use: Vec<usize> = (0..self.work.len()).collect();
        for (place, (what, _)) in self.work.iter().enumerate() {
            let mut what = what.clone();
            what.rename(|operand| {
                last_use[operand] = place;
                operand
            });
        }
        for root in roots {
            last_use[*root] = KEPT;
        }
        for place in 0..self.work.len() {
            if matches!(self.work[place].0, Do::Ranked(_) | Do::Shared { .. }) {
                last_use[place] = KEPT;
            }
        }
        let mut plan = Plan { prefix_tests: self.prefix_tests, ..Plan::default() };
        let mut slot_of = vec![0; self.work.len()];
        let mut free: [Vec<usize>; 2] = Default::default();
        for (place, (what, ty)) in self.work.iter().enumerate() {
            let kind = usize::from(*ty == Type::Boolean);
            let constant = if let Do::Constant(constant) = what { Some(*constant) } else { None };
            let slot = match if constant.is_some() { None } else { free[kind].pop() } {
                Some(slot) => slot,
                None => {
                    plan.slots += 1;
                    plan.slots - 1
                }
            };
            slot_of[place] = slot;
            if let Some(constant) = constant {
                plan.constants.push((slot, constant));
                continue;
            }
            let mut what = what.clone();
            let mut over = Vec::new();
            what.rename(|operand| {
                if last_use[operand] == place
                    && !matches!(self.work[operand].0, Do::Constant(_))
                    && !over.contains(&operand)
                {
                    over.push(operand);
                }
                slot_of[operand]
            });
            for operand in over {
                free[usize::from(self.work[operand].1 == Type::Boolean)].push(slot_of[operand]);
            }
            if let Do::Ranked(node) | Do::Shared { node, .. } = &what {
                plan.populations.insert(*node, slot);
            }
            plan.steps.push(Step { what, ty: *ty, out: slot });
        }
        plan.roots = roots.iter().map(|root| slot_of[*root]).collect();
        plan
    }
}

impl Do {
    /// Replaces every operand.
    fn rename(&mut self, mut by: impl FnMut(usize) -> usize) {
        let mut one = |place: &mut usize| *place = by(*place);
        match self {
            Self::Constant(_) | Self::Fact(_) | Self::Ranked(_) => {}
            Self::Shared { group, .. } => {
                if let Some((group, _)) = group {
                    one(group);
                }
            }
            Self::Add(all) | Self::Extreme { operands: all, .. } | Self::Junction { operands: all, .. } => {
                all.iter_mut().for_each(one)
            }
            Self::Times { value, .. }
            | Self::Absolute(value)
            | Self::Not(value)
            | Self::Known(value)
            | Self::DatePart { date: value, .. } => one(value),
            Self::TextIn { text, .. } | Self::StartsWith { text, .. } => one(text),
            Self::Multiply(a, b)
            | Self::LessOrEqual(a, b)
            | Self::Equal { a, b, .. }
            | Self::RoundDivide { numerator: a, denominator: b, .. }
            | Self::AddMonths { date: a, months: b, .. }
            | Self::DaysBetween { from: a, to: b }
            | Self::MonthsBetween { from: a, to: b }
            | Self::Guard { condition: a, value: b, .. }
            | Self::Coalesce { value: a, otherwise: b } => {
                one(a);
                one(b);
            }
            Self::First { conditions, values } | Self::Unique { conditions, values, .. } => {
                conditions.iter_mut().chain(values).for_each(one)
            }
        }
    }
}
