//! The chain against the heads that were noted of it: cut, forged, restored or whole. Pure.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use identity::{Head, Verdict};

use super::anchors::{Anchor, Cause, Noted};

/// Entries that were there when an anchor was taken and are not there any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    pub from: i64,
    pub to: i64,
    /// When the last of them was noted.
    pub at: DateTime<Utc>,
}

/// Another entry stands where one was noted: the chain was sealed anew from here or before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forged {
    pub entry: i64,
    pub at: DateTime<Utc>,
}

/// A backup or a copy was put here, which explains anchors of entries that are not in the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    pub at: DateTime<Utc>,
    /// The chain goes on from this entry.
    pub from: i64,
    /// The newest entry that was noted before and was left behind.
    pub left: i64,
}

/// What the anchors say of the chain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    pub anchors: usize,
    pub unreadable: usize,
    pub forged: Option<Forged>,
    pub cut: Option<Cut>,
    pub restored: Option<Restored>,
}

/// The hashes of the chain that anchors name.
pub(super) struct Heads(HashMap<i64, Option<String>>);

impl Heads {
    pub(super) fn wanted(noted: &Noted) -> Self {
        let named = noted.lines.iter().flat_map(|line| std::iter::once(&line.head).chain(&line.from));
        Heads(named.map(|head| (head.entry, None)).collect())
    }

    /// Notes the hash of an entry if an anchor names it.
    pub(super) fn see(&mut self, entry: i64, hash: &[u8]) {
        if let Some(slot) = self.0.get_mut(&entry) {
            *slot = Some(crate::archive::hex(hash));
        }
    }

    fn is(&self, head: &Head) -> bool {
        head.entry == 0 || self.0.get(&head.entry).is_some_and(|hash| hash.as_deref() == Some(&head.hash))
    }
}

/// Goes back from the newest anchor. Once a line explains why the chain goes on from an earlier entry, older anchors of
/// later entries count no longer.
pub(super) fn judge(noted: &Noted, heads: &Heads, chain: &Verdict) -> Standing {
    let mut standing = Standing { anchors: noted.lines.len(), unreadable: noted.unreadable, ..Standing::default() };
    // Of what lies behind the first broken entry nothing is known, unless nothing lies there.
    let ends = chain.is_whole() || matches!(chain.reason, Some("cut-off" | "head-missing"));
    let mut counts_to = i64::MAX;
    let mut explained: Option<&Anchor> = None;
    for line in noted.lines.iter().rev() {
        let (entry, at) = (line.head.entry, line.at);
        if entry > counts_to {
            // It may have come back with a later backup, or be of a database that a copy was put into.
            if heads.is(&line.head) || line.cause == Cause::Copied {
                continue;
            }
            match explained {
                Some(by) if by.cause == Cause::Cut => cut(&mut standing, by.head.entry + 1, entry, at),
                Some(by) => {
                    let from = by.from.as_ref().map_or(0, |from| from.entry);
                    let found = Restored { at: by.at, from, left: entry };
                    let restored = standing.restored.get_or_insert(found);
                    restored.left = restored.left.max(entry);
                }
                None => {}
            }
            continue;
        }
        if heads.is(&line.head) {
            let back = match (&line.from, line.cause) {
                (_, Cause::Cut) => Some(entry),
                (Some(from), _) if heads.is(from) => Some(from.entry),
                _ => None,
            };
            if let Some(back) = back {
                (counts_to, explained) = (back, Some(line));
            }
        } else if line.cause == Cause::Copied {
            // Of another database: the one that a copy of this one was put into.
        } else if entry <= chain.entries {
            let found = Forged { entry, at };
            if standing.forged.as_ref().is_none_or(|known| entry < known.entry) {
                standing.forged = Some(found);
            }
        } else if ends {
            cut(&mut standing, chain.entries + 1, entry, at);
        }
    }
    standing
}

