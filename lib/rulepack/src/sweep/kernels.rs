//! Comparisons to bitmaps: the loops a sweep spends its time in.

use pulp::Arch;

use super::slot::{Bits, Lane, WORDS};

/// Bit `row` of the result is `test(row's value)`; 64 comparisons to bytes, which every compiler turns into wide instructions, then
/// eight bytes to eight bits by one multiplication.
#[inline(always)]
fn pack<T: Copy>(values: &[T], out: &mut Bits, test: impl Fn(T) -> bool) {
    for (out, values) in out.iter_mut().zip(values.as_chunks::<64>().0) {
        let mut bytes = [0_u8; 64];
        for (byte, value) in bytes.iter_mut().zip(values) {
            *byte = u8::from(test(*value));
        }
        let mut word = 0;
        for (place, eight) in bytes.as_chunks::<8>().0.iter().enumerate() {
            word |= (u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * place);
        }
        *out = word;
    }
}

/// Like [`pack`] for two columns.
#[inline(always)]
fn pack_two<T: Copy>(a: &[T], b: &[T], out: &mut Bits, test: impl Fn(T, T) -> bool) {
    for ((out, a), b) in out.iter_mut().zip(a.as_chunks::<64>().0).zip(b.as_chunks::<64>().0) {
        let mut bytes = [0_u8; 64];
        for ((byte, a), b) in bytes.iter_mut().zip(a).zip(b) {
            *byte = u8::from(test(*a, *b));
        }
        let mut word = 0;
        for (place, eight) in bytes.as_chunks::<8>().0.iter().enumerate() {
            word |= (u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * place);
        }
        *out = word;
    }
}

/// What a column's lanes can do with bitmaps.
pub(super) trait Compare: Lane {
    /// `bound <= value`
    fn at_least(arch: Arch, values: &[Self], bound: Self, out: &mut Bits);
    /// `value = bound`
    fn equal_to(arch: Arch, values: &[Self], bound: Self, out: &mut Bits);
    /// `a <= b`
    fn less_or_equal(arch: Arch, a: &[Self], b: &[Self], out: &mut Bits);
    /// `a = b`
    fn equal(arch: Arch, a: &[Self], b: &[Self], out: &mut Bits);
}

macro_rules! portable {
    ($lane:ty) => {
        impl Compare for $lane {
            fn at_least(arch: Arch, values: &[Self], bound: Self, out: &mut Bits) {
                #[cfg(target_arch = "x86_64")]
                if let Arch::V4(simd) = arch {
                    return simd.vectorize(wide::AtLeast { simd, values, bound, out });
                }
                arch.dispatch(|| pack(values, out, |value| value >= bound));
            }
            fn equal_to(arch: Arch, values: &[Self], bound: Self, out: &mut Bits) {
                #[cfg(target_arch = "x86_64")]
                if let Arch::V4(simd) = arch {
                    return simd.vectorize(wide::EqualTo { simd, values, bound, out });
                }
                arch.dispatch(|| pack(values, out, |value| value == bound));
            }
            fn less_or_equal(arch: Arch, a: &[Self], b: &[Self], out: &mut Bits) {
                #[cfg(target_arch = "x86_64")]
                if let Arch::V4(simd) = arch {
                    return simd.vectorize(wide::LessOrEqual { simd, a, b, out });
                }
                arch.dispatch(|| pack_two(a, b, out, |a, b| a <= b));
            }
            fn equal(arch: Arch, a: &[Self], b: &[Self], out: &mut Bits) {
                arch.dispatch(|| pack_two(a, b, out, |a, b| a == b));
            }
        }
    };
}

portable!(i32);
portable!(i64);

impl Compare for i128 {
    fn at_least(_: Arch, values: &[Self], bound: Self, out: &mut Bits) {
        pack(values, out, |value| value >= bound);
    }
    fn equal_to(_: Arch, values: &[Self], bound: Self, out: &mut Bits) {
        pack(values, out, |value| value == bound);
    }
    fn less_or_equal(_: Arch, a: &[Self], b: &[Self], out: &mut Bits) {
        pack_two(a, b, out, |a, b| a <= b);
    }
    fn equal(_: Arch, a: &[Self], b: &[Self], out: &mut Bits) {
        pack_two(a, b, out, |a, b| a == b);
    }
}

/// 512-bit comparisons give bits at once.
#[cfg(target_arch = "x86_64")]
mod wide {
    use pulp::x86::V4;
    use pulp::{NullaryFnOnce, cast, i32x16, i64x8};

    use super::{Bits, WORDS};

