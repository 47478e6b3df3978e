//! Puts the application together: database, words, modules, jobs, and the router around them.

use std::net::IpAddr;
use std::sync::Arc;

use axum::routing::get;
use axum::{Extension, Router};
use casework::Casework;
use db::Db;
use jobs::Runner;
use kernel::{Clock, ClockRef, Error, RandomRef, Result};
use web::{AppState, Inner, Module, Words};

use crate::config::Config;
use crate::history::anchors::Anchors;
use crate::metrics::{self, Metrics};
use crate::{admin, modules, peer};

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
}

/// Opens the database of `config`, brings it and the rows derived in it up to date and builds the application on it.
///
/// # Errors
/// `unavailable` if the database does not answer, `database-newer` if a newer version wrote it, `storage` if the data
/// folder cannot be made.
pub async fn build(config: &Config, clock: ClockRef, random: RandomRef) -> Result<App> {
    let db = open(config).await?;
    upgrade(&db, clock.as_ref()).await?;
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
    std::fs::create_dir_all(&config.data_dir).map_err(|e| storage(&config.data_dir, e))?;
    if let Some(folder) = config.database.strip_prefix("sqlite:").and_then(|path| std::path::Path::new(path).parent()) {
        std::fs::create_dir_all(folder).map_err(|e| storage(folder, e))?;
    }
    Db::open(&config.database).await
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
    let state = AppState::new(Inner { db, clock, random, words, config: config.for_pages(), nav });
    let metrics = Metrics::new(config.metrics_token.clone());
    let trusted: Arc<[IpAddr]> = config.trusted_proxies.clone().into();
    let extra =
        Router::new().route("/metrics", get(metrics::page)).merge(crate::api_docs::routes()).merge(admin::routes());
    let router = web::router(&state, &all, extra)
        .layer(Extension(casework.clone()))
        .layer(Extension(metrics.clone()))
        .layer(axum::middleware::from_fn_with_state(trusted, peer::note))
        .layer(axum::middleware::from_fn_with_state(metrics.clone(), metrics::measure));
    Ok(App { router, state, casework, runner, metrics, anchors: Anchors::new(&config.data_dir) })
}

/// A folder or file that cannot be made or read.
pub(crate) fn storage(place: &std::path::Path, error: std::io::Error) -> Error {
    let full = error.kind() == std::io::ErrorKind::StorageFull;
    Error::new(kernel::ErrorKind::Unavailable, if full { "disk-full" } else { "folder" })
        .arg("place", place.display())
        .arg("reason", error)
}
