//! Which runners of this machine still live: each holds a locked file for as long as its process does, and the system takes
//! the lock away with the process, however that ends. So what a dead one was doing is known at once, and a live one is
//! never mistaken for dead: who cannot be judged keeps its leases until they run out.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use db::{Db, Engine};
use kernel::{Error, Result};

use crate::store;

/// Between the machine's start and the owner in a file's name; neither has one.
const BETWEEN: char = '_';

/// A runner made known; for as long as this lives it counts as alive.
#[derive(Debug)]
pub struct Present {
    path: PathBuf,
    lock: File,
    /// No other live runner is known in the folder.
    pub alone: bool,
    /// Owner and file of those who died.
    dead: Vec<(String, PathBuf)>,
}

impl Present {
    /// When it was made known, by the clock of the file system, as the other files beside it have it.
    ///
    /// # Errors
    /// The file system keeps no times.
    pub fn since(&self) -> std::io::Result<SystemTime> {
        self.lock.metadata()?.modified()
    }

    /// The locked file.
    #[cfg(test)]
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Puts `owner` into `folder`.
///
/// # Errors
/// `storage` if the folder cannot be used.
pub(crate) async fn announce(owner: &str, folder: &Path, engine: Engine) -> Result<Present> {
    let (folder, own) = (folder.to_owned(), owner.to_owned());
    let work = move || lock(&folder, &own, engine).map_err(|e| Error::unavailable("storage").inside(e));
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}

/// Ends the leases of the dead, and returns how many those were.
pub(crate) async fn succeed(db: &Db, present: &Present, now: DateTime<Utc>) -> Result<u64> {
    let busy = store::owners(&mut db.read().await?).await?;
    let mut taken_over = 0;
    if present.dead.iter().any(|(owner, _)| busy.contains(owner)) {
        let mut tx = db.begin().await?;
        for (owner, _) in &present.dead {
            taken_over += store::end_leases(&mut tx, owner, now).await?;
        }
        tx.commit().await?;
    }
    // Only now: who died before the commit leaves them for the next one.
    for (_, path) in &present.dead {
        let _ = std::fs::remove_file(path);
    }
    Ok(taken_over)
}

/// The own file, locked, and owner and file of everybody whose lock is free. Blocks.
fn lock(folder: &Path, own: &str, engine: Engine) -> std::io::Result<Present> {
    std::fs::create_dir_all(folder)?;
    let start = machine_start();
    let path = folder.join(format!("{start}{BETWEEN}{own}"));
    let file = File::create(&path)?;
    file.lock()?;
    let mut present = Present { path, lock: file, alone: true, dead: Vec::new() };
    for entry in std::fs::read_dir(folder)?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some((its_start, owner)) = name.split_once(BETWEEN).filter(|(_, owner)| *owner != own) else { continue };
        // All users of an SQLite file are on one machine. Of several on a shared folder each judges its own, since the
        // last start of the system: locks of other machines are not always seen.
        let judged = engine == Engine::Sqlite || (!start.is_empty() && its_start == start);
        match File::open(entry.path()).map(|file| file.try_lock()) {
            Ok(Ok(())) if judged => present.dead.push((owner.to_owned(), entry.path())),
            Ok(_) => present.alone = false,
            // Gone meanwhile.
            Err(_) => {}
        }
    }
    Ok(present)
}

/// What the system calls the time since its last start; empty where it says nothing.
fn machine_start() -> String {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default().trim().to_owned()
}
