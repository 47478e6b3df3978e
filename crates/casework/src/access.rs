//! What can be done to requests and figures, and who may do it.

use identity::{Action, Reach, Role};

const DESK: (Role, Reach) = (Role::Desk, Reach::Subtree);
const OWN: (Role, Reach) = (Role::Enterprise, Reach::OwnEnterprise);
const HELPED: (Role, Reach) = (Role::Helper, Reach::Helped);
const HANDLER: (Role, Reach) = (Role::Handler, Reach::OwnUnit);
const LEADER: (Role, Reach) = (Role::Leader, Reach::Subtree);
const ANALYST: (Role, Reach) = (Role::Analyst, Reach::All);
const ADMIN: (Role, Reach) = (Role::Admin, Reach::All);
const SYSTEM: (Role, Reach) = (Role::System, Reach::Subtree);

/// See a request, its history and its files.
pub const READ: Action = Action {
    resource: "request",
    name: "read",
    roles: &[OWN, HELPED, HANDLER, DESK, LEADER, SYSTEM],
    scope: Some("requests:read"),
};
/// Raise a problem for an enterprise.
pub const CREATE: Action =
    Action { resource: "request", name: "create", roles: &[OWN, HELPED, DESK, SYSTEM], scope: Some("requests:write") };
/// Be shown telephone numbers in full: whom to call for the request, and the enterprise's named helpers. Handlers while their unit
/// works on it.
pub const SHOW_CONTACT: Action =
    Action { resource: "request", name: "show-contact", roles: &[OWN, HELPED, HANDLER, DESK], scope: None };
/// Accept, return, classify, assign, decide on extensions, call back, close.
pub const HANDLE: Action = Action { resource: "request", name: "handle", roles: &[DESK], scope: None };
/// Sign for, report, wait, ask for an extension, refuse, answer.
pub const ACT: Action = Action { resource: "assignment", name: "act", roles: &[HANDLER], scope: None };
/// Rate, object, withdraw: the enterprise's own word.
pub const SPEAK: Action = Action { resource: "request", name: "speak", roles: &[OWN], scope: None };
/// Add a file or a remark.
pub const REMARK: Action =
    Action { resource: "request", name: "remark", roles: &[OWN, HELPED, HANDLER, DESK, LEADER], scope: None };
/// The figures of a unit and everything below it.
pub const FIGURES: Action =
    Action { resource: "figures", name: "read", roles: &[DESK, LEADER, ANALYST, SYSTEM], scope: Some("figures:read") };
/// Bring in a ledger kept elsewhere.
pub const IMPORT: Action = Action { resource: "ledger", name: "import", roles: &[DESK], scope: None };
/// Categories, limits, hours, calendars.
pub const SETTINGS: Action = Action { resource: "settings", name: "change", roles: &[ADMIN], scope: None };

/// All of them, for the golden table of roles and actions.
pub const ACTIONS: &[Action] = &[READ, CREATE, SHOW_CONTACT, HANDLE, ACT, SPEAK, REMARK, FIGURES, IMPORT, SETTINGS];
