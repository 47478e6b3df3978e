//! Tokens of neighbouring systems: shown once, stored as a hash, bound to a unit and to scopes.

use chrono::{DateTime, Utc};
use db::{Conn, Tx};
use kernel::{Clock, Error, FieldError, PersonId, Random, Result, TokenId, UnitId};

use crate::actor::{Actor, Origin};
use crate::people::wrong_text;
use crate::session::{fingerprint, secret};
use crate::store;

/// Everything a token may be allowed.
pub const SCOPES: [&str; 4] = ["enterprises:read", "requests:read", "requests:write", "figures:read"];

/// What is known of a token; the secret is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub id: TokenId,
    /// Which system uses it.
    pub name: String,
    /// How the token begins, so that one can be told from another: `wq_` and eight digits.
    pub prefix: String,
    pub scopes: Vec<String>,
    /// The unit below which the system reads and for which it speaks.
    pub unit: UnitId,
    pub issued_by: Option<PersonId>,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
}

/// A token to be issued.
#[derive(Clone, Debug)]
pub struct NewToken {
    pub name: String,
    pub scopes: Vec<String>,
    pub unit: UnitId,
    pub issued_by: Option<PersonId>,
    pub expires_at: Option<DateTime<Utc>>,
}

/// A token just issued. `secret` is what the other system sends as bearer; it cannot be shown again.
#[derive(Clone)]
pub struct IssuedToken {
    pub token: Token,
    pub secret: String,
}

/// Issues a token. The caller writes the audit entry.
///
/// # Errors
/// `invalid-fields` for an empty name, no or unknown scopes, an end in the past; `still-in-use` for an unknown unit.
pub async fn issue(tx: &mut Tx, clock: &dyn Clock, random: &dyn Random, new: NewToken) -> Result<IssuedToken> {
    let now = clock.now();
    let mut wrong: Vec<FieldError> = wrong_text("name", &new.name, true, 100).into_iter().collect();
    if new.scopes.is_empty() {
        wrong.push(FieldError::new("scopes", "required"));
    }
    for scope in new.scopes.iter().filter(|scope| !SCOPES.contains(&scope.as_str())) {
        wrong.push(FieldError::new("scopes", "scope-unknown").arg("scope", scope));
    }
    if new.expires_at.is_some_and(|end| end <= now) {
        wrong.push(FieldError::new("expires_at", "in-the-past"));
    }
    Error::check(wrong)?;
    let prefix = format!("wq_{}", secret(random, 4));
    let bearer = format!("{prefix}_{}", secret(random, 32));
    let token = Token {
        id: TokenId::new(now, random),
        name: new.name.trim().to_owned(),
        prefix,
        scopes: new.scopes,
        unit: new.unit,
        issued_by: new.issued_by,
        created_at: now,
        expires_at: new.expires_at,
        revoked_at: None,
    };
    store::insert_token(tx, &token, &fingerprint(&bearer)).await?;
    Ok(IssuedToken { token, secret: bearer })
}

/// The actor behind a bearer: [`Origin::Token`] with one grant of [`crate::Role::System`] for the token's unit.
pub async fn find(conn: &mut Conn, bearer: &str, now: DateTime<Utc>) -> Result<Option<Actor>> {
    if !bearer.starts_with("wq_") || bearer.len() > 100 {
        return Ok(None);
    }
    let found = store::token(conn, &fingerprint(bearer), now).await?;
    Ok(found.map(|found| Actor {
        person: None,
        name: found.name,
        origin: Origin::Token { id: found.id, scopes: found.scopes.split_whitespace().map(str::to_owned).collect() },
        grants: vec![found.grant],
    }))
}

/// Revokes a token at once; `false` if it is unknown or was revoked before. The caller writes the audit entry.
pub async fn revoke(tx: &mut Tx, id: TokenId, now: DateTime<Utc>) -> Result<bool> {
    store::revoke_token(tx, id, now).await
}

/// All tokens, newest first, also those that are over.
pub async fn list(conn: &mut Conn) -> Result<Vec<Token>> {
    store::tokens(conn).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Bench;
    use crate::{Action, Reach, Role, Subject, allowed};
    use chrono::Duration;
    use testkit::both_engines;

    const READ: Action = Action {
        resource: "request",
        name: "read",
        roles: &[(Role::System, Reach::Subtree)],
        scope: Some("requests:read"),
    };
    const WRITE: Action = Action { name: "raise", scope: Some("requests:write"), ..READ };

    both_engines! {
        async fn a_token_reaches_its_unit_within_its_scopes_until_it_ends(b: Bench) {
            let mut tx = b.db.begin().await.unwrap();
            let new = NewToken {
                name: "12345 热线".into(),
                scopes: vec!["requests:read".into()],
                unit: b.office,
                issued_by: Some(b.person),
                expires_at: Some(b.now() + Duration::days(1)),
            };
            let issued = issue(&mut tx, &b.clock, &b.random, new.clone()).await.unwrap();
            assert!(issued.secret.starts_with(&issued.token.prefix));
            let actor = find(&mut tx, &issued.secret, b.now()).await.unwrap().unwrap();
            assert!(matches!(&actor.origin, Origin::Token { id, .. } if *id == issued.token.id));
            let subject = |path: &str| Subject { units: vec![(b.office, path.into())], ..Subject::default() };
            assert!(allowed(&actor, &READ, &subject("/county/office/desk/")));
            assert!(!allowed(&actor, &READ, &subject("/county/other/")));
            assert!(!allowed(&actor, &WRITE, &subject("/county/office/")), "not its scope");

            for wrong in [&issued.secret[..issued.secret.len() - 1], "wq_", "", &issued.token.prefix] {
                assert!(find(&mut tx, wrong, b.now()).await.unwrap().is_none(), "{wrong}");
            }
            assert!(find(&mut tx, &issued.secret, b.now() + Duration::days(1)).await.unwrap().is_none(), "expired");
            assert!(revoke(&mut tx, issued.token.id, b.now()).await.unwrap());
            assert!(!revoke(&mut tx, issued.token.id, b.now()).await.unwrap());
            assert!(find(&mut tx, &issued.secret, b.now()).await.unwrap().is_none(), "revoked");
            let listed = list(&mut tx).await.unwrap();
            assert_eq!(listed, [Token { revoked_at: Some(b.now()), ..issued.token }]);

            let refused = NewToken { scopes: vec!["everything".into()], name: " ".into(), ..new };
            let error = issue(&mut tx, &b.clock, &b.random, refused).await.err().unwrap();
            let fields: Vec<_> = error.fields.iter().map(|f| (&*f.field, f.code)).collect();
            assert_eq!(fields, [("name", "required"), ("scopes", "scope-unknown")]);
        }
    }
}
