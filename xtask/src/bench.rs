//! `cargo xtask bench`: builds for speed and runs the load generator of tests/it, with a PostgreSQL to compare.

use crate::postgres::Postgres;
use crate::prepare;
use crate::run::{self, Res};

/// Passes its arguments on to the load generator.
///
/// # Errors
/// It does not build or a measurement fails. Slowness is printed, not an error.
pub fn run(args: &[String]) -> Res<()> {
    run::run(&mut run::cargo(&["build", "--release", "--locked", "--package", "cli"]))?;
    run::run(&mut run::cargo(&["build", "--release", "--locked", "--package", "it", "--bin", "bench"]))?;
    let postgres = Postgres::start()?;
    let mut bench = run::cargo(&["run", "--quiet", "--release", "--locked", "--package", "it", "--bin", "bench", "--"]);
    prepare::environment(&mut bench);
    run::run(bench.args(args).env("WANQI_TEST_POSTGRES", postgres.url()))
}
