//! The anchor file: heads of the audit chain noted beside the data, one a line, so that a chain that was cut off or sealed
//! anew is told from the one that stood there.
//!
//! A line says when, which entry was the newest, its hash, and what it was noted for:
//! `2026-11-30T19:00:00+08:00 1234 9f86… hourly`; after a restore or a copy also the head it came from:
//! `… 1201 60af… restored from 1200 77c1…`. The latest head stands in a small file of its own that is written over every
//! few seconds and outlives the process only if that was killed.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use identity::Head;
use kernel::{Error, Result, local};

use crate::serve::storage;

/// Name of the file in the data folder.
pub const LOG: &str = "audit-anchors.log";
/// Name of the file with the latest head.
pub const LATEST: &str = "audit-anchor.latest";

/// What an anchor was taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    Start,
    Hourly,
    Stop,
    /// The latest head of a process that was killed, taken over by the next start.
    Killed,
    /// A start found entries missing after this one that were there before.
    Cut,
    Backup,
    /// The chain of a backup was put here.
    Restored,
    /// The chain of another database was put here.
    Copied,
}

impl Cause {
    const ALL: [Cause; 8] = [
        Cause::Start,
        Cause::Hourly,
        Cause::Stop,
        Cause::Killed,
        Cause::Cut,
        Cause::Backup,
        Cause::Restored,
        Cause::Copied,
    ];

    /// Its name in the file.
    pub fn as_str(self) -> &'static str {
        match self {
            Cause::Start => "start",
            Cause::Hourly => "hourly",
            Cause::Stop => "stop",
            Cause::Killed => "killed",
            Cause::Cut => "cut",
            Cause::Backup => "backup",
            Cause::Restored => "restored",
            Cause::Copied => "copied",
        }
    }
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    pub at: DateTime<Utc>,
    pub head: Head,
    pub cause: Cause,
    /// The head that a restored or copied chain came from.
    pub from: Option<Head>,
}

impl Anchor {
    fn line(&self) -> String {
        let hash = |head: &Head| if head.hash.is_empty() { "-".to_owned() } else { head.hash.clone() };
        let (at, cause) = (local(self.at).to_rfc3339(), self.cause.as_str());
        let from = self.from.as_ref().map(|from| format!(" from {} {}", from.entry, hash(from))).unwrap_or_default();
        format!("{at} {} {} {cause}{from}", self.head.entry, hash(&self.head))
    }

    fn parse(line: &str) -> Option<Anchor> {
        let mut words = line.split_whitespace();
        let at = DateTime::parse_from_rfc3339(words.next()?).ok()?.to_utc();
        let newest = head(&mut words)?;
        let cause = words.next()?;
        let cause = Cause::ALL.into_iter().find(|known| known.as_str() == cause)?;
        let from = match words.next() {
            Some("from") => Some(head(&mut words)?),
            Some(_) => return None,
            None => None,
        };
        words.next().is_none().then_some(Anchor { at, head: newest, cause, from })
    }
}

fn head<'a>(words: &mut impl Iterator<Item = &'a str>) -> Option<Head> {
    let entry = words.next()?.parse().ok()?;
    let hash = words.next()?;
    let whole = hash == "-" || (hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()));
    whole.then(|| Head { entry, hash: hash.trim_matches('-').to_owned() })
}

/// What the files say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Noted {
    /// Oldest first.
    pub lines: Vec<Anchor>,
    /// Lines that are no anchors.
    pub unreadable: usize,
}

/// The anchor files of a data folder. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Anchors {
    folder: PathBuf,
}

impl Anchors {
    pub fn new(data_dir: &Path) -> Self {
        Anchors { folder: data_dir.to_owned() }
    }

    /// The file that is to be kept.
    pub fn place(&self) -> PathBuf {
        self.folder.join(LOG)
    }

    /// Everything noted so far; nothing if there are no files.
    ///
    /// # Errors
    /// `folder` for a file that cannot be read.
    pub async fn read(&self) -> Result<Noted> {
        let own = self.clone();
        blocking(move || {
            let mut noted = Noted::default();
            for name in [LOG, LATEST] {
                let place = own.folder.join(name);
                let text = match std::fs::read(&place) {
                    Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
                    Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
                    Err(e) => return Err(storage(&place, e)),
                };
                for line in text.lines().filter(|line| !line.trim().is_empty()) {
                    match Anchor::parse(line) {
                        Some(anchor) => noted.lines.push(anchor),
                        None => noted.unreadable += 1,
                    }
                }
            }
            Ok(noted)
        })
        .await
    }

    /// Adds a line that is on the disk when this returns, and says it in the log of the program.
    ///
    /// # Errors
    /// `disk-full` or `folder`.
    pub async fn append(&self, anchor: Anchor) -> Result<()> {
        let (entry, hash, cause) = (anchor.head.entry, anchor.head.hash.clone(), anchor.cause.as_str());
        tracing::info!(entry, hash, cause, "head of the audit chain");
        let place = self.place();
        blocking(move || append(&place, &anchor.line()).map_err(|e| storage(&place, e))).await
    }

    /// Writes the latest head over the one before.
    ///
    /// # Errors
    /// `disk-full` or `folder`.
    pub async fn put_latest(&self, at: DateTime<Utc>, head: &Head) -> Result<()> {
        let line = Anchor { at, head: head.clone(), cause: Cause::Killed, from: None }.line();
        let place = self.folder.join(LATEST);
        blocking(move || write_over(&place, &line).map_err(|e| storage(&place, e))).await
    }

    /// Moves the latest head, if one stands there, to the end of the file that is kept.
    ///
    /// # Errors
    /// `disk-full` or `folder`.
    pub async fn take_latest(&self) -> Result<()> {
        let own = self.clone();
        blocking(move || {
            let latest = own.folder.join(LATEST);
            let line = match std::fs::read_to_string(&latest) {
                Ok(line) => line,
                Err(_) => return Ok(()),
            };
            let last = std::fs::read_to_string(own.place()).unwrap_or_default();
            let known = last.lines().last().and_then(Anchor::parse);
            if let Some(anchor) = Anchor::parse(&line)
                && known.is_none_or(|known| known.head != anchor.head)
            {
                append(&own.place(), &anchor.line()).map_err(|e| storage(&own.place(), e))?;
            }
            std::fs::remove_file(&latest).map_err(|e| storage(&latest, e))
        })
        .await
    }

    /// The latest head is in the file that is kept.
    pub async fn drop_latest(&self) {
        let latest = self.folder.join(LATEST);
        let _ = blocking(move || std::fs::remove_file(&latest).map_err(|e| storage(&latest, e))).await;
    }
}

fn append(place: &Path, line: &str) -> io::Result<()> {
    if let Some(folder) = place.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = File::options();
    options.read(true).append(true).create(true);
    let mut file = private(options, place)?;
    let mut text = format!("{line}\n");
    // What a broken-off write left behind stays a line of its own.
    if file.seek(SeekFrom::End(-1)).is_ok() {
        let mut last = [0];
        file.read_exact(&mut last)?;
        if last != *b"\n" {
            text.insert(0, '\n');
        }
    }
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn write_over(place: &Path, line: &str) -> io::Result<()> {
    let part = crate::archive::with_ending(place, ".part");
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    let mut file = private(options, &part)?;
    file.write_all(format!("{line}\n").as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&part, place)
}

/// Only the owner may read or write it.
fn private(mut options: std::fs::OpenOptions, place: &Path) -> io::Result<File> {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(place)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}
