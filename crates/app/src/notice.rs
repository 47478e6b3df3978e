//! What a server noticed while it ran and an administrator has to see to: a small file each in the data folder, so that
//! the doctor and the page of administration can tell it.

use std::path::Path;

use crate::private::NOTICES;

/// Somebody passes requests on who is not among the trusted proxies: everybody counts as one address.
pub const PROXY: &str = "untrusted-proxy";

/// Writes the notice down, if it can be; it was in the log as well.
pub(crate) fn write(data_dir: &Path, name: &str, text: &str) {
    let folder = data_dir.join(NOTICES);
    let _ = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(folder.join(name), text));
}

/// What the notice says, if there is one.
pub(crate) fn read(data_dir: &Path, name: &str) -> Option<String> {
    std::fs::read_to_string(data_dir.join(NOTICES).join(name)).ok()
}

/// The matter was seen to.
pub(crate) fn clear(data_dir: &Path, name: &str) {
    let _ = std::fs::remove_file(data_dir.join(NOTICES).join(name));
}
