//! One condition: what was tested, with what value, how far it is from holding.

use num_rational::BigRational;
use num_traits::{Signed, Zero};

use super::engine::Engine;
use super::model::{Condition, ParameterShort, Shared, Verdict};
use crate::compile::{Body, Shown, Tree, TreeKind};
use crate::diagnostic::Lang;
use crate::interpret::Value;
use crate::ir::{FactId, Type};
use crate::show;
use crate::syntax::ast::{Arithmetic, Comparison};
use crate::unit::Unit;

impl<'a> Engine<'a> {
    /// A condition with all below it.
    pub fn condition(&mut self, tree: &'a Tree) -> Shared<Condition> {
        let place = self.atoms.place(tree);
        if let Some(known) = place.and_then(|place| self.atoms.get(place)?.told.clone()) {
            return known;
        }
        let condition = Shared::new(self.told_anew(tree));
        if let Some(atom) = place.and_then(|place| self.atoms.get(place)) {
            atom.told = Some(condition.clone());
        }
        condition
    }

    fn told_anew(&mut self, tree: &'a Tree) -> Condition {
        let lang = self.lang;
        let mut condition = Condition {
            text: tree.text.clone(),
            verdict: self.verdict(tree),
            subject: None,
            value: None,
            bound: None,
            distance: None,
            needed: None,
            facts: Vec::new(),
            parameters: Vec::new(),
            join: None,
            conditions: Vec::new(),
        };
        let joined = match &tree.kind {
            TreeKind::And(all) => Some(("and", all.as_slice())),
            TreeKind::Or(all) => Some(("or", all.as_slice())),
            TreeKind::Not(inner) => Some(("not", std::slice::from_ref(inner))),
            _ => None,
        };
        if let Some((join, all)) = joined {
            condition.join = Some(join);
            condition.conditions = all.iter().map(|part| self.condition(part)).collect();
            return condition;
        }
        match &tree.kind {
            TreeKind::Compare { how, left, right } => {
                condition.subject = Some(self.phrase(left, lang).into_owned());
                condition.value = self.side(left, right, lang);
                condition.bound = self.side(right, left, lang).map(|mut bound| {
                    bound.insert(0, ' ');
                    bound.insert_str(0, self.sign(*how));
                    bound
                });
                if condition.verdict == Verdict::False {
                    condition.distance = self.distance(*how, left, right, lang);
                    condition.needed = self.needed(tree, left, lang);
                }
            }
            TreeKind::Member { subject, .. } => {
                condition.subject = Some(self.phrase(subject, lang).into_owned());
                condition.value = self.tree_value(subject, lang);
                condition.bound = Some(self.members(tree, lang));
            }
            TreeKind::If { condition: test, then, otherwise } => {
                condition.join = Some("if");
                condition.conditions = [test, then, otherwise].into_iter().map(|part| self.condition(part)).collect();
                return condition;
            }
            _ => {
                condition.subject = Some(self.phrase(tree, lang).into_owned());
                condition.value = self.tree_value(tree, lang);
            }
        }
        self.sources(tree, &mut condition);
        condition
    }

    /// The value of one side; a plain number in the unit of the other.
    fn side(&self, tree: &Tree, other: &Tree, lang: Lang) -> Option<String> {
        if let (TreeKind::Fact(_), _) | (_, TreeKind::Fact(_)) = (&tree.kind, &other.kind)
            && matches!(tree.shown, Shown::Number { .. })
        {
            let fact = match (&tree.kind, &other.kind) {
                (TreeKind::Fact(fact), _) | (_, TreeKind::Fact(fact)) => Some(*fact),
                _ => None,
            };
            return self.value_in(tree, fact.map(|fact| self.unit(fact)), lang);
        }
        self.value_in(tree, unit_of_pair(tree, other), lang)
    }

    /// How far the left side is from the bound: `500 万元`, `0.6 个百分点`.
    pub fn distance(&self, how: Comparison, left: &Tree, right: &Tree, lang: Lang) -> Option<String> {
        if matches!(how, Comparison::NotEqual) {
            return None;
        }
        let unit = match (&left.kind, &right.kind) {
            (TreeKind::Fact(fact), _) | (_, TreeKind::Fact(fact)) if matches!(left.shown, Shown::Number { .. }) => {
                self.unit(*fact)
            }
            _ => unit_of_pair(left, right)?,
        };
        let (a, b) = (left.value?, right.value?);
        if let (None, None, Some(counts)) = (a.denominator, b.denominator, counts(left))
            && let (Some(x), Some(y)) = (
                self.answers.of(a.node).value().and_then(Value::integer),
                self.answers.of(b.node).value().and_then(Value::integer),
            )
            && let (Type::Number { scale, .. }, Type::Number { scale: other, .. }) =
                (self.program.dag.ty(a.node), self.program.dag.ty(b.node))
            && scale.abs_diff(other) < 20
        {
            let finer = scale.max(other);
            let raise = |value: i128, own: u8| {
                10_i128.checked_pow((finer - own).into()).and_then(|power| value.checked_mul(power))
            };
            if let (Some(x), Some(y)) = (raise(x, scale), raise(y, other)) {
                let gap = i128::try_from(x.abs_diff(y)).ok()?;
                return (gap != 0).then(|| points(show::number(gap, finer, counts, unit, lang), lang));
            }
        }
        let gap: BigRational = (self.quantity(a)? - self.quantity(b)?).abs();
        (!gap.is_zero()).then(|| points(show::rational(&gap, unit, lang), lang))
    }

