//! Requests of enterprises: raised, accepted, assigned, answered in time, confirmed, closed.

pub mod access;
pub mod api;
pub mod ask;
pub mod calendar_change;
pub mod case;
mod case_fold;
#[cfg(test)]
mod case_properties;
#[cfg(test)]
mod case_script;
#[cfg(test)]
mod case_tests;
pub mod category;
pub mod clocks;
pub mod clocks_explain;
pub mod command;
pub mod decide;
mod decide_close;
mod decide_work;
pub mod desk_line;
pub mod doctor;
pub mod engine;
pub mod event;
pub mod figures;
pub mod files;
pub mod filter;
pub mod history;
mod kinds;
pub mod ledger;
pub mod limits;
mod link;
pub mod once;
mod open_groups;
pub mod pages;
pub mod projection;
pub mod projection_tally;
mod raise;
pub mod reach;
mod rebuild;
pub mod reindex;
pub mod replay;
mod replay_check;
mod replay_events;
mod replay_names;
mod replay_read;
#[cfg(test)]
mod replay_tests;
pub mod seal;
pub mod seed;
pub mod settings;
pub mod settings_change;
pub mod state;
mod store;
mod told;
mod until_changed;

pub use engine::Casework;
pub use filter::{FilterQuery, href};
pub use once::OnceKey;
pub use raise::{Raise, Raised};
pub use rebuild::bring_up_to_date;
pub use settings::{Category, Settings};

use db::Migration;
use identity::Role;
use web::{Module, NavEntry};

/// The tables of this crate.
pub const MIGRATIONS: &[Migration] = &[
    Migration { module: "casework", version: 1, text: include_str!("../migrations/0001_casework.sql") },
    Migration { module: "casework", version: 2, text: include_str!("../migrations/0002_seals.sql") },
    Migration { module: "casework", version: 3, text: include_str!("../migrations/0003_calendar.sql") },
    Migration { module: "casework", version: 4, text: include_str!("../migrations/0004_soon.sql") },
    Migration { module: "casework", version: 5, text: include_str!("../migrations/0005_once_keys.sql") },
];

/// Everything of this word: tables, texts, rights, navigation, pages, API.
pub const MODULE: Module = Module {
    name: "casework",
    migrations: MIGRATIONS,
    words: &[
        ("zh-CN", include_str!("../words/zh-CN.ftl")),
        ("en", include_str!("../words/en.ftl")),
        ("zh-CN", include_str!("../words/enterprise.zh-CN.ftl")),
        ("en", include_str!("../words/enterprise.en.ftl")),
        ("zh-CN", include_str!("../words/desk.zh-CN.ftl")),
        ("en", include_str!("../words/desk.en.ftl")),
        ("zh-CN", include_str!("../words/leader.zh-CN.ftl")),
        ("en", include_str!("../words/leader.en.ftl")),
        ("zh-CN", include_str!("../words/settings.zh-CN.ftl")),
        ("en", include_str!("../words/settings.en.ftl")),
        ("zh-CN", include_str!("../words/ledger.zh-CN.ftl")),
        ("en", include_str!("../words/ledger.en.ftl")),
        ("zh-CN", include_str!("../words/api.zh-CN.ftl")),
        ("en", include_str!("../words/api.en.ftl")),
    ],
    actions: access::ACTIONS,
    nav: &[
        NavEntry { key: "nav-desk", href: "/desk", roles: &[Role::Desk] },
        NavEntry { key: "nav-overview", href: "/overview", roles: &[Role::Leader, Role::Desk, Role::Analyst] },
        NavEntry { key: "nav-queue", href: "/queue", roles: &[Role::Handler] },
        NavEntry { key: "nav-helped", href: "/helped", roles: &[Role::Helper] },
        NavEntry { key: "nav-my", href: "/my", roles: &[Role::Enterprise] },
        NavEntry { key: "enterprise-raise", href: "/raise", roles: &[Role::Enterprise] },
        NavEntry {
            key: "nav-requests",
            href: "/requests",
            roles: &[Role::Desk, Role::Leader, Role::Handler, Role::Helper],
        },
    ],
    pages: pages::routes,
    api: api::routes,
};
