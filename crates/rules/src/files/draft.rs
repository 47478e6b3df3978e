//! A file that is made beside its target and put in its place when complete.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::{FileError, file_name};

/// A file that vanishes unless it is kept.
pub(crate) struct Draft<'a> {
    pub path: PathBuf,
    pub target: &'a Path,
    kept: bool,
}

impl<'a> Draft<'a> {
    pub(crate) fn new(target: &'a Path) -> Self {
        let name = format!(".{}.{}.part", file_name(target), std::process::id());
        Self { path: target.with_file_name(name), target, kept: false }
    }

    /// Where it lies, and what else is written meanwhile.
    pub(crate) fn folder(&self) -> &Path {
        self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
    }

    pub(crate) fn create(&self) -> Result<File, FileError> {
        File::create(&self.path).map_err(|error| FileError::technical(self.target, error))
    }

    pub(crate) fn keep(mut self) -> Result<(), FileError> {
        let wrong = |error: std::io::Error| FileError::technical(self.target, error);
        File::open(&self.path).and_then(|file| file.sync_all()).map_err(wrong)?;
        std::fs::rename(&self.path, self.target).map_err(wrong)?;
        self.kept = true;
        Ok(())
    }
}

impl Drop for Draft<'_> {
    fn drop(&mut self) {
        if !self.kept {
            // It may never have been created.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}
