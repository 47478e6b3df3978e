//! Unified social credit codes (GB 32100-2015 with amendment 1 of 2016): form, parts and check characters.
//!
//! A code with a wrong check character is still a code: 3 of 218,154 in public registration data fail the check. Warn,
//! never refuse. A code with a bad form is not kept as [`CreditCode`].
//!
//! An enterprise whose code nobody knows yet has a stand-in in its place: it begins with two letters that no registering
//! body has, is never shown as a code, and cannot be typed.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::division::DivisionCode;
use crate::text::halfwidth;

/// The 31 characters: digits and capitals without I, O, S, V, Z.
const CHARACTERS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// How a stand-in begins: no registering department has the letter X.
const STAND_IN: &[u8; 2] = b"XX";
/// 3^i mod 31 for the first 17 places.
const WEIGHTS: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
/// For the first 8 places of an organisation code (GB 11714-1997).
const ORG_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// A code of the right form: 18 characters of the set.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CreditCode([u8; 18]);

/// Why a text has not the form of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadForm {
    /// Nothing was there.
    #[error("a credit code of 18 characters was expected, nothing was found")]
    Empty,
    /// Not 18 characters long.
    #[error("18 characters were expected, {found} were found")]
    Length {
        /// Characters found.
        found: usize,
    },
    /// A character that no code has.
    #[error("digits and capitals without I, O, S, V, Z were expected, {found} was found at place {place}")]
    Character {
        /// Place from 1.
        place: usize,
        /// What stands there.
        found: char,
    },
}

impl BadForm {
    /// The stable code, for [`crate::FieldError`].
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "credit-code-empty",
            Self::Length { .. } => "credit-code-length",
            Self::Character { .. } => "credit-code-character",
        }
    }
}

/// What is to be said of a code somebody typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// Form and check character are right.
    Ok,
    /// The last character does not fit the others: warn, and let it pass if confirmed.
    BadCheck {
        /// The character that would fit.
        expected: char,
    },
    /// Not a code.
    BadForm(BadForm),
}

/// Kinds of registered body that matter to the programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BodyKind {
    /// 91 企业
    Enterprise,
    /// 92 个体工商户
    SoleTrader,
    /// 93 农民专业合作社
    Cooperative,
    /// Anything else: offices, associations, …
    Other,
}

