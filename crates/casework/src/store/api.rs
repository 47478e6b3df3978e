//! Requests with their needs as the API gives them: one statement for one request and one for a page of them.

use chrono::{DateTime, Utc};
use db::{Conn, Cursor, Row, Value, sql_text};
use identity::Reached;
use kernel::{EnterpriseId, RequestId, Result, UnitId};
use web::openapi::{Contact, Unit};

use super::list::reaches_all;
use crate::api::request::{Enterprise, Need, Request};

/// What a page is narrowed to. Empty fields narrow nothing.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// State of one of its needs.
    pub state: Option<String>,
    /// Code of a unit that has or had a part in one of its needs.
    pub unit: Option<String>,
    /// Category of one of its needs.
    pub category: Option<String>,
    /// Credit code.
    pub enterprise: Option<String>,
    /// Changed then or later: the page is then in the order of changes, oldest first; else newest request first.
    pub changed_since: Option<DateTime<Utc>>,
}

/// Where a page begins: after this place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Serial(i64),
    Changed(DateTime<Utc>, RequestId),
}

/// A request with what the API does not show of it.
#[derive(Clone, Debug)]
pub struct Found {
    pub id: RequestId,
    /// Its place in the page it was found on.
    pub place: Place,
    pub request: Request,
}

/// Units stand as ids: their names are those of the tree at hand.
const SELECT: &str = "SELECT p.serial, r.id, r.number, r.title, r.body, r.state, r.source, r.handed_down, r.origin_level, \
    r.category_hint, e.credit_code, e.name, e.township_id, r.contact_name, r.contact_phone, r.submitted_at, r.updated_at, \
    r.version, n.number, n.idx, n.title, n.state, n.category, n.grade, n.level, n.act_next, n.act_unit_id, n.lead_unit_id, \
    n.clock, n.due_at, n.soon_at, n.co_due_at, n.accept_due_at, n.accept_on_time, n.resolve_due_at, n.resolve_on_time, \
    n.accepted_at, n.assigned_at, n.answered_at, n.closed_at, n.outcome, n.result, n.round, n.reopened, n.hops, n.paused, n.provisional, \
    n.used_days FROM ";
const JOINS: &str = " JOIN request r ON r.id = p.id JOIN enterprise e ON e.id = r.enterprise_id \
    JOIN need n ON n.request_id = r.id";

/// One request by its number, if it is reached. `units`: all of them, for the names.
pub async fn find(conn: &mut Conn, reached: &Reached, number: &str, units: &[identity::Unit]) -> Result<Option<Found>> {
    let mut s = Statement::default();
    let number = s.bind(number.into());
    let reach = s.reach(reached, "q.id", "q.enterprise_id");
    let page = format!("(SELECT CAST(0 AS BIGINT) AS serial, q.id FROM request q WHERE q.number = {number}{reach}) p");
    let text = format!("{SELECT}{page}{JOINS} ORDER BY n.idx");
    Ok(gather(&sql_text(text).bind_all(s.values).all(conn).await?, units)?.pop())
}

/// Requests of one page, at most `limit`. `units`: all of them, for the names.
pub async fn page(
    conn: &mut Conn,
    reached: &Reached,
    filter: &Filter,
    after: Option<Place>,
    limit: i64,
    units: &[identity::Unit],
) -> Result<Vec<Found>> {
    let mut s = Statement::default();
    let (page, order) = match filter.changed_since {
        Some(since) => (s.by_change(reached, filter, since, after, limit), "r.updated_at, r.id, n.idx"),
        None => (s.by_age(reached, filter, after, limit), "p.serial DESC, n.idx"),
    };
    let text = format!("{SELECT}({page}) p{JOINS} ORDER BY {order}");
    let mut found = gather(&sql_text(text).bind_all(s.values).all(conn).await?, units)?;
    if filter.changed_since.is_some() {
        for one in &mut found {
            one.place = Place::Changed(one.request.updated_at, one.id);
        }
    }
    Ok(found)
}

/// The enterprise with this credit code, if it is reached.
pub async fn enterprise(conn: &mut Conn, reached: &Reached, credit_code: &str) -> Result<Option<EnterpriseId>> {
    let mut s = Statement::default();
    let code = s.bind(credit_code.into());
    let reach = if reaches_all(reached) { String::new() } else { s.reach_enterprise(reached, "e.id") };
    let text = format!("SELECT e.id FROM enterprise e WHERE e.credit_code = {code} AND e.status <> 'unchecked'{reach}");
    let row = sql_text(text).bind_all(s.values).optional(conn).await?;
    row.map(|row| Ok(row.get::<uuid::Uuid>(0)?.into())).transpose()
}

