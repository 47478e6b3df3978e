//! Lists of needs: one set of conditions for rows, counts and exports, so that they cannot disagree.

use chrono::{DateTime, Utc};
use db::{Conn, Cursor, Row, Where, sql_text};
use futures_util::{Stream, StreamExt};
use identity::{Reached, Unit};
use kernel::{EnterpriseId, NeedId, RequestId, Result, UnitId};

pub use super::conditions::{NeedFilter, STUCK_DAYS, Span};
pub(crate) use super::conditions::{condition, conditions, from, reaches_all};

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

/// The present, as far as lights depend on it: everything else of them stands in the row.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    pub now: DateTime<Utc>,
}

/// A unit's name in Chinese and in English.
pub type UnitName = (String, String);

/// What a list shows of a need: no more, since every column of every row costs on its way here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub serial: i64,
    pub number: String,
    pub title: String,
    pub enterprise_name: String,
    pub township: Option<UnitName>,
    pub source: String,
    pub category: Option<String>,
    pub state: String,
    pub open: bool,
    pub act_next: String,
    /// The unit that must act.
    pub act_unit: Option<UnitName>,
    pub due_at: Option<DateTime<Utc>>,
    /// From when on it is due soon.
    pub soon_at: Option<DateTime<Utc>>,
    /// The lead has answered and a co-unit has not: when that one's own share is due.
    pub co_due_at: Option<DateTime<Utc>>,
    pub resolve_on_time: Option<bool>,
    pub paused: bool,
    /// One of its due dates counts a year whose notice is not entered.
    pub provisional: bool,
    /// When to look again at what was planned; `None` also where somebody has spoken since.
    pub review_at: Option<DateTime<Utc>>,
}

/// One need with all that pages and exports say of it: its line (reached as if its fields were here), and the rest.
#[derive(Clone, Debug)]
pub struct NeedRow {
    pub line: Line,
    pub id: NeedId,
    pub request: RequestId,
    pub idx: i64,
    pub enterprise: EnterpriseId,
    pub handed_down: bool,
    pub grade: Option<String>,
    pub level: Option<String>,
    pub lead: Option<UnitName>,
    pub clock: Option<String>,
    pub resolve_due_at: Option<DateTime<Utc>>,
    pub submitted_at: DateTime<Utc>,
    pub accepted_at: Option<DateTime<Utc>>,
    pub answered_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
    pub outcome: Option<String>,
    pub result: Option<String>,
    pub round: i64,
    pub reopened: i64,
    pub hops: i64,
    pub version: i64,
}

impl std::ops::Deref for NeedRow {
    type Target = Line;

    fn deref(&self) -> &Line {
        &self.line
    }
}

impl Line {
    /// Whether the plan is to be looked at again; [`NeedFilter::review_due`] narrows by the same rule.
    pub fn review_due(&self, at: Moment) -> bool {
        self.review_at.is_some_and(|review| review <= at.now)
    }

    /// The light of the row at a moment; [`NeedFilter::light`] narrows by the same rule.
    pub fn light(&self, at: Moment) -> Light {
        if !self.open { Light::Done } else { Light::running(self.due_at.filter(|_| !self.paused), self.soon_at, at) }
    }
}

impl Light {
    /// The light of what is not over: due then, soon from then on.
    pub(crate) fn running(due: Option<DateTime<Utc>>, soon: Option<DateTime<Utc>>, at: Moment) -> Light {
        match due {
            None => Light::Waiting,
            Some(due) if due < at.now => Light::Late,
            Some(_) if soon.is_some_and(|soon| soon <= at.now) => Light::DueSoon,
            Some(_) => Light::OnTime,
        }
    }
}

/// A place in a list, where the next page begins or the one before ends: sort key and serial of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct After {
    pub due: Option<DateTime<Utc>>,
    pub serial: i64,
}

/// Columns of a [`Line`] but for the names of its units, of which only the ids are read.
const LINE: &str = "n.serial, n.number, n.title, e.name, e.township_id, n.source, n.category, n.state, n.open, n.act_next, \
    n.act_unit_id, n.due_at, n.soon_at, n.co_due_at, n.resolve_on_time, n.paused, n.provisional, \
    CASE WHEN n.updated_at < n.review_at THEN n.review_at END";
