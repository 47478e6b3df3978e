//! The key that makes sending twice one request. It belongs to whoever asks: the same characters from somebody else are
//! another key, so that knowing one opens nothing.

use identity::{Actor, Origin};
use kernel::PersonId;
use sha2::{Digest, Sha256};

/// A key shorter than this is not one of our forms'.
const SHORTEST: usize = 32;
/// Longer ones are cut.
const LONGEST: usize = 64;

/// A key with its owner, as it is kept beside the request it made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnceKey(String);

impl OnceKey {
    /// The key in a form sent by a person, or by a visitor whose browser holds `form_token`. A person keeps the keys over
    /// a new sign-in: the form is the same.
    pub fn of_form(person: Option<PersonId>, form_token: &str, key: &str) -> Option<OnceKey> {
        if key.len() < SHORTEST {
            return None;
        }
        let key: String = key.chars().take(LONGEST).collect();
        Some(match person {
            Some(person) => OnceKey(format!("form:{}:{key}", person.uuid().simple())),
            None => {
                let token = Sha256::digest(form_token.as_bytes());
                let token: String = token.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
                OnceKey(format!("form:guest:{token}:{key}"))
            }
        })
    }

    /// The key a neighbouring system sends. Two tokens share none, whatever their names; nobody but a token has any.
    pub fn of_system(system: &Actor, key: &str) -> Option<OnceKey> {
        match &system.origin {
            Origin::Token { id, .. } => Some(OnceKey(format!("api:{}:{key}", id.uuid().simple()))),
            Origin::Person | Origin::Program => None,
        }
    }

    /// As it stands in the row.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::TokenId;
    use uuid::Uuid;

    const KEY: &str = "0198c6f3-0000-7000-8000-000000000001";

    #[test]
    fn the_same_characters_of_different_askers_are_different_keys() {
        let person = |n| Some(PersonId::from(Uuid::from_u128(n)));
        let system = |n| {
            let origin = Origin::Token { id: TokenId::from(Uuid::from_u128(n)), scopes: Vec::new() };
            OnceKey::of_system(&Actor { origin, ..Actor::program("热线") }, KEY)
        };
        let all = [
            OnceKey::of_form(person(1), "a", KEY),
            OnceKey::of_form(person(2), "a", KEY),
            OnceKey::of_form(None, "a", KEY),
            OnceKey::of_form(None, "b", KEY),
            system(1),
            system(2),
        ];
        for (at, key) in all.iter().enumerate() {
            assert!(key.is_some() && all.iter().filter(|other| *other == key).count() == 1, "{at}");
        }
        assert_eq!(OnceKey::of_form(person(1), "b", KEY), all[0], "signed in anew");
        // Whatever a form says, it stays a form's key.
        let forged = OnceKey::of_form(None, "a", &format!("api:{}:{KEY}", Uuid::from_u128(1).simple()));
        assert!(forged.is_some_and(|key| key.as_str().starts_with("form:guest:")));
        assert_eq!(OnceKey::of_form(None, "a", "7"), None);
        assert_eq!(OnceKey::of_system(&Actor::program("cli"), KEY), None);
    }
}
