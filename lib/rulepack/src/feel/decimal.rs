//! Decimal numbers as in IEEE 754 decimal128: 34 significant digits, results rounded half-even.

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};
use std::cmp::Ordering;

use crate::ir::Mode;
use crate::number;

/// Significant digits.
pub(super) const DIGITS: u32 = 34;
/// Greatest power of ten of the leading digit.
const LARGEST: i64 = 6144;

/// `coefficient × 10^exponent`, no trailing zeros in the coefficient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Decimal {
    pub(super) coefficient: i128,
    pub(super) exponent: i32,
}

pub(super) fn ten(power: u32) -> BigInt {
    BigInt::from(10).pow(power)
}

fn digits(value: &BigInt) -> u32 {
    if value.is_zero() { 1 } else { u32::try_from(value.magnitude().to_string().len()).unwrap_or(u32::MAX) }
}

/// The integer nearest to numerator/denominator (positive) by mode.
pub(super) fn divide(numerator: &BigInt, denominator: &BigInt, mode: Mode) -> BigInt {
    let (floor, remainder) = numerator.div_mod_floor(denominator);
    if remainder.is_zero() {
        return floor;
    }
    let negative = numerator.is_negative();
    let doubled: BigInt = &remainder * 2;
    let half = doubled.cmp(denominator);
    let up = match mode {
        Mode::Floor => false,
        Mode::Ceiling => true,
        Mode::Down => negative,
        Mode::Up => !negative,
        Mode::HalfUp => half == Ordering::Greater || (half == Ordering::Equal && !negative),
        Mode::HalfDown => half == Ordering::Greater || (half == Ordering::Equal && negative),
        Mode::HalfEven => half == Ordering::Greater || (half == Ordering::Equal && floor.is_odd()),
    };
    if up { floor + 1 } else { floor }
}

impl Decimal {
    pub const ZERO: Decimal = Decimal { coefficient: 0, exponent: 0 };
    pub const ONE: Decimal = Decimal { coefficient: 1, exponent: 0 };

    /// Rounded to 34 digits; none if it is too large.
    pub(super) fn from_big(mut coefficient: BigInt, mut exponent: i64) -> Option<Decimal> {
        let count = digits(&coefficient);
        if count > DIGITS {
            let drop = count - DIGITS;
            coefficient = divide(&coefficient, &ten(drop), Mode::HalfEven);
            exponent += i64::from(drop);
        }
        // Rounding up may have made one digit more, a zero, which goes with the others.
        Decimal::new(coefficient.to_i128()?, exponent)
    }

    fn new(mut coefficient: i128, mut exponent: i64) -> Option<Decimal> {
        if coefficient == 0 {
            return Some(Decimal::ZERO);
        }
        while coefficient % 10 == 0 {
            coefficient /= 10;
            exponent += 1;
        }
        let length = i64::from(coefficient.unsigned_abs().ilog10());
        if exponent + length > LARGEST {
            return None;
        }
        if exponent < -6176 {
            return Some(Decimal::ZERO);
        }
        Some(Decimal { coefficient, exponent: i32::try_from(exponent).ok()? })
    }

    pub fn from_rational(value: &BigRational) -> Option<Decimal> {
        if value.denom().is_one() {
            return Decimal::from_big(value.numer().clone(), 0);
        }
        Decimal::quotient(value.numer(), value.denom(), 0)
    }

    /// numerator/denominator × 10^exponent to 34 digits; the denominator is not zero.
    pub(super) fn quotient(numerator: &BigInt, denominator: &BigInt, exponent: i64) -> Option<Decimal> {
        if numerator.is_zero() {
            return Some(Decimal::ZERO);
        }
        let (numerator, denominator) = if denominator.is_negative() {
            (-numerator, -denominator)
        } else {
            (numerator.clone(), denominator.clone())
        };
        let more = i64::from(DIGITS) + 2 + i64::from(digits(&denominator)) - i64::from(digits(&numerator));
        let more = u32::try_from(more.max(0)).ok()?;
        let (mut whole, rest) = (&numerator * ten(more)).div_rem(&denominator);
        let mut exponent = exponent - i64::from(more);
        // A last digit says that more follows, so that a tie is none.
        if !rest.is_zero() {
            whole = whole * 10 + if numerator.is_negative() { -1 } else { 1 };
            exponent -= 1;
        }
        Decimal::from_big(whole, exponent)
    }

