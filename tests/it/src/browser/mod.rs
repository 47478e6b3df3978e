//! The program as people meet it: a real Chromium before a server in this process with the demo county in it.
//!
//! SQLite alone: what the engines do differently is below the pages, and the tests of the other modules ask both.

mod co_units;
mod county;
mod flows;
mod hands;
mod pages;
mod sweep;
