//! Opening a database by its address and handing out connections.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use kernel::{Error, Result};
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, Executor, Postgres, Sqlite};

use crate::away::Away;
use crate::queue::Queue;
use crate::readers::{Home, Readers};
use crate::write::{Tx, Writer, Written};
use crate::{failed, sql_for, unavailable};

/// Which engine an address names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    pub fn as_str(self) -> &'static str {
        match self {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
        }
    }

    /// What stands in a text that is put together for this engine alone. It travels with the text, whoever adds to it, and
    /// tells the tests not to prepare it on the other.
    pub fn only(self) -> &'static str {
        match self {
            Engine::Sqlite => "/* only: sqlite */",
            Engine::Postgres => "/* only: postgres */",
        }
    }
}

/// How many readers a process keeps, and whether a missing SQLite file is made.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    pub readers: u32,
    pub create: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options { readers: 4, create: true }
    }
}

#[derive(Clone)]
pub(crate) enum Pool {
    Sqlite(SqlitePool),
    /// With what is known of the server, shared by all pools of it.
    Postgres(PgPool, Arc<Away>),
}

/// One connection taken from a pool. A reader, or the inside of a [`Tx`].
pub struct Conn {
    /// There until it is dropped.
    link: Option<Link>,
    engine: Engine,
    home: Option<Home>,
    /// Writes not sent yet.
    pub(crate) queue: Queue,
    /// The last statement ended in order: nothing is under way, and the engine has just answered.
    pub(crate) settled: bool,
    /// A snapshot is open on it: nobody else may read with it.
    pub(crate) in_snapshot: bool,
}

/// The connection itself.
pub(crate) enum Link {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

impl Conn {
    /// Without a home, it goes back to the driver's pool.
    pub(crate) fn new(link: Link, home: Option<Home>) -> Conn {
        let engine = match link {
            Link::Sqlite(_) => Engine::Sqlite,
            Link::Postgres(_) => Engine::Postgres,
        };
        Conn { link: Some(link), engine, home, queue: Queue::default(), settled: true, in_snapshot: false }
    }

    pub fn engine(&self) -> Engine {
        self.engine
    }

    pub(crate) fn link(&mut self) -> Result<&mut Link> {
        self.link.as_mut().ok_or_else(|| unavailable("database-unavailable"))
    }

    /// Runs text without parameters, several statements at once if need be. For migrations.
    pub async fn script(&mut self, text: &str) -> Result<()> {
        self.send_queue().await?;
        self.words(text).await
    }

    /// As [`Conn::script`], whatever is queued: for the words of transactions.
    pub(crate) async fn words(&mut self, text: &str) -> Result<()> {
        let q = sqlx::raw_sql(AssertSqlSafe(text));
        self.settled = false;
        match self.link()? {
            Link::Sqlite(c) => c.execute(q).await.map(drop).map_err(failed)?,
            Link::Postgres(c) => c.execute(q).await.map(drop).map_err(failed)?,
        }
        self.settled = true;
        Ok(())
    }

    /// Asks the engine to prepare `text` without running it, so that a test can prove every statement on both.
    pub async fn prepare(&mut self, text: &str) -> Result<()> {
        use sqlx::SqlSafeStr;
        let text = AssertSqlSafe(text).into_sql_str();
        self.settled = false;
        match self.link()? {
            Link::Sqlite(c) => c.prepare(text).await.map(drop).map_err(failed)?,
            Link::Postgres(c) => c.prepare(text).await.map(drop).map_err(failed)?,
        }
        self.settled = true;
        Ok(())
    }
}

impl Drop for Conn {
    fn drop(&mut self) {
        if self.in_snapshot {
            match &mut self.link {
                Some(Link::Sqlite(link)) => link.close_on_drop(),
                Some(Link::Postgres(link)) => link.close_on_drop(),
                None => {}
            }
            return;
        }
        if let (Some(home), true) = (&self.home, self.settled)
            && let Some(link) = self.link.take()
        {
            home.take_back(link);
        }
    }
}

/// An open database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    pub(crate) readers: Arc<Readers>,
    pub(crate) writer: Arc<Writer>,
    url: Arc<str>,
}

impl Db {
    /// Opens `sqlite:PATH` or `postgres://…`. Any other address is refused rather than guessed.
    ///
    /// # Errors
    /// `invalid` for an address of another form, `unavailable` if the engine does not answer.
    pub async fn open(url: &str) -> Result<Db> {
        Db::open_with(url, Options::default()).await
    }

    /// As [`Db::open`], with a number of readers of one's own.
    pub async fn open_with(url: &str, options: Options) -> Result<Db> {
        let (readers, writer) = if let Some(path) = url.strip_prefix("sqlite:") {
            open_sqlite(path.trim_start_matches("//"), options).await?
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            open_postgres(url, options).await?
        } else {
            return Err(Error::invalid("database-address"));
        };
        Ok(Db { readers: Arc::new(readers), writer: Arc::new(Writer::new(writer)), url: url.into() })
    }