    /// Plain text with point and exponent: `12`, `-0.5`, `1e3`. Digits beyond the 34 that are kept round, as the standard wants;
    /// beyond [`number::MOST_DIGITS`] it is none.
    pub fn parse(text: &str) -> Option<Decimal> {
        let (sign, body) = match text.strip_prefix('-') {
            Some(body) => (-1, body),
            None => (1, text.strip_prefix('+').unwrap_or(text)),
        };
        let (body, exponent) = match body.split_once(['e', 'E']) {
            Some((body, exponent)) => (body, exponent.parse::<i32>().ok()?),
            None => (body, 0),
        };
        let (whole, fraction) = body.split_once('.').unwrap_or((body, ""));
        let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if whole.len() + fraction.len() == 0 || !all_digits(whole) || !all_digits(fraction) || body.ends_with('.') {
            return None;
        }
        let value = number::digits(whole, fraction)?;
        Decimal::from_big(value * sign, i64::from(exponent) - i64::try_from(fraction.len()).ok()?)
    }

    pub fn to_rational(self) -> BigRational {
        let coefficient = BigInt::from(self.coefficient);
        let power = ten(self.exponent.unsigned_abs());
        if self.exponent >= 0 {
            BigRational::from_integer(coefficient * power)
        } else {
            BigRational::new(coefficient, power)
        }
    }

    /// Its whole part if it is whole and fits.
    pub fn to_i64(self) -> Option<i64> {
        if self.exponent < 0 || self.exponent > 18 {
            return None;
        }
        let power = 10i128.checked_pow(self.exponent.unsigned_abs())?;
        self.coefficient.checked_mul(power)?.to_i64()
    }

    /// Its whole part, cut toward zero.
    pub fn truncated(self) -> Option<i64> {
        self.round(0, Mode::Down)?.to_i64()
    }

    pub fn is_negative(self) -> bool {
        self.coefficient < 0
    }

    pub fn is_zero(self) -> bool {
        self.coefficient == 0
    }

    pub fn is_whole(self) -> bool {
        self.exponent >= 0
    }

    fn aligned(self, other: Decimal) -> (BigInt, BigInt, i32) {
        let exponent = self.exponent.min(other.exponent);
        let scale = |d: Decimal| BigInt::from(d.coefficient) * ten((d.exponent - exponent).unsigned_abs());
        (scale(self), scale(other), exponent)
    }

    pub fn plus(self, other: Decimal) -> Option<Decimal> {
        if self.exponent == other.exponent
            && let Some(sum) = self.coefficient.checked_add(other.coefficient)
            && sum.unsigned_abs() < 10u128.pow(DIGITS)
        {
            return Decimal::new(sum, i64::from(self.exponent));
        }
        let (a, b, exponent) = self.aligned(other);
        Decimal::from_big(a + b, i64::from(exponent))
    }

    pub fn subtract(self, other: Decimal) -> Option<Decimal> {
        self.plus(other.negate())
    }

    pub fn multiply(self, other: Decimal) -> Option<Decimal> {
        let product = BigInt::from(self.coefficient) * BigInt::from(other.coefficient);
        Decimal::from_big(product, i64::from(self.exponent) + i64::from(other.exponent))
    }

    /// None for a division by zero.
    pub fn divide(self, other: Decimal) -> Option<Decimal> {
        if other.is_zero() {
            return None;
        }
        let exponent = i64::from(self.exponent) - i64::from(other.exponent);
        Decimal::quotient(&BigInt::from(self.coefficient), &BigInt::from(other.coefficient), exponent)
    }

    /// The remainder that has the sign of the divisor.
    pub fn modulo(self, other: Decimal) -> Option<Decimal> {
        if other.is_zero() {
            return None;
        }
        let (a, b, exponent) = self.aligned(other);
        Decimal::from_big(a.mod_floor(&b), i64::from(exponent))
    }

