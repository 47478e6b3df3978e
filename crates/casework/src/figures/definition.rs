//! What each figure counts: two list filters, and for whole months the sums that give the same numbers.

use crate::store::list::{NeedFilter, Span};

/// How a figure is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Numerator of denominator, in percent.
    Rate,
    /// Working days in all, divided by the needs that took them.
    Average,
    /// The working days within which nine needs of ten were answered (numerator), of so many (denominator).
    Percentile,
}

/// One figure.
#[derive(Clone, Copy, Debug)]
pub struct Definition {
    /// The stable name in JSON; with `-` for `_` the key `figure-…` of its name in the words, `…-definition` of the sentence.
    pub code: &'static str,
    /// The definition as a formula.
    pub formula: &'static str,
    pub kind: Kind,
    /// The list that equals the numerator; `None` where the numerator is days.
    pub numerator: Option<fn(Span) -> NeedFilter>,
    /// The list that equals the denominator.
    pub denominator: fn(Span) -> NeedFilter,
    /// The metrics of the monthly sums that give both, where they are kept.
    pub sums: Option<(&'static str, &'static str)>,
}

/// All figures; the first six are the rates counties report.
pub static DEFINITIONS: [Definition; 18] = [
    rate(
        "accept_rate",
        "accepted within the acceptance limit / all submitted",
        |span| NeedFilter { accepted: Some(true), accept_on_time: Some(true), ..submitted(span) },
        submitted,
        Some(("accepted_in_time", "submitted")),
    ),
    rate(
        "close_rate",
        "closed, but for those given up as not reachable / accepted",
        |span| NeedFilter { states: state("closed"), reachable: true, ..accepted(span) },
        accepted,
        Some(("accepted_closed", "accepted")),
    ),
    rate(
        "ontime_rate",
        "answered on or before due (after approved extensions) and closed, but for those given up as not reachable / all that fell due, open overdue ones included",
        |span| NeedFilter { states: state("closed"), resolve_on_time: Some(true), reachable: true, ..fell_due(span) },
        fell_due,
        Some(("closed_on_time", "due")),
    ),
    rate(
        "satisfaction",
        "satisfied or basically satisfied at the first valid call-back / valid call-backs, one per need",
        |span| NeedFilter { satisfied: Some(true), ..judged(span) },
        judged,
        Some(("satisfied", "judged")),
    ),
    rate(
        "beijing_response",
        "contacted within the limit / contacted or overdue",
        |span| NeedFilter { contact_on_time: Some(true), ..contact_owed(span) },
        contact_owed,
        None,
    ),
    rate(
        "beijing_solve",
        "resolved as confirmed at call-back / reached at call-back and to be resolved",
        |span| NeedFilter { outcome: Some("resolved".to_owned()), confirmed: true, ..to_solve(span) },
        to_solve,
        None,
    ),
    rate(
        "satisfied_fully",
        "satisfied without reservation at the first valid call-back / valid call-backs, one per need",
        |span| NeedFilter { satisfied: Some(true), result: Some("satisfied".to_owned()), ..judged(span) },
        judged,
        Some(("satisfied_fully", "judged")),
    ),
    rate(
        "answered_on_time",
        "answered on or before due / all that fell due, open overdue ones included",
        |span| NeedFilter { resolve_on_time: Some(true), ..fell_due(span) },
        fell_due,
        Some(("answered_on_time", "due")),
    ),
    rate(
        "reopened",
        "reopened at least once / answered at least once",
        |span| NeedFilter { reopened: Some(true), ..answered_once(span) },
        answered_once,
        Some(("reopened", "answered_once")),
    ),
    rate(
        "returned",
        "returned as out of scope / all submitted",
        |span| NeedFilter { states: state("returned"), ..submitted(span) },
        submitted,
        Some(("returned", "submitted")),
    ),
    rate(
        "refused",
        "refused by a unit at least once / accepted",
        |span| NeedFilter { refused: true, ..accepted(span) },
        accepted,
        Some(("refused", "accepted")),
    ),
    rate(
        "handed_on",
        "changed its lead unit at least once / accepted",
        |span| NeedFilter { hopped: Some(true), ..accepted(span) },
        accepted,
        Some(("hopped", "accepted")),
    ),
    rate(
        "call_back_confirmed",
        "closed on a call-back that reached a satisfied enterprise / closed",
        |span| NeedFilter { confirmed: true, ..closed(span) },
        closed,
        Some(("confirmed", "closed")),
    ),
    rate(
        "call_back_missed",
        "closed though no call-back reached anybody / closed",
        |span| NeedFilter { result: Some("not_reached".to_owned()), ..closed(span) },
        closed,
        Some(("not_reached", "closed")),
    ),
    rate(
        "closed_not_reachable",
        "closed after the lead gave the enterprise up as not reachable / closed",
        |span| NeedFilter { outcome: Some("not_reachable".to_owned()), ..closed(span) },
        closed,
        Some(("not_reachable", "closed")),
    ),
    Definition {
        code: "days_average",
        formula: "working days from acceptance to answer, waits left out, all rounds / answered",
        kind: Kind::Average,
        numerator: None,
        denominator: answered,
        sums: None,
    },
    Definition {
        code: "days_p90",
        formula: "working days within which nine of ten answered needs were answered",
        kind: Kind::Percentile,
        numerator: None,
        denominator: answered,
        sums: None,
    },
    rate("overdue_open", "open and past due / accepted and open, whenever accepted", |_| overdue(), |_| open(), None),
];

