//! Signing in with login and password: counted before the password is looked at, and told nothing by the answer.

use chrono::{DateTime, Duration, Utc};
use db::Db;
use kernel::{Clock, Error, Random, Result};
use serde_json::json;

use crate::actor::{Actor, Origin};
use crate::audit::{Entry, record};
use crate::session::{Opened, fingerprint, hex};
use crate::store::{self, Credentials};
use crate::throttle::throttle;
use crate::{password, session};

/// So many wrong passwords in a row lock a login …
const FAILURES: u32 = 5;
/// … for so long. Also the window in which tries of one address are counted.
const LOCK: Duration = Duration::minutes(15);
/// Wrong passwords from one address; a whole building may share one.
const FROM_ADDRESS: u32 = 60;
/// So long an address is known as one somebody signs in from.
pub(crate) const KNOWN: Duration = Duration::days(90);

/// A login as it is compared and kept: without space around it, in lower case.
pub(crate) fn login_form(login: &str) -> String {
    login.trim().to_lowercase()
}

/// The throttle key of a login; hashed, because people type phone numbers and even passwords there.
pub(crate) fn login_key(login: &str) -> String {
    format!("sign-in:login:{}", &hex(&fingerprint(login))[..32])
}

/// Checks login and password and opens a session. Writes the audit entry itself, in the transaction of the session.
///
/// Every try counts until it turns out right, so that many at once gain nothing. Where somebody signed in before, login
/// and address count together, so that neither the wrong passwords of a whole building nor those of strangers elsewhere
/// shut them out; everywhere else address and login count apart. The answer to an unknown login, an
/// inactive person and a wrong password is the same and takes as long. The write turn is not held while hashing.
///
/// # Errors
/// `sign-in-refused` (forbidden), or `too-many` with the seconds to wait.
pub async fn sign_in(
    db: &Db,
    clock: &dyn Clock,
    random: &dyn Random,
    login: &str,
    password: &str,
    address: &str,
    agent: &str,
) -> Result<Opened> {
    let login = login_form(login);
    let mut tx = db.begin().await?;
    let now = clock.now();
    let known = store::credentials(&mut tx, &login).await?;
    let place = fingerprint(address);
    let at_home = match &known {
        Some(known) => store::knows_place(&mut tx, known.id, &place, now - KNOWN).await?,
        None => false,
    };
    let counted = Counted::of(&login, address, at_home);
    for (key, limit) in &counted.keys {
        throttle(&mut tx, key, *limit, LOCK, now).await?;
    }
    tx.commit().await?;

    let hash = known.as_ref().filter(|k| k.active).and_then(|k| k.password_hash.as_deref());
    let right = password::check(password, hash).await?;

    let now = clock.now();
    match known {
        Some(known) if right => {
            let mut tx = db.begin().await?;
            for (key, limit) in &counted.keys {
                // Others count at the address of a whole building too: only this one try is taken back there.
                match *limit {
                    FROM_ADDRESS => store::throttle_refund(&mut tx, key).await?,
                    _ => store::throttle_clear(&mut tx, key).await?,
                }
            }
            store::note_place(&mut tx, known.id, &place, now).await?;
            store::tried(&mut tx, known.id, 0, None).await?;
            let opened = session::open(&mut tx, clock, random, known.id, agent).await?;
            note(&mut tx, now, Some(&known), "signed-in", address, None).await?;
            tx.commit().await?;
            Ok(opened)
        }
        known => refuse(db, now, known, &counted, address).await,
    }
}

/// Under which keys a try counts, and how many of each may be wrong.
struct Counted {
    keys: Vec<(String, u32)>,
    /// The key whose last wrong password locks.
    lock: String,
    /// Only this person's tries from this address are counted: a lock here is none elsewhere.
    at_home: bool,
}

impl Counted {
    fn of(login: &str, address: &str, at_home: bool) -> Counted {
        let mut lock = login_key(login);
        if at_home {
            // Below the login's own key: a new password lifts both.
            lock = format!("{lock}:{}", &hex(&fingerprint(address))[..32]);
        }
        let mut keys = vec![(lock.clone(), FAILURES)];
        if !at_home {
            keys.insert(0, (address_key(address), FROM_ADDRESS));
        }
        Counted { keys, lock, at_home }
    }
}

