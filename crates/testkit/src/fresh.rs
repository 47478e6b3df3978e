//! A database of one test alone, with or without tables, and a folder for its files.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use db::{Db, Engine, Migration};
use kernel::SystemClock;
use tokio::sync::Mutex;

use crate::server;

/// Files of SQLite with tables, and databases of PostgreSQL known to be there, by the steps that made them.
static FILES: Mutex<Option<HashMap<u64, Vec<u8>>>> = Mutex::const_new(None);
static DATABASES: Mutex<Vec<u64>> = Mutex::const_new(Vec::new());

/// A database of one test alone. The folder, with the file of SQLite, goes when this is dropped; the database of
/// PostgreSQL when the test ended well.
pub struct Fresh {
    pub db: Db,
    /// What the program would be started with; a second process or pool may open it too.
    pub url: String,
    pub engine: Engine,
    folder: PathBuf,
}

impl Fresh {
    /// With the tables these steps make. They are made once; every test begins with a copy.
    pub async fn migrated(engine: Engine, steps: &[Migration]) -> Fresh {
        let (name, folder) = place();
        let url = match engine {
            Engine::Sqlite => {
                let file = folder.join("wanqi.db");
                std::fs::write(&file, migrated_file(steps).await).unwrap();
                sqlite_url(&file)
            }
            Engine::Postgres => {
                server::create(&name, &migrated_database(steps).await).await;
                server::postgres_url(&name)
            }
        };
        Fresh::open(engine, url, folder).await
    }

    /// Without any table: the target of a copy or of a restore.
    pub async fn empty(engine: Engine) -> Fresh {
        let (name, folder) = place();
        let url = match engine {
            Engine::Sqlite => sqlite_url(&folder.join("wanqi.db")),
            Engine::Postgres => {
                server::create(&name, server::NOTHING).await;
                server::postgres_url(&name)
            }
        };
        Fresh::open(engine, url, folder).await
    }

    async fn open(engine: Engine, url: String, folder: PathBuf) -> Fresh {
        let db = Db::open(&url).await.unwrap();
        Fresh { db, url, engine, folder }
    }

    /// An empty folder of this test, removed at its end (the SQLite file is in it).
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        // What cannot be removed lies in the system's temporary folder and harms nobody.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The bytes of an SQLite file with tables.
async fn migrated_file(steps: &[Migration]) -> Vec<u8> {
    let mut files = FILES.lock().await;
    let made = match files.get_or_insert_default().entry(key(steps)) {
        Entry::Occupied(made) => made.into_mut(),
        Entry::Vacant(free) => {
            let (_, folder) = place();
            let file = folder.join("template.db");
            migrate(&sqlite_url(&file), steps).await;
            let bytes = std::fs::read(&file).unwrap();
            std::fs::remove_dir_all(&folder).unwrap();
            free.insert(bytes)
        }
    };
    made.clone()
}

/// The name of a database of PostgreSQL with tables. It stays on the server: who tests again finds it there.
async fn migrated_database(steps: &[Migration]) -> String {
    let mut databases = DATABASES.lock().await;
    let key = key(steps);
    let name = format!("wanqi_template_{key:016x}");
    if !databases.contains(&key) {
        if !server::has(&name).await {
            // Under a name of its own first: another process may do the same, and nobody shall copy half of it.
            let (own, folder) = place();
            server::create(&own, server::NOTHING).await;
            migrate(&server::postgres_url(&own), steps).await;
            server::rename(&own, &name).await;
            std::fs::remove_dir_all(&folder).unwrap();
        }
        databases.push(key);
    }
    name
}

async fn migrate(url: &str, steps: &[Migration]) {
    let db = Db::open(url).await.unwrap();
    db.migrate(steps, &SystemClock).await.unwrap();
    db.close().await;
}

/// The same for the same steps: their texts as well, which are edited until they are released.
fn key(steps: &[Migration]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for Migration { module, version, text } in steps {
        (module, version, text).hash(&mut hasher);
    }
    hasher.finish()
}

fn sqlite_url(file: &Path) -> String {
    format!("sqlite:{}", file.display())
}

/// A name nobody else has, and an empty folder of that name.
fn place() -> (String, PathBuf) {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let name = format!("wanqi_test_{}_{}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed));
    let folder = std::env::temp_dir().join(&name);
    std::fs::create_dir_all(&folder).unwrap();
    (name, folder)
}
