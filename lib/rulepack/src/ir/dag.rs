//! The builder of the graph: equal nodes are one node, constants are folded, ranges are proved.
//!
//! Constructors take operands of the right types (the compiler has checked them; a debug build asserts). What can overflow says so.
//! A constant or an operand is dropped or moved only where no answer changes: not its value, not its reason, not what is missing.

use std::collections::HashMap;
use std::sync::Arc;

use super::{FactId, Node, NodeId, Op, Reason, ReasonId, TextId, Type, date, range};

/// A fact of the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Name of its column, and its name in missing sets.
    pub code: String,
    pub ty: Type,
    /// A parameter that is still to be published: no case ever provides it.
    pub always_missing: bool,
    /// Its node.
    pub node: NodeId,
}

/// The graph of a run, with its facts, texts and reasons.
#[derive(Clone, Debug)]
pub struct Dag {
    nodes: Vec<Node>,
    index: HashMap<(Op, Type), NodeId>,
    facts: Vec<Fact>,
    fact_index: HashMap<String, FactId>,
    texts: Vec<Arc<str>>,
    text_index: HashMap<Arc<str>, TextId>,
    reasons: Vec<Reason>,
    reason_index: HashMap<String, ReasonId>,
}

impl Default for Dag {
    fn default() -> Self {
        Self::new()
    }
}

impl Dag {
    /// Reason `division_by_zero`.
    pub const DIVISION_BY_ZERO: ReasonId = ReasonId(0);
    /// Reason `no_row`: no row of a table applies.
    pub const NO_ROW: ReasonId = ReasonId(1);
    /// Reason `overlap`: two rows of a unique table apply.
    pub const OVERLAP: ReasonId = ReasonId(2);
    /// Reason `empty_set`: nobody is in the set.
    pub const EMPTY_SET: ReasonId = ReasonId(3);
    /// Reason `outside_set`: the case is not in the set.
    pub const OUTSIDE_SET: ReasonId = ReasonId(4);

    /// An empty graph, knowing the reasons every graph has.
    pub fn new() -> Self {
        let mut dag = Self {
            nodes: Vec::new(),
            index: HashMap::new(),
            facts: Vec::new(),
            fact_index: HashMap::new(),
            texts: Vec::new(),
            text_index: HashMap::new(),
            reasons: Vec::new(),
            reason_index: HashMap::new(),
        };
        for (code, zh, en) in [
            ("division_by_zero", "除数为零", "division by zero"),
            ("no_row", "没有适用的行", "no row applies"),
            ("overlap", "有多行同时适用", "more than one row applies"),
            ("empty_set", "集合中没有成员", "nobody is in the set"),
            ("outside_set", "不在参评范围内", "not in the set that is compared"),
        ] {
            dag.reason(Reason { code: code.into(), zh: zh.into(), en: en.into() });
        }
        dag
    }