/// Locks if this was one wrong password too many, and writes down why it was refused. From an address with too many wrong
/// passwords the answer is the same for those who sign in from there and for everybody else.
///
/// # Errors
/// Always: `sign-in-refused`, or `too-many`.
async fn refuse<T>(
    db: &Db,
    now: DateTime<Utc>,
    known: Option<Credentials>,
    counted: &Counted,
    address: &str,
) -> Result<T> {
    let key = &counted.lock;
    let mut tx = db.begin().await?;
    let mut answer = Error::forbidden("sign-in-refused");
    if counted.at_home
        && let Err(error) = throttle(&mut tx, &address_key(address), FROM_ADDRESS, LOCK, now).await
    {
        answer = error;
    }
    let failed = store::throttle_read(&mut tx, key).await?;
    let locked = failed >= i64::from(FAILURES);
    if locked {
        // The lock lasts from the last wrong password on, not from the first.
        store::throttle_restart(&mut tx, key, now).await?;
    }
    if let Some(known) = &known {
        let everywhere = locked && !counted.at_home;
        store::tried(&mut tx, known.id, failed, everywhere.then_some(now + LOCK)).await?;
    }
    let reason = match &known {
        None => "unknown-login",
        Some(known) if !known.active => "inactive",
        Some(known) if known.password_hash.is_none() => "no-password",
        Some(_) if locked => "wrong-password-locked",
        Some(_) => "wrong-password",
    };
    note(&mut tx, now, known.as_ref(), "sign-in-refused", address, Some(reason)).await?;
    tx.commit().await?;
    Err(answer)
}

/// Under which key the wrong passwords of an address count.
fn address_key(address: &str) -> String {
    format!("sign-in:address:{address}")
}

