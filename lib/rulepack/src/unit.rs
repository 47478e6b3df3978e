//! Units of measure: an exact factor to the base unit and a dimension; `5000 万元`, `万元/亩`, `3 %`.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::One;

use crate::diagnostic::Lang;
use crate::number;

/// What can be measured. Months and days are apart because a month has no fixed number of days; counts of things (件, 个, 项) are
/// one dimension and persons another, so that output per person is not taken for output per patent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Quantity {
    Currency,
    Dollar,
    Area,
    Volume,
    Energy,
    Coal,
    Mass,
    Person,
    Count,
    Day,
    Month,
}

impl Quantity {
    /// All of them, in the order of the powers in [`Dimension`].
    pub const ALL: [Quantity; 11] = [
        Quantity::Currency,
        Quantity::Dollar,
        Quantity::Area,
        Quantity::Volume,
        Quantity::Energy,
        Quantity::Coal,
        Quantity::Mass,
        Quantity::Person,
        Quantity::Count,
        Quantity::Day,
        Quantity::Month,
    ];

    /// Name of its base unit, zh and en.
    fn base(self) -> (&'static str, &'static str) {
        match self {
            Quantity::Currency => ("元", "yuan"),
            Quantity::Dollar => ("美元", "US dollar"),
            Quantity::Area => ("平方米", "m²"),
            Quantity::Volume => ("立方米", "m³"),
            Quantity::Energy => ("千瓦时", "kWh"),
            Quantity::Coal => ("吨标准煤", "tce"),
            Quantity::Mass => ("吨", "t"),
            Quantity::Person => ("人", "person"),
            Quantity::Count => ("个", "item"),
            Quantity::Day => ("天", "day"),
            Quantity::Month => ("个月", "month"),
        }
    }
}

/// Powers of the quantities: `万元/亩` is currency 1, area −1. All zero: a plain number or ratio.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Dimension([i8; Quantity::ALL.len()]);

impl Dimension {
    /// The dimension of plain numbers and ratios.
    pub const NONE: Dimension = Dimension([0; Quantity::ALL.len()]);

    /// One quantity to the first power.
    pub fn of(quantity: Quantity) -> Dimension {
        Dimension(Quantity::ALL.map(|q| i8::from(q == quantity)))
    }

    /// Whether it is that of plain numbers and ratios.
    pub fn is_none(self) -> bool {
        self == Dimension::NONE
    }

    /// The power of one quantity.
    pub fn power(self, quantity: Quantity) -> i8 {
        Quantity::ALL.iter().zip(self.0).find(|(q, _)| **q == quantity).map_or(0, |(_, power)| power)
    }

    #[must_use]
    pub fn times(self, other: Dimension) -> Dimension {
        self.combine(other, i8::saturating_add)
    }

    #[must_use]
    pub fn over(self, other: Dimension) -> Dimension {
        self.combine(other, i8::saturating_sub)
    }

    fn combine(mut self, other: Dimension, with: fn(i8, i8) -> i8) -> Dimension {
        for (own, other) in self.0.iter_mut().zip(other.0) {
            *own = with(*own, other);
        }
        self
    }

    /// The unit all numbers of this dimension are kept in: `元/平方米`, `yuan/m²`; empty for plain numbers.
    pub fn base_name(self, lang: Lang) -> String {
        let part = |power: fn(i8) -> bool| -> Vec<String> {
            let some = Quantity::ALL.iter().zip(self.0).filter(|(_, p)| power(*p));
            some.map(|(q, p)| {
                let name = pick(lang, q.base().0, q.base().1);
                if p.abs() == 1 { name.to_owned() } else { format!("{name}^{}", p.abs()) }
            })
            .collect()
        };
        let over = part(|p| p < 0);
        let upper = part(|p| p > 0);
        let upper = if upper.is_empty() && !over.is_empty() { "1".to_owned() } else { upper.join("·") };
        over.into_iter().fold(upper, |text, name| format!("{text}/{name}"))
    }
}

/// A unit: how many base units it is, exactly, and of what.
#[derive(Clone, Debug)]
pub struct Unit {
    factor: BigRational,
    dimension: Dimension,
    zh: String,
    en: String,
}

/// Two units are equal if they measure the same with the same factor: 度 and kWh.
impl PartialEq for Unit {
    fn eq(&self, other: &Unit) -> bool {
        self.factor == other.factor && self.dimension == other.dimension
    }
}

impl Eq for Unit {}

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