/// Columns of a [`NeedRow`].
const COLUMNS: &str = "n.serial, n.number, n.title, e.name, t.name, t.name_en, n.source, n.category, n.state, n.open, \
    n.act_next, a.name, a.name_en, n.due_at, n.soon_at, n.co_due_at, n.resolve_on_time, n.paused, n.provisional, \
    CASE WHEN n.updated_at < n.review_at THEN n.review_at END, n.id, n.request_id, n.idx, n.enterprise_id, n.handed_down, \
    n.grade, n.level, l.name, l.name_en, n.clock, n.resolve_due_at, n.submitted_at, n.accepted_at, n.answered_at, \
    n.closed_at, n.outcome, n.result, n.round, n.reopened, n.hops, r.version";
const JOINS: &str = " JOIN request r ON r.id = n.request_id LEFT JOIN unit a ON a.id = n.act_unit_id \
    LEFT JOIN unit l ON l.id = n.lead_unit_id";
pub(super) const FROM: &str =
    " FROM need n JOIN enterprise e ON e.id = n.enterprise_id LEFT JOIN unit t ON t.id = e.township_id";

/// Rows of one page with all that is known of them, at most `limit`.
pub async fn list(
    conn: &mut Conn,
    reached: &Reached,
    filter: &NeedFilter,
    at: Moment,
    order: Order,
    after: Option<&After>,
    limit: usize,
) -> Result<Vec<NeedRow>> {
    let mut w = conditions(conn.engine(), reached, filter, at);
    let sorted = below(&mut w, order, after);
    let text = format!("SELECT {COLUMNS}{FROM}{JOINS} WHERE {} ORDER BY {sorted} LIMIT {limit}", w.text);
    sql_text(text).bind_all(w.values).all(conn).await?.iter().map(read).collect()
}

/// All rows in the same order, as they come: for files that must not hold everything in memory.
pub async fn stream<'c>(
    conn: &'c mut Conn,
    reached: &Reached,
    filter: &NeedFilter,
    at: Moment,
    order: Order,
) -> Result<impl Stream<Item = Result<NeedRow>> + Send + use<'c>> {
    let mut w = conditions(conn.engine(), reached, filter, at);
    let sorted = below(&mut w, order, None);
    let text = format!("SELECT {COLUMNS}{FROM}{JOINS} WHERE {} ORDER BY {sorted}", w.text);
    let rows = sql_text(text).bind_all(w.values).stream(conn).await?;
    Ok(rows.map(|row| read(&row?)))
}

/// What [`lines`] reads: which rows, in which order, and how many at most.
#[derive(Clone, Copy, Debug)]
pub struct Page<'q> {
    pub filter: &'q NeedFilter,
    pub at: Moment,
    pub order: Order,
    pub limit: usize,
}

/// The lines of the same rows. `units`: all of them, for the names.
pub async fn lines(
    conn: &mut Conn,
    reached: &Reached,
    page: Page<'_>,
    after: Option<&After>,
    units: &[Unit],
) -> Result<Vec<Line>> {
    let mut w = conditions(conn.engine(), reached, page.filter, page.at);
    let sorted = below(&mut w, page.order, after);
    let text = format!("SELECT {LINE}{FROM} WHERE {} ORDER BY {sorted} LIMIT {}", w.text, page.limit);
    sql_text(text).bind_all(w.values).all(conn).await?.iter().map(|row| read_line(row, units)).collect()
}

/// The lines of the page before, in the same order: those that stand above `before`.
pub async fn lines_before(
    conn: &mut Conn,
    reached: &Reached,
    page: Page<'_>,
    before: &After,
    units: &[Unit],
) -> Result<Vec<Line>> {
    let mut w = conditions(conn.engine(), reached, page.filter, page.at);
    let sorted = above(&mut w, page.order, before);
    let text = format!("SELECT {LINE}{FROM} WHERE {} ORDER BY {sorted} LIMIT {}", w.text, page.limit);
    sql_text(text).bind_all(w.values).all(conn).await?.iter().rev().map(|row| read_line(row, units)).collect()
}

/// Narrows to what stands below a place, and gives the order.
fn below(w: &mut Where, order: Order, after: Option<&After>) -> &'static str {
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
    match order {
        Order::Due => "n.due_at ASC NULLS LAST, n.serial ASC",
        Order::Newest => "n.serial DESC",
        Order::Oldest => "n.serial ASC",
    }
}

