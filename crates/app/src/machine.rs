//! What the program asks of the machine it runs on: whom new files belong to, how many handles it may open, free space.

use std::path::Path;

/// Files and folders made from now on are their owner's alone: nobody else on the machine reads contacts, sessions and
/// hashes of passwords. A mask that forbids more stays as it is.
pub fn keep_private() {
    #[cfg(unix)]
    {
        use nix::sys::stat::{Mode, umask};
        let others = Mode::S_IRWXG | Mode::S_IRWXO;
        let before = umask(others);
        umask(before | others);
    }
}

/// Raises the number of handles this process may have open to the most it is allowed, and returns it.
/// Where it cannot be raised or told, the usual 1024 or what was found.
pub fn raise_handles() -> usize {
    #[cfg(unix)]
    let found = {
        use nix::sys::resource::{Resource, getrlimit, setrlimit};
        getrlimit(Resource::RLIMIT_NOFILE).ok().map(|(soft, hard)| {
            let raised = setrlimit(Resource::RLIMIT_NOFILE, hard, hard).is_ok();
            usize::try_from(if raised { hard } else { soft }).unwrap_or(usize::MAX)
        })
    };
    #[cfg(not(unix))]
    let found = None;
    found.unwrap_or(HANDLES)
}

/// What a process may have open where nobody said otherwise.
const HANDLES: usize = 1024;

/// Bytes that may still be written to the file system on which `folder` lies; `None` if that cannot be told.
#[cfg(unix)]
pub fn free_bytes(folder: &Path) -> Option<u64> {
    let found = nix::sys::statvfs::statvfs(folder).ok()?;
    Some(found.blocks_available().saturating_mul(found.fragment_size()))
}

/// Bytes that may still be written; not told on this system.
#[cfg(not(unix))]
pub fn free_bytes(_: &Path) -> Option<u64> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn handles_are_raised_and_free_space_is_read() {
        assert!(raise_handles() >= 256);
        assert!(free_bytes(&std::env::temp_dir()).is_some_and(|free| free > 0));
        assert_eq!(free_bytes(Path::new("/no/such/folder")), None);
    }
}
