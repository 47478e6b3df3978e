//! The ways in which people change the register: require → change → tell, each one `identity::Change`.

use std::collections::HashMap;

use chrono::NaiveDate;
use db::{Conn, Db};
use events::{BondEvent, BondTold, EnterpriseEvent, EnterpriseTold};
use identity::{Action, Actor, Change, Done, Subject};
use kernel::{Clock, EnterpriseId, Error, PersonId, Random, Result, UnitId, local_date};
use serde_json::json;

use crate::access;
use crate::enterprise::{HelperKind, NewEnterprise, Status};
use crate::store;

/// Enters an enterprise.
///
/// # Errors
/// `forbidden` where the actor may not, `invalid-fields`.
pub async fn create(
    db: &Db,
    clock: &dyn Clock,
    random: &dyn Random,
    actor: &Actor,
    new: NewEnterprise,
) -> Result<EnterpriseId> {
    let mut change = Change::begin(db, clock, random, actor).await?;
    let place = place(&mut change, new.township).await?;
    change.require(&access::CHANGE, &place)?;
    let facts = new.clone();
    let id = store::create(&mut change, clock, random, new).await?;
    let done = Done {
        action: "create",
        resource: "enterprise",
        resource_id: id.to_string(),
        detail: json!({ "credit_code": facts.credit_code.as_str() }),
    };
    change.done(done, &told(EnterpriseEvent::Entered, id, &facts, 1)).await?;
    Ok(id)
}

/// What others hear of an enterprise with these facts. A stand-in is no code: it is told as none.
pub(crate) fn told(event: EnterpriseEvent, id: EnterpriseId, facts: &NewEnterprise, version: i64) -> EnterpriseTold {
    EnterpriseTold {
        event,
        enterprise: id,
        credit_code: facts.credit_code.known().unwrap_or_default().to_owned(),
        state: facts.status.as_str().to_owned(),
        version,
        instead_of: None,
    }
}

/// Changes an enterprise that still has `version`; also to another township, if the actor may change there too.
///
/// # Errors
/// `not-found` for what the actor may not see, `forbidden`, `invalid-fields`, `changed-meanwhile`.
pub async fn update(
    db: &Db,
    clock: &dyn Clock,
    random: &dyn Random,
    actor: &Actor,
    id: EnterpriseId,
    version: i64,
    new: NewEnterprise,
) -> Result<()> {
    let mut change = Change::begin(db, clock, random, actor).await?;
    may(&mut change, &access::CHANGE, id).await?;
    let place = place(&mut change, new.township).await?;
    change.require(&access::CHANGE, &place)?;
    let old = store::find(&mut change, id).await?.ok_or_else(|| Error::not_found("enterprise"))?;
    let new = new.checked()?;
    let changed = changed_fields(&old.facts, &new);
    let told = told(EnterpriseEvent::Changed, id, &new, version + 1);
    store::update(&mut change, clock, id, version, new).await?;
    let done = Done {
        action: "change",
        resource: "enterprise",
        resource_id: id.to_string(),
        detail: json!({ "fields": changed }),
    };
    change.done(done, &told).await
}

/// Makes somebody a helper from a day on; done already, nothing happens.
///
/// # Errors
/// `not-found` for an enterprise that may not be seen, an unknown person or one who has left; `forbidden`;
/// `enterprise-unchecked` (conflict) for one that is not in the register yet.
#[allow(clippy::too_many_arguments, reason = "the parts of one sentence: who makes whom what, where, from when")]
pub async fn assign_helper(
    db: &Db,
    clock: &dyn Clock,
    random: &dyn Random,
    actor: &Actor,
    id: EnterpriseId,
    person: PersonId,
    kind: HelperKind,
    from: NaiveDate,
) -> Result<()> {
    let mut change = Change::begin(db, clock, random, actor).await?;
    may(&mut change, &access::ASSIGN_HELPER, id).await?;
    let firm = store::find(&mut change, id).await?.ok_or_else(|| Error::not_found("enterprise"))?;
    if firm.facts.status == Status::Unchecked {
        return Err(Error::conflict("enterprise-unchecked"));
    }
    let known = identity::find_person(&mut change, person).await?;
    known.filter(|person| person.active).ok_or_else(|| Error::not_found("person"))?;
    let now = change.at();
    let before = store::helpers_of(&mut change, id).await?;
    if !store::assign_helper(&mut change, random, id, person, kind, from, now).await? {
        change.leave().await;
        return Ok(());
    }
    // There is one lead: whoever was it is told of as well.
    let lead = |row: &store::HelperRow| row.kind == HelperKind::Lead && row.person != person;
    if let Some(other) = before.into_iter().find(|row| kind == HelperKind::Lead && lead(row)) {
        let (done, told) = ended(id, other.person, Some(other.kind), from);
        change.tell(done, &told).await?;
    }
    let done = Done {
        action: "assign-helper",
        resource: "enterprise",
        resource_id: id.to_string(),
        detail: json!({ "person": person.to_string(), "kind": kind.as_str(), "from": from }),
    };
    let kind = Some(kind.as_str().to_owned());
    let told = BondTold { event: BondEvent::Started, enterprise: id, person, kind, day: from, successor: None };
    change.done(done, &told).await
}

