//! The backup file: a tar with the database as one SQLite file, the attachments, the configuration, and a manifest last.
//!
//! The manifest comes last because it holds the SHA-256 of what was written before it; a file that was cut off has none.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::serve::storage;

/// Name of the database in the archive.
pub const DATABASE: &str = "wanqi.db";
/// Name of the configuration in the archive.
pub const CONFIG: &str = "wanqi.toml";
/// Folder of the attachments in the archive.
pub const FILES: &str = "files";
const MANIFEST: &str = "manifest.json";
const FORMAT: u32 = 1;
/// A manifest of a million attachments stays below this.
const MANIFEST_LIMIT: u64 = 256 << 20;

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: u32,
    /// Version of the program that wrote it.
    pub program: String,
    /// RFC 3339.
    pub made_at: String,
    pub county: String,
    pub audit_entries: i64,
    /// Hash of the newest entry of the audit chain, hexadecimal; compare it with what was noted elsewhere.
    pub audit_head: String,
    pub files: Vec<Stored>,
    /// Attachments whose rows are there but whose bytes were not on the disk.
    pub missing: Vec<String>,
}

/// One file of the archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    pub path: String,
    pub bytes: u64,
    /// Hexadecimal.
    pub sha256: String,
}

impl Manifest {
    /// A manifest without files yet.
    pub fn new(made_at: String, county: String, audit: &identity::Verdict) -> Self {
        Manifest {
            format: FORMAT,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            made_at,
            county,
            audit_entries: audit.entries,
            audit_head: audit.head.clone(),
            files: Vec::new(),
            missing: Vec::new(),
        }
    }

    /// Bytes of everything in the archive.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }
}

/// Writes `sources` (name in the archive, where it lies) and then the manifest. Blocks.
///
/// The archive gets its name only when it is whole and on the disk; nobody but its owner may read it.
///
/// # Errors
/// `disk-full` or `folder` with the place and the system's words.
pub fn write(to: &Path, sources: &[(String, PathBuf)], mut manifest: Manifest) -> Result<Manifest> {
    let part = with_ending(to, ".part");
    let written = write_part(&part, sources, &mut manifest).and_then(|()| std::fs::rename(&part, to));
    match written {
        Ok(()) => Ok(manifest),
        Err(error) => {
            let _ = std::fs::remove_file(&part);
            Err(storage(to, error))
        }
    }
}

fn write_part(part: &Path, sources: &[(String, PathBuf)], manifest: &mut Manifest) -> io::Result<()> {
    let mut tar = tar::Builder::new(BufWriter::with_capacity(1 << 18, private(part)?));
    for (name, place) in sources {
        let file = match File::open(place) {
            Err(e) if e.kind() == io::ErrorKind::NotFound && name.starts_with(FILES) => {
                manifest.missing.push(name.clone());
                continue;
            }
            file => file?,
        };
        let bytes = file.metadata()?.len();
        let mut reader = Hashing { inner: BufReader::new(file.take(bytes)), hash: Sha256::new(), bytes: 0 };
        tar.append_data(&mut header(bytes), name, &mut reader)?;
        if reader.bytes != bytes {
            return Err(io::Error::other(format!("{} became shorter while it was read", place.display())));
        }
        manifest.files.push(Stored { path: name.clone(), bytes, sha256: hex(&reader.hash.finalize()) });
    }
    let text = serde_json::to_vec_pretty(manifest)?;
    tar.append_data(&mut header(text.len() as u64), MANIFEST, text.as_slice())?;
    let mut out = tar.into_inner()?;
    out.flush()?;
    out.get_ref().sync_all()
}

fn header(bytes: u64) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes);
    header.set_mode(0o600);
    header
}

/// Reads the whole archive and compares every byte with the manifest. Blocks.
///
/// # Errors
/// `backup-broken` naming the file in the archive that is wrong, `backup-newer` for a format this program does not know.
pub fn verify(archive: &Path) -> Result<Manifest> {
    let mut seen = Vec::new();
    let mut manifest: Option<Manifest> = None;
    each(archive, |name, reader| {
        if name == MANIFEST {
            let read = serde_json::from_reader(reader.take(MANIFEST_LIMIT)).map_err(|e| broken(MANIFEST).inside(e))?;
            manifest = Some(read);
            return Ok(());
        }
        let mut reader = Hashing { inner: reader, hash: Sha256::new(), bytes: 0 };
        io::copy(&mut reader, &mut io::sink()).map_err(|e| broken(name).inside(e))?;
        seen.push(Stored { path: name.to_owned(), bytes: reader.bytes, sha256: hex(&reader.hash.finalize()) });
        Ok(())
    })?;
    let manifest = manifest.ok_or_else(|| broken(MANIFEST))?;
    if manifest.format > FORMAT {
        return Err(Error::conflict("backup-newer").arg("program", &manifest.program));
    }
    if let Some(wrong) = manifest.files.iter().find(|file| !seen.contains(file) || !is_ours(&file.path)) {
        return Err(broken(&wrong.path));
    }
    if !manifest.files.iter().any(|file| file.path == DATABASE) {
        return Err(broken(DATABASE));
    }
    Ok(manifest)
}

/// Writes what the manifest names to where `place` says. Blocks. Call [`verify`] first.
///
/// # Errors
/// `disk-full` or `folder` with the place.
pub fn extract(archive: &Path, manifest: &Manifest, place: impl Fn(&str) -> PathBuf) -> Result<()> {
    each(archive, |name, mut reader| {
        if !manifest.files.iter().any(|file| file.path == name) {
            return Ok(());
        }
        let to = place(name);
        let mut write = || {
            std::fs::create_dir_all(to.parent().unwrap_or(Path::new("")))?;
            let mut file = private(&to)?;
            io::copy(&mut reader, &mut file)?;
            file.sync_all()
        };
        write().map_err(|e| storage(&to, e))
    })
}

fn each(archive: &Path, mut with: impl FnMut(&str, &mut dyn Read) -> Result<()>) -> Result<()> {
    let file = File::open(archive).map_err(|e| storage(archive, e))?;
    let mut tar = tar::Archive::new(BufReader::with_capacity(1 << 18, file));
    let damaged = |e: io::Error| broken(MANIFEST).inside(e);
    for entry in tar.entries().map_err(damaged)? {
        let mut entry = entry.map_err(damaged)?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        with(&name, &mut entry)?;
    }
    Ok(())
}

/// Names that may be written: nothing leads out of the folder.
fn is_ours(name: &str) -> bool {
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let attachment = |rest: &str| rest.split('/').all(plain);
    matches!(name, DATABASE | CONFIG) || name.strip_prefix("files/").is_some_and(attachment)
}

fn broken(file: &str) -> Error {
    Error::invalid("backup-broken").arg("file", file)
}

fn private(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// The path with something appended to its last part.
pub(crate) fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

struct Hashing<R> {
    inner: R,
    hash: Sha256,
    bytes: u64,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.hash.update(buffer.get(..n).unwrap_or_default());
        self.bytes += n as u64;
        Ok(n)
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_never_lead_out_of_the_folder() {
        for (name, ours) in [
            ("wanqi.db", true),
            ("files/0198a1b2/0198a1b2-0000-7000-8000-000000000001", true),
            ("files/../../etc/passwd", false),
            ("files//x", false),
            ("files/.ssh", false),
            ("wanqi.db-wal", false),
            ("other", false),
        ] {
            assert_eq!(is_ours(name), ours, "{name}");
        }
    }
}
