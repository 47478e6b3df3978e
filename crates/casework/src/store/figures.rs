//! Rows behind figures: counts by the conditions of lists, monthly sums, what is open by unit.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use db::{Conn, Row, Tx, Value, sql, sql_text};
use identity::Reached;
use kernel::{Error, Month, Result};

use super::case::{outcome_word, read_word};
use super::list::{Light, Moment, NeedFilter, condition, conditions, reaches_all};
use crate::event::Outcome;
use crate::projection_tally::{Facts, Tally};
use crate::state::State;

/// Needs by the working days they took.
pub type Days = BTreeMap<i64, i64>;
/// First and last month; open ends reach as far as there is anything.
pub type Range = (Option<Month>, Option<Month>);
/// Sums by metric: own, handed down.
pub type Sums = BTreeMap<String, [i64; 2]>;

const FROM: &str = " FROM need n";
const FROM_ALL: &str =
    " FROM need n JOIN enterprise e ON e.id = n.enterprise_id LEFT JOIN unit t ON t.id = e.township_id";

/// How many rows under `base` meet each filter: own, handed down. One pass over the rows.
pub async fn count_each(
    conn: &mut Conn,
    reached: &Reached,
    base: &NeedFilter,
    wanted: &[NeedFilter],
    at: Moment,
) -> Result<Vec<[i64; 2]>> {
    let mut w = conditions(conn.engine(), reached, base, at);
    let counts: Vec<_> = wanted.iter().map(|filter| count_of(&mut w, filter, at)).collect();
    let text =
        format!("SELECT n.handed_down, {}{} WHERE {} GROUP BY n.handed_down", counts.join(", "), from(reached), w.text);
    let mut out = vec![[0, 0]; wanted.len()];
    for row in &sql_text(text).bind_all(w.values).all(conn).await? {
        let mut c = row.cursor();
        let origin = usize::from(c.next::<bool>()?);
        for own in &mut out {
            own[origin] = c.next()?;
        }
    }
    Ok(out)
}

/// Rows under `base` and each filter by working days taken: own, handed down.
pub async fn days(
    conn: &mut Conn,
    reached: &Reached,
    base: &NeedFilter,
    wanted: &[NeedFilter],
    at: Moment,
) -> Result<Vec<[Days; 2]>> {
    let base = NeedFilter { answered: Some(true), ..base.clone() };
    let mut w = conditions(conn.engine(), reached, &base, at);
    let counts: Vec<_> = wanted.iter().map(|filter| count_of(&mut w, filter, at)).collect();
    let text = format!(
        "SELECT n.handed_down, n.used_days, {}{} WHERE {} GROUP BY n.handed_down, n.used_days",
        counts.join(", "),
        from(reached),
        w.text
    );
    let mut out = vec![[Days::new(), Days::new()]; wanted.len()];
    for row in &sql_text(text).bind_all(w.values).all(conn).await? {
        let mut c = row.cursor();
        let (origin, days) = (usize::from(c.next::<bool>()?), c.next()?);
        for own in &mut out {
            let n: i64 = c.next()?;
            if n > 0 {
                own[origin].insert(days, n);
            }
        }
    }
    Ok(out)
}

fn count_of(w: &mut db::Where, filter: &NeedFilter, at: Moment) -> String {
    format!("COUNT(*) FILTER (WHERE {})", condition(w, filter, at))
}

/// Conditions on the enterprise and its township stand only in what limits the reach.
fn from(reached: &Reached) -> &'static str {
    if reaches_all(reached) { FROM } else { FROM_ALL }
}

/// The sums by metric and month: own, handed down.
#[derive(Clone, Debug, Default)]
pub struct Months(BTreeMap<(String, String), [i64; 2]>);

