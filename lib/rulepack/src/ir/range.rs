//! Proved ranges: what a number can be, in 128 bits with no more than 38 digits.

use super::{Mode, Type};

/// 10^38 − 1: the greatest integer of the graph; the least is its negative.
pub const GREATEST: i128 = 99_999_999_999_999_999_999_999_999_999_999_999_999;

/// A run has at most this many cases; sums and counts over all cases are proved with it.
pub const MOST_CASES: i128 = 1_000_000_000;

/// A number whose range needs more than 38 digits, or a date beyond the calendar: the author has to declare tighter ranges of the
/// facts or round earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a result may need more than 38 digits or leave the calendar: declare the ranges of the facts, or round earlier"
)]
pub struct Overflow;

/// 10^digits, if it has at most 38 digits.
pub fn power_of_ten(digits: u8) -> Result<i128, Overflow> {
    10_i128.checked_pow(digits.into()).filter(|power| *power <= GREATEST).ok_or(Overflow)
}

pub(super) fn within(value: Option<i128>) -> Result<i128, Overflow> {
    value.filter(|value| value.unsigned_abs() <= GREATEST.unsigned_abs()).ok_or(Overflow)
}

/// A number type of this scale, if both ends fit.
pub(super) fn number(scale: u8, low: Option<i128>, high: Option<i128>) -> Result<Type, Overflow> {
    Ok(Type::Number { scale, low: within(low)?, high: within(high)? })
}

/// The range of a product.
pub(super) fn product((a, b): (i128, i128), (c, d): (i128, i128)) -> Result<(i128, i128), Overflow> {
    let ends =
        [within(a.checked_mul(c))?, within(a.checked_mul(d))?, within(b.checked_mul(c))?, within(b.checked_mul(d))?];
    let low = ends.iter().copied().fold(ends[0], i128::min);
    Ok((low, ends.iter().copied().fold(ends[0], i128::max)))
}

/// Division with rounding by a width's own instructions: the sweep divides narrow columns, all others 128 bits.
pub trait Divide: Sized {
    /// The integer quotient by `mode`; `None` for denominator 0.
    fn divided(self, denominator: Self, mode: Mode) -> Option<Self>;
}

macro_rules! divided {
    ($($integer:ty)*) => {$(
        impl Divide for $integer {
            #[inline]
            fn divided(self, denominator: Self, mode: Mode) -> Option<Self> {
                if denominator == 0 {
                    return None;
                }
                let (quotient, rest) = (self.wrapping_div(denominator), self.wrapping_rem(denominator));
                if rest == 0 {
                    return Some(quotient);
                }
                let negative = (rest < 0) != (denominator < 0);
                let (rest, whole) = (rest.unsigned_abs(), denominator.unsigned_abs());
                // Twice the rest against the whole, without doubling.
                let half = rest.cmp(&(whole - rest));
                let away = match mode {
                    Mode::HalfUp => half.is_ge(),
                    Mode::HalfEven => half.is_gt() || (half.is_eq() && quotient & 1 != 0),
                    Mode::HalfDown => half.is_gt(),
                    Mode::Up => true,
                    Mode::Down => false,
                    Mode::Ceiling => !negative,
                    Mode::Floor => negative,
                };
                Some(match (away, negative) {
                    (false, _) => quotient,
                    (true, false) => quotient + 1,
                    (true, true) => quotient - 1,
                })
            }
        }
    )*};
}

divided!(i32 i64 i128);

/// The integer quotient by `mode`; `None` for denominator 0.
pub fn divide(numerator: i128, denominator: i128, mode: Mode) -> Option<i128> {
    numerator.divided(denominator, mode)
}

/// The range of a rounded quotient. `step` divides every value of the denominator, so that it is at least that great where it is not
/// zero; zero gives no quotient.
pub(super) fn quotient(numerator: (i128, i128), denominator: (i128, i128), step: i128) -> (i128, i128) {
    let step = step.max(1);
    let (least, greatest) = denominator;
    let negative = (least < 0).then(|| (least, greatest.min(-step).max(least)));
    let positive = (greatest > 0).then(|| (least.max(step).min(greatest), greatest));
    let mut range: Option<(i128, i128)> = None;
    for ends in [negative, positive].into_iter().flatten() {
        for n in [numerator.0, numerator.1] {
            for d in [ends.0, ends.1] {
                let (floor, ceiling) =
                    (divide(n, d, Mode::Floor).unwrap_or(0), divide(n, d, Mode::Ceiling).unwrap_or(0));
                range = Some(range.map_or((floor, ceiling), |(low, high)| (low.min(floor), high.max(ceiling))));
            }
        }
    }
    range.unwrap_or((0, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_as_declared() {
        use Mode::*;
        for (numerator, expected) in [
            (25, [3, 2, 2, 3, 2, 3, 2]),
            (-25, [-3, -2, -2, -3, -2, -2, -3]),
            (35, [4, 4, 3, 4, 3, 4, 3]),
            (26, [3, 3, 3, 3, 2, 3, 2]),
            (-24, [-2, -2, -2, -3, -2, -2, -3]),
            (20, [2; 7]),
        ] {
            for (mode, expected) in [HalfUp, HalfEven, HalfDown, Up, Down, Ceiling, Floor].into_iter().zip(expected) {
                assert_eq!(divide(numerator, 10, mode), Some(expected), "{numerator}/10 {mode:?}");
                assert_eq!(divide(-numerator, -10, mode), Some(expected), "{numerator}/10 {mode:?}");
            }
        }
        assert_eq!(divide(1, 0, HalfUp), None);
    }

    #[test]
    fn quotients_lie_in_their_range() {
        for (numerator, denominator, step, expected) in [
            ((0, 100), (0, 30), 3, (0, 34)),
            ((0, 100), (0, 30), 1, (0, 100)),
            ((-10, 100), (0, 30), 15, (-1, 7)),
            ((0, 100), (-30, 30), 5, (-20, 20)),
            ((50, 100), (10, 20), 1, (2, 10)),
            ((-7, 7), (-3, -2), 1, (-4, 4)),
            ((1, 2), (0, 0), 1, (0, 0)),
        ] {
            assert_eq!(quotient(numerator, denominator, step), expected, "{numerator:?} / {denominator:?} by {step}");
        }
    }
}
