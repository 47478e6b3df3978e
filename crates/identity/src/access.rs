//! `authorize()`: exactly what is done is said by the caller, who may do it stands in one table per module.

use kernel::{EnterpriseId, Error, PersonId, Result, UnitId};

use crate::actor::{Actor, Origin};
use crate::role::Role;
use crate::unit::UnitKind;

/// How far a role reaches for one action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// What belongs to the actor's own enterprise.
    OwnEnterprise,
    /// What belongs to enterprises the actor is the named helper of.
    Helped,
    /// What concerns the actor's own unit.
    OwnUnit,
    /// What concerns the actor's unit or any unit below it; for a service desk (专班) see [`reach_path`].
    Subtree,
    /// Everything.
    All,
}

impl Reach {
    pub const fn as_str(self) -> &'static str {
        match self {
            Reach::OwnEnterprise => "own enterprise",
            Reach::Helped => "helped enterprises",
            Reach::OwnUnit => "own unit",
            Reach::Subtree => "unit and below",
            Reach::All => "all",
        }
    }
}

/// One thing that can be done to one kind of resource, with who may do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Action {
    pub resource: &'static str,
    pub name: &'static str,
    pub roles: &'static [(Role, Reach)],
    /// The token scope a neighbouring system needs.
    pub scope: Option<&'static str>,
}

/// What is acted on, as far as access goes. Empty for things that belong to nobody.
#[derive(Clone, Debug, Default)]
pub struct Subject {
    pub enterprise: Option<EnterpriseId>,
    /// Named helpers of that enterprise.
    pub helpers: Vec<PersonId>,
    /// Units concerned: id and path in the tree.
    pub units: Vec<(UnitId, String)>,
}

/// What an actor may reach with an action; lists put this into their SQL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    pub all: bool,
    pub enterprises: Vec<EnterpriseId>,
    pub helper: Option<PersonId>,
    pub units: Vec<UnitId>,
    /// Paths of units whose whole subtree is reached.
    pub paths: Vec<String>,
}

impl Reached {
    /// Nothing at all is reached.
    pub fn is_nothing(&self) -> bool {
        *self == Reached::default()
    }
}

/// The path of everything a role reaches that is held for a unit with this path; `kinds` are those of the unit and of what
/// stands above it, as far as they are known.
///
/// A service desk (专班) has nothing below it: it is set up by the unit above for the whole of its area. So the desk and the
/// leaders of one reach as far as the nearest unit above that is no desk. Every other role is held for the unit itself.
pub(crate) fn reach_path<'p>(role: Role, kinds: &[UnitKind], path: &'p str) -> &'p str {
    let mut reached = path;
    if matches!(role, Role::Desk | Role::Leader) {
        for _ in kinds.iter().take_while(|kind| **kind == UnitKind::Desk) {
            let above = reached.trim_end_matches('/').rfind('/').map_or("", |end| &reached[..=end]);
            // A desk at the top of the tree has only itself.
            reached = if above.len() > 1 { above } else { reached };
        }
    }
    reached
}

/// What `actor` reaches with `action`.
pub fn reached(actor: &Actor, action: &Action) -> Reached {
    let mut reached = Reached::default();
    match &actor.origin {
        Origin::Program => {
            reached.all = true;
            return reached;
        }
        Origin::Token { scopes, .. } => {
            if !action.scope.is_some_and(|s| scopes.iter().any(|have| have == s)) {
                return reached;
            }
        }
        Origin::Person => {}
    }
    for grant in &actor.grants {
        for (_, reach) in action.roles.iter().filter(|(role, _)| *role == grant.role) {
            match reach {
                Reach::All => reached.all = true,
                Reach::Subtree => reached.paths.push(grant.unit_path.clone()),
                Reach::OwnUnit => reached.units.extend(grant.unit),
                Reach::OwnEnterprise => reached.enterprises.extend(grant.enterprise),
                Reach::Helped => reached.helper = actor.person,
            }
        }
    }
    // An empty path would reach everything: a grant without a unit has no subtree.
    reached.paths.retain(|path| !path.is_empty());
    reached
}

/// What `actor` reaches with `action`, where that is something at all.
///
/// # Errors
/// `not-allowed` (forbidden) for who reaches nothing with it.
pub fn reach(actor: &Actor, action: &Action) -> Result<Reached> {
    let reached = reached(actor, action);
    if reached.is_nothing() {
        return Err(not_allowed(action));
    }
    Ok(reached)
}

