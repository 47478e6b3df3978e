//! Keeps pages that were worked out until anything they show changes: valid for the change number of the modules they read,
//! and for one minute, since lights depend on the time. So it is right on any number of nodes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;
use web::Lang;

use super::opens::Opens;
use crate::figures::Choice;

/// When pages were worked out: change number, minute since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) number: i64,
    pub(super) minute: i64,
}

/// What pages differ by, beside the moment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    /// What the reader reaches, spelled out; empty for everything.
    pub(super) reach: String,
    /// Whether the lists behind numbers may be opened.
    pub(super) opens: Opens,
    pub(super) lang: Lang,
    pub(super) choice: Choice,
    pub(super) all_units: bool,
}

/// Cheap to clone; all clones are one.
#[derive(Clone, Default)]
pub(super) struct Cache(Arc<Mutex<Option<Pages>>>);

/// A page that was worked out, but for its frame.
pub(super) struct Made {
    /// How fresh, from what.
    pub(super) fresh: String,
    pub(super) main: String,
}

type Slot = Arc<OnceCell<Arc<Made>>>;

struct Pages {
    of: Moment,
    slots: HashMap<Key, Slot>,
}

impl Cache {
    /// The page of the key as worked out for `now`, or a place for it: whoever comes first works it out, the others wait.
    pub(super) fn slot(&self, now: Moment, key: Key) -> Slot {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if pages.as_ref().is_none_or(|pages| pages.of != now) {
            *pages = Some(Pages { of: now, slots: HashMap::new() });
        }
        let slot = pages.as_mut().map(|pages| Arc::clone(pages.slots.entry(key).or_default()));
        slot.unwrap_or_default()
    }
}
