//! POST /enterprises/{credit_code}/contact and …/helpers/{login}/contact: a masked telephone number is shown in full.

use axum::extract::Path;
use axum::http::HeaderMap;
use identity::require;
use kernel::Error;
use web::components::Link;
use web::contact::{Asked, reveal};
use web::{PageResult, PostedBy};

use super::show::one;
use crate::access::SHOW_CONTACT;
use crate::enterprise::Enterprise;
use crate::store;

pub(super) async fn enterprise(
    headers: HeaderMap,
    Path(code): Path<String>,
    PostedBy { by, .. }: PostedBy,
) -> PageResult {
    let mut conn = by.state.db.read().await?;
    let (found, subject) = one(&mut conn, &by.actor, &code).await?;
    require(&by.actor, &SHOW_CONTACT, &subject)?;
    drop(conn);
    let asked = Asked {
        name: found.facts.contact_name.clone(),
        number: found.facts.contact_phone.clone(),
        of: ("enterprise", found.id.to_string()),
        back: back(&found),
    };
    reveal(&by, &headers, asked).await
}

pub(super) async fn helper(
    headers: HeaderMap,
    Path((code, login)): Path<(String, String)>,
    PostedBy { by, .. }: PostedBy,
) -> PageResult {
    let mut conn = by.state.db.read().await?;
    let (found, subject) = one(&mut conn, &by.actor, &code).await?;
    require(&by.actor, &SHOW_CONTACT, &subject)?;
    let helpers = store::helpers_of(&mut conn, found.id).await?;
    drop(conn);
    let helper = helpers.into_iter().find(|h| h.login == login).ok_or_else(|| Error::not_found("helper"))?;
    let of = ("person", helper.person.to_string());
    reveal(&by, &headers, Asked { name: helper.name, number: helper.phone, of, back: back(&found) }).await
}

fn back(found: &Enterprise) -> Link {
    Link::new(format!("/enterprises/{}", found.facts.credit_code.as_str()), found.facts.short())
}
