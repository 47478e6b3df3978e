//! The enterprises of the demo: invented names, codes that cannot exist, chains, townships, helpers.

use std::collections::BTreeSet;

use casework::event::{Actor, ActorKind};
use chrono::NaiveDate;
use identity::Unit;
use kernel::{CreditCode, EnterpriseId, Error, Result};
use registry::{HelperKind, NewEnterprise, Scale};
use web::Lang;

use super::draw::Draw;
use super::lists::Lists;
use super::people::{Casting, Officials};
use super::place::Units;
use super::shape::Shape;

/// The enterprise of the seat and the neighbours its helper has as well.
pub(super) const OF_SEAT_HELPER: usize = 6;

/// An enterprise of the demo.
pub(super) struct Firm {
    pub(super) id: EnterpriseId,
    pub(super) facts: NewEnterprise,
    pub(super) town: Unit,
    pub(super) product: String,
    /// Lead helper, then the deputy if there is one.
    pub(super) helpers: Vec<Actor>,
    /// The contact as somebody who acts; a person who can sign in only where something was raised.
    pub(super) contact: Actor,
}

/// All enterprises of the scenario. The first [`OF_SEAT_HELPER`] are those of the helper's seat, the very first that of
/// the enterprise's seat.
pub(super) async fn install(
    cast: &mut Casting<'_>,
    units: &Units,
    officials: &Officials,
    shape: &Shape,
    since: NaiveDate,
) -> Result<Vec<Firm>> {
    for (sort, chain) in (1_i64..).zip(&cast.lists.chains) {
        let name = chain.name.clone();
        let chain = registry::Chain { code: name.code, name: name.zh, name_en: name.en, sort };
        registry::seed::put_chain(cast.tx, &chain).await?;
    }
    let mut names = Names { taken: BTreeSet::new(), shape, lang: cast.lang };
    // Growing towards the threshold means below it as yet.
    let sizes = [(Scale::Above, shape.above), (Scale::Below, shape.growing), (Scale::Micro, shape.others)];
    let scales: Vec<Scale> = sizes.into_iter().flat_map(|(scale, n)| std::iter::repeat_n(scale, n)).collect();
    let mut firms = Vec::with_capacity(scales.len());
    for (at, scale) in scales.into_iter().enumerate() {
        firms.push(firm(cast, units, shape, &mut names, at, scale)?);
    }
    help(cast.draw, &mut firms, officials, units);
    let facts: Vec<NewEnterprise> = firms.iter().map(|firm| firm.facts.clone()).collect();
    let ids = registry::seed::create_many(cast.tx, cast.clock, cast.draw.source(), &facts).await?;
    let now = cast.clock.now();
    for (firm, id) in firms.iter_mut().zip(ids) {
        firm.id = id;
        for (at, helper) in firm.helpers.iter().enumerate() {
            let Some(person) = helper.person else { continue };
            let kind = if at == 0 { HelperKind::Lead } else { HelperKind::Deputy };
            registry::seed::assign_helper(cast.tx, cast.draw.source(), id, person, kind, since, now).await?;
        }
    }
    Ok(firms)
}

