//! The dictionary of facts: what can be known of an enterprise, how it is measured, and who knows it.

use std::collections::HashMap;

use num_bigint::BigInt;
use num_rational::BigRational;
use serde::Deserialize;

use crate::number;
use crate::suggest;
use crate::unit::{self, Dimension, Quantity, Unit};

/// The dictionary shipped with the program.
pub const SHIPPED: &str = include_str!("../../../packs/facts.toml");

/// What kind of value a fact has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FactKind {
    Number,
    Boolean,
    Text,
    Date,
}

impl FactKind {
    /// As packs write it: 数 number, 是否 boolean, 文字 text, 日期 date.
    pub fn parse(text: &str) -> Option<FactKind> {
        Some(match text.trim() {
            "数" | "数字" | "数值" | "number" => FactKind::Number,
            "是否" | "布尔" | "boolean" => FactKind::Boolean,
            "文字" | "文本" | "text" => FactKind::Text,
            "日期" | "date" => FactKind::Date,
            _ => return None,
        })
    }
}

/// One declared value of a text fact.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct FactValue {
    pub code: String,
    pub zh: String,
    pub en: String,
}

/// How long the time is that a fact speaks of: only a value for a time of that length can be it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Span {
    /// No certain length, or none at all.
    #[default]
    Any,
    Year,
    Quarter,
}

/// The times a dictionary may name. What speaks of an earlier year is told with the figures of last year, and kept for it.
const PERIODS: [(&str, Span); 8] = [
    ("", Span::Any),
    ("上年度", Span::Year),
    ("上年末", Span::Year),
    ("前一年度", Span::Year),
    ("前两年度", Span::Year),
    ("本季度", Span::Quarter),
    ("近两年", Span::Any),
    ("近三年", Span::Any),
];

impl Span {
    /// Of a period in a dictionary's words; none if it is not one of them.
    pub fn of(period: &str) -> Option<Span> {
        PERIODS.iter().find(|(words, _)| *words == period.trim()).map(|(_, span)| *span)
    }
}

/// One fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    pub code: String,
    pub zh: String,
    pub en: String,
    /// Further names, mostly what notices call it (职工总数 for 从业人员).
    pub also: Vec<String>,
    pub kind: FactKind,
    /// Its base unit; facts in files are in it.
    pub unit: Unit,
    /// How people see and enter it: 万元, 亩.
    pub shown: Unit,
    /// Digits after the point kept, in base units (money 2: fen).
    pub digits: u8,
    /// The least and greatest value that can be, in base units.
    pub low: BigRational,
    pub high: BigRational,
    /// What time it speaks of: `上年度`, `近两年` …; empty for what holds at any time.
    pub period: String,
    pub period_en: String,
    /// How long that time is.
    pub span: Span,
    /// Who knows it: department, zh and en.
    pub source: String,
    pub source_en: String,
    /// Whether the enterprise can change it by its own doing.
    pub changeable: bool,
    /// Declared values of a text fact, best first; empty if any text can be.
    pub values: Vec<FactValue>,
}

/// Why a dictionary cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DictionaryError {
    #[error("{0}")]
    Toml(String),
    #[error("fact {fact}: {what} “{text}” is not understood")]
    Field { fact: String, what: &'static str, text: String },
    #[error("“{name}” is a name of both {first} and {second}")]
    Twice { name: String, first: String, second: String },
}

/// Facts found by code, Chinese or English name.
#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    facts: Vec<Fact>,
    /// Every name; English names in small letters.
    index: HashMap<String, usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    code: String,
    zh: String,
    en: String,
    #[serde(default)]
    also: Vec<String>,
    #[serde(default = "number_kind")]
    kind: FactKind,
    #[serde(default)]
    unit: String,
    shown: Option<String>,
    digits: Option<u8>,
    range: Option<[String; 2]>,
    #[serde(default)]
    period: String,
    #[serde(default)]
    period_en: String,
    #[serde(default)]
    source: String,
    #[serde(default)]
    source_en: String,
    #[serde(default)]
    changeable: bool,
    #[serde(default)]
    values: Vec<FactValue>,
}

