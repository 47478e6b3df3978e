//! GET /readyz: whether the server can do its work, reading and writing. For whatever watches the process.
//!
//! A probe must cost next to nothing: no transaction is kept, nothing is flushed to the disk, and whoever asks more often
//! than every few seconds gets the answer of before.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Extension;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use db::Db;
use tokio::sync::Mutex;

use crate::serve::{folder_of, sqlite_file};

/// How long an answer holds.
const FRESH: Duration = Duration::from_secs(3);
/// With less than this free the next upload or checkpoint of the database may fail.
const FLOOR: u64 = 16 << 20;
/// What the trial file holds: enough that a file system without room refuses it.
const TRIAL: usize = 4096;

/// How ready the server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Ready,
    /// It does not answer.
    Away,
    /// It answers and takes no writes.
    ReadOnly,
    Full,
    /// The data folder takes no files.
    Closed,
}

impl State {
    const fn say(self) -> &'static str {
        match self {
            State::Ready => "ok",
            State::Away => "database unavailable",
            State::ReadOnly => "database read-only",
            State::Full => "disk full",
            State::Closed => "data folder not writable",
        }
    }
}

/// Looks, and remembers for a moment what it saw.
pub(crate) struct Probe {
    db: Db,
    data_dir: PathBuf,
    seen: Mutex<Option<(Instant, State)>>,
}

impl Probe {
    pub(crate) fn new(db: Db, data_dir: PathBuf) -> Probe {
        Probe { db, data_dir, seen: Mutex::new(None) }
    }

    async fn state(&self) -> State {
        let mut seen = self.seen.lock().await;
        match *seen {
            Some((at, state)) if at.elapsed() < FRESH => state,
            before => {
                let state = self.look().await;
                if before.map_or(State::Ready, |(_, state)| state) != state {
                    tracing::warn!(state = state.say(), "readiness changed");
                }
                *seen = Some((Instant::now(), state));
                state
            }
        }
    }

    async fn look(&self) -> State {
        let database = self.db.sqlite_path().map(PathBuf::from);
        let data_dir = self.data_dir.clone();
        let disk = tokio::task::spawn_blocking(move || look_at_disk(&data_dir, database.as_deref())).await;
        match disk {
            Ok(State::Ready) => match self.db.writable().await {
                Ok(()) => State::Ready,
                Err(error) if error.code == db::READ_ONLY => State::ReadOnly,
                Err(error) if error.code == "disk-full" => State::Full,
                Err(_) => State::Away,
            },
            Ok(state) => state,
            Err(_) => State::Closed,
        }
    }
}

/// The folders of attachments and of the database, and its file. Blocks.
fn look_at_disk(data_dir: &Path, database: Option<&Path>) -> State {
    for folder in [Some(data_dir), database.map(folder_of)].into_iter().flatten() {
        if web::disk::space(folder).is_some_and(|space| space.free < FLOOR) {
            return State::Full;
        }
        if let Err(error) = try_folder(folder) {
            return if error.kind() == std::io::ErrorKind::StorageFull { State::Full } else { State::Closed };
        }
    }
    match database.map(sqlite_file) {
        Some(Err(_)) => State::ReadOnly,
        _ => State::Ready,
    }
}

/// Makes a small file and takes it away again, without waiting for the disk.
pub(crate) fn try_folder(folder: &Path) -> std::io::Result<()> {
    let trial = folder.join(format!(".trial-{}", std::process::id()));
    let made = std::fs::write(&trial, [0; TRIAL]);
    let gone = std::fs::remove_file(&trial);
    // A server beside this one may have the same number.
    made.and(gone.or_else(|e| if e.kind() == std::io::ErrorKind::NotFound { Ok(()) } else { Err(e) }))
}

/// The page itself.
pub(crate) async fn page(Extension(probe): Extension<Arc<Probe>>) -> Response {
    let state = probe.state().await;
    let status = if state == State::Ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, [(CONTENT_TYPE, "application/json")], format!(r#"{{"status":"{}"}}"#, state.say())).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_folder_the_file_and_the_database_are_looked_at() {
        let dir = std::env::temp_dir().join(format!("wanqi-ready-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let file = dir.join("wanqi.db");
        let db = Db::open(&format!("sqlite:{}", file.display())).await.unwrap();
        let probe = Probe::new(db.clone(), dir.clone());
        assert_eq!(probe.state().await, State::Ready);
        let gone = Probe::new(db.clone(), dir.join("gone"));
        assert_eq!(gone.state().await, State::Closed);
        assert_eq!(look_at_disk(&dir, Some(&dir.join("gone.db"))), State::ReadOnly);
        db.close().await;
        assert_eq!(probe.look().await, State::Away);
        assert_eq!(probe.state().await, State::Ready, "the answer of a moment ago");
        assert_eq!(
            std::fs::read_dir(&dir)
                .unwrap()
                .filter(|e| e.as_ref().is_ok_and(|e| e.file_name().to_string_lossy().contains("trial")))
                .count(),
            0
        );
        std::fs::remove_dir_all(&dir).unwrap();
    }
}
