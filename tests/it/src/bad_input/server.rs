//! What strikes the real process: an upload of 200 MB, a full disk, a database of a newer version, an unpublished year.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use db::{Db, Engine, sql};
use kernel::{Clock, SystemClock};
use testkit::both_engines;

use crate::harness::client::Client;
use crate::harness::engines::{TestDb, fresh, run};
use crate::harness::html;
use crate::harness::http;
use crate::harness::process::{self, Process};
use crate::harness::token_county::{CODE, county};

fn config(folder: &Path, url: &str, data: &Path) -> String {
    let file = folder.join("wanqi.toml");
    std::fs::write(
        &file,
        format!("database = {url:?}\ndata_dir = {:?}\nlanguage = \"zh-CN\"\n", data.display().to_string()),
    )
    .unwrap();
    file.display().to_string()
}

/// Megabytes the process ever held in memory.
fn most_memory(process: &Process) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

/// One answer from a connection that stays open.
fn answer(stream: &mut TcpStream) -> (String, String) {
    let mut head = Vec::new();
    let mut byte = [0_u8];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:")).unwrap().trim().parse().unwrap();
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    (head, String::from_utf8(body).unwrap())
}

/// Sends a form with `megabytes` in one field, piece by piece. `token` is that of a visitor, who holds it in a cookie.
fn send_much(stream: &mut TcpStream, token: &str, kind: &str, before: &str, after: &str, megabytes: usize) {
    let piece = vec![b'x'; 1024 * 1024];
    let length = before.len() + after.len() + megabytes * piece.len();
    write!(
        stream,
        "POST /raise HTTP/1.1\r\nHost: x\r\nCookie: wanqi-form={token}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n{before}"
    )
    .unwrap();
    for _ in 0..megabytes {
        stream.write_all(&piece).unwrap();
    }
    stream.write_all(after.as_bytes()).unwrap();
}

both_engines! {
    async fn two_hundred_megabytes_get_a_page_and_the_connection_goes_on(t: TestDb) {
        county(&t.db).await;
        let config = config(t.folder(), &t.url, t.folder());
        tokio::task::block_in_place(|| {
            let server = Process::start(&["--config", &config, "serve"], t.folder()).unwrap();
            let mut stream = TcpStream::connect(server.url.trim_start_matches("http://")).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
            let token = token(&server.url);
            let part = |field: &str| format!("--x\r\nContent-Disposition: form-data; name=\"{field}\"{}\r\n\r\n", if field == "title" { "" } else { "; filename=\"a.jpg\"" });
            let (plain, multipart) = ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x");
            let after_token = |field: &str| format!("--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n{}", part(field));
            let cases = [(plain, "title=".to_owned(), ""), (multipart, part("title"), "\r\n--x--\r\n"), (multipart, after_token("sheet"), "\r\n--x--\r\n")];
            for (kind, before, after) in cases {
                send_much(&mut stream, &token, kind, &before, after, 200);
                let (head, body) = answer(&mut stream);
                assert!(head.starts_with("http/1.1 413") && body.contains("太大，最多"), "{before}: {head} {}", html::text(&body));
                // The same connection.
                stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
                assert!(answer(&mut stream).0.starts_with("http/1.1 200"), "{before}");
            }
            // An attachment that is too large leaves the form standing, with and without the token before it.
            for before in [after_token("attachment"), part("attachment")] {
                send_much(&mut stream, &token, multipart, &before, "\r\n--x--\r\n", 200);
                let (head, _) = answer(&mut stream);
                assert!(head.starts_with("http/1.1 422"), "{before}: {head}");
            }
            let most = most_memory(&server);
            assert!(most < 150, "{most} MB");
            assert_eq!(std::fs::read_dir(t.folder().join("incoming")).unwrap().count(), 0, "nothing is left lying");
        });
    }
}

