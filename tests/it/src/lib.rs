//! Every flow of the program, on both databases and in a real browser: one test binary, so that it links once.

pub mod harness;

#[cfg(test)]
mod closed_loop;
