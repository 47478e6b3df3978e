//! The overview as a spreadsheet: every figure of the period with its definition, then units and months.

use axum::response::Response;
use kernel::{Result, local_date};
use web::export::{Cell, Export, Head, Kind, SheetColumn, Told};
use web::{SignedIn, Words};

use super::opens::reach;
use super::overview::choice_name;
use crate::Casework;
use crate::figures::{self, Beside, Choice, Definition, Origin, Overview, Report, figure_value};
use crate::pages::shared;
use crate::store::list::Moment;

/// The file.
pub(super) async fn answer(by: &SignedIn, casework: &Casework, choice: Choice) -> Result<Response> {
    let w = &by.words;
    let (reached, _) = reach(&by.actor);
    let enterprises = identity::reached(&by.actor, &registry::access::READ);
    let mut conn = by.state.db.read().await?;
    let settings = casework.settings(&mut conn).await?;
    let at = Moment { now: by.now };
    let beside = Beside::at(settings.calendar(), by.now);
    let overview = figures::overview(&mut conn, &reached, &enterprises, choice, beside, at).await?;
    let report = figures::report(&mut conn, &reached, choice.span(by.now), by.now).await?;
    drop(conn);
    let day = local_date(by.now);
    let file = format!("{}-{}-{day}.xlsx", w.t("nav-overview"), choice_name(w, choice));
    let (head, rows) = sheet(w, &report, &overview);
    Export::whole(by, Told::new("figures", file), head, rows).await
}

/// words: overview-sheet-* figure-*
pub(super) fn sheet(w: &Words, report: &Report, own: &Overview) -> (Head, Vec<Vec<Cell>>) {
    let text = |key: &str| Cell::Text(w.t(key).into_owned());
    let n = |n: i64| Cell::Number(n as f64);
    let mut rows = Vec::new();
    for figure in &report.figures {
        let Some(definition) = Definition::of(figure.code) else { continue };
        for origin in Origin::EVERY {
            let pair = figure.of(origin);
            rows.push(vec![
                text(match origin {
                    Origin::All => "figures-all",
                    Origin::Own => "figures-own",
                    Origin::HandedDown => "figures-handed-down",
                }),
                text(&definition.key()),
                Cell::Text(figure_value(figure.code, pair)),
                n(pair.numerator),
                n(pair.denominator),
                text(&format!("{}-definition", definition.key())),
            ]);
        }
    }
    for load in &own.units {
        let name = load.unit.as_ref().map_or_else(|| w.t("overview-desk"), |(_, names)| shared::name(w, names).into());
        let note = w.f("overview-sheet-unit-note", &[("soon", &load.soon), ("waiting", &load.waiting)]);
        let late = figures::Pair { numerator: load.late, denominator: load.open };
        rows.push(vec![
            text("overview-units"),
            Cell::Text(name.into_owned()),
            Cell::Text(late.percent().unwrap_or_default()),
            n(load.late),
            n(load.open),
            Cell::Text(note),
        ]);
    }
    for flow in &own.months {
        let closed = figures::Pair { numerator: flow.closed, denominator: flow.accepted };
        rows.push(vec![
            text("overview-flow"),
            Cell::Text(w.month(flow.month.year(), flow.month.month())),
            Cell::Text(closed.percent().unwrap_or_default()),
            n(flow.closed),
            n(flow.accepted),
            Cell::Text(w.f("overview-sheet-month-note", &[("late", &flow.late)])),
        ]);
    }
    let column = |key: &str, width, kind| SheetColumn { title: w.t(key).into_owned(), width, kind };
    let head = Head {
        title: format!("{} {}", w.t("nav-overview"), choice_name(w, own.choice)),
        subtitle: format!("{} {}", w.t("overview-as-of"), w.full_datetime(report.at)),
        columns: vec![
            column("overview-sheet-part", 14, Kind::Text),
            column("overview-sheet-item", 24, Kind::Text),
            column("overview-sheet-value", 10, Kind::Text),
            column("overview-sheet-numerator", 10, Kind::Number),
            column("overview-sheet-denominator", 10, Kind::Number),
            column("overview-sheet-definition", 60, Kind::Text),
        ],
    };
    (head, rows)
}
