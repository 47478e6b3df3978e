//! Sessions: a random token in a cookie, its hash in the database, everything about the actor read in one query.

use chrono::{DateTime, Duration, Utc};
use db::{Conn, Tx};
use kernel::{Clock, PersonId, Random, Result};
use sha2::{Digest, Sha256};

use crate::actor::{Actor, Origin};
use crate::store;

/// A session ends after so long without a request …
const IDLE: Duration = Duration::hours(12);
/// … and at the latest after so long.
const LONGEST: Duration = Duration::days(7);
/// How old `seen_at` may grow before it is written again.
const STALE: Duration = Duration::minutes(5);

/// A session just opened. The token goes into the cookie and nowhere else.
#[derive(Clone)]
pub struct Opened {
    /// 64 hexadecimal digits.
    pub token: String,
    /// What forms carry along, 32 hexadecimal digits.
    pub csrf: String,
    pub person: PersonId,
    /// When the session ends at the latest.
    pub expires_at: DateTime<Utc>,
}

/// A session found by its token.
#[derive(Clone, Debug)]
pub struct Session {
    pub actor: Actor,
    pub person: PersonId,
    pub csrf: String,
    /// The name of the session towards [`touch`] and [`end`].
    pub token_hash: Vec<u8>,
    pub seen_at: DateTime<Utc>,
    /// The password was made by somebody else: nothing is open but the page to change it.
    pub must_change_password: bool,
}

impl Session {
    /// Whether it is time to [`touch`] it: at most every five minutes, so that reading stays reading.
    pub fn is_stale(&self, now: DateTime<Utc>) -> bool {
        now - self.seen_at >= STALE
    }
}

/// Opens a session for a person who has proved who they are. `agent` is the browser's name for itself.
pub async fn open(
    tx: &mut Tx,
    clock: &dyn Clock,
    random: &dyn Random,
    person: PersonId,
    agent: &str,
) -> Result<Opened> {
    let now = clock.now();
    let opened = Opened { token: secret(random, 32), csrf: secret(random, 16), person, expires_at: now + LONGEST };
    let agent: String = agent.chars().filter(|c| !c.is_control()).take(200).collect();
    let hash = fingerprint(&opened.token);
    store::insert_session(tx, &hash, person, &opened.csrf, now, opened.expires_at, &agent).await?;
    Ok(opened)
}

/// The session of a cookie, with the actor; `None` if there is none, it has run out or the person is inactive.
pub async fn find(conn: &mut Conn, token: &str, now: DateTime<Utc>) -> Result<Option<Session>> {
    if token.len() != 64 {
        return Ok(None);
    }
    let token_hash = fingerprint(token);
    let Some(row) = store::session(conn, &token_hash, now, now - IDLE).await? else { return Ok(None) };
    let actor = Actor { person: Some(row.person), name: row.name, origin: Origin::Person, grants: row.grants };
    Ok(Some(Session {
        actor,
        person: row.person,
        csrf: row.csrf,
        token_hash,
        seen_at: row.seen_at,
        must_change_password: row.one_time,
    }))
}

/// Notes that the session was used. Call it when [`Session::is_stale`].
pub async fn touch(tx: &mut Tx, token_hash: &[u8], now: DateTime<Utc>) -> Result<()> {
    store::touch_session(tx, token_hash, now).await
}

/// Ends one session.
pub async fn end(tx: &mut Tx, token_hash: &[u8]) -> Result<()> {
    store::end_session(tx, token_hash).await
}

/// Ends all sessions of a person and returns how many.
pub async fn end_all(tx: &mut Tx, person: PersonId) -> Result<u64> {
    store::end_sessions(tx, person).await
}

/// Removes what has run out and returns how many.
pub(crate) async fn sweep(tx: &mut Tx, now: DateTime<Utc>) -> Result<u64> {
    store::sweep_sessions(tx, now, now - IDLE).await
}

