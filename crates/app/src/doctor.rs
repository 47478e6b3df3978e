//! Looks an installation over and says in plain words what is well, what will soon need care, and what is wrong.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use casework::Casework;
use casework::settings::Horizon;
use chrono::{Datelike, Duration};
use db::{Conn, Db, Options};
use kernel::{Clock, ClockRef, OsRandom, Result, local_date};
use sha2::{Digest, Sha256};
use web::Words;
use web::words::Arg;

use crate::config::Config;
use crate::{archive, history, modules, notice, private, store};

/// How well something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Ok,
    /// Nothing is wrong yet.
    Warn,
    Fail,
}

/// One line of the report.
#[derive(Clone, Debug)]
pub struct Finding {
    pub level: Level,
    /// Key of the sentence, which for anything but `Ok` says what to do.
    pub key: &'static str,
    pub args: Vec<(&'static str, String)>,
}

impl Finding {
    pub(crate) fn new(level: Level, key: &'static str) -> Self {
        Finding { level, key, args: Vec::new() }
    }

    pub(crate) fn ok(key: &'static str) -> Self {
        Finding::new(Level::Ok, key)
    }

    pub(crate) fn warn(key: &'static str) -> Self {
        Finding::new(Level::Warn, key)
    }

    pub(crate) fn fail(key: &'static str) -> Self {
        Finding::new(Level::Fail, key)
    }

    /// The sentence in the reader's language.
    pub fn text(&self, words: &Words) -> String {
        let args: Vec<(&str, &dyn Arg)> = self.args.iter().map(|(name, value)| (*name, value as &dyn Arg)).collect();
        words.f(self.key, &args)
    }

