//! What the doctor says of the history: the chain, its anchors, its seals, rows from the future.

use db::Db;
use identity::Verdict;
use kernel::{Clock, OsRandom, Result, format_minute};

use casework::history::{Checked, Fault};

use super::anchors::Anchors;
use super::{Examined, Standing, examine};
use crate::config::Config;
use crate::doctor::Finding;
use crate::store;

/// How far ahead of the clock a row may be: servers of one database differ a little.
const AHEAD: chrono::Duration = chrono::Duration::minutes(5);

/// Everything the doctor says of it. `all` compares every event and text with its seal, else a sample.
pub(crate) async fn findings(config: &Config, db: &Db, clock: &dyn Clock, all: bool) -> Result<Vec<Finding>> {
    let (chain, told) = verify(db, &Anchors::new(&config.data_dir), all).await?;
    let mut found = vec![match chain.first_broken {
        None => Finding::ok("doctor-audit-ok").arg("n", chain.entries),
        Some(entry) => Finding::fail("doctor-audit-broken").arg("entry", entry),
    }];
    found.extend(told);
    found.extend(future(db, clock).await?);
    Ok(found)
}

/// The chain, and what anchors and seals say of it.
///
/// # Errors
/// As [`examine`].
pub async fn verify(db: &Db, anchors: &Anchors, all: bool) -> Result<(Verdict, Vec<Finding>)> {
    let sample: Option<&dyn kernel::Random> = if all { None } else { Some(&OsRandom) };
    let Examined { chain, standing, served, sealed } = examine(db, anchors, sample).await?;
    let mut found = of_anchors(&standing, served, anchors);
    found.push(match &sealed {
        None => Finding::warn("doctor-history-due"),
        Some(checked) => of_seals(checked, all),
    });
    Ok((chain, found))
}

fn of_anchors(standing: &Standing, served: bool, anchors: &Anchors) -> Vec<Finding> {
    let mut found = Vec::new();
    if let Some(forged) = &standing.forged {
        let finding = Finding::fail("doctor-anchors-forged").arg("entry", forged.entry);
        found.push(finding.arg("at", format_minute(forged.at)));
    }
    if let Some(cut) = &standing.cut {
        let finding = Finding::fail("doctor-anchors-cut").arg("from", cut.from).arg("to", cut.to);
        found.push(finding.arg("at", format_minute(cut.at)));
    }
    if standing.unreadable > 0 {
        let place = anchors.place();
        found.push(
            Finding::warn("doctor-anchors-unreadable").arg("n", standing.unreadable).arg("file", place.display()),
        );
    }
    if let Some(restored) = &standing.restored {
        let finding = Finding::ok("doctor-anchors-restored").arg("at", format_minute(restored.at));
        found.push(finding.arg("from", restored.from).arg("left", restored.left));
    }
    if found.is_empty() {
        found.push(match standing.anchors {
            0 if served => Finding::warn("doctor-anchors-lost").arg("file", anchors.place().display()),
            0 => Finding::ok("doctor-anchors-none"),
            n => Finding::ok("doctor-anchors-ok").arg("n", n),
        });
    }
    found
}

fn of_seals(checked: &Checked, all: bool) -> Finding {
    let Some(first) = &checked.first else {
        let key = if all { "doctor-history-ok" } else { "doctor-history-ok-sample" };
        return Finding::ok(key).arg("n", checked.requests).arg("events", checked.events);
    };
    let finding = |key| Finding::fail(key).arg("n", checked.wrong).arg("number", &first.number);
    match &first.fault {
        Fault::Text => finding("doctor-history-text"),
        Fault::Changed { from, to } => finding("doctor-history-changed").arg("from", from).arg("to", to),
        Fault::Missing { event } => finding("doctor-history-missing").arg("event", event),
        Fault::Unsealed { from, to } => finding("doctor-history-unsealed").arg("from", from).arg("to", to),
        Fault::Untold => finding("doctor-history-untold"),
        Fault::Gone => finding("doctor-history-gone"),
        Fault::Leaves { entry } => finding("doctor-history-leaves").arg("entry", entry),
    }
}

/// Rows that a clock set ahead left behind: they cannot be told from true ones later, so they are named now.
async fn future(db: &Db, clock: &dyn Clock) -> Result<Vec<Finding>> {
    let mut conn = db.read().await?;
    let limit = clock.now() + AHEAD;
    let mut found = Vec::new();
    if let Some((n, number, at)) = store::requests_ahead(&mut conn, limit).await? {
        let finding = Finding::warn("doctor-future-requests").arg("n", n).arg("number", number);
        found.push(finding.arg("at", format_minute(at)));
    }
    if let Some((n, entry, at)) = store::entries_ahead(&mut conn, limit).await? {
        let finding = Finding::warn("doctor-future-audit").arg("n", n).arg("entry", entry);
        found.push(finding.arg("at", format_minute(at)));
    }
    Ok(found)
}
