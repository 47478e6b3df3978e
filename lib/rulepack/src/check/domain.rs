//! What the conditions of a table distinguish: each thing tested is cut into regions within which no condition changes.

use std::collections::HashMap;
use std::sync::Arc;

use num_bigint::BigInt;
use num_rational::BigRational;

use super::formula::{FALSE, Formulas, Id, TRUE};
use super::regions::{Region, compared, numbers};
use super::search::Found;
use crate::compile::{CompiledPack, Program, Shown, Tree, TreeKind};
use crate::diagnostic::Lang;
use crate::ir::{FactId, Node, NodeId, Op, Type};
use crate::show;
use crate::syntax::ast::Comparison;
use crate::unit::Unit;

/// One thing that is tested.
#[derive(Clone, Debug)]
pub struct Variable {
    pub tree: Arc<Tree>,
    pub regions: Vec<Region>,
    /// The facts it rests on.
    pub facts: Vec<FactId>,
    /// Bounds and words the conditions mention.
    numbers: Vec<BigRational>,
    texts: Vec<String>,
    /// Beginnings of texts they mention.
    beginnings: Vec<String>,
    /// A beginning is meant as it is spelled; else codes with and without their letter are the same.
    spelled: bool,
}

/// What no condition mentions: a character that no text has.
const OTHER: char = '\u{10FFFF}';

/// The things tested by some conditions.
pub struct Domain<'a> {
    program: &'a Program,
    pack: &'a CompiledPack,
    pub variables: Vec<Variable>,
    by_node: HashMap<(NodeId, Option<NodeId>), usize>,
    /// For each atom: its variable and what it says of each region.
    atoms: HashMap<NodeId, (usize, Vec<bool>)>,
}

