//! Pages of Parquet columns compressed with zstd, which Polars writes unless told otherwise: read and unpacked here, in Rust alone.
//!
//! A page is a header in Thrift's compact form and a body. Only what reading needs is taken from the header.

use std::fs::File;
use std::io::Read;
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::Encoding;
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::ChunkReader;

/// Bytes read at a time in the hope that a header is within.
const HEADER: usize = 256;
/// A page that claims to be larger is broken.
const MOST: usize = 1 << 30;

/// The pages of one column of one row group.
pub(super) struct ZstdPages {
    file: Arc<File>,
    at: u64,
    end: u64,
    /// Values of data pages still to come; after them the chunk may have other bytes.
    left: i64,
    /// The header that was looked at, and its length.
    peeked: Option<(Head, usize)>,
}

/// What reading takes from a page's header.
#[derive(Clone, Copy, Debug, Default)]
struct Head {
    kind: i64,
    unpacked: i64,
    packed: i64,
    /// CRC-32 of the body as it lies in the file; not every writer gives one.
    checksum: Option<i64>,
    values: i64,
    encoding: i64,
    /// Of version 1.
    levels: i64,
    /// Of version 2.
    nulls: i64,
    rows: i64,
    level_bytes: i64,
    repetition_bytes: i64,
    plain: bool,
}

/// What the library says, too, of a page that is not what was written.
pub(super) const CHECKSUM: &str = "Page CRC checksum mismatch";

const DATA: i64 = 0;
const DICTIONARY: i64 = 2;
const DATA_V2: i64 = 3;

impl ZstdPages {
    pub(super) fn new(file: Arc<File>, chunk: &ColumnChunkMetaData) -> Self {
        let (at, length) = chunk.byte_range();
        Self { file, at, end: at + length, left: chunk.num_values(), peeked: None }
    }

    fn head(&mut self) -> Result<Option<(Head, usize)>> {
        if self.peeked.is_some() || self.left <= 0 || self.at >= self.end {
            return Ok(self.peeked);
        }
        let mut length = HEADER as u64;
        loop {
            let available = length.min(self.end - self.at);
            let bytes = self.file.get_bytes(self.at, available as usize)?;
            let mut thrift = Thrift { bytes: &bytes, at: 0 };
            match thrift.head() {
                Some(head) => {
                    self.peeked = Some((head, thrift.at));
                    return Ok(self.peeked);
                }
                // Cut off, as its statistics are long.
                None if available == length => length *= 4,
                None => return Err(broken("a page header cannot be read")),
            }
        }
    }

    fn pass(&mut self, head: &Head, length: usize) {
        self.peeked = None;
        self.at += length as u64 + head.packed.max(0) as u64;
        if head.kind != DICTIONARY {
            self.left -= head.values;
        }
    }

    fn body(&self, head: &Head, length: usize) -> Result<Bytes> {
        let (packed, unpacked) = (size(head.packed)?, size(head.unpacked)?);
        let body = self.file.get_bytes(self.at + length as u64, packed)?;
        if head.checksum.is_some_and(|said| said as u32 != crc32fast::hash(&body)) {
            return Err(broken(CHECKSUM));
        }
        if head.plain {
            return Ok(body);
        }
        // Levels of version 2 lie before the packed part.
        let levels = size(head.level_bytes + head.repetition_bytes)?;
        let (Some(before), Some(rest)) = (body.get(..levels), body.get(levels..)) else {
            return Err(broken("a page is too short"));
        };
        let mut out = Vec::with_capacity(unpacked);
        out.extend_from_slice(before);
        if unpacked > levels {
            let mut frame =
                ruzstd::decoding::StreamingDecoder::new(rest).map_err(|error| broken(&error.to_string()))?;
            frame.by_ref().take(MOST as u64).read_to_end(&mut out)?;
        }
        if out.len() != unpacked { Err(broken("a page has another size than its header says")) } else { Ok(out.into()) }
    }
}

