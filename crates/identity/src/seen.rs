//! Contact data that was seen: one entry of the audit for each person, object and span of time, however often it was looked at.
//!
//! The key of a row decides, so that several processes on one database write one entry together. Rows are swept once their span is
//! over; the audit keeps the entry.

use chrono::{DateTime, Timelike, Utc};
use db::{Conn, Tx};
use kernel::{PersonId, Result, local_date};
use serde_json::json;

use crate::actor::Actor;
use crate::audit::{Entry, record};
use crate::store;

/// Within which time it is written down once; of the county's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    Hour,
    Day,
}

/// Somebody saw contact data in full.
#[derive(Clone, Debug)]
pub struct Sighting {
    person: PersonId,
    actor: Actor,
    /// Name of the entry: `show-contact` where it was asked for, `see-contact` where it is needed for the work.
    action: &'static str,
    /// Kind of the thing whose contact it is, and which one.
    resource: &'static str,
    resource_id: String,
    at: DateTime<Utc>,
    span: String,
}

impl Sighting {
    /// `None` for actors who are no person: systems and programs read as their scopes say, which the guide tells.
    pub fn new(
        actor: &Actor,
        action: &'static str,
        (resource, resource_id): (&'static str, String),
        at: DateTime<Utc>,
        span: Span,
    ) -> Option<Sighting> {
        let day = local_date(at);
        let span = match span {
            Span::Day => day.to_string(),
            // The county's clock is whole hours from UTC, so the hour begins at the same instant.
            Span::Hour => format!("{day} {:02}", at.hour()),
        };
        Some(Sighting { person: actor.person?, actor: actor.clone(), action, resource, resource_id, at, span })
    }

    fn object(&self) -> String {
        format!("{} {} {}", self.action, self.resource, self.resource_id)
    }

    /// What makes it the same as another: person, object, span.
    pub fn key(&self) -> (PersonId, String, String) {
        (self.person, self.object(), self.span.clone())
    }

    /// Whether it stands in the audit already. A read.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn is_known(&self, conn: &mut Conn) -> Result<bool> {
        store::is_seen(conn, self.person, &self.object(), &self.span).await
    }

    /// Writes it down unless it was; returns whether it was new.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn record(&self, tx: &mut Tx) -> Result<bool> {
        if !store::insert_seen(tx, self.person, &self.object(), &self.span, self.at).await? {
            return Ok(false);
        }
        let entry = Entry {
            at: self.at,
            actor: &self.actor,
            action: self.action,
            resource: self.resource,
            resource_id: self.resource_id.clone(),
            detail: json!({}),
        };
        record(tx, entry).await?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;
    use crate::testing::Bench;
    use crate::{AuditFilter, audit_list, sweep};
    use testkit::both_engines;

    both_engines! {
        async fn one_entry_for_each_person_object_and_span(b: Bench) {
            let actor = Actor { person: Some(b.person), name: "张伟".into(), ..Actor::program("") };
            let see = async |id: &str, at: DateTime<Utc>, span: Span| {
                let sighting = Sighting::new(&actor, "show-contact", ("request", id.to_owned()), at, span).unwrap();
                let was_known = sighting.is_known(&mut b.db.read().await.unwrap()).await.unwrap();
                let mut tx = b.db.begin().await.unwrap();
                let is_new = sighting.record(&mut tx).await.unwrap();
                tx.commit().await.unwrap();
                assert_eq!(is_new, !was_known);
                is_new
            };
            let nine = b.now();
            assert!(see("a", nine, Span::Hour).await);
            assert!(!see("a", nine + Duration::minutes(59), Span::Hour).await);
            assert!(see("a", nine + Duration::minutes(60), Span::Hour).await);
            assert!(see("b", nine, Span::Hour).await, "another object");
            assert!(see("a", nine, Span::Day).await);
            assert!(!see("a", nine + Duration::hours(14), Span::Day).await, "still the same day in the county");
            assert!(see("a", nine + Duration::hours(15), Span::Day).await, "midnight in the county");
            let all = audit_list(&mut b.db.read().await.unwrap(), &AuditFilter::default(), None, 99).await.unwrap();
            assert_eq!(all.iter().filter(|entry| entry.action == "show-contact").count(), 5);
            assert!(
                Sighting::new(&Actor::program("cli"), "show-contact", ("request", "a".into()), nine, Span::Day).is_none()
            );

            let mut tx = b.db.begin().await.unwrap();
            assert_eq!(sweep(&mut tx, nine + Duration::days(2)).await.unwrap(), 0);
            assert_eq!(sweep(&mut tx, nine + Duration::days(4)).await.unwrap(), 5);
            tx.commit().await.unwrap();
        }
    }
}
