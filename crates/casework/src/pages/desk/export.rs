//! A list as a spreadsheet: the rows of the screen, all of them, in the same order.

use axum::response::Response;
use futures_util::TryStreamExt;
use identity::Reached;
use kernel::Result;
use web::components::Link;
use web::export::{Cell, Export, Head, Kind, MOST_ROWS, SheetColumn, Told};
use web::{SignedIn, Words, format};

use crate::filter::FilterQuery;
use crate::pages::shared;
use crate::settings::Settings;
use crate::store;
use crate::store::list::{Moment, NeedRow};

/// The spreadsheet of a filter, with its chips in the subtitle.
pub async fn answer(
    by: &SignedIn,
    reached: &Reached,
    settings: &Settings,
    query: &FilterQuery,
    at: Moment,
    chips: &[Link],
) -> Result<Response> {
    let w = &by.words;
    let mut conn = by.state.db.snapshot().await?;
    // One more than fits, so that a list too long is known to be.
    let most = i64::try_from(MOST_ROWS + 1).unwrap_or(i64::MAX);
    let n = store::list::count(&mut conn, reached, &query.filter, at, most).await?;
    let filter = chips.iter().map(|chip| chip.text.as_str()).collect::<Vec<_>>().join(" · ");
    let head = Head {
        title: w.t("nav-requests").into_owned(),
        subtitle: w
            .f("desk-export-line", &[("n", &format::number(n)), ("at", &w.full_datetime(by.now)), ("filter", &filter)]),
        columns: columns(w),
    };
    let day = kernel::local_date(by.now);
    let told = Told::new("request", format!("{}-{day}.xlsx", w.t("nav-requests")));
    let mut export = Export::begin(by, told, head, n.unsigned_abs())?;
    let rows = store::list::stream(&mut conn, reached, &query.filter, at, query.order).await?;
    export.stream(rows.map_ok(|row| cells(w, settings, &row, at))).await?;
    conn.end().await?;
    export.answer().await
}

fn columns(w: &Words) -> Vec<SheetColumn> {
    let column = |key: &str, width, kind| SheetColumn { title: w.t(key).into_owned(), width, kind };
    vec![
        column("desk-col-number", 14, Kind::Text),
        column("desk-col-light", 14, Kind::Text),
        column("desk-col-matter", 40, Kind::Text),
        column("desk-col-enterprise", 30, Kind::Text),
        column("desk-col-township", 14, Kind::Text),
        column("desk-col-category", 12, Kind::Text),
        column("desk-col-grade", 8, Kind::Text),
        column("desk-col-source", 12, Kind::Text),
        column("desk-col-state", 12, Kind::Text),
        column("desk-col-next", 24, Kind::Text),
        column("desk-col-lead", 20, Kind::Text),
        column("desk-col-submitted", 16, Kind::DateTime),
        column("desk-col-accepted", 16, Kind::DateTime),
        column("desk-col-due", 16, Kind::DateTime),
        column("desk-col-provisional", 8, Kind::Text),
        column("desk-col-answered", 16, Kind::DateTime),
        column("desk-col-closed", 16, Kind::DateTime),
        column("desk-col-outcome", 12, Kind::Text),
        column("desk-col-result", 12, Kind::Text),
        column("desk-col-reopened", 8, Kind::Number),
    ]
}

fn cells(w: &Words, settings: &Settings, row: &NeedRow, at: Moment) -> Vec<Cell> {
    let text = |value: Option<String>| value.filter(|v| !v.is_empty()).map_or(Cell::Empty, Cell::Text);
    let name = |names: &Option<(String, String)>| text(names.as_ref().map(|n| shared::name(w, n).to_owned()));
    let instant = |value: Option<chrono::DateTime<chrono::Utc>>| value.map_or(Cell::Empty, Cell::Instant);
    vec![
        Cell::Text(row.number.clone()),
        Cell::Text(shared::desk_pill(w, settings, row, at).text),
        Cell::Text(row.title.clone()),
        Cell::Text(row.enterprise_name.clone()),
        name(&row.township),
        text(row.category.as_deref().map(|code| shared::category(w, settings, code))),
        text(row.grade.as_deref().map(|grade| shared::grade(w, grade))),
        Cell::Text(shared::source(w, &row.source)),
        Cell::Text(shared::state(w, &row.state)),
        Cell::Text(shared::desk_next(w, settings, row, at)),
        name(&row.lead),
        Cell::Instant(row.submitted_at),
        instant(row.accepted_at),
        instant(row.resolve_due_at),
        text((row.open && row.provisional).then(|| w.t("settings-provisional").into_owned())),
        instant(row.answered_at),
        instant(row.closed_at),
        text(row.outcome.as_deref().map(|o| shared::outcome(w, o))),
        text(row.result.as_deref().map(|r| shared::result(w, r))),
        #[allow(clippy::cast_precision_loss, reason = "a handful of reopenings")]
        Cell::Number(row.reopened as f64),
    ]
}
