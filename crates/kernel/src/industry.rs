//! Industry codes of GB/T 4754-2017: 20 sections, 97 divisions, 473 groups, 1,381 classes.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// A code that the standard has. Ordered as in the standard.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IndustryCode(u16);

/// How fine a code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IndustryLevel {
    /// 门类: a letter.
    Section,
    /// 大类: two digits.
    Division,
    /// 中类: three digits.
    Group,
    /// 小类: four digits.
    Class,
}

/// Why a text is not an industry code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadIndustry {
    /// Neither a letter, nor two to four digits, nor both.
    #[error("a section letter, 2 to 4 digits, or both were expected, as in C3963")]
    Form,
    /// Of the right form, but the standard of 2017 does not have it (perhaps that of 2011 does).
    #[error("GB/T 4754-2017 has no such code")]
    Unknown,
    /// The letter is not that of the digits' section.
    #[error("the digits belong to section {expected}")]
    Section {
        /// The right letter.
        expected: char,
    },
}

impl BadIndustry {
    /// The stable code, for [`crate::FieldError`].
    pub const fn code(self) -> &'static str {
        match self {
            Self::Form => "industry-form",
            Self::Unknown => "industry-unknown",
            Self::Section { .. } => "industry-section",
        }
    }
}

struct Entry {
    code: &'static str,
    name: &'static str,
    parent: &'static str,
    section: char,
}

/// Facts of the standard: code, name, parent, level, section.
static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    include_str!("../data/gbt4754_2017.csv")
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut cells = line.split(',');
            let (code, name, parent) = (cells.next()?, cells.next()?, cells.next()?);
            let section = cells.nth(1)?.chars().next()?;
            Some(Entry { code, name, parent, section })
        })
        .collect()
});

static BY_CODE: LazyLock<HashMap<&'static str, u16>> =
    LazyLock::new(|| ENTRIES.iter().zip(0..).map(|(entry, at)| (entry.code, at)).collect());

impl IndustryCode {
    fn entry(self) -> &'static Entry {
        &ENTRIES[usize::from(self.0)]
    }

    /// Every code, in the order of the standard.
    pub fn all() -> impl Iterator<Item = Self> {
        ENTRIES.iter().zip(0..).map(|(_, at)| Self(at))
    }

    /// The code without the letter of its section: `3963`; a section is its letter.
    pub fn as_str(self) -> &'static str {
        self.entry().code
    }

    /// The code as statisticians write it: `C3963`.
    pub fn with_section(self) -> String {
        match self.level() {
            IndustryLevel::Section => self.as_str().to_owned(),
            _ => format!("{}{}", self.entry().section, self.as_str()),
        }
    }

    /// The name in Chinese.
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// How fine it is.
    pub fn level(self) -> IndustryLevel {
        match self.as_str().len() {
            1 => IndustryLevel::Section,
            2 => IndustryLevel::Division,
            3 => IndustryLevel::Group,
            _ => IndustryLevel::Class,
        }
    }

    /// The next coarser code; `None` for a section.
    pub fn parent(self) -> Option<Self> {
        BY_CODE.get(self.entry().parent).copied().map(Self)
    }

    /// Itself, then coarser and coarser up to the section.
    pub fn chain(self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self), |code| code.parent())
    }

    /// The letter of its section.
    pub fn section(self) -> char {
        self.entry().section
    }

    /// Is it the other code or a part of it?
    pub fn is_within(self, other: Self) -> bool {
        self.chain().any(|code| code == other)
    }
}

impl fmt::Display for IndustryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for IndustryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IndustryCode({self})")
    }
}

/// Reads `C`, `39`, `396`, `3963`, `C3963`, `c 3963`.
impl FromStr for IndustryCode {
    type Err = BadIndustry;

    fn from_str(text: &str) -> Result<Self, BadIndustry> {
        let text: String = crate::text::halfwidth(text).to_ascii_uppercase().split_whitespace().collect();
        let letter = text.chars().next().filter(char::is_ascii_uppercase);
        let digits = &text[usize::from(letter.is_some())..];
        let fits = digits.bytes().all(|byte| byte.is_ascii_digit())
            && (matches!(digits.len(), 2..=4) || (digits.is_empty() && letter.is_some()));
        if !fits {
            return Err(BadIndustry::Form);
        }
        let code = if digits.is_empty() { text.as_str() } else { digits };
        let found = BY_CODE.get(code).copied().map(Self).ok_or(BadIndustry::Unknown)?;
        match letter {
            Some(letter) if letter != found.section() => Err(BadIndustry::Section { expected: found.section() }),
            _ => Ok(found),
        }
    }
}

impl TryFrom<String> for IndustryCode {
    type Error = BadIndustry;

    fn try_from(text: String) -> Result<Self, BadIndustry> {
        text.parse()
    }
}

impl From<IndustryCode> for String {
    fn from(code: IndustryCode) -> Self {
        code.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_that_of_2017_and_whole() {
        let count = |level| IndustryCode::all().filter(|code| code.level() == level).count();
        for (level, expected) in [
            (IndustryLevel::Section, 20),
            (IndustryLevel::Division, 97),
            (IndustryLevel::Group, 473),
            (IndustryLevel::Class, 1381),
        ] {
            assert_eq!(count(level), expected, "{level:?}");
        }
        for code in IndustryCode::all() {
            let chain: Vec<_> = code.chain().collect();
            assert_eq!(chain.last().unwrap().as_str(), code.section().to_string(), "{code}");
            assert!(chain.windows(2).all(|pair| pair[0].level() > pair[1].level()));
            assert_eq!(code.with_section().parse(), Ok(code));
        }
    }

    #[test]
    fn codes_are_read_with_and_without_their_letter() {
        for (text, shown, name) in [
            ("3963", "C3963", "智能无人飞行器制造"),
            ("Ｃ３９６３", "C3963", "智能无人飞行器制造"),
            (" c 39 ", "C39", "计算机、通信和其他电子设备制造业"),
            ("C", "C", "制造业"),
            ("0111", "A0111", "稻谷种植"),
        ] {
            let code: IndustryCode = text.parse().unwrap();
            assert_eq!((code.with_section().as_str(), code.name()), (shown, name), "{text}");
        }
        for (text, error) in [
            ("", BadIndustry::Form),
            ("3", BadIndustry::Form),
            ("39631", BadIndustry::Form),
            ("制造业", BadIndustry::Form),
            ("3969999", BadIndustry::Form),
            ("9999", BadIndustry::Unknown),
            ("Z", BadIndustry::Unknown),
            ("A3963", BadIndustry::Section { expected: 'C' }),
        ] {
            assert_eq!(text.parse::<IndustryCode>(), Err(error), "{text}");
        }
    }

    #[test]
    fn parts_lie_within_the_whole() {
        let code = |text: &str| text.parse::<IndustryCode>().unwrap();
        assert!(code("3963").is_within(code("C")));
        assert!(!code("39").is_within(code("3963")));
    }
}
