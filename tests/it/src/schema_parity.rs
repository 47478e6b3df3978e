//! Both engines have the same schema, and every foreign key has an index.

use std::collections::{BTreeMap, BTreeSet};

use db::{Conn, Engine, sql_on};

use crate::harness::engines::{fresh, run};

/// Full-text tables are the engines' own; the bookkeeping of migrations is not a table of a module.
const KEPT_APART: &str = "_search";

/// What a table is made of, in words both engines share.
#[derive(Debug, Default, PartialEq)]
struct Table {
    /// Column → (declared type on this engine, may be absent).
    columns: BTreeMap<String, (String, bool)>,
    primary: Vec<String>,
    uniques: BTreeSet<Vec<String>>,
    /// Columns, other table, its columns.
    links: BTreeSet<(Vec<String>, String, Vec<String>)>,
    /// Name → (columns, unique, for a part of the rows only).
    indexes: BTreeMap<String, (Vec<String>, bool, bool)>,
}

type Schema = BTreeMap<String, Table>;

async fn rows(conn: &mut Conn, text: &str) -> Vec<Vec<String>> {
    let found = sql_on(conn.engine(), text).all(conn).await.unwrap();
    found.iter().map(|row| (0..row.width()).map(|at| row.get::<String>(at).unwrap()).collect()).collect()
}

fn list(joined: &str) -> Vec<String> {
    joined.split(',').map(|part| part.trim().to_owned()).collect()
}

async fn sqlite_schema(conn: &mut Conn) -> Schema {
    let mut schema = Schema::new();
    let tables = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite%' \
                  AND name NOT LIKE '%search%'";
    for table in rows(conn, tables).await.into_iter().flatten() {
        let mut made = Table::default();
        let text = format!(
            "SELECT name, type, CAST(\"notnull\" AS TEXT), CAST(pk AS TEXT) FROM pragma_table_info('{table}') ORDER BY pk"
        );
        for row in rows(conn, &text).await {
            // SQLite lets a primary key be absent unless told otherwise; no row of ours has such a key.
            let key = row[3] != "0";
            made.columns.insert(row[0].clone(), (row[1].clone(), row[2] == "0" && !key));
            made.primary.extend(key.then(|| row[0].clone()));
        }
        let text = format!(
            "SELECT l.name, l.origin, CAST(l.\"unique\" AS TEXT), CAST(l.partial AS TEXT), \
             (SELECT group_concat(i.name, ',' ORDER BY i.seqno) FROM pragma_index_info(l.name) i) \
             FROM pragma_index_list('{table}') l"
        );
        for row in rows(conn, &text).await {
            match row[1].as_str() {
                "c" => drop(made.indexes.insert(row[0].clone(), (list(&row[4]), row[2] == "1", row[3] == "1"))),
                "u" => drop(made.uniques.insert(list(&row[4]))),
                _ => {}
            }
        }
        let text = format!(
            "SELECT group_concat(f.\"from\", ',' ORDER BY f.seq), f.\"table\", group_concat(f.\"to\", ',' ORDER BY f.seq) \
             FROM pragma_foreign_key_list('{table}') f GROUP BY f.id, f.\"table\""
        );
        made.links = rows(conn, &text).await.iter().map(|r| (list(&r[0]), r[1].clone(), list(&r[2]))).collect();
        schema.insert(table, made);
    }
    schema
}

