//! The four rates with what keeps them honest, and two stretches of time beside each other.

use web::Words;
use web::components::{Honest, RateCard};
use web::format::number;

use super::opens::{Opens, Shown};
use crate::figures::{Beside, Choice, Definition, Origin, Overview, Pair, Report, figure_value};
use crate::filter::href;
use crate::store::list::NeedFilter;

/// Below so many cases a difference in points says nothing.
const FEW: i64 = 10;

/// One figure of both stretches.
pub(super) struct Compared {
    pub(super) label: String,
    pub(super) cells: [Cell; 2],
    pub(super) change: String,
}

/// A rate with both counts, or a count alone.
pub(super) struct Cell {
    pub(super) percent: Option<String>,
    pub(super) numerator: Shown,
    pub(super) denominator: Option<Shown>,
}

/// Addresses of the lists behind numerator and denominator.
pub(super) fn rows(report: &Report, code: &str, origin: Origin) -> (String, String) {
    let (numerator, denominator) = report.rows(code, origin).unwrap_or_default();
    let denominator = href(denominator);
    (numerator.map_or_else(|| denominator.clone(), href), denominator)
}

/// words: figure-*
fn card(w: &Words, report: &Report, code: &str, unit: &str, opens: Opens) -> RateCard {
    let pair = report.pair(code, Origin::All);
    let key = Definition::of(code).map(Definition::key).unwrap_or_default();
    let (numerator, denominator) = rows(report, code, Origin::All);
    let card = RateCard::new(w.t(&key), pair.numerator, pair.denominator, w.t(unit));
    let card = if opens.0 { card.links(numerator, denominator) } else { card };
    card.definition(w.t(&format!("{key}-definition")))
}

/// The numerator of a figure as a small number with its list.
fn count(w: &Words, report: &Report, code: &str, label: &str, opens: Opens) -> Honest {
    let n = report.pair(code, Origin::All).numerator;
    Honest::new(w.t(label), number(n), "", opens.to(rows(report, code, Origin::All).0))
}

/// words: overview-needs overview-reached overview-working-day-unit overview-days-unit overview-handed-down overview-average
/// words: overview-p90 overview-not-reached overview-not-reachable overview-dissatisfied overview-handed-on overview-refused
pub(super) fn rates(w: &Words, own: &Overview, opens: Opens) -> Vec<RateCard> {
    let report = &own.report;
    let above = report.pair("close_rate", Origin::HandedDown);
    let above = Honest::new(
        w.t("overview-handed-down"),
        format!("{}/{}", number(above.numerator), number(above.denominator)),
        "",
        opens.to(rows(report, "close_rate", Origin::HandedDown).1),
    );
    let told = |code: &str, label: &str, unit: &str| {
        let value = figure_value(code, report.pair(code, Origin::All));
        Honest::new(w.t(label), value, w.t(unit), opens.to(rows(report, code, Origin::All).1))
    };
    let judged = report.pair("satisfaction", Origin::All);
    let dissatisfied =
        report.rows("satisfaction", Origin::All).map(|(_, judged)| NeedFilter { satisfied: Some(false), ..judged });
    let dissatisfied = Honest::new(
        w.t("overview-dissatisfied"),
        number(judged.denominator - judged.numerator),
        "",
        dissatisfied.and_then(|filter| opens.to(href(filter))),
    );
    let card = |code: &str, unit: &str| card(w, report, code, unit, opens);
    let count = |code: &str, label: &str| count(w, report, code, label, opens);
    vec![
        card("close_rate", "overview-needs")
            .honest(above)
            .honest(since(w, own))
            .honest(count("closed_not_reachable", "overview-not-reachable")),
        card("ontime_rate", "overview-needs")
            .honest(told("days_average", "overview-average", "overview-working-day-unit"))
            .honest(told("days_p90", "overview-p90", "overview-days-unit")),
        card("satisfaction", "overview-reached")
            .honest(dissatisfied)
            .honest(count("call_back_missed", "overview-not-reached")),
        card("reopened", "overview-needs")
            .honest(count("handed_on", "overview-handed-on"))
            .honest(count("refused", "overview-refused")),
    ]
}

