//! An enterprise as the county knows it, and what must be true of one before it is kept.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use kernel::{
    ChinaPhone, CreditCode, DivisionCode, EnterpriseId, Error, FieldError, IndustryCode, Result, UnitId, name_key,
    pinyin_full, search_document_named,
};

/// Longest texts, in characters.
pub const NAME_LIMIT: usize = 200;
pub const SHORT_NAME_LIMIT: usize = 60;
pub const ADDRESS_LIMIT: usize = 300;
pub const CONTACT_LIMIT: usize = 60;
/// More people than any enterprise of a county has; what lies above is a typing error.
pub const STAFF_LIMIT: i64 = 10_000_000;
/// Letters of the reading kept for sorting; more would burst an index page.
const READING_LETTERS: usize = 120;

/// How large an enterprise is: the classes of 2017, or, where only that is known, above or below the reporting line (规上).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scale {
    Large,
    Medium,
    Small,
    Micro,
    Above,
    Below,
    #[default]
    Unknown,
}

impl Scale {
    pub const ALL: [Scale; 7] =
        [Scale::Large, Scale::Medium, Scale::Small, Scale::Micro, Scale::Above, Scale::Below, Scale::Unknown];

    pub const fn as_str(self) -> &'static str {
        match self {
            Scale::Large => "large",
            Scale::Medium => "medium",
            Scale::Small => "small",
            Scale::Micro => "micro",
            Scale::Above => "above",
            Scale::Below => "below",
            Scale::Unknown => "unknown",
        }
    }

    /// Reads what stands in ledgers: `大型`, `规上`, `large`.
    pub fn read(text: &str) -> Option<Scale> {
        let text = kernel::normalise(text);
        let by_word = match text.as_str() {
            "大" | "大型" | "大型企业" => Scale::Large,
            "中" | "中型" | "中型企业" => Scale::Medium,
            "小" | "小型" | "小型企业" => Scale::Small,
            "微" | "微型" | "微型企业" | "小微" => Scale::Micro,
            "规上" | "规模以上" | "规上企业" | "是" => Scale::Above,
            "规下" | "规模以下" | "规下企业" | "否" => Scale::Below,
            "" | "未知" | "不详" => Scale::Unknown,
            other => return other.parse().ok(),
        };
        Some(by_word)
    }
}

impl fmt::Display for Scale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Scale {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let found = Scale::ALL.into_iter().find(|scale| scale.as_str() == text);
        found.ok_or_else(|| Error::invalid("scale-unknown").arg("scale", text))
    }
}

/// Whether the enterprise still works.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    #[default]
    Active,
    /// Gone: deregistered, moved away. Its requests stay.
    Closed,
    /// Somebody raised a problem for it under a name that is not in the register; the desk has not looked yet.
    Unchecked,
}

impl Status {
    pub const ALL: [Status; 3] = [Status::Active, Status::Closed, Status::Unchecked];

    pub const fn as_str(self) -> &'static str {
        match self {
            Status::Active => "active",
            Status::Closed => "closed",
            Status::Unchecked => "unchecked",
        }
    }
}

impl FromStr for Status {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let found = Status::ALL.into_iter().find(|status| status.as_str() == text);
        found.ok_or_else(|| Error::invalid("bad-request").arg("status", text))
    }
}

/// An enterprise to be entered, or what one is changed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEnterprise {
    pub credit_code: CreditCode,
    pub name: String,
    /// As people call it; empty: the name.
    pub short_name: String,
    /// Where it is; an old code (410728) is kept as an alias and written as today's.
    pub division: Option<DivisionCode>,
    /// Township or park that looks after it.
    pub township: Option<UnitId>,
    pub industry: Option<IndustryCode>,
    /// Code of a chain from [`crate::store::list_chains`].
    pub chain: Option<String>,
    pub scale: Scale,
    pub address: String,
    pub contact_name: String,
    /// Empty if unknown; otherwise kept in the one form of [`ChinaPhone`].
    pub contact_phone: String,
    pub staff: Option<i64>,
    pub status: Status,
}

impl NewEnterprise {
    /// An enterprise of which only code and name are known.
    pub fn new(credit_code: CreditCode, name: impl Into<String>) -> Self {
        NewEnterprise {
            credit_code,
            name: name.into(),
            short_name: String::new(),
            division: None,
            township: None,
            industry: None,
            chain: None,
            scale: Scale::Unknown,
            address: String::new(),
            contact_name: String::new(),
            contact_phone: String::new(),
            staff: None,
            status: Status::Active,
        }
    }

    /// Trims, brings the telephone number and division code into their one form and says everything that is wrong at once.
    ///
    /// # Errors
    /// `invalid-fields` with fields named as those of this type.
    pub fn checked(mut self) -> Result<Self> {
        let wrong = self.tidy();
        Error::check(wrong)?;
        Ok(self)
    }

