//! The county's enterprises: what is known of them, who helps them, where they come from.

pub mod access;
pub mod enterprise;
pub mod import;
pub mod keep;
pub mod store;

pub use enterprise::{Brief, Chain, Enterprise, HelperKind, NewEnterprise, Scale, Status, Township};

use db::Migration;

/// The tables of this crate.
pub const MIGRATIONS: &[Migration] =
    &[Migration { module: "registry", version: 1, text: include_str!("../migrations/0001_registry.sql") }];