impl CreditCode {
    /// Reads a code, forgiving full width, lower case, spaces and dashes. The check character is not looked at.
    ///
    /// # Errors
    /// [`BadForm`] if it has not the form of a code.
    pub fn parse(text: &str) -> Result<Self, BadForm> {
        let plain: Vec<char> = halfwidth(text)
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '—' | '–' | '\u{200b}' | '\u{feff}'))
            .map(|c| c.to_ascii_uppercase())
            .collect();
        if plain.is_empty() {
            return Err(BadForm::Empty);
        }
        if plain.len() != 18 {
            return Err(BadForm::Length { found: plain.len() });
        }
        let mut code = [0; 18];
        for (at, c) in plain.into_iter().enumerate() {
            code[at] = u8::try_from(c)
                .ok()
                .filter(|byte| CHARACTERS.contains(byte))
                .ok_or(BadForm::Character { place: at + 1, found: c })?;
        }
        if code.starts_with(STAND_IN) {
            return Err(BadForm::Character { place: 1, found: 'X' });
        }
        Ok(Self(code))
    }

    /// What stands for the code of the `n`th enterprise whose code nobody knows yet.
    pub fn stand_in(n: u64) -> Self {
        let mut code = [b'0'; 18];
        code[..2].copy_from_slice(STAND_IN);
        for (place, digit) in code[2..].iter_mut().rev().zip(std::iter::successors(Some(n), |n| Some(n / 10))) {
            *place = CHARACTERS[(digit % 10) as usize];
        }
        Self(code)
    }

    /// Reads what a row or an address of this program carries: a code, or a stand-in in its exact form.
    ///
    /// # Errors
    /// As [`CreditCode::parse`].
    pub fn kept(text: &str) -> Result<Self, BadForm> {
        match <[u8; 18]>::try_from(text.as_bytes()) {
            Ok(bytes) if bytes.starts_with(STAND_IN) && bytes[2..].iter().all(u8::is_ascii_digit) => Ok(Self(bytes)),
            _ => Self::parse(text),
        }
    }

    /// Whether it only stands for a code that nobody knows yet.
    pub fn is_stand_in(&self) -> bool {
        self.0.starts_with(STAND_IN)
    }

    /// The code, as people may be shown it; `None` for a stand-in.
    pub fn known(&self) -> Option<&str> {
        (!self.is_stand_in()).then(|| self.as_str())
    }

    /// Everything to be said of a text: form and check character.
    pub fn examine(text: &str) -> Check {
        Self::parse(text).map_or_else(Check::BadForm, Self::check)
    }

    /// Does the last character fit? Never [`Check::BadForm`].
    pub fn check(self) -> Check {
        match compute_check(&self.as_str()[..17]) {
            Some(expected) if expected != char::from(self.0[17]) => Check::BadCheck { expected },
            _ => Check::Ok,
        }
    }

    /// The code in its one form.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The division in which the body was registered, as it was called then (not canonical: 410728 stays).
    /// `None` if the places are not all digits.
    pub fn division(self) -> Option<DivisionCode> {
        self.as_str()[2..8].parse().ok()
    }

    /// The organisation code inside, nine characters.
    pub fn org_code(&self) -> &str {
        &self.as_str()[8..17]
    }

    /// Does the organisation code's own check character fit?
    pub fn org_code_fits(self) -> bool {
        org_check(&self.org_code()[..8]) == self.org_code().chars().last()
    }

    /// What kind of body it is, by the first two characters.
    pub fn kind(self) -> BodyKind {
        match &self.0[..2] {
            b"91" => BodyKind::Enterprise,
            b"92" => BodyKind::SoleTrader,
            b"93" => BodyKind::Cooperative,
            _ => BodyKind::Other,
        }
    }

    /// A code with a right check character from its parts: registering department and category (one character each),
    /// six digits of a division, nine characters of an organisation code. For demo data and tests.
    ///
    /// # Errors
    /// [`BadForm`] if the parts do not make a code.
    pub fn make(department: char, category: char, division: &str, org_code: &str) -> Result<Self, BadForm> {
        let body = format!("{department}{category}{division}{org_code}");
        // With a bad body the stand-in 0 leaves the bad character or length for parse to name.
        let check = compute_check(&body).unwrap_or('0');
        Self::parse(&format!("{body}{check}"))
    }
}

/// A kept code as people may be shown it; empty for a stand-in.
pub fn shown_code(kept: &str) -> &str {
    if kept.as_bytes().starts_with(STAND_IN) { "" } else { kept }
}

/// The check character for the first 17; `None` if they are not 17 characters of the set.
pub fn compute_check(first17: &str) -> Option<char> {
    if first17.len() != WEIGHTS.len() {
        return None;
    }
    let mut sum = 0;
    for (byte, weight) in first17.bytes().zip(WEIGHTS) {
        sum += weight * value_of(byte)?;
    }
    // The second remainder matters: for a sum of 0 mod 31 the character is 0, not one past the end of the set.
    let place = (31 - sum % 31) % 31;
    CHARACTERS.get(place as usize).copied().map(char::from)
}

fn value_of(byte: u8) -> Option<u32> {
    CHARACTERS.iter().position(|known| *known == byte).and_then(|at| u32::try_from(at).ok())
}

/// The check character of an organisation code (GB 11714-1997) for its first 8; `None` if they are not 8 digits or
/// capitals. Here all 26 letters count, A as 10.
pub fn org_check(first8: &str) -> Option<char> {
    if first8.len() != ORG_WEIGHTS.len() {
        return None;
    }
    let mut sum = 0;
    for (c, weight) in first8.chars().zip(ORG_WEIGHTS) {
        sum += weight * c.to_digit(36).filter(|_| !c.is_ascii_lowercase())?;
    }
    match 11 - sum % 11 {
        10 => Some('X'),
        11 => Some('0'),
        digit => char::from_digit(digit, 10),
    }
}

impl fmt::Display for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CreditCode({self})")
    }
}

impl FromStr for CreditCode {
    type Err = BadForm;

    fn from_str(text: &str) -> Result<Self, BadForm> {
        Self::parse(text)
    }
}

impl TryFrom<String> for CreditCode {
    type Error = BadForm;

    fn try_from(text: String) -> Result<Self, BadForm> {
        Self::parse(&text)
    }
}

