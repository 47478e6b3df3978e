//! Makes a backup while the server goes on: one moment of the database, every attachment it names, the configuration.

use std::path::{Path, PathBuf};

use db::{Db, Engine, Options};
use identity::{Head, Verdict};
use kernel::{Clock, Error, Result, local};
use serde_json::json;

use crate::archive::{self, Manifest, with_ending};
use crate::config::Config;
use crate::copy::{self, Progress};
use crate::history::anchors::{Anchors, Cause};
use crate::history::{self, Came};
use crate::{modules, store};

/// What a backup came to.
#[derive(Debug)]
pub struct Made {
    pub manifest: Manifest,
    /// The audit chain of the copy; a broken one is kept and told.
    pub audit: Verdict,
    /// Why the audit and the anchors do not tell of this backup, which is whole all the same: a disk that takes no more.
    pub unnoted: Option<Error>,
}

/// Writes a backup to `to`, which must not exist. `config_file` goes in beside the data if it is there.
///
/// The database is read as of one moment; attachments never change once they are written, so those it names are whole.
/// The audit tells of it afterwards, and so does an anchor beside the data: how many entries it holds, and their head.
///
/// On PostgreSQL the backup holds an SQLite copy too: it can be restored to either engine.
///
/// # Errors
/// `file-exists`, `disk-full`, `folder`, and what [`copy::copy`] says.
pub async fn backup(
    config: &Config,
    config_file: Option<&Path>,
    to: &Path,
    clock: &dyn Clock,
    progress: &mut (dyn FnMut(Progress<'_>) + Send),
) -> Result<Made> {
    if to.exists() {
        return Err(Error::conflict("file-exists").arg("file", to.display()));
    }
    let copy = Temporary(with_ending(to, ".db.part"));
    copy.remove();
    let source = Db::open_with(&config.database, Options { readers: 1, create: false }).await?;
    let copied = snapshot(&source, &copy.0, clock, progress).await;
    source.close().await;
    copied?;
    let snapshot =
        Db::open_with(&format!("sqlite:{}", copy.0.display()), Options { readers: 1, create: false }).await?;
    let looked = look(&snapshot).await;
    // Closing moves everything into the one file.
    snapshot.close().await;
    let (audit, attachments) = looked?;
    let made_at = local(clock.now()).to_rfc3339();
    let manifest = Manifest::new(made_at, config.county_zh.clone(), &audit);
    let mut sources = vec![(archive::DATABASE.to_owned(), copy.0.clone())];
    if let Some(file) = config_file.filter(|file| file.exists()) {
        sources.push((archive::CONFIG.to_owned(), file.to_owned()));
    }
    let files = config.data_dir.join(archive::FILES);
    for attachment in attachments {
        let place = casework::files::path(&files, attachment);
        if let Ok(name) = place.strip_prefix(&config.data_dir) {
            sources.push((name.to_string_lossy().into_owned(), place.clone()));
        }
    }
    let (place, name) = (to.to_owned(), to.file_name().unwrap_or_default().to_string_lossy().into_owned());
    let written = tokio::task::spawn_blocking(move || archive::write(&place, &sources, manifest)).await;
    let manifest = written.map_err(Error::internal)??;
    let unnoted = note(config, &audit, &name, clock).await.err();
    Ok(Made { manifest, audit, unnoted })
}

async fn note(config: &Config, audit: &Verdict, file: &str, clock: &dyn Clock) -> Result<()> {
    let db = Db::open_with(&config.database, Options { readers: 1, create: false }).await?;
    let from = Head { entry: audit.entries, hash: audit.head.clone() };
    let came = Came { cause: Cause::Backup, from, detail: json!({"file": file}), clock };
    let anchor = history::note(&db, came).await;
    db.close().await;
    Anchors::new(&config.data_dir).append(anchor?).await
}

async fn snapshot(
    source: &Db,
    to: &Path,
    clock: &dyn Clock,
    progress: &mut (dyn FnMut(Progress<'_>) + Send),
) -> Result<()> {
    if source.engine() == Engine::Sqlite {
        return store::vacuum_into(&mut source.read().await?, to).await;
    }
    let target = Db::open(&format!("sqlite:{}", to.display())).await?;
    let copied = copy::copy(source, &target, &modules::migrations(), clock, false, progress).await;
    target.close().await;
    copied.map(drop)
}

async fn look(snapshot: &Db) -> Result<(Verdict, Vec<kernel::FileId>)> {
    let mut conn = snapshot.read().await?;
    let audit = identity::verify(&mut conn).await?;
    let attachments = store::attachments(&mut conn).await?;
    Ok((audit, attachments.into_iter().map(|kept| kept.id).collect()))
}

/// A database file that is gone, with what lies beside it, when this is dropped.
pub(crate) struct Temporary(pub PathBuf);

impl Temporary {
    pub fn remove(&self) {
        for ending in ["", "-wal", "-shm", "-journal"] {
            let _ = std::fs::remove_file(with_ending(&self.0, ending));
        }
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        self.remove();
    }
}
