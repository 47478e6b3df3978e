//! What can be done to people, units, tokens, the audit and jobs, and who may do it.

use identity::{Action, Reach, Role};

const ADMIN: &[(Role, Reach)] = &[(Role::Admin, Reach::All)];

/// See what is kept and how the program fares.
pub const OVERVIEW: Action = Action { resource: "administration", name: "read", roles: ADMIN, scope: None };
/// Add and change people, their roles and passwords, and end their sessions.
pub const PEOPLE: Action = Action { resource: "person", name: "keep", roles: ADMIN, scope: None };
/// Add, rename, move and close units.
pub const UNITS: Action = Action { resource: "unit", name: "keep", roles: ADMIN, scope: None };
/// Issue and revoke the tokens of neighbouring systems.
pub const TOKENS: Action = Action { resource: "token", name: "keep", roles: ADMIN, scope: None };
/// Read and verify who did what.
pub const AUDIT: Action = Action { resource: "audit", name: "read", roles: ADMIN, scope: None };
/// See jobs, stop them and start them again.
pub const JOBS: Action = Action { resource: "job", name: "keep", roles: ADMIN, scope: None };

/// All of them, for the golden table of roles and actions.
pub const ACTIONS: &[Action] = &[OVERVIEW, PEOPLE, UNITS, TOKENS, AUDIT, JOBS];
