//! A report as JSON for programs and as a table for a terminal.

use serde_json::{Value, json};
use web::Words;

use super::definition::{Definition, Kind};
use super::report::{Origin, Pair, Report};
use crate::filter::href;

/// `{from, to, at, figures: [{code, definition, kind, numerator, denominator, percent | days, rows, own, handed_down}]}`.
/// `own` and `handed_down` hold the same numbers for the two origins apart; `rows` the addresses of the lists that equal
/// numerator and denominator; `percent` is text with one decimal, `days` a number, `null` without a denominator.
pub fn report_json(report: &Report) -> Value {
    let figures = report.figures.iter().filter_map(|figure| {
        let definition = Definition::of(figure.code)?;
        let mut own = numbers(report, definition, Origin::All, figure.all);
        own["code"] = json!(definition.code);
        own["definition"] = json!(definition.formula);
        own["kind"] = json!(match definition.kind {
            Kind::Rate => "rate",
            Kind::Average => "average",
            Kind::Percentile => "percentile",
        });
        own["own"] = numbers(report, definition, Origin::Own, figure.own);
        own["handed_down"] = numbers(report, definition, Origin::HandedDown, figure.handed_down);
        Some(own)
    });
    json!({
        "from": report.period.from,
        "to": report.period.to,
        "at": report.at,
        "figures": figures.collect::<Vec<_>>(),
    })
}

fn numbers(report: &Report, definition: &Definition, origin: Origin, pair: Pair) -> Value {
    let mut out = json!({"numerator": pair.numerator, "denominator": pair.denominator});
    match definition.kind {
        Kind::Rate => out["percent"] = json!(pair.percent()),
        Kind::Average => out["days"] = json!(pair.tenths().map(|tenths| tenths as f64 / 10.0)),
        Kind::Percentile => out["days"] = json!((pair.denominator > 0).then_some(pair.numerator)),
    }
    if let Some((numerator, denominator)) = report.rows(definition.code, origin) {
        out["rows"] = json!({"numerator": numerator.map(href), "denominator": href(denominator)});
    }
    out
}

/// The value of a figure as people read it: `96.6%`, `4.6`, `11`; `—` without a denominator.
pub fn figure_value(code: &str, pair: Pair) -> String {
    value(Definition::of(code).map_or(Kind::Rate, |definition| definition.kind), pair)
}

fn value(kind: Kind, pair: Pair) -> String {
    let told = match kind {
        Kind::Rate => pair.percent(),
        Kind::Average => pair.tenths().map(|tenths| format!("{}.{}", tenths / 10, tenths % 10)),
        Kind::Percentile => (pair.denominator > 0).then(|| pair.numerator.to_string()),
    };
    told.unwrap_or_else(|| "—".to_owned())
}

/// One line a figure: name, value and numbers for all, own and handed-down; below, the definitions.
///
/// words: figure-*
pub fn report_table(report: &Report, w: &Words) -> String {
    let mut rows = vec![vec![
        w.t("figures-name").into_owned(),
        w.t("figures-all").into_owned(),
        String::new(),
        w.t("figures-own").into_owned(),
        String::new(),
        w.t("figures-handed-down").into_owned(),
        String::new(),
    ]];
    let mut notes = String::new();
    for figure in &report.figures {
        let Some(definition) = Definition::of(figure.code) else { continue };
        let name = w.t(&definition.key()).into_owned();
        notes.push_str(&format!("{name}: {}\n", w.t(&format!("{}-definition", definition.key()))));
        let mut row = vec![name];
        for origin in Origin::EVERY {
            let pair = figure.of(origin);
            row.push(value(definition.kind, pair));
            row.push(match definition.kind {
                Kind::Percentile => format!("({})", pair.denominator),
                _ => format!("{}/{}", pair.numerator, pair.denominator),
            });
        }
        rows.push(row);
    }
    let day = |day: Option<chrono::NaiveDate>| day.map_or_else(|| "…".to_owned(), |day| day.to_string());
    let (from, to) = (day(report.period.from), day(report.period.to));
    let title = w.f("figures-title", &[("from", &from), ("to", &to)]);
    format!("{title}\n\n{}\n{notes}", aligned(&rows))
}

/// Columns of equal width; the first to the left, the others to the right.
fn aligned(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widest = |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|cell| width(cell)).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(widest).collect();
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (at, cell) in row.iter().enumerate() {
            let pad = " ".repeat(widths[at].saturating_sub(width(cell)));
            line.push_str(&if at == 0 { format!("{cell}{pad}") } else { format!("  {pad}{cell}") });
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// Columns a text takes in a terminal: Chinese characters take two.
fn width(text: &str) -> usize {
    text.chars().map(|c| if u32::from(c) >= 0x2e80 { 2 } else { 1 }).sum()
}
