//! Randomness as an argument: the operating system's for real use, a seeded one for the demo and for tests.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Where random bytes come from; shared between threads.
pub trait Random: Send + Sync {
    /// Fills the buffer with random bytes.
    fn fill(&self, buffer: &mut [u8]);

    /// The counter that keeps ids of one source in order.
    fn sequence(&self) -> &Sequence;

    /// A random number.
    fn next_u64(&self) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// A number in `0..bound` (0 for a bound of 0). The bias is below 2⁻³² for every bound under 2³²: fit for choosing
    /// demo data and jitter, not for cryptography.
    fn below(&self, bound: u64) -> u64 {
        if bound == 0 { 0 } else { self.next_u64() % bound }
    }
}

/// A source as it is handed around.
pub type RandomRef = Arc<dyn Random>;

/// Stamps that never repeat and, within a second, never go back.
///
/// A stamp is the millisecond shifted left by 12 bits, plus a fraction: the form UUIDv7 wants.
#[derive(Debug, Default)]
pub struct Sequence(AtomicU64);

impl Sequence {
    /// A sequence that has given nothing yet.
    pub const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// A stamp at `wanted` or, if the last one was given less than a second later, right after the last one.
    ///
    /// Instants further back (imported history, a clock set back) are taken as they are: the order of ids then
    /// follows the instants.
    pub fn next(&self, wanted: u64) -> u64 {
        const SECOND: u64 = 1000 << 12;
        let after = |last: u64| if last >= wanted && last - wanted < SECOND { last + 1 } else { wanted };
        match self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, |last| Some(after(last))) {
            Ok(last) | Err(last) => after(last),
        }
    }
}

/// The operating system's randomness, fit for tokens and keys.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsRandom;

/// All ids a process makes in earnest share one order.
static PROCESS_SEQUENCE: Sequence = Sequence::new();

impl Random for OsRandom {
    #[allow(clippy::expect_used, reason = "without randomness no token is safe: stopping is the only right answer")]
    fn fill(&self, buffer: &mut [u8]) {
        getrandom::fill(buffer).expect("the operating system gives random bytes");
    }

    fn sequence(&self) -> &Sequence {
        &PROCESS_SEQUENCE
    }
}

/// The same bytes for the same seed (splitmix64). Never for secrets.
#[derive(Debug)]
pub struct SeededRandom {
    state: Mutex<u64>,
    sequence: Sequence,
}

impl SeededRandom {
    /// A source that begins at `seed`.
    pub fn new(seed: u64) -> Self {
        Self { state: Mutex::new(seed), sequence: Sequence::new() }
    }
}

impl Random for SeededRandom {
    fn fill(&self, buffer: &mut [u8]) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        for chunk in buffer.chunks_mut(8) {
            *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = *state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            chunk.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes()[..chunk.len()]);
        }
    }

    fn sequence(&self) -> &Sequence {
        &self.sequence
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_itself_and_differs_from_others() {
        let draw = |seed| {
            let random = SeededRandom::new(seed);
            (0..4).map(|_| random.next_u64()).collect::<Vec<_>>()
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
        // The first number of splitmix64 for seed 0, from its reference implementation.
        assert_eq!(draw(0)[0], 0xe220_a839_7b1d_cdaf);
    }

    #[test]
    fn the_system_gives_different_bytes() {
        assert_ne!(OsRandom.next_u64(), OsRandom.next_u64());
    }

    #[test]
    fn below_stays_below() {
        let random = SeededRandom::new(1);
        assert!((0..1000).all(|_| random.below(7) < 7));
        assert_eq!(random.below(0), 0);
    }

    #[test]
    fn stamps_go_up_within_a_second_and_follow_history() {
        let sequence = Sequence::new();
        let now = 1_800_000_000_000 << 12;
        let stamps: Vec<_> = [now, now, now - 5, now + 1].iter().map(|wanted| sequence.next(*wanted)).collect();
        assert_eq!(stamps, [now, now + 1, now + 2, now + 3]);
        let year_ago = now - ((365 * 86_400_000) << 12);
        assert_eq!(sequence.next(year_ago), year_ago);
    }
}
