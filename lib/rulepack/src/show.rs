//! Values as people read them, and as exact text.

use std::fmt::Write;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed};

use crate::compile::{CompiledPack, Shown};
use crate::diagnostic::Lang;
use crate::interpret::Value;
use crate::ir::{Dag, NodeId, Type, date};
use crate::number;
use crate::unit::Unit;

/// A number counting 10^-scale, with all its digits: `34.50`.
pub fn exact(value: i128, scale: u8) -> String {
    let digits = value.unsigned_abs().to_string();
    let places = usize::from(scale);
    let digits =
        if digits.len() <= places { format!("{}{digits}", "0".repeat(places + 1 - digits.len())) } else { digits };
    let (whole, fraction) = digits.split_at(digits.len() - places);
    let sign = if value < 0 { "-" } else { "" };
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// Without zeros at the end: `34.5`.
pub fn trimmed(value: i128, scale: u8) -> String {
    let text = exact(value, scale);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
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
pub fn with_unit(number: &str, unit: &Unit, lang: Lang) -> String {
    match unit_name(unit, lang) {
        "" => number.to_owned(),
        name @ ("%" | "‰") => format!("{number}{name}"),
        "item" => number.to_owned(),
        "person" if number != "1" => format!("{number} people"),
        name @ ("day" | "week" | "month" | "quarter" | "year" | "point") if number != "1" => {
            format!("{number} {name}s")
        }
        name => format!("{number} {name}"),
    }
}

/// A number of a node in the unit people see.
pub fn number(value: i128, scale: u8, counts: &Unit, unit: &Unit, lang: Lang) -> String {
    if counts.factor() == unit.factor() {
        return with_unit(&trimmed(value, scale), unit, lang);
    }
    if counts.factor().is_one()
        && unit.factor().is_integer()
        && let Some(zeros) = zeros(unit.factor().numer())
    {
        return with_unit(&trimmed(value, scale + zeros), unit, lang);
    }
    let power = BigRational::from_integer(BigInt::from(10).pow(scale.into()));
    let counted = BigRational::from_integer(BigInt::from(value));
    let base = &counted / &power * counts.factor();
    // What was entered as 20 亩 is kept to a tenth of a square millimetre and shown as 20 亩.
    let shown = unit.from_base(&base);
    let half = BigRational::new(BigInt::one(), BigInt::from(2));
    for digits in 0..=6 {
        let step = BigRational::from_integer(BigInt::from(10).pow(digits));
        let rounded = (&shown * &step + &half).floor() / step;
        if ((&rounded * unit.factor() / counts.factor() * &power) + &half).floor() == counted {
            return with_unit(&number::plain(&rounded), unit, lang);
        }
    }
    rational(&base, unit, lang)
}

/// How many zeros a power of ten has.
fn zeros(value: &BigInt) -> Option<u8> {
    let text = value.to_string();
    (text.starts_with('1') && text.len() < 20 && text.bytes().skip(1).all(|byte| byte == b'0'))
        .then(|| u8::try_from(text.len() - 1).unwrap_or(0))
}

/// A number of base units in a unit; what takes more than six digits is rounded to four and said to be about that.
pub fn rational(base: &BigRational, unit: &Unit, lang: Lang) -> String {
    let value = unit.from_base(base);
    match number::decimal_places(&value) {
        Some(places) if places <= 6 => with_unit(&number::plain(&value), unit, lang),
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