/// Whether `actor` may do `action` to `subject`.
pub fn allowed(actor: &Actor, action: &Action, subject: &Subject) -> bool {
    let r = reached(actor, action);
    r.all
        || subject.enterprise.is_some_and(|e| r.enterprises.contains(&e))
        || r.helper.is_some_and(|p| subject.helpers.contains(&p))
        || subject
            .units
            .iter()
            .any(|(id, path)| r.units.contains(id) || r.paths.iter().any(|above| path.starts_with(above.as_str())))
}

/// For reading: what may not be seen does not exist.
///
/// # Errors
/// `not-found` naming the resource.
pub fn authorize(actor: &Actor, action: &Action, subject: &Subject) -> Result<()> {
    if allowed(actor, action, subject) { Ok(()) } else { Err(Error::not_found(action.resource)) }
}

/// For actions on something the actor may see, and for actions without a subject.
///
/// # Errors
/// `forbidden` if the actor may not do it here.
pub fn require(actor: &Actor, action: &Action, subject: &Subject) -> Result<()> {
    if allowed(actor, action, subject) {
        return Ok(());
    }
    Err(not_allowed(action))
}

fn not_allowed(action: &Action) -> Error {
    Error::forbidden("not-allowed").arg("action", action.name).arg("resource", action.resource)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actor::Grant;

    const READ: Action = Action {
        resource: "request",
        name: "read",
        roles: &[
            (Role::Enterprise, Reach::OwnEnterprise),
            (Role::Helper, Reach::Helped),
            (Role::Handler, Reach::OwnUnit),
            (Role::Leader, Reach::Subtree),
            (Role::System, Reach::Subtree),
        ],
        scope: Some("requests:read"),
    };

    fn id<T: From<uuid::Uuid>>(n: u128) -> T {
        uuid::Uuid::from_u128(n).into()
    }

    fn actor(role: Role, path: &str) -> Actor {
        let grant = Grant {
            role,
            unit: Some(id(7)),
            unit_name: String::new(),
            unit_name_en: String::new(),
            unit_path: path.into(),
            enterprise: Some(id(3)),
        };
        Actor { person: Some(id(9)), name: "x".into(), origin: Origin::Person, grants: vec![grant] }
    }

    fn subject() -> Subject {
        Subject { enterprise: Some(id(3)), helpers: vec![id(9)], units: vec![(id(7), "/c/a/".into())] }
    }

    #[test]
    fn each_role_reaches_as_far_as_its_row_says_and_no_further() {
        let other = Subject { enterprise: Some(id(4)), helpers: vec![id(1)], units: vec![(id(8), "/c/ab/".into())] };
        for role in [Role::Enterprise, Role::Helper, Role::Handler, Role::Leader] {
            assert!(allowed(&actor(role, "/c/a/"), &READ, &subject()), "{role}");
            assert!(!allowed(&actor(role, "/c/a/"), &READ, &other), "{role}");
        }
        assert!(allowed(&actor(Role::Leader, "/c/"), &READ, &other));
        assert!(!allowed(&actor(Role::Leader, ""), &READ, &other), "a leader of nothing leads nothing");
        assert!(!allowed(&actor(Role::Desk, "/c/"), &READ, &subject()), "a role without a row may nothing");
        assert!(allowed(&Actor::program("cli"), &READ, &other));
    }

    #[test]
    fn a_service_desk_reaches_what_the_unit_above_it_reaches() {
        use UnitKind::{County, Department, Desk, Township};
        for (role, kinds, path, reached) in [
            (Role::Desk, &[Desk, County][..], "/c/desk/", "/c/"),
            (Role::Leader, &[Desk, County], "/c/desk/", "/c/"),
            (Role::Desk, &[Desk, Township], "/c/town/desk/", "/c/town/"),
            (Role::Desk, &[Desk, Desk], "/c/desk/chain/", "/c/"),
            (Role::Desk, &[Desk], "/desk/", "/desk/"),
            (Role::Desk, &[Department, County], "/c/office/", "/c/office/"),
            (Role::Handler, &[Desk, County], "/c/desk/", "/c/desk/"),
            (Role::Helper, &[Desk, County], "/c/desk/", "/c/desk/"),
            (Role::Enterprise, &[], "", ""),
        ] {
            assert_eq!(reach_path(role, kinds, path), reached, "{role} {path}");
        }
    }

    #[test]
    fn a_token_needs_the_scope_as_well() {
        let mut token = actor(Role::System, "/c/");
        token.origin = Origin::Token { id: id(8), scopes: vec!["figures:read".into()] };
        assert!(reached(&token, &READ).is_nothing());
        token.origin = Origin::Token { id: id(8), scopes: vec!["requests:read".into()] };
        assert!(allowed(&token, &READ, &subject()));
        assert_eq!(authorize(&token, &READ, &Subject::default()).unwrap_err().kind, kernel::ErrorKind::NotFound);
    }
}
