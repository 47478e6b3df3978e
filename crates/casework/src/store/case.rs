//! Keeping a case: its events are appended, everything else is derived from them and brought up to date.

use chrono::{DateTime, Utc};
use db::{Conn, Tx, Value, sql, sql_text};
use identity::Subject;
use kernel::{EnterpriseId, Error, Random, RequestId, Result, UnitId};
use serde::{Deserialize, Serialize};

use super::need_rows::{insert_need, need_ids, put_assignment, values};
use crate::case::{Case, Request};
use crate::clocks::CalendarAt;
use crate::event::{Actor, Event, Outcome, Recorded};
use crate::once::OnceKey;
use crate::projection::{Projection, project};
use crate::projection_tally::{contributions, difference};
use crate::seal::{EventRow, Hash, Sealed, Text, span};

/// A case as it is kept, with what is needed to judge access and to save it again.
#[derive(Debug)]
pub struct Kept {
    pub request: Request,
    pub category_hint: Option<String>,
    pub events: Vec<Recorded>,
    pub case: Case,
    pub subject: Subject,
}

/// The part of an event that stands in its JSON body; the rest are columns.
#[derive(Serialize, Deserialize)]
struct Body {
    by: Actor,
    #[serde(flatten)]
    event: Event,
}

/// A whole case, or `None`.
pub async fn load(conn: &mut Conn, id: RequestId) -> Result<Option<Kept>> {
    let Some(row) = sql(include_str!("../../sql/request_find.sql")).bind(id).optional(conn).await? else {
        return Ok(None);
    };
    let mut c = row.cursor();
    let request = Request {
        id: c.id()?,
        number: c.next()?,
        enterprise: c.id()?,
        source: read_word(&c.next::<String>()?)?,
        handed_down: c.next()?,
        title: c.next()?,
        body: c.next()?,
        origin_level: c.next::<Option<String>>()?.as_deref().map(read_word).transpose()?,
        contact_name: String::new(),
        contact_phone: String::new(),
        created_at: DateTime::UNIX_EPOCH,
    };
    let category_hint = c.next()?;
    let (contact_name, contact_phone) = (c.next()?, c.next()?);
    let created_at = c.next()?;
    let home = c.id_opt::<UnitId>()?.zip(c.next()?);
    let request = Request { contact_name, contact_phone, created_at, ..request };
    let events = events(conn, id).await?;
    let subject = subject(conn, &request, home).await?;
    Ok(Some(Kept { case: Case::fold(&events), category_hint, request, events, subject }))
}

/// The history of a request, oldest first.
pub async fn events(conn: &mut Conn, id: RequestId) -> Result<Vec<Recorded>> {
    let rows = sql(include_str!("../../sql/events.sql")).bind(id).all(conn).await?;
    let read = |row: &db::Row| {
        let mut c = row.cursor();
        let (id, seq, at) = (c.id()?, c.next::<i64>()?, c.next()?);
        let need = c.next::<Option<i64>>()?;
        let body: Body = serde_json::from_str(&c.next::<String>()?).map_err(Error::internal)?;
        let need = need.map(u16::try_from).transpose().map_err(Error::internal)?;
        Ok(Recorded { id, seq: u32::try_from(seq).map_err(Error::internal)?, at, by: body.by, need, event: body.event })
    };
    rows.iter().map(read).collect()
}

/// Whom a request concerns: its enterprise, the helpers, the units that have or had it, and its township or, before
/// anybody has it, the whole county.
async fn subject(conn: &mut Conn, request: &Request, home: Option<(UnitId, String)>) -> Result<Subject> {
    let query = sql(include_str!("../../sql/request_subject.sql")).bind(request.id).bind(request.enterprise);
    let (mut units, mut helpers) = (Vec::new(), Vec::new());
    for row in query.all(conn).await? {
        let (id, path): (uuid::Uuid, String) = (row.get(0)?, row.get(1)?);
        if path.is_empty() {
            helpers.push(id.into());
        } else {
            units.push((id.into(), path));
        }
    }
    units.extend(home);
    Ok(Subject { enterprise: Some(request.enterprise), helpers, units })
}