    /// What [`NewEnterprise::checked`] does, in place; what is wrong stays as it was typed.
    pub(crate) fn tidy(&mut self) -> Vec<FieldError> {
        let mut wrong = Vec::new();
        let texts = [
            ("name", &mut self.name, NAME_LIMIT),
            ("short_name", &mut self.short_name, SHORT_NAME_LIMIT),
            ("address", &mut self.address, ADDRESS_LIMIT),
            ("contact_name", &mut self.contact_name, CONTACT_LIMIT),
        ];
        for (field, text, limit) in texts {
            // PostgreSQL cannot store NUL, and line breaks in a name are never meant.
            if text.contains(kernel::is_never_meant) {
                *text = kernel::meant(std::mem::take(text));
            }
            if text.contains(char::is_control) || text.trim().len() != text.len() {
                let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
                *text = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
            }
            let length = text.chars().count();
            if field == "name" && length == 0 {
                wrong.push(FieldError::new(field, "required"));
            } else if length > limit {
                wrong.push(FieldError::new(field, "too-long").arg("limit", limit).arg("length", length));
            }
        }
        self.contact_phone = self.contact_phone.trim().to_owned();
        if !self.contact_phone.is_empty() {
            match ChinaPhone::parse(&self.contact_phone) {
                Ok(phone) => self.contact_phone = phone.as_str().to_owned(),
                Err(error) => wrong.push(FieldError::new("contact_phone", error.code())),
            }
        }
        if self.staff.is_some_and(|n| !(0..=STAFF_LIMIT).contains(&n)) {
            wrong.push(FieldError::new("staff", "staff-range").arg("limit", STAFF_LIMIT));
        }
        wrong
    }

    /// What people call it.
    pub fn short(&self) -> &str {
        if self.short_name.is_empty() { &self.name } else { &self.short_name }
    }

    /// How it is sorted: the reading of its name.
    pub(crate) fn reading(&self) -> String {
        let mut reading = pinyin_full(&self.name);
        reading.truncate(READING_LETTERS);
        reading
    }

    /// What it is found by; `also` are former names and codes.
    pub(crate) fn search_body(&self, also: &[&str]) -> String {
        let mut texts = vec![self.credit_code.known().unwrap_or_default(), self.contact_name.as_str()];
        texts.extend(also);
        match self.short_name.as_str() {
            "" => search_document_named(&[&self.name], &texts),
            short => search_document_named(&[&self.name, short], &texts),
        }
    }

    /// `ok`, or `bad` when the last character of the code does not fit the others.
    pub fn code_check(&self) -> &'static str {
        match self.credit_code.check() {
            _ if self.credit_code.is_stand_in() => "none",
            kernel::Check::Ok => "ok",
            _ => "bad",
        }
    }
}

/// What kind of company it is, at the end of its name; longer ones first.
const LEGAL_FORMS: [&str; 5] = ["股份有限公司", "有限责任公司", "有限公司", "股份公司", "公司"];

/// The key of a name without its legal form: 恒达起重 for 恒达起重有限公司 and 恒达起重有限责任公司.
pub(crate) fn stem(name: &str) -> String {
    let key = name_key(name);
    let stem = LEGAL_FORMS.iter().find_map(|form| key.strip_suffix(form)).filter(|stem| !stem.is_empty());
    stem.map(str::to_owned).unwrap_or(key)
}

/// The keys of all names with one stem.
pub(crate) fn like_names(name: &str) -> Vec<String> {
    let stem = stem(name);
    LEGAL_FORMS.iter().map(|form| format!("{stem}{form}")).chain([stem.clone()]).collect()
}

/// An enterprise as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enterprise {
    pub id: EnterpriseId,
    /// Row of the full-text index; grows in the order of entering.
    pub serial: i64,
    pub facts: NewEnterprise,
    /// Township or park, with its names.
    pub township: Option<Township>,
    /// Whether the last character of the credit code fits.
    pub code_fits: bool,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// Grows with every change; a change names the one it was made from.
    pub version: i64,
}

/// The township or park of an enterprise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Township {
    pub id: UnitId,
    pub code: String,
    pub name: String,
    pub name_en: String,
    pub path: String,
}

/// What other pages show of an enterprise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brief {
    pub id: EnterpriseId,
    /// A stand-in where the code is not known yet: shown through [`kernel::shown_code`].
    pub credit_code: String,
    pub name: String,
    /// Never empty.
    pub short_name: String,
    pub township: Option<Township>,
    /// Six digits; empty if unknown.
    pub division: String,
    /// GB/T 4754 code; empty if unknown.
    pub industry: String,
    /// Code and names of the chain.
    pub chain: Option<Chain>,
    pub scale: Scale,
    pub staff: Option<i64>,
    pub address: String,
    pub contact_name: String,
    pub contact_phone: String,
    pub status: Status,
    /// Sort key of lists.
    pub pinyin: String,
}

/// An industrial chain the county works along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    pub code: String,
    pub name: String,
    /// The name itself where nobody gave an English one.
    pub name_en: String,
    pub sort: i64,
}

/// How somebody helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HelperKind {
    /// 包联领导
    Lead,
    /// 助企干部
    Deputy,
}

impl HelperKind {
    pub const ALL: [HelperKind; 2] = [HelperKind::Lead, HelperKind::Deputy];

    pub const fn as_str(self) -> &'static str {
        match self {
            HelperKind::Lead => "lead",
            HelperKind::Deputy => "deputy",
        }
    }
}

impl FromStr for HelperKind {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let found = HelperKind::ALL.into_iter().find(|kind| kind.as_str() == text);
        found.ok_or_else(|| Error::invalid("bad-request").arg("kind", text))
    }
}
