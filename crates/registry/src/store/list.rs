//! Lists of enterprises: one set of conditions for rows, counts, facets and exports, so that they cannot disagree.

use db::{Conn, Engine, Row, Where, sql_text};
use futures_util::{Stream, StreamExt};
use identity::Reached;
use kernel::{EnterpriseId, Result};

use super::read::{BRIEF, BRIEF_FROM, read_brief};
use crate::enterprise::{Brief, Scale, Status};

/// What a list is narrowed to. Empty fields narrow nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Words, parts of words, pinyin, credit code, former names.
    pub text: String,
    /// Beginning of a division code.
    pub division: Option<String>,
    /// Code of the township or park; `none` for those without one.
    pub township: Option<String>,
    /// Code of the chain; `none` for those without one.
    pub chain: Option<String>,
    pub scale: Option<Scale>,
    /// Beginning of a GB/T 4754 code.
    pub industry: Option<String>,
    pub has_helper: Option<bool>,
    /// Without one: all that are in the register, not those the desk has still to look at.
    pub status: Option<Status>,
}

/// Where the next page begins: sort key and id of the last row of this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct After {
    pub pinyin: String,
    pub id: EnterpriseId,
}

impl After {
    /// As an address carries it.
    pub fn write(&self) -> String {
        format!("{}.{}", self.pinyin, self.id)
    }

    /// Reads [`After::write`].
    pub fn parse(text: &str) -> Option<After> {
        let (pinyin, id) = text.rsplit_once('.')?;
        Some(After { pinyin: pinyin.to_owned(), id: id.parse::<uuid::Uuid>().ok()?.into() })
    }
}

impl From<&Brief> for After {
    fn from(row: &Brief) -> Self {
        After { pinyin: row.pinyin.clone(), id: row.id }
    }
}

/// How many enterprises share township, chain and scale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetRow {
    /// Code and names of the township or park.
    pub township: Option<(String, String, String)>,
    /// Code of the chain.
    pub chain: Option<String>,
    pub scale: Scale,
    pub n: i64,
}

/// Rows of one page in the order of the reading, at most `limit`.
pub async fn list(
    conn: &mut Conn,
    reached: &Reached,
    filter: &Filter,
    after: Option<&After>,
    limit: usize,
) -> Result<Vec<Brief>> {
    let mut w = conditions(conn.engine(), reached, filter);
    if let Some(after) = after {
        w.and("(e.pinyin, e.id) > (?, ?)", [after.pinyin.as_str().into(), after.id.into()]);
    }
    let text = format!("SELECT {BRIEF}{BRIEF_FROM} WHERE {} ORDER BY e.pinyin, e.id LIMIT {limit}", w.text);
    sql_text(text).bind_all(w.values).all(conn).await?.iter().map(read_brief).collect()
}

/// All rows in the same order, as they come: for files that must not hold everything in memory.
pub async fn stream<'c>(
    conn: &'c mut Conn,
    reached: &Reached,
    filter: &Filter,
) -> Result<impl Stream<Item = Result<Brief>> + Send + use<'c>> {
    let w = conditions(conn.engine(), reached, filter);
    let text = format!("SELECT {BRIEF}{BRIEF_FROM} WHERE {} ORDER BY e.pinyin, e.id", w.text);
    let rows = sql_text(text).bind_all(w.values).stream(conn).await?;
    Ok(rows.map(|row| read_brief(&row?)))
}

/// The rows of the page before, in the same order: those above `before`, at most `limit`.
pub async fn list_before(
    conn: &mut Conn,
    reached: &Reached,
    filter: &Filter,
    before: &After,
    limit: usize,
) -> Result<Vec<Brief>> {
    let mut w = conditions(conn.engine(), reached, filter);
    w.and("(e.pinyin, e.id) < (?, ?)", [before.pinyin.as_str().into(), before.id.into()]);
    let text = format!("SELECT {BRIEF}{BRIEF_FROM} WHERE {} ORDER BY e.pinyin DESC, e.id DESC LIMIT {limit}", w.text);
    let rows = sql_text(text).bind_all(w.values).all(conn).await?;
    rows.iter().rev().map(read_brief).collect()
}

/// How many rows the list has.
pub async fn count(conn: &mut Conn, reached: &Reached, filter: &Filter) -> Result<i64> {
    if let Some([all, helped]) = but_for(filter) {
        return Ok(count_all(conn, reached, &all).await? - count_all(conn, reached, &helped).await?);
    }
    count_all(conn, reached, filter).await
}

/// All groups of the rows under the filter; their sum is [`count`].
pub async fn facets(conn: &mut Conn, reached: &Reached, filter: &Filter) -> Result<Vec<FacetRow>> {
    let Some([all, helped]) = but_for(filter) else { return groups(conn, reached, filter).await };
    let mut rest = groups(conn, reached, &all).await?;
    for group in groups(conn, reached, &helped).await? {
        let of = |row: &&mut FacetRow| {
            (&row.township, &row.chain, row.scale) == (&group.township, &group.chain, group.scale)
        };
        if let Some(row) = rest.iter_mut().find(of) {
            row.n -= group.n;
        }
    }
    rest.retain(|row| row.n > 0);
    Ok(rest)
}

/// Those without a helper are all but those with one: both are counted faster than every enterprise is asked for its helper.
fn but_for(filter: &Filter) -> Option<[Filter; 2]> {
    let with = |has_helper| Filter { has_helper, ..filter.clone() };
    (filter.has_helper == Some(false)).then(|| [with(None), with(Some(true))])
}

async fn count_all(conn: &mut Conn, reached: &Reached, filter: &Filter) -> Result<i64> {
    let w = conditions(conn.engine(), reached, filter);
    let [from, number] = counted(reached, filter);
    let text = format!("SELECT {number} FROM {from} WHERE {}", w.text);
    sql_text(text).bind_all(w.values).one(conn).await?.get(0)
}