async fn postgres_schema(conn: &mut Conn) -> Schema {
    let mut schema = Schema::new();
    let columns = "SELECT CAST(c.table_name AS TEXT), CAST(c.column_name AS TEXT), CAST(c.udt_name AS TEXT), CAST(c.is_nullable AS TEXT) \
                   FROM information_schema.columns c WHERE c.table_schema = current_schema()";
    for row in rows(conn, columns).await {
        let made = schema.entry(row[0].clone()).or_default();
        made.columns.insert(row[1].clone(), (row[2].clone(), row[3] == "YES"));
    }
    let names = |keys: &str, of: &str| {
        format!(
            "COALESCE((SELECT string_agg(CAST(a.attname AS TEXT), ',' ORDER BY x.n) FROM unnest(k.{keys}) WITH ORDINALITY x (att, n) \
             JOIN pg_attribute a ON a.attrelid = k.{of} AND a.attnum = x.att), '')"
        )
    };
    let (own, other) = (names("conkey", "conrelid"), names("confkey", "confrelid"));
    let constraints = format!(
        "SELECT CAST(t.relname AS TEXT), CAST(k.contype AS TEXT), {own}, COALESCE(CAST(o.relname AS TEXT), ''), {other} \
         FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid LEFT JOIN pg_class o ON o.oid = k.confrelid \
         WHERE k.connamespace = CAST(current_schema() AS regnamespace)"
    );
    for row in rows(conn, &constraints).await {
        let made = schema.entry(row[0].clone()).or_default();
        match row[1].as_str() {
            "p" => made.primary = list(&row[2]),
            "u" => drop(made.uniques.insert(list(&row[2]))),
            "f" => drop(made.links.insert((list(&row[2]), row[3].clone(), list(&row[4])))),
            _ => {}
        }
    }
    let indexes = "SELECT CAST(t.relname AS TEXT), CAST(i.relname AS TEXT), CAST(x.indisunique AS TEXT), \
                   CAST(x.indpred IS NOT NULL AS TEXT), (SELECT string_agg(pg_get_indexdef(x.indexrelid, n, true), ',' ORDER BY n) \
                   FROM generate_series(1, CAST(x.indnkeyatts AS INT)) n) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid \
                   JOIN pg_class t ON t.oid = x.indrelid WHERE t.relnamespace = CAST(current_schema() AS regnamespace) \
                   AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = x.indexrelid)";
    for row in rows(conn, indexes).await {
        let made = schema.entry(row[0].clone()).or_default();
        made.indexes.insert(row[1].clone(), (list(&row[4]), row[2] == "true", row[3] == "true"));
    }
    schema.retain(|table, _| !table.ends_with(KEPT_APART));
    schema
}

/// Whether a column declared so on SQLite is the same thing as one of that type on PostgreSQL.
fn same_type(sqlite: &str, postgres: &str) -> bool {
    let allowed: &[&str] = match sqlite {
        "BLOB" => &["uuid", "bytea"],
        "TEXT" => &["text", "timestamptz", "date"],
        "BIGINT" => &["int8"],
        "BOOLEAN" => &["bool"],
        _ => &[],
    };
    allowed.contains(&postgres)
}

#[test]
fn postgres_and_sqlite_have_the_same_tables_columns_keys_and_indexes() {
    run(Engine::Postgres, async |t| {
        let file = fresh(Engine::Sqlite, true).await;
        let sqlite = sqlite_schema(&mut file.db.read().await.unwrap()).await;
        let postgres = postgres_schema(&mut t.db.read().await.unwrap()).await;
        file.db.close().await;
        assert!(sqlite.len() > 25, "{:?}", sqlite.keys());
        assert_eq!(sqlite.keys().collect::<Vec<_>>(), postgres.keys().collect::<Vec<_>>());
        for (name, one) in &sqlite {
            let other = &postgres[name];
            let columns =
                |table: &Table| table.columns.iter().map(|(c, (_, null))| (c.clone(), *null)).collect::<Vec<_>>();
            assert_eq!(columns(one), columns(other), "{name}: columns and which may be absent");
            for (column, (declared, _)) in &one.columns {
                let theirs = &other.columns[column].0;
                assert!(same_type(declared, theirs), "{name}.{column} is {declared} here and {theirs} there");
            }
            assert_eq!(one.primary, other.primary, "{name}: primary key");
            assert!(!one.primary.is_empty(), "{name} has a primary key");
            assert_eq!(one.uniques, other.uniques, "{name}: unique columns");
            assert_eq!(one.links, other.links, "{name}: foreign keys");
            assert_eq!(one.indexes, other.indexes, "{name}: indexes");
            for (columns, to, _) in &one.links {
                // One for a part of the rows will do: rows that are pointed to are closed, not deleted.
                let mut ordered = one.indexes.values().map(|i| &i.0).chain(&one.uniques).chain([&one.primary]);
                assert!(
                    ordered.any(|index| index.starts_with(columns)),
                    "{name}: no index begins with {columns:?} → {to}"
                );
            }
        }
    });
}
