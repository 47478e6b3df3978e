//! Bytes of a text as characters. The encoding is told by the whole file: one broken byte makes no other encoding of it.

use std::collections::VecDeque;
use std::io::{self, Read};

use encoding_rs::{DecoderResult, GB18030, UTF_16BE, UTF_16LE};

const BUFFER: usize = 64 * 1024;

/// How a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    Gb18030,
    Utf16Le,
    Utf16Be,
}

/// UTF-16 that does not say so: half of its bytes are zero where it has letters, digits and separators.
pub(crate) fn wide_without_mark(head: &[u8]) -> Option<Encoding> {
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    if odd >= 2 && odd > even * 8 {
        Some(Encoding::Utf16Le)
    } else if even >= 2 && even > odd * 8 {
        Some(Encoding::Utf16Be)
    } else {
        None
    }
}

/// The encoding that fits best. UTF-8 with some broken bytes stays UTF-8; what makes more sense as the GB18030 of Chinese office
/// programs is that.
pub(crate) fn encoding_of(file: &mut (impl Read + io::Seek)) -> io::Result<Encoding> {
    file.rewind()?;
    let mut head = Vec::new();
    file.by_ref().take(4096).read_to_end(&mut head)?;
    match head[..] {
        [0xff, 0xfe, ..] => return Ok(Encoding::Utf16Le),
        [0xfe, 0xff, ..] => return Ok(Encoding::Utf16Be),
        _ => {}
    }
    if let Some(wide) = wide_without_mark(&head) {
        return Ok(wide);
    }
    file.rewind()?;
    let utf8 = count(file, Encoding::Utf8)?;
    if utf8.broken == 0 || utf8.broken * 4 <= utf8.wide {
        return Ok(Encoding::Utf8);
    }
    file.rewind()?;
    let chinese = count(file, Encoding::Gb18030)?;
    Ok(if chinese.broken < utf8.broken { Encoding::Gb18030 } else { Encoding::Utf8 })
}

#[derive(Default)]
struct Count {
    broken: u64,
    /// Characters beyond ASCII.
    wide: u64,
}

fn count(file: &mut impl Read, encoding: Encoding) -> io::Result<Count> {
    let mut characters = Characters::new(file, encoding);
    let mut count = Count::default();
    let (mut text, mut broken) = (String::new(), VecDeque::new());
    while characters.next(&mut text, &mut broken)? {
        count.broken += broken.len() as u64;
        count.wide += text.chars().filter(|c| !c.is_ascii() && *c != '\u{fffd}').count() as u64;
        broken.clear();
    }
    Ok(count)
}

/// A file as characters, piece by piece.
pub(crate) struct Characters<R> {
    from: R,
    encoding: Encoding,
    other: Option<encoding_rs::Decoder>,
    input: Vec<u8>,
    /// Bytes at the start of `input` that were not understood yet.
    waiting: usize,
    first: bool,
    done: bool,
}

impl<R: Read> Characters<R> {
    pub(crate) fn new(from: R, encoding: Encoding) -> Self {
        let other = match encoding {
            Encoding::Utf8 => None,
            Encoding::Gb18030 => Some(GB18030.new_decoder_without_bom_handling()),
            Encoding::Utf16Le => Some(UTF_16LE.new_decoder_without_bom_handling()),
            Encoding::Utf16Be => Some(UTF_16BE.new_decoder_without_bom_handling()),
        };
        Characters { from, encoding, other, input: vec![0; BUFFER], waiting: 0, first: true, done: false }
    }

    /// The next piece, in `text`, with U+FFFD for bytes that are no characters; of each U+FFFD the bytes stand in `broken`.
    /// `false` at the end.
    pub(crate) fn next(&mut self, text: &mut String, broken: &mut VecDeque<String>) -> io::Result<bool> {
        text.clear();
        if self.done {
            return Ok(false);
        }
        let n = self.from.read(&mut self.input[self.waiting..])?;
        let have = self.waiting + n;
        self.done = n == 0;
        match self.encoding {
            Encoding::Utf8 => self.utf8(have, text, broken),
            _ => self.others(have, text, broken),
        }
        if std::mem::take(&mut self.first) && text.starts_with('\u{feff}') {
            text.drain(..'\u{feff}'.len_utf8());
        }
        Ok(true)
    }

