//! The rules of the house: how findings are written and reported.

use crate::run::Res;

/// One place that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub file: String,
    /// From 1; 0 when the file as a whole is meant.
    pub line: usize,
    /// What is there.
    pub what: String,
    /// Which rule forbids it, and what to do instead.
    pub rule: &'static str,
    /// Told, but not a failure.
    pub warning: bool,
}

impl Finding {
    pub fn new(file: &str, line: usize, what: impl Into<String>, rule: &'static str) -> Self {
        Self { file: file.to_owned(), line, what: what.into(), rule, warning: false }
    }

    pub fn warning(mut self) -> Self {
        self.warning = true;
        self
    }
}

/// Prints the findings as `file:line: what` with the rule below.
///
/// # Errors
/// There is one that is not only a warning.
pub fn report(name: &str, findings: &[Finding]) -> Res<()> {
    for finding in findings {
        let level = if finding.warning { "warning: " } else { "" };
        let place = if finding.line == 0 { finding.file.clone() } else { format!("{}:{}", finding.file, finding.line) };
        println!("{place}: {level}{}\n    {}", finding.what, finding.rule);
    }
    let faults = findings.iter().filter(|f| !f.warning).count();
    let warnings = findings.len() - faults;
    println!("{name}: {faults} faults, {warnings} warnings");
    if faults == 0 { Ok(()) } else { Err(format!("cargo xtask {name}: {faults} faults, listed above")) }
}
