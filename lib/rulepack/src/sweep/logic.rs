//! Three-valued logic and choices on bitmaps.

use pulp::Arch;

use super::numbers::first_reasons;
use super::slot::{Bits, Lane, Slot, WORDS, Width, bits, by_width, each_row};
use crate::ir::ReasonId;

/// `And` (deciding: false) or `Or` (deciding: true).
pub(super) fn junction(arch: Arch, slots: &[Box<Slot>], operands: &[usize], deciding: bool, out: &mut Slot) {
    out.yes = if deciding { [0; WORDS] } else { [!0; WORDS] };
    for operand in operands {
        let (yes, own) = (&mut out.yes, &slots[*operand].yes);
        if deciding {
            arch.dispatch(|| yes.iter_mut().zip(own).for_each(|(yes, own)| *yes |= own));
        } else {
            arch.dispatch(|| yes.iter_mut().zip(own).for_each(|(yes, own)| *yes &= own));
        }
    }
    if operands.iter().all(|operand| slots[*operand].complete) {
        return out.set_complete();
    }
    // Here the bits that are false, as of one operand: known and not true.
    let mut no: Bits = if deciding { [!0; WORDS] } else { [0; WORDS] };
    for operand in operands {
        let (no, known, yes) = (&mut no, &slots[*operand].known, &slots[*operand].yes);
        if deciding {
            arch.dispatch(|| no.iter_mut().zip(known).zip(yes).for_each(|((no, known), yes)| *no &= known & !yes));
        } else {
            arch.dispatch(|| no.iter_mut().zip(known).zip(yes).for_each(|((no, known), yes)| *no |= known & !yes));
        }
    }
    out.known = bits(|word| out.yes[word] | no[word]);
    out.any_na = false;
    if operands.iter().any(|operand| slots[*operand].any_na) {
        let unknown = bits(|word| {
            operands.iter().fold(0, |any, operand| any | !(slots[*operand].known[word] | slots[*operand].na_word(word)))
        });
        let known = out.known;
        out.na = [0; WORDS];
        first_reasons(slots, operands, out, |word| !unknown[word] & !known[word]);
    } else {
        out.na = [0; WORDS];
    }
    out.settle();
}

pub(super) fn not(slots: &[Box<Slot>], value: usize, out: &mut Slot) {
    let slot = &slots[value];
    out.yes = bits(|word| slot.known[word] & !slot.yes[word]);
    copy_state(slot, out);
}

pub(super) fn known(slots: &[Box<Slot>], value: usize, out: &mut Slot) {
    out.yes = slots[value].known;
    out.set_complete();
}

fn copy_state(from: &Slot, out: &mut Slot) {
    out.known = from.known;
    out.complete = from.complete;
    out.any_na = from.any_na;
    if from.any_na {
        out.na = from.na;
        out.reasons_mut().copy_from_slice(&from.reasons);
    }
}

/// Fills rows of a result from other columns, each row once.
struct Blend<'a> {
    out: &'a mut Slot,
    boolean: bool,
}

impl<'a> Blend<'a> {
    /// A result that takes its rows from these columns.
    fn new(slots: &mut [Box<Slot>], sources: &[usize], boolean: bool, out: &'a mut Slot) -> Self {
        out.clear();
        if !boolean {
            let mut low = i128::MAX;
            let mut high = i128::MIN;
            let mut width = Width::W32;
            for source in sources {
                let slot = &slots[*source];
                // Values of rows that are not known do not count, and a column without any known row has none.
                low = low.min(slot.low);
                high = high.max(slot.high);
                width = width.max(slot.width);
            }
            for source in sources {
                if slots[*source].constant().is_none() {
                    slots[*source].widen(width);
                }
            }
            out.start(width, low, high);
            by_width!(width, Integer => {
                let start = Integer::wrap(low);
                Integer::of_mut(out).fill(start);
            });
        }
        Self { out, boolean }
    }

