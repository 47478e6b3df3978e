//! The only files of this crate that touch SQL rows.

pub mod api;
pub mod case;
pub mod desk;
pub mod enterprise_side;
pub mod ledger;
pub mod list;
pub mod settings;
pub mod files;
pub mod figures;
