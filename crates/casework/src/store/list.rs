//! Lists of needs: one set of conditions for rows, counts and exports, so that they cannot disagree.

use chrono::{DateTime, Utc};
use db::{Conn, Row, sql_text};
use identity::Reached;
use kernel::{EnterpriseId, NeedId, RequestId, Result};

pub use super::conditions::{NeedFilter, STUCK_DAYS, Span};
pub(crate) use super::conditions::{Where, reaches_all};

/// How a list is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// What is due first stands first; what waits stands last. For open needs.
    #[default]
    Due,
    Newest,
    Oldest,
}

/// The lights a row may show, as stored times tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Light {
    OnTime,
    DueSoon,
    Late,
    Waiting,
    Done,
}

/// Times that lights depend on.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    pub now: DateTime<Utc>,
    /// Until when a due date counts as soon: the close of the next working day.
    pub soon: DateTime<Utc>,
}

/// One row of a list.
#[derive(Clone, Debug)]
pub struct NeedRow {
    pub id: NeedId,
    pub serial: i64,
    pub request: RequestId,
    pub idx: i64,
    pub number: String,
    pub title: String,
    pub enterprise: EnterpriseId,
    pub enterprise_name: String,
    pub township: Option<(String, String)>,
    pub source: String,
    pub handed_down: bool,
    pub category: Option<String>,
    pub grade: Option<String>,
    pub level: Option<String>,
    pub state: String,
    pub open: bool,
    pub act_next: String,
    /// Name in Chinese and in English of the unit that must act.
    pub act_unit: Option<(String, String)>,
    pub lead: Option<(String, String)>,
    pub clock: Option<String>,
    pub due_at: Option<DateTime<Utc>>,
    pub resolve_due_at: Option<DateTime<Utc>>,
    pub resolve_on_time: Option<bool>,
    pub submitted_at: DateTime<Utc>,
    pub accepted_at: Option<DateTime<Utc>>,
    pub answered_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
    pub outcome: Option<String>,
    pub result: Option<String>,
    pub round: i64,
    pub reopened: i64,
    pub hops: i64,
    pub paused: bool,
    pub provisional: bool,
    pub version: i64,
}

impl NeedRow {
    /// The light of the row at a moment; [`NeedFilter::light`] narrows by the same rule.
    pub fn light(&self, at: Moment) -> Light {
        match self.due_at {
            _ if !self.open => Light::Done,
            Some(due) if !self.paused && due < at.now => Light::Late,
            Some(due) if !self.paused && due <= at.soon => Light::DueSoon,
            Some(_) if !self.paused => Light::OnTime,
            _ => Light::Waiting,
        }
    }
}

/// Where the next page begins: sort key and serial of the last row of this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct After {
    pub due: Option<DateTime<Utc>>,
    pub serial: i64,
}

const COLUMNS: &str = "n.id, n.serial, n.request_id, n.idx, n.number, n.title, n.enterprise_id, e.name, t.name, t.name_en, \
    n.source, n.handed_down, n.category, n.grade, n.level, n.state, n.open, n.act_next, a.name, a.name_en, l.name, \
    l.name_en, n.clock, n.due_at, n.resolve_due_at, n.resolve_on_time, n.submitted_at, n.accepted_at, n.answered_at, \
    n.closed_at, n.outcome, n.result, n.round, n.reopened, n.hops, n.paused, n.provisional, r.version";
const JOINS: &str = " JOIN request r ON r.id = n.request_id LEFT JOIN unit a ON a.id = n.act_unit_id \
    LEFT JOIN unit l ON l.id = n.lead_unit_id";
pub(super) const FROM: &str =
    " FROM need n JOIN enterprise e ON e.id = n.enterprise_id LEFT JOIN unit t ON t.id = e.township_id";

/// Rows of one page, at most `limit`.
pub async fn list(
    conn: &mut Conn,
    reached: &Reached,
    filter: &NeedFilter,
    at: Moment,
    order: Order,
    after: Option<&After>,
    limit: usize,
) -> Result<Vec<NeedRow>> {
    let mut w = Where::new(conn.engine(), reached, filter, at);
    if let Some(after) = after {
        match (order, after.due) {
            (Order::Newest, _) => w.and("n.serial < ?", [after.serial.into()]),
            (Order::Oldest, _) => w.and("n.serial > ?", [after.serial.into()]),
            (Order::Due, None) => w.and("n.due_at IS NULL AND n.serial > ?", [after.serial.into()]),
            (Order::Due, Some(due)) => w.and(
                "(n.due_at > ? OR n.due_at IS NULL OR (n.due_at = ? AND n.serial > ?))",
                [due.into(), due.into(), after.serial.into()],
            ),
        }
    }
    let order = match order {
        Order::Due => "n.due_at ASC NULLS LAST, n.serial ASC",
        Order::Newest => "n.serial DESC",
        Order::Oldest => "n.serial ASC",
    };
    let text = format!("SELECT {COLUMNS}{FROM}{JOINS} WHERE {} ORDER BY {order} LIMIT {limit}", w.text);
    sql_text(text).bind_all(w.values).all(conn).await?.iter().map(read).collect()
}

