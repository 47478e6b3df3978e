//! Gives a test a fresh, migrated database: `both_engines!` turns one test into one on SQLite and one on PostgreSQL.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use db::{Db, Engine, Options};
use kernel::SystemClock;
use tokio::sync::OnceCell;

use super::schema::migrations;

/// Where `cargo xtask test` says its PostgreSQL listens.
const POSTGRES: &str = "WANQI_TEST_POSTGRES";

static COUNTER: AtomicU32 = AtomicU32::new(0);
/// The bytes of a migrated SQLite file.
static SQLITE_TEMPLATE: OnceCell<Vec<u8>> = OnceCell::const_new();
/// The name of a migrated PostgreSQL database.
static POSTGRES_TEMPLATE: OnceCell<String> = OnceCell::const_new();

/// A database of this test alone, and a folder for its files. Both go when the test ends.
pub struct TestDb {
    pub db: Db,
    /// What the program would be started with; a second process or pool may open it too.
    pub url: String,
    pub engine: Engine,
    folder: PathBuf,
}

impl TestDb {
    /// An empty folder of this test, removed at its end (the SQLite file is in it).
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        // What cannot be removed lies in the system's temporary folder and harms nobody.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Writes a test once and runs it on both engines, as `NAME::sqlite` and `NAME::postgres`.
///
/// ```ignore
/// both_engines! {
///     async fn a_draft_is_kept(t: TestDb) {
///         let mut tx = t.db.begin().await.unwrap();
///     }
/// }
/// ```
#[macro_export]
macro_rules! both_engines {
    ($($(#[$attribute:meta])* async fn $name:ident($test:ident: TestDb) $body:block)+) => {$(
        mod $name {
            #[allow(unused_imports, reason = "a test may need nothing of its module")]
            use super::*;

            $(#[$attribute])*
            async fn body($test: &$crate::harness::engines::TestDb) $body

            #[test]
            fn sqlite() {
                $crate::harness::engines::run(db::Engine::Sqlite, async |t| body(t).await);
            }

            #[test]
            fn postgres() {
                $crate::harness::engines::run(db::Engine::Postgres, async |t| body(t).await);
            }
        }
    )+};
}

/// Runs one test body on one engine with a runtime that has worker threads, so that the body may block on a client.
pub fn run(engine: Engine, body: impl AsyncFnOnce(&TestDb)) {
    block_on(async {
        let test = fresh(engine, true).await;
        body(&test).await;
        assert_eq!(super::audited::unnamed(&test.db).await, Vec::<String>::new(), "audit entries without a name");
        assert_eq!(super::untold::untold(&test.db).await, None, "changes nobody was told of");
        test.db.close().await;
        if engine == Engine::Postgres {
            let name = test.url.rsplit('/').next().unwrap();
            admin(&format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    });
}

/// A runtime of the kind [`run`] gives, for tests without a database.
pub fn block_on<T>(work: impl Future<Output = T>) -> T {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(2).enable_all().build().unwrap().block_on(work)
}

/// A new database, migrated or with no table at all (the target of a copy or restore).
pub async fn fresh(engine: Engine, migrated: bool) -> TestDb {
    let name = unique("test");
    let folder = new_folder(&name);
    let url = match engine {
        Engine::Sqlite => {
            let file = folder.join("wanqi.db");
            if migrated {
                let template = SQLITE_TEMPLATE.get_or_init(sqlite_template).await;
                std::fs::write(&file, template).unwrap();
            }
            format!("sqlite:{}", file.display())
        }
        Engine::Postgres => {
            let template = if migrated { POSTGRES_TEMPLATE.get_or_init(postgres_template).await } else { "template0" };
            admin(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
            postgres_url(&name)
        }
    };
    let db = Db::open(&url).await.unwrap();
    TestDb { db, url, engine, folder }
}

async fn sqlite_template() -> Vec<u8> {
    let folder = new_folder(&unique("template"));
    let file = folder.join("template.db");
    migrate(&format!("sqlite:{}", file.display())).await;
    let bytes = std::fs::read(&file).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    bytes
}

async fn postgres_template() -> String {
    let name = unique("template");
    admin(&format!("CREATE DATABASE {name} TEMPLATE template0")).await;
    migrate(&postgres_url(&name)).await;
    name
}

async fn migrate(url: &str) {
    let db = Db::open(url).await.unwrap();
    db.migrate(&migrations(), &SystemClock).await.unwrap();
    db.close().await;
}

/// Runs a statement that belongs to the server, not to one of its databases.
async fn admin(statement: &str) {
    let options = Options { readers: 2, create: false };
    let db = Db::open_with(&postgres_url("postgres"), options).await.unwrap();
    db.read().await.unwrap().script(statement).await.unwrap_or_else(|e| panic!("{statement}: {e:?}"));
    db.close().await;
}

/// The address of a database of the test server.
///
/// # Panics
/// No server was named: row-touching tests are run by `cargo xtask test`.
pub fn postgres_url(database: &str) -> String {
    let server = std::env::var(POSTGRES).unwrap_or_else(|_| {
        panic!(
            "{POSTGRES} is not set. Run `cargo xtask test --only it`, which starts a PostgreSQL of its own, \
             or leave these tests out with `cargo test -p it sqlite`."
        )
    });
    let base = server.split('?').next().unwrap();
    let (base, _) = base.rsplit_once('/').expect("postgres://USER@HOST:PORT/DATABASE");
    format!("{base}/{database}")
}

fn unique(what: &str) -> String {
    format!("wanqi_{what}_{}_{}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed))
}

fn new_folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}