/// A unit as the API names it; `units`: all of them.
pub fn named(units: &[identity::Unit], id: UnitId) -> Option<Unit> {
    let unit = units.iter().find(|unit| unit.id == id)?;
    Some(Unit { code: unit.code.clone(), name: unit.name.clone(), name_en: unit.name_en.clone() })
}

/// Parameters of a statement that is being put together.
#[derive(Default)]
struct Statement {
    values: Vec<Value>,
}

impl Statement {
    fn bind(&mut self, value: Value) -> String {
        self.values.push(value);
        format!("${}", self.values.len())
    }

    /// What the actor may see, as a condition on a request: its own enterprises' and those its units have or had.
    fn reach(&mut self, reached: &Reached, request: &str, enterprise: &str) -> String {
        if reaches_all(reached) {
            return String::new();
        }
        let parts = "SELECT y.request_id FROM assignment x JOIN need y ON y.id = x.need_id";
        let mut any = self.enterprises(reached, enterprise);
        for unit in &reached.units {
            let unit = self.bind((*unit).into());
            any.push(format!("{request} IN ({parts} WHERE x.unit_id = {unit})"));
        }
        for path in &reached.paths {
            let path = self.bind(format!("{path}%").into());
            any.push(format!("{request} IN ({parts} JOIN unit xu ON xu.id = x.unit_id WHERE xu.path LIKE {path})"));
        }
        either(&any)
    }

    fn reach_enterprise(&mut self, reached: &Reached, enterprise: &str) -> String {
        let any = self.enterprises(reached, enterprise);
        either(&any)
    }

    fn enterprises(&mut self, reached: &Reached, enterprise: &str) -> Vec<String> {
        let mut any = Vec::new();
        for own in &reached.enterprises {
            any.push(format!("{enterprise} = {}", self.bind((*own).into())));
        }
        if let Some(person) = reached.helper {
            let person = self.bind(person.into());
            any.push(format!(
                "{enterprise} IN (SELECT h.enterprise_id FROM helper h WHERE h.person_id = {person} AND h.to_date IS NULL)"
            ));
        }
        for path in &reached.paths {
            let path = self.bind(format!("{path}%").into());
            any.push(format!(
                "{enterprise} IN (SELECT pe.id FROM enterprise pe JOIN unit pt ON pt.id = pe.township_id \
                 WHERE pt.path LIKE {path})"
            ));
        }
        any
    }

    /// Conditions on one need, which stands under the name `n`.
    fn need(&mut self, f: &Filter, n: &str) -> String {
        let mut text = String::new();
        if let Some(state) = &f.state {
            text.push_str(&format!(" AND {n}.state = {}", self.bind(state.as_str().into())));
        }
        if let Some(category) = &f.category {
            text.push_str(&format!(" AND {n}.category = {}", self.bind(category.as_str().into())));
        }
        if let Some(unit) = &f.unit {
            let unit = self.bind(unit.as_str().into());
            text.push_str(&format!(
                " AND {n}.id IN (SELECT x.need_id FROM assignment x JOIN unit xu ON xu.id = x.unit_id WHERE xu.code = {unit})"
            ));
        }
        text
    }

    fn of_enterprise(&mut self, f: &Filter, enterprise: &str) -> String {
        f.enterprise.as_ref().map_or_else(String::new, |code| {
            format!(
                " AND {enterprise} = (SELECT f.id FROM enterprise f WHERE f.credit_code = {})",
                self.bind(code.as_str().into())
            )
        })
    }

    /// Newest first, by the serial of the need that fits; of several in one request the newest stands for it.
    fn by_age(&mut self, reached: &Reached, f: &Filter, after: Option<Place>, limit: i64) -> String {
        let mut text = String::from("SELECT m.serial, m.request_id AS id FROM need m WHERE 1 = 1");
        text.push_str(&self.reach(reached, "m.request_id", "m.enterprise_id"));
        text.push_str(&self.of_enterprise(f, "m.enterprise_id"));
        let fits = self.need(f, "m");
        if fits.is_empty() {
            text.push_str(" AND m.idx = 1");
        } else {
            let newer = self.need(f, "o");
            text.push_str(&format!(
                "{fits} AND NOT EXISTS (SELECT 1 FROM need o WHERE o.request_id = m.request_id AND o.serial > m.serial{newer})"
            ));
        }
        if let Some(Place::Serial(serial)) = after {
            text.push_str(&format!(" AND m.serial < {}", self.bind(serial.into())));
        }
        text.push_str(&format!(" ORDER BY m.serial DESC LIMIT {limit}"));
        text
    }

