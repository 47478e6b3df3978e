//! Strict operations on whole columns: arithmetic, dates, comparisons.

use pulp::Arch;

use super::kernels::Compare;
use super::slot::{Bits, Lane, Slot, TILE, WORDS, Width, bits, by_width, each_row};
use crate::ir::{Dag, Divide, Mode, Part, date};

/// Bitmaps of a strict operation: known where all operands are; not applicable where any is, by the first one's reason.
pub(super) fn strict(slots: &[Box<Slot>], operands: &[usize], out: &mut Slot) {
    if operands.iter().all(|operand| slots[*operand].complete) {
        return out.set_complete();
    }
    out.known = [!0; WORDS];
    for operand in operands {
        let known = &slots[*operand].known;
        out.known.iter_mut().zip(known).for_each(|(all, known)| *all &= known);
    }
    out.na = [0; WORDS];
    first_reasons(slots, operands, out, |_| !0);
    out.settle();
}

/// Marks rows not applicable, within `where_bits`, by the first operand that is; `out.na` holds what is marked already.
pub(super) fn first_reasons(
    slots: &[Box<Slot>],
    operands: &[usize],
    out: &mut Slot,
    where_bits: impl Fn(usize) -> u64,
) {
    for operand in operands {
        let slot = &slots[*operand];
        if slot.any_na {
            let fresh = bits(|word| slot.na[word] & where_bits(word) & !out.na[word]);
            let reasons = out.reasons_mut();
            each_row(&fresh, |row| reasons[row] = slot.reasons[row]);
            out.na.iter_mut().zip(&fresh).for_each(|(na, fresh)| *na |= fresh);
        }
    }
}

/// Where `out` would be not applicable by its own doing: among the rows still known.
fn refuse(out: &mut Slot, rows: &Bits, reason: u16) {
    let rows = bits(|word| rows[word] & out.known[word]);
    if rows.iter().all(|word| *word == 0) {
        return;
    }
    if !out.any_na {
        out.na = [0; WORDS];
    }
    let reasons = out.reasons_mut();
    each_row(&rows, |row| reasons[row] = reason);
    for ((known, na), rows) in out.known.iter_mut().zip(&mut out.na).zip(&rows) {
        *known &= !rows;
        *na |= rows;
    }
    out.settle();
}

fn widen(slots: &mut [Box<Slot>], operands: &[usize], width: Width) {
    for operand in operands {
        slots[*operand].widen(width);
    }
}

/// The width that holds a result and all operands that are columns.
fn common_width(slots: &[Box<Slot>], operands: &[usize], low: i128, high: i128) -> Width {
    let columns = operands.iter().map(|operand| &slots[*operand]).filter(|slot| slot.constant().is_none());
    columns.map(|slot| slot.width).fold(Width::of(low, high), Width::max)
}

pub(super) fn add(arch: Arch, slots: &mut [Box<Slot>], operands: &[usize], out: &mut Slot) {
    strict(slots, operands, out);
    let (mut low, mut high, mut constant) = (0_i128, 0_i128, 0_i128);
    let mut columns = Vec::new();
    for operand in operands {
        let slot = &slots[*operand];
        low = low.saturating_add(slot.low);
        high = high.saturating_add(slot.high);
        match slot.constant() {
            Some(value) => constant = constant.wrapping_add(value),
            None => columns.push(*operand),
        }
    }
    let width = common_width(slots, &columns, low, high);
    widen(slots, &columns, width);
    out.start(width, low, high);
    by_width!(width, Integer => {
        let sums = Integer::of_mut(out);
        sums.fill(Integer::wrap(constant));
        for column in columns {
            let values = Integer::of(&slots[column]);
            arch.dispatch(|| sums.iter_mut().zip(values).for_each(|(sum, value)| *sum = sum.plus(*value)));
        }
    });
}

