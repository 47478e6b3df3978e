//! A file that came with a form: it lies in `data_dir/incoming` until it is kept or dropped, and what lies there is limited.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use kernel::{Error, ErrorKind, Result};
use sha2::{Digest, Sha256};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;

use crate::disk;
use crate::state::AppState;

/// So many bytes may be on their way at once: from visitors nobody knows, and from people who are signed in. The one cannot
/// use up what the other needs.
const GUESTS: u64 = 512 * 1024 * 1024;
/// So many of them from one address; a whole park may share an address.
const OF_ADDRESS: u64 = 128 * 1024 * 1024;
const KNOWN: u64 = 2 * 1024 * 1024 * 1024;

/// Where they lie, beside the database.
const INCOMING: &str = "incoming";

static GUESTS_NOW: AtomicU64 = AtomicU64::new(0);
static KNOWN_NOW: AtomicU64 = AtomicU64::new(0);
/// What is on its way from visitors, by address.
static BY_ADDRESS: Mutex<BTreeMap<String, u64>> = Mutex::new(BTreeMap::new());
/// Visitors' files are taken while so much is free on the disk, or a twentieth of a small one.
const FLOOR: u64 = 2 * 1024 * 1024 * 1024;

/// Room on the disk for what is on its way; given back when dropped.
#[derive(Debug)]
struct Room {
    /// The address of a visitor.
    guest: Option<String>,
    bytes: u64,
}

/// The counts by address, whatever became of who held them last.
fn by_address() -> MutexGuard<'static, BTreeMap<String, u64>> {
    BY_ADDRESS.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Room {
    fn of(&self) -> (&'static AtomicU64, u64) {
        if self.guest.is_some() { (&GUESTS_NOW, GUESTS) } else { (&KNOWN_NOW, KNOWN) }
    }

    /// # Errors
    /// `uploads-busy` when there is no more.
    fn take(&mut self, bytes: u64) -> Result<()> {
        let (now, most) = self.of();
        let before = now.fetch_add(bytes, Ordering::Relaxed);
        self.bytes += bytes;
        let mut own = 0;
        if let Some(address) = &self.guest {
            let mut all = by_address();
            let count = all.entry(address.clone()).or_default();
            *count += bytes;
            own = *count;
        }
        if before + bytes > most || own > OF_ADDRESS {
            Err(Error::new(ErrorKind::Unavailable, "uploads-busy"))
        } else {
            Ok(())
        }
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.of().0.fetch_sub(self.bytes, Ordering::Relaxed);
        if let Some(address) = &self.guest {
            let mut all = by_address();
            if let Some(count) = all.get_mut(address) {
                *count = count.saturating_sub(self.bytes);
                if *count == 0 {
                    all.remove(address);
                }
            }
        }
    }
}

/// A file that came with a form; it lies in a temporary place and is removed when dropped, unless taken.
#[derive(Debug)]
pub struct Upload {
    pub field: String,
    pub name: String,
    pub bytes: u64,
    pub sha256: [u8; 32],
    path: PathBuf,
    room: Room,
}

impl Upload {
    /// Where the file lies for now.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Moves the file to where it is kept; once this returns it survives a loss of power.
    pub async fn keep(self, to: &Path) -> Result<()> {
        File::open(&self.path).await.map_err(failed)?.sync_all().await.map_err(failed)?;
        self.set_aside(to).await
    }

    /// Moves the file to where it may wait a while. A loss of power may take it.
    pub async fn set_aside(self, to: &Path) -> Result<()> {
        tokio::fs::rename(&self.path, to).await.map_err(failed)
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

/// A file being written.
pub(super) struct Writing {
    upload: Upload,
    out: File,
    hash: Sha256,
}

impl Writing {
    /// `guest`: the address of somebody who is not signed in.
    ///
    /// # Errors
    /// `disk-full`, `storage`; `uploads-full` for a visitor when the disk has little left.
    pub(super) async fn begin(state: &AppState, guest: Option<String>, field: String, file: &str) -> Result<Writing> {
        let dir = state.config.data_dir.join(INCOMING);
        tokio::fs::create_dir_all(&dir).await.map_err(failed)?;
        if guest.is_some() && disk::space(&dir).is_some_and(|space| space.free < FLOOR.min(space.all / 20)) {
            return Err(Error::new(ErrorKind::Unavailable, "uploads-full"));
        }
        let mut unique = [0_u8; 16];
        state.random.fill(&mut unique);
        let hex: String = unique.iter().map(|b| format!("{b:02x}")).collect();
        let upload = Upload {
            field,
            name: kernel::file_name(file),
            bytes: 0,
            sha256: [0; 32],
            path: dir.join(hex),
            room: Room { guest, bytes: 0 },
        };
        let out = File::create(&upload.path).await.map_err(failed)?;
        Ok(Writing { upload, out, hash: Sha256::new() })
    }

    /// # Errors
    /// `disk-full`, `storage`; `uploads-busy` when too much is on its way.
    pub(super) async fn write(&mut self, piece: &[u8]) -> Result<()> {
        self.upload.room.take(piece.len() as u64)?;
        self.upload.bytes += piece.len() as u64;
        self.hash.update(piece);
        self.out.write_all(piece).await.map_err(failed)
    }

    /// How much was written.
    pub(super) fn bytes(&self) -> u64 {
        self.upload.bytes
    }

    pub(super) async fn end(mut self) -> Result<Upload> {
        // Not synced: most of what comes is looked at first, and what is kept is synced then.
        self.out.flush().await.map_err(failed)?;
        self.upload.sha256 = self.hash.finalize().into();
        Ok(self.upload)
    }
}

fn failed(error: std::io::Error) -> Error {
    let code = if error.kind() == std::io::ErrorKind::StorageFull { "disk-full" } else { "storage" };
    Error::new(ErrorKind::Unavailable, code).inside(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visitors_cannot_use_up_what_people_with_an_account_need() {
        let mut guests: Vec<Room> = Vec::new();
        for _ in 0..GUESTS / FILE {
            let mut room = from(&(guests.len() / 8).to_string());
            room.take(FILE).unwrap();
            guests.push(room);
        }
        let mut late = from("late");
        assert_eq!(late.take(FILE).unwrap_err().code, "uploads-busy");
        Room { guest: None, bytes: 0 }.take(FILE).unwrap();
        drop((guests, late));
        // One address has its share and no more.
        let mut one: Vec<Room> = (0..OF_ADDRESS / FILE).map(|_| from("one")).collect();
        one.iter_mut().for_each(|room| room.take(FILE).unwrap());
        assert_eq!(from("one").take(FILE).unwrap_err().code, "uploads-busy");
        from("another").take(FILE).unwrap();
        drop(one);
        assert_eq!((GUESTS_NOW.load(Ordering::Relaxed), by_address().len()), (0, 0));
    }

    fn from(address: &str) -> Room {
        Room { guest: Some(address.to_owned()), bytes: 0 }
    }

    const FILE: u64 = 16 * 1024 * 1024;
}
