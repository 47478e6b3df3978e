//! Comma-separated text in UTF-8 or GB18030, with or without a byte order mark, as spreadsheets of all ages save it.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use encoding_rs::{CoderResult, Decoder, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};
use kernel::{Error, Result};

use super::rows::Sink;

const BUFFER: usize = 64 * 1024;

/// Hands every record to `to`.
pub fn read(path: &Path, to: &mut dyn Sink) -> Result<()> {
    let encoding = encoding_of(path).map_err(unreadable)?;
    let delimiter = delimiter_of(path, encoding).map_err(unreadable)?;
    let decoded = Decoded::open(path, encoding).map_err(unreadable)?;
    let mut records =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(decoded);
    let mut record = csv::StringRecord::new();
    while records.read_record(&mut record).map_err(unreadable)? {
        let line = record.position().map_or(0, |p| p.line());
        let cells: Vec<String> = record.iter().map(str::to_owned).collect();
        if !to.row(u32::try_from(line).unwrap_or(u32::MAX), &cells)? {
            break;
        }
    }
    Ok(())
}

fn unreadable(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::invalid("import-unreadable").inside(error)
}

/// UTF-16 by its mark; UTF-8 if the whole file is it; otherwise the GB18030 of Chinese office programs.
fn encoding_of(path: &Path) -> io::Result<&'static Encoding> {
    let mut file = File::open(path)?;
    let mut buffer = vec![0; BUFFER];
    let mut kept = 0;
    let mut first = true;
    loop {
        let n = file.read(&mut buffer[kept..])?;
        let have = kept + n;
        if first && have >= 2 {
            match buffer[..2] {
                [0xff, 0xfe] => return Ok(UTF_16LE),
                [0xfe, 0xff] => return Ok(UTF_16BE),
                _ => first = false,
            }
        }
        match std::str::from_utf8(&buffer[..have]) {
            Ok(_) => kept = 0,
            Err(error) if error.error_len().is_some() || n == 0 => return Ok(GB18030),
            // A character was cut by the end of the buffer.
            Err(error) => {
                let whole = error.valid_up_to();
                buffer.copy_within(whole..have, 0);
                kept = have - whole;
            }
        }
        if n == 0 {
            return Ok(UTF_8);
        }
    }
}

/// The one of `,`, tab and `;` that stands most often in the first lines.
fn delimiter_of(path: &Path, encoding: &'static Encoding) -> io::Result<u8> {
    let mut head = Vec::new();
    Decoded::open(path, encoding)?.take(4096).read_to_end(&mut head)?;
    let count = |wanted: u8| head.iter().filter(|byte| **byte == wanted).count();
    Ok([b'\t', b';', b','].into_iter().max_by_key(|wanted| count(*wanted)).unwrap_or(b','))
}

/// A file as UTF-8. What cannot be decoded becomes U+FFFD, which the check of the cells reports with its place.
struct Decoded {
    from: BufReader<File>,
    decoder: Decoder,
    input: Vec<u8>,
    /// Undecoded bytes at the start of `input`.
    waiting: usize,
    done: bool,
    output: Vec<u8>,
    /// Decoded bytes of `output` not handed on yet.
    ready: std::ops::Range<usize>,
}

impl Decoded {
    fn open(path: &Path, encoding: &'static Encoding) -> io::Result<Decoded> {
        Ok(Decoded {
            from: BufReader::new(File::open(path)?),
            decoder: encoding.new_decoder_with_bom_removal(),
            input: vec![0; BUFFER],
            waiting: 0,
            done: false,
            output: vec![0; 4 * BUFFER],
            ready: 0..0,
        })
    }

    fn fill(&mut self) -> io::Result<()> {
        let n = self.from.read(&mut self.input[self.waiting..])?;
        let have = self.waiting + n;
        let last = n == 0;
        let (result, read, written, _) = self.decoder.decode_to_utf8(&self.input[..have], &mut self.output, last);
        self.input.copy_within(read..have, 0);
        self.waiting = have - read;
        self.ready = 0..written;
        self.done = last && result == CoderResult::InputEmpty;
        Ok(())
    }
}

impl Read for Decoded {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.ready.is_empty() {
            if self.done {
                return Ok(0);
            }
            self.fill()?;
        }
        let n = into.len().min(self.ready.len());
        into[..n].copy_from_slice(&self.output[self.ready.start..self.ready.start + n]);
        self.ready.start += n;
        Ok(n)
    }
}
