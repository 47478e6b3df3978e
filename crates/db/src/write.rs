//! The single write turn with group commit, the same on both engines.
//!
//! Writers take turns. A logical transaction is a savepoint; when it is done and others wait, its work stays in the
//! open transaction, a new savepoint is set and the next one goes on there. Whoever finds nobody waiting commits for
//! all, and only then is anybody told that the write is kept. So one flush to disk serves many writers, an
//! acknowledged write survives `kill -9`, and a use case is written as a straight line. Across processes on one
//! PostgreSQL the turn is an advisory lock. Reasons and measurements: docs/adr/0002-one-writer.md.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use kernel::{Error, Result};
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

use crate::connect::{Conn, Engine, Pool};
use crate::unavailable;

/// At most so many logical transactions share one commit, so that nobody waits long.
const BATCH: usize = 64;
/// How long a finished member waits for the batch before it commits the batch itself.
const PATIENCE: Duration = Duration::from_millis(20);
/// Who only asks whether writing is possible does not wait longer for the writers of other processes.
const OTHERS: Duration = Duration::from_secs(1);
/// The advisory lock that makes writers of several processes on one PostgreSQL take turns.
const TURN: &str = "BEGIN; SELECT pg_advisory_xact_lock(5201314); SAVEPOINT one";
/// The end of one member and the place the next one goes back to if it is given up; one hand-over instead of two.
const NEXT: &str = "RELEASE SAVEPOINT one; SAVEPOINT one";
/// The release makes PostgreSQL say if the transaction is broken; it would answer a `COMMIT` alone with a quiet rollback.
const KEEP: &str = "RELEASE SAVEPOINT one; COMMIT";

pub(crate) struct Writer {
    turn: Arc<Mutex<Turn>>,
    waiting: AtomicUsize,
    transactions: AtomicU64,
    batches: AtomicU64,
    pub(crate) pool: Pool,
}

/// What this process has written since it opened the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// Logical transactions kept.
    pub transactions: u64,
    /// Commits that kept them; several transactions may share one.
    pub batches: u64,
}

struct Turn {
    conn: Option<Conn>,
    /// A transaction is open, and in it a fresh savepoint.
    open: bool,
    members: Vec<oneshot::Sender<Kept>>,
}

type Kept = std::result::Result<(), &'static str>;
type Told = oneshot::Receiver<Kept>;

/// Runs `work` to its end even if whoever asked for it goes away, as a web server does with the handler of a browser
/// that closed the connection: the words of a transaction must not stop between one and the next.
async fn to_the_end<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> Result<T> {
    tokio::spawn(work).await.map_err(Error::internal)
}

/// A logical transaction. Dropped without [`Tx::commit`], it leaves nothing behind.
pub struct Tx {
    turn: Option<OwnedMutexGuard<Turn>>,
    writer: Arc<Writer>,
}

/// Counts a waiter for as long as it waits, also if its future is dropped.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Writer {
    pub(crate) fn new(pool: Pool) -> Self {
        let turn = Turn { conn: None, open: false, members: Vec::new() };
        Writer {
            turn: Arc::new(Mutex::new(turn)),
            waiting: AtomicUsize::new(0),
            transactions: AtomicU64::new(0),
            batches: AtomicU64::new(0),
            pool,
        }
    }

    pub(crate) async fn begin(writer: &Arc<Writer>) -> Result<Tx> {
        writer.waiting.fetch_add(1, Ordering::AcqRel);
        let waiting = Waiting(&writer.waiting);
        let mut turn = Arc::clone(&writer.turn).lock_owned().await;
        drop(waiting);
        if turn.conn.is_none() {
            turn.conn = Some(Conn::new(writer.pool.acquire().await?, None));
        }
        let fresh = !turn.open;
        turn.open = true;
        // A transaction from here on: who waits for the answer may go away, and then it is undone like any other.
        let mut tx = Tx { turn: Some(turn), writer: Arc::clone(writer) };
        if fresh {
            let words = match tx.engine() {
                Engine::Sqlite => "BEGIN IMMEDIATE; SAVEPOINT one",
                Engine::Postgres => TURN,
            };
            tx.words(words).await?;
        }
        Ok(tx)
    }

    /// Begins a transaction and gives it up. If somebody has the turn, here or in another process, there is one already.
    pub(crate) async fn could_begin(writer: &Arc<Writer>) -> Result<()> {
        if writer.turn.try_lock().is_err() {
            return Ok(());
        }
        match tokio::time::timeout(OTHERS, Writer::begin(writer)).await {
            Ok(begun) => begun?.rollback().await,
            Err(_) => return Ok(()),
        }
        Ok(())
    }

    /// Gives the connection back and closes the pool; a turn that is still taken is waited for.
    pub(crate) async fn close(&self) {
        self.turn.lock().await.conn = None;
        self.pool.close().await;
    }

    /// Commits what finished members left open, if their successor went away.
    async fn flush(self: Arc<Self>) {
        let mut turn = self.turn.lock().await;
        if !turn.members.is_empty() {
            let _ = self.commit(&mut turn).await;
        }
    }

    /// Ends a logical transaction: with a commit for all, or as a member of the batch that is told later.
    async fn finish(self: Arc<Self>, mut turn: OwnedMutexGuard<Turn>) -> Result<Option<Told>> {
        let others = self.waiting.load(Ordering::Acquire) > 0;
        if !others || turn.members.len() >= BATCH {
            self.commit(&mut turn).await?;
            return Ok(None);
        }
        if let Err(error) = turn.conn()?.words(NEXT).await {
            turn.abandon().await;
            return Err(error);
        }
        let (kept, told) = oneshot::channel();
        turn.members.push(kept);
        Ok(Some(told))
    }

    async fn commit(&self, turn: &mut Turn) -> Result<()> {
        turn.commit().await?;
        self.batches.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    pub(crate) fn written(&self) -> Written {
        let (transactions, batches) = (&self.transactions, &self.batches);
        Written { transactions: transactions.load(Ordering::Relaxed), batches: batches.load(Ordering::Relaxed) }
    }
}