    pub fn engine(&self) -> Engine {
        match self.writer.pool {
            Pool::Sqlite(_) => Engine::Sqlite,
            Pool::Postgres(..) => Engine::Postgres,
        }
    }

    /// The file of an SQLite database.
    pub fn sqlite_path(&self) -> Option<&str> {
        self.url.strip_prefix("sqlite:").map(|p| p.trim_start_matches("//"))
    }

    /// A connection for reading.
    pub async fn read(&self) -> Result<Conn> {
        self.readers.take().await
    }

    /// Waits for the write turn and opens a transaction. See [`Tx`].
    pub async fn begin(&self) -> Result<Tx> {
        Writer::begin(&self.writer).await
    }

    /// Whether the database takes writes, asked without writing anything. Whoever writes just now is proof enough.
    ///
    /// # Errors
    /// [`crate::READ_ONLY`]; `database-unavailable` if it does not answer.
    pub async fn writable(&self) -> Result<()> {
        match self.engine() {
            Engine::Sqlite => Writer::could_begin(&self.writer).await,
            Engine::Postgres => {
                let asked = sql_for("SELECT 'off'", "SELECT current_setting('transaction_read_only')");
                let row = asked.one(&mut self.read().await?).await?;
                if row.get::<String>(0)? == "off" { Ok(()) } else { Err(unavailable(crate::READ_ONLY)) }
            }
        }
    }

    /// What this process has written so far.
    pub fn written(&self) -> Written {
        self.writer.written()
    }

    /// Closes every connection, so that an SQLite file may be moved.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

impl Pool {
    pub(crate) async fn acquire(&self) -> Result<Link> {
        match self {
            Pool::Sqlite(pool) => pool.acquire().await.map(Link::Sqlite).map_err(failed),
            Pool::Postgres(pool, away) => {
                away.guard(async { pool.acquire().await.map(Link::Postgres).map_err(failed) }).await
            }
        }
    }

    pub(crate) async fn close(&self) {
        match self {
            Pool::Sqlite(pool) => pool.close().await,
            Pool::Postgres(pool, _) => pool.close().await,
        }
    }
}

/// Analyses tables that grew since the last start, a sample of each.
const STATISTICS: &str = "PRAGMA analysis_limit = 400; PRAGMA optimize = 0x10002";
/// How long is waited for a connection.
pub(crate) const WAIT: Duration = Duration::from_secs(10);

async fn open_sqlite(path: &str, options: Options) -> Result<(Readers, Pool)> {
    let connect = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(options.create)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(WAIT)
        .statement_cache_capacity(256)
        .pragma("cache_size", "-6000")
        .pragma("temp_store", "MEMORY")
        .pragma("journal_size_limit", "67108864");
    let one = SqlitePoolOptions::new().max_connections(1).acquire_timeout(WAIT);
    let writer = one.connect_with(connect.clone()).await.map_err(failed)?;
    // Statistics first: readers load them with the schema, and without them the planner prefers the wrong index.
    let mut first = writer.acquire().await.map_err(failed)?;
    // Where there is no room for them, or another process writes, it goes on without.
    let _ = first.execute(sqlx::raw_sql(STATISTICS)).await;
    drop(first);
    let readers = SqlitePoolOptions::new()
        .max_connections(options.readers)
        .test_before_acquire(false)
        .acquire_timeout(WAIT)
        .connect_with(connect.pragma("query_only", "ON"))
        .await
        .map_err(failed)?;
    Ok((Readers::new(Pool::Sqlite(readers), options.readers), Pool::Sqlite(writer)))
}

async fn open_postgres(url: &str, options: Options) -> Result<(Readers, Pool)> {
    let connect = PgConnectOptions::from_str(url)
        .map_err(|e| Error::invalid("database-address").inside(e))?
        .application_name("wanqi")
        .statement_cache_capacity(256)
        .options([("timezone", "UTC"), ("synchronous_commit", "on")]);
    let pool = |n| {
        PgPoolOptions::new()
            .max_connections(n)
            .test_before_acquire(false)
            .acquire_timeout(WAIT)
            .idle_timeout(Duration::from_secs(300))
    };
    let writer = pool(1).connect_with(connect.clone()).await.map_err(failed)?;
    let most = options.readers.max(2);
    let readers = pool(most).connect_with(connect).await.map_err(failed)?;
    let away = Arc::new(Away::default());
    Ok((Readers::new(Pool::Postgres(readers, Arc::clone(&away)), most), Pool::Postgres(writer, away)))
}
