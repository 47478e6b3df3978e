//! Who may read and try rule packs.

use identity::{Action, Reach, Role};

/// Read a pack, and try it on a case.
pub const READ: Action = Action {
    resource: "rule-pack",
    name: "read",
    // Packs are public law; on which enterprises they are tried is asked apart.
    roles: &[
        (Role::Enterprise, Reach::All),
        (Role::Helper, Reach::All),
        (Role::Handler, Reach::All),
        (Role::Desk, Reach::All),
        (Role::Leader, Reach::All),
        (Role::Analyst, Reach::All),
        (Role::Admin, Reach::All),
    ],
    scope: None,
};
/// See what a pack says of all enterprises of the register, by name.
pub const COUNTY: Action = Action {
    resource: "rule-pack",
    name: "county",
    // Only those who reach the whole county: see [`registry::keep::place`].
    roles: &[
        (Role::Desk, Reach::Subtree),
        (Role::Leader, Reach::Subtree),
        (Role::Analyst, Reach::All),
        (Role::Admin, Reach::All),
    ],
    scope: None,
};

/// All of them, for the golden table of roles and actions.
pub const ACTIONS: &[Action] = &[READ, COUNTY];
