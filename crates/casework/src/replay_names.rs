//! Small words of a replay file: names of units, limits set by hand, kinds of events.

use kernel::UnitId;
use uuid::Uuid;

use crate::event::Promise;
use crate::limits::LimitUnit;
use crate::replay_read::{Node, ReplayError};

const UNITS: &str = "working_hour, hour, working_day, day, month";

type Read<T> = Result<T, ReplayError>;

/// Names in the file and the ids they stand for.
#[derive(Debug, Default)]
pub(crate) struct Names(Vec<String>);

impl Names {
    pub(crate) fn id(&mut self, name: &str) -> Uuid {
        let known = self.0.iter().position(|own| own == name);
        let at = known.unwrap_or_else(|| {
            self.0.push(name.to_owned());
            self.0.len() - 1
        });
        Uuid::from_u128(at as u128 + 1)
    }

    pub(crate) fn name(&self, unit: UnitId) -> Option<&str> {
        let at = usize::try_from(unit.uuid().as_u128()).ok()?.checked_sub(1)?;
        self.0.get(at).map(String::as_str)
    }
}

/// A limit as it stands in a file.
pub(crate) fn by_hand(node: &Node<'_>) -> Read<Promise> {
    node.only(&["n", "unit"])?;
    Ok(Promise { rule: "-".to_owned(), n: node.get("n").count(10_000)?, unit: unit(&node.get("unit"))? })
}

/// The unit of a limit.
pub(crate) fn unit(node: &Node<'_>) -> Read<LimitUnit> {
    LimitUnit::parse(node.text()?).ok_or_else(|| node.wrong(format!("one of {UNITS}")))
}

/// Refuses keys other than those of the kind and of every event.
pub(crate) fn keys(node: &Node<'_>, own: &[&str]) -> Read<()> {
    node.only(&[&["at", "kind", "need", "by"], own].concat())
}

/// Every kind of event a file may hold.
pub(crate) const KINDS: [&str; 30] = [
    "drafted",
    "submitted",
    "resubmitted",
    "accepted",
    "returned",
    "classified",
    "split",
    "assigned",
    "unassigned",
    "signed",
    "refused",
    "progress",
    "contact_tried",
    "wait_started",
    "wait_ended",
    "extension_requested",
    "extension_decided",
    "answered",
    "called_back",
    "reopened",
    "closed",
    "rated",
    "rating_taken_back",
    "objected",
    "withdrawn",
    "attached",
    "commented",
    "enterprise_linked",
    "clocks_recomputed",
    "limit_changed",
];
