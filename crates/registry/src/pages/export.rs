//! Enterprises as a spreadsheet: the rows of the screen, all of them; it can be corrected and imported again.

use axum::response::Response;
use futures_util::TryStreamExt;
use identity::Reached;
use kernel::{Result, local_date, mask_phone};
use web::export::{Cell, Export, Head, Kind, SheetColumn, Told};
use web::{SignedIn, Words, format};

use super::said;
use crate::enterprise::{Brief, Scale};
use crate::import::Column;
use crate::store::{self, Filter};

/// `whole`: telephone numbers in full, so that the file can be corrected and imported again.
pub async fn answer(by: &SignedIn, reached: &Reached, filter: &Filter, whole: bool) -> Result<Response> {
    let w = &by.words;
    let mut conn = by.state.db.snapshot().await?;
    let n = store::count(&mut conn, reached, filter).await?;
    let head = Head {
        title: w.t("nav-enterprises").into_owned(),
        subtitle: w.f("ent-export-line", &[("n", &format::number(n)), ("at", &w.full_datetime(by.now))]),
        columns: columns(w),
    };
    let file = format!("{}-{}.xlsx", w.t("nav-enterprises"), local_date(by.now));
    let told = Told { has_contacts: whole, ..Told::new("enterprise", file) };
    let mut export = Export::begin(by, told, head, n.unsigned_abs())?;
    let rows = store::stream(&mut conn, reached, filter).await?;
    export.stream(rows.map_ok(|row| cells(w, &row, whole))).await?;
    conn.end().await?;
    export.answer().await
}

/// The columns of the import, titled as it understands them in the reader's language.
pub fn columns(w: &Words) -> Vec<SheetColumn> {
    let column = |column: Column| SheetColumn {
        title: if w.lang() == web::Lang::En { column.as_str() } else { column.headers()[0] }.to_owned(),
        width: match column {
            Column::Name | Column::Address => 34,
            Column::CreditCode => 22,
            Column::Industry => 26,
            _ => 14,
        },
        kind: if column == Column::Staff { Kind::Number } else { Kind::Text },
    };
    Column::ALL.into_iter().map(column).collect()
}

fn cells(w: &Words, row: &Brief, whole: bool) -> Vec<Cell> {
    let cell = |column: Column| match column {
        Column::CreditCode => text(kernel::shown_code(&row.credit_code)),
        Column::Name => text(&row.name),
        Column::ShortName => text(if row.short_name == row.name { "" } else { &row.short_name }),
        Column::Division => text(&row.division),
        Column::Township => text(said::township(w, row.township.as_ref())),
        Column::Industry => text(&said::industry(&row.industry)),
        Column::Chain => text(said::chain(w, row.chain.as_ref())),
        Column::Scale if row.scale == Scale::Unknown => Cell::Empty,
        Column::Scale if w.lang() == web::Lang::En => text(row.scale.as_str()),
        Column::Scale => text(&said::scale(w, row.scale)),
        Column::Address => text(&row.address),
        Column::ContactName => text(&row.contact_name),
        Column::ContactPhone if whole => text(&row.contact_phone),
        Column::ContactPhone => text(&mask_phone(&row.contact_phone)),
        Column::Staff => row.staff.map_or(Cell::Empty, |n| Cell::Number(n as f64)),
    };
    Column::ALL.into_iter().map(cell).collect()
}

fn text(text: &str) -> Cell {
    if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) }
}
