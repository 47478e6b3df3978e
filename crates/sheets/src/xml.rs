//! XML as the parts of workbooks have it: bearable texts, attributes, entities.

use std::io::{self, BufReader, Read};

use kernel::Result;
use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::guard::not_xlsx;

/// No text or tag of a workbook is longer; one that is would be kept in memory whole.
const LONGEST: usize = 8 * 1024 * 1024;

/// Stops at texts and tags that are too long.
pub(crate) struct Tame<R> {
    from: R,
    since: usize,
}

impl<R: Read> Read for Tame<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.from.read(into)?;
        match into[..n].iter().rposition(|byte| *byte == b'<') {
            Some(at) => self.since = n - at,
            None => self.since += n,
        }
        if self.since > LONGEST {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a text or tag without end"));
        }
        Ok(n)
    }
}

/// A part as events; empty elements come as a beginning and an end.
pub(crate) struct Xml<R: Read> {
    reader: Reader<BufReader<Tame<R>>>,
}

impl<R: Read> Xml<R> {
    pub(crate) fn new(from: R) -> Self {
        let mut reader = Reader::from_reader(BufReader::with_capacity(64 * 1024, Tame { from, since: 0 }));
        reader.config_mut().expand_empty_elements = true;
        reader.config_mut().check_end_names = false;
        Xml { reader }
    }

    pub(crate) fn next<'b>(&mut self, buffer: &'b mut Vec<u8>) -> Result<Event<'b>> {
        buffer.clear();
        self.reader.read_event_into(buffer).map_err(not_xlsx)
    }

    /// Appends the text up to the end of this element, texts of inner elements named `inner` alone if a name is given.
    pub(crate) fn text(&mut self, until: &str, into: &mut String, buffer: &mut Vec<u8>) -> Result<()> {
        let mut depth = 0_u32;
        loop {
            match self.next(buffer)? {
                Event::Start(tag) if tag.local_name().as_ref() == until => depth += 1,
                Event::End(tag) if tag.local_name().as_ref() == until => match depth.checked_sub(1) {
                    Some(less) => depth = less,
                    None => return Ok(()),
                },
                Event::Text(text) => into.push_str(&text.xml10_content()),
                Event::CData(text) => into.push_str(&text.xml10_content()),
                Event::GeneralRef(entity) => push_entity(&entity, into),
                Event::Eof => return Err(cut()),
                _ => {}
            }
        }
    }

    /// Appends a text with or without runs, without what tells its reading (`rPh`).
    pub(crate) fn rich(&mut self, until: &str, into: &mut String, buffer: &mut Vec<u8>) -> Result<()> {
        let mut aside = String::new();
        loop {
            let what = match self.next(buffer)? {
                Event::Start(tag) => match tag.local_name().as_ref() {
                    "t" => 1,
                    "rPh" => 2,
                    _ => 0,
                },
                Event::End(tag) if tag.local_name().as_ref() == until => return Ok(()),
                Event::Eof => return Err(cut()),
                _ => 0,
            };
            match what {
                1 => self.text("t", into, buffer)?,
                2 => {
                    aside.clear();
                    self.text("rPh", &mut aside, buffer)?;
                }
                _ => {}
            }
        }
    }
}

pub(crate) fn cut() -> kernel::Error {
    kernel::Error::invalid("not-xlsx")
}

fn push_entity(entity: &BytesRef<'_>, into: &mut String) {
    if let Ok(Some(c)) = entity.resolve_char_ref() {
        into.push(c);
        return;
    }
    match &*entity.xml10_content() {
        "amp" => into.push('&'),
        "lt" => into.push('<'),
        "gt" => into.push('>'),
        "quot" => into.push('"'),
        "apos" => into.push('\''),
        other => {
            into.push('&');
            into.push_str(other);
            into.push(';');
        }
    }
}

/// An attribute by its local name, as written: what is looked for here has no entities, but names of sheets.
pub(crate) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.attributes().with_checks(false).flatten().find(|a| a.key.local_name().as_ref() == name)?;
    let raw: &str = found.value.as_ref();
    Some(quick_xml::escape::unescape(raw).map_or_else(|_| raw.to_owned(), |text| text.into_owned()))
}

/// `true`, `1`, `on`.
pub(crate) fn is_on(value: Option<&str>) -> bool {
    matches!(value, Some("1" | "true" | "on"))
}

/// `_x000D_` stands for a character that XML cannot hold.
pub(crate) fn plain(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains("_x") {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        out.push_str(&rest[..at]);
        let code = rest.get(at + 2..at + 6).filter(|_| rest.as_bytes().get(at + 6) == Some(&b'_'));
        match code.and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32) {
            Some(c) => {
                out.push(c);
                rest = &rest[at + 7..];
            }
            None => {
                out.push_str("_x");
                rest = &rest[at + 2..];
            }
        }
    }
    out.push_str(rest);
    out.into()
}
