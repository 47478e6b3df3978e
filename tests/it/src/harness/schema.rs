//! The schema tests run on: every migration of every module, in the order the program applies them.

use db::Migration;

/// All steps of all modules.
pub fn migrations() -> Vec<Migration> {
    let all = [identity::MIGRATIONS, jobs::MIGRATIONS, registry::MIGRATIONS, casework::MIGRATIONS];
    all.into_iter().flatten().copied().collect()
}
