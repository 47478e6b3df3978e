//! `wanqi db copy`, `backup`, `restore`, `doctor`: care for the data.

use std::path::Path;

use app::copy::{Progress, copy};
use app::doctor::{Finding, Level, examine};
use app::history::{self, anchors::Anchors};
use app::{backup, modules, restore};
use db::{Db, Options};
use identity::Verdict;

use crate::context::Context;
use crate::say::{FAILURE, Outcome, Say, Stop, USAGE};

pub async fn db_copy(context: &Context, from: &str, to: &str, replace: bool) -> Outcome {
    let say = &context.say;
    if from == to {
        return Err(say.stop(USAGE, "copy-same", &[]));
    }
    let source = Db::open_with(from, Options { readers: 1, create: false }).await?;
    let target = Db::open(to).await?;
    app::private::tighten_database(to);
    let steps = modules::migrations();
    let clock = context.clock.as_ref();
    let copied = copy(&source, &target, &steps, clock, replace, &mut shown(say)).await;
    source.close().await;
    say.progress_over();
    // Without an installation here nobody said where the data of the new one lie: no folder is made for a guess.
    let anchors = context.is_installed().then(|| Anchors::new(&context.config.data_dir));
    let noted = match &copied {
        Ok(copied) => history::copied(&target, copied, clock, anchors.as_ref()).await,
        Err(_) => Ok(()),
    };
    target.close().await;
    let copied = copied?;
    say.answer(&say.f("copy-done", &[("tables", &copied.tables), ("rows", &copied.rows)]));
    chain(say, &copied.audit);
    say.note(&say.words.t("copy-next"));
    if anchors.is_none() {
        say.note(&say.f("copy-unnoted", &[("file", &context.config_file.display().to_string())]));
    }
    noted.map_err(Stop::from)
}

pub async fn make_backup(context: &Context, to: &Path) -> Outcome {
    context.must_exist()?;
    let say = &context.say;
    let clock = context.clock.as_ref();
    let made = backup::backup(&context.config, Some(&context.config_file), to, clock, &mut shown(say)).await;
    say.progress_over();
    let made = made?;
    let files = made.manifest.files.iter().filter(|file| file.path.starts_with(app::archive::FILES)).count();
    let size = megabytes(made.manifest.bytes());
    say.answer(&say.f("backup-done", &[("file", &to.display().to_string()), ("files", &files), ("size", &size)]));
    chain(say, &made.audit);
    if let Some(error) = made.unnoted {
        return Err(error.into());
    }
    if let Some(first) = made.manifest.missing.first() {
        let n = made.manifest.missing.len();
        return Err(say.stop(FAILURE, "backup-missing", &[("n", &n), ("first", first)]));
    }
    Ok(())
}

pub async fn put_back(context: &Context, file: &Path, url: &str, data_dir: &Path) -> Outcome {
    let say = &context.say;
    let restored = restore::restore(file, url, data_dir, context.clock.as_ref(), &mut shown(say)).await;
    say.progress_over();
    let restored = restored?;
    let manifest = &restored.manifest;
    let size = megabytes(manifest.bytes());
    say.answer(&say.f("restore-done", &[("county", &manifest.county), ("made", &manifest.made_at), ("size", &size)]));
    say.note(&say.f("restore-head", &[("n", &manifest.audit_entries), ("head", &manifest.audit_head)]));
    if let Some(config) = restored.config {
        say.note(&say.f("restore-config", &[("file", &config.display().to_string())]));
    }
    Ok(())
}

pub async fn doctor(context: &Context, all: bool) -> Outcome {
    context.must_exist()?;
    let found = examine(&context.config, &context.clock, all).await;
    if say_findings(&context.say, &found) == Level::Fail { Err(Stop::Code(FAILURE)) } else { Ok(()) }
}

/// Says one line for each finding and returns how bad the worst is.
pub fn say_findings(say: &Say, found: &[Finding]) -> Level {
    for finding in found {
        let mark = match finding.level {
            Level::Ok => "doctor-mark-ok",
            Level::Warn => "doctor-mark-warn",
            Level::Fail => "doctor-mark-fail",
        };
        say.answer(&format!("{:<5} {}", say.words.t(mark), finding.text(&say.words)));
    }
    found.iter().map(|finding| finding.level).max().unwrap_or(Level::Ok)
}

/// A broken chain does not stop a copy, because then nothing could be saved any more; it is said.
fn chain(say: &Say, verdict: &Verdict) {
    match verdict.first_broken {
        None => say.note(&say.f("audit-whole", &[("n", &verdict.entries), ("head", &verdict.head)])),
        Some(entry) => say.note(&say.f("copy-chain-broken", &[("entry", &entry)])),
    }
}

fn shown(say: &Say) -> impl FnMut(Progress<'_>) + Send + '_ {
    |progress| {
        let args: [(&str, &dyn web::words::Arg); 2] = [("table", &progress.table), ("done", &progress.done)];
        say.progress(&say.f("copy-progress", &args));
    }
}

fn megabytes(bytes: u64) -> String {
    format!("{}.{}", bytes >> 20, ((bytes & 0xf_ffff) * 10) >> 20)
}
