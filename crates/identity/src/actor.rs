//! Who acts: a person in a session, a neighbouring system with a token, or the program itself.

use kernel::{EnterpriseId, PersonId, TokenId, UnitId};

use crate::role::Role;

/// One role held for a unit (with the path of what it reaches) or for an enterprise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    pub role: Role,
    pub unit: Option<UnitId>,
    pub unit_name: String,
    pub unit_name_en: String,
    /// Path of everything the role reaches, `/county/office/`: that of the unit or, for the desk and leaders of a service desk
    /// (专班), that of the unit above it. Empty for an enterprise grant.
    pub unit_path: String,
    pub enterprise: Option<EnterpriseId>,
}

/// How the actor came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    Person,
    /// A token with its scopes, for instance `requests:write`. Two tokens may have one name.
    Token {
        id: TokenId,
        scopes: Vec<String>,
    },
    /// Schedules, imports on the command line, the demo.
    Program,
}

/// Somebody who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub person: Option<PersonId>,
    pub name: String,
    pub origin: Origin,
    pub grants: Vec<Grant>,
}

impl Actor {
    /// The program itself, which may do everything; `name` stands in the audit.
    pub fn program(name: &str) -> Self {
        Actor { person: None, name: name.to_owned(), origin: Origin::Program, grants: Vec::new() }
    }

    pub fn has(&self, role: Role) -> bool {
        self.grants.iter().any(|g| g.role == role)
    }

    /// The unit of the first grant of `role`.
    pub fn unit_as(&self, role: Role) -> Option<UnitId> {
        self.grants.iter().find(|g| g.role == role).and_then(|g| g.unit)
    }

    /// The unit the actor mainly belongs to.
    pub fn unit(&self) -> Option<UnitId> {
        self.grants.iter().find_map(|g| g.unit)
    }

    /// The enterprises the actor speaks for.
    pub fn enterprises(&self) -> impl Iterator<Item = EnterpriseId> + '_ {
        self.grants.iter().filter(|g| g.role == Role::Enterprise).filter_map(|g| g.enterprise)
    }
}
