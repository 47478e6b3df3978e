//! Units of the county in a tree: bureaus, townships, parks, desks.

use std::fmt;
use std::str::FromStr;

use db::Tx;
use kernel::{Clock, Error, FieldError, Random, Result, UnitId, english_name};

use crate::store;

/// What a unit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UnitKind {
    Province,
    City,
    County,
    Department,
    Township,
    Park,
    /// A service desk (专班).
    Desk,
}

impl UnitKind {
    pub const ALL: [UnitKind; 7] = [
        UnitKind::Province,
        UnitKind::City,
        UnitKind::County,
        UnitKind::Department,
        UnitKind::Township,
        UnitKind::Park,
        UnitKind::Desk,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            UnitKind::Province => "province",
            UnitKind::City => "city",
            UnitKind::County => "county",
            UnitKind::Department => "department",
            UnitKind::Township => "township",
            UnitKind::Park => "park",
            UnitKind::Desk => "desk",
        }
    }
}

impl fmt::Display for UnitKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for UnitKind {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        UnitKind::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| Error::invalid("unit-kind-unknown").arg("kind", text))
    }
}

/// A unit as it stands in the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    pub id: UnitId,
    pub parent: Option<UnitId>,
    pub kind: UnitKind,
    /// Short and unique, lower-case letters, digits and `-`; never changes.
    pub code: String,
    pub name: String,
    /// The name itself where nobody gave an English one.
    pub name_en: String,
    /// Codes from the root down: `/county/office/`.
    pub path: String,
    /// Order among siblings.
    pub sort: i64,
    pub active: bool,
    /// Grows with every change; a change names the one it was made from.
    pub version: i64,
}

/// A unit to be made.
#[derive(Clone, Debug)]
pub struct NewUnit {
    pub parent: Option<UnitId>,
    pub kind: UnitKind,
    pub code: String,
    pub name: String,
    /// May be empty.
    pub name_en: String,
    pub sort: i64,
}

/// What may be changed of a unit in place. Its parent: [`move_unit`].
#[derive(Clone, Debug)]
pub struct UnitChange {
    pub kind: UnitKind,
    pub name: String,
    /// May be empty.
    pub name_en: String,
    pub sort: i64,
    pub active: bool,
}

/// Makes a unit below its parent and returns it. The caller writes the audit entry.
///
/// # Errors
/// `invalid-fields` for a malformed or taken code or an empty name, `not-found` for an unknown parent.
pub async fn create_unit(tx: &mut Tx, clock: &dyn Clock, random: &dyn Random, new: NewUnit) -> Result<Unit> {
    let mut wrong = names(&new.name, &new.name_en);
    if !is_code(&new.code) {
        wrong.push(FieldError::new("code", "unit-code-form"));
    } else if store::find_unit_by_code(tx, &new.code).await?.is_some() {
        wrong.push(FieldError::new("code", "taken"));
    }
    Error::check(wrong)?;
    let above = match new.parent {
        Some(parent) => store::find_unit(tx, parent).await?.ok_or_else(|| Error::not_found("unit"))?.path,
        None => "/".to_owned(),
    };
    let unit = Unit {
        id: UnitId::new(clock.now(), random),
        parent: new.parent,
        kind: new.kind,
        path: format!("{above}{}/", new.code),
        code: new.code,
        name_en: english_name(&new.name_en, &new.name),
        name: new.name.trim().to_owned(),
        sort: new.sort,
        active: true,
        version: 1,
    };
    store::insert_unit(tx, &unit, clock.now()).await?;
    Ok(unit)
}

/// Changes a unit that still has `version`. The caller writes the audit entry.
///
/// # Errors
/// `changed-meanwhile` if somebody was faster (or the unit is gone), `invalid-fields` for an empty name.
pub async fn change_unit(tx: &mut Tx, clock: &dyn Clock, id: UnitId, version: i64, change: &UnitChange) -> Result<()> {
    Error::check(names(&change.name, &change.name_en))?;
    store::update_unit(tx, id, version, change, clock.now()).await
}

