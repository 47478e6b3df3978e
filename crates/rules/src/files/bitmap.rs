//! A bitmap that grows: one bit a row, the first row in the lowest bit, as Parquet packs them.

/// Bits beyond the words there are count as zeros, so that a column of nothing takes no memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bitmap {
    words: Vec<u64>,
    length: usize,
    ones: usize,
}

impl Bitmap {
    pub(crate) fn len(&self) -> usize {
        self.length
    }

    /// How many bits are set.
    pub(crate) fn ones(&self) -> usize {
        self.ones
    }

    /// The word at a place, zeros beyond the last.
    pub(crate) fn word(&self, place: usize) -> u64 {
        self.words.get(place).copied().unwrap_or(0)
    }

    /// Appends the first `count` bits of these words; words that are lacking are zeros.
    pub(crate) fn push(&mut self, words: &[u64], count: usize) {
        let shift = self.length % 64;
        for place in 0..count.div_ceil(64) {
            let keep = (count - place * 64).min(64);
            let word = words.get(place).copied().unwrap_or(0) & (!0 >> (64 - keep));
            if word == 0 {
                continue;
            }
            self.ones += word.count_ones() as usize;
            let at = (self.length + place * 64) / 64;
            self.set(at, word << shift);
            if shift > 0 {
                self.set(at + 1, word >> (64 - shift));
            }
        }
        self.length += count;
    }

    fn set(&mut self, at: usize, bits: u64) {
        if bits == 0 {
            return;
        }
        if self.words.len() <= at {
            self.words.resize(at + 1, 0);
        }
        self.words[at] |= bits;
    }

    /// Appends another bitmap.
    pub(crate) fn append(&mut self, other: &Self) {
        self.push(&other.words, other.length);
    }

    /// The bits of the rows that `kept` has, without gaps.
    pub(crate) fn compact(&self, kept: &Self) -> Self {
        if kept.ones == kept.length {
            return self.clone();
        }
        let mut out = Self::default();
        for place in 0..kept.length.div_ceil(64) {
            let (mut bits, mut wanted) = (self.word(place), kept.word(place));
            let count = wanted.count_ones() as usize;
            if count > 32 {
                // Each hole takes one bit out, from the highest down.
                let mut holes = !wanted;
                while holes != 0 {
                    let below = (1_u64 << (63 - holes.leading_zeros())) - 1;
                    bits = bits & below | bits >> 1 & !below;
                    holes &= below;
                }
            } else {
                let mut close = 0;
                for to in 0..count {
                    close |= (bits >> wanted.trailing_zeros() & 1) << to;
                    wanted &= wanted - 1;
                }
                bits = close;
            }
            out.push(&[bits], count);
        }
        out
    }

    /// All bits as bytes, the last one filled up with zeros.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes: Vec<u8> = self.words.iter().flat_map(|word| word.to_le_bytes()).collect();
        bytes.resize(self.length.div_ceil(8), 0);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_appended_anywhere_and_gaps_closed() {
        // Pseudo-random bits in pieces of any length, against a plain list.
        let mut state = 12_345_u64;
        let mut random = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state >> 17
        };
        let (mut bits, mut kept) = (Bitmap::default(), Bitmap::default());
        let (mut plain, mut plain_kept) = (Vec::new(), Vec::new());
        for length in [1, 63, 64, 65, 130, 4096, 0, 7, 500] {
            let words: Vec<u64> = (0..length / 64 + 1).map(|_| random()).collect();
            let holes: Vec<u64> = (0..length / 64 + 1).map(|_| random() | random() | random()).collect();
            bits.push(&words, length);
            kept.push(&holes, length);
            let of = |words: &[u64]| (0..length).map(|row| words[row / 64] >> (row % 64) & 1 == 1).collect::<Vec<_>>();
            plain.extend(of(&words));
            plain_kept.extend(of(&holes));
        }
        let list =
            |bits: &Bitmap| (0..bits.len()).map(|row| bits.word(row / 64) >> (row % 64) & 1 == 1).collect::<Vec<_>>();
        assert_eq!(list(&bits), plain);
        assert_eq!(bits.ones(), plain.iter().filter(|bit| **bit).count());
        let expected: Vec<bool> =
            plain.iter().zip(&plain_kept).filter(|(_, kept)| **kept).map(|(bit, _)| *bit).collect();
        assert_eq!(list(&bits.compact(&kept)), expected);
        let mut twice = bits.clone();
        twice.append(&bits);
        assert_eq!(list(&twice), [plain.clone(), plain].concat());
        let mut nothing = Bitmap::default();
        nothing.push(&[], 100);
        assert_eq!((nothing.ones(), nothing.bytes()), (0, vec![0; 13]));
    }
}
