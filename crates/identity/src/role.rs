//! The roles a person may hold, each with a unit or an enterprise it is held for.

use std::fmt;
use std::str::FromStr;

/// What somebody is to the programme. A person may hold several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Contact of one enterprise.
    Enterprise,
    /// Named helper of some enterprises (包联干部, 首席服务员).
    Helper,
    /// Handles what is assigned to the unit.
    Handler,
    /// Service desk (专班).
    Desk,
    /// Leads a unit and everything below it.
    Leader,
    /// Keeps statistics of enterprises and tries rules on them (工信局, 统计局); has nothing to do with requests.
    Analyst,
    /// Keeps people, units, limits, calendars.
    Admin,
    /// A neighbouring system with a token.
    System,
}

impl Role {
    /// All roles, in the order in which tables show them.
    pub const ALL: [Role; 8] = [
        Role::Enterprise,
        Role::Helper,
        Role::Handler,
        Role::Desk,
        Role::Leader,
        Role::Analyst,
        Role::Admin,
        Role::System,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Role::Enterprise => "enterprise",
            Role::Helper => "helper",
            Role::Handler => "handler",
            Role::Desk => "desk",
            Role::Leader => "leader",
            Role::Analyst => "analyst",
            Role::Admin => "admin",
            Role::System => "system",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = kernel::Error;

    fn from_str(text: &str) -> kernel::Result<Self> {
        Role::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| kernel::Error::invalid("role-unknown").arg("role", text))
    }
}
