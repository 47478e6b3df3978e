//! Requests filled in where nobody is there to be asked: a new installation, the invented counties, benches and tests. No right
//! is asked for and nothing is written into the audit; business code goes through [`crate::Casework`].

pub use crate::store::case::{Change, NewRequest, count_up, save};
pub use crate::store::files::insert as insert_file;
pub use crate::store::settings::install;
