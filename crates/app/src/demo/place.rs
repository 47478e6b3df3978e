//! The units of the demo: county or city, its desk, departments, chain groups, townships and parks.

use std::collections::BTreeMap;

use db::Tx;
use identity::{NewUnit, Unit, UnitKind, create_unit};
use kernel::{Clock, Result, UnitId};

use super::draw::Draw;
use super::lists::{Lists, Named};
use super::shape::Shape;

/// Code of the service desk (专班) in which the people of the desk sit.
pub(super) const DESK_UNIT: &str = "desk";

/// All units by code, in the order of the tree.
pub(super) struct Units {
    pub(super) root: UnitId,
    pub(super) departments: Vec<Unit>,
    pub(super) towns: Vec<Unit>,
    /// One service group (产业链专班) for each chain.
    pub(super) groups: Vec<Unit>,
    pub(super) by_code: BTreeMap<String, Unit>,
}

/// Makes all units.
pub(super) async fn install(
    tx: &mut Tx,
    clock: &dyn Clock,
    draw: &Draw,
    lists: &Lists,
    shape: &Shape,
) -> Result<Units> {
    let root = Named { code: shape.key.to_owned(), zh: shape.zh.to_owned(), en: shape.en.to_owned() };
    let mut maker = Maker { tx, clock, draw, sort: 0 };
    let root = maker.make(None, shape.kind, &root).await?;
    let named = |code: &str, zh: &str, en: &str| Named { code: code.into(), zh: zh.into(), en: en.into() };
    let below = Some(root.id);
    let desk = named(DESK_UNIT, "万人助万企服务专班", "Enterprise Service Desk");
    let desk = maker.make(below, UnitKind::Desk, &desk).await?;
    let mut departments = Vec::new();
    for department in &lists.departments {
        departments.push(maker.make(below, UnitKind::Department, department).await?);
    }
    let mut groups = Vec::new();
    for chain in &lists.chains {
        let own = &chain.name;
        let (zh, en) = (format!("{}产业链专班", own.zh), format!("{} chain group", own.en));
        groups.push(maker.make(below, UnitKind::Desk, &named(&format!("chain-{}", own.code), &zh, &en)).await?);
    }
    let mut towns = Vec::new();
    for town in &lists.towns {
        towns.push(maker.make(below, town.kind.parse()?, &town.name).await?);
    }
    let all = departments.iter().chain(&groups).chain(&towns).chain([&root, &desk]);
    let by_code = all.map(|unit| (unit.code.clone(), unit.clone())).collect();
    Ok(Units { root: root.id, departments, towns, groups, by_code })
}

struct Maker<'a> {
    tx: &'a mut Tx,
    clock: &'a dyn Clock,
    draw: &'a Draw,
    sort: i64,
}

impl Maker<'_> {
    async fn make(&mut self, parent: Option<UnitId>, kind: UnitKind, name: &Named) -> Result<Unit> {
        self.sort += 1;
        let new = NewUnit {
            parent,
            kind,
            code: name.code.clone(),
            name: name.zh.clone(),
            name_en: name.en.clone(),
            sort: self.sort,
        };
        create_unit(self.tx, self.clock, self.draw.source(), new).await
    }
}
