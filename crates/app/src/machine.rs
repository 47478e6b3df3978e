//! What the program asks of the machine it runs on: whom new files belong to, and how many handles it may open.

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

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn handles_are_raised() {
        assert!(raise_handles() >= 256);
    }
}