impl Unit {
    /// Plain numbers.
    pub fn one() -> Unit {
        Unit { factor: BigRational::one(), dimension: Dimension::NONE, zh: String::new(), en: String::new() }
    }

    /// The base unit of a dimension.
    pub fn base(dimension: Dimension) -> Unit {
        let (zh, en) = (dimension.base_name(Lang::Zh), dimension.base_name(Lang::En));
        Unit { factor: BigRational::one(), dimension, zh, en }
    }

    /// How many base units one of it is.
    pub fn factor(&self) -> &BigRational {
        &self.factor
    }

    pub fn dimension(&self) -> Dimension {
        self.dimension
    }

    /// As people write it.
    pub fn name(&self, lang: Lang) -> &str {
        pick(lang, &self.zh, &self.en)
    }

    /// The whole text is a unit: `万元`, `10k yuan`, `万元/亩`, `元/千瓦时`; empty text and `1` are plain numbers.
    pub fn parse(text: &str) -> Option<Unit> {
        let text = text.trim();
        if text.is_empty() || text == "1" {
            return Some(Unit::one());
        }
        let (unit, length) = Unit::at(text)?;
        (length == text.len()).then_some(unit)
    }

    /// The longest unit, with `/` if it is compound, that `text` begins with, and its length in bytes. A unit in Latin letters must
    /// end where the word ends.
    pub fn at(text: &str) -> Option<(Unit, usize)> {
        let (mut unit, mut length) = simple_at(text)?;
        while let Some((lower, more)) = text.get(length..).and_then(lower_at) {
            unit = unit.over(&lower);
            length += more;
        }
        Some((unit, length))
    }

    /// Only the part before any `/`.
    pub fn simple_at(text: &str) -> Option<(Unit, usize)> {
        simple_at(text)
    }

    #[must_use]
    pub fn times(&self, other: &Unit) -> Unit {
        let join = |a: &str, b: &str| match (a, b) {
            ("", name) | (name, "") => name.to_owned(),
            (a, b) => format!("{a}·{b}"),
        };
        Unit {
            factor: &self.factor * &other.factor,
            dimension: self.dimension.times(other.dimension),
            zh: join(&self.zh, &other.zh),
            en: join(&self.en, &other.en),
        }
    }

    #[must_use]
    pub fn over(&self, other: &Unit) -> Unit {
        let join = |a: &str, b: &str| match (a, b) {
            (name, "") => name.to_owned(),
            ("", b) => format!("1/{b}"),
            (a, b) => format!("{a}/{b}"),
        };
        Unit {
            factor: &self.factor / &other.factor,
            dimension: self.dimension.over(other.dimension),
            zh: join(&self.zh, &other.zh),
            en: join(&self.en, &other.en),
        }
    }

    /// A number of this unit in base units, exactly.
    pub fn to_base(&self, value: &BigRational) -> BigRational {
        value * &self.factor
    }

    /// A number of base units in this unit, exactly.
    pub fn from_base(&self, value: &BigRational) -> BigRational {
        value / &self.factor
    }

    /// How many `other` one of this is; `None` if they do not measure the same.
    pub fn in_units_of(&self, other: &Unit) -> Option<BigRational> {
        (self.dimension == other.dimension).then(|| &self.factor / &other.factor)
    }
}

/// A number with an optional unit as people write it in data: `120 万元`, `1,200`, `２０ 亩`, `3%`, `10 10k yuan`; exact, in the unit written.
pub fn read_quantity(text: &str) -> Option<(BigRational, Option<Unit>)> {
    let text: String = text.trim().chars().map(number::narrow).collect();
    let (value, length) = number::grouped_at(&text)?;
    let rest = text.get(length..)?.trim();
    if rest.is_empty() {
        return Some((value, None));
    }
    Some((value, Some(Unit::parse(rest)?)))
}

fn pick<'a>(lang: Lang, zh: &'a str, en: &'a str) -> &'a str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

fn simple_at(text: &str) -> Option<(Unit, usize)> {
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
            (!unit.dimension.is_none()).then_some(())?;
            let factor = BigRational::from_integer(BigInt::from(*by)) * unit.factor;
            let named = Unit {
                factor,
                dimension: unit.dimension,
                zh: format!("{zh}{}", unit.zh),
                en: format!("{en} {}", unit.en),
            };
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
    let unit = Unit {
        factor: BigRational::new(BigInt::from(*upper), BigInt::from(*lower)),
        dimension: quantity.map_or(Dimension::NONE, Dimension::of),
        // Counting words are many; what was written is kept.
        zh: if chinese { (*name).to_owned() } else { (*zh).to_owned() },
        en: (*en).to_owned(),
    };
    Some((unit, name.len()))
}

