//! The same figures for whole months from the sums kept month by month, whatever lies closed behind them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use db::{Conn, Tx};
use kernel::{Month, Result, start_of_day};

use super::definition::{DEFINITIONS, Kind};
use super::report::{Report, figure, of_days};
use crate::projection_tally::{DAYS, Tally, difference};
use crate::store::figures as store;
use crate::store::figures::{Days, Months};
use crate::store::list::Span;

/// Reports of periods that begin and end with a month. They hold what can be told from sums: the rates with
/// [`Definition::sums`](super::Definition) and the days.
pub(super) async fn reports(
    conn: &mut Conn,
    months: &Months,
    periods: &[Span],
    now: DateTime<Utc>,
) -> Result<Vec<Report>> {
    let sums = periods.iter().map(|span| months.within((span.from.map(Month::of), span.to.map(Month::of))));
    let ends: Vec<_> = periods.iter().map(|span| span.to.and_then(|to| to.succ_opt()).map(start_of_day)).collect();
    let ahead = store::not_yet_due(conn, &ends, now).await?;
    let each = periods.iter().zip(sums.zip(&ahead));
    Ok(each.map(|(period, (sums, ahead))| of_sums(*period, &sums, ahead, now)).collect())
}

fn of_sums(period: Span, sums: &store::Sums, ahead: &store::Ahead, now: DateTime<Utc>) -> Report {
    // What will fall due later is in the sums already, and not yet in the figures.
    let sum = |metric: &str| {
        let [own, handed_down] = sums.get(metric).copied().unwrap_or_default();
        let [less_own, less_handed_down] = ahead.of(metric);
        [own - less_own, handed_down - less_handed_down]
    };
    let taken = days(sums);
    let told = DEFINITIONS.iter().filter_map(|definition| match (definition.kind, definition.sums) {
        (Kind::Rate, Some((numerator, denominator))) => Some(figure(definition.code, sum(numerator), sum(denominator))),
        (Kind::Rate, None) => None,
        _ => Some(of_days(definition, &taken)),
    });
    Report { period, lead: None, at: now, figures: told.collect() }
}

fn days(sums: &store::Sums) -> [Days; 2] {
    let mut taken = [Days::new(), Days::new()];
    for (metric, n) in sums {
        let Some(days) = metric.strip_prefix(DAYS).and_then(|days| days.parse().ok()) else { continue };
        for (origin, n) in taken.iter_mut().zip(n) {
            if *n != 0 {
                origin.insert(days, *n);
            }
        }
    }
    taken
}

/// Counts the monthly sums anew from the rows of all needs; answers how many sums were wrong.
///
/// # Errors
/// Those of the database.
pub async fn rebuild_tally(tx: &mut Tx) -> Result<usize> {
    let faults = tally_faults(tx).await?.len();
    if faults > 0 {
        let right = counted(tx).await?;
        store::replace_sums(tx, &right).await?;
    }
    Ok(faults)
}

/// What would have to be added to the kept sums to make them right: empty when they are.
///
/// # Errors
/// Those of the database.
pub async fn tally_faults(conn: &mut Conn) -> Result<Vec<Tally>> {
    let kept = store::kept_sums(conn).await?;
    Ok(difference(&kept, &counted(conn).await?))
}

async fn counted(conn: &mut Conn) -> Result<Vec<Tally>> {
    let mut sums: BTreeMap<Tally, i64> = BTreeMap::new();
    store::each_need(conn, |facts| {
        for own in facts.contributions() {
            *sums.entry(Tally { n: 0, ..own }).or_default() += own.n;
        }
    })
    .await?;
    Ok(sums.into_iter().map(|(tally, n)| Tally { n, ..tally }).collect())
}