    #[must_use]
    pub(crate) fn arg(mut self, name: &'static str, value: impl std::fmt::Display) -> Self {
        self.args.push((name, value.to_string()));
        self
    }
}

/// Less free space than this is told; below the second figure it is an error. In MiB.
const LITTLE_SPACE: u64 = 2048;
const NO_SPACE: u64 = 200;
/// Cases replayed when not all of them are.
const SAMPLE: usize = 300;
/// How far the clock may be behind what is already written.
const CLOCK_SLACK: Duration = Duration::minutes(2);
/// A file that belongs to nothing may be an upload that is still going on.
const UPLOADING: std::time::Duration = std::time::Duration::from_secs(3600);

/// Examines everything. `all` compares every attachment byte by byte, replays every case and compares every event with its
/// seal, else sizes and a sample.
///
/// A check that cannot be made is a finding, never an error.
pub async fn examine(config: &Config, clock: &ClockRef, all: bool) -> Vec<Finding> {
    let mut found = Vec::new();
    let options = Options { readers: 2, create: false };
    match Db::open_with(&config.database, options).await {
        Ok(db) => {
            found.push(Finding::ok("doctor-database-ok").arg("engine", db.engine().as_str()));
            examine_database(config, &db, clock, all, &mut found).await;
            db.close().await;
        }
        Err(error) => {
            let reason = error.inside.as_ref().map_or_else(|| error.to_string(), ToString::to_string);
            found.push(Finding::fail("doctor-database-away").arg("reason", reason));
        }
    }
    found.push(proxy(config));
    found.extend(space(&config.data_dir));
    found
}

async fn examine_database(config: &Config, db: &Db, clock: &ClockRef, all: bool, found: &mut Vec<Finding>) {
    match db.pending(&modules::migrations()).await {
        Ok(0) => found.push(Finding::ok("doctor-schema-ok")),
        Ok(n) => {
            found.push(Finding::warn("doctor-schema-old").arg("n", n));
            return;
        }
        Err(error) => {
            found.push(Finding::fail("doctor-schema-new").arg("reason", error));
            return;
        }
    }
    let Ok(mut conn) = db.read().await else { return };
    let checks = [
        integrity(&mut conn).await,
        links(&mut conn).await,
        history::findings(config, db, clock.as_ref(), all).await,
        projections(config, db, clock, all).await,
        sums(&mut conn).await,
        files(config, &mut conn, all).await,
        calendar(&mut conn, clock.as_ref()).await,
        time(&mut conn, clock.as_ref()).await,
        queue(&mut conn).await,
        desk(&mut conn, clock.as_ref()).await,
        desk_line(&mut conn).await,
    ];
    for check in checks {
        match check {
            Ok(findings) => found.extend(findings),
            Err(error) => {
                let reason = error.inside.as_ref().map_or_else(|| error.to_string(), ToString::to_string);
                found.push(Finding::fail("doctor-check-failed").arg("reason", reason));
            }
        }
    }
}

async fn integrity(conn: &mut Conn) -> Result<Vec<Finding>> {
    let wrong = store::integrity(conn).await?;
    Ok(vec![match wrong.first() {
        None => Finding::ok("doctor-integrity-ok"),
        Some(first) => Finding::fail("doctor-integrity-broken").arg("first", first),
    }])
}

async fn links(conn: &mut Conn) -> Result<Vec<Finding>> {
    let broken = store::broken_links(conn).await?;
    if broken.is_empty() {
        return Ok(vec![Finding::ok("doctor-links-ok")]);
    }
    Ok(broken
        .into_iter()
        .map(|(table, n)| Finding::fail("doctor-links-broken").arg("table", table).arg("n", n))
        .collect())
}

/// Whether the monthly sums are what the needs add up to, and the counts of the register what its rows do.
async fn sums(conn: &mut Conn) -> Result<Vec<Finding>> {
    let wrong = casework::figures::tally_faults(conn).await?;
    let firms = registry::ask::count_faults(conn).await?;
    Ok(vec![match wrong.first() {
        None if firms > 0 => Finding::fail("doctor-counts-differ").arg("n", firms),
        None => Finding::ok("doctor-sums-ok"),
        Some(first) => Finding::fail("doctor-sums-differ")
            .arg("n", wrong.len())
            .arg("metric", &first.metric)
            .arg("month", &first.month),
    }])
}

/// Attachments on the disk against their rows, both ways.
async fn files(config: &Config, conn: &mut Conn, all: bool) -> Result<Vec<Finding>> {
    let folder = config.data_dir.join(archive::FILES);
    let rows = store::attachments(conn).await?;
    let n = rows.len();
    let (mut missing, mut damaged, mut known) = (Vec::new(), Vec::new(), BTreeSet::new());
    for row in rows {
        let place = casework::files::path(&folder, row.id);
        match std::fs::metadata(&place) {
            Err(_) => missing.push(place.clone()),
            Ok(meta) if i64::try_from(meta.len()).ok() != Some(row.bytes) => damaged.push(place.clone()),
            Ok(_) if all && std::fs::read(&place).is_ok_and(|bytes| Sha256::digest(bytes).as_slice() != row.sha256) => {
                damaged.push(place.clone());
            }
            Ok(_) => {}
        }
        known.insert(place);
    }
    let mut orphans = old_files(&folder);
    orphans.retain(|place| !known.contains(place));
    orphans.extend(old_files(&config.data_dir.join(private::INCOMING)));
    let mut found = Vec::new();
    for (key, level, places) in [
        ("doctor-files-missing", Level::Fail, &missing),
        ("doctor-files-damaged", Level::Fail, &damaged),
        ("doctor-files-orphaned", Level::Warn, &orphans),
    ] {
        if let Some(first) = places.first() {
            found.push(Finding::new(level, key).arg("n", places.len()).arg("first", first.display()));
        }
    }
    if missing.is_empty() && damaged.is_empty() {
        found.insert(0, Finding::ok("doctor-files-ok").arg("n", n));
    }
    Ok(found)
}

/// Files below a folder that nobody has written to for a while.
fn old_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let old =
                |meta: std::fs::Metadata| meta.modified().is_ok_and(|at| at.elapsed().is_ok_and(|age| age > UPLOADING));
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                Ok(_) if entry.metadata().is_ok_and(old) => found.push(entry.path()),
                _ => {}
            }
        }
    }
    found.sort();
    found
}

/// Whether today and every open deadline lie in years whose notices are entered, and whether that will last.
async fn calendar(conn: &mut Conn, clock: &dyn Clock) -> Result<Vec<Finding>> {
    let today = clock.today();
    let settings = casework::Settings::load(conn, today).await?;
    let until = settings.calendar().and_then(workdays::Calendar::confirmed_until);
    let last = store::last_open_deadline(conn).await?.map(local_date);
    let horizon = Horizon::new(until, today, last);
    let finding = match horizon {
        Horizon::Ample { .. } => Finding::ok("doctor-calendar-ok"),
        Horizon::Beyond { last, .. } => Finding::warn("doctor-calendar-beyond").arg("last", last),
        Horizon::Ending { .. } => Finding::warn("doctor-calendar-ends"),
        Horizon::Over { .. } => Finding::fail("doctor-calendar-over"),
    };
    Ok(vec![finding.arg("until", horizon.until()).arg("year", horizon.until().year() + 1)])
}