/// `/亩`, `每` is not read: law texts in packs are quoted, not parsed.
fn lower_at(text: &str) -> Option<(Unit, usize)> {
    let rest = text.strip_prefix('/').or_else(|| text.strip_prefix('／'))?;
    let spaces = rest.len() - rest.trim_start_matches(' ').len();
    let (unit, length) = simple_at(rest.get(spaces..)?)?;
    Some((unit, text.len() - rest.len() + spaces + length))
}

fn ends_word(name: &str, text: &str) -> bool {
    let ascii = name.chars().next_back().is_some_and(|c| c.is_ascii_alphanumeric());
    !ascii || !text.chars().nth(name.chars().count()).is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rational(upper: i64, lower: i64) -> BigRational {
        BigRational::new(BigInt::from(upper), BigInt::from(lower))
    }

    #[test]
    fn units_are_exact() {
        let cases = [
            ("元", 1, 1, "元"),
            ("万元", 10_000, 1, "元"),
            ("亿元", 100_000_000, 1, "元"),
            ("10k yuan", 10_000, 1, "元"),
            ("million yuan", 1_000_000, 1, "元"),
            ("亩", 2000, 3, "平方米"),
            ("mu", 2000, 3, "平方米"),
            ("ha", 10_000, 1, "平方米"),
            ("度", 1, 1, "千瓦时"),
            ("万千瓦时", 10_000, 1, "千瓦时"),
            ("kg", 1, 1000, "吨"),
            ("吨标准煤", 1, 1, "吨标准煤"),
            ("万吨标准煤", 10_000, 1, "吨标准煤"),
            ("人", 1, 1, "人"),
            ("件", 1, 1, "个"),
            ("%", 1, 100, ""),
            ("百分点", 1, 100, ""),
            ("‰", 1, 1000, ""),
            ("年", 12, 1, "个月"),
            ("万元/亩", 15, 1, "元/平方米"),
            ("万元/吨标准煤", 10_000, 1, "元/吨标准煤"),
            ("元/千瓦时", 1, 1, "元/千瓦时"),
            ("元 / kWh", 0, 1, ""),
            ("万元/人", 10_000, 1, "元/人"),
            ("美元", 1, 1, "美元"),
            ("斤", 0, 1, ""),
            ("万%", 0, 1, ""),
        ];
        for (text, upper, lower, base) in cases {
            match Unit::parse(text) {
                Some(unit) => {
                    assert_eq!(unit.factor(), &rational(upper, lower), "{text}");
                    assert_eq!(unit.dimension().base_name(Lang::Zh), base, "{text}");
                }
                None => assert_eq!(upper, 0, "{text}"),
            }
        }
        let per_mu = Unit::parse("万元/亩").unwrap();
        assert_eq!((per_mu.name(Lang::Zh), per_mu.name(Lang::En)), ("万元/亩", "10k yuan/mu"));
        assert_eq!(Unit::parse("万元").unwrap().in_units_of(&Unit::parse("亿元").unwrap()), Some(rational(1, 10_000)));
        assert_eq!(Unit::parse("万元").unwrap().in_units_of(&Unit::parse("亩").unwrap()), None);
    }

    #[test]
    fn quantities_are_read_as_people_write_them() {
        let cases = [
            ("120 万元", rational(1_200_000, 1)),
            ("20 亩", rational(40_000, 3)),
            ("3 %", rational(3, 100)),
            ("3％", rational(3, 100)),
            ("1,200", rational(1200, 1)),
            ("１，２００．５ 元", rational(12_005, 10)),
            ("-5%", rational(-5, 100)),
            ("−5", rational(-5, 1)),
            ("120 10k yuan", rational(1_200_000, 1)),
            ("12万元", rational(120_000, 1)),
            ("1.5亿元", rational(150_000_000, 1)),
        ];
        for (text, expected) in cases {
            let (value, unit) = read_quantity(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(unit.unwrap_or_else(Unit::one).to_base(&value), expected, "{text}");
        }
        for text in ["", "万元", "12 斤", "1,20", "1.2.3", "abc", "12 万元 多"] {
            assert!(read_quantity(text).is_none(), "{text}");
        }
    }
}
