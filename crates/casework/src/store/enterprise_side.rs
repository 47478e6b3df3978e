//! Rows behind the pages of enterprises and helpers: who an enterprise is, who helps it, and passes to follow one request.

use chrono::{DateTime, Utc};
use db::{Conn, Tx, Value, sql, sql_text};
use kernel::{CreditCode, EnterpriseId, PersonId, RequestId, Result, UnitId, name_key};

/// Names in Chinese and English.
pub type Names = (String, String);

/// An enterprise as its own people and its helpers see it.
#[derive(Clone, Debug)]
pub struct Brief {
    pub id: EnterpriseId,
    pub code: String,
    pub name: String,
    pub short_name: String,
    pub contact_name: String,
    pub contact_phone: String,
    pub township: Option<Names>,
}

impl Brief {
    /// The short name if there is one.
    pub fn called(&self) -> &str {
        if self.short_name.is_empty() { &self.name } else { &self.short_name }
    }
}

const BRIEF: &str = "SELECT e.id, e.credit_code, e.name, e.short_name, e.contact_name, e.contact_phone, t.name, t.name_en \
    FROM enterprise e LEFT JOIN unit t ON t.id = e.township_id";

fn brief(row: &db::Row) -> Result<Brief> {
    let mut c = row.cursor();
    Ok(Brief {
        id: c.id()?,
        code: c.next()?,
        name: c.next()?,
        short_name: c.next()?,
        contact_name: c.next()?,
        contact_phone: c.next()?,
        township: c.next::<Option<String>>()?.zip(c.next()?),
    })
}

/// `$1, $2 …` for an IN list that begins at parameter `first`.
fn places(first: usize, n: usize) -> String {
    (first..first + n).map(|i| format!("${i}")).collect::<Vec<_>>().join(", ")
}

/// Enterprises by id, by name.
pub async fn briefs(conn: &mut Conn, ids: &[EnterpriseId]) -> Result<Vec<Brief>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!("{BRIEF} WHERE e.id IN ({}) ORDER BY e.name, e.id", places(1, ids.len()));
    sql_text(text).bind_all(ids.iter().map(|id| Value::from(*id))).all(conn).await?.iter().map(brief).collect()
}

/// The enterprise of the register with this credit code.
pub async fn brief_by_code(conn: &mut Conn, code: &str) -> Result<Option<Brief>> {
    // What others typed for enterprises that are not in the register is not to be guessed by number.
    let text = format!("{BRIEF} WHERE e.credit_code = $1 AND e.status <> 'unchecked'");
    // PostgreSQL takes no NUL, which an address may carry.
    sql_text(text).bind(code.replace('\0', "")).optional(conn).await?.as_ref().map(brief).transpose()
}

/// Enterprises with this credit code or exactly this name, however it is spaced and bracketed; a few at most, so that a
/// name borne by several is noticed. One that waits to be looked at stands for its name only while no other has it.
pub async fn by_code_or_name(conn: &mut Conn, typed: &str) -> Result<Vec<Brief>> {
    let (column, value) = match CreditCode::parse(typed) {
        Ok(code) => ("credit_code", code.as_str().to_owned()),
        Err(_) => ("name_key", name_key(typed)),
    };
    if value.is_empty() {
        return Ok(Vec::new());
    }
    for (is, most) in [("<>", 6), ("=", 1)] {
        let text = format!("{BRIEF} WHERE e.{column} = $1 AND e.status {is} 'unchecked' ORDER BY e.id LIMIT {most}");
        let found = sql_text(text).bind(value.as_str()).all(conn).await?;
        if !found.is_empty() {
            return found.iter().map(brief).collect();
        }
    }
    Ok(Vec::new())
}

/// A named helper as an enterprise sees him or her.
#[derive(Clone, Debug)]
pub struct HelperCard {
    pub enterprise: EnterpriseId,
    pub name: String,
    pub phone: String,
    /// `lead` (包联领导) or `deputy` (助企干部), as the registry has it.
    pub kind: String,
    /// The unit the helper belongs to.
    pub unit: Option<Names>,
}

/// The helpers of these enterprises, each once: who is called day by day before who leads, longest serving first.
pub async fn helpers_of(conn: &mut Conn, ids: &[EnterpriseId]) -> Result<Vec<HelperCard>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let unit = "FROM role_grant g JOIN unit u ON u.id = g.unit_id WHERE g.person_id = p.id ORDER BY g.created_at, g.id LIMIT 1";
    let text = format!(
        "SELECT h.enterprise_id, p.name, p.phone, h.kind, (SELECT u.name {unit}), (SELECT u.name_en {unit}) \
         FROM helper h JOIN person p ON p.id = h.person_id WHERE h.to_date IS NULL AND p.active AND h.enterprise_id IN ({}) \
         ORDER BY h.kind, h.from_date, h.id",
        places(1, ids.len())
    );
    let rows = sql_text(text).bind_all(ids.iter().map(|id| Value::from(*id))).all(conn).await?;
    let mut all: Vec<HelperCard> = Vec::with_capacity(rows.len());
    for row in &rows {
        let mut c = row.cursor();
        let card = HelperCard {
            enterprise: c.id()?,
            name: c.next()?,
            phone: c.next()?,
            kind: c.next()?,
            unit: c.next::<Option<String>>()?.zip(c.next()?),
        };
        // One person may be the helper of an enterprise in two capacities.
        if !all.iter().any(|own| own.enterprise == card.enterprise && own.name == card.name && own.phone == card.phone)
        {
            all.push(card);
        }
    }
    Ok(all)
}

