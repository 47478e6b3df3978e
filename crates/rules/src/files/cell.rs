//! One cell of facts, read from text.

use num_rational::BigRational;
use num_traits::ToPrimitive;
use rulepack::ir::{Type, power_of_ten};
use rulepack::unit::{Unit, read_quantity};

use super::FactColumn;

/// A value that was read. A number counts 10^-scale of the fact's type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell<'a> {
    Number(i128),
    Boolean(bool),
    Text(&'a str),
    Date(i32),
}

/// Reads a cell; `None` if it is not what the fact expects. An empty cell is not asked for here.
pub fn read_cell<'a>(fact: &'a FactColumn, text: &'a str) -> Option<Cell<'a>> {
    read_cell_in(fact, text, None)
}

/// The same, of a column whose bare numbers are in this unit.
pub(crate) fn read_cell_in<'a>(fact: &'a FactColumn, text: &'a str, unit: Option<&Unit>) -> Option<Cell<'a>> {
    let text = text.trim();
    match fact.ty {
        Type::Number { scale, low, high } => {
            let bare = if unit.is_none() { plain(text, scale) } else { None };
            let value = bare.or_else(|| quantity(fact, text, scale, unit))?;
            (low..=high).contains(&value).then_some(Cell::Number(value))
        }
        Type::Boolean => match text.to_lowercase().as_str() {
            "true" | "是" | "1" | "yes" | "y" => Some(Cell::Boolean(true)),
            "false" | "否" | "0" | "no" | "n" => Some(Cell::Boolean(false)),
            _ => None,
        },
        Type::Text if fact.texts.is_empty() => Some(Cell::Text(text)),
        Type::Text => fact.texts.iter().find(|(way, _)| way == text).map(|(_, code)| Cell::Text(code)),
        Type::Date { low, high } => {
            // 9999-12-31 is "without end" in registers; other ways of writing keep to plausible years.
            let iso = chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
            let date = iso.or_else(|| kernel::date_text::parse_end_date(text).ok())?;
            let days = i32::try_from((date - chrono::NaiveDate::default()).num_days()).ok()?;
            (low..=high).contains(&days).then_some(Cell::Date(days))
        }
    }
}

/// `-12.5`: the common case, without big numbers; decimals beyond the scale are rounded half away from zero.
fn plain(text: &str, scale: u8) -> Option<i128> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let (fraction, beyond) = fraction.split_at_checked(usize::from(scale)).unwrap_or((fraction, ""));
    if whole.is_empty() || whole.len() + usize::from(scale) > 36 || !beyond.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut value = 0_i128;
    for byte in whole.bytes().chain(fraction.bytes()) {
        if !byte.is_ascii_digit() {
            return None;
        }
        value = value * 10 + i128::from(byte - b'0');
    }
    value *= power_of_ten(scale - fraction.len() as u8).ok()?;
    value += i128::from(beyond.as_bytes().first().is_some_and(|digit| *digit >= b'5'));
    Some(if negative { -value } else { value })
}

/// `120 万元`, `1,200`, `3%`, `20 亩` in the fact's own unit, rounded to its digits as [`plain`] does.
fn quantity(fact: &FactColumn, text: &str, scale: u8, unit: Option<&Unit>) -> Option<i128> {
    let (value, written) = read_quantity(text)?;
    let value = match written.as_ref().or(unit) {
        None => value,
        Some(unit) => {
            if unit.dimension() != fact.unit.dimension() {
                return None;
            }
            fact.unit.from_base(&unit.to_base(&value))
        }
    };
    let counted = value * BigRational::from_integer(power_of_ten(scale).ok()?.into());
    counted.round().to_integer().to_i128()
}

/// The integer of a floating-point number at a scale, from its shortest writing.
pub(crate) fn of_double(value: f64, scale: u8) -> Option<i128> {
    if !value.is_finite() {
        return None;
    }
    plain(&format!("{value}"), scale)
}

/// A number counting 10^-scale as exact text without needless zeros.
pub fn show(value: i128, scale: u8) -> String {
    let mut text = String::new();
    write_number(&mut text, value, scale);
    text
}

/// Appends a number counting 10^-scale.
pub(crate) fn write_number(out: &mut String, value: i128, scale: u8) {
    use std::fmt::Write;
    let Ok(power) = power_of_ten(scale) else { return };
    let (whole, rest) = (value.unsigned_abs() / power.unsigned_abs(), value.unsigned_abs() % power.unsigned_abs());
    if value < 0 {
        out.push('-');
    }
    // Writing to a String cannot fail.
    let _ = write!(out, "{whole}");
    if scale > 0 {
        let _ = write!(out, ".{rest:0width$}", width = usize::from(scale));
    }
}

/// A date as `2026-02-13`.
pub(crate) fn write_date(out: &mut String, days: i32) {
    use std::fmt::Write;
    let (year, month, day) = rulepack::ir::date::civil(days);
    let _ = write!(out, "{year:04}-{month:02}-{day:02}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money() -> FactColumn {
        FactColumn {
            code: "revenue".into(),
            names: vec!["营业收入".into()],
            ty: Type::Number { scale: 2, low: 0, high: 10_i128.pow(15) },
            unit: Unit::parse("元").unwrap(),
            texts: Vec::new(),
            read: true,
        }
    }

    #[test]
    fn numbers_are_exact_to_the_digits_of_their_fact() {
        for (text, expected) in [
            ("399999990", Some(39_999_999_000)),
            ("399999990.5", Some(39_999_999_050)),
            ("120 万元", Some(120_000_000)),
            ("1.25万元", Some(1_250_000)),
            ("0.10", Some(10)),
            ("0.100", Some(10)),
            ("0.004999", Some(0)),
            ("0.005", Some(1)),
            ("399999999.994", Some(39_999_999_999)),
            ("0.1x", None),
            ("0.100x", None),
            ("-1", None),
            ("20 亩", None),
            ("many", None),
            ("1,200", Some(120_000)),
        ] {
            let read = match read_cell(&money(), text) {
                Some(Cell::Number(value)) => Some(value),
                _ => None,
            };
            assert_eq!(read, expected, "{text}");
        }
        assert_eq!(of_double(0.1, 2), Some(10));
        assert_eq!(of_double(0.1 + 0.2, 2), Some(30));
        assert_eq!(sheets::digits(0.1 + 0.2), "0.3");
        assert_eq!(show(-3450, 2), "-34.50");
    }
}
