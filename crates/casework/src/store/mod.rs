//! The only files of this crate that touch SQL rows.

pub mod case;
pub mod list;
pub mod settings;
pub mod files;
