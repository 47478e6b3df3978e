//! Keeps what was worked out until one of the modules it was read from changes: valid for their change number, which every page
//! reads anew, so that it is right on any number of nodes, and for one minute, since lights depend on the time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use db::Conn;
use kernel::Result;

/// Change number and the minute it is of.
pub(crate) type Of = (i64, i64);

/// The modules whose rows stand in lists and figures of requests: enterprises and units have names and places there.
const READ: [&str; 3] = ["casework", "registry", "identity"];

/// Cheap to clone; all clones are one. `MOST`: more questions than people ask between two changes; what is beyond is worked
/// out each time.
pub(crate) struct UntilChanged<V, const MOST: usize = 200>(Arc<Mutex<Kept<V>>>);

/// What the answers are of, and the answers by question.
type Kept<V> = (Of, HashMap<String, Arc<V>>);

impl<V, const MOST: usize> Clone for UntilChanged<V, MOST> {
    fn clone(&self) -> Self {
        UntilChanged(Arc::clone(&self.0))
    }
}

impl<V, const MOST: usize> Default for UntilChanged<V, MOST> {
    fn default() -> Self {
        UntilChanged(Arc::default())
    }
}

/// What is worked out now is valid for. Read it before working out: what changes meanwhile then ends it.
pub(crate) async fn valid_for(conn: &mut Conn, now: DateTime<Utc>) -> Result<Of> {
    Ok((identity::change_number(conn, &READ).await?, now.timestamp().div_euclid(60)))
}

impl<V, const MOST: usize> UntilChanged<V, MOST> {
    /// What was worked out for the same moment; anything older is let go.
    pub(crate) fn known(&self, of: Of, question: &str) -> Option<Arc<V>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.0 != of {
            *kept = (of, HashMap::new());
        }
        kept.1.get(question).map(Arc::clone)
    }

    /// Keeps an answer for those who ask the same.
    pub(crate) fn keep(&self, of: Of, question: String, answer: V) -> Arc<V> {
        let answer = Arc::new(answer);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.0 == of && kept.1.len() < MOST {
            kept.1.insert(question, Arc::clone(&answer));
        }
        answer
    }
}
