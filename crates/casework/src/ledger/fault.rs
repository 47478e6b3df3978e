//! What is wrong with a cell of a ledger: where it stands, what stands in it, what was expected.

use serde::{Deserialize, Serialize};
use web::Words;

/// A fault with its place. `column` is the heading as the ledger has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    pub sheet: String,
    /// As the spreadsheet counts, from 1.
    pub row: u32,
    pub column: String,
    pub value: String,
    /// What was expected: the key `ledger-expected-<code>`.
    pub expected: String,
    /// What the text names, for instance the nearest unit.
    pub hint: String,
}

impl Fault {
    /// The fault in the reader's words: `台账 第 7 行“反映日期”：是“2026-13-1”，应为日期，例如 2026-11-05`.
    /// words: ledger-expected-*
    pub fn text(&self, w: &Words) -> String {
        let expected = w.f(&format!("ledger-expected-{}", self.expected), &[("hint", &self.hint)]);
        let value: String = self.value.chars().take(60).collect();
        // A text file has no sheets.
        let sheet = if self.sheet.is_empty() { w.t("ledger-the-file") } else { self.sheet.as_str().into() };
        w.f(
            if value.trim().is_empty() { "ledger-fault-empty" } else { "ledger-fault" },
            &[
                ("sheet", &sheet),
                ("row", &self.row),
                ("column", &self.column),
                ("value", &value),
                ("expected", &expected),
            ],
        )
    }
}
