//! What the desk's pages read beside lists and cases: an enterprise at a glance, similar needs, a unit's open parts.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use db::{Conn, Cursor, Engine, Row, Value, sql, sql_text};
use identity::Reached;
use kernel::{EnterpriseId, Error, RequestId, Result, UnitId, fts5_query, search_query, search_tokens, tsquery};

use super::list::{Moment, NeedFilter, Where};

/// Name in Chinese and in English.
pub type Names = (String, String);

/// Words of a title that are looked for; more find nothing better.
const MOST_WORDS: usize = 12;
/// The newest so many needs that share a word are compared.
const COMPARED: usize = 200;
/// Only so many of the newest needs are searched for similar ones: what was solved years ago helps less, and costs as much.
const NEWEST: i64 = 20_000;

/// An enterprise in one line.
#[derive(Clone, Debug)]
pub struct Glance {
    pub id: EnterpriseId,
    pub credit_code: String,
    pub name: String,
    pub staff: Option<i64>,
    pub scale: String,
    pub township: Option<Names>,
    pub contact_name: String,
    pub contact_phone: String,
    /// Named helpers at present: name and telephone.
    pub helpers: Vec<(String, String)>,
}

/// One enterprise with its helpers.
pub async fn glance(conn: &mut Conn, id: EnterpriseId) -> Result<Option<Glance>> {
    let text = "SELECT e.id, e.credit_code, e.name, e.staff, e.scale, t.name, t.name_en, e.contact_name, e.contact_phone, \
        p.name, p.phone FROM enterprise e LEFT JOIN unit t ON t.id = e.township_id \
        LEFT JOIN helper h ON h.enterprise_id = e.id AND h.to_date IS NULL LEFT JOIN person p ON p.id = h.person_id \
        WHERE e.id = $1 ORDER BY h.from_date, p.name";
    let rows = sql(text).bind(id).all(conn).await?;
    let mut found: Option<Glance> = None;
    for row in &rows {
        let mut c = row.cursor();
        let one = read_glance(&mut c)?;
        let helper = c.next::<Option<String>>()?.zip(c.next::<Option<String>>()?);
        found.get_or_insert(one).helpers.extend(helper);
    }
    Ok(found)
}

fn read_glance(c: &mut Cursor<'_>) -> Result<Glance> {
    Ok(Glance {
        id: c.id()?,
        credit_code: c.next()?,
        name: c.next()?,
        staff: c.next()?,
        scale: c.next()?,
        township: names(c)?,
        contact_name: c.next()?,
        contact_phone: c.next()?,
        helpers: Vec::new(),
    })
}

/// Enterprises within reach by a part of the name, pinyin initials or credit code, at most `limit`.
pub async fn enterprises(conn: &mut Conn, reached: &Reached, text: &str, limit: usize) -> Result<Vec<Glance>> {
    let terms = search_query(text);
    if terms.is_empty() {
        return Ok(Vec::new());
    }
    let (condition, value) = match conn.engine() {
        Engine::Sqlite => ("SELECT s.rowid FROM enterprise_search s WHERE s.body MATCH $1", fts5_query(&terms)),
        Engine::Postgres => {
            ("SELECT s.rowid FROM enterprise_search s WHERE s.body @@ to_tsquery('simple', $1)", tsquery(&terms))
        }
    };
    let mut values: Vec<Value> = vec![value.into()];
    let mut bind = |value: Value| {
        values.push(value);
        format!("${}", values.len())
    };
    let mut any: Vec<String> = reached.enterprises.iter().map(|id| format!("e.id = {}", bind((*id).into()))).collect();
    if reached.all {
        any.push("1 = 1".to_owned());
    }
    for path in &reached.paths {
        // Whoever reaches the root of the tree also reaches enterprises without a township.
        let root = path.matches('/').count() == 2;
        any.push(if root { "1 = 1".to_owned() } else { format!("t.path LIKE {}", bind(format!("{path}%").into())) });
    }
    if let Some(person) = reached.helper {
        let person = bind(person.into());
        any.push(format!(
            "e.id IN (SELECT h.enterprise_id FROM helper h WHERE h.person_id = {person} AND h.to_date IS NULL)"
        ));
    }
    if any.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!(
        "SELECT e.id, e.credit_code, e.name, e.staff, e.scale, t.name, t.name_en, e.contact_name, e.contact_phone \
         FROM enterprise e LEFT JOIN unit t ON t.id = e.township_id WHERE e.serial IN ({condition}) AND ({}) \
         ORDER BY e.pinyin, e.id LIMIT {limit}",
        any.join(" OR ")
    );
    sql_text(text).bind_all(values).all(conn).await?.iter().map(|row| read_glance(&mut row.cursor())).collect()
}

