//! Migrations: one text for both engines, with a few tokens for what the engines spell differently.

use kernel::{Clock, Error, Result};
use std::collections::BTreeMap;

use crate::connect::{Conn, Db, Engine};
use crate::query::sql;

/// One step of a module. Never edited once released; a new step is added instead.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    pub module: &'static str,
    /// From 1, without gaps, per module.
    pub version: i64,
    /// Text with the tokens of [`expand`].
    pub text: &'static str,
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migration (
  module TEXT NOT NULL, version BIGINT NOT NULL, applied_at {instant} NOT NULL, PRIMARY KEY (module, version))";

/// Writes `text` for one engine: `{uuid} {instant} {date} {bytes} {json}` become its types, `{empty}` an
/// empty byte string; a part between
/// `-- only: sqlite` or `-- only: postgres` and `-- end` is kept for that engine alone.
pub fn expand(text: &str, engine: Engine) -> String {
    let tokens: [(&str, &str); 6] = match engine {
        Engine::Sqlite => [
            ("{uuid}", "BLOB"),
            ("{instant}", "TEXT"),
            ("{date}", "TEXT"),
            ("{bytes}", "BLOB"),
            ("{json}", "TEXT"),
            ("{empty}", "x''"),
        ],
        Engine::Postgres => [
            ("{uuid}", "UUID"),
            ("{instant}", "TIMESTAMPTZ"),
            ("{date}", "DATE"),
            ("{bytes}", "BYTEA"),
            ("{json}", "TEXT"),
            ("{empty}", "''"),
        ],
    };
    let mut kept = String::with_capacity(text.len());
    let mut only: Option<&str> = None;
    for line in text.lines() {
        if let Some(engine) = line.trim().strip_prefix("-- only:") {
            only = Some(engine.trim());
        } else if line.trim() == "-- end" {
            only = None;
        } else if only.is_none_or(|o| o == engine.as_str()) {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    tokens.iter().fold(kept, |text, (token, word)| text.replace(token, word))
}

impl Db {
    /// Brings the schema up to `steps`, all in one transaction, and returns how many were applied.
    ///
    /// # Errors
    /// `conflict` if the database was written by a newer version, naming module and version.
    pub async fn migrate(&self, steps: &[Migration], clock: &dyn Clock) -> Result<usize> {
        if self.pending(steps).await? == 0 {
            return Ok(0);
        }
        let mut tx = self.begin().await?;
        let engine = tx.engine();
        tx.script(&expand(TABLE, engine)).await?;
        let have = applied(&mut tx).await?;
        let mut count = 0;
        for step in steps {
            if step.version <= have.get(step.module).copied().unwrap_or(0) {
                continue;
            }
            tx.script(&expand(step.text, engine)).await?;
            sql("INSERT INTO schema_migration (module, version, applied_at) VALUES ($1, $2, $3)")
                .bind(step.module)
                .bind(step.version)
                .bind(clock.now())
                .run(&mut tx)
                .await?;
            count += 1;
        }
        tx.commit().await?;
        Ok(count)
    }

    /// How many of `steps` the database still lacks; refuses a database that is ahead of them.
    pub async fn pending(&self, steps: &[Migration]) -> Result<usize> {
        let mut conn = self.read().await?;
        if !has_table(&mut conn).await? {
            return Ok(steps.len());
        }
        let have = applied(&mut conn).await?;
        for (module, version) in &have {
            let newest = steps.iter().filter(|s| s.module == module).map(|s| s.version).max().unwrap_or(0);
            if *version > newest {
                return Err(Error::conflict("database-newer").arg("module", module).arg("version", version));
            }
        }
        Ok(steps.iter().filter(|s| s.version > have.get(s.module).copied().unwrap_or(0)).count())
    }
}

async fn has_table(conn: &mut Conn) -> Result<bool> {
    let found = crate::sql_for(
        "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_migration'",
        "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 'schema_migration'",
    );
    Ok(found.one(conn).await?.get::<i64>(0)? > 0)
}

async fn applied(conn: &mut Conn) -> Result<BTreeMap<String, i64>> {
    let rows = sql("SELECT module, MAX(version) FROM schema_migration GROUP BY module").all(conn).await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}
