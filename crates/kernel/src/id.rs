//! Typed ids: UUIDv7 built from the instant and a random source, one type per kind of thing.
//!
//! People never see ids; they see short numbers such as `2026-000123`.

use chrono::{DateTime, Utc};
use uuid::{Builder, Uuid};

use crate::random::Random;

/// A UUIDv7 for the instant. Ids of one source within one second keep the order in which they were made.
pub fn uuid_v7(now: DateTime<Utc>, random: &dyn Random) -> Uuid {
    let micros = u64::try_from(now.timestamp_micros()).unwrap_or(0);
    // The 12 bits after the millisecond start at its fraction in quarters of a microsecond, so that ids of one
    // millisecond follow their instants too, and the sequence still has room between two microseconds.
    let wanted = ((micros / 1000) << 12) | ((micros % 1000) * 4);
    let stamp = random.sequence().next(wanted);
    let mut tail = [0; 10];
    random.fill(&mut tail);
    let fraction = (stamp & 0xfff) as u16;
    tail[..2].copy_from_slice(&fraction.to_be_bytes());
    Builder::from_unix_timestamp_millis(stamp >> 12, &tail).into_uuid()
}

/// Declares newtypes over [`Uuid`] that cannot be taken for one another.
#[macro_export]
macro_rules! typed_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(uuid::Uuid);

        impl $name {
            /// A new id for something that came to be at `now`.
            pub fn new(now: chrono::DateTime<chrono::Utc>, random: &dyn $crate::Random) -> Self {
                Self($crate::uuid_v7(now, random))
            }

            /// The id as the databases keep it.
            pub const fn uuid(self) -> uuid::Uuid {
                self.0
            }

            /// An id read back from a database or an address.
            pub const fn from_uuid(uuid: uuid::Uuid) -> Self {
                Self(uuid)
            }
        }

        impl From<uuid::Uuid> for $name {
            fn from(uuid: uuid::Uuid) -> Self {
                Self(uuid)
            }
        }

        impl From<$name> for uuid::Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                uuid::Uuid::parse_str(text.trim()).map(Self)
            }
        }
    )+};
}

typed_id!(
    /// What an enterprise said, once.
    RequestId,
    /// One matter of a request.
    NeedId,
    /// One unit's share of a need.
    AssignmentId,
    /// One event of a history.
    EventId,
    /// An enterprise or another registered body.
    EnterpriseId,
    /// An organisation of the county: bureau, township, park, desk.
    UnitId,
    /// A person who can sign in.
    PersonId,
    /// One sign-in.
    SessionId,
    /// An uploaded or produced file.
    FileId,
    /// A job of the queue.
    JobId,
    /// A token of a neighbouring system.
    TokenId,
    /// One import of a workbook.
    ImportId,
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::parse_date_time_local;
    use crate::random::{OsRandom, SeededRandom};

    fn noon() -> DateTime<Utc> {
        parse_date_time_local("2026-11-05T12:00").unwrap()
    }

    #[test]
    fn ids_of_one_instant_keep_their_order() {
        for random in [&OsRandom as &dyn Random, &SeededRandom::new(1)] {
            let ids: Vec<_> = (0..10_000).map(|_| RequestId::new(noon(), random)).collect();
            assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
        }
    }

    #[test]
    fn an_id_is_a_uuid_v7_of_its_instant() {
        let id = NeedId::new(noon(), &SeededRandom::new(1)).uuid();
        assert_eq!(id.get_version_num(), 7);
        assert_eq!(id.get_variant(), uuid::Variant::RFC4122);
        assert_eq!(id.as_u128() >> 80, u128::try_from(noon().timestamp_millis()).unwrap());
    }

    #[test]
    fn a_seed_gives_the_same_ids() {
        let make = || {
            let random = SeededRandom::new(42);
            [EventId::new(noon(), &random), EventId::new(noon(), &random)]
        };
        assert_eq!(make(), make());
    }

    #[test]
    fn an_id_is_read_as_it_is_written() {
        let id = FileId::new(noon(), &OsRandom);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(FileId::from_uuid(id.uuid()), id);
        assert!("2026-000123".parse::<FileId>().is_err());
        assert!(format!("{id:?}").starts_with("FileId("));
    }
}