/// An enterprise by its credit code, whoever asks.
pub async fn enterprise_by_code(conn: &mut Conn, code: &str) -> Result<Option<Glance>> {
    let row = sql("SELECT id FROM enterprise WHERE credit_code = $1").bind(code).optional(conn).await?;
    match row {
        Some(row) => glance(conn, row.get::<uuid::Uuid>(0)?.into()).await,
        None => Ok(None),
    }
}

/// A need that was solved before and resembles another.
#[derive(Clone, Debug)]
pub struct Similar {
    pub number: String,
    pub title: String,
    pub lead: Option<Names>,
    /// Working days from acceptance to answer.
    pub used_days: Option<i64>,
    /// The answer the enterprise got.
    pub answer: String,
    request: RequestId,
    idx: i64,
    shared: usize,
}

/// Needs within reach that were resolved and closed, of the same category if there is one, by words shared with `title`.
pub async fn similar(
    conn: &mut Conn,
    reached: &Reached,
    at: Moment,
    category: Option<&str>,
    title: &str,
    except: RequestId,
    most: usize,
) -> Result<Vec<Similar>> {
    let words: HashSet<String> = search_tokens(title).into_iter().filter(|token| token.len() > 5).collect();
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let filter = NeedFilter {
        states: vec!["closed".to_owned()],
        outcome: Some("resolved".to_owned()),
        category: category.map(str::to_owned),
        ..NeedFilter::default()
    };
    let mut w = Where::new(conn.engine(), reached, &filter, at);
    w.and("n.request_id <> ?", [except.into()]);
    let mut some: Vec<_> = words.iter().take(MOST_WORDS).map(String::as_str).collect();
    some.sort_unstable();
    // Tokens are a-z0-9 only, so they can stand in a query as they are. The hits are found first and looked at then: the
    // other way round the engine would walk through every need of the category.
    let (hits, query) = match conn.engine() {
        Engine::Sqlite => (
            "s.body MATCH ? ORDER BY s.rowid DESC",
            some.iter().map(|t| format!("\"{t}\"")).collect::<Vec<_>>().join(" OR "),
        ),
        Engine::Postgres => (
            "s.body @@ to_tsquery('simple', ?) ORDER BY s.rowid DESC",
            some.iter().map(|t| format!("'{t}'")).collect::<Vec<_>>().join(" | "),
        ),
    };
    let (query, newest) = (w.bind(query.into()), w.bind(NEWEST.into()));
    let hits = hits.replace('?', &query);
    let text = format!(
        "WITH hit AS (SELECT s.rowid AS serial FROM need_search s WHERE s.rowid > (SELECT MAX(x.serial) FROM need x) - {newest} \
         AND {hits} LIMIT {COMPARED}) SELECT n.number, n.title, l.name, l.name_en, n.used_days, n.request_id, n.idx \
         FROM hit CROSS JOIN need n JOIN enterprise e ON e.id = n.enterprise_id LEFT JOIN unit t ON t.id = e.township_id \
         LEFT JOIN unit l ON l.id = n.lead_unit_id WHERE n.serial = hit.serial AND {} ORDER BY n.serial DESC",
        w.text
    );
    let rows = sql_text(text).bind_all(w.values).all(conn).await?;
    let read = |row: &Row| {
        let mut c = row.cursor();
        let (number, title): (String, String) = (c.next()?, c.next()?);
        let shared = search_tokens(&title).iter().filter(|token| words.contains(*token)).count();
        let (lead, used_days) = (names(&mut c)?, c.next()?);
        Ok(Similar { number, title, lead, used_days, answer: String::new(), request: c.id()?, idx: c.next()?, shared })
    };
    let mut found = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
    found.retain(|one| one.shared > 0);
    // Stable: of equally similar ones the newest stays first.
    found.sort_by_key(|one| std::cmp::Reverse(one.shared));
    found.truncate(most);
    answers(conn, &mut found).await?;
    Ok(found)
}