impl Turn {
    fn conn(&mut self) -> Result<&mut Conn> {
        self.conn.as_mut().ok_or_else(|| unavailable("database-unavailable"))
    }

    /// Makes everything of the batch durable and tells its members.
    async fn commit(&mut self) -> Result<()> {
        let done = self.conn()?.words(KEEP).await;
        match done {
            Ok(()) => {
                self.open = false;
                for member in self.members.drain(..) {
                    let _ = member.send(Ok(()));
                }
                Ok(())
            }
            Err(error) => {
                self.abandon().await;
                Err(error)
            }
        }
    }

    /// The batch cannot be kept: says so to every member and starts from a clean connection.
    async fn abandon(&mut self) {
        for member in self.members.drain(..) {
            let _ = member.send(Err("write-failed"));
        }
        self.open = false;
        if let Some(conn) = self.conn.as_mut() {
            conn.queue.clear();
            if conn.words("ROLLBACK").await.is_err() {
                self.conn = None;
            }
        }
    }

    /// Undoes the present logical transaction only; if even that fails, the batch is gone.
    async fn undo(&mut self) {
        let undone = match self.conn() {
            Ok(conn) => {
                conn.queue.clear();
                conn.words("ROLLBACK TO SAVEPOINT one").await
            }
            Err(error) => Err(error),
        };
        if undone.is_err() || self.members.is_empty() {
            self.abandon().await;
        }
    }
}

impl Tx {
    /// Keeps the work. Returns only when it is durable.
    ///
    /// # Errors
    /// `unavailable` when the commit failed (a full disk, a lost connection), or that of a queued write: then nothing of
    /// it was kept.
    pub async fn commit(mut self) -> Result<()> {
        if let Err(error) = self.send_queue().await {
            self.rollback().await;
            return Err(error);
        }
        let Some(turn) = self.turn.take() else {
            return Err(unavailable("database-unavailable"));
        };
        let Some(mut told) = to_the_end(Arc::clone(&self.writer).finish(turn)).await?? else {
            self.writer.transactions.fetch_add(1, Ordering::Relaxed);
            return Ok(());
        };
        loop {
            match tokio::time::timeout(PATIENCE, &mut told).await {
                Ok(Ok(Ok(()))) => {
                    self.writer.transactions.fetch_add(1, Ordering::Relaxed);
                    return Ok(());
                }
                Ok(Ok(Err(code))) => return Err(unavailable(code)),
                Ok(Err(_)) => return Err(unavailable("write-failed")),
                Err(_) => to_the_end(Arc::clone(&self.writer).flush()).await?,
            }
        }
    }

    /// Sends what is queued, so that what is wrong with it comes out before something that cannot be undone.
    pub async fn settle(&mut self) -> Result<()> {
        self.send_queue().await
    }

    /// Gives the work up at once; dropping does the same a moment later.
    pub async fn rollback(mut self) {
        if let Some(mut turn) = self.turn.take() {
            let _ = to_the_end(async move { turn.undo().await }).await;
        }
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        let Some(mut turn) = self.turn.take() else { return };
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { turn.undo().await });
        }
    }
}

impl Deref for Tx {
    type Target = Conn;

    #[allow(clippy::expect_used, reason = "the turn is only taken by the methods that consume the transaction")]
    fn deref(&self) -> &Conn {
        self.turn.as_ref().and_then(|t| t.conn.as_ref()).expect("an open transaction has its connection")
    }
}

impl DerefMut for Tx {
    #[allow(clippy::expect_used, reason = "the turn is only taken by the methods that consume the transaction")]
    fn deref_mut(&mut self) -> &mut Conn {
        self.turn.as_mut().and_then(|t| t.conn.as_mut()).expect("an open transaction has its connection")
    }
}
