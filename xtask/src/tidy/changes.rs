//! The rule of the one way to change: nothing is committed, written to the audit or told outside `identity::Change`, but
//! where `changes.toml` says why.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::source::Source;
use crate::house::Finding;
use crate::run::{self, Res};

const FILE: &str = "changes.toml";
const CHANGE: &str = "what changes something goes through `identity::Change`, which asks, writes the audit and tells (ADR 7): use it, or say in changes.toml why this changes nothing for others";
const STALE: &str =
    "changes.toml allows what is not done: take it out or correct the number, so that nothing comes in unseen";

/// What only a change may do.
const WORDS: &[&str] = &[".commit()", "identity::record(", "jobs::announce(", "audit::record("];
/// The platform below changes: what they commit is their own books.
const BELOW: &[&str] = &["crates/db/", "crates/jobs/", "crates/identity/"];

/// A file that may, how often, and why.
#[derive(Debug, Deserialize)]
struct Allowed {
    times: usize,
    why: String,
}

/// The list of `changes.toml`, with how often each file did it so far.
#[derive(Debug)]
pub struct Changes {
    allowed: BTreeMap<String, Allowed>,
    seen: BTreeMap<String, usize>,
}

impl Changes {
    /// Reads the list.
    ///
    /// # Errors
    /// It is missing, or is not what it should be.
    pub fn read() -> Res<Self> {
        Self::of(&run::read(FILE).ok_or("changes.toml is missing")?)
    }

    fn of(text: &str) -> Res<Self> {
        let mut table: BTreeMap<String, BTreeMap<String, Allowed>> =
            toml::from_str(text).map_err(|e| format!("{FILE}: {e}"))?;
        let allowed = table.remove("outside").ok_or_else(|| format!("{FILE}: there is no table [outside]"))?;
        Ok(Self { allowed, seen: BTreeMap::new() })
    }

    /// Findings of one file.
    pub fn check(&mut self, file: &str, source: &Source) -> Vec<Finding> {
        let business = file.starts_with("crates/") && file.contains("/src/");
        let test = file.ends_with("tests.rs") || file.ends_with("/testing.rs") || file.contains("/tests/");
        if !business || test || BELOW.iter().any(|below| file.starts_with(below)) {
            return Vec::new();
        }
        let mut found = Vec::new();
        for (index, (line, _)) in source.lines.iter().enumerate().filter(|(_, (_, test))| !test) {
            for word in WORDS {
                let times = line.matches(word).count();
                found.extend((0..times).map(|_| Finding::new(file, index + 1, format!("{word} by itself"), CHANGE)));
            }
        }
        if found.is_empty() {
            return found;
        }
        self.seen.insert(file.to_owned(), found.len());
        let may = self.allowed.get(file).filter(|allowed| allowed.times >= found.len());
        if may.is_some() { Vec::new() } else { found }
    }

    /// What the list allows and nobody does.
    pub fn rest(self) -> Vec<Finding> {
        let mut found = Vec::new();
        for (file, allowed) in &self.allowed {
            let times = self.seen.get(file).copied().unwrap_or(0);
            if times < allowed.times {
                let what = format!("{file} is allowed {} times and does it {times} times", allowed.times);
                found.push(Finding::new(FILE, 0, what, STALE));
            }
            if allowed.why.trim().is_empty() {
                found.push(Finding::new(FILE, 0, format!("{file} has no reason"), STALE));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_needs_a_reason_and_a_reason_a_commit() {
        let text = "[outside]\n\"crates/web/src/a.rs\" = { times = 1, why = \"a session\" }\n\
                    \"crates/web/src/gone.rs\" = { times = 2, why = \"\" }\n";
        let mut changes = Changes::of(text).unwrap();
        let once = Source::read("//! x\nasync fn f() { tx.commit().await }\n// never .commit() here\n");
        let twice = Source::read("//! x\nfn f() { identity::record(tx, e); tx.commit() }\n");
        let tested = Source::read("//! x\n#[cfg(test)]\nmod tests { fn f() { tx.commit() } }\n");
        assert!(changes.check("crates/web/src/a.rs", &once).is_empty());
        assert_eq!(changes.check("crates/web/src/a.rs", &twice).len(), 2, "more than the list says");
        assert_eq!(changes.check("crates/registry/src/b.rs", &once)[0].rule, CHANGE);
        assert!(changes.check("crates/registry/src/b.rs", &tested).is_empty());
        for free in ["crates/identity/src/change.rs", "tests/it/src/a.rs", "crates/registry/src/store_tests.rs"] {
            assert!(changes.check(free, &once).is_empty(), "{free}");
        }
        assert_eq!(changes.rest().len(), 2, "gone, and without a reason");
    }
}
