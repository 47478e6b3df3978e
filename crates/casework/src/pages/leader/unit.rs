//! /overview/units/{code}: what one unit has open, late and refused, and its rates this month against the last.

use askama::Template;
use axum::Extension;
use axum::extract::Path;
use kernel::Error;
use web::components::{Crumbs, Empty, Figure as Counted, Honest, Link, RateCard};
use web::format::{Stamp, number};
use web::{PageResult, Shell, SignedIn, Words, html};

use super::cards::{self, Compared, points};
use super::opens::Opens;
use crate::Casework;
use crate::access;
use crate::figures::{Beside, Definition, Hand, InHand, Kind, Origin, Report, figure_value, in_hand};
use crate::filter::href;
use crate::pages::desk::parts::ListRow;
use crate::pages::desk::units::{self, Units};
use crate::store::list::Moment;

#[derive(Template)]
#[template(path = "leader/unit.html")]
pub(super) struct Page {
    shell: Shell,
    crumbs: Crumbs,
    name: String,
    stamp: Stamp,
    hands: Vec<Counted>,
    rate: RateCard,
    open: Link,
    rows: Vec<ListRow>,
    empty: Empty,
    compares: String,
    months: [String; 2],
    compared: Vec<Compared>,
    to_date: Vec<(String, String, Link)>,
}

/// GET /overview/units/{code}
pub(super) async fn show(
    by: SignedIn,
    Path(code): Path<String>,
    Extension(casework): Extension<Casework>,
) -> PageResult {
    let reached = identity::reached(&by.actor, &access::READ);
    // Its cases stand on the page: whoever sees figures alone has the overview.
    if identity::reached(&by.actor, &access::FIGURES).is_nothing() || reached.is_nothing() {
        return Err(Error::forbidden("not-allowed").into());
    }
    let mut conn = by.state.db.read().await?;
    let units = Units::load(&casework, &mut conn).await?;
    let unit = units.by_code(&code).ok_or_else(|| Error::not_found("unit"))?;
    let settings = casework.settings(&mut conn).await?;
    let at = Moment { now: by.now };
    let beside = Beside::at(settings.calendar(), at.now);
    let own = in_hand(&mut conn, &reached, &unit.code, beside, at).await?;
    drop(conn);
    let w = &by.words;
    let name = units::name(w, unit);
    let row = |row| {
        let row: &crate::store::list::NeedRow = row;
        ListRow::new(w, &settings, row, at, format!("/requests/{}", row.number), false)
    };
    html(&Page {
        crumbs: Crumbs::new(w, vec![Link::new("/overview", w.t("nav-overview"))], &name),
        name,
        stamp: w.stamp(at.now),
        hands: hands(w, &own, &unit.code),
        rate: rate(w, &own),
        open: Link::new(
            href(Hand::Open.rows(&unit.code)),
            w.f("overview-unit-open-all", &[("n", &number(own.count(Hand::Open)))]),
        ),
        rows: own.open.iter().map(row).collect(),
        empty: Empty::new(w.t("overview-unit-none"), w.t("overview-unit-none-text"), None),
        compares: w.t(cards::title(beside)).into_owned(),
        months: cards::months(w, [&own.front, &own.back]),
        compared: cards::compared(w, [&own.front, &own.back], Opens(true)),
        to_date: to_date(w, &own.to_date),
        shell: by.shell(),
    })
}

/// words: overview-hand-open overview-hand-late overview-hand-refused overview-soon overview-hand-waiting
/// words: overview-hand-extension overview-hand-owed overview-hand-reopened
fn hands(w: &Words, own: &InHand, unit: &str) -> Vec<Counted> {
    let count = |hand: Hand, label: &str| Counted::new(own.count(hand), w.t(label), Some(href(hand.rows(unit))));
    let note =
        |hand: Hand, label: &str| Honest::new(w.t(label), number(own.count(hand)), "", Some(href(hand.rows(unit))));
    vec![
        count(Hand::Open, "overview-hand-open")
            .note(note(Hand::Owed, "overview-hand-owed"))
            .note(note(Hand::Waiting, "overview-hand-waiting")),
        count(Hand::Late, "overview-hand-late")
            .note(note(Hand::DueSoon, "overview-soon"))
            .note(note(Hand::ExtensionAsked, "overview-hand-extension")),
        count(Hand::Refused, "overview-hand-refused").note(note(Hand::Reopened, "overview-hand-reopened")),
    ]
}

/// The on-time rate of the stretch in front, under it that of the one it is compared with.
fn rate(w: &Words, own: &InHand) -> RateCard {
    let code = "ontime_rate";
    let [now, before] = [&own.front, &own.back].map(|report| report.pair(code, Origin::All));
    let (numerator, denominator) = cards::rows(&own.front, code, Origin::All);
    let told = before.percent().map_or_else(
        || "—".to_owned(),
        |percent| format!("{percent} {}/{}", number(before.numerator), number(before.denominator)),
    );
    let change =
        points(now, before).map_or_else(|| "—".to_owned(), |points| format!("{points} {}", w.t("overview-points")));
    let [front, back] = cards::months(w, [&own.front, &own.back]);
    RateCard::new(
        w.f("overview-unit-ontime", &[("month", &front)]),
        now.numerator,
        now.denominator,
        w.t("overview-needs"),
    )
    .links(numerator, denominator)
    .definition(w.t("figure-ontime-rate-definition"))
    .honest(Honest::new(back, told, "", Some(cards::rows(&own.back, code, Origin::All).1)))
    .honest(Honest::new(w.t("overview-change"), change, "", None))
}

/// Name, value and list of what a unit is known by over all its time.
/// words: figure-*
fn to_date(w: &Words, report: &Report) -> Vec<(String, String, Link)> {
    let codes = ["close_rate", "ontime_rate", "satisfaction", "reopened", "days_average", "days_p90"];
    let line = |code: &str| {
        let (pair, definition) = (report.pair(code, Origin::All), Definition::of(code)?);
        let of = match definition.kind {
            Kind::Rate => format!("{}/{}", number(pair.numerator), number(pair.denominator)),
            _ => number(pair.denominator),
        };
        let of = Link::new(cards::rows(report, code, Origin::All).1, of);
        Some((w.t(&definition.key()).into_owned(), figure_value(code, pair), of))
    };
    codes.into_iter().filter_map(line).collect()
}
