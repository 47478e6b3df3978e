//! The one way in which people and programs change what is kept: take the write turn, ask for the right, change, tell.
//!
//! Nothing is committed that was not asked for and told: every step leaves an entry in the audit and an event in the outbox,
//! in the transaction of what it tells about. What changes nothing that others could care for (sessions, throttles, jobs,
//! what was seen) has its own transaction; `changes.toml` names those places with their reasons (ADR 7).

use std::ops::{Deref, DerefMut};

use chrono::{DateTime, Utc};
use db::{Db, Tx};
use events::Fact;
use kernel::{Clock, Error, Random, Result};
use serde_json::Value;

use crate::access::{self, Action, Subject};
use crate::actor::Actor;
use crate::audit::{Entry, append};

/// What an entry of the audit says was done; who and when are the change's own.
#[derive(Debug)]
pub struct Done<'d> {
    /// `create`, `assign-helper`; has words under `audit-do-`.
    pub action: &'d str,
    /// Kind of thing: `enterprise`, `person`; has words under `audit-of-`.
    pub resource: &'d str,
    pub resource_id: String,
    /// What changed. Never phone numbers, identity numbers, passwords or message bodies.
    pub detail: Value,
}

/// A change under way. It is the transaction: pass `&mut change` where `&mut Tx` or `&mut Conn` is wanted. Dropped before
/// its end, it leaves nothing behind.
pub struct Change<'a> {
    tx: Tx,
    clock: &'a dyn Clock,
    random: &'a dyn Random,
    actor: &'a Actor,
    at: DateTime<Utc>,
    asked: bool,
    told: bool,
}

impl<'a> Change<'a> {
    /// Waits for the write turn and takes it. Read and work out before what can be: others wait meanwhile.
    ///
    /// # Errors
    /// What the database says.
    pub async fn begin(db: &Db, clock: &'a dyn Clock, random: &'a dyn Random, actor: &'a Actor) -> Result<Self> {
        let tx = db.begin().await?;
        Ok(Change { tx, clock, random, actor, at: clock.now(), asked: false, told: false })
    }

    /// Asks whether the actor may do this, of what may be seen anyway.
    ///
    /// # Errors
    /// `not-allowed` (forbidden).
    pub fn require(&mut self, action: &Action, subject: &Subject) -> Result<()> {
        access::require(self.actor, action, subject)?;
        self.asked = true;
        Ok(())
    }

    /// Asks whether the actor may do this; what may not be seen does not exist.
    ///
    /// # Errors
    /// `not-found` naming the resource.
    pub fn authorize(&mut self, action: &Action, subject: &Subject) -> Result<()> {
        access::authorize(self.actor, action, subject)?;
        self.asked = true;
        Ok(())
    }

    /// The right is the person's own, or lies in having come this far: a password known, a program at the prompt.
    pub fn own_right(&mut self) {
        self.asked = true;
    }

    /// Who changes.
    pub fn actor(&self) -> &'a Actor {
        self.actor
    }

    /// When the turn was taken: the time of all entries and events of this change.
    pub fn at(&self) -> DateTime<Utc> {
        self.at
    }

    pub fn clock(&self) -> &'a dyn Clock {
        self.clock
    }

    pub fn random(&self) -> &'a dyn Random {
        self.random
    }

    /// Writes one step down and tells it: an entry of the audit and an event of the outbox. A change of many things has as
    /// many steps as there are things that others keep apart.
    ///
    /// # Errors
    /// `internal` if nobody was asked for the right; what the database says.
    pub async fn tell<F: Fact>(&mut self, done: Done<'_>, fact: &F) -> Result<()> {
        if !self.asked {
            return Err(Error::internal("a change for which no right was asked"));
        }
        let Done { action, resource, resource_id, detail } = done;
        let entry = Entry { at: self.at, actor: self.actor, action, resource, resource_id, detail };
        // The first part of a topic is the module that changed.
        let module = F::TOPIC.split('.').next();
        append(&mut self.tx, entry, module).await?;
        let payload = serde_json::to_value(fact).map_err(Error::internal)?;
        jobs::announce(&mut self.tx, self.clock, self.random, F::TOPIC, payload).await?;
        self.told = true;
        Ok(())
    }

    /// The last step, and the end: everything is kept once this answers.
    ///
    /// # Errors
    /// As [`Change::tell`] and [`Change::keep`].
    pub async fn done<F: Fact>(mut self, done: Done<'_>, fact: &F) -> Result<()> {
        self.tell(done, fact).await?;
        self.keep().await
    }

    /// The end of a change whose steps were told one by one.
    ///
    /// # Errors
    /// `internal` if none was; what the database says.
    pub async fn keep(self) -> Result<()> {
        if !self.told {
            return Err(Error::internal("a change of which nothing was told"));
        }
        self.tx.commit().await
    }

    /// There was nothing to change, or it cannot be: nothing is kept.
    pub async fn leave(self) {
        self.tx.rollback().await;
    }
}

