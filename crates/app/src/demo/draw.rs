//! Drawing lots: everything the demo leaves to chance comes from a seed, so that the same seed tells the same story.

use kernel::{Random, SeededRandom};

/// A seeded source with the few draws the demo needs.
pub(super) struct Draw {
    source: SeededRandom,
}

impl Draw {
    pub(super) fn new(seed: u64) -> Self {
        Self { source: SeededRandom::new(seed) }
    }

    /// For ids.
    pub(super) fn source(&self) -> &dyn Random {
        &self.source
    }

    /// A source of its own for one case, so that a change in one does not move all others.
    pub(super) fn seed(&self) -> u64 {
        self.source.next_u64()
    }

    /// A place in a list of `len`; 0 for an empty one.
    pub(super) fn place(&self, len: usize) -> usize {
        usize::try_from(self.source.below(len as u64)).unwrap_or(0)
    }

    /// A number from `low` to `high`, both possible.
    pub(super) fn range(&self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high - low + 1).unwrap_or(1);
        low + i64::try_from(self.source.below(span)).unwrap_or(0)
    }

    /// True in `percent` of a hundred draws.
    pub(super) fn chance(&self, percent: u64) -> bool {
        self.source.below(100) < percent
    }

    /// One of a list that is not empty.
    pub(super) fn pick<'a, T>(&self, list: &'a [T]) -> Option<&'a T> {
        list.get(self.place(list.len()))
    }

    /// A place, each as likely as its weight.
    pub(super) fn weighted(&self, weights: &[u64]) -> usize {
        let mut left = self.source.below(weights.iter().sum());
        for (at, weight) in weights.iter().enumerate() {
            if left < *weight {
                return at;
            }
            left -= weight;
        }
        0
    }

    /// Puts a list in random order.
    pub(super) fn shuffle<T>(&self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            list.swap(at, self.place(at + 1));
        }
    }
}