async fn note(
    tx: &mut db::Tx,
    at: DateTime<Utc>,
    known: Option<&Credentials>,
    action: &str,
    address: &str,
    reason: Option<&str>,
) -> Result<()> {
    let actor = match known {
        Some(known) => {
            Actor { person: Some(known.id), name: known.name.clone(), origin: Origin::Person, grants: Vec::new() }
        }
        None => Actor::program("unknown"),
    };
    let mut detail = json!({ "address": address });
    if let Some(reason) = reason {
        detail["reason"] = reason.into();
    }
    let resource_id = known.map(|k| k.id.to_string()).unwrap_or_default();
    record(tx, Entry { at, actor: &actor, action, resource: "person", resource_id, detail }).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Bench, PASSWORD};
    use crate::{AuditFilter, audit_list, find_person, find_session};
    use testkit::both_engines;

    async fn attempt(b: &Bench, login: &str, password: &str, address: &str) -> Result<Opened> {
        sign_in(&b.db, &b.clock, &b.random, login, password, address, "test").await
    }

    both_engines! {
        async fn the_right_password_opens_a_session_and_is_audited(b: Bench) {
            let opened = attempt(b, " ZhangWei ", PASSWORD, "10.0.0.1").await.unwrap();
            let mut conn = b.db.read().await.unwrap();
            assert!(find_session(&mut conn, &opened.token, b.now()).await.unwrap().is_some());
            let audit = audit_list(&mut conn, &AuditFilter::default(), None, 10).await.unwrap();
            assert_eq!((audit.len(), audit[0].action.as_str()), (1, "signed-in"));
            assert_eq!(audit[0].actor_id, Some(b.person));
        }
    }

    both_engines! {
        async fn five_wrong_passwords_lock_known_and_unknown_logins_alike(b: Bench) {
            for login in ["zhangwei", "13800138000"] {
                for n in 0..5 {
                    b.clock.advance(Duration::minutes(1));
                    let refused = attempt(b, login, "wrong", "10.0.0.1").await.err().unwrap();
                    assert_eq!(refused.code, "sign-in-refused", "{login} {n}");
                }
                let locked = attempt(b, login, PASSWORD, "10.0.0.2").await.err().unwrap();
                assert_eq!((locked.code, &*locked.args[0].1), ("too-many", "900"), "{login}");
            }
            let mut conn = b.db.read().await.unwrap();
            let person = find_person(&mut conn, b.person).await.unwrap().unwrap();
            assert_eq!(person.locked_until, Some(b.now() + Duration::minutes(10)));
            for entry in audit_list(&mut conn, &AuditFilter::default(), None, 100).await.unwrap() {
                let all = format!("{entry:?}");
                assert!(!all.contains("13800138000") && !all.contains("wrong\""), "{all}");
            }
            b.clock.advance(Duration::minutes(10));
            attempt(b, "zhangwei", PASSWORD, "10.0.0.1").await.unwrap();
            let person = find_person(&mut conn, b.person).await.unwrap().unwrap();
            assert_eq!(person.locked_until, None);
            attempt(b, "zhangwei", "wrong", "10.0.0.1").await.err().unwrap();
            attempt(b, "zhangwei", PASSWORD, "10.0.0.1").await.expect("one slip after a success does not lock");
        }
    }

    both_engines! {
        async fn a_new_password_lifts_the_lock(b: Bench) {
            for _ in 0..5 {
                attempt(b, "zhangwei", "wrong", "10.0.0.1").await.err().unwrap();
            }
            let hash = crate::hash_password("autumn-Reed-77", &b.random).await.unwrap();
            let mut tx = b.db.begin().await.unwrap();
            crate::set_password(&mut tx, &b.clock, b.person, &hash).await.unwrap();
            tx.commit().await.unwrap();
            attempt(b, "zhangwei", "autumn-Reed-77", "10.0.0.1").await.unwrap();
        }
    }

    both_engines! {
        async fn a_password_somebody_else_made_has_to_be_changed(b: Bench) {
            for (password, one_time) in [("autumn-Reed-77", true), ("winter-Reed-78", false)] {
                let hash = crate::hash_password(password, &b.random).await.unwrap();
                let mut tx = b.db.begin().await.unwrap();
                match one_time {
                    true => crate::set_one_time_password(&mut tx, &b.clock, b.person, &hash).await.unwrap(),
                    false => crate::set_password(&mut tx, &b.clock, b.person, &hash).await.unwrap(),
                }
                tx.commit().await.unwrap();
                let opened = attempt(b, "zhangwei", password, "10.0.0.1").await.unwrap();
                let mut conn = b.db.read().await.unwrap();
                let session = find_session(&mut conn, &opened.token, b.now()).await.unwrap().unwrap();
                assert_eq!(session.must_change_password, one_time);
            }
        }
    }

    both_engines! {
        async fn wrong_passwords_of_others_stop_nobody_where_they_sign_in(b: Bench) {
            attempt(b, "zhangwei", PASSWORD, "10.0.0.1").await.unwrap();
            // A whole building, and then a stranger who knows the login.
            for n in 0..60 {
                attempt(b, &format!("nobody{n}"), "wrong", "10.0.0.1").await.err().unwrap();
            }
            for _ in 0..5 {
                attempt(b, "zhangwei", "wrong", "6.6.6.6").await.err().unwrap();
            }
            assert_eq!(attempt(b, "zhangwei", PASSWORD, "6.6.6.6").await.err().unwrap().code, "too-many");
            assert_eq!(attempt(b, "somebody", "wrong", "10.0.0.1").await.err().unwrap().code, "too-many");
            attempt(b, "zhangwei", PASSWORD, "10.0.0.1").await.expect("the person at the usual place");
            // Guessing at the usual place is locked there, and only there.
            b.clock.advance(LOCK);
            for _ in 0..5 {
                attempt(b, "zhangwei", "wrong", "10.0.0.1").await.err().unwrap();
            }
            assert_eq!(attempt(b, "zhangwei", PASSWORD, "10.0.0.1").await.err().unwrap().code, "too-many");
            attempt(b, "zhangwei", PASSWORD, "10.0.0.7").await.expect("elsewhere");
            attempt(b, "zhangwei", PASSWORD, "10.0.0.1").await.expect("who signed in elsewhere has proved it");
            // A place not signed in from for long is like any other.
            b.clock.advance(KNOWN + LOCK);
            for n in 0..60 {
                attempt(b, &format!("nobody{n}"), "wrong", "10.0.0.1").await.err().unwrap();
            }
            assert_eq!(attempt(b, "zhangwei", PASSWORD, "10.0.0.1").await.err().unwrap().code, "too-many");
        }
    }
}
