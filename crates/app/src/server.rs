//! The HTTP/1 server: one listener, connections counted, a stop that lets running requests finish.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::history::Keeper;
use crate::metrics::{Metrics, Open};
use crate::peer::Remote;
use crate::serve::App;

/// How long requests may go on after a stop was asked for.
const GRACE: Duration = Duration::from_secs(10);

/// Serves until `shutdown` is ready, with the jobs of the application beside it.
///
/// # Errors
/// The listener fails for good.
pub async fn run(app: App, listener: TcpListener, shutdown: impl Future<Output = ()>) -> io::Result<()> {
    let (stop, stopping) = watch::channel(false);
    let stopped = |mut stopping: watch::Receiver<bool>| async move {
        let _ = stopping.wait_for(|stop| *stop).await;
    };
    let jobs = {
        let (runner, stopped) = (app.runner.clone(), stopped(stopping.clone()));
        tokio::spawn(async move { runner.run(stopped).await })
    };
    let keeper = keeper(&app, stopping.clone()).await;
    let door = Door { listener, metrics: app.metrics.clone() };
    let service = app.router.into_make_service_with_connect_info::<Remote>();
    let serving = axum::serve(door, service).with_graceful_shutdown(stopped(stopping));
    let mut serving = tokio::spawn(async move { serving.await });
    tokio::select! {
        () = shutdown => {}
        ended = &mut serving => return ended.unwrap_or_else(|e| Err(io::Error::other(e))),
    }
    let _ = stop.send(true);
    if tokio::time::timeout(GRACE, &mut serving).await.is_err() {
        serving.abort();
    }
    let _ = jobs.await;
    // Last of all, when nothing is written any more.
    if let Some(keeper) = keeper
        && let Ok(keeper) = keeper.await
    {
        keeper.stop().await;
    }
    app.state.db.close().await;
    Ok(())
}

/// Notes the head of the audit chain beside the data as long as the server runs.
async fn keeper(app: &App, stopping: watch::Receiver<bool>) -> Option<JoinHandle<Keeper>> {
    let (db, clock) = (app.state.db.clone(), app.state.clock.clone());
    match Keeper::start(db, clock, app.anchors.clone()).await {
        Ok(keeper) => Some(tokio::spawn(keeper.run(stopping))),
        Err(error) => {
            tracing::warn!(%error, "the head of the audit chain is not noted");
            None
        }
    }
}

/// Ready when the operator wants the process to stop: Ctrl-C or SIGTERM.
pub async fn asked_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    if let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            _ = interrupt => {}
            _ = terminate.recv() => {}
        }
        return;
    }
    let _ = interrupt.await;
}

struct Door {
    listener: TcpListener,
    metrics: Metrics,
}

/// A connection that is counted as long as it is open.
struct Counted {
    stream: TcpStream,
    _open: Open,
}

impl Listener for Door {
    type Io = Counted;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Counted, SocketAddr) {
        loop {
            match self.listener.accept().await {
                Ok((stream, address)) => {
                    // Answers are written whole: waiting for more bytes would only cost time.
                    let _ = stream.set_nodelay(true);
                    return (Counted { stream, _open: self.metrics.connection() }, address);
                }
                Err(e) if of_one_connection(&e) => {}
                Err(error) => {
                    // No file handles are left, for instance: some will come free.
                    tracing::warn!(%error, "cannot accept connections for the moment");
                    tokio::time::sleep(Duration::from_millis(500)).await;
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// Whether the error concerns the visitor who came rather than the listener.
fn of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

impl Connected<IncomingStream<'_, Door>> for Remote {
    fn connect_info(stream: IncomingStream<'_, Door>) -> Self {
        Remote(*stream.remote_addr())
    }
}

impl AsyncRead for Counted {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Counted {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
