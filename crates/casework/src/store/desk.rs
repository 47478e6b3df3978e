//! What the desk's pages read beside lists and cases: an enterprise at a glance, a unit's open parts.

use chrono::{DateTime, Utc};
use db::{Conn, Cursor, Row, Where, sql, sql_text};
use identity::Reached;
use kernel::{EnterpriseId, PersonId, RequestId, Result, UnitId, search_query};

/// Name in Chinese and in English.
pub type Names = (String, String);

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
    /// Named helpers at present.
    pub helpers: Vec<Helper>,
}

/// A named helper as the desk sees one.
#[derive(Clone, Debug)]
pub struct Helper {
    pub person: PersonId,
    pub login: String,
    pub name: String,
    /// Full number.
    pub phone: String,
}

/// One enterprise with its helpers.
pub async fn glance(conn: &mut Conn, id: EnterpriseId) -> Result<Option<Glance>> {
    let text = "SELECT e.id, e.credit_code, e.name, e.staff, e.scale, t.name, t.name_en, e.contact_name, e.contact_phone, \
        p.id, p.login, p.name, p.phone FROM enterprise e LEFT JOIN unit t ON t.id = e.township_id \
        LEFT JOIN helper h ON h.enterprise_id = e.id AND h.to_date IS NULL LEFT JOIN person p ON p.id = h.person_id AND p.active \
        WHERE e.id = $1 ORDER BY h.from_date, p.name";
    let rows = sql(text).bind(id).all(conn).await?;
    let mut found: Option<Glance> = None;
    for row in &rows {
        let mut c = row.cursor();
        let one = read_glance(&mut c)?;
        let helper = match c.id_opt()? {
            Some(person) => Some(Helper { person, login: c.next()?, name: c.next()?, phone: c.next()? }),
            None => None,
        };
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
    if search_query(text).is_empty() {
        return Ok(Vec::new());
    }
    let mut w = Where::new(conn.engine());
    w.and_found("e.serial", "enterprise_search", text);
    let mut any: Vec<String> =
        reached.enterprises.iter().map(|id| format!("e.id = {}", w.bind((*id).into()))).collect();
    if reached.all {
        any.push("1 = 1".to_owned());
    }
    for path in &reached.paths {
        // Whoever reaches the root of the tree also reaches enterprises without a township.
        let root = path.matches('/').count() == 2;
        any.push(if root { "1 = 1".to_owned() } else { format!("t.path LIKE {}", w.bind(format!("{path}%").into())) });
    }
    if let Some(person) = reached.helper {
        let person = w.bind(person.into());
        any.push(format!(
            "e.id IN (SELECT h.enterprise_id FROM helper h WHERE h.person_id = {person} AND h.to_date IS NULL)"
        ));
    }
    w.and_any(&any);
    let text = format!(
        "SELECT e.id, e.credit_code, e.name, e.staff, e.scale, t.name, t.name_en, e.contact_name, e.contact_phone \
         FROM enterprise e LEFT JOIN unit t ON t.id = e.township_id WHERE {} \
         ORDER BY e.pinyin, e.id LIMIT {limit}",
        w.text
    );
    sql_text(text).bind_all(w.values).all(conn).await?.iter().map(|row| read_glance(&mut row.cursor())).collect()
}

/// An enterprise by its credit code, whoever asks.
pub async fn enterprise_by_code(conn: &mut Conn, code: &str) -> Result<Option<Glance>> {
    let row = sql("SELECT id FROM enterprise WHERE credit_code = $1").bind(code).optional(conn).await?;
    match row {
        Some(row) => glance(conn, row.get::<uuid::Uuid>(0)?.into()).await,
        None => Ok(None),
    }
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
    pub due_at: Option<DateTime<Utc>>,
    /// From when on it is due soon.
    pub soon_at: Option<DateTime<Utc>>,
    pub lead: Option<Names>,
    /// One of the need's due dates counts a year whose notice is not entered.
    pub provisional: bool,
}

/// Open parts of some units, what is due first first, at most `limit`.
pub async fn parts(conn: &mut Conn, units: &[UnitId], limit: usize) -> Result<Vec<Part>> {
    if units.is_empty() {
        return Ok(Vec::new());
    }
    let places: Vec<String> = (1..=units.len()).map(|n| format!("${n}")).collect();
    let text = format!(
        "SELECT n.request_id, n.idx, n.number, n.title, e.name, t.name, t.name_en, n.category, n.state, n.paused, x.unit_id, \
         x.role, x.state, x.due_at, x.soon_at, l.name, l.name_en, n.provisional FROM assignment x JOIN need n ON n.id = x.need_id \
         JOIN enterprise e ON e.id = n.enterprise_id \
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
            due_at: c.next()?,
            soon_at: c.next()?,
            lead: names(&mut c)?,
            provisional: c.next()?,
        })
    };
    rows.iter().map(read).collect()
}

fn names(c: &mut Cursor<'_>) -> Result<Option<Names>> {
    let (zh, en) = (c.next::<Option<String>>()?, c.next::<Option<String>>()?);
    Ok(zh.zip(en))
}