/// An enterprise somebody helps.
#[derive(Clone, Debug)]
pub struct Helped {
    pub brief: Brief,
    /// When anything last happened in one of its requests.
    pub last_event_at: Option<DateTime<Utc>>,
}

/// The enterprises a person helps now, by name.
pub async fn helped(conn: &mut Conn, person: PersonId) -> Result<Vec<Helped>> {
    let text = "SELECT e.id, e.credit_code, e.name, e.short_name, e.contact_name, e.contact_phone, t.name, t.name_en, \
        (SELECT MAX(n.updated_at) FROM need n WHERE n.enterprise_id = e.id) FROM enterprise e \
        LEFT JOIN unit t ON t.id = e.township_id \
        WHERE e.id IN (SELECT h.enterprise_id FROM helper h WHERE h.person_id = $1 AND h.to_date IS NULL) ORDER BY e.name, e.id";
    let rows = sql(text).bind(person).all(conn).await?;
    rows.iter().map(|row| Ok(Helped { brief: brief(row)?, last_event_at: row.get(8)? })).collect()
}

/// The phone number of a person, to fill a form in advance.
pub async fn phone_of(conn: &mut Conn, person: PersonId) -> Result<String> {
    let row = sql("SELECT phone FROM person WHERE id = $1").bind(person).optional(conn).await?;
    row.map_or(Ok(String::new()), |row| row.get(0))
}

/// A township or park.
#[derive(Clone, Debug)]
pub struct Township {
    pub id: UnitId,
    pub code: String,
    pub names: Names,
    pub path: String,
}

/// Townships and parks, in the order of the county; with a code only that one.
pub async fn townships(conn: &mut Conn, code: Option<&str>) -> Result<Vec<Township>> {
    let text = "SELECT id, code, name, name_en, path FROM unit WHERE kind IN ('township', 'park') AND active \
        AND (code = $1 OR $1 = '') ORDER BY sort, code";
    let rows = sql(text).bind(code.unwrap_or("").replace('\0', "?")).all(conn).await?;
    let read = |row: &db::Row| {
        let mut c = row.cursor();
        Ok(Township { id: c.id()?, code: c.next()?, names: (c.next()?, c.next()?), path: c.next()? })
    };
    rows.iter().map(read).collect()
}

/// Names of units, in no order.
pub async fn unit_names(conn: &mut Conn, ids: &[UnitId]) -> Result<Vec<(UnitId, Names)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!("SELECT id, name, name_en FROM unit WHERE id IN ({})", places(1, ids.len()));
    let rows = sql_text(text).bind_all(ids.iter().map(|id| Value::from(*id))).all(conn).await?;
    rows.iter().map(|row| Ok((row.get::<uuid::Uuid>(0)?.into(), (row.get(1)?, row.get(2)?)))).collect()
}

/// Which of these requests' needs the enterprise has rated since they were last answered: request and index.
pub async fn rated(conn: &mut Conn, requests: &[RequestId]) -> Result<Vec<(RequestId, i64)>> {
    if requests.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!(
        "SELECT request_id, need_idx FROM case_event WHERE kind IN ('rated', 'rating_taken_back', 'answered') AND need_idx IS NOT NULL \
         AND request_id IN ({}) GROUP BY request_id, need_idx \
         HAVING MAX(CASE WHEN kind = 'rated' THEN seq ELSE 0 END) > MAX(CASE WHEN kind <> 'rated' THEN seq ELSE 0 END)",
        places(1, requests.len())
    );
    let rows = sql_text(text).bind_all(requests.iter().map(|id| Value::from(*id))).all(conn).await?;
    rows.iter().map(|row| Ok((row.get::<uuid::Uuid>(0)?.into(), row.get(1)?))).collect()
}

/// Lets whoever holds the secret behind `hash` follow one request until `until`; passes that have run out go.
pub async fn put_pass(
    tx: &mut Tx,
    hash: &[u8],
    request: RequestId,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<()> {
    sql("DELETE FROM follow_pass WHERE expires_at <= $1").bind(now).run(tx).await?;
    sql("INSERT INTO follow_pass (token_hash, request_id, expires_at) VALUES ($1, $2, $3)")
        .bind(hash)
        .bind(request)
        .bind(until)
        .run(tx)
        .await?;
    Ok(())
}

/// The request a pass is for.
pub async fn pass(conn: &mut Conn, hash: &[u8], now: DateTime<Utc>) -> Result<Option<RequestId>> {
    let text = "SELECT request_id FROM follow_pass WHERE token_hash = $1 AND expires_at > $2";
    let row = sql(text).bind(hash).bind(now).optional(conn).await?;
    row.map(|row| Ok(row.get::<uuid::Uuid>(0)?.into())).transpose()
}