fn number_kind() -> FactKind {
    FactKind::Number
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    fact: Vec<Row>,
}

impl Dictionary {
    /// The shipped dictionary; a test proves that it can be read.
    pub fn shipped() -> Dictionary {
        Dictionary::parse(SHIPPED).unwrap_or_default()
    }

    /// Reads `[[fact]]` tables, see `packs/facts.toml`.
    ///
    /// # Errors
    /// Not TOML, an unknown unit or number, a name given twice.
    pub fn parse(text: &str) -> Result<Dictionary, DictionaryError> {
        let file: File = toml::from_str(text).map_err(|e| DictionaryError::Toml(e.to_string()))?;
        let mut dictionary = Dictionary::default();
        for row in file.fact {
            dictionary.add(row.into_fact()?)?;
        }
        Ok(dictionary)
    }

    /// Adds one fact, for instance one a pack declares.
    ///
    /// # Errors
    /// One of its names belongs to another fact.
    pub fn add(&mut self, fact: Fact) -> Result<(), DictionaryError> {
        let place = self.facts.len();
        let names: Vec<String> =
            [&fact.code, &fact.zh, &fact.en].into_iter().chain(&fact.also).map(|name| key(name)).collect();
        for name in names.into_iter().filter(|name| !name.is_empty()) {
            if let Some(other) = self.index.get(&name).filter(|other| **other != place) {
                let first = self.facts.get(*other).map(|f| f.code.clone()).unwrap_or_default();
                return Err(DictionaryError::Twice { name, first, second: fact.code });
            }
            self.index.insert(name, place);
        }
        self.facts.push(fact);
        Ok(())
    }

    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// By code, Chinese, English or further name; English in any case.
    pub fn get(&self, name: &str) -> Option<&Fact> {
        self.index.get(&key(name)).and_then(|place| self.facts.get(*place))
    }

    /// The nearest name to one that is not known.
    pub fn suggest(&self, name: &str) -> Option<&str> {
        suggest::nearest(name, self.facts.iter().flat_map(names))
    }

    /// All names of all facts, for longest-match reading.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.facts.iter().flat_map(names)
    }
}

impl Fact {
    /// A number as data carry it, in base units: a bare number is already, one with a unit is converted. None: not a number, or
    /// of another dimension.
    pub fn number(&self, text: &str) -> Option<BigRational> {
        let (value, written) = unit::read_quantity(text)?;
        match written {
            None => Some(value),
            Some(written) => (written.dimension() == self.unit.dimension()).then(|| written.to_base(&value)),
        }
    }
}

fn names(fact: &Fact) -> impl Iterator<Item = &str> {
    [&fact.code, &fact.zh, &fact.en].into_iter().chain(&fact.also).map(String::as_str)
}

fn key(name: &str) -> String {
    name.trim().to_lowercase()
}

