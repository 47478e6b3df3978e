//! Choices as SQL: by condition, by the first or only row that holds, guards and substitutes.

use std::collections::{BTreeMap, BTreeSet};

use super::answer::{Answer, case, union};
use super::layers::Piece;
use super::writer::Writer;

/// A choice made by the value of an integer column: branch `i` (from 1) or, past the last, `otherwise`.
struct ByNumber<'a> {
    number: &'a Piece,
    branches: &'a [Answer],
}

impl Writer<'_> {
    pub(super) fn select(&mut self, condition: &Answer, then: &Answer, otherwise: &Answer, null: &Piece) -> Answer {
        let unknown = condition.unknown();
        let value = |then: &Piece, otherwise: &Piece, on_unknown: &Piece| {
            let first = unknown.iter().map(|unknown| (unknown.clone(), on_unknown.clone()));
            case(&first.chain([(condition.value.clone(), then.clone())]).collect::<Vec<_>>(), otherwise)
        };
        let zero = Piece::constant("0");
        let mut missing = BTreeMap::new();
        for word in words([condition, then, otherwise]) {
            let of = |answer: &Answer| answer.missing.get(&word).unwrap_or(&zero).clone();
            missing.insert(word, value(&of(then), &of(otherwise), &of(condition)));
        }
        let reason = (then.reason.is_some() || otherwise.reason.is_some()).then(|| {
            value(
                then.reason.as_ref().unwrap_or(&no_reason()),
                otherwise.reason.as_ref().unwrap_or(&no_reason()),
                &no_reason(),
            )
        });
        Answer { value: value(&then.value, &otherwise.value, null), missing, reason }
    }

    pub(super) fn guard(&mut self, condition: &Answer, value: &Answer, reason: &Piece, null: &Piece) -> Answer {
        let refused = Answer { value: null.clone(), missing: BTreeMap::new(), reason: Some(reason.clone()) };
        self.select(condition, value, &refused, null)
    }

    pub(super) fn substitute(&mut self, value: &Answer, otherwise: &Answer) -> Answer {
        let known = Piece::of(format!("{} IS NOT NULL", value.value.sql), [&value.value]);
        let unless = |piece: &Piece, given: &str| case(&[(known.clone(), Piece::constant(given))], piece);
        Answer {
            value: Piece::of(
                format!("COALESCE({}, {})", value.value.sql, otherwise.value.sql),
                [&value.value, &otherwise.value],
            ),
            missing: otherwise.missing.iter().map(|(word, mask)| (*word, unless(mask, "0"))).collect(),
            reason: otherwise.reason.as_ref().map(|reason| unless(reason, NO_REASON)),
        }
    }

    /// The value of the first condition that is true, unknown if one before it is; `values` has the default as its last.
    pub(super) fn first(&mut self, conditions: &[Answer], values: &[Answer], null: &Piece) -> Answer {
        let hit = self.hit(conditions, false);
        let mut before: BTreeMap<usize, Vec<Piece>> = BTreeMap::new();
        for (index, condition) in conditions.iter().enumerate() {
            for (word, mask) in &condition.missing {
                let sql = format!("CASE WHEN {} > {} THEN {} ELSE 0 END", hit.sql, index + 1, mask.sql);
                before.entry(*word).or_default().push(Piece::of(sql, [&hit, mask]));
            }
        }
        let open: BTreeMap<usize, Piece> = before
            .into_iter()
            .map(|(word, masks)| {
                let all = super::answer::joined(&masks.iter().collect::<Vec<_>>(), " | ");
                (word, self.layers.column(all))
            })
            .collect();
        let undecided = Answer { value: null.clone(), missing: open, reason: None };
        let choice = ByNumber { number: &hit, branches: values };
        let chosen = self.chosen(&choice);
        match undecided.unknown() {
            None => chosen,
            Some(condition) => either(&condition, &undecided, &chosen),
        }
    }

    /// The value of the only condition that is true.
    pub(super) fn unique(
        &mut self,
        conditions: &[Answer],
        values: &[Answer],
        no_row: &Piece,
        overlap: &Piece,
        null: &Piece,
    ) -> Answer {
        let (hit, last) = (self.hit(conditions, false), self.hit(conditions, true));
        let none = Piece::of(format!("{} > {}", hit.sql, conditions.len()), [&hit]);
        let two = Piece::of(format!("{} <> {}", hit.sql, last.sql), [&hit, &last]);
        let all = Answer { value: null.clone(), missing: union(conditions), reason: None }.settled(&mut self.layers);
        let nothing = Answer { value: null.clone(), missing: BTreeMap::new(), reason: Some(no_row.clone()) };
        let without = match all.unknown() {
            None => nothing,
            Some(unknown) => either(&unknown, &all, &nothing),
        };
        let twice = Answer { value: null.clone(), missing: BTreeMap::new(), reason: Some(overlap.clone()) };
        let chosen = self.chosen(&ByNumber { number: &hit, branches: values });
        either(&none, &without, &either(&two, &twice, &chosen))
    }

    /// The number of the first (or last) condition that is true, from 1; one past the last if none is.
    fn hit(&mut self, conditions: &[Answer], from_the_end: bool) -> Piece {
        let mut branches: Vec<(Piece, Piece)> = conditions
            .iter()
            .enumerate()
            .map(|(index, condition)| (condition.value.clone(), Piece::constant((index + 1).to_string())))
            .collect();
        if from_the_end {
            branches.reverse();
        }
        let otherwise = Piece::constant((conditions.len() + 1).to_string());
        self.layers.column(case(&branches, &otherwise))
    }

    fn chosen(&mut self, choice: &ByNumber<'_>) -> Answer {
        let pick = |part: &dyn Fn(&Answer) -> Piece| {
            let mut sql = format!("CASE {}", choice.number.sql);
            let mut parts = vec![choice.number.clone()];
            for (index, branch) in choice.branches.iter().enumerate() {
                let piece = part(branch);
                sql.push_str(&format!(" WHEN {} THEN {}", index + 1, piece.sql));
                parts.push(piece);
            }
            sql.push_str(" END");
            Piece::of(sql, &parts)
        };
        let zero = Piece::constant("0");
        let missing = words(choice.branches)
            .into_iter()
            .map(|word| (word, pick(&|branch: &Answer| branch.missing.get(&word).unwrap_or(&zero).clone())))
            .collect();
        let reason = choice
            .branches
            .iter()
            .any(|branch| branch.reason.is_some())
            .then(|| pick(&|branch: &Answer| branch.reason.clone().unwrap_or_else(no_reason)));
        Answer { value: pick(&|branch: &Answer| branch.value.clone()), missing, reason }.settled_masks(&mut self.layers)
    }
}

