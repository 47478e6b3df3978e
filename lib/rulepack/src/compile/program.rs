//! What compiling makes: one graph for all packs of a run, and beside it for each pack a typed tree that says what every node of the
//! graph was in the author's words.
//!
//! Reading a program: [`Program::packs`] → [`CompiledPack::outputs`] → [`Output::rule`] → [`Rule::body`] → trees. Every tree node has the
//! place and the words it was written with, the node of the graph that computes it and how its value is shown to people. An
//! atom of a condition is a [`TreeKind::Compare`], a [`TreeKind::Member`] or a boolean fact.

use std::sync::Arc;

use chrono::NaiveDate;

use super::tree::Tree;
use crate::diagnostic::{Place, Words};
use crate::dictionary::{Fact, FactValue};
use crate::ir::{Dag, FactId, Mode, NodeId};
use crate::pack::{Hit, Law, Pack, ScaleKind};
use crate::unit::Unit;

/// All packs of a run.
#[derive(Clone, Debug, Default)]
pub struct Program {
    pub dag: Dag,
    /// What the facts of the graph are; the same order as `dag.facts()`, so that [`FactId`] is the place in both.
    pub facts: Vec<FactInfo>,
    pub packs: Vec<CompiledPack>,
}

/// A fact of the graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FactInfo {
    /// Of the dictionary or declared by a pack.
    Fact(Arc<Fact>),
    /// A parameter that is still to be published: no case ever provides it.
    Unpublished(Box<Unpublished>),
}

/// A parameter that is still to be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unpublished {
    pub code: String,
    pub name: Words,
    pub unit: Option<Unit>,
    /// Code of its pack.
    pub pack: String,
    pub place: Place,
}

/// One pack, compiled for one day.
#[derive(Clone, Debug)]
pub struct CompiledPack {
    pub source: Arc<Pack>,
    /// The day of evaluation: which parameters hold, what `today()` is.
    pub on: NaiveDate,
    /// Whether the pack is in force on that day; if not, every output is not applicable with `not_in_force`.
    pub in_force: bool,
    /// The condition under which the pack applies at all.
    pub applies: Option<Arc<Tree>>,
    /// Text sets: declared by the pack, by the facts it uses and by its classes.
    pub sets: Vec<ValueSet>,
    /// Everything with a name; [`RuleId`] is the place.
    pub rules: Vec<Rule>,
    /// What sets are grouped and ordered by.
    pub keys: Vec<Key>,
    pub outputs: Vec<Output>,
}

/// An expression that a set is grouped or ordered by.
#[derive(Clone, Debug)]
pub struct Key {
    pub tree: Arc<Tree>,
    /// The condition of the set, if the expression is only looked at within it.
    pub among: Option<Arc<Tree>>,
}

/// Declared texts, best first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueSet {
    pub name: String,
    pub values: Vec<FactValue>,
}

/// Index of a rule in its pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RuleId(pub usize);

/// What a run writes for each case.
#[derive(Clone, Debug)]
pub struct Output {
    /// Name in files and JSON: the code; an item of a score is `score.item`.
    pub code: String,
    pub name: Words,
    /// The answer, guarded by what the pack applies to.
    pub node: NodeId,
    pub rule: RuleId,
    pub shown: Shown,
}

/// Something with a name.
#[derive(Clone, Debug)]
pub struct Rule {
    pub code: String,
    pub name: Words,
    pub place: Place,
    /// The quote above it.
    pub law: Law,
    /// Its value, not guarded by what the pack applies to.
    pub value: Value,
    pub shown: Shown,
    pub body: Body,
}

/// A value in the graph: one node, or a quotient of two that was never divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Value {
    pub node: NodeId,
    pub denominator: Option<NodeId>,
}

/// How a value is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    Number {
        /// The unit people see.
        unit: Unit,
        /// The unit the node counts in: nearly always the base unit of the dimension.
        counts: Unit,
    },
    Boolean,
    /// The set its texts are declared in, as a place in [`CompiledPack::sets`].
    Text(Option<usize>),
    Date,
    /// A list of constants, or the `null` that is never a value.
    Other,
}

/// How a rule comes to its value.
#[derive(Clone, Debug)]
pub enum Body {
    Parameter {
        /// Its dated rows, as places in `source.parameters`, oldest first.
        rows: Vec<usize>,
        /// The one that holds on the day; none: it is not in force.
        current: Option<usize>,
    },
    /// A definition.
    Expression {
        definition: usize,
        tree: Arc<Tree>,
    },
    /// One output column of a decision table.
    Table {
        /// Place in `source.tables`.
        table: usize,
        /// Place among its output columns; none for a count.
        output: Option<usize>,
        /// Never [`Hit::Priority`]: rows by priority are rows of which the first counts.
        hit: Hit,
        /// As written, or by priority.
        rows: Arc<Vec<Row>>,
        /// What each row gives, in the order of the rows.
        results: Vec<Arc<Tree>>,
    },
    Scale {
        scale: usize,
        kind: ScaleKind,
        base: Arc<Tree>,
        steps: Vec<ScaleStep>,
    },
    Amount(Box<AmountBody>),
    /// One item of a score.
    Item {
        score: usize,
        item: usize,
        /// Where it is not met, the item does not apply.
        condition: Option<Arc<Tree>>,
        value: Arc<Tree>,
        base: Option<Arc<Tree>>,
        weight: Option<Arc<Tree>>,
        cap: Option<Value>,
        floor: Option<Value>,
        /// The points before the rule for missing items.
        earned: NodeId,
    },
    Score {
        score: usize,
        among: Option<Arc<Tree>>,
        items: Vec<RuleId>,
    },
    Classes(Box<ClassesBody>),
}

