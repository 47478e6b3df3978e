//! One request against its seals: pure.

use crate::seal::{Hash, Leaf, Sealed, span};

/// What is wrong with a request's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Title, body, contact or another value of its row is not what was sealed.
    Text,
    /// One of these events was changed, or put in the place of another.
    Changed { from: i64, to: i64 },
    /// This event is not there.
    Missing { event: i64 },
    /// These events are there, and no audit entry tells of them.
    Unsealed { from: i64, to: i64 },
    /// No audit entry seals its text.
    Untold,
    /// The audit tells of a request that is not there.
    Gone,
    /// The leaves of this entry do not add up to the root that was sealed: the number names no request.
    Leaves { entry: i64 },
}

/// The first thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Of the request.
    pub number: String,
    pub fault: Fault,
}

/// What the audit says of one request, in the order of its entries.
#[derive(Clone, Debug, Default)]
pub(super) struct Seals {
    /// Of the text; a later one stands for a correction that the program made, and counts alone.
    text: Option<Hash>,
    /// From event, to event, hash.
    spans: Vec<(i64, i64, Hash)>,
}

impl Seals {
    pub(super) fn take(&mut self, sealed: &Sealed) {
        self.text = sealed.request.or(self.text);
        self.spans.push((sealed.from, sealed.to, sealed.events));
    }

    pub(super) fn take_leaf(&mut self, leaf: &Leaf) {
        self.text = Some(leaf.text);
        self.spans.push((1, leaf.seq, leaf.events));
    }

    /// The first fault of a request whose text and events hash to these.
    pub(super) fn fault(&self, text: Hash, events: &[(i64, Hash)]) -> Option<Fault> {
        match self.text {
            None => return Some(Fault::Untold),
            Some(sealed) if sealed != text => return Some(Fault::Text),
            Some(_) => {}
        }
        let mut spans = self.spans.clone();
        spans.sort_by_key(|(from, to, _)| (*from, *to));
        let mut sealed_to = 0;
        for (from, to, sealed) in spans {
            if from > sealed_to + 1 {
                return Some(Fault::Unsealed { from: sealed_to + 1, to: from - 1 });
            }
            let within: Vec<_> = events.iter().filter(|(seq, _)| (from..=to).contains(seq)).collect();
            let gap = (from..=to).zip(within.iter().map(|(seq, _)| Some(*seq)).chain(std::iter::repeat(None)));
            if let Some((event, _)) = gap.into_iter().find(|(wanted, there)| Some(*wanted) != *there) {
                return Some(Fault::Missing { event });
            }
            if span(&within.iter().map(|(_, hash)| *hash).collect::<Vec<_>>()) != sealed {
                return Some(Fault::Changed { from, to });
            }
            sealed_to = sealed_to.max(to);
        }
        let last = events.last().map_or(0, |(seq, _)| *seq);
        (last > sealed_to).then_some(Fault::Unsealed { from: sealed_to + 1, to: last })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: Hash = [9; 32];

    fn events(seqs: &[i64]) -> Vec<(i64, Hash)> {
        seqs.iter().map(|seq| (*seq, [*seq as u8; 32])).collect()
    }

    /// Raised with one event, then two changes of two events and one.
    fn seals() -> Seals {
        let mut seals = Seals::default();
        for (from, to) in [(1, 1), (2, 3), (4, 4)] {
            let hashes: Vec<Hash> = (from..=to).map(|seq| [seq as u8; 32]).collect();
            seals.take(&Sealed { from, to, events: span(&hashes), request: (from == 1).then_some(TEXT) });
        }
        seals
    }

    #[test]
    fn the_first_fault_is_named() {
        let fault = |seqs: &[i64]| seals().fault(TEXT, &events(seqs));
        assert_eq!(fault(&[1, 2, 3, 4]), None);
        assert_eq!(fault(&[1, 2, 4]), Some(Fault::Missing { event: 3 }));
        assert_eq!(fault(&[1, 2, 3]), Some(Fault::Missing { event: 4 }));
        assert_eq!(fault(&[]), Some(Fault::Missing { event: 1 }));
        assert_eq!(fault(&[1, 2, 3, 4, 5, 6]), Some(Fault::Unsealed { from: 5, to: 6 }));
        let mut forged = events(&[1, 2, 3, 4]);
        forged[1].1 = [7; 32];
        assert_eq!(seals().fault(TEXT, &forged), Some(Fault::Changed { from: 2, to: 3 }));
        assert_eq!(seals().fault([8; 32], &forged), Some(Fault::Text));
        assert_eq!(Seals::default().fault(TEXT, &[]), Some(Fault::Untold));
    }

    #[test]
    fn a_later_text_of_the_program_counts_and_old_events_need_a_leaf() {
        let mut corrected = seals();
        corrected.take(&Sealed { from: 5, to: 5, events: span(&[[5; 32]]), request: Some([8; 32]) });
        assert_eq!(corrected.fault([8; 32], &events(&[1, 2, 3, 4, 5])), None);
        assert_eq!(corrected.fault(TEXT, &events(&[1, 2, 3, 4, 5])), Some(Fault::Text));
        let mut upgraded = Seals::default();
        upgraded.take(&Sealed { from: 3, to: 3, events: span(&[[3; 32]]), request: Some(TEXT) });
        assert_eq!(upgraded.fault(TEXT, &events(&[1, 2, 3])), Some(Fault::Unsealed { from: 1, to: 2 }));
        let old = span(&[[1; 32], [2; 32]]);
        upgraded.take_leaf(&Leaf { request: uuid::Uuid::nil(), seq: 2, text: TEXT, events: old });
        assert_eq!(upgraded.fault(TEXT, &events(&[1, 2, 3])), None);
    }
}
