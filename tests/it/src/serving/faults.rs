//! Faults of disk and database are told in time: at the start, to whatever watches, to whoever waits for a page.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use db::Engine;

use super::config;
use crate::harness::engines::run;
use crate::harness::http::{self, Response};
use crate::harness::process::{Process, wanqi};
use crate::harness::token_county::{CODE, county};

fn get(url: &str, path: &str) -> Response {
    http::exchange("GET", &format!("{url}{path}"), &[], b"", Duration::from_secs(20)).unwrap()
}

/// Asks until the answer has this status; gives its text.
fn comes_to(url: &str, path: &str, status: u16, patience: Duration) -> String {
    let end = Instant::now() + patience;
    loop {
        let answer = get(url, path);
        if answer.status == status {
            return answer.text();
        }
        assert!(Instant::now() < end, "{path}: {} {}", answer.status, answer.text());
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// `wanqi serve` that is expected to end by itself: exit code and what it said. As somebody without rights if the test may
/// do everything.
fn refused(config: &str, powerless: bool) -> (i32, String) {
    let mut command = Command::new(wanqi());
    command.args(["--lang", "en", "--config", config, "serve"]).env("WANQI_LISTEN", "127.0.0.1:0").stdin(Stdio::null());
    #[cfg(unix)]
    if powerless && is_root() {
        use std::os::unix::process::CommandExt;
        command.uid(65_534).gid(65_534);
    }
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let id = child.id();
    let (done, waited) = std::sync::mpsc::channel::<()>();
    // A server that starts all the same must not keep the test for ever.
    std::thread::spawn(move || {
        if waited.recv_timeout(Duration::from_secs(20)).is_err() {
            let _ = Command::new("kill").arg(id.to_string()).status();
        }
    });
    let out = child.wait_with_output().unwrap();
    let _ = done.send(());
    (out.status.code().unwrap_or(-1), String::from_utf8(out.stderr).unwrap())
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout == b"0\n")
}

fn open_to(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_database_that_cannot_be_written_is_not_served() {
    run(Engine::Sqlite, async |t| {
        county(&t.db).await;
        t.db.close().await;
        let config = config(t, &t.url);
        tokio::task::block_in_place(|| {
            let file = t.folder().join("wanqi.db");
            open_to(Path::new(&config), 0o644);
            // The file, then the folder in which its companions are made.
            for (file_mode, folder_mode, named) in [(0o444, 0o777, file.as_path()), (0o666, 0o555, t.folder())] {
                open_to(&file, file_mode);
                open_to(t.folder(), folder_mode);
                let (code, said) = refused(&config, true);
                let place = format!("{} cannot be written: Permission denied", named.display());
                assert!(code == 1 && said.contains(&place) && said.contains("owner, permissions"), "{code}: {said}");
            }
            open_to(t.folder(), 0o755);
        });
    });
}

#[test]
fn a_postgres_that_may_only_be_read_is_not_served_and_not_ready() {
    run(Engine::Postgres, async |t| {
        county(&t.db).await;
        let config = config(t, &t.url);
        let name = t.url.rsplit('/').next().unwrap();
        let server =
            tokio::task::block_in_place(|| Process::start(&["--config", &config, "serve"], t.folder()).unwrap());
        assert_eq!(tokio::task::block_in_place(|| get(&server.url, "/readyz")).status, 200);
        let switch = format!(
            "ALTER DATABASE {name} SET default_transaction_read_only = on; \
             SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}' AND pid <> pg_backend_pid()"
        );
        t.db.read().await.unwrap().script(&switch).await.unwrap();
        tokio::task::block_in_place(|| {
            let (code, said) = refused(&config, false);
            assert!(code == 1 && said.contains("cannot be written") && said.contains("standby"), "{code}: {said}");
            let said = comes_to(&server.url, "/readyz", 503, Duration::from_secs(12));
            assert!(said.contains("database read-only") || said.contains("unavailable"), "{said}");
            assert_eq!(get(&server.url, "/healthz").status, 200, "the process itself is well");
        });
    });
}

/// A small file system of its own, taken away at the end.
struct Disk(PathBuf);

impl Disk {
    fn mount(folder: PathBuf, megabytes: u32) -> Option<Disk> {
        std::fs::create_dir_all(&folder).unwrap();
        let size = format!("size={megabytes}m");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(&folder).output();
        mounted.is_ok_and(|out| out.status.success()).then_some(Disk(folder))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_is_not_ready_until_there_is_room_again() {
    run(Engine::Sqlite, async |t| {
        let Some(disk) = Disk::mount(t.folder().join("disk"), 48) else {
            println!("left out: this user may not mount a file system to fill");
            return;
        };
        county(&t.db).await;
        t.db.close().await;
        let file = disk.0.join("wanqi.db");
        std::fs::copy(t.folder().join("wanqi.db"), &file).unwrap();
        let config = config(t, &format!("sqlite:{}", file.display()));
        tokio::task::block_in_place(|| {
            let server = Process::start(&["--config", &config, "serve"], t.folder()).unwrap();
            assert_eq!(comes_to(&server.url, "/readyz", 200, Duration::from_secs(5)), r#"{"status":"ok"}"#);
            let filler = disk.0.join("filler");
            std::fs::write(&filler, vec![1_u8; 36 << 20]).unwrap();
            assert_eq!(comes_to(&server.url, "/readyz", 503, Duration::from_secs(5)), r#"{"status":"disk full"}"#);
            std::fs::remove_file(&filler).unwrap();
            comes_to(&server.url, "/readyz", 200, Duration::from_secs(5));
            let left = std::fs::read_dir(&disk.0).unwrap().map(|entry| entry.unwrap().file_name());
            assert!(left.into_iter().all(|name| !name.to_string_lossy().contains("trial")));
        });
    });
}

/// A way to PostgreSQL that can be cut.
struct Way {
    port: u16,
    open: Arc<Mutex<Vec<TcpStream>>>,
    stop: Option<std::sync::mpsc::Sender<()>>,
}

impl Way {
    /// Listens on `port` (0 for any) and passes everything on to `to`.
    fn lay(port: u16, to: &str) -> Way {
        let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let port = listener.local_addr().unwrap().port();
        listener.set_nonblocking(true).unwrap();
        let (open, to) = (Arc::<Mutex<Vec<TcpStream>>>::default(), to.to_owned());
        let (stop, stopped) = std::sync::mpsc::channel();
        let kept = Arc::clone(&open);
        std::thread::spawn(move || {
            while stopped.recv_timeout(Duration::from_millis(2)) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                let Ok((here, _)) = listener.accept() else { continue };
                here.set_nonblocking(false).unwrap();
                let there = TcpStream::connect(&to).unwrap();
                for (from, into) in [(&here, &there), (&there, &here)] {
                    let (from, into) = (from.try_clone().unwrap(), into.try_clone().unwrap());
                    std::thread::spawn(move || pass(from, into));
                }
                kept.lock().unwrap().extend([here, there]);
            }
        });
        Way { port, open, stop: Some(stop) }
    }

    fn cut(&mut self) {
        drop(self.stop.take());
        std::thread::sleep(Duration::from_millis(50));
        for stream in self.open.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

fn pass(mut from: TcpStream, mut into: TcpStream) {
    let mut piece = [0_u8; 16 * 1024];
    while let Ok(n @ 1..) = from.read(&mut piece) {
        if into.write_all(&piece[..n]).is_err() {
            break;
        }
    }
    let _ = into.shutdown(Shutdown::Both);
}

fn raise(url: &str, token: &str) -> Response {
    let body = serde_json::json!({
        "credit_code": CODE, "title": "增容", "body": "变压器容量不足",
        "contact_name": "示范", "contact_phone": "19900000000",
    });
    let headers = [
        ("Authorization", format!("Bearer {token}")),
        ("Idempotency-Key", "once".to_owned()),
        ("Content-Type", "application/json".to_owned()),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value));
    let url = format!("{url}/api/v1/requests");
    http::exchange("POST", &url, &headers, body.to_string().as_bytes(), Duration::from_secs(20)).unwrap()
}

fn within_three_seconds(what: &str, ask: impl FnOnce() -> Response) {
    let begun = Instant::now();
    let answer = ask();
    let took = begun.elapsed();
    assert_eq!(answer.status, 503, "{what}: {}", answer.text());
    assert!(took < Duration::from_secs(3), "{what}: {took:?}");
}

#[test]
fn while_postgres_is_away_everybody_is_told_within_three_seconds_and_it_recovers_by_itself() {
    run(Engine::Postgres, async |t| {
        let token = county(&t.db).await;
        let direct = t.url.rsplit('@').next().and_then(|rest| rest.split('/').next()).unwrap().to_owned();
        tokio::task::block_in_place(|| {
            let mut way = Way::lay(0, &direct);
            let config = config(t, &t.url.replace(&direct, &format!("127.0.0.1:{}", way.port)));
            let server = Process::start(&["--config", &config, "serve"], t.folder()).unwrap();
            assert_eq!(get(&server.url, "/raise").status, 200);
            way.cut();
            within_three_seconds("a page", || get(&server.url, "/raise"));
            within_three_seconds("the API", || raise(&server.url, &token));
            within_three_seconds("readiness", || get(&server.url, "/readyz"));
            // A crowd after a pause: they wait together, not in turn.
            std::thread::sleep(Duration::from_millis(1500));
            std::thread::scope(|scope| {
                for n in 0..24 {
                    let (url, token) = (&server.url, &token);
                    scope.spawn(move || match n % 2 {
                        0 => within_three_seconds("a page of many", || get(url, "/raise")),
                        _ => within_three_seconds("the API, one of many", || raise(url, token)),
                    });
                }
            });
            let way = Way::lay(way.port, &direct);
            comes_to(&server.url, "/raise", 200, Duration::from_secs(4));
            let end = Instant::now() + Duration::from_secs(4);
            while !matches!(raise(&server.url, &token).status, 200 | 201) {
                assert!(Instant::now() < end, "the API does not recover");
                std::thread::sleep(Duration::from_millis(100));
            }
            comes_to(&server.url, "/readyz", 200, Duration::from_secs(6));
            let lines = server.log().matches("jobs could not be claimed").count();
            assert!(lines <= 2, "the log is told once, not every second: {lines}");
            drop(way);
        });
    });
}

#[test]
fn a_start_without_postgres_ends_with_clear_words() {
    run(Engine::Postgres, async |t| {
        tokio::task::block_in_place(|| {
            let config = config(t, &format!("postgres://wanqi@127.0.0.1:{}/wanqi", http::free_port().unwrap()));
            let begun = Instant::now();
            let (code, said) = refused(&config, false);
            assert!(code == 1 && said.contains("The database is not available"), "{code}: {said}");
            assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
        });
    });
}

#[test]
fn uploads_that_strangers_broke_are_no_errors_of_ours() {
    run(Engine::Sqlite, async |t| {
        county(&t.db).await;
        let config = config(t, &t.url);
        tokio::task::block_in_place(|| {
            let server = Process::start(&["--config", &config, "serve"], t.folder()).unwrap();
            let kind = |kind: &str| [("Content-Type".to_owned(), kind.to_owned())];
            let multipart = kind("multipart/form-data; boundary=x");
            for body in ["--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nno end", "--x\r\n\r\n\r\n", "noise"]
            {
                let url = format!("{}/raise", server.url);
                let answer = http::exchange("POST", &url, &multipart, body.as_bytes(), Duration::from_secs(9)).unwrap();
                assert!((400..500).contains(&answer.status), "{body}: {}", answer.status);
            }
            let nameless = kind("multipart/form-data");
            let url = format!("{}/sign-in", server.url);
            http::exchange("POST", &url, &nameless, b"x", Duration::from_secs(9)).unwrap();
            assert!(!server.log().contains("ERROR"), "{}", server.log());
        });
    });
}
