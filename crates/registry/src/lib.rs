//! registry

use db::Migration;

/// The tables of this crate.
pub const MIGRATIONS: &[Migration] =
    &[Migration { module: "registry", version: 1, text: include_str!("../migrations/0001_registry.sql") }];
