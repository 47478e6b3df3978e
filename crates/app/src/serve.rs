//! Puts the application together: database, words, modules, jobs, and the router around them.

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use axum::routing::get;
use axum::{Extension, Router};
use casework::Casework;
use db::Db;
use jobs::Runner;
use kernel::{Clock, ClockRef, Error, ErrorKind, RandomRef, Result};
use web::{AppState, Inner, Module, Words};

use crate::config::Config;
use crate::history::anchors::Anchors;
use crate::metrics::{self, Metrics};
use crate::peer::{self, Proxies};
use crate::ready::{self, Probe};
use crate::{admin, modules, private};

/// Modules whose pages people look things up in.
const LOOKED_UP: [&str; 2] = [registry::MODULE.name, rules::MODULE.name];

/// A county ready to be served.
pub struct App {
    pub router: Router,
    pub state: AppState,
    pub casework: Casework,
    pub runner: Runner,
    pub metrics: Metrics,
    pub anchors: Anchors,
    /// Trusted proxies, canonical.
    pub proxies: Arc<[IpAddr]>,
}

/// Opens the database of `config`, brings it and the rows derived in it up to date and builds the application on it.
///
/// # Errors
/// `unavailable` if the database does not answer, `database-newer` if a newer version wrote it, `storage` if the data
/// folder cannot be made.
/// `database-not-writable` if it may only be read.
pub async fn build(config: &Config, clock: ClockRef, random: RandomRef) -> Result<App> {
    make_folders(config)?;
    must_be_writable(config)?;
    let db = open(config).await?;
    db.writable()
        .await
        .map_err(|e| if e.code == db::READ_ONLY { not_writable(&place(&config.database), e) } else { e })?;
    upgrade(&db, clock.as_ref()).await?;
    modules::catch_up(&db, clock.as_ref(), random.as_ref()).await?;
    assemble(config, db, clock, random)
}

/// Brings a database up to date: its tables, the rows and sums derived in them, and the seals of what stood in them before
/// there were seals.
///
/// # Errors
/// `database-newer` if a newer version wrote it; what the database says.
pub async fn upgrade(db: &Db, clock: &dyn Clock) -> Result<()> {
    db.migrate(&modules::migrations(), clock).await?;
    casework::bring_up_to_date(db, clock.now()).await?;
    casework::history::seal_as_found(db, clock).await.map(drop)
}

/// Opens the database of `config` and makes the folders that it and the attachments lie in.
///
/// # Errors
/// As [`build`].
pub async fn open(config: &Config) -> Result<Db> {
    make_folders(config)?;
    let db = Db::open(&config.database).await?;
    private::tighten(config);
    Ok(db)
}

fn make_folders(config: &Config) -> Result<()> {
    let database = config.database.strip_prefix("sqlite:").map(|path| folder_of(Path::new(path)));
    for folder in [Some(config.data_dir.as_path()), database].into_iter().flatten() {
        std::fs::create_dir_all(folder).map_err(|e| storage(folder, e))?;
    }
    Ok(())
}

/// Stops before the database is opened if its file or the folders cannot be written: the engine would open it for reading
/// and refuse every request later. A full disk is told by `/readyz`; what is there can be read all the same.
fn must_be_writable(config: &Config) -> Result<()> {
    let unless_full = |path: &Path, done: std::io::Result<()>| match done {
        Err(e) if e.kind() != std::io::ErrorKind::StorageFull => Err(not_writable(&path.display().to_string(), e)),
        _ => Ok(()),
    };
    if let Some(file) = config.database.strip_prefix("sqlite:").map(Path::new) {
        if file.exists() {
            unless_full(file, sqlite_file(file))?;
        }
        // Its companions are made beside it.
        unless_full(folder_of(file), ready::try_folder(folder_of(file)))?;
    }
    unless_full(&config.data_dir, ready::try_folder(&config.data_dir))
}

fn not_writable(place: &str, reason: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Unavailable, "database-not-writable").arg("place", place).arg("reason", reason)
}

/// The file of an embedded database, opened for writing and left as it is.
pub(crate) fn sqlite_file(path: &Path) -> std::io::Result<()> {
    std::fs::File::options().read(true).write(true).open(path).map(drop)
}

/// The folder a file lies in.
pub(crate) fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Where the data is, without the password of a database server.
pub fn place(database: &str) -> String {
    match (database.strip_prefix("sqlite:"), database.rsplit_once('@')) {
        (Some(path), _) => path.to_owned(),
        (None, Some((_, host))) => host.to_owned(),
        (None, None) => database.to_owned(),
    }
}

/// Builds the application on a database that is up to date.
///
/// # Errors
/// `internal` if the words of the modules do not fit together, which a test rules out.
pub fn assemble(config: &Config, db: Db, clock: ClockRef, random: RandomRef) -> Result<App> {
    let words = Words::build(modules::words()).map_err(Error::internal)?;
    let casework = Casework::new(db.clone(), clock.clone(), random.clone(), &config.data_dir);
    let runner = Runner::new(
        db.clone(),
        clock.clone(),
        random.clone(),
        modules::handlers(&casework, &config.data_dir),
        modules::subscribers(),
        modules::schedules(),
    );
    let all = modules::modules();
    // What people do every day stands before what they look up; keeping the program is an administrator's every day.
    let (looked_up, everyday): (Vec<&Module>, Vec<&Module>) =
        all.iter().partition(|module| LOOKED_UP.contains(&module.name));
    let everyday = everyday.into_iter().flat_map(|module| module.nav);
    let looked_up = looked_up.into_iter().flat_map(|module| module.nav);
    let nav = everyday.chain([&admin::NAV]).chain(looked_up).copied().collect();
    let desk_line = casework::desk_line::read;
    let state = AppState::new(Inner { db, clock, random, words, config: config.for_pages(), nav, desk_line });
    let metrics = Metrics::new(config.metrics_token.clone());
    let proxies = Arc::new(Proxies::new(config));
    let probe = Arc::new(Probe::new(state.db.clone(), config.data_dir.clone()));
    let extra = Router::new()
        .route("/metrics", get(metrics::page))
        .route("/readyz", get(ready::page))
        .merge(crate::api_docs::routes())
        .merge(admin::routes());
    let router = web::router(&state, &all, extra)
        .layer(Extension(casework.clone()))
        .layer(Extension(metrics.clone()))
        .layer(Extension(probe))
        .layer(axum::middleware::from_fn_with_state(proxies.clone(), peer::note))
        .layer(axum::middleware::from_fn_with_state(metrics.clone(), metrics::measure));
    let anchors = Anchors::new(&config.data_dir);
    Ok(App { router, state, casework, runner, metrics, anchors, proxies: proxies.trusted.clone() })
}

/// A folder or file that cannot be made or read.
pub(crate) fn storage(place: &std::path::Path, error: std::io::Error) -> Error {
    let full = error.kind() == std::io::ErrorKind::StorageFull;
    Error::new(kernel::ErrorKind::Unavailable, if full { "disk-full" } else { "folder" })
        .arg("place", place.display())
        .arg("reason", error)
}
