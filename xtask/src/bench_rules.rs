//! `cargo xtask bench rules`: the sweep against other engines, over the same Parquet file and rules.

use std::process::Command;

use crate::run::{self, Res, root, target};

/// Builds for speed, installs the other engines and prints the tables; `--big` adds ten million enterprises.
///
/// # Errors
/// It does not build, or Python cannot be prepared. An engine that cannot be installed is left out with a message.
pub fn run(args: &[String]) -> Res<()> {
    run::run(&mut run::cargo(&["build", "--release", "--locked", "--package", "rules", "--example", "bench"]))?;
    let folder = target().join("bench-rules");
    let scripts = root().join("crates/rules/benches");
    let venv = folder.join("venv");
    let python = venv.join("bin/python");
    if !python.exists() {
        run::run(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
    }
    let requirements =
        run::read("crates/rules/benches/requirements.txt").ok_or("crates/rules/benches/requirements.txt is missing")?;
    for package in requirements.lines().filter(|line| !line.is_empty()) {
        let installed = run::run(Command::new(&python).args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            package,
        ]));
        if let Err(reason) = installed {
            eprintln!("{package} is left out: {reason}");
        }
    }
    let ours = target().join("release/examples/bench");
    run::run(Command::new(&python).arg(scripts.join("report.py")).arg(ours).arg(folder.join("data")).args(args))
}