impl Months {
    /// The sums over a range of months.
    pub fn within(&self, (from, to): Range) -> Sums {
        let (from, to) = (from.map(|month| month.to_string()), to.map(|month| month.to_string()));
        let mut sums = Sums::new();
        for ((metric, month), n) in &self.0 {
            if from.as_ref().is_none_or(|from| from <= month) && to.as_ref().is_none_or(|to| month <= to) {
                let sum = sums.entry(metric.clone()).or_default();
                *sum = [sum[0] + n[0], sum[1] + n[1]];
            }
        }
        sums
    }

    /// One sum of both origins.
    pub fn of(&self, metric: &str, month: Month) -> i64 {
        self.0.get(&(metric.to_owned(), month.to_string())).map_or(0, |n| n[0] + n[1])
    }
}

/// All sums there are.
pub async fn months(conn: &mut Conn) -> Result<Months> {
    let rows = sql(include_str!("../../sql/figures_sums.sql")).all(conn).await?;
    let read = |row: &Row| {
        let mut c = row.cursor();
        Ok(((c.next()?, c.next()?), [c.next()?, c.next()?]))
    };
    rows.iter().map(read).collect::<Result<_>>().map(Months)
}

/// What falls due only later: of all, of those answered in time, of those also closed; each own, handed down.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ahead {
    due: [i64; 2],
    answered: [i64; 2],
    closed: [i64; 2],
}

impl Ahead {
    /// What to take off the sum of a metric.
    pub fn of(&self, metric: &str) -> [i64; 2] {
        match metric {
            "due" => self.due,
            "answered_on_time" => self.answered,
            "closed_on_time" => self.closed,
            _ => [0, 0],
        }
    }
}

/// Answered in time and closed, and not given up as not reachable.
const DONE: &str =
    " AND n.resolve_on_time AND n.closed_at IS NOT NULL AND (n.outcome IS NULL OR n.outcome <> 'not_reachable')";

/// What falls due from now until each of `ends`.
pub async fn not_yet_due(conn: &mut Conn, ends: &[Option<DateTime<Utc>>], now: DateTime<Utc>) -> Result<Vec<Ahead>> {
    let mut values = vec![now.into()];
    let mut columns = Vec::new();
    for end in ends {
        let before = match end {
            Some(end) => {
                values.push((*end).into());
                format!("n.resolve_due_at < ${}", values.len())
            }
            None => "1 = 1".to_owned(),
        };
        for and in ["", " AND n.resolve_on_time", DONE] {
            columns.push(format!("COUNT(*) FILTER (WHERE {before}{and})"));
        }
    }
    let text = format!(
        "SELECT n.handed_down, {} FROM need n WHERE n.resolve_due_at >= $1 AND n.state <> 'withdrawn' GROUP BY n.handed_down",
        columns.join(", ")
    );
    let mut out = vec![Ahead::default(); ends.len()];
    for row in &sql_text(text).bind_all(values).all(conn).await? {
        let mut c = row.cursor();
        let origin = usize::from(c.next::<bool>()?);
        for own in &mut out {
            (own.due[origin], own.answered[origin], own.closed[origin]) = (c.next()?, c.next()?, c.next()?);
        }
    }
    Ok(out)
}

/// The sums as they are kept, sorted.
pub async fn kept_sums(conn: &mut Conn) -> Result<Vec<Tally>> {
    let rows = sql(include_str!("../../sql/figures_tally.sql")).all(conn).await?;
    let read = |row: &Row| {
        let mut c = row.cursor();
        Ok(Tally { metric: Cow::Owned(c.next()?), month: c.next()?, handed_down: c.next()?, n: c.next()? })
    };
    rows.iter().map(read).collect()
}

/// Puts these sums in the place of all that are kept.
pub async fn replace_sums(tx: &mut Tx, sums: &[Tally]) -> Result<()> {
    sql(include_str!("../../sql/figures_tally_clear.sql")).run(tx).await?;
    add_sums(tx, sums).await
}

