//! /follow: see one request without an account, by its tracking number and the telephone number given with it.

use askama::Template;
use axum::Extension;
use axum::extract::Query;
use axum::response::Response;
use kernel::{ChinaPhone, Error, ErrorKind, FieldError, RequestId, normalise};
use serde::Deserialize;
use web::components::{ErrorSummary, Field};
use web::{DeskCall, Posted, Refused, Shell, Visitor, describe, describe_fields, html, redirect, shown_again};

use super::door::{count_try, forgive_try, give_pass};
use crate::engine::Casework;
use crate::store::case::{by_number, load};

/// Refused tries of one address within an hour.
const TRIES: u32 = 20;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    number: String,
}

#[derive(Template)]
#[template(path = "enterprise/follow.html")]
struct Page {
    shell: Shell,
    summary: ErrorSummary,
    number: Field,
    phone: Field,
    problem: String,
    /// Whom to call who has lost the number.
    desk: DeskCall,
}

fn page(
    visitor: &Visitor,
    desk: &DeskCall,
    number: &str,
    phone: &str,
    wrong: Vec<FieldError>,
    problem: String,
) -> Page {
    let w = &visitor.words;
    let texts = describe_fields(w, &Error { fields: wrong, ..Error::invalid("invalid-fields") });
    let error = |field: &str| texts.iter().find(|(name, _)| name == field).map(|(_, text)| text.clone());
    let number = Field::text("number", w.t("enterprise-follow-number"))
        .hint(w.t("enterprise-follow-number-hint"))
        .value(number)
        .maxlength(20)
        .inputmode("numeric")
        .autocomplete("off")
        .required()
        .error(error("number"));
    let phone = Field::input("tel", "phone", w.t("enterprise-follow-phone"))
        .hint(w.t("enterprise-follow-phone-hint"))
        .value(phone)
        .maxlength(40)
        .inputmode("tel")
        .autocomplete("tel")
        .required()
        .error(error("phone"));
    let mut shell = visitor.shell();
    shell.path = "/follow".to_owned();
    Page { summary: ErrorSummary::of(w, [&number, &phone]), number, phone, problem, desk: desk.clone(), shell }
}

/// The telephone of the service desk as the page shows it.
async fn desk(casework: &Casework, visitor: &Visitor) -> kernel::Result<DeskCall> {
    let mut conn = visitor.state.db.read().await?;
    Ok(casework.settings(&mut conn).await?.desk_line.call(&visitor.words))
}

pub(super) async fn show(
    Extension(casework): Extension<Casework>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Refused> {
    let desk = desk(&casework, &visitor).await?;
    html(&page(&visitor, &desk, &asked.number, "", Vec::new(), String::new())).map_err(Refused::Failed)
}

pub(super) async fn submit(
    Extension(casework): Extension<Casework>,
    Posted { visitor, fields }: Posted,
) -> Result<Response, Refused> {
    let desk = desk(&casework, &visitor).await?;
    let mut wrong = Vec::new();
    let written = fields.text("number", true, 20, &mut wrong);
    let number = plain_number(&written);
    let typed = fields.get("phone");
    if let Err(error) = ChinaPhone::parse(typed) {
        wrong.push(FieldError::new("phone", error.code()));
    }
    let again = |wrong, problem| {
        let shown = html(&page(&visitor, &desk, &written, typed, wrong, problem)).map_err(Refused::Failed)?;
        Ok(shown_again(shown))
    };
    if !wrong.is_empty() {
        return again(wrong, String::new());
    }
    match count_try(&visitor, "follow", TRIES).await {
        Err(error) if error.kind == ErrorKind::TooMany => {
            let mut response: Response = again(Vec::new(), describe(&visitor.words, &error))?;
            *response.status_mut() = axum::http::StatusCode::TOO_MANY_REQUESTS;
            return Ok(response);
        }
        counted => counted?,
    }
    let Some((request, number)) = find(&visitor, &number, typed).await? else {
        // The same for a number that does not exist and for the wrong telephone number.
        return again(Vec::new(), visitor.words.t("enterprise-follow-nothing").into_owned());
    };
    forgive_try(&visitor, "follow").await?;
    Ok(give_pass(&visitor, request, redirect(&format!("/follow/{number}"))).await?)
}

/// A tracking number as it is kept, however it was typed: full-width, with another dash or a space, or without any.
fn plain_number(typed: &str) -> String {
    let number = normalise(typed).replace([' ', '—', '–', '_', '.'], "-");
    match number.split_at_checked(4) {
        Some((year, rest)) if rest.len() >= 6 && number.bytes().all(|b| b.is_ascii_digit()) => format!("{year}-{rest}"),
        _ => number,
    }
}

/// The request, if it was raised with this telephone number.
async fn find(visitor: &Visitor, number: &str, phone: &str) -> kernel::Result<Option<(RequestId, String)>> {
    let mut conn = visitor.state.db.read().await?;
    let Some((request, index)) = by_number(&mut conn, number).await? else { return Ok(None) };
    let Some(kept) = load(&mut conn, request).await? else { return Ok(None) };
    let plain = |text: &str| ChinaPhone::parse(text).ok().map(|phone| phone.as_str().to_owned());
    let same = plain(phone).is_some_and(|typed| Some(typed) == plain(&kept.request.contact_phone));
    Ok(same.then(|| (request, kept.case.need_number(index))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_understood_however_it_is_typed() {
        for typed in ["2026-000123", " ２０２６－０００１２３ ", "2026—000123", "2026 000123", "2026000123"]
        {
            assert_eq!(plain_number(typed), "2026-000123", "{typed}");
        }
        assert_eq!(plain_number("2026-000123-2"), "2026-000123-2");
        assert_eq!(plain_number("年年年"), "年年年");
    }
}
