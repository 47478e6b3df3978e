//! `cargo xtask bench casework`: a county of 100,000 enterprises and 100,000 requests, measured from outside. It prints, it
//! never judges.

use it::bench::{Plan, run};

fn main() {
    let plan = Plan::from_arguments(std::env::args().skip(1));
    match plan.and_then(|plan| run(&plan)) {
        Ok(()) => {}
        Err(error) => {
            eprintln!("bench: {error}");
            std::process::exit(1);
        }
    }
}
