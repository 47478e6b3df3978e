//! Enterprises as a spreadsheet: the rows of the screen, all of them; it can be corrected and imported again.

use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use db::Conn;
use identity::Reached;
use kernel::{Error, Result, local_date};
use web::export::{Cell, Kind, Sheet, SheetColumn, XLSX};
use web::{SignedIn, Words, format};

use super::said;
use crate::enterprise::{Brief, Scale};
use crate::import::Column;
use crate::store::{self, Filter};

/// More rows than this are not written; narrow the list first.
const MOST: usize = 50_000;

pub async fn answer(
    conn: &mut Conn,
    by: &SignedIn,
    reached: &Reached,
    filter: &Filter,
    whole: bool,
) -> Result<Response> {
    let w = &by.words;
    let rows = store::list(conn, reached, filter, None, MOST).await?;
    let n = format::number(i64::try_from(rows.len()).unwrap_or(i64::MAX));
    let sheet = Sheet {
        title: w.t("nav-enterprises").into_owned(),
        subtitle: w.f("ent-export-line", &[("n", &n), ("at", &w.full_datetime(by.now))]),
        columns: columns(w),
        rows: rows.iter().map(|row| cells(w, row, whole)).collect(),
    };
    file(&sheet, &format!("enterprises-{}.xlsx", local_date(by.now)))
}

/// A sheet as an answer that is saved as a file.
pub fn file(sheet: &Sheet, name: &str) -> Result<Response> {
    let bytes = sheet.write().map_err(Error::internal)?;
    let mut response = ([(CONTENT_TYPE, XLSX)], bytes).into_response();
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        response.headers_mut().insert(CONTENT_DISPOSITION, value);
    }
    Ok(response)
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
        Column::CreditCode => text(&row.credit_code),
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
        Column::ContactPhone => text(&said::phone(&row.contact_phone, whole)),
        Column::Staff => row.staff.map_or(Cell::Empty, |n| Cell::Number(n as f64)),
    };
    Column::ALL.into_iter().map(cell).collect()
}

fn text(text: &str) -> Cell {
    if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) }
}