    fn take(&mut self, from: &Slot, rows: &Bits) {
        let out = &mut *self.out;
        for word in 0..WORDS {
            out.known[word] |= rows[word] & from.known[word];
        }
        if from.any_na {
            let fresh = bits(|word| rows[word] & from.na[word]);
            let reasons = out.reasons_mut();
            each_row(&fresh, |row| reasons[row] = from.reasons[row]);
            out.na.iter_mut().zip(&fresh).for_each(|(na, fresh)| *na |= fresh);
        }
        if self.boolean {
            for word in 0..WORDS {
                out.yes[word] |= rows[word] & from.yes[word];
            }
            return;
        }
        let constant = from.constant();
        by_width!(out.width, Integer => {
            let results = Integer::of_mut(out);
            if let Some(constant) = constant {
                let constant = Integer::wrap(constant);
                each_run(rows, |from, to| results[from..to].fill(constant));
            } else {
                let values = Integer::of(from);
                each_run(rows, |from, to| results[from..to].copy_from_slice(&values[from..to]));
            }
        });
    }

    fn refuse(&mut self, rows: &Bits, reason: ReasonId) {
        let reasons = self.out.reasons_mut();
        each_row(rows, |row| reasons[row] = reason.0);
        self.out.na.iter_mut().zip(rows).for_each(|(na, rows)| *na |= rows);
    }

    fn finish(self) {
        self.out.settle();
    }
}

/// Calls `visit` with single rows, or with 64 at once where all bits of a word are set.
#[inline(always)]
fn each_run(rows: &Bits, mut visit: impl FnMut(usize, usize)) {
    for (word, bits) in rows.iter().enumerate() {
        if *bits == !0 {
            visit(word * 64, word * 64 + 64);
            continue;
        }
        let mut rest = *bits;
        while rest != 0 {
            let row = word * 64 + rest.trailing_zeros() as usize;
            visit(row, row + 1);
            rest &= rest - 1;
        }
    }
}

fn unknown(slot: &Slot, word: usize) -> u64 {
    !(slot.known[word] | slot.na_word(word))
}

pub(super) fn first(slots: &mut [Box<Slot>], conditions: &[usize], values: &[usize], boolean: bool, out: &mut Slot) {
    let mut blend = Blend::new(slots, values, boolean, out);
    let mut left: Bits = [!0; WORDS];
    for (condition, value) in conditions.iter().zip(values) {
        let condition = &slots[*condition];
        let rows = bits(|word| left[word] & condition.yes[word]);
        blend.take(&slots[*value], &rows);
        for word in 0..WORDS {
            left[word] &= !condition.yes[word];
            if !condition.complete {
                left[word] &= !unknown(condition, word);
            }
        }
    }
    if let Some(default) = values.get(conditions.len()) {
        blend.take(&slots[*default], &left);
    }
    blend.finish();
}

pub(super) fn unique(
    slots: &mut [Box<Slot>],
    conditions: &[usize],
    values: &[usize],
    reasons: (ReasonId, ReasonId),
    boolean: bool,
    out: &mut Slot,
) {
    let (no_row, overlap) = reasons;
    let mut hit: Bits = [0; WORDS];
    let mut twice: Bits = [0; WORDS];
    let mut open: Bits = [0; WORDS];
    for condition in conditions {
        let condition = &slots[*condition];
        for word in 0..WORDS {
            twice[word] |= hit[word] & condition.yes[word];
            hit[word] |= condition.yes[word];
            open[word] |= unknown(condition, word);
        }
    }
    let mut blend = Blend::new(slots, values, boolean, out);
    for (condition, value) in conditions.iter().zip(values) {
        let condition = &slots[*condition];
        blend.take(&slots[*value], &bits(|word| condition.yes[word] & !twice[word]));
    }
    blend.refuse(&twice, overlap);
    blend.refuse(&bits(|word| !hit[word] & !open[word]), no_row);
    blend.finish();
}

pub(super) fn guard(
    slots: &mut [Box<Slot>],
    condition: usize,
    value: usize,
    reason: ReasonId,
    boolean: bool,
    out: &mut Slot,
) {
    let mut blend = Blend::new(slots, &[value], boolean, out);
    let condition = &slots[condition];
    blend.take(&slots[value], &condition.yes);
    blend.refuse(&bits(|word| !condition.yes[word] & !unknown(condition, word)), reason);
    blend.finish();
}

pub(super) fn coalesce(slots: &mut [Box<Slot>], value: usize, otherwise: usize, boolean: bool, out: &mut Slot) {
    let mut blend = Blend::new(slots, &[value, otherwise], boolean, out);
    let known = slots[value].known;
    blend.take(&slots[value], &known);
    blend.take(&slots[otherwise], &bits(|word| !known[word]));
    blend.finish();
}
