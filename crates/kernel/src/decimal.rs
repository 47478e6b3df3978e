//! Exact decimals as people type them, and integer division that rounds half up. Shared by money, area and ratios.

use crate::text::halfwidth;

/// Why a text is not a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Nothing was there.
    #[error("a number was expected, nothing was found")]
    Empty,
    /// Something that is no number or no unit we know.
    #[error("a number such as 1,234.56 was expected, with a unit if any")]
    Form,
    /// Thousands commas at odd places.
    #[error("commas are expected after every third digit, as in 1,234,567")]
    Grouping,
    /// Finer than what can be kept.
    #[error("fewer decimal places were expected")]
    TooFine,
    /// Larger than what can be kept.
    #[error("a smaller number was expected")]
    TooLarge,
}

impl NumberError {
    /// The stable code, for [`crate::FieldError`].
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "number-empty",
            Self::Form => "number-form",
            Self::Grouping => "number-grouping",
            Self::TooFine => "number-too-fine",
            Self::TooLarge => "number-too-large",
        }
    }
}

/// A number as typed: `digits · 10^-places`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
    pub digits: i128,
    pub places: u32,
}

impl Decimal {
    /// The number times `numerator / denominator`, rounded half away from zero; says whether anything was rounded off.
    pub fn scaled(self, numerator: i128, denominator: i128) -> Result<(i64, bool), NumberError> {
        let over = self.digits.checked_mul(numerator).ok_or(NumberError::TooLarge)?;
        let under = 10_i128.checked_pow(self.places).and_then(|power| power.checked_mul(denominator));
        let under = under.ok_or(NumberError::TooFine)?;
        let value = i64::try_from(div_round(over, under)).map_err(|_| NumberError::TooLarge)?;
        Ok((value, over % under != 0))
    }
}

/// A number at the beginning of a text and what follows it: `120 万元` → 120 and `万元`.
pub(crate) fn split_number(text: &str) -> Result<(Decimal, String), NumberError> {
    let text = halfwidth(text);
    let text = text.trim();
    if text.is_empty() {
        return Err(NumberError::Empty);
    }
    let unsigned = text.strip_prefix(['-', '−', '–']);
    let body = unsigned.unwrap_or(text).trim_start_matches('+').trim_start();
    let end = body.find(|c: char| !c.is_ascii_digit() && c != ',' && c != '.').unwrap_or(body.len());
    let (number, rest) = body.split_at(end);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if number.is_empty() || whole.is_empty() || (number.contains('.') && fraction.is_empty()) {
        return Err(NumberError::Form);
    }
    let groups: Vec<&str> = whole.split(',').collect();
    let in_threes = (1..=3).contains(&groups[0].len()) && groups[1..].iter().all(|group| group.len() == 3);
    if groups.len() > 1 && !in_threes {
        return Err(NumberError::Grouping);
    }
    if fraction.contains(['.', ',']) {
        return Err(NumberError::Form);
    }
    let fraction = fraction.trim_end_matches('0');
    let digits = format!("{}{fraction}", groups.concat());
    // 25 digits leave room for every unit factor within i128.
    if digits.trim_start_matches('0').len() > 25 || fraction.len() > 12 {
        return Err(if fraction.len() > 12 { NumberError::TooFine } else { NumberError::TooLarge });
    }
    let digits: i128 = digits.parse().map_err(|_| NumberError::Form)?;
    let digits = if unsigned.is_some() { -digits } else { digits };
    let places = u32::try_from(fraction.len()).map_err(|_| NumberError::TooFine)?;
    Ok((Decimal { digits, places }, rest.trim().to_owned()))
}

/// `over / under` rounded to the nearest whole number, halves away from zero. `under` must be positive.
pub(crate) const fn div_round(over: i128, under: i128) -> i128 {
    let half = under / 2;
    let odd = under % 2;
    let size = over.unsigned_abs() as i128;
    let quotient = size / under;
    let rounded = if size % under >= half + odd { quotient + 1 } else { quotient };
    if over < 0 { -rounded } else { rounded }
}

/// A number of `10^-places` with commas in groups of three: `-1,234.50`.
pub(crate) fn grouped(value: i128, places: u32) -> String {
    let power = 10_u128.pow(places);
    let size = value.unsigned_abs();
    let whole = (size / power).to_string();
    let mut text = String::with_capacity(whole.len() * 4 / 3 + 8);
    if value < 0 {
        text.push('-');
    }
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if places > 0 {
        text.push_str(&format!(".{:0width$}", size % power, width = places as usize));
    }
    text
}

/// [`grouped`] without zeros at the end of the fraction.
pub(crate) fn grouped_short(value: i128, places: u32) -> String {
    let text = grouped(value, places);
    if places == 0 {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_exactly_or_refused() {
        for (text, digits, places, rest) in [
            ("1,234.56", 123_456, 2, ""),
            (" 120 万元", 120, 0, "万元"),
            ("１２．５０亩", 125, 1, "亩"),
            ("-7", -7, 0, ""),
            ("−0.5%", -5, 1, "%"),
            ("+3亿", 3, 0, "亿"),
        ] {
            assert_eq!(split_number(text), Ok((Decimal { digits, places }, rest.to_owned())), "{text}");
        }
        for (text, error) in [
            ("  ", NumberError::Empty),
            ("万元", NumberError::Form),
            (".5", NumberError::Form),
            ("5.", NumberError::Form),
            ("1.2.3", NumberError::Form),
            ("12,34", NumberError::Grouping),
            ("1,2345", NumberError::Grouping),
            (",123", NumberError::Grouping),
            ("0.1234567890123", NumberError::TooFine),
            ("99999999999999999999999999", NumberError::TooLarge),
        ] {
            assert_eq!(split_number(text), Err(error), "{text}");
        }
        let (endless, before) = ("9".repeat(300_000), std::time::Instant::now());
        assert_eq!(split_number(&endless), Err(NumberError::TooLarge));
        assert_eq!(split_number(&format!("0.{endless}")), Err(NumberError::TooFine));
        assert!(before.elapsed().as_secs() < 2, "{:?}", before.elapsed());
    }

    #[test]
    fn halves_go_away_from_zero() {
        for (over, under, expected) in [(5, 2, 3), (-5, 2, -3), (4, 3, 1), (5, 3, 2), (0, 7, 0), (1, 3, 0), (7, 1, 7)] {
            assert_eq!(div_round(over, under), expected, "{over}/{under}");
        }
    }

    #[test]
    fn groups_of_three() {
        assert_eq!(grouped(123_456_789, 2), "1,234,567.89");
        assert_eq!(grouped(-5, 2), "-0.05");
        assert_eq!(grouped_short(120_000, 2), "1,200");
        assert_eq!(grouped_short(100, 0), "100");
    }
}
