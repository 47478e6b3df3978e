//! What every test stands on: two database engines, a server, a client without a screen and a real browser.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this code is a part of tests")]

pub mod audited;
pub mod axe;
pub mod book;
pub mod calendar;
pub mod chromium;
pub mod client;
pub mod county;
pub mod engines;
pub mod guarded;
pub mod html;
pub mod http;
pub mod process;
pub mod server;
pub mod token_county;
pub mod untold;
pub mod webdriver;

#[cfg(test)]
mod selftest;