impl From<CreditCode> for String {
    fn from(code: CreditCode) -> Self {
        code.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn real_codes_are_examined() {
        for (text, check) in [
            ("91110000101623741K", Check::Ok),
            ("911101066976941872", Check::Ok),
            ("91410181MA4061M425", Check::Ok),
            (" 9141 0181-ma40-61m425 ", Check::Ok),
            ("９１４１０１８１ＭＡ４０６１Ｍ４２５", Check::Ok),
            // Registered like this; its own check character does not fit.
            ("91350211M0000XUF46", Check::BadCheck { expected: 'R' }),
            ("", Check::BadForm(BadForm::Empty)),
            ("91410181MA4061M42", Check::BadForm(BadForm::Length { found: 17 })),
            ("9141O181MA4061M425", Check::BadForm(BadForm::Character { place: 5, found: 'O' })),
            ("91410181MA4061M42五", Check::BadForm(BadForm::Character { place: 18, found: '五' })),
        ] {
            assert_eq!(CreditCode::examine(text), check, "{text}");
        }
    }

    #[test]
    fn the_parts_are_told() {
        let code = CreditCode::parse("91410728MA4061M425").unwrap();
        assert_eq!(code.division().unwrap().to_string(), "410728");
        assert_eq!(code.division().unwrap().canonical().to_string(), "410783");
        assert_eq!((code.org_code(), code.kind()), ("MA4061M42", BodyKind::Enterprise));
        assert_eq!(CreditCode::parse("A1410728MA4061M425").unwrap().kind(), BodyKind::Other);
    }

    #[test]
    fn a_stand_in_is_kept_and_cannot_be_typed() {
        let code = CreditCode::stand_in(1203);
        assert_eq!(code.as_str(), "XX0000000000001203");
        assert_eq!(CreditCode::kept(code.as_str()), Ok(code));
        assert_eq!(CreditCode::parse(code.as_str()), Err(BadForm::Character { place: 1, found: 'X' }));
        assert!(code.is_stand_in() && code.known().is_none() && shown_code(code.as_str()).is_empty());
        for not_one in ["xx0000000000001203", "XX000000000000120A", "XX1"] {
            assert!(CreditCode::kept(not_one).is_err(), "{not_one}");
        }
        assert_eq!(CreditCode::stand_in(u64::MAX).as_str().len(), 18);
        let real = CreditCode::kept("91410181MA4061M425").unwrap();
        assert_eq!((real.known(), shown_code(real.as_str())), (Some(real.as_str()), real.as_str()));
    }

    #[test]
    fn organisation_codes_have_their_own_check() {
        for (first8, check) in [("10162374", '1'), ("69769418", '7'), ("MA4061M4", '2')] {
            assert_eq!(org_check(first8), Some(check), "{first8}");
        }
        for wrong in ["", "1016237", "101623741", "ma4061m4", "1016237é"] {
            assert_eq!(org_check(wrong), None, "{wrong}");
        }
        assert!(CreditCode::parse("91110000101623741K").unwrap().org_code_fits());
    }

    #[test]
    fn a_sum_of_zero_gives_the_character_0() {
        assert_eq!(compute_check("00000000000000000"), Some('0'));
        let zeros = (0..2000).filter(|n| {
            CreditCode::make('9', '1', "410783", &format!("{n:09}")).is_ok_and(|code| code.as_str().ends_with('0'))
        });
        assert!(zeros.count() > 30);
    }

    #[test]
    fn made_codes_need_fitting_parts() {
        assert!(CreditCode::make('9', '1', "410783", "MA4061M4").is_err());
        assert!(CreditCode::make('9', 'I', "410783", "MA4061M42").is_err());
    }

    proptest! {
        #[test]
        fn one_changed_character_is_always_noticed(n in 0u32..1_000_000_000, place in 0usize..18, other in 0usize..31) {
            let code = CreditCode::make('9', '1', "410783", &format!("{n:09}")).unwrap();
            prop_assert_eq!(code.check(), Check::Ok);
            let mut bytes = code.0;
            prop_assume!(bytes[place] != CHARACTERS[other]);
            bytes[place] = CHARACTERS[other];
            let noticed = matches!(CreditCode(bytes).check(), Check::BadCheck { .. });
            prop_assert!(noticed);
        }
    }
}