    /// By how much one fact has to change, if the left side is made of several: for a share the numerator.
    pub fn needed(&mut self, tree: &Tree, left: &Tree, lang: Lang) -> Option<String> {
        let fact = self.fact_to_move(left)?;
        let node = tree.value?.node;
        let least = self.nearest(node, true, fact, Some(tree))?;
        let (from, to) = (self.given(fact)?, self.moves.value(least)?);
        let by = self.difference(fact, from, to, lang)?;
        let name = self.fact_name(fact, lang);
        let more = to.integer() > from.integer();
        Some(match (lang, more) {
            (Lang::Zh, true) => format!("{name}还差 {by}"),
            (Lang::Zh, false) => format!("{name}须减少 {by}"),
            (Lang::En, true) => format!("{name} is {by} short"),
            (Lang::En, false) => format!("{name} is {by} too high"),
        })
    }

    /// The fact of a composed left side that is told: the first of the numerator, one the enterprise can change if there is one.
    fn fact_to_move(&self, left: &Tree) -> Option<FactId> {
        let mut side = left;
        let mut divided = false;
        loop {
            match &side.kind {
                TreeKind::Arithmetic(Arithmetic::Divide, upper, _) => (side, divided) = (upper, true),
                TreeKind::Rule(_) => match self.named(side).map(|rule| &rule.body) {
                    Some(Body::Expression { tree, .. }) => side = tree,
                    _ => return None,
                },
                _ => break,
            }
        }
        if !divided {
            return None;
        }
        let mut facts = Vec::new();
        side.walk(&mut |tree| {
            if let TreeKind::Fact(fact) = &tree.kind {
                facts.push(*fact)
            }
        });
        facts
            .iter()
            .find(|fact| self.changeable(**fact))
            .or(facts.first())
            .copied()
            .filter(|fact| self.given(*fact).is_some())
    }

    /// The difference of two values of a fact, without a sign.
    pub fn difference(&self, fact: FactId, from: &Value, to: &Value, lang: Lang) -> Option<String> {
        match (from, to) {
            (Value::Number(a), Value::Number(b)) => {
                let gap = Value::Number(i128::try_from(a.abs_diff(*b)).ok()?);
                Some(points(self.fact_value(fact, &gap, lang), lang))
            }
            (Value::Date(a), Value::Date(b)) => {
                let days = a.abs_diff(*b);
                Some(if lang == Lang::Zh { format!("{days} 天") } else { format!("{days} days") })
            }
            _ => None,
        }
    }

    /// The facts and parameters beside a condition.
    fn sources(&mut self, tree: &Tree, condition: &mut Condition) {
        let mut rules = Vec::new();
        tree.walk(&mut |tree| match &tree.kind {
            TreeKind::Fact(fact) => {
                let fact = self.fact_short(*fact);
                if !condition.facts.iter().any(|own| own.is(&fact)) {
                    condition.facts.push(fact);
                }
            }
            TreeKind::Rule(id) if !rules.contains(id) => rules.push(*id),
            _ => {}
        });
        for rule in rules.into_iter().filter_map(|id| self.rule(id)) {
            let Body::Parameter { current, .. } = &rule.body else { continue };
            let row = current.and_then(|at| self.pack.source.parameters.get(at));
            let answer = self.answer_shown(rule.value.node, self.answer(rule.value), &rule.shown, self.lang);
            condition.parameters.push(ParameterShort {
                code: rule.code.clone(),
                name: rule.name.text(self.lang).to_owned(),
                value: answer.text,
                from: row.and_then(|row| row.from).map(|from| from.to_string()),
                basis: row.and_then(|row| row.basis.as_ref()).map(|basis| basis.text.clone()),
            });
        }
    }
}

/// The unit two sides are told in: that of the constant side.
fn unit_of_pair<'t>(left: &'t Tree, right: &'t Tree) -> Option<&'t Unit> {
    let unit = |tree: &'t Tree| match &tree.shown {
        Shown::Number { unit, .. } => Some(unit),
        _ => None,
    };
    let constant = |tree: &Tree| matches!(tree.kind, TreeKind::Constant | TreeKind::Rule(_));
    let (first, second) = if constant(right) { (right, left) } else { (left, right) };
    let first = unit(first);
    if first.is_some_and(|unit| !unit.name(Lang::Zh).is_empty()) { first } else { unit(second).or(first) }
}

fn counts(tree: &Tree) -> Option<&Unit> {
    match &tree.shown {
        Shown::Number { counts, .. } => Some(counts),
        _ => None,
    }
}

/// A difference of percentages is in points.
fn points(mut text: String, lang: Lang) -> String {
    if text.ends_with('%') {
        text.truncate(text.len() - 1);
        text.push_str(if lang == Lang::Zh { " 个百分点" } else { " percentage points" });
    }
    text
}