/// Whom a request of this enterprise would concern before it exists, and the words it is found by.
pub async fn subject_of_enterprise(
    conn: &mut Conn,
    enterprise: EnterpriseId,
    actor: &identity::Actor,
) -> Result<(Subject, EnterpriseWords)> {
    let row = sql(include_str!("../../sql/enterprise_subject.sql")).bind(enterprise).optional(conn).await?;
    let row = row.ok_or_else(|| Error::not_found("enterprise"))?;
    let mut c = row.cursor();
    let words = EnterpriseWords { name: c.next()?, short_name: c.next()?, credit_code: c.next()? };
    let township = c.id_opt::<UnitId>()?.zip(c.next()?);
    let root = c.id_opt::<UnitId>()?.zip(c.next()?);
    let units = township.or(root).into_iter().collect();
    // Only a helper's right depends on who helps whom.
    let helpers = if actor.has(identity::Role::Helper) { helpers(conn, enterprise).await? } else { Vec::new() };
    Ok((Subject { enterprise: Some(enterprise), helpers, units }, words))
}

/// What an enterprise's requests are found by besides their own words.
#[derive(Clone, Debug)]
pub struct EnterpriseWords {
    pub name: String,
    pub short_name: String,
    pub credit_code: String,
}

pub(super) async fn enterprise_words(conn: &mut Conn, enterprise: EnterpriseId) -> Result<EnterpriseWords> {
    let row = sql(include_str!("../../sql/enterprise_words.sql")).bind(enterprise).one(conn).await?;
    Ok(EnterpriseWords { name: row.get(0)?, short_name: row.get(1)?, credit_code: row.get(2)? })
}

async fn helpers(conn: &mut Conn, enterprise: EnterpriseId) -> Result<Vec<kernel::PersonId>> {
    let rows = sql(include_str!("../../sql/current_helpers.sql")).bind(enterprise).all(conn).await?;
    rows.iter().map(|row| Ok(row.get::<uuid::Uuid>(0)?.into())).collect()
}

fn unit(row: &db::Row) -> Result<(UnitId, String)> {
    Ok((row.get::<uuid::Uuid>(0)?.into(), row.get(1)?))
}

/// The path of a unit, to judge who may act for it.
pub async fn unit_subject(conn: &mut Conn, id: UnitId) -> Result<Subject> {
    let row = sql(include_str!("../../sql/unit_path.sql")).bind(id).optional(conn).await?;
    let row = row.ok_or_else(|| Error::not_found("unit"))?;
    Ok(Subject { units: vec![unit(&row)?], ..Subject::default() })
}

/// The request and index a need's number belongs to.
pub async fn by_number(conn: &mut Conn, number: &str) -> Result<Option<(RequestId, u16)>> {
    let row = sql(include_str!("../../sql/request_by_number.sql")).bind(number).optional(conn).await?;
    let read = |row: db::Row| Ok((row.get::<uuid::Uuid>(0)?.into(), u16::try_from(row.get::<i64>(1)?).unwrap_or(1)));
    row.map(read).transpose()
}

/// The request made with this key before, so that a double click makes one.
pub async fn by_once(conn: &mut Conn, key: &OnceKey) -> Result<Option<(RequestId, String)>> {
    let row = sql(include_str!("../../sql/request_by_once.sql")).bind(key.as_str()).optional(conn).await?;
    row.map(|row| Ok((row.get::<uuid::Uuid>(0)?.into(), row.get(1)?))).transpose()
}

/// Adds to a named counter and returns its new value.
pub async fn count_up(tx: &mut Tx, name: &str, by: i64) -> Result<i64> {
    sql(include_str!("../../sql/counter_next.sql")).bind(name).bind(by).one(tx).await?.get(0)
}

/// The value of a named counter; 0 for one that was never raised.
pub async fn counter(conn: &mut Conn, name: &str) -> Result<i64> {
    let row = sql(include_str!("../../sql/counter.sql")).bind(name).optional(conn).await?;
    row.map_or(Ok(0), |row| row.get(0))
}

/// The next requests by id.
pub async fn requests_after(conn: &mut Conn, last: RequestId, limit: i64) -> Result<Vec<RequestId>> {
    let rows = sql(include_str!("../../sql/requests_after.sql")).bind(last).bind(limit).all(conn).await?;
    rows.iter().map(|row| Ok(row.get::<uuid::Uuid>(0)?.into())).collect()
}