    fn utf8(&mut self, have: usize, text: &mut String, broken: &mut VecDeque<String>) {
        let mut at = 0;
        self.waiting = 0;
        while at < have {
            let rest = &self.input[at..have];
            let (good, bad) = match std::str::from_utf8(rest) {
                Ok(good) => (good, None),
                Err(error) => {
                    let good = std::str::from_utf8(&rest[..error.valid_up_to()]).unwrap_or("");
                    (good, Some(error.error_len()))
                }
            };
            text.push_str(good);
            if good.contains('\u{fffd}') {
                broken.extend(good.matches('\u{fffd}').map(|c| hex(c.as_bytes())));
            }
            at += good.len();
            let length = match bad {
                None => continue,
                Some(Some(length)) => length,
                Some(None) if self.done => have - at,
                // A character was cut by the end of the piece.
                Some(None) => {
                    self.input.copy_within(at..have, 0);
                    self.waiting = have - at;
                    return;
                }
            };
            broken.push_back(hex(&self.input[at..at + length]));
            text.push('\u{fffd}');
            at += length;
        }
    }

    fn others(&mut self, have: usize, text: &mut String, broken: &mut VecDeque<String>) {
        let Some(decoder) = &mut self.other else { return };
        let mut at = 0;
        self.waiting = 0;
        loop {
            text.reserve((have - at) * 3 + 16);
            let before = text.len();
            let (result, read) = decoder.decode_to_string_without_replacement(&self.input[at..have], text, self.done);
            if text[before..].contains('\u{fffd}') {
                broken.extend(text[before..].matches('\u{fffd}').map(|c| hex(c.as_bytes())));
            }
            at += read;
            match result {
                DecoderResult::InputEmpty => return,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(length, after) => {
                    let end = at.saturating_sub(usize::from(after));
                    broken.push_back(hex(&self.input[end.saturating_sub(usize::from(length))..end]));
                    text.push('\u{fffd}');
                }
            }
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn read(bytes: &[u8]) -> (Encoding, String, Vec<String>) {
        let encoding = encoding_of(&mut Cursor::new(bytes)).unwrap();
        let mut characters = Characters::new(bytes, encoding);
        let (mut all, mut text, mut broken) = (String::new(), String::new(), VecDeque::new());
        while characters.next(&mut text, &mut broken).unwrap() {
            all.push_str(&text);
        }
        (encoding, all, broken.into())
    }

    #[test]
    fn the_encoding_is_told_by_the_whole_file() {
        let text = "企业名称,地址\n示范机械有限公司,工业路1号\n".repeat(3000);
        let wide = |to: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to).collect::<Vec<u8>>();
        assert_eq!(read(text.as_bytes()), (Encoding::Utf8, text.clone(), vec![]));
        assert_eq!(read(format!("\u{feff}{text}").as_bytes()).1, text);
        assert_eq!(read(&GB18030.encode(&text).0), (Encoding::Gb18030, text.clone(), vec![]));
        assert_eq!(read(&wide(u16::to_le_bytes)), (Encoding::Utf16Le, text.clone(), vec![]));
        assert_eq!(read(&wide(u16::to_be_bytes)), (Encoding::Utf16Be, text.clone(), vec![]));
        let mut cut = text.clone().into_bytes();
        cut.truncate(cut.len() - 2);
        let (encoding, read_as, broken) = read(&cut);
        assert_eq!(
            (encoding, broken),
            (Encoding::Utf8, vec!["E5 8F".to_owned()]),
            "号 without its last byte, at the very end"
        );
        assert!(read_as.ends_with("工业路1\u{fffd}"));
        let mut inside = text.clone().into_bytes();
        inside.remove(11);
        assert_eq!(read(&inside).2, ["E7 A7"]);
        let mut chinese = GB18030.encode(&text).0.into_owned();
        chinese.insert(8, 0xff);
        assert_eq!((read(&chinese).0, read(&chinese).2), (Encoding::Gb18030, vec!["FF".to_owned()]));
    }
}
