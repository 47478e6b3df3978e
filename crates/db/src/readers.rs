//! The connections for reading: handed out and taken back without asking the engine.
//!
//! The driver's pool asks every connection it gets back whether it still lives: a task and a hand-over to the engine,
//! as dear as a short query, and a request reads on two or three connections. Here one whose last statement ended in
//! order goes straight back; any other (refused, or left in the middle) goes the driver's way.

use std::sync::{Arc, Mutex, PoisonError};

use kernel::Result;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::connect::{Conn, Link, Pool, WAIT};
use crate::unavailable;

pub(crate) struct Readers {
    pool: Pool,
    /// `None` once closed.
    idle: Mutex<Option<Vec<Link>>>,
    /// As many permits as the pool has connections.
    room: Arc<Semaphore>,
}

/// Where a connection for reading goes back to when it is dropped.
pub(crate) struct Home {
    readers: Arc<Readers>,
    _room: OwnedSemaphorePermit,
}

impl Readers {
    /// `most` is how many connections `pool` has at most.
    pub(crate) fn new(pool: Pool, most: u32) -> Readers {
        let room = Arc::new(Semaphore::new(most as usize));
        Readers { pool, idle: Mutex::new(Some(Vec::new())), room }
    }

    pub(crate) async fn take(self: &Arc<Self>) -> Result<Conn> {
        let room = tokio::time::timeout(WAIT, Arc::clone(&self.room).acquire_owned()).await;
        let Ok(Ok(room)) = room else { return Err(unavailable("database-unavailable")) };
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).as_mut().and_then(Vec::pop);
        let link = match idle {
            Some(link) => link,
            None => self.pool.acquire().await?,
        };
        Ok(Conn::new(link, Some(Home { readers: Arc::clone(self), _room: room })))
    }

    pub(crate) async fn close(&self) {
        drop(self.idle.lock().unwrap_or_else(PoisonError::into_inner).take());
        self.pool.close().await;
    }
}

impl Home {
    pub(crate) fn take_back(&self, link: Link) {
        if let Some(idle) = self.readers.idle.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            idle.push(link);
        }
    }
}