/// The counter of needs' serials.
pub const SERIAL: &str = "need";

/// Adds one to each of two counters and returns their new values.
pub async fn count_up_both(tx: &mut Tx, a: &str, b: &str) -> Result<(i64, i64)> {
    let rows = sql(include_str!("../../sql/counter_next_both.sql")).bind(a).bind(b).all(tx).await?;
    let mut both = (0, 0);
    for row in &rows {
        let (name, n): (String, i64) = (row.get(0)?, row.get(1)?);
        *(if name == a { &mut both.0 } else { &mut both.1 }) = n;
    }
    Ok(both)
}

/// What a new request brings besides its events.
pub struct NewRequest<'a> {
    pub request: &'a Request,
    pub once_key: Option<&'a OnceKey>,
    pub category_hint: Option<&'a str>,
    /// The serial of the first need, if it was counted together with the number.
    pub serial: Option<i64>,
    /// Read beforehand, if at all.
    pub words: Option<&'a EnterpriseWords>,
}

/// What happened to a case since it was loaded.
pub struct Change<'a> {
    pub request: &'a Request,
    pub category_hint: Option<&'a str>,
    /// Set the first time.
    pub new: Option<NewRequest<'a>>,
    /// The rows of its needs as they were.
    pub before: &'a [Projection],
    /// As it is now: the events are applied already.
    pub case: &'a Case,
    pub events: &'a [Recorded],
}

/// Appends the events of a change and brings the rows and sums that derive from them up to date. What it wrote is sealed
/// by the audit entry of the caller.
///
/// # Errors
/// `changed-meanwhile` if somebody else saved the same request since it was loaded.
pub async fn save(tx: &mut Tx, random: &dyn Random, calendars: &dyn CalendarAt, change: Change<'_>) -> Result<Sealed> {
    let Change { request, category_hint, new, before, case, events } = change;
    let at = case.last_event_at.ok_or_else(|| Error::internal("a change without an event"))?;
    let first = i64::from(case.seq) - i64::try_from(events.len()).unwrap_or(0);
    let mut text = None;
    match &new {
        Some(new) => text = Some(insert_request(tx, new, case, at).await?),
        None => {
            let changed = sql(include_str!("../../sql/request_update.sql"))
                .bind(request.id)
                .bind(case.state().as_str())
                .bind(at)
                .bind(i64::from(case.seq))
                .bind(first)
                .run(tx)
                .await?;
            if changed == 0 {
                return Err(Error::conflict("changed-meanwhile"));
            }
        }
    }
    let hashes = append(tx, request.id, events).await?;
    let sealed = Sealed { from: first + 1, to: i64::from(case.seq), events: span(&hashes), request: text };
    let ids = need_ids(tx, request.id, before.is_empty()).await?;
    for need in &case.needs {
        let Some(now) = project(case, need.index, calendars) else { continue };
        let old = before.iter().find(|old| old.need == need.index);
        if old.is_some_and(|old| *old == now) {
            continue;
        }
        let id = match ids.get(&need.index) {
            Some((id, _)) => {
                values(sql(include_str!("../../sql/need_update.sql")), &now, category_hint, request.id)
                    .queue(tx)
                    .await?;
                *id
            }
            None => insert_need(tx, random, request, &now, category_hint, new.as_ref()).await?,
        };
        for assignment in &need.assignments {
            put_assignment(tx, id, need, assignment, calendars, at).await?;
        }
        let was = old.map(contributions).unwrap_or_default();
        super::figures::add_sums(tx, &difference(&was, &contributions(&now))).await?;
    }
    Ok(sealed)
}

/// The seal of a request's text as its row keeps it.
pub(crate) fn text_hash(r: &Request, category_hint: Option<&str>) -> Hash {
    let (source, origin_level) = (word(&r.source), r.origin_level.map(|level| word(&level)));
    let text = Text {
        id: r.id.uuid(),
        number: &r.number,
        enterprise: r.enterprise.uuid(),
        source: &source,
        handed_down: r.handed_down,
        title: &r.title,
        body: &r.body,
        origin_level: origin_level.as_deref(),
        category_hint,
        contact_name: &r.contact_name,
        contact_phone: &r.contact_phone,
        submitted_at: r.created_at,
    };
    text.hash()
}

