//! How units are written: their spellings, multiples in front of them, `/` behind them.

use num_bigint::BigInt;
use num_rational::BigRational;

use super::{Dimension, Quantity, Unit};
use crate::diagnostic::Lang;

/// Spellings, zh name, en name, quantity, numerator and denominator of the factor.
type Row = (&'static [&'static str], &'static str, &'static str, Option<Quantity>, i64, i64);

/// All simple units. Chinese ones may carry 百 千 万 十万 百万 千万 亿 in front.
const UNITS: &[Row] = &[
    (&["元", "块", "人民币元", "yuan", "CNY", "RMB"], "元", "yuan", Some(Quantity::Currency), 1, 1),
    (&["角"], "角", "jiao", Some(Quantity::Currency), 1, 10),
    (&["美元", "US dollars", "US dollar", "USD"], "美元", "US dollar", Some(Quantity::Dollar), 1, 1),
    (&["平方米", "平米", "㎡", "m²", "m2"], "平方米", "m²", Some(Quantity::Area), 1, 1),
    (&["平方公里", "平方千米", "km²", "km2"], "平方公里", "km²", Some(Quantity::Area), 1_000_000, 1),
    (&["亩", "mu"], "亩", "mu", Some(Quantity::Area), 2000, 3),
    (&["公顷", "hectares", "hectare", "ha"], "公顷", "ha", Some(Quantity::Area), 10_000, 1),
    (&["立方米", "方", "m³", "m3"], "立方米", "m³", Some(Quantity::Volume), 1, 1),
    (&["千瓦时", "度", "kWh", "kwh", "KWH"], "千瓦时", "kWh", Some(Quantity::Energy), 1, 1),
    (&["兆瓦时", "MWh", "mwh"], "兆瓦时", "MWh", Some(Quantity::Energy), 1000, 1),
    (&["吨标准煤", "吨标煤", "tce"], "吨标准煤", "tce", Some(Quantity::Coal), 1, 1),
    (&["千克标准煤", "kgce"], "千克标准煤", "kgce", Some(Quantity::Coal), 1, 1000),
    (&["吨", "tonnes", "tonne", "tons", "ton", "t"], "吨", "t", Some(Quantity::Mass), 1, 1),
    (&["千克", "公斤", "kg"], "千克", "kg", Some(Quantity::Mass), 1, 1000),
    (&["克", "g"], "克", "g", Some(Quantity::Mass), 1, 1_000_000),
    (
        &["人", "名", "persons", "person", "people", "employees", "employee"],
        "人",
        "person",
        Some(Quantity::Person),
        1,
        1,
    ),
    (&["人次"], "人次", "person-times", Some(Quantity::Count), 1, 1),
    (
        &["个", "件", "项", "家", "户", "次", "起", "台", "套", "条", "items", "item", "pieces", "piece"],
        "个",
        "item",
        Some(Quantity::Count),
        1,
        1,
    ),
    (&["天", "日", "days", "day", "d"], "天", "day", Some(Quantity::Day), 1, 1),
    (&["周", "星期", "weeks", "week"], "周", "week", Some(Quantity::Day), 7, 1),
    (&["个月", "月", "months", "month"], "个月", "month", Some(Quantity::Month), 1, 1),
    (&["季度", "quarters", "quarter"], "季度", "quarter", Some(Quantity::Month), 3, 1),
    (&["年", "周年", "years", "year"], "年", "year", Some(Quantity::Month), 12, 1),
    (&["%", "％", "百分点", "个百分点", "percentage points", "percentage point", "percent"], "%", "%", None, 1, 100),
    (&["‰", "permille"], "‰", "‰", None, 1, 1000),
    (&["ppm"], "ppm", "ppm", None, 1, 1_000_000),
    (&["分", "points", "point"], "分", "point", None, 1, 1),
    (&["倍", "times"], "倍", "times", None, 1, 1),
];

/// Chinese and English multiples in front of a unit.
const MULTIPLES: &[(&str, &str, i64)] = &[
    ("十万", "100k", 100_000),
    ("百万", "million", 1_000_000),
    ("千万", "10 million", 10_000_000),
    ("百亿", "10 billion", 10_000_000_000),
    ("千亿", "100 billion", 100_000_000_000),
    ("万亿", "trillion", 1_000_000_000_000),
    ("百", "hundred", 100),
    ("千", "thousand", 1000),
    ("万", "10k", 10_000),
    ("亿", "100 million", 100_000_000),
];

pub(super) fn simple_at(text: &str) -> Option<(Unit, usize)> {
    let plain = longest_row(text);
    let multiple = MULTIPLES
        .iter()
        .filter_map(|(zh, en, by)| {
            let (rest, skipped) = match text.strip_prefix(zh) {
                Some(rest) => (rest, zh.len()),
                None => {
                    let rest = text.strip_prefix(en)?;
                    let spaces = rest.len() - rest.trim_start_matches(' ').len();
                    (rest.get(spaces..)?, (spaces > 0).then_some(en.len() + spaces)?)
                }
            };
            let (unit, length) = longest_row(rest)?;
            // `万年`, `万%` are not units.
            (!unit.dimension().is_none()).then_some(())?;
            let factor = BigRational::from_integer(BigInt::from(*by)) * unit.factor();
            let (zh, en) = (format!("{zh}{}", unit.name(Lang::Zh)), format!("{en} {}", unit.name(Lang::En)));
            let named = Unit::new(factor, unit.dimension(), zh, en);
            Some((named, skipped + length))
        })
        .max_by_key(|(_, length)| *length);
    match (plain, multiple) {
        (Some(plain), Some(multiple)) => Some(if multiple.1 > plain.1 { multiple } else { plain }),
        (plain, multiple) => plain.or(multiple),
    }
}

fn longest_row(text: &str) -> Option<(Unit, usize)> {
    let mut best: Option<(&Row, &str)> = None;
    for row in UNITS {
        for name in row.0 {
            if best.is_none_or(|(_, b)| name.len() > b.len()) && text.starts_with(name) && ends_word(name, text) {
                best = Some((row, name));
            }
        }
    }
    let ((_, zh, en, quantity, upper, lower), name) = best?;
    let chinese = name.chars().all(|c| !c.is_ascii());
    let factor = BigRational::new(BigInt::from(*upper), BigInt::from(*lower));
    // Counting words are many; what was written is kept.
    let zh = if chinese { name } else { zh };
    let unit = Unit::new(factor, quantity.map_or(Dimension::NONE, Dimension::of), (*zh).to_owned(), (*en).to_owned());
    Some((unit, name.len()))
}

/// `/亩`, `每` is not read: law texts in packs are quoted, not parsed.
pub(super) fn lower_at(text: &str) -> Option<(Unit, usize)> {
    let rest = text.strip_prefix('/').or_else(|| text.strip_prefix('／'))?;
    let spaces = rest.len() - rest.trim_start_matches(' ').len();
    let (unit, length) = simple_at(rest.get(spaces..)?)?;
    Some((unit, text.len() - rest.len() + spaces + length))
}

fn ends_word(name: &str, text: &str) -> bool {
    let ascii = name.chars().next_back().is_some_and(|c| c.is_ascii_alphanumeric());
    !ascii || !text.chars().nth(name.chars().count()).is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
}
