//! One bindable value, the same for both engines.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::Arguments;
use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use uuid::Uuid;

/// A parameter of a query. `None` keeps its type, because PostgreSQL wants to know it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Int(Option<i64>),
    Text(Option<String>),
    Bool(Option<bool>),
    Uuid(Option<Uuid>),
    Instant(Option<DateTime<Utc>>),
    Date(Option<NaiveDate>),
    Bytes(Option<Vec<u8>>),
}

macro_rules! bind {
    ($name:ident, $arguments:ty) => {
        pub(crate) fn $name(self, arguments: &mut $arguments) -> Result<(), sqlx::error::BoxDynError> {
            match self {
                Value::Int(v) => arguments.add(v),
                Value::Text(v) => arguments.add(v),
                Value::Bool(v) => arguments.add(v),
                Value::Uuid(v) => arguments.add(v),
                Value::Instant(v) => arguments.add(v),
                Value::Date(v) => arguments.add(v),
                Value::Bytes(v) => arguments.add(v),
            }
        }
    };
}

impl Value {
    bind!(bind_sqlite, SqliteArguments);
    bind!(bind_postgres, PgArguments);
}

macro_rules! from {
    ($($variant:ident: $($source:ty => $convert:expr),+;)+) => {$($(
        impl From<$source> for Value {
            fn from(v: $source) -> Self { Value::$variant(Some(($convert)(v))) }
        }
        impl From<Option<$source>> for Value {
            fn from(v: Option<$source>) -> Self { Value::$variant(v.map($convert)) }
        }
    )+)+};
}

from! {
    Int: i64 => |v| v, i32 => i64::from, u32 => i64::from, u16 => i64::from;
    Text: String => |v| v, &str => str::to_owned, &String => |v: &String| v.clone();
    Bool: bool => |v| v;
    Uuid: Uuid => |v| v;
    Instant: DateTime<Utc> => |v| v;
    Date: NaiveDate => |v| v;
    Bytes: Vec<u8> => |v| v, &[u8] => <[u8]>::to_vec;
}

macro_rules! from_ids {
    ($($id:ident),+) => {from! { Uuid: $(kernel::$id => |v: kernel::$id| v.uuid()),+; }};
}
from_ids!(
    RequestId,
    NeedId,
    AssignmentId,
    EventId,
    EnterpriseId,
    UnitId,
    PersonId,
    SessionId,
    FileId,
    JobId,
    TokenId,
    ImportId
);
