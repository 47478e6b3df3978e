//! A cell as the exact text in which a fact is kept, or what should have stood there.

use kernel::{IndustryCode, date_text};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive};
use rulepack::diagnostic::Lang;
use rulepack::dictionary::{Fact, FactKind};
use rulepack::show;
use rulepack::unit::{Unit, read_quantity};

/// Longest text that is kept, in characters.
const LONGEST: usize = 200;

/// What a cell should have held: a code of the texts (`error-` and this) and values named in it.
pub type Expected = (&'static str, Vec<(&'static str, String)>);

/// How the cells of one column are read.
#[derive(Clone, Debug)]
pub struct Reading {
    fact: &'static Fact,
    /// Of bare numbers.
    unit: Unit,
    /// A bare number times `times` over `over` counts the last digit that is kept. None: too large for the short way.
    short: Option<(i128, i128)>,
    /// Least and greatest number, counting the last digit.
    low: BigInt,
    high: BigInt,
}

impl Reading {
    /// Bare numbers are in the fact's base unit.
    pub fn new(fact: &'static Fact) -> Reading {
        Reading::within(fact, fact.unit.clone())
    }

    /// Bare numbers are in `unit`; `None` if the fact is not measured in such units.
    pub fn in_unit(fact: &'static Fact, unit: Unit) -> Option<Reading> {
        (fact.kind == FactKind::Number && unit.dimension() == fact.unit.dimension())
            .then(|| Reading::within(fact, unit))
    }

    fn within(fact: &'static Fact, unit: Unit) -> Reading {
        let power = BigRational::from_integer(BigInt::from(10).pow(fact.digits.into()));
        let factor = unit.factor() * &power;
        let short = factor.numer().to_i64().zip(factor.denom().to_i64()).map(|(a, b)| (a.into(), b.into()));
        let (low, high) = ((&fact.low * &power).floor().to_integer(), (&fact.high * &power).ceil().to_integer());
        Reading { fact, unit, short, low, high }
    }

