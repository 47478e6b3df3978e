//! Starting other programs and finding the workspace: what every command needs.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// An error is a sentence for the person at the terminal.
pub type Res<T> = Result<T, String>;

/// The workspace folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_path_buf)
}

/// Where cargo builds.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => root().join("target"),
    }
}

/// A cargo command in the workspace folder.
pub fn cargo(args: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args).current_dir(root());
    // Set by the cargo that runs us; the inner one must see what a person's cargo would see, or it builds anew.
    for name in ["CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH", "CARGO_PKG_NAME", "CARGO_PKG_VERSION"] {
        command.env_remove(name);
    }
    command
}

/// Runs a command with its output shown; it gets no standard input.
///
/// # Errors
/// It cannot be started or does not succeed.
pub fn run(command: &mut Command) -> Res<()> {
    let status = command.stdin(Stdio::null()).status().map_err(|e| cannot_start(command, &e))?;
    if status.success() { Ok(()) } else { Err(format!("{} failed ({status})", shown(command))) }
}

/// Runs a command quietly and returns what it wrote to standard output.
///
/// # Errors
/// It cannot be started or does not succeed; what it wrote to standard error is told.
pub fn output(command: &mut Command) -> Res<String> {
    let out = command.stdin(Stdio::null()).output().map_err(|e| cannot_start(command, &e))?;
    if !out.status.success() {
        let said = String::from_utf8_lossy(&out.stderr);
        return Err(format!("{} failed ({}):\n{}", shown(command), out.status, said.trim_end()));
    }
    Ok(String::from_utf8_lossy(&out.stdout).into_owned())
}

/// Whether a program can be started and succeeds.
pub fn succeeds(program: &str, args: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Tests that passed and failed, summed over the test binaries of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: usize,
    pub failed: usize,
}

/// Runs test programs, showing their output as it comes, and counts from the `test result:` lines.
///
/// # Errors
/// It cannot be started. A failed test is no error here: the answer's flag says whether all succeeded.
pub fn tests(command: &mut Command) -> Res<(bool, Counts)> {
    let spawned = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
    let mut child = spawned.map_err(|e| cannot_start(command, &e))?;
    let mut counts = Counts::default();
    if let Some(stdout) = child.stdout.take() {
        let mut reader = BufReader::new(stdout);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).map_err(|e| format!("the tests: {e}"))? > 0 {
            // A reader that went away (a closed pipe) does not end the tests.
            let _ = std::io::stdout().write_all(&line);
            if let Some(more) = counts_of(&String::from_utf8_lossy(&line)) {
                counts.passed += more.passed;
                counts.failed += more.failed;
            }
            line.clear();
        }
    }
    let status = child.wait().map_err(|e| format!("the tests: {e}"))?;
    Ok((status.success(), counts))
}

/// Reads `test result: ok. 12 passed; 0 failed; …`.
fn counts_of(line: &str) -> Option<Counts> {
    let rest = line.trim_start().strip_prefix("test result:")?;
    let number = |word: &str| -> Option<usize> {
        let (before, _) = rest.split_once(word)?;
        before.rsplit([' ', ';', '.']).find(|part| !part.is_empty())?.parse().ok()
    };
    Some(Counts { passed: number(" passed")?, failed: number(" failed")? })
}

fn cannot_start(command: &Command, error: &std::io::Error) -> String {
    format!("cannot start {}: {error}", shown(command))
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy().into_owned()).collect();
    format!("`{}`", words.join(" "))
}

/// The files of the project: what git tracks or would track, with `/` between folders, sorted.
///
/// # Errors
/// This is no git work tree.
pub fn project_files() -> Res<Vec<String>> {
    let mut git = Command::new("git");
    git.current_dir(root()).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let listed = output(&mut git)?;
    let mut files: Vec<String> = listed.split('\0').filter(|f| !f.is_empty()).map(str::to_owned).collect();
    files.retain(|file| root().join(file).is_file());
    files.sort();
    files.dedup();
    Ok(files)
}

/// The text of a project file; `None` if it is not text.
pub fn read(file: &str) -> Option<String> {
    std::fs::read(root().join(file)).ok().and_then(|bytes| String::from_utf8(bytes).ok())
}

#[cfg(test)]
mod selftest {
    use super::*;

    #[test]
    fn cargo_result_lines_are_counted() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s";
        assert_eq!(counts_of(line), Some(Counts { passed: 12, failed: 3 }));
        assert_eq!(counts_of("test a::b ... ok"), None);
    }
}
