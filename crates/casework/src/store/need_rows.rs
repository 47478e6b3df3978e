//! The rows of needs and assignments, as they derive from a case.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use db::{Conn, Query, Tx, sql, sql_for, sql_text};
use kernel::{Error, NeedId, Random, RequestId, Result};

use super::case::{EnterpriseWords, Kept, NewRequest, SERIAL, count_up, enterprise_words, outcome_word, word};
use crate::case::{Assignment, Ended, Need, Request};
use crate::clocks::{CalendarAt, view};
use crate::limits::ClockKind;
use crate::projection::Projection;

/// Which needs a request has: id and serial by index.
pub(super) async fn need_ids(tx: &mut Tx, request: RequestId, none_yet: bool) -> Result<BTreeMap<u16, (NeedId, i64)>> {
    if none_yet {
        return Ok(BTreeMap::new());
    }
    let rows = sql(include_str!("../../sql/need_ids.sql")).bind(request).all(tx).await?;
    let read = |row: &db::Row| {
        let index = u16::try_from(row.get::<i64>(0)?).map_err(Error::internal)?;
        Ok((index, (row.get::<uuid::Uuid>(1)?.into(), row.get(2)?)))
    };
    rows.iter().map(read).collect()
}

/// Whether the kept row of a need says in every column what its history says.
pub async fn row_agrees(
    conn: &mut Conn,
    told: &Projection,
    category_hint: Option<&str>,
    request: RequestId,
) -> Result<bool> {
    // The same columns and parameters as the statement that writes the row, so that none is forgotten.
    let update = include_str!("../../sql/need_update.sql").replace('\n', " ");
    let (set, place) = update.split_once(" SET ").and_then(|(_, rest)| rest.split_once("WHERE")).unwrap_or_default();
    let same = set.split(',').map(|pair| pair.trim().replacen(" = ", " IS NOT DISTINCT FROM ", 1));
    let text = format!("SELECT COUNT(*) FROM need WHERE {} AND {place}", same.collect::<Vec<_>>().join(" AND "));
    Ok(values(sql_text(text), told, category_hint, request).one(conn).await?.get::<i64>(0)? == 1)
}

/// The columns that insert and update share, in their order.
pub(super) fn values(query: Query, p: &Projection, category_hint: Option<&str>, request: RequestId) -> Query {
    query
        .bind(p.number.as_str())
        .bind(p.title.as_str())
        .bind(p.source.map(|s| word(&s)).unwrap_or_default())
        .bind(p.handed_down)
        .bind(p.category.as_deref().or(category_hint))
        .bind(p.grade.map(|g| word(&g)))
        .bind(p.level.map(|l| word(&l)))
        .bind(p.state.as_str())
        .bind(!p.state.is_final())
        .bind(p.act_next.act.as_str())
        .bind(p.act_next.unit)
        .bind(p.lead_unit)
        .bind(p.due_clock.map(ClockKind::as_str))
        .bind(p.due_at)
        .bind(p.soon_at)
        .bind(p.co_due_at)
        .bind(p.accept_due_at)
        .bind(p.accept_on_time)
        .bind(p.resolve_due_at)
        .bind(p.resolve_on_time)
        .bind(p.submitted_at)
        .bind(p.accepted_at)
        .bind(p.assigned_at)
        .bind(p.answered_at)
        .bind(p.closed_at)
        .bind(p.outcome.map(outcome_word))
        .bind(p.result.map(|r| word(&r)))
        .bind(i64::from(p.round))
        .bind(i64::from(p.reopened))
        .bind(i64::from(p.hops))
        .bind(p.paused)
        .bind(p.provisional)
        .bind(p.used_days.map(i64::from))
        .bind(p.contact_due_at)
        .bind(p.contact_on_time)
        .bind(p.judged_at())
        .bind(p.satisfied())
        .bind(i64::from(p.refusals))
        .bind(p.extension_asked)
        .bind(p.review_at())
        .bind(p.last_event_at)
        .bind(request)
        .bind(i64::from(p.need))
}

pub(super) async fn insert_need(
    tx: &mut Tx,
    random: &dyn Random,
    request: &Request,
    p: &Projection,
    category_hint: Option<&str>,
    new: Option<&NewRequest<'_>>,
) -> Result<NeedId> {
    let id = NeedId::new(p.submitted_at, random);
    let serial = match new.and_then(|new| new.serial).filter(|_| p.need == 1) {
        Some(serial) => serial,
        None => count_up(tx, SERIAL, 1).await?,
    };
    values(sql(include_str!("../../sql/need_insert.sql")), p, category_hint, request.id)
        .bind(id)
        .bind(serial)
        .bind(request.enterprise)
        .queue(tx)
        .await?;
    let words = match new.and_then(|new| new.words) {
        Some(words) => words.clone(),
        None => enterprise_words(tx, request.enterprise).await?,
    };
    put_search(serial, &words, [&p.title, &request.body, &p.number]).queue(tx).await?;
    Ok(id)
}