pub(super) fn multiply(arch: Arch, slots: &mut [Box<Slot>], a: usize, b: usize, out: &mut Slot) {
    strict(slots, &[a, b], out);
    let (low, high) = {
        let (a, b) = (&slots[a], &slots[b]);
        let ends = [
            a.low.saturating_mul(b.low),
            a.low.saturating_mul(b.high),
            a.high.saturating_mul(b.low),
            a.high.saturating_mul(b.high),
        ];
        (ends.iter().copied().fold(ends[0], i128::min), ends.iter().copied().fold(ends[0], i128::max))
    };
    let width = common_width(slots, &[a, b], low, high);
    out.start(width, low, high);
    let (a, b) = if slots[a].constant().is_some() { (b, a) } else { (a, b) };
    let constant = slots[b].constant();
    if let (Some(a), Some(b)) = (slots[a].constant(), constant) {
        return out.set_constant(a.wrapping_mul(b));
    }
    widen(slots, &[a], width);
    if constant.is_none() {
        widen(slots, &[b], width);
    }
    by_width!(width, Integer => {
        let products = Integer::of_mut(out);
        let left = Integer::of(&slots[a]);
        if let Some(constant) = constant {
            let constant = Integer::wrap(constant);
            arch.dispatch(|| products.iter_mut().zip(left).for_each(|(product, value)| *product = value.times(constant)));
        } else {
            let right = Integer::of(&slots[b]);
            arch.dispatch(|| products.iter_mut().zip(left).zip(right).for_each(|((product, a), b)| *product = a.times(*b)));
        }
    });
}

/// Times a constant.
pub(super) fn scale(arch: Arch, slots: &mut [Box<Slot>], value: usize, power: i128, out: &mut Slot) {
    if let Some(constant) = slots[value].constant() {
        return out.set_constant(constant.wrapping_mul(power));
    }
    strict(slots, &[value], out);
    let (low, high) = (slots[value].low.saturating_mul(power), slots[value].high.saturating_mul(power));
    let (low, high) = (low.min(high), low.max(high));
    let width = common_width(slots, &[value], low, high);
    widen(slots, &[value], width);
    out.start(width, low, high);
    by_width!(width, Integer => {
        let (power, results, values) = (Integer::wrap(power), Integer::of_mut(out), Integer::of(&slots[value]));
        arch.dispatch(|| results.iter_mut().zip(values).for_each(|(result, value)| *result = value.times(power)));
    });
}

pub(super) fn absolute(arch: Arch, slots: &mut [Box<Slot>], value: usize, out: &mut Slot) {
    if let Some(constant) = slots[value].constant() {
        return out.set_constant(constant.wrapping_abs());
    }
    strict(slots, &[value], out);
    let size = slots[value].low.saturating_abs().max(slots[value].high.saturating_abs());
    let width = common_width(slots, &[value], 0, size);
    widen(slots, &[value], width);
    out.start(width, 0, size);
    by_width!(width, Integer => {
        let (results, values) = (Integer::of_mut(out), Integer::of(&slots[value]));
        arch.dispatch(|| results.iter_mut().zip(values).for_each(|(result, value)| *result = (*value).max(value.minus())));
    });
}

pub(super) fn extreme(arch: Arch, slots: &mut [Box<Slot>], operands: &[usize], greatest: bool, out: &mut Slot) {
    strict(slots, operands, out);
    let better = |a: i128, b: i128| if greatest { a.max(b) } else { a.min(b) };
    let Some((first, others)) = operands.split_first() else { return };
    let (mut low, mut high) = (slots[*first].low, slots[*first].high);
    let mut width = slots[*first].width;
    for other in others {
        low = better(low, slots[*other].low);
        high = better(high, slots[*other].high);
        width = width.max(slots[*other].width);
    }
    widen(slots, operands, width);
    out.start(width, low, high);
    by_width!(width, Integer => {
        let results = Integer::of_mut(out);
        results.copy_from_slice(Integer::of(&slots[*first]));
        for other in others {
            let values = Integer::of(&slots[*other]);
            if greatest {
                arch.dispatch(|| results.iter_mut().zip(values).for_each(|(result, value)| *result = (*result).max(*value)));
            } else {
                arch.dispatch(|| results.iter_mut().zip(values).for_each(|(result, value)| *result = (*result).min(*value)));
            }
        }
    });
}