impl Deref for Change<'_> {
    type Target = Tx;

    fn deref(&self) -> &Tx {
        &self.tx
    }
}

impl DerefMut for Change<'_> {
    fn deref_mut(&mut self) -> &mut Tx {
        &mut self.tx
    }
}

#[cfg(test)]
mod tests {
    use db::sql;
    use events::{ChainEvent, ChainTold};
    use kernel::ErrorKind;
    use serde_json::json;

    use super::*;
    use crate::testing::Bench;
    use crate::{Grant, Origin, Reach, Role};
    use testkit::both_engines;

    const CLOSE: Action = Action { resource: "chain", name: "close", roles: &[(Role::Admin, Reach::All)], scope: None };

    fn step() -> (Done<'static>, ChainTold) {
        let told = ChainTold { event: ChainEvent::Closed, code: "crane".into(), state: "closed".into(), version: 2 };
        (Done { action: "close-chain", resource: "chain", resource_id: "crane".into(), detail: json!({}) }, told)
    }

    async fn counts(b: &Bench) -> (i64, i64) {
        let mut conn = b.db.read().await.unwrap();
        let events: i64 = sql("SELECT COUNT(*) FROM outbox").one(&mut conn).await.unwrap().get(0).unwrap();
        (crate::audit_seq(&mut conn).await.unwrap(), events)
    }

    both_engines! {
        async fn nothing_is_kept_that_was_not_asked_for_and_told(b: Bench) {
            let grant = Grant {
                role: Role::Admin,
                unit: None,
                unit_name: String::new(),
                unit_name_en: String::new(),
                unit_path: String::new(),
                enterprise: None,
            };
            let admin =
                Actor { person: Some(b.person), name: "管理员".into(), origin: Origin::Person, grants: vec![grant] };
            let begin = || Change::begin(&b.db, &b.clock, &b.random, &admin);
            let before = counts(b).await;

            let mut unasked = begin().await.unwrap();
            let (done, told) = step();
            assert_eq!(unasked.tell(done, &told).await.unwrap_err().kind, ErrorKind::Internal);
            unasked.leave().await;

            let mut untold = begin().await.unwrap();
            untold.require(&CLOSE, &Subject::default()).unwrap();
            assert_eq!(untold.keep().await.unwrap_err().kind, ErrorKind::Internal);

            let nobody = Actor { grants: Vec::new(), ..admin.clone() };
            let mut refused = Change::begin(&b.db, &b.clock, &b.random, &nobody).await.unwrap();
            assert_eq!(refused.require(&CLOSE, &Subject::default()).unwrap_err().kind, ErrorKind::Forbidden);
            assert_eq!(refused.authorize(&CLOSE, &Subject::default()).unwrap_err().kind, ErrorKind::NotFound);
            drop(refused);

            let mut dropped = begin().await.unwrap();
            dropped.require(&CLOSE, &Subject::default()).unwrap();
            let (done, told) = step();
            dropped.tell(done, &told).await.unwrap();
            drop(dropped);
            assert_eq!(counts(b).await, before);

            let mut change = begin().await.unwrap();
            change.require(&CLOSE, &Subject::default()).unwrap();
            let (done, told) = step();
            change.tell(done, &told).await.unwrap();
            let (done, told) = step();
            change.done(done, &told).await.unwrap();
            assert_eq!(counts(b).await, (before.0 + 2, before.1 + 2));
            let mut conn = b.db.read().await.unwrap();
            let row = sql("SELECT topic, payload FROM outbox").all(&mut conn).await.unwrap().remove(0);
            let (topic, payload): (String, String) = (row.get(0).unwrap(), row.get(1).unwrap());
            assert_eq!(topic, "registry.chain");
            assert_eq!(serde_json::from_str::<ChainTold>(&payload).unwrap(), told);
        }
    }
}
