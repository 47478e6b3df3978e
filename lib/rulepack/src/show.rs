//! Values as people read them, and as exact text.

use std::fmt::Write;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive};

use crate::compile::{CompiledPack, Shown};
use crate::diagnostic::Lang;
use crate::interpret::Value;
use crate::ir::{Dag, NodeId, Type, date, power_of_ten};
use crate::number;
use crate::unit::Unit;

/// Digits after the point a number is shown with where it is not said to be about that.
const MOST_DIGITS: u8 = 6;

/// A number counting 10^-scale, with all its digits: `34.50`.
pub fn exact(value: i128, scale: u8) -> String {
    decimal(value, scale, false)
}

/// Without zeros at the end: `34.5`.
pub fn trimmed(value: i128, scale: u8) -> String {
    decimal(value, scale, true)
}

/// An explanation shows thousands of numbers: the digits are written at once, without detours over texts.
fn decimal(value: i128, scale: u8, trim: bool) -> String {
    let mut digits = [b'0'; 40];
    let mut first = digits.len();
    let mut rest = value.unsigned_abs();
    while rest > 0 {
        // Numbers of 64 bits are far quicker to divide than those of 128.
        let (mut low, mut count) = match u64::try_from(rest) {
            Ok(small) => (small, 20),
            Err(_) => ((rest % 10_u128.pow(18)) as u64, 18),
        };
        rest = if count == 20 { 0 } else { rest / 10_u128.pow(18) };
        while count > 0 && (low > 0 || rest > 0) {
            first -= 1;
            if let Some(digit) = digits.get_mut(first) {
                *digit = b'0' + (low % 10) as u8;
            }
            (low, count) = (low / 10, count - 1);
        }
    }
    let digits = digits.get(first..).unwrap_or_default();
    let places = usize::from(scale);
    let (whole, fraction) = digits.split_at(digits.len().saturating_sub(places));
    let zeros = places - fraction.len();
    let fraction = match (trim, fraction.iter().rposition(|digit| *digit != b'0')) {
        (true, Some(last)) => fraction.get(..=last).unwrap_or_default(),
        (true, None) => &[],
        (false, _) => fraction,
    };
    // With room for a unit.
    let mut out = String::with_capacity(places + whole.len() + 16);
    if value < 0 {
        out.push('-');
    }
    if whole.is_empty() {
        out.push('0');
    }
    out.push_str(std::str::from_utf8(whole).unwrap_or_default());
    if !fraction.is_empty() || (!trim && places > 0) {
        out.push('.');
        out.extend(std::iter::repeat_n('0', zeros));
        out.push_str(std::str::from_utf8(fraction).unwrap_or_default());
    }
    out
}

/// A date as `2026-02-13`.
pub fn day(days: i32) -> String {
    let (year, month, day) = date::civil(days);
    let mut out = String::with_capacity(10);
    // Writing to a String cannot fail.
    let _ = write!(out, "{year:04}-{month:02}-{day:02}");
    out
}

/// The name of a unit beside a number. English keeps 万元 and its like: "500 10k yuan" cannot be read.
pub fn unit_name(unit: &Unit, lang: Lang) -> &str {
    let name = unit.name(lang);
    let multiple =
        name.starts_with(|c: char| c.is_ascii_digit()) || name.starts_with("million") || name.starts_with("trillion");
    if lang == Lang::En && multiple { unit.name(Lang::Zh) } else { name }
}

/// A number and its unit: `500 万元`, `3%`, `12 分`.
pub fn with_unit(number: impl Into<String>, unit: &Unit, lang: Lang) -> String {
    let mut out = number.into();
    let one = out == "1";
    match unit_name(unit, lang) {
        "" | "item" => {}
        name @ ("%" | "‰") => out.push_str(name),
        "person" if !one => out.push_str(" people"),
        name => {
            out.push(' ');
            out.push_str(name);
            if !one && matches!(name, "day" | "week" | "month" | "quarter" | "year" | "point") {
                out.push('s');
            }
        }
    }
    out
}

