//! What this crate hands to the program: texts, rights, navigation, pages.

use identity::Role;
use web::{Module, NavEntry};

/// The texts of this crate.
pub const WORDS: &[(&str, &str)] =
    &[("zh-CN", include_str!("../words/zh-CN.ftl")), ("en", include_str!("../words/en.ftl"))];

const EVERYBODY: &[Role] =
    &[Role::Desk, Role::Leader, Role::Analyst, Role::Admin, Role::Handler, Role::Helper, Role::Enterprise];

/// Rule packs as pages; it has no tables and no API of its own.
pub const MODULE: Module = Module {
    name: "rules",
    migrations: &[],
    words: WORDS,
    actions: crate::access::ACTIONS,
    nav: &[NavEntry { key: "nav-rules", href: "/rules", roles: EVERYBODY }],
    pages: crate::pages::routes,
    api: axum::Router::new,
};
