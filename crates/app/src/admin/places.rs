//! Units in the order of the tree, as choices and by name; roles as they are said.

use std::collections::HashMap;

use db::Conn;
use identity::{Grant, Role, Unit};
use kernel::{Result, UnitId};
use uuid::Uuid;
use web::components::{Choice, LOOKED_THROUGH, by_reading, chosen};
use web::{Lang, Words};

/// The units of the county, parents before children, siblings in their order.
pub(super) struct Units(Vec<Unit>);

impl Units {
    pub(super) async fn load(conn: &mut Conn) -> Result<Units> {
        Ok(Units::ordered(identity::list_units(conn).await?))
    }

    pub(super) fn ordered(all: Vec<Unit>) -> Units {
        let mut below: HashMap<Option<UnitId>, Vec<Unit>> = HashMap::new();
        for unit in all {
            below.entry(unit.parent).or_default().push(unit);
        }
        for siblings in below.values_mut() {
            // Last first: they are taken from the end.
            siblings.sort_by(|a, b| (b.sort, &b.code).cmp(&(a.sort, &a.code)));
        }
        let mut waiting = below.remove(&None).unwrap_or_default();
        let mut ordered = Vec::new();
        while let Some(unit) = waiting.pop() {
            waiting.append(&mut below.remove(&Some(unit.id)).unwrap_or_default());
            ordered.push(unit);
        }
        Units(ordered)
    }

    pub(super) fn all(&self) -> &[Unit] {
        &self.0
    }

    pub(super) fn find(&self, id: UnitId) -> Option<&Unit> {
        self.0.iter().find(|unit| unit.id == id)
    }

    /// By code, or by what a form sent for it.
    pub(super) fn by_code(&self, code: &str) -> Option<&Unit> {
        identity::unit_meant(&self.0, chosen(code))
    }

    /// Units that can be chosen, drawn as a tree or, where they are too many to look through, as their names are read; one
    /// that is chosen stays in the list although it is closed.
    pub(super) fn choices(&self, w: &Words, chosen: &str, fits: impl Fn(&Unit) -> bool) -> Vec<Choice> {
        let chosen = self.by_code(chosen).map_or("", |unit| unit.code.as_str());
        let shown: Vec<&Unit> = self.0.iter().filter(|unit| unit.code == chosen || unit.active && fits(unit)).collect();
        let tree = shown.len() <= LOOKED_THROUGH;
        let choice = |unit: &&Unit| {
            let label = format!("{}{}", if tree { indent(unit) } else { String::new() }, name(w, unit));
            Choice::new(&unit.code, label, unit.code == chosen)
        };
        let mut choices: Vec<Choice> = shown.iter().map(choice).collect();
        if !tree {
            by_reading(&mut choices);
        }
        choices
    }
}

/// Drawn before a name in the tree: one space for every unit above.
pub(super) fn indent(unit: &Unit) -> String {
    "\u{3000}".repeat(unit.path.matches('/').count().saturating_sub(2))
}

/// The name in the reader's language.
pub(super) fn name<'u>(w: &Words, unit: &'u Unit) -> &'u str {
    if w.lang() == Lang::En { &unit.name_en } else { &unit.name }
}

// words: role-*
pub(super) fn role(w: &Words, role: Role) -> String {
    w.t(&format!("role-{role}")).into_owned()
}

/// The unit a role is held for, in the reader's language; empty for an enterprise.
pub(super) fn unit_of<'g>(w: &Words, grant: &'g Grant) -> &'g str {
    if w.lang() == Lang::En { &grant.unit_name_en } else { &grant.unit_name }
}

/// `承办人员 · 自然资源局`; `firms` has credit code and name of enterprises by id.
pub(super) fn held(w: &Words, grant: &Grant, firms: &HashMap<Uuid, (String, String)>) -> String {
    let firm = grant.enterprise.and_then(|id| firms.get(&id.uuid())).map(|(_, name)| name.as_str());
    match firm.unwrap_or(unit_of(w, grant)) {
        "" => role(w, grant.role),
        place => format!("{} · {place}", role(w, grant.role)),
    }
}
