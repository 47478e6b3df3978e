//! How much room there is for files that wait for their form; what has waited too long goes.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio::sync::Mutex;

use super::pending::hex;

const MB: u64 = 1024 * 1024;
/// All that waits in the installation, and what of it is of visitors without an account: they cannot use up the room of others.
const ALL: u64 = 1024 * MB;
const OF_GUESTS: u64 = 512 * MB;
/// What waits for one form.
const OF_FORM: u64 = web::posted::IMPORT_LIMIT;
/// What waits from one address without an account; a whole park may share an address.
const OF_ADDRESS: u64 = 200 * MB;
/// Forms that have files waiting, so that looking through them stays quick.
const FORMS: usize = 5000;
/// A file waits so long.
const KEPT: Duration = Duration::from_secs(24 * 3600);

/// Whose turn it is to take room.
pub(super) static ROOM: Mutex<()> = Mutex::const_new(());

/// How the names of marks begin.
const MARK: &str = "from-";

/// An empty file of this name says from which address a visitor's files came, without saying the address.
pub(super) fn mark(address: &str) -> String {
    format!("{MARK}{}", hex(&Sha256::digest(address.as_bytes())[..16]))
}

/// Bytes that may still be added.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Room {
    all: u64,
    form: u64,
    /// `None` for people with an account.
    address: Option<u64>,
}

impl Room {
    /// What is left under the folder `all` for one form, after what is too old is gone. `guest` is the mark of a visitor.
    pub(super) async fn measure(all: PathBuf, form: PathBuf, guest: Option<String>) -> Room {
        let none = Room { all: 0, form: 0, address: None };
        let measured = tokio::task::spawn_blocking(move || Room::read(&all, &form, guest.as_deref()));
        measured.await.unwrap_or(none)
    }

    fn read(all: &Path, form: &Path, guest: Option<&str>) -> Room {
        let (mut forms, mut total, mut own, mut of_address, mut of_guests) = (0, 0, 0, 0, 0);
        for folder in folders(all).filter(|folder| !sweep(folder, KEPT)) {
            let held = Held::in_folder(&folder, guest);
            forms += 1;
            total += held.bytes;
            own += if folder == form { held.bytes } else { 0 };
            of_address += if held.marked { held.bytes } else { 0 };
            of_guests += if held.of_guest { held.bytes } else { 0 };
        }
        let (most, taken) = if guest.is_some() { (OF_GUESTS, of_guests) } else { (ALL, total) };
        let all = if forms < FORMS || own > 0 { most } else { 0 };
        Room {
            all: all.saturating_sub(taken),
            form: OF_FORM.saturating_sub(own),
            address: guest.map(|_| OF_ADDRESS.saturating_sub(of_address)),
        }
    }

    /// Whether there was room for so many bytes; it is taken then.
    pub(super) fn take(&mut self, bytes: u64) -> bool {
        let fits = [self.all, self.form].into_iter().chain(self.address).all(|left| bytes <= left);
        if fits {
            self.all -= bytes;
            self.form -= bytes;
            self.address = self.address.map(|left| left - bytes);
        }
        fits
    }
}

fn folders(all: &Path) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(all).into_iter().flatten().flatten().map(|entry| entry.path())
}

/// Removes a folder in which nothing happened for so long, and says whether it did.
fn sweep(folder: &Path, kept: Duration) -> bool {
    let changed = fs::metadata(folder).and_then(|m| m.modified()).ok();
    let old = changed.and_then(|at| at.elapsed().ok()).is_some_and(|age| age > kept);
    old && fs::remove_dir_all(folder).is_ok()
}

/// What a folder holds.
#[derive(Default)]
struct Held {
    bytes: u64,
    /// It bears the mark that was asked for.
    marked: bool,
    of_guest: bool,
}

impl Held {
    fn in_folder(folder: &Path, mark: Option<&str>) -> Held {
        let mut held = Held::default();
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            held.bytes += entry.metadata().map_or(0, |m| m.len());
            let name = entry.file_name();
            held.marked |= mark.is_some_and(|mark| name.to_str() == Some(mark));
            held.of_guest |= name.to_str().is_some_and(|name| name.starts_with(MARK));
        }
        held
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of its own with forms and the sizes of their files; files are holes, so that they cost nothing.
    fn lying(name: &str, forms: &[(&str, u64, Option<&str>)]) -> PathBuf {
        let all = std::env::temp_dir().join(format!("wanqi-pending-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&all);
        for (form, megabytes, from) in forms {
            let folder = all.join(form);
            fs::create_dir_all(&folder).unwrap();
            fs::File::create(folder.join("a")).unwrap().set_len(megabytes * MB).unwrap();
            if let Some(from) = from {
                fs::write(folder.join(mark(from)), []).unwrap();
            }
        }
        all
    }

    #[test]
    fn a_form_an_address_and_the_installation_have_their_room() {
        let forms = [("a", 90, Some("10.0.0.1")), ("b", 100, Some("10.0.0.1")), ("c", 100, None)];
        let all = lying("room", &forms);
        let room = |form: &str, from: Option<&str>| Room::read(&all, &all.join(form), from.map(mark).as_deref());
        let left = |all, form, address: Option<u64>| Room {
            all: all * MB,
            form: form * MB,
            address: address.map(|mb| mb * MB),
        };
        assert_eq!(room("a", Some("10.0.0.1")), left(322, 10, Some(10)));
        assert_eq!(room("new", Some("10.0.0.2")), left(322, 100, Some(200)));
        assert_eq!(room("new", None), left(734, 100, None));

        let mut room = room("new", Some("10.0.0.1"));
        assert!(!room.take(11 * MB) && room.take(10 * MB) && !room.take(1));
        fs::remove_dir_all(all).unwrap();
    }

    #[test]
    fn what_waited_too_long_is_gone_and_counts_no_more() {
        let all = lying("old", &[("a", 1, None), ("b", 1, None)]);
        std::thread::sleep(Duration::from_millis(20));
        assert!(sweep(&all.join("a"), Duration::from_millis(1)));
        assert!(!sweep(&all.join("b"), KEPT));
        assert_eq!(folders(&all).count(), 1);
        fs::remove_dir_all(all).unwrap();
    }
}
