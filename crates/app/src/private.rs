//! An installation's files are their owner's alone, also those an earlier version left open to everybody on the machine.
//!
//! New files are made so by [`crate::machine::keep_private`]. A file or folder of somebody else cannot be changed; the log
//! says so, and the server goes on.

use std::path::{Path, PathBuf};

use crate::archive::{FILES, with_ending};
use crate::config::Config;

/// Folders below the data folder that hold what people gave in, and the program's own notes.
pub(crate) const FOLDERS: [&str; 6] = [FILES, INCOMING, PENDING, "imports", RUNNERS, NOTICES];
/// Uploads that are not finished, [`web::Posted`]'s.
pub(crate) const INCOMING: &str = "incoming";
/// Files of forms that are shown again, casework's.
pub(crate) const PENDING: &str = "pending";
/// Runners that are alive, `jobs`' own.
pub(crate) const RUNNERS: &str = "runners";
/// What a server noticed and the doctor tells, [`crate::notice`].
pub(crate) const NOTICES: &str = "notices";

/// Takes group and others away from the database, its companions, the data folder and the folders in it; what lies in them
/// is out of reach with that. A folder everybody may write to, such as `/tmp`, stays.
pub fn tighten(config: &Config) {
    tighten_database(&config.database);
    close(&config.data_dir);
    for folder in FOLDERS {
        close(&config.data_dir.join(folder));
    }
}

/// The same for the file of an embedded database and its companions; an address of PostgreSQL names none.
pub fn tighten_database(address: &str) {
    let database = address.strip_prefix("sqlite:").map(|path| Path::new(path.trim_start_matches("//")));
    for path in database.iter().flat_map(|path| ["", "-wal", "-shm"].map(|ending| with_ending(path, ending))) {
        close(&path);
    }
}

/// The same for every file in the folders of `data_dir`; for a county's attachments some seconds. Blocks.
pub(crate) fn tighten_all(data_dir: &Path) {
    let mut folders: Vec<PathBuf> = FOLDERS.iter().map(|folder| data_dir.join(folder)).collect();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            close(&entry.path());
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                folders.push(entry.path());
            }
        }
    }
}

#[cfg(unix)]
fn close(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    /// Group and others; whose files nobody else may remove, the mark of a folder for all.
    const OTHERS: u32 = 0o077;
    const STICKY: u32 = 0o1000;
    let Ok(meta) = std::fs::symlink_metadata(path) else { return };
    let mode = meta.permissions().mode();
    if meta.is_symlink() || mode & OTHERS == 0 || (meta.is_dir() && mode & STICKY != 0) {
        return;
    }
    let closed = std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode & 0o7777 & !OTHERS));
    if let Err(error) = closed {
        tracing::warn!(path = %path.display(), %error, "others on this machine may read this, and it cannot be changed");
    }
}

#[cfg(not(unix))]
fn close(_: &Path) {}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn what_was_open_is_closed_and_folders_for_all_are_left() {
        let dir = std::env::temp_dir().join(format!("wanqi-private-{}", std::process::id()));
        let deep = dir.join(FILES).join("0198a1b2");
        std::fs::create_dir_all(&deep).unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o7777;
        let open = |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        for path in [&dir, &dir.join(FILES), &deep] {
            open(path, 0o755);
        }
        let files = [dir.join("wanqi.db"), dir.join("wanqi.db-wal"), deep.join("a"), dir.join("thesis.doc")];
        for path in &files {
            std::fs::write(path, "x").unwrap();
            open(path, 0o644);
        }
        let config = Config::read("database = \"sqlite:wanqi.db\"\ndata_dir = \".\"", &dir, |_| None).unwrap();
        tighten(&config);
        tighten_all(&config.data_dir);
        assert_eq!(files.each_ref().map(|path| mode(path)), [0o600, 0o600, 0o600, 0o644], "what is not ours stays");
        assert_eq!([&dir, &dir.join(FILES), &deep].map(|path| mode(path)), [0o700; 3]);
        open(&dir, 0o1777);
        tighten(&config);
        assert_eq!(mode(&dir), 0o1777);
        std::fs::remove_dir_all(&dir).unwrap();
    }
}
