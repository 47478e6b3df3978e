//! Numbers as people write them, read exactly, and exact numbers as text.

use std::borrow::Cow;

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};

/// The ASCII twin of a full-width character, `−` and `–` as `-`; others as they are.
pub fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' | '\u{a0}' => ' ',
        '−' => '-',
        _ => c,
    }
}

/// Most digits a number may be written with: far more than any amount has, and few enough that reading costs nothing. The time
/// big integers take grows with the square of their digits. Every reader of numbers comes here: [`digits`].
pub const MOST_DIGITS: usize = 200;

/// The integer these digits write, at least one and nothing but digits; none beyond [`MOST_DIGITS`].
pub fn digits(whole: &str, fraction: &str) -> Option<BigInt> {
    if whole.len() + fraction.len() > MOST_DIGITS {
        return None;
    }
    format!("{whole}{fraction}").parse().ok()
}

/// Whether a text, which could not be read as a number, has too many digits for one.
pub fn is_too_long(text: &str) -> bool {
    text.chars().filter(|c| narrow(*c).is_ascii_digit()).nth(MOST_DIGITS).is_some()
}

/// A text as messages quote it: the beginning of a long one.
pub fn quoted(text: &str) -> Cow<'_, str> {
    /// Characters quoted of a long text.
    const QUOTED: usize = 60;
    match text.char_indices().nth(QUOTED) {
        Some((end, _)) => Cow::Owned(format!("{}…", text.get(..end).unwrap_or_default())),
        None => Cow::Borrowed(text),
    }
}

/// A number with optional sign and optional groups of three, at the start of `text`, and its length in bytes. `1,20` is none.
pub fn grouped_at(text: &str) -> Option<(BigRational, usize)> {
    let sign = usize::from(text.starts_with(['-', '+']));
    let body = text.get(sign..)?;
    let length = body.find(|c: char| !(c.is_ascii_digit() || c == ',' || c == '.')).unwrap_or(body.len());
    let body = body.get(..length)?;
    let (whole, fraction) = body.split_once('.').unwrap_or((body, ""));
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let mut grouped = false;
    for group in groups {
        grouped = true;
        (group.len() == 3).then_some(())?;
    }
    if (grouped && !(1..=3).contains(&first.len())) || fraction.contains([',', '.']) || body.ends_with('.') {
        return None;
    }
    let value = decimal(&whole.replace(',', ""), fraction, 0)?;
    Some((if text.starts_with('-') { -value } else { value }, sign + length))
}

/// `whole.fraction × 10^exponent` exactly; digits only, one of them at least. More than [`MOST_DIGITS`] and exponents beyond ±6144
/// are none.
pub fn decimal(whole: &str, fraction: &str, exponent: i32) -> Option<BigRational> {
    if exponent.abs() > 6144 {
        return None;
    }
    let mantissa = digits(whole, fraction)?;
    let scale = i32::try_from(fraction.len()).ok()? - exponent;
    let power = BigInt::from(10).pow(scale.unsigned_abs());
    Some(if scale >= 0 { BigRational::new(mantissa, power) } else { BigRational::from_integer(mantissa * power) })
}

/// Exact text: `34.5`, `-0.05`, `2/3` where no decimal ends.
pub fn plain(value: &BigRational) -> String {
    let Some(scale) = decimal_places(value) else {
        return value.to_string();
    };
    fixed(value, scale)
}

/// With exactly `scale` digits after the point; further digits are cut off.
pub fn fixed(value: &BigRational, scale: u32) -> String {
    let scaled = (value * BigRational::from_integer(BigInt::from(10).pow(scale))).to_integer();
    let digits = scaled.abs().to_string();
    let places = scale as usize;
    let digits = format!("{digits:0>width$}", width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    let sign = if scaled.is_negative() { "-" } else { "" };
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// How many digits after the point write the number exactly; none if no number of digits does.
pub fn decimal_places(value: &BigRational) -> Option<u32> {
    let mut rest = value.denom().clone();
    let mut count = |factor: u32| {
        let factor = BigInt::from(factor);
        let mut times = 0;
        loop {
            let (quotient, remainder) = rest.div_rem(&factor);
            if !remainder.is_zero() {
                return times;
            }
            rest = quotient;
            times += 1;
        }
    };
    let places = count(2).max(count(5));
    rest.is_one().then_some(places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_endless_digits_are_none_at_once() {
        let nines = |count: usize| "9".repeat(count);
        for text in
            [nines(300_000), format!("0.{}", nines(300_000)), format!("-1{}", ",999".repeat(100_000)), nines(201)]
        {
            let before = std::time::Instant::now();
            assert!(grouped_at(&text).is_none() && is_too_long(&text));
            assert!(before.elapsed().as_millis() < 500, "{} digits", text.len());
            assert!(quoted(&text).chars().count() == 61);
        }
        let (value, length) = grouped_at(&nines(200)).unwrap_or_else(|| panic!("200 digits"));
        assert_eq!((plain(&value), length, is_too_long(&nines(200))), (nines(200), 200, false));
    }

    #[test]
    fn text_is_exact() {
        let cases =
            [(1, 8, "0.125"), (-1, 20, "-0.05"), (2, 3, "2/3"), (100, 1, "100"), (0, 1, "0"), (12005, 10, "1200.5")];
        for (upper, lower, text) in cases {
            assert_eq!(plain(&BigRational::new(BigInt::from(upper), BigInt::from(lower))), text);
        }
    }
}
