//! Change numbers: for each module the newest audit entry in which it changed. What was worked out from a module's rows is good
//! until its number rises; a sign-in, or a change of another module, does not raise it.
//!
//! They stand in the row of the audit's head, which every entry writes anyway, so they cost no statement.

use db::Conn;
use kernel::Result;

use crate::store;

/// Changes of the county as a whole (made, filled with the demo) are changes of every module.
const ALL: &str = "app";

/// The number of the newest entry in which one of `modules` changed: the first parts of the topics they tell under,
/// `casework`, `registry`, `identity`. Zero while none has. Read it before what is worked out: what changes meanwhile then
/// ends it.
///
/// # Errors
/// What the database says.
pub async fn change_number(conn: &mut Conn, modules: &[&str]) -> Result<i64> {
    let changes = store::audit_head(conn).await?.map(|(_, _, changes)| changes).unwrap_or_default();
    let counts = pairs(&changes).filter(|(module, _)| *module == ALL || modules.contains(module));
    Ok(counts.map(|(_, number)| number).max().unwrap_or(0))
}

/// The text of the head after entry `number`, in which `module` changed.
pub(crate) fn raised(changes: &str, module: &str, number: i64) -> String {
    let mut all: Vec<(&str, i64)> = pairs(changes).filter(|(other, _)| *other != module).collect();
    all.push((module, number));
    all.sort_unstable();
    all.iter().map(|(module, number)| format!("{module}={number}")).collect::<Vec<_>>().join(" ")
}

fn pairs(changes: &str) -> impl Iterator<Item = (&str, i64)> {
    changes.split(' ').filter_map(|pair| pair.split_once('=')).filter_map(|(module, n)| Some((module, n.parse().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_module_has_its_own_number() {
        let mut changes = String::new();
        for (module, number) in [("registry", 3), ("casework", 4), ("registry", 9)] {
            changes = raised(&changes, module, number);
        }
        assert_eq!(changes, "casework=4 registry=9");
        assert_eq!(raised("nonsense casework=x", "jobs", 1), "jobs=1");
    }
}
