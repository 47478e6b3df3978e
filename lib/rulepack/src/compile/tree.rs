//! Trees of expressions, as written and typed.

use std::sync::Arc;

use super::program::{RuleId, Shown, Value};
use crate::diagnostic::Place;
use crate::ir::FactId;
use crate::syntax::ast::{Arithmetic, Comparison};

/// A node of the tree of an expression.
#[derive(Clone, Debug)]
pub struct Tree {
    pub place: Place,
    /// As written; for a cell of a table the cell's text.
    pub text: String,
    /// None for lists and `null`.
    pub value: Option<Value>,
    pub shown: Shown,
    pub kind: TreeKind,
}

/// What a tree node is.
#[derive(Clone, Debug)]
pub enum TreeKind {
    Constant,
    /// The day of evaluation.
    Today,
    Fact(FactId),
    /// A parameter, a definition or an output of the same pack.
    Rule(RuleId),
    Arithmetic(Arithmetic, Arc<Tree>, Arc<Tree>),
    Negate(Arc<Tree>),
    /// An atom; the operator as seen from the left side.
    Compare {
        how: Comparison,
        left: Arc<Tree>,
        right: Arc<Tree>,
    },
    /// An atom: the text is one of these, or begins with one of these codes of GB/T 4754 (`industry`).
    Member {
        subject: Arc<Tree>,
        values: Vec<String>,
        industry: bool,
    },
    And(Vec<Arc<Tree>>),
    Or(Vec<Arc<Tree>>),
    Not(Arc<Tree>),
    If {
        condition: Arc<Tree>,
        then: Arc<Tree>,
        otherwise: Arc<Tree>,
    },
    /// Whether a value is there at all.
    Provided(Arc<Tree>),
    Coalesce {
        value: Arc<Tree>,
        otherwise: Arc<Tree>,
        reason: Option<String>,
    },
    /// Another built-in, by its English name.
    Call {
        name: &'static str,
        arguments: Vec<Arc<Tree>>,
    },
    List(Vec<Arc<Tree>>),
    /// A cell `—`: anything.
    Anything,
}

impl Tree {
    /// Calls `visit` with this node and all below it, from above; rules are not entered.
    pub fn walk(&self, visit: &mut dyn FnMut(&Tree)) {
        visit(self);
        match &self.kind {
            TreeKind::Constant | TreeKind::Today | TreeKind::Fact(_) | TreeKind::Rule(_) | TreeKind::Anything => {}
            // The most frequent kinds without a list of children.
            TreeKind::Compare { left, right, .. } | TreeKind::Arithmetic(_, left, right) => {
                left.walk(visit);
                right.walk(visit);
            }
            TreeKind::Member { subject, .. } => subject.walk(visit),
            TreeKind::And(all) | TreeKind::Or(all) => all.iter().for_each(|part| part.walk(visit)),
            _ => self.children().into_iter().for_each(|child| child.walk(visit)),
        }
    }

    /// The nodes directly below.
    pub fn children(&self) -> Vec<&Arc<Tree>> {
        match &self.kind {
            TreeKind::Constant | TreeKind::Today | TreeKind::Fact(_) | TreeKind::Rule(_) | TreeKind::Anything => {
                Vec::new()
            }
            TreeKind::Negate(one) | TreeKind::Not(one) | TreeKind::Provided(one) => vec![one],
            TreeKind::Member { subject, .. } => vec![subject],
            TreeKind::Arithmetic(_, left, right) | TreeKind::Compare { left, right, .. } => vec![left, right],
            TreeKind::Coalesce { value, otherwise, .. } => vec![value, otherwise],
            TreeKind::If { condition, then, otherwise } => vec![condition, then, otherwise],
            TreeKind::And(all) | TreeKind::Or(all) | TreeKind::List(all) => all.iter().collect(),
            TreeKind::Call { arguments, .. } => arguments.iter().collect(),
        }
    }
}