/// Writes the row of a new request and returns the hash of its text.
async fn insert_request(tx: &mut Tx, new: &NewRequest<'_>, case: &Case, at: DateTime<Utc>) -> Result<Hash> {
    let r = new.request;
    let (source, origin_level) = (word(&r.source), r.origin_level.map(|level| word(&level)));
    let hash = text_hash(r, new.category_hint);
    sql(include_str!("../../sql/request_insert.sql"))
        .bind(r.id)
        .bind(r.number.as_str())
        .bind(r.enterprise)
        .bind(new.once_key.map(OnceKey::as_str))
        .bind(source)
        .bind(r.handed_down)
        .bind(r.title.as_str())
        .bind(r.body.as_str())
        .bind(origin_level)
        .bind(new.category_hint)
        .bind(r.contact_name.as_str())
        .bind(r.contact_phone.as_str())
        .bind(case.state().as_str())
        .bind(r.created_at)
        .bind(at)
        .bind(i64::from(case.seq))
        .queue(tx)
        .await?;
    Ok(hash)
}

/// Appends events, as many as one statement may carry at a time, and returns their hashes.
async fn append(tx: &mut Tx, request: RequestId, events: &[Recorded]) -> Result<Vec<Hash>> {
    let mut hashes = Vec::with_capacity(events.len());
    for part in events.chunks(50) {
        let mut text = String::from("INSERT INTO case_event (request_id, seq, id, at, kind, need_idx, body) VALUES ");
        let mut values: Vec<Value> = Vec::with_capacity(part.len() * 7);
        for (at, recorded) in part.iter().enumerate() {
            let n = at * 7;
            let comma = if at == 0 { "" } else { ", " };
            text.push_str(&format!(
                "{comma}(${}, ${}, ${}, ${}, ${}, ${}, ${})",
                n + 1,
                n + 2,
                n + 3,
                n + 4,
                n + 5,
                n + 6,
                n + 7
            ));
            let body = Body { by: recorded.by.clone(), event: recorded.event.clone() };
            let body = serde_json::to_string(&body).map_err(Error::internal)?;
            let (seq, need) = (i64::from(recorded.seq), recorded.need.map(i64::from));
            let (id, kind) = (recorded.id.uuid(), recorded.event.kind());
            let row = EventRow { request: request.uuid(), seq, id, at: recorded.at, kind, need, body: &body };
            hashes.push(row.hash());
            values.push(request.into());
            values.push(seq.into());
            values.push(recorded.id.into());
            values.push(recorded.at.into());
            values.push(kind.into());
            values.push(need.into());
            values.push(body.into());
        }
        sql_text(text).bind_all(values).queue(tx).await?;
    }
    Ok(hashes)
}

/// Requests changed before the last one of the page before, latest first: id, number, when.
pub async fn changed_before(
    conn: &mut Conn,
    last: Option<(DateTime<Utc>, RequestId)>,
    limit: i64,
) -> Result<Vec<(RequestId, String, DateTime<Utc>)>> {
    // The end of the year 9999 stands for "no page before".
    let end = DateTime::from_timestamp(253_402_300_799, 0).unwrap_or_default();
    let (at, id) = last.unwrap_or((end, RequestId::from_uuid(uuid::Uuid::max())));
    let rows =
        sql(include_str!("../../sql/requests_changed_before.sql")).bind(at).bind(id).bind(limit).all(conn).await?;
    rows.iter().map(|row| Ok((row.get::<uuid::Uuid>(0)?.into(), row.get(1)?, row.get(2)?))).collect()
}

/// The name of an outcome as it stands in rows and JSON.
pub(crate) const fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Resolved => "resolved",
        Outcome::Planned { .. } => "planned",
        Outcome::NotPossible => "not_possible",
        Outcome::Withdrawn => "withdrawn",
        Outcome::NotReachable => "not_reachable",
    }
}

/// The name of a unit variant as it stands in rows and JSON.
pub(crate) fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        _ => String::new(),
    }
}

/// Reads [`word`].
pub(crate) fn read_word<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_value(serde_json::Value::String(text.to_owned())).map_err(Error::internal)
}
