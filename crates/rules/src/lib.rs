//! Rule packs in the program: data files in and out, runs over millions of enterprises, and what a pack says of the county.

pub mod access;
pub mod county;
pub mod export;
pub mod files;
pub mod library;
pub mod load;
mod module;
pub mod pages;
pub mod run;
pub mod side;

pub use module::{MODULE, WORDS};
