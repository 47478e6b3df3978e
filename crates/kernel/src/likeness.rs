//! How alike two titles or names are, by the pairs of neighbouring characters they share.

use crate::text::normalise;

/// The pairs of neighbouring letters and characters of a text, without the punctuation between them; each once, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pairs(Vec<(char, char)>);

impl Pairs {
    pub fn of(text: &str) -> Pairs {
        let letters: Vec<char> = normalise(text).chars().filter(|c| c.is_alphanumeric()).collect();
        let mut pairs: Vec<_> = letters.windows(2).map(|two| (two[0], two[1])).collect();
        pairs.sort_unstable();
        pairs.dedup();
        Pairs(pairs)
    }

    /// 0 to 1: twice the common pairs over all pairs (Dice).
    pub fn likeness(&self, other: &Pairs) -> f64 {
        let common = self.0.iter().filter(|pair| other.0.binary_search(pair).is_ok()).count();
        match self.0.len() + other.0.len() {
            0 => 0.0,
            all => 2.0 * common as f64 / all as f64,
        }
    }
}
