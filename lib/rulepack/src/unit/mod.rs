//! Units of measure: an exact factor to the base unit and a dimension; `5000 万元`, `万元/亩`, `3 %`.

mod dimension;
mod spelling;

pub use dimension::{Dimension, Quantity};

use std::sync::{Arc, LazyLock};

use num_rational::BigRational;
use num_traits::One;

use crate::diagnostic::Lang;
use crate::number;
use spelling::{lower_at, simple_at};

/// A unit: how many base units it is, exactly, and of what.
///
/// Every number of every expression has two of them, so that they are shared: trees stay small, and an explanation, which walks
/// through all of them, finds them in the processor's cache.
#[derive(Clone, Debug)]
pub struct Unit(Arc<Measure>);

#[derive(Debug)]
struct Measure {
    factor: BigRational,
    dimension: Dimension,
    zh: String,
    en: String,
}

/// Two units are equal if they measure the same with the same factor: 度 and kWh.
impl PartialEq for Unit {
    fn eq(&self, other: &Unit) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.factor() == other.factor() && self.dimension() == other.dimension()
    }
}

impl Eq for Unit {}

impl Unit {
    /// Plain numbers.
    pub fn one() -> Unit {
        static ONE: LazyLock<Unit> =
            LazyLock::new(|| Unit::new(BigRational::one(), Dimension::NONE, String::new(), String::new()));
        ONE.clone()
    }

    fn new(factor: BigRational, dimension: Dimension, zh: String, en: String) -> Unit {
        Unit(Arc::new(Measure { factor, dimension, zh, en }))
    }

    /// The base unit of a dimension.
    pub fn base(dimension: Dimension) -> Unit {
        if dimension.is_none() {
            return Unit::one();
        }
        let (zh, en) = (dimension.base_name(Lang::Zh), dimension.base_name(Lang::En));
        Unit::new(BigRational::one(), dimension, zh, en)
    }

    /// How many base units one of it is.
    pub fn factor(&self) -> &BigRational {
        &self.0.factor
    }

    /// Whether a number of one is the same number of the other.
    pub fn counts_like(&self, other: &Unit) -> bool {
        // Both factors are reduced; comparing them as fractions takes long.
        let (own, other_factor) = (self.factor(), other.factor());
        Arc::ptr_eq(&self.0, &other.0) || own.numer() == other_factor.numer() && own.denom() == other_factor.denom()
    }

    pub fn dimension(&self) -> Dimension {
        self.0.dimension
    }

    /// As people write it.
    pub fn name(&self, lang: Lang) -> &str {
        pick(lang, &self.0.zh, &self.0.en)
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
        let (own, other) = (&*self.0, &*other.0);
        Unit::new(
            if other.factor.is_one() { own.factor.clone() } else { &own.factor * &other.factor },
            own.dimension.times(other.dimension),
            join(&own.zh, &other.zh),
            join(&own.en, &other.en),
        )
    }

    #[must_use]
    pub fn over(&self, other: &Unit) -> Unit {
        let join = |a: &str, b: &str| match (a, b) {
            (name, "") => name.to_owned(),
            ("", b) => format!("1/{b}"),
            (a, b) => format!("{a}/{b}"),
        };
        let (own, other) = (&*self.0, &*other.0);
        Unit::new(
            if other.factor.is_one() { own.factor.clone() } else { &own.factor / &other.factor },
            own.dimension.over(other.dimension),
            join(&own.zh, &other.zh),
            join(&own.en, &other.en),
        )
    }

    /// A number of this unit in base units, exactly.
    pub fn to_base(&self, value: &BigRational) -> BigRational {
        value * self.factor()
    }

    /// A number of base units in this unit, exactly.
    pub fn from_base(&self, value: &BigRational) -> BigRational {
        value / self.factor()
    }

    /// How many `other` one of this is; `None` if they do not measure the same.
    pub fn in_units_of(&self, other: &Unit) -> Option<BigRational> {
        (self.dimension() == other.dimension()).then(|| self.factor() / other.factor())
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

#[cfg(test)]
mod tests {
    use num_bigint::BigInt;

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