    /// The nodes, operands before what uses them.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    pub fn ty(&self, id: NodeId) -> Type {
        self.node(id).ty
    }

    /// The facts, in the order of their declaration; [`FactId`] is the place.
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    pub fn fact_of_code(&self, code: &str) -> Option<FactId> {
        self.fact_index.get(code).copied()
    }

    pub fn texts(&self) -> &[Arc<str>] {
        &self.texts
    }

    pub fn text_of(&self, id: TextId) -> &Arc<str> {
        &self.texts[id.0 as usize]
    }

    pub fn reasons(&self) -> &[Reason] {
        &self.reasons
    }

    pub fn reason_of(&self, id: ReasonId) -> &Reason {
        &self.reasons[id.0 as usize]
    }

    /// Interns a text.
    pub fn text_id(&mut self, text: &str) -> TextId {
        if let Some(id) = self.text_index.get(text) {
            return *id;
        }
        let id = TextId(self.texts.len() as u32);
        let text: Arc<str> = text.into();
        self.texts.push(text.clone());
        self.text_index.insert(text, id);
        id
    }

    /// The id of a text the graph knows.
    pub fn find_text(&self, text: &str) -> Option<TextId> {
        self.text_index.get(text).copied()
    }

    /// Interns a reason by its code; words given first stay.
    pub fn reason(&mut self, reason: Reason) -> ReasonId {
        if let Some(id) = self.reason_index.get(&reason.code) {
            return *id;
        }
        let id = ReasonId(self.reasons.len() as u16);
        self.reason_index.insert(reason.code.clone(), id);
        self.reasons.push(reason);
        id
    }

    /// The node of a fact, declared when first asked for. Asked again, the type given first stays.
    pub fn fact(&mut self, code: &str, ty: Type, always_missing: bool) -> NodeId {
        if let Some(id) = self.fact_index.get(code) {
            return self.facts[usize::from(id.0)].node;
        }
        let id = FactId(self.facts.len() as u16);
        let node = self.push(Op::Fact(id), ty, &[], true, false);
        self.fact_index.insert(code.into(), id);
        self.facts.push(Fact { code: code.into(), ty, always_missing, node });
        node
    }

    /// mantissa × 10^-scale.
    pub fn number(&mut self, mantissa: i128, scale: u8) -> NodeId {
        self.push(Op::Number(mantissa), Type::Number { scale, low: mantissa, high: mantissa }, &[], false, false)
    }

    pub fn boolean(&mut self, value: bool) -> NodeId {
        self.push(Op::Boolean(value), Type::Boolean, &[], false, false)
    }

    pub fn text(&mut self, value: &str) -> NodeId {
        let id = self.text_id(value);
        self.push(Op::Text(id), Type::Text, &[], false, false)
    }

    /// Days since 1970-01-01, within [`date::LOW`] and [`date::HIGH`].
    pub fn date(&mut self, days: i32) -> NodeId {
        let days = days.clamp(date::LOW, date::HIGH);
        self.push(Op::Date(days), Type::Date { low: days, high: days }, &[], false, false)
    }

    /// Never a value. `ty` is what stands beside it in a choice; a number's range is not used.
    pub fn not_applicable(&mut self, reason: ReasonId, ty: Type) -> NodeId {
        let ty = match ty {
            Type::Number { scale, .. } => Type::Number { scale, low: 0, high: 0 },
            Type::Date { .. } => Type::Date { low: 0, high: 0 },
            other => other,
        };
        self.push(Op::NotApplicable(reason), ty, &[], false, true)
    }

    /// Adds a node or finds the equal one. The stage follows from the operands.
    pub(super) fn push(
        &mut self,
        op: Op,
        ty: Type,
        operands: &[NodeId],
        may_be_unknown: bool,
        may_not_apply: bool,
    ) -> NodeId {
        let key = (op, ty);
        if let Some(id) = self.index.get(&key) {
            return *id;
        }
        let stage = operands.iter().map(|id| self.node(*id).stage).max().unwrap_or(0);
        let stage = stage + u8::from(matches!(key.0, Op::Population(_)));
        let id = NodeId(self.nodes.len() as u32);
        self.nodes.push(Node { op: key.0.clone(), ty, may_be_unknown, may_not_apply, stage });
        self.index.insert(key, id);
        id
    }

    /// Adds a strict operation.
    pub(super) fn strict(&mut self, op: Op, ty: Type, operands: &[NodeId]) -> NodeId {
        let unknown = operands.iter().any(|id| self.node(*id).may_be_unknown);
        let not_applicable = operands.iter().any(|id| self.node(*id).may_not_apply);
        self.push(op, ty, operands, unknown, not_applicable)
    }

    /// Neither unknown nor not applicable, whatever the case.
    pub fn always_known(&self, id: NodeId) -> bool {
        let node = self.node(id);
        !node.may_be_unknown && !node.may_not_apply
    }

    /// Whether operands may change places without changing a reason: at most one of them may be not applicable.
    pub(super) fn order_is_free(&self, operands: &[NodeId]) -> bool {
        operands.iter().filter(|id| self.node(**id).may_not_apply).count() <= 1
    }

    pub(super) fn constant(&self, id: NodeId) -> Option<i128> {
        match self.node(id).op {
            Op::Number(value) => Some(value),
            _ => None,
        }
    }

    /// Scale and range of a number.
    pub fn number_type(&self, id: NodeId) -> (u8, i128, i128) {
        match self.ty(id) {
            Type::Number { scale, low, high } => (scale, low, high),
            other => {
                debug_assert!(false, "a number is needed, not {other:?}");
                (0, -range::GREATEST, range::GREATEST)
            }
        }
    }

    /// Which nodes the roots need, themselves included.
    pub fn reachable(&self, roots: &[NodeId]) -> Vec<bool> {
        let mut needed = vec![false; self.nodes.len()];
        for root in roots {
            needed[root.0 as usize] = true;
        }
        for place in (0..self.nodes.len()).rev() {
            if needed[place] {
                self.nodes[place].op.for_each_operand(|operand| needed[operand.0 as usize] = true);
            }
        }
        needed
    }
}
