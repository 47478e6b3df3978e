//! What happens to people, units and tokens.

use kernel::{PersonId, TokenId, UnitId};
use serde::{Deserialize, Serialize};

use crate::{fact, names};

names! {
    /// What can happen to a person's account. That somebody signed in or out is nobody else's business.
    PersonEvent {
        Added = "person.added",
        Changed = "person.changed",
        Left = "person.left",
        Returned = "person.returned",
        /// What the person did for enterprises went to others; each bond says so itself.
        HandedOver = "person.handed_over",
        PasswordReset = "person.password_reset",
        PasswordChanged = "person.password_changed",
        /// An administrator ended every session.
        SignedOut = "person.signed_out_by_other",
        RoleGiven = "role.given",
        RoleTaken = "role.taken",
    }
}

/// A person's account changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonTold {
    pub event: PersonEvent,
    pub person: PersonId,
    /// Of the person's own row after the change; roles and passwords do not raise it.
    pub version: i64,
    /// Of a role given or taken: `handler`, `desk` …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The unit the role is held for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
}
fact!(PersonTold, "identity.person");

impl PersonTold {
    /// A fact that needs no more than the person.
    pub fn of(event: PersonEvent, person: PersonId, version: i64) -> Self {
        PersonTold { event, person, version, role: None, unit: None }
    }
}

names! {
    /// What can happen to a unit of the tree.
    UnitEvent {
        Added = "unit.added",
        Changed = "unit.changed",
        Moved = "unit.moved",
        Closed = "unit.closed",
        Opened = "unit.opened",
    }
}

/// A unit changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitTold {
    pub event: UnitEvent,
    pub unit: UnitId,
    pub code: String,
    /// `open` or `closed`.
    pub state: String,
    pub version: i64,
}
fact!(UnitTold, "identity.unit");

names! {
    /// What can happen to the token of a neighbouring system.
    TokenEvent {
        Issued = "token.issued",
        Revoked = "token.revoked",
    }
}

/// A token changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenTold {
    pub event: TokenEvent,
    pub token: TokenId,
}
fact!(TokenTold, "identity.token");