impl Row {
    fn into_fact(self) -> Result<Fact, DictionaryError> {
        let wrong = |what, text: &str| DictionaryError::Field { fact: self.code.clone(), what, text: text.to_owned() };
        let unit = Unit::parse(&self.unit).ok_or_else(|| wrong("unit", &self.unit))?;
        let shown = self.shown.as_deref().unwrap_or(&self.unit);
        let shown =
            Unit::parse(shown).filter(|s| s.dimension() == unit.dimension()).ok_or_else(|| wrong("shown", shown))?;
        let bound = |text: &str| -> Result<BigRational, DictionaryError> {
            let (value, written) = unit::read_quantity(text).ok_or_else(|| wrong("range", text))?;
            Ok(written.unwrap_or_else(Unit::one).to_base(&value))
        };
        if unit != Unit::base(unit.dimension()) {
            return Err(wrong("unit", &self.unit));
        }
        let money = unit.dimension() == Dimension::of(Quantity::Currency);
        let (low, high) = match &self.range {
            Some([low, high]) => (bound(low)?, bound(high)?),
            None => (BigRational::from_integer(BigInt::from(0)), BigRational::from_integer(BigInt::from(10).pow(14))),
        };
        if low > high {
            return Err(wrong("range", &format!("{}..{}", number::plain(&low), number::plain(&high))));
        }
        let kind = self.kind;
        let span = Span::of(&self.period).ok_or_else(|| wrong("period", &self.period))?;
        let digits = self.digits.unwrap_or(if money && kind == FactKind::Number { 2 } else { 0 });
        Ok(Fact {
            code: self.code,
            zh: self.zh,
            en: self.en,
            also: self.also,
            kind,
            unit,
            shown,
            digits,
            low,
            high,
            span,
            period: self.period,
            period_en: self.period_en,
            source: self.source,
            source_en: self.source_en,
            changeable: self.changeable,
            values: self.values,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_dictionary_holds_what_others_rely_on() {
        let dictionary = Dictionary::parse(SHIPPED).unwrap();
        let codes = [
            ("industry", FactKind::Text, ""),
            ("employees", FactKind::Number, "人"),
            ("revenue", FactKind::Number, "元"),
            ("main_revenue", FactKind::Number, "元"),
            ("assets", FactKind::Number, "元"),
            ("liabilities", FactKind::Number, "元"),
            ("rd_expense", FactKind::Number, "元"),
            ("tax_paid", FactKind::Number, "元"),
            ("value_added", FactKind::Number, "元"),
            ("land_area", FactKind::Number, "平方米"),
            ("energy_tce", FactKind::Number, "吨标准煤"),
            ("electricity_kwh", FactKind::Number, "千瓦时"),
            ("emissions_t", FactKind::Number, "吨"),
            ("founded_on", FactKind::Date, ""),
        ];
        for (code, kind, base) in codes {
            let fact = dictionary.get(code).unwrap_or_else(|| panic!("{code}"));
            assert_eq!(fact.kind, kind, "{code}");
            assert_eq!(fact.unit.dimension().base_name(crate::diagnostic::Lang::Zh), base, "{code}");
        }
        for fact in dictionary.facts() {
            assert!(!fact.zh.is_empty() && !fact.en.is_empty() && !fact.source.is_empty(), "{}", fact.code);
            assert!(!fact.source_en.is_empty() && fact.period.is_empty() == fact.period_en.is_empty(), "{}", fact.code);
            assert_eq!(dictionary.get(&fact.zh).map(|f| &f.code), Some(&fact.code));
            assert_eq!(dictionary.get(&fact.en).map(|f| &f.code), Some(&fact.code));
        }
    }

    #[test]
    fn data_come_in_base_units_or_say_their_unit() {
        let dictionary = Dictionary::shipped();
        let cases = [
            ("营业收入", "1200000", Some("1200000")),
            ("营业收入", "120 万元", Some("1200000")),
            ("revenue", "１２０万元", Some("1200000")),
            ("revenue", "20 亩", None),
            ("land_area", "20 亩", Some("40000/3")),
            ("land_area", "3 公顷", Some("30000")),
            ("Land area", "13,333.33", Some("13333.33")),
            ("rd_expense", "很多", None),
        ];
        for (name, text, expected) in cases {
            let value = dictionary.get(name).unwrap().number(text).map(|value| number::plain(&value));
            assert_eq!(value.as_deref(), expected, "{name} {text}");
        }
        assert_eq!(dictionary.suggest("营业收人"), Some("营业收入"));
        assert_eq!(dictionary.suggest("emplyees"), Some("employees"));
    }

    #[test]
    fn faults_name_the_fact() {
        let fact = |more: &str| format!("[[fact]]\ncode = \"a\"\nzh = \"甲\"\nen = \"A\"\n{more}");
        for (text, said) in [
            (fact("unit = \"斤\""), "unit “斤”"),
            (fact("range = [\"5\", \"x\"]"), "range “x”"),
            (fact("range = [\"5\", \"1\"]"), "range “5..1”"),
            (fact("colour = 1"), "colour"),
        ] {
            assert!(Dictionary::parse(&text).unwrap_err().to_string().contains(said), "{said}");
        }
        let twice = fact("") + "[[fact]]\ncode = \"b\"\nzh = \"甲\"\nen = \"B\"\n";
        assert!(Dictionary::parse(&twice).unwrap_err().to_string().contains("甲"));
    }
}
