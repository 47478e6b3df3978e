//! The named facts that modules tell each other: past tense, stable, nothing personal. Pure: no I/O, no clock, no async.
//!
//! Who changes something tells it in the same transaction (`identity::Change`); the outbox carries it under the topic of its
//! noun, and every payload has `event`, the name of the fact. Names are listed in `names.txt`: one that was told once is
//! never renamed and never means something else. Payloads may gain fields; they carry ids, readable numbers, states and
//! versions, and never a name, a telephone number or what people wrote.

mod people;
mod register;
mod request;
mod settings;
mod work;

pub use people::{PersonEvent, PersonTold, TokenEvent, TokenTold, UnitEvent, UnitTold};
pub use register::{
    BondEvent, BondTold, ChainEvent, ChainTold, EnterpriseEvent, EnterpriseTold, ListEvent, ListImported,
};
pub use request::{NeedNow, RequestEvent, RequestFact, RequestTold};
pub use settings::{SettingEvent, SettingTold};
pub use work::{CountyEvent, CountyTold, JobEvent, JobTold, LedgerEvent, LedgerImported};

use serde::Serialize;

/// What stands in the outbox: the payload as JSON, under the topic of its noun.
pub trait Fact: Serialize {
    /// `casework.request`: the crate that tells it and the noun it is about. Subscribers name topics.
    const TOPIC: &'static str;
    /// The name of what happened, `need.assigned`; the payload carries it as `event`.
    fn event(&self) -> &'static str;
}

/// An enum of event names: each variant is its name in JSON and in `as_str`.
macro_rules! names {
    ($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$about])* #[serde(rename = $text)] $variant,)* }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }
    };
}
pub(crate) use names;

/// Implements [`Fact`] for a payload whose field `event` names what happened.
macro_rules! fact {
    ($payload:ty, $topic:literal) => {
        impl crate::Fact for $payload {
            const TOPIC: &'static str = $topic;

            fn event(&self) -> &'static str {
                self.event.as_str()
            }
        }
    };
}
pub(crate) use fact;

/// Every topic with the names told under it.
pub fn topics() -> Vec<(&'static str, Vec<&'static str>)> {
    macro_rules! of {
        ($payload:ty, $event:ty) => {
            (<$payload as Fact>::TOPIC, <$event>::ALL.iter().map(|event| event.as_str()).collect())
        };
    }
    vec![
        of!(RequestTold, RequestEvent),
        of!(LedgerImported, LedgerEvent),
        of!(SettingTold, SettingEvent),
        of!(EnterpriseTold, EnterpriseEvent),
        of!(BondTold, BondEvent),
        of!(ChainTold, ChainEvent),
        of!(ListImported, ListEvent),
        of!(PersonTold, PersonEvent),
        of!(UnitTold, UnitEvent),
        of!(TokenTold, TokenEvent),
        of!(JobTold, JobEvent),
        of!(CountyTold, CountyEvent),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_told_once_stays_and_means_one_thing() {
        let told: Vec<String> = topics()
            .iter()
            .flat_map(|(topic, names)| names.iter().map(move |name| format!("{topic} {name}")))
            .collect();
        let kept: Vec<&str> = include_str!("../names.txt").lines().filter(|line| !line.starts_with('#')).collect();
        let gone: Vec<_> = kept.iter().filter(|line| !told.iter().any(|told| told == *line)).collect();
        assert!(gone.is_empty(), "names that were told before may not go: {gone:?}");
        let new: Vec<_> = told.iter().filter(|told| !kept.contains(&told.as_str())).collect();
        assert!(new.is_empty(), "add these lines to crates/events/names.txt: {new:#?}");
        let mut names: Vec<_> = topics().into_iter().flat_map(|(_, names)| names).collect();
        let plain = |name: &str| {
            let part = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
            name.split_once('.').is_some_and(|(noun, past)| part(noun) && part(past))
        };
        assert!(names.iter().all(|name| plain(name)), "noun.what_happened: {names:?}");
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all, "a name stands under one topic");
    }

    #[test]
    fn a_payload_is_read_back_and_carries_its_name() {
        let told = ChainTold { event: ChainEvent::Closed, code: "crane".into(), state: "closed".into(), version: 3 };
        let json = serde_json::to_value(&told).unwrap();
        assert_eq!(
            json,
            serde_json::json!({"event": "chain.closed", "code": "crane", "state": "closed", "version": 3})
        );
        assert_eq!(serde_json::from_value::<ChainTold>(json).unwrap(), told);
        assert_eq!((told.event(), ChainTold::TOPIC), ("chain.closed", "registry.chain"));
    }
}
