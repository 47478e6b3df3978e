//! SQLite and PostgreSQL behind one portable SQL text: connections, the single write turn,
//! typed rows, migrations. No other crate opens a connection (invariant 2).

mod away;
mod conditions;
mod connect;
mod migrate;
mod query;
mod queue;
mod readers;
mod record;
mod row;
mod snapshot;
#[cfg(test)]
mod testing;
mod value;
mod write;

pub use conditions::Where;
pub use connect::{Conn, Db, Engine, Options};
pub use migrate::{Migration, expand};
pub use query::{Query, sql, sql_for, sql_on, sql_text};
pub use row::{Column, Cursor, Row};
pub use snapshot::Snapshot;
pub use value::Value;
pub use write::{Tx, Written};

use kernel::{Error, ErrorKind};

/// Code of the refusal to write of a database that may only be read.
pub const READ_ONLY: &str = "database-read-only";

/// Something the database needs is not there now; `code` says what.
pub(crate) const fn unavailable(code: &'static str) -> Error {
    Error::new(ErrorKind::Unavailable, code)
}

/// Turns a driver error into a kernel error: what the caller may know outside, the driver's words inside.
pub(crate) fn failed(error: sqlx::Error) -> Error {
    match &error {
        sqlx::Error::Database(d) if d.is_unique_violation() => Error::conflict("exists-already").inside(error),
        sqlx::Error::Database(d) if d.is_foreign_key_violation() => Error::conflict("still-in-use").inside(error),
        sqlx::Error::Database(d) if is_away(d.as_ref()) => unavailable("database-unavailable").inside(error),
        sqlx::Error::Database(d) if is_full(d.as_ref()) => unavailable("disk-full").inside(error),
        sqlx::Error::Database(d) if is_read_only(d.as_ref()) => unavailable(READ_ONLY).inside(error),
        sqlx::Error::Database(d) if is_unwritten(d.as_ref()) => unavailable("write-failed").inside(error),
        // A text with a NUL, which SQLite would take.
        sqlx::Error::Database(d) if d.code().as_deref() == Some("22021") => Error::invalid("bad-request").inside(error),
        sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) | sqlx::Error::PoolClosed => {
            unavailable("database-unavailable").inside(error)
        }
        _ => Error::internal(error),
    }
}

/// SQLITE_FULL (13) and PostgreSQL's disk_full (53100).
fn is_full(error: &dyn sqlx::error::DatabaseError) -> bool {
    matches!(error.code().as_deref(), Some("13" | "53100"))
}

/// SQLITE_READONLY (8) with its finer kinds; PostgreSQL's read_only_sql_transaction, of a standby for instance.
fn is_read_only(error: &dyn sqlx::error::DatabaseError) -> bool {
    matches!(error.code().as_deref(), Some("8" | "264" | "520" | "776" | "1032" | "1288" | "1544" | "25006"))
}

/// SQLite could not write, sync, shorten or lengthen its files: SQLITE_IOERR with _WRITE, _FSYNC, _TRUNCATE, _SHMSIZE.
fn is_unwritten(error: &dyn sqlx::error::DatabaseError) -> bool {
    matches!(error.code().as_deref(), Some("778" | "1034" | "1546" | "4874"))
}

/// SQLITE_CANTOPEN (14); PostgreSQL's refusals to let anybody in: unknown database, wrong password, starting or stopping.
fn is_away(error: &dyn sqlx::error::DatabaseError) -> bool {
    matches!(error.code().as_deref(), Some("14" | "3D000" | "28P01" | "28000" | "57P01" | "57P03" | "53300"))
}