/// The form token of a new visitor.
fn token(url: &str) -> String {
    let page = Client::new(url).get("/raise").unwrap();
    let cookies = page.header("set-cookie").unwrap().to_owned();
    cookies.split("wanqi-form=").nth(1).unwrap().split(';').next().unwrap().to_owned()
}

both_engines! {
    async fn cheap_forms_do_no_dear_work(t: TestDb) {
        county(&t.db).await;
        let config = config(t.folder(), &t.url, t.folder());
        tokio::task::block_in_place(|| {
            let server = Process::start(&["--config", &config, "serve"], t.folder()).unwrap();
            let token = token(&server.url);
            let first = format!("--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n");
            let post = |body: &mut dyn Iterator<Item = &[u8]>, length: usize| {
                let mut stream = TcpStream::connect(server.url.trim_start_matches("http://")).unwrap();
                stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
                write!(stream, "POST /raise HTTP/1.1\r\nHost: x\r\nCookie: wanqi-form={token}\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: {length}\r\n\r\n").unwrap();
                let begun = std::time::Instant::now();
                // Where the server had enough of it, writing fails.
                let sent: usize = body.map_while(|piece| stream.write_all(piece).ok().map(|()| piece.len())).sum();
                let mut head = [0; 12];
                let status = stream.read_exact(&mut head).ok().map(|()| String::from_utf8_lossy(&head[9..]).into_owned());
                (status, sent, begun.elapsed())
            };
            // 20,000 files of one byte in 1.6 MB.
            let file = b"--x\r\nContent-Disposition: form-data; name=\"attachment\"; filename=\"a\"\r\n\r\nx\r\n";
            let pieces = || std::iter::once(first.as_bytes()).chain(std::iter::repeat_n(&file[..], 20_000)).chain([&b"--x--\r\n"[..]]);
            let (status, _, took) = post(&mut pieces(), pieces().map(<[u8]>::len).sum());
            assert_eq!(status.as_deref(), Some("422"));
            assert!(took < Duration::from_secs(10), "{took:?}");
            assert_eq!(std::fs::read_dir(t.folder().join("incoming")).unwrap().count(), 0);
            // 250 MB of empty fields with names of 7 KB, and one name of 100 MB.
            let before = most_memory(&server);
            let field = format!("--x\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n\r\n", "n".repeat(7000));
            let pieces = || std::iter::once(first.as_bytes()).chain(std::iter::repeat_n(field.as_bytes(), 35_000));
            let (status, ..) = post(&mut pieces(), pieces().map(<[u8]>::len).sum());
            assert!(matches!(status.as_deref(), None | Some("413")), "{status:?}");
            let name = "n".repeat(1024 * 1024);
            let begin = b"--x\r\nContent-Disposition: form-data; name=\"";
            let pieces = || [first.as_bytes(), begin].into_iter().chain(std::iter::repeat_n(name.as_bytes(), 100));
            let (_, sent, _) = post(&mut pieces(), pieces().map(<[u8]>::len).sum());
            assert!(sent < 50 * 1024 * 1024, "{sent} bytes were read");
            // More than anybody is patient for is not even begun.
            let (status, ..) = post(&mut [first.as_bytes()].into_iter(), 1 << 30);
            assert_eq!(status.as_deref(), Some("413"));
            let most = most_memory(&server);
            assert!(most < before.max(100) + 30, "{before} MB, then {most} MB");
            assert_eq!(Client::new(&server.url).get("/healthz").unwrap().status, 200);
        });
    }
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

fn raise(url: &str, token: &str, key: usize) -> http::Response {
    let body = serde_json::json!({
        "credit_code": CODE, "title": format!("增容 {key}"), "body": "变压器容量不足".repeat(900),
        "contact_name": "示范", "contact_phone": "19900000000",
    });
    let headers = [
        ("Authorization", format!("Bearer {token}")),
        ("Idempotency-Key", format!("key-{key}")),
        ("Content-Type", "application/json".to_owned()),
        ("Accept-Language", "zh-CN".to_owned()),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value));
    let url = format!("{url}/api/v1/requests");
    http::exchange("POST", &url, &headers, body.to_string().as_bytes(), Duration::from_secs(30)).unwrap()
}

