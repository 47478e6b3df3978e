//! Administrative division codes (GB/T 2260 and its longer statistical forms): level, parent, codes no longer used.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A code of 6 digits (province, city, county), 9 (township) or 12 (village), in its shortest form.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DivisionCode {
    /// Twelve digits, filled with zeros at the end.
    full: u64,
}

/// What a code stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DivisionLevel {
    /// 省
    Province,
    /// 市
    City,
    /// 县, 县级市, 区
    County,
    /// 乡, 镇, 街道
    Township,
    /// 村, 社区
    Village,
}

/// A text that is no division code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a division code of 6, 9 or 12 digits was expected")]
pub struct BadDivision;

impl BadDivision {
    /// The stable code, for [`crate::FieldError`].
    pub const fn code(self) -> &'static str {
        "division-form"
    }
}

/// One row of the table: code, name, and the code used today if this one no longer is.
struct Place {
    code: DivisionCode,
    name: &'static str,
    alias_of: Option<DivisionCode>,
}

/// Facts of GB/T 2260 for the places of the programme; a county's townships are data of its own.
static PLACES: std::sync::LazyLock<Vec<Place>> = std::sync::LazyLock::new(|| {
    include_str!("../data/divisions.csv")
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut cells = line.split(',');
            let code = cells.next()?.parse().ok()?;
            let name = cells.next()?;
            Some(Place { code, name, alias_of: cells.next().and_then(|cell| cell.parse().ok()) })
        })
        .collect()
});

impl DivisionCode {
    /// What it stands for.
    pub const fn level(self) -> DivisionLevel {
        if !self.full.is_multiple_of(1_000) {
            DivisionLevel::Village
        } else if !self.full.is_multiple_of(1_000_000) {
            DivisionLevel::Township
        } else if !self.full.is_multiple_of(100_000_000) {
            DivisionLevel::County
        } else if !self.full.is_multiple_of(10_000_000_000) {
            DivisionLevel::City
        } else {
            DivisionLevel::Province
        }
    }

    /// The division it belongs to; `None` for a province. Counties run by the province itself (4190xx) have no city.
    pub const fn parent(self) -> Option<Self> {
        let unit = match self.level() {
            DivisionLevel::Province => return None,
            DivisionLevel::City => 10_000_000_000,
            DivisionLevel::County if self.full / 100_000_000 % 100 == 90 => 10_000_000_000,
            DivisionLevel::County => 100_000_000,
            DivisionLevel::Township => 1_000_000,
            DivisionLevel::Village => 1_000,
        };
        Some(Self { full: self.full / unit * unit })
    }

    /// The county it lies in (itself for a county); `None` for a city or province.
    pub fn county(self) -> Option<Self> {
        (self.level() >= DivisionLevel::County).then_some(Self { full: self.full / 1_000_000 * 1_000_000 })
    }

    /// Is it the other division or a part of it? Both are taken in their present codes.
    pub fn is_within(self, other: Self) -> bool {
        let other = other.canonical();
        std::iter::successors(Some(self.canonical()), |code| code.parent()).any(|code| code == other)
    }

    /// The code used today: 410728 (长垣县) is 410783 (长垣市) since 2019, and what lies in it follows.
    pub fn canonical(self) -> Self {
        let Some(county) = self.county() else { return self };
        let present = PLACES.iter().find(|place| place.code == county).and_then(|place| place.alias_of);
        present.map_or(self, |present| Self { full: present.full + (self.full - county.full) })
    }

    /// The name, for the places the table knows.
    pub fn name(self) -> Option<&'static str> {
        PLACES.iter().find(|place| place.code == self).map(|place| place.name)
    }
}

impl fmt::Display for DivisionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.level() {
            DivisionLevel::Village => write!(f, "{:012}", self.full),
            DivisionLevel::Township => write!(f, "{:09}", self.full / 1_000),
            _ => write!(f, "{:06}", self.full / 1_000_000),
        }
    }
}

impl fmt::Debug for DivisionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DivisionCode({self})")
    }
}

/// Reads 6, 9 or 12 digits, the longer ones also when filled with zeros.
impl FromStr for DivisionCode {
    type Err = BadDivision;

    fn from_str(text: &str) -> Result<Self, BadDivision> {
        let text = crate::text::halfwidth(text);
        let text = text.trim();
        if !matches!(text.len(), 6 | 9 | 12) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(BadDivision);
        }
        // Provinces begin at 11; a village or township needs its county.
        let full: u64 = format!("{text:0<12}").parse().map_err(|_| BadDivision)?;
        let county_missing = (full / 1_000_000).is_multiple_of(100) && !full.is_multiple_of(1_000_000);
        if full < 110_000_000_000 || county_missing {
            return Err(BadDivision);
        }
        Ok(Self { full })
    }
}

impl TryFrom<String> for DivisionCode {
    type Error = BadDivision;

    fn try_from(text: String) -> Result<Self, BadDivision> {
        text.parse()
    }
}

impl From<DivisionCode> for String {
    fn from(code: DivisionCode) -> Self {
        code.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> DivisionCode {
        text.parse().unwrap()
    }

    #[test]
    fn codes_know_level_and_parent() {
        for (text, shown, level, parent) in [
            ("410000", "410000", DivisionLevel::Province, None),
            ("410700000000", "410700", DivisionLevel::City, Some("410000")),
            ("410783", "410783", DivisionLevel::County, Some("410700")),
            ("419001", "419001", DivisionLevel::County, Some("410000")),
            ("410783001", "410783001", DivisionLevel::Township, Some("410783")),
            ("410783001000", "410783001", DivisionLevel::Township, Some("410783")),
            ("410783001201", "410783001201", DivisionLevel::Village, Some("410783001")),
        ] {
            let division = code(text);
            assert_eq!((division.to_string().as_str(), division.level()), (shown, level));
            assert_eq!(division.parent().map(|parent| parent.to_string()).as_deref(), parent, "{text}");
        }
        for wrong in ["", "4107", "41078A", "4107830", "000000", "410700001", "-41078"] {
            assert_eq!(wrong.parse::<DivisionCode>(), Err(BadDivision), "{wrong}");
        }
    }

    #[test]
    fn old_codes_lead_to_present_ones() {
        assert_eq!(code("410728").canonical(), code("410783"));
        assert_eq!(code("410728102").canonical(), code("410783102"));
        assert_eq!(code("410425").canonical(), code("410425"));
        assert!(code("410728102201").is_within(code("410783")));
        assert!(code("410783102").is_within(code("410728")));
        assert!(code("410783").is_within(code("410000")));
        assert!(!code("410783").is_within(code("410400")));
        assert!(!code("410700").is_within(code("410783")));
    }

    #[test]
    fn the_table_is_whole() {
        assert_eq!(PLACES.len(), 13);
        assert_eq!(code("410783").name(), Some("长垣市"));
        assert_eq!(code("411422").name(), Some("睢县"));
    }
}
