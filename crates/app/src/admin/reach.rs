//! How far a role reaches, said in numbers where roles are given; and what no desk reaches, said where it can be mended.

use chrono::{DateTime, Utc};
use db::Conn;
use identity::{Grant, NewGrant, Role};
use kernel::{PersonId, Result};
use web::{Words, format};

/// `看得到 984 户企业、76 件诉求`; empty for roles whose reach is plain: the contact's own enterprise.
pub(super) async fn said(
    conn: &mut Conn,
    w: &Words,
    grant: &Grant,
    person: Option<PersonId>,
    now: DateTime<Utc>,
) -> Result<String> {
    if grant.role == Role::Enterprise {
        return Ok(String::new());
    }
    let seen = casework::reach::seen_by(conn, grant, person, now).await?;
    let (firms, requests) = (format::number(seen.enterprises), format::number(seen.requests));
    Ok(w.f("admin-sees", &[("firms", &firms), ("requests", &requests)]))
}

/// The same for a role that is to be given.
pub(super) async fn foretold(
    conn: &mut Conn,
    w: &Words,
    new: NewGrant,
    person: Option<PersonId>,
    now: DateTime<Utc>,
) -> Result<String> {
    let grant = identity::grant_as_held(conn, new).await?;
    let sees = said(conn, w, &grant, person, now).await?;
    let sees = if sees.is_empty() { w.t("admin-sees-own").into_owned() } else { sees };
    Ok(w.f("admin-would-see", &[("sees", &sees)]))
}

/// What lies where nobody at a desk looks, and what to do; empty if all is well.
pub(super) async fn warning(conn: &mut Conn, w: &Words, now: DateTime<Utc>) -> Result<String> {
    let unreached = casework::reach::unreached(conn, now).await?;
    let (firms, requests) = (format::number(unreached.enterprises), format::number(unreached.requests));
    Ok(if unreached.is_nothing() {
        String::new()
    } else if unreached.desk == 0 {
        w.t("doctor-desk-nobody").into_owned()
    } else {
        w.f("doctor-desk-unreached", &[("firms", &firms), ("requests", &requests)])
    })
}