pub(super) fn round_divide(slots: &mut [Box<Slot>], numerator: usize, denominator: usize, mode: Mode, out: &mut Slot) {
    strict(slots, &[numerator, denominator], out);
    // A quotient of integers is never larger than the numerator.
    let size = slots[numerator].low.saturating_abs().max(slots[numerator].high.saturating_abs());
    let (low, high) = if slots[numerator].low >= 0 && slots[denominator].low >= 0 { (0, size) } else { (-size, size) };
    let width = slots[numerator].width.max(slots[denominator].width).max(Width::of(low, high));
    widen(slots, &[numerator, denominator], width);
    out.start(width, low, high);
    let mut zero: Bits = [0; WORDS];
    by_width!(width, Integer => {
        let (results, above, below) = (Integer::of_mut(out), Integer::of(&slots[numerator]), Integer::of(&slots[denominator]));
        for row in 0..TILE {
            results[row] = above[row].divided(below[row], mode).unwrap_or_else(|| {
                zero[row / 64] |= 1 << (row % 64);
                Integer::default()
            });
        }
    });
    refuse(out, &zero, Dag::DIVISION_BY_ZERO.0);
}

/// A number or date made of one or two others, row by row.
pub(super) fn by_row(
    slots: &mut [Box<Slot>],
    a: usize,
    b: usize,
    low: i128,
    high: i128,
    out: &mut Slot,
    rule: impl Fn(i128, i128) -> i128,
) {
    strict(slots, &[a, b], out);
    let width = Width::of(low, high);
    out.start(width, low, high);
    widen(slots, &[a, b], Width::W32);
    // Rows that are not known may hold anything; what the rule makes of them is cut to the width.
    by_width!(width, Integer => {
        let results = Integer::of_mut(out);
        for (row, result) in results.iter_mut().enumerate() {
            *result = Integer::wrap(rule(slots[a].value(row), slots[b].value(row)));
        }
    });
}

/// The part of a date.
pub(super) fn part(days: i128, part: Part) -> i128 {
    let (year, month, day) = date::civil(days as i32);
    i128::from(match part {
        Part::Year => year,
        Part::Month => month,
        Part::Day => day,
    })
}

/// All rows that are known have this truth.
fn verdict(out: &mut Slot, truth: bool) {
    out.yes = if truth { out.known } else { [0; WORDS] };
}

fn keep_known(out: &mut Slot) {
    if !out.complete {
        out.yes.iter_mut().zip(&out.known).for_each(|(yes, known)| *yes &= known);
    }
}

pub(super) fn less_or_equal(arch: Arch, slots: &mut [Box<Slot>], a: usize, b: usize, out: &mut Slot) {
    strict(slots, &[a, b], out);
    let (left, right) = (&slots[a], &slots[b]);
    if left.high <= right.low {
        return verdict(out, true);
    }
    if left.low > right.high {
        return verdict(out, false);
    }
    if let Some(bound) = left.constant() {
        by_width!(right.width, Integer => Integer::at_least(arch, Integer::of(right), Integer::wrap(bound), &mut out.yes));
    } else if let Some(bound) = right.constant() {
        // Not at least one more; one more fits, as the bound is below the greatest value.
        by_width!(left.width, Integer => Integer::at_least(arch, Integer::of(left), Integer::wrap(bound + 1), &mut out.yes));
        out.yes.iter_mut().for_each(|word| *word = !*word);
    } else {
        let width = left.width.max(right.width);
        widen(slots, &[a, b], width);
        by_width!(width, Integer => Integer::less_or_equal(arch, Integer::of(&slots[a]), Integer::of(&slots[b]), &mut out.yes));
    }
    keep_known(out);
}

pub(super) fn equal(arch: Arch, slots: &mut [Box<Slot>], a: usize, b: usize, booleans: bool, out: &mut Slot) {
    strict(slots, &[a, b], out);
    if booleans {
        out.yes = bits(|word| !(slots[a].yes[word] ^ slots[b].yes[word]));
        return keep_known(out);
    }
    let (a, b) = if slots[a].constant().is_some() { (b, a) } else { (a, b) };
    let (left, right) = (&slots[a], &slots[b]);
    if left.high < right.low || right.high < left.low {
        return verdict(out, false);
    }
    if let Some(bound) = right.constant() {
        if left.constant() == Some(bound) {
            return verdict(out, true);
        }
        by_width!(left.width, Integer => Integer::equal_to(arch, Integer::of(left), Integer::wrap(bound), &mut out.yes));
    } else {
        let width = left.width.max(right.width);
        widen(slots, &[a, b], width);
        by_width!(width, Integer => Integer::equal(arch, Integer::of(&slots[a]), Integer::of(&slots[b]), &mut out.yes));
    }
    keep_known(out);
}