impl Definition {
    /// The definition of a code.
    pub fn of(code: &str) -> Option<&'static Definition> {
        DEFINITIONS.iter().find(|definition| definition.code == code)
    }

    /// Key of the name in the words.
    pub fn key(&self) -> String {
        format!("figure-{}", self.code.replace('_', "-"))
    }
}

const fn rate(
    code: &'static str,
    formula: &'static str,
    numerator: fn(Span) -> NeedFilter,
    denominator: fn(Span) -> NeedFilter,
    sums: Option<(&'static str, &'static str)>,
) -> Definition {
    Definition { code, formula, kind: Kind::Rate, numerator: Some(numerator), denominator, sums }
}

fn state(name: &str) -> Vec<String> {
    vec![name.to_owned()]
}

fn submitted(span: Span) -> NeedFilter {
    NeedFilter { submitted: span, ..NeedFilter::default() }
}

/// A span says it already; without one it must be said, so that the address stays short.
fn accepted(span: Span) -> NeedFilter {
    let all = span == Span::default();
    NeedFilter { accepted: all.then_some(true), accepted_in: span, ..NeedFilter::default() }
}

fn fell_due(span: Span) -> NeedFilter {
    NeedFilter { fell_due: true, due_in: span, ..NeedFilter::default() }
}

fn judged(span: Span) -> NeedFilter {
    NeedFilter { judged: true, judged_in: span, ..NeedFilter::default() }
}

fn contact_owed(span: Span) -> NeedFilter {
    NeedFilter { contact_owed: true, ..accepted(span) }
}

fn to_solve(span: Span) -> NeedFilter {
    NeedFilter { solvable: true, ..judged(span) }
}

fn answered_once(span: Span) -> NeedFilter {
    NeedFilter { answered_once: true, ..accepted(span) }
}

fn closed(span: Span) -> NeedFilter {
    NeedFilter { states: state("closed"), closed_in: span, ..NeedFilter::default() }
}

fn answered(span: Span) -> NeedFilter {
    NeedFilter { answered: Some(true), answered_in: span, ..NeedFilter::default() }
}

pub(super) fn open() -> NeedFilter {
    NeedFilter { open: Some(true), accepted: Some(true), ..NeedFilter::default() }
}

pub(super) fn overdue() -> NeedFilter {
    NeedFilter { overdue: true, ..NeedFilter::default() }
}