    pub(super) struct AtLeast<'a, T> {
        pub(super) simd: V4,
        pub(super) values: &'a [T],
        pub(super) bound: T,
        pub(super) out: &'a mut Bits,
    }

    pub(super) struct EqualTo<'a, T> {
        pub(super) simd: V4,
        pub(super) values: &'a [T],
        pub(super) bound: T,
        pub(super) out: &'a mut Bits,
    }

    pub(super) struct LessOrEqual<'a, T> {
        pub(super) simd: V4,
        pub(super) a: &'a [T],
        pub(super) b: &'a [T],
        pub(super) out: &'a mut Bits,
    }

    macro_rules! lanes {
        ($lane:ty, $vector:ty, $count:literal, $at_least:ident) => {
            impl NullaryFnOnce for AtLeast<'_, $lane> {
                type Output = ();
                #[inline(always)]
                fn call(self) {
                    let bound: $vector = cast([self.bound; $count]);
                    let chunks = self.values.as_chunks::<$count>().0.as_chunks::<{ 64 / $count }>().0;
                    for (out, chunk) in self.out.iter_mut().zip(chunks).take(WORDS) {
                        let mut word = 0;
                        for (place, values) in chunk.iter().enumerate() {
                            word |= u64::from(self.simd.$at_least(cast(*values), bound).0) << (place * $count);
                        }
                        *out = word;
                    }
                }
            }

            impl NullaryFnOnce for EqualTo<'_, $lane> {
                type Output = ();
                #[inline(always)]
                fn call(self) {
                    // Equal is at least in both directions.
                    let bound: $vector = cast([self.bound; $count]);
                    let chunks = self.values.as_chunks::<$count>().0.as_chunks::<{ 64 / $count }>().0;
                    for (out, chunk) in self.out.iter_mut().zip(chunks).take(WORDS) {
                        let mut word = 0;
                        for (place, values) in chunk.iter().enumerate() {
                            let values: $vector = cast(*values);
                            let both = self.simd.$at_least(values, bound).0 & self.simd.$at_least(bound, values).0;
                            word |= u64::from(both) << (place * $count);
                        }
                        *out = word;
                    }
                }
            }

            impl NullaryFnOnce for LessOrEqual<'_, $lane> {
                type Output = ();
                #[inline(always)]
                fn call(self) {
                    let left = self.a.as_chunks::<$count>().0.as_chunks::<{ 64 / $count }>().0;
                    let right = self.b.as_chunks::<$count>().0.as_chunks::<{ 64 / $count }>().0;
                    for ((out, a), b) in self.out.iter_mut().zip(left).zip(right) {
                        let mut word = 0;
                        for (place, (a, b)) in a.iter().zip(b).enumerate() {
                            word |= u64::from(self.simd.$at_least(cast(*b), cast(*a)).0) << (place * $count);
                        }
                        *out = word;
                    }
                }
            }
        };
    }

    lanes!(i32, i32x16, 16, cmp_ge_i32x16);
    lanes!(i64, i64x8, 8, cmp_ge_i64x8);
}

#[cfg(test)]
mod tests {
    use super::super::slot::TILE;
    use super::*;

    #[test]
    fn every_width_compares_alike() {
        let values: Vec<i64> = (0..TILE as i64).map(|row| (row * 7919) % 1009 - 500).collect();
        let narrow: Vec<i32> = values.iter().map(|value| *value as i32).collect();
        let wide: Vec<i128> = values.iter().map(|value| i128::from(*value)).collect();
        let turned: Vec<i64> = values.iter().rev().copied().collect();
        let turned_narrow: Vec<i32> = narrow.iter().rev().copied().collect();
        let bit = |bits: &Bits, row: usize| bits[row / 64] >> (row % 64) & 1 == 1;
        for arch in [Arch::new(), Arch::Scalar] {
            let mut out = [[0; WORDS]; 8];
            i32::at_least(arch, &narrow, 17, &mut out[0]);
            i64::at_least(arch, &values, 17, &mut out[1]);
            i128::at_least(arch, &wide, 17, &mut out[2]);
            i32::equal_to(arch, &narrow, 17, &mut out[3]);
            i64::equal_to(arch, &values, 17, &mut out[4]);
            i32::less_or_equal(arch, &narrow, &turned_narrow, &mut out[5]);
            i64::less_or_equal(arch, &values, &turned, &mut out[6]);
            i64::equal(arch, &values, &turned, &mut out[7]);
            for row in 0..TILE {
                let at_least = values[row] >= 17;
                assert!(out[..3].iter().all(|bits| bit(bits, row) == at_least));
                assert!(out[3..5].iter().all(|bits| bit(bits, row) == (values[row] == 17)));
                assert!(out[5..7].iter().all(|bits| bit(bits, row) == (values[row] <= turned[row])));
                assert_eq!(bit(&out[7], row), values[row] == turned[row]);
            }
        }
    }
}
