//! Conditions that stand in many rules: what was found out about one holds for all that are written alike.

use std::collections::HashMap;
use std::rc::Rc;

use super::model::{Condition, Shared};
use super::quick::Quick;
use crate::compile::{Shown, Tree, TreeKind};
use crate::diagnostic::Lang;
use crate::ir::FactId;

/// All conditions seen in one explanation.
pub struct Atoms<'a> {
    /// By node the last one seen; one more than its place, 0 for none.
    last: Vec<u32>,
    all: Vec<Atom<'a>>,
    /// Places of trees that were looked up before.
    places: HashMap<*const Tree, usize, Quick>,
}

/// A condition that is not made of others.
pub struct Atom<'a> {
    tree: &'a Tree,
    /// Another of the same node.
    next: u32,
    /// As it is told in a trace.
    pub told: Option<Shared<Condition>>,
    /// Why it does not hold, and why it holds though it should not; in Chinese and in English.
    pub said: [[Option<Box<str>>; 2]; 2],
    /// The facts below it, see [`Engine::facts_below`].
    pub facts: Option<Rc<[FactId]>>,
}

impl<'a> Atoms<'a> {
    pub fn new(nodes: usize) -> Self {
        Self { last: vec![0; nodes], all: Vec::new(), places: HashMap::default() }
    }

    pub fn get(&mut self, place: usize) -> Option<&mut Atom<'a>> {
        self.all.get_mut(place)
    }

    /// The place of a condition; none if it is made of others or has no value.
    pub fn place(&mut self, tree: &'a Tree) -> Option<usize> {
        if !matches!(tree.kind, TreeKind::Compare { .. } | TreeKind::Member { .. } | TreeKind::Fact(_)) {
            return None;
        }
        if let Some(place) = self.places.get(&std::ptr::from_ref(tree)) {
            return Some(*place);
        }
        let place = self.place_anew(tree)?;
        self.places.insert(tree, place);
        Some(place)
    }

    fn place_anew(&mut self, tree: &'a Tree) -> Option<usize> {
        let last = self.last.get_mut(tree.value?.node.0 as usize)?;
        let mut at = *last;
        while let Some(atom) = (at as usize).checked_sub(1).and_then(|place| self.all.get(place)) {
            if alike(atom.tree, tree) {
                return Some(at as usize - 1);
            }
            at = atom.next;
        }
        let next = std::mem::replace(last, u32::try_from(self.all.len() + 1).ok()?);
        self.all.push(Atom { tree, next, told: None, said: Default::default(), facts: None });
        Some(self.all.len() - 1)
    }
}

impl Atom<'_> {
    /// The place of what is said of it.
    pub fn said(&mut self, want: bool, lang: Lang) -> &mut Option<Box<str>> {
        let [no, yes] = &mut self.said;
        let [zh, en] = if want { yes } else { no };
        if lang == Lang::Zh { zh } else { en }
    }
}

/// Whether two trees say the same in the same words.
fn alike(one: &Tree, other: &Tree) -> bool {
    if std::ptr::eq(one, other) {
        return true;
    }
    one.value == other.value
        && one.text == other.text
        && match (&one.kind, &other.kind) {
            (TreeKind::Constant, TreeKind::Constant) => unit(one) == unit(other),
            (TreeKind::Today, TreeKind::Today) => true,
            (TreeKind::Fact(a), TreeKind::Fact(b)) => a == b,
            (TreeKind::Rule(a), TreeKind::Rule(b)) => a == b,
            (TreeKind::Arithmetic(how, left, right), TreeKind::Arithmetic(how_b, left_b, right_b)) => {
                how == how_b && alike(left, left_b) && alike(right, right_b) && unit(one) == unit(other)
            }
            (
                TreeKind::Compare { how, left, right },
                TreeKind::Compare { how: how_b, left: left_b, right: right_b },
            ) => how == how_b && alike(left, left_b) && alike(right, right_b),
            (
                TreeKind::Member { subject, values, industry },
                TreeKind::Member { subject: subject_b, values: values_b, industry: industry_b },
            ) => industry == industry_b && alike(subject, subject_b) && values == values_b,
            _ => false,
        }
}

/// Names of the unit a number is shown in; 0 is the same number in all of them.
fn unit(tree: &Tree) -> Option<(&str, &str)> {
    match &tree.shown {
        Shown::Number { unit, .. } => Some((unit.name(Lang::Zh), unit.name(Lang::En))),
        _ => None,
    }
}