/// A number of a node in the unit people see.
pub fn number(value: i128, scale: u8, counts: &Unit, unit: &Unit, lang: Lang) -> String {
    if counts.counts_like(unit) {
        return with_unit(trimmed(value, scale), unit, lang);
    }
    let (own, other) = (counts.factor(), unit.factor());
    if counts.factor().is_one()
        && unit.factor().is_integer()
        && let Some(zeros) = zeros(unit.factor().numer())
    {
        return with_unit(trimmed(value, scale + zeros), unit, lang);
    }
    match rounded(value, scale, own, other) {
        Some(Some((shown, digits))) => with_unit(trimmed(shown, digits), unit, lang),
        Some(None) => rational(&base_units(value, scale, own), unit, lang),
        None => number_of_any_size(value, scale, counts, unit, lang),
    }
}

/// What was entered as 20 亩 is kept to a tenth of a square millimetre and shown as 20 亩: with the fewest digits after the point, at
/// most [`MOST_DIGITS`], that are kept as this value again. None of the inner if there are not enough digits, of the outer if 128
/// bits are not enough to tell.
///
/// An explanation shows thousands of percentages; fractions of big integers take a hundred times as long.
fn rounded(value: i128, scale: u8, own: &BigRational, other: &BigRational) -> Option<Option<(i128, u8)>> {
    let product = |a: &BigInt, b: &BigInt| a.to_i128()?.checked_mul(b.to_i128()?);
    // Shown is value × upper ÷ lower.
    let upper = product(own.numer(), other.denom())?.checked_mul(2)?;
    let lower = product(own.denom(), other.numer())?.checked_mul(2)?.checked_mul(power_of_ten(scale).ok()?)?;
    for digits in 0..=MOST_DIGITS {
        let upper = upper.checked_mul(power_of_ten(digits).ok()?)?;
        let shown = value.checked_mul(upper)?.checked_add(lower / 2)?.div_euclid(lower);
        if shown.checked_mul(lower)?.checked_add(upper / 2)?.div_euclid(upper) == value {
            return Some(Some((shown, digits)));
        }
    }
    Some(None)
}

fn base_units(value: i128, scale: u8, counts: &BigRational) -> BigRational {
    BigRational::new(BigInt::from(value), BigInt::from(10).pow(scale.into())) * counts
}

/// As [`rounded`], for all numbers.
fn number_of_any_size(value: i128, scale: u8, counts: &Unit, unit: &Unit, lang: Lang) -> String {
    let power = BigRational::from_integer(BigInt::from(10).pow(scale.into()));
    let counted = BigRational::from_integer(BigInt::from(value));
    let base = base_units(value, scale, counts.factor());
    let shown = unit.from_base(&base);
    let half = BigRational::new(BigInt::one(), BigInt::from(2));
    for digits in 0..=MOST_DIGITS {
        let step = BigRational::from_integer(BigInt::from(10).pow(digits.into()));
        let rounded = (&shown * &step + &half).floor() / step;
        if ((&rounded * unit.factor() / counts.factor() * &power) + &half).floor() == counted {
            return with_unit(number::plain(&rounded), unit, lang);
        }
    }
    rational(&base, unit, lang)
}

/// How many zeros a power of ten has.
fn zeros(value: &BigInt) -> Option<u8> {
    let mut rest = value.to_u64()?;
    let mut zeros = 0;
    while rest >= 10 && rest % 10 == 0 {
        (rest, zeros) = (rest / 10, zeros + 1);
    }
    (rest == 1).then_some(zeros)
}

/// A number of base units in a unit; what takes more than six digits is rounded to four and said to be about that.
pub fn rational(base: &BigRational, unit: &Unit, lang: Lang) -> String {
    let value = unit.from_base(base);
    match number::decimal_places(&value) {
        Some(places) if places <= MOST_DIGITS.into() => with_unit(number::plain(&value), unit, lang),
        _ => {
            let half = BigRational::new(BigInt::one(), BigInt::from(20_000));
            let nudged = if value.is_negative() { value - half } else { value + half };
            let text = number::fixed(&nudged, 4);
            let text = text.trim_end_matches('0').trim_end_matches('.');
            let about = if lang == Lang::Zh { "约 " } else { "about " };
            format!("{about}{}", with_unit(text, unit, lang))
        }
    }
}

