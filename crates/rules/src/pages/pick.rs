//! Choosing the enterprise a pack is tried on: one's own by name, others by search.

use chrono::NaiveDate;
use db::Conn;
use identity::{Actor, Role, reached};
use kernel::{Error, Result, local_date};
use registry::ask::{self, Filter, facts_found, list};
use registry::facts::Asked;
use registry::{Status, facts};
use web::href::Href;
use web::{SignedIn, Words};

use super::fields::{Known, KnownFact};
use super::said;

/// How many a search shows.
const SHOWN: usize = 8;

/// What stands above the form.
#[derive(Clone, Debug, Default)]
pub struct Picker {
    /// The reader may look for others than those listed.
    pub search: bool,
    /// What was looked for.
    pub find: String,
    pub found: Vec<Found>,
    /// More fit than are shown.
    pub more: bool,
}

/// An enterprise to choose.
#[derive(Clone, Debug)]
pub struct Found {
    pub href: String,
    pub name: String,
    pub code: String,
}

/// The enterprises to choose from: what a search finds, or one's own.
pub async fn picker(conn: &mut Conn, by: &SignedIn, here: &Href) -> Result<Picker> {
    let may = reached(&by.actor, &registry::access::READ);
    // Whoever helps or speaks for some is shown them at once.
    let search = may.all || !may.paths.is_empty() || !may.units.is_empty();
    let looks = search || may.helper.is_some();
    let find: String = here.get("find").unwrap_or_default().trim().chars().take(100).collect();
    if search && kernel::search_query(&find).is_empty() {
        return Ok(Picker { search: looks, find, ..Picker::default() });
    }
    let filter = Filter { text: find.clone(), status: Some(Status::Active), ..Filter::default() };
    let mut rows = list(conn, &may, &filter, None, SHOWN + 1).await?;
    let more = rows.len() > SHOWN;
    rows.truncate(SHOWN);
    // The case of one enterprise is none of another; the day and the pack stay.
    let base = Href::parse(here.path());
    let base = here.get("on").map_or(base.clone(), |on| base.with("on", on));
    let found = rows
        .into_iter()
        .map(|row| Found {
            href: base.with("enterprise", &row.credit_code).to_string(),
            name: row.name,
            code: row.credit_code,
        })
        .collect();
    Ok(Picker { search: looks, find, found, more })
}

/// The only enterprise of somebody who speaks for one and sees no other.
pub async fn own_code(conn: &mut Conn, actor: &Actor) -> Result<Option<String>> {
    if actor.grants.iter().any(|grant| grant.role != Role::Enterprise) {
        return Ok(None);
    }
    let mut own = actor.enterprises();
    let (Some(only), None) = (own.next(), own.next()) else { return Ok(None) };
    Ok(ask::brief(conn, actor, only).await?.map(|brief| brief.credit_code))
}

/// What the county knows of an enterprise, as it is asked for on a day; none if there is no such one that the reader may see.
///
/// # Errors
/// What the database says.
pub async fn known(conn: &mut Conn, by: &SignedIn, code: &str, day: NaiveDate) -> Result<Option<Known>> {
    let Some(seen) = ask::by_code(conn, &by.actor, code).await? else { return Ok(None) };
    let w = &by.words;
    let mut values: Vec<KnownFact> = Vec::new();
    for facts::Found { reported, fits } in facts_found(conn, &seen, Asked::On(day)).await? {
        values.push(KnownFact {
            source: source(w, &reported),
            code: reported.code,
            value: reported.value,
            as_of: reported.as_of.to_string(),
            fits,
        });
    }
    let found = seen.enterprise;
    let as_of = local_date(found.updated_at).to_string();
    for (fact, value) in facts::registered(&found.facts) {
        if !values.iter().any(|own| own.code == fact) {
            let source = w.t("rules-register").into_owned();
            // What the register knows is of no certain time.
            let fits = facts::dictionary().get(fact).is_none_or(|fact| Asked::On(day).period(fact).is_none());
            values.push(KnownFact { code: fact.to_owned(), value, source, as_of: as_of.clone(), fits });
        }
    }
    Ok(Some(Known {
        id: Some(found.id),
        code: found.facts.credit_code.as_str().to_owned(),
        name: found.facts.name.clone(),
        values,
    }))
}

/// `税务局（2025）`.
fn source(w: &Words, reported: &facts::Reported) -> String {
    let fact = facts::dictionary().get(&reported.code);
    let source = fact.map_or(reported.source.as_str(), |fact| facts::source(fact, &reported.source, said::lang(w)));
    let period = said::period(w, &reported.period);
    w.f("rules-source-period", &[("source", &source), ("period", &period)])
}

/// Whether the reader may see what a pack says of the whole county.
pub async fn sees_county(conn: &mut Conn, actor: &Actor) -> Result<bool> {
    let county = registry::keep::place(conn, None).await?;
    Ok(identity::allowed(actor, &crate::access::COUNTY, &county))
}

/// # Errors
/// `not-found` for those who may not.
pub async fn require_county(conn: &mut Conn, actor: &Actor) -> Result<()> {
    if sees_county(conn, actor).await? { Ok(()) } else { Err(Error::not_found("rule-pack")) }
}
