//! The schema tests run on: every migration of every module, in the order the program applies them.

use db::Migration;

/// All steps of all modules.
pub fn migrations() -> Vec<Migration> {
    Vec::new()
}
