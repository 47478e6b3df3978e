//! What can be done to enterprises, and who may do it.

use identity::{Action, Reach, Role};

const DESK: (Role, Reach) = (Role::Desk, Reach::Subtree);
const ADMIN: (Role, Reach) = (Role::Admin, Reach::All);
// Statistics are of the whole county, whatever bureau keeps them.
const ANALYST: (Role, Reach) = (Role::Analyst, Reach::All);

/// See an enterprise, its helpers and former names.
pub const READ: Action = Action {
    resource: "enterprise",
    name: "read",
    roles: &[
        (Role::Enterprise, Reach::OwnEnterprise),
        (Role::Helper, Reach::Helped),
        // A unit may be asked to act for any enterprise of the county.
        (Role::Handler, Reach::All),
        DESK,
        (Role::Leader, Reach::Subtree),
        ANALYST,
        ADMIN,
        (Role::System, Reach::Subtree),
    ],
    scope: Some("enterprises:read"),
};
/// Enter an enterprise or change what is known of it.
pub const CHANGE: Action = Action { resource: "enterprise", name: "change", roles: &[DESK, ADMIN], scope: None };
/// Be shown telephone numbers in full: those of the enterprise and of its named helpers.
pub const SHOW_CONTACT: Action = Action {
    resource: "enterprise",
    name: "show-contact",
    roles: &[(Role::Enterprise, Reach::OwnEnterprise), (Role::Helper, Reach::Helped), DESK, ADMIN],
    scope: None,
};
/// Bring in a list of enterprises for the whole county.
pub const IMPORT: Action =
    Action { resource: "enterprise", name: "import", roles: &[DESK, ANALYST, ADMIN], scope: None };
/// Bring in what departments report of the county's enterprises.
pub const IMPORT_FACTS: Action =
    Action { resource: "enterprise", name: "import-facts", roles: &[DESK, ANALYST, ADMIN], scope: None };
/// Say who helps an enterprise.
pub const ASSIGN_HELPER: Action =
    Action { resource: "enterprise", name: "assign-helper", roles: &[DESK, ADMIN], scope: None };

/// Add, rename and close industrial chains.
pub const CHAINS: Action = Action { resource: "chain", name: "keep", roles: &[ADMIN], scope: None };

/// All of them, for the golden table of roles and actions.
pub const ACTIONS: &[Action] = &[READ, CHANGE, SHOW_CONTACT, IMPORT, IMPORT_FACTS, ASSIGN_HELPER, CHAINS];