    #[must_use]
    pub fn negate(self) -> Decimal {
        Decimal { coefficient: -self.coefficient, ..self }
    }

    #[must_use]
    pub fn abs(self) -> Decimal {
        Decimal { coefficient: self.coefficient.abs(), ..self }
    }

    /// To `scale` digits after the point (negative: before it). None: the scale is beyond what the standard allows.
    pub fn round(self, scale: i64, mode: Mode) -> Option<Decimal> {
        if !(-6111..=6176).contains(&scale) {
            return None;
        }
        let drop = -scale - i64::from(self.exponent);
        if drop <= 0 {
            return Some(self);
        }
        let rounded = divide(&BigInt::from(self.coefficient), &ten(u32::try_from(drop).ok()?), mode);
        Decimal::from_big(rounded, -scale)
    }
}

impl From<i64> for Decimal {
    fn from(value: i64) -> Decimal {
        Decimal::new(i128::from(value), 0).unwrap_or(Decimal::ZERO)
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Decimal) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Decimal) -> Ordering {
        let signs = self.coefficient.signum().cmp(&other.coefficient.signum());
        if signs != Ordering::Equal || self.coefficient == 0 {
            return signs;
        }
        if self.exponent == other.exponent {
            return self.coefficient.cmp(&other.coefficient);
        }
        let (a, b, _) = self.aligned(*other);
        a.cmp(&b)
    }
}

/// Plain text, never with an exponent.
impl std::fmt::Display for Decimal {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.exponent >= 0 {
            let zeros = usize::try_from(self.exponent).unwrap_or(0);
            return write!(out, "{}{}", self.coefficient, "0".repeat(zeros));
        }
        out.write_str(&number::fixed(&self.to_rational(), self.exponent.unsigned_abs()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        Decimal::parse(text).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn thirty_four_digits_half_even() {
        assert_eq!(d("1").divide(d("3")).unwrap().to_string(), "0.3333333333333333333333333333333333");
        assert_eq!(d("2").divide(d("3")).unwrap().to_string(), "0.6666666666666666666666666666666667");
        assert_eq!(d("0.1").plus(d("0.2")), Some(d("0.3")));
        assert_eq!(
            d("9999999999999999999999999999999999").plus(d("1")).unwrap().to_string(),
            format!("1{}", "0".repeat(34))
        );
        assert_eq!(d("10000000000000000000000000000000005").to_string(), "10000000000000000000000000000000000");
        assert_eq!(d("10000000000000000000000000000000015").to_string(), "10000000000000000000000000000000020");
        assert_eq!(d("2").sqrt().unwrap().to_string(), "1.414213562373095048801688724209698");
        assert_eq!(d("16").sqrt(), Some(d("4")));
        assert_eq!(d("0.4").sqrt().unwrap().to_string(), "0.6324555320336758663997787088865437");
        assert_eq!(d("1").exp().unwrap().to_string(), "2.718281828459045235360287471352662");
        assert_eq!(d("10").log().unwrap().to_string(), "2.302585092994045684017991454684364");
        assert_eq!(d("-1").exp().unwrap().to_string(), "0.3678794411714423215955237701614609");
        assert_eq!(d("4").power(d("0.5")), Some(d("2")));
        assert_eq!(d("2").power(d("-2")), Some(d("0.25")));
        assert_eq!(d("1.5").round(0, Mode::HalfEven), Some(d("2")));
        assert_eq!(d("-1.5").round(0, Mode::HalfUp), Some(d("-2")));
        assert_eq!(d("1234").round(-2, Mode::Up), Some(d("1300")));
        assert_eq!(d("-12").modulo(d("5")), Some(d("3")));
        assert_eq!(d("1e-3").to_string(), "0.001");
        assert!(d("9e6144").multiply(d("10")).is_none());
        assert!(d("100") > d("99.9") && d("-100") < d("-99.9") && d("1e3") == d("1000"));
    }
}