impl<'a> Domain<'a> {
    pub fn of<'t>(
        program: &'a Program,
        pack: &'a CompiledPack,
        conditions: impl Iterator<Item = &'t Arc<Tree>> + Clone,
    ) -> Self {
        let mut domain = Self { program, pack, variables: Vec::new(), by_node: HashMap::new(), atoms: HashMap::new() };
        for tree in conditions.clone() {
            domain.collect(tree);
        }
        for at in 0..domain.variables.len() {
            let regions = domain.variables.get(at).map(|variable| domain.regions(variable)).unwrap_or_default();
            if let Some(variable) = domain.variables.get_mut(at) {
                variable.regions = regions;
            }
        }
        for tree in conditions {
            domain.decide(tree);
        }
        domain
    }

    fn variable(&mut self, tree: &Arc<Tree>) -> Option<usize> {
        let value = tree.value?;
        let key = (value.node, value.denominator);
        if let Some(at) = self.by_node.get(&key) {
            return Some(*at);
        }
        let mut facts = self.program.facts_of(value.node);
        facts.extend(value.denominator.into_iter().flat_map(|node| self.program.facts_of(node)));
        self.variables.push(Variable {
            tree: tree.clone(),
            regions: Vec::new(),
            facts,
            numbers: Vec::new(),
            texts: Vec::new(),
            beginnings: Vec::new(),
            spelled: false,
        });
        self.by_node.insert(key, self.variables.len() - 1);
        Some(self.variables.len() - 1)
    }

    fn collect(&mut self, tree: &Arc<Tree>) {
        match &tree.kind {
            TreeKind::And(all) | TreeKind::Or(all) => all.iter().for_each(|part| self.collect(part)),
            TreeKind::Not(inner) => self.collect(inner),
            TreeKind::Anything | TreeKind::Constant => {}
            TreeKind::Compare { how, left, right } => match self.bound(*how, left, right) {
                Some(constant) => {
                    if let Some(variable) = self.variable(left).and_then(|at| self.variables.get_mut(at)) {
                        match constant {
                            Region::Number(number) => variable.numbers.push(number),
                            Region::Text(text) => variable.texts.push(text),
                            Region::Boolean(_) => {}
                        }
                    }
                }
                None => {
                    self.variable(tree);
                }
            },
            TreeKind::Member { subject, values, industry } => {
                let beginnings = if *industry { self.beginnings(tree) } else { Vec::new() };
                let Some(variable) = self.variable(subject).and_then(|at| self.variables.get_mut(at)) else { return };
                match industry {
                    false => variable.texts.extend(values.iter().cloned()),
                    // `starts with` looks for what is written, `belongs to` for every spelling of a code.
                    true => {
                        variable.spelled = variable.spelled || beginnings == *values;
                        variable.beginnings.extend(beginnings);
                    }
                }
            }
            _ => {
                self.variable(tree);
            }
        }
    }

    /// What the codes of a membership begin with, all spellings.
    fn beginnings(&self, tree: &Tree) -> Vec<String> {
        let dag = &self.program.dag;
        match tree.value.map(|value| &dag.node(value.node).op) {
            Some(Op::StartsWith { prefixes, .. }) => {
                prefixes.iter().map(|text| dag.text_of(*text).to_string()).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The constant that a comparison holds its left side against. One between two steps of a fact (20 亩 are 40000/3 m²) is taken as
    /// the nearer step, as compiling does.
    fn bound(&self, how: Comparison, left: &Tree, right: &Tree) -> Option<Region> {
        let constant = self.constant(right)?;
        let node =
            left.value.filter(|value| value.denominator.is_none()).map(|value| self.program.dag.node(value.node));
        match (constant, node) {
            (Region::Number(number), Some(Node { op: Op::Fact(_), ty: Type::Number { scale, .. }, .. }))
                if !matches!(how, Comparison::Equal | Comparison::NotEqual)
                    && crate::number::decimal_places(&number).is_none() =>
            {
                let power = BigRational::from_integer(BigInt::from(10).pow((*scale).into()));
                Some(Region::Number((number * &power).round() / power))
            }
            (constant, _) => Some(constant),
        }
    }

    /// A constant side of a comparison.
    fn constant(&self, tree: &Tree) -> Option<Region> {
        let value = tree.value?;
        let dag = &self.program.dag;
        let number = |node: NodeId| match (&dag.node(node).op, dag.ty(node)) {
            (Op::Number(number), Type::Number { scale, .. }) => {
                Some(BigRational::new((*number).into(), BigInt::from(10).pow(scale.into())))
            }
            _ => None,
        };
        match &dag.node(value.node).op {
            Op::Number(_) => {
                let lower = value.denominator.map(number);
                let upper = number(value.node)?;
                match lower {
                    None => Some(Region::Number(upper)),
                    Some(lower) => Some(Region::Number(
                        upper / lower.filter(|lower| lower != &BigRational::from_integer(0.into()))?,
                    )),
                }
            }
            Op::Date(days) => Some(Region::Number(BigRational::from_integer((*days).into()))),
            Op::Boolean(value) => Some(Region::Boolean(*value)),
            Op::Text(text) => Some(Region::Text(dag.text_of(*text).to_string())),
            _ => None,
        }
    }

    fn regions(&self, variable: &Variable) -> Vec<Region> {
        let Some(value) = variable.tree.value else { return Vec::new() };
        match self.program.dag.ty(value.node) {
            Type::Boolean => vec![Region::Boolean(true), Region::Boolean(false)],
            Type::Text => self.texts(variable),
            Type::Number { scale, low, high } => {
                let power = BigRational::from_integer(BigInt::from(10).pow(scale.into()));
                let end = |end: i128| BigRational::from_integer(end.into()) / &power;
                // A quotient can be anything; one of numbers that are never negative is not negative.
                let (low, high, step) = match value.denominator {
                    None => (Some(end(low)), Some(end(high)), Some(power.recip())),
                    Some(lower) => {
                        let positive = low >= 0 && self.program.dag.number_type(lower).1 >= 0;
                        (positive.then(|| BigRational::from_integer(0.into())), None, None)
                    }
                };
                numbers(&variable.numbers, low.as_ref(), high.as_ref(), step.as_ref())
            }
            Type::Date { low, high } => {
                let one = BigRational::from_integer(1.into());
                let end = |end: i32| BigRational::from_integer(end.into());
                numbers(&variable.numbers, Some(&end(low)), Some(&end(high)), Some(&one))
            }
        }
    }

    fn texts(&self, variable: &Variable) -> Vec<Region> {
        if let Shown::Text(Some(set)) = variable.tree.shown
            && let Some(set) = self.pack.sets.get(set)
        {
            return set.values.iter().map(|value| Region::Text(value.code.clone())).collect();
        }
        let mut beginnings = variable.beginnings.clone();
        if !variable.spelled {
            beginnings = beginnings.iter().map(|code| digits(code)).filter(|code| !code.is_empty()).collect();
        }
        // A beginning stands for itself and for what goes on after it in a way no condition mentions.
        let mut texts: Vec<String> = variable.texts.iter().chain(&beginnings).cloned().collect();
        texts.extend(beginnings.iter().map(|beginning| format!("{beginning}{OTHER}")));
        texts.sort();
        texts.dedup();
        texts.push(OTHER.to_string());
        texts.into_iter().map(Region::Text).collect()
    }

    fn decide(&mut self, tree: &Arc<Tree>) {
        let (variable, verdicts) = match &tree.kind {
            TreeKind::And(all) | TreeKind::Or(all) => return all.iter().for_each(|part| self.decide(part)),
            TreeKind::Not(inner) => return self.decide(inner),
            TreeKind::Anything | TreeKind::Constant => return,
            TreeKind::Compare { how, left, right } if self.constant(right).is_some() => {
                let (Some(constant), Some(at)) = (self.bound(*how, left, right), self.variable(left)) else { return };
                (at, self.each(at, &|region| compared(*how, region, &constant)))
            }
            TreeKind::Member { subject, values, industry } => {
                let Some(at) = self.variable(subject) else { return };
                let beginnings = if *industry { self.beginnings(tree) } else { Vec::new() };
                let holds = |region: &Region| match region {
                    Region::Text(text) if *industry => {
                        beginnings.iter().any(|beginning| text.starts_with(beginning.as_str()))
                    }
                    Region::Text(text) => values.contains(text),
                    _ => false,
                };
                (at, self.each(at, &holds))
            }
            _ => {
                let Some(at) = self.variable(tree) else { return };
                (at, self.each(at, &|region| *region == Region::Boolean(true)))
            }
        };
        if let Some(value) = tree.value {
            self.atoms.insert(value.node, (variable, verdicts));
        }
    }

    fn each(&self, variable: usize, holds: &dyn Fn(&Region) -> bool) -> Vec<bool> {
        self.variables.get(variable).map(|variable| variable.regions.iter().map(holds).collect()).unwrap_or_default()
    }

    /// A condition, as what it says of the regions of the variables.
    pub fn formula(&self, tree: &Tree, formulas: &mut Formulas) -> Id {
        match &tree.kind {
            TreeKind::And(all) => {
                let all: Vec<Id> = all.iter().map(|part| self.formula(part, formulas)).collect();
                formulas.and(&all)
            }
            TreeKind::Or(all) => {
                let all: Vec<Id> = all.iter().map(|part| self.formula(part, formulas)).collect();
                formulas.or(&all)
            }
            TreeKind::Not(inner) => {
                let inner = self.formula(inner, formulas);
                formulas.not(inner)
            }
            TreeKind::Anything => TRUE,
            TreeKind::Constant => {
                let holds = tree.value.is_some_and(|value| self.program.dag.node(value.node).op == Op::Boolean(true));
                if holds { TRUE } else { FALSE }
            }
            _ => match tree.value.and_then(|value| self.atoms.get(&value.node)) {
                Some((variable, verdicts)) => formulas.atom(*variable, verdicts),
                None => FALSE,
            },
        }
    }

    /// How many regions each variable has.
    pub fn sizes(&self) -> Vec<usize> {
        self.variables.iter().map(|variable| variable.regions.len()).collect()
    }

    /// Of each thing whether its regions lie in order, so that what is left out between two is a gap of its own.
    pub fn ordered(&self) -> Vec<bool> {
        let numbers = |variable: &Variable| matches!(variable.regions.first(), Some(Region::Number(_)));
        self.variables.iter().map(numbers).collect()
    }

    /// Whether these can surely occur together: no two of them rest on one fact.
    pub fn independent(&self, found: &Found) -> bool {
        let used = self.variables.iter().zip(found).filter(|(_, place)| place.is_some());
        let mut facts: Vec<FactId> = used.flat_map(|(variable, _)| variable.facts.iter().copied()).collect();
        let all = facts.len();
        facts.sort();
        facts.dedup();
        facts.len() == all
    }

    /// An example input in words: `营业收入 = 1500 万元`.
    pub fn example(&self, found: &Found, lang: Lang) -> String {
        let mut said = Vec::new();
        for (variable, place) in self.variables.iter().zip(found) {
            let Some(region) = place.and_then(|place| variable.regions.get(place)) else { continue };
            let name = match &variable.tree.kind {
                TreeKind::Fact(fact) => self.program.fact(*fact).map(|info| info.name().text(lang).to_owned()),
                TreeKind::Rule(id) => self.pack.rule(*id).map(|rule| rule.name.text(lang).to_owned()),
                _ => None,
            };
            let name = name.unwrap_or_else(|| variable.tree.text.clone());
            let value = match (region, &variable.tree.shown) {
                (Region::Number(number), Shown::Number { unit, counts }) => {
                    show::rational(&(number * counts.factor()), unit, lang)
                }
                (Region::Number(days), Shown::Date) => {
                    num_traits::ToPrimitive::to_i32(&days.to_integer()).map(show::day).unwrap_or_default()
                }
                (Region::Number(number), _) => show::rational(number, &Unit::one(), lang),
                (Region::Text(text), _) if text.starts_with(OTHER) => {
                    if lang == Lang::Zh { "其他" } else { "anything else" }.to_owned()
                }
                (Region::Text(code), Shown::Text(Some(set))) => show::text(self.pack, *set, code, lang),
                (Region::Text(text), _) => text.replace(OTHER, "…"),
                (Region::Boolean(value), _) => show::yes_no(*value, lang).to_owned(),
            };
            said.push(format!("{name} = {value}"));
        }
        if said.is_empty() {
            return if lang == Lang::Zh { "任何输入" } else { "any input" }.to_owned();
        }
        said.join(if lang == Lang::Zh { "，" } else { ", " })
    }
}

/// The digits of an industry code; sections are told by their divisions.
fn digits(code: &str) -> String {
    code.trim_start_matches(|c: char| c.is_ascii_alphabetic()).to_owned()
}
