//! Who may do what: people, units in a tree, roles with reach, sessions, tokens, `authorize()`, the audit chain.

mod access;
mod actor;
mod audit;
mod change;
mod change_number;
mod exported;
mod password;
mod people;
mod role;
mod seen;
mod session;
mod sign_in;
mod store;
mod sweep;
mod throttle;
mod token;
mod unit;

pub use access::{Action, Reach, Reached, Subject, allowed, authorize, reach, reached, require};
pub use actor::{Actor, Grant, Origin};
pub use audit::{
    AuditEntry, AuditFilter, Entry, Head, Verdict, audit_hash, audit_head, audit_of, audit_seq, count as audit_count,
    digest, list as audit_list, record, verify, verify_with,
};
pub use change::{Change, Done};
pub use change_number::change_number;
pub use exported::Exported;
pub use password::{check as check_password, hash as hash_password, weakness};
pub use people::{
    HeldGrant, NewGrant, NewPerson, PeopleFilter, Person, PersonChange, change_person, create_person, grant_role,
    read_names, set_one_time_password, set_password,
};
pub use role::Role;
pub use seen::{Sighting, Span};
pub use session::{Opened, Session, end, end_all, find as find_session, open as open_session, touch};
pub use sign_in::sign_in;
pub use store::{
    count_people, find_person, find_person_by_login, find_person_meant, find_unit, find_unit_by_code, find_unit_meant,
    grant_as_held, list_people, list_units, password_of, remove_grant, unit_children, unit_meant, unit_subtree,
    units_version,
};
pub use sweep::{handlers, schedules, sweep};
pub use throttle::{throttle, throttle_forgive, throttle_spend};
pub use token::{IssuedToken, NewToken, SCOPES, Token, find as find_token, issue, list as list_tokens, revoke};
pub use unit::{NewUnit, Unit, UnitChange, UnitKind, change_unit, create_unit, move_unit};

use db::Migration;

/// The tables of this crate.
pub const MIGRATIONS: &[Migration] = &[
    Migration { module: "identity", version: 1, text: include_str!("../migrations/0001_identity.sql") },
    Migration { module: "identity", version: 2, text: include_str!("../migrations/0002_person_reading.sql") },
    Migration { module: "identity", version: 3, text: include_str!("../migrations/0003_seen.sql") },
    Migration { module: "identity", version: 4, text: include_str!("../migrations/0004_places.sql") },
    Migration { module: "identity", version: 5, text: include_str!("../migrations/0005_change_numbers.sql") },
];

/// The texts of this crate: names of roles and kinds of units, errors.
pub const WORDS: &[(&str, &str)] =
    &[("zh-CN", include_str!("../words/zh-CN.ftl")), ("en", include_str!("../words/en.ftl"))];

#[cfg(test)]
mod testing;