/// Puts a unit, with everything below it, under another parent: what a reform of the institutions does.
///
/// # Errors
/// `not-found` for unknown units, `unit-below-itself` if the new parent lies below the unit.
pub async fn move_unit(tx: &mut Tx, clock: &dyn Clock, id: UnitId, parent: UnitId) -> Result<()> {
    let unit = store::find_unit(tx, id).await?.ok_or_else(|| Error::not_found("unit"))?;
    let above = store::find_unit(tx, parent).await?.ok_or_else(|| Error::not_found("unit"))?;
    if above.path.starts_with(&unit.path) {
        return Err(Error::conflict("unit-below-itself").arg("unit", unit.name));
    }
    store::move_unit(tx, id, parent, &unit.path, &format!("{}{}/", above.path, unit.code), clock.now()).await
}

fn names(name: &str, name_en: &str) -> Vec<FieldError> {
    [("name", name, true), ("name_en", name_en, false)]
        .into_iter()
        .filter_map(|(field, text, needed)| crate::people::wrong_text(field, text, needed, 100))
        .collect()
}

fn is_code(code: &str) -> bool {
    (1..=40).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Bench;
    use crate::{find_unit_by_code, list_units, unit_children, unit_subtree};
    use testkit::both_engines;

    both_engines! {
        async fn units_form_a_tree_that_can_be_rearranged(b: Bench) {
            let mut tx = b.db.begin().await.unwrap();
            let new = |parent, code: &str| NewUnit {
                parent: Some(parent),
                kind: UnitKind::Desk,
                code: code.into(),
                name: "某处".into(),
                name_en: "Some office".into(),
                sort: 2,
            };
            let desk = create_unit(&mut tx, &b.clock, &b.random, new(b.office, "desk")).await.unwrap();
            let other = create_unit(&mut tx, &b.clock, &b.random, new(b.county, "office2")).await.unwrap();
            for (code, wrong) in
                [("desk", "taken"), ("Desk", "unit-code-form"), ("a/b", "unit-code-form"), ("", "unit-code-form")]
            {
                let error = create_unit(&mut tx, &b.clock, &b.random, new(b.office, code)).await.unwrap_err();
                assert_eq!(error.fields[0].code, wrong, "{code}");
            }
            let codes = |units: Vec<Unit>| units.into_iter().map(|u| u.code).collect::<Vec<_>>();
            assert_eq!(codes(unit_subtree(&mut tx, "/county/office/").await.unwrap()), ["office", "desk"]);
            assert_eq!(codes(unit_children(&mut tx, b.county).await.unwrap()), ["office", "office2"]);

            assert_eq!(move_unit(&mut tx, &b.clock, b.county, desk.id).await.unwrap_err().code, "unit-below-itself");
            assert_eq!(move_unit(&mut tx, &b.clock, b.office, b.office).await.unwrap_err().code, "unit-below-itself");
            move_unit(&mut tx, &b.clock, b.office, other.id).await.unwrap();
            let paths: Vec<_> = list_units(&mut tx).await.unwrap().into_iter().map(|u| u.path).collect();
            let expected = ["/county/", "/county/office2/", "/county/office2/office/", "/county/office2/office/desk/"];
            assert_eq!(paths, expected);

            let desk = find_unit_by_code(&mut tx, "desk").await.unwrap().unwrap();
            assert_eq!(desk.parent, Some(b.office));
            let change =
                UnitChange { kind: desk.kind, name: "专班".into(), name_en: String::new(), sort: 1, active: false };
            change_unit(&mut tx, &b.clock, desk.id, desk.version, &change).await.unwrap();
            let named = find_unit_by_code(&mut tx, "desk").await.unwrap().unwrap();
            assert_eq!(named.name_en, "专班", "without an English name the name stands for it");
            let stale = change_unit(&mut tx, &b.clock, desk.id, desk.version, &change).await.unwrap_err();
            assert_eq!(stale.code, "changed-meanwhile");
            let empty = UnitChange { name: " ".into(), ..change };
            assert_eq!(
                change_unit(&mut tx, &b.clock, desk.id, desk.version + 1, &empty).await.unwrap_err().fields[0].field,
                "name"
            );
        }
    }
}
