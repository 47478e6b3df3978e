//! Random graphs and cases with holes, for tests that hold two engines against each other. Deterministic by seed.

mod case;
mod graph;

pub use case::{case, whole_case};
pub use graph::{RandomGraph, graph};

/// SplitMix64: small, good enough to draw tests.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 to below `bound`, which is at least 1.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.draw() % bound as u64) as usize
    }

    /// Both ends included.
    fn between(&mut self, low: i128, high: i128) -> i128 {
        let drawn = i128::from(self.draw()) << 40 | i128::from(self.draw() >> 24);
        low + drawn % (high - low + 1)
    }

    fn chance(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

const TEXTS: [&str; 12] =
    ["C1311", "C13", "c1", "A", "AB", "信息", "信息技术", "制造业", "it's", "a\\b", "a\"b ", "\u{1F600}"];