#[test]
fn on_a_full_disk_nothing_is_half_done_and_the_server_stays_up() {
    run(Engine::Sqlite, async |t| {
        let Some(disk) = Disk::mount(t.folder().join("disk"), 12) else {
            println!("left out: this user may not mount a file system to fill");
            return;
        };
        let file = disk.0.join("wanqi.db");
        t.db.close().await;
        std::fs::copy(t.folder().join("wanqi.db"), &file).unwrap();
        let url = format!("sqlite:{}", file.display());
        let db = Db::open(&url).await.unwrap();
        let token = county(&db).await;
        db.close().await;
        let config = config(t.folder(), &url, &disk.0);
        let kept = tokio::task::block_in_place(|| {
            let mut server = Process::start(&["--config", &config, "serve"], t.folder()).unwrap();
            let ballast = disk.0.join("ballast");
            let mut big = std::fs::File::create(&ballast).unwrap();
            // Everything but a little.
            while big.write_all(&[0; 65536]).is_ok() {}
            big.set_len(big.metadata().unwrap().len() - 1024 * 1024).unwrap();
            drop(big);
            // Several at once, so that some share the commit that fails.
            let writers: Vec<_> = (0..4)
                .map(|writer| {
                    let (url, token) = (server.url.clone(), token.clone());
                    std::thread::spawn(move || {
                        let mut answers = (0..400).map(|n| raise(&url, &token, writer * 1000 + n)).enumerate();
                        answers.find(|(_, answer)| answer.status != 201).expect("the disk is full at last")
                    })
                })
                .collect();
            let mut kept = 0;
            for (acknowledged, refused) in writers.into_iter().map(|writer| writer.join().unwrap()) {
                kept += acknowledged;
                let text = refused.text();
                let said = text.contains("磁盘已满") || text.contains("写入没有成功，没有保存任何内容");
                assert!(refused.status == 503 && said, "{} {text}", refused.status);
            }
            assert!(kept > 4, "only {kept} were kept before");
            // Reading goes on; a page that would write says the same in a page; a file finds no place either.
            let mut person = Client::new(&server.url);
            assert_eq!(person.get("/raise").unwrap().status, 200);
            let page = person.get(&format!("/raise?e={CODE}")).unwrap().text();
            let form = html::forms(&page).into_iter().find(|f| f.action == "/raise").unwrap();
            let mut parts: Vec<_> =
                form.fields.iter().map(|(n, v)| (n.as_str(), crate::harness::client::Part::Text(v))).collect();
            let photo = [[0xff, 0xd8, 0xff, 0xe0].as_slice(), &[0; 400_000]].concat();
            parts.push((
                "attachment",
                crate::harness::client::Part::File { name: "a.jpg", media_type: "image/jpeg", bytes: &photo },
            ));
            let answer = person.post_multipart("/raise", &parts).unwrap();
            assert!(
                answer.status == 503 && answer.text().contains("服务器的空间不多了"),
                "{} {}",
                answer.status,
                html::text(&answer.text())
            );
            // Neither is a full disk a reason not to start. The log of writes is put away then, which may make room for a few.
            server.kill();
            let server = Process::start(&["--config", &config, "serve"], t.folder()).unwrap();
            for key in 5000..5010 {
                match raise(&server.url, &token, key).status {
                    201 => kept += 1,
                    status => assert_eq!(status, 503),
                }
            }
            std::fs::remove_file(&ballast).unwrap();
            for key in 6000..6010 {
                let answer = raise(&server.url, &token, key);
                assert_eq!(answer.status, 201, "after space is made writes work again: {}", answer.text());
                kept += 1;
            }
            drop(server);
            kept as i64
        });
        let db = Db::open(&url).await.unwrap();
        let mut conn = db.read().await.unwrap();
        for table in ["request", "need", "case_event"] {
            let count: i64 =
                db::sql_text(format!("SELECT COUNT(*) FROM {table}")).one(&mut conn).await.unwrap().get(0).unwrap();
            assert_eq!(count, kept, "{table}: exactly what was acknowledged");
        }
        let whole: String =
            db::sql_on(Engine::Sqlite, "PRAGMA integrity_check").one(&mut conn).await.unwrap().get(0).unwrap();
        assert_eq!(whole, "ok");
        assert!(identity::verify(&mut conn).await.unwrap().is_whole());
        drop(conn);
        db.close().await;
    });
}

