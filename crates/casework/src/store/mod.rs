//! The only files of this crate that touch SQL rows.

pub mod api;
pub mod calendar;
pub mod case;
mod conditions;
pub mod desk;
pub mod desk_line;
pub mod enterprise_side;
pub mod figures;
pub mod files;
pub mod kind;
pub mod ledger;
pub mod link;
pub mod list;
pub mod need_rows;
pub(crate) mod seals;
pub mod settings;
