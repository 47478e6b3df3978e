//! Why a comparison is not as wanted: what there is, what is required, how far it is.

use super::engine::Engine;
use super::model::Verdict;
use crate::compile::{Shown, Tree, TreeKind};
use crate::diagnostic::Lang;
use crate::syntax::ast::Comparison;

impl Engine<'_> {
    /// Writes that a comparison should be as `how` says and is not.
    pub fn compared(&mut self, out: &mut String, tree: &Tree, how: Comparison, left: &Tree, right: &Tree, lang: Lang) {
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
            let end = match (zh, applies) {
                (true, true) => "”不成立",
                (true, false) => "”无从计算",
                (false, true) => "” does not hold",
                (false, false) => "” cannot be computed",
            };
            return out.extend(["“", &self.phrase(tree, lang), end]);
        };
        let bound = match right.kind {
            TreeKind::Constant => bound,
            _ if zh => format!("{}（{bound}）", self.phrase(right, lang)),
            _ => format!("{} ({bound})", self.phrase(right, lang)),
        };
        let gap_before =
            |text: &str| if zh && text.starts_with(|c: char| c.is_ascii_digit() || c == '-') { " " } else { "" };
        let (to_value, to_bound) = (gap_before(&value), gap_before(&bound));
        let after = if zh && bound.ends_with(|c: char| c.is_ascii()) { " " } else { "" };
        let distance = self.distance(how, left, right, lang);
        // Thousands of these are told in one explanation, and texts joined as they are take half as long as formatted ones.
        let held_against = match (how, distance.as_deref(), zh) {
            (Comparison::GreaterOrEqual | Comparison::Greater, Some(gap), true) => {
                ["，比要求的", to_bound, &bound, after, "差 ", gap]
            }
            (Comparison::GreaterOrEqual | Comparison::Greater, Some(gap), false) => {
                [", ", gap, " short of the required ", &bound, "", ""]
            }
            (Comparison::LessOrEqual | Comparison::Less, Some(gap), true) => {
                ["，比上限", to_bound, &bound, after, "高 ", gap]
            }
            (Comparison::LessOrEqual | Comparison::Less, Some(gap), false) => {
                [", ", gap, " above the limit of ", &bound, "", ""]
            }
            (Comparison::Greater, None, true) => ["，须高于", to_bound, &bound, "", "", ""],
            (Comparison::Greater, None, false) => [" and must be more than ", &bound, "", "", "", ""],
            (Comparison::Less, None, true) => ["，须低于", to_bound, &bound, "", "", ""],
            (Comparison::Less, None, false) => [" and must be less than ", &bound, "", "", "", ""],
            (Comparison::NotEqual, ..) => ["", "", "", "", "", ""],
            (_, _, true) => ["，不是", to_bound, &bound, "", "", ""],
            (_, _, false) => [", not ", &bound, "", "", "", ""],
        };
        let needed = self.needed(tree, left, lang);
        let needed = match (&needed, zh) {
            (Some(needed), true) => ["（", needed, "）"],
            (Some(needed), false) => [" (", needed, ")"],
            (None, _) => ["", "", ""],
        };
        out.extend([&*name, if zh { "为" } else { " is " }, to_value, &value]);
        out.extend(held_against);
        out.extend(needed);
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
