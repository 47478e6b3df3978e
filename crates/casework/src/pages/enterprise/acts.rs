//! What the enterprise does with a problem: remark and papers, 解决了 / 没解决 and taking it back, objection, withdrawal,
//! handing in again.

use axum::Extension;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use kernel::{Error, ErrorKind, FieldError, FileId};
use web::carried::Carried;
use web::{Arriving, Fields, Refused, Visitor, describe, html, redirect, redirect_saying, shown_again};

use super::door::{Door, Entered, count_try, enter, spend_files};
use super::pending::Pending;
use super::problem::{Refill, page};
use crate::access;
use crate::command::{Command, Order};
use crate::engine::Casework;
use crate::event::{Event, Verdict};
use crate::store;

const TEXT: usize = 5000;
/// Writes of one address on one problem of `/follow` within an hour.
const WRITES: u32 = 60;

/// What a form asks for.
struct Wanted {
    orders: Vec<Command>,
    /// Key of what is said afterwards.
    done: &'static str,
}

pub(super) async fn act(
    Extension(casework): Extension<Casework>,
    headers: HeaderMap,
    Path((number, act)): Path<(String, String)>,
    Arriving { visitor, form }: Arriving,
) -> Result<Response, Refused> {
    let door = Door::of(&visitor);
    let entered = match enter(&visitor, &headers, &number, door).await {
        Ok(Ok(entered)) => entered,
        Ok(Err(elsewhere)) => return Ok(elsewhere),
        Err(Refused::SignIn(_)) => {
            return Err(Refused::Carried(Carried::of(&visitor.here, &form.texts().await?)));
        }
        Err(failed) => return Err(failed),
    };
    // Whether this person may is asked before anything in the form is looked at.
    let action = match act.as_str() {
        "remark" => &access::REMARK,
        "rate" | "take-back" | "withdraw" | "object" | "resubmit" => &access::SPEAK,
        _ => return Err(Error::not_found("page").into()),
    };
    identity::require(&entered.actor, action, &entered.kept.subject)?;
    if door == Door::Follow
        && let Err(error) = count_try(&visitor, &format!("follow-write:{number}"), WRITES).await
    {
        return Err(form.refused(error).await.into());
    }
    let mut fields = form.whole().await?;
    let mut wrong = Vec::new();
    let mut pending = Pending::take(&visitor, &mut fields, &mut wrong).await?;
    let seq: Option<u32> = fields.get("seq").parse().ok();
    let mut refill = Refill {
        title: fields.get("title").to_owned(),
        text: fields.get("text").to_owned(),
        form: act.clone(),
        ..Refill::default()
    };
    if fields.fresh().is_err() {
        refill.pending = Some(pending);
        return again(&casework, &visitor, &entered, refill).await;
    }
    let wanted = match wanted(&act, &fields, &visitor, &pending, &mut wrong) {
        Some(wanted) => wanted,
        None if act == "rate" && wrong.is_empty() => {
            let verdict = if fields.get("verdict") == "solved" { "solved" } else { "not_solved" };
            return Ok(redirect(&format!("{}?rate={verdict}#rate", entered.href())));
        }
        None => Wanted { orders: Vec::new(), done: "" },
    };
    if !wrong.is_empty() {
        refill.wrong = wrong;
        pending.keep(&visitor, &mut refill.wrong).await?;
        refill.pending = Some(pending);
        return again(&casework, &visitor, &entered, refill).await;
    }
    let done = redirect_saying(&entered.href(), wanted.done);
    if said_already(&entered, seq, &wanted.orders) {
        return Ok(done);
    }
    if door == Door::Follow
        && let Err(error) = spend_files(&visitor, pending.bytes()).await
    {
        if error.kind != ErrorKind::TooMany {
            return Err(error.into());
        }
        pending.drop_new();
        refill.problem = describe(&visitor.words, &error);
        refill.pending = Some(pending);
        let mut response = again(&casework, &visitor, &entered, refill).await?;
        *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
        return Ok(response);
    }
    let orders = |commands: &[Command]| -> Vec<Order> {
        commands.iter().map(|command| Order { need: Some(entered.index), command: command.clone() }).collect()
    };
    let id = entered.kept.request.id;
    let mut result = casework.execute(&entered.actor, id, seq, orders(&wanted.orders), pending.files()).await;
    if act == "remark" && result.as_ref().is_err_and(|e| e.code == "changed-meanwhile") {
        // A remark contradicts nothing that happened meanwhile.
        let fresh = enter(&visitor, &headers, &number, door).await?;
        if fresh.is_ok_and(|now| said_already(&now, seq, &wanted.orders)) {
            return Ok(done);
        }
        result = casework.execute(&entered.actor, id, None, orders(&wanted.orders), pending.files()).await;
    }
    match result {
        Ok(_) => {
            pending.done().await;
            Ok(done)
        }
        Err(error) if matches!(error.kind, ErrorKind::Conflict | ErrorKind::Invalid) => {
            let now = match enter(&visitor, &headers, &number, door).await? {
                Ok(now) => now,
                Err(elsewhere) => return Ok(elsewhere),
            };
            if said_already(&now, seq, &wanted.orders) {
                return Ok(done);
            }
            refill.problem = describe(&visitor.words, &error);
            refill.looked_at = seq;
            pending.keep(&visitor, &mut refill.wrong).await?;
            refill.pending = Some(pending);
            again(&casework, &visitor, &now, refill).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn again(casework: &Casework, visitor: &Visitor, entered: &Entered, refill: Refill) -> Result<Response, Refused> {
    let mut page = page(casework, visitor, entered, refill).await?;
    page.at_home();
    Ok(shown_again(html(&page).map_err(Refused::Failed)?))
}

/// The commands of a form; `None` where it is wrong, and for 解决了 and 没解决 before that was confirmed: one tap is a slip
/// of the thumb.
fn wanted(
    act: &str,
    fields: &Fields,
    visitor: &Visitor,
    pending: &Pending,
    wrong: &mut Vec<FieldError>,
) -> Option<Wanted> {
    let mut text = |required| fields.text("text", required, TEXT, wrong);
    match act {
        "remark" => {
            let mut text = text(false);
            if text.is_empty() && pending.len() == 0 {
                wrong.push(FieldError::new("text", "enterprise-remark-empty"));
            } else if text.is_empty() {
                text = visitor.words.f("enterprise-files-added", &[("n", &pending.len())]);
            }
            let orders = vec![Command::Comment { text, visible_to_enterprise: true }];
            Some(Wanted { orders, done: "enterprise-said-added" })
        }
        "rate" => {
            let text = text(false);
            let more = fields.get("step") == "more";
            let stars = fields.get("stars").parse::<u8>().ok().filter(|stars| (1..=5).contains(stars));
            let rate = |verdict| vec![Command::Rate { verdict, stars, text: text.clone() }];
            match (fields.get("verdict"), more) {
                ("solved", true) => Some(Wanted { orders: rate(Verdict::Solved), done: "enterprise-said-solved" }),
                ("not_solved", true) => {
                    Some(Wanted { orders: rate(Verdict::NotSolved), done: "enterprise-said-reopened" })
                }
                ("solved" | "not_solved", false) => None,
                _ => {
                    wrong.push(FieldError::new("text", "choose"));
                    None
                }
            }
        }
        "take-back" => Some(Wanted { orders: vec![Command::TakeBackRating], done: "enterprise-said-taken-back" }),
        "withdraw" => {
            let orders = vec![Command::Withdraw { reason: text(false) }];
            Some(Wanted { orders, done: "enterprise-said-withdrawn" })
        }
        "object" => {
            let orders = vec![Command::Object { text: text(true) }];
            Some(Wanted { orders, done: "enterprise-said-objected" })
        }
        "resubmit" => {
            let text = text(true);
            let title = fields.text("title", true, 100, wrong);
            let orders = vec![Command::Resubmit { title }, Command::Comment { text, visible_to_enterprise: true }];
            Some(Wanted { orders, done: "enterprise-said-resubmitted" })
        }
        _ => None,
    }
}

/// A double click: after the version the person looked at, the same person has already said the same.
fn said_already(entered: &Entered, seq: Option<u32>, orders: &[Command]) -> bool {
    let Some(seq) = seq else { return false };
    let actor = &entered.actor;
    let own = entered
        .kept
        .events
        .iter()
        .filter(|own| own.seq > seq && own.by.person == actor.person && own.by.name == actor.name);
    let same = |event: &Event| {
        orders.iter().any(|order| match (order, event) {
            (Command::Comment { text, .. }, Event::Commented { text: there, .. }) => text == there,
            (Command::Rate { verdict, stars, text }, Event::Rated { verdict: v, stars: s, text: t }) => {
                verdict == v && stars == s && text == t
            }
            (Command::TakeBackRating, Event::RatingTakenBack) => true,
            (Command::Withdraw { reason }, Event::Withdrawn { reason: there }) => reason == there,
            (Command::Object { text }, Event::Objected { text: there }) => text == there,
            (Command::Resubmit { title }, Event::Resubmitted { title: there, .. }) => title == there,
            _ => false,
        })
    };
    own.into_iter().any(|own| same(&own.event))
}

/// A file of the problem.
pub(super) async fn file(
    Extension(casework): Extension<Casework>,
    headers: HeaderMap,
    Path((number, file)): Path<(String, String)>,
    visitor: Visitor,
) -> Result<Response, Refused> {
    let entered = match enter(&visitor, &headers, &number, Door::of(&visitor)).await? {
        Ok(entered) => entered,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let id: FileId = file.parse().map_err(|_| Error::not_found("file"))?;
    let mut conn = visitor.state.db.read().await.map_err(Refused::from)?;
    let found = store::files::find(&mut conn, id).await?.filter(|own| own.request == entered.kept.request.id);
    let found = found.ok_or_else(|| Error::not_found("file"))?;
    drop(conn);
    let opened = tokio::fs::File::open(casework.file_path(id)).await.map_err(|e| Error::not_found("file").inside(e))?;
    // Photographs and PDF open in the browser, everything else is saved.
    let inline = found.media_type.starts_with("image/") || found.media_type == "application/pdf";
    let how = if inline { "inline" } else { "attachment" };
    Ok(web::download::file(opened, found.bytes, &found.media_type, how, &found.name)?)
}