both_engines! {
    async fn a_database_of_a_newer_version_is_left_alone(t: TestDb) {
        let mut tx = t.db.begin().await.unwrap();
        let step = sql("INSERT INTO schema_migration (module, version, applied_at) VALUES ('casework', 99, $1)");
        step.bind(SystemClock.now()).run(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let config = config(t.folder(), &t.url, t.folder());
        tokio::task::block_in_place(|| {
            for (lang, said) in [("en", "newer version"), ("zh", "更新的版本")] {
                let port = http::free_port().unwrap();
                let out = Command::new(process::wanqi())
                    .args(["--lang", lang, "--config", &config, "serve"])
                    .env("WANQI_LISTEN", format!("127.0.0.1:{port}"))
                    .output()
                    .unwrap();
                let text = String::from_utf8_lossy(&out.stderr).into_owned();
                assert_eq!(out.status.code(), Some(1), "{text}");
                assert!(text.contains(said) && text.contains("casework") && text.contains("99"), "{text}");
            }
        });
    }
}

#[test]
fn a_year_whose_notice_is_not_entered_is_provisional_and_refused_when_only_confirmed_ones_are_asked_for() {
    let run = |lang: &str, words: &str| {
        let words: Vec<&str> = ["--lang", lang, "workdays"].into_iter().chain(words.split(' ')).collect();
        process::run(&words)
    };
    let (code, out, err) = run("en", "add 2026-12-31 1");
    assert_eq!((code, out.trim()), (0, "2027-01-04 provisional"));
    assert!(err.contains("entered until 2026-12-31") && !err.contains("published"), "{err}");
    let (code, out, err) = run("zh", "add 2026-12-31 1");
    assert_eq!((code, out.trim()), (0, "2027-01-04 暂定"));
    assert!(err.contains("法定节假日") && !err.contains("公布"), "{err}");
    let (code, out, _) = run("en", "count 2027-02-04 2027-02-09");
    assert_eq!((code, out.trim()), (0, "1 provisional"));
    let (code, out, err) = run("en", "add 2026-12-31 1 --confirmed-only");
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("2027") && err.contains("not entered"), "{err}");
    let (code, out, _) = run("en", "show 2027-02-05");
    assert_eq!((code, out.trim()), (0, "2027-02-05  day off  春节  provisional"));
    let (code, out, _) = run("en", "show 2027");
    assert!(code == 0 && out.starts_with("The holiday notice for 2027 is not entered") && out.contains("2027-10-03"));
    let (code, _, err) = run("en", "add 2100-12-31 1");
    assert!(code == 2 && err.contains("2101"), "{err}");
}

#[test]
fn a_database_that_is_no_database_is_named() {
    testkit::block_on(async {
        let t = fresh(Engine::Sqlite, false).await;
        t.db.close().await;
        let file = t.folder().join("wanqi.db");
        std::fs::write(&file, "这不是数据库".repeat(500)).unwrap();
        let config = config(t.folder(), &t.url, t.folder());
        let (code, _, err) =
            tokio::task::block_in_place(|| process::run(&["--lang", "en", "--config", &config, "serve"]));
        assert!(code == 1 && !err.contains("panicked"), "{code} {err}");
        assert!(err.to_lowercase().contains("not a database"), "{err}");
    });
}
