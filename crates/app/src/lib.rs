//! The composition root: which modules there are, how they are configured, installed, served, copied, backed up.

pub mod admin;
pub mod api_docs;
pub mod archive;
pub mod backup;
pub mod config;
pub mod copy;
pub mod demo;
pub mod doctor;
pub mod history;
pub mod install;
mod leftovers;
pub mod machine;
pub mod metrics;
pub mod modules;
mod notice;
pub mod peer;
pub mod private;
mod ready;
pub mod restore;
mod seats;
pub mod serve;
pub mod server;
mod store;

pub use config::Config;
pub use serve::{App, assemble, build};

/// The texts of this crate: errors of the configuration and of operations, the pages of administration.
pub const WORDS: &[(&str, &str)] = &[
    ("zh-CN", include_str!("../words/zh-CN.ftl")),
    ("en", include_str!("../words/en.ftl")),
    ("zh-CN", include_str!("../words/admin.zh-CN.ftl")),
    ("en", include_str!("../words/admin.en.ftl")),
];