/// Fills in what was answered.
async fn answers(conn: &mut Conn, found: &mut [Similar]) -> Result<()> {
    if found.is_empty() {
        return Ok(());
    }
    let places: Vec<String> = (1..=found.len()).map(|n| format!("${n}")).collect();
    let text = format!(
        "SELECT request_id, need_idx, body FROM case_event WHERE kind = 'answered' AND request_id IN ({}) ORDER BY request_id, seq",
        places.join(", ")
    );
    let rows = sql_text(text).bind_all(found.iter().map(|one| one.request.into())).all(conn).await?;
    let mut texts: HashMap<(RequestId, i64), String> = HashMap::new();
    for row in &rows {
        let mut c = row.cursor();
        let (request, idx): (RequestId, Option<i64>) = (c.id()?, c.next()?);
        let body: serde_json::Value = serde_json::from_str(&c.next::<String>()?).map_err(Error::internal)?;
        let answer = body.get("text").and_then(serde_json::Value::as_str).unwrap_or_default();
        texts.insert((request, idx.unwrap_or(1)), answer.to_owned());
    }
    for one in found {
        one.answer = texts.remove(&(one.request, one.idx)).unwrap_or_default();
    }
    Ok(())
}

/// How many needs took how many working days from acceptance to answer: (days, needs), fewest days first.
pub async fn days_used(conn: &mut Conn, reached: &Reached, filter: &NeedFilter, at: Moment) -> Result<Vec<(i64, i64)>> {
    let mut w = Where::new(conn.engine(), reached, filter, at);
    w.and("n.used_days IS NOT NULL", []);
    let text =
        format!("SELECT n.used_days, COUNT(*){} WHERE {} GROUP BY n.used_days ORDER BY n.used_days", w.from(), w.text);
    let rows = sql_text(text).bind_all(w.values).all(conn).await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// A unit's open part in a need.
#[derive(Clone, Debug)]
pub struct Part {
    pub request: RequestId,
    pub idx: i64,
    pub number: String,
    pub title: String,
    pub enterprise: String,
    pub township: Option<Names>,
    pub category: Option<String>,
    pub need_state: String,
    pub paused: bool,
    pub unit: UnitId,
    /// `lead` or `co`.
    pub role: String,
    /// `assigned` or `signed`.
    pub state: String,
    pub assigned_at: DateTime<Utc>,
    pub due_at: Option<DateTime<Utc>>,
    pub lead: Option<Names>,
    /// Version of the request.
    pub version: i64,
}

/// Open parts of some units, what is due first first, at most `limit`.
pub async fn parts(conn: &mut Conn, units: &[UnitId], limit: usize) -> Result<Vec<Part>> {
    if units.is_empty() {
        return Ok(Vec::new());
    }
    let places: Vec<String> = (1..=units.len()).map(|n| format!("${n}")).collect();
    let text = format!(
        "SELECT n.request_id, n.idx, n.number, n.title, e.name, t.name, t.name_en, n.category, n.state, n.paused, x.unit_id, \
         x.role, x.state, x.assigned_at, x.due_at, l.name, l.name_en, r.version FROM assignment x JOIN need n ON n.id = x.need_id \
         JOIN request r ON r.id = n.request_id JOIN enterprise e ON e.id = n.enterprise_id \
         LEFT JOIN unit t ON t.id = e.township_id LEFT JOIN unit l ON l.id = n.lead_unit_id \
         WHERE x.open AND n.open AND x.unit_id IN ({}) ORDER BY x.due_at ASC NULLS LAST, n.serial LIMIT {limit}",
        places.join(", ")
    );
    let rows = sql_text(text).bind_all(units.iter().map(|unit| (*unit).into())).all(conn).await?;
    let read = |row: &Row| {
        let mut c = row.cursor();
        Ok(Part {
            request: c.id()?,
            idx: c.next()?,
            number: c.next()?,
            title: c.next()?,
            enterprise: c.next()?,
            township: names(&mut c)?,
            category: c.next()?,
            need_state: c.next()?,
            paused: c.next()?,
            unit: c.id()?,
            role: c.next()?,
            state: c.next()?,
            assigned_at: c.next()?,
            due_at: c.next()?,
            lead: names(&mut c)?,
            version: c.next()?,
        })
    };
    rows.iter().map(read).collect()
}

fn names(c: &mut Cursor<'_>) -> Result<Option<Names>> {
    let (zh, en) = (c.next::<Option<String>>()?, c.next::<Option<String>>()?);
    Ok(zh.zip(en))
}
