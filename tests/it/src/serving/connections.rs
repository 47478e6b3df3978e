//! Connections that never become requests are closed, and no address takes the places of all.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use app::config::Config;
use app::server::{self, Limits};
use db::Engine;
use kernel::{OsRandom, SystemClock};
use tokio::sync::oneshot;

use crate::harness::engines::{TestDb, run};
use crate::harness::http;

/// Serves the test's database in this process within `limits` for as long as `body` takes; gives its address.
async fn within(t: &TestDb, limits: Limits, body: impl FnOnce(&str)) {
    let config = Config::read("data_dir = \".\"", t.folder(), |_| None).unwrap();
    let app = app::assemble(&config, t.db.clone(), Arc::new(SystemClock), Arc::new(OsRandom)).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(server::run(app, listener, limits, async move { drop(stopped.await) }));
    tokio::task::block_in_place(|| body(&address));
    let _ = stop.send(());
    serving.await.unwrap().unwrap();
}

fn open(address: &str, bytes: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(bytes.as_bytes()).unwrap();
    stream
}

/// Whether the other side closes it within `patience`.
fn closes(stream: &mut TcpStream, patience: Duration) -> bool {
    stream.set_read_timeout(Some(patience)).unwrap();
    let mut rest = Vec::new();
    let end = stream.read_to_end(&mut rest);
    end.map_or_else(|e| e.kind() == std::io::ErrorKind::ConnectionReset, |_| true)
}

fn healthy(address: &str) -> bool {
    let health = format!("http://{address}/healthz");
    http::exchange("GET", &health, &[], b"", Duration::from_secs(1)).is_ok_and(|answer| answer.status == 200)
}

const HALF: &str = "GET /healthz HTTP/1.1\r\nHost: a\r\n";

#[test]
fn half_open_connections_are_closed_and_others_are_answered_meanwhile() {
    run(Engine::Sqlite, async |t| {
        let limits = Limits { head: Duration::from_millis(600), ..Limits::of(1024) };
        within(t, limits, |address| {
            let begun = Instant::now();
            let mut half: Vec<TcpStream> = (0..30).map(|n| open(address, if n % 2 == 0 { HALF } else { "" })).collect();
            assert!(healthy(address) && begun.elapsed() < Duration::from_millis(500));
            // One that was answered and asks nothing more.
            let mut idle = open(address, &format!("{HALF}\r\n"));
            for stream in &mut half {
                assert!(closes(stream, Duration::from_secs(3)), "a half-open connection is held");
            }
            assert!(closes(&mut idle, Duration::from_secs(3)), "an idle connection is held");
            // A head that drips in is no better than none.
            let mut slow = open(address, HALF);
            let dripping = Instant::now();
            while slow.write_all(b"X: 1\r\n").is_ok() && dripping.elapsed() < Duration::from_secs(5) {
                std::thread::sleep(Duration::from_millis(50));
            }
            assert!(dripping.elapsed() < Duration::from_secs(3));
            assert!(healthy(address));
        })
        .await;
    });
}

#[test]
fn one_address_gets_so_many_connections_and_gives_them_back() {
    run(Engine::Sqlite, async |t| {
        // The test comes from this machine, which is otherwise let in like a proxy.
        let limits = Limits { per_proxy: 3, ..Limits::of(1024) };
        within(t, limits, |address| {
            let mut held: Vec<TcpStream> = (0..3).map(|_| open(address, HALF)).collect();
            // Taken in order: the fourth comes when the three are inside.
            assert!(closes(&mut open(address, HALF), Duration::from_secs(3)), "the fourth is let in");
            assert!(!healthy(address));
            drop(held.pop());
            let end = Instant::now() + Duration::from_secs(5);
            while !healthy(address) {
                assert!(Instant::now() < end, "the place that came free is not given on");
                std::thread::sleep(Duration::from_millis(20));
            }
        })
        .await;
    });
}

#[test]
fn a_quarter_of_the_handles_is_the_most_for_one_address_and_the_least_for_the_database() {
    for (handles, address, proxy) in [(256, 64, 192), (1024, 256, 768), (524_288, 256, 393_216), (2, 1, 2)] {
        let limits = Limits::of(handles);
        assert_eq!((limits.per_address, limits.per_proxy), (address, proxy), "{handles}");
        assert_eq!(limits.head, Duration::from_secs(10));
    }
}