/// Adds to the monthly sums, all in one statement.
pub(super) async fn add_sums(tx: &mut Tx, tallies: &[Tally]) -> Result<()> {
    for part in tallies.chunks(100) {
        let mut text = String::from("INSERT INTO tally (metric, month, handed_down, n) VALUES ");
        let mut values: Vec<Value> = Vec::with_capacity(part.len() * 4);
        for (at, tally) in part.iter().enumerate() {
            let (comma, n) = (if at == 0 { "" } else { ", " }, at * 4);
            text.push_str(&format!("{comma}(${}, ${}, ${}, ${})", n + 1, n + 2, n + 3, n + 4));
            values.extend([
                tally.metric.as_ref().into(),
                tally.month.as_str().into(),
                tally.handed_down.into(),
                tally.n.into(),
            ]);
        }
        text.push_str(" ON CONFLICT (metric, month, handed_down) DO UPDATE SET n = tally.n + excluded.n");
        sql_text(text).bind_all(values).queue(tx).await?;
    }
    Ok(())
}

/// Calls `each` with what is counted of every need, a page of them in memory at a time.
pub async fn each_need(conn: &mut Conn, mut each: impl FnMut(Facts)) -> Result<()> {
    let mut after = i64::MIN;
    loop {
        let rows = sql(include_str!("../../sql/figures_needs.sql")).bind(after).all(conn).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.get(0)?;
        for row in &rows {
            each(facts(row)?);
        }
    }
}

fn facts(row: &Row) -> Result<Facts> {
    let mut c = row.cursor();
    let _serial: i64 = c.next()?;
    let state: String = c.next()?;
    let small = |n: i64| u32::try_from(n).map_err(Error::internal);
    Ok(Facts {
        state: State::parse(&state).ok_or_else(|| Error::internal(format!("no such state: {state}")))?,
        handed_down: c.next()?,
        submitted_at: c.next()?,
        accepted_at: c.next()?,
        accept_on_time: c.next()?,
        resolve_due_at: c.next()?,
        resolve_on_time: c.next()?,
        answered_at: c.next()?,
        closed_at: c.next()?,
        result: c.next::<Option<String>>()?.as_deref().map(read_word).transpose()?,
        not_reachable: c.next::<Option<String>>()?.as_deref() == Some(outcome_word(Outcome::NotReachable)),
        judged_at: c.next()?,
        satisfied: c.next()?,
        reopened: small(c.next()?)?,
        refusals: small(c.next()?)?,
        hops: small(c.next()?)?,
        used_days: c.next::<Option<i64>>()?.map(small).transpose()?,
    })
}

/// What one lead unit has in hand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Code and names (zh, en) of the unit; `None` for what no unit leads yet.
    pub unit: Option<(String, (String, String))>,
    pub open: i64,
    pub soon: i64,
    pub late: i64,
    pub waiting: i64,
    /// The due date longest past.
    pub worst: Option<DateTime<Utc>>,
    pub disputed: i64,
    pub extension_asked: i64,
    pub stuck: i64,
    pub attention: i64,
}

