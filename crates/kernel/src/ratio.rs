//! Ratios in parts per million, and the percentages that stand beside counts.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::decimal::{div_round, grouped};

/// A ratio in parts per million: 964_000 is 96.4 %.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ppm(pub i64);

impl Ppm {
    /// `numerator / denominator`, rounded half up; `None` if the denominator is not positive or the ratio is too large.
    pub fn of(numerator: i64, denominator: i64) -> Option<Self> {
        if denominator <= 0 {
            return None;
        }
        i64::try_from(div_round(i128::from(numerator) * 1_000_000, i128::from(denominator))).ok().map(Self)
    }

    /// As a percentage with so many places (at most 4): `96.4%`.
    pub fn percent(self, places: u32) -> String {
        let places = places.min(4);
        let value = div_round(i128::from(self.0), 10_i128.pow(4 - places));
        format!("{}%", grouped(value, places))
    }
}

/// One place: `96.4%`.
impl fmt::Display for Ppm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.percent(1))
    }
}

/// `numerator / denominator` as a percentage with one place, rounded half up from the exact ratio: 1805 of 1873 is
/// `96.4%`. `None` if there is nothing to divide by: a rate of nothing is no rate, not 0 %.
pub fn percent(numerator: i64, denominator: i64) -> Option<String> {
    if denominator <= 0 {
        return None;
    }
    let tenths = div_round(i128::from(numerator) * 1000, i128::from(denominator));
    Some(format!("{}%", grouped(tenths, 1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn percentages_come_from_the_exact_ratio() {
        for (numerator, denominator, shown) in [
            (1805, 1873, Some("96.4%")),
            (1, 3, Some("33.3%")),
            (2, 3, Some("66.7%")),
            (1, 2000, Some("0.1%")),
            (49, 100_000, Some("0.0%")),
            (7, 7, Some("100.0%")),
            (0, 5, Some("0.0%")),
            (-1, 8, Some("-12.5%")),
            (25_000, 10, Some("250,000.0%")),
            (0, 0, None),
            (5, 0, None),
        ] {
            assert_eq!(percent(numerator, denominator).as_deref(), shown, "{numerator}/{denominator}");
        }
        assert_eq!(Ppm::of(1805, 1873), Some(Ppm(963_695)));
        assert_eq!(Ppm(963_695).to_string(), "96.4%");
        assert_eq!(Ppm(963_695).percent(4), "96.3695%");
        assert_eq!(Ppm(963_695).percent(0), "96%");
        assert_eq!(Ppm::of(1, 0), None);
    }

    proptest! {
        /// The shown tenths t satisfy t - 1/2 <= 1000 n/d < t + 1/2 in whole numbers.
        #[test]
        fn no_percentage_is_further_off_than_half_its_last_place(n in 0i64..10_000_000, d in 1i64..10_000_000) {
            let shown = percent(n, d).unwrap();
            let tenths: i128 = shown.trim_end_matches('%').replace([',', '.'], "").parse().unwrap();
            let (exact, d) = (2000 * i128::from(n), i128::from(d));
            prop_assert!((2 * tenths - 1) * d <= exact && exact < (2 * tenths + 1) * d, "{}", shown);
        }
    }
}
