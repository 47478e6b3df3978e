//! Notes every statement that runs while the tests do, so that a last test can prepare each one on both engines, also those
//! that are put together and ran on one of them only.
//!
//! Only a build with debug assertions does so, and only if [`FOLDER`] names a folder: each process has a file of its own in
//! it, to which a statement is added before it runs the first time. What a killed process left unfinished has no end mark.

use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::SystemTime;

use crate::connect::Engine;

const FOLDER: &str = "WANQI_RECORD_SQL";
/// After a statement; the word before its text says on which engines it runs.
const END: char = '\0';

struct Notes {
    file: File,
    known: HashSet<u64>,
}

static NOTES: OnceLock<Option<Mutex<Notes>>> = OnceLock::new();

/// Notes a text for the engines it is written for: one, or both.
pub(crate) fn note(text: &str, only: Option<Engine>) {
    // This crate's own tests have tables of their own.
    if !cfg!(debug_assertions) || cfg!(test) {
        return;
    }
    let Some(notes) = NOTES.get_or_init(open) else { return };
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    let mut notes = notes.lock().unwrap_or_else(PoisonError::into_inner);
    if notes.known.insert(hasher.finish()) {
        let on = only.or(alone(text)).map_or("both", Engine::as_str);
        if let Err(error) = notes.file.write_all(format!("{on}\n{text}{END}").as_bytes()) {
            tracing::warn!(%error, "a statement could not be noted");
        }
    }
}

/// The engine a text says it is put together for, see [`Engine::only`].
fn alone(text: &str) -> Option<Engine> {
    [Engine::Sqlite, Engine::Postgres].into_iter().find(|engine| text.contains(engine.only()))
}

fn open() -> Option<Mutex<Notes>> {
    let folder = std::env::var_os(FOLDER)?;
    // Numbers of processes come again.
    let since = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_nanos();
    let path = Path::new(&folder).join(format!("{}-{since}", std::process::id()));
    match OpenOptions::new().create(true).append(true).open(&path) {
        Ok(file) => Some(Mutex::new(Notes { file, known: HashSet::new() })),
        Err(error) => {
            tracing::warn!(%error, path = %path.display(), "statements cannot be noted");
            None
        }
    }
}
