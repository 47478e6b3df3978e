//! One build for all tests: every crate, test and binary in one go, so that no step builds a dependency twice.
//!
//! Cargo chooses the features of a dependency by the packages asked for. `-p it` and `--workspace` would build half the
//! tree in two variants; asking once, and running the test programs ourselves, does not.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::run::{self, Res};

/// A built test program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestProgram {
    /// Package and target, as people would name it: `kernel`, `cli wanqi`.
    pub name: String,
    pub package: String,
    pub file: PathBuf,
    /// The package's folder, in which cargo would run it.
    pub folder: PathBuf,
}

/// What the build made.
#[derive(Debug, Default)]
pub struct Built {
    pub tests: Vec<TestProgram>,
    /// The `wanqi` program, for tests that start a process.
    pub wanqi: Option<PathBuf>,
}

/// Builds everything; a second call costs a second.
///
/// # Errors
/// Something does not compile; the compiler's messages have been shown.
pub fn everything() -> Res<Built> {
    let mut cargo = run::cargo(&["build", "--workspace", "--locked", "--lib", "--bins", "--tests"]);
    cargo.args(["--message-format", "json-render-diagnostics"]).stdin(Stdio::null()).stderr(Stdio::inherit());
    let out = cargo.output().map_err(|e| format!("cannot start cargo build: {e}"))?;
    if !out.status.success() {
        return Err("the workspace does not build; see above".to_owned());
    }
    Ok(read(&String::from_utf8_lossy(&out.stdout)))
}

/// Reads cargo's messages, one JSON object a line.
fn read(messages: &str) -> Built {
    let mut built = Built::default();
    for message in messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
        let Some(file) = message["executable"].as_str().map(PathBuf::from) else { continue };
        let target = message["target"]["name"].as_str().unwrap_or_default().to_owned();
        if message["profile"]["test"] != Value::Bool(true) {
            if target == "wanqi" {
                built.wanqi = Some(file);
            }
            continue;
        }
        let manifest = Path::new(message["manifest_path"].as_str().unwrap_or_default());
        let folder = manifest.parent().unwrap_or(Path::new("")).to_owned();
        let package = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let name = if package == target { target } else { format!("{package} {target}") };
        built.tests.push(TestProgram { name, package, file, folder });
    }
    built.tests.sort_by(|a, b| a.name.cmp(&b.name));
    built
}

impl TestProgram {
    /// The command as cargo would run it.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.file);
        command.current_dir(&self.folder).env("CARGO_MANIFEST_DIR", &self.folder);
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_read_from_cargos_messages() {
        let messages = r#"{"reason":"compiler-artifact","manifest_path":"/p/crates/cli/Cargo.toml","target":{"name":"wanqi"},"profile":{"test":false},"executable":"/t/wanqi"}
{"reason":"compiler-artifact","manifest_path":"/p/crates/cli/Cargo.toml","target":{"name":"wanqi"},"profile":{"test":true},"executable":"/t/wanqi-1"}
{"reason":"compiler-artifact","manifest_path":"/p/crates/db/Cargo.toml","target":{"name":"db"},"profile":{"test":true},"executable":"/t/db-1"}
{"reason":"compiler-artifact","manifest_path":"/p/crates/db/Cargo.toml","target":{"name":"db"},"profile":{"test":false},"executable":null}
"#;
        let built = read(messages);
        assert_eq!(built.wanqi, Some(PathBuf::from("/t/wanqi")));
        let names: Vec<_> = built.tests.iter().map(|t| (t.name.as_str(), t.package.as_str())).collect();
        assert_eq!(names, [("cli wanqi", "cli"), ("db", "db")]);
        assert_eq!(built.tests[0].folder, Path::new("/p/crates/cli"));
    }
}
