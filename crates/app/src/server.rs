//! The HTTP/1 server: one listener, connections counted and limited, a stop that lets running requests finish.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::connect_info::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use jobs::{Present, Runner};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tower::Service;

use crate::history::Keeper;
use crate::metrics::Metrics;
use crate::peer::Remote;
use crate::seats::Seats;
use crate::serve::App;
use crate::{leftovers, private};

/// How long requests may go on after a stop was asked for.
const GRACE: Duration = Duration::from_secs(10);
/// A fault that lasts is told once in so long.
const QUIET: Duration = Duration::from_secs(600);

/// What connections may take. The defaults of [`Limits::of`] suit a county.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// A request's head must be there whole within it, the first one from the start of the connection; so it is also how
    /// long a connection may wait for its next request.
    pub head: Duration,
    /// The same for trusted proxies, which keep connections open for the visitors to come.
    pub proxy_head: Duration,
    /// Connections of one address (of one /64 in IPv6) at once. A building behind one address shares them.
    pub per_address: usize,
    /// The same for trusted proxies and this machine, behind which everybody may stand.
    pub per_proxy: usize,
}

impl Limits {
    /// Limits for a process that may have `handles` files and connections open: no address gets more than a quarter of
    /// them, and a quarter is left for the database and for files whatever a proxy does.
    pub fn of(handles: usize) -> Limits {
        Limits {
            head: Duration::from_secs(10),
            proxy_head: Duration::from_secs(75),
            per_address: (handles / 4).clamp(1, 256),
            per_proxy: (handles - handles / 4).max(1),
        }
    }
}

/// Serves until `shutdown` is ready, with the jobs of the application beside it.
///
/// # Errors
/// The listener fails for good.
pub async fn run(
    app: App,
    listener: TcpListener,
    limits: Limits,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let (stop, stopping) = watch::channel(false);
    let _present = arrive(&app).await;
    let jobs = {
        let (runner, stopped) = (app.runner.clone(), stopped(stopping.clone()));
        tokio::spawn(async move { runner.run(stopped).await })
    };
    let keeper = keeper(&app, stopping.clone()).await;
    let door = Door {
        listener,
        limits,
        proxies: app.proxies.clone(),
        metrics: app.metrics.clone(),
        seats: Seats::default(),
        starved: Seldom::default(),
        crowded: Seldom::default(),
    };
    let mut serving = tokio::spawn(door.serve(app.router, stopping));
    tokio::select! {
        () = shutdown => {}
        ended = &mut serving => return Err(ended.err().map_or_else(|| io::Error::other("no listener"), io::Error::other)),
    }
    let _ = stop.send(true);
    let _ = serving.await;
    let _ = jobs.await;
    app.state.sightings().settled().await;
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

/// Makes this server known and takes over from those that died, beside the work: their jobs, and the files they left.
async fn arrive(app: &App) -> Option<Arc<Present>> {
    let (data_dir, runner) = (app.state.config.data_dir.clone(), app.runner.clone());
    let present = match runner.announce(&data_dir.join(private::RUNNERS)).await {
        Ok(present) => Some(Arc::new(present)),
        Err(error) => {
            tracing::warn!(%error, "this server could not be made known; jobs of dead ones wait until their leases run out");
            None
        }
    };
    if let Some(present) = present.clone() {
        tokio::spawn(succeed(runner, present, data_dir.clone()));
    }
    tokio::task::spawn_blocking(move || private::tighten_all(&data_dir));
    present
}

async fn succeed(runner: Runner, present: Arc<Present>, data_dir: PathBuf) {
    match runner.succeed(&present).await {
        Ok(0) => {}
        Ok(n) => tracing::info!(n, "jobs of a server that died are taken up again"),
        Err(error) => tracing::warn!(%error, "jobs of a server that died wait until their leases run out"),
    }
    let Ok(since) = present.since() else { return };
    let swept = tokio::task::spawn_blocking(move || leftovers::sweep(&data_dir, present.alone, since)).await;
    if let Some(n) = swept.ok().filter(|n| *n > 0) {
        tracing::info!(n, "files that a server left lying were removed");
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

async fn stopped(mut stopping: watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stop| *stop).await;
}

struct Door {
    listener: TcpListener,
    limits: Limits,
    proxies: Arc<[IpAddr]>,
    metrics: Metrics,
    seats: Seats,
    starved: Seldom,
    crowded: Seldom,
}

impl Door {
    /// Lets in whoever comes until a stop is asked for, then waits a while for who is inside.
    async fn serve(mut self, router: Router, stopping: watch::Receiver<bool>) {
        let mut inside = JoinSet::new();
        let mut stop = std::pin::pin!(stopped(stopping.clone()));
        loop {
            tokio::select! {
                () = &mut stop => break,
                Some(_) = inside.join_next() => {}
                (stream, address) = self.accept() => {
                    let (ip, limits) = (address.ip().to_canonical(), self.limits);
                    let proxy = self.proxies.contains(&ip);
                    let most = if proxy || ip.is_loopback() { limits.per_proxy } else { limits.per_address };
                    let Some(seat) = self.seats.take(ip, most) else {
                        if self.crowded.now() {
                            tracing::warn!(%ip, most, "this address holds as many connections as one may; more are refused");
                        }
                        continue;
                    };
                    let open = self.metrics.connection();
                    let head = if proxy { limits.proxy_head } else { limits.head };
                    let talk = talk(stream, address, head, router.clone(), stopping.clone());
                    inside.spawn(async move {
                        talk.await;
                        drop((seat, open));
                    });
                }
            }
        }
        drop(self.listener);
        let all = async { while inside.join_next().await.is_some() {} };
        if tokio::time::timeout(GRACE, all).await.is_err() {
            inside.shutdown().await;
        }
    }

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        loop {
            match self.listener.accept().await {
                Ok((stream, address)) => {
                    // Answers are written whole: waiting for more bytes would only cost time.
                    let _ = stream.set_nodelay(true);
                    return (stream, address);
                }
                Err(e) if of_one_connection(&e) => {}
                Err(error) => {
                    // No file handles are left, for instance: some will come free.
                    if self.starved.now() {
                        tracing::warn!(%error, "cannot accept connections for the moment");
                    }
                    tokio::time::sleep(Duration::from_millis(500)).await;
                }
            }
        }
    }
}

/// One connection, from its first request to its last.
async fn talk(stream: TcpStream, address: SocketAddr, head: Duration, router: Router, stopping: watch::Receiver<bool>) {
    let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(Remote(address)));
        // A router is always ready.
        router.clone().call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    // How a connection ends is its visitor's matter: gone, too slow, not HTTP.
    tokio::select! {
        _ = connection.as_mut() => return,
        () = stopped(stopping) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
}

/// Whether the error concerns the visitor who came rather than the listener.
fn of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

/// Keeps a fault that strikes every half second from filling the log.
#[derive(Default)]
struct Seldom(Option<Instant>);

impl Seldom {
    /// Whether it is time to tell it again.
    fn now(&mut self) -> bool {
        let due = self.0.is_none_or(|last| last.elapsed() >= QUIET);
        if due {
            self.0 = Some(Instant::now());
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_that_lasts_is_told_once_and_again_much_later() {
        let mut starved = Seldom::default();
        let told = [starved.now(), starved.now(), starved.now()];
        assert_eq!(told, [true, false, false]);
        starved.0 = Instant::now().checked_sub(QUIET);
        assert!(starved.now());
    }
}