    /// The fact that is read.
    pub fn fact(&self) -> &'static Fact {
        self.fact
    }

    /// Whether values of several enterprises add up to something: numbers that are no shares.
    pub fn is_summed(&self) -> bool {
        self.fact.kind == FactKind::Number && self.unit.dimension() != Unit::one().dimension() || self.is_count()
    }

    /// Whether a cell has one of the marks of offices for "no data". 无 is an answer where yes and no are asked, or a text.
    fn says_nothing(&self, cell: &str) -> bool {
        let is_answer = match self.fact.kind {
            FactKind::Number | FactKind::Date => false,
            FactKind::Boolean => boolean(cell).is_some(),
            FactKind::Text => cell.chars().any(char::is_alphanumeric),
        };
        !is_answer && sheets::is_nothing(cell)
    }

    fn is_count(&self) -> bool {
        self.fact.kind == FactKind::Number && self.fact.digits == 0
    }

    /// The text in which the cell's value is kept; none for an empty cell and `?`, which are not provided.
    ///
    /// # Errors
    /// What should have stood there.
    pub fn read(&self, cell: &str) -> Result<Option<String>, Expected> {
        let cell = cell.trim();
        if matches!(cell, "" | "?" | "？") || self.says_nothing(cell) {
            return Ok(None);
        }
        match self.fact.kind {
            FactKind::Number => self.number(cell),
            FactKind::Boolean => boolean(cell).map(str::to_owned).ok_or(("import-fact-boolean", Vec::new())),
            FactKind::Date => date(cell),
            FactKind::Text => self.text(cell),
        }
        .map(Some)
    }

    fn number(&self, cell: &str) -> Result<String, Expected> {
        if let Some(counted) = self.short.and_then(|(times, over)| short(cell, times, over)) {
            let inside = (&self.low..=&self.high).contains(&&BigInt::from(counted));
            return if inside { Ok(show::trimmed(counted, self.fact.digits)) } else { Err(self.range()) };
        }
        let (value, written) = read_quantity(cell).or_else(|| self.office(cell)).ok_or_else(|| self.wanted())?;
        let unit = written.as_ref().unwrap_or(&self.unit);
        if unit.dimension() != self.fact.unit.dimension() {
            return Err(self.wanted());
        }
        let power = BigRational::from_integer(BigInt::from(10).pow(self.fact.digits.into()));
        let scaled = unit.to_base(&value) * power;
        // Away from zero in the middle, as everywhere in the rules.
        let counted = scaled.abs().round().to_integer();
        let counted = if scaled.is_negative() { -counted } else { counted };
        let inside = (&self.low..=&self.high).contains(&&counted);
        let counted = counted.to_i128().filter(|_| inside).ok_or_else(|| self.range())?;
        Ok(show::trimmed(counted, self.fact.digits))
    }

    /// As offices write: `（1,200）`, `1.2万`. 万 alone is meant where bare numbers are in the base unit; of `3亿` under 万元 nobody
    /// can be sure.
    fn office(&self, cell: &str) -> Option<(BigRational, Option<Unit>)> {
        let (number, unit) = sheets::amount(cell)?;
        if let Some(read) = read_quantity(&format!("{number}{unit}")) {
            return Some(read);
        }
        let (times, rest) = [("千", 1_000), ("万", 10_000), ("亿", 100_000_000)]
            .iter()
            .find_map(|(word, times)| Some((*times, unit.strip_prefix(word)?.trim())))?;
        let (value, written) = read_quantity(&format!("{number}{rest}"))?;
        let is_sure = written.is_some() || *self.unit.factor() == *self.fact.unit.factor();
        is_sure.then(|| (value * BigRational::from_integer(BigInt::from(times)), written))
    }

    fn wanted(&self) -> Expected {
        match (show::unit_name(&self.unit, Lang::Zh), show::unit_name(&self.unit, Lang::En)) {
            ("", _) => ("import-fact-number", Vec::new()),
            (zh, en) => ("import-fact-quantity", vec![("unit", zh.to_owned()), ("unit_en", en.to_owned())]),
        }
    }

    fn range(&self) -> Expected {
        let end = |value: &BigRational, lang| show::rational(value, &self.fact.shown, lang);
        let ends = |lang| (end(&self.fact.low, lang), end(&self.fact.high, lang));
        let ((low, high), (low_en, high_en)) = (ends(Lang::Zh), ends(Lang::En));
        ("import-fact-range", vec![("low", low), ("high", high), ("low_en", low_en), ("high_en", high_en)])
    }

    fn text(&self, cell: &str) -> Result<String, Expected> {
        if self.fact.code == "industry" {
            return industry(cell).map(|code| code.as_str().to_owned()).map_err(|code| (code, Vec::new()));
        }
        if !self.fact.values.is_empty() {
            let is = |known: &&rulepack::dictionary::FactValue| {
                known.code.eq_ignore_ascii_case(cell) || known.zh == cell || known.en.eq_ignore_ascii_case(cell)
            };
            return self.fact.values.iter().find(is).map(|known| known.code.clone()).ok_or_else(|| {
                let all = |name: fn(&rulepack::dictionary::FactValue) -> &str, mark: &str| {
                    self.fact.values.iter().map(name).collect::<Vec<_>>().join(mark)
                };
                ("import-fact-choice", vec![("some", all(|v| &v.zh, "、")), ("some_en", all(|v| &v.en, ", "))])
            });
        }
        let spaced: String = cell.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let length = spaced.chars().count();
        if length > LONGEST {
            return Err(("too-long", vec![("limit", LONGEST.to_string()), ("length", length.to_string())]));
        }
        Ok(spaced)
    }
}

/// `-12.5` times `times` over `over`, to the nearest whole, without large numbers. None: take the long way.
fn short(cell: &str, times: i128, over: i128) -> Option<i128> {
    let (negative, digits) = match cell.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, cell),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() || whole.len() + fraction.len() > 18 || digits.ends_with('.') {
        return None;
    }
    let mut value = 0_i128;
    for byte in whole.bytes().chain(fraction.bytes()) {
        if !byte.is_ascii_digit() {
            return None;
        }
        value = value * 10 + i128::from(byte - b'0');
    }
    let over = over.checked_mul(10_i128.pow(u32::try_from(fraction.len()).ok()?))?;
    let value = value.checked_mul(times)?;
    let rounded = value.checked_mul(2)?.checked_add(over)? / over.checked_mul(2)?;
    Some(if negative { -rounded } else { rounded })
}

fn boolean(cell: &str) -> Option<&'static str> {
    match kernel::halfwidth(cell).to_lowercase().as_str() {
        "是" | "有" | "真" | "true" | "yes" | "y" | "1" => Some("true"),
        "否" | "无" | "假" | "false" | "no" | "n" | "0" => Some("false"),
        _ => None,
    }
}

/// All days of the dictionary are days on which something began: "without end" stands in the wrong column.
fn date(cell: &str) -> Result<String, Expected> {
    match date_text::parse_end_date(cell) {
        Ok(day) if day == kernel::NO_END => Err(("import-fact-endless", Vec::new())),
        Ok(day) => Ok(day.to_string()),
        Err(error) => Err((error.code(), Vec::new())),
    }
}

/// `3432`, `C3432`, `3432 生产专用起重机制造`.
pub(crate) fn industry(cell: &str) -> Result<IndustryCode, &'static str> {
    let plain = kernel::halfwidth(cell);
    let code: String = plain.chars().take_while(char::is_ascii_alphanumeric).collect();
    code.parse::<IndustryCode>().map_err(|error| error.code())
}
