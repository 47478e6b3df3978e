//! What the conditions of a table distinguish: each thing tested is cut into regions within which no condition changes.

use std::collections::HashMap;
use std::sync::Arc;

use num_bigint::BigInt;
use num_rational::BigRational;

use crate::compile::{CompiledPack, Program, Shown, Tree, TreeKind};
use crate::diagnostic::Lang;
use crate::ir::{FactId, NodeId, Op, Type};
use crate::show;
use crate::syntax::ast::Comparison;
use crate::unit::Unit;

/// One piece of what a thing can be.
#[derive(Clone, Debug, PartialEq)]
pub enum Region {
    /// A number of base units, or days of a date, within it.
    Number(BigRational),
    Text(String),
    Boolean(bool),
}

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
}

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
        });
        self.by_node.insert(key, self.variables.len() - 1);
        Some(self.variables.len() - 1)
    }

    fn collect(&mut self, tree: &Arc<Tree>) {
        match &tree.kind {
            TreeKind::And(all) | TreeKind::Or(all) => all.iter().for_each(|part| self.collect(part)),
            TreeKind::Not(inner) => self.collect(inner),
            TreeKind::Anything | TreeKind::Constant => {}
            TreeKind::Compare { left, right, .. } => match self.constant(right) {
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
                let written: Vec<String> = if *industry {
                    self.beginnings(tree).iter().map(|code| digits(code)).filter(|code| !code.is_empty()).collect()
                } else {
                    values.clone()
                };
                if let Some(variable) = self.variable(subject).and_then(|at| self.variables.get_mut(at)) {
                    variable.texts.extend(written);
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
        let mut texts = variable.texts.clone();
        texts.sort();
        texts.dedup();
        texts.push(String::new());
        texts.into_iter().map(Region::Text).collect()
    }

    fn decide(&mut self, tree: &Arc<Tree>) {
        let (variable, verdicts) = match &tree.kind {
            TreeKind::And(all) | TreeKind::Or(all) => return all.iter().for_each(|part| self.decide(part)),
            TreeKind::Not(inner) => return self.decide(inner),
            TreeKind::Anything | TreeKind::Constant => return,
            TreeKind::Compare { how, left, right } if self.constant(right).is_some() => {
                let (Some(constant), Some(at)) = (self.constant(right), self.variable(left)) else { return };
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

    /// Whether a condition holds when each variable lies in one of its regions.
    pub fn holds(&self, tree: &Tree, places: &[usize]) -> bool {
        match &tree.kind {
            TreeKind::And(all) => all.iter().all(|part| self.holds(part, places)),
            TreeKind::Or(all) => all.iter().any(|part| self.holds(part, places)),
            TreeKind::Not(inner) => !self.holds(inner, places),
            TreeKind::Anything => true,
            TreeKind::Constant => {
                tree.value.is_some_and(|value| self.program.dag.node(value.node).op == Op::Boolean(true))
            }
            _ => {
                let known = tree.value.and_then(|value| self.atoms.get(&value.node));
                known.and_then(|(variable, verdicts)| verdicts.get(*places.get(*variable)?)).copied().unwrap_or(false)
            }
        }
    }

    /// The variables a condition looks at.
    pub fn variables_of(&self, tree: &Tree, found: &mut Vec<usize>) {
        match &tree.kind {
            TreeKind::And(all) | TreeKind::Or(all) => all.iter().for_each(|part| self.variables_of(part, found)),
            TreeKind::Not(inner) => self.variables_of(inner, found),
            _ => {
                if let Some((variable, _)) = tree.value.and_then(|value| self.atoms.get(&value.node))
                    && !found.contains(variable)
                {
                    found.push(*variable);
                }
            }
        }
    }

    /// An example input in words: `营业收入 = 1500 万元`.
    pub fn example(&self, places: &[usize], lang: Lang) -> String {
        let mut said = Vec::new();
        for (variable, place) in self.variables.iter().zip(places) {
            let Some(region) = variable.regions.get(*place) else { continue };
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
                (Region::Text(text), _) if text.is_empty() => {
                    if lang == Lang::Zh {
                        "其他".to_owned()
                    } else {
                        "anything else".to_owned()
                    }
                }
                (Region::Text(code), Shown::Text(Some(set))) => show::text(self.pack, *set, code, lang),
                (Region::Text(text), _) => text.clone(),
                (Region::Boolean(value), _) => show::yes_no(*value, lang).to_owned(),
            };
            said.push(format!("{name} = {value}"));
        }
        said.join(if lang == Lang::Zh { "，" } else { ", " })
    }
}

/// The digits of an industry code; sections are told by their divisions.
fn digits(code: &str) -> String {
    code.trim_start_matches(|c: char| c.is_ascii_alphabetic()).to_owned()
}

fn compared(how: Comparison, region: &Region, constant: &Region) -> bool {
    match (region, constant) {
        (Region::Number(a), Region::Number(b)) => match how {
            Comparison::Equal => a == b,
            Comparison::NotEqual => a != b,
            Comparison::Less => a < b,
            Comparison::LessOrEqual => a <= b,
            Comparison::Greater => a > b,
            Comparison::GreaterOrEqual => a >= b,
        },
        (a, b) => (a == b) == (how == Comparison::Equal),
    }
}

/// One number of each region that the bounds cut: the bounds and something between each two, where there is something.
fn numbers(
    bounds: &[BigRational],
    low: Option<&BigRational>,
    high: Option<&BigRational>,
    step: Option<&BigRational>,
) -> Vec<Region> {
    let inside = |number: &BigRational| low.is_none_or(|low| number >= low) && high.is_none_or(|high| number <= high);
    // A number that can be at all lies on the grid of its digits.
    let on_grid = |number: &BigRational| step.is_none_or(|step| (number / step).is_integer());
    let mut cuts: Vec<BigRational> = bounds.iter().filter(|bound| inside(bound)).cloned().collect();
    // The ends cut like bounds; where there is none, a number beyond the outermost bound stands for what lies there.
    let one = BigRational::from_integer(1.into());
    let least = bounds.iter().min().map_or_else(|| BigRational::from_integer(0.into()), |least| least - &one);
    let greatest = bounds.iter().max().map_or_else(|| one.clone(), |greatest| greatest + &one);
    cuts.push(low.cloned().unwrap_or(least));
    cuts.push(high.cloned().unwrap_or(greatest));
    cuts.sort();
    cuts.dedup();
    let mut found: Vec<BigRational> =
        cuts.windows(2).filter_map(|pair| between(pair.first()?, pair.get(1)?, step)).collect();
    found.extend(cuts.into_iter().filter(on_grid));
    found.sort();
    found.into_iter().map(Region::Number).collect()
}

/// Something strictly between two numbers, on the grid.
fn between(low: &BigRational, high: &BigRational, step: Option<&BigRational>) -> Option<BigRational> {
    if low >= high {
        return None;
    }
    let middle = (low + high) / BigRational::from_integer(2.into());
    let Some(step) = step else { return Some(middle) };
    let below = (&middle / step).floor() * step;
    let above = (low / step).floor() * step + step;
    [below, above].into_iter().find(|number| number > low && number < high)
}
