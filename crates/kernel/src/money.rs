//! Money in fen (0.01 yuan), read exactly as people write it and shown in 万 and 亿 or in English.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Neg, Sub};

use serde::{Deserialize, Serialize};

use crate::decimal::{NumberError, div_round, grouped, grouped_short, split_number};

/// An amount in fen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fen(pub i64);

/// Units that amounts are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoneyUnit {
    /// 元
    Yuan,
    /// 万元
    Wan,
    /// 亿元
    Yi,
}

impl MoneyUnit {
    /// Fen in one unit.
    pub const fn fen(self) -> i64 {
        match self {
            Self::Yuan => 100,
            Self::Wan => 1_000_000,
            Self::Yi => 10_000_000_000,
        }
    }
}

impl Fen {
    /// Reads `1,234.56`, `120 万元`, `3亿2000万元`, `￥500`, full width or not. No unit means yuan.
    ///
    /// # Errors
    /// [`NumberError`] if it is not an amount, is finer than a fen or too large.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        Self::parse_in(text, MoneyUnit::Yuan)
    }

    /// Like [`Fen::parse`], but a number without unit is in `unit`, as in a column headed 万元.
    ///
    /// # Errors
    /// As [`Fen::parse`].
    pub fn parse_in(text: &str, unit: MoneyUnit) -> Result<Self, NumberError> {
        let mut rest = text.trim().trim_start_matches("人民币").trim_start_matches(['¥', '￥']).to_owned();
        let negative = rest.starts_with(['-', '−', '－']);
        let mut total: i64 = 0;
        let mut below: Option<i64> = None;
        loop {
            let (number, tail) = split_number(&rest)?;
            let (factor, tail) = unit_of(&tail, if below.is_none() { Some(unit) } else { None })?;
            if below.is_some_and(|below| factor >= below || number.digits < 0) {
                return Err(NumberError::Form);
            }
            let (part, rounded) = number.scaled(i128::from(factor), 1)?;
            if rounded {
                return Err(NumberError::TooFine);
            }
            let part = if negative { -part.abs() } else { part };
            total = total.checked_add(part).ok_or(NumberError::TooLarge)?;
            if tail.is_empty() {
                return Ok(Self(total));
            }
            below = Some(factor);
            rest = tail;
        }
    }

    /// The amount of so many yuan; saturates.
    pub const fn yuan(yuan: i64) -> Self {
        Self(yuan.saturating_mul(100))
    }

    /// Yuan and fen with a point and no commas, for spreadsheets and forms: `1234.56`.
    pub fn plain(self) -> String {
        grouped(i128::from(self.0), 2).replace(',', "")
    }

    /// Rounded to two places of 亿元, 万元 or 元: `1.23亿元`, `120万元`, `1,234.56元`.
    pub fn zh(self) -> String {
        let fen = i128::from(self.0);
        let in_wan = div_round(fen, 10_000);
        if in_wan.abs() >= 1_000_000 {
            return format!("{}亿元", grouped_short(div_round(fen, 100_000_000), 2));
        }
        if fen.abs() >= 1_000_000 {
            return format!("{}万元", grouped_short(in_wan, 2));
        }
        format!("{}元", grouped_short(fen, 2))
    }

    /// Rounded to two places of a billion or a million, or in full: `CNY 1.23 billion`, `CNY 1,234.56`.
    pub fn en(self) -> String {
        let fen = i128::from(self.0);
        let in_millions = div_round(fen, 1_000_000);
        if in_millions.abs() >= 100_000 {
            return format!("CNY {} billion", grouped_short(div_round(fen, 1_000_000_000), 2));
        }
        if fen.abs() >= 100_000_000 {
            return format!("CNY {} million", grouped_short(in_millions, 2));
        }
        format!("CNY {}", grouped_short(fen, 2))
    }
}

/// The factor of the unit that begins `text`, and what follows it.
fn unit_of(text: &str, default: Option<MoneyUnit>) -> Result<(i64, String), NumberError> {
    // Longer spellings first: 万 begins 万元.
    const UNITS: [(&str, i64); 8] = [
        ("亿元", 10_000_000_000),
        ("亿", 10_000_000_000),
        ("万元", 1_000_000),
        ("万", 1_000_000),
        ("元", 100),
        ("角", 10),
        ("分", 1),
        ("圆", 100),
    ];
    if text.is_empty() {
        return default.map(|unit| (unit.fen(), String::new())).ok_or(NumberError::Form);
    }
    UNITS
        .iter()
        .find_map(|(name, fen)| text.strip_prefix(name).map(|rest| (*fen, rest)))
        .map(|(fen, rest)| (fen, rest.trim_start_matches('整').trim().to_owned()))
        .ok_or(NumberError::Form)
}

/// Yuan with commas and both fen digits: `1,234.50`.
impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&grouped(i128::from(self.0), 2))
    }
}

impl Add for Fen {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Fen {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for Fen {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Sum for Fen {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self(0), Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_are_read_as_written() {
        for (text, fen) in [
            ("1,234.56", 123_456),
            ("120 万元", 120_000_000),
            ("3亿元", 30_000_000_000),
            ("3亿2000万元", 32_000_000_000),
            ("１．５万", 1_500_000),
            ("￥500", 50_000),
            ("人民币 500 元整", 50_000),
            ("-12.3", -1230),
            ("-1亿2万", -10_002_000_000),
            ("12元3角4分", 1234),
            ("0.12345678亿", 1_234_567_800),
        ] {
            assert_eq!(Fen::parse(text), Ok(Fen(fen)), "{text}");
        }
        assert_eq!(Fen::parse_in("120.5", MoneyUnit::Wan), Ok(Fen(120_500_000)));
        assert_eq!(Fen::parse_in("120.5元", MoneyUnit::Wan), Ok(Fen(12_050)));
        for (text, error) in [
            ("", NumberError::Empty),
            ("约100万", NumberError::Form),
            ("100美元", NumberError::Form),
            ("2000万3亿", NumberError::Form),
            ("3亿2000", NumberError::Form),
            ("1.234", NumberError::TooFine),
            ("100000000000亿", NumberError::TooLarge),
        ] {
            assert_eq!(Fen::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn amounts_are_shown_for_their_readers() {
        for (fen, zh, en, display) in [
            (123_456, "1,234.56元", "CNY 1,234.56", "1,234.56"),
            (120_000_000, "120万元", "CNY 1.2 million", "1,200,000.00"),
            (999_999_499_999, "100亿元", "CNY 10 billion", "9,999,994,999.99"),
            (9_999_999_999, "1亿元", "CNY 100 million", "99,999,999.99"),
            (-12_345_000_000, "-1.23亿元", "CNY -123.45 million", "-123,450,000.00"),
            (0, "0元", "CNY 0", "0.00"),
        ] {
            assert_eq!((Fen(fen).zh().as_str(), Fen(fen).en().as_str()), (zh, en));
            assert_eq!(Fen(fen).to_string(), display);
        }
        assert_eq!(Fen(-123_450).plain(), "-1234.50");
        assert_eq!([Fen::yuan(1), Fen(5)].into_iter().sum::<Fen>() - Fen(5), Fen(100));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(fen in any::<i64>()) {
            prop_assert_eq!(Fen::parse(&Fen(fen).to_string()), Ok(Fen(fen)));
            prop_assert_eq!(Fen::parse(&Fen(fen).plain()), Ok(Fen(fen)));
        }
    }
}
