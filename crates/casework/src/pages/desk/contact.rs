//! POST /requests/{number}/contact and …/helpers/{login}/contact: a masked telephone number is shown in full.

use axum::Extension;
use axum::extract::Path;
use axum::http::HeaderMap;
use kernel::{Error, Result};
use web::components::Link;
use web::contact::{Asked, reveal};
use web::{PageResult, PostedBy, SignedIn};

use super::deed::CaseView;
use crate::access::SHOW_CONTACT;
use crate::engine::Casework;

/// The request, for those who may call about it.
async fn view(by: &SignedIn, casework: &Casework, number: &str) -> Result<CaseView> {
    let view = CaseView::load(by, casework, &mut by.state.db.read().await?, number).await?;
    let (action, resource) = (SHOW_CONTACT.name, SHOW_CONTACT.resource);
    match view.calls {
        true => Ok(view),
        false => Err(Error::forbidden("not-allowed").arg("action", action).arg("resource", resource)),
    }
}

pub async fn request(
    headers: HeaderMap,
    Extension(casework): Extension<Casework>,
    Path(number): Path<String>,
    PostedBy { by, .. }: PostedBy,
) -> PageResult {
    let request = view(&by, &casework, &number).await?.kept.request;
    let of = ("request", request.id.to_string());
    let asked = Asked { name: request.contact_name, number: request.contact_phone, of, back: back(&number) };
    reveal(&by, &headers, asked).await
}

pub async fn helper(
    headers: HeaderMap,
    Extension(casework): Extension<Casework>,
    Path((number, login)): Path<(String, String)>,
    PostedBy { by, .. }: PostedBy,
) -> PageResult {
    let helpers = view(&by, &casework, &number).await?.glance.helpers;
    let helper = helpers.into_iter().find(|own| own.login == login).ok_or_else(|| Error::not_found("helper"))?;
    let of = ("person", helper.person.to_string());
    reveal(&by, &headers, Asked { name: helper.name, number: helper.phone, of, back: back(&number) }).await
}

fn back(number: &str) -> Link {
    Link::new(format!("/requests/{}", web::href::encode(number)), number)
}