/// One row by its number, if it is reached.
pub async fn find(conn: &mut Conn, reached: &Reached, number: &str, at: Moment) -> Result<Option<NeedRow>> {
    let mut w = Where::new(conn.engine(), reached, &NeedFilter::default(), at);
    w.and("n.number = ?", [number.into()]);
    let text = format!("SELECT {COLUMNS}{FROM}{JOINS} WHERE {}", w.text);
    sql_text(text).bind_all(w.values).optional(conn).await?.as_ref().map(read).transpose()
}

/// How many rows the list has, counted up to `most` so that a county of a million closed ones stays quick.
pub async fn count(conn: &mut Conn, reached: &Reached, filter: &NeedFilter, at: Moment, most: i64) -> Result<i64> {
    let w = Where::new(conn.engine(), reached, filter, at);
    let text = format!("SELECT COUNT(*) FROM (SELECT 1{} WHERE {} LIMIT {most}) AS counted", w.from(), w.text);
    sql_text(text).bind_all(w.values).one(conn).await?.get(0)
}

/// A group of rows that share state, light, category, who must act, grade and source, for the counts beside a list.
#[derive(Clone, Debug)]
pub struct Facet {
    pub state: String,
    pub light: Light,
    pub category: Option<String>,
    pub act_next: String,
    pub grade: Option<String>,
    pub source: String,
    /// Code of the lead unit.
    pub lead: Option<String>,
    pub n: i64,
}

/// All groups of the rows under the filter. For open needs: the closed are counted by [`count`].
pub async fn facets(conn: &mut Conn, reached: &Reached, filter: &NeedFilter, at: Moment) -> Result<Vec<Facet>> {
    let mut w = Where::new(conn.engine(), reached, filter, at);
    let (now, soon) = (w.bind(at.now.into()), w.bind(at.soon.into()));
    let light = format!(
        "CASE WHEN NOT n.open THEN 4 WHEN n.paused OR n.due_at IS NULL THEN 3 WHEN n.due_at < {now} THEN 2 \
         WHEN n.due_at <= {soon} THEN 1 ELSE 0 END"
    );
    let text = format!(
        "SELECT state, light, category, act_next, grade, source, lead, COUNT(*) FROM (SELECT n.state, {light} AS light, \
         n.category, n.act_next, n.grade, n.source, l.code AS lead{} LEFT JOIN unit l ON l.id = n.lead_unit_id WHERE {}) AS f \
         GROUP BY state, light, category, act_next, grade, source, lead",
        w.from(),
        w.text
    );
    let rows = sql_text(text).bind_all(w.values).all(conn).await?;
    let group = |row: &Row| {
        let mut c = row.cursor();
        Ok(Facet {
            state: c.next()?,
            light: light_of(i64::from(c.next::<i32>()?)),
            category: c.next()?,
            act_next: c.next()?,
            grade: c.next()?,
            source: c.next()?,
            lead: c.next()?,
            n: c.next()?,
        })
    };
    rows.iter().map(group).collect()
}

fn light_of(n: i64) -> Light {
    match n {
        0 => Light::OnTime,
        1 => Light::DueSoon,
        2 => Light::Late,
        3 => Light::Waiting,
        _ => Light::Done,
    }
}

fn read(row: &Row) -> Result<NeedRow> {
    let mut c = row.cursor();
    Ok(NeedRow {
        id: c.id()?,
        serial: c.next()?,
        request: c.id()?,
        idx: c.next()?,
        number: c.next()?,
        title: c.next()?,
        enterprise: c.id()?,
        enterprise_name: c.next()?,
        township: names(&mut c)?,
        source: c.next()?,
        handed_down: c.next()?,
        category: c.next()?,
        grade: c.next()?,
        level: c.next()?,
        state: c.next()?,
        open: c.next()?,
        act_next: c.next()?,
        act_unit: names(&mut c)?,
        lead: names(&mut c)?,
        clock: c.next()?,
        due_at: c.next()?,
        resolve_due_at: c.next()?,
        resolve_on_time: c.next()?,
        submitted_at: c.next()?,
        accepted_at: c.next()?,
        answered_at: c.next()?,
        closed_at: c.next()?,
        outcome: c.next()?,
        result: c.next()?,
        round: c.next()?,
        reopened: c.next()?,
        hops: c.next()?,
        paused: c.next()?,
        provisional: c.next()?,
        version: c.next()?,
    })
}

fn names(c: &mut db::Cursor<'_>) -> Result<Option<(String, String)>> {
    let (zh, en) = (c.next::<Option<String>>()?, c.next::<Option<String>>()?);
    Ok(zh.zip(en))
}
