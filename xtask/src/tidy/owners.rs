//! `owners.toml`: every table has one owner, and nobody else writes its rows.

use std::collections::BTreeMap;

use crate::house::Finding;
use crate::run::{self, Res};

const FILE: &str = "owners.toml";
const RULE: &str = "a table is written by the crate that owns it (owners.toml); others call its functions";
const LISTED: &str = "every table a migration makes stands once in owners.toml, under the crate that owns it";
/// The two words before the table of a statement that writes; of an update only one.
const WRITES: [[&str; 2]; 4] = [["INSERT", "INTO"], ["REPLACE", "INTO"], ["DELETE", "FROM"], ["", "UPDATE"]];

/// Tables by name with their owner, and those that others write too.
#[derive(Debug, Default)]
struct Owners {
    of: BTreeMap<String, String>,
    shared: Vec<String>,
}

impl Owners {
    /// # Errors
    /// The text is no TOML.
    fn read(text: &str, found: &mut Vec<Finding>) -> Res<Owners> {
        let all: toml::Table = text.parse().map_err(|e| format!("{FILE}: {e}"))?;
        let mut owners = Owners::default();
        for (name, value) in &all {
            match value {
                toml::Value::Table(shared) => owners.shared.extend(shared.keys().cloned()),
                value => {
                    for table in value.as_array().into_iter().flatten().filter_map(|table| table.as_str()) {
                        if let Some(other) = owners.of.insert(table.to_owned(), name.clone()) {
                            found.push(Finding::new(FILE, 0, format!("{table}: of {other} and of {name}"), LISTED));
                        }
                    }
                }
            }
        }
        Ok(owners)
    }
}

/// Compares the list with all migrations and all statements among `files`.
///
/// # Errors
/// `owners.toml` is missing or no TOML.
pub fn check(files: &[String]) -> Res<Vec<Finding>> {
    let text = run::read(FILE).ok_or_else(|| format!("{FILE} cannot be read"))?;
    let mut found = Vec::new();
    let owners = Owners::read(&text, &mut found)?;
    let mut made = vec!["schema_migration".to_owned()];
    for file in files {
        let Some(home) = file.strip_prefix("crates/").and_then(|rest| rest.split('/').next()) else { continue };
        let Some(content) = run::read(file) else { continue };
        if file.contains("/migrations/") {
            let tables = content.lines().filter_map(|line| made_by(line));
            made.extend(tables.map(str::to_owned));
        } else if is_code(file) {
            found.extend(foreign(file, home, &content, &owners));
        }
    }
    for table in &made {
        if !owners.of.contains_key(table) {
            found.push(Finding::new(FILE, 0, format!("{table} is missing"), LISTED));
        }
    }
    for table in owners.of.keys().filter(|table| !made.contains(table)) {
        found.push(Finding::new(FILE, 0, format!("no migration makes {table}"), LISTED));
    }
    Ok(found)
}

/// Tests write what they like.
fn is_code(file: &str) -> bool {
    let test = ["/tests", "_tests.rs", "/testing", "/harness/"].iter().any(|part| file.contains(part));
    (file.ends_with(".rs") || file.ends_with(".sql")) && !test
}

/// The table a line of a migration makes; indexes of full text belong to the table beside them.
fn made_by(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix("CREATE ")?.trim_start_matches("VIRTUAL ");
    rest.strip_prefix("TABLE ")?.split([' ', '(']).next()
}

/// Statements in a file that write a table of another crate.
fn foreign(file: &str, home: &str, content: &str, owners: &Owners) -> Vec<Finding> {
    let mut found = Vec::new();
    let code = content.split("#[cfg(test)]").next().unwrap_or(content);
    for (at, line) in code.lines().enumerate() {
        for write in WRITES {
            for rest in line.split(&format!("{} ", write.join(" ").trim_start())).skip(1) {
                let table = rest.split(|c: char| !c.is_ascii_lowercase() && c != '_').next().unwrap_or("");
                let Some(owner) = owners.of.get(table) else { continue };
                if owner != home && !owners.shared.iter().any(|shared| shared == table) {
                    let what = format!("{home} writes {table}, which {owner} owns");
                    found.push(Finding::new(file, at + 1, what, RULE));
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writing_anothers_table_is_found_and_ones_own_is_not() {
        let text = "registry = [\"chain\", \"counter\"]\ncasework = [\"need\"]\n[shared]\ncounter = \"why\"\n";
        let mut twice = Vec::new();
        let owners = Owners::read(text, &mut twice).unwrap();
        assert!(twice.is_empty());
        let code = "sql(\"UPDATE need SET x = 1\");\nsql(\"UPDATE chain SET x = 1\");\nsql(\"INSERT INTO counter VALUES (1)\");\n// UPDATE can be slow";
        let found = foreign("crates/casework/src/a.rs", "casework", code, &owners);
        assert_eq!(
            found.iter().map(|f| (f.line, f.what.as_str())).collect::<Vec<_>>(),
            [(2, "casework writes chain, which registry owns")]
        );
        Owners::read("a = [\"need\"]\nb = [\"need\"]\n", &mut twice).unwrap();
        assert_eq!(twice.len(), 1);
        assert_eq!(made_by("CREATE TABLE need_search ("), Some("need_search"));
        assert_eq!(made_by("CREATE INDEX x ON need (a)"), None);
    }
}