async fn groups(conn: &mut Conn, reached: &Reached, filter: &Filter) -> Result<Vec<FacetRow>> {
    let w = conditions(conn.engine(), reached, filter);
    let [from, number] = counted(reached, filter);
    // Grouped before the names are joined, so that they are not joined row by row.
    let text = format!(
        "SELECT t.code, t.name, t.name_en, g.chain, g.scale, g.n FROM (SELECT e.township_id AS township_id, e.chain AS chain, \
         e.scale AS scale, {number} AS n FROM {from} WHERE {} GROUP BY e.township_id, e.chain, e.scale) g \
         LEFT JOIN unit t ON t.id = g.township_id WHERE g.n > 0 \
         ORDER BY t.sort NULLS LAST, t.code NULLS LAST, g.chain NULLS LAST, g.scale",
        w.text
    );
    let rows = sql_text(text).bind_all(w.values).all(conn).await?;
    let group = |row: &Row| {
        let mut c = row.cursor();
        let (code, name, name_en): (Option<String>, Option<String>, Option<String>) = (c.next()?, c.next()?, c.next()?);
        let township = code.map(|code| (code, name.unwrap_or_default(), name_en.unwrap_or_default()));
        let chain = c.next()?;
        let scale = c.next::<String>()?.parse().unwrap_or(Scale::Unknown);
        Ok(FacetRow { township, chain, scale, n: c.next()? })
    };
    rows.iter().map(group).collect()
}

/// Every enterprise is one.
const ROWS: [&str; 2] = ["enterprise e", "COUNT(*)"];
/// The counts that are kept, as if they were enterprises: the nil id is no unit, so it joins as no township.
const KEPT: [&str; 2] = [
    "(SELECT c.status AS status, u.id AS township_id, NULLIF(c.chain, '') AS chain, c.scale AS scale, c.n AS n \
     FROM enterprise_count c LEFT JOIN unit u ON u.id = c.township_id) e",
    "CAST(COALESCE(SUM(e.n), 0) AS BIGINT)",
];

/// What is counted under the filter, table and number: the kept counts where they know all that is asked, else the rows.
fn counted(reached: &Reached, filter: &Filter) -> [&'static str; 2] {
    let Filter { text, division, industry, has_helper, township: _, chain: _, scale: _, status: _ } = filter;
    let asks_more = !text.is_empty() || division.is_some() || industry.is_some() || has_helper.is_some();
    let one_by_one = !reached.all && (!reached.enterprises.is_empty() || reached.helper.is_some());
    if asks_more || one_by_one { ROWS } else { KEPT }
}

/// Conditions on `enterprise e` alone.
fn conditions(engine: Engine, reached: &Reached, filter: &Filter) -> Where {
    let mut w = Where::new(engine);
    reach(&mut w, reached);
    narrow(&mut w, filter);
    w.and_found("e.serial", "enterprise_search", &filter.text);
    w
}

/// What the actor may see at all.
pub(super) fn reach(w: &mut Where, reached: &Reached) {
    // A path of one segment is the root of the tree: everything lies under it, also what has no township.
    if reached.all || reached.paths.iter().any(|path| path.matches('/').count() == 2) {
        return;
    }
    let mut any = Vec::new();
    for enterprise in &reached.enterprises {
        any.push(format!("e.id = {}", w.bind((*enterprise).into())));
    }
    if let Some(person) = reached.helper {
        let person = w.bind(person.into());
        any.push(format!(
            "e.id IN (SELECT h.enterprise_id FROM helper h WHERE h.person_id = {person} AND h.to_date IS NULL)"
        ));
    }
    for unit in &reached.units {
        any.push(format!("e.township_id = {}", w.bind((*unit).into())));
    }
    for path in &reached.paths {
        let path = w.bind(format!("{path}%").into());
        any.push(format!("e.township_id IN (SELECT u.id FROM unit u WHERE u.path LIKE {path})"));
    }
    w.and_any(&any);
}

fn narrow(w: &mut Where, f: &Filter) {
    match f.township.as_deref() {
        Some("none") => w.and("e.township_id IS NULL", []),
        Some(code) => w.and("e.township_id = (SELECT u.id FROM unit u WHERE u.code = ?)", [code.into()]),
        None => {}
    }
    match f.chain.as_deref() {
        Some("none") => w.and("e.chain IS NULL", []),
        Some(code) => w.and("e.chain = ?", [code.into()]),
        None => {}
    }
    if let Some(division) = &f.division {
        let digits: String = division.chars().filter(char::is_ascii_digit).collect();
        w.and("e.division LIKE ?", [format!("{digits}%").into()]);
    }
    if let Some(scale) = f.scale {
        w.and("e.scale = ?", [scale.as_str().into()]);
    }
    match f.status {
        Some(status) => w.and("e.status = ?", [status.as_str().into()]),
        None => w.and("e.status <> ?", [Status::Unchecked.as_str().into()]),
    }
    if let Some(industry) = &f.industry {
        let digits: String = industry.chars().filter(char::is_ascii_alphanumeric).collect();
        w.and("e.industry LIKE ?", [format!("{digits}%").into()]);
    }
    let helped = "FROM helper x JOIN person xp ON xp.id = x.person_id AND xp.active WHERE x.to_date IS NULL";
    match f.has_helper {
        Some(true) => w.and(&format!("e.id IN (SELECT x.enterprise_id {helped})"), []),
        Some(false) => w.and(&format!("NOT EXISTS (SELECT 1 {helped} AND x.enterprise_id = e.id)"), []),
        None => {}
    }
}
