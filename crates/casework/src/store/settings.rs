//! Rows of limits, categories, calendars and hours, with a version that rises whenever one of them changes.

use chrono::{DateTime, NaiveDate, Utc};
use db::{Conn, Tx, sql};
use kernel::{Error, Result, english_name};
use workdays::{Calendar, Hours};

use super::calendar::{self, Act, NewAct};
use super::case::{count_up, read_word};
use super::desk_line;
use crate::limits::{Limit, Limits};
use crate::settings::{Category, Settings};

const VERSION: &str = "casework-settings";
const HOURS: &str = "hours";

/// The version of the settings; 0 before the first.
pub async fn version(conn: &mut Conn) -> Result<i64> {
    let row = sql("SELECT n FROM counter WHERE name = $1").bind(VERSION).optional(conn).await?;
    row.map_or(Ok(0), |row| row.get(0))
}

/// Every process loads the settings again after this.
pub async fn touch(tx: &mut Tx) -> Result<()> {
    count_up(tx, VERSION, 1).await.map(drop)
}

/// Limits in force on `today` (and later ones, for the administrator's page see [`limit_rows`]), all else whole.
pub async fn load(conn: &mut Conn, today: NaiveDate) -> Result<Settings> {
    let limits = limit_rows(conn).await?.into_iter().filter(|row| row.holds_on(today)).map(|row| row.limit);
    let limits = Limits::new(limits.collect());
    let calendars = calendar::versions(conn).await?;
    let next_workday = calendar::last_day_changes(conn).await?.pop().is_none_or(|last| last.next_workday);
    let settings = Settings::new(limits, categories(conn).await?, calendars, hours(conn).await?);
    Ok(settings.ending_on_workdays(next_workday).called_at(desk_line::last(conn).await?))
}

/// A limit row with its history.
#[derive(Clone, Debug)]
pub struct LimitRow {
    pub limit: Limit,
    /// Last day on which promises are made by it.
    pub to: Option<NaiveDate>,
    pub note: String,
}

