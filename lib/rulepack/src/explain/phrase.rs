//! Expressions in the words of a language: facts and rules by name, constants with their unit.

use std::borrow::Cow;

use super::engine::Engine;
use crate::compile::{Tree, TreeKind, Value};
use crate::diagnostic::Lang;
use crate::interpret::{Answer, Value as Scalars};
use crate::show;
use crate::syntax::ast::{Arithmetic, Comparison};
use crate::unit::Unit;

impl<'a> Engine<'a> {
    /// A tree in words.
    pub fn phrase(&self, tree: &Tree, lang: Lang) -> Cow<'a, str> {
        let of = |tree: &Tree| self.phrase(tree, lang);
        let words = match &tree.kind {
            // What most conditions begin with is not copied.
            TreeKind::Fact(fact) => return self.fact_name(*fact, lang).into(),
            TreeKind::Rule(id) => return self.rule(*id).map(|rule| rule.name.text(lang)).unwrap_or_default().into(),
            TreeKind::Constant => self.tree_value(tree, lang).unwrap_or_else(|| tree.text.clone()),
            TreeKind::Today => return if lang == Lang::Zh { "评价日" } else { "the day of evaluation" }.into(),
            TreeKind::Arithmetic(how, left, right) => {
                let sign = match how {
                    Arithmetic::Add => "+",
                    Arithmetic::Subtract => "−",
                    Arithmetic::Multiply => "×",
                    Arithmetic::Divide => "÷",
                    Arithmetic::Power => "^",
                };
                let side = |side: &Tree| match (&side.kind, how) {
                    (
                        TreeKind::Arithmetic(Arithmetic::Add | Arithmetic::Subtract, ..),
                        Arithmetic::Multiply | Arithmetic::Divide | Arithmetic::Power,
                    ) => format!("({})", of(side)).into(),
                    _ => of(side),
                };
                [&*side(left), " ", sign, " ", &side(right)].concat()
            }
            TreeKind::Negate(inner) => format!("−{}", of(inner)),
            TreeKind::Compare { how, left, right } => format!("{} {} {}", of(left), self.sign(*how), of(right)),
            TreeKind::Member { subject, .. } => {
                let among = self.members(tree, lang);
                if lang == Lang::Zh {
                    format!("{}属于{among}", of(subject))
                } else {
                    format!("{} is among {among}", of(subject))
                }
            }
            TreeKind::And(all) | TreeKind::Or(all) => {
                let word = match (&tree.kind, lang) {
                    (TreeKind::And(_), Lang::Zh) => " 且 ",
                    (_, Lang::Zh) => " 或 ",
                    (TreeKind::And(_), Lang::En) => " and ",
                    (_, Lang::En) => " or ",
                };
                let part = |part: &std::sync::Arc<Tree>| match part.kind {
                    TreeKind::And(_) | TreeKind::Or(_) => format!("({})", of(part)).into(),
                    _ => of(part),
                };
                all.iter().map(part).collect::<Vec<_>>().join(word)
            }
            TreeKind::Not(inner) => {
                if lang == Lang::Zh {
                    format!("非({})", of(inner))
                } else {
                    format!("not ({})", of(inner))
                }
            }
            TreeKind::If { condition, then, otherwise } => match lang {
                Lang::Zh => format!("若 {} 则 {}，否则 {}", of(condition), of(then), of(otherwise)),
                Lang::En => format!("if {} then {}, else {}", of(condition), of(then), of(otherwise)),
            },
            TreeKind::Provided(inner) => {
                if lang == Lang::Zh {
                    format!("已提供{}", of(inner))
                } else {
                    format!("{} is provided", of(inner))
                }
            }
            TreeKind::Coalesce { value, otherwise, .. } => match lang {
                Lang::Zh => format!("{}（没有则用{}）", of(value), of(otherwise)),
                Lang::En => format!("{} (or else {})", of(value), of(otherwise)),
            },
            TreeKind::Call { name, arguments } => {
                format!("{name}({})", arguments.iter().map(|one| of(one)).collect::<Vec<_>>().join(", "))
            }
            TreeKind::List(all) => {
                all.iter().map(|one| of(one)).collect::<Vec<_>>().join(if lang == Lang::Zh { "、" } else { ", " })
            }
            TreeKind::Anything => return "—".into(),
        };
        words.into()
    }

    /// `≥`
    pub fn sign(&self, how: Comparison) -> &'static str {
        match how {
            Comparison::Equal => "=",
            Comparison::NotEqual => "≠",
            Comparison::Less => "<",
            Comparison::LessOrEqual => "≤",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => "≥",
        }
    }

    /// The texts of a membership as the pack writes them.
    pub fn members(&self, tree: &Tree, lang: Lang) -> String {
        let TreeKind::Member { subject, values, industry } = &tree.kind else { return String::new() };
        let gap = if lang == Lang::Zh { "、" } else { ", " };
        if *industry {
            return values.join(gap);
        }
        let name = |code: &String| match &subject.shown {
            crate::compile::Shown::Text(Some(set)) => show::text(self.pack, *set, code, lang),
            _ => code.clone(),
        };
        values.iter().map(name).collect::<Vec<_>>().join(gap)
    }

    /// The value of a tree for people; none if it is not known.
    pub fn tree_value(&self, tree: &Tree, lang: Lang) -> Option<String> {
        let unit = match (&tree.kind, &tree.shown) {
            (TreeKind::Fact(fact), _) => return self.given(*fact).map(|value| self.fact_value(*fact, value, lang)),
            (_, crate::compile::Shown::Number { unit, .. }) => Some(unit),
            _ => None,
        };
        self.value_in(tree, unit, lang)
    }

    /// The value of a tree in a unit.
    pub fn value_in(&self, tree: &Tree, unit: Option<&Unit>, lang: Lang) -> Option<String> {
        let value = tree.value?;
        match (self.answers.of(value.node), value.denominator, unit) {
            (Answer::Known(Scalars::Number(_)), _, Some(unit)) => {
                if let (Answer::Known(Scalars::Number(number)), None) = (self.answers.of(value.node), value.denominator)
                    && let crate::compile::Shown::Number { counts, .. } = &tree.shown
                {
                    let scale = self.program.dag.number_type(value.node).0;
                    return Some(show::number(*number, scale, counts, unit, lang));
                }
                self.quantity(value).map(|base| show::rational(&base, unit, lang))
            }
            (Answer::Known(known), ..) => {
                Some(show::value(&self.program.dag, self.pack, value.node, known, &tree.shown, lang))
            }
            _ => None,
        }
    }

    /// A number or quotient in base units, exactly.
    pub fn quantity(&self, value: Value) -> Option<num_rational::BigRational> {
        let part = |node| match self.answers.of(node) {
            Answer::Known(Scalars::Number(number)) => {
                let scale = self.program.dag.number_type(node).0;
                let power = num_bigint::BigInt::from(10).pow(scale.into());
                Some(num_rational::BigRational::new((*number).into(), power))
            }
            _ => None,
        };
        let upper = part(value.node)?;
        match value.denominator {
            None => Some(upper),
            Some(node) => {
                let lower = part(node)?;
                (!num_traits::Zero::is_zero(&lower)).then(|| upper / lower)
            }
        }
    }
}
