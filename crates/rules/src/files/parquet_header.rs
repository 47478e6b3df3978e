//! Headers of the pages written here, in Thrift's compact form, each with the checksum of its page: the library writes none.

use parquet::basic::Encoding;

use super::parquet_levels::varint;

/// What a page holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// Places in the dictionary, or plain values.
    Data {
        dictionary: bool,
    },
    Dictionary,
}

/// The header of a page whose body lies in the file as `body`, and takes `unpacked` bytes when it is unpacked.
///
/// The checksum is CRC-32 of the body as it lies there, `PageHeader.crc` of the format. A reader that knows it refuses a body of
/// which a bit was turned.
pub(super) fn header(kind: Kind, values: usize, unpacked: usize, body: &[u8]) -> Vec<u8> {
    let mut out = Struct::default();
    out.number(1, if matches!(kind, Kind::Dictionary) { 2 } else { 0 });
    out.number(2, unpacked as i64);
    out.number(3, body.len() as i64);
    out.number(4, i64::from(crc32fast::hash(body) as i32));
    match kind {
        Kind::Data { dictionary } => {
            let encoding = if dictionary { Encoding::RLE_DICTIONARY } else { Encoding::PLAIN };
            out.begin(5);
            out.number(1, values as i64);
            out.number(2, encoding as i64);
            out.number(3, Encoding::RLE as i64);
            out.number(4, Encoding::RLE as i64);
        }
        Kind::Dictionary => {
            out.begin(7);
            out.number(1, values as i64);
            out.number(2, Encoding::PLAIN as i64);
        }
    }
    out.end();
    out.end();
    out.bytes
}

/// A struct being written. One inside ends before anything else of the outer one follows.
#[derive(Default)]
struct Struct {
    bytes: Vec<u8>,
    last: u8,
}

impl Struct {
    const INT: u8 = 5;
    const STRUCT: u8 = 12;

    fn field(&mut self, number: u8, kind: u8) {
        self.bytes.push((number - self.last) << 4 | kind);
        self.last = number;
    }

    fn number(&mut self, number: u8, value: i64) {
        self.field(number, Self::INT);
        varint(&mut self.bytes, (value << 1 ^ value >> 63) as u64);
    }

    fn begin(&mut self, number: u8) {
        self.field(number, Self::STRUCT);
        self.last = 0;
    }

    fn end(&mut self) {
        self.bytes.push(0);
    }
}
