//! Why a comparison is not as wanted: what there is, what is required, how far it is.

use super::engine::Engine;
use super::model::Verdict;
use crate::compile::{Shown, Tree, TreeKind};
use crate::diagnostic::Lang;
use crate::syntax::ast::Comparison;

impl Engine<'_> {
    /// A comparison that should be as `how` says and is not.
    pub fn compared(&mut self, tree: &Tree, how: Comparison, left: &Tree, right: &Tree, lang: Lang) -> String {
        let zh = lang == Lang::Zh;
        let name = self.phrase(left, lang);
        let unit = match (&left.kind, &right.shown, &left.shown) {
            (TreeKind::Fact(fact), ..) if matches!(left.shown, Shown::Number { .. }) => Some(self.unit(*fact)),
            (_, Shown::Number { unit, .. }, _) => Some(unit),
            _ => None,
        };
        let value = match unit {
            Some(unit) => self.value_in(left, Some(unit), lang),
            None => self.tree_value(left, lang),
        };
        let bound = match unit {
            Some(unit) => self.value_in(right, Some(unit), lang),
            None => self.tree_value(right, lang),
        };
        let (Some(value), Some(bound)) = (value, bound) else {
            let applies = self.verdict(tree) != Verdict::NotApplicable;
            let text = self.phrase(tree, lang);
            return match (zh, applies) {
                (true, true) => format!("“{text}”不成立"),
                (true, false) => format!("“{text}”无从计算"),
                (false, true) => format!("“{text}” does not hold"),
                (false, false) => format!("“{text}” cannot be computed"),
            };
        };
        let bound = match right.kind {
            TreeKind::Constant => bound,
            _ if zh => format!("{}（{bound}）", self.phrase(right, lang)),
            _ => format!("{} ({bound})", self.phrase(right, lang)),
        };
        let space = if zh && value.starts_with(|c: char| c.is_ascii_digit() || c == '-') { " " } else { "" };
        let bound =
            if zh && bound.starts_with(|c: char| c.is_ascii_digit() || c == '-') { format!(" {bound}") } else { bound };
        let after = if zh && bound.ends_with(|c: char| c.is_ascii()) { " " } else { "" };
        let distance = self.distance(how, left, right, lang);
        let mut said = match (how, distance, zh) {
            (Comparison::GreaterOrEqual | Comparison::Greater, Some(gap), true) => {
                format!("{name}为{space}{value}，比要求的{bound}{after}差 {gap}")
            }
            (Comparison::GreaterOrEqual | Comparison::Greater, Some(gap), false) => {
                format!("{name} is {value}, {gap} short of the required {bound}")
            }
            (Comparison::LessOrEqual | Comparison::Less, Some(gap), true) => {
                format!("{name}为{space}{value}，比上限{bound}{after}高 {gap}")
            }
            (Comparison::LessOrEqual | Comparison::Less, Some(gap), false) => {
                format!("{name} is {value}, {gap} above the limit of {bound}")
            }
            (Comparison::Greater, None, true) => format!("{name}为{space}{value}，须高于{bound}"),
            (Comparison::Greater, None, false) => format!("{name} is {value} and must be more than {bound}"),
            (Comparison::Less, None, true) => format!("{name}为{space}{value}，须低于{bound}"),
            (Comparison::Less, None, false) => format!("{name} is {value} and must be less than {bound}"),
            (Comparison::NotEqual, _, true) => format!("{name}为{space}{value}"),
            (Comparison::NotEqual, _, false) => format!("{name} is {value}"),
            (_, _, true) => format!("{name}为{space}{value}，不是{bound}"),
            (_, _, false) => format!("{name} is {value}, not {bound}"),
        };
        if let Some(needed) = self.needed(tree, left, lang) {
            said.push_str(&if zh { format!("（{needed}）") } else { format!(" ({needed})") });
        }
        said
    }
}

/// What must hold if the comparison must not.
pub fn opposite(how: Comparison) -> Comparison {
    match how {
        Comparison::Equal => Comparison::NotEqual,
        Comparison::NotEqual => Comparison::Equal,
        Comparison::Less => Comparison::GreaterOrEqual,
        Comparison::LessOrEqual => Comparison::Greater,
        Comparison::Greater => Comparison::LessOrEqual,
        Comparison::GreaterOrEqual => Comparison::Less,
    }
}
