//! `cargo xtask arrows`: compares arrows.toml with the dependencies between crates that cargo knows.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::house::Finding;
use crate::run::{self, Res};

const FILE: &str = "arrows.toml";
const NEW: &str = "this arrow is not allowed: depend on less, meet through events or a trait wired in app, or argue for it in arrows.toml";
const STALE: &str = "arrows.toml allows more than is used: take it out, so that nobody relies on it unseen";

/// What any crate may be tested with: as a dependency of its tests no arrow, as any other one like all.
const TESTED_WITH: &str = "testkit";

type Arrows = BTreeMap<String, BTreeSet<String>>;

/// Every arrow that is drawn but not allowed, and every one allowed but not drawn.
///
/// # Errors
/// arrows.toml cannot be read, or cargo does not know the workspace.
pub fn check() -> Res<Vec<Finding>> {
    let text = run::read(FILE).ok_or("arrows.toml is missing")?;
    let metadata = run::output(&mut run::cargo(&["metadata", "--format-version", "1", "--no-deps", "--offline"]))?;
    Ok(compare(&text, &allowed(&text)?, &drawn(&metadata)?))
}

fn allowed(text: &str) -> Res<Arrows> {
    let table: BTreeMap<String, Arrows> = toml::from_str(text).map_err(|e| format!("{FILE}: {e}"))?;
    table.get("arrows").cloned().ok_or_else(|| format!("{FILE}: there is no table [arrows]"))
}

fn drawn(metadata: &str) -> Res<Arrows> {
    let metadata: Value = serde_json::from_str(metadata).map_err(|e| format!("cargo metadata: {e}"))?;
    let packages = metadata["packages"].as_array().ok_or("cargo metadata: no packages")?;
    let name = |value: &Value| value["name"].as_str().unwrap_or_default().to_owned();
    let names: BTreeSet<String> = packages.iter().map(name).collect();
    let arrows = packages.iter().map(|package| {
        let all = package["dependencies"].as_array().into_iter().flatten();
        let targets = all.filter(|d| d["kind"] != "dev" || d["name"] != TESTED_WITH).map(name);
        (name(package), targets.filter(|target| names.contains(target)).collect())
    });
    Ok(arrows.collect())
}

fn compare(text: &str, allowed: &Arrows, drawn: &Arrows) -> Vec<Finding> {
    let line_of = |name: &str| {
        let begins = |line: &str| line.strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with('='));
        text.lines().position(begins).map_or(0, |index| index + 1)
    };
    let none = BTreeSet::new();
    let mut found = Vec::new();
    let crates: BTreeSet<&String> = allowed.keys().chain(drawn.keys()).collect();
    for name in crates {
        match (allowed.get(name), drawn.get(name)) {
            (None, _) => found.push(Finding::new(FILE, 0, format!("{name} is not listed"), NEW)),
            (_, None) => found.push(Finding::new(FILE, line_of(name), format!("there is no crate {name}"), STALE)),
            _ => {}
        }
        let (may, does) = (allowed.get(name).unwrap_or(&none), drawn.get(name).unwrap_or(&none));
        for target in does.difference(may) {
            found.push(Finding::new(FILE, line_of(name), format!("{name} depends on {target}"), NEW));
        }
        for target in may.difference(does) {
            found.push(Finding::new(FILE, line_of(name), format!("{name} does not depend on {target}"), STALE));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_crate_is_tested_with_is_no_arrow_until_the_crate_is_built_with_it() {
        let metadata = r#"{"packages": [
            {"name": "db", "dependencies": [{"name": "testkit", "kind": "dev"}, {"name": "kernel", "kind": "dev"}]},
            {"name": "jobs", "dependencies": [{"name": "testkit", "kind": null}]},
            {"name": "kernel", "dependencies": []}, {"name": "testkit", "dependencies": []}]}"#;
        let drawn = drawn(metadata).unwrap();
        assert_eq!(drawn["db"].iter().collect::<Vec<_>>(), ["kernel"]);
        assert_eq!(drawn["jobs"].iter().collect::<Vec<_>>(), ["testkit"]);
    }

    #[test]
    fn missing_and_stale_arrows_are_both_found() {
        let text = "[arrows]\nkernel = []\ndb = [\"kernel\", \"jobs\"]\ngone = []\n";
        let metadata = r#"{"packages": [
            {"name": "kernel", "dependencies": [{"name": "chrono"}, {"name": "db"}]},
            {"name": "db", "dependencies": [{"name": "kernel"}]},
            {"name": "fresh", "dependencies": []}]}"#;
        let found = compare(text, &allowed(text).unwrap(), &drawn(metadata).unwrap());
        let said: Vec<_> = found.iter().map(|f| (f.line, f.what.as_str())).collect();
        let expected = [
            (3, "db does not depend on jobs"),
            (0, "fresh is not listed"),
            (4, "there is no crate gone"),
            (2, "kernel depends on db"),
        ];
        assert_eq!(said, expected);
    }
}
