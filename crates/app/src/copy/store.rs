//! Rows and catalogue of a whole database, whichever tables it has: what copying needs to know and do.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use db::{Conn, Engine, Row, Value, sql_for, sql_on, sql_text};
use futures_util::StreamExt;
use kernel::{Error, Result};
use uuid::Uuid;

use super::plan::{Column, Kind, Link, Table};

/// Where both engines keep the versions of the schema; every migrated database has its own.
pub(super) const VERSIONS: &str = "schema_migration";

/// Every ordinary table with columns and foreign keys; full-text tables apart, by name.
pub(super) async fn catalogue(conn: &mut Conn) -> Result<(Vec<Table>, Vec<String>)> {
    let columns = sql_for(include_str!("../../sql/columns_sqlite.sql"), include_str!("../../sql/columns_postgres.sql"));
    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    let mut search = Vec::new();
    for row in columns.all(conn).await? {
        let (table, column, written): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let Some(kind) = kind(&written) else {
            if written == "tsvector" || written == "fts5" {
                search.push(table);
                continue;
            }
            return Err(Error::internal(format!(
                "{table}.{column} has the type {written}, which copying does not know"
            )));
        };
        let entry = tables.entry(table.clone()).or_insert_with(|| Table { name: table, ..Table::default() });
        entry.columns.push(Column { name: column, kind });
    }
    for name in &search {
        tables.remove(name);
    }
    let links = sql_for(include_str!("../../sql/links_sqlite.sql"), include_str!("../../sql/links_postgres.sql"));
    for row in links.all(conn).await? {
        let (table, column, to): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        if let Some(table) = tables.get_mut(&table) {
            table.links.push(Link { column, to });
        }
    }
    Ok((tables.into_values().collect(), search))
}

fn kind(written: &str) -> Option<Kind> {
    Some(match written.to_ascii_lowercase().as_str() {
        "bigint" | "int8" | "integer" => Kind::Int,
        "text" => Kind::Text,
        "boolean" | "bool" => Kind::Bool,
        "blob" | "bytea" => Kind::Bytes,
        "uuid" => Kind::Uuid,
        "timestamptz" => Kind::Instant,
        "date" => Kind::Date,
        _ => return None,
    })
}

pub(super) async fn count(conn: &mut Conn, table: &str) -> Result<i64> {
    sql_text(format!("SELECT COUNT(*) FROM \"{table}\"")).one(conn).await?.get(0)
}

/// Whether the table has a row at all.
pub(super) async fn has_rows(conn: &mut Conn, table: &str) -> Result<bool> {
    Ok(sql_text(format!("SELECT 1 FROM \"{table}\" LIMIT 1")).optional(conn).await?.is_some())
}

pub(super) async fn empty(conn: &mut Conn, table: &str) -> Result<()> {
    sql_text(format!("DELETE FROM \"{table}\"")).run(conn).await.map(drop)
}

/// Walks all rows of a table, in no order; `each` is given chunks of at most `chunk` rows.
pub(super) async fn read(
    conn: &mut Conn,
    table: &Table,
    chunk: usize,
    mut each: impl AsyncFnMut(Vec<Vec<Value>>) -> Result<()>,
) -> Result<()> {
    let names: Vec<String> = table.columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
    let text = format!("SELECT {} FROM \"{}\"", names.join(", "), table.name);
    let mut rows = sql_text(text).stream(conn).await?.chunks(chunk);
    while let Some(chunk) = rows.next().await {
        let values = chunk.into_iter().map(|row| values(&row?, table)).collect::<Result<Vec<_>>>()?;
        each(values).await?;
    }
    Ok(())
}

fn values(row: &Row, table: &Table) -> Result<Vec<Value>> {
    let read = |(at, column): (usize, &Column)| {
        Ok(match column.kind {
            Kind::Int => Value::Int(row.get(at)?),
            Kind::Text => Value::Text(row.get(at)?),
            Kind::Bool => Value::Bool(row.get(at)?),
            Kind::Bytes => Value::Bytes(row.get(at)?),
            Kind::Uuid => Value::Uuid(row.get::<Option<Uuid>>(at)?),
            Kind::Instant => Value::Instant(row.get::<Option<DateTime<Utc>>>(at)?),
            Kind::Date => Value::Date(row.get::<Option<NaiveDate>>(at)?),
        })
    };
    table.columns.iter().enumerate().map(read).collect()
}

