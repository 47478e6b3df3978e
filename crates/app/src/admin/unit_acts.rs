//! Moving a unit in the tree, closing one that has nothing left to do, opening it again.

use axum::extract::Path;
use events::UnitEvent;
use identity::{Change, Unit, UnitChange};
use kernel::{Error, Result};
use serde_json::json;
use web::{PageResult, PostedBy, SignedIn, redirect_saying};

use super::access::UNITS;
use super::unit::{refused, told};
use super::{begin, done, permit, store};

/// The unit as the form saw it.
async fn same(change: &mut Change<'_>, code: &str, version: i64) -> Result<Unit> {
    let unit = identity::find_unit_by_code(change, code).await?.ok_or_else(|| Error::not_found("unit"))?;
    if unit.version == version { Ok(unit) } else { Err(Error::conflict("changed-meanwhile")) }
}

pub(super) async fn put_below(Path(code): Path<String>, PostedBy { by, fields }: PostedBy) -> PageResult {
    permit(&by, &UNITS)?;
    let version = fields.get("version").parse().unwrap_or(0);
    match moved(&by, &code, version, fields.chosen("parent")).await {
        Ok(()) => Ok(redirect_saying("/admin/units", "admin-unit-moved")),
        Err(error) => refused(&by, &code, Some(&fields), error).await,
    }
}

async fn moved(by: &SignedIn, code: &str, version: i64, parent: &str) -> Result<()> {
    let mut change = begin(by, &UNITS).await?;
    let unit = same(&mut change, code, version).await?;
    let above = identity::find_unit_meant(&mut change, parent)
        .await?
        .ok_or_else(|| Error::invalid("invalid-fields").field("parent", "choose"))?;
    if unit.parent == Some(above.id) {
        return Ok(());
    }
    identity::move_unit(&mut change, by.state.clock.as_ref(), unit.id, above.id).await?;
    let detail = json!({"code": unit.code, "was": unit.path, "below": above.path});
    let told = told(UnitEvent::Moved, &unit, version + 1);
    change.done(done("move-unit", "unit", unit.id, detail), &told).await
}

pub(super) async fn close(Path(code): Path<String>, PostedBy { by, fields }: PostedBy) -> PageResult {
    permit(&by, &UNITS)?;
    match set_active(&by, &code, fields.get("version").parse().unwrap_or(0), false).await {
        Ok(()) => Ok(redirect_saying("/admin/units", "admin-unit-closed")),
        Err(error) => refused(&by, &code, None, error).await,
    }
}

pub(super) async fn open(Path(code): Path<String>, PostedBy { by, fields }: PostedBy) -> PageResult {
    permit(&by, &UNITS)?;
    match set_active(&by, &code, fields.get("version").parse().unwrap_or(0), true).await {
        Ok(()) => Ok(redirect_saying("/admin/units", "admin-unit-opened")),
        Err(error) => refused(&by, &code, None, error).await,
    }
}

/// A unit with open work or units below it stays: both would be left with nobody to answer for them.
async fn set_active(by: &SignedIn, code: &str, version: i64, active: bool) -> Result<()> {
    let mut change = begin(by, &UNITS).await?;
    let unit = same(&mut change, code, version).await?;
    if !active {
        let open = store::open_work(&mut change).await?.get(&unit.id).copied().unwrap_or(0);
        if open > 0 {
            return Err(Error::conflict("unit-has-work").arg("n", open));
        }
        let below = identity::unit_children(&mut change, unit.id).await?.iter().filter(|child| child.active).count();
        if below > 0 || unit.parent.is_none() {
            return Err(Error::conflict("unit-has-units").arg("n", below));
        }
    }
    let event = if active { UnitEvent::Opened } else { UnitEvent::Closed };
    let told = told(event, &unit, version + 1);
    let new = UnitChange { kind: unit.kind, name: unit.name, name_en: unit.name_en, sort: unit.sort, active };
    identity::change_unit(&mut change, by.state.clock.as_ref(), unit.id, version, &new).await?;
    let action = if active { "open-unit" } else { "close-unit" };
    change.done(done(action, "unit", unit.id, json!({"code": unit.code})), &told).await
}
