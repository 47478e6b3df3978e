//! The node kinds of the graph.

/// Index of a node; operands always have smaller indices than what uses them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u32);

/// Index of a fact of the run: one input column, or one parameter that is still to be published (never provided).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FactId(pub u16);

/// Index of an interned text of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TextId(pub u32);

/// Index of a reason for "not applicable".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReasonId(pub u16);

/// Why something does not apply; `code` is stable and stands in outputs, `zh` and `en` are for people.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reason {
    pub code: String,
    pub zh: String,
    pub en: String,
}

/// The type of a node's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// An integer counting 10^-scale of the base unit, always within `low..=high`.
    Number {
        scale: u8,
        low: i128,
        high: i128,
    },
    Boolean,
    Text,
    /// Days since 1970-01-01, always within `low..=high` ([`super::date`] says what is possible at all).
    Date {
        low: i32,
        high: i32,
    },
}

/// How a quotient or a surplus digit is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Ties away from zero (四舍五入).
    HalfUp,
    /// Ties to the even neighbour (四舍六入五成双).
    HalfEven,
    /// Ties toward zero.
    HalfDown,
    /// Away from zero (进一).
    Up,
    /// Toward zero (舍去).
    Down,
    /// Toward plus infinity.
    Ceiling,
    /// Toward minus infinity.
    Floor,
}

/// A part of a date, as a number of scale 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    Year,
    Month,
    Day,
}

/// How equal values share a rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ties {
    /// 1, 2, 2, 4: the best rank of the group.
    Minimum,
    /// 1, 3, 3, 4: the worst rank of the group.
    Maximum,
    /// 1, 2, 2, 3
    Dense,
}

/// What is computed over the set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PopulationKind {
    /// Rank of the own value within the set, from 1; `descending`: the greatest is first. Scale 0.
    Rank {
        descending: bool,
        ties: Ties,
    },
    /// How many members the set has. Scale 0.
    Count,
    Sum,
    Minimum,
    Maximum,
    /// Exact mean of values counting 10^-from, rounded to the node's scale. The builder fills in `from`.
    Mean {
        mode: Mode,
        from: u8,
    },
    /// The value at share `numerator/denominator` of the ordered set: the smallest member with at least that share of members at or below it.
    Quantile {
        numerator: u32,
        denominator: u32,
    },
}

/// A function over all cases of a run.
///
/// The set is every case for which `among` is true (or all, if there is none), `value` is known and, if grouped, `group` is known
/// and equal to the case's own. A group that is unknown or not applicable makes the result so (missing set and reason of the group).
/// Results other than `Rank` are given to every case with a known group, also to cases outside the set; an empty set counts 0, its
/// sum, mean, minimum, maximum and quantile are not applicable with `empty_set`. `Rank` of a case outside the set: as its `among` is
/// (false: not applicable with `outside_set`; unknown or not applicable: the same), then as its `value` is.
/// `then`: keys that break ties of `Rank`, in order, each with `true` for "the greatest first"; keys that are unknown or not
/// applicable come last and are equal among themselves. Cases equal in the value and all keys are ties. `value` and the keys are
/// numbers or dates, `group` is of any type. A run has at most [`super::MOST_CASES`] cases.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Population {
    pub kind: PopulationKind,
    pub value: NodeId,
    pub among: Option<NodeId>,
    pub group: Option<NodeId>,
    pub then: Vec<(NodeId, bool)>,
}

