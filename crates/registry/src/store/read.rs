//! Finding enterprises: by id, by code (also a former one), by name; what others need of them.

use db::{Conn, Cursor, Row, Value, sql, sql_text};
use identity::Subject;
use kernel::{CreditCode, EnterpriseId, Error, Result, UnitId};

use crate::enterprise::{Brief, Chain, Enterprise, NewEnterprise, Scale, Status, Township, like_names};

pub(super) const WHOLE: &str = "e.id, e.serial, e.credit_code, e.name, e.short_name, e.division, e.industry, e.chain, e.scale, e.address, \
    e.contact_name, e.contact_phone, e.staff, e.status, e.code_check, e.created_at, e.updated_at, e.version, \
    t.id, t.code, t.name, t.name_en, t.path";
pub(super) const FROM: &str = " FROM enterprise e LEFT JOIN unit t ON t.id = e.township_id";

pub(super) const BRIEF: &str = "e.id, e.credit_code, e.name, e.short_name, e.division, e.industry, e.scale, e.staff, e.address, e.contact_name, \
    e.contact_phone, e.status, e.pinyin, t.id, t.code, t.name, t.name_en, t.path, k.code, k.name, k.name_en, k.sort";
/// How many columns [`BRIEF`] has.
pub(super) const BRIEF_WIDTH: usize = 22;
pub(super) const BRIEF_FROM: &str =
    " FROM enterprise e LEFT JOIN unit t ON t.id = e.township_id LEFT JOIN chain k ON k.code = e.chain";

/// The enterprise with this id.
pub async fn find(conn: &mut Conn, id: EnterpriseId) -> Result<Option<Enterprise>> {
    let text = format!("SELECT {WHOLE}{FROM} WHERE e.id = $1");
    sql_text(text).bind(id).optional(conn).await?.as_ref().map(read).transpose()
}

/// The enterprise with this credit code, or which had it before. Spaces and lower case are forgiven.
pub async fn find_by_code(conn: &mut Conn, code: &str) -> Result<Option<Enterprise>> {
    let Ok(code) = CreditCode::kept(code) else { return Ok(None) };
    let text = format!("SELECT {WHOLE}{FROM} WHERE e.credit_code = $1");
    if let Some(row) = sql_text(text).bind(code.as_str()).optional(conn).await? {
        return read(&row).map(Some);
    }
    let text = "SELECT enterprise_id FROM enterprise_alias WHERE value = $1 AND kind = 'former-code' ORDER BY created_at DESC LIMIT 1";
    match sql(text).bind(code.as_str()).optional(conn).await? {
        Some(row) => find(conn, row.get::<uuid::Uuid>(0)?.into()).await,
        None => Ok(None),
    }
}

/// What other pages show of an enterprise.
pub async fn brief(conn: &mut Conn, id: EnterpriseId) -> Result<Option<Brief>> {
    let text = format!("SELECT {BRIEF}{BRIEF_FROM} WHERE e.id = $1");
    sql_text(text).bind(id).optional(conn).await?.as_ref().map(read_brief).transpose()
}

/// Whom an enterprise concerns: itself, its helpers, its township or, without one, the whole county.
pub async fn subject(conn: &mut Conn, id: EnterpriseId) -> Result<Subject> {
    let text = "SELECT t.id, t.path FROM enterprise e LEFT JOIN unit t ON t.id = e.township_id WHERE e.id = $1";
    let row = sql(text).bind(id).optional(conn).await?.ok_or_else(|| Error::not_found("enterprise"))?;
    let mut units: Vec<(UnitId, String)> =
        row.get::<Option<uuid::Uuid>>(0)?.map(UnitId::from).zip(row.get::<Option<String>>(1)?).into_iter().collect();
    if units.is_empty() {
        units = root(conn).await?;
    }
    let text = "SELECT person_id FROM helper WHERE enterprise_id = $1 AND to_date IS NULL";
    let helpers = sql(text).bind(id).all(conn).await?;
    let helpers = helpers.iter().map(|row| Ok(row.get::<uuid::Uuid>(0)?.into())).collect::<Result<_>>()?;
    Ok(Subject { enterprise: Some(id), helpers, units })
}

/// The unit at the top of the tree.
pub(crate) async fn root(conn: &mut Conn) -> Result<Vec<(UnitId, String)>> {
    let rows = sql("SELECT id, path FROM unit WHERE parent_id IS NULL ORDER BY sort, code").all(conn).await?;
    rows.iter().map(|row| Ok((row.get::<uuid::Uuid>(0)?.into(), row.get(1)?))).collect()
}

