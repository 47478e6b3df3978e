//! Keeps the counts of open needs beside lists until anything changes: valid for one number of the audit, which every
//! change raises and every request reads anew, and for one minute, since lights depend on the time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use db::Conn;
use identity::Reached;
use kernel::Result;

use crate::store::figures::audit_seq;
use crate::store::list::{Facet, Moment, NeedFilter, facets, reaches_all};

/// More filters than people use between two changes; what is beyond is counted each time.
const MOST: usize = 200;

type Groups = Arc<Vec<Facet>>;

/// Number of the newest audit entry and the minute the counts are of.
type Of = (i64, i64);

/// Cheap to clone; all clones are one.
#[derive(Clone, Default)]
pub(crate) struct OpenGroups(Arc<Mutex<(Of, HashMap<String, Groups>)>>);

impl OpenGroups {
    /// The groups under a filter. `at` must be a whole minute, or lights would be those of another moment.
    pub(crate) async fn load(
        &self,
        conn: &mut Conn,
        reached: &Reached,
        filter: &NeedFilter,
        at: Moment,
    ) -> Result<Groups> {
        // What a part of the county sees is counted each time: there are few such rows.
        if !reaches_all(reached) {
            return facets(conn, reached, filter, at).await.map(Arc::new);
        }
        let of = (audit_seq(conn).await?, at.now.timestamp().div_euclid(60));
        let key = format!("{filter:?}");
        if let Some(known) = self.known(of, &key) {
            return Ok(known);
        }
        let groups = Arc::new(facets(conn, reached, filter, at).await?);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.0 == of && kept.1.len() < MOST {
            kept.1.insert(key, Arc::clone(&groups));
        }
        Ok(groups)
    }

    /// What was counted for the same moment; anything older is let go.
    fn known(&self, of: Of, key: &str) -> Option<Groups> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.0 != of {
            *kept = (of, HashMap::new());
        }
        kept.1.get(key).map(Arc::clone)
    }
}
