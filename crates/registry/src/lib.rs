//! The county's enterprises: what is known of them, who helps them, where they come from.

pub mod access;
pub mod api;
pub mod ask;
pub mod chain;
pub mod enterprise;
pub mod facts;
pub mod import;
pub mod keep;
pub mod pages;
pub mod reindex;
pub mod seed;
mod store;
pub mod unchecked;

pub use enterprise::{Brief, Chain, Enterprise, HelperKind, NewEnterprise, Scale, Status, Township};

use db::Migration;
use identity::Role;
use web::{Module, NavEntry};

/// The tables of this crate.
pub const MIGRATIONS: &[Migration] = &[
    Migration { module: "registry", version: 1, text: include_str!("../migrations/0001_registry.sql") },
    Migration { module: "registry", version: 2, text: include_str!("../migrations/0002_facts.sql") },
    Migration { module: "registry", version: 3, text: include_str!("../migrations/0003_chains.sql") },
    Migration { module: "registry", version: 4, text: include_str!("../migrations/0004_counts.sql") },
];

/// The texts of this crate.
pub const WORDS: &[(&str, &str)] =
    &[("zh-CN", include_str!("../words/zh-CN.ftl")), ("en", include_str!("../words/en.ftl"))];

/// Everything of this word: tables, texts, rights, navigation, pages, API. Its job: [`handlers`].
pub const MODULE: Module = Module {
    name: "registry",
    migrations: MIGRATIONS,
    words: WORDS,
    actions: access::ACTIONS,
    nav: &[NavEntry {
        key: "nav-enterprises",
        href: "/enterprises",
        roles: &[Role::Desk, Role::Leader, Role::Handler, Role::Analyst, Role::Admin],
    }],
    pages: pages::routes,
    api: api::routes,
};

/// What the queue can run for this crate. Uploaded files wait under `data_dir/imports`.
pub fn handlers(data_dir: std::path::PathBuf) -> Vec<jobs::Handler> {
    let mut all = import::job::handlers(data_dir);
    all.push(reindex::handler());
    all
}

#[cfg(test)]
mod store_tests;
#[cfg(test)]
mod testing;
