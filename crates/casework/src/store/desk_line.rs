//! Rows of the service desk's telephone: every change is kept, the last one holds.

use chrono::{DateTime, Utc};
use db::{Conn, Tx, sql};
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use web::DeskLine;

use super::case::count_up;
use super::settings::touch;

/// Begins the names of the rows and names their counter.
const NAME: &str = "desk-line";

/// As it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    phone: String,
    hours: String,
    hours_en: String,
    by: String,
}

/// A change, with who made it.
#[derive(Clone, Debug)]
pub struct Change {
    pub line: DeskLine,
    pub by: String,
    pub at: DateTime<Utc>,
}

/// Every change, the newest first.
pub async fn changes(conn: &mut Conn) -> Result<Vec<Change>> {
    let rows = sql("SELECT value, updated_at FROM setting WHERE name LIKE $1 ORDER BY name DESC")
        .bind(format!("{NAME} %"))
        .all(conn)
        .await?;
    let read = |row: &db::Row| {
        let mut c = row.cursor();
        let Kept { phone, hours, hours_en, by } =
            serde_json::from_str(&c.next::<String>()?).map_err(Error::internal)?;
        Ok(Change { line: DeskLine { phone, hours, hours_en }, by, at: c.next()? })
    };
    rows.iter().map(read).collect()
}

/// The number in force.
pub async fn last(conn: &mut Conn) -> Result<DeskLine> {
    Ok(changes(conn).await?.into_iter().next().map(|change| change.line).unwrap_or_default())
}

/// Sets it from now on.
pub async fn put(tx: &mut Tx, line: &DeskLine, by: &str, now: DateTime<Utc>) -> Result<()> {
    let n = count_up(tx, NAME, 1).await?;
    let DeskLine { phone, hours, hours_en } = line.clone();
    let kept = Kept { phone, hours, hours_en, by: by.to_owned() };
    sql("INSERT INTO setting (name, value, updated_at) VALUES ($1, $2, $3)")
        // As many digits as keep the order of text.
        .bind(format!("{NAME} {n:08}"))
        .bind(serde_json::to_string(&kept).map_err(Error::internal)?)
        .bind(now)
        .run(tx)
        .await?;
    touch(tx).await
}
