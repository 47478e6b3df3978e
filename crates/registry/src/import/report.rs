//! What an import found: how many rows do what, and everything wrong with its place.

use serde::{Deserialize, Serialize};

use super::columns::Column;
use super::rows::WrongSum;

/// So many errors and so many warnings are listed; all are counted.
pub const MOST_LISTED: usize = 1000;

/// Something wrong, or worth a look, in one cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Empty in a text file.
    pub sheet: String,
    pub row: u32,
    /// [`Column::as_str`], or in a file of facts the header as it stands there.
    pub column: String,
    /// What stands there, shortened.
    pub value: String,
    /// Code of the text that says what was expected: `error-` and this.
    pub code: String,
    /// Values named in the text. What is said otherwise in English stands beside: `unit` and `unit_en`.
    pub args: Vec<(String, String)>,
}

/// What an English text is given in the place of the value before the ending.
const ENGLISH: &str = "_en";

impl Problem {
    /// The values as the text of a language wants them.
    pub fn args_in(&self, lang: web::Lang) -> Vec<(&str, &dyn web::words::Arg)> {
        let english = |name: &str| {
            let twin = self.args.iter().find(|(other, _)| other.strip_suffix(ENGLISH) == Some(name));
            twin.filter(|_| lang == web::Lang::En).map(|(_, value)| value)
        };
        let own = self.args.iter().filter(|(name, _)| !name.ends_with(ENGLISH));
        own.map(|(name, value)| (name.as_str(), english(name).unwrap_or(value) as &dyn web::words::Arg)).collect()
    }
}

/// What an import found and did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Report {
    /// Rows with something in them, headers aside.
    pub rows: u64,
    pub added: u64,
    pub changed: u64,
    pub unchanged: u64,
    pub errors: Vec<Problem>,
    pub errors_total: u64,
    pub warnings: Vec<Problem>,
    pub warnings_total: u64,
    /// Columns understood, by [`Column::as_str`] or as their headers stand in a file of facts.
    pub columns: Vec<String>,
    /// Sheets, columns and rows read and left out.
    pub told: sheets::Summary,
    /// Whether the register was changed.
    pub written: bool,
}

impl Report {
    pub(super) fn error(&mut self, problem: Problem) {
        self.errors_total += 1;
        if self.errors.len() < MOST_LISTED {
            self.errors.push(problem);
        }
    }

    pub(super) fn warning(&mut self, problem: Problem) {
        self.warnings_total += 1;
        if self.warnings.len() < MOST_LISTED {
            self.warnings.push(problem);
        }
    }
}

/// A cell shortened for a report. Of a telephone number, and of an identity number in the place of a code, only the ends are told.
pub fn shown(column: Column, value: &str) -> String {
    if column == Column::CreditCode && kernel::is_identity_number(value) {
        return kernel::mask_id(value);
    }
    if column == Column::ContactPhone && value.chars().count() >= 7 {
        return kernel::mask_phone(value);
    }
    shortened(value)
}

/// The beginning of a cell.
pub fn shortened(value: &str) -> String {
    let mut short: String = value.chars().take(40).collect();
    if short.len() < value.len() {
        short.push('…');
    }
    short
}

/// A row that sums up others otherwise than they say.
pub fn sum_problem(wrong: &WrongSum, column: String) -> Problem {
    Problem {
        sheet: wrong.at.sheet.clone(),
        row: wrong.at.row,
        column,
        value: wrong.said.clone(),
        code: "import-sum".to_owned(),
        args: vec![("sum".to_owned(), wrong.sum.clone())],
    }
}