/// Narrows to what stands above a place, and gives the order turned round, so that the nearest rows come first.
fn above(w: &mut Where, order: Order, before: &After) -> &'static str {
    let serial = || before.serial.into();
    match (order, before.due) {
        (Order::Newest, _) => w.and("n.serial > ?", [serial()]),
        (Order::Oldest, _) => w.and("n.serial < ?", [serial()]),
        (Order::Due, None) => w.and("(n.due_at IS NOT NULL OR n.serial < ?)", [serial()]),
        (Order::Due, Some(due)) => {
            w.and("(n.due_at < ? OR (n.due_at = ? AND n.serial < ?))", [due.into(), due.into(), serial()]);
        }
    }
    match order {
        Order::Due => "n.due_at DESC NULLS FIRST, n.serial DESC",
        Order::Newest => "n.serial ASC",
        Order::Oldest => "n.serial DESC",
    }
}

/// One row by its number, if it is reached.
pub async fn find(conn: &mut Conn, reached: &Reached, number: &str, at: Moment) -> Result<Option<NeedRow>> {
    let mut w = conditions(conn.engine(), reached, &NeedFilter::default(), at);
    w.and("n.number = ?", [number.into()]);
    let text = format!("SELECT {COLUMNS}{FROM}{JOINS} WHERE {}", w.text);
    sql_text(text).bind_all(w.values).optional(conn).await?.as_ref().map(read).transpose()
}

/// How many rows the list has, counted up to `most` so that a county of a million closed ones stays quick.
pub async fn count(conn: &mut Conn, reached: &Reached, filter: &NeedFilter, at: Moment, most: i64) -> Result<i64> {
    let w = conditions(conn.engine(), reached, filter, at);
    let text = format!("SELECT COUNT(*) FROM (SELECT 1{} WHERE {} LIMIT {most}) AS counted", from(&w), w.text);
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
    let mut w = conditions(conn.engine(), reached, filter, at);
    let now = w.bind(at.now.into());
    let light = format!(
        "CASE WHEN NOT n.open THEN 4 WHEN n.paused OR n.due_at IS NULL THEN 3 WHEN n.due_at < {now} THEN 2 \
         WHEN n.soon_at <= {now} THEN 1 ELSE 0 END"
    );
    let text = format!(
        "SELECT state, light, category, act_next, grade, source, lead, COUNT(*) FROM (SELECT n.state, {light} AS light, \
         n.category, n.act_next, n.grade, n.source, l.code AS lead{} LEFT JOIN unit l ON l.id = n.lead_unit_id WHERE {}) AS f \
         GROUP BY state, light, category, act_next, grade, source, lead",
        from(&w),
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
    let line = line(&mut c, names)?;
    Ok(NeedRow {
        line,
        id: c.id()?,
        request: c.id()?,
        idx: c.next()?,
        enterprise: c.id()?,
        handed_down: c.next()?,
        grade: c.next()?,
        level: c.next()?,
        lead: names(&mut c)?,
        clock: c.next()?,
        resolve_due_at: c.next()?,
        submitted_at: c.next()?,
        accepted_at: c.next()?,
        answered_at: c.next()?,
        closed_at: c.next()?,
        outcome: c.next()?,
        result: c.next()?,
        round: c.next()?,
        reopened: c.next()?,
        hops: c.next()?,
        version: c.next()?,
    })
}

fn read_line(row: &Row, units: &[Unit]) -> Result<Line> {
    line(&mut row.cursor(), |c| {
        let id: Option<UnitId> = c.id_opt()?;
        let unit = id.and_then(|id| units.iter().find(|unit| unit.id == id));
        Ok(unit.map(|unit| (unit.name.clone(), unit.name_en.clone())))
    })
}

/// `named`: how the columns of a unit are read.
fn line(c: &mut Cursor<'_>, named: impl Fn(&mut Cursor<'_>) -> Result<Option<UnitName>>) -> Result<Line> {
    Ok(Line {
        serial: c.next()?,
        number: c.next()?,
        title: c.next()?,
        enterprise_name: c.next()?,
        township: named(c)?,
        source: c.next()?,
        category: c.next()?,
        state: c.next()?,
        open: c.next()?,
        act_next: c.next()?,
        act_unit: named(c)?,
        due_at: c.next()?,
        soon_at: c.next()?,
        co_due_at: c.next()?,
        resolve_on_time: c.next()?,
        paused: c.next()?,
        provisional: c.next()?,
        review_at: c.next()?,
    })
}

fn names(c: &mut Cursor<'_>) -> Result<Option<UnitName>> {
    let (zh, en) = (c.next::<Option<String>>()?, c.next::<Option<String>>()?);
    Ok(zh.zip(en))
}