/// Writes what a need is found by: its enterprise, its title, what was said and its number.
pub(super) fn put_search(serial: i64, words: &EnterpriseWords, [title, body, number]: [&str; 3]) -> Query {
    let names = [words.name.as_str(), words.short_name.as_str()];
    let document =
        kernel::search_document_named(&names, &[title, body, kernel::shown_code(&words.credit_code), number]);
    sql_for(include_str!("../../sql/search_put_sqlite.sql"), include_str!("../../sql/search_put_postgres.sql"))
        .bind(serial)
        .bind(document)
}

/// Writes the search documents of at most `limit` needs anew that come after this serial; the last one's serial and how many
/// there were, or `None` at the end.
pub(crate) async fn search_again(tx: &mut Tx, after: i64, limit: i64) -> Result<Option<(i64, i64)>> {
    let rows = sql(include_str!("../../sql/search_rows.sql")).bind(after).bind(limit).all(tx).await?;
    let mut last = None;
    for row in &rows {
        let mut c = row.cursor();
        let (serial, number, title, body): (i64, String, String, String) = (c.next()?, c.next()?, c.next()?, c.next()?);
        let words = EnterpriseWords { name: c.next()?, short_name: c.next()?, credit_code: c.next()? };
        put_search(serial, &words, [&title, &body, &number]).run(tx).await?;
        last = Some(serial);
    }
    Ok(last.map(|serial| (serial, i64::try_from(rows.len()).unwrap_or(i64::MAX))))
}

/// Whether there are no needs at all.
pub(crate) async fn has_none(conn: &mut Conn) -> Result<bool> {
    Ok(sql("SELECT serial FROM need LIMIT 1").optional(conn).await?.is_none())
}

/// Writes the row of a need that is there and those of its assignments as its history tells them.
pub(crate) async fn put_again(tx: &mut Tx, kept: &Kept, told: &Projection, calendars: &dyn CalendarAt) -> Result<()> {
    let request = kept.request.id;
    let update = sql(include_str!("../../sql/need_update.sql"));
    values(update, told, kept.category_hint.as_deref(), request).queue(tx).await?;
    let ids = need_ids(tx, request, false).await?;
    let (Some((id, _)), Some(need)) = (ids.get(&told.need), kept.case.need(told.need)) else { return Ok(()) };
    for assignment in &need.assignments {
        put_assignment(tx, *id, need, assignment, calendars, told.last_event_at).await?;
    }
    Ok(())
}

pub(super) async fn put_assignment(
    tx: &mut Tx,
    need_id: NeedId,
    need: &Need,
    a: &Assignment,
    calendars: &dyn CalendarAt,
    at: DateTime<Utc>,
) -> Result<()> {
    let share = need.runs.iter().rev().find(|run| run.clock == ClockKind::Share && run.assignment == Some(a.id));
    let told = share.filter(|run| run.stop.is_some() || !need.is_waiting()).map(|run| view(need, run, calendars, at));
    let state = match (a.ended, a.answer, a.signed_at) {
        (Some(Ended::Refused), _, _) => "refused",
        (Some(Ended::Unassigned), _, _) => "unassigned",
        (None, Some(_), _) => "answered",
        (None, None, Some(_)) => "signed",
        (None, None, None) => "assigned",
    };
    let over = need.closed.is_some() || need.withdrawn_at.is_some();
    sql(include_str!("../../sql/assignment_upsert.sql"))
        .bind(a.id)
        .bind(need_id)
        .bind(a.unit)
        .bind(word(&a.role))
        .bind(i64::from(a.round))
        .bind(state)
        .bind(a.ended.is_none() && a.answer.is_none() && !over)
        .bind(a.assigned_at)
        .bind(a.signed_at)
        .bind(a.answer.map(|answer| answer.at))
        .bind(a.answer.map(|answer| outcome_word(answer.outcome)))
        .bind(told.as_ref().and_then(|clock| clock.due))
        .bind(told.as_ref().and_then(|clock| clock.soon))
        .queue(tx)
        .await
}