fn cut(standing: &mut Standing, from: i64, to: i64, at: DateTime<Utc>) {
    match &mut standing.cut {
        Some(cut) => {
            cut.from = cut.from.min(from);
            if to > cut.to {
                (cut.to, cut.at) = (to, at);
            }
        }
        None => standing.cut = Some(Cut { from, to, at }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The hash of an entry of a chain called `chain`.
    fn hash(chain: &str, entry: i64) -> String {
        crate::archive::hex(&identity::digest(&[chain.as_bytes(), &entry.to_be_bytes()]))
    }

    fn anchor(chain: &str, entry: i64, cause: Cause) -> Anchor {
        let head = Head { entry, hash: hash(chain, entry) };
        Anchor { at: DateTime::from_timestamp(entry, 0).unwrap(), head, cause, from: None }
    }

    /// A chain of `own` entries that goes on from `old` of chain `a`, against anchors.
    fn judged(old: i64, own: i64, lines: Vec<Anchor>) -> Standing {
        let noted = Noted { lines, unreadable: 0 };
        let mut heads = Heads::wanted(&noted);
        for entry in 1..=old + own {
            let bytes = identity::digest(&[if entry <= old { b"a" } else { b"b" }, &entry.to_be_bytes()]);
            heads.see(entry, &bytes);
        }
        let chain = Verdict { entries: old + own, first_broken: None, reason: None, head: String::new() };
        judge(&noted, &heads, &chain)
    }

    fn restored(cause: Cause) -> Anchor {
        Anchor { from: Some(Head { entry: 4, hash: hash("a", 4) }), ..anchor("b", 5, cause) }
    }

    #[test]
    fn a_chain_with_all_its_anchors_is_whole() {
        let lines = vec![anchor("a", 0, Cause::Start), anchor("a", 3, Cause::Hourly), anchor("a", 9, Cause::Stop)];
        assert_eq!(judged(9, 0, lines), Standing { anchors: 3, ..Standing::default() });
    }

    #[test]
    fn a_tail_that_was_cut_off_is_named_by_its_entries() {
        let found = judged(
            4,
            0,
            vec![anchor("a", 3, Cause::Start), anchor("a", 7, Cause::Hourly), anchor("a", 9, Cause::Killed)],
        );
        assert_eq!(found.cut, Some(Cut { from: 5, to: 9, at: DateTime::from_timestamp(9, 0).unwrap() }));
        assert!(found.forged.is_none() && found.restored.is_none());
        // A start noticed it: what was written since is another matter.
        let lines = vec![anchor("a", 9, Cause::Killed), anchor("a", 4, Cause::Cut), anchor("b", 9, Cause::Hourly)];
        let found = judged(4, 8, lines);
        assert_eq!(found.cut.map(|cut| (cut.from, cut.to)), Some((5, 9)));
        assert!(found.forged.is_none());
        // A backup brought the lost entries back.
        let lines = vec![anchor("a", 9, Cause::Killed), anchor("a", 4, Cause::Cut), anchor("a", 12, Cause::Hourly)];
        assert_eq!(judged(12, 0, lines), Standing { anchors: 3, ..Standing::default() });
    }

    #[test]
    fn a_chain_sealed_anew_is_forged_and_one_that_was_restored_is_not() {
        let old = vec![anchor("a", 3, Cause::Start), anchor("a", 7, Cause::Hourly), anchor("a", 9, Cause::Stop)];
        assert_eq!(judged(4, 8, old.clone()).forged.map(|forged| forged.entry), Some(7));
        for cause in [Cause::Restored, Cause::Copied] {
            let mut lines = old.clone();
            lines.extend([restored(cause), anchor("b", 8, Cause::Start)]);
            let found = judged(4, 8, lines);
            assert!(found.forged.is_none() && found.cut.is_none(), "{found:?}");
            assert_eq!(found.restored.map(|restored| (restored.from, restored.left)), Some((4, 9)));
        }
        // What came after the restore is not explained by it, nor what lies before the head it came from.
        let mut lines = old.clone();
        lines.extend([restored(Cause::Restored), anchor("c", 8, Cause::Start)]);
        assert_eq!(judged(4, 8, lines).forged.map(|forged| forged.entry), Some(8));
        let mut lines = vec![anchor("c", 2, Cause::Start)];
        lines.extend([restored(Cause::Restored)]);
        assert_eq!(judged(4, 8, lines).forged.map(|forged| forged.entry), Some(2));
    }

    #[test]
    fn a_copy_into_another_database_changes_nothing_here() {
        let lines = vec![anchor("a", 4, Cause::Stop), restored(Cause::Copied), anchor("a", 6, Cause::Start)];
        assert_eq!(judged(6, 0, lines), Standing { anchors: 3, ..Standing::default() });
        let lines = vec![anchor("a", 4, Cause::Stop), restored(Cause::Restored)];
        assert!(judged(4, 0, lines.clone()).cut.is_some() && judged(6, 0, lines).forged.is_some());
    }

    #[test]
    fn nothing_is_said_of_what_lies_behind_a_broken_entry() {
        let noted = Noted { lines: vec![anchor("a", 9, Cause::Stop)], unreadable: 1 };
        let chain = Verdict { entries: 4, first_broken: Some(5), reason: Some("changed"), head: String::new() };
        let found = judge(&noted, &Heads::wanted(&noted), &chain);
        assert_eq!(found, Standing { anchors: 1, unreadable: 1, ..Standing::default() });
    }
}