/// A clock that is behind what is already written would make entries of the past.
async fn time(conn: &mut Conn, clock: &dyn Clock) -> Result<Vec<Finding>> {
    let (now, last) = (clock.now(), store::last_written(conn).await?);
    Ok(vec![match last.filter(|last| *last > now + CLOCK_SLACK) {
        Some(last) => Finding::fail("doctor-clock-behind")
            .arg("now", kernel::format_minute(now))
            .arg("last", kernel::format_minute(last)),
        None => Finding::ok("doctor-clock-ok").arg("now", kernel::format_minute(now)),
    }])
}

async fn queue(conn: &mut Conn) -> Result<Vec<Finding>> {
    let counts = jobs::counts(conn).await?;
    let given_up: i64 = counts
        .iter()
        .filter(|(state, _)| matches!(state, jobs::State::Dead | jobs::State::Failed))
        .map(|(_, n)| n)
        .sum();
    Ok(vec![match given_up {
        0 => Finding::ok("doctor-jobs-ok"),
        n => Finding::warn("doctor-jobs-dead").arg("n", n),
    }])
}

/// Whether visitors are told apart by address: a proxy in front must be named, or limits per address strike everybody.
fn proxy(config: &Config) -> Finding {
    if let Some(peer) = notice::read(&config.data_dir, notice::PROXY) {
        return Finding::warn("doctor-proxy-untrusted").arg("peer", peer);
    }
    // The program itself speaks no HTTPS.
    if config.base_url.starts_with("https://") && config.trusted_proxies.is_empty() {
        return Finding::warn("doctor-proxy-unnamed").arg("url", &config.base_url);
    }
    Finding::ok("doctor-proxy-ok")
}

/// Whether every request comes to somebody at a desk, as soon as anybody raises one.
async fn desk(conn: &mut Conn, clock: &dyn Clock) -> Result<Vec<Finding>> {
    let unreached = casework::reach::unreached(conn, clock.now()).await?;
    let finding = match (unreached.is_nothing(), unreached.desk) {
        (true, n) => Finding::ok("doctor-desk-ok").arg("n", n),
        (false, 0) => Finding::warn("doctor-desk-nobody"),
        (false, _) => Finding::warn("doctor-desk-unreached"),
    };
    Ok(vec![finding.arg("firms", unreached.enterprises).arg("requests", unreached.requests)])
}

/// Whether enterprises are told whom to call.
async fn desk_line(conn: &mut Conn) -> Result<Vec<Finding>> {
    let line = casework::desk_line::read(conn).await?;
    Ok(vec![match line.is_set() {
        true => Finding::ok("doctor-desk-line-ok").arg("phone", line.phone),
        false => Finding::warn("doctor-desk-line-none"),
    }])
}

/// Free space where the data lies.
fn space(folder: &Path) -> Vec<Finding> {
    let Some(free) = web::disk::space(folder).map(|space| space.free >> 20) else {
        return vec![Finding::warn("doctor-space-unknown")];
    };
    let level = match free {
        0..NO_SPACE => Level::Fail,
        NO_SPACE..LITTLE_SPACE => Level::Warn,
        _ => return vec![Finding::ok("doctor-space-ok").arg("free", free)],
    };
    vec![Finding::new(level, "doctor-space-little").arg("free", free).arg("place", folder.display())]
}

/// The rows that lists are made of against what the events say.
async fn projections(config: &Config, db: &Db, clock: &ClockRef, all: bool) -> Result<Vec<Finding>> {
    let casework = Casework::new(db.clone(), clock.clone(), Arc::new(OsRandom), &config.data_dir);
    let checked = casework::doctor::check(&casework, (!all).then_some(SAMPLE)).await?;
    Ok(vec![match checked.wrong.first() {
        None => Finding::ok("doctor-projections-ok").arg("n", checked.requests),
        Some(first) => Finding::fail("doctor-projections-differ")
            .arg("n", checked.requests)
            .arg("wrong", checked.wrong.len())
            .arg("first", first),
    }])
}
