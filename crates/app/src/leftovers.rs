//! Files that a process which was killed left lying: uploads nobody will finish, forms nobody comes back to.

use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::private::{INCOMING, PENDING};

/// An upload takes at most half an hour; beside other servers only what is older is certainly nobody's.
const UPLOADING: Duration = Duration::from_secs(3600);
/// So long a form that is shown again keeps its files.
const KEPT: Duration = Duration::from_secs(24 * 3600);

/// Removes what was left in `data_dir` before `started`: unfinished uploads at once if no other server shares the folder
/// (`alone`), else after an hour; files of forms after a day. Blocks. Returns how many uploads or forms that were.
pub(crate) fn sweep(data_dir: &Path, alone: bool, started: SystemTime) -> usize {
    let uploads = if alone { Duration::ZERO } else { UPLOADING };
    remove(&data_dir.join(INCOMING), started, uploads) + remove(&data_dir.join(PENDING), started, KEPT)
}

/// What cannot be removed now goes another time; the doctor tells it.
fn remove(folder: &Path, started: SystemTime, age: Duration) -> usize {
    let Some(before) = started.checked_sub(age) else { return 0 };
    let mut removed = 0;
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let Ok(meta) = entry.metadata() else { continue };
        if meta.modified().is_ok_and(|at| at < before) {
            let path = entry.path();
            let gone = if meta.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
            removed += usize::from(gone.is_ok());
        }
    }
    removed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_nobody_can_want_any_more_goes() {
        let dir = std::env::temp_dir().join(format!("wanqi-leftovers-{}", std::process::id()));
        std::fs::create_dir_all(dir.join(INCOMING)).unwrap();
        let now = std::fs::metadata(&dir).unwrap().modified().unwrap();
        let (hour, day) = (Duration::from_secs(3601), Duration::from_secs(24 * 3600 + 1));
        let make = || {
            for (name, age) in [("incoming/old", hour), ("incoming/young", Duration::from_secs(9))] {
                let file = std::fs::File::create(dir.join(name)).unwrap();
                file.set_modified(now - age).unwrap();
            }
            for (name, age) in [("pending/old", day), ("pending/young", hour)] {
                std::fs::create_dir_all(dir.join(name)).unwrap();
                std::fs::write(dir.join(name).join("a"), "x").unwrap();
                std::fs::File::open(dir.join(name)).unwrap().set_modified(now - age).unwrap();
            }
        };
        let left = || {
            let names = [INCOMING, PENDING].map(|f| {
                let mut names: Vec<_> =
                    std::fs::read_dir(dir.join(f)).unwrap().map(|e| e.unwrap().file_name()).collect();
                names.sort();
                names
            });
            format!("{names:?}")
        };
        make();
        assert_eq!(sweep(&dir, false, now), 2);
        assert_eq!(left(), r#"[["young"], ["young"]]"#);
        make();
        assert_eq!(sweep(&dir, true, now), 3);
        assert_eq!(left(), r#"[[], ["young"]]"#);
        assert_eq!(sweep(&dir.join("not there"), true, now), 0);
        std::fs::remove_dir_all(&dir).unwrap();
    }
}
