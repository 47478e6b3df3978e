//! Puts a backup back: checks all of it first, overwrites nothing, and leaves nothing half-done.

use std::path::{Path, PathBuf};

use db::{Db, Options};
use identity::Head;
use kernel::{Clock, Error, Result};
use serde_json::json;

use crate::archive::{self, Manifest, with_ending};
use crate::backup::Temporary;
use crate::copy::{self, Progress};
use crate::history::anchors::{Anchor, Anchors, Cause};
use crate::history::{self, Came};
use crate::modules;
use crate::serve::{storage, upgrade};

/// What was put back.
#[derive(Debug)]
pub struct Restored {
    pub manifest: Manifest,
    /// Where the configuration of the backup was put, to be compared by hand; it is not used by itself.
    pub config: Option<PathBuf>,
}

/// Restores `archive_file` to the database `url` and the attachments to `data_dir`; both must be empty or not there.
///
/// A backup of an older version is brought up to date on the way.
///
/// # Errors
/// `backup-broken`, `backup-newer`, `database-newer`, `target-not-empty`, `folder-not-empty`, `disk-full`, `folder`.
pub async fn restore(
    archive_file: &Path,
    url: &str,
    data_dir: &Path,
    clock: &dyn Clock,
    progress: &mut (dyn FnMut(Progress<'_>) + Send),
) -> Result<Restored> {
    let path = archive_file.to_owned();
    let manifest = blocking(move || archive::verify(&path)).await?;
    let files = data_dir.join(archive::FILES);
    if std::fs::read_dir(&files).is_ok_and(|mut inside| inside.next().is_some()) {
        return Err(Error::conflict("folder-not-empty").arg("place", files.display()));
    }
    let sqlite = url.strip_prefix("sqlite:").map(|path| PathBuf::from(path.trim_start_matches("//")));
    if let Some(taken) = sqlite.as_ref().filter(|path| path.exists()) {
        return Err(Error::conflict("file-exists").arg("file", taken.display()));
    }
    let staging = Staging::new(data_dir)?;
    // Beside its final place, so that moving it there cannot fail half-way.
    let database = sqlite.as_ref().map_or_else(|| staging.0.join(archive::DATABASE), |p| with_ending(p, ".restoring"));
    let database = Temporary(database);
    let (path, into, out, listed) = (archive_file.to_owned(), database.0.clone(), staging.0.clone(), manifest.clone());
    let place = move |name: &str| if name == archive::DATABASE { into.clone() } else { out.join(name) };
    blocking(move || archive::extract(&path, &listed, place)).await?;
    let staged =
        Db::open_with(&format!("sqlite:{}", database.0.display()), Options { readers: 1, create: false }).await?;
    let file = archive_file.file_name().unwrap_or_default().to_string_lossy();
    let checked = check(&staged, &manifest, &file, clock).await;
    let put = match (checked, &sqlite) {
        (Ok(anchor), None) => put_into(&staged, url, clock, progress).await.map(|()| anchor),
        (checked, _) => checked,
    };
    staged.close().await;
    let anchor = put?;
    if staging.0.join(archive::FILES).exists() {
        let _ = std::fs::remove_dir(&files);
        std::fs::rename(staging.0.join(archive::FILES), &files).map_err(|e| storage(&files, e))?;
    }
    if let Some(path) = sqlite {
        std::fs::rename(&database.0, &path).map_err(|e| storage(&path, e))?;
    }
    let kept = staging.0.join(archive::CONFIG);
    let config = kept.exists().then(|| data_dir.join("wanqi.toml.restored"));
    if let Some(config) = &config {
        std::fs::rename(&kept, config).map_err(|e| storage(config, e))?;
    }
    // Older anchors of this place may be of entries that the backup does not hold: the new one leads to them.
    let anchors = Anchors::new(data_dir);
    anchors.take_latest().await?;
    anchors.append(anchor).await?;
    Ok(Restored { manifest, config })
}

/// The database of the backup must be the one the manifest speaks of, and no newer than this program. Its audit then
/// tells that it was put back.
async fn check(staged: &Db, manifest: &Manifest, file: &str, clock: &dyn Clock) -> Result<Anchor> {
    let verdict = identity::verify(&mut staged.read().await?).await?;
    if (verdict.entries, &verdict.head) != (manifest.audit_entries, &manifest.audit_head) {
        return Err(Error::invalid("backup-broken").arg("file", archive::DATABASE));
    }
    upgrade(staged, clock).await?;
    let from = Head { entry: verdict.entries, hash: verdict.head };
    let detail = json!({"file": file, "made_at": manifest.made_at});
    history::note(staged, Came { cause: Cause::Restored, from, detail, clock }).await
}

async fn put_into(
    staged: &Db,
    url: &str,
    clock: &dyn Clock,
    progress: &mut (dyn FnMut(Progress<'_>) + Send),
) -> Result<()> {
    let target = Db::open(url).await?;
    let copied = copy::copy(staged, &target, &modules::migrations(), clock, false, progress).await;
    target.close().await;
    copied.map(drop)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}

/// A folder for what is not in its place yet; gone when this is dropped.
struct Staging(PathBuf);

impl Staging {
    fn new(data_dir: &Path) -> Result<Self> {
        let folder = data_dir.join(".restoring");
        let made = std::fs::remove_dir_all(&folder).or_else(|e| match e.kind() {
            std::io::ErrorKind::NotFound => Ok(()),
            _ => Err(e),
        });
        made.and_then(|()| std::fs::create_dir_all(&folder)).map_err(|e| storage(&folder, e))?;
        Ok(Staging(folder))
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
