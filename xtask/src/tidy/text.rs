//! Rules for any text file: length, leftovers, machine paths, registry hosts, lock files, and files that must exist.

use std::path::Path;

use super::source::Source;
use crate::house::Finding;

const LENGTH: &str = "files have 50 to 400 lines and one concept: split it by concept";
const LEFTOVER: &str = "nothing is left for later in the tree: do it, or file an issue";
const MACHINE: &str =
    "no path of one machine stands in the project: take it from the environment, an argument or the temporary folder";
const HOST: &str = "no address of a package registry stands in the project: the clients know theirs (npm: omit-lockfile-registry-resolved)";
const EXISTS: &str = "the project promises this file: write it";

/// Lines from which a file is too long to be told, and to be kept.
const LONG: usize = 400;
const TOO_LONG: usize = 500;

/// Files that must be there.
const NEEDED: &[&str] = &["LICENSE", "arrows.toml", "changes.toml", "Cargo.lock", ".ci/run"];

/// Written by programs, so their length says nothing.
const GENERATED: &[&str] = &["Cargo.lock", "package-lock.json", "openapi.json"];

pub fn whole_project(files: &[String]) -> Vec<Finding> {
    let missing = NEEDED.iter().filter(|needed| !files.iter().any(|file| file == *needed));
    missing.map(|file| Finding::new(file, 0, "missing", EXISTS)).collect()
}

pub fn check(file: &str, content: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    if GENERATED.iter().any(|name| file.ends_with(name)) {
        if file.ends_with("package-lock.json") {
            found.extend(hosts(file, content));
            for (line, _) in numbered(content).filter(|(_, text)| text.contains("\"resolved\"")) {
                found.push(Finding::new(file, line, "a download address", HOST));
            }
        }
        return found;
    }
    found.extend(length(file, content));
    // The rules name what they forbid.
    if file.starts_with("xtask/src/tidy/") {
        return found;
    }
    found.extend(hosts(file, content));
    found.extend(leftovers(file, content));
    let test = file.starts_with("tests/") || file.contains("/tests/");
    if !test {
        found.extend(machine_paths(file, content));
    }
    found
}

fn numbered(content: &str) -> impl Iterator<Item = (usize, &str)> {
    content.lines().enumerate().map(|(index, text)| (index + 1, text))
}

fn extension(file: &str) -> &str {
    Path::new(file).extension().and_then(|e| e.to_str()).unwrap_or_default()
}

fn length(file: &str, content: &str) -> Option<Finding> {
    if !matches!(extension(file), "rs" | "html" | "css" | "js" | "sql" | "sh") {
        return None;
    }
    let lines = content.lines().count();
    let finding = Finding::new(file, 0, format!("{lines} lines"), LENGTH);
    if lines <= LONG {
        return None;
    }
    Some(if lines <= TOO_LONG { finding.warning() } else { finding })
}

fn leftovers(file: &str, content: &str) -> Vec<Finding> {
    if !matches!(extension(file), "rs" | "html" | "css" | "js" | "sql" | "toml" | "ftl" | "sh" | "md") {
        return Vec::new();
    }
    let words = ["TODO", "FIXME", "XXX:", "todo!(", "unimplemented!("];
    let mut found = Vec::new();
    for (line, text) in numbered(content) {
        for word in words.iter().filter(|word| text.contains(**word)) {
            found.push(Finding::new(file, line, format!("{word} left over"), LEFTOVER));
        }
    }
    found
}

fn machine_paths(file: &str, content: &str) -> Vec<Finding> {
    let folders = ["/work/", "/root/", "/home/", "/tmp/", "/Users/"];
    // A path begins where a word could not go on: an address such as https://host/home/ is none.
    let begins = |before: Option<char>| before.is_none_or(|c| c.is_whitespace() || "\"'`=(:[<,>".contains(c));
    let tests: Vec<bool> = match extension(file) {
        "rs" => Source::read(content).lines.iter().map(|(_, test)| *test).collect(),
        _ => Vec::new(),
    };
    let mut found = Vec::new();
    for (line, text) in numbered(content) {
        if tests.get(line - 1).copied().unwrap_or(false) {
            continue;
        }
        for folder in folders {
            if text.match_indices(folder).any(|(at, _)| begins(text[..at].chars().last())) {
                found.push(Finding::new(file, line, format!("names a path under {folder}"), MACHINE));
            }
        }
    }
    found
}

fn hosts(file: &str, content: &str) -> Vec<Finding> {
    let names = [
        "registry.npmjs.org",
        "registry.yarnpkg.com",
        "index.crates.io",
        "static.crates.io",
        "pypi.org",
        "pythonhosted.org",
        "deb.debian.org",
    ];
    let mut found = Vec::new();
    for (line, text) in numbered(content) {
        for name in names.iter().filter(|name| text.contains(**name)) {
            found.push(Finding::new(file, line, format!("names {name}"), HOST));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(file: &str, content: &str) -> Vec<(&'static str, bool)> {
        check(file, content).iter().map(|f| (f.rule, f.warning)).collect()
    }

    #[test]
    fn each_rule_fires_where_it_should_and_nowhere_else() {
        assert_eq!(rules("a.rs", &"x\n".repeat(401)), [(LENGTH, true)]);
        assert_eq!(rules("a.rs", &"x\n".repeat(501)), [(LENGTH, false)]);
        assert!(rules("a.ftl", &"x\n".repeat(900)).is_empty());
        assert_eq!(rules("a.md", "x TODO y"), [(LEFTOVER, false)]);
        assert_eq!(rules("a.toml", "p = \"/home/me/x\""), [(MACHINE, false)]);
        assert!(rules("a.md", "https://example.org/home/x and demo/work/x").is_empty());
        assert!(rules("tests/a.rs", "\"/tmp/x\"").is_empty());
        assert_eq!(rules("w/.npmrc", "registry=https://registry.npmjs.org"), [(HOST, false)]);
        assert_eq!(rules("w/package-lock.json", "\"resolved\": \"x\""), [(HOST, false)]);
        assert!(rules("Cargo.lock", "index.crates.io").is_empty());
    }

    #[test]
    fn promised_files_are_missed() {
        assert_eq!(whole_project(&["LICENSE".to_owned()]).len(), NEEDED.len() - 1);
    }
}