/// Ends what somebody does for an enterprise.
///
/// # Errors
/// As [`assign_helper`]; `not-found` if the person does not help it.
pub async fn end_helper(
    db: &Db,
    clock: &dyn Clock,
    random: &dyn Random,
    actor: &Actor,
    id: EnterpriseId,
    person: PersonId,
    to: NaiveDate,
) -> Result<()> {
    let mut change = Change::begin(db, clock, random, actor).await?;
    may(&mut change, &access::ASSIGN_HELPER, id).await?;
    store::end_helper(&mut change, id, person, to).await?;
    let (done, told) = ended(id, person, None, to);
    change.done(done, &told).await
}

/// What is written and told of a bond that ended on a day.
fn ended(id: EnterpriseId, person: PersonId, kind: Option<HelperKind>, to: NaiveDate) -> (Done<'static>, BondTold) {
    let done = Done {
        action: "end-helper",
        resource: "enterprise",
        resource_id: id.to_string(),
        detail: json!({ "person": person.to_string(), "to": to }),
    };
    let kind = kind.map(|kind| kind.as_str().to_owned());
    (done, BondTold { event: BondEvent::Ended, enterprise: id, person, kind, day: to, successor: None })
}

/// Hands over everything somebody does for enterprises, in the caller's change: each enterprise to a successor, who takes
/// on the same part, or to nobody. Returns how many there were.
///
/// # Errors
/// `bonds-undecided` (conflict) if nothing is said of an enterprise; `forbidden` where the actor may not name helpers.
pub async fn hand_over(
    change: &mut Change<'_>,
    person: PersonId,
    decided: &HashMap<EnterpriseId, Option<PersonId>>,
) -> Result<usize> {
    let bonds = store::bonds_of(change, person).await?;
    let open = bonds.iter().filter(|(enterprise, _)| !decided.contains_key(enterprise)).count();
    if open > 0 {
        return Err(Error::conflict("bonds-undecided").arg("n", open));
    }
    let (now, random) = (change.at(), change.random());
    let today = local_date(now);
    for (enterprise, kind) in &bonds {
        may(change, &access::ASSIGN_HELPER, *enterprise).await?;
        store::end_helper(change, *enterprise, person, today).await?;
        let to = decided.get(enterprise).copied().flatten().filter(|to| *to != person);
        if let Some(to) = to {
            // A deputy's part adds nothing to what a lead does already.
            let leads = store::bonds_of(change, to).await?.contains(&(*enterprise, HelperKind::Lead));
            if !leads {
                store::assign_helper(change, random, *enterprise, to, *kind, today, now).await?;
            }
        }
        let done = Done {
            action: "hand-over",
            resource: "enterprise",
            resource_id: enterprise.to_string(),
            detail: json!({ "person": person.to_string(), "to": to.map(|to| to.to_string()), "kind": kind.as_str() }),
        };
        let told = BondTold {
            event: BondEvent::HandedOver,
            enterprise: *enterprise,
            person,
            kind: Some(kind.as_str().to_owned()),
            day: today,
            successor: to,
        };
        change.tell(done, &told).await?;
    }
    Ok(bonds.len())
}

/// What may not be seen does not exist; what may be seen but not done is forbidden.
async fn may(change: &mut Change<'_>, action: &Action, id: EnterpriseId) -> Result<()> {
    let subject = store::subject(change, id).await?;
    change.authorize(&access::READ, &subject)?;
    change.require(action, &subject)
}

/// What an enterprise in this township would concern; without a township, the whole county.
pub async fn place(conn: &mut Conn, township: Option<UnitId>) -> Result<Subject> {
    let Some(id) = township else {
        return Ok(Subject { units: store::root(conn).await?, ..Subject::default() });
    };
    let unit = identity::find_unit(conn, id).await?.ok_or_else(|| Error::not_found("unit"))?;
    Ok(Subject { units: vec![(unit.id, unit.path)], ..Subject::default() })
}

/// Names of the fields that differ. Values stay out of the audit: telephone numbers are among them.
fn changed_fields(old: &NewEnterprise, new: &NewEnterprise) -> Vec<&'static str> {
    let differs = [
        ("credit_code", old.credit_code != new.credit_code),
        ("name", old.name != new.name),
        ("short_name", old.short_name != new.short_name),
        ("division", old.division != new.division.map(|d| d.canonical())),
        ("township", old.township != new.township),
        ("industry", old.industry != new.industry),
        ("chain", old.chain != new.chain),
        ("scale", old.scale != new.scale),
        ("address", old.address != new.address),
        ("contact_name", old.contact_name != new.contact_name),
        ("contact_phone", old.contact_phone != new.contact_phone),
        ("staff", old.staff != new.staff),
        ("status", old.status != new.status),
    ];
    differs.into_iter().filter(|(_, differs)| *differs).map(|(field, _)| field).collect()
}
