//! Passwords: Argon2id hashes, at most two at a time so that memory stays low, and a word on weak ones.

use std::sync::{Mutex, PoisonError};

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use kernel::{Error, Random, Result};
use tokio::sync::Semaphore;

/// 19 MiB, two passes, one lane: the smallest setting OWASP recommends for Argon2id.
const MEMORY: u32 = 19_456;
const PASSES: u32 = 2;
/// Nobody types more; hashing megabytes would only help an attacker.
const LONGEST: usize = 200;
const SHORTEST: usize = 10;

static AT_ONCE: Semaphore = Semaphore::const_new(2);
/// The working memory of hashes that are done, for the next ones: given back and taken anew for every hash it would stay
/// with the allocator of whatever thread had it, and a hundred tries would hold 850 MB.
static SPARE: Mutex<Vec<Vec<Block>>> = Mutex::new(Vec::new());

/// What many choose first, apart from what [`weakness`] finds by itself.
const COMMON: &[&str] = &[
    "password",
    "passw0rd",
    "qwertyuiop",
    "qwerty12345",
    "qwer1234",
    "1qaz2wsx3edc",
    "1q2w3e4r5t",
    "a123456789",
    "abc1234567",
    "abcd123456",
    "aa123456",
    "admin12345",
    "administrator",
    "woaini1314",
    "woaini520",
    "5201314520",
    "iloveyou",
    "changeme",
    "wanqi",
];

fn broken(error: impl std::fmt::Display) -> Error {
    Error::internal(error.to_string())
}

/// The Argon2 output of a password, worked out in spare memory.
fn output(argon: &Argon2<'_>, password: &str, salt: &[u8], length: usize) -> Result<Output> {
    let mut spare = SPARE.lock().unwrap_or_else(PoisonError::into_inner);
    let mut memory = spare.pop().unwrap_or_default();
    drop(spare);
    memory.resize(argon.params().block_count(), Block::default());
    let mut out = vec![0; length];
    let made = argon.hash_password_into_with_memory(password.as_bytes(), salt, &mut out, &mut memory);
    SPARE.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
    made.map_err(broken)?;
    Output::new(&out).map_err(broken)
}

fn digest(password: &str, salt: &[u8]) -> Result<String> {
    let params = Params::new(MEMORY, PASSES, 1, None).map_err(broken)?;
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params).map_err(broken)?,
        salt: Some(Salt::new(salt).map_err(broken)?),
        hash: Some(output(&argon, password, salt, Params::DEFAULT_OUTPUT_LEN)?),
    };
    Ok(hash.to_string())
}

/// Whether the password gives this hash, by the hash's own parameters.
fn verify(password: &str, hash: &str) -> Result<bool> {
    let hash = PasswordHash::new(hash).map_err(broken)?;
    let (Some(salt), Some(expected)) = (&hash.salt, &hash.hash) else { return Ok(false) };
    let algorithm = Algorithm::try_from(hash.algorithm.as_str()).map_err(broken)?;
    let version = hash.version.map(Version::try_from).transpose().map_err(broken)?.unwrap_or_default();
    let argon = Argon2::new(algorithm, version, Params::try_from(&hash).map_err(broken)?);
    // Compared in constant time.
    Ok(output(&argon, password, salt, expected.len())? == *expected)
}

/// Hashes off the async threads. Never call it while holding the write turn.
///
/// # Errors
/// `invalid-fields` for a password over 200 bytes.
pub async fn hash(password: &str, random: &dyn Random) -> Result<String> {
    if password.len() > LONGEST {
        return Err(Error::invalid("invalid-fields").field("password", "password-too-long"));
    }
    let mut salt = [0; 16];
    random.fill(&mut salt);
    let password = password.to_owned();
    off_thread(move || digest(&password, &salt)).await
}