impl LimitRow {
    /// Whether promises made on `day` follow this row.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.limit.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

/// All limit rows, ended ones too.
pub async fn limit_rows(conn: &mut Conn) -> Result<Vec<LimitRow>> {
    let rows = sql("SELECT id, clock, category, grade, level, n, unit, valid_from, valid_to, note FROM limit_rule ORDER BY clock, id")
        .all(conn)
        .await?;
    let read = |row: &db::Row| {
        let mut c = row.cursor();
        let limit = Limit {
            id: c.next()?,
            clock: read_word(&c.next::<String>()?)?,
            category: c.next()?,
            grade: c.next::<Option<String>>()?.as_deref().map(read_word).transpose()?,
            level: c.next::<Option<String>>()?.as_deref().map(read_word).transpose()?,
            n: u32::try_from(c.next::<i64>()?).map_err(Error::internal)?,
            unit: read_word(&c.next::<String>()?)?,
            from: Some(c.next()?),
        };
        Ok(LimitRow { limit, to: c.next()?, note: c.next()? })
    };
    rows.iter().map(read).collect()
}

/// Adds a limit row; an older one for the same thing is ended the day before.
pub async fn add_limit(tx: &mut Tx, limit: &Limit, from: NaiveDate, note: &str, now: DateTime<Utc>) -> Result<()> {
    let grade = limit.grade.as_ref().map(super::case::word);
    let level = limit.level.as_ref().map(super::case::word);
    let same = "UPDATE limit_rule SET valid_to = $1 WHERE clock = $2 AND COALESCE(category, '') = $3 \
        AND COALESCE(grade, '') = $4 AND COALESCE(level, '') = $5 AND valid_to IS NULL";
    sql(same)
        .bind(from.pred_opt())
        .bind(limit.clock.as_str())
        .bind(limit.category.as_deref().unwrap_or(""))
        .bind(grade.as_deref().unwrap_or(""))
        .bind(level.as_deref().unwrap_or(""))
        .run(tx)
        .await?;
    sql("INSERT INTO limit_rule (id, clock, category, grade, level, n, unit, valid_from, valid_to, note, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL, $9, $10)")
    .bind(limit.id.as_str())
    .bind(limit.clock.as_str())
    .bind(limit.category.as_deref())
    .bind(grade)
    .bind(level)
    .bind(i64::from(limit.n))
    .bind(limit.unit.as_str())
    .bind(from)
    .bind(note)
    .bind(now)
    .run(tx)
    .await?;
    touch(tx).await
}

/// Ends a limit row on `last`; what was promised by it stays promised.
pub async fn end_limit(tx: &mut Tx, id: &str, last: NaiveDate) -> Result<()> {
    sql("UPDATE limit_rule SET valid_to = $2 WHERE id = $1").bind(id).bind(last).run(tx).await?;
    touch(tx).await
}

/// All categories in their order.
pub async fn categories(conn: &mut Conn) -> Result<Vec<Category>> {
    let rows = sql("SELECT code, name, name_en, guidance, guidance_en, lead_unit_id, sort, active, version FROM category ORDER BY sort, code")
        .all(conn)
        .await?;
    let read = |row: &db::Row| {
        let mut c = row.cursor();
        Ok(Category {
            code: c.next()?,
            name: c.next()?,
            name_en: c.next()?,
            guidance: c.next()?,
            guidance_en: c.next()?,
            lead: c.id_opt()?,
            sort: c.next()?,
            active: c.next()?,
            version: c.next()?,
        })
    };
    rows.iter().map(read).collect()
}

/// Adds or changes a category; `version` 0 adds. A version that is not the kept one is refused.
pub async fn put_category(tx: &mut Tx, category: &Category) -> Result<()> {
    let text = "INSERT INTO category (code, name, name_en, guidance, guidance_en, lead_unit_id, sort, active, version) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1) ON CONFLICT (code) DO UPDATE SET name = excluded.name, \
        name_en = excluded.name_en, guidance = excluded.guidance, guidance_en = excluded.guidance_en, \
        lead_unit_id = excluded.lead_unit_id, sort = excluded.sort, active = excluded.active, \
        version = category.version + 1 WHERE category.version = $9";
    let changed = sql(text)
        .bind(category.code.as_str())
        .bind(category.name.as_str())
        .bind(english_name(&category.name_en, &category.name))
        .bind(category.guidance.as_str())
        .bind(english_name(&category.guidance_en, &category.guidance))
        .bind(category.lead)
        .bind(category.sort)
        .bind(category.active)
        .bind(category.version)
        .run(tx)
        .await?;
    if changed == 0 {
        return Err(Error::conflict("changed-meanwhile"));
    }
    touch(tx).await
}

/// Hours by their spelling, the one in force last. Earlier spellings are kept for the clocks that ran by them.
async fn hours(conn: &mut Conn) -> Result<Vec<(String, Hours)>> {
    let rows = sql("SELECT value FROM setting WHERE name LIKE 'hours%' ORDER BY updated_at").all(conn).await?;
    let read = |row: &db::Row| {
        let text: String = row.get(0)?;
        let hours = text.parse::<Hours>().map_err(Error::internal)?;
        Ok((text, hours))
    };
    let mut all = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
    if all.is_empty() {
        let standard = Hours::standard();
        all.push((standard.to_string(), standard));
    }
    Ok(all)
}

/// Sets the hours in force from now on.
pub async fn put_hours(tx: &mut Tx, hours: &Hours, now: DateTime<Utc>) -> Result<()> {
    let text = hours.to_string();
    sql("INSERT INTO setting (name, value, updated_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE SET updated_at = excluded.updated_at")
        .bind(format!("{HOURS}: {text}"))
        .bind(text)
        .bind(now)
        .run(tx)
        .await?;
    touch(tx).await
}

/// What a new county starts with: the notices published so far, the default limits, the categories of `packs/`.
pub async fn install(tx: &mut Tx, categories: &[Category], from: NaiveDate, now: DateTime<Utc>) -> Result<()> {
    let notices = Calendar::china().notices().iter();
    let acts: Vec<NewAct<'_>> = notices.map(|notice| NewAct { act: Act::Added, id: &notice.id, notice }).collect();
    calendar::record(tx, &acts, "", "", now).await?;
    put_hours(tx, &Hours::standard(), now).await?;
    for limit in Limits::defaults().rows() {
        add_limit(tx, limit, from, "", now).await?;
    }
    for category in categories {
        put_category(tx, category).await?;
    }
    crate::rebuild::mark(tx).await
}

/// Requests with an open need.
pub async fn open_requests(conn: &mut Conn) -> Result<Vec<kernel::RequestId>> {
    let rows = sql("SELECT DISTINCT request_id FROM need WHERE open ORDER BY request_id").all(conn).await?;
    rows.iter().map(|row| Ok(row.get::<uuid::Uuid>(0)?.into())).collect()
}
