//! Everything an installation keeps is its owner's alone, however it came to be.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use db::Engine;

use crate::harness::engines::{TestDb, fresh, run};
use crate::harness::http;
use crate::harness::process::{Process, run as wanqi};

/// What group or others may do something with, in the folder and below.
fn open_to_others(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(path) = waiting.pop() {
        let meta = std::fs::symlink_metadata(&path).unwrap();
        let mode = meta.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            found.push(format!("{mode:o} {}", path.display()));
        }
        if meta.is_dir() {
            waiting.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        }
    }
    found
}

fn done(args: &[&str]) {
    let (code, out, err) = wanqi(args);
    assert_eq!(code, 0, "{args:?}\n{out}{err}");
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

fn installed(t: &TestDb) -> (PathBuf, String) {
    let dir = t.folder().join("srv");
    let file = text(&dir.join("wanqi.toml"));
    done(&["init", "--dir", &text(&dir)]);
    (dir, file)
}

#[test]
fn what_init_demo_backup_restore_and_copy_make_nobody_else_can_read() {
    run(Engine::Sqlite, async |t| {
        tokio::task::block_in_place(|| {
            let (dir, config) = installed(t);
            assert_eq!(open_to_others(&dir), [""; 0], "init");
            let backup = text(&t.folder().join("backup.tar"));
            done(&["--config", &config, "backup", &backup]);
            let restored = t.folder().join("restored");
            let url = format!("sqlite:{}", restored.join("wanqi.db").display());
            done(&["restore", &backup, "--to", &url, "--data-dir", &text(&restored)]);
            assert_eq!(open_to_others(&restored), [""; 0], "restore");
            let copied = t.folder().join("copied.db");
            done(&["--config", &config, "db", "copy", "--from", &url, "--to", &format!("sqlite:{}", copied.display())]);
            assert_eq!(open_to_others(&copied), [""; 0], "copy");
            assert_eq!(open_to_others(&dir), [""; 0], "what a copy notes of itself");
            let demo = t.folder().join("demo");
            let server = Process::start(&["demo", "--dir", &text(&demo), "--port", "{port}"], t.folder()).unwrap();
            let page =
                http::exchange("GET", &format!("{}/readyz", server.url), &[], b"", std::time::Duration::from_secs(9));
            assert_eq!(page.unwrap().status, 200);
            assert_eq!(open_to_others(&demo), [""; 0], "demo, being served");
        });
    });
}

#[test]
fn a_start_closes_what_an_earlier_version_left_open() {
    run(Engine::Sqlite, async |t| {
        tokio::task::block_in_place(|| {
            let (dir, config) = installed(t);
            let data = dir.join("wanqi-data");
            let deep = data.join("files").join("01");
            std::fs::create_dir_all(&deep).unwrap();
            std::fs::write(deep.join("a"), "x").unwrap();
            let mut server = Process::start(&["--config", &config, "serve"], t.folder()).unwrap();
            server.kill();
            let open = |path: &Path, mode| {
                std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
            };
            for path in ["wanqi.db", "wanqi.db-wal", "wanqi.db-shm", "files/01/a"] {
                open(&data.join(path), 0o644);
            }
            for path in ["", "files", "files/01"] {
                open(&data.join(path), 0o755);
            }
            let _server = Process::start(&["--config", &config, "serve"], t.folder()).unwrap();
            for _ in 0..200 {
                if open_to_others(&data).is_empty() {
                    return;
                }
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
            assert_eq!(open_to_others(&data), [""; 0]);
        });
    });
}

#[test]
fn a_copy_into_a_file_that_was_there_is_closed_too() {
    run(Engine::Sqlite, async |t| {
        let there = fresh(Engine::Sqlite, true).await;
        there.db.close().await;
        t.db.close().await;
        tokio::task::block_in_place(|| {
            let file = there.folder().join("wanqi.db");
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
            // From a folder where no installation stands: nothing is left in it.
            let empty = there.folder().join("empty");
            std::fs::create_dir(&empty).unwrap();
            let copy = |folder: &Path, to: &str| {
                let mut command = std::process::Command::new(crate::harness::process::wanqi());
                command.current_dir(folder).args(["db", "copy", "--from", &t.url, "--to", to, "--lang", "en"]);
                let out = command.output().unwrap();
                let said = String::from_utf8(out.stderr).unwrap();
                assert!(out.status.success(), "{said}");
                said
            };
            assert!(copy(&empty, &there.url).contains("no anchor of the audit"));
            assert_eq!(std::fs::read_dir(&empty).unwrap().count(), 0);
            assert_eq!(open_to_others(&file), [""; 0]);
            // Where one stands the head is noted beside its data.
            let (dir, _) = installed(t);
            let second = format!("sqlite:{}", there.folder().join("second.db").display());
            assert!(!copy(&dir, &second).contains("anchor"));
            let noted = std::fs::read_to_string(dir.join("wanqi-data").join("audit-anchors.log")).unwrap();
            assert!(noted.lines().last().unwrap().contains(" copied from "), "{noted}");
        });
    });
}