/// `bytes` random bytes in hexadecimal.
pub(crate) fn secret(random: &dyn Random, bytes: usize) -> String {
    let mut buffer = vec![0; bytes];
    random.fill(&mut buffer);
    hex(&buffer)
}

/// What is stored instead of a secret. A plain hash is enough: the secret has 256 bits.
pub(crate) fn fingerprint(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Bench;
    use crate::{PersonChange, Role, change_person};
    use testkit::both_engines;

    both_engines! {
        async fn a_session_lives_while_it_is_used_and_seven_days_at_most(b: Bench) {
            let mut tx = b.db.begin().await.unwrap();
            let opened = open(&mut tx, &b.clock, &b.random, b.person, "Firefox\n").await.unwrap();
            tx.commit().await.unwrap();
            let mut conn = b.db.read().await.unwrap();
            let found = find(&mut conn, &opened.token, b.now()).await.unwrap().unwrap();
            assert_eq!((found.person, &found.csrf), (b.person, &opened.csrf));
            assert_eq!(found.actor.name, "张伟");
            let grants: Vec<_> = found.actor.grants.iter().map(|g| (g.role, g.unit_path.as_str())).collect();
            assert_eq!(grants, [(Role::Handler, "/county/office/"), (Role::Leader, "/county/")]);
            assert!(find(&mut conn, &opened.csrf, b.now()).await.unwrap().is_none());
            assert!(find(&mut conn, &"0".repeat(64), b.now()).await.unwrap().is_none());

            let idle = b.now() + IDLE;
            assert!(find(&mut conn, &opened.token, idle - Duration::seconds(1)).await.unwrap().is_some());
            assert!(find(&mut conn, &opened.token, idle).await.unwrap().is_none());
            assert!(!found.is_stale(b.now() + Duration::minutes(4)) && found.is_stale(b.now() + STALE));

            let mut used = b.now();
            while used < b.now() + LONGEST - Duration::hours(11) {
                used += Duration::hours(11);
                let mut tx = b.db.begin().await.unwrap();
                touch(&mut tx, &found.token_hash, used).await.unwrap();
                tx.commit().await.unwrap();
            }
            assert!(find(&mut conn, &opened.token, b.now() + LONGEST - Duration::seconds(1)).await.unwrap().is_some());
            assert!(find(&mut conn, &opened.token, b.now() + LONGEST).await.unwrap().is_none());
        }
    }

    both_engines! {
        async fn sessions_end_for_one_for_all_and_for_the_inactive(b: Bench) {
            let mut tx = b.db.begin().await.unwrap();
            let mut opened = Vec::new();
            for _ in 0..3 {
                opened.push(open(&mut tx, &b.clock, &b.random, b.person, "").await.unwrap());
            }
            end(&mut tx, &fingerprint(&opened[0].token)).await.unwrap();
            let lives = async |tx: &mut Tx, at: usize| find(tx, &opened[at].token, b.now()).await.unwrap().is_some();
            assert!(!lives(&mut tx, 0).await && lives(&mut tx, 1).await);
            let change = PersonChange {
                name: "张伟".into(),
                phone: String::new(),
                title: String::new(),
                active: false,
                away_from: None,
                away_until: None,
            };
            change_person(&mut tx, &b.clock, b.person, 1, &change).await.unwrap();
            assert!(!lives(&mut tx, 1).await, "an inactive person is out at once");
            let stale = change_person(&mut tx, &b.clock, b.person, 1, &change).await.unwrap_err();
            assert_eq!(stale.code, "changed-meanwhile");
            change_person(&mut tx, &b.clock, b.person, 2, &PersonChange { active: true, ..change }).await.unwrap();
            assert!(lives(&mut tx, 2).await);
            assert_eq!(end_all(&mut tx, b.person).await.unwrap(), 2);
            assert!(!lives(&mut tx, 2).await);
        }
    }
}
