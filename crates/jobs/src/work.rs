//! What a handler is, and what it is given.

use std::borrow::Cow;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use db::Db;
use kernel::{ClockRef, Error, JobId, PersonId, RandomRef, Result};
use serde_json::Value;

use crate::store;

/// A boxed future that may go to another thread.
pub type BoxFuture = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// Runs the jobs of one kind. At least once each: a handler whose process dies is run again, so it must be able to
/// find what it did already; the job's id serves as the key.
#[derive(Clone)]
pub struct Handler {
    pub kind: Cow<'static, str>,
    pub run: Arc<dyn Fn(JobContext) -> BoxFuture + Send + Sync>,
}

impl Handler {
    /// `Handler::new("casework.plan", |context| async move { … })`.
    pub fn new<F>(kind: impl Into<Cow<'static, str>>, run: impl Fn(JobContext) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        Handler { kind: kind.into(), run: Arc::new(move |context| Box::pin(run(context))) }
    }
}

impl fmt::Debug for Handler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Handler({})", self.kind)
    }
}

/// What a handler is given.
#[derive(Clone)]
pub struct JobContext {
    pub id: JobId,
    pub kind: String,
    pub payload: Value,
    /// From 1.
    pub attempt: i64,
    pub created_by: Option<PersonId>,
    pub db: Db,
    pub clock: ClockRef,
    pub random: RandomRef,
}

impl JobContext {
    /// The payload as the type it was made from.
    ///
    /// # Errors
    /// `job-payload`, which is not tried again.
    pub fn payload<T: serde::de::DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_value(self.payload.clone()).map_err(|e| Error::invalid("job-payload").inside(e))
    }

    /// Whether somebody asked to stop. Long work asks now and then and returns early, leaving things whole.
    pub async fn cancelled(&self) -> Result<bool> {
        store::cancel_requested(&mut self.db.read().await?, self.id).await
    }

    /// Tells how far it is; `total` 0 for unknown. A write of its own, so not for every row.
    pub async fn set_progress(&self, done: i64, total: i64) -> Result<()> {
        let mut tx = self.db.begin().await?;
        store::progress(&mut tx, self.id, done, total).await?;
        tx.commit().await
    }
}
