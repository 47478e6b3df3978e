//! The columns of one tile: values in the narrowest integers that hold them, and bitmaps of what is known and what applies.

/// Rows that are worked on at once: a few columns of them fit the first cache, all of a run the second.
pub const TILE: usize = 4096;
/// Words of a bitmap of one tile.
pub const WORDS: usize = TILE / 64;

/// A bitmap of one tile.
pub type Bits = [u64; WORDS];

/// Width of the integers of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) enum Width {
    #[default]
    W32,
    W64,
    W128,
}

impl Width {
    /// The narrowest that holds a range.
    pub(super) fn of(low: i128, high: i128) -> Self {
        if low >= i32::MIN.into() && high <= i32::MAX.into() {
            Self::W32
        } else if low >= i64::MIN.into() && high <= i64::MAX.into() {
            Self::W64
        } else {
            Self::W128
        }
    }
}

/// Runs the same expression for the lane type of a width.
macro_rules! by_width {
    ($width:expr, $lane:ident => $body:expr) => {
        match $width {
            $crate::sweep::slot::Width::W32 => {
                type $lane = i32;
                $body
            }
            $crate::sweep::slot::Width::W64 => {
                type $lane = i64;
                $body
            }
            $crate::sweep::slot::Width::W128 => {
                type $lane = i128;
                $body
            }
        }
    };
}
pub(super) use by_width;

/// One column of a tile. Reused for many nodes and all tiles; its buffers grow once.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    /// All rows are known: `known` is all ones.
    pub complete: bool,
    /// Some row is not applicable; else `na` and `reasons` are not to be looked at.
    pub any_na: bool,
    pub known: Bits,
    pub na: Bits,
    /// Reason codes of the rows in `na`.
    pub reasons: Vec<u16>,
    /// Of a boolean: the rows that are true; a subset of `known`.
    pub yes: Bits,
    /// Of a number or date: every row's value is within this range.
    pub low: i128,
    pub high: i128,
    /// The width the column was computed in, and wider copies that were made of it.
    pub width: Width,
    pub widened: [bool; 3],
    pub v32: Vec<i32>,
    pub v64: Vec<i64>,
    pub v128: Vec<i128>,
}

impl Default for Slot {
    fn default() -> Self {
        Self {
            complete: true,
            any_na: false,
            known: [!0; WORDS],
            na: [0; WORDS],
            reasons: Vec::new(),
            yes: [0; WORDS],
            low: 0,
            high: 0,
            width: Width::W32,
            widened: [false; 3],
            v32: Vec::new(),
            v64: Vec::new(),
            v128: Vec::new(),
        }
    }
}

impl Slot {
    /// All rows known.
    pub(super) fn set_complete(&mut self) {
        self.complete = true;
        self.any_na = false;
        self.known = [!0; WORDS];
    }

    /// No row known, none not applicable: to be filled by blending.
    pub(super) fn clear(&mut self) {
        self.complete = false;
        self.any_na = false;
        self.known = [0; WORDS];
        self.na = [0; WORDS];
        self.yes = [0; WORDS];
    }

    /// After bitmaps were written: sees whether every row is known and whether any is not applicable.
    pub(super) fn settle(&mut self) {
        self.complete = self.known.iter().fold(!0, |all, word| all & word) == !0;
        self.any_na = !self.complete && self.na.iter().fold(0, |any, word| any | word) != 0;
    }

    pub(super) fn na_word(&self, word: usize) -> u64 {
        if self.any_na { self.na[word] } else { 0 }
    }

    /// Room for reasons, before some are written.
    pub(super) fn reasons_mut(&mut self) -> &mut [u16] {
        self.reasons.resize(TILE, 0);
        &mut self.reasons
    }

    /// Sets the range and the width in which values follow.
    pub(super) fn start(&mut self, width: Width, low: i128, high: i128) {
        self.low = low;
        self.high = high;
        self.width = width;
        self.widened = [false; 3];
        self.widened[width as usize] = true;
    }

    /// Every row has this value; the values are written only where a kernel asks for a whole column.
    pub(super) fn set_constant(&mut self, value: i128) {
        self.set_complete();
        self.start(Width::of(value, value), value, value);
        self.widened = [false; 3];
    }

    /// The value all rows have, if that is known without looking at them.
    pub(super) fn constant(&self) -> Option<i128> {
        (self.complete && self.low == self.high).then_some(self.low)
    }

    /// Makes the values available in this width or, if it is narrower than their own, in their own.
    pub(super) fn widen(&mut self, width: Width) {
        if !self.widened[self.width as usize] {
            self.widened[self.width as usize] = true;
            let value = self.low;
            by_width!(self.width, Integer => Integer::of_mut(self).fill(Integer::wrap(value)));
        }
        if width <= self.width || self.widened[width as usize] {
            return;
        }
        self.widened[width as usize] = true;
        match (self.width, width) {
            (Width::W32, Width::W64) => copy_into(&self.v32, &mut self.v64),
            (Width::W32, _) => copy_into(&self.v32, &mut self.v128),
            (_, _) => copy_into(&self.v64, &mut self.v128),
        }
    }

    /// The value of a row.
    pub(super) fn value(&self, row: usize) -> i128 {
        if let Some(constant) = self.constant() {
            return constant;
        }
        match self.width {
            Width::W32 => self.v32[row].into(),
            Width::W64 => self.v64[row].into(),
            Width::W128 => self.v128[row],
        }
    }
}

fn copy_into<A: Copy, B: From<A> + Copy + Default>(from: &[A], to: &mut Vec<B>) {
    to.resize(TILE, B::default());
    for (to, from) in to.iter_mut().zip(from) {
        *to = B::from(*from);
    }
}

/// An integer a column may be made of. Arithmetic wraps: ranges say when it does not.
pub(super) trait Lane: Copy + Ord + Default + 'static {
    fn of(slot: &Slot) -> &[Self];
    fn of_mut(slot: &mut Slot) -> &mut [Self];
    fn wrap(value: i128) -> Self;
    fn plus(self, other: Self) -> Self;
    fn times(self, other: Self) -> Self;
    fn minus(self) -> Self;
}

macro_rules! lane {
    ($type:ty, $field:ident) => {
        impl Lane for $type {
            fn of(slot: &Slot) -> &[Self] {
                &slot.$field[..TILE]
            }
            fn of_mut(slot: &mut Slot) -> &mut [Self] {
                slot.$field.resize(TILE, 0);
                &mut slot.$field[..TILE]
            }
            #[inline(always)]
            fn wrap(value: i128) -> Self {
                value as Self
            }
            #[inline(always)]
            fn plus(self, other: Self) -> Self {
                self.wrapping_add(other)
            }
            #[inline(always)]
            fn times(self, other: Self) -> Self {
                self.wrapping_mul(other)
            }
            #[inline(always)]
            fn minus(self) -> Self {
                self.wrapping_neg()
            }
        }
    };
}

lane!(i32, v32);
lane!(i64, v64);
lane!(i128, v128);

/// Calls `visit` with each row whose bit is set.
#[inline(always)]
pub(super) fn each_row(bits: &Bits, mut visit: impl FnMut(usize)) {
    for (word, bits) in bits.iter().enumerate() {
        let mut rest = *bits;
        while rest != 0 {
            visit(word * 64 + rest.trailing_zeros() as usize);
            rest &= rest - 1;
        }
    }
}

/// The bitmap of a place-wise rule.
#[inline(always)]
pub(super) fn bits(rule: impl Fn(usize) -> u64) -> Bits {
    let mut out = [0; WORDS];
    for (word, out) in out.iter_mut().enumerate() {
        *out = rule(word);
    }
    out
}
