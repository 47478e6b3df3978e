//! Area in 0.01 m², read in 亩, m² or hectares.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::decimal::{NumberError, div_round, grouped_short, split_number};

/// An area in 0.01 m².
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Area(pub i64);

/// Units that areas are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AreaUnit {
    /// 亩 of 666.667 m².
    Mu,
    /// m²
    SquareMetre,
    /// Hectare, 公顷.
    Hectare,
}

impl AreaUnit {
    /// One unit in 0.01 m², as a fraction, so that 亩 stays exact.
    const fn factor(self) -> (i128, i128) {
        match self {
            Self::Mu => (666_667, 10),
            Self::SquareMetre => (100, 1),
            Self::Hectare => (1_000_000, 1),
        }
    }
}

impl Area {
    /// Reads `12.5亩`, `1,000 ㎡`, `3 公顷`; a number without unit is in `unit`. Rounds to 0.01 m².
    ///
    /// # Errors
    /// [`NumberError`] if it is not an area.
    pub fn parse_in(text: &str, unit: AreaUnit) -> Result<Self, NumberError> {
        let (number, name) = split_number(text)?;
        let unit = match name.to_lowercase().as_str() {
            "" => unit,
            "亩" | "mu" => AreaUnit::Mu,
            "㎡" | "m²" | "m2" | "平方米" | "平米" | "平方公尺" => AreaUnit::SquareMetre,
            "公顷" | "ha" | "hm²" | "hm2" => AreaUnit::Hectare,
            _ => return Err(NumberError::Form),
        };
        let (over, under) = unit.factor();
        Ok(Self(number.scaled(over, under)?.0))
    }

    /// So many m²; saturates.
    pub const fn square_metres(metres: i64) -> Self {
        Self(metres.saturating_mul(100))
    }

    /// The area in hundredths of a 亩, rounded half up.
    pub fn mu_hundredths(self) -> i64 {
        // Smaller in absolute value than what it came from, so it fits.
        i64::try_from(div_round(i128::from(self.0) * 1000, 666_667)).unwrap_or(0)
    }

    /// `12.5亩`, to two places.
    pub fn zh(self) -> String {
        format!("{}亩", grouped_short(i128::from(self.mu_hundredths()), 2))
    }

    /// `12.5 mu`, to two places.
    pub fn en(self) -> String {
        format!("{} mu", grouped_short(i128::from(self.mu_hundredths()), 2))
    }
}

/// In m²: `8,333.34 m²`.
impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} m²", grouped_short(i128::from(self.0), 2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn areas_are_read_and_shown() {
        for (text, hundredths, zh, display) in [
            ("1亩", 66_667, "1亩", "666.67 m²"),
            ("12.5", 833_334, "12.5亩", "8,333.34 m²"),
            ("1,000 ㎡", 100_000, "1.5亩", "1,000 m²"),
            ("３ 公顷", 3_000_000, "45亩", "30,000 m²"),
            ("2 HM²", 2_000_000, "30亩", "20,000 m²"),
            ("0", 0, "0亩", "0 m²"),
        ] {
            let area = Area::parse_in(text, AreaUnit::Mu).unwrap();
            assert_eq!(area.0, hundredths, "{text}");
            assert_eq!((area.zh().as_str(), area.to_string().as_str()), (zh, display));
        }
        assert_eq!(Area::parse_in("5", AreaUnit::SquareMetre), Ok(Area::square_metres(5)));
        assert_eq!(Area::parse_in("5 间", AreaUnit::Mu), Err(NumberError::Form));
    }

    proptest! {
        #[test]
        fn hundredths_of_a_mu_survive(mu in 0i64..100_000_000) {
            let text = format!("{}.{:02}亩", mu / 100, mu % 100);
            prop_assert_eq!(Area::parse_in(&text, AreaUnit::Mu).unwrap().mu_hundredths(), mu);
        }
    }
}
