//! Whether each parameter has a value on every day the pack is in force.

use chrono::{Days, NaiveDate};

use super::messages;
use crate::compile::{Body, CompiledPack};
use crate::diagnostic::{Diagnostic, Place};
use crate::pack::ParameterRow;

/// Tells each span of days without a value.
pub fn check(pack: &CompiledPack, found: &mut Vec<Diagnostic>) {
    for rule in &pack.rules {
        let Body::Parameter { rows, .. } = &rule.body else { continue };
        let rows: Vec<&ParameterRow> = rows.iter().filter_map(|at| pack.source.parameters.get(*at)).collect();
        for (row, from, to) in holes(&rows, pack.source.from, pack.source.to) {
            let place: Place = row.name.place.clone();
            found.push(messages::parameter_hole(place, &row.name.text, from, to));
        }
    }
}

/// The holes of dated rows, oldest first, between two days (none: without end), each with the row beside it.
fn holes<'r>(
    rows: &[&'r ParameterRow],
    first: Option<NaiveDate>,
    last: Option<NaiveDate>,
) -> Vec<(&'r ParameterRow, NaiveDate, Option<NaiveDate>)> {
    let mut holes = Vec::new();
    // The first day nothing is known of yet; none: none is open.
    let mut open = first;
    for (at, row) in rows.iter().enumerate() {
        if let (Some(from), Some(start)) = (open, row.from) {
            let before = start.checked_sub_days(Days::new(1)).map(|day| last.map_or(day, |last| day.min(last)));
            if let Some(to) = before.filter(|to| from <= *to) {
                // What begins too late is beside the row that ended before it.
                let beside = at.checked_sub(1).and_then(|at| rows.get(at)).unwrap_or(row);
                holes.push((*beside, from, Some(to)));
            }
        }
        open = row.to.and_then(|to| to.checked_add_days(Days::new(1)));
        // What ended before the pack came into force leaves open what the pack begins with.
        open = match (open, first) {
            (Some(open), Some(first)) => Some(open.max(first)),
            (open, _) => open,
        };
        if row.to.is_none() {
            return holes;
        }
    }
    if let (Some(from), Some(row)) = (open, rows.last())
        && last.is_none_or(|last| from <= last)
    {
        holes.push((*row, from, last));
    }
    holes
}
