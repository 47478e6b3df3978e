//! The units of the county at hand for a page: names for readers, choices for forms, whose part a person may act for.

use std::sync::Arc;

use db::Conn;
use identity::{Actor, Subject, Unit, UnitKind};
use kernel::{Result, UnitId};
use web::components::{Choice, LOOKED_THROUGH, by_reading, chosen};
use web::{Lang, Words};

use crate::access;
use crate::engine::Casework;

/// All units, parents before their children.
pub struct Units(Arc<Vec<Unit>>);

impl Units {
    /// Read again only when one of them changed.
    pub async fn load(casework: &Casework, conn: &mut Conn) -> Result<Units> {
        casework.all_units(conn).await.map(Units)
    }

    pub fn all(&self) -> &[Unit] {
        &self.0
    }

    pub fn get(&self, id: UnitId) -> Option<&Unit> {
        self.0.iter().find(|unit| unit.id == id)
    }

    /// By code, or by what a form sent for it.
    pub fn by_code(&self, code: &str) -> Option<&Unit> {
        identity::unit_meant(&self.0, chosen(code))
    }

    /// Both names of a unit.
    pub fn names(&self, id: UnitId) -> Option<(String, String)> {
        self.get(id).map(|unit| (unit.name.clone(), unit.name_en.clone()))
    }

    /// The name in the reader's language; empty for a unit that is gone.
    pub fn name(&self, w: &Words, id: UnitId) -> String {
        self.get(id).map(|unit| name(w, unit)).unwrap_or_default()
    }

    /// The same by code; the code itself if there is no such unit.
    pub fn name_of_code(&self, w: &Words, code: &str) -> String {
        self.by_code(code).map_or_else(|| code.to_owned(), |unit| name(w, unit))
    }

    /// Whether the actor may act for a unit.
    pub fn acts_for(&self, actor: &Actor, id: UnitId) -> bool {
        let units = self.get(id).map(|unit| (unit.id, unit.path.clone())).into_iter().collect();
        identity::allowed(actor, &access::ACT, &Subject { units, ..Subject::default() })
    }

    /// Units that can take on a need, as choices by code; `first` stands on top where the list is looked through.
    pub fn choices(&self, w: &Words, first: Option<UnitId>, chosen: &[String]) -> Vec<Choice> {
        let takes = |unit: &&Unit| {
            unit.active && matches!(unit.kind, UnitKind::Department | UnitKind::Township | UnitKind::Park)
        };
        let chosen: Vec<&str> = chosen.iter().filter_map(|code| self.by_code(code)).map(|u| u.code.as_str()).collect();
        let choice = |unit: &Unit| Choice::new(&unit.code, name(w, unit), chosen.contains(&unit.code.as_str()));
        let top = first.and_then(|id| self.get(id)).filter(|unit| unit.active);
        let mut rest: Vec<&Unit> = self.0.iter().filter(takes).filter(|unit| Some(unit.id) != first).collect();
        // As offices list them: departments, townships, parks, each in the county's own order.
        let kinds = [UnitKind::Department, UnitKind::Township, UnitKind::Park];
        rest.sort_by_key(|unit| (kinds.iter().position(|kind| *kind == unit.kind), unit.sort));
        let mut choices: Vec<Choice> = top.into_iter().chain(rest).map(choice).collect();
        if choices.len() > LOOKED_THROUGH {
            by_reading(&mut choices);
        }
        choices
    }
}

/// The name of a unit in the reader's language.
pub fn name(w: &Words, unit: &Unit) -> String {
    match w.lang() {
        Lang::En if !unit.name_en.is_empty() => unit.name_en.clone(),
        _ => unit.name.clone(),
    }
}
