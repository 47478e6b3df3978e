//! Roots, powers, exponentials and logarithms of decimals: worked out to more digits than are kept.

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_traits::{One, ToPrimitive, Zero};

use super::decimal::{DIGITS, Decimal, divide, ten};
use crate::ir::Mode;

/// Digits after the point while computing what has no end (roots, exp, log).
const GUARD: u32 = 60;

impl Decimal {
    /// None for a negative number.
    pub fn sqrt(self) -> Option<Decimal> {
        if self.is_negative() {
            return None;
        }
        let odd = self.exponent.rem_euclid(2);
        let more = 2 * DIGITS + 4;
        let scaled = BigInt::from(self.coefficient) * ten(more + odd.unsigned_abs());
        let root = scaled.sqrt();
        let exponent = (i64::from(self.exponent) - i64::from(odd) - i64::from(more)) / 2;
        if &root * &root == scaled {
            return Decimal::from_big(root, exponent);
        }
        Decimal::from_big(root * 10 + 1, exponent - 1)
    }

    /// None for 0 ** -1, a negative number to a broken power, and what is too large.
    pub fn power(self, by: Decimal) -> Option<Decimal> {
        if let Some(whole) = by.to_i64() {
            if self.is_zero() {
                return match whole.cmp(&0) {
                    Ordering::Less => None,
                    Ordering::Equal => Some(Decimal::ONE),
                    Ordering::Greater => Some(Decimal::ZERO),
                };
            }
            let times = u32::try_from(whole.unsigned_abs()).ok()?;
            let length = i64::from(self.coefficient.unsigned_abs().ilog10()) + 1;
            if length * i64::from(times) <= 20_000 {
                let coefficient = BigInt::from(self.coefficient).pow(times);
                let exponent = i64::from(self.exponent) * i64::from(times);
                return if whole >= 0 {
                    Decimal::from_big(coefficient, exponent)
                } else {
                    Decimal::quotient(&BigInt::one(), &coefficient, -exponent)
                };
            }
        }
        if self.is_zero() {
            return (!by.is_negative()).then_some(Decimal::ZERO);
        }
        if self.is_negative() {
            return None;
        }
        let exponent = fixed_log(self)? * fixed(by)? / ten(GUARD);
        fixed_exp(&exponent)
    }

    pub fn exp(self) -> Option<Decimal> {
        fixed_exp(&fixed(self)?)
    }

    /// Natural logarithm; none for what is not positive.
    pub fn log(self) -> Option<Decimal> {
        if self.coefficient <= 0 {
            return None;
        }
        if self == Decimal::ONE {
            return Some(Decimal::ZERO);
        }
        Decimal::from_big(fixed_log(self)?, -i64::from(GUARD))
    }
}

/// With [`GUARD`] digits after the point; none if it is too large to matter.
fn fixed(value: Decimal) -> Option<BigInt> {
    let shift = i64::from(value.exponent) + i64::from(GUARD);
    if value.coefficient != 0 && i64::from(value.coefficient.unsigned_abs().ilog10()) + i64::from(value.exponent) > 12 {
        return None;
    }
    let coefficient = BigInt::from(value.coefficient);
    let power = ten(u32::try_from(shift.unsigned_abs()).ok()?);
    Some(if shift >= 0 { coefficient * power } else { coefficient / power })
}

/// e to a fixed-point number: halved until the series is short, then squared back.
fn fixed_exp(value: &BigInt) -> Option<Decimal> {
    let one = ten(GUARD);
    // e^x = 2^k × e^r with |r| < 1: digits are lost to neither side.
    let two = fixed_ln2();
    let k = divide(value, &two, Mode::HalfEven);
    let k_small = k.to_i64().filter(|k| k.abs() < 25_000)?;
    let rest = value - &k * &two;
    let mut sum = one.clone();
    let mut term = one.clone();
    for n in 1..200 {
        term = term * &rest / &one / n;
        if term.is_zero() {
            break;
        }
        sum += &term;
    }
    let power = BigInt::from(2).pow(u32::try_from(k_small.unsigned_abs()).ok()?);
    if k_small >= 0 {
        Decimal::from_big(sum * power, -i64::from(GUARD))
    } else {
        Decimal::quotient(&sum, &power, -i64::from(GUARD))
    }
}

/// 2 × atanh((x−1)/(x+1)) for a fixed-point number near 1.
fn series_log(value: &BigInt) -> BigInt {
    let one = ten(GUARD);
    let ratio = (value - &one) * &one / (value + &one);
    let square = &ratio * &ratio / &one;
    let mut term = ratio.clone();
    let mut sum = ratio;
    for n in 1..400 {
        term = term * &square / &one;
        if term.is_zero() {
            break;
        }
        sum += &term / (2 * n + 1);
    }
    sum * 2
}

fn fixed_ln2() -> BigInt {
    series_log(&(ten(GUARD) * 2))
}

/// Logarithm of a positive decimal, fixed-point.
fn fixed_log(value: Decimal) -> Option<BigInt> {
    if value.coefficient <= 0 {
        return None;
    }
    let length = value.coefficient.unsigned_abs().ilog10();
    // x = m × 10^p with 1 ≤ m < 10, then m = n × 2^k with n near 1.
    let power = i64::from(value.exponent) + i64::from(length);
    let mut mantissa = BigInt::from(value.coefficient) * ten(GUARD - length);
    let mut halvings = 0;
    let bound = ten(GUARD) * 3 / 2;
    while mantissa > bound {
        mantissa /= 2;
        halvings += 1;
    }
    let two = fixed_ln2();
    // ln 10 = 3 ln 2 + ln 1.25
    let ln10 = &two * 3 + series_log(&(ten(GUARD) * 5 / 4));
    Some(series_log(&mantissa) + two * halvings + ln10 * power)
}
