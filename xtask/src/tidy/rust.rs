//! Rules for Rust files: module line, where SQL and sqlx may stand, purity of lib and kernel, markup in strings.

use super::source::Source;
use crate::house::Finding;

const MODULE_LINE: &str = "every file begins with `//! what it is`: write that line first";
const SQLX: &str =
    "only crates/db and files named store.rs touch the driver (invariant 2): go through `db` or the module's store.rs";
const SQL: &str = "SQL stands in sql/*.sql, migrations/ and store.rs (invariant 2): move the text there";
const PURE: &str =
    "lib/, kernel and events do no I/O, read no clock and use no async (invariant 1): take the value as an argument";
const STORE: &str = "stores are private to their crate (invariant 2): others ask functions of `ask`, which answer what the asker has a right to";
const SEED: &str = "`seed` asks for no right and writes no audit entry: go through the module's use cases";
const MARKUP: &str =
    "the content security policy stops inline styles and handlers: use a class, or a listener in a script file";

/// What a pure crate may not name.
const IMPURE: &[&str] = &[
    "async fn",
    "async move",
    ".await",
    "tokio::",
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "Instant::now",
    "println!",
];

pub fn check(file: &str, source: &Source) -> Vec<Finding> {
    let mut found = Vec::new();
    if !source.first_line.starts_with("//! ") {
        found.push(Finding::new(file, 1, "no module line", MODULE_LINE));
    }
    if is_test_code(file) {
        return found;
    }
    let pure = file.starts_with("crates/kernel/src/")
        || file.starts_with("crates/events/src/")
        || (file.starts_with("lib/") && file.contains("/src/"));
    // The writer of SQL for other engines is made of SQL.
    let rows = file.starts_with("crates/db/")
        || file.starts_with("lib/rulepack/src/sql/")
        || file.ends_with("/store.rs")
        || file.contains("/store/");
    for (index, (line, _)) in source.lines.iter().enumerate().filter(|(_, (_, test))| !test) {
        if !rows && has_word(line, "sqlx") {
            found.push(Finding::new(file, index + 1, "names sqlx", SQLX));
        }
        if file.ends_with("/src/lib.rs") && line.trim_start().starts_with("pub mod store") {
            found.push(Finding::new(file, index + 1, "a public store", STORE));
        }
        if line.contains("::seed::") && !fills(file) {
            found.push(Finding::new(file, index + 1, "fills in unasked", SEED));
        }
        if pure {
            for word in IMPURE.iter().filter(|word| line.contains(**word)) {
                found.push(Finding::new(file, index + 1, format!("uses {word}"), PURE));
            }
        }
    }
    for literal in source.literals.iter().filter(|l| !l.in_test) {
        if !rows && is_sql(&literal.text) {
            let start: String = literal.text.trim_start().chars().take(40).collect();
            found.push(Finding::new(file, literal.line, format!("SQL in a string: {start:?}"), SQL));
        }
        if let Some(word) = markup(&literal.text).filter(|_| !file.starts_with("xtask/")) {
            found.push(Finding::new(file, literal.line, format!("{word} in markup"), MARKUP));
        }
    }
    found
}

/// Where rows are filled in without anybody to ask: a new installation, the invented counties.
fn fills(file: &str) -> bool {
    file == "crates/app/src/install.rs" || file.starts_with("crates/app/src/demo/")
}

/// Tests, benches and xtask itself have no business rules to keep.
fn is_test_code(file: &str) -> bool {
    file.starts_with("tests/")
        || file.starts_with("crates/testkit/")
        || file.contains("/tests/")
        || file.contains("/benches/")
        || file.ends_with("/tests.rs")
        || file.ends_with("_tests.rs")
}

fn has_word(line: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().last();
        let after = line[at + word.len()..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

/// Whether the string begins as a statement does; a sentence such as "SELECT a file" is not caught, `SELECT 1` is.
fn is_sql(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().take(3).collect();
    matches!(
        words.as_slice(),
        ["SELECT" | "WITH", _, ..]
            | ["INSERT", "INTO" | "OR", ..]
            | ["DELETE", "FROM", ..]
            | ["UPDATE", _, "SET"]
            | ["CREATE" | "DROP" | "ALTER", "TABLE" | "INDEX" | "UNIQUE" | "VIEW", ..]
    )
}

/// An inline style or event handler in a string that is markup.
fn markup(text: &str) -> Option<&'static str> {
    if !text.contains('<') && !text.contains("=\\\"") {
        return None;
    }
    [" style=", " onclick=", " onchange=", " onsubmit=", " onload=", " oninput="]
        .into_iter()
        .find(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(file: &str, text: &str) -> Vec<&'static str> {
        check(file, &Source::read(text)).iter().map(|f| f.rule).collect()
    }

    #[test]
    fn each_rule_fires_where_it_should_and_nowhere_else() {
        let sql = "//! x\nfn f() { run(\"SELECT id FROM request\"); }\n";
        assert_eq!(rules("crates/casework/src/intake.rs", sql), [SQL]);
        assert!(rules("crates/casework/src/store.rs", sql).is_empty());
        assert!(rules("crates/db/src/query.rs", sql).is_empty());
        assert!(rules("tests/it/src/x.rs", sql).is_empty());
        assert!(rules("crates/testkit/src/x.rs", sql).is_empty());
        assert!(
            rules("crates/a/src/b.rs", "//! x\n#[cfg(test)]\nmod tests { const Q: &str = \"SELECT 1\"; }").is_empty()
        );
        assert_eq!(rules("crates/web/src/a.rs", "//! x\nuse sqlx::Row;"), [SQLX]);
        assert!(rules("crates/web/src/a.rs", "//! x\n// no sqlx here\nfn my_sqlx_free() {}").is_empty());
        assert_eq!(rules("lib/workdays/src/a.rs", "//! x\nfn f() { std::fs::read(p) }"), [PURE]);
        assert_eq!(rules("crates/registry/src/lib.rs", "//! x\npub mod store;"), [STORE]);
        assert!(rules("crates/registry/src/lib.rs", "//! x\nmod store;").is_empty());
        let filled = "//! x\nfn f() { registry::seed::create_many(tx) }";
        assert_eq!(rules("crates/casework/src/a.rs", filled), [SEED]);
        assert!(rules("crates/app/src/demo/firms.rs", filled).is_empty());
        assert_eq!(rules("crates/kernel/src/a.rs", "//! x\nasync fn f() {}"), [PURE]);
        assert_eq!(rules("crates/web/src/a.rs", "fn f() {}"), [MODULE_LINE]);
        assert_eq!(rules("crates/web/src/a.rs", "//! x\nconst A: &str = \"<b style='x'>\";"), [MARKUP]);
    }
}
