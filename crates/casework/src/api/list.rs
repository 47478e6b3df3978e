//! GET /requests: newest first, or in the order of changes for systems that keep a copy.

use axum::Extension;
use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, SecondsFormat};
use db::Conn;
use identity::Reached;
use kernel::{Error, FieldError, RequestId};
use web::Failure;
use web::api::{ApiActor, Given, Query, next_page};

use super::request::RequestPage;
use super::show::shown;
use crate::access;
use crate::engine::Casework;
use crate::state::State;
use crate::store::api::{Filter, Place, page};
use crate::store::list::reaches_all;
use crate::until_changed::{UntilChanged, valid_for};

/// First pages as they are sent.
pub(super) type Answers = UntilChanged<Bytes, 50>;

/// List requests
///
/// Newest first. With `changed_since` in the order of changes, oldest first: to keep a copy, follow `next` to the end,
/// remember the largest `updated_at`, and ask again from there.
#[utoipa::path(
    get, path = "/requests", operation_id = "list_requests", tag = "requests",
    params(
        ("state" = Option<State>, Query, description = "With a matter in this state"),
        ("unit" = Option<String>, Query, description = "With a matter in which the unit with this code has or had a part", min_length = 1, max_length = 100),
        ("category" = Option<String>, Query, description = "With a matter in the category with this code", min_length = 1, max_length = 100, example = "land"),
        ("enterprise" = Option<String>, Query, description = "Of the enterprise with this credit code", min_length = 1, max_length = 40),
        ("changed_since" = Option<DateTime<chrono::Utc>>, Query, description = "Changed then or later (RFC 3339)", example = "2026-11-20T00:00:00+08:00"),
        ("after" = Option<String>, Query, description = "Where the page begins, as the `next` of the page before says", min_length = 1, max_length = 100),
        ("limit" = Option<i64>, Query, description = "Rows of the page; 50 unless told", minimum = 1, maximum = 200, example = 50),
    ),
    responses((status = 200, description = "A page of requests", body = RequestPage), web::openapi::Refusals),
    security(("token" = ["requests:read"]))
)]
pub(super) async fn list(
    by: ApiActor,
    Extension(casework): Extension<Casework>,
    Extension(answers): Extension<Answers>,
    Query(mut query): Query,
) -> Result<Response, Failure> {
    let reached = by.reach(&access::READ)?;
    let filter = Filter {
        state: query.word("state", State::parse, State::ALL.map(State::as_str)).map(|state| state.as_str().to_owned()),
        unit: query.text("unit", 100),
        category: query.text("category", 100),
        enterprise: query.text("enterprise", 40),
        changed_since: query.instant("changed_since"),
    };
    let limit = query.limit();
    let after = after(&mut query, filter.changed_since.is_some());
    query.finish()?;
    let mut conn = by.state.db.read().await?;
    // First pages are what everybody asks for again and again; further down, and in a part of the county, it is worked
    // out each time.
    if after.is_some() || !reaches_all(&reached) {
        return Ok(json(written_page(&by, &casework, &mut conn, &reached, filter, after, limit).await?));
    }
    let of = valid_for(&mut conn, by.now).await?;
    let question = format!("{filter:?} {limit} {}", by.sees_contact());
    if let Some(known) = answers.known(of, &question) {
        return Ok(json(Bytes::clone(&known)));
    }
    let body = written_page(&by, &casework, &mut conn, &reached, filter, after, limit).await?;
    Ok(json(Bytes::clone(&answers.keep(of, question, body))))
}

fn json(body: Bytes) -> Response {
    ([(CONTENT_TYPE, "application/json")], body).into_response()
}

/// The [`RequestPage`] as it is sent.
async fn written_page(
    by: &ApiActor,
    casework: &Casework,
    conn: &mut Conn,
    reached: &Reached,
    filter: Filter,
    after: Option<Place>,
    limit: i64,
) -> Result<Bytes, Error> {
    let units = casework.all_units(conn).await?;
    let settings = casework.settings(conn).await?;
    let mut found = page(conn, reached, &filter, after, limit + 1, &units).await?;
    let wanted = usize::try_from(limit).unwrap_or(0);
    let more = found.len() > wanted;
    found.truncate(wanted);
    let next = found.last().filter(|_| more).map(|last| {
        let since = filter.changed_since.map(|at| at.to_rfc3339_opts(SecondsFormat::AutoSi, true));
        let query = [
            ("state", filter.state),
            ("unit", filter.unit),
            ("category", filter.category),
            ("enterprise", filter.enterprise),
            ("changed_since", since),
            ("limit", Some(limit.to_string())),
        ];
        next_page("/api/v1/requests", &query, written(last.place))
    });
    let page = RequestPage { items: found.into_iter().map(|one| shown(one, by, &settings)).collect(), next };
    // About what a request takes, so that the answer is not moved about while it grows.
    let mut body = Vec::with_capacity(page.items.len() * 1300 + 200);
    serde_json::to_writer(&mut body, &page).map_err(Error::internal)?;
    Ok(body.into())
}

/// `17`, or `1790000000000000.0190…`: microseconds and id.
fn written(place: Place) -> String {
    match place {
        Place::Serial(serial) => serial.to_string(),
        Place::Changed(at, id) => format!("{}.{}", at.timestamp_micros(), id.uuid().simple()),
    }
}

/// Reads [`written`]; a place of the other order is refused.
fn after(query: &mut Given, changed: bool) -> Option<Place> {
    let text = query.text("after", 100)?;
    let place = match text.split_once('.') {
        None if !changed => text.parse().ok().map(Place::Serial),
        Some((micros, id)) if changed => micros
            .parse()
            .ok()
            .and_then(DateTime::from_timestamp_micros)
            // Beyond these years the engines cannot compare.
            .filter(|at| (1..=9999).contains(&chrono::Datelike::year(at)))
            .zip(uuid::Uuid::try_parse(id).ok())
            .map(|(at, id)| Place::Changed(at, RequestId::from_uuid(id))),
        _ => None,
    };
    place.or_else(|| query.refuse(FieldError::new("after", "cursor")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_reads_back_and_nonsense_is_refused() {
        let id = RequestId::from_uuid(uuid::Uuid::from_u128(7));
        let at = DateTime::from_timestamp_micros(1_790_000_000_000_001).unwrap();
        for (place, changed) in [(Place::Serial(17), false), (Place::Changed(at, id), true)] {
            let mut query = Given::query(&format!("after={}", written(place)));
            assert_eq!(after(&mut query, changed), Some(place));
            let mut query = Given::query(&format!("after={}", written(place)));
            assert_eq!(after(&mut query, !changed), None);
            assert!(query.finish().is_err());
        }
        for text in ["x", "99999999999999999999", "9223372036854775807.00", "1.2.3", "-5.zz"] {
            let mut query = Given::query(&format!("after={text}"));
            assert_eq!(after(&mut query, true), None, "{text}");
        }
    }
}
