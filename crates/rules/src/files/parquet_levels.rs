//! Parquet's mixture of runs and packed bits, for who has a value and for places in a dictionary.

use super::bitmap::Bitmap;

/// Rows looked at together: all the same, they become part of a run.
const BLOCK: usize = 512;

/// Who has a value, as the first part of a data page: the length of what follows, then runs and packed bits.
pub(super) fn levels(present: &Bitmap) -> Vec<u8> {
    let mut out = vec![0; 4];
    let words_of = |block: usize| (block * BLOCK / 64..(block + 1) * BLOCK / 64).map(|place| present.word(place));
    let (rows, mut run) = (present.len(), None::<(bool, usize)>);
    for block in 0..rows.div_ceil(BLOCK) {
        let count = (rows - block * BLOCK).min(BLOCK);
        let ones: usize = words_of(block).map(|word| word.count_ones() as usize).sum();
        if ones == 0 || ones == count {
            let value = ones > 0;
            run = match run {
                Some((same, length)) if same == value => Some((same, length + count)),
                other => {
                    end_run(&mut out, other);
                    Some((value, count))
                }
            };
            continue;
        }
        end_run(&mut out, run.take());
        let groups = count.div_ceil(8);
        varint(&mut out, (groups as u64) << 1 | 1);
        out.extend(words_of(block).flat_map(u64::to_le_bytes).take(groups));
    }
    end_run(&mut out, run);
    let length = (out.len() - 4) as u32;
    out[..4].copy_from_slice(&length.to_le_bytes());
    out
}

fn end_run(out: &mut Vec<u8>, run: Option<(bool, usize)>) {
    if let Some((value, length)) = run {
        varint(out, (length as u64) << 1);
        out.push(u8::from(value));
    }
}

pub(super) fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Places in a dictionary, with the width of one before them.
pub(super) fn places(out: &mut Vec<u8>, places: &[u32], most: u32) {
    // Not every reader expects a width of none.
    let width = (32 - most.leading_zeros()).max(1) as usize;
    out.push(width as u8);
    let mut at = 0;
    while at < places.len() {
        let same = places[at..].iter().take_while(|place| **place == places[at]).count();
        if same >= 8 {
            varint(out, (same as u64) << 1);
            out.extend(&places[at].to_le_bytes()[..width.div_ceil(8)]);
            at += same;
            continue;
        }
        // Packed by eights, until a long run begins; only the last group may be filled up.
        let mut end = at;
        while end < places.len() {
            let next = (end + 8).min(places.len());
            end = next;
            if places.get(end..end + 16).is_some_and(|coming| coming.iter().all(|place| *place == coming[0])) {
                break;
            }
        }
        let groups = (end - at).div_ceil(8);
        varint(out, (groups as u64) << 1 | 1);
        pack(out, &places[at..end], groups * 8, width);
        at = end;
    }
}

fn pack(out: &mut Vec<u8>, places: &[u32], count: usize, width: usize) {
    let (mut bits, mut held) = (0_u64, 0);
    for place in places.iter().copied().chain(std::iter::repeat(0)).take(count) {
        bits |= u64::from(place) << held;
        held += width;
        while held >= 8 {
            out.push(bits as u8);
            bits >>= 8;
            held -= 8;
        }
    }
}
