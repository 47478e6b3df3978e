//! How a request is entered: by the enterprise and its helpers through their session, or by whoever knows the tracking
//! number and the telephone number given with it.
//!
//! The second way gets a pass: 32 random hexadecimal digits in an HttpOnly cookie, whose hash stands in a row beside the
//! one request it is for and the day after which it is worth nothing. It speaks for the enterprise in that request alone.

use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use chrono::Duration;
use identity::{Actor, Grant, Origin, Role, authorize};
use kernel::{EnterpriseId, Error, ErrorKind, RequestId, Result};
use sha2::{Digest, Sha256};
use web::session::{cookie, set_cookie};
use web::{Refused, Visitor, redirect};

use super::pending::random_hex;
use crate::access;
use crate::store::case::{Kept, by_number, load};
use crate::store::enterprise_side::{pass, put_pass};

const PASS: &str = "wanqi-follow";
/// A pass is good for so many hours.
const PASS_HOURS: i64 = 24;

/// Which of the two ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Door {
    /// `/my/…`, signed in.
    My,
    /// `/follow/…`, with a pass.
    Follow,
}

impl Door {
    /// The way a page of this visitor's address belongs to.
    pub(super) fn of(visitor: &Visitor) -> Door {
        if visitor.here.starts_with("/follow") { Door::Follow } else { Door::My }
    }

    pub(super) fn base(self) -> &'static str {
        match self {
            Door::My => "/my",
            Door::Follow => "/follow",
        }
    }
}

/// A request that may be seen, with who sees it.
pub(super) struct Entered {
    pub kept: Kept,
    /// Index of the need the number names.
    pub index: u16,
    pub actor: Actor,
    pub door: Door,
}

impl Entered {
    /// `/my/2026-000123`
    pub(super) fn href(&self) -> String {
        format!("{}/{}", self.door.base(), self.number())
    }

    pub(super) fn number(&self) -> String {
        self.kept.case.need_number(self.index)
    }
}

/// The request behind a number, or the answer to give instead.
///
/// # Errors
/// `not-found` for what a signed-in person may not see. Without a pass one is sent to `/follow`, whether there is such a
/// number or not.
pub(super) async fn enter(
    visitor: &Visitor,
    headers: &HeaderMap,
    number: &str,
    door: Door,
) -> std::result::Result<std::result::Result<Entered, Response>, Refused> {
    let mut conn = visitor.state.db.read().await.map_err(Refused::from)?;
    // No number has a NUL, and PostgreSQL would not even look for one.
    let number = number.split('\0').next().unwrap_or("");
    if door == Door::My {
        let Some(session) = &visitor.session else {
            return Err(Refused::SignIn(format!("/my/{}", web::href::encode(number))));
        };
        let (id, index) = by_number(&mut conn, number).await?.ok_or_else(|| Error::not_found("request"))?;
        let kept = load(&mut conn, id).await?.ok_or_else(|| Error::not_found("request"))?;
        authorize(&session.actor, &access::READ, &kept.subject)?;
        return Ok(Ok(Entered { kept, index, actor: session.actor.clone(), door }));
    }
    let elsewhere = || Ok(Err(redirect(&format!("/follow?number={}", web::href::encode(number)))));
    let Some(token) = cookie(headers, PASS, visitor.state.config.secure_cookies) else { return elsewhere() };
    let Some(request) = pass(&mut conn, &fingerprint(token), visitor.now).await? else { return elsewhere() };
    let Some((id, index)) = by_number(&mut conn, number).await?.filter(|(id, _)| *id == request) else {
        return elsewhere();
    };
    let kept = load(&mut conn, id).await?.ok_or_else(|| Error::not_found("request"))?;
    let actor = guest(kept.request.enterprise, &kept.request.contact_name);
    Ok(Ok(Entered { kept, index, actor, door }))
}

/// Somebody without an account who speaks for an enterprise, under the name given.
pub(super) fn guest(enterprise: EnterpriseId, name: &str) -> Actor {
    let grant = Grant {
        role: Role::Enterprise,
        unit: None,
        unit_name: String::new(),
        unit_name_en: String::new(),
        unit_path: String::new(),
        enterprise: Some(enterprise),
    };
    Actor { person: None, name: name.to_owned(), origin: Origin::Person, grants: vec![grant] }
}

/// Gives the visitor a pass for one request along with `response`.
pub(super) async fn give_pass(visitor: &Visitor, request: RequestId, mut response: Response) -> Result<Response> {
    let token = random_hex(visitor);
    let mut tx = visitor.state.db.begin().await?;
    let until = visitor.now + Duration::hours(PASS_HOURS);
    put_pass(&mut tx, &fingerprint(&token), request, visitor.now, until).await?;
    tx.commit().await?;
    let seconds = u32::try_from(PASS_HOURS * 3600).unwrap_or(0);
    if let Some(value) = set_cookie(PASS, &token, seconds, visitor.state.config.secure_cookies) {
        response.headers_mut().append(SET_COOKIE, value);
    }
    Ok(response)
}

/// Counts a try of this visitor, before it is known what comes of it.
///
/// # Errors
/// `too-many` after `limit` tries within an hour from one address.
pub(super) async fn count_try(visitor: &Visitor, what: &str, limit: u32) -> Result<()> {
    let mut tx = visitor.state.db.begin().await?;
    identity::throttle(&mut tx, &try_key(visitor, what), limit, Duration::hours(1), visitor.now).await?;
    tx.commit().await
}

/// Takes a counted try back: it was in order, and a whole building may share the address.
pub(super) async fn forgive_try(visitor: &Visitor, what: &str) -> Result<()> {
    let mut tx = visitor.state.db.begin().await?;
    identity::throttle_forgive(&mut tx, &try_key(visitor, what)).await?;
    tx.commit().await
}

/// Megabytes of files that one address may leave with us in a day without an account, and all of them together.
const FILES_OF_ONE: u32 = 300;
const FILES_OF_ALL: u32 = 4000;

/// Spends what files of a visitor take, before they are kept for good.
///
/// # Errors
/// `guest-files-full` (too many) when the day's share of this address, or of all visitors, is used up.
pub(super) async fn spend_files(visitor: &Visitor, bytes: u64) -> Result<()> {
    if bytes == 0 {
        return Ok(());
    }
    let megabytes = u32::try_from(bytes.div_ceil(1024 * 1024)).unwrap_or(u32::MAX);
    let mut tx = visitor.state.db.begin().await?;
    for (key, limit) in [(try_key(visitor, "files"), FILES_OF_ONE), ("files-of-all".to_owned(), FILES_OF_ALL)] {
        let day = Duration::days(1);
        let spent = identity::throttle_spend(&mut tx, &key, megabytes, limit, day, visitor.now).await;
        spent.map_err(|error| match error.kind {
            ErrorKind::TooMany => Error { code: "guest-files-full", ..error },
            _ => error,
        })?;
    }
    tx.commit().await
}

fn try_key(visitor: &Visitor, what: &str) -> String {
    format!("{what}:{}", &super::pending::hex(&fingerprint(&visitor.address))[..32])
}

fn fingerprint(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}