    /// What changed first stands first, so that a reader that follows the pages misses nothing that changes meanwhile.
    fn by_change(
        &mut self,
        reached: &Reached,
        f: &Filter,
        since: DateTime<Utc>,
        after: Option<Place>,
        limit: i64,
    ) -> String {
        let mut text = String::from("SELECT CAST(0 AS BIGINT) AS serial, q.id FROM request q WHERE ");
        match after {
            Some(Place::Changed(at, id)) => {
                let (at, id) = (self.bind(at.max(since).into()), self.bind(id.into()));
                text.push_str(&format!("q.updated_at >= {at} AND (q.updated_at > {at} OR q.id > {id})"));
            }
            _ => text.push_str(&format!("q.updated_at >= {}", self.bind(since.into()))),
        }
        text.push_str(&self.reach(reached, "q.id", "q.enterprise_id"));
        text.push_str(&self.of_enterprise(f, "q.enterprise_id"));
        // A draft has no need and is nobody else's business.
        let fits = self.need(f, "m");
        text.push_str(&format!(" AND EXISTS (SELECT 1 FROM need m WHERE m.request_id = q.id{fits})"));
        text.push_str(&format!(" ORDER BY q.updated_at, q.id LIMIT {limit}"));
        text
    }
}

fn either(any: &[String]) -> String {
    if any.is_empty() { " AND 1 = 0".to_owned() } else { format!(" AND ({})", any.join(" OR ")) }
}

/// Rows of one need each, in order, as requests.
fn gather(rows: &[Row], units: &[identity::Unit]) -> Result<Vec<Found>> {
    let mut found: Vec<Found> = Vec::with_capacity(rows.len());
    for row in rows {
        let mut c = row.cursor();
        let serial = c.next()?;
        let id: RequestId = c.id()?;
        let request = request(&mut c, units)?;
        let need = need(&mut c, units)?;
        match found.last_mut().filter(|last| last.id == id) {
            Some(last) => last.request.needs.push(need),
            None => {
                let request = Request { needs: vec![need], ..request };
                found.push(Found { id, place: Place::Serial(serial), request });
            }
        }
    }
    Ok(found)
}

fn request(c: &mut Cursor<'_>, units: &[identity::Unit]) -> Result<Request> {
    Ok(Request {
        number: c.next()?,
        title: c.next()?,
        body: c.next()?,
        state: c.next()?,
        source: c.next()?,
        handed_down: c.next()?,
        origin_level: c.next()?,
        category: c.next()?,
        enterprise: Enterprise {
            credit_code: Some(c.next::<String>()?).filter(|code| !kernel::shown_code(code).is_empty()),
            name: c.next()?,
            township: unit(c, units)?,
        },
        contact: Contact { name: c.next()?, phone: c.next()? },
        submitted_at: c.next()?,
        updated_at: c.next()?,
        version: c.next()?,
        needs: Vec::new(),
    })
}

fn need(c: &mut Cursor<'_>, units: &[identity::Unit]) -> Result<Need> {
    Ok(Need {
        number: c.next()?,
        index: c.next()?,
        title: c.next()?,
        state: c.next()?,
        category: c.next()?,
        grade: c.next()?,
        level: c.next()?,
        act_next: c.next()?,
        act_unit: unit(c, units)?,
        lead: unit(c, units)?,
        clock: c.next()?,
        due_at: c.next()?,
        soon_at: c.next()?,
        co_due_at: c.next()?,
        overdue_working_days: None,
        accept_due_at: c.next()?,
        accept_on_time: c.next()?,
        resolve_due_at: c.next()?,
        resolve_on_time: c.next()?,
        accepted_at: c.next()?,
        assigned_at: c.next()?,
        answered_at: c.next()?,
        closed_at: c.next()?,
        outcome: c.next()?,
        result: c.next()?,
        round: c.next()?,
        reopened: c.next()?,
        hops: c.next()?,
        paused: c.next()?,
        provisional: c.next()?,
        used_days: c.next()?,
    })
}

fn unit(c: &mut Cursor<'_>, units: &[identity::Unit]) -> Result<Option<Unit>> {
    Ok(c.id_opt()?.and_then(|id| named(units, id)))
}
