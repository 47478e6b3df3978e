//! The bytes of a sent form as they arrive: one piece at a time, counted, and read to their end when nobody wants them.

use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use bytes::Bytes;
use futures_util::stream;
use http_body_util::BodyExt;
use kernel::{Error, Result};

/// A form that is refused is read on to so many bytes, without being kept: who is still sending would not see the answer.
pub(crate) const PATIENCE: u64 = 256 * 1024 * 1024;
/// And for so long.
const DRAIN: Duration = Duration::from_secs(5 * 60);
/// What a parser may swallow without getting on: a boundary and the head of a part.
const HEAD: usize = 64 * 1024;

/// A body on its way. Dropped before its end, it is read on beside the answer, so that the sender sees that.
pub(crate) struct Arrival(Arc<Mutex<Inner>>);

struct Inner {
    body: Body,
    /// The piece the parser takes next.
    piece: Option<Bytes>,
    ended: bool,
    /// Nobody honest sends this: it is not read on.
    given_up: bool,
    arrived: u64,
    /// Bytes given to the parser since it last got on.
    swallowed: usize,
}

impl Inner {
    /// The next piece, `None` at the end.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>>> {
        loop {
            let Some(frame) = ready!(Pin::new(&mut self.body).poll_frame(cx)) else {
                self.ended = true;
                return Poll::Ready(Ok(None));
            };
            let Ok(frame) = frame else {
                self.ended = true;
                // The sender went away, which is no error of ours.
                return Poll::Ready(Err(broken()));
            };
            let Ok(data) = frame.into_data() else { continue };
            self.arrived += data.len() as u64;
            if self.arrived > PATIENCE {
                self.given_up = true;
                return Poll::Ready(Err(too_large(PATIENCE)));
            }
            return Poll::Ready(Ok(Some(data)));
        }
    }
}

impl Arrival {
    pub(super) fn new(body: Body) -> Arrival {
        let given_up = body.size_hint().lower() > PATIENCE;
        let inner = Inner { body, piece: None, ended: false, given_up, arrived: 0, swallowed: 0 };
        Arrival(Arc::new(Mutex::new(inner)))
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next piece, `None` at the end.
    ///
    /// # Errors
    /// `too-large` beyond [`PATIENCE`], at once if so much is announced; `upload-broken` if the sender went away.
    async fn next(&mut self) -> Result<Option<Bytes>> {
        if self.inner().given_up {
            return Err(too_large(PATIENCE));
        }
        std::future::poll_fn(|cx| self.inner().poll(cx)).await
    }

    /// All of it, if it has at most `limit` bytes.
    ///
    /// # Errors
    /// As [`Arrival::next`]; `too-large` as soon as there is more.
    pub(super) async fn whole(&mut self, limit: usize) -> Result<Vec<u8>> {
        let mut kept = Vec::new();
        while let Some(piece) = self.next().await? {
            if kept.len() + piece.len() > limit {
                return Err(too_large(limit as u64));
            }
            kept.extend_from_slice(&piece);
        }
        Ok(kept)
    }

    /// The body as a parser reads it, piece by piece as [`Arrival::feed`] hands them out.
    pub(super) fn body(&self) -> Body {
        let shared = Arc::clone(&self.0);
        Body::from_stream(stream::poll_fn(move |_| {
            let mut inner = shared.lock().unwrap_or_else(PoisonError::into_inner);
            match inner.piece.take() {
                Some(piece) => Poll::Ready(Some(Ok::<_, std::convert::Infallible>(piece))),
                None if inner.ended => Poll::Ready(None),
                // Nobody is woken by this: `feed` asks again when it has another piece.
                None => Poll::Pending,
            }
        }))
    }

    /// Runs `work` of a parser of [`Arrival::body`]. It gets another piece only when it cannot go on without, so that it
    /// never holds more than one and the head of a part.
    ///
    /// # Errors
    /// As [`Arrival::next`]; `bad-request` for a head without an end.
    pub(super) async fn feed<T>(&mut self, work: impl Future<Output = T>) -> Result<T> {
        let mut work = pin!(work);
        std::future::poll_fn(|cx| {
            loop {
                if let Poll::Ready(done) = work.as_mut().poll(cx) {
                    self.inner().swallowed = 0;
                    return Poll::Ready(Ok(done));
                }
                let mut inner = self.inner();
                if inner.given_up {
                    return Poll::Ready(Err(too_large(PATIENCE)));
                }
                if inner.ended || inner.swallowed > HEAD {
                    inner.given_up = true;
                    return Poll::Ready(Err(Error::invalid("bad-request")));
                }
                if let Some(piece) = ready!(inner.poll(cx))? {
                    inner.swallowed += piece.len();
                    inner.piece = Some(piece);
                }
            }
        })
        .await
    }

    /// What is still to come is not read any more: nobody honest sends it.
    pub(super) fn give_up(&mut self) {
        self.inner().given_up = true;
    }
}

impl Drop for Arrival {
    fn drop(&mut self) {
        let mut inner = self.inner();
        let (Ok(runtime), false) = (tokio::runtime::Handle::try_current(), inner.ended || inner.given_up) else {
            return;
        };
        let mut left = PATIENCE.saturating_sub(inner.arrived);
        let mut body = std::mem::take(&mut inner.body);
        runtime.spawn(tokio::time::timeout(DRAIN, async move {
            while let Some(Ok(frame)) = body.frame().await {
                left = left.saturating_sub(frame.data_ref().map_or(0, |data| data.len() as u64));
                if left == 0 {
                    break;
                }
            }
        }));
    }
}

/// Over a limit of so many bytes.
pub(super) fn too_large(limit: u64) -> Error {
    const MB: u64 = 1024 * 1024;
    Error::too_large(if limit < MB { format!("{} KB", limit / 1024) } else { format!("{} MB", limit / MB) })
}

/// What was sent did not arrive whole.
pub(super) fn broken() -> Error {
    Error::invalid("upload-broken")
}

/// A body of at most `limit` bytes.
///
/// # Errors
/// `too-large`; `upload-broken` if the sender went away.
pub(crate) async fn read_body(body: Body, limit: usize) -> Result<Vec<u8>> {
    Arrival::new(body).whole(limit).await
}
