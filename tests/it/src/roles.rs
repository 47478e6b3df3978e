//! Who may do what, as one table kept under version control: a right that changes shows up in the review.
//!
//! `UPDATE_GOLDEN=1 cargo test -p it roles` writes it anew.

use std::path::Path;

use identity::{Action, Role};

/// The table as it follows from the access tables of all modules.
fn table() -> String {
    let mut text = String::from(
        "# Who may do what\n\nWritten by `UPDATE_GOLDEN=1 cargo test -p it roles` from the access tables of all modules. \
         A cell says how far the role reaches; held in a task force (专班), desk and leaders reach as far as the unit above \
         it.\n\n| what | action | scope |",
    );
    for role in Role::ALL {
        text.push_str(&format!(" {role} |"));
    }
    text.push_str("\n|---|---|---|");
    text.push_str(&"---|".repeat(Role::ALL.len()));
    text.push('\n');
    for action in actions() {
        text.push_str(&format!("| {} | {} | {} |", action.resource, action.name, action.scope.unwrap_or("")));
        for role in Role::ALL {
            let reach = action.roles.iter().filter(|(held, _)| *held == role).map(|(_, reach)| reach.as_str());
            text.push_str(&format!(" {} |", reach.collect::<Vec<_>>().join(", ")));
        }
        text.push('\n');
    }
    text
}

fn actions() -> Vec<Action> {
    let modules = app::modules::modules();
    let of_modules = modules.iter().flat_map(|module| module.actions);
    of_modules.chain(app::admin::access::ACTIONS).copied().collect()
}

#[test]
fn the_table_of_roles_is_the_one_that_was_agreed() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/roles.md");
    let now = table();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&file, &now).unwrap();
    }
    let agreed = std::fs::read_to_string(&file).unwrap();
    let differs: Vec<_> = now.lines().filter(|line| !agreed.lines().any(|known| known == *line)).collect();
    assert!(agreed == now, "rights differ from tests/it/golden/roles.md; new or changed:\n{}", differs.join("\n"));
}

#[test]
fn actions_have_names_of_their_own_and_somebody_who_may() {
    let all = actions();
    for (at, action) in all.iter().enumerate() {
        assert!(!action.roles.is_empty(), "nobody may {} {}", action.name, action.resource);
        let twin = all[..at].iter().any(|other| (other.resource, other.name) == (action.resource, action.name));
        assert!(!twin, "{} {} stands there twice", action.resource, action.name);
        // A neighbouring system comes in by a scope, and a scope lets nobody else in.
        let system = action.roles.iter().any(|(role, _)| *role == Role::System);
        assert_eq!(system, action.scope.is_some(), "{} {}", action.name, action.resource);
        assert!(action.scope.is_none_or(|scope| identity::SCOPES.contains(&scope)), "{:?}", action.scope);
    }
}
