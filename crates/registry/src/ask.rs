//! What others are told of the register. Every answer is one that whoever asks has a right to: they hand in what they reach, or
//! are given an enterprise only as one they may see.

use db::Conn;
use identity::{Actor, Reached, Subject, allowed, require};
use kernel::{EnterpriseId, PersonId, Result};

use crate::access;
use crate::enterprise::{Brief, Chain, Enterprise, HelperKind};
use crate::facts::{Asked, Found};
use crate::store;

pub use crate::store::{
    After, FacetRow, FactRow, FactRows, Filter, HelperRow, Reported, count, count_faults, facets, list, list_before,
};

/// An enterprise somebody may see.
#[derive(Clone, Debug)]
pub struct Seen {
    pub enterprise: Enterprise,
    /// Whom it concerns, to ask for further rights.
    pub subject: Subject,
}

/// The enterprise with this credit code, or which had it before; none if there is no such one that `actor` may see.
///
/// # Errors
/// What the database says.
pub async fn by_code(conn: &mut Conn, actor: &Actor, code: &str) -> Result<Option<Seen>> {
    match store::find_by_code(conn, code).await? {
        Some(found) => seen(conn, actor, found).await,
        None => Ok(None),
    }
}

/// As [`by_code`], the enterprise with this id.
///
/// # Errors
/// What the database says.
pub async fn by_id(conn: &mut Conn, actor: &Actor, id: EnterpriseId) -> Result<Option<Seen>> {
    match store::find(conn, id).await? {
        Some(found) => seen(conn, actor, found).await,
        None => Ok(None),
    }
}

async fn seen(conn: &mut Conn, actor: &Actor, enterprise: Enterprise) -> Result<Option<Seen>> {
    let subject = store::subject(conn, enterprise.id).await?;
    Ok(allowed(actor, &access::READ, &subject).then_some(Seen { enterprise, subject }))
}

/// As [`by_id`], what a line of a list shows of it.
///
/// # Errors
/// What the database says.
pub async fn brief(conn: &mut Conn, actor: &Actor, id: EnterpriseId) -> Result<Option<Brief>> {
    let Some(brief) = store::brief(conn, id).await? else { return Ok(None) };
    let subject = store::subject(conn, id).await?;
    Ok(allowed(actor, &access::READ, &subject).then_some(brief))
}

/// The enterprises somebody helps, by name, as far as they are reached.
///
/// # Errors
/// What the database says.
pub async fn helped_by(conn: &mut Conn, reached: &Reached, person: PersonId) -> Result<Vec<(Brief, HelperKind)>> {
    store::helped_by(conn, reached, person).await
}

/// All chains, also closed ones: their names are no secret.
///
/// # Errors
/// What the database says.
pub async fn chains(conn: &mut Conn) -> Result<Vec<Chain>> {
    store::list_chains(conn).await
}

/// Who helps an enterprise, the lead first. Numbers are whole: mask them for who may not see them.
///
/// # Errors
/// What the database says.
pub async fn helpers(conn: &mut Conn, of: &Seen) -> Result<Vec<HelperRow>> {
    store::helpers_of(conn, of.enterprise.id).await
}

/// What was last reported of an enterprise, fact by fact.
///
/// # Errors
/// What the database says.
pub async fn facts(conn: &mut Conn, of: &Seen) -> Result<Vec<Reported>> {
    store::facts_of(conn, of.enterprise.id).await
}

/// The same as rules ask for it: with each whether it is for the time that is asked for.
///
/// # Errors
/// What the database says.
pub async fn facts_found(conn: &mut Conn, of: &Seen, asked: Asked) -> Result<Vec<Found>> {
    store::facts_found(conn, of.enterprise.id, asked).await
}

/// The right to know the facts of every enterprise there is.
#[derive(Clone, Copy, Debug)]
pub struct Everything(());

impl Everything {
    /// # Errors
    /// `not-allowed` (forbidden) for who may not see all enterprises.
    pub fn seen_by(actor: &Actor) -> Result<Everything> {
        // What concerns nobody in particular is reached by those alone who reach all.
        require(actor, &access::READ, &Subject::default()).map(|()| Everything(()))
    }
}

/// Some facts of all enterprises, in the order of their codes.
///
/// # Errors
/// What the database says.
pub async fn facts_for(conn: &mut Conn, _: Everything, codes: &[&str], asked: Asked) -> Result<FactRows> {
    store::facts_for(conn, codes, asked).await
}

/// The codes of facts that are known of any enterprise, in a period or at all: none of them says of whom.
///
/// # Errors
/// What the database says.
pub async fn fact_codes(conn: &mut Conn, period: Option<&str>) -> Result<Vec<String>> {
    store::fact_codes(conn, period).await
}