/// Writes rows with one statement.
pub(super) async fn write(conn: &mut Conn, table: &Table, rows: Vec<Vec<Value>>) -> Result<()> {
    let width = table.columns.len();
    let names: Vec<String> = table.columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
    // SQLite finds numbered parameters by walking their list, which thousands of them make slow.
    let mark = |place: usize| match conn.engine() {
        Engine::Sqlite => "?".to_owned(),
        Engine::Postgres => format!("${place}"),
    };
    let marks: Vec<String> = (0..rows.len())
        .map(|row| {
            let marks: Vec<String> = (1..=width).map(|column| mark(row * width + column)).collect();
            format!("({})", marks.join(", "))
        })
        .collect();
    let text = format!("INSERT INTO \"{}\" ({}) VALUES {}", table.name, names.join(", "), marks.join(", "));
    sql_on(conn.engine(), &text).bind_all(rows.into_iter().flatten()).run(conn).await.map(drop)
}

/// Walks the documents of a full-text table as (row, words in their order); the index is all there is to read from.
pub(super) async fn read_search(
    conn: &mut Conn,
    table: &str,
    mut each: impl AsyncFnMut(i64, String) -> Result<()>,
) -> Result<()> {
    if conn.engine() == Engine::Postgres {
        let text = include_str!("../../sql/search_words_postgres.sql").replace("{table}", table);
        let mut rows = sql_on(Engine::Postgres, &text).stream(conn).await?;
        while let Some(row) = rows.next().await {
            let row = row?;
            each(row.get(0)?, row.get(1)?).await?;
        }
        return Ok(());
    }
    // The vocabulary is a temporary table, which a connection for reading must be allowed to make for once.
    conn.script(&format!(
        "PRAGMA query_only = OFF; CREATE VIRTUAL TABLE temp.copy_words USING fts5vocab('main', '{table}', 'instance'); \
         PRAGMA query_only = ON"
    ))
    .await?;
    let walked = walk_words(conn, &mut each).await;
    conn.script("PRAGMA query_only = OFF; DROP TABLE temp.copy_words; PRAGMA query_only = ON").await?;
    walked
}

async fn walk_words(conn: &mut Conn, each: &mut impl AsyncFnMut(i64, String) -> Result<()>) -> Result<()> {
    let text = include_str!("../../sql/search_words_sqlite.sql");
    let mut rows = sql_on(Engine::Sqlite, text).stream(conn).await?;
    let mut open: Option<(i64, String)> = None;
    while let Some(row) = rows.next().await {
        let row = row?;
        let (doc, word): (i64, String) = (row.get(0)?, row.get(1)?);
        match open.as_mut().filter(|(same, _)| *same == doc) {
            Some((_, words)) => {
                words.push(' ');
                words.push_str(&word);
            }
            None => {
                if let Some((doc, words)) = open.replace((doc, word)) {
                    each(doc, words).await?;
                }
            }
        }
    }
    match open {
        Some((doc, words)) => each(doc, words).await,
        None => Ok(()),
    }
}

pub(super) async fn write_search(conn: &mut Conn, table: &str, documents: Vec<(i64, String)>) -> Result<()> {
    let word = if conn.engine() == Engine::Postgres { "to_tsvector('simple', $)" } else { "$" };
    let marks: Vec<String> = (0..documents.len())
        .map(|row| format!("(${}, {})", row * 2 + 1, word.replace('$', &format!("${}", row * 2 + 2))))
        .collect();
    let text = format!("INSERT INTO \"{table}\" (rowid, body) VALUES {}", marks.join(", "));
    let values = documents.into_iter().flat_map(|(row, words)| [Value::from(row), Value::from(words)]);
    sql_on(conn.engine(), &text).bind_all(values).run(conn).await.map(drop)
}
