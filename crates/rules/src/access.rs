//! Who may read and try rule packs.

use identity::{Action, Reach, Role};

/// Read a pack, and try it on a case.
pub const READ: Action = Action {
    resource: "rule-pack",
    name: "read",
    // Packs are the same for the whole county.
    roles: &[(Role::Desk, Reach::All), (Role::Leader, Reach::All), (Role::Admin, Reach::All)],
    scope: None,
};

/// All of them, for the golden table of roles and actions.
pub const ACTIONS: &[Action] = &[READ];
