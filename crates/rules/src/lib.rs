//! Rule packs in the program: data files in and out, and runs over millions of enterprises.

pub mod access;
pub mod files;
pub mod library;
pub mod load;
mod module;
pub mod pages;
pub mod run;

pub use module::{MODULE, WORDS};
