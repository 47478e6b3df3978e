//! A query: SQL text from a `sql/` file plus its parameters, run on a reader or inside a transaction.

use std::borrow::Cow;

use futures_util::TryStreamExt;
use futures_util::stream::BoxStream;
use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use sqlx::{AssertSqlSafe, Executor, SqlStr};

use crate::connect::{Conn, Engine, Link};
use crate::failed;
use crate::record;
use crate::row::Row;
use crate::value::Value;
use crate::write::Tx;

/// A statement with its parameters `$1, $2, …` in order.
#[derive(Clone, Debug)]
pub struct Query {
    sqlite: Cow<'static, str>,
    postgres: Option<&'static str>,
    values: Vec<Value>,
}

/// A statement whose text is the same on both engines: `sql(include_str!("../sql/find.sql"))`.
pub fn sql(text: &'static str) -> Query {
    Query { sqlite: Cow::Borrowed(text), postgres: None, values: Vec::new() }
}

/// The rare statement that has two texts (full-text search, catalogue reading).
pub fn sql_for(sqlite: &'static str, postgres: &'static str) -> Query {
    Query { sqlite: Cow::Borrowed(sqlite), postgres: Some(postgres), values: Vec::new() }
}

/// A statement put together by a `store.rs` from fragments of its own (user-built filters). Never from user input:
/// that goes through [`Query::bind`].
pub fn sql_text(text: String) -> Query {
    Query { sqlite: Cow::Owned(text), postgres: None, values: Vec::new() }
}

/// As [`sql_text`], put together in the words of one engine.
pub fn sql_on(engine: Engine, text: &str) -> Query {
    sql_text(format!("{text} {}", engine.only()))
}

impl Query {
    /// Binds the next parameter.
    #[must_use]
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Binds many parameters in order.
    #[must_use]
    pub fn bind_all(mut self, values: impl IntoIterator<Item = Value>) -> Self {
        self.values.extend(values);
        self
    }

    /// The words for one engine and the parameters.
    pub(crate) fn parts(self, engine: Engine) -> (Cow<'static, str>, Vec<Value>) {
        match (engine, self.postgres) {
            (Engine::Postgres, Some(text)) => (Cow::Borrowed(text), self.values),
            _ => (self.sqlite, self.values),
        }
    }

    /// How many parameters it has.
    pub(crate) fn width(&self) -> usize {
        self.values.len()
    }

    pub(crate) fn words(&self, engine: Engine) -> &str {
        match (engine, self.postgres) {
            (Engine::Postgres, Some(text)) => text,
            _ => &self.sqlite,
        }
    }

    fn text(&self, engine: Engine) -> SqlStr {
        use sqlx::SqlSafeStr;
        match (engine, self.postgres, &self.sqlite) {
            (Engine::Postgres, Some(text), _) => text.into_sql_str(),
            (_, _, Cow::Borrowed(text)) => text.into_sql_str(),
            (_, _, Cow::Owned(text)) => AssertSqlSafe(text.clone()).into_sql_str(),
        }
    }

    /// Both texts, where there are two.
    fn record(&self) {
        match self.postgres {
            None => record::note(&self.sqlite, None),
            Some(postgres) => {
                record::note(&self.sqlite, Some(Engine::Sqlite));
                record::note(postgres, Some(Engine::Postgres));
            }
        }
    }

    fn sqlite_arguments(self) -> kernel::Result<SqliteArguments> {
        let mut arguments = SqliteArguments::default();
        for value in self.values {
            value.bind_sqlite(&mut arguments).map_err(|e| failed(sqlx::Error::Encode(e)))?;
        }
        Ok(arguments)
    }

    fn postgres_arguments(self) -> kernel::Result<PgArguments> {
        let mut arguments = PgArguments::default();
        for value in self.values {
            value.bind_postgres(&mut arguments).map_err(|e| failed(sqlx::Error::Encode(e)))?;
        }
        Ok(arguments)
    }

    /// Writes within this transaction, at the latest when it is kept, together with others: see `queue.rs`.
    /// For an `INSERT` or `UPDATE` whose result nobody needs and that reads no other table.
    ///
    /// # Errors
    /// Its own errors come out of a later statement of the transaction, or of its end.
    pub async fn queue(self, tx: &mut Tx) -> kernel::Result<()> {
        self.record();
        tx.enqueue(self).await
    }

    /// Runs it and returns how many rows it touched.
    pub async fn run(self, conn: &mut Conn) -> kernel::Result<u64> {
        self.record();
        conn.send_queue().await?;
        self.send(conn).await
    }

    pub(crate) async fn send(self, conn: &mut Conn) -> kernel::Result<u64> {
        let text = self.text(conn.engine());
        conn.settled = false;
        let touched = match conn.link()? {
            Link::Sqlite(c) => {
                let q = sqlx::query_with(text, self.sqlite_arguments()?);
                c.execute(q).await.map_err(failed)?.rows_affected()
            }
            Link::Postgres(c) => {
                let q = sqlx::query_with(text, self.postgres_arguments()?);
                c.execute(q).await.map_err(failed)?.rows_affected()
            }
        };
        conn.settled = true;
        Ok(touched)
    }

    /// All rows.
    pub async fn all(self, conn: &mut Conn) -> kernel::Result<Vec<Row>> {
        let rows = self.stream(conn).await?.try_collect().await?;
        conn.settled = true;
        Ok(rows)
    }

    /// The first row, if there is one.
    pub async fn optional(self, conn: &mut Conn) -> kernel::Result<Option<Row>> {
        self.record();
        conn.before(&self).await?;
        let text = self.text(conn.engine());
        conn.settled = false;
        let row = match conn.link()? {
            Link::Sqlite(c) => {
                let q = sqlx::query_with(text, self.sqlite_arguments()?);
                c.fetch_optional(q).await.map_err(failed)?.map(Row::Sqlite)
            }
            Link::Postgres(c) => {
                let q = sqlx::query_with(text, self.postgres_arguments()?);
                c.fetch_optional(q).await.map_err(failed)?.map(Row::Postgres)
            }
        };
        conn.settled = true;
        Ok(row)
    }

    /// The one row a statement such as `SELECT COUNT(*)` or `… RETURNING` always gives.
    pub async fn one(self, conn: &mut Conn) -> kernel::Result<Row> {
        self.optional(conn).await?.ok_or_else(|| failed(sqlx::Error::RowNotFound))
    }

    /// Rows as they come, for exports and copies that must not hold everything in memory.
    pub async fn stream(self, conn: &mut Conn) -> kernel::Result<BoxStream<'_, kernel::Result<Row>>> {
        self.record();
        conn.before(&self).await?;
        let text = self.text(conn.engine());
        conn.settled = false;
        Ok(match conn.link()? {
            Link::Sqlite(c) => {
                let q = sqlx::query_with(text, self.sqlite_arguments()?);
                Box::pin(c.fetch(q).map_ok(Row::Sqlite).map_err(failed))
            }
            Link::Postgres(c) => {
                let q = sqlx::query_with(text, self.postgres_arguments()?);
                Box::pin(c.fetch(q).map_ok(Row::Postgres).map_err(failed))
            }
        })
    }
}
