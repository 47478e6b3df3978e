//! One result row, the same for both engines, read by position in the order of the SELECT list.

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Postgres, Row as _, Sqlite};

use crate::failed;

/// A type that can be read from either engine.
pub trait Column:
    for<'r> sqlx::Decode<'r, Sqlite> + sqlx::Type<Sqlite> + for<'r> sqlx::Decode<'r, Postgres> + sqlx::Type<Postgres>
{
}

impl<T> Column for T where
    T: for<'r> sqlx::Decode<'r, Sqlite>
        + sqlx::Type<Sqlite>
        + for<'r> sqlx::Decode<'r, Postgres>
        + sqlx::Type<Postgres>
{
}

/// A row of either engine.
pub enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    /// The value of the column at `index` (from 0).
    pub fn get<T: Column>(&self, index: usize) -> kernel::Result<T> {
        match self {
            Row::Sqlite(row) => row.try_get(index),
            Row::Postgres(row) => row.try_get(index),
        }
        .map_err(failed)
    }

    /// The value of the column called `name`.
    pub fn named<T: Column>(&self, name: &str) -> kernel::Result<T> {
        match self {
            Row::Sqlite(row) => row.try_get(name),
            Row::Postgres(row) => row.try_get(name),
        }
        .map_err(failed)
    }

    /// Reads the columns one after the other: `let mut c = row.cursor(); X { a: c.next()?, b: c.next()? }`.
    pub fn cursor(&self) -> Cursor<'_> {
        Cursor { row: self, at: 0 }
    }

    /// How many columns the row has.
    pub fn width(&self) -> usize {
        match self {
            Row::Sqlite(row) => row.len(),
            Row::Postgres(row) => row.len(),
        }
    }
}

/// See [`Row::cursor`].
pub struct Cursor<'r> {
    row: &'r Row,
    at: usize,
}

impl Cursor<'_> {
    /// The next column. Ids: `c.next::<Uuid>()?.into()` or [`Cursor::id`].
    #[allow(clippy::should_implement_trait, reason = "typed per call, so it cannot be an Iterator")]
    pub fn next<T: Column>(&mut self) -> kernel::Result<T> {
        self.at += 1;
        self.row.get(self.at - 1)
    }

    /// The next column as a typed id.
    pub fn id<I: From<uuid::Uuid>>(&mut self) -> kernel::Result<I> {
        self.next::<uuid::Uuid>().map(I::from)
    }

    /// The next column as an optional typed id.
    pub fn id_opt<I: From<uuid::Uuid>>(&mut self) -> kernel::Result<Option<I>> {
        Ok(self.next::<Option<uuid::Uuid>>()?.map(I::from))
    }
}