/// A known value of a node for people.
pub fn value(dag: &Dag, pack: &CompiledPack, node: NodeId, value: &Value, shown: &Shown, lang: Lang) -> String {
    match value {
        Value::Number(number) => {
            let Type::Number { scale, .. } = dag.ty(node) else { return number.to_string() };
            match shown {
                Shown::Number { unit, counts } => self::number(*number, scale, counts, unit, lang),
                _ => trimmed(*number, scale),
            }
        }
        Value::Boolean(value) => yes_no(*value, lang).to_owned(),
        Value::Date(days) => day(*days),
        Value::Text(code) => match shown {
            Shown::Text(Some(set)) => text(pack, *set, code, lang),
            _ => code.to_string(),
        },
    }
}

/// A declared text by its name.
pub fn text(pack: &CompiledPack, set: usize, code: &str, lang: Lang) -> String {
    let found = pack.sets.get(set).and_then(|set| set.values.iter().find(|value| value.code == code));
    found.map_or_else(|| code.to_owned(), |value| if lang == Lang::Zh { value.zh.clone() } else { value.en.clone() })
}

/// 是, 否.
pub fn yes_no(value: bool, lang: Lang) -> &'static str {
    match (value, lang) {
        (true, Lang::Zh) => "是",
        (false, Lang::Zh) => "否",
        (true, Lang::En) => "yes",
        (false, Lang::En) => "no",
    }
}

#[cfg(test)]
mod tests {
    use num_bigint::BigInt;
    use num_rational::BigRational;

    use super::{exact, number, number_of_any_size, rational, rounded, trimmed, with_unit};
    use crate::diagnostic::Lang;
    use crate::random::Random;
    use crate::unit::Unit;

    /// What 128 bits tell is what fractions of big integers tell, and nearly all numbers are told by 128 bits.
    #[test]
    fn numbers_are_rounded_alike_in_128_bits() {
        let units = ["", "%", "‰", "亩", "ha", "万元/亩", "元/平方米", "年", "万元", "kg", "万元/吨标准煤"];
        let units = units.map(|name| Unit::parse(name).unwrap());
        let mut random = Random::new(7);
        let mut quick = 0;
        for _ in 0..3_000 {
            let (counts, unit) = (&units[random.below(units.len())], &units[random.below(units.len())]);
            let scale = random.below(12) as u8;
            let most = 10_i128.pow(1 + random.below(24) as u32);
            let value = i128::from(random.draw() as i64) * i128::from(random.draw() >> 1) % most;
            let told = rounded(value, scale, counts.factor(), unit.factor());
            let slow = number_of_any_size(value, scale, counts, unit, Lang::Zh);
            match told {
                Some(Some((shown, digits))) => assert_eq!(with_unit(trimmed(shown, digits), unit, Lang::Zh), slow),
                Some(None) => {
                    let base = BigRational::new(BigInt::from(value), BigInt::from(10).pow(scale.into()));
                    assert_eq!(rational(&(base * counts.factor()), unit, Lang::Zh), slow);
                }
                None => assert_eq!(number(value, scale, counts, unit, Lang::Zh), slow),
            }
            quick += usize::from(told.is_some());
        }
        assert!(quick > 2_700, "{quick}");
    }

    #[test]
    fn numbers_have_all_their_digits() {
        let cases: [(i128, u8, &str, &str); 12] = [
            (0, 0, "0", "0"),
            (0, 2, "0.00", "0"),
            (5, 3, "0.005", "0.005"),
            (-5, 1, "-0.5", "-0.5"),
            (3450, 2, "34.50", "34.5"),
            (3400, 2, "34.00", "34"),
            (-1200, 0, "-1200", "-1200"),
            (i64::MAX as i128, 4, "922337203685477.5807", "922337203685477.5807"),
            (u64::MAX as i128, 0, "18446744073709551615", "18446744073709551615"),
            (u64::MAX as i128 + 1, 0, "18446744073709551616", "18446744073709551616"),
            (10_i128.pow(36), 18, "1000000000000000000.000000000000000000", "1000000000000000000"),
            (i128::MIN, 3, "-170141183460469231731687303715884105.728", "-170141183460469231731687303715884105.728"),
        ];
        for (value, scale, all, short) in cases {
            assert_eq!(exact(value, scale), all);
            assert_eq!(trimmed(value, scale), short);
        }
    }
}