/// Whether the password is the one behind the hash. Without a hash it is never right, but takes as long.
pub async fn check(password: &str, hash: Option<&str>) -> Result<bool> {
    if password.len() > LONGEST {
        return Ok(false);
    }
    let (password, hash) = (password.to_owned(), hash.map(str::to_owned));
    off_thread(move || {
        let Some(hash) = hash else {
            return digest(&password, b"nobody-has-it...").map(|_| false);
        };
        verify(&password, &hash)
    })
    .await
}

async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let turn = AT_ONCE.acquire().await.map_err(Error::internal)?;
    // The permit goes along: a visitor who hangs up does not make room for a third hash.
    tokio::task::spawn_blocking(move || {
        let _turn = turn;
        work()
    })
    .await
    .map_err(Error::internal)?
}

/// Why the password is too easy to guess: a code for a field error, or `None` if it will do.
pub fn weakness(password: &str, login: &str, name: &str) -> Option<&'static str> {
    if password.len() > LONGEST {
        return Some("password-too-long");
    }
    if password.chars().count() < SHORTEST {
        return Some("password-too-short");
    }
    let lower = password.to_lowercase();
    let about = [login.trim().to_lowercase(), name.trim().to_lowercase()];
    if about.iter().any(|own| !own.is_empty() && rest(&lower, own) < 6) {
        return Some("password-like-login");
    }
    let mut different: Vec<char> = lower.chars().collect();
    different.sort_unstable();
    different.dedup();
    let common = COMMON.iter().any(|word| rest(&lower, word) < 4);
    (different.len() < 5 || is_run(&lower) || common).then_some("password-common")
}

/// How many characters are left of `password` without `word`; all, if the word is not in it.
fn rest(password: &str, word: &str) -> usize {
    password.replace(word, "").chars().count()
}

/// `1234567890`, `abcdefghij`, `9876543210`: every step the same.
fn is_run(password: &str) -> bool {
    let codes: Vec<i64> = password.chars().map(|c| i64::from(u32::from(c))).collect();
    let steps: Vec<i64> = codes.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let same = steps.iter().filter(|step| steps.first() == Some(step)).count();
    // One odd step is allowed: 1234567890 ends with one.
    same + 1 >= steps.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::SeededRandom;

    #[test]
    fn weak_passwords_are_named() {
        let cases = [
            ("Ab3$xyz", Some("password-too-short")),
            ("zhangwei2024", Some("password-like-login")),
            ("张伟张伟张伟张伟张伟", Some("password-like-login")),
            ("1234567890", Some("password-common")),
            ("9876543210", Some("password-common")),
            ("aaaaaaaaaaaa", Some("password-common")),
            ("Password123", Some("password-common")),
            ("1qaz2wsx3edc", Some("password-common")),
            ("河水清且涟漪不素餐兮", None),
            ("sunny-Kiln-42", None),
        ];
        for (password, expected) in cases {
            assert_eq!(weakness(password, "zhangwei", "张伟"), expected, "{password}");
        }
        assert_eq!(weakness(&"ab3$".repeat(60), "x", "y"), Some("password-too-long"));
        assert_eq!(weakness("sunny-Kiln-42", "", ""), None);
    }

    #[tokio::test]
    async fn a_hash_opens_for_its_password_only() {
        let random = SeededRandom::new(1);
        let stored = hash("sunny-Kiln-42", &random).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert_ne!(stored, hash("sunny-Kiln-42", &random).await.unwrap(), "salted");
        assert!(check("sunny-Kiln-42", Some(&stored)).await.unwrap());
        assert!(!check("sunny-Kiln-43", Some(&stored)).await.unwrap());
        assert!(!check("sunny-Kiln-42", None).await.unwrap());
        assert!(hash(&"x".repeat(201), &random).await.is_err());
    }

    #[tokio::test]
    async fn many_at_once_share_the_memory_of_two() {
        let tries = (0..12).map(|_| tokio::spawn(check("wrong-Reed-77", None)));
        for one in tries.collect::<Vec<_>>() {
            assert!(!one.await.unwrap().unwrap());
        }
        assert!(SPARE.lock().unwrap().len() <= 2);
    }
}