impl Answer {
    /// Masks come out of a CASE that may give NULL (no branch): 0 then.
    fn settled_masks(self, layers: &mut super::layers::Layers) -> Answer {
        let missing = self
            .missing
            .into_iter()
            .map(|(word, mask)| (word, layers.column(Piece::of(format!("COALESCE({}, 0)", mask.sql), [&mask]))))
            .collect();
        Answer { missing, ..self }
    }
}

/// `first` where the condition is true, else `second`, in all three parts.
fn either(condition: &Piece, first: &Answer, second: &Answer) -> Answer {
    let zero = Piece::constant("0");
    let pick = |one: &Piece, other: &Piece| case(&[(condition.clone(), one.clone())], other);
    let missing = words([first, second])
        .into_iter()
        .map(|word| (word, pick(first.missing.get(&word).unwrap_or(&zero), second.missing.get(&word).unwrap_or(&zero))))
        .collect();
    let reason = (first.reason.is_some() || second.reason.is_some())
        .then(|| pick(first.reason.as_ref().unwrap_or(&no_reason()), second.reason.as_ref().unwrap_or(&no_reason())));
    Answer { value: pick(&first.value, &second.value), missing, reason }
}

fn words<'a>(answers: impl IntoIterator<Item = &'a Answer>) -> BTreeSet<usize> {
    answers.into_iter().flat_map(|answer| answer.missing.keys().copied()).collect()
}

/// The reason of what applies, typed: PostgreSQL takes an untyped NULL for text.
const NO_REASON: &str = "CAST(NULL AS BIGINT)";

fn no_reason() -> Piece {
    Piece::constant(NO_REASON)
}