/// What is open, by lead unit, those with late ones first.
pub async fn loads(conn: &mut Conn, reached: &Reached, at: Moment) -> Result<Vec<Load>> {
    let open = NeedFilter { open: Some(true), ..NeedFilter::default() };
    let light = |light| NeedFilter { light: Some(light), ..NeedFilter::default() };
    let wanted = [
        light(Light::DueSoon),
        light(Light::Late),
        light(Light::Waiting),
        NeedFilter { disputed: true, ..NeedFilter::default() },
        NeedFilter { extension_asked: true, ..NeedFilter::default() },
        NeedFilter { stuck: true, ..NeedFilter::default() },
        NeedFilter { attention: true, ..NeedFilter::default() },
    ];
    let mut w = conditions(conn.engine(), reached, &open, at);
    let counts: Vec<_> = wanted.iter().map(|filter| count_of(&mut w, filter, at)).collect();
    let late = condition(&mut w, &light(Light::Late), at);
    let text = format!(
        "SELECT l.code, l.name, l.name_en, COUNT(*), MIN(n.due_at) FILTER (WHERE {late}), {}{} \
         LEFT JOIN unit l ON l.id = n.lead_unit_id WHERE {} GROUP BY l.code, l.name, l.name_en",
        counts.join(", "),
        from(reached),
        w.text
    );
    let rows = sql_text(text).bind_all(w.values).all(conn).await?;
    let read = |row: &Row| {
        let mut c = row.cursor();
        let (code, zh, en) = (c.next::<Option<String>>()?, c.next::<Option<String>>()?, c.next::<Option<String>>()?);
        Ok(Load {
            unit: code.zip(zh.zip(en)),
            open: c.next()?,
            worst: c.next()?,
            soon: c.next()?,
            late: c.next()?,
            waiting: c.next()?,
            disputed: c.next()?,
            extension_asked: c.next()?,
            stuck: c.next()?,
            attention: c.next()?,
        })
    };
    let mut loads = rows.iter().map(read).collect::<Result<Vec<Load>>>()?;
    loads.sort_by(|a, b| {
        let weight = |load: &Load| (load.late, load.soon, load.open);
        weight(b).cmp(&weight(a)).then_with(|| a.worst.cmp(&b.worst)).then_with(|| a.unit.cmp(&b.unit))
    });
    Ok(loads)
}

/// Why a leader should ask about a need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    Late,
    /// Refused twice; the desk must decide whose it is.
    Disputed,
    ExtensionAsked,
    /// Waits for the enterprise, and nothing happens.
    Stuck,
}

/// A need a leader should ask about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concern {
    pub reason: Reason,
    pub number: String,
    pub title: String,
    pub enterprise: String,
    /// Names of the lead unit, zh and en.
    pub lead: Option<(String, String)>,
    pub due_at: Option<DateTime<Utc>>,
    pub provisional: bool,
    pub last_event_at: DateTime<Utc>,
}

/// The first of them, the worst first.
pub async fn concerns(conn: &mut Conn, reached: &Reached, at: Moment, most: usize) -> Result<Vec<Concern>> {
    let attention = NeedFilter { attention: true, ..NeedFilter::default() };
    let mut w = conditions(conn.engine(), reached, &attention, at);
    let late = condition(&mut w, &NeedFilter { light: Some(Light::Late), ..NeedFilter::default() }, at);
    let disputed = condition(&mut w, &NeedFilter { disputed: true, ..NeedFilter::default() }, at);
    let text = format!(
        "SELECT CASE WHEN {late} THEN 0 WHEN {disputed} THEN 1 WHEN n.extension_asked THEN 2 ELSE 3 END AS reason, n.number, \
         n.title, e.name, e.short_name, l.name, l.name_en, n.due_at, n.provisional, n.updated_at{FROM_ALL} \
         LEFT JOIN unit l ON l.id = n.lead_unit_id WHERE {} ORDER BY reason, n.due_at ASC NULLS LAST, n.serial LIMIT {most}",
        w.text
    );
    let rows = sql_text(text).bind_all(w.values).all(conn).await?;
    let read = |row: &Row| {
        let mut c = row.cursor();
        let reason = match c.next::<i32>()? {
            0 => Reason::Late,
            1 => Reason::Disputed,
            2 => Reason::ExtensionAsked,
            _ => Reason::Stuck,
        };
        let (number, title) = (c.next()?, c.next()?);
        let (name, short): (String, String) = (c.next()?, c.next()?);
        let (zh, en) = (c.next::<Option<String>>()?, c.next::<Option<String>>()?);
        let enterprise = if short.is_empty() { name } else { short };
        Ok(Concern {
            reason,
            number,
            title,
            enterprise,
            lead: zh.zip(en),
            due_at: c.next()?,
            provisional: c.next()?,
            last_event_at: c.next()?,
        })
    };
    rows.iter().map(read).collect()
}
