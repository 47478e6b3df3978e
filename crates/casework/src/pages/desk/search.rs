//! /search: a number leads straight to its need; words find needs and enterprises.

use askama::Template;
use axum::Extension;
use kernel::CreditCode;
use web::components::{Empty, Link};
use web::href::Href;
use web::{PageResult, Shell, SignedIn, html, redirect};

use super::parts::{ListRow, place};
use crate::access;
use crate::engine::Casework;
use crate::filter;
use crate::store;
use crate::store::list::{Moment, NeedFilter, Order};

const SHOWN: usize = 20;

#[derive(Template)]
#[template(path = "desk/search.html")]
struct Page {
    shell: Shell,
    query: String,
    needs: Vec<ListRow>,
    all: Option<Link>,
    /// Link and place.
    enterprises: Vec<(Link, String)>,
    empty: Empty,
}

pub async fn show(by: SignedIn, Extension(casework): Extension<Casework>) -> PageResult {
    let w = &by.words;
    let here = Href::parse(&by.here);
    let text: String = here.get("q").unwrap_or("").trim().chars().take(100).collect();
    let reached = identity::reached(&by.actor, &access::READ);
    let mut conn = by.state.db.read().await?;
    let settings = casework.settings(&mut conn).await?;
    let at = Moment { now: by.now };
    if is_number(&text)
        && let Some(row) = store::list::find(&mut conn, &reached, &text, at).await?
    {
        return Ok(redirect(&format!("/requests/{}", row.number)));
    }
    let (mut needs, mut enterprises) = (Vec::new(), Vec::new());
    if !kernel::search_query(&text).is_empty() {
        let filter = NeedFilter { text: text.clone(), ..NeedFilter::default() };
        needs = store::list::list(&mut conn, &reached, &filter, at, Order::Newest, None, SHOWN + 1).await?;
        // Whoever may open no request still finds the enterprises of the register.
        let firms = identity::reached(&by.actor, &registry::access::READ);
        let firms = if reached.is_nothing() { &firms } else { &reached };
        enterprises = store::desk::enterprises(&mut conn, firms, &text, SHOWN).await?;
    }
    // What is said on the telephone: the last digits of a number of this year.
    if let Some(number) = short_number(&text, by.now)
        && let Some(row) = store::list::find(&mut conn, &reached, &number, at).await?
    {
        needs.retain(|other| other.id != row.id);
        needs.insert(0, row);
    }
    drop(conn);
    // A whole credit code names one enterprise and nothing else.
    if CreditCode::parse(&text).is_ok() && enterprises.len() == 1 && needs.is_empty() {
        return Ok(redirect(&format!("/enterprises/{}", enterprises[0].credit_code)));
    }
    let more = needs.len() > SHOWN;
    needs.truncate(SHOWN);
    let mut shell = by.shell();
    shell.search = Some(text.clone());
    let filter = NeedFilter { text: text.clone(), ..NeedFilter::default() };
    html(&Page {
        all: more.then(|| Link::new(filter::href(filter), w.t("desk-search-all"))),
        needs: needs
            .iter()
            .map(|row| ListRow::new(w, &settings, row, at, format!("/requests/{}", row.number), false))
            .collect(),
        enterprises: enterprises
            .iter()
            .map(|one| {
                let link = Link::new(format!("/enterprises/{}", one.credit_code), one.name.as_str());
                (link, place(w, kernel::shown_code(&one.credit_code), one.township.as_ref()))
            })
            .collect(),
        empty: Empty::new(
            w.t(if text.is_empty() { "desk-search-start" } else { "desk-search-none" }),
            w.t("desk-search-teach"),
            None,
        ),
        query: text,
        shell,
    })
}

/// `2026-000123` from `123`.
fn short_number(text: &str, now: chrono::DateTime<chrono::Utc>) -> Option<String> {
    use chrono::Datelike;
    let digits = (1..=6).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| format!("{}-{text:0>6}", kernel::local_date(now).year()))
}

/// `2026-000123` or `2026-000123-2`.
fn is_number(text: &str) -> bool {
    let mut parts = text.split('-');
    let digits = |part: Option<&str>, n| part.is_some_and(|p| p.len() >= n && p.bytes().all(|b| b.is_ascii_digit()));
    digits(parts.next(), 4)
        && digits(parts.next(), 6)
        && parts.clone().count() <= 1
        && parts.all(|p| digits(Some(p), 1))
}

#[cfg(test)]
mod tests {
    use super::{is_number, short_number};

    #[test]
    fn the_last_digits_name_a_request_of_this_year() {
        // Already the new year in Shanghai.
        let now = "2026-12-31T17:00:00Z".parse().unwrap();
        for (text, want) in
            [("154", Some("2027-000154")), ("001234", Some("2027-001234")), ("1234567", None), ("1a", None), ("", None)]
        {
            assert_eq!(short_number(text, now).as_deref(), want, "{text}");
        }
    }

    #[test]
    fn numbers_are_told_from_words() {
        for (text, want) in [
            ("2026-000123", true),
            ("2026-000123-12", true),
            ("2026", false),
            ("2026-12", false),
            ("2026-000123-", false),
            ("2026-000123-1-2", false),
            ("91410728MA3X12345K", false),
        ] {
            assert_eq!(is_number(text), want, "{text}");
        }
    }
}