/// Enterprises that may be the same: equal code (also a former one) or equal name, brackets, spaces and the legal form
/// (有限公司, 有限责任公司, …) aside. Told, never merged.
pub async fn duplicates(conn: &mut Conn, name: &str, code: &str) -> Result<Vec<Brief>> {
    let code = CreditCode::parse(code).map(|code| code.as_str().to_owned()).unwrap_or_default();
    let keys = like_names(name);
    let places: Vec<_> = (2..keys.len() + 2).map(|n| format!("${n}")).collect();
    let text = format!(
        "SELECT {BRIEF}{BRIEF_FROM} WHERE e.status <> 'unchecked' AND (e.name_key IN ({}) OR e.credit_code = $1 OR e.id IN \
         (SELECT a.enterprise_id FROM enterprise_alias a WHERE a.value = $1 AND a.kind = 'former-code')) ORDER BY e.pinyin, e.id LIMIT 20",
        places.join(", ")
    );
    let keys = keys.into_iter().map(Value::from);
    sql_text(text).bind(code).bind_all(keys).all(conn).await?.iter().map(read_brief).collect()
}

/// The enterprises with these codes.
pub(crate) async fn by_codes(conn: &mut Conn, codes: &[&str]) -> Result<Vec<Enterprise>> {
    let mut found = Vec::new();
    for some in codes.chunks(500) {
        let names: Vec<_> = (1..=some.len()).map(|n| format!("${n}")).collect();
        let text = format!("SELECT {WHOLE}{FROM} WHERE e.credit_code IN ({})", names.join(", "));
        for row in sql_text(text).bind_all(some.iter().map(|code| Value::from(*code))).all(conn).await? {
            found.push(read(&row)?);
        }
    }
    Ok(found)
}

/// Name key and code of every enterprise with one of these name keys.
pub(crate) async fn names_like(conn: &mut Conn, keys: &[&str]) -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    for some in keys.chunks(500) {
        let names: Vec<_> = (1..=some.len()).map(|n| format!("${n}")).collect();
        let text = format!(
            "SELECT e.name_key, e.credit_code FROM enterprise e WHERE e.status <> 'unchecked' AND e.name_key IN ({})",
            names.join(", ")
        );
        for row in sql_text(text).bind_all(some.iter().map(|key| Value::from(*key))).all(conn).await? {
            found.push((row.get(0)?, row.get(1)?));
        }
    }
    Ok(found)
}

pub(super) fn read(row: &Row) -> Result<Enterprise> {
    let mut c = row.cursor();
    let (id, serial) = (c.id()?, c.next()?);
    let facts = NewEnterprise {
        credit_code: CreditCode::kept(&c.next::<String>()?).map_err(Error::internal)?,
        name: c.next()?,
        short_name: c.next()?,
        division: c.next::<String>()?.parse().ok(),
        industry: c.next::<String>()?.parse().ok(),
        chain: c.next()?,
        scale: scale(&c.next::<String>()?),
        address: c.next()?,
        contact_name: c.next()?,
        contact_phone: c.next()?,
        staff: c.next()?,
        status: c.next::<String>()?.parse().unwrap_or(Status::Active),
        township: None,
    };
    let code_fits = c.next::<String>()? == "ok";
    let (created_at, updated_at, version) = (c.next()?, c.next()?, c.next()?);
    let township = township(&mut c)?;
    let code_fits = code_fits || facts.credit_code.is_stand_in();
    let facts = NewEnterprise { township: township.as_ref().map(|t| t.id), ..facts };
    Ok(Enterprise { id, serial, facts, township, code_fits, created_at, updated_at, version })
}

pub(super) fn read_brief(row: &Row) -> Result<Brief> {
    let mut c = row.cursor();
    let (id, credit_code, name): (_, _, String) = (c.id()?, c.next()?, c.next()?);
    let short: String = c.next()?;
    Ok(Brief {
        id,
        credit_code,
        short_name: if short.is_empty() { name.clone() } else { short },
        name,
        division: c.next()?,
        industry: c.next()?,
        scale: scale(&c.next::<String>()?),
        staff: c.next()?,
        address: c.next()?,
        contact_name: c.next()?,
        contact_phone: c.next()?,
        status: c.next::<String>()?.parse().unwrap_or(Status::Active),
        pinyin: c.next()?,
        township: township(&mut c)?,
        chain: chain(&mut c)?,
    })
}

fn scale(text: &str) -> Scale {
    text.parse().unwrap_or(Scale::Unknown)
}

fn township(c: &mut Cursor<'_>) -> Result<Option<Township>> {
    let id: Option<UnitId> = c.id_opt()?;
    let (code, name, name_en, path): (Option<String>, Option<String>, Option<String>, Option<String>) =
        (c.next()?, c.next()?, c.next()?, c.next()?);
    Ok(id.map(|id| Township {
        id,
        code: code.unwrap_or_default(),
        name: name.unwrap_or_default(),
        name_en: name_en.unwrap_or_default(),
        path: path.unwrap_or_default(),
    }))
}

fn chain(c: &mut Cursor<'_>) -> Result<Option<Chain>> {
    let code: Option<String> = c.next()?;
    let (name, name_en, sort): (Option<String>, Option<String>, Option<i64>) = (c.next()?, c.next()?, c.next()?);
    Ok(code.map(|code| Chain {
        code,
        name: name.unwrap_or_default(),
        name_en: name_en.unwrap_or_default(),
        sort: sort.unwrap_or(0),
    }))
}