fn firm(
    cast: &mut Casting<'_>,
    units: &Units,
    shape: &Shape,
    names: &mut Names<'_>,
    at: usize,
    scale: Scale,
) -> Result<Firm> {
    let (draw, lists) = (cast.draw, cast.lists);
    let weights: Vec<u64> = lists.chains.iter().map(|chain| chain.weight).collect();
    let place = if at < OF_SEAT_HELPER { 0 } else { draw.weighted(&weights) };
    let chain = lists.chains.get(place).ok_or_else(empty)?;
    let trade = draw.place(chain.trades.len());
    let (name, short_name) = names.next(draw, lists, chain.trades.get(trade).ok_or_else(empty)?);
    let industry = chain.industries.get(trade % chain.industries.len().max(1)).ok_or_else(empty)?;
    let mut district = draw.place(units.towns.len());
    if units.towns.get(district).is_some_and(|town| town.code == "crane-park") && chain.name.code != "crane" {
        district = 0;
    }
    let town = units.towns.get(district).ok_or_else(empty)?;
    let staff = match scale {
        Scale::Above => draw.range(45, 320) + if draw.chance(8) { draw.range(200, 1_600) } else { 0 },
        Scale::Below => draw.range(22, 90),
        _ => draw.range(3, 19),
    };
    let road = draw.pick(lists.names("roads", cast.lang)).cloned().unwrap_or_default();
    let number = draw.range(1, 288);
    let address = match cast.lang {
        Lang::Zh => format!("{}{}{road}{number}号", shape.zh, town.name),
        Lang::En => format!("{number} {road}, {}, {}", town.name_en, shape.en),
    };
    let division = shape.division(district);
    let facts = NewEnterprise {
        short_name,
        division: Some(division.parse().map_err(Error::internal)?),
        township: Some(town.id),
        industry: Some(industry.parse().map_err(Error::internal)?),
        chain: Some(chain.name.code.clone()),
        scale,
        address,
        contact_name: cast.name(),
        contact_phone: cast.phone(),
        staff: Some(staff),
        ..NewEnterprise::new(credit_code(&division, at)?, name)
    };
    Ok(Firm {
        id: EnterpriseId::new(cast.clock.now(), draw.source()),
        town: town.clone(),
        product: draw.pick(&chain.products).cloned().unwrap_or_default(),
        helpers: Vec::new(),
        contact: Actor { person: None, name: facts.contact_name.clone(), unit: None, kind: ActorKind::Enterprise },
        facts: facts.checked()?,
    })
}

/// A code whose check characters are right and which nobody can hold: no division 4199xx was ever assigned.
fn credit_code(division: &str, at: usize) -> Result<CreditCode> {
    let org = format!("YY{at:06}");
    let check = kernel::credit_code::org_check(&org).unwrap_or('0');
    CreditCode::make('9', '1', division, &format!("{org}{check}")).map_err(Error::internal)
}

/// Everybody gets a lead helper, a third a deputy; leaders take what lies in their chain group.
fn help(draw: &Draw, firms: &mut [Firm], officials: &Officials, units: &Units) {
    let (leaders, cadres) = officials.helpers.split_at(officials.leaders.min(officials.helpers.len()));
    let Some((seat, others)) = cadres.split_first() else { return };
    let mut turn = 0;
    let mut next = || {
        turn += 1;
        others.get((turn - 1) % others.len().max(1)).cloned()
    };
    for (at, firm) in firms.iter_mut().enumerate() {
        let group = units
            .by_code
            .get(&format!("chain-{}", firm.facts.chain.as_deref().unwrap_or_default()))
            .map(|unit| unit.id);
        let of_group: Vec<&Actor> = leaders.iter().filter(|leader| leader.unit == group).collect();
        let leader = draw.pick(&of_group).map(|leader| (*leader).clone());
        if at < OF_SEAT_HELPER {
            firm.helpers.push(seat.clone());
            firm.helpers.extend(if at % 2 == 1 { leader } else { next() });
            continue;
        }
        let by_leader = firm.facts.scale == Scale::Above && draw.chance(12);
        firm.helpers.extend(leader.filter(|_| by_leader).or_else(&mut next));
        if draw.chance(33) {
            firm.helpers.extend(next());
        }
    }
}

/// Names that are not taken yet.
struct Names<'a> {
    taken: BTreeSet<String>,
    shape: &'a Shape,
    lang: Lang,
}

impl Names<'_> {
    /// Full and short name.
    fn next(&mut self, draw: &Draw, lists: &Lists, trade: &str) -> (String, String) {
        let part = |key| draw.pick(lists.names(key, self.lang)).map_or("", String::as_str);
        loop {
            let brand = format!("{}{}", part("brand1"), part("brand2"));
            let (name, short) = match self.lang {
                Lang::Zh => {
                    let place = self.shape.zh.trim_end_matches(['县', '市']);
                    (format!("{place}{brand}{trade}有限公司"), format!("{brand}{trade}"))
                }
                Lang::En => (format!("Demo {brand} {trade} Co., Ltd."), format!("{brand} {trade}")),
            };
            if self.taken.insert(name.clone()) {
                return (name, short);
            }
        }
    }
}

fn empty() -> Error {
    Error::internal("demo data: an empty list")
}
