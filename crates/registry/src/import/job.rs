//! Checking and writing an uploaded list in the background, so that nobody waits in front of a white page.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use db::Db;
use jobs::{Handler, JobContext, NewJob};
use kernel::{Error, ErrorKind, ImportId, Result};
use serde::{Deserialize, Serialize};

use super::{Given, Options, Report, examine, examine_facts, import_enterprises, import_facts};
use crate::store::{self, ImportResult, ImportState};

const ENTERPRISES: &str = "registry.import";
const FACTS: &str = "registry.import_facts";
/// Files nobody said yes to are thrown away after this time.
const KEEP: Duration = Duration::from_secs(7 * 24 * 3600);

/// What a file is a list of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Enterprises,
    Facts,
}

impl Kind {
    /// [`store::Import::kind`].
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Enterprises => "enterprises",
            Kind::Facts => "facts",
        }
    }
}

/// What the job is to do.
#[derive(Serialize, Deserialize)]
struct Task {
    import: ImportId,
    write: bool,
    override_code_check: bool,
    /// Of a file of facts.
    #[serde(default)]
    given: Given,
}

/// What is kept of a check or a write, as JSON.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Outcome {
    pub report: Report,
    /// Why the file could not be read at all: code and values of the text.
    pub failed: Option<(String, Vec<(String, String)>)>,
    pub override_code_check: bool,
    /// What was said of a file of facts as a whole.
    pub given: Given,
}

/// The job that checks an uploaded file or, once somebody said yes, writes it.
pub fn task(kind: Kind, import: ImportId, write: bool, options: Options, given: Given) -> Result<NewJob> {
    let task = Task { import, write, override_code_check: options.override_code_check, given };
    let name = if kind == Kind::Facts { FACTS } else { ENTERPRISES };
    let mut job = NewJob::new(name, serde_json::to_value(task).map_err(Error::internal)?);
    // A process that dies in the middle leaves nothing half done: another attempt does it again.
    job.max_attempts = 3;
    Ok(job)
}

/// Where an uploaded file waits, with the ending that says what it is.
pub fn place(data_dir: &Path, import: ImportId, file_name: &str) -> PathBuf {
    let ending = file_name.rsplit_once('.').map_or("", |(_, ending)| ending).to_lowercase();
    let ending: String = ending.chars().filter(char::is_ascii_alphanumeric).take(5).collect();
    data_dir.join("imports").join(format!("{import}.{ending}"))
}

/// The jobs. Files wait under `data_dir/imports`.
pub fn handlers(data_dir: PathBuf) -> Vec<Handler> {
    let data_dir = std::sync::Arc::new(data_dir);
    // What is to be done stands with the import; the two names are for those who look at the queue.
    let handler = |kind| {
        let data_dir = std::sync::Arc::clone(&data_dir);
        Handler::new(kind, move |context| run(context, std::sync::Arc::clone(&data_dir)))
    };
    vec![handler(ENTERPRISES), handler(FACTS)]
}

async fn run(context: JobContext, data_dir: std::sync::Arc<PathBuf>) -> Result<()> {
    let task: Task = context.payload()?;
    let found = store::find_import(&mut context.db.read().await?, task.import).await?;
    let Some(import) = found.filter(|i| matches!(i.state, ImportState::Checking | ImportState::Writing)) else {
        return Ok(());
    };
    let path = place(&data_dir, import.id, &import.file_name);
    let options = Options { override_code_check: task.override_code_check };
    let rows = AtomicU64::new(0);
    let progress = |n: u64| rows.store(n, Ordering::Relaxed);
    let is_facts = import.kind == Kind::Facts.as_str();
    let (db, clock, random) = (&context.db, context.clock.as_ref(), context.random.as_ref());
    let (name, given) = (&import.file_name, &task.given);
    let work = async {
        match (task.write, is_facts) {
            (false, false) => examine(db, &path, options, &progress).await,
            (false, true) => examine_facts(db, clock, &path, given, &progress).await,
            (true, _) => {
                let person = import.created_by.ok_or_else(|| Error::forbidden("not-allowed"))?;
                let mut conn = db.read().await?;
                let person = identity::find_person(&mut conn, person).await?;
                drop(conn);
                let actor = person.filter(|p| p.active).ok_or_else(|| Error::forbidden("not-allowed"))?.actor();
                if is_facts {
                    import_facts(db, clock, random, &path, name, given, &progress, &actor).await
                } else {
                    import_enterprises(db, clock, random, &path, name, options, &progress, &actor).await
                }
            }
        }
    };
    let result = tokio::select! {
        result = work => result,
        never = tell(&context.db, task.import, &rows) => never,
    };
    let said =
        Outcome { override_code_check: task.override_code_check, given: task.given.clone(), ..Outcome::default() };
    let (state, outcome) = match result {
        Ok(report) => {
            let clean = report.errors_total == 0;
            let state = if task.write && clean { ImportState::Done } else { ImportState::Checked };
            (state, Outcome { report, ..said })
        }
        // What another attempt may mend is tried again by the queue.
        Err(error) if matches!(error.kind, ErrorKind::Unavailable | ErrorKind::Internal) => return Err(error),
        Err(error) => {
            let args = error.args.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            (ImportState::Failed, Outcome { failed: Some((error.code.to_owned(), args)), ..said })
        }
    };
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let result = ImportResult {
        state,
        rows: count(outcome.report.rows),
        added: count(outcome.report.added),
        changed: count(outcome.report.changed),
        unchanged: count(outcome.report.unchanged),
        report: serde_json::to_string(&outcome).map_err(Error::internal)?,
    };
    let mut tx = context.db.begin().await?;
    store::finish_import(&mut tx, import.id, &result, context.clock.now()).await?;
    tx.commit().await?;
    if matches!(state, ImportState::Done | ImportState::Failed) {
        let _ = tokio::fs::remove_file(&path).await;
    }
    clear(&data_dir.join("imports")).await;
    Ok(())
}

/// Writes down how far it is, now and then. While the list is written nobody else writes, so this then waits.
async fn tell(db: &Db, import: ImportId, rows: &AtomicU64) -> Result<Report> {
    let mut told = 0;
    loop {
        tokio::time::sleep(Duration::from_millis(800)).await;
        let now = rows.load(Ordering::Relaxed);
        if now == told {
            continue;
        }
        told = now;
        let mut tx = db.begin().await?;
        store::import_progress(&mut tx, import, i64::try_from(now).unwrap_or(i64::MAX)).await?;
        tx.commit().await?;
    }
}

/// Throws away files that nobody said yes to. What cannot be removed now is removed another time.
async fn clear(folder: &Path) {
    let Ok(mut entries) = tokio::fs::read_dir(folder).await else { return };
    while let Ok(Some(entry)) = entries.next_entry().await {
        let age = entry.metadata().await.ok().and_then(|m| m.modified().ok()).and_then(|at| at.elapsed().ok());
        if age.is_some_and(|age| age > KEEP) {
            let _ = tokio::fs::remove_file(entry.path()).await;
        }
    }
}