/// How the closing rate moved.
/// words: overview-since-*
fn since(w: &Words, own: &Overview) -> Honest {
    let label = match own.choice {
        Choice::All => "overview-since-all",
        Choice::Month => "overview-since-month",
        Choice::Quarter => "overview-since-quarter",
        Choice::Year => "overview-since-year",
    };
    let now = own.report.pair("close_rate", Origin::All);
    match points(now, own.close_before) {
        Some(points) => Honest::new(w.t(label), points, w.t("overview-points"), None),
        None => Honest::new(w.t(label), "—", "", None),
    }
}

/// The difference of two percentages as they are shown: `+0.4`; none where one of them is of too few cases.
pub(super) fn points(now: Pair, before: Pair) -> Option<String> {
    if now.denominator.min(before.denominator) < FEW {
        return None;
    }
    let tenths = now.per_mille()? - before.per_mille()?;
    let sign = match tenths {
        0 => "±",
        1.. => "+",
        _ => "−",
    };
    Some(format!("{sign}{}.{}", tenths.abs() / 10, tenths.abs() % 10))
}

/// What is compared.
/// words: overview-two-months overview-finished-months
pub(super) fn title(beside: Beside) -> &'static str {
    if beside.finished { "overview-finished-months" } else { "overview-two-months" }
}

/// Names of both stretches: `12月`, `11月1–7日`.
pub(super) fn months(w: &Words, both: [&Report; 2]) -> [String; 2] {
    use chrono::Datelike;
    let name = |report: &Report| match (report.period.from, report.period.to) {
        (Some(from), Some(to)) if to == kernel::Month::of(to).last_day() => w.month_name(from.month()),
        (Some(from), Some(to)) => w.f("overview-days-of", &[("month", &w.month_name(from.month())), ("to", &to.day())]),
        _ => String::new(),
    };
    both.map(name)
}

/// Both stretches, figure by figure.
pub(super) fn compared(w: &Words, both: [&Report; 2], opens: Opens) -> Vec<Compared> {
    let counts = [("overview-accepted", "close_rate"), ("overview-closed", "call_back_confirmed")];
    let mut out: Vec<_> = counts
        .into_iter()
        .map(|(label, code)| {
            let n = both.map(|report| report.pair(code, Origin::All).denominator);
            let cell = |at: usize| Cell {
                percent: None,
                numerator: opens.shown(rows(both[at], code, Origin::All).1, number(n[at])),
                denominator: None,
            };
            Compared { label: w.t(label).into_owned(), cells: [cell(0), cell(1)], change: signed(n[0] - n[1]) }
        })
        .collect();
    for code in ["ontime_rate", "satisfaction", "reopened"] {
        let pairs = both.map(|report| report.pair(code, Origin::All));
        let cell = |at: usize| {
            let (numerator, denominator) = rows(both[at], code, Origin::All);
            Cell {
                percent: Some(pairs[at].percent().unwrap_or_else(|| "—".to_owned())),
                numerator: opens.shown(numerator, number(pairs[at].numerator)),
                denominator: Some(opens.shown(denominator, number(pairs[at].denominator))),
            }
        };
        let key = Definition::of(code).map(Definition::key).unwrap_or_default();
        let change = points(pairs[0], pairs[1]);
        let change = change.map(|points| format!("{points} {}", w.t("overview-points")));
        out.push(Compared {
            label: w.t(&key).into_owned(),
            cells: [cell(0), cell(1)],
            change: change.unwrap_or_else(|| "—".to_owned()),
        });
    }
    out
}

fn signed(n: i64) -> String {
    match n {
        0 => "±0".to_owned(),
        1.. => format!("+{}", number(n)),
        _ => number(n),
    }
}
