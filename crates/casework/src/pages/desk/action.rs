//! POST /requests/{number}/{action}: one deed on one need, judged against the version the person looked at.

use axum::Extension;
use axum::extract::Path;
use axum::response::Response;
use kernel::{Error, ErrorKind, FieldError};
use web::components::Timeline;
use web::href::Href;
use web::posted::{ATTACHMENT, FILE_LIMIT};
use web::{
    ArrivingBy, Failure, Fields, PageResult, SignedIn, describe, describe_fields, redirect_saying, safe_back,
    shown_again,
};

use super::deed::{CaseView, Deed};
use super::deed_form::{Problem, Typed};
use super::history::Teller;
use super::orders::Reading;
use super::{inbox, need};
use crate::engine::Casework;
use crate::files::NewFile;
use crate::state::State;

pub async fn act(
    Path((number, action)): Path<(String, String)>,
    Extension(casework): Extension<Casework>,
    ArrivingBy { by, form }: ArrivingBy,
) -> PageResult {
    if action == "preview" {
        let fields = form.texts().await?;
        let typed = Typed { deed: Deed::parse(fields.get("do")), fields: Some(&fields), ..Typed::default() };
        return again(&by, &casework, &number, &typed).await;
    }
    let deed = Deed::parse(&action).ok_or_else(|| Error::not_found("page"))?;
    let mut conn = by.state.db.read().await?;
    let view = CaseView::load(&by, &casework, &mut conn, &number).await?;
    // Whether this person may is asked before anything in the form is looked at.
    view.permit(&by, deed)?;
    drop(conn);
    let fields = form.whole().await?;
    let mut reading = Reading { by: &by, casework: &casework, view: &view, fields: &fields, wrong: Vec::new() };
    let orders = reading.orders(deed);
    let mut wrong = reading.wrong;
    if !fields.oversized.is_empty() {
        wrong.push(FieldError::new(ATTACHMENT, "too-large").arg("limit", format!("{} MB", FILE_LIMIT / 1024 / 1024)));
    }
    let done = match fields.fresh().and_then(|()| Error::check(wrong)) {
        Ok(()) if orders.is_empty() => Err(Error::conflict("nothing-changed")),
        Ok(()) => {
            let expected = fields.get("seq").parse().ok();
            casework.execute(&by.actor, view.row.request, expected, orders, files(&fields)).await
        }
        Err(error) => Err(error),
    };
    match done {
        // words: desk-done-*
        Ok(kept) => {
            // The call-back waits until every unit has answered.
            let others = deed == Deed::Answer
                && kept.case.need(view.need.index).is_some_and(|need| need.state() != State::Answered);
            let done = if others { "answer-part" } else { deed.as_str() };
            Ok(redirect_saying(&after(&fields, &number), &format!("desk-done-{done}")))
        }
        Err(error) if matches!(error.kind, ErrorKind::Conflict | ErrorKind::Invalid) => {
            refused(&by, &casework, &number, deed, &fields, &error).await
        }
        Err(error) => Err(Failure(error)),
    }
}

/// Uploaded files as the engine takes them.
pub fn files(fields: &Fields) -> Vec<NewFile> {
    let new = |upload: &web::Upload| NewFile {
        name: upload.name.clone(),
        path: upload.path().to_owned(),
        bytes: upload.bytes,
        sha256: upload.sha256,
    };
    fields.files.iter().map(new).collect()
}

/// The form again with everything that was typed, and the reason; others' deeds since are told one by one.
async fn refused(
    by: &SignedIn,
    casework: &Casework,
    number: &str,
    deed: Deed,
    fields: &Fields,
    error: &Error,
) -> Result<Response, Failure> {
    let w = &by.words;
    let mut conn = by.state.db.read().await?;
    let view = CaseView::load(by, casework, &mut conn, number).await?;
    drop(conn);
    let seen: u32 = fields.get("seq").parse().unwrap_or(u32::MAX);
    let teller =
        Teller { w, units: &view.units, settings: &view.settings, case: &view.kept.case, outside: view.outside };
    let since: Vec<_> = view.kept.events.iter().filter(|event| event.seq > seen).cloned().collect();
    // What is wrong with single fields stands beside them; what others did meanwhile may be the reason for it.
    let meanwhile = !since.is_empty() && !error.fields.is_empty();
    let text = if meanwhile { describe(w, &Error::conflict("changed-meanwhile")) } else { describe(w, error) };
    let since = if meanwhile || error.kind == ErrorKind::Conflict {
        teller.timeline(&since, view.need.index)
    } else {
        Timeline { items: Vec::new() }
    };
    let problem = (meanwhile || error.fields.is_empty()).then_some(Problem { text, since });
    let typed = Typed { deed: Some(deed), fields: Some(fields), wrong: describe_fields(w, error), problem };
    Ok(shown_again(again(by, casework, number, &typed).await?))
}

/// The page the form stood on.
async fn again(by: &SignedIn, casework: &Casework, number: &str, typed: &Typed<'_>) -> PageResult {
    let back = typed.fields.map_or("", |fields| fields.get("back"));
    let deed = typed.deed.map_or("", Deed::as_str);
    if back == "/desk" || back.starts_with("/desk?") {
        let address = Href::parse(safe_back(back)).with("open", number).with("do", deed);
        return inbox::page(by, casework, &address, typed).await;
    }
    need::page(by, casework, number, &Href::parse(&format!("/requests/{number}")).with("do", deed), typed).await
}

/// Where one goes when it is done: the list one came from, or the need.
fn after(fields: &Fields, number: &str) -> String {
    match fields.get("back") {
        "" => format!("/requests/{number}"),
        back => safe_back(back).to_owned(),
    }
}