/// One operation. Operand numbers of `Add`, `Minimum`, `Maximum`, `LessOrEqual`, `Equal`, `First`, `Unique`, `Coalesce` have one scale
/// (the builder inserts `Scale`). `a < b` is `Not(LessOrEqual(b, a))`; `if` is a `First` of one condition.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Fact(FactId),
    Number(i128),
    Boolean(bool),
    Text(TextId),
    Date(i32),
    NotApplicable(ReasonId),
    Add(Vec<NodeId>),
    Multiply(NodeId, NodeId),
    Negate(NodeId),
    Absolute(NodeId),
    /// Times 10^by: the same number at a finer scale.
    Scale {
        value: NodeId,
        by: u8,
    },
    /// The quotient of the two integers as they are stored, rounded to an integer by `mode` (the builder has scaled them so
    /// that it counts the node's scale); denominator 0 is not applicable with `division_by_zero`.
    RoundDivide {
        numerator: NodeId,
        denominator: NodeId,
        mode: Mode,
    },
    Minimum(Vec<NodeId>),
    Maximum(Vec<NodeId>),
    /// Whole months added to a date; a day the month does not have becomes its last day (`clip`) or the first of the month after.
    AddMonths {
        date: NodeId,
        months: NodeId,
        clip: bool,
    },
    /// Days added to a date (negative: subtracted).
    AddDays {
        date: NodeId,
        days: NodeId,
    },
    /// Days from `from` to `to`, negative if `to` is earlier.
    DaysBetween {
        from: NodeId,
        to: NodeId,
    },
    /// Complete months from `from` to `to`, negative if `to` is earlier.
    MonthsBetween {
        from: NodeId,
        to: NodeId,
    },
    DatePart {
        date: NodeId,
        part: Part,
    },
    LessOrEqual(NodeId, NodeId),
    Equal(NodeId, NodeId),
    /// Whether the text is one of these (sorted, without repeats).
    TextIn {
        text: NodeId,
        values: Vec<TextId>,
    },
    /// Whether the text starts with one of these (sorted, without repeats).
    StartsWith {
        text: NodeId,
        prefixes: Vec<TextId>,
    },
    And(Vec<NodeId>),
    Or(Vec<NodeId>),
    Not(NodeId),
    Known(NodeId),
    /// Values of the first true condition; the last value (one more than conditions) is the default.
    First {
        conditions: Vec<NodeId>,
        values: Vec<NodeId>,
    },
    /// As many values as conditions.
    Unique {
        conditions: Vec<NodeId>,
        values: Vec<NodeId>,
        no_row: ReasonId,
        overlap: ReasonId,
    },
    Guard {
        condition: NodeId,
        value: NodeId,
        reason: ReasonId,
    },
    Coalesce {
        value: NodeId,
        otherwise: NodeId,
    },
    Population(Box<Population>),
}

/// One node: what it does, the type of its value, and what can be said of it without running.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    pub op: Op,
    pub ty: Type,
    /// Can this be unknown for some case?
    pub may_be_unknown: bool,
    /// Can this be not applicable for some case?
    pub may_not_apply: bool,
    /// 0 for what needs only the own case; a population function is one more than its operands.
    pub stage: u8,
}

impl Op {
    /// Calls `visit` with each operand, in order.
    pub fn for_each_operand(&self, mut visit: impl FnMut(NodeId)) {
        match self {
            Self::Fact(_)
            | Self::Number(_)
            | Self::Boolean(_)
            | Self::Text(_)
            | Self::Date(_)
            | Self::NotApplicable(_) => {}
            Self::Add(all) | Self::Minimum(all) | Self::Maximum(all) | Self::And(all) | Self::Or(all) => {
                all.iter().copied().for_each(visit)
            }
            Self::Negate(value)
            | Self::Absolute(value)
            | Self::Scale { value, .. }
            | Self::Not(value)
            | Self::Known(value) => visit(*value),
            Self::DatePart { date, .. } => visit(*date),
            Self::TextIn { text, .. } | Self::StartsWith { text, .. } => visit(*text),
            Self::Multiply(a, b)
            | Self::LessOrEqual(a, b)
            | Self::Equal(a, b)
            | Self::RoundDivide { numerator: a, denominator: b, .. }
            | Self::AddMonths { date: a, months: b, .. }
            | Self::AddDays { date: a, days: b }
            | Self::DaysBetween { from: a, to: b }
            | Self::MonthsBetween { from: a, to: b }
            | Self::Guard { condition: a, value: b, .. }
            | Self::Coalesce { value: a, otherwise: b } => {
                visit(*a);
                visit(*b);
            }
            Self::First { conditions, values } | Self::Unique { conditions, values, .. } => {
                conditions.iter().chain(values).copied().for_each(visit);
            }
            Self::Population(population) => {
                visit(population.value);
                population.among.into_iter().chain(population.group).for_each(&mut visit);
                population.then.iter().for_each(|(key, _)| visit(*key));
            }
        }
    }
}
