//! One column of answers as pages of Parquet: who has a value in runs and bits, values plain or by a dictionary, all by snappy if it helps.

use std::collections::HashMap;
use std::hash::Hash;

use bytes::Bytes;
use parquet::basic::{Compression, Encoding};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::schema::types::ColumnDescPtr;

use super::Ids;
use super::answers::{Answers, TextTable, Values};
use super::parquet_header::{Kind, header};
use super::parquet_levels::{levels, places};

/// A dictionary is made of at most this many values, if each comes four times on average.
const MOST: usize = 1 << 14;

/// A column chunk: its bytes, and what the file's directory has to know of it.
type Chunk = Result<(Bytes, ColumnCloseResult), ParquetError>;

/// What the pages of a column hold, before they are packed.
struct Pages {
    rows: usize,
    /// The plain values of the dictionary, and how many.
    dictionary: Option<(Vec<u8>, usize)>,
    data: Vec<u8>,
}

/// The ids; every row has one.
pub(super) fn encode_ids(column: ColumnDescPtr, ids: &Option<Ids>) -> Chunk {
    let (rows, mut data) = (ids.as_ref().map_or(0, Ids::len), Vec::new());
    match ids {
        Some(Ids::Integers(ids)) => ids.iter().for_each(|id| data.extend(id.to_le_bytes())),
        Some(Ids::Texts(ids)) => ids.iter().for_each(|id| plain_text(&mut data, id)),
        None => {}
    }
    chunk(column, Pages { rows, dictionary: None, data })
}

/// A column of answers.
pub(super) fn encode(column: ColumnDescPtr, answers: &Answers, words: &TextTable) -> Chunk {
    let rows = answers.present.len();
    let mut data = levels(&answers.present);
    let mut dictionary = None;
    if answers.present.ones() > 0 {
        match &answers.values {
            Values::Booleans(values) => data.extend(values.compact(&answers.present).bytes()),
            Values::Integers(values) => {
                dictionary = valued(&mut data, values, |out, value| out.extend(value.to_le_bytes()));
            }
            Values::Dates(values) => {
                dictionary = valued(&mut data, values, |out, value| out.extend(value.to_le_bytes()));
            }
            Values::Wide(values) => {
                dictionary = valued(&mut data, values, |out, value| out.extend(value.to_be_bytes()));
            }
            Values::Texts(values) => {
                let text = |out: &mut Vec<u8>, number: u32| {
                    plain_text(out, words.all.get(number as usize).map_or("", |text| text));
                };
                dictionary = valued(&mut data, values, text);
            }
        }
    }
    chunk(column, Pages { rows, dictionary, data })
}

fn plain_text(out: &mut Vec<u8>, text: &str) {
    out.extend((text.len() as u32).to_le_bytes());
    out.extend(text.as_bytes());
}

/// Appends values, each by its place in a dictionary, which comes back, or plain if they are too various.
fn valued<T: Copy + Eq + Hash>(
    data: &mut Vec<u8>,
    values: &[T],
    plain: impl Fn(&mut Vec<u8>, T),
) -> Option<(Vec<u8>, usize)> {
    let most = (values.len() / 4).clamp(16, MOST);
    let (mut numbers, mut order, mut all) = (HashMap::new(), Vec::new(), Vec::with_capacity(values.len()));
    let mut before = None;
    for value in values {
        // The same value often comes again at once.
        if let Some((same, number)) = before
            && same == *value
        {
            all.push(number);
            continue;
        }
        let number = *numbers.entry(*value).or_insert_with(|| {
            order.push(*value);
            order.len() as u32 - 1
        });
        if order.len() > most {
            values.iter().for_each(|value| plain(data, *value));
            return None;
        }
        before = Some((*value, number));
        all.push(number);
    }
    places(data, &all, order.len().saturating_sub(1) as u32);
    let mut dictionary = Vec::new();
    order.iter().for_each(|value| plain(&mut dictionary, *value));
    Some((dictionary, order.len()))
}

/// Packs the pages and makes the entry for the directory.
fn chunk(column: ColumnDescPtr, pages: Pages) -> Chunk {
    let plain = pages.data.len() + pages.dictionary.as_ref().map_or(0, |(bytes, _)| bytes.len());
    let packed = |bytes: &[u8]| {
        snap::raw::Encoder::new().compress_vec(bytes).map_err(|error| ParquetError::General(error.to_string()))
    };
    let (data, words) = (packed(&pages.data)?, pages.dictionary.as_ref().map(|(bytes, _)| packed(bytes)).transpose()?);
    // Where packing gains less than a tenth, unpacking is not worth it.
    let gains = (data.len() + words.as_ref().map_or(0, Vec::len)) * 10 < plain * 9;
    let compression = if gains { Compression::SNAPPY } else { Compression::UNCOMPRESSED };
    let (mut bytes, mut unpacked) = (Vec::new(), 0);
    // Returns where the page begins.
    let mut write = |kind: Kind, values: usize, size: usize, body: &[u8]| {
        let (at, head) = (bytes.len() as i64, header(kind, values, size, body));
        unpacked += head.len() + size;
        bytes.extend(head);
        bytes.extend(body);
        at
    };
    let encoding = if pages.dictionary.is_some() { Encoding::RLE_DICTIONARY } else { Encoding::PLAIN };
    let dictionary_at = pages.dictionary.as_ref().map(|(bytes, count)| {
        let body = if gains { words.as_ref().unwrap_or(bytes) } else { bytes };
        write(Kind::Dictionary, *count, bytes.len(), body)
    });
    let body = if gains { &data } else { &pages.data };
    let kind = Kind::Data { dictionary: pages.dictionary.is_some() };
    let data_at = write(kind, pages.rows, pages.data.len(), body);
    let length = bytes.len();
    let metadata = ColumnChunkMetaData::builder(column)
        .set_compression(compression)
        .set_encodings(vec![Encoding::PLAIN, Encoding::RLE, encoding])
        .set_num_values(pages.rows as i64)
        .set_dictionary_page_offset(dictionary_at)
        .set_data_page_offset(data_at)
        .set_total_compressed_size(length as i64)
        .set_total_uncompressed_size(unpacked as i64)
        .build()?;
    Ok((
        bytes.into(),
        ColumnCloseResult {
            bytes_written: length as u64,
            rows_written: pages.rows as u64,
            metadata,
            bloom_filter: None,
            column_index: None,
            offset_index: None,
        },
    ))
}
