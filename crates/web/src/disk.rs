//! How much room a file system has.

use std::path::Path;

/// Bytes that may still be written, and all there are.
#[derive(Clone, Copy, Debug)]
pub struct Space {
    pub free: u64,
    pub all: u64,
}

/// The file system on which `folder` lies; `None` if it cannot be told.
#[cfg(unix)]
pub fn space(folder: &Path) -> Option<Space> {
    let found = nix::sys::statvfs::statvfs(folder).ok()?;
    let bytes = |blocks: u64| blocks.saturating_mul(found.fragment_size());
    Some(Space { free: bytes(found.blocks_available()), all: bytes(found.blocks()) })
}

/// Not told on this system.
#[cfg(not(unix))]
pub fn space(_: &Path) -> Option<Space> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_room_of_a_disk_is_read() {
        let here = space(&std::env::temp_dir()).unwrap();
        assert!(here.free > 0 && here.free <= here.all);
        assert!(space(Path::new("/no/such/folder")).is_none());
    }
}
