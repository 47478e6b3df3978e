//! What is kept of the check of a ledger: its faults, and what was read and left out.

use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use sheets::Summary;

use super::fault::Fault;

/// So many faults are kept.
const MOST: usize = 500;

/// See the module.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Checked {
    pub faults: Vec<Fault>,
    pub told: Summary,
}

impl Checked {
    pub(super) fn of(faults: &[Fault], told: &Summary) -> Checked {
        Checked { faults: faults.iter().take(MOST).cloned().collect(), told: told.clone() }
    }

    /// From the row of the import; those of the first versions hold faults alone.
    pub(super) fn read(report: &str) -> Checked {
        let old = || serde_json::from_str(report).map(|faults| Checked { faults, ..Checked::default() });
        serde_json::from_str(report).or_else(|_| old()).unwrap_or_default()
    }

    pub(super) fn text(&self) -> Result<String> {
        serde_json::to_string(self).map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_before_is_read() {
        assert_eq!(Checked::read("[]"), Checked::default());
        let one = r#"[{"sheet":"表","row":3,"column":"企业","value":"","expected":"filled","hint":""}]"#;
        assert_eq!(Checked::read(one).faults.len(), 1);
        let checked = Checked { told: Summary { hidden_rows: 2, ..Summary::default() }, ..Checked::default() };
        assert_eq!(Checked::read(&checked.text().unwrap()), checked);
    }
}
