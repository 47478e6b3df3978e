//! Numbers of identity cards, which people put where the credit code of an enterprise belongs.

use chrono::NaiveDate;

/// Weights of GB 11643, the remainder modulo 11 of whose sum gives the last character.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/// Whether a text is the number of an identity card: 17 digits with a day of birth, and the right last character. A credit code may
/// look so by chance, once in many thousands.
pub fn is_identity_number(text: &str) -> bool {
    let text = crate::text::halfwidth(text.trim()).to_ascii_uppercase();
    let digits: Vec<u32> = text.chars().take(17).filter_map(|c| c.to_digit(10)).collect();
    if text.len() != 18 || digits.len() != 17 {
        return false;
    }
    let number = |from: usize, to: usize| digits[from..to].iter().fold(0, |all, digit| all * 10 + digit);
    let year = i32::try_from(number(6, 10)).unwrap_or(0);
    let is_day = NaiveDate::from_ymd_opt(year, number(10, 12), number(12, 14)).is_some();
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    let last = b"10X98765432"[(sum % 11) as usize];
    (1900..=2199).contains(&year) && is_day && text.as_bytes()[17] == last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_numbers_are_known() {
        // The example of the standard.
        assert!(is_identity_number("11010519491231002X"));
        assert!(is_identity_number(" 11010519491231002x "));
        for text in ["110105194912310021", "11010519491331002X", "91419981MA00000011", "", "1101051949123100"] {
            assert!(!is_identity_number(text), "{text}");
        }
    }
}
