//! Reported facts: what departments and statements say of an enterprise, each for a period, and the dictionary that names them.

mod asked;
mod period;
mod shown;
mod value;

use std::sync::{Arc, LazyLock};

use chrono::NaiveDate;
use kernel::{EnterpriseId, IndustryCode};
use rulepack::dictionary::Dictionary;

pub use asked::Asked;
pub(crate) use asked::{Rank, Wanted};
pub use period::Period;
pub use shown::{name, shown, source, unit};
pub(crate) use value::industry;
pub use value::{Expected, Reading};

use crate::enterprise::{NewEnterprise, Scale};

static DICTIONARY: LazyLock<Dictionary> = LazyLock::new(Dictionary::shipped);

/// Every fact that can be reported, and that rule packs may use.
pub fn dictionary() -> &'static Dictionary {
    &DICTIONARY
}

/// The fact that is the key of an enterprise; it stands in the register and is not reported.
pub const CREDIT_CODE: &str = "credit_code";

/// What most rule packs ask for.
pub const USUAL: [&str; 12] = [
    "employees",
    "revenue",
    "main_revenue",
    "assets",
    "liabilities",
    "rd_expense",
    "tax_paid",
    "value_added",
    "land_area",
    "energy_tce",
    "electricity_kwh",
    "emissions_t",
];

/// A fact as it was reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reported {
    /// Code of the dictionary, such as `revenue`.
    pub code: String,
    /// [`Period::as_str`]: `2025`, `2025Q3`, `2025-06`; empty if the report names none.
    pub period: String,
    /// Exact text in the fact's base unit: `1234567.8`, `true`, `2011-05-30`, `C3432`, or the code of a declared text.
    pub value: String,
    /// Department or statement.
    pub source: String,
    /// The day for which it was true.
    pub as_of: NaiveDate,
}

/// A fact to be kept. Its value was read by [`Reading`] and so has its one form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFact {
    pub enterprise: EnterpriseId,
    /// Code of the dictionary.
    pub code: &'static str,
    pub period: Period,
    /// As [`Reported::value`].
    pub value: String,
    pub source: Arc<str>,
    pub as_of: NaiveDate,
}

/// What is known of one enterprise, of the facts that were asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactRow {
    pub enterprise: EnterpriseId,
    pub credit_code: String,
    pub name: String,
    /// The register's.
    pub industry: Option<IndustryCode>,
    /// As [`Reported::value`], in the order of the codes asked for; none: nobody reported it.
    pub values: Vec<Option<String>>,
}

/// Facts of many enterprises, and what could not be used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FactRows {
    pub rows: Vec<FactRow>,
    /// In the order of the codes asked for.
    pub elsewhere: Vec<Elsewhere>,
}

/// Values of a fact that speak of another time than the one asked for, and so are not used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Elsewhere {
    /// How many enterprises have only such values.
    pub enterprises: u64,
    /// The latest period they are of, as [`Reported::period`]: empty if none is named.
    pub period: String,
}

/// A reported fact, and whether it answers what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub reported: Reported,
    /// Else it is what there is instead: the latest of another time.
    pub fits: bool,
}

/// What the register itself says, by fact code, each with the fact. It stands in where nothing was reported and the fact is not
/// of a certain year: the register's staff are those of whenever it was written down.
pub fn registered(enterprise: &NewEnterprise) -> Vec<(&'static str, String)> {
    let all = [CREDIT_CODE, "industry", "employees", "above_scale"];
    let code = enterprise.credit_code.as_str();
    let known = |fact| registered_as(fact, code, enterprise.industry, enterprise.staff, enterprise.scale);
    all.into_iter().filter_map(|fact| Some((fact, known(fact)?))).collect()
}

/// The same for one fact, from the columns of the register.
pub(crate) fn registered_as(
    fact: &str,
    credit_code: &str,
    industry: Option<IndustryCode>,
    staff: Option<i64>,
    scale: Scale,
) -> Option<String> {
    match (fact, scale) {
        (CREDIT_CODE, _) => Some(credit_code.to_owned()),
        ("industry", _) => industry.map(|industry| industry.as_str().to_owned()),
        ("employees", _) => staff.map(|staff| staff.to_string()),
        ("above_scale", Scale::Above) => Some("true".to_owned()),
        ("above_scale", Scale::Below) => Some("false".to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
