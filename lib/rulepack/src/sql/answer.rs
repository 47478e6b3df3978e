//! The three columns that stand for one answer in SQL: value, what is missing, why not applicable.

use std::collections::BTreeMap;

use super::layers::{Layers, Piece};

/// Facts per word of a missing set: bits 0 to 61 of a BIGINT.
pub const WORD: usize = 62;

/// One answer. Known: `value` is not NULL, every mask 0, `reason` NULL. Unknown: `value` NULL and a mask not 0. Not applicable: `value`
/// NULL and `reason` the number of the reason.
#[derive(Clone, Debug)]
pub struct Answer {
    pub value: Piece,
    /// Bit sets of missing facts by word, only words that can be other than 0.
    pub missing: BTreeMap<usize, Piece>,
    /// None: always applicable.
    pub reason: Option<Piece>,
}

impl Answer {
    pub fn always(value: Piece) -> Answer {
        Answer { value, missing: BTreeMap::new(), reason: None }
    }

    /// Whether it is unknown, as a condition; None: never.
    pub fn unknown(&self) -> Option<Piece> {
        if self.missing.is_empty() {
            return None;
        }
        let tests: Vec<String> = self.missing.values().map(|mask| format!("{} <> 0", mask.sql)).collect();
        Some(Piece::of(
            if tests.len() == 1 { tests[0].clone() } else { format!("({})", tests.join(" OR ")) },
            self.missing.values(),
        ))
    }

    /// Each part as a column.
    pub fn settled(self, layers: &mut Layers) -> Answer {
        Answer {
            value: layers.column(self.value),
            missing: self.missing.into_iter().map(|(word, mask)| (word, layers.column(mask))).collect(),
            reason: self.reason.map(|reason| layers.column(reason)),
        }
    }
}

/// The union of the missing sets, by word.
pub fn union<'a>(answers: impl IntoIterator<Item = &'a Answer>) -> BTreeMap<usize, Piece> {
    let mut words: BTreeMap<usize, Vec<&Piece>> = BTreeMap::new();
    for answer in answers {
        for (word, mask) in &answer.missing {
            let masks = words.entry(*word).or_default();
            if !masks.iter().any(|known| known.sql == mask.sql) {
                masks.push(mask);
            }
        }
    }
    words.into_iter().map(|(word, masks)| (word, joined(&masks, " | "))).collect()
}

/// The first reason, if any answer has one.
pub fn first_reason<'a>(answers: impl IntoIterator<Item = &'a Answer>) -> Option<Piece> {
    let mut reasons: Vec<&Piece> = Vec::new();
    for reason in answers.into_iter().filter_map(|answer| answer.reason.as_ref()) {
        if !reasons.iter().any(|known| known.sql == reason.sql) {
            reasons.push(reason);
        }
    }
    match reasons.as_slice() {
        [] => None,
        [one] => Some((*one).clone()),
        many => Some(Piece::of(format!("COALESCE({})", texts(many).join(", ")), many.iter().copied())),
    }
}

/// Pieces with an operator between them, in parentheses if there are several.
pub fn joined(pieces: &[&Piece], operator: &str) -> Piece {
    match pieces {
        [one] => (*one).clone(),
        many => Piece::of(format!("({})", texts(many).join(operator)), many.iter().copied()),
    }
}

/// The SQL of each.
pub fn texts<'a>(pieces: &[&'a Piece]) -> Vec<&'a str> {
    pieces.iter().map(|piece| piece.sql.as_str()).collect()
}

/// `CASE WHEN … THEN … ELSE … END`; without a branch just the last.
pub fn case(branches: &[(Piece, Piece)], otherwise: &Piece) -> Piece {
    if branches.is_empty() {
        return otherwise.clone();
    }
    let mut sql = String::from("CASE");
    for (condition, result) in branches {
        sql.push_str(&format!(" WHEN {} THEN {}", condition.sql, result.sql));
    }
    sql.push_str(&format!(" ELSE {} END", otherwise.sql));
    Piece::of(sql, branches.iter().flat_map(|(condition, result)| [condition, result]).chain([otherwise]))
}
