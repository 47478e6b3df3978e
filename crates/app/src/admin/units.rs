//! /admin/units: the county as a tree, with who works where and what lies open there.

use askama::Template;
use identity::Unit;
use web::components::Crumbs;
use web::{PageResult, Shell, SignedIn, Words, html};

use super::access::UNITS;
use super::places::{self, Units};
use super::{crumbs, permit, store};

pub(super) struct Row {
    pub code: String,
    pub name: String,
    pub kind: String,
    /// Drawn before the name: one space for every unit above.
    pub indent: String,
    pub active: bool,
    pub members: i64,
    pub open: i64,
}

#[derive(Template)]
#[template(path = "admin/units.html")]
pub(super) struct List {
    pub shell: Shell,
    pub crumbs: Crumbs,
    pub rows: Vec<Row>,
    pub active: usize,
}

// words: unit-kind-*
pub(super) fn kind(w: &Words, unit: &Unit) -> String {
    w.t(&format!("unit-kind-{}", unit.kind)).into_owned()
}

pub(super) async fn list(by: SignedIn) -> PageResult {
    permit(&by, &UNITS)?;
    let w = &by.words;
    let mut conn = by.state.db.read().await?;
    let units = Units::load(&mut conn).await?;
    let members = store::members(&mut conn).await?;
    let open = store::open_work(&mut conn).await?;
    drop(conn);
    let rows: Vec<Row> = units
        .all()
        .iter()
        .map(|unit| Row {
            code: unit.code.clone(),
            name: places::name(w, unit).to_owned(),
            kind: kind(w, unit),
            indent: places::indent(unit),
            active: unit.active,
            members: members.get(&unit.id).copied().unwrap_or(0),
            open: open.get(&unit.id).copied().unwrap_or(0),
        })
        .collect();
    html(&List {
        crumbs: crumbs(&by, &[], &w.t("admin-units")),
        active: rows.iter().filter(|row| row.active).count(),
        rows,
        shell: by.shell(),
    })
}
