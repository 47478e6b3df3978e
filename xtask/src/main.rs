//! `cargo xtask …`: everything developers and CI run on this workspace, one file per command.

mod arrows;
mod bench;
mod bench_rules;
mod build_all;
mod guide;
mod house;
mod new_module;
mod openapi;
mod postgres;
mod prepare;
mod run;
mod screenshots;
mod test;
mod tidy;
mod timings;
mod words;

// The browser client of the tests, compiled once more here rather than made a crate of its own.
#[allow(dead_code, reason = "screenshots need only a part of it")]
#[path = "../../tests/it/src/harness/chromium.rs"]
mod chromium;
#[path = "../../tests/it/src/harness/guarded.rs"]
mod guarded;
#[allow(dead_code, reason = "screenshots need only a part of it")]
#[path = "../../tests/it/src/harness/http.rs"]
mod http;
#[allow(dead_code, reason = "screenshots need only a part of it")]
#[path = "../../tests/it/src/harness/webdriver.rs"]
mod webdriver;

use std::process::ExitCode;

use run::Res;

const HELP: &str = "\
cargo xtask COMMAND

  test [--only STEP]...   everything CI runs; steps: prepare format lint unit house it
       [--spark]          and rule packs on Spark (needs Java 17; takes half a gigabyte from PyPI)
  tidy                    the rules of the house that no compiler checks
  arrows                  compares arrows.toml with what the crates really depend on
  words                   missing, unused and unequal texts in words/*.ftl
  openapi                 writes docs/openapi.json anew from the code
  screenshots [--debug] [NAME]...
                          writes docs/screenshots/*.png from the demo, as xtask/screens.toml says
  guide [--debug]         does what the operating guide tells, from init to a closed case, and
                          writes docs/guide/pictures/*.png, as xtask/guide.toml says
  bench [ARGS]...         builds for speed and runs the load generator on both databases
  bench rules [--big]     builds for speed and runs the rules of a sweep against other engines
  timings               builds the program anew and prints what each crate costs
  new-module NAME         writes the skeleton of a business crate";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let Some(code) = timings::as_compiler(&args) {
        return code;
    }
    match dispatch(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(args: &[String]) -> Res<()> {
    let (command, rest) = args.split_first().map_or(("help", args), |(first, rest)| (first.as_str(), rest));
    match command {
        "test" => test::run(rest),
        "tidy" => house::report("tidy", &tidy::check()?),
        "arrows" => house::report("arrows", &arrows::check()?),
        "words" => house::report("words", &words::check()?),
        "openapi" => openapi::run(),
        "screenshots" => screenshots::run(rest),
        "guide" => guide::run(rest),
        "bench" if rest.first().is_some_and(|first| first == "rules") => bench_rules::run(&rest[1..]),
        "bench" => bench::run(rest),
        "timings" => timings::run(),
        "new-module" => new_module::run(rest),
        "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(())
        }
        other => Err(format!("xtask has no command {other:?}.\n\n{HELP}")),
    }
}
