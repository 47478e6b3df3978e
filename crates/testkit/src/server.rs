//! The PostgreSQL the tests make their databases on.

use db::{Db, Engine, Options, sql_on};

/// Where `cargo xtask test` says its PostgreSQL listens.
const POSTGRES: &str = "WANQI_TEST_POSTGRES";
/// What a database without a table is copied from.
pub(crate) const NOTHING: &str = "template0";

/// The address of a database of the test server.
///
/// # Panics
/// No server was named: a test that did not run must not look like one that passed.
pub(crate) fn postgres_url(database: &str) -> String {
    let server = std::env::var(POSTGRES).unwrap_or_else(|_| {
        panic!(
            "This test needs PostgreSQL, and {POSTGRES} is not set. `cargo xtask test --only unit` (or `it`) starts one of \
             its own; or name one that may be filled: {POSTGRES}=postgres://USER@HOST:PORT/postgres; or say that \
             PostgreSQL shall be left out: {}=postgres",
            crate::skip::SKIP
        )
    });
    let base = server.split('?').next().unwrap();
    let (base, _) = base.rsplit_once('/').expect("postgres://USER@HOST:PORT/DATABASE");
    format!("{base}/{database}")
}

pub(crate) async fn create(name: &str, template: &str) {
    script(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await.unwrap();
}

pub(crate) async fn has(name: &str) -> bool {
    let db = maintenance().await;
    let found = sql_on(Engine::Postgres, "SELECT 1 FROM pg_database WHERE datname = $1").bind(name);
    let found = found.optional(&mut db.read().await.unwrap()).await.unwrap().is_some();
    db.close().await;
    found
}

/// Gives a finished template its name; if another process was faster, theirs is as good.
pub(crate) async fn rename(own: &str, name: &str) {
    if let Err(error) = script(&format!("ALTER DATABASE {own} RENAME TO {name}")).await {
        assert!(has(name).await, "{error}");
        script(&format!("DROP DATABASE {own}")).await.unwrap();
    }
}

/// Removes the database of an address.
pub(crate) async fn remove(url: &str) {
    let name = url.rsplit('/').next().unwrap();
    script(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
}

/// Runs a statement that belongs to the server, not to one of its databases.
async fn script(statement: &str) -> Result<(), String> {
    let db = maintenance().await;
    let done = db.read().await.unwrap().script(statement).await.map_err(|e| format!("{statement}: {e:?}"));
    db.close().await;
    done
}

async fn maintenance() -> Db {
    Db::open_with(&postgres_url("postgres"), Options { readers: 2, create: false }).await.unwrap()
}