impl PageReader for ZstdPages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let Some((head, length)) = self.head()? else { return Ok(None) };
        let buf = self.body(&head, length)?;
        self.pass(&head, length);
        let (num_values, encoding) = (count(head.values)?, encoding(head.encoding)?);
        Ok(Some(match head.kind {
            DICTIONARY => Page::DictionaryPage { buf, num_values, encoding, is_sorted: false },
            DATA_V2 => Page::DataPageV2 {
                buf,
                num_values,
                encoding,
                num_nulls: count(head.nulls)?,
                num_rows: count(head.rows)?,
                def_levels_byte_len: count(head.level_bytes)?,
                rep_levels_byte_len: count(head.repetition_bytes)?,
                is_compressed: !head.plain,
                statistics: None,
            },
            DATA => Page::DataPage {
                buf,
                num_values,
                encoding,
                def_level_encoding: self::encoding(head.levels)?,
                rep_level_encoding: Encoding::RLE,
                statistics: None,
            },
            _ => return Err(broken("a page of a kind nobody knows")),
        }))
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        Ok(self.head()?.map(|(head, _)| PageMetadata {
            num_rows: (head.kind == DATA_V2).then_some(head.rows.max(0) as usize),
            num_levels: (head.kind != DICTIONARY).then_some(head.values.max(0) as usize),
            is_dict: head.kind == DICTIONARY,
        }))
    }

    fn skip_next_page(&mut self) -> Result<()> {
        if let Some((head, length)) = self.head()? {
            self.pass(&head, length);
        }
        Ok(())
    }
}

impl Iterator for ZstdPages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

fn broken(what: &str) -> ParquetError {
    ParquetError::General(what.to_owned())
}

fn size(value: i64) -> Result<usize> {
    usize::try_from(value).ok().filter(|size| *size <= MOST).ok_or_else(|| broken("a page has an impossible size"))
}

fn count(value: i64) -> Result<u32> {
    u32::try_from(value).map_err(|_| broken("a page has an impossible count"))
}

fn encoding(number: i64) -> Result<Encoding> {
    Ok(match number {
        0 => Encoding::PLAIN,
        2 => Encoding::PLAIN_DICTIONARY,
        3 => Encoding::RLE,
        5 => Encoding::DELTA_BINARY_PACKED,
        6 => Encoding::DELTA_LENGTH_BYTE_ARRAY,
        7 => Encoding::DELTA_BYTE_ARRAY,
        8 => Encoding::RLE_DICTIONARY,
        9 => Encoding::BYTE_STREAM_SPLIT,
        _ => return Err(broken("a page is encoded in a way nobody knows")),
    })
}

/// Thrift's compact form; `None` where the bytes end too early or make no sense.
struct Thrift<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// What a field holds, as far as headers need it.
enum Held {
    Number(i64),
    Truth(bool),
    Struct,
    Other,
}