/// A row of a decision table.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its own name, or its number.
    pub id: String,
    pub place: Place,
    /// All cells true.
    pub condition: NodeId,
    /// One per input column; a cell `—` is [`TreeKind::Anything`].
    pub cells: Vec<Arc<Tree>>,
}

/// A step of a scale.
#[derive(Clone, Debug)]
pub struct ScaleStep {
    pub place: Place,
    pub from: Option<Arc<Tree>>,
    pub to: Option<Arc<Tree>>,
    pub rate: Option<Arc<Tree>>,
    pub amount: Option<Arc<Tree>>,
    /// The base lies in the step (slice), or reaches above its lower bound (marginal).
    pub condition: NodeId,
    /// What the step adds (marginal) or gives (slice).
    pub part: NodeId,
}

/// An amount, from the base to the award.
#[derive(Clone, Debug)]
pub struct AmountBody {
    /// Place in `source.amounts`.
    pub amount: usize,
    pub condition: Option<Arc<Tree>>,
    pub base: Option<Arc<Tree>>,
    pub rate: Option<Arc<Tree>>,
    pub fixed: Option<Arc<Tree>>,
    pub cap: Option<Arc<Tree>>,
    pub floor: Option<Arc<Tree>>,
    pub rounding: Option<Mode>,
    /// Before cap, floor and rounding.
    pub computed: Value,
    /// After them, before others of its group are looked at.
    pub own: NodeId,
    /// The others of its group: rule and whether it takes the place of this one.
    pub rivals: Vec<(RuleId, NodeId)>,
}

/// A classification, from rank or score to the class.
#[derive(Clone, Debug)]
pub struct ClassesBody {
    /// Place in `source.classes`.
    pub classes: usize,
    /// Place in [`CompiledPack::sets`] of the classes, best first.
    pub set: usize,
    pub by: Arc<Tree>,
    pub among: Option<Arc<Tree>>,
    /// Rank by score within the set, from 1.
    pub rank: Option<NodeId>,
    /// How many are in the set.
    pub count: Option<NodeId>,
    pub rows: Vec<ClassStep>,
    /// Condition, and the classes as places in the set.
    pub veto: Vec<(Arc<Tree>, Vec<usize>)>,
    pub protect: Vec<(Arc<Tree>, Vec<usize>)>,
    pub unrated: Vec<(Arc<Tree>, usize)>,
    /// The class before veto, protection and what is not rated.
    pub base: NodeId,
}

/// A class and what reaches it.
#[derive(Clone, Debug)]
pub struct ClassStep {
    pub place: Place,
    /// Place in the set.
    pub class: usize,
    /// True for the cases of this class that no class above has taken; none: the rest.
    pub condition: Option<NodeId>,
    /// The last rank (rank) or the lowest score (absolute) that reaches it, or how many are taken (two-stage).
    pub bound: Option<NodeId>,
    /// Rank within the half, for two stages.
    pub second_rank: Option<NodeId>,
}

impl Program {
    /// The nodes to compute for all outputs, in their order.
    pub fn roots(&self) -> Vec<NodeId> {
        self.packs.iter().flat_map(|pack| pack.outputs.iter().map(|output| output.node)).collect()
    }

    /// The facts a node depends on, in order.
    pub fn facts_of(&self, node: NodeId) -> Vec<FactId> {
        let needed = self.dag.reachable(&[node]);
        let facts = self.dag.facts().iter().zip(0..);
        facts.filter(|(fact, _)| needed.get(fact.node.0 as usize) == Some(&true)).map(|(_, at)| FactId(at)).collect()
    }

    /// What a fact is.
    pub fn fact(&self, id: FactId) -> Option<&FactInfo> {
        self.facts.get(usize::from(id.0))
    }
}

impl FactInfo {
    /// Its name in missing sets and columns.
    pub fn code(&self) -> &str {
        match self {
            Self::Fact(fact) => &fact.code,
            Self::Unpublished(parameter) => &parameter.code,
        }
    }

    /// Its name for people.
    pub fn name(&self) -> Words {
        match self {
            Self::Fact(fact) => Words::new(fact.zh.clone(), fact.en.clone()),
            Self::Unpublished(parameter) => parameter.name.clone(),
        }
    }
}

impl CompiledPack {
    /// A rule by its place.
    pub fn rule(&self, id: RuleId) -> Option<&Rule> {
        self.rules.get(id.0)
    }

    /// An output by its code or by its Chinese or English name.
    pub fn output(&self, name: &str) -> Option<&Output> {
        let named = |output: &&Output| {
            output.code == name || output.name.zh == name || output.name.en.eq_ignore_ascii_case(name)
        };
        self.outputs.iter().find(named)
    }
}