impl Thrift<'_> {
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn number(&mut self) -> Option<i64> {
        let value = self.varint()?;
        Some((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    /// The next field of a struct: its number and what it holds; `Some(None)` at the end. A struct has to be read by the caller.
    fn field(&mut self, last: &mut i64) -> Option<Option<(i64, Held)>> {
        let head = self.byte()?;
        if head == 0 {
            return Some(None);
        }
        *last = if head >> 4 == 0 { self.number()? } else { *last + i64::from(head >> 4) };
        let held = match head & 0xf {
            1 => Held::Truth(true),
            2 => Held::Truth(false),
            4..=6 => Held::Number(self.number()?),
            12 => Held::Struct,
            other => {
                self.skip(other)?;
                Held::Other
            }
        };
        Some(Some((*last, held)))
    }

    fn skip(&mut self, kind: u8) -> Option<()> {
        match kind {
            1 | 2 => {}
            3 => self.at += 1,
            4..=6 => {
                self.varint()?;
            }
            7 => self.at += 8,
            8 => {
                let length = usize::try_from(self.varint()?).ok()?;
                self.at = self.at.checked_add(length)?;
            }
            9 | 10 => {
                let head = self.byte()?;
                let length = if head >> 4 == 15 { self.varint()? } else { u64::from(head >> 4) };
                for _ in 0..length {
                    // In lists a truth takes a byte.
                    if matches!(head & 0xf, 1 | 2) { self.at += 1 } else { self.skip(head & 0xf)? }
                }
            }
            12 => self.skip_struct()?,
            _ => return None,
        }
        (self.at <= self.bytes.len()).then_some(())
    }

    fn skip_struct(&mut self) -> Option<()> {
        let mut last = 0;
        while let Some((_, held)) = self.field(&mut last)? {
            if matches!(held, Held::Struct) {
                self.skip_struct()?;
            }
        }
        Some(())
    }

    fn head(&mut self) -> Option<Head> {
        let (mut head, mut last) = (Head { encoding: -1, levels: 3, ..Head::default() }, 0);
        while let Some((number, held)) = self.field(&mut last)? {
            match (number, held) {
                (1, Held::Number(value)) => head.kind = value,
                (2, Held::Number(value)) => head.unpacked = value,
                (3, Held::Number(value)) => head.packed = value,
                (4, Held::Number(value)) => head.checksum = Some(value),
                (5 | 7 | 8, Held::Struct) => self.inner(number, &mut head)?,
                (_, Held::Struct) => self.skip_struct()?,
                _ => {}
            }
        }
        Some(head)
    }

    /// The part about a data page (field 5), a dictionary (7) or a data page of version 2 (8).
    fn inner(&mut self, of: i64, head: &mut Head) -> Option<()> {
        let mut last = 0;
        while let Some((number, held)) = self.field(&mut last)? {
            match (of, number, held) {
                (_, 1, Held::Number(value)) => head.values = value,
                (5 | 7, 2, Held::Number(value)) | (8, 4, Held::Number(value)) => head.encoding = value,
                (5, 3, Held::Number(value)) => head.levels = value,
                (8, 2, Held::Number(value)) => head.nulls = value,
                (8, 3, Held::Number(value)) => head.rows = value,
                (8, 5, Held::Number(value)) => head.level_bytes = value,
                (8, 6, Held::Number(value)) => head.repetition_bytes = value,
                (8, 7, Held::Truth(packed)) => head.plain = !packed,
                (_, _, Held::Struct) => self.skip_struct()?,
                _ => {}
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use parquet::basic::{Compression, Type as Physical};
    use parquet::schema::types::{ColumnDescriptor, ColumnPath, Type as Schema};

    use super::super::parquet_header::{Kind, header};
    use super::*;

    #[test]
    fn a_page_of_zstd_is_read_only_as_it_was_written() {
        let values: Vec<u8> = (0..200_u64).flat_map(u64::to_le_bytes).collect();
        let body = ruzstd::encoding::compress_to_vec(&values[..], ruzstd::encoding::CompressionLevel::Fastest);
        let head = header(Kind::Data { dictionary: false }, 200, values.len(), &body);
        let path = std::env::temp_dir().join(format!("wanqi-zstd-{}", std::process::id()));
        let field = Schema::primitive_type_builder("a", Physical::INT64).build().unwrap();
        let column = Arc::new(ColumnDescriptor::new(Arc::new(field), 0, 0, ColumnPath::from("a")));
        let chunk = ColumnChunkMetaData::builder(column)
            .set_compression(Compression::ZSTD(Default::default()))
            .set_num_values(200)
            .set_data_page_offset(0)
            .set_total_compressed_size((head.len() + body.len()) as i64)
            .build()
            .unwrap();
        let page = |turned: Option<usize>| {
            let mut bytes = [&head[..], &body[..]].concat();
            if let Some(at) = turned {
                bytes[at] ^= 1;
            }
            std::fs::write(&path, bytes).unwrap();
            ZstdPages::new(Arc::new(File::open(&path).unwrap()), &chunk).get_next_page()
        };
        assert_eq!(page(None).unwrap().unwrap().buffer().as_ref(), values);
        for at in head.len()..head.len() + body.len() {
            let error = page(Some(at)).unwrap_err().to_string();
            assert!(error.contains(CHECKSUM), "{error}");
        }
        std::fs::remove_file(path).unwrap();
    }
}
